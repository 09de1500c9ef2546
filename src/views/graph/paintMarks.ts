import type { Mark } from "./nodeMarks.ts";

/** Path data is parsed once. */
const paths = new Map<string, Path2D>();

function pathOf(d: string): Path2D {
  let path = paths.get(d);
  if (!path) {
    if (paths.size > 500) paths.clear();
    paths.set(d, (path = new Path2D(d)));
  }
  return path;
}

/** Paints shapes around the origin. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  marks: readonly Mark[],
  font: string,
): void {
  for (const mark of marks) {
    context.globalAlpha = mark.opacity ?? 1;
    if (mark.type === "text") {
      paintText(context, mark, font);
      continue;
    }
    context.setLineDash((mark.dash as number[] | undefined) ?? []);
    context.lineWidth = mark.lineWidth ?? 1;
    if (mark.type === "path") {
      context.translate(mark.x, mark.y);
      ink(context, mark, pathOf(mark.d));
      context.translate(-mark.x, -mark.y);
      continue;
    }
    context.beginPath();
    if (mark.type === "box")
      context.roundRect(mark.x, mark.y, mark.width, mark.height, mark.radius);
    else context.arc(mark.x, mark.y, mark.r, 0, 2 * Math.PI);
    ink(context, mark);
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function ink(
  context: CanvasRenderingContext2D,
  { fill, stroke }: { fill?: string; stroke?: string },
  path?: Path2D,
): void {
  if (fill !== undefined) {
    context.fillStyle = fill;
    if (path) context.fill(path);
    else context.fill();
  }
  if (stroke !== undefined) {
    context.strokeStyle = stroke;
    if (path) context.stroke(path);
    else context.stroke();
  }
}

function paintText(
  context: CanvasRenderingContext2D,
  mark: Mark & { type: "text" },
  font: string,
): void {
  const { x, y, size, weight, anchor, parts } = mark;
  const fontOf = (own: number | undefined) =>
    `${own ?? weight} ${size}px ${font}`;
  let at = x;
  if (anchor !== "start") {
    let width = 0;
    for (const part of parts) {
      context.font = fontOf(part.weight);
      width += context.measureText(part.text).width;
    }
    at -= anchor === "end" ? width : width / 2;
  }
  for (const [index, part] of parts.entries()) {
    context.font = fontOf(part.weight);
    context.fillStyle = part.fill;
    context.fillText(part.text, at, y);
    if (index < parts.length - 1) at += context.measureText(part.text).width;
  }
}
