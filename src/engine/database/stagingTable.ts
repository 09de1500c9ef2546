/**
 * A table that rows of a load go into while more of them come, and that takes the place of the real one when all have: until then
 * neither queries nor other statements of the same transaction meet half a load, and to take it back is to drop it.
 */
import { quoteName } from "../../core/sqliteRules.ts";
import type { LoadRequest, SqlValue } from "../protocol.ts";
import {
  checkBatch,
  type CheckedBatch,
  kindBits,
  kindsIn,
} from "../records/checkRecords.ts";
import { RecordWriter } from "../records/recordWriter.ts";
import { AppendedTable } from "./appendedTable.ts";
import { AttachedRows } from "./attachedRows.ts";
import { inferType } from "./columnTypes.ts";
import type { Attach } from "./databaseFile.ts";
import { allOrNothing, readRow, readValues, succeeds } from "./execute.ts";
import { isFitting, refit } from "./insertEncoded.ts";
import { checkRequest, columnNames, typeColumns } from "./load.ts";
import { type Column, createTable, tableColumns } from "./loadTable.ts";
import type { Connection } from "./sqlite.ts";

/** The rows that a load has inserted so far. */
export class StagingTable {
  readonly #connection: Connection;
  readonly #name: string;
  readonly #columns: readonly Column[];
  /** The kinds of values that each column has had. */
  readonly #kinds: number[];
  /** Until rows have come to the table in another way. */
  #appended: AppendedTable | undefined;
  readonly #attached: AttachedRows;
  #rows = 0;
  /** How many of the columns the rows have brought; the others are known by their type only. */
  #brought = 0;

