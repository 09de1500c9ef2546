import type { Direction, Point } from "./layout.ts";

/** Room between the end of a line and the node, where the arrow head is. */
const headLength = 7;

/** Path data of an edge: curves that leave and arrive along the direction, straight where the edge passes a layer. */
export function edgePath(
  points: readonly Point[],
  direction: Direction,
): string {
  const line = shortened(points, direction);
  const first = line[0];
  if (!first) return "";
  let path = `M${first.x},${first.y}`;
  for (let i = 1; i < line.length; i += 1) {
    const a = line[i - 1]!;
    const b = line[i]!;
    if (direction === "down") {
      const middle = (a.y + b.y) / 2;
      path += `C${a.x},${middle} ${b.x},${middle} ${b.x},${b.y}`;
    } else {
      const middle = (a.x + b.x) / 2;
      path += `C${middle},${a.y} ${middle},${b.y} ${b.x},${b.y}`;
    }
  }
  return path;
}

/** An arrow head whose tip is at 0,0 and which points to the right. */
const head = [
  [-0.5, 0],
  [-8.5, -4],
  [-6.8, 0],
  [-8.5, 4],
] as const;

/**
 * Path data of the head of an edge. It is in the coordinates of the graph: an element with a transform of its own is kept
 * apart from its neighbours each time a page is painted, and there may be thousands.
 */
export function headPath(
  points: readonly Point[],
  direction: Direction,
): string {
  const end = points[points.length - 1] ?? { x: 0, y: 0 };
  const from = points[points.length - 2] ?? end;
  const isBack = direction === "down" ? end.y < from.y : end.x < from.x;
  const sign = isBack ? -1 : 1;
  const places = head.map(([along, aside]) =>
    direction === "down"
      ? `${end.x - sign * aside},${end.y + sign * along}`
      : `${end.x + sign * along},${end.y + sign * aside}`,
  );
  return `M${places.join("L")}Z`;
}

function shortened(points: readonly Point[], direction: Direction): Point[] {
  const line = [...points];
  const end = line.pop();
  const from = line[line.length - 1];
  if (!end || !from) return line;
  const sign =
    direction === "down"
      ? Math.sign(end.y - from.y)
      : Math.sign(end.x - from.x);
  line.push(
    direction === "down"
      ? { x: end.x, y: end.y - sign * headLength }
      : { x: end.x - sign * headLength, y: end.y },
  );
  return line;
}
