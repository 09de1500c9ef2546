import type { State } from "../../core/state.ts";

/** Where a strip of cells lies. */
export interface StripBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Cells are no wider than this, so that a map over two elements does not look like a bar that is half done. */
const widest = 22;
const gap = 1;

/**
 * The strip of a mapped task's elements as path data, one path for each state that occurs: a strip of any length is a handful
 * of elements of the page.
 */
export function stripPaths(
  cells: readonly State[],
  box: StripBox,
): Map<State, string> {
  const paths = new Map<State, string>();
  const step = Math.min(widest, box.width / Math.max(1, cells.length));
  const width = Math.max(1, step - (step > 3 ? gap : 0));
  cells.forEach((state, at) => {
    const x = round(box.x + at * step);
    const part = `M${x},${box.y}h${round(width)}v${box.height}h${-round(width)}z`;
    paths.set(state, (paths.get(state) ?? "") + part);
  });
  return paths;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
