import initSqlJs from "sql.js";
import { FlowError } from "../../../../core/errors.ts";
import { addAggregates } from "../../../../core/sqlAggregates.ts";
import { fold, mostColumns, quoteName } from "../../../../core/sqliteRules.ts";
import { listNames, showValue } from "../../../../core/words.ts";
import { nameColumns } from "./csvColumns.ts";
import { bytesOf } from "./jsonValue.ts";
import { isoOf, listColumns, readRows, type WrittenRow } from "./rows.ts";
import { writeText } from "./writtenJson.ts";

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
  iterateStatements(sql: string): Iterable<Statement>;
  run(sql: string): void;
  export(): Uint8Array;
  create_aggregate(name: string, functions: object): unknown;
  close(): void;
}
type Module = { Database: new (image?: Uint8Array) => Database };

let loading: Promise<Module> | undefined;

/** Hands over SQLite's machine code, before anything is read. */
export async function begin(wasm: ArrayBuffer): Promise<void> {
  const init = initSqlJs as unknown as (config: object) => Promise<Module>;
  await (loading ??= init({
    wasmBinary: wasm,
    // As the database has them, so that a query gives the same from a file and from the notebook's tables.
    useOldExtensionFunctions: false,
  }));
}

async function open(image?: Uint8Array): Promise<Database> {
  if (!loading) throw new Error("SQLite has not been loaded.");
  const database = new (await loading).Database(image);
  addAggregates(database);
  return database;
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
    const isTable = tables.includes(query);
    if (!isTable && !/\s/.test(query.trim()))
      throw new FlowError(
        "invalid-argument",
        `${name} has no table ${query}. It has ${listNames(tables, 20) || "none"}.${logAdvice(image, name)}`,
      );
    try {
      const sql = isTable ? `SELECT * FROM ${quoteName(query)}` : query;
      checkQuery(database, sql);
      return readAll(database, sql);
    } catch (cause) {
      if (cause instanceof FlowError) throw cause;
      const { message } = cause as Error;
      const what = isTable ? `The table ${query} of` : "The query on";
      const advice = isDamaged(message)
        ? damagedAdvice
        : message.startsWith("no such module")
          ? "It is a table of an extension that is not here; read one that holds its data, or copy it to an ordinary table with the program that made it"
          : `It has the tables ${listNames(tables, 20) || "none"}`;
      throw new FlowError(
        "sql-failed",
        `${what} ${name} failed: ${message}. ${advice}.${message.startsWith("no such") ? logAdvice(image, name) : ""}`,
        { cause },
      );
    }
  } finally {
    database.close();
  }
}

const isDamaged = (message: string) =>
  /image is malformed|not a database/.test(message);
const damagedAdvice =
  "Get the file again if it may be damaged or cut, or repair it with the sqlite3 program (.recover)";

/** Where a file was left in write-ahead mode, what was written last may stand in a file beside it, which is not given here. */
function logAdvice(image: Uint8Array, name: string): string {
  const isWithLog = image[18] === 2 || image[19] === 2;
  return isWithLog
    ? ` What was written to it last may still be in ${name}-wal beside it: close the program that has it open, or make it one file with PRAGMA wal_checkpoint(TRUNCATE), and take it again.`
    : "";
}

function listTables(database: Database, name: string): string[] {
  try {
    return readAll(
      database,
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')",
    ).map((row) => String((row as { name: unknown }).name));
  } catch (cause) {
    throw new Error(
      `${name} cannot be read as an SQLite file: ${(cause as Error).message}. ${damagedAdvice}, and decrypt it with the program that made it if it is encrypted.`,
      { cause },
    );
  }
}

