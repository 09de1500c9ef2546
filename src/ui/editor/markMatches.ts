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
const current = Decoration.mark({
  class: "cm-searchMatch cm-searchMatch-selected",
});

/**
 * Marks every place of the text that a pattern matches: the same that are listed, also those of several lines. The one that
 * begins at `at` stands out.
 */
export function markMatches(
  pattern: RegExp,
  at: number | undefined,
): Extension {
  const marksOf = (view: EditorView): DecorationSet =>
    Decoration.set(
      findInText(view.state.doc.toString(), pattern).map(({ from, to }) =>
        (from === at ? current : mark).range(from, to),
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
