/**
 * What type a column gets, and which values fit in it.
 *
 * The type of a new column follows from all its values that are not null (NaN counts as null):
 *   all whole numbers (those that a double holds exactly, and bigints of 64 bits)   INTEGER
 *   all numbers                                                                     REAL
 *   all bytes                                                                       BLOB
 *   all text, or text and numbers mixed                                             TEXT
 *   whole numbers and fractions where a bigint would lose digits, or one of more than 64 bits   TEXT
 *   none at all                            none, so that what later loads bring is stored as it is
 * Bytes mixed with anything else fit no type.
 *
 * Into an INTEGER column go whole numbers, into REAL the numbers that a double is, into TEXT text and numbers (as JavaScript
 * prints them), into BLOB bytes. Text goes into INTEGER and REAL where it is such a number and nothing else: "007", "+5" and " 6 "
 * are codes, and digits that the number would not have are lost. Where a load asks for the type by `types`, it is the number that
 * it spells. A column of an existing table with another type takes everything, as SQLite does; but where SQLite makes numbers of
 * text that spells one (NUMERIC, DECIMAL, DATE), only without a loss.
 */
import type { SqlType, SqlValue } from "../protocol.ts";
import { kindBits } from "../records/checkRecords.ts";
import { numeralBits, readNumeral } from "./numeral.ts";
import type { RawValue } from "./sqlite.ts";

/** The type of a column for our checks; ANY has none, and of what NUMERIC has SQLite makes numbers where it can. */
export type ColumnType = SqlType | "ANY" | "NUMERIC";

/** Whether what goes into the column has whatever type it has. */
export function isUntyped(type: ColumnType): boolean {
  return type === "ANY" || type === "NUMERIC";
}

/** The type that fits all values, or the (0-based) positions of a value of bytes and one of something else. */
export type Inferred =
  { type: ColumnType } | { type: undefined; bytesAt: number; otherAt: number };

/** Infers a column's type from which kinds of values it has (`kindBits`); its values are read only if that does not say enough. */
export function inferType(
  kinds: number,
  values: () => Iterable<SqlValue>,
): Inferred {
  const { null: none, integer, long, double, bytes, text } = kindBits;
  if ((kinds & ~none) === bytes) return { type: "BLOB" };
  if (kinds & bytes) return findBytes(values());
  if (!(kinds & ~none)) return { type: "ANY" };
  if (kinds & text) return { type: "TEXT" };
  if (!(kinds & double)) return { type: "INTEGER" };
  if (!(kinds & long) || !(kinds & (integer | long))) return { type: "REAL" };
  for (const value of values())
    if (typeof value === "bigint" && BigInt(Number(value)) !== value)
      return { type: "TEXT" };
  return { type: "REAL" };
}

function findBytes(values: Iterable<SqlValue>): Inferred {
  let bytesAt = -1;
  let otherAt = -1;
  let at = 0;
  for (const value of values) {
    if (value instanceof Uint8Array) {
      if (bytesAt < 0) bytesAt = at;
    } else if (value !== null && otherAt < 0) otherAt = at;
    at += 1;
  }
  return otherAt < 0 ? { type: "BLOB" } : { type: undefined, bytesAt, otherAt };
}

/** Whether values of these kinds are stored in a column of that type as they are. */
export function isStoredAsItIs(kinds: number, type: ColumnType): boolean {
  const { null: none, integer, long, double, bytes, text } = kindBits;
  switch (type) {
    case "INTEGER":
      return !(kinds & ~(none | integer | long));
    case "REAL":
      // SQLite itself stores short whole numbers as integers there.
      return !(kinds & ~(none | integer | double));
    case "TEXT":
      return !(kinds & ~(none | text));
    case "BLOB":
      return !(kinds & ~(none | bytes));
    case "NUMERIC":
      return !(kinds & text);
    case "ANY":
      return true;
  }
}

