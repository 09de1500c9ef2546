import { drawElements } from "./drawElements.ts";
import type { GraphModel } from "./graphModel.ts";
import type { GraphCallbacks, GraphOptions, GraphView } from "./graphView.ts";

export type { GraphView };

/** A graph of more nodes than this is painted on a canvas. */
export const mostElements = 1_500;

/** Draws a flow into an element, which it fills: as elements as long as these are not too many, else painted. */
export function drawGraph(
  element: HTMLElement,
  callbacks: GraphCallbacks,
  options: GraphOptions = {},
): GraphView {
  let view: GraphView | undefined;
  let isPainted = false;
  let canPaint = true;
  let isDestroyed = false;
  let newest: GraphModel | undefined;

  function begin(painted: boolean): void {
    view?.destroy();
    view = undefined;
    isPainted = painted;
    if (!painted) {
      view = drawElements(element, callbacks, options);
      return;
    }
    void import("./paintGraph.ts").then(
      ({ paintGraph }) => {
        if (isDestroyed || !isPainted || view) return;
        view = paintGraph(element, callbacks, options);
        if (newest) view.update(newest);
      },
      // Without what paints it is slow, but there.
      () => {
        canPaint = false;
        if (!isDestroyed && isPainted && !view) begin(false);
        if (newest) view?.update(newest);
      },
    );
  }
  begin(false);

  return {
    update(model) {
      newest = model;
      const isLarge = canPaint && model.nodes.length > mostElements;
      if (isLarge !== isPainted) begin(isLarge);
      view?.update(model);
    },
    fit: () => view?.fit(),
    zoomBy: (factor) => view?.zoomBy(factor),
    show: (id) => view?.show(id),
    destroy() {
      isDestroyed = true;
      view?.destroy();
    },
  };
}
