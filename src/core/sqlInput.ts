import { FlowError } from "./errors.ts";
import { wordForNoData } from "./noData.ts";
import { showValue } from "./words.ts";

/** A value as SQLite has it. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** Values for the parameters of a statement, by position or by name. */
export type SqlParameters =
  readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/** A value as SQLite takes it: booleans become 0 or 1, dates ISO 8601 text, undefined null. `name` is for the message about all else. */
export function toSqlInput(value: unknown, name: string): SqlValue {
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
  if (value instanceof Date && !Number.isNaN(value.getTime()))
    return value.toISOString();
  throw new FlowError(
    "sql-failed",
    `${name} is ${wordForNoData(value) ?? showValue(value)}. SQLite takes texts, numbers, dates, booleans, bytes and null; write JSON.stringify(...) to store an object as text.`,
  );
}

/** The parameters of `db.query` and `db.exec`. */
export function toParameters(given: unknown): SqlParameters {
  if (given === undefined || given === null) return [];
  if (Array.isArray(given))
    return given.map((value, index) =>
      toSqlInput(value, `Parameter ${index + 1}`),
    );
  const proto: unknown =
    typeof given === "object" ? Object.getPrototypeOf(given) : undefined;
  if (proto !== null && proto !== Object.prototype)
    throw new FlowError(
      "sql-failed",
      `Parameters are a list for \`?\` or an object for \`:name\`, not ${showValue(given)}.`,
    );
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      key,
      toSqlInput(value, `The parameter ${key}`),
    ]),
  );
}
