import { easeCubicInOut } from "d3-ease";
import { select } from "d3-selection";
import { zoomIdentity, zoomTransform } from "d3-zoom";
import "d3-transition";
import "../states.css";
import { arrange, nodeUnder } from "./arrange.ts";
import {
  createCamera,
  farScale,
  isWithin,
  tinyScale,
  touches,
  widen,
  type Box,
} from "./camera.ts";
import { drawEdges } from "./drawEdges.ts";
import { drawFrames } from "./drawFrames.ts";
import { drawNode, type NodeElements } from "./drawNode.ts";
import { fadeIn } from "./fadeIn.ts";
import "./graph.css";
import type { GraphModel, GraphModelNode } from "./graphModel.ts";
import {
  graphLabel,
  hasSameShape,
  type GraphCallbacks,
  type GraphOptions,
  type GraphView,
} from "./graphView.ts";
import type { Point } from "./layout.ts";
import { createPictures } from "./pictures.ts";
import { isStill, moveTime } from "./motion.ts";
import { keepInSight } from "./nodesInSight.ts";
import { nodeSize } from "./nodeText.ts";
import { svgElement } from "./svgElement.ts";
import { isWalkKey, walk } from "./walk.ts";
import * as words from "../words/graph.ts";

/** Above this many nodes a new layout is shown at once. */
const mostMoving = 300;
/** Above this many nodes those out of sight are not drawn. */
const mostDrawn = 120;
/** What is drawn may be so many times as wide as it has to be: seen from nearer, less is enough. */
const mostSpare = 1.4;

