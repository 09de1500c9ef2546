/** What is wrong with a cell, marked in its text and told to whoever points there. */
import { setDiagnostics, type Action } from "@codemirror/lint";
import type { EditorState, TransactionSpec } from "@codemirror/state";
import type { Diagnostic } from "../../notebook/document.ts";
import { messageNodes } from "./describe.ts";
import * as words from "../words/editor.ts";

/** The change of an editor's state that marks what is wrong, with a button where it is known what was meant. */
export function showProblems(
  state: EditorState,
  diagnostics: readonly Diagnostic[],
): TransactionSpec {
  const { length } = state.doc;
  return setDiagnostics(
    state,
    diagnostics.map(({ from, to, severity, message, instead }) => ({
      from: Math.min(from, length),
      to: Math.min(Math.max(from, to), length),
      severity,
      message,
      renderMessage: () => messageElement(message),
      actions:
        instead === undefined || state.readOnly ? [] : [replacement(instead)],
    })),
  );
}

function messageElement(message: string): HTMLElement {
  const text = document.createElement("span");
  text.append(...messageNodes(message));
  return text;
}

function replacement(insert: string): Action {
  return {
    name: words.replaceWith(insert),
    apply(view, from, to) {
      view.dispatch({
        changes: { from, to, insert },
        selection: { anchor: from + insert.length },
        userEvent: "input.replace",
      });
      view.focus();
    },
  };
}