  private constructor(
    connection: Connection,
    name: string,
    columns: readonly Column[],
    attach: Attach,
  ) {
    this.#connection = connection;
    this.#name = name;
    this.#columns = columns;
    this.#kinds = columns.map(() => 0);
    if (attach.change)
      this.#appended = new AppendedTable(connection, name, attach.change);
    this.#attached = new AttachedRows(
      connection,
      attach,
      columns.map(({ type }) => type),
      (source) => `INSERT INTO main.${quoteName(name)} SELECT * FROM ${source}`,
    );
  }

  /** Makes one for a load that begins with these rows; undefined where the rows must be loaded all at once. */
  static make(
    connection: Connection,
    request: LoadRequest,
    batches: readonly CheckedBatch[],
    attach: Attach,
  ): StagingTable | undefined {
    checkRequest(request);
    const { table, mode } = request;
    const isNew =
      mode === "replace" || tableColumns(connection, table) === undefined;
    const names = columnNames(request, batches);
    if (!isNew || names.length === 0 || !isUtf8(connection)) return undefined;
    const columns = typeColumns(
      names,
      request,
      batches,
      undefined,
      () => batches,
    );
    const name = freeName(connection);
    createTable(connection, { ...request, table: name }, columns);
    return new StagingTable(connection, name, columns, attach);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Whether the rows that were added are read from their batches no more. */
  get hasCopied(): boolean {
    return this.#appended !== undefined;
  }

  /** Inserts rows behind the others; false if none of them is, as they do not fit the columns or change what the columns must be. */
  add(batches: readonly CheckedBatch[]): boolean {
    const fitted: CheckedBatch[] = [];
    const kinds = [...this.#kinds];
    for (const batch of batches) {
      const one = batch.rows > 0 ? this.#fit(batch, kinds) : batch;
      if (!one) return false;
      if (batch.rows > 0) fitted.push(one);
    }
    const rows = fitted.reduce((sum, batch) => sum + batch.rows, 0);
    if (rows === 0) return true;
    if (!this.#append(fitted))
      allOrNothing(this.#connection, () => {
        this.#attached.insert(fitted);
        if (this.#connection.getRowsModified() !== rows)
          throw new Error("SQLite has not taken all rows of the load.");
      });
    for (const [index, kind] of kinds.entries()) this.#kinds[index] = kind;
    for (const { columns } of batches)
      this.#brought = Math.max(this.#brought, columns.length);
    this.#rows += rows;
    return true;
  }

  #append(batches: readonly CheckedBatch[]): boolean {
    const appended = this.#appended;
    if (appended && succeeds(() => appended.add(batches))) return true;
    this.#appended = undefined;
    return false;
  }

  /** All rows again, as batches. */
  *read(): Generator<CheckedBatch> {
    if (this.#rows === 0) return;
    const columns = this.#columns.slice(0, this.#brought);
    const names = columns.map(({ name }) => name);
    // sql.js gives text up to its first NUL.
    const values = columns.map(({ name, type }) =>
      type === "TEXT" ? `CAST(${quoteName(name)} AS BLOB)` : quoteName(name),
    );
    const isText = columns.map(({ type }) => type === "TEXT");
    // Without an index SQLite goes by the rowid, which cannot be named here: a column may have that name.
    const statement = this.#connection.prepare(
      `SELECT ${values.join(", ")} FROM main.${quoteName(this.#name)} NOT INDEXED`,
    );
    const writer = new RecordWriter();
    try {
      while (statement.step()) {
        writer.add(
          readValues(statement).map((value, index) =>
            isText[index] ? toText(value) : value,
          ),
        );
        if (writer.isFull) yield taken(writer, names);
      }
    } finally {
      statement.free();
    }
    if (writer.rows > 0) yield taken(writer, names);
  }

  drop(): void {
    this.#attached.close();
    this.#connection.run(`DROP TABLE main.${quoteName(this.#name)}`);
  }

  /** Takes the place of the table that the load is for; false if it cannot, as there is one to add to. */
  takePlace({ table, mode }: LoadRequest): boolean {
    const connection = this.#connection;
    const existing = tableColumns(connection, table);
    if (existing && mode !== "replace") return false;
    allOrNothing(connection, () => {
      if (existing) connection.run(`DROP TABLE main.${quoteName(table)}`);
      // Otherwise a view of the table that has just been dropped would be in the way.
      connection.run("PRAGMA legacy_alter_table = ON");
      try {
        connection.run(
          `ALTER TABLE main.${quoteName(this.#name)} RENAME TO ${quoteName(table)}`,
        );
      } finally {
        connection.run("PRAGMA legacy_alter_table = OFF");
      }
    });
    this.#attached.close();
    return true;
  }

  /** The batch as the columns store it; `kinds` gets those of its values. */
  #fit(batch: CheckedBatch, kinds: number[]): CheckedBatch | undefined {
    const columns = this.#columns;
    // A column that comes now stands before those that are known by their type only.
    if (!batch.columns.every((name, index) => name === columns[index]?.name))
      return undefined;
    for (const [index, { name, type, declared }] of columns.entries()) {
      kinds[index]! |= kindsIn(batch, name);
      if (!declared && typeOf(kinds[index]!) !== type) return undefined;
    }
    return isFitting(batch, columns) ? batch : refit(batch, columns);
  }
}

/** The type of a column with values of these kinds; undefined if only the values say it. */
function typeOf(kinds: number): string | undefined {
  const { long, double, bytes } = kindBits;
  const isMixed =
    kinds & bytes ? (kinds & ~(bytes | kindBits.null)) !== 0 : false;
  if (isMixed || (kinds & long && kinds & double)) return undefined;
  return inferType(kinds, () => []).type;
}

// Files of another encoding cannot be attached.
function isUtf8(connection: Connection): boolean {
  return readRow(connection, "PRAGMA encoding")?.[0] === "UTF-8";
}

function freeName(connection: Connection): string {
  for (let number = 1; ; number += 1) {
    const name = `flowbook load ${number}`;
    const taken = readRow(
      connection,
      "SELECT 1 FROM main.sqlite_schema WHERE lower(name) = ?",
      [name],
    );
    if (!taken) return name;
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function toText(value: SqlValue): SqlValue {
  return value instanceof Uint8Array ? decoder.decode(value) : value;
}

function taken(writer: RecordWriter, names: readonly string[]): CheckedBatch {
  const checked = checkBatch(writer.take(names));
  if (typeof checked === "string") throw new Error(checked);
  return checked;
}
