/**
 * What a node looks like, as a list of simple shapes: for pictures that are painted or written to a file. On the page small
 * graphs are elements (`drawNode.ts`), which share the geometry and the texts with these.
 */
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
  nodeTitle,
  progressShare,
} from "./nodeText.ts";
import { mix, type Palette } from "./palette.ts";
import { stripPaths } from "./strip.ts";

interface Ink {
  fill?: string;
  stroke?: string;
  lineWidth?: number;
  dash?: readonly number[];
  opacity?: number;
}

/** A shape; its coordinates are from the middle of the node. */
export type Mark =
  | (Ink & {
      type: "box";
      x: number;
      y: number;
      width: number;
      height: number;
      radius: number;
    })
  | (Ink & { type: "disc"; x: number; y: number; r: number })
  /** Path data, moved by x and y. */
  | (Ink & { type: "path"; d: string; x: number; y: number })
  | {
      type: "text";
      x: number;
      y: number;
      size: number;
      weight: number;
      anchor: "start" | "middle" | "end";
      parts: readonly { text: string; fill: string; weight?: number }[];
      opacity?: number;
    };

/** The shapes of a node, from the back to the front; of an open sub-flow those of its head. */
export function nodeMarks(
  node: GraphModelNode,
  size: Size,
  palette: Palette,
  now: number,
  isSelected = false,
): Mark[] {
  const ring = isSelected ? [ringOf(node, size, palette)] : [];
  const marks =
    node.kind === "parameter"
      ? parameterMarks(node, size, palette)
      : taskMarks(node, size, palette, now);
  return [
    ...ring,
    ...(node.excluded
      ? marks.map((mark) => ({ ...mark, opacity: 0.6 }))
      : marks),
  ];
}

/** Colours of states from far away, by the palette. */
const farColours = new WeakMap<Palette, Partial<Record<State, string>>>();

/** The colour in which a node is told from others from far away: by its kind and its state. */
export function farColour(
  { kind, state }: Pick<GraphModelNode, "kind" | "state">,
  palette: Palette,
): string {
  if (kind === "parameter") return palette.sunken;
  let known = farColours.get(palette);
  if (!known) farColours.set(palette, (known = {}));
  return (known[state] ??= mix(
    palette.states[state],
    palette.paper,
    state === "Pending" ? 0.28 : 0.7,
  ));
}

function boxOf({ width, height }: Size, inset: number, radius: number) {
  return {
    type: "box" as const,
    x: -width / 2 - inset,
    y: -height / 2 - inset,
    width: width + 2 * inset,
    height: height + 2 * inset,
    radius: radius + inset,
  };
}

function ringOf(node: GraphModelNode, size: Size, palette: Palette): Mark {
  const radius =
    node.kind === "parameter" ? size.height / 2 : geometryOf(node, size).radius;
  return { ...boxOf(size, 3, radius), stroke: palette.accent, lineWidth: 2 };
}

function parameterMarks(
  node: GraphModelNode,
  size: Size,
  palette: Palette,
): Mark[] {
  const { name, value } = nodeTitle(node);
  return [
    {
      ...boxOf(size, 0, size.height / 2),
      fill: palette.sunken,
      stroke: palette.lineStrong,
    },
    {
      type: "text",
      x: 0,
      y: 4,
      size: 12,
      weight: 400,
      anchor: "middle",
      parts: [
        { text: `${name}  `, fill: palette.inkFaint },
        { text: value, fill: palette.ink, weight: 600 },
      ],
    },
  ];
}

function taskMarks(
  node: GraphModelNode,
  size: Size,
  palette: Palette,
  now: number,
): Mark[] {
  const at = geometryOf(node, size);
  const isHead = node.flow?.isOpen === true;
  const share =
    node.mapped || isCompact(node) || at.detail === undefined
      ? undefined
      : progressShare(node);
  const surface = surfaceOf(node, palette);
  const marks: Mark[] = [];
  if (node.mapped && !isHead && !isCompact(node))
    for (const step of [8, 4])
      marks.push({
        type: "box",
        x: -size.width / 2 + step,
        y: -size.height / 2 + step,
        width: size.width - 2 * step,
        height: size.height,
        radius: at.radius,
        ...surface,
      });
  marks.push({ ...boxOf(size, 0, at.radius), ...surface, ...dashOf(node) });
  marks.push(...signMarks(node, at, palette));
  if (node.role !== "task")
    marks.push({
      type: "path",
      d: roleIcon(node.role),
      x: at.text - 19,
      y: at.name - 12,
      stroke: asksPerson(node) ? palette.states.Paused : palette.inkSoft,
      lineWidth: 1.3,
    });
  marks.push(...textMarks(node, size, at, palette, now, share !== undefined));
  if (share !== undefined) {
    const colour = palette.states[node.state];
    const bar = {
      type: "box" as const,
      x: -size.width / 2 + 41,
      y: size.height / 2 - 7,
      height: 3,
      radius: 1.5,
    };
    const width = size.width - 53;
    marks.push(
      { ...bar, width, fill: mix(colour, palette.paper, 0.22) },
      { ...bar, width: share * width, fill: colour },
    );
  }
  if (node.mapped) marks.push(...stripMarks(node, at, palette));
  return marks;
}

