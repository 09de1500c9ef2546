import { FlowError } from "../../core/errors.ts";
import { fold, mostColumns, quoteName } from "../../core/sqliteRules.ts";
import type { LoadReport, LoadRequest, SqlValue } from "../protocol.ts";
import { type CheckedBatch, kindsIn } from "../records/checkRecords.ts";
import { readRow } from "../records/readRecords.ts";
import { fitValue, inferType, isUntyped } from "./columnTypes.ts";
import type { Attach } from "./databaseFile.ts";
import { EncodedInsert, fewRows } from "./insertEncoded.ts";
import { allOrNothing } from "./execute.ts";
import {
  addColumns,
  countRows,
  createTable,
  ensureKey,
  insertInto,
  onConflict,
  tableColumns,
  type Column,
} from "./loadTable.ts";
import { emptyKey, mismatch, refusedRow } from "./loadRefusals.ts";
import type { Connection, RawValue } from "./sqlite.ts";
import { notebookTable } from "./statements.ts";
import type { BatchSummary, WaitingRows } from "./waitingRows.ts";

/**
 * Loads rows into a table, all or none, making the table and the columns that are missing; the rows are taken. A transaction must
 * be open. With `attach`, `encodeFrom` rows or more go in as pages (insertEncoded.ts), fewer or refused ones by a statement each.
 */
export function loadRows(
  connection: Connection,
  request: LoadRequest,
  waiting: WaitingRows,
  attach: Attach | undefined,
  encodeFrom = fewRows,
): LoadReport {
  const { table, mode } = request;
  checkRequest(request);
  const { rows, summaries } = waiting;
  const names = columnNames(request, summaries);
  const insertAll = (columns: readonly Column[]) =>
    insertParts(
      connection,
      request,
      columns,
      waiting,
      rows >= Math.max(1, encodeFrom) ? attach : undefined,
    );
  try {
    return allOrNothing(connection, () => {
      const existing = tableColumns(connection, table);
      const isUnknown = names.some(
        (name) => !Object.hasOwn(request.types, name),
      );
      const isEmptied = rows === 0 && existing && isUnknown;
      if (
        names.length === 0 ||
        (isEmptied && (mode !== "replace" || hasColumns(existing, names)))
      )
        return loadNothing(connection, request, rows, existing);

      const kept = mode === "replace" ? undefined : existing;
      const columns = typeColumns(
        ...([names, request, summaries, isEmptied ? existing : kept] as const),
        () => waiting.read(),
      );
      checkKey(request, columns, kept);
      const all = new Set([...(kept?.keys() ?? []), ...names.map(fold)]);
      if (all.size > mostColumns)
        throw new FlowError(
          "row-mismatch",
          `The rows for "${table}" make ${all.size} columns, and SQLite takes ${mostColumns}. Load rows of name and value. Nothing was loaded.`,
        );
      if (mode === "replace" && existing)
        connection.run(`DROP TABLE main.${quoteName(table)}`);
      if (kept) addColumns(connection, table, columns, kept);
      else createTable(connection, request, columns);
      if (kept && request.key.length > 0) ensureKey(connection, request);

      const isUpsert = mode === "upsert";
      const before = isUpsert ? countRows(connection, table) : 0;
      const written = insertAll(columns);
      const inserted = isUpsert
        ? countRows(connection, table) - before
        : written;
      return { table, rows, inserted, updated: written - inserted };
    });
  } catch (thrown) {
    if (thrown instanceof FlowError) throw thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const remedy = message.includes("generated column")
      ? " Leave it out of the rows: the table computes it."
      : "";
    throw new FlowError(
      "sql-failed",
      `The load into "${table}" failed, and nothing was loaded. SQLite: ${message}.${remedy}`,
      { cause: thrown },
    );
  }
}

export function checkRequest({ table, mode, key }: LoadRequest): void {
  checkName("table", table);
  if (table.toLowerCase() === notebookTable)
    throw new FlowError(
      "invalid-argument",
      `A table cannot be named "${table}": that name is Flowbook's own. Choose another name.`,
    );
  if (/^sqlite_/i.test(table))
    throw new FlowError(
      "invalid-argument",
      `A table cannot be named "${table}": names that begin with sqlite_ are SQLite's own. Choose another name.`,
    );
  if (mode === "upsert" && key.length === 0)
    throw new FlowError(
      "invalid-argument",
      `An upsert into "${table}" needs a key, so that rows can be matched. Add key: "..." to the options of load.`,
    );
}

