/**
 * A graph of thousands of nodes, painted. Of what is in sight only as much is painted as can be told apart at that scale:
 * from far away a picture of the whole graph that is kept ready, nearer boxes, and near by all that a node has to say.
 */
import { zoomIdentity, type ZoomTransform } from "d3";
import "../states.css";
import { arrange, type Arrangement } from "./arrange.ts";
import {
  boxAround,
  createCamera,
  farScale,
  tinyScale,
  touches,
  type Box,
} from "./camera.ts";
import { edgeLook } from "./edgeLook.ts";
import { arrowHead, edgePath, headTransform } from "./edgePath.ts";
import "./graph.css";
import type { GraphModel, GraphModelNode } from "./graphModel.ts";
import {
  graphLabel,
  hasSameShape,
  type GraphCallbacks,
  type GraphView,
} from "./graphView.ts";
import type { Direction, Point } from "./layout.ts";
import { createMinimap } from "./minimap.ts";
import { farColour, nodeMarks } from "./nodeMarks.ts";
import { isTicking, nodeDescription, nodeSize } from "./nodeText.ts";
import { paintMarks } from "./paintMarks.ts";
import { mix, palettes } from "./palette.ts";
import { schemeOf, watchScheme } from "./scheme.ts";
import { isWalkKey, walk } from "./walk.ts";

const tickTime = 250;
/** The picture of the whole is used until its pixels would show. */
const mostStretch = 1.6;
const head = new Path2D(arrowHead);

interface PaintedEdge {
  box: Box;
  path: Path2D;
  head: DOMMatrix;
  route: Arrangement["layout"]["routes"][number];
}

