/**
 * Whoever walks the page with Tab must get out of an editor by Tab as well, and whoever writes wants it to indent. So an editor
 * that was reached with Tab lets it pass until something is typed.
 */
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

// The first editor is loaded after the key that led to it: nobody must be caught in it.
let isWalking = true;
// Before anybody else, for the focus moves as an answer to the key.
document.addEventListener(
  "keydown",
  ({ key }) => (isWalking = key === "Tab"),
  true,
);
document.addEventListener("pointerdown", () => (isWalking = false), true);

export const tabWalksThrough: Extension = [
  EditorView.domEventHandlers({
    focus(_, view) {
      if (isWalking) view.setTabFocusMode(true);
    },
  }),
  EditorView.updateListener.of(({ view, transactions }) => {
    const isTyped = transactions.some((one) => one.isUserEvent("input"));
    if (isTyped || !view.hasFocus) view.setTabFocusMode(false);
  }),
];
