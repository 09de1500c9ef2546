/** The text editor of a cell. This file and all of CodeMirror are one chunk, loaded when the first cell is touched. */
import {
  acceptCompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionStatus,
} from "@codemirror/autocomplete";
import {
  defaultKeymap,
  indentWithTab,
  insertNewlineAndIndent,
} from "@codemirror/commands";
import {
  bracketMatching,
  indentOnInput,
  indentUnit,
} from "@codemirror/language";
import {
  highlightSelectionMatches,
  selectNextOccurrence,
  selectSelectionMatches,
} from "@codemirror/search";
import {
  Compartment,
  EditorState,
  Prec,
  Transaction,
  type Extension,
  type SelectionRange,
} from "@codemirror/state";
import {
  crosshairCursor,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  rectangularSelection,
  runScopeHandlers,
  tooltips,
  type ViewUpdate,
} from "@codemirror/view";
import { directionMarks } from "../../core/words.ts";
import type { CellKind, Diagnostic } from "../../notebook/document.ts";
import { findChange } from "../../notebook/findChange.ts";
import { markElement } from "./directionMarks.ts";
import { filesOf } from "../filesOf.ts";
import { focusStaysInText } from "./besideText.ts";
import { editorTheme } from "./editorTheme.ts";
import { stepOfInput, type HistoryStep } from "./historySteps.ts";
import { languageOf } from "./languageOf.ts";
import { markMatches } from "./markMatches.ts";
import { showProblems } from "./showProblems.ts";
import type { Surroundings } from "./surroundings.ts";
import { tabWalksThrough } from "./tabKey.ts";

/** From where to where the selection reaches; the cursor is at `head`. */
export interface Selection {
  anchor: number;
  head: number;
}

/** How a text came to be what it is. */
export interface Typing {
  /** What was done, such as `input` or `delete`. */
  what: string;
  before: Selection;
  after: Selection;
}

export interface EditorOptions {
  text: string;
  kind: CellKind;
  /** What a screen reader calls the editor. */
  label: string;
  isReadOnly: boolean;
  /** How far the text is scrolled to the side. */
  scrollLeft: number;
  surroundings: Surroundings;
  onChange: (text: string, typing: Typing) => void;
  /** The history is the document's, so an editor has none of its own. */
  onHistory: (step: HistoryStep) => void;
  /** The text has been entered: somebody is about to write. */
  onFocus: () => void;
}

export interface Editor {
  /** Takes a text that was changed elsewhere; the cursor stays. While an input method is composing it waits. */
  setText(text: string): void;
  setKind(kind: CellKind): void;
  setReadOnly(isReadOnly: boolean): void;
  setLabel(label: string): void;
  setDiagnostics(diagnostics: readonly Diagnostic[]): void;
  /** Marks what is searched for, and brings the match that begins at `at` into sight; undefined for nothing. */
  setMatches(pattern: RegExp | undefined, at: number | undefined): void;
  readonly hasFocus: boolean;
  readonly selection: Selection;
  focus(): void;
  select(selection: Selection): void;
  /** Does what a key does that was pressed before the editor was there. */
  press(key: KeyboardEvent): void;
  destroy(): void;
}

// The page uses these itself: Shift+Enter and Ctrl+Enter run, Esc leaves the text.
const takenKeys = new Set(["Enter", "Mod-Enter", "Escape"]);
const keys = [
  { key: "Enter", run: insertNewlineAndIndent },
  { key: "Tab", run: acceptCompletion },
  { key: "Mod-d", run: selectNextOccurrence, preventDefault: true },
  { key: "Mod-Shift-l", run: selectSelectionMatches, preventDefault: true },
  indentWithTab,
  ...closeBracketsKeymap,
  ...defaultKeymap.filter(
    ({ key }) => key === undefined || !takenKeys.has(key),
  ),
];

