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

/** A cell as a reader meets it: a folded text with what it hides, or anything else as it stands. */
export interface ReadCell {
  cell: Cell;
  /** What is seen of a folded text, and what is hidden of it; undefined of a cell that hides nothing. */
  folded: { head: string; rest: string } | undefined;
  /** The cells of its section, if it is folded. */
  inside: readonly ReadCell[];
}

/** The cells for reading, each within the folded sections that hide it. */
export function readOrder(
  cells: readonly Cell[],
  isClosed: (cell: Cell) => boolean,
  from = 0,
  to = cells.length,
): readonly ReadCell[] {
  const read: ReadCell[] = [];
  for (let index = from; index < to;) {
    const cell = cells[index]!;
    const isClosedText = cell.kind === "md" && isClosed(cell);
    const end = isClosedText ? sectionEnd(cells, index) : index + 1;
    const inside = readOrder(cells, isClosed, index + 1, end);
    const parts = isClosedText ? splitHead(cell.source) : undefined;
    const hides =
      inside.length > 0 || (parts !== undefined && parts.rest !== "");
    read.push({ cell, folded: hides ? parts : undefined, inside });
    index = end;
  }
  return read;
}

/** The heading, or else the first block, of a Markdown text, and what follows it. */
export function splitHead(source: string): { head: string; rest: string } {
  const lines = source.trim().split("\n");
  const fence = openFence(lines[0]!);
  const [heading] = headingsOf(lines.slice(0, 2).join("\n"));
  const blank = lines.findIndex((line) => line.trim() === "");
  let end = blank < 0 ? lines.length : blank;
  if (fence) end = (findClosingFence(lines, 1, fence) ?? lines.length) + 1;
  else if (heading?.isAtStart) end = isMarked(lines[0]!) ? 1 : 2;
  return {
    head: lines.slice(0, end).join("\n"),
    rest: lines.slice(end).join("\n").trim(),
  };
}

/** Whether a line is a heading by its marks, and not by a line under it. */
function isMarked(line: string): boolean {
  return /^ {0,3}#{1,6}(?:[ \t]|$)/.test(line);
}

/** Where the section of a cell ends: the index of the first cell that is not in it. */
function sectionEnd(cells: readonly Cell[], index: number): number {
  const [first] = headingsOf(cells[index]!.source);
  if (!first?.isAtStart) return index + 1;
  const next = cells.findIndex(
    (cell, other) => other > index && endsSection(cell, first.level),
  );
  return next < 0 ? cells.length : next;
}

/** Whether a cell is in no section of that level that begins above it. */
function endsSection({ kind, source }: Cell, level: number): boolean {
  return (
    kind === "md" && headingsOf(source).some((other) => other.level <= level)
  );
}

/**
 * Where the section of a head goes when it is dropped at a gap, so that it takes no cells of another in: the index of the cell
 * that it comes to stand above, at the gap or the nearest below it. Its own index if that leaves it where it is.
 */
export function gapForSection(
  cells: readonly Cell[],
  index: number,
  gap: number,
): number {
  const [own] = headingsOf(cells[index]!.source);
  if (!own?.isAtStart) return gap;
  const next = cells.findIndex(
    (cell, other) => other >= gap && endsSection(cell, own.level),
  );
  const free = next < 0 ? cells.length : next;
  return free > index && free <= sectionEnd(cells, index) ? index : free;
}

/**
 * Where the section of a head goes when it moves by one: past the whole section below it, or before the head of the one that
 * it follows, so that neither gets cells of the other. The index is that of the cell that is passed last; undefined if there
 * is no section to pass, or none to move.
 */
export function besideSection(
  cells: readonly Cell[],
  index: number,
  by: 1 | -1,
): number | undefined {
  const [own] = headingsOf(cells[index]!.source);
  if (!own?.isAtStart) return undefined;
  if (by > 0) {
    const end = sectionEnd(cells, index);
    return end < cells.length ? sectionEnd(cells, end) - 1 : undefined;
  }
  const before = cells.slice(0, index).findLastIndex(({ kind, source }) => {
    const [first] = kind === "md" ? headingsOf(source) : [];
    return first?.isAtStart && first.level <= own.level;
  });
  return before < 0 ? undefined : before;
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
