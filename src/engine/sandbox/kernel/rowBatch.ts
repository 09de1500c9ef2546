import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import type { RowBatch, SqlValue } from "../../protocol.ts";
import { refOf } from "./refs.ts";

/** Rows as they cross to the database: by column. `first` is the number of the first row, from 1, for messages. */
export function toRowBatch(
  rows: readonly unknown[],
  first: number,
  table: string,
): RowBatch {
  const columns = new Map<string, SqlValue[]>();
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    checkRow(row, first + index, table);
    for (const name of Object.keys(row)) {
      let values = columns.get(name);
      if (!values) {
        values = new Array<SqlValue>(rows.length).fill(null);
        columns.set(name, values);
      }
      const value = row[name];
      // The usual cases first: this runs for every value that is loaded.
      values[index] =
        typeof value === "string" || typeof value === "number"
          ? value
          : toCell(value, first + index, name, table);
    }
  }
  return {
    columns: [...columns.keys()],
    values: [...columns.values()],
    rows: rows.length,
  };
}

function checkRow(
  row: unknown,
  number: number,
  table: string,
): asserts row is Record<string, unknown> {
  const what =
    refOf(row) || row instanceof Promise
      ? "a promise: await it first"
      : Array.isArray(row)
        ? "a list"
        : typeof row !== "object" || row === null
          ? showValue(row)
          : undefined;
  if (what)
    throw new FlowError(
      "row-mismatch",
      `Row ${number} for the table ${table} is ${what}. Rows are objects, with a field for each column: { id: 1, name: "Lufthansa" }.`,
    );
}

function toCell(
  value: unknown,
  number: number,
  column: string,
  table: string,
): SqlValue {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
      return value;
    case "boolean":
      return value ? 1 : 0;
    case "undefined":
      return null;
  }
  if (value === null || value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  const refuse = (what: string) =>
    new FlowError(
      "row-mismatch",
      `Row ${number}, column ${column} for the table ${table} is ${what}.`,
    );
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime()))
      throw refuse("an invalid Date; use null where there is no date");
    return value.toISOString();
  }
  if (refOf(value) || value instanceof Promise)
    throw refuse("a promise; await it first");
  if (typeof value !== "object")
    throw refuse(
      `${typeof value === "function" ? "a function" : "a symbol"}, which cannot be stored; load data only`,
    );
  if (ArrayBuffer.isView(value))
    return new Uint8Array(
      value.buffer.slice(
        value.byteOffset,
        value.byteOffset + value.byteLength,
      ) as ArrayBuffer,
    );
  try {
    return JSON.stringify(value, (key, inner: unknown) => {
      if (
        typeof inner === "function" ||
        typeof inner === "symbol" ||
        refOf(inner)
      )
        throw new TypeError(
          `its field ${key} is ${refOf(inner) ? "a promise" : `a ${typeof inner}`}`,
        );
      return typeof inner === "bigint" ? String(inner) : inner;
    });
  } catch (thrown) {
    throw refuse(
      `an object that JSON cannot say: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    );
  }
}