export function createEditor(
  parent: HTMLElement,
  options: EditorOptions,
): Editor {
  const language = new Compartment();
  const readOnly = new Compartment();
  const label = new Compartment();
  const matches = new Compartment();
  let shownKind = options.kind;
  /** What came from elsewhere while an input method was composing. */
  const waiting: { text?: string; diagnostics?: readonly Diagnostic[] } = {};
  let shownDiagnostics = "[]";

  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        EditorState.allowMultipleSelections.of(true),
        drawSelection(),
        // A cell clips what reaches out of it.
        tooltips({ parent: document.body, position: "fixed" }),
        // Ctrl+click leads to a definition.
        EditorView.clickAddsSelectionRange.of(({ altKey }) => altKey),
        rectangularSelection({
          eventFilter: ({ altKey, shiftKey }) => altKey && shiftKey,
        }),
        crosshairCursor(),
        indentOnInput(),
        indentUnit.of("  "),
        highlightSpecialChars({
          specialChars: directionMarks,
          render: (code) => markElement(String.fromCharCode(code)),
        }),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches({ minSelectionLength: 2 }),
        Prec.highest(keymap.of([{ key: "Escape", run: forgetCompletion }])),
        keymap.of(historyKeys(options)),
        keymap.of(keys),
        editorTheme,
        language.of(languageOf(options.kind, options.surroundings)),
        readOnly.of(EditorState.readOnly.of(options.isReadOnly)),
        label.of(labelOf(options.label)),
        matches.of([]),
        tabWalksThrough,
        focusStaysInText,
        EditorView.domEventHandlers({
          beforeinput: ({ inputType }) => undoFromMenu(inputType, options),
          compositionend: () => void setTimeout(takeWaiting),
          // CodeMirror would write the text of files into the code: the page takes them.
          drop: ({ dataTransfer }) => filesOf(dataTransfer).length > 0,
          paste: ({ clipboardData }) => filesOf(clipboardData).length > 0,
        }),
        EditorView.updateListener.of((update) => {
          if (update.focusChanged && update.view.hasFocus) options.onFocus();
          const typing = typingOf(update);
          if (typing) options.onChange(update.state.doc.toString(), typing);
        }),
      ],
    }),
  });

  view.scrollDOM.scrollLeft = options.scrollLeft;

  function setText(text: string): void {
    waiting.text = text;
    takeWaiting();
  }

  function takeWaiting(): void {
    // A change of what is being composed would end the composition, and with it what was typed.
    if (view.composing) return;
    const { text, diagnostics } = waiting;
    delete waiting.text;
    delete waiting.diagnostics;
    const change =
      text === undefined
        ? undefined
        : findChange(view.state.doc.toString(), text);
    if (change)
      view.dispatch({
        changes: change,
        annotations: Transaction.remote.of(true),
      });
    const wanted = JSON.stringify(diagnostics ?? []);
    if (diagnostics && wanted !== shownDiagnostics) {
      shownDiagnostics = wanted;
      view.dispatch(showProblems(view.state, diagnostics));
    }
  }

  return {
    setText,
    setKind(kind) {
      if (kind === shownKind) return;
      shownKind = kind;
      view.dispatch({
        effects: language.reconfigure(languageOf(kind, options.surroundings)),
      });
    },
    setReadOnly(isReadOnly) {
      view.dispatch({
        effects: readOnly.reconfigure(EditorState.readOnly.of(isReadOnly)),
      });
    },
    setLabel(text) {
      view.dispatch({ effects: label.reconfigure(labelOf(text)) });
    },
    setDiagnostics(diagnostics) {
      waiting.diagnostics = diagnostics;
      takeWaiting();
    },
    setMatches(pattern, at) {
      const isThere = at !== undefined && at <= view.state.doc.length;
      view.dispatch({
        effects: [
          matches.reconfigure(pattern ? markMatches(pattern, at) : []),
          ...(isThere ? [EditorView.scrollIntoView(at, { y: "center" })] : []),
        ],
      });
    },
    get hasFocus() {
      return view.hasFocus;
    },
    get selection() {
      const { anchor, head } = view.state.selection.main;
      return { anchor, head };
    },
    focus() {
      view.focus();
    },
    select(selection) {
      selectIn(view, selection);
    },
    press(key) {
      runScopeHandlers(view, key, "editor");
    },
    destroy() {
      view.destroy();
    },
  };
}

/** What a reader typed, in an update that changed the text; undefined for one that came from elsewhere. */
function typingOf({
  transactions,
  docChanged,
  startState,
  state,
}: ViewUpdate): Typing | undefined {
  if (!docChanged) return undefined;
  const ours = transactions.find(
    (transaction) =>
      transaction.docChanged &&
      transaction.annotation(Transaction.remote) !== true,
  );
  if (!ours) return undefined;
  const event = ours.annotation(Transaction.userEvent) ?? "";
  return {
    // What is typed and what an input method composes is one kind, pasting another.
    what: event.replace(/^input\.type.*/, "input"),
    before: toSelection(startState.selection.main),
    after: toSelection(state.selection.main),
  };
}

function toSelection({ anchor, head }: SelectionRange): Selection {
  return { anchor, head };
}

function selectIn(view: EditorView, { anchor, head }: Selection): void {
  const { length } = view.state.doc;
  const selection = {
    anchor: Math.min(anchor, length),
    head: Math.min(head, length),
  };
  view.dispatch({
    selection,
    effects: EditorView.scrollIntoView(selection.head, { y: "nearest" }),
  });
  view.focus();
}

/** Esc leaves the text also while completion is still being asked for; only a list that is on show takes it. */
function forgetCompletion(view: EditorView): boolean {
  if (completionStatus(view.state) === "pending") closeCompletion(view);
  return false;
}

function historyKeys({ onHistory }: EditorOptions) {
  const undo = () => (onHistory("undo"), true);
  const redo = () => (onHistory("redo"), true);
  return [
    { key: "Mod-z", run: undo, preventDefault: true },
    { key: "Mod-y", run: redo, preventDefault: true },
    { key: "Mod-Shift-z", run: redo, preventDefault: true },
  ];
}

/** The browser's own menu has Undo too. */
function undoFromMenu(
  inputType: string,
  { onHistory }: EditorOptions,
): boolean {
  const step = stepOfInput(inputType);
  if (step) onHistory(step);
  return step !== undefined;
}

function labelOf(label: string): Extension {
  // What can be edited can be walked to anyway; axe knows it by this alone, where a long line makes the editor scroll.
  return EditorView.contentAttributes.of({
    "aria-label": label,
    tabindex: "0",
  });
}
