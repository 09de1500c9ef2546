import type { Cell } from "./document.ts";
import { hasFlag } from "./flags.ts";

/** The word of a code cell that says that its tasks run by themselves when they or their inputs change. */
export const autoFlag = "auto";

/** Whether the tasks of a cell run by themselves. */
export function isAuto(cell: Pick<Cell, "kind" | "flags">): boolean {
  const isCode = cell.kind === "ts" || cell.kind === "js";
  return isCode && hasFlag(cell, autoFlag);
}
