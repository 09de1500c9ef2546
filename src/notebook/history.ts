/** One undo stack for a whole document. Pure: the caller says what time it is. */
import type { Notebook } from "./document.ts";

/** A document with what it was before and, after an undo, what it was afterwards. */
export interface History {
  readonly present: Notebook;
  /** Oldest first. */
  readonly past: readonly Notebook[];
  /** Next first. */
  readonly future: readonly Notebook[];
  /** The cell that the latest change was typed into, and when; undefined if it was something else. */
  readonly typing: { readonly cell: string; readonly at: number } | undefined;
}

/** How to record a change. */
export interface RecordOptions {
  /** Milliseconds, on any clock that does not go backwards. */
  at: number;
  /** The cell that was typed into, by id; leave it out for any other change. */
  typedIn?: string | undefined;
  /** Typing in one cell is one step as long as the pauses are no longer than this. Default 1000. */
  interval?: number;
}

/** Steps kept; notebooks share the cells that did not change, so a step costs little. */
const depth = 1000;

/** A history that begins with a notebook. */
export function startHistory(notebook: Notebook): History {
  return { present: notebook, past: [], future: [], typing: undefined };
}

/** Adds a change. Typing on in the same cell joins the step before; nothing can be redone afterwards. */
export function recordChange(
  history: History,
  notebook: Notebook,
  { at, typedIn, interval = 1000 }: RecordOptions,
): History {
  if (notebook === history.present) return history;
  const { typing } = history;
  const isContinued =
    typedIn !== undefined &&
    typing?.cell === typedIn &&
    at - typing.at <= interval;
  return {
    present: notebook,
    past: isContinued
      ? history.past
      : [...history.past, history.present].slice(-depth),
    future: [],
    typing: typedIn === undefined ? undefined : { cell: typedIn, at },
  };
}

/** One step back; the same history if there is none. */
export function undo(history: History): History {
  const present = history.past.at(-1);
  if (!present) return history;
  return {
    present,
    past: history.past.slice(0, -1),
    future: [history.present, ...history.future],
    typing: undefined,
  };
}

/** One step forward again; the same history if there is none. */
export function redo(history: History): History {
  const [present, ...future] = history.future;
  if (!present) return history;
  return {
    present,
    past: [...history.past, history.present],
    future,
    typing: undefined,
  };
}