function checkName(kind: "table" | "column", name: string): void {
  if (name !== "" && !/\0|\p{Surrogate}/u.test(name)) return;
  throw new FlowError(
    "invalid-argument",
    name === ""
      ? `A ${kind} cannot have an empty name. Give it one before loading.`
      : `A ${kind} cannot be named ${JSON.stringify(name)}: the name holds a NUL character or half a character. Rename it.`,
  );
}

/** Whether a table has these columns and no others. */
function hasColumns(
  table: ReadonlyMap<string, Column>,
  names: readonly string[],
): boolean {
  return (
    table.size === names.length && names.every((name) => table.has(fold(name)))
  );
}

/** Names of the columns in the order in which rows brought them, then those that only `types` knows. */
export function columnNames(
  request: LoadRequest,
  batches: readonly BatchSummary[],
): string[] {
  const byFold = new Map<string, string>();
  const all = [
    ...batches.flatMap((batch) => batch.columns),
    ...Object.keys(request.types),
  ];
  for (const name of all) {
    const other = byFold.get(fold(name));
    if (other === name) continue;
    if (other !== undefined)
      throw new FlowError(
        "row-mismatch",
        `The rows for "${request.table}" have the columns "${other}" and "${name}". To SQLite these are one name, as case does not count. Rename one; nothing was loaded.`,
      );
    checkName("column", name);
    byFold.set(fold(name), name);
  }
  return [...byFold.values()];
}

export function typeColumns(
  names: readonly string[],
  request: LoadRequest,
  batches: readonly BatchSummary[],
  existing: ReadonlyMap<string, Column> | undefined,
  read: () => Iterable<CheckedBatch>,
): Column[] {
  const types = new Map(Object.entries(request.types));
  return names.map((name) => {
    const column = existing?.get(fold(name));
    const type = types.get(name);
    if (column) return { ...column, name, isAsked: type === column.type };
    if (type) return { name, type, declared: "types", isAsked: true };
    const inferred = inferType(kindsOf(batches, name), () =>
      valuesOf(read(), name),
    );
    if (inferred.type)
      return { name, type: inferred.type, declared: undefined };
    throw new FlowError(
      "row-mismatch",
      `The column "${name}" for "${request.table}" holds bytes in row ${inferred.bytesAt + 1} and something else in row ${inferred.otherAt + 1}. Make all its values bytes, or none. Nothing was loaded.`,
    );
  });
}

/** Which kinds of values a column has in all batches. */
function kindsOf(batches: readonly BatchSummary[], name: string): number {
  let kinds = 0;
  for (const batch of batches) kinds |= kindsIn(batch, name);
  return kinds;
}

function* valuesOf(
  batches: Iterable<CheckedBatch>,
  name: string,
): Generator<SqlValue> {
  for (const batch of batches) {
    const { columns, rows } = batch;
    const column = columns.indexOf(name);
    for (let row = 0; row < rows; row += 1)
      yield column < 0 ? null : readRow(batch, row, columns.length)[column]!;
  }
}

function checkKey(
  { key, table }: LoadRequest,
  columns: readonly Column[],
  existing: ReadonlyMap<string, Column> | undefined,
): void {
  const known = new Set([
    ...columns.map((column) => fold(column.name)),
    ...(existing?.keys() ?? []),
  ]);
  const missing = key.find((name) => !known.has(fold(name)));
  if (missing !== undefined)
    throw new FlowError(
      "row-mismatch",
      `The key of the load into "${table}" names the column "${missing}", which the rows do not have. They have ${columns.map((column) => column.name).join(", ")}. Nothing was loaded.`,
    );
}

/**
 * Inserts the rows part by part; a part that cannot go in as pages goes in by statements, which name the row that is refused. Gives
 * how many were written: the table's ON CONFLICT may have it leave some out.
 */
