/** Finding and replacing in the text of all cells. */
import type { Cell } from "./document.ts";
import type { CellChange } from "./edits.ts";
import { positionAt } from "./compile/position.ts";

/** What is searched for, and how. */
export interface Search {
  text: string;
  isCaseSensitive: boolean;
  isWholeWord: boolean;
  isPattern: boolean;
}

/** A place where it was found, with the line around it. */
export interface Match {
  cell: string;
  from: number;
  to: number;
  line: number;
  column: number;
  /** The line, and where the match begins and ends in it. */
  text: string;
  start: number;
  end: number;
}

/** The pattern of a search; undefined for an empty one, a message for one that is wrong. */
export function patternOf(search: Search): RegExp | string | undefined {
  const { text, isCaseSensitive, isWholeWord, isPattern } = search;
  if (text === "") return undefined;
  const source = isPattern ? text : text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const whole = isWholeWord
    ? `(?<![\\p{ID_Continue}$])(?:${source})(?![\\p{ID_Continue}$])`
    : source;
  try {
    return new RegExp(whole, isCaseSensitive ? "gmu" : "gimu");
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : "";
    return `This is no regular expression: ${reason.replace(/^.*: /, "")}.`;
  }
}

/** Where a pattern is found in a text. Empty matches are none. */
export function findInText(
  text: string,
  pattern: RegExp,
): readonly { from: number; to: number }[] {
  return [...text.matchAll(pattern)].flatMap(({ index: from, 0: found }) =>
    found === "" ? [] : [{ from, to: from + found.length }],
  );
}

/** Where a pattern is found, cell by cell. */
export function findInCells(
  cells: readonly Cell[],
  pattern: RegExp,
): readonly Match[] {
  return cells.flatMap(({ id, source }) =>
    findInText(source, pattern).map(({ from, to }) => {
      const begin = source.lastIndexOf("\n", from - 1) + 1;
      const next = source.indexOf("\n", from);
      const text = source.slice(begin, next < 0 ? undefined : next);
      return {
        cell: id,
        from,
        to,
        ...positionAt(source, from),
        text,
        start: from - begin,
        end: Math.min(to - begin, text.length),
      };
    }),
  );
}

/** The place of the first match from a position in a cell on, the cells in their order; after the last it goes on with the first. */
export function firstMatchFrom(
  cells: readonly Cell[],
  matches: readonly Match[],
  cell: string,
  from: number,
): number {
  const order = new Map(cells.map(({ id }, at) => [id, at]));
  const here = order.get(cell) ?? 0;
  const found = matches.findIndex((match) =>
    match.cell === cell
      ? match.from >= from
      : (order.get(match.cell) ?? 0) > here,
  );
  return Math.max(found, 0);
}

/** The changes that put a text in the place of matches; for a pattern, `$1` in it means what the first group found. */
export function replacementsOf(
  cells: readonly Cell[],
  matches: readonly Match[],
  pattern: RegExp,
  replacement: string,
  isPattern: boolean,
): readonly CellChange[] {
  const sources = new Map(cells.map(({ id, source }) => [id, source]));
  const alone = new RegExp(pattern.source, pattern.flags.replace("g", "y"));
  return matches.map(({ cell, from, to }) => {
    if (!isPattern) return { cell, from, to, insert: replacement };
    const source = sources.get(cell) ?? "";
    alone.lastIndex = from;
    // What stands around the match counts for the pattern, but stays.
    const changed = source.replace(alone, replacement);
    const insert = changed.slice(from, changed.length - (source.length - to));
    return { cell, from, to, insert };
  });
}
