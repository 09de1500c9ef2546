import type { Extension } from "@codemirror/state";
import { EditorView, hoverTooltip, type Tooltip } from "@codemirror/view";
import { describe } from "./describe.ts";
import { isAlwaysCode } from "./queryValues.ts";
import type { Surroundings } from "./surroundings.ts";

/** Says what a name is and what its comment says, while the pointer rests on it. */
export function codeHover(
  surroundings: Surroundings,
  isCode = isAlwaysCode,
): Extension {
  /** What moves below a pointer that lies still, because somebody types, is not pointed at. */
  let isTyping = false;
  return [
    EditorView.domEventHandlers({
      mousemove({ movementX, movementY }) {
        if (movementX !== 0 || movementY !== 0) isTyping = false;
      },
    }),
    EditorView.updateListener.of(({ docChanged }) => {
      if (docChanged) isTyping = true;
    }),
    hoverTooltip(
      async (view, position): Promise<Tooltip | null> => {
        const { state } = view;
        if (isTyping || !state.wordAt(position) || !isCode(state, position))
          return null;
        const checker = await surroundings.checker();
        const found = await checker?.hover(position);
        if (!found || view.state.doc !== state.doc) return null;
        return {
          pos: found.from,
          end: found.to,
          above: true,
          create: () => ({ dom: describe(found.signature, found.doc) }),
        };
      },
      { hideOnChange: true },
    ),
  ];
}