function insertParts(
  connection: Connection,
  request: LoadRequest,
  columns: readonly Column[],
  waiting: WaitingRows,
  attach: Attach | undefined,
): number {
  const { mode } = request;
  const encoded =
    attach && new EncodedInsert(connection, request, columns, attach);
  let first = 1;
  let written = 0;
  try {
    for (const part of waiting.take())
      for (const batches of mode === "upsert" ? byColumns(part) : [part]) {
        // An upsert sets what a row has, and leaves the rest as it is.
        const given =
          mode === "upsert"
            ? columns.filter(({ name }) => batches[0]!.columns.includes(name))
            : columns;
        written +=
          given.length === columns.length && encoded?.insert(batches)
            ? connection.getRowsModified()
            : insertRows(connection, request, given, batches, first);
        for (const { rows } of batches) first += rows;
      }
  } finally {
    encoded?.close();
  }
  return written;
}

/** The batches in their order, those together that follow each other and have the same columns. */
function byColumns(batches: readonly CheckedBatch[]): CheckedBatch[][] {
  const groups: CheckedBatch[][] = [];
  for (const batch of batches) {
    const last = groups.at(-1);
    if (last && String(last[0]!.columns) === String(batch.columns))
      last.push(batch);
    else groups.push([batch]);
  }
  return groups;
}

function insertRows(
  connection: Connection,
  request: LoadRequest,
  columns: readonly Column[],
  batches: readonly CheckedBatch[],
  firstRow: number,
): number {
  const key = request.mode === "upsert" ? request.key.map(fold) : [];
  const mustHave = columns.map(({ name }) => key.includes(fold(name)));
  const missing = key.findIndex(
    (name) => !columns.some((column) => fold(column.name) === name),
  );
  if (missing >= 0) throw emptyKey(request, request.key[missing]!, firstRow);
  const statement = connection.prepare(insertText(request, columns));
  let first = firstRow;
  let written = 0;
  try {
    for (const batch of batches) {
      const places = columns.map(({ name }) => batch.columns.indexOf(name));
      for (let row = 0; row < batch.rows; row += 1) {
        const values = readRow(batch, row, batch.columns.length);
        const bound: RawValue[] = [];
        for (const [c, column] of columns.entries()) {
          const value = values[places[c]!] ?? null;
          const fitted = fitValue(value, column.type, column.isAsked);
          if (fitted === undefined)
            throw mismatch(request, column, value, first + row);
          if (fitted === null && mustHave[c])
            throw emptyKey(request, column.name, first + row);
          if (isUntyped(column.type)) bound.push(...anyValue(fitted));
          // Affinity makes an exact integer of the text.
          else bound.push(typeof fitted === "bigint" ? String(fitted) : fitted);
        }
        try {
          statement.run(bound);
          written += connection.getRowsModified();
        } catch (thrown) {
          const found = columns.map(({ name }, c) => ({
            name,
            value: values[places[c]!] ?? null,
          }));
          throw refusedRow(request, thrown, first + row, found);
        }
      }
      first += batch.rows;
    }
  } finally {
    statement.free();
  }
  return written;
}

function insertText(request: LoadRequest, columns: readonly Column[]): string {
  const values = columns.map(({ type }) =>
    isUntyped(type) ? "coalesce(CAST(? AS INTEGER), ?)" : "?",
  );
  return `${insertInto(request.table, columns)} VALUES (${values.join(", ")})${onConflict(request, columns)}`;
}

// A column without a type stores what is bound, and sql.js binds a long integer as a double or as text: it goes as text through a CAST.
function anyValue(value: RawValue): [RawValue, RawValue] {
  const isLong =
    typeof value === "bigint" ||
    (typeof value === "number" &&
      Number.isSafeInteger(value) &&
      (value | 0) !== value);
  return isLong ? [String(value), null] : [null, value];
}

function loadNothing(
  connection: Connection,
  { table, mode }: LoadRequest,
  rows: number,
  existing: ReadonlyMap<string, Column> | undefined,
): LoadReport {
  if (rows > 0)
    throw new FlowError(
      "row-mismatch",
      `The rows for "${table}" have no columns: each of them is empty. Nothing was loaded. Give the rows at least one field.`,
    );
  // Replacing by nothing empties the table; its columns stay, as nothing says that there should be others.
  if (mode === "replace" && existing)
    connection.run(`DELETE FROM main.${quoteName(table)}`);
  return { table, rows: 0, inserted: 0, updated: 0 };
}
