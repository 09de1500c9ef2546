import type { ZoomTransform } from "d3-zoom";
import type { Arrangement } from "./arrange.ts";
import type { Box } from "./camera.ts";
import type { GraphModel } from "./graphModel.ts";
import type { Overview } from "./overview.ts";
import { createPainter } from "./painter.ts";

/** A painted picture behind the elements of a graph. */
export interface Backdrop {
  update(model: GraphModel, arrangement: Arrangement): void;
  /** Shows what is in sight; undefined for nothing. */
  show(transform: ZoomTransform | undefined, sight: Box): void;
  destroy(): void;
}

export function createBackdrop(
  element: HTMLElement,
  overview: Overview,
): Backdrop {
  const canvas = document.createElement("canvas");
  canvas.className = "flow-backdrop";
  canvas.setAttribute("aria-hidden", "true");
  canvas.hidden = true;
  element.prepend(canvas);
  let wanted: { transform: ZoomTransform; sight: Box } | undefined;
  let frame = 0;
  const plan = (): void => {
    if (frame === 0) frame = requestAnimationFrame(paint);
  };
  const painter = createPainter(element, canvas, overview, plan);

  function paint(): void {
    frame = 0;
    canvas.hidden = wanted === undefined;
    if (wanted) painter.paint(wanted.transform, wanted.sight);
  }

  return {
    update(model, arrangement) {
      painter.show(model, arrangement);
      if (wanted) plan();
    },
    show(transform, sight) {
      if (!transform && !wanted) return;
      wanted = transform && { transform, sight };
      plan();
    },
    destroy() {
      cancelAnimationFrame(frame);
      painter.destroy();
      canvas.remove();
    },
  };
}
