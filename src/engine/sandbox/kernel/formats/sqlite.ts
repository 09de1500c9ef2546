import initSqlJs from "sql.js";
import { FlowError } from "../../../../core/errors.ts";
import { listNames, showValue } from "../../../../core/words.ts";
import { nameColumns } from "./csvColumns.ts";
import { listColumns, readRows, type WrittenRow } from "./rows.ts";

type Value = string | number | bigint | Uint8Array | null;

/** What we use of sql.js. */
interface Statement {
  bind(values: readonly Value[]): boolean;
  step(): boolean;
  get(values?: null, options?: { useBigInt: boolean }): Value[];
  run(values: readonly Value[]): void;
  getColumnNames(): string[];
  free(): void;
}
interface Database {
  prepare(sql: string): Statement;
  run(sql: string): void;
  export(): Uint8Array;
  close(): void;
}
type Module = { Database: new (image?: Uint8Array) => Database };

let loading: Promise<Module> | undefined;

/** Hands over SQLite's machine code, before anything is read. */
export async function begin(wasm: ArrayBuffer): Promise<void> {
  const init = initSqlJs as unknown as (config: object) => Promise<Module>;
  await (loading ??= init({ wasmBinary: wasm }));
}

async function open(image?: Uint8Array): Promise<Database> {
  if (!loading) throw new Error("SQLite has not been loaded.");
  return new (await loading).Database(image);
}

/** The rows of a table, a view or a query of an SQLite file. */
export async function readSqlite(
  image: Uint8Array,
  query: unknown,
  name: string,
): Promise<object[]> {
  if (typeof query !== "string" || query.trim() === "")
    throw new FlowError(
      "invalid-argument",
      `readSqlite takes the name of a table or a query: readSqlite("a.sqlite", "SELECT * FROM t"), not ${showValue(query)}.`,
    );
  const database = await open(image);
  try {
    const tables = listTables(database, name);
    if (tables.includes(query))
      return readAll(database, `SELECT * FROM ${quote(query)}`);
    if (!/\s/.test(query.trim()))
      throw new FlowError(
        "invalid-argument",
        `${name} has no table ${query}. It has ${listNames(tables, 20) || "none"}.`,
      );
    try {
      return readAll(database, query);
    } catch (cause) {
      throw new FlowError(
        "sql-failed",
        `The query on ${name} failed: ${(cause as Error).message}. It has the tables ${listNames(tables, 20)}.`,
        { cause },
      );
    }
  } finally {
    database.close();
  }
}

function listTables(database: Database, name: string): string[] {
  try {
    return readAll(
      database,
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')",
    ).map((row) => String((row as { name: unknown }).name));
  } catch (cause) {
    throw new Error(
      `${name} cannot be read as an SQLite file: ${(cause as Error).message}.`,
      { cause },
    );
  }
}

function readAll(database: Database, sql: string): object[] {
  const statement = database.prepare(sql);
  try {
    const given = statement.getColumnNames();
    const columns = nameColumns(given, given.length);
    const rows: object[] = [];
    while (statement.step()) {
      const values = exactValues(statement);
      rows.push(
        Object.fromEntries(
          columns.map((column, index) => [column, values[index] ?? null]),
        ),
      );
    }
    return rows;
  } finally {
    statement.free();
  }
}

// sql.js gives integers as doubles. Only a row that holds one which may have lost digits is read again.
function exactValues(statement: Statement): Value[] {
  const values = statement.get();
  const isInexact = (value: Value | undefined) =>
    typeof value === "number" &&
    Number.isInteger(value) &&
    !Number.isSafeInteger(value);
  if (!values.some(isInexact)) return values;
  const exact = statement.get(null, { useBigInt: true });
  return values.map((value, index) =>
    isInexact(value) ? (exact[index] ?? value) : value,
  );
}

/** An SQLite file with a table for each list of rows. */
export async function toSqlite(tables: unknown): Promise<Uint8Array> {
  if (typeof tables !== "object" || tables === null || Array.isArray(tables))
    throw new FlowError(
      "invalid-argument",
      `toSqlite takes rows by table: toSqlite({ airlines: rows }), not ${showValue(tables)}.`,
    );
  const database = await open();
  try {
    database.run("BEGIN");
    for (const [table, rows] of Object.entries(tables))
      writeTable(database, table, readRows(rows, `toSqlite, table ${table},`));
    database.run("COMMIT");
    return database.export();
  } finally {
    database.close();
  }
}

function writeTable(
  database: Database,
  table: string,
  rows: readonly WrittenRow[],
): void {
  const columns = listColumns(rows, undefined);
  if (columns.length === 0)
    throw new FlowError(
      "invalid-argument",
      `The table ${table} has no rows to take its columns from. Leave it out.`,
    );
  const declared = columns.map(
    (column) => `${quote(column)} ${typeOf(rows, column)}`,
  );
  database.run(`CREATE TABLE ${quote(table)} (${declared.join(", ")})`);
  const places = columns.map(() => "?").join(", ");
  const statement = database.prepare(
    `INSERT INTO ${quote(table)} VALUES (${places})`,
  );
  try {
    for (const row of rows)
      statement.run(columns.map((column) => toValue(row[column])));
  } finally {
    statement.free();
  }
}

function typeOf(rows: readonly WrittenRow[], column: string): string {
  const types = new Set<string>();
  for (const row of rows) {
    const value = toValue(row[column]);
    if (value === null) continue;
    if (typeof value === "string") types.add("TEXT");
    else if (value instanceof Uint8Array) types.add("BLOB");
    else if (typeof value === "bigint" || Number.isSafeInteger(value))
      types.add("INTEGER");
    else types.add("REAL");
  }
  if (types.has("REAL")) types.delete("INTEGER");
  const [type = "TEXT"] = types;
  // A column without a type keeps each value as it is.
  return types.size > 1 ? "" : type;
}

function toValue(value: unknown): Value {
  switch (typeof value) {
    case "string":
    case "bigint":
      return value;
    case "number":
      return Number.isNaN(value) ? null : value;
    case "boolean":
      return value ? 1 : 0;
    default:
      if (value === null || value === undefined) return null;
      if (value instanceof Uint8Array) return value;
      if (value instanceof Date)
        return Number.isNaN(value.getTime()) ? null : value.toISOString();
      return JSON.stringify(value, (_, inner: unknown) =>
        typeof inner === "bigint" ? String(inner) : inner,
      );
  }
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
