import { type EditorState, type Extension, Prec } from "@codemirror/state";
import { EditorView, hoverTooltip, type Tooltip } from "@codemirror/view";
import { describe } from "./describe.ts";
import { isAlwaysCode } from "./queryValues.ts";
import { RestingPointer } from "./restingPointer.ts";
import type { Surroundings } from "./surroundings.ts";

/** Says what a name is and what its comment says, while the pointer rests on it. */
export function codeHover(
  surroundings: Surroundings,
  isCode = isAlwaysCode,
): Extension {
  const pointer = new RestingPointer();
  return [
    EditorView.domEventHandlers({
      mousemove(event) {
        pointer.moved(event);
      },
      mouseleave() {
        pointer.left();
      },
    }),
    EditorView.updateListener.of(({ docChanged }) => {
      if (docChanged) pointer.typed();
    }),
    // What is wrong there is said first: a long card reaches out of a small window.
    Prec.low(
      hoverTooltip(
        (view, position) =>
          findCard(view, position, surroundings, pointer, isCode),
        { hideOnChange: true },
      ),
    ),
  ];
}

/** The card of the name at a position; null if there is none, or it comes too late: nothing takes away one that is shown after the pointer has left. */
export async function findCard(
  view: { readonly state: EditorState },
  position: number,
  surroundings: Pick<Surroundings, "checker">,
  pointer: RestingPointer,
  isCode = isAlwaysCode,
): Promise<Tooltip | null> {
  const { state } = view;
  if (!pointer.isResting || !state.wordAt(position) || !isCode(state, position))
    return null;
  const checker = await surroundings.checker();
  const found = await checker?.hover(position);
  if (!found || !pointer.isResting || view.state.doc !== state.doc) return null;
  return {
    pos: found.from,
    end: found.to,
    above: true,
    create: () => ({ dom: describe(found.signature, found.doc) }),
  };
}
