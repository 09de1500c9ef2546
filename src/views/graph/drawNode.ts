import type { State } from "../../core/state.ts";
import { stateIcon } from "../states.ts";
import type { GraphModelNode } from "./graphModel.ts";
import { geometryOf, type Geometry, type Size } from "./nodeGeometry.ts";
import { roleIcon } from "./nodeIcons.ts";
import {
  asksPerson,
  clip,
  detailParts,
  durationText,
  isCompact,
  nodeDescription,
  nodeSize,
  nodeTitle,
  progressShare,
} from "./nodeText.ts";
import { stripPaths, type StripBox } from "./strip.ts";
import { setAttribute, setText, svgElement } from "./svgElement.ts";

/** The elements of one node, made once and then only touched where something changed. */
export interface NodeElements {
  readonly group: SVGGElement;
  /** Shows the node as it is now; the same model twice changes nothing. */
  show(node: GraphModelNode, isSelected: boolean, now: number): void;
  /** Only what changes with time alone. */
  tick(now: number): void;
}

/** Draws a node; of an open sub-flow the head of its frame, as wide as that is. */
export function drawNode(
  first: GraphModelNode,
  size: { width: number; height: number } = nodeSize(first),
): NodeElements {
  const group = svgElement("g", {
    class:
      first.kind === "parameter" || first.role === "task"
        ? `node ${first.kind}`
        : `node task ${first.role}`,
    role: "button",
    tabindex: -1,
  });
  const tooltip = svgElement("title");
  group.append(tooltip);
  const parts =
    first.kind === "parameter"
      ? drawParameter(group, size)
      : drawTask(group, first, size);
  let shown: GraphModelNode | undefined;
  let wasSelected: boolean | undefined;
  return {
    group,
    show(node, isSelected, now) {
      if (isSelected === wasSelected && node === shown) return;
      [shown, wasSelected] = [node, isSelected];
      parts.show(node, now);
      const words = nodeDescription(node, now);
      setAttribute(group, "aria-label", words);
      setAttribute(group, "aria-pressed", String(isSelected));
      group.classList.toggle("selected", isSelected);
      setText(tooltip, words);
    },
    tick(now) {
      if (shown) parts.tick(shown, now);
    },
  };
}

interface NodeParts {
  show(node: GraphModelNode, now: number): void;
  tick(node: GraphModelNode, now: number): void;
}

function boxOf(
  { width, height }: Size,
  inset: number,
  rx: number,
): Record<string, number> {
  return {
    x: -width / 2 - inset,
    y: -height / 2 - inset,
    width: width + 2 * inset,
    height: height + 2 * inset,
    rx: rx + inset,
  };
}

function drawParameter(group: SVGGElement, size: Size): NodeParts {
  const text = svgElement("text", { y: 4, "text-anchor": "middle" });
  const name = svgElement("tspan", { class: "name" });
  const value = svgElement("tspan", { class: "value", dx: 6 });
  text.append(name, value);
  group.append(
    svgElement("rect", { class: "ring", ...boxOf(size, 3, size.height / 2) }),
    svgElement("rect", { class: "box", ...boxOf(size, 0, size.height / 2) }),
    text,
  );
  return {
    show(node) {
      const title = nodeTitle(node);
      setText(name, title.name);
      setText(value, title.value);
    },
    tick() {},
  };
}

