import {
  easeCubicInOut,
  select,
  zoom,
  zoomIdentity,
  zoomTransform,
  type D3ZoomEvent,
} from "d3";
import type { Layout, Point } from "./layout.ts";
import { isStill, moveTime } from "./motion.ts";

/** What part of a graph is in view: pan, zoom, and the whole graph until the reader moves it. */
export interface Camera {
  /** Shows the whole graph, from now on whatever its size. */
  fit(): void;
  /** Zooms around the middle: 1.4 makes everything that much larger. */
  zoomBy(factor: number): void;
  /** The graph changed: shows the whole of it, unless the reader moved the view and it is still the same graph. */
  follow(box: Layout["box"], moves: boolean, isOther: boolean): void;
  /** Pans just as far as it takes to see something. */
  reveal(middle: Point, size: { width: number; height: number }): void;
  /**
   * What the reader looks at. Where there is too little room to read the whole graph, what is around it is shown instead,
   * until the whole is asked for.
   */
  lookAt(middle: Point | undefined): void;
  destroy(): void;
}

const margin = 28;
const smallest = 0.05;
/** Below these scales small text, and all text, cannot be read and is not drawn. */
const farScale = 0.45;
const tinyScale = 0.22;
/** At this scale the texts of nodes are read with ease. */
const readableScale = 0.62;
/** A change of the room so soon after a look at something else comes from that. */
const lookTime = 400;

export function createCamera(
  element: HTMLElement,
  svg: SVGSVGElement,
  canvas: SVGGElement,
): Camera {
  let box: Layout["box"] = { x: 0, y: 0, width: 0, height: 0 };
  let isFitted = true;
  /** False once the whole was asked for. */
  let follows = true;
  let seen: Point | undefined;
  let seenAt = 0;
  const zoomed = zoom<SVGSVGElement, unknown>()
    .scaleExtent([smallest, 2.5])
    .on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
      canvas.setAttribute("transform", event.transform.toString());
      svg.classList.toggle("far", event.transform.k < farScale);
      svg.classList.toggle("tiny", event.transform.k < tinyScale);
      if (event.sourceEvent) isFitted = false;
    });
  const surface = select<SVGSVGElement, unknown>(svg);
  surface.call(zoomed).on("dblclick.zoom", null);

  function showAll(moves: boolean): void {
    const { clientWidth: width, clientHeight: height } = element;
    if (width === 0 || height === 0 || box.width === 0) return;
    const whole = Math.max(
      smallest,
      Math.min(
        1,
        (width - 2 * margin) / box.width,
        (height - 2 * margin) / box.height,
      ),
    );
    const isNear = seen !== undefined && follows && whole < readableScale;
    const k = isNear ? readableScale : whole;
    const middle =
      isNear && seen
        ? seen
        : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const to = zoomIdentity
      .translate(
        offset(middle.x, box.x, box.width, k, width),
        offset(middle.y, box.y, box.height, k, height),
      )
      .scale(k);
    if (moves && !isStill())
      surface
        .transition()
        .duration(moveTime)
        .ease(easeCubicInOut)
        .call(zoomed.transform, to);
    else surface.interrupt().call(zoomed.transform, to);
  }

  const resized = new ResizeObserver(() => {
    if (isFitted) showAll(performance.now() - seenAt < lookTime);
  });
  resized.observe(element);

  return {
    fit() {
      isFitted = true;
      follows = false;
      showAll(true);
    },
    zoomBy(factor) {
      isFitted = false;
      if (isStill()) surface.interrupt().call(zoomed.scaleBy, factor);
      else
        surface
          .transition()
          .duration(moveTime / 2)
          .call(zoomed.scaleBy, factor);
    },
    follow(next, moves, isOther) {
      box = next;
      if (isOther) isFitted = true;
      if (isFitted) showAll(moves);
    },
    lookAt(middle) {
      if (middle?.x === seen?.x && middle?.y === seen?.y) return;
      seen = middle;
      seenAt = performance.now();
      follows = true;
    },
    reveal(middle, size) {
      const { k, x, y } = zoomTransform(svg);
      const dx = shortfall(
        middle.x * k + x,
        size.width * k,
        element.clientWidth,
      );
      const dy = shortfall(
        middle.y * k + y,
        size.height * k,
        element.clientHeight,
      );
      if (dx === 0 && dy === 0) return;
      surface.call(zoomed.translateBy, dx / k, dy / k);
    },
    destroy() {
      resized.disconnect();
      surface.interrupt().on(".zoom", null);
    },
  };
}

/** Where the graph has to begin so that a place is in the middle, without more empty room at its ends than there has to be. */
function offset(
  middle: number,
  start: number,
  extent: number,
  k: number,
  room: number,
): number {
  const centred = room / 2 - k * middle;
  const first = margin - k * start;
  const last = room - margin - k * (start + extent);
  return last >= first
    ? room / 2 - k * (start + extent / 2)
    : Math.max(last, Math.min(first, centred));
}

/** How far something has to move to be inside the room, with a little space around. */
function shortfall(middle: number, extent: number, room: number): number {
  const start = middle - extent / 2 - 12;
  const end = middle + extent / 2 + 12;
  if (start < 0) return -start;
  return end > room ? room - end : 0;
}
