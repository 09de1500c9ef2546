import type { Arrangement } from "./arrange.ts";
import type { Backdrop } from "./backdrop.ts";
import type { GraphModel } from "./graphModel.ts";
import type { Point } from "./layout.ts";
import type { Minimap } from "./minimap.ts";

/** From this many nodes on there may be a map. */
const leastMapped = 8;

/** What is painted of a graph of elements: the map in its corner, and the graph itself where it is too large to be seen from afar. */
export interface Pictures {
  readonly minimap: Minimap | undefined;
  readonly backdrop: Backdrop | undefined;
  /** To be called when the graph was drawn. They follow a frame later: to paint all of it takes longer than to draw a change. */
  follow(): void;
  destroy(): void;
}

/** They are fetched when they are first worth having; `there` is called then. */
export function createPictures(
  element: HTMLElement,
  shown: () => { model: GraphModel; arrangement: Arrangement },
  moveTo: (middle: Point) => void,
  there: () => void,
): Pictures {
  let minimap: Minimap | undefined;
  let backdrop: Backdrop | undefined;
  let isDestroyed = false;
  let frame = 0;

  function update(): void {
    frame = 0;
    if (isDestroyed) return;
    const { model, arrangement } = shown();
    minimap?.show(model, arrangement);
    backdrop?.update(model, arrangement);
  }

  return {
    get minimap() {
      return minimap;
    },
    get backdrop() {
      return backdrop;
    },
    follow() {
      if (minimap) frame ||= requestAnimationFrame(() => setTimeout(update));
      else if (shown().model.nodes.length >= leastMapped)
        void Promise.all([
          import("./minimap.ts"),
          import("./backdrop.ts"),
        ]).then(
          ([{ createMinimap }, { createBackdrop }]) => {
            if (minimap || isDestroyed) return;
            minimap = createMinimap(element, moveTo);
            backdrop = createBackdrop(element, minimap.overview);
            update();
            there();
          },
          // The graph does without.
          () => undefined,
        );
    },
    destroy() {
      isDestroyed = true;
      cancelAnimationFrame(frame);
      minimap?.destroy();
      backdrop?.destroy();
    },
  };
}