/** Draws a flow into an element as elements of an SVG, and keeps the picture up to date. */
export function drawElements(
  element: HTMLElement,
  callbacks: GraphCallbacks,
  options: GraphOptions = {},
): GraphView {
  const direction = options.direction ?? "down";
  const surface = document.createElement("div");
  surface.className = "flow-graph";
  surface.classList.toggle("in-text", options.isInText ?? false);
  surface.setAttribute("role", "application");
  surface.setAttribute("aria-roledescription", words.graphRole);
  // A click beside the nodes takes the focus; Tab leads to a node.
  surface.tabIndex = -1;
  // All of the picture moves as one box of HTML: when a part of an SVG moves, every text in it is laid out anew.
  const canvas = svgElement("svg", { class: "canvas", role: "presentation" });
  const frameLayer = svgElement("g", { class: "frames" });
  const edgeLayer = svgElement("g", { class: "edges" });
  const nodeLayer = svgElement("g", { class: "nodes" });
  canvas.append(frameLayer, edgeLayer, nodeLayer);
  surface.append(canvas);
  element.append(surface);
  const camera = createCamera(
    element,
    surface,
    (transform) => {
      const { x, y, k } = transform;
      canvas.style.transform = `translate(${x}px,${y}px) scale(${k})`;
      at = transform;
      look();
    },
    options.isInText,
  );
  const frames = drawFrames(frameLayer);
  const edges = drawEdges(edgeLayer);

  const nodes = new Map<string, NodeElements>();
  const inSight = keepInSight(nodes, (id) => !sight || isAt(id, sight));
  let shown: GraphModel = { nodes: [], edges: [] };
  let waiting: GraphModel | undefined;
  let frame = 0;
  let arrangement = arrange(shown, undefined, direction);
  /** What is drawn: more than is in sight, so that it is not made anew with every step. */
  let drawn: Box | undefined;
  /** What is in sight, if that is less than is drawn. */
  let sight: Box | undefined;
  const pictures = createPictures(
    element,
    () => ({ model: shown, arrangement }),
    (middle) => camera.centre(middle),
    look,
  );
  let at = zoomIdentity;
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

    const isNewShape = !hasSameShape(before, model, lookOf);
    const appeared = isNewShape ? rebuild(model) : new Set<string>();
    inSight.show(model);
    if (before.found !== model.found) tellFound(model.found);
    if (
      isNewShape ||
      before.selected !== model.selected ||
      before.nodes !== model.nodes
    )
      edges.show(model, arrangement.layout);
    if (isNewShape || before.selected !== model.selected)
      camera.lookAt(middleOf(model.selected));
    if (isNewShape) move(appeared);
    frames.show(model);
    if (before.selected !== model.selected) {
      if (model.selected !== undefined) inSight.add(model.selected);
      reveal(model.selected);
    }

    if (isNewShape) surface.setAttribute("aria-label", graphLabel(model));
    if (current === undefined || !nodes.has(current))
      setCurrent(model.selected ?? model.nodes[0]?.id);
    pictures.follow();
  }

  /** Leaves out what is out of sight, where there is much of it; keeps the map up with what is in sight. */
  function look(): void {
    const seen = camera.sight();
    const { minimap, backdrop } = pictures;
    minimap?.look(seen);
    const isLarge = shown.nodes.length > mostDrawn;
    // What moves by itself has all that is in sight painted anew with each frame.
    surface.classList.toggle("large", isLarge);
    const isPainted = isLarge && at.k < farScale && backdrop !== undefined;
    backdrop?.show(isPainted ? at : undefined, seen);
    surface.classList.toggle("painted", isPainted);
    // What is painted needs no other styles, and to find those of thousands of elements takes long.
    surface.classList.toggle("far", !isPainted && at.k < farScale);
    surface.classList.toggle("tiny", !isPainted && at.k < tinyScale);
    sight = isLarge ? seen : undefined;
    if (!isLarge && !drawn) return;
    const wanted = isPainted ? nowhere : isLarge ? widen(seen) : undefined;
    const isEnough = drawn && isWithin(seen, drawn);
    const isTooMuch = drawn && wanted && drawn.width > mostSpare * wanted.width;
    if (isPainted ? drawn !== nowhere : !isEnough || isTooMuch) {
      drawn = wanted;
      inSight.limit(
        (id) =>
          !drawn || isAt(id, drawn) || id === shown.selected || id === current,
      );
      edges.limit(drawn);
    }
    inSight.look();
  }

  function isAt(id: string, box: Box): boolean {
    const { x, y } = arrangement.middles.get(id)!;
    const { width, height } = arrangement.sizes.get(id)!;
    return touches({ x: x - width / 2, y: y - height / 2, width, height }, box);
  }

  function tellFound(found: GraphModel["found"]): void {
    surface.classList.toggle("searched", found !== undefined);
    for (const [id, { group }] of nodes)
      group.classList.toggle("found", found?.has(id) ?? false);
  }

  /** Makes and removes elements, and lays the graph out. Gives the nodes that were not there before. */
  function rebuild(model: GraphModel): Set<string> {
    const before = arrangement.middles;
    arrangement = arrange(model, arrangement.layout, direction);
    const { sizes } = arrangement;
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
      const middle = before.get(node.id);
      if (middle)
        drawn.group.setAttribute(
          "transform",
          `translate(${middle.x},${middle.y})`,
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
    return appeared;
  }

  /** Puts everything where the layout says; what was there before moves, what is new fades in. */
  function move(appeared: ReadonlySet<string>): void {
    const { layout } = arrangement;
    const isOther = appeared.size === layout.places.length;
    const moves = !isStill() && !isOther && layout.places.length <= mostMoving;
    for (const [id, { x, y }] of arrangement.middles) {
      const { group } = nodes.get(id)!;
      const to = `translate(${x},${y})`;
      if (!moves || appeared.has(id)) {
        select(group).interrupt().attr("transform", to).style("opacity", null);
        if (moves) fadeIn(group);
      } else if (group.getAttribute("transform") !== to)
        select(group)
          .transition()
          .duration(moveTime)
          .ease(easeCubicInOut)
          .attr("transform", to);
    }
    frames.move(layout, moves);
    edges.move(layout, moves);
    camera.follow(layout.box, moves, isOther);
    if (drawn) drawn = outdated;
    look();
  }

  function middleOf(id: string | undefined): Point | undefined {
    return id === undefined ? undefined : arrangement.middles.get(id);
  }

  function reveal(id: string | undefined): void {
    const middle = middleOf(id);
    const size = id === undefined ? undefined : arrangement.sizes.get(id);
    if (middle && size) camera.reveal(middle, size);
  }

  function setCurrent(id: string | undefined): void {
    if (current !== undefined)
      nodes.get(current)?.group.setAttribute("tabindex", "-1");
    current = id;
    if (id === undefined) return;
    nodes.get(id)?.group.setAttribute("tabindex", "0");
    inSight.add(id);
  }
  function moveFocus(id: string): void {
    setCurrent(id);
    nodes.get(id)?.group.focus({ preventScroll: true });
  }

  /** The node of an event: by its element, or where graphs are painted by its place. */
  function nodeAt(event: Event): string | undefined {
    const { target } = event;
    const id =
      target instanceof Element
        ? target.closest<SVGGElement>("g.node")?.dataset["id"]
        : undefined;
    if (id !== undefined || drawn !== nowhere) return id;
    if (!(event instanceof MouseEvent)) return undefined;
    const bounds = surface.getBoundingClientRect();
    const [x, y] = zoomTransform(surface).invert([
      event.clientX - bounds.left,
      event.clientY - bounds.top,
    ]);
    return nodeUnder(shown, arrangement, { x, y })?.id;
  }

  function canToggle(id: string): boolean {
    return shown.nodes.some((node) => node.id === id && node.flow);
  }

  surface.addEventListener("click", (event) => {
    // What is below the second click of two may have moved there with the first.
    if (event.detail > 1) return;
    const id = nodeAt(event);
    const toggles = isToggle(event.target);
    clicked = toggles ? undefined : id;
    if (id !== undefined) moveFocus(id);
    if (id !== undefined && toggles) callbacks.toggle?.(id);
    else callbacks.select(id);
  });
  surface.addEventListener("dblclick", (event) => {
    if (clicked !== undefined && canToggle(clicked))
      callbacks.toggle?.(clicked);
    else if (clicked === undefined && nodeAt(event) === undefined) camera.fit();
  });
  surface.addEventListener("contextmenu", (event) => {
    const id = nodeAt(event);
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
  surface.addEventListener("focusin", (event) => {
    const id = nodeAt(event);
    if (id === undefined) return;
    setCurrent(id);
    if (nodes.get(id)?.group.matches(":focus-visible")) reveal(id);
  });
  surface.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = nodeAt(event);
    if (isWalkKey(event.key)) {
      const next = walk(arrangement.layout, id ?? "", event.key);
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
    show(id) {
      const middle = middleOf(id);
      if (middle) camera.goTo(middle);
      if (nodes.has(id)) setCurrent(id);
    },
    destroy() {
      inSight.destroy();
      edges.destroy();
      pictures.destroy();
      cancelAnimationFrame(frame);
      camera.destroy();
      surface.remove();
    },
  };
}

function isToggle(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".toggle") !== null;
}

/** What decides how a node is built. */
function lookOf(node: GraphModelNode): string {
  const { width, height } = nodeSize(node);
  const { kind, role, mapped, flow, inside } = node;
  return `${kind} ${role} ${mapped} ${flow?.isOpen} ${inside} ${width} ${height}`;
}

/** Boxes in which nothing is: all is painted; what is drawn has to be found anew. */
const nowhere: Box = { x: NaN, y: NaN, width: 0, height: 0 };
const outdated: Box = { ...nowhere };
