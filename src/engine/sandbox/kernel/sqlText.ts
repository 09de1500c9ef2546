import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import type { SqlParameters, SqlValue } from "../../protocol.ts";
import { wordForNoData } from "./noData.ts";

/** A value as SQLite takes it: booleans become 0 or 1, dates ISO 8601 text, undefined null. `name` is for the message about all else. */
function toSqlInput(value: unknown, name: string): SqlValue {
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

/** The statement of a `` sql`...` `` template, with a `?` for each value; a list fills an `IN (...)`. */
export function joinSql(
  strings: readonly string[],
  values: readonly unknown[],
): { sql: string; parameters: SqlValue[] } {
  let sql = strings[0] ?? "";
  const parameters: SqlValue[] = [];
  const starts: number[] = [];
  values.forEach((value, index) => {
    starts.push(sql.length);
    const items: unknown[] = Array.isArray(value) ? value : [value];
    sql += items.map(() => "?").join(", ");
    for (const item of items)
      parameters.push(toSqlInput(item, `Value ${index + 1} of the statement`));
    sql += strings[index + 1] ?? "";
  });
  checkPlaces(sql, starts);
  return { sql, parameters };
}

/** What holds no values: comments, texts and names in quotes. */
const noPlace =
  /--.*|\/\*[^]*?(?:\*\/|$)|'[^']*'?|"[^"]*"?|`[^`]*`?|\[[^\]]*\]?/g;

/** Refuses values where SQLite takes none; `starts` says where they are. */
function checkPlaces(sql: string, starts: readonly number[]): void {
  let next = 0;
  for (const { 0: found, index } of sql.matchAll(noPlace)) {
    while (next < starts.length && starts[next]! < index) next += 1;
    if (next === starts.length) return;
    if (starts[next]! >= index + found.length) continue;
    const what = `Value ${next + 1} of the statement stands in`;
    throw new FlowError(
      "sql-failed",
      /^[-/]/.test(found)
        ? `${what} a comment. Take it out there.`
        : found.startsWith("'")
          ? `${what} quotes, where it would be text like any other. Take the quotes away, and join texts with ||, as in '%' || \${...} || '%'.`
          : `${what} a quoted name: a statement takes values, not names. Write the name itself.`,
    );
  }
}
