import { easeCubicInOut, select } from "d3";
import "../states.css";
import { createCamera } from "./camera.ts";
import { drawEdges, fadeIn } from "./drawEdges.ts";
import { drawNode, svgElement, type NodeElements } from "./drawNode.ts";
import "./graph.css";
import type { GraphModel, GraphModelNode } from "./graphModel.ts";
import { layout, type Direction, type Layout } from "./layout.ts";
import { isStill, moveTime } from "./motion.ts";
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
  /** Zooms around the middle: 1.4 makes everything that much larger. */
  zoomBy(factor: number): void;
  destroy(): void;
}

/** Above this many nodes a new layout is shown at once. */
const mostMoving = 300;
const tickTime = 250;
const walkKeys: readonly string[] = [
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
] satisfies readonly WalkKey[];

/** Draws a flow into an element, which it fills, and keeps the picture up to date. */
export function drawGraph(
  element: HTMLElement,
  callbacks: GraphCallbacks,
  options: { direction?: Direction } = {},
): GraphView {
  const direction = options.direction ?? "down";
  const svg = svgElement("svg", {
    class: "flow-graph",
    role: "application",
    "aria-roledescription": "graph",
    // Not reached by Tab, which leads to a node; without it Chromium makes an svg that listens for focus a stop.
    tabindex: -1,
  });
  const canvas = svgElement("g", { class: "canvas" });
  const edgeLayer = svgElement("g", { class: "edges" });
  const nodeLayer = svgElement("g", { class: "nodes" });
  canvas.append(edgeLayer, nodeLayer);
  svg.append(canvas);
  element.append(svg);
  const camera = createCamera(element, svg, canvas);
  const edges = drawEdges(edgeLayer);

  const nodes = new Map<string, NodeElements>();
  let shown: GraphModel = { nodes: [], edges: [] };
  let waiting: GraphModel | undefined;
  let frame = 0;
  let ticker: ReturnType<typeof setInterval> | undefined;
  let placed: Layout = layout([], [], undefined, direction);
  let shape = "";
  /** The node that Tab leads to. */
  let current: string | undefined;

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
    shape = newShape;
    const appeared = isNewShape ? rebuild(model) : new Set<string>();
    for (const node of model.nodes)
      nodes.get(node.id)?.show(node, node.id === model.selected, now);
    if (
      isNewShape ||
      before.selected !== model.selected ||
      before.nodes !== model.nodes
    )
      edges.show(model, placed);
    if (isNewShape) move(appeared);

    const tasks = model.nodes.filter((node) => node.kind === "task").length;
    svg.setAttribute(
      "aria-label",
      `Graph of ${tasks} ${tasks === 1 ? "task" : "tasks"}. Arrow keys walk along the edges, Enter selects.`,
    );
    if (current === undefined || !nodes.has(current))
      setCurrent(model.selected ?? model.nodes[0]?.id);
    schedule(model.nodes);
  }

  /** Makes and removes elements, and lays the graph out. Gives the nodes that were not there before. */
  function rebuild(model: GraphModel): Set<string> {
    const looks = new Map(model.nodes.map((node) => [node.id, lookOf(node)]));
    let focused: string | undefined;
    for (const [id, node] of nodes) {
      // A node whose size or kind changed is drawn anew, in the same place.
      if (node.group.dataset["look"] === looks.get(id)) continue;
      if (node.group === document.activeElement) focused = id;
      node.group.remove();
      nodes.delete(id);
    }
    const before = new Map(placed.places.map((place) => [place.id, place]));
    const appeared = new Set<string>();
    for (const node of model.nodes) {
      if (nodes.has(node.id)) continue;
      const drawn = drawNode(node);
      drawn.group.dataset["id"] = node.id;
      drawn.group.dataset["look"] = looks.get(node.id);
      if (node.id === current) drawn.group.setAttribute("tabindex", "0");
      nodes.set(node.id, drawn);
      const place = before.get(node.id);
      if (place)
        drawn.group.setAttribute(
          "transform",
          `translate(${place.x},${place.y})`,
        );
      else appeared.add(node.id);
    }
    // Tab and screen readers meet the nodes in the order of the model.
    model.nodes.forEach((node, i) => {
      const { group } = nodes.get(node.id)!;
      if (nodeLayer.children[i] !== group)
        nodeLayer.insertBefore(group, nodeLayer.children[i] ?? null);
    });
    if (focused !== undefined)
      nodes.get(focused)?.group.focus({ preventScroll: true });
    placed = layout(
      model.nodes.map((node) => ({ id: node.id, ...nodeSize(node) })),
      model.edges,
      placed,
      direction,
    );
    return appeared;
  }

  /** Puts everything where the layout says; what was there before moves, what is new fades in. */
  function move(appeared: ReadonlySet<string>): void {
    const isOther = appeared.size === placed.places.length;
    const moves = !isStill() && !isOther && placed.places.length <= mostMoving;
    for (const place of placed.places) {
      const { group } = nodes.get(place.id)!;
      const to = `translate(${place.x},${place.y})`;
      if (!moves || appeared.has(place.id)) {
        select(group).interrupt().attr("transform", to).style("opacity", null);
        if (moves) fadeIn(group);
      } else if (group.getAttribute("transform") !== to)
        select(group)
          .transition()
          .duration(moveTime)
          .ease(easeCubicInOut)
          .attr("transform", to);
    }
    edges.move(placed, moves);
    camera.follow(placed.box, moves, isOther);
  }

  /** While a duration or a countdown is shown it goes on by itself. */
  function schedule(all: readonly GraphModelNode[]): void {
    const isNeeded = all.some(isTicking);
    if (isNeeded && ticker === undefined)
      ticker = setInterval(() => {
        const now = Date.now();
        for (const node of shown.nodes)
          if (isTicking(node)) nodes.get(node.id)?.tick(now);
      }, tickTime);
    if (!isNeeded && ticker !== undefined) {
      clearInterval(ticker);
      ticker = undefined;
    }
  }

  function setCurrent(id: string | undefined): void {
    if (current !== undefined)
      nodes.get(current)?.group.setAttribute("tabindex", "-1");
    current = id;
    if (id !== undefined) nodes.get(id)?.group.setAttribute("tabindex", "0");
  }
  function moveFocus(id: string): void {
    setCurrent(id);
    nodes.get(id)?.group.focus({ preventScroll: true });
  }

  svg.addEventListener("click", (event) => {
    const id = nodeAt(event.target);
    if (id !== undefined) moveFocus(id);
    callbacks.select(id);
  });
  svg.addEventListener("dblclick", (event) => {
    if (nodeAt(event.target) === undefined) camera.fit();
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
    const place = placed.places.find((p) => p.id === id);
    const node = shown.nodes.find((n) => n.id === id);
    if (place && node && nodes.get(id)?.group.matches(":focus-visible"))
      camera.reveal(place, nodeSize(node));
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

  return {
    update(model) {
      waiting = model;
      if (frame === 0) frame = requestAnimationFrame(flush);
    },
    fit: camera.fit,
    zoomBy: camera.zoomBy,
    destroy() {
      cancelAnimationFrame(frame);
      clearInterval(ticker);
      camera.destroy();
      svg.remove();
    },
  };
}

function nodeAt(target: EventTarget | null): string | undefined {
  return target instanceof Element
    ? target.closest<SVGGElement>("g.node")?.dataset["id"]
    : undefined;
}

/** What decides how a node is built. */
function lookOf(node: GraphModelNode): string {
  const { width, height } = nodeSize(node);
  return `${node.kind} ${node.mapped} ${width} ${height}`;
}

/** Changes when and only when the layout has to. */
function shapeOf(model: GraphModel): string {
  const nodes = model.nodes.map((node) => `${node.id}\t${lookOf(node)}`);
  const edges = model.edges.map(
    (edge) => `${edge.from}\t${edge.to}\t${edge.input ?? ""}`,
  );
  return `${nodes.join("\n")}\n\n${edges.join("\n")}`;
}
