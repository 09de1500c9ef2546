import type { Cell } from "./document.ts";
import { hasFlag } from "./flags.ts";

/** The word of a cell that says that it is folded: its text, and its section if it has one. */
export const foldFlag = "folded";

/** Whether a cell is folded in the file. */
export function isFolded(cell: Pick<Cell, "flags">): boolean {
  return hasFlag(cell, foldFlag);
}
