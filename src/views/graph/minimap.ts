import type { Arrangement } from "./arrange.ts";
import type { Box } from "./camera.ts";
import type { GraphModel } from "./graphModel.ts";
import type { Point } from "./layout.ts";
import { createOverview, type Overview } from "./overview.ts";
import { palettes } from "./palette.ts";
import { schemeOf, watchScheme } from "./scheme.ts";

/** A small map in the corner of a graph of which only a part is in sight. */
export interface Minimap {
  readonly overview: Overview;
  show(model: GraphModel, arrangement: Arrangement): void;
  /** Frames what is in sight. */
  look(sight: Box): void;
  destroy(): void;
}

/** Its room, in pixels. */
const most = { width: 168, height: 132 };
const inset = 6;
/** The map stays away while all of the graph but such a share is in sight. */
const tolerance = 0.02;

export function createMinimap(
  element: HTMLElement,
  moveTo: (middle: Point) => void,
): Minimap {
  const overview = createOverview();
  const map = document.createElement("canvas");
  map.className = "flow-minimap";
  // What it shows and does can be had by keys from the graph and from its table.
  map.setAttribute("aria-hidden", "true");
  map.hidden = true;
  element.append(map);
  const context = map.getContext("2d")!;
  let box: Box = { x: 0, y: 0, width: 0, height: 0 };
  let scale = 1;
  let palette = palettes[schemeOf(element)];
  let shown: { model: GraphModel; arrangement: Arrangement } | undefined;
  let sight: Box | undefined;

  function paint(): void {
    if (!sight || box.width === 0) return;
    map.hidden = isWhole(box, sight);
    if (map.hidden) return;
    const ratio = devicePixelRatio;
    const { width, height } = map;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(ratio, 0, 0, ratio, inset * ratio, inset * ratio);
    context.drawImage(
      overview.picture,
      0,
      0,
      box.width * scale,
      box.height * scale,
    );
    const x = (sight.x - box.x) * scale;
    const y = (sight.y - box.y) * scale;
    const frame = [x, y, sight.width * scale, sight.height * scale] as const;
    context.fillStyle = palette.accent;
    context.globalAlpha = 0.12;
    context.fillRect(...frame);
    context.globalAlpha = 1;
    context.strokeStyle = palette.accent;
    context.lineWidth = 1.5;
    context.strokeRect(...frame);
  }

  function go(event: PointerEvent): void {
    const bounds = map.getBoundingClientRect();
    moveTo({
      x: box.x + (event.clientX - bounds.left - inset) / scale,
      y: box.y + (event.clientY - bounds.top - inset) / scale,
    });
  }
  map.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    map.setPointerCapture(event.pointerId);
    go(event);
    event.preventDefault();
  });
  map.addEventListener("pointermove", (event) => {
    if (map.hasPointerCapture(event.pointerId)) go(event);
  });

  const unwatch = watchScheme(() => {
    palette = palettes[schemeOf(element)];
    if (!shown) return;
    overview.update(shown.model, shown.arrangement, palette);
    paint();
  });

  return {
    overview,
    show(model, arrangement) {
      shown = { model, arrangement };
      const isNewShape = box !== arrangement.layout.box;
      const changed = overview.update(model, arrangement, palette);
      if (isNewShape) {
        box = arrangement.layout.box;
        scale = Math.min(
          most.width / Math.max(1, box.width),
          most.height / Math.max(1, box.height),
          0.2,
        );
        const width = Math.max(24, box.width * scale) + 2 * inset;
        const height = Math.max(24, box.height * scale) + 2 * inset;
        map.style.width = `${width}px`;
        map.style.height = `${height}px`;
        map.width = Math.round(width * devicePixelRatio);
        map.height = Math.round(height * devicePixelRatio);
      }
      if (changed || isNewShape) paint();
    },
    look(next) {
      sight = next;
      paint();
    },
    destroy() {
      unwatch();
      map.remove();
    },
  };
}

/** Whether so much of a graph is in sight that no map is needed. */
export function isWhole(box: Box, sight: Box): boolean {
  const slack = {
    x: box.width * tolerance + 1,
    y: box.height * tolerance + 1,
  };
  return (
    sight.x <= box.x + slack.x &&
    sight.y <= box.y + slack.y &&
    sight.x + sight.width >= box.x + box.width - slack.x &&
    sight.y + sight.height >= box.y + box.height - slack.y
  );
}
