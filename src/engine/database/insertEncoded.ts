/**
 * Inserts rows as pages that are encoded here and read by SQLite as an attached file.
 *
 * Into a table without constraints, indexes and triggers SQLite copies them record by record without looking at the values (its
 * transfer optimization): the records have the affinity of their columns already. It decides that itself, by comparing the table
 * with the one that is attached; where they differ it inserts row by row in one statement, and checks all that the table demands.
 *
 * https://sqlite.org/fileformat2.html, xferOptimization in SQLite's insert.c
 */
import { fold, quoteName } from "../../core/sqliteRules.ts";
import type { LoadRequest, SqlValue } from "../protocol.ts";
import {
  checkBatch,
  type CheckedBatch,
  kindBits,
  kindsIn,
} from "../records/checkRecords.ts";
import { readRow as readValues } from "../records/readRecords.ts";
import { RecordWriter } from "../records/recordWriter.ts";
import { fitValue, isStoredAsItIs, type ColumnType } from "./columnTypes.ts";
import type { Attach } from "./databaseFile.ts";
import { AttachedRows } from "./attachedRows.ts";
import { readAll, readRow, succeeds } from "./execute.ts";
import {
  insertInto,
  onConflict,
  tableColumns,
  type Column,
} from "./loadTable.ts";
import type { Connection } from "./sqlite.ts";

/** Fewer rows than this go in faster by a statement each. */
export const fewRows = 1000;

/** Inserts rows part by part, all through one attached file. */
export class EncodedInsert {
  readonly #connection: Connection;
  readonly #request: LoadRequest;
  readonly #columns: readonly Column[];
  readonly #attach: Attach;
  #attached: AttachedRows | undefined;

  constructor(
    connection: Connection,
    request: LoadRequest,
    columns: readonly Column[],
    attach: Attach,
  ) {
    this.#connection = connection;
    this.#request = request;
    this.#columns = columns;
    this.#attach = attach;
  }

  /** Inserts the rows, or says that it did not: a row that does not fit is best named by whoever inserts row by row. */
  insert(given: readonly CheckedBatch[]): boolean {
    const columns = this.#columns;
    if (!canInsert(this.#connection, this.#request, columns, given))
      return false;
    const batches = given.map((batch) =>
      isFitting(batch, columns) ? batch : refit(batch, columns),
    );
    if (!batches.every((batch) => batch !== undefined)) return false;
    return succeeds(() => {
      this.#attached ??= this.#begin();
      this.#attached.insert(batches);
      return true;
    });
  }

  /** Lets the rows go. */
  close(): void {
    this.#attached?.close();
  }

  #begin(): AttachedRows {
    const request = this.#request;
    const columns = this.#columns;
    const whole = wholeRows(this.#connection, request, columns);
    // Without WHERE, the ON of ON CONFLICT would be taken for that of a join.
    const where = request.mode === "upsert" ? " WHERE true" : "";
    const into = whole
      ? `INSERT INTO main.${quoteName(request.table)}`
      : insertInto(request.table, columns);
    return new AttachedRows(
      this.#connection,
      this.#attach,
      whole ?? columns.map(({ type }) => type),
      (source) =>
        `${into} SELECT * FROM ${source}${where}${onConflict(request, columns)}`,
    );
  }
}

function canInsert(
  connection: Connection,
  request: LoadRequest,
  columns: readonly Column[],
  batches: readonly CheckedBatch[],
): boolean {
  // Files of another encoding cannot be attached.
  if (readRow(connection, "PRAGMA encoding")?.[0] !== "UTF-8") return false;
  // SQLite would copy all rows for the triggers first.
  if (hasTriggers(connection, request.table)) return false;
  const key = new Set(request.mode === "upsert" ? request.key.map(fold) : []);
  const keyColumns = columns.filter(({ name }) => key.has(fold(name)));
  if (keyColumns.length < key.size) return false;
  return batches.every((batch) =>
    keyColumns.every(({ name }) => !(kindsIn(batch, name) & kindBits.null)),
  );
}

function hasTriggers(connection: Connection, table: string): boolean {
  return ["main", "temp"].some(
    (schema) =>
      readRow(
        connection,
        `SELECT 1 FROM ${schema}.sqlite_schema WHERE type = 'trigger' AND lower(tbl_name) = lower(?)`,
        [table],
      ) !== undefined,
  );
}

/** Whether the records are what the columns store, one after the other. */
export function isFitting(
  batch: CheckedBatch,
  columns: readonly Column[],
): boolean {
  return (
    // For what a row leaves out SQLite takes the default of the column, of which only the first may differ from that of the file.
    batch.fewest > 0 &&
    batch.columns.every((name, index) => name === columns[index]?.name) &&
    columns.every(({ name, type }) =>
      isStoredAsItIs(kindsIn(batch, name), type),
    )
  );
}

/** The batch as the columns store it; undefined if a value does not fit. */
export function refit(
  batch: CheckedBatch,
  columns: readonly Column[],
): CheckedBatch | undefined {
  const places = columns.map(({ name }) => batch.columns.indexOf(name));
  const writer = new RecordWriter();
  for (let row = 0; row < batch.rows; row += 1) {
    const values = readValues(batch, row, batch.columns.length);
    const fitted: SqlValue[] = [];
    for (const [index, { type, isAsked }] of columns.entries()) {
      const value = fitValue(values[places[index]!] ?? null, type, isAsked);
      if (value === undefined) return undefined;
      fitted.push(value);
    }
    writer.add(fitted);
  }
  const checked = checkBatch(writer.take(columns.map(({ name }) => name)));
  if (typeof checked === "string") throw new Error(checked);
  return checked;
}

/**
 * The types of the table's columns if the rows begin with them all in their order, as SQLite copies records only if they are whole
 * rows; undefined if they do not, or leave out a column that has a value of its own.
 */
function wholeRows(
  connection: Connection,
  { table, mode }: LoadRequest,
  columns: readonly Column[],
): ColumnType[] | undefined {
  if (mode === "upsert") return undefined;
  const given = new Set(columns.map(({ name }) => fold(name)));
  const others = readAll(
    connection,
    "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden > 0 OR dflt_value IS NOT NULL",
    [table],
  );
  if (others.some(([name]) => !given.has(fold(String(name))))) return undefined;
  const all = [...tableColumns(connection, table)!.entries()];
  const isInOrder = columns.every(
    ({ name }, index) => fold(name) === all[index]?.[0],
  );
  return isInOrder ? all.map(([, { type }]) => type) : undefined;
}