/** Refuses what would give no rows, or those of its first statement only. */
function checkQuery(database: Database, sql: string): void {
  let statements = 0;
  for (const statement of database.iterateStatements(sql)) {
    statements += 1;
    if (statements > 1)
      throw refuse(
        "readSqlite takes one query, and this text has several statements. Read each by a readSqlite of its own.",
      );
    if (statement.getColumnNames().length === 0)
      throw refuse(
        "readSqlite reads rows, and this statement gives none: a file is not changed here. Give it a SELECT, or the name of a table.",
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
    throw refuse(
      `toSqlite takes rows by table: toSqlite({ airlines: rows }), not ${showValue(tables)}.`,
    );
  const database = await open();
  try {
    database.run("BEGIN");
    const names = Object.keys(tables);
    const twice = findTwice(names);
    if (twice)
      throw refuse(
        `toSqlite was given the tables ${listNames(twice)}, which are one name to SQLite, as it does not tell capitals apart. Call one of them otherwise.`,
      );
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
  const problem = findProblem(table, columns);
  if (problem !== undefined)
    throw refuse(`The table ${showValue(table)} ${problem}.`);
  const types = columns.map((column) => typeOf(rows, column));
  const declared = columns.map(
    (column, index) => `${quoteName(column)} ${types[index]}`,
  );
  database.run(`CREATE TABLE ${quoteName(table)} (${declared.join(", ")})`);
  const places = columns.map(() => "?").join(", ");
  const statement = database.prepare(
    `INSERT INTO ${quoteName(table)} VALUES (${places})`,
  );
  try {
    for (const [index, row] of rows.entries())
      statement.run(
        columns.map((column) =>
          toValue(
            row[column],
            `Row ${index + 1}, column ${column} of the table ${table}`,
          ),
        ),
      );
  } finally {
    statement.free();
  }
}

/** Why there can be no such table, with what to do; undefined if there can. */
function findProblem(
  table: string,
  columns: readonly string[],
): string | undefined {
  if (columns.length === 0)
    return "has no rows to take its columns from. Leave it out";
  if (columns.length > mostColumns)
    return `has ${columns.length} columns, and one of SQLite holds ${mostColumns}. Write rows with fewer, or one row for each value: { id, name, value }`;
  if (/^sqlite_/i.test(table))
    return "has a name that SQLite keeps for itself. Call it otherwise, not beginning with sqlite_";
  if ([table, ...columns].some((name) => name.includes("\0")))
    return "has a name with a NUL character in it, its own or a column's. Take that out";
  const twice = findTwice(columns);
  return (
    twice &&
    `has the columns ${listNames(twice)}, which are one name to SQLite, as it does not tell capitals apart. Call one of them otherwise`
  );
}

/** Two names that are one to SQLite. */
function findTwice(names: readonly string[]): [string, string] | undefined {
  const seen = new Map<string, string>();
  for (const name of names) {
    const key = fold(name);
    const other = seen.get(key);
    if (other !== undefined) return [other, name];
    seen.set(key, name);
  }
  return undefined;
}

function typeOf(rows: readonly WrittenRow[], column: string): string {
  const types = new Set<string>();
  for (const row of rows) {
    const type = typeOfValue(row[column]);
    if (type) types.add(type);
  }
  if (types.has("REAL")) types.delete("INTEGER");
  const [type = "TEXT"] = types;
  // A column without a type keeps each value as it is.
  return types.size > 1 ? "" : type;
}

/** The type of what a value is stored as; undefined of what is stored as NULL. */
function typeOfValue(value: unknown): string | undefined {
  switch (typeof value) {
    case "number":
      if (Number.isNaN(value)) return undefined;
      return Number.isSafeInteger(value) ? "INTEGER" : "REAL";
    case "bigint":
      return fits(value) ? "INTEGER" : "TEXT";
    case "boolean":
      return "INTEGER";
    case "undefined":
      return undefined;
    default:
      if (value === null) return undefined;
      return bytesOf(value) ? "BLOB" : "TEXT";
  }
}

/** What is stored of a value; `where` is what a message calls it. */
function toValue(value: unknown, where: string): Value {
  switch (typeof value) {
    case "string":
      // The library would write half a character as it is, which is no UTF-8.
      return value.replace(/\p{Cs}/gu, "\ufffd");
    case "bigint":
      return fits(value) ? value : String(value);
    case "number":
      return Number.isNaN(value) ? null : value;
    case "boolean":
      return value ? 1 : 0;
    case "undefined":
      return null;
    default: {
      if (value === null) return null;
      if (value instanceof Date) return isoOf(value, where);
      return bytesOf(value) ?? writeText(value, where);
    }
  }
}

/** Whether the 64 bits of an INTEGER hold a number. */
const fits = (value: bigint) => BigInt.asIntN(64, value) === value;

const refuse = (message: string) => new FlowError("invalid-argument", message);
