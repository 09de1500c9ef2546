import { fold } from "../../../../core/sqliteRules.ts";
import { type NumberMarks, plainMarks, withPoint } from "./numberMarks.ts";
import { showValue } from "../../../../core/words.ts";

/** What a cell of a CSV file holds. */
export type Cell = string | number | bigint | boolean | null;

/** One name per column, each only once: to SQL, capitals make no other name. */
export function nameColumns(head: readonly string[], width: number): string[] {
  const used = new Set<string>();
  return Array.from({ length: width }, (_, index) => {
    const base = head[index]?.trim() || `column${index + 1}`;
    let name = base;
    for (let count = 2; used.has(fold(name)); count++)
      name = `${base}_${count}`;
    used.add(fold(name));
    return name;
  });
}

const number = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number that a text is, or undefined. A code such as "007" is text, and so is what would lose digits as a number. */
export function toNumber(text: string): number | undefined {
  const whole = toWhole(text);
  if (whole >= 0) return whole;
  if (!number.test(text)) return undefined;
  const value = Number(text);
  return losesDigits(text, value) ? undefined : value;
}

/** Telephone numbers have at least so many digits; a change that is written with its sign has fewer. */
const telephone = /^\+\d{7,}$/;

/** Whether a number no longer says what its text does. The last digits of a fraction may go: no reader keeps those. */
function losesDigits(text: string, value: number): boolean {
  if (text.charCodeAt(0) === plus && telephone.test(text)) return true;
  // Too small for a number, as a code such as "12E-4567" may be.
  if (value === 0) return /[1-9]/.test(text.split(/e/i, 1)[0]!);
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return false;
  const [whole] = /^[+-]?\d*/.exec(text)!;
  return !Number.isFinite(value) || !Number.isSafeInteger(Number(whole));
}

const plus = 43;

/** The number that up to 15 digits are, which are most numbers by far; -1 if the text is something else. */
function toWhole(text: string): number {
  const { length } = text;
  if (length === 0 || length > 15) return -1;
  let value = 0;
  for (let at = 0; at < length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return length > 1 && text.charCodeAt(0) === 48 ? -1 : value;
}

const boolean = /^(?:true|false)$/i;

/** What `true` or `false` says, in capitals or not; undefined of any other text. */
export function toBoolean(text: string): boolean | undefined {
  const { length } = text;
  if ((length !== 4 && length !== 5) || text.charCodeAt(0) <= 57)
    return undefined;
  if (text === "true") return true;
  return text !== "false" && !boolean.test(text) ? undefined : length === 4;
}

/** What a column holds: what was declared, or what all its texts are, or nothing so far. */
export type ColumnType =
  "INTEGER" | "REAL" | "TEXT" | "number" | "boolean" | "text" | "empty";

/** What a text may be of that is in a column whose type is to be found out. */
export function kindOf(
  text: string,
  marks: NumberMarks = plainMarks,
): "number" | "boolean" | "text" {
  const trimmed = text.trim();
  if (toBoolean(trimmed) !== undefined) return "boolean";
  return toNumber(withPoint(trimmed, marks)) === undefined ? "text" : "number";
}

/** The type of a column from its texts in some records. */
export function inferType(
  records: readonly (readonly string[])[],
  column: number,
  marks: NumberMarks = plainMarks,
): "number" | "boolean" | "text" {
  let type: "number" | "boolean" | undefined;
  for (const fields of records) {
    const text = fields[column];
    if (!text) continue;
    const kind = kindOf(text, marks);
    if (kind === "text" || (type && kind !== type)) return "text";
    type = kind;
  }
  return type ?? "text";
}

const digits = /^[+-]?\d+$/;
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinity = /^[+-]?Infinity$/;

/** The number that a text is in a column of a declared type, with all its digits where it is whole; undefined if it is none. */
export function toDeclared(
  text: string,
  type: "INTEGER" | "REAL",
): number | bigint | undefined {
  const trimmed = text.trim();
  const value = Number(trimmed);
  if (type === "REAL")
    return decimal.test(trimmed) || infinity.test(trimmed) ? value : undefined;
  if (!decimal.test(trimmed)) return undefined;
  if (Number.isSafeInteger(value)) return value;
  if (!digits.test(trimmed)) return undefined;
  const whole = BigInt(trimmed.replace("+", ""));
  return BigInt.asIntN(64, whole) === whole ? whole : undefined;
}

/** What is wrong with a text in a column of a declared type; undefined if nothing is. */
export function findMisfit(
  text: string | undefined,
  type: ColumnType,
  marks: NumberMarks = plainMarks,
): string | undefined {
  if (type !== "INTEGER" && type !== "REAL") return undefined;
  if (!text?.trim() || toDeclared(withPoint(text, marks), type) !== undefined)
    return undefined;
  const isLarge = type === "INTEGER" && digits.test(text.trim());
  return `${showValue(text)} is no ${type === "REAL" ? "number" : `whole number${isLarge ? " of 64 bits" : ""}`}`;
}

/** What a text is in a column of that type. Text that does not fit what was inferred from earlier rows stays text. */
export function toCell(
  text: string | undefined,
  type: ColumnType,
  marks: NumberMarks = plainMarks,
): Cell {
  switch (type) {
    case "TEXT":
    case "text":
    case "empty":
      return text ?? null;
    case "number": {
      if (!text) return null;
      return toNumber(withPoint(text.trim(), marks)) ?? text;
    }
    case "boolean": {
      if (!text) return null;
      return toBoolean(text.trim()) ?? text;
    }
    default:
      return text?.trim()
        ? (toDeclared(withPoint(text, marks), type) ?? text)
        : null;
  }
}
