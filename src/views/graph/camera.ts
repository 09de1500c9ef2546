import { easeCubicInOut } from "d3-ease";
import { select } from "d3-selection";
import {
  zoom,
  zoomIdentity,
  zoomTransform,
  type D3ZoomEvent,
  type ZoomTransform,
} from "d3-zoom";
import "d3-transition";
import type { Layout, Point } from "./layout.ts";
import { isStill, moveTime } from "./motion.ts";
import type { Size } from "./nodeGeometry.ts";

/** What part of a graph is in view: pan, zoom, and the whole graph until the reader moves it. */
export interface Camera {
  /** Shows the whole graph, from now on whatever its size. */
  fit(): void;
  /** Zooms around the middle: 1.4 makes everything that much larger. */
  zoomBy(factor: number): void;
  /** The graph changed: shows the whole of it, unless the reader moved the view and it is still the same graph. */
  follow(box: Box, moves: boolean, isOther: boolean): void;
  /** Pans just as far as it takes to see something. */
  reveal(middle: Point, size: { width: number; height: number }): void;
  /**
   * What the reader looks at. Where there is too little room to read the whole graph, what is around it is shown instead,
   * until the whole is asked for.
   */
  lookAt(middle: Point | undefined): void;
  /** Brings a point to the middle, at the scale that it is. */
  centre(middle: Point): void;
  /** The same, large enough to be read. */
  goTo(middle: Point): void;
  /** What is in sight, in coordinates of the graph. */
  sight(): Box;
  destroy(): void;
}

/** What a picture is drawn on. */
type Surface = HTMLElement;
export type Box = Layout["box"];

const margin = 28;
const smallest = 0.02;
/** Below these scales small text, and all text, cannot be read and is not drawn. */
export const farScale = 0.45;
export const tinyScale = 0.22;
/** At this scale the texts of nodes are read with ease. */
const readableScale = 0.62;
/** A change of the room so soon after a look at something else comes from that. */
const lookTime = 400;

/** Whether an event pans or zooms. Where the graph stands in a text, what scrolls is for the text. */
function isForGraph(event: Event, isInText: boolean): boolean {
  if (event instanceof WheelEvent)
    return !isInText || event.ctrlKey || event.metaKey;
  if (event instanceof MouseEvent) return !event.ctrlKey && event.button === 0;
  const isTouch =
    typeof TouchEvent === "function" && event instanceof TouchEvent;
  return !isInText || !isTouch || event.touches.length > 1;
}

export function createCamera(
  element: HTMLElement,
  surface: Surface,
  onMove: (transform: ZoomTransform) => void,
  isInText = false,
): Camera {
  let box: Box = { x: 0, y: 0, width: 0, height: 0 };
  let isFitted = true;
  /** False once the whole was asked for. */
  let follows = true;
  let seen: Point | undefined;
  let seenAt = 0;
  /**
   * The room that there is. To read it from the element has the page laid out, and it is wanted with each step of a gesture and
   * each drawing; when it changes, that is told before the page is painted.
   */
  let room = roomOf(element);
  const zoomed = zoom<Surface, unknown>()
    .extent(() => [
      [0, 0],
      [room.width, room.height],
    ])
    .scaleExtent([smallest, 2.5])
    .filter((event: Event) => isForGraph(event, isInText))
    .on("zoom", (event: D3ZoomEvent<Surface, unknown>) => {
      if (event.sourceEvent) isFitted = false;
      // Not from the start of a gesture, which a click is too.
      surface.classList.add("moving");
      onMove(event.transform);
    })
    .on("end", () => surface.classList.remove("moving"));
  const moved = select<Surface, unknown>(surface);
  moved.call(zoomed).on("dblclick.zoom", null);

  function showAll(moves: boolean): void {
    const { width, height } = room;
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
      moved
        .transition()
        .duration(moveTime)
        .ease(easeCubicInOut)
        .call(zoomed.transform, to);
    else moved.interrupt().call(zoomed.transform, to);
  }

  const resized = new ResizeObserver(() => {
    room = roomOf(element);
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
      if (isStill()) moved.interrupt().call(zoomed.scaleBy, factor);
      else
        moved
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
      const { k, x, y } = zoomTransform(surface);
      const dx = shortfall(middle.x * k + x, size.width * k, room.width);
      const dy = shortfall(middle.y * k + y, size.height * k, room.height);
      if (dx === 0 && dy === 0) return;
      moved.call(zoomed.translateBy, dx / k, dy / k);
    },
    centre(middle) {
      isFitted = false;
      moved.interrupt().call(zoomed.translateTo, middle.x, middle.y);
    },
    goTo(middle) {
      isFitted = false;
      const { width, height } = room;
      const k = Math.max(readableScale, zoomTransform(surface).k);
      const to = zoomIdentity
        .translate(width / 2 - k * middle.x, height / 2 - k * middle.y)
        .scale(k);
      if (isStill()) moved.interrupt().call(zoomed.transform, to);
      else
        moved
          .transition()
          .duration(moveTime)
          .ease(easeCubicInOut)
          .call(zoomed.transform, to);
    },
    sight() {
      const { k, x, y } = zoomTransform(surface);
      const { width, height } = room;
      return { x: -x / k, y: -y / k, width: width / k, height: height / k };
    },
    destroy() {
      resized.disconnect();
      moved.interrupt().on(".zoom", null);
    },
  };
}

function roomOf({ clientWidth, clientHeight }: HTMLElement): Size {
  return { width: clientWidth, height: clientHeight };
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

export function touches(one: Box, other: Box): boolean {
  return (
    one.x <= other.x + other.width &&
    one.x + one.width >= other.x &&
    one.y <= other.y + other.height &&
    one.y + one.height >= other.y
  );
}

export function isWithin(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** The box around the points of a line. */
export function boxAround(points: readonly Point[]): Box {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** How much further, in proportion. */
const surround = 0.3;

/** A box that reaches further to all sides. */
export function widen({ x, y, width, height }: Box): Box {
  return {
    x: x - width * surround,
    y: y - height * surround,
    width: width * (1 + 2 * surround),
    height: height * (1 + 2 * surround),
  };
}
