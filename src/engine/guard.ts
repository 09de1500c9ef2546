/**
 * Checks what comes from the sandbox over an attempt's data port. The code there is anybody's: a call is used only if it has
 * exactly the shape of the protocol, and what is passed on is a fresh object with the known fields.
 */
import type { ErrorData } from "../core/errors.ts";
import { isQuery } from "./database/statements.ts";
import { isCount } from "./plainData.ts";
import { checkBatch, type CheckedBatch } from "./records/checkRecords.ts";
import type {
  CellQuery,
  DataCall,
  LoadRequest,
  SqlParameters,
  SqlType,
  SqlValue,
} from "./protocol.ts";

/** A call whose rows were checked. */
export type CheckedData = (
  | Exclude<DataCall, { method: "load-rows" }>
  | { method: "load-rows"; load: number; batch: CheckedBatch }
) & { call: number };

/** A call that may be carried out, or the answer to one that may not. */
export type CheckedCall =
  | { ok: true; call: CheckedData }
  | { ok: false; call: number; error: ErrorData };

const longestSql = 10_000_000;
const longestName = 5_000;
const mostParameters = 32_766;
const mostCells = 10_000;
const mostColumns = 100_000;
const mostBatchRows = 1_000_000;
const types: readonly unknown[] = ["INTEGER", "REAL", "TEXT", "BLOB"];
const modes: readonly unknown[] = ["append", "replace", "upsert"];

/** Checks a message on an attempt's data port. Never throws. */
export function checkToData(message: unknown): CheckedCall {
  const fields = isPlain(message) ? message : {};
  const call = isCount(fields.call) ? fields.call : -1;
  try {
    if (call < 0) throw new Misfit("the call has no number");
    return { ok: true, call: { ...checkCall(fields), call } };
  } catch (thrown) {
    const reason = thrown instanceof Misfit ? thrown.message : "it is broken";
    return {
      ok: false,
      call,
      error: {
        code: "invalid-argument",
        name: "FlowError",
        message: `The database did not understand a call, and did nothing: ${reason}. Use db.query, db.exec and load as their documentation says.`,
      },
    };
  }
}

/** Why a message does not fit the protocol. */
class Misfit extends Error {}

type WithoutNumber = CheckedData extends infer Call
  ? Call extends unknown
    ? Omit<Call, "call">
    : never
  : never;
type Fields = Readonly<Record<string, unknown>>;

function checkCall(fields: Fields): WithoutNumber {
  switch (fields.method) {
    case "sql":
    case "query":
    case "exec": {
      const sql = checkText(fields.sql, longestSql, "the SQL");
      const parameters = checkParameters(fields.parameters);
      let { method } = fields;
      if (method === "sql") method = isQuery(sql) ? "query" : "exec";
      if (fields.cells === undefined) return { method, sql, parameters };
      return { method, sql, parameters, cells: checkCells(fields.cells) };
    }
    case "load-begin":
      return {
        method: "load-begin",
        load: checkCount(fields.load),
        request: checkRequest(fields.request),
      };
    case "load-rows":
      return {
        method: "load-rows",
        load: checkCount(fields.load),
        batch: checkRows(fields.batch),
      };
    case "load-end":
    case "load-abort":
      return { method: fields.method, load: checkCount(fields.load) };
    default:
      throw new Misfit("there is no such method");
  }
}

function checkParameters(value: unknown): SqlParameters {
  if (Array.isArray(value)) {
    if (value.length > mostParameters)
      throw new Misfit(
        `there are ${value.length} parameters, and SQLite takes ${mostParameters}`,
      );
    return Array.from(value, (item, index) =>
      checkValue(item, `parameter ${index + 1}`),
    );
  }
  const entries = Object.entries(checkPlain(value, "the parameters"));
  if (entries.length > mostParameters)
    throw new Misfit(
      `there are ${entries.length} parameters, and SQLite takes ${mostParameters}`,
    );
  return Object.fromEntries(
    entries.map(([name, item]) => [
      name,
      checkValue(item, `parameter ${name.slice(0, 100)}`),
    ]),
  );
}

