import { stateIcon } from "../states.ts";
import type { GraphModelNode } from "./graphModel.ts";
import {
  detailText,
  durationText,
  nodeDescription,
  nodeSize,
  nodeTitle,
  progressShare,
} from "./nodeText.ts";

/** The elements of one node, made once and then only touched where something changed. */
export interface NodeElements {
  readonly group: SVGGElement;
  /** Shows the node as it is now; the same model twice changes nothing. */
  show(node: GraphModelNode, isSelected: boolean, now: number): void;
  /** Only what changes with time alone. */
  tick(now: number): void;
}

/** A new element of an SVG. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes))
    element.setAttribute(key, String(value));
  return element;
}

const radius = 9;

export function drawNode(first: GraphModelNode): NodeElements {
  const { width, height } = nodeSize(first);
  const [left, top] = [-width / 2, -height / 2];
  const group = svgElement("g", {
    class: `node ${first.kind}`,
    role: "button",
    tabindex: -1,
  });
  const tooltip = svgElement("title");
  const box = (inset: number, shift = 0): Record<string, number> => ({
    x: left - inset,
    y: top - inset + shift,
    width: width + 2 * inset,
    height: height + 2 * inset,
    rx: first.kind === "parameter" ? height / 2 + inset : radius + inset,
  });
  group.append(tooltip, svgElement("rect", { class: "ring", ...box(3) }));

  if (first.kind === "parameter") {
    const text = svgElement("text", { y: 4, "text-anchor": "middle" });
    const name = svgElement("tspan", { class: "name" });
    const value = svgElement("tspan", { class: "value", dx: 6 });
    text.append(name, value);
    group.append(svgElement("rect", { class: "box", ...box(0) }), text);
    let shown: GraphModelNode | undefined;
    let wasSelected: boolean | undefined;
    return {
      group,
      show(node, isSelected, now) {
        if (isSelected === wasSelected && isSame(node, shown)) return;
        [shown, wasSelected] = [node, isSelected];
        const title = nodeTitle(node);
        setText(name, title.name);
        setText(value, title.value);
        describe(group, tooltip, node, isSelected, now);
      },
      tick() {},
    };
  }

  if (first.mapped)
    for (const [step, inset] of [
      [8, -8],
      [4, -4],
    ] as const)
      group.append(
        svgElement("rect", {
          class: "sheet",
          x: left - inset,
          y: top + step,
          width: width + 2 * inset,
          height,
          rx: radius,
        }),
      );
  const sign = svgElement("g", {
    class: "sign",
    transform: `translate(${left + 22},0)`,
  });
  const icon = svgElement("path", {
    class: "icon",
    transform: "translate(-8,-8)",
  });
  const turning = svgElement("g", { class: "turning" });
  turning.append(icon);
  sign.append(svgElement("circle", { class: "disc", r: 10 }), turning);
  const name = svgElement("text", { class: "name", x: left + 41, y: -4 });
  const detail = svgElement("text", { class: "detail", x: left + 41, y: 14 });
  const duration = svgElement("text", {
    class: "duration",
    x: left + width - 12,
    y: -4,
    "text-anchor": "end",
  });
  const track = svgElement("rect", {
    class: "track",
    x: left + 41,
    y: top + height - 7,
    width: width - 53,
    height: 3,
    rx: 1.5,
  });
  const bar = svgElement("rect", {
    class: "bar",
    x: left + 41,
    y: top + height - 7,
    width: 0,
    height: 3,
    rx: 1.5,
  });
  group.append(
    svgElement("rect", { class: "box", ...box(0) }),
    sign,
    name,
    duration,
    detail,
    track,
    bar,
  );

  let shown: GraphModelNode | undefined;
  let wasSelected: boolean | undefined;
  return {
    group,
    show(node, isSelected, now) {
      if (isSelected === wasSelected && isSame(node, shown)) return;
      [shown, wasSelected] = [node, isSelected];
      group.dataset["state"] = node.state;
      group.classList.toggle("excluded", node.excluded ?? false);
      group.classList.toggle("stale", node.stale !== undefined);
      icon.setAttribute("d", stateIcon(node.state));
      setText(name, nodeTitle(node).name);
      setText(detail, detailText(node, now));
      setText(duration, durationText(node, now));
      const share = progressShare(node);
      group.classList.toggle("measured", share !== undefined);
      bar.setAttribute("width", String((share ?? 0) * (width - 53)));
      describe(group, tooltip, node, isSelected, now);
    },
    tick(now) {
      if (!shown) return;
      setText(detail, detailText(shown, now));
      setText(duration, durationText(shown, now));
    },
  };
}

function describe(
  group: SVGGElement,
  tooltip: SVGTitleElement,
  node: GraphModelNode,
  isSelected: boolean,
  now: number,
): void {
  const words = nodeDescription(node, now);
  group.setAttribute("aria-label", words);
  group.setAttribute("aria-pressed", String(isSelected));
  group.classList.toggle("selected", isSelected);
  setText(tooltip, words);
}

function setText(element: SVGElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** True when two models of a node have nothing that differs. */
function isSame(a: GraphModelNode, b: GraphModelNode | undefined): boolean {
  if (a === b) return true;
  if (!b) return false;
  const { progress: doneA, ...restA } = a;
  const { progress: doneB, ...restB } = b;
  return isEqual(restA, restB) && isEqual(doneA ?? {}, doneB ?? {});
}

function isEqual(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.is(a[key], b[key]))
  );
}
