/** The text editor of a cell. This file and all of CodeMirror are one chunk, loaded when the first cell comes into sight. */
import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
} from "@codemirror/autocomplete";
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
  insertNewlineAndIndent,
} from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { markdown } from "@codemirror/lang-markdown";
import { sql, SQLite } from "@codemirror/lang-sql";
import {
  bracketMatching,
  indentOnInput,
  indentUnit,
} from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import {
  highlightSelectionMatches,
  selectNextOccurrence,
} from "@codemirror/search";
import {
  Compartment,
  EditorState,
  Transaction,
  type Extension,
} from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import type { CellKind, Diagnostic } from "../../notebook/document.ts";
import {
  completeCode,
  completeTables,
  languageHover,
  type Surroundings,
} from "./completion.ts";
import { editorTheme } from "./editorTheme.ts";
import { findChange } from "./findChange.ts";

export interface EditorOptions {
  text: string;
  kind: CellKind;
  /** What a screen reader calls the editor. */
  label: string;
  isReadOnly: boolean;
  surroundings: Surroundings;
  onChange: (text: string) => void;
}

export interface Editor {
  /** Takes a text that was changed elsewhere; cursor and history stay. */
  setText(text: string): void;
  setKind(kind: CellKind): void;
  setReadOnly(isReadOnly: boolean): void;
  setLabel(label: string): void;
  setDiagnostics(diagnostics: readonly Diagnostic[]): void;
  focus(): void;
  /** Puts the cursor at a line and column, counted from 1. */
  focusAt(line: number, column: number): void;
  destroy(): void;
}

// The page uses these itself: Shift+Enter and Ctrl+Enter run, Esc leaves the text.
const takenKeys = new Set(["Enter", "Mod-Enter", "Escape"]);
const keys = [
  { key: "Enter", run: insertNewlineAndIndent },
  { key: "Tab", run: acceptCompletion },
  { key: "Mod-d", run: selectNextOccurrence, preventDefault: true },
  indentWithTab,
  ...closeBracketsKeymap,
  ...defaultKeymap.filter(
    ({ key }) => key === undefined || !takenKeys.has(key),
  ),
  ...historyKeymap,
];

export function createEditor(
  parent: HTMLElement,
  options: EditorOptions,
): Editor {
  const language = new Compartment();
  const readOnly = new Compartment();
  const label = new Compartment();
  let shownKind = options.kind;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("  "),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches({ minSelectionLength: 2 }),
        autocompletion({ icons: false, maxRenderedOptions: 60 }),
        keymap.of(keys),
        editorTheme,
        language.of(languageOf(options.kind, options.surroundings)),
        readOnly.of(EditorState.readOnly.of(options.isReadOnly)),
        label.of(labelOf(options.label)),
        EditorView.updateListener.of((update) => {
          const isOurs = update.transactions.some(
            (transaction) =>
              transaction.docChanged &&
              transaction.annotation(Transaction.remote) !== true,
          );
          if (isOurs) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });

  return {
    setText(text) {
      const change = findChange(view.state.doc.toString(), text);
      if (!change) return;
      view.dispatch({
        changes: change,
        annotations: [
          Transaction.remote.of(true),
          Transaction.addToHistory.of(false),
        ],
      });
    },
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
      const { length } = view.state.doc;
      view.dispatch(
        setDiagnostics(
          view.state,
          diagnostics.map(({ from, to, severity, message }) => ({
            from: Math.min(from, length),
            to: Math.min(Math.max(from, to), length),
            severity,
            message,
          })),
        ),
      );
    },
    focus() {
      view.focus();
    },
    focusAt(line, column) {
      const { doc } = view.state;
      const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
      const position = Math.min(at.from + Math.max(column, 1) - 1, at.to);
      view.dispatch({
        selection: { anchor: position },
        effects: EditorView.scrollIntoView(position, { y: "center" }),
      });
      view.focus();
    },
    destroy() {
      view.destroy();
    },
  };
}

function labelOf(label: string): Extension {
  return EditorView.contentAttributes.of({ "aria-label": label });
}

function languageOf(kind: CellKind, surroundings: Surroundings): Extension {
  switch (kind) {
    case "ts":
    case "js": {
      const support = javascript({ typescript: kind === "ts" });
      return [
        lineNumbers(),
        support,
        support.language.data.of({ autocomplete: completeCode(surroundings) }),
        languageHover,
        placeholder("TypeScript: define tasks, a flow, or show something"),
      ];
    }
    case "sql": {
      const support = sql({ dialect: SQLite, upperCaseKeywords: true });
      return [
        lineNumbers(),
        support,
        support.language.data.of({
          autocomplete: completeTables(surroundings),
        }),
        placeholder("SELECT … FROM a table of this notebook"),
      ];
    }
    case "md":
      return [
        markdown(),
        EditorView.lineWrapping,
        EditorView.theme({ ".cm-line": { padding: "0 12px" } }),
        placeholder("Text in Markdown. Esc when done"),
      ];
    default:
      return kind satisfies never;
  }
}
