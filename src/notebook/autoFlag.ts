import type { Cell } from "./document.ts";

/** The word of a code cell that says that its tasks run by themselves when they or their inputs change. */
export const autoFlag = "auto";

/** Whether the tasks of a cell run by themselves. */
export function isAuto({ kind, flags }: Pick<Cell, "kind" | "flags">): boolean {
  return (
    (kind === "ts" || kind === "js") && flags.split(/\s+/).includes(autoFlag)
  );
}
