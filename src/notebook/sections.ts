/**
 * Sections of a notebook: a prose cell that begins with a heading is the head of one, and the cells below it belong to it up to
 * the next prose with a heading of the same level or a higher one.
 */
import type { Cell } from "./document.ts";
import { findClosingFence, openFence } from "./fence.ts";

/** The cells that folded sections hide, each with the topmost head that hides it. */
export function hiddenCells(
  cells: readonly Cell[],
  isClosed: (cell: Cell) => boolean,
): ReadonlyMap<string, string> {
  const hidden = new Map<string, string>();
  let index = 0;
  while (index < cells.length) {
    const head = cells[index]!;
    const end =
      head.kind === "md" && isClosed(head) ? sectionEnd(cells, index) : index;
    for (const { id } of cells.slice(index + 1, end)) hidden.set(id, head.id);
    index = Math.max(end, index + 1);
  }
  return hidden;
}

/** Where the section of a cell ends: the index of the first cell that is not in it. */
function sectionEnd(cells: readonly Cell[], index: number): number {
  const [first] = headingsOf(cells[index]!.source);
  if (!first?.isAtStart) return index + 1;
  const next = cells.findIndex(
    ({ kind, source }, other) =>
      other > index &&
      kind === "md" &&
      headingsOf(source).some(({ level }) => level <= first.level),
  );
  return next < 0 ? cells.length : next;
}

interface Heading {
  /** 1 to 6. */
  level: number;
  /** Whether nothing stands above it. */
  isAtStart: boolean;
}

/** The headings of a Markdown text that stand at its left edge, in order. */
export function headingsOf(source: string): readonly Heading[] {
  const lines = source.split("\n");
  const headings: Heading[] = [];
  const add = (level: number, line: number): void => {
    const isAtStart = lines.slice(0, line).every((text) => text.trim() === "");
    headings.push({ level, isAtStart });
  };
  let index = 0;
  while (index < lines.length) {
    const line = lines[index]!;
    const fence = openFence(line);
    const marks = /^ {0,3}(#{1,6})(?:[ \t]|$)/.exec(line)?.[1];
    const underline = /^ {0,3}(=+|-+)[ \t]*$/.exec(lines[index + 1] ?? "")?.[1];
    if (fence)
      index = findClosingFence(lines, index + 1, fence) ?? lines.length;
    else if (marks) add(marks.length, index);
    // A line of a paragraph, which alone can be underlined.
    else if (underline && /^ {0,3}[^\s>|+*#=-]/.test(line))
      add(underline.startsWith("=") ? 1 : 2, index);
    index += 1;
  }
  return headings;
}
