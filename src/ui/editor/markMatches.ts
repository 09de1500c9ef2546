import type { Extension } from "@codemirror/state";
import {
  Decoration,
  MatchDecorator,
  ViewPlugin,
  type DecorationSet,
  type EditorView,
  type ViewUpdate,
} from "@codemirror/view";

/** Marks every place of the text that a pattern matches. */
export function markMatches(pattern: RegExp): Extension {
  const decorator = new MatchDecorator({
    regexp: new RegExp(pattern.source, pattern.flags.replace("g", "") + "g"),
    decoration: Decoration.mark({ class: "cm-searchMatch" }),
  });
  return ViewPlugin.define(
    (view: EditorView) => ({
      marks: decorator.createDeco(view) as DecorationSet,
      update(update: ViewUpdate) {
        this.marks = decorator.updateDeco(update, this.marks);
      },
    }),
    { decorations: ({ marks }) => marks },
  );
}
