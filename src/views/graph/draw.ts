import { easeCubicInOut, select } from "d3";
import "../states.css";
import { createCamera } from "./camera.ts";
import { drawEdges } from "./drawEdges.ts";
import { drawFrames } from "./drawFrames.ts";
import { drawNode, type NodeElements } from "./drawNode.ts";
import { fadeIn } from "./fadeIn.ts";
import "./graph.css";
import type {
  GraphModel,
  GraphModelEdge,
  GraphModelNode,
} from "./graphModel.ts";
import type { Direction, Point } from "./layout.ts";
import { isStill, moveTime } from "./motion.ts";
import {
  layoutNested,
  type NestedLayout,
  type NestedPlace,
} from "./nestedLayout.ts";
import { isTicking, nodeSize } from "./nodeText.ts";
import { svgElement } from "./svgElement.ts";
import { walk, type WalkKey } from "./walk.ts";

export interface GraphCallbacks {
  /** A node was chosen, or with undefined the choice was taken back. */
  select(id: string | undefined): void;
  /** A menu was asked for at a node; the place is in coordinates of the window. */
  menu?(id: string, x: number, y: number): void;
  /** A sub-flow is to be opened or closed. */
  toggle?(id: string): void;
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
  const frameLayer = svgElement("g", { class: "frames" });
  const edgeLayer = svgElement("g", { class: "edges" });
  const nodeLayer = svgElement("g", { class: "nodes" });
  canvas.append(frameLayer, edgeLayer, nodeLayer);
  svg.append(canvas);
  element.append(svg);
  const camera = createCamera(element, svg, canvas);
  const frames = drawFrames(frameLayer);
  const edges = drawEdges(edgeLayer);

  const nodes = new Map<string, NodeElements>();
  let shown: GraphModel = { nodes: [], edges: [] };
  let waiting: GraphModel | undefined;
  let frame = 0;
  let ticker: ReturnType<typeof setInterval> | undefined;
  let placed: NestedLayout<GraphModelEdge> = layoutNested(
    [],
    [],
    undefined,
    direction,
  );
  /** The node that Tab leads to. */
  let current: string | undefined;
  /** The node of the last click. */
  let clicked: string | undefined;

  function flush(): void {
    frame = 0;
    if (!waiting) return;
    const model = waiting;
    waiting = undefined;
    const before = shown;
    shown = model;
    const now = Date.now();

    const isNewShape = !hasSameShape(before, model);
    const appeared = isNewShape ? rebuild(model) : new Set<string>();
    for (const node of model.nodes)
      nodes.get(node.id)?.show(node, node.id === model.selected, now);
    if (
      isNewShape ||
      before.selected !== model.selected ||
      before.nodes !== model.nodes
    )
      edges.show(model, placed);
    if (isNewShape || before.selected !== model.selected)
      camera.lookAt(middleOfNode(model, model.selected));
    if (isNewShape) move(appeared);
    frames.show(model);
    if (before.selected !== model.selected) revealSelected(model);

    if (isNewShape) svg.setAttribute("aria-label", labelOf(model));
    if (current === undefined || !nodes.has(current))
      setCurrent(model.selected ?? model.nodes[0]?.id);
    schedule(model.nodes);
  }

  /** Makes and removes elements, and lays the graph out. Gives the nodes that were not there before. */
  function rebuild(model: GraphModel): Set<string> {
    const before = new Map(placed.places.map((place) => [place.id, place]));
    const sizes = new Map(model.nodes.map((node) => [node.id, nodeSize(node)]));
    placed = layoutNested(
      model.nodes.map(({ id, inside }) => ({ id, inside, ...sizes.get(id)! })),
      model.edges,
      placed,
      direction,
    );
    // The head of a frame is as wide as the frame.
    for (const { id, frame } of placed.places)
      if (frame)
        sizes.set(id, {
          width: frame.width,
          height: sizes.get(id)!.height,
        });
    const lookNow = new Map(
      model.nodes.map((node) => {
        const { width, height } = sizes.get(node.id)!;
        return [node.id, `${lookOf(node)} ${width} ${height}`];
      }),
    );
    let focused: string | undefined;
    for (const [id, node] of nodes) {
      // A node whose size or kind changed is drawn anew, in the same place.
      if (node.group.dataset["look"] === lookNow.get(id)) continue;
      if (node.group === document.activeElement) focused = id;
      node.group.remove();
      nodes.delete(id);
    }
    const appeared = new Set<string>();
    for (const node of model.nodes) {
      if (nodes.has(node.id)) continue;
      const drawn = drawNode(node, sizes.get(node.id));
      drawn.group.dataset["id"] = node.id;
      drawn.group.dataset["look"] = lookNow.get(node.id);
      if (node.id === current) drawn.group.setAttribute("tabindex", "0");
      nodes.set(node.id, drawn);
      const place = before.get(node.id);
      if (place) {
        const { x, y } = middleOf(place, node);
        drawn.group.setAttribute("transform", `translate(${x},${y})`);
      } else appeared.add(node.id);
    }
    // Tab and screen readers meet the nodes in the order of the model.
    model.nodes.forEach((node, i) => {
      const { group } = nodes.get(node.id)!;
      if (nodeLayer.children[i] !== group)
        nodeLayer.insertBefore(group, nodeLayer.children[i] ?? null);
    });
    if (focused !== undefined)
      nodes.get(focused)?.group.focus({ preventScroll: true });
    return appeared;
  }

