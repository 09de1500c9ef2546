import { easeCubicInOut } from "d3-ease";
import { select } from "d3-selection";
import "d3-transition";
import { fadeIn } from "./fadeIn.ts";
import type { GraphModel } from "./graphModel.ts";
import { moveTime } from "./motion.ts";
import type { NestedLayout } from "./nestedLayout.ts";
import { svgElement } from "./svgElement.ts";

/** The frames around what open sub-flows hold; they lie below everything else. */
export interface FramesView {
  /** Puts the frames where the layout says; makes and removes them as it says. */
  move(layout: NestedLayout, moves: boolean): void;
  /** Gives them the states of their nodes. */
  show(model: GraphModel): void;
}

export function drawFrames(layer: SVGGElement): FramesView {
  const frames = new Map<string, SVGRectElement>();
  return {
    show(model) {
      if (frames.size === 0) return;
      for (const node of model.nodes) {
        const frame = frames.get(node.id);
        if (!frame) continue;
        frame.dataset["state"] = node.state;
        frame.classList.toggle("selected", node.id === model.selected);
      }
    },
    move({ places }, moves) {
      const live = new Set<string>();
      for (const { id, x, y, frame } of places) {
        if (!frame) continue;
        live.add(id);
        const box = {
          x: x - frame.width / 2,
          y: y - frame.height / 2,
          width: frame.width,
          height: frame.height,
        };
        const known = frames.get(id);
        const rect =
          known ?? svgElement("rect", { class: "frame", rx: 9, ...box });
        rect.dataset["id"] = id;
        if (!known) {
          frames.set(id, rect);
          // The layout lists an open node before those inside it, so an inner frame lies above.
          layer.append(rect);
          if (moves) fadeIn(rect);
          continue;
        }
        const frameNow = select(rect).interrupt();
        if (!moves) {
          for (const [name, value] of Object.entries(box))
            frameNow.attr(name, value);
          continue;
        }
        const transition = frameNow
          .transition()
          .duration(moveTime)
          .ease(easeCubicInOut);
        for (const [name, value] of Object.entries(box))
          transition.attr(name, value);
      }
      for (const [id, rect] of frames) {
        if (live.has(id)) continue;
        rect.remove();
        frames.delete(id);
      }
    },
  };
}
