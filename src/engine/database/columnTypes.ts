/**
 * What type a column gets, and which values fit in it.
 *
 * The type of a new column follows from all its values that are not null (NaN counts as null):
 *   all whole numbers (those that a double holds exactly, and bigints of 64 bits)   INTEGER
 *   all numbers                                                                     REAL
 *   all bytes                                                                       BLOB
 *   none at all, all text, or text and numbers mixed                                TEXT
 *   whole numbers and fractions where a bigint would lose digits, or one of more than 64 bits   TEXT
 * Bytes mixed with anything else fit no type.
 *
 * Into an INTEGER column go whole numbers and text that spells one, into REAL any number and text that spells one, into TEXT
 * text and numbers (as JavaScript prints them), into BLOB bytes. A column of an existing table with another type (NUMERIC,
 * DATE, none) takes everything, as SQLite does.
 */
import { kindAt, valueAt, valueKinds } from "../columnValues.ts";
import type { ColumnValues, SqlType, SqlValue } from "../protocol.ts";
import type { RawValue } from "./sqlite.ts";

/** The type of a column for our checks; ANY has none. */
export type ColumnType = SqlType | "ANY";

/** The type that fits all values, or the (0-based) positions of a value of bytes and one of something else. */
export type Inferred =
  { type: SqlType } | { type: undefined; bytesAt: number; otherAt: number };

/** Infers a column's type from its values, which come in parts; `undefined` stands for a part of `rows` nulls. */
export function inferType(
  parts: Iterable<{ values: ColumnValues | undefined; rows: number }>,
): Inferred {
  let bytesAt = -1;
  let otherAt = -1;
  let text = false;
  let fraction = false;
  let long = false;
  let at = 0;
  for (const { values, rows } of parts) {
    for (let row = 0; values && row < rows; row += 1) {
      const kind = kindAt(values, row);
      if (kind === valueKinds.none) continue;
      if (kind === valueKinds.bytes) {
        if (bytesAt < 0) bytesAt = at + row;
        continue;
      }
      if (kind === valueKinds.text) text = true;
      else {
        const value =
          values instanceof Float64Array ? values[row]! : valueAt(values, row);
        if (value === null || value !== value) continue;
        if (typeof value === "bigint") long ||= BigInt(Number(value)) !== value;
        else fraction ||= !Number.isSafeInteger(value);
      }
      if (otherAt < 0) otherAt = at + row;
    }
    at += rows;
  }
  if (bytesAt >= 0)
    return otherAt >= 0
      ? { type: undefined, bytesAt, otherAt }
      : { type: "BLOB" };
  if (otherAt < 0 || text || (fraction && long)) return { type: "TEXT" };
  return { type: fraction ? "REAL" : "INTEGER" };
}

/** Whether all values fit in a column of that type. */
export function fitsAll(
  values: ColumnValues,
  rows: number,
  type: ColumnType,
): boolean {
  if (type === "ANY") return true;
  if (values instanceof Float64Array) {
    if (type === "REAL" || type === "TEXT") return true;
    if (type === "INTEGER") return values.every(isIntegerOrNothing);
  } else if (type === "TEXT") return !values.kinds.includes(valueKinds.bytes);
  for (let row = 0; row < rows; row += 1)
    if (fitValue(valueAt(values, row), type) === undefined) return false;
  return true;
}

/** Our type for the declared type of an existing column, by SQLite's rule of affinity. */
export function typeOfDeclaration(declared: string): ColumnType {
  const upper = declared.toUpperCase();
  if (upper.includes("INT")) return "INTEGER";
  if (/CHAR|CLOB|TEXT/.test(upper)) return "TEXT";
  if (upper.includes("BLOB")) return "BLOB";
  if (/REAL|FLOA|DOUB/.test(upper)) return "REAL";
  return "ANY";
}

/** The value as a column of that type stores it, or undefined if it does not fit. Integers that a double may not hold are bigints. */
export function fitValue(
  value: SqlValue,
  type: ColumnType,
): RawValue | undefined {
  if (value === null) return null;
  if (typeof value === "number" && Number.isNaN(value)) return null;
  switch (type) {
    case "INTEGER":
      return fitInteger(value);
    case "REAL":
      if (typeof value === "number") return value;
      if (typeof value === "bigint") return Number(value);
      return typeof value === "string" && numeral.test(value)
        ? Number(value)
        : undefined;
    case "TEXT":
      if (typeof value === "string") return value;
      return typeof value === "object" ? undefined : String(value);
    case "BLOB":
      return typeof value === "object" ? value : undefined;
    case "ANY":
      return typeof value === "bigint" && !isInt64(value)
        ? String(value)
        : value;
  }
}

function isIntegerOrNothing(value: number): boolean {
  return Number.isNaN(value) || isInteger64(value);
}

function isInteger64(value: number): boolean {
  return Math.floor(value) === value && value >= -(2 ** 63) && value < 2 ** 63;
}

/** Whether SQLite's 64-bit integers hold the value. */
export function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

const numeral = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

function fitInteger(value: SqlValue): RawValue | undefined {
  if (typeof value === "number") {
    if (!isInteger64(value)) return undefined;
    return Number.isSafeInteger(value) ? value : BigInt(value);
  }
  if (typeof value === "bigint") return isInt64(value) ? value : undefined;
  if (typeof value !== "string" || !numeral.test(value)) return undefined;
  if (/^\s*[+-]?\d+\s*$/.test(value)) {
    const whole = BigInt(value.trim().replace(/^\+/, ""));
    return isInt64(whole) ? whole : undefined;
  }
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}