  /** Puts everything where the layout says; what was there before moves, what is new fades in. */
  function move(appeared: ReadonlySet<string>): void {
    const isOther = appeared.size === placed.places.length;
    const moves = !isStill() && !isOther && placed.places.length <= mostMoving;
    const byId = new Map(shown.nodes.map((node) => [node.id, node]));
    for (const place of placed.places) {
      const { group } = nodes.get(place.id)!;
      const { x, y } = middleOf(place, byId.get(place.id)!);
      const to = `translate(${x},${y})`;
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
    frames.move(placed, moves);
    edges.move(placed, moves);
    camera.follow(placed.box, moves, isOther);
  }

  function middleOfNode(
    { nodes: all }: GraphModel,
    id: string | undefined,
  ): Point | undefined {
    const place = placed.places.find((other) => other.id === id);
    const node = all.find((other) => other.id === id);
    return place && node && middleOf(place, node);
  }

  /** What was selected elsewhere, such as in a list, comes into view. */
  function revealSelected(model: GraphModel): void {
    const middle = middleOfNode(model, model.selected);
    const node = model.nodes.find(({ id }) => id === model.selected);
    if (middle && node) camera.reveal(middle, nodeSize(node));
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

  function canToggle(id: string): boolean {
    return shown.nodes.some((node) => node.id === id && node.flow);
  }

  svg.addEventListener("click", (event) => {
    // What is below the second click of two may have moved there with the first.
    if (event.detail > 1) return;
    const id = nodeAt(event.target);
    const toggles = isToggle(event.target);
    clicked = toggles ? undefined : id;
    if (id !== undefined) moveFocus(id);
    if (id !== undefined && toggles) callbacks.toggle?.(id);
    else callbacks.select(id);
  });
  svg.addEventListener("dblclick", (event) => {
    if (clicked !== undefined && canToggle(clicked))
      callbacks.toggle?.(clicked);
    else if (clicked === undefined && nodeAt(event.target) === undefined)
      camera.fit();
  });
  svg.addEventListener("contextmenu", (event) => {
    const id = nodeAt(event.target);
    if (id === undefined || !callbacks.menu) return;
    event.preventDefault();
    const box = nodes.get(id)!.group.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    const isAtNode =
      x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    // Asked for by a key, it may come with any place.
    if (isAtNode) callbacks.menu(id, x, y);
    else callbacks.menu(id, box.left, box.bottom);
  });
  svg.addEventListener("focusin", (event) => {
    const id = nodeAt(event.target);
    if (id === undefined) return;
    setCurrent(id);
    const place = placed.places.find((p) => p.id === id);
    const node = shown.nodes.find((n) => n.id === id);
    if (place && node && nodes.get(id)?.group.matches(":focus-visible"))
      camera.reveal(middleOf(place, node), nodeSize(node));
  });
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = nodeAt(event.target);
    if (walkKeys.includes(event.key)) {
      const next = walk(placed, id ?? "", event.key as WalkKey);
      if (next !== undefined) moveFocus(next);
    } else if (event.key === " " && id !== undefined && canToggle(id)) {
      callbacks.toggle?.(id);
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

function labelOf({ nodes }: GraphModel): string {
  const tasks = nodes.filter(({ kind }) => kind === "task").length;
  const hasFlows = nodes.some(({ flow }) => flow);
  return `Graph of ${tasks} ${tasks === 1 ? "task" : "tasks"}. Arrow keys walk along the edges, Enter selects${hasFlows ? ", Space opens and closes a sub-flow" : ""}.`;
}

function nodeAt(target: EventTarget | null): string | undefined {
  return target instanceof Element
    ? target.closest<SVGGElement>("g.node")?.dataset["id"]
    : undefined;
}

function isToggle(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".toggle") !== null;
}

/** The middle of what is drawn for a node: of an open one that of its head. */
function middleOf(place: NestedPlace, node: GraphModelNode): Point {
  if (!place.frame) return place;
  const head = nodeSize(node).height;
  return { x: place.x, y: place.y - place.frame.height / 2 + head / 2 };
}

/** What decides how a node is built. */
function lookOf(node: GraphModelNode): string {
  const { width, height } = nodeSize(node);
  const { kind, role, mapped, flow, inside } = node;
  return `${kind} ${role} ${mapped} ${flow?.isOpen} ${inside} ${width} ${height}`;
}

/** Whether the layout can stay as it is. Most nodes are the same objects as before, which says it all. */
function hasSameShape(before: GraphModel, now: GraphModel): boolean {
  if (before.nodes.length !== now.nodes.length) return false;
  if (before.edges !== now.edges && shapeOfEdges(before) !== shapeOfEdges(now))
    return false;
  return now.nodes.every((node, at) => {
    const old = before.nodes[at]!;
    return node === old || (node.id === old.id && lookOf(node) === lookOf(old));
  });
}

function shapeOfEdges({ edges }: GraphModel): string {
  return edges
    .map(({ from, to, input }) => `${from}\t${to}\t${input ?? ""}`)
    .join("\n");
}