/** Our type for the declared type of an existing column, by SQLite's rule of affinity. */
export function typeOfDeclaration(
  declared: string,
  isStrict: boolean,
): ColumnType {
  const upper = declared.toUpperCase();
  if (upper.includes("INT")) return "INTEGER";
  if (/CHAR|CLOB|TEXT/.test(upper)) return "TEXT";
  if (upper.includes("BLOB")) return "BLOB";
  if (/REAL|FLOA|DOUB/.test(upper)) return "REAL";
  // Only a strict table knows ANY.
  return upper === "" || (isStrict && upper === "ANY") ? "ANY" : "NUMERIC";
}

/**
 * The value as a column of that type stores it, or undefined if it does not fit. Integers that a double may not hold are bigints.
 * `isAsked` says that the load asks for the type, so that text is the number that it spells.
 */
export function fitValue(
  value: SqlValue,
  type: ColumnType,
  isAsked = false,
): RawValue | undefined {
  if (value === null) return null;
  if (typeof value === "number" && Number.isNaN(value)) return null;
  switch (type) {
    case "INTEGER":
      return fitInteger(value, isAsked);
    case "REAL":
      return fitReal(value, isAsked);
    case "TEXT":
      if (typeof value === "string") return value;
      return typeof value === "object" ? undefined : String(value);
    case "BLOB":
      return typeof value === "object" ? value : undefined;
    case "NUMERIC":
    case "ANY":
      if (typeof value === "string" && type === "NUMERIC")
        return isKeptByNumeric(value) ? value : undefined;
      return typeof value === "bigint" && !isInt64(value)
        ? String(value)
        : value;
  }
}

function isInteger64(value: number): boolean {
  return Math.floor(value) === value && value >= -(2 ** 63) && value < 2 ** 63;
}

/** Whether SQLite's 64-bit integers hold the value. */
export function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/** Millions of digits are no number that fits, and take seconds to be made one. */
const mostDigits = 99;

/** The text of a whole number, of which -0 is none. */
function isPlainWhole(text: string, kind: number): boolean {
  const { whole, plain } = numeralBits;
  return (kind & (whole | plain)) === (whole | plain) && text !== "-0";
}

function fitInteger(value: SqlValue, isAsked: boolean): RawValue | undefined {
  if (typeof value === "number") {
    if (!isInteger64(value)) return undefined;
    return Number.isSafeInteger(value) ? value : BigInt(value);
  }
  if (typeof value === "bigint") return isInt64(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const kind = readNumeral(value);
  const isWhole = isAsked
    ? kind & numeralBits.whole
    : isPlainWhole(value, kind);
  if (value.length < mostDigits && isWhole) {
    const whole = BigInt(value.trim().replace(/^\+/, ""));
    return isInt64(whole) ? whole : undefined;
  }
  const number = isAsked && kind ? Number(value) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

function fitReal(value: SqlValue, isAsked: boolean): RawValue | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "object") return undefined;
  const number = Number(value);
  const kind = readNumeral(String(value));
  if (isAsked) return kind ? number : undefined;
  if (!(kind & numeralBits.plain) || !Number.isFinite(number)) return undefined;
  // A fraction is rounded as every fraction is; a whole number would be another one.
  const isExact =
    (typeof value === "string" && !isPlainWhole(value, kind)) ||
    (String(value).length < mostDigits && BigInt(value) === BigInt(number));
  return isExact ? number : undefined;
}

/** Whether a text keeps all that it says where SQLite makes a number of what spells one. */
function isKeptByNumeric(text: string): boolean {
  const kind = readNumeral(text);
  if (!kind) return true;
  if (isPlainWhole(text, kind) && fitInteger(text, false) !== undefined)
    return true;
  // As many digits as SQLite looks at.
  const digits = text.replace(/e.*|\D|^[-0.]+/gi, "").replace(/0+$/, "");
  return digits.length <= 15 && fitReal(text, false) !== undefined;
}