function drawTask(
  group: SVGGElement,
  first: GraphModelNode,
  size: Size,
): NodeParts {
  const at = geometryOf(first, size);
  const isHead = first.flow?.isOpen === true;
  const right = size.width / 2 - at.right;
  group.append(
    svgElement("rect", { class: "ring", ...boxOf(size, 3, at.radius) }),
  );
  if (first.mapped && !isHead && !isCompact(first))
    for (const step of [8, 4])
      group.append(
        svgElement("rect", {
          class: "sheet",
          x: -size.width / 2 + step,
          y: -size.height / 2 + step,
          width: size.width - 2 * step,
          height: size.height,
          rx: at.radius,
        }),
      );
  group.append(
    svgElement("rect", { class: "box", ...boxOf(size, 0, at.radius) }),
  );

  const { x, y, r } = at.disc;
  group.append(svgElement("circle", { class: "disc", cx: x, cy: y, r }));
  const icon = svgElement("path", {
    class: "icon",
    transform: `translate(${x - 8},${y - 8})`,
  });
  const turning = svgElement("g", {
    class: "turning",
    "transform-origin": `${x} ${y}`,
  });
  turning.append(icon);

  if (first.role !== "task")
    group.append(
      svgElement("path", {
        class: "glyph",
        d: roleIcon(first.role),
        transform: `translate(${at.text - 19},${at.name - 12})`,
      }),
    );
  const name = svgElement("text", { class: "name", x: at.text, y: at.name });
  const detail = svgElement("text", {
    class: "detail",
    ...(at.detail === undefined
      ? { x: right, y: at.name, "text-anchor": "end" }
      : { x: -size.width / 2 + 41, y: at.detail }),
  });
  const calm = svgElement("tspan");
  const alarm = svgElement("tspan", { class: "alarm" });
  detail.append(calm, alarm);
  const duration = svgElement("text", {
    class: "duration",
    x: right,
    y: at.name,
    "text-anchor": "end",
  });
  group.append(name);
  if (at.room > 0) group.append(detail);
  if (at.detail !== undefined) group.append(duration);

  const measure =
    first.mapped || isCompact(first) ? undefined : drawMeasure(group, at, size);
  const strip = first.mapped ? drawStrip(group, at.strip) : undefined;
  const toggle =
    first.role === "flow" ? drawToggle(group, size, isHead) : undefined;
  // Last: what has a transform of its own parts in two what is painted before and after it.
  group.append(turning);

  function tell(node: GraphModelNode, now: number): void {
    const { text, alarm: wrong } = detailParts(node, now);
    const end = wrong === "" ? "" : `, ${wrong}`;
    setText(calm, clip(text, Math.max(8, at.room - end.length)));
    setText(alarm, end);
    setText(duration, durationText(node, now));
  }

  return {
    show(node, now) {
      setAttribute(group, "data-state", node.state);
      group.classList.toggle("excluded", node.excluded ?? false);
      group.classList.toggle("stale", node.stale !== undefined);
      group.classList.toggle("asking", asksPerson(node));
      group.classList.toggle("odd", node.origin !== undefined);
      setAttribute(icon, "d", stateIcon(node.state));
      setText(name, nodeTitle(node).name);
      tell(node, now);
      measure?.(progressShare(node));
      strip?.(node.elements?.cells ?? []);
      if (toggle) setAttribute(group, "aria-expanded", String(isHead));
    },
    tick: tell,
  };
}

/** A bar at the foot of a node, for the share that is done. */
function drawMeasure(
  group: SVGGElement,
  at: Geometry,
  size: Size,
): (share: number | undefined) => void {
  const left = -size.width / 2 + 41;
  const width = size.width - 53;
  const place = { x: left, y: size.height / 2 - 7, height: 3, rx: 1.5 };
  const track = svgElement("rect", { class: "track", ...place, width });
  const bar = svgElement("rect", { class: "bar", ...place, width: 0 });
  // In the head of a frame there is no room below the texts.
  if (at.detail !== undefined) group.append(track, bar);
  return (share) => {
    group.classList.toggle(
      "measured",
      share !== undefined && at.detail !== undefined,
    );
    setAttribute(bar, "width", String((share ?? 0) * width));
  };
}

/** The elements of a mapped task as a strip of cells. */
function drawStrip(
  group: SVGGElement,
  box: StripBox,
): (cells: readonly State[]) => void {
  const layer = svgElement("g", { class: "strip" });
  layer.append(svgElement("rect", { class: "slot", ...box, rx: 1 }));
  group.append(layer);
  const paths = new Map<State, SVGPathElement>();
  let shown: readonly State[] | undefined;
  return (cells) => {
    if (cells === shown) return;
    shown = cells;
    layer.classList.toggle("empty", cells.length === 0);
    const now = stripPaths(cells, box);
    for (const [state, path] of paths)
      if (!now.has(state)) path.setAttribute("d", "");
    for (const [state, d] of now) {
      let path = paths.get(state);
      if (!path) {
        path = svgElement("path", { class: "cells", "data-state": state });
        paths.set(state, path);
        layer.append(path);
      }
      setAttribute(path, "d", d);
    }
  };
}

/** What opens and closes a sub-flow. */
function drawToggle(
  group: SVGGElement,
  size: Size,
  isOpen: boolean,
): SVGGElement {
  const toggle = svgElement("g", {
    class: "toggle",
    transform: `translate(${size.width / 2 - 18},${isOpen ? 0 : -8})`,
  });
  toggle.append(
    svgElement("rect", { x: -14, y: -14, width: 28, height: 28, rx: 5 }),
    svgElement("path", {
      d: isOpen ? "M-4,-2L0,2L4,-2" : "M-2,-4L2,0L-2,4",
    }),
  );
  group.append(toggle);
  return toggle;
}
