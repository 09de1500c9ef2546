import type { GraphModelNode } from "./graphModel.ts";
import { isCompact } from "./nodeText.ts";
import type { StripBox } from "./strip.ts";

export interface Size {
  width: number;
  height: number;
}

/** How round the corners of a task are. */
const radius = 9;

/** Where the parts of a task node stand, from its middle. */
export interface Geometry {
  radius: number;
  disc: { x: number; y: number; r: number };
  /** Where texts begin, and their lines. */
  text: number;
  name: number;
  /** undefined: the detail stands in the same line, on the right. */
  detail: number | undefined;
  /** What is free on the right. */
  right: number;
  /** How many characters of detail there is room for. */
  room: number;
  strip: StripBox;
}

/** Where the parts of a task node of that size stand. */
export function geometryOf(
  node: GraphModelNode,
  { width, height }: Size,
): Geometry {
  const left = -width / 2;
  const hasGlyph = node.role !== "task";
  const bottom = height / 2;
  const strip = (x: number, end: number, high: number): StripBox => ({
    x,
    y: bottom - high - 5,
    width: end - x,
    height: high,
  });
  if (isCompact(node)) {
    const up = node.mapped ? -4 : 0;
    return {
      radius: height / 2,
      disc: { x: left + 16, y: up, r: 8 },
      text: left + 46,
      name: up + 4,
      detail: undefined,
      right: 14,
      room: 0,
      strip: strip(left + 30, width / 2 - 16, 4),
    };
  }
  if (node.flow?.isOpen) {
    const up = node.mapped ? -3 : 0;
    return {
      radius,
      disc: { x: left + 20, y: up, r: 9 },
      text: left + 56,
      name: up + 4,
      detail: undefined,
      right: 36,
      room: 30,
      strip: strip(left + 12, width / 2 - 12, 3),
    };
  }
  const text = left + (hasGlyph ? 61 : 41);
  const up = node.mapped ? -7 : 0;
  return {
    radius,
    disc: { x: left + 22, y: up, r: 10 },
    text,
    name: up - 4,
    detail: up + 14,
    right: node.role === "flow" ? 36 : 12,
    room: Math.floor((width / 2 - 12 - left - 41) / 6),
    strip: strip(left + 41, width / 2 - 12, 7),
  };
}
