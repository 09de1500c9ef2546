import { quoteName } from "../../core/sqliteRules.ts";
import type { SqlValue } from "../protocol.ts";
import { readAll } from "./execute.ts";
import { QueryCursor } from "./queryCursor.ts";
import { isRowidTable } from "./rowidTables.ts";
import type { Connection, RawValue } from "./sqlite.ts";

/** So many rows are looked at in a few milliseconds, also if none of them is wanted. */
const rowsOfRange = 10_000;

/** The name by which the rows of a table are numbered, which no column of it hides; undefined if there is none. */
export function rowidOf(
  connection: Connection,
  table: string,
): string | undefined {
  if (!isRowidTable(connection, table)) return undefined;
  const taken = readAll(
    connection,
    "SELECT name FROM pragma_table_xinfo(?, 'main')",
    [table],
  ).map(([name]) => String(name).toLowerCase());
  return ["rowid", "_rowid_", "oid"].find((name) => !taken.includes(name));
}

/** The conditions under which the rows of a table are taken, one range of their numbers after the other. */
export function* rowRanges(
  connection: Connection,
  table: string,
  rowid: string,
): Generator<string> {
  const from = `FROM main.${quoteName(table)}`;
  // As text: whole numbers of 64 bits would be rounded.
  const first = (where: string, skip: number): RawValue | undefined =>
    readAll(
      connection,
      `SELECT CAST(${rowid} AS TEXT) ${from} ${where} ORDER BY ${rowid} LIMIT 1 OFFSET ${skip}`,
    )[0]?.[0];
  let start = first("", 0);
  while (start !== undefined) {
    const low = `${rowid} >= ${String(start)}`;
    const next = first(`WHERE ${low}`, rowsOfRange);
    yield next === undefined ? low : `${low} AND ${rowid} < ${String(next)}`;
    start = next;
  }
}

/** Rows that are read a piece at a time. */
export type RowCursor = Pick<
  QueryCursor,
  "columns" | "isDone" | "read" | "close"
>;

/** The rows of a table that meet a condition, which is looked for in one range after the other: a query could take long to find the next. */
export class TableCursor implements RowCursor {
  readonly #connection: Connection;
  readonly #ranges: Iterator<string>;
  readonly #select: string;
  readonly #where: string;
  #current: QueryCursor | undefined;
  readonly columns: readonly string[];

  constructor(
    connection: Connection,
    table: string,
    rowid: string,
    where: string,
    select = "*",
  ) {
    this.#connection = connection;
    this.#ranges = rowRanges(connection, table, rowid);
    this.#select = `SELECT ${select} FROM ${quoteName(table)}`;
    this.#where = where;
    this.#current = new QueryCursor(connection, `${this.#select} LIMIT 0`);
    this.columns = this.#current.columns;
  }

  get isDone(): boolean {
    return this.#current === undefined;
  }

  read(until: number): Record<string, SqlValue>[] {
    let rows: Record<string, SqlValue>[] = [];
    while (this.#current) {
      const more = this.#current.read(until);
      rows = rows.length === 0 ? more : rows.concat(more);
      if (this.#current.isDone) this.#current = this.#next();
      if (performance.now() >= until) break;
    }
    return rows;
  }

  #next(): QueryCursor | undefined {
    const range = this.#ranges.next();
    if (range.done) return undefined;
    return new QueryCursor(
      this.#connection,
      `${this.#select}\nWHERE ${range.value} AND (${this.#where}\n)`,
    );
  }

  close(): void {
    this.#current?.close();
    this.#current = undefined;
  }
}
