import type { Extension } from "@codemirror/state";
import {
  Decoration,
  ViewPlugin,
  type DecorationSet,
  type EditorView,
  type ViewUpdate,
} from "@codemirror/view";
import { findInText } from "../../notebook/findInCells.ts";

const mark = Decoration.mark({ class: "cm-searchMatch" });

/** Marks every place of the text that a pattern matches: the same that are listed, also those of several lines. */
export function markMatches(pattern: RegExp): Extension {
  const marksOf = (view: EditorView): DecorationSet =>
    Decoration.set(
      findInText(view.state.doc.toString(), pattern).map(({ from, to }) =>
        mark.range(from, to),
      ),
    );
  return ViewPlugin.define(
    (view: EditorView) => ({
      marks: marksOf(view),
      update(update: ViewUpdate) {
        if (update.docChanged) this.marks = marksOf(update.view);
      },
    }),
    { decorations: ({ marks }) => marks },
  );
}
