/**
 * The difference of two texts as rows to show: lines are compared first, and words only within lines that changed, so that a
 * change of one word shows as that word and a line that was rewritten as an old line and a new one.
 */
import { diffArrays, diffWordsWithSpace } from "diff";

export type Mark = "same" | "added" | "removed";

/** A piece of a line. */
export interface Part {
  mark: Mark;
  text: string;
}

/** A line; "changed" if only some of its words were added or removed. */
export interface Row {
  mark: Mark | "changed";
  parts: readonly Part[];
}

/** Rows to show, or rows without a change that can be left out. */
export interface Stretch {
  isFolded: boolean;
  rows: readonly Row[];
}

/** Lines around a change that are shown with it. */
const surroundings = 3;
/** Fewer lines than this are not worth a fold. */
const leastFolded = 3;
/** Words are compared if at least this part of the letters stayed. */
const leastShared = 0.3;
/** Texts with more differences than this are shown as replaced; to look for the shortest way would take too long. */
const mostEdits = 1_000;

/** What happened to a text from one version to the other. */
export function compareTexts(before: string, after: string): Row[] {
  const blocks = diffArrays(linesOf(before), linesOf(after), {
    maxEditLength: mostEdits,
  });
  if (!blocks)
    return [
      ...linesOf(before).map((line) => rowOf("removed", line)),
      ...linesOf(after).map((line) => rowOf("added", line)),
    ];
  // Joined at the end: a block may be longer than what a call can be given.
  const parts: Row[][] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const flush = (): void => {
    parts.push(compareBlock(removed, added));
    removed = [];
    added = [];
  };
  for (const block of blocks) {
    if (block.removed) removed = removed.concat(block.value);
    else if (block.added) added = added.concat(block.value);
    else {
      flush();
      parts.push(block.value.map((line) => rowOf("same", line)));
    }
  }
  flush();
  return parts.flat();
}

/** The rows in stretches: long ones without a change are folded. */
export function foldRows(rows: readonly Row[]): Stretch[] {
  const stretches: { isFolded: boolean; rows: Row[] }[] = [];
  const isNear = (index: number): boolean =>
    rows
      .slice(Math.max(0, index - surroundings), index + surroundings + 1)
      .some(({ mark }) => mark !== "same");
  for (const [index, row] of rows.entries()) {
    const isFolded = !isNear(index);
    const last = stretches.at(-1);
    if (last?.isFolded === isFolded) last.rows.push(row);
    else stretches.push({ isFolded, rows: [row] });
  }
  for (const stretch of stretches)
    if (stretch.rows.length < leastFolded) stretch.isFolded = false;
  return stretches;
}

/** How many words of rows were added and removed. */
export function countWords(rows: readonly Row[]): {
  added: number;
  removed: number;
} {
  const count = { added: 0, removed: 0 };
  for (const { parts } of rows)
    for (const { mark, text } of parts)
      if (mark !== "same") count[mark] += text.match(/\S+/g)?.length ?? 0;
  return count;
}

/** Lines that follow each other in the one text in place of lines that did in the other. */
function compareBlock(
  removed: readonly string[],
  added: readonly string[],
): Row[] {
  const whole = [
    ...removed.map((line) => rowOf("removed", line)),
    ...added.map((line) => rowOf("added", line)),
  ];
  if (removed.length === 0 || added.length === 0) return whole;
  const before = removed.join("\n");
  const after = added.join("\n");
  const words = diffWordsWithSpace(before, after, { maxEditLength: mostEdits });
  if (!words) return whole;
  const parts = words.map((word): Part => ({
    mark: word.added ? "added" : word.removed ? "removed" : "same",
    text: word.value,
  }));
  const shared = parts
    .filter(({ mark }) => mark === "same")
    .reduce((sum, { text }) => sum + letters(text), 0);
  const isAlike =
    shared >= leastShared * Math.max(letters(before), letters(after));
  return isAlike ? toRows(parts) : whole;
}

/** Breaks pieces of a text into rows where its lines end, in whichever of the two texts that is. */
function toRows(all: readonly Part[]): Row[] {
  const rows: Row[] = [];
  let parts: Part[] = [];
  let marks = new Set<Mark>();
  const end = (): void => {
    const [only, ...others] = marks;
    const mark = others.length > 0 ? "changed" : (only ?? "same");
    rows.push({ mark, parts });
    parts = [];
    marks = new Set();
  };
  for (const { mark, text } of all)
    for (const [index, piece] of text.split("\n").entries()) {
      if (index > 0) {
        marks.add(mark);
        end();
      }
      if (piece === "") continue;
      marks.add(mark);
      parts.push({ mark, text: piece });
    }
  end();
  return rows;
}

function rowOf(mark: Mark, line: string): Row {
  return { mark, parts: line === "" ? [] : [{ mark, text: line }] };
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split("\n");
}

function letters(text: string): number {
  return text.replace(/\s/g, "").length;
}
