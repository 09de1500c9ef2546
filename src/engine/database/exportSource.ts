import type { ExportOptions } from "../services.ts";
import { QueryCursor } from "./queryCursor.ts";
import { rowidOf, TableCursor, type RowCursor } from "./rowRanges.ts";
import type { Connection, Sqlite } from "./sqlite.ts";

/** How long the database is kept at a time, in milliseconds. */
export const turn = 10;

/** What is exported, and from where. */
export interface ExportSource {
  sqlite: Sqlite;
  /** Reads the database as it was when the export began. */
  connection: Connection;
  sql: string;
  as: ExportOptions;
}

/** Writes a file and gives how many rows it has by now, each time when it has had its turn, and in the end the file. */
export type WriteSteps = AsyncGenerator<number, BlobPart | Blob>;

export function openCursor({ connection, sql, as }: ExportSource): RowCursor {
  const { table, of } = as;
  const rowid = of && !of.isSorted ? rowidOf(connection, table) : undefined;
  return of && rowid !== undefined
    ? new TableCursor(connection, table, rowid, of.where)
    : new QueryCursor(connection, sql);
}

/** What is selected of the same rows, in any order. */
export function openUnsorted(
  { connection, sql, as: { table, of } }: ExportSource,
  select: string,
): RowCursor {
  const rowid = of && rowidOf(connection, table);
  return of && rowid !== undefined
    ? new TableCursor(connection, table, rowid, of.where, select)
    : new QueryCursor(connection, `SELECT ${select} FROM (${sql}\n)`);
}
