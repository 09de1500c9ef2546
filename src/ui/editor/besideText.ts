/**
 * A press beside the text of an editor leads into the text: who had left it would give commands to cells by what they type.
 */
import { EditorSelection, type Extension } from "@codemirror/state";
import { EditorView, lineNumbers, ViewPlugin } from "@codemirror/view";

/** The numbers of lines; pressed, one puts the cursor at the start of its line, or with Shift takes the selection there. */
export const numberedLines: Extension = lineNumbers({
  domEventHandlers: {
    mousedown(view, line, event) {
      const { button, shiftKey } = event as MouseEvent;
      if (button !== 0) return false;
      const { anchor } = view.state.selection.main;
      view.dispatch({
        selection: EditorSelection.single(
          shiftKey ? anchor : line.from,
          line.from,
        ),
        userEvent: "select.pointer",
      });
      view.focus();
      return true;
    },
  },
});

/** What scrolls gets the focus when its bar is pressed, or whatever stands in it beside the text. */
export const focusStaysInText: Extension = ViewPlugin.fromClass(
  class {
    readonly #listening = new AbortController();

    constructor({ scrollDOM, contentDOM }: EditorView) {
      scrollDOM.addEventListener(
        "focus",
        () => contentDOM.focus({ preventScroll: true }),
        { signal: this.#listening.signal },
      );
    }

    destroy(): void {
      this.#listening.abort();
    }
  },
);
