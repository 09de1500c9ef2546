/** Which cells of two texts are the same cell. Ids are not part of a text, so it is told by what the cells are. */
import type { Cell } from "../document.ts";

/** Prose or code that shares less than this of its words is another cell. */
const leastShared = 0.5;

/**
 * For cells of the one text the cell of the other that it was, if there is one. The surest goes first: nothing changed; the
 * same name; the same text under another name; and at last, most of the words.
 */
export function matchCells(
  before: readonly Cell[],
  after: readonly Cell[],
): ReadonlyMap<Cell, Cell> {
  const found = new Map<Cell, Cell>();
  const free = new Set(before);

  function pair(cell: Cell, other: Cell): void {
    found.set(cell, other);
    free.delete(other);
  }

  function pairIf(isSame: (other: Cell, cell: Cell) => boolean): void {
    for (const cell of after) {
      if (found.has(cell)) continue;
      for (const other of free)
        if (isSame(other, cell)) {
          pair(cell, other);
          break;
        }
    }
  }

  pairIf(isUnchanged);
  pairIf((other, cell) => cell.name !== "" && other.name === cell.name);
  pairIf(
    (other, cell) => cell.source.trim() !== "" && other.source === cell.source,
  );

  const words = new Map<Cell, ReadonlyMap<string, number>>();
  const wordsOf = (cell: Cell) => {
    let counted = words.get(cell);
    if (!counted) words.set(cell, (counted = countWords(cell.source)));
    return counted;
  };
  const candidates = after
    .filter((cell) => !found.has(cell))
    .flatMap((cell) =>
      [...free]
        .filter((other) => (other.kind === "md") === (cell.kind === "md"))
        .map((other) => ({
          cell,
          other,
          shared: sharedWords(wordsOf(other), wordsOf(cell)),
        })),
    )
    .filter(({ shared }) => shared >= leastShared)
    .sort((a, b) => b.shared - a.shared);
  for (const { cell, other } of candidates)
    if (!found.has(cell) && free.has(other)) pair(cell, other);
  return found;
}

/** Whether two cells are written alike. */
export function isUnchanged(one: Cell, other: Cell): boolean {
  return (
    one.source === other.source &&
    one.name === other.name &&
    one.kind === other.kind &&
    one.flags === other.flags
  );
}

function countWords(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/[\p{L}\p{N}_]+/gu))
    counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Which part of the words of both stands in both, from 0 to 1. */
function sharedWords(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): number {
  let shared = 0;
  let total = 0;
  for (const [word, count] of one) {
    shared += Math.min(count, other.get(word) ?? 0);
    total += count;
  }
  for (const count of other.values()) total += count;
  return total === 0 ? 0 : (2 * shared) / total;
}
