/**
 * Inserts rows as pages that are encoded here and read by SQLite as an attached file.
 *
 * Into a table without constraints, indexes and triggers SQLite copies them record by record without looking at the values (its
 * transfer optimization): the records have the affinity of their columns already. It decides that itself, by comparing the table
 * with the one that is attached; where they differ it inserts row by row in one statement, and checks all that the table demands.
 *
 * https://sqlite.org/fileformat2.html, xferOptimization in SQLite's insert.c
 */
import { valueAt } from "../columnValues.ts";
import type { ColumnValues, LoadRequest, RowBatch } from "../protocol.ts";
import { fitsAll } from "./columnTypes.ts";
import type { Attach } from "./databaseFile.ts";
import { fileTable, TableFile, type FileColumn } from "./encode/tableFile.ts";
import { allOrNothing, readAll, readRow, TransactionLost } from "./execute.ts";
import {
  fold,
  insertInto,
  onConflict,
  quote,
  tableColumns,
  type Column,
} from "./loadTable.ts";
import type { Connection } from "./sqlite.ts";

/** Fewer rows than this go in faster by a statement each. */
export const fewRows = 1000;

/** Inserts the rows, or says that it did not: a row that does not fit is best named by whoever inserts row by row. */
export function insertEncoded(
  connection: Connection,
  request: LoadRequest,
  columns: readonly Column[],
  batches: readonly RowBatch[],
  attach: Attach,
): boolean {
  if (!canInsert(connection, request, columns, batches)) return false;
  const { file, insert } = makeInsert(connection, request, columns, batches);
  try {
    const schema = attach(file);
    allOrNothing(connection, () => connection.run(insert(schema)));
    return true;
  } catch (thrown) {
    if (thrown instanceof TransactionLost) throw thrown;
    return false;
  } finally {
    file.close();
  }
}

function canInsert(
  connection: Connection,
  request: LoadRequest,
  columns: readonly Column[],
  batches: readonly RowBatch[],
): boolean {
  // Files of another encoding cannot be attached.
  if (readRow(connection, "PRAGMA encoding")?.[0] !== "UTF-8") return false;
  // SQLite would copy all rows for the triggers first.
  if (hasTriggers(connection, request.table)) return false;
  const key = new Set(request.mode === "upsert" ? request.key.map(fold) : []);
  const keyColumns = columns.filter(({ name }) => key.has(fold(name)));
  if (keyColumns.length < key.size) return false;
  return batches.every(
    (batch) =>
      columns.every(({ name, type }) => {
        const values = valuesOf(batch, name);
        return !values || fitsAll(values, batch.rows, type);
      }) &&
      keyColumns.every(({ name }) => hasNoNull(valuesOf(batch, name), batch)),
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

function hasNoNull(
  values: ColumnValues | undefined,
  { rows }: RowBatch,
): boolean {
  for (let row = 0; row < rows; row += 1)
    if (valueAt(values, row) === null) return false;
  return true;
}

function valuesOf(batch: RowBatch, name: string): ColumnValues | undefined {
  return batch.values[batch.columns.indexOf(name)];
}

/** The file with the rows, and the statement that inserts them once it is attached. */
function makeInsert(
  connection: Connection,
  request: LoadRequest,
  columns: readonly Column[],
  batches: readonly RowBatch[],
): { file: TableFile; insert: (schema: string) => string } {
  const { table } = request;
  const given: FileColumn[] = columns.map(({ name, type }) => ({
    type,
    of: (batch) => valuesOf(batch, name),
  }));
  const whole = wholeRows(connection, request, columns, given);
  const file = new TableFile(whole ?? given, batches);
  // Without WHERE, the ON of ON CONFLICT would be taken for that of a join.
  const where = request.mode === "upsert" ? " WHERE true" : "";
  const into = whole
    ? `INSERT INTO main.${quote(table)}`
    : insertInto(table, columns);
  return {
    file,
    insert: (schema) =>
      `${into} SELECT * FROM ${schema}."${fileTable}"${where}${onConflict(request, columns)}`,
  };
}

/**
 * The columns of the table in its order, as SQLite copies records only if they are whole rows; undefined if the rows leave out a
 * column that has a value of its own.
 */
function wholeRows(
  connection: Connection,
  { table, mode }: LoadRequest,
  columns: readonly Column[],
  given: readonly FileColumn[],
): FileColumn[] | undefined {
  if (mode === "upsert") return undefined;
  const indexes = new Map(
    columns.map(({ name }, index) => [fold(name), index]),
  );
  const others = readAll(
    connection,
    "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden > 0 OR dflt_value IS NOT NULL",
    [table],
  );
  if (others.some(([name]) => !indexes.has(fold(String(name)))))
    return undefined;
  return [...tableColumns(connection, table)!].map(([name, { type }]) => {
    const index = indexes.get(name);
    return index === undefined ? { type, of: () => undefined } : given[index]!;
  });
}
