import type { Cell } from "./document.ts";

/** Whether a word stands behind the name of a cell. */
export function hasFlag({ flags }: Pick<Cell, "flags">, flag: string): boolean {
  return flags.split(/\s+/).includes(flag);
}