/** Paints a flow into an element, which it fills, and keeps the picture up to date. */
export function paintGraph(
  element: HTMLElement,
  callbacks: GraphCallbacks,
  options: { direction?: Direction } = {},
): GraphView {
  const direction = options.direction ?? "down";
  const canvas = document.createElement("canvas");
  canvas.className = "flow-graph";
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "graph");
  // A canvas has no parts of its own: this one stands for the node that the keys have reached.
  const stand = document.createElement("button");
  stand.type = "button";
  canvas.append(stand);
  element.append(canvas);
  const context = canvas.getContext("2d", { alpha: false })!;
  const font = getComputedStyle(element).fontFamily;

  let shown: GraphModel = { nodes: [], edges: [] };
  let waiting: GraphModel | undefined;
  let byId = new Map<string, GraphModelNode>();
  let arrangement: Arrangement = arrange(shown);
  let edges: PaintedEdge[] = [];
  let palette = palettes[schemeOf(element)];
  let transform: ZoomTransform = zoomIdentity;
  let current: string | undefined;
  let frame = 0;
  let ticker: ReturnType<typeof setInterval> | undefined;

  function plan(): void {
    if (frame === 0) frame = requestAnimationFrame(flush);
  }
  const camera = createCamera(element, canvas, (next) => {
    transform = next;
    plan();
  });
  const minimap = createMinimap(element, (middle) => camera.centre(middle));
  const unwatch = watchScheme(() => {
    palette = palettes[schemeOf(element)];
    plan();
  });
  const resized = new ResizeObserver(plan);
  resized.observe(element);

  function flush(): void {
    frame = 0;
    if (waiting) take(waiting);
    waiting = undefined;
    paint();
    minimap.look(camera.sight());
  }

  function take(model: GraphModel): void {
    const before = shown;
    shown = model;
    byId = new Map(model.nodes.map((node) => [node.id, node]));
    const isNewShape = !hasSameShape(before, model, lookOf);
    if (isNewShape) {
      const isOther = !model.nodes.some(({ id }) =>
        arrangement.middles.has(id),
      );
      arrangement = arrange(model, arrangement.layout, direction);
      edges = arrangement.layout.routes.map((route) => ({
        route,
        box: boxAround(route.points),
        path: new Path2D(edgePath(route.points, direction)),
        head: new DOMMatrix(
          headTransform(route.points, direction)
            .replace(/translate\(([^,]+),([^)]+)\)/, "translate($1px,$2px)")
            .replace(/rotate\(([^)]+)\)/, "rotate($1deg)"),
        ),
      }));
      canvas.setAttribute("aria-label", graphLabel(model));
      camera.lookAt(middleOf(model.selected));
      camera.follow(arrangement.layout.box, false, isOther);
    }
    minimap.show(model, arrangement);
    if (before.selected !== model.selected && model.selected !== undefined)
      reveal(model.selected);
    if (current === undefined || !byId.has(current))
      current = model.selected ?? model.nodes[0]?.id;
    describe();
    schedule();
  }

  function schedule(): void {
    const isNeeded =
      shown.now === undefined && shown.nodes.some((node) => isTicking(node));
    if (isNeeded) ticker ??= setInterval(plan, tickTime);
    else {
      clearInterval(ticker);
      ticker = undefined;
    }
  }

  function middleOf(id: string | undefined): Point | undefined {
    return id === undefined ? undefined : arrangement.middles.get(id);
  }

  function reveal(id: string): void {
    const middle = middleOf(id);
    const size = arrangement.sizes.get(id);
    if (middle && size) camera.reveal(middle, size);
  }

  // ---------------------------------------------------------------- painting

  function paint(): void {
    const { clientWidth, clientHeight } = element;
    const ratio = devicePixelRatio;
    const [width, height] = [
      Math.round(clientWidth * ratio),
      Math.round(clientHeight * ratio),
    ];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = palette.ground;
    context.fillRect(0, 0, width, height);
    const k = transform.k * ratio;
    context.setTransform(k, 0, 0, k, transform.x * ratio, transform.y * ratio);
    const { overview } = minimap;
    if (transform.k < tinyScale && k <= overview.scale * mostStretch)
      paintOverview();
    else paintParts();
    paintRings();
  }

  function paintOverview(): void {
    const { box } = arrangement.layout;
    const { picture, scale } = minimap.overview;
    context.imageSmoothingQuality = "high";
    context.drawImage(
      picture,
      box.x,
      box.y,
      picture.width / scale,
      picture.height / scale,
    );
  }

  function paintParts(): void {
    const sight = camera.sight();
    const isFar = transform.k < farScale;
    paintFrames(sight);
    paintEdges(sight, isFar);
    const now = shown.now ?? Date.now();
    for (const node of shown.nodes) {
      const middle = arrangement.middles.get(node.id);
      const size = arrangement.sizes.get(node.id);
      if (!middle || !size) continue;
      const x = middle.x - size.width / 2;
      const y = middle.y - size.height / 2;
      if (!touches({ x, y, ...size }, sight)) continue;
      const isDim = shown.found !== undefined && !shown.found.has(node.id);
      if (isFar) {
        const colour = farColour(node, palette);
        context.fillStyle = isDim ? mix(colour, palette.ground, 0.3) : colour;
        context.fillRect(x, y, size.width, size.height);
        continue;
      }
      context.translate(middle.x, middle.y);
      const marks = nodeMarks(node, size, palette, now);
      paintMarks(
        context,
        isDim ? marks.map((mark) => ({ ...mark, opacity: 0.3 })) : marks,
        font,
      );
      context.translate(-middle.x, -middle.y);
    }
  }

  function paintFrames(sight: Box): void {
    for (const { x, y, frame: size } of arrangement.layout.places) {
      if (!size) continue;
      const box = { x: x - size.width / 2, y: y - size.height / 2, ...size };
      if (!touches(box, sight)) continue;
      context.beginPath();
      context.roundRect(box.x, box.y, box.width, box.height, 9);
      context.fillStyle = mix(palette.inkFaint, palette.paper, 0.05);
      context.fill();
      context.lineWidth = 1;
      context.strokeStyle = palette.lineStrong;
      context.stroke();
    }
  }

  function paintEdges(sight: Box, isFar: boolean): void {
    context.lineWidth = isFar ? 2.5 : 1.5;
    for (const { box, path, head: at, route } of edges) {
      if (!touches(box, sight)) continue;
      const look = edgeLook(route, byId, shown.selected);
      const colour = look.isChosen
        ? palette.accent
        : look.isFlowing
          ? palette.states.Running
          : palette.lineStrong;
      context.globalAlpha = look.isExcluded || look.isClosed ? 0.5 : 1;
      context.strokeStyle = colour;
      if (!isFar)
        context.setLineDash(
          look.isClosed ? [1, 4] : look.isOrder ? [2, 4] : [],
        );
      context.stroke(path);
      if (isFar) continue;
      context.fillStyle = colour;
      context.save();
      context.transform(at.a, at.b, at.c, at.d, at.e, at.f);
      context.fill(head);
      context.restore();
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  /** Around what is selected, and what the keys have reached. They can be seen from however far away. */
  function paintRings(): void {
    const isFocused = stand.matches(":focus-visible");
    for (const id of new Set([shown.selected, isFocused ? current : ""])) {
      const middle = middleOf(id);
      const size = id === undefined ? undefined : arrangement.sizes.get(id);
      if (!middle || !size) continue;
      const inset = Math.max(3, 2 / transform.k);
      context.beginPath();
      context.roundRect(
        middle.x - size.width / 2 - inset,
        middle.y - size.height / 2 - inset,
        size.width + 2 * inset,
        size.height + 2 * inset,
        12,
      );
      context.lineWidth = Math.max(2, 2 / transform.k);
      context.strokeStyle = palette.accent;
      context.stroke();
    }
  }

  // ---------------------------------------------------------------- pointer and keys

  function nodeAt(event: MouseEvent): GraphModelNode | undefined {
    const bounds = canvas.getBoundingClientRect();
    const [x, y] = transform.invert([
      event.clientX - bounds.left,
      event.clientY - bounds.top,
    ]);
    // What is drawn last lies above.
    return shown.nodes.findLast(({ id }) => {
      const middle = arrangement.middles.get(id);
      const size = arrangement.sizes.get(id);
      return (
        middle &&
        size &&
        Math.abs(x - middle.x) <= size.width / 2 &&
        Math.abs(y - middle.y) <= size.height / 2
      );
    });
  }

  function describe(): void {
    const node = current === undefined ? undefined : byId.get(current);
    if (!node) return;
    const words = nodeDescription(node, shown.now ?? Date.now());
    if (stand.textContent !== words) stand.textContent = words;
    stand.setAttribute("aria-pressed", String(node.id === shown.selected));
  }

  function moveTo(id: string): void {
    current = id;
    describe();
    plan();
  }

  canvas.addEventListener("click", (event) => {
    const node = nodeAt(event);
    if (node) moveTo(node.id);
    stand.focus({ preventScroll: true });
    if (event.detail > 1) return;
    callbacks.select(node?.id);
  });
  canvas.addEventListener("dblclick", (event) => {
    const node = nodeAt(event);
    if (node?.flow) callbacks.toggle?.(node.id);
    else if (!node) camera.fit();
  });
  canvas.addEventListener("contextmenu", (event) => {
    const byKey = event.target === stand;
    const id = byKey ? current : nodeAt(event)?.id;
    const middle = middleOf(id);
    if (id === undefined || !middle || !callbacks.menu) return;
    event.preventDefault();
    const bounds = canvas.getBoundingClientRect();
    const [x, y] = transform.apply([middle.x, middle.y]);
    if (byKey) callbacks.menu(id, bounds.left + x, bounds.top + y);
    else callbacks.menu(id, event.clientX, event.clientY);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons !== 0) return;
    const node = nodeAt(event);
    canvas.title = node ? nodeDescription(node, shown.now ?? Date.now()) : "";
  });
  stand.addEventListener("focus", () => {
    if (current !== undefined && stand.matches(":focus-visible"))
      reveal(current);
    plan();
  });
  stand.addEventListener("blur", plan);
  stand.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = current === undefined ? undefined : byId.get(current);
    if (isWalkKey(event.key)) {
      const next = walk(arrangement.layout, current ?? "", event.key);
      if (next !== undefined) {
        moveTo(next);
        reveal(next);
      }
    } else if (event.key === " " && node?.flow) callbacks.toggle?.(node.id);
    else if (event.key === "Enter" || event.key === " ")
      callbacks.select(current);
    else if (event.key === "Escape") callbacks.select(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    update(model) {
      waiting = model;
      plan();
    },
    fit: camera.fit,
    zoomBy: camera.zoomBy,
    show(id) {
      moveTo(id);
      const middle = middleOf(id);
      if (middle) camera.goTo(middle);
    },
    destroy() {
      cancelAnimationFrame(frame);
      clearInterval(ticker);
      resized.disconnect();
      unwatch();
      minimap.destroy();
      camera.destroy();
      canvas.remove();
    },
  };
}

/** What decides how much room a node needs, and where. */
function lookOf(node: GraphModelNode): string {
  const { width, height } = nodeSize(node);
  return `${node.inside} ${node.flow?.isOpen} ${width} ${height}`;
}
