import { withoutDirectionMarks } from "../core/words.ts";
import type { Cell } from "./document.ts";
import { findClosingFence, openFence } from "./fence.ts";

/** The title of a notebook: the one given in its front matter, else its first heading, else "Untitled". */
export function findTitle(
  given: string | undefined,
  cells: readonly Cell[],
): string {
  const title =
    given !== undefined && given.trim() !== ""
      ? given
      : findHeading(cells)?.text;
  // It stands among the page's own words, and in lists beside other titles.
  return withoutDirectionMarks(title ?? "") || "Untitled";
}

/** The cells with another first heading, if that is the title: both stand at the head of the page, and mean the same. */
export function renameHeading(
  cells: readonly Cell[],
  title: string,
  next: string,
): readonly Cell[] {
  const heading = findHeading(cells);
  if (!heading || withoutDirectionMarks(heading.text) !== title) return cells;
  const { cell, from } = heading;
  const to = from + heading.text.length;
  const source = cell.source.slice(0, from) + next + cell.source.slice(to);
  return cells.map((one) => (one === cell ? { ...one, source } : one));
}

/** The first heading of the notebook, its cell, and where its text begins in that. */
function findHeading(
  cells: readonly Cell[],
): { cell: Cell; text: string; from: number } | undefined {
  for (const cell of cells) {
    const found = cell.kind === "md" ? headingOf(cell.source) : undefined;
    if (found) return { cell, ...found };
  }
  return undefined;
}

function headingOf(source: string): { text: string; from: number } | undefined {
  const lines = source.split("\n");
  let index = 0;
  let begin = 0;
  while (index < lines.length) {
    const line = lines[index] ?? "";
    const fence = openFence(line);
    let next = index + 1;
    if (fence)
      next = (findClosingFence(lines, next, fence) ?? lines.length) + 1;
    else {
      // A line under it makes a heading too.
      const mark = (
        /^ {0,3}(=+|-+)[ \t]*$/.test(lines[next] ?? "")
          ? /^ {0,3}(?:#{1,6}[ \t]+|(?=[^\s>|+*#=-]))/
          : /^ {0,3}#{1,6}[ \t]+/
      ).exec(line)?.[0];
      const text =
        mark !== undefined && withoutClosing(line.slice(mark.length));
      if (text) return { text, from: begin + mark.length };
    }
    for (; index < next; index += 1) begin += (lines[index] ?? "").length + 1;
  }
  return undefined;
}

/**
 * The text of a heading without the marks that may close it; "" if other breaks of lines are in it. A line may be megabytes long,
 * so it is gone through once.
 */
function withoutClosing(heading: string): string {
  if (/[\r\u2028\u2029]/.test(heading)) return "";
  const isSpaceBefore = (at: number) => /[ \t]/.test(heading[at - 1] ?? "");
  let end = heading.length;
  while (isSpaceBefore(end)) end -= 1;
  let mark = end;
  while (heading[mark - 1] === "#") mark -= 1;
  return heading.slice(0, isSpaceBefore(mark) ? mark : end).trim();
}
