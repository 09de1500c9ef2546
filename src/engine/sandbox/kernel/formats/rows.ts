import { FlowError } from "../../../../core/errors.ts";
import { showValue } from "../../../../core/words.ts";

/** A row that is to be written. */
export type WrittenRow = Readonly<Record<string, unknown>>;

/** Checks what a writer was given as rows. */
export function readRows(rows: unknown, writer: string): WrittenRow[] {
  const refuse = (message: string) =>
    new FlowError("invalid-argument", message);
  if (typeof rows !== "object" || rows === null || !(Symbol.iterator in rows))
    throw refuse(`${writer} takes a list of rows, not ${showValue(rows)}.`);
  return Array.from(rows as Iterable<unknown>, (row, index) => {
    if (typeof row === "object" && row !== null && !Array.isArray(row))
      return row as WrittenRow;
    throw refuse(
      `Row ${index + 1} for ${writer} is ${showValue(row)}, not an object with a field for each column.`,
    );
  });
}

/** A value of a row; what every object has by such a name, as "constructor", is none. */
export function valueIn(row: WrittenRow, column: string): unknown {
  return column in Object.prototype && !Object.hasOwn(row, column)
    ? undefined
    : row[column];
}

/** A date as ISO 8601. One that is no date is refused: the file would have nothing in its place. `where` is what a message calls it. */
export function isoOf(date: Date, where: string): string {
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new FlowError(
    "row-mismatch",
    `${where} is an invalid Date. Correct it, or use null where there is no date.`,
  );
}

/** The columns to write: those that were chosen, or all that any row has, in the order in which they first appear. */
export function listColumns(
  rows: readonly WrittenRow[],
  chosen: unknown,
): string[] {
  if (chosen === undefined) {
    const columns = new Set<string>();
    for (const row of rows) for (const column in row) columns.add(column);
    return [...columns];
  }
  if (Array.isArray(chosen) && chosen.every((name) => typeof name === "string"))
    return chosen;
  throw new FlowError(
    "invalid-option",
    `columns must be a list of column names, not ${showValue(chosen)}.`,
  );
}
