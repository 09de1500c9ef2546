import type { Cell } from "./document.ts";
import { findClosingFence, openFence } from "./fence.ts";

/** The title of a notebook: the one given in its front matter, else its first heading, else "Untitled". */
export function findTitle(
  given: string | undefined,
  cells: readonly Cell[],
): string {
  if (given !== undefined && given.trim() !== "") return given;
  for (const cell of cells) {
    const heading =
      cell.kind === "md" ? findHeading(cell.source.split("\n")) : undefined;
    if (heading !== undefined) return heading;
  }
  return "Untitled";
}

function findHeading(lines: readonly string[]): string | undefined {
  let index = 0;
  while (index < lines.length) {
    const line = lines[index] ?? "";
    const fence = openFence(line);
    if (fence)
      index = findClosingFence(lines, index + 1, fence) ?? lines.length;
    else {
      const heading = /^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/.exec(line);
      if (heading?.[1]) return heading[1].trim();
    }
    index += 1;
  }
  return undefined;
}
