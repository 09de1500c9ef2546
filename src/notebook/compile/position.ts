import type { ProgramCell } from "./program.ts";

/** A place in a text; both count from 1, as an editor shows them. */
export interface Position {
  line: number;
  column: number;
}

/** The line that was found last: places of a text are mostly asked for from top to bottom, thousands of them. */
let last = { source: "", line: 0, start: 0, end: 0 };

/** Where an offset is. Lines end as JavaScript's do. */
export function positionAt(source: string, offset: number): Position {
  const lineBreak = /\r\n|[\n\r\u2028\u2029]/g;
  const isBelow = offset >= last.start && source === last.source;
  let { line, start, end } = isBelow ? last : { line: 0, start: 0, end: 0 };
  lineBreak.lastIndex = end;
  while (end <= offset) {
    line += 1;
    start = end;
    end = lineBreak.test(source) ? lineBreak.lastIndex : Infinity;
  }
  last = { source, line, start, end };
  return { line, column: offset - start + 1 };
}

/** Where a place of a cell's text is: its offset, at the end of the line if that is shorter, and in the last one if there are fewer. */
export function offsetOf(source: string, line: number, column: number): number {
  let start = 0;
  for (let n = 1; n < line; n += 1) {
    const next = source.indexOf("\n", start);
    if (next < 0) break;
    start = next + 1;
  }
  const end = source.indexOf("\n", start);
  return Math.min(
    end < 0 ? source.length : end,
    start + Math.max(column, 1) - 1,
  );
}

/** The place in a cell's source that a place in its script comes from; a place in text that was put in means where it was put. */
export function sourcePosition(
  cell: Pick<ProgramCell, "shift" | "inserts">,
  line: number,
  column: number,
): Position {
  let place = line === 1 ? Math.max(1, column - cell.shift) : column;
  // From left to right: what stands before has been taken out already, so `place` compares with source columns.
  for (const insert of cell.inserts)
    if (insert.line === line && place > insert.column)
      place = Math.max(insert.column, place - insert.length);
  return { line, column: place };
}
