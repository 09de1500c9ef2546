/** One undo stack for a whole document. Pure: the caller says what time it is. */
import type { Notebook } from "./document.ts";

/** Where somebody is in a document: in a cell, and if they write in it, from where to where the selection reaches. */
export interface Caret {
  readonly cell: string;
  readonly selection?: { readonly anchor: number; readonly head: number };
}

/** A state of the document that can be gone back to, and where the writer was in it. */
export interface Step {
  readonly notebook: Notebook;
  readonly caret: Caret | undefined;
}

/** A document with what it was before and, after an undo, what it was afterwards. */
export interface History {
  readonly present: Notebook;
  /** Where the latest change, or going back or forth, has left the writer. */
  readonly caret: Caret | undefined;
  /** Oldest first. */
  readonly past: readonly Step[];
  /** Next first. */
  readonly future: readonly Step[];
  /** How the latest change was typed; undefined if it was not. */
  readonly typing: Typing | undefined;
}

interface Typing {
  readonly cell: string;
  readonly what: string | undefined;
  /** When the step was begun, and when it was gone on with. */
  readonly since: number;
  readonly at: number;
}

/** How to record a change. */
export interface RecordOptions {
  /** Milliseconds, on any clock that does not go backwards. */
  at: number;
  /** The cell that was typed into, by id; leave it out for any other change. */
  typedIn?: string | undefined;
  /** What kind of typing: deleting does not join writing. */
  what?: string | undefined;
  /** Where the writer was before the change, and is after it; null for a change that is in no cell. */
  before?: Caret | null | undefined;
  after?: Caret | undefined;
  /** Typing in one cell is one step as long as the pauses are no longer than this. Default 1000. */
  interval?: number;
}

/** Steps kept; notebooks share the cells that did not change, so a step costs little. */
const depth = 1000;
/** Typing without a pause is more than one step after this long. */
const longestStep = 5000;

/** A history that begins with a notebook. */
export function startHistory(notebook: Notebook): History {
  return {
    present: notebook,
    caret: undefined,
    past: [],
    future: [],
    typing: undefined,
  };
}

/** Adds a change. Typing on in the same cell joins the step before; nothing can be redone afterwards. */
export function recordChange(
  history: History,
  notebook: Notebook,
  options: RecordOptions,
): History {
  if (notebook === history.present) return history;
  const { at, typedIn, what, before, after } = options;
  const isContinued = continues(history, options);
  const caretBefore = before === null ? undefined : (before ?? history.caret);
  const step = { notebook: history.present, caret: caretBefore };
  return {
    present: notebook,
    caret: after,
    past: isContinued ? history.past : [...history.past, step].slice(-depth),
    future: [],
    typing:
      typedIn === undefined
        ? undefined
        : {
            cell: typedIn,
            what,
            since: isContinued ? (history.typing?.since ?? at) : at,
            at,
          },
  };
}

/** Whether a change goes on with the typing of the step before: in the same cell, in the same way, soon, and where it stopped. */
function continues(
  { typing, caret }: History,
  { at, typedIn, what, before, interval = 1000 }: RecordOptions,
): boolean {
  if (typedIn === undefined || typing?.cell !== typedIn) return false;
  if (typing.what !== what || at - typing.at > interval) return false;
  if (at - typing.since > longestStep) return false;
  return (
    !before ||
    caret === undefined ||
    (before.selection?.head === caret.selection?.head &&
      before.selection?.anchor === caret.selection?.anchor)
  );
}

/** One step back; the same history if there is none. */
export function undo(history: History): History {
  const step = history.past.at(-1);
  if (!step) return history;
  return {
    present: step.notebook,
    caret: step.caret,
    past: history.past.slice(0, -1),
    future: [presentStep(history), ...history.future],
    typing: undefined,
  };
}

/** One step forward again; the same history if there is none. */
export function redo(history: History): History {
  const [step, ...future] = history.future;
  if (!step) return history;
  return {
    present: step.notebook,
    caret: step.caret,
    past: [...history.past, presentStep(history)],
    future,
    typing: undefined,
  };
}

function presentStep({ present, caret }: History): Step {
  return { notebook: present, caret };
}