function checkCells(value: unknown): readonly CellQuery[] {
  if (!Array.isArray(value) || value.length > mostCells)
    throw new Misfit("the cells that a query reads are no list, or too many");
  return Array.from(value, (cell: unknown) => {
    const { name, sql, parameters } = checkPlain(cell, "a cell");
    return {
      name: checkText(name, longestName, "the name of a cell"),
      sql: checkText(sql, longestSql, "the SQL of a cell"),
      parameters: checkParameters(parameters),
    };
  });
}

function checkRequest(value: unknown): LoadRequest {
  const { table, mode, key, types: given } = checkPlain(value, "the load");
  if (!modes.includes(mode))
    throw new Misfit('the mode of a load is "append", "replace" or "upsert"');
  if (!Array.isArray(key) || key.length > mostColumns)
    throw new Misfit("the key of a load is a list of column names");
  const entries = Object.entries(checkPlain(given, "the types of a load"));
  if (entries.length > mostColumns) throw new Misfit("it has too many types");
  for (const [name, type] of entries)
    if (!types.includes(type) || name.length > longestName)
      throw new Misfit(
        `the type of a column is INTEGER, REAL, TEXT or BLOB, and that of "${name.slice(0, 100)}" is not`,
      );
  return {
    table: checkText(table, longestName, "the name of the table"),
    mode: mode as LoadRequest["mode"],
    key: Array.from(key, (name) =>
      checkText(name, longestName, "the name of a key column"),
    ),
    types: Object.fromEntries(entries) as Record<string, SqlType>,
  };
}

function checkRows(value: unknown): CheckedBatch {
  const { columns, rows, records } = checkPlain(value, "the rows");
  if (!isCount(rows) || rows > mostBatchRows)
    throw new Misfit(
      `a part of the rows has at most ${mostBatchRows.toLocaleString("en")} rows`,
    );
  if (!Array.isArray(columns) || columns.length > mostColumns)
    throw new Misfit("the columns of the rows are not a list");
  const names = Array.from(columns, (name) =>
    checkText(name, longestName, "the name of a column"),
  );
  if (new Set(names).size !== names.length)
    throw new Misfit("a column stands twice in the rows");
  if (!isOwnBytes(records)) throw new Misfit("the rows are not bytes");
  const checked = checkBatch({ columns: names, rows, records });
  if (typeof checked === "string") throw new Misfit(checked);
  return checked;
}

/** Whether it is an array of bytes over memory that nobody else can change or resize. */
function isOwnBytes(value: unknown): value is Uint8Array {
  return (
    value instanceof Uint8Array &&
    Object.getPrototypeOf(value) === Uint8Array.prototype &&
    value.buffer instanceof ArrayBuffer &&
    !(value.buffer as { resizable?: boolean }).resizable
  );
}

function checkValue(value: unknown, what: string): SqlValue {
  if (isValue(value)) return value;
  const kind = value === undefined ? "undefined" : `of type ${typeof value}`;
  throw new Misfit(
    `${what} is ${kind}; SQLite stores text, numbers, bigints, Uint8Arrays and null`,
  );
}

function isValue(value: unknown): value is SqlValue {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
      return true;
    case "object":
      // Shared bytes could change while they are stored.
      return (
        value === null ||
        (value instanceof Uint8Array && value.buffer instanceof ArrayBuffer)
      );
    default:
      return false;
  }
}

function checkPlain(value: unknown, what: string): Fields {
  if (!isPlain(value)) throw new Misfit(`${what} is not a plain object`);
  return value;
}

function checkText(value: unknown, longest: number, what: string): string {
  if (typeof value !== "string") throw new Misfit(`${what} is not text`);
  if (value.length > longest)
    throw new Misfit(
      `${what} is longer than ${longest.toLocaleString("en")} characters`,
    );
  return value;
}

function checkCount(value: unknown): number {
  if (!isCount(value)) throw new Misfit("a load has no number");
  return value;
}

function isPlain(value: unknown): value is Fields {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}
