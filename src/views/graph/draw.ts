import { easeCubicInOut, select, zoom, zoomIdentity, type D3ZoomEvent } from "d3";
import "../states.css";
import "./graph.css";
import { drawNode, svgElement, type NodeElements } from "./drawNode.ts";
import { arrowHead, edgePath, headTransform } from "./edgePath.ts";
import type { GraphModel, GraphModelNode } from "./graphModel.ts";
import { layout, type Direction, type Layout, type Point } from "./layout.ts";
import { isTicking, nodeSize } from "./nodeText.ts";
import { walk, type WalkKey } from "./walk.ts";

export interface GraphCallbacks {
  /** A node was chosen, or with undefined the choice was taken back. */
  select(id: string | undefined): void;
  /** A menu was asked for at a node; the place is in coordinates of the window. */
  menu?(id: string, x: number, y: number): void;
}

export interface GraphView {
  /** Shows another model. Nodes that did not change should be the same objects as before. */
  update(model: GraphModel): void;
  /** Brings the whole graph into view, and keeps it there until the reader moves it. */
  fit(): void;
  destroy(): void;
}

interface EdgeElements {
  group: SVGGElement;
  line: SVGPathElement;
  hit: SVGPathElement;
  head: SVGPathElement;
  tooltip: SVGTitleElement;
  points: readonly Point[];
}

const margin = 28;
const moveTime = 320;
/** Above this many nodes a new layout is shown at once. */
const mostMoving = 300;
const tickTime = 250;
const walkKeys: readonly string[] = [
  "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End",
] satisfies readonly WalkKey[];