function surfaceOf(node: GraphModelNode, palette: Palette): Ink {
  const { paper, lineStrong, states } = palette;
  if (asksPerson(node))
    return {
      fill: mix(states.Paused, paper, 0.2),
      stroke: states.Paused,
      lineWidth: 2,
    };
  if (node.state === "Pending") return { fill: paper, stroke: lineStrong };
  const colour = states[node.state];
  return { fill: mix(colour, paper, 0.07), stroke: mix(colour, paper, 0.5) };
}

function dashOf(node: GraphModelNode): Ink {
  if (node.excluded) return { dash: [2, 3] };
  if (node.stale !== undefined) return { dash: [5, 3] };
  return node.origin === undefined ? {} : { dash: [8, 3] };
}

function signMarks(
  node: GraphModelNode,
  { disc }: Geometry,
  palette: Palette,
): Mark[] {
  const colour = palette.states[node.state];
  const isHollow = node.state === "Pending";
  return [
    {
      type: "disc",
      x: disc.x,
      y: disc.y,
      ...(isHollow
        ? { r: Math.min(9, disc.r), stroke: colour, lineWidth: 1.4 }
        : {
            r: disc.r,
            fill:
              node.stale === undefined
                ? colour
                : mix(colour, palette.paper, 0.55),
          }),
    },
    {
      type: "path",
      d: stateIcon(node.state),
      x: disc.x - 8,
      y: disc.y - 8,
      stroke: isHollow ? colour : palette.paper,
      lineWidth: 1.7,
    },
  ];
}

function textMarks(
  node: GraphModelNode,
  size: Size,
  at: Geometry,
  palette: Palette,
  now: number,
  isMeasured: boolean,
): Mark[] {
  const right = size.width / 2 - at.right;
  const up = isMeasured ? 4 : 0;
  const isQuiet = isCompact(node);
  const marks: Mark[] = [
    {
      type: "text",
      x: at.text,
      y: at.name - up,
      size: isQuiet ? 12 : 13,
      weight: isQuiet ? 500 : 600,
      anchor: "start",
      parts: [{ text: nodeTitle(node).name, fill: palette.ink }],
    },
  ];
  if (at.room > 0) {
    const { text, alarm } = detailParts(node, now);
    const end = alarm === "" ? "" : `, ${alarm}`;
    const colour = palette.states[asksPerson(node) ? "Paused" : node.state];
    marks.push({
      type: "text",
      size: 11,
      weight: asksPerson(node) ? 600 : 400,
      ...(at.detail === undefined
        ? { x: right, y: at.name, anchor: "end" as const }
        : {
            x: -size.width / 2 + 41,
            y: at.detail - (isMeasured ? 5 : 0),
            anchor: "start" as const,
          }),
      parts: [
        {
          text: clip(text, Math.max(8, at.room - end.length)),
          fill: colour,
        },
        ...(end === ""
          ? []
          : [{ text: end, fill: palette.states.Failed, weight: 600 }]),
      ],
    });
  }
  const duration = durationText(node, now);
  if (at.detail !== undefined && duration !== "")
    marks.push({
      type: "text",
      x: right,
      y: at.name - up,
      size: 11,
      weight: 400,
      anchor: "end",
      parts: [{ text: duration, fill: palette.inkFaint }],
    });
  return marks;
}

function stripMarks(
  node: GraphModelNode,
  { strip }: Geometry,
  palette: Palette,
): Mark[] {
  const { cells } = node.elements ?? { cells: [] };
  if (cells.length === 0)
    return [
      {
        type: "box",
        ...strip,
        radius: 1,
        fill: mix(palette.inkFaint, palette.paper, 0.12),
      },
    ];
  return [...stripPaths(cells, strip)].map(([state, d]) => ({
    type: "path",
    d,
    x: 0,
    y: 0,
    fill: cellColour(state, palette),
  }));
}

function cellColour(state: State, palette: Palette): string {
  switch (state) {
    case "Pending":
    case "Scheduled":
      return mix(palette.inkFaint, palette.paper, 0.26);
    case "Skipped":
    case "Cancelled":
      return mix(palette.inkFaint, palette.paper, 0.6);
    default:
      return palette.states[state];
  }
}
