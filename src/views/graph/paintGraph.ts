/** A graph of thousands of nodes, painted. Of what is in sight only as much is painted as can be told apart at that scale. */
import { zoomIdentity, type ZoomTransform } from "d3-zoom";
import "../states.css";
import { arrange, nodeUnder, type Arrangement } from "./arrange.ts";
import { createCamera } from "./camera.ts";
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
import { createMinimap } from "./minimap.ts";
import { isTicking, nodeDescription, nodeSize } from "./nodeText.ts";
import { createPainter } from "./painter.ts";
import { isWalkKey, walk } from "./walk.ts";
import * as words from "../words/graph.ts";

const tickTime = 250;
/** Paints a flow into an element, which it fills, and keeps the picture up to date. */
export function paintGraph(
  element: HTMLElement,
  callbacks: GraphCallbacks,
  options: GraphOptions = {},
): GraphView {
  const direction = options.direction ?? "down";
  const canvas = document.createElement("canvas");
  canvas.className = "flow-graph";
  canvas.classList.toggle("in-text", options.isInText ?? false);
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", words.graphRole);
  // A canvas has no parts of its own: this one stands for the node that the keys have reached.
  const stand = document.createElement("button");
  stand.type = "button";
  canvas.append(stand);
  element.append(canvas);

  let shown: GraphModel = { nodes: [], edges: [] };
  let waiting: GraphModel | undefined;
  let arrangement: Arrangement = arrange(shown);
  let transform: ZoomTransform = zoomIdentity;
  let current: string | undefined;
  let frame = 0;
  let ticker: ReturnType<typeof setInterval> | undefined;

  function plan(): void {
    if (frame === 0) frame = requestAnimationFrame(flush);
  }
  const camera = createCamera(
    element,
    canvas,
    (next) => {
      transform = next;
      plan();
    },
    options.isInText,
  );
  const minimap = createMinimap(element, (middle) => camera.centre(middle));
  const painter = createPainter(element, canvas, minimap.overview, plan);
  const resized = new ResizeObserver(plan);
  resized.observe(element);

  function flush(): void {
    frame = 0;
    if (waiting) take(waiting);
    waiting = undefined;
    const sight = camera.sight();
    paintRings(painter.paint(transform, sight));
    minimap.look(sight);
  }

  function take(model: GraphModel): void {
    const before = shown;
    shown = model;
    const isNewShape = !hasSameShape(before, model, lookOf);
    if (isNewShape) {
      const isOther = !model.nodes.some(({ id }) =>
        arrangement.middles.has(id),
      );
      arrangement = arrange(model, arrangement.layout, direction);
      canvas.setAttribute("aria-label", graphLabel(model));
      camera.lookAt(middleOf(model.selected));
      camera.follow(arrangement.layout.box, false, isOther);
    }
    minimap.show(model, arrangement);
    painter.show(model, arrangement);
    if (before.selected !== model.selected && model.selected !== undefined)
      reveal(model.selected);
    if (!nodeOf(current)) current = model.selected ?? model.nodes[0]?.id;
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

  /** Around what is selected, and what the keys have reached. They can be seen from however far away. */
  function paintRings(context: CanvasRenderingContext2D): void {
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
      context.strokeStyle = painter.accent;
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
    return nodeUnder(shown, arrangement, { x, y });
  }

  /** Looked for, as few are asked for: a map of all would be made anew for each of a run's models. */
  function nodeOf(id: string | undefined): GraphModelNode | undefined {
    return shown.nodes.find((node) => node.id === id);
  }

  function describe(): void {
    const node = nodeOf(current);
    if (!node) return;
    const text = nodeDescription(node, shown.now ?? Date.now());
    if (stand.textContent !== text) stand.textContent = text;
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
    const node = nodeOf(current);
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
      painter.destroy();
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