/** Draws a flow into an element, which it fills, and keeps the picture up to date. */
export function drawGraph(
  element: HTMLElement,
  callbacks: GraphCallbacks,
  options: { direction?: Direction } = {},
): GraphView {
  const direction = options.direction ?? "down";
  const svg = svgElement("svg", { class: "flow-graph", role: "application", "aria-roledescription": "graph" });
  const canvas = svgElement("g", { class: "canvas" });
  const edgeLayer = svgElement("g", { class: "edges" });
  const nodeLayer = svgElement("g", { class: "nodes" });
  canvas.append(edgeLayer, nodeLayer);
  svg.append(canvas);
  element.append(svg);

  const nodes = new Map<string, NodeElements>();
  const edges = new Map<string, EdgeElements>();
  let shown: GraphModel = { nodes: [], edges: [] };
  let waiting: GraphModel | undefined;
  let frame = 0;
  let ticker: ReturnType<typeof setInterval> | undefined;
  let placed: Layout = layout([], [], undefined, direction);
  let shape = "";
  /** The node that Tab leads to. */
  let current: string | undefined;
  let isFitted = true;

  const isStill = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // ---- pan and zoom
  const zoomed = zoom<SVGSVGElement, unknown>()
    .scaleExtent([0.05, 2.5])
    .on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
      canvas.setAttribute("transform", event.transform.toString());
      svg.classList.toggle("far", event.transform.k < 0.45);
      if (event.sourceEvent) isFitted = false;
    });
  const surface = select<SVGSVGElement, unknown>(svg);
  surface.call(zoomed).on("dblclick.zoom", null);

  function bringIntoView(moves: boolean): void {
    const { clientWidth: width, clientHeight: height } = element;
    if (width === 0 || height === 0 || placed.places.length === 0) return;
    const { box } = placed;
    const scale = Math.min(1, (width - 2 * margin) / box.width, (height - 2 * margin) / box.height);
    const k = Math.max(0.05, scale);
    const to = zoomIdentity
      .translate(width / 2 - k * (box.x + box.width / 2), height / 2 - k * (box.y + box.height / 2))
      .scale(k);
    if (moves && !isStill()) surface.transition().duration(moveTime).ease(easeCubicInOut).call(zoomed.transform, to);
    else surface.interrupt().call(zoomed.transform, to);
  }
  const resized = new ResizeObserver(() => {
    if (isFitted) bringIntoView(false);
  });
  resized.observe(element);

  /** Pans just as far as it takes to see the node. */
  function reveal(id: string): void {
    const place = placed.places.find((p) => p.id === id);
    const node = shown.nodes.find((n) => n.id === id);
    if (!place || !node) return;
    const transform = canvas.transform.baseVal.consolidate()?.matrix;
    if (!transform) return;
    const size = nodeSize(node);
    const push = (middle: number, extent: number, room: number, k: number, shift: number): number => {
      const [start, end] = [middle * k + shift - (extent * k) / 2 - 12, middle * k + shift + (extent * k) / 2 + 12];
      return start < 0 ? -start : end > room ? room - end : 0;
    };
    const dx = push(place.x, size.width, element.clientWidth, transform.a, transform.e);
    const dy = push(place.y, size.height, element.clientHeight, transform.d, transform.f);
    if (dx === 0 && dy === 0) return;
    isFitted = false;
    surface.call(zoomed.translateBy, dx / transform.a, dy / transform.d);
  }

  // ---- choosing
  const nodeAt = (target: EventTarget | null): string | undefined =>
    target instanceof Element ? target.closest<SVGGElement>("g.node")?.dataset["id"] : undefined;

  function moveFocus(id: string): void {
    setCurrent(id);
    nodes.get(id)?.group.focus({ preventScroll: true });
  }
  function setCurrent(id: string | undefined): void {
    if (current !== undefined) nodes.get(current)?.group.setAttribute("tabindex", "-1");
    current = id;
    if (id !== undefined) nodes.get(id)?.group.setAttribute("tabindex", "0");
  }

  svg.addEventListener("click", (event) => {
    const id = nodeAt(event.target);
    if (id !== undefined) moveFocus(id);
    callbacks.select(id);
  });
  svg.addEventListener("dblclick", (event) => {
    if (nodeAt(event.target) === undefined) fit();
  });
  svg.addEventListener("contextmenu", (event) => {
    const id = nodeAt(event.target);
    if (id === undefined || !callbacks.menu) return;
    event.preventDefault();
    callbacks.menu(id, event.clientX, event.clientY);
  });
  svg.addEventListener("focusin", (event) => {
    const id = nodeAt(event.target);
    if (id === undefined) return;
    setCurrent(id);
    if (nodes.get(id)?.group.matches(":focus-visible")) reveal(id);
  });
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = nodeAt(event.target);
    if (walkKeys.includes(event.key)) {
      const next = walk(placed, id ?? "", event.key as WalkKey);
      if (next !== undefined) moveFocus(next);
    } else if (event.key === "Enter" || event.key === " ") {
      if (id !== undefined) callbacks.select(id);
    } else if (event.key === "Escape") callbacks.select(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  // ---- showing
  function flush(): void {
    frame = 0;
    if (!waiting) return;
    const model = waiting;
    waiting = undefined;
    const before = shown;
    shown = model;
    const now = Date.now();

    const newShape = shapeOf(model);
    const isNewShape = newShape !== shape;
    const appeared = new Set<string>();
    if (isNewShape) {
      shape = newShape;
      rebuild(model, appeared);
    }
    for (const node of model.nodes) nodes.get(node.id)?.show(node, node.id === model.selected, now);
    if (isNewShape || before.selected !== model.selected || before.nodes !== model.nodes) showEdges(model);
    if (isNewShape) move(appeared);

    const tasks = model.nodes.filter((node) => node.kind === "task").length;
    svg.setAttribute(
      "aria-label",
      `Graph of ${tasks} ${tasks === 1 ? "task" : "tasks"}. Arrow keys walk along the edges, Enter selects.`,
    );
    if (current === undefined || !nodes.has(current)) setCurrent(model.selected ?? model.nodes[0]?.id);
    schedule(model.nodes);
  }

  /** Makes and removes elements, and lays the graph out. */
  function rebuild(model: GraphModel, appeared: Set<string>): void {
    const ids = new Set(model.nodes.map((node) => node.id));
    for (const [id, node] of nodes) {
      // A node whose size or kind changed is drawn anew, in the same place.
      if (ids.has(id) && node.group.dataset["look"] === lookOf(model.nodes.find((n) => n.id === id)!)) continue;
      const hadFocus = node.group.contains(document.activeElement);
      node.group.remove();
      nodes.delete(id);
      if (hadFocus) queueMicrotask(() => nodes.get(id)?.group.focus({ preventScroll: true }));
    }
    const knownBefore = new Set(placed.places.map((place) => place.id));
    for (const node of model.nodes) {
      if (nodes.has(node.id)) continue;
      const drawn = drawNode(node);
      drawn.group.dataset["id"] = node.id;
      drawn.group.dataset["look"] = lookOf(node);
      if (node.id === current) drawn.group.setAttribute("tabindex", "0");
      nodes.set(node.id, drawn);
      if (!knownBefore.has(node.id)) appeared.add(node.id);
    }
    // Tab and screen readers meet the nodes in the order of the model.
    const order = model.nodes.map((node) => nodes.get(node.id)!.group);
    order.forEach((group, i) => {
      if (nodeLayer.children[i] !== group) nodeLayer.insertBefore(group, nodeLayer.children[i] ?? null);
    });
    const isOther = placed.places.length > 0 && appeared.size === model.nodes.length;
    if (isOther) isFitted = true;
    placed = layout(
      model.nodes.map((node) => ({ id: node.id, ...nodeSize(node) })),
      model.edges,
      isOther ? undefined : placed,
      direction,
    );
  }

  /** Titles and emphasis of the edges. */
  function showEdges(model: GraphModel): void {
    const byId = new Map(model.nodes.map((node) => [node.id, node]));
    const inputs = new Map<string, string[]>();
    for (const edge of model.edges) {
      const key = edgeKey(edge.from, edge.to);
      const names = inputs.get(key) ?? [];
      names.push(edge.input ?? "waits for it");
      inputs.set(key, names);
    }
    const live = new Set<string>();
    for (const route of placed.routes) {
      const key = edgeKey(route.from, route.to);
      live.add(key);
      let edge = edges.get(key);
      if (!edge) {
        edge = newEdge();
        edges.set(key, edge);
        edgeLayer.append(edge.group);
      }
      const from = byId.get(route.from);
      const to = byId.get(route.to);
      const names = inputs.get(key) ?? [];
      const title = `${from?.name ?? route.from} → ${to?.name ?? route.to}: ${names.join(", ")}`;
      if (edge.tooltip.textContent !== title) edge.tooltip.textContent = title;
      const { classList } = edge.group;
      classList.toggle("flowing", to?.state === "Running" && to.kind === "task");
      classList.toggle("chosen", model.selected !== undefined && (route.from === model.selected || route.to === model.selected));
      classList.toggle("order", names.every((name) => name === "waits for it"));
      classList.toggle("excluded", (from?.excluded ?? false) || (to?.excluded ?? false));
    }
    for (const [key, edge] of edges) {
      if (live.has(key)) continue;
      edge.group.remove();
      edges.delete(key);
    }
  }

  /** Puts everything where the layout says; what was there before moves, what is new fades in. */
  function move(appeared: ReadonlySet<string>): void {
    const moves = !isStill() && placed.places.length <= mostMoving && appeared.size < placed.places.length;
    for (const place of placed.places) {
      const group = nodes.get(place.id)!.group;
      const to = `translate(${place.x},${place.y})`;
      if (!moves) select(group).interrupt().attr("transform", to).style("opacity", null);
      else if (appeared.has(place.id)) {
        select(group).attr("transform", to).style("opacity", 0)
          .transition().delay(moveTime / 2).duration(moveTime / 2).style("opacity", 1)
          .on("end", function () { this.style.removeProperty("opacity"); });
      } else if (!group.hasAttribute("transform")) group.setAttribute("transform", to);
      else if (group.getAttribute("transform") !== to)
        select(group).transition().duration(moveTime).ease(easeCubicInOut).attr("transform", to);
    }
    for (const route of placed.routes) {
      const edge = edges.get(edgeKey(route.from, route.to))!;
      const path = edgePath(route.points, direction);
      const head = headTransform(route.points, direction);
      const isAlike = edge.points.length === route.points.length;
      edge.points = route.points;
      edge.hit.setAttribute("d", path);
      if (moves && isAlike) {
        select(edge.line).transition().duration(moveTime).ease(easeCubicInOut).attr("d", path);
        select(edge.head).transition().duration(moveTime).ease(easeCubicInOut).attr("transform", head);
        continue;
      }
      select(edge.line).interrupt().attr("d", path);
      select(edge.head).interrupt().attr("transform", head);
      if (moves)
        select(edge.group).style("opacity", 0)
          .transition().delay(moveTime / 2).duration(moveTime / 2).style("opacity", 1)
          .on("end", function () { this.style.removeProperty("opacity"); });
    }
    if (isFitted) bringIntoView(moves);
  }

  /** While a duration or a countdown is shown it goes on by itself. */
  function schedule(all: readonly GraphModelNode[]): void {
    const isNeeded = all.some(isTicking);
    if (isNeeded && ticker === undefined)
      ticker = setInterval(() => {
        const now = Date.now();
        for (const node of shown.nodes) if (isTicking(node)) nodes.get(node.id)?.tick(now);
      }, tickTime);
    if (!isNeeded && ticker !== undefined) {
      clearInterval(ticker);
      ticker = undefined;
    }
  }

  function fit(): void {
    isFitted = true;
    bringIntoView(true);
  }

  return {
    update(model) {
      waiting = model;
      if (frame === 0) frame = requestAnimationFrame(flush);
    },
    fit,
    destroy() {
      cancelAnimationFrame(frame);
      clearInterval(ticker);
      resized.disconnect();
      surface.interrupt().on(".zoom", null);
      svg.remove();
    },
  };
}

function newEdge(): EdgeElements {
  const group = svgElement("g", { class: "edge" });
  const tooltip = svgElement("title");
  const hit = svgElement("path", { class: "hit" });
  const line = svgElement("path", { class: "line" });
  const head = svgElement("path", { class: "head", d: arrowHead });
  group.append(tooltip, hit, line, head);
  return { group, line, hit, head, tooltip, points: [] };
}

function edgeKey(from: string, to: string): string {
  return `${from}\n${to}`;
}

/** What decides how a node is built. */
function lookOf(node: GraphModelNode): string {
  const { width, height } = nodeSize(node);
  return `${node.kind} ${node.mapped} ${width} ${height}`;
}

/** Changes when and only when the layout has to. */
function shapeOf(model: GraphModel): string {
  const nodes = model.nodes.map((node) => `${node.id}\t${lookOf(node)}`);
  const edges = model.edges.map((edge) => `${edge.from}\t${edge.to}\t${edge.input ?? ""}`);
  return `${nodes.join("\n")}\n\n${edges.join("\n")}`;
}
