import { FlowError } from "../../core/errors.ts";
import type { SqlParameters, SqlValue } from "../protocol.ts";
import type { RawValue } from "./sqlite.ts";
import type { SqlStatement } from "./statements.ts";

/** How many parameters SQLite takes. */
export const mostParameters = 32_766;

/** A statement's own text and the values for its parameters, by position. */
export interface BoundStatement {
  sql: string;
  values: RawValue[];
  /** An offset into `sql` as an offset into the text that the user wrote. */
  origin(offset: number): number;
}

/**
 * Finds the value of each parameter, by SQLite's rule of numbering: `?` is the next number, `?5` is 5, a name gets the next
 * number where it first appears. sql.js binds whole numbers beyond 32 bits as doubles and bigints as text, so those are
 * written into the statement as literals.
 */
export function bindParameters(
  sql: string,
  statement: SqlStatement,
  parameters: SqlParameters,
): BoundStatement {
  // SQLite refuses it whatever the values are, and says why.
  if (statement.tokens.some(({ text }) => /^[:@$#]$/.test(text)))
    return {
      sql: sql.slice(statement.from, statement.to),
      values: [],
      origin: (offset) => offset + statement.from,
    };
  const slots = numberParameters(statement);
  const count = slots.reduce((most, slot) => Math.max(most, slot.number), 0);
  if (count > mostParameters)
    throw new FlowError(
      "sql-failed",
      `The statement has ${count} parameters; SQLite takes 32,766. Use load for many rows.`,
    );
  const values = Array.isArray(parameters)
    ? positionalValues(parameters, count, slots)
    : namedValues(parameters as Readonly<Record<string, SqlValue>>, slots);
  for (const [index, value] of values.entries())
    if (typeof value === "number" && Number.isNaN(value)) values[index] = null;
    // Half a character would be stored as bytes that are no UTF-8.
    else if (typeof value === "string")
      values[index] = value.replace(/\p{Surrogate}/gu, "\uFFFD");

  const text = sql.slice(statement.from, statement.to);
  const from = (offset: number) => offset + statement.from;
  if (!values.some(needsLiteral)) return { sql: text, values, origin: from };

  let written = "";
  let end = statement.from;
  // What the text has no parameter for any more is no value of it either: drivers refuse a value too many.
  let last = 0;
  const shifts: { at: number; by: number }[] = [];
  for (const { token, number } of slots) {
    const value = values[number - 1];
    const isLiteral = needsLiteral(value);
    if (!isLiteral) last = Math.max(last, number);
    const replacement = isLiteral ? `(${value})` : `?${number}`;
    written += sql.slice(end, token.from) + replacement;
    end = token.to;
    shifts.push({
      at: written.length,
      by: token.to - token.from - replacement.length,
    });
  }
  written += sql.slice(end, statement.to);
  return {
    sql: written,
    values: values
      .slice(0, last)
      .map((value) => (needsLiteral(value) ? null : value)),
    origin: (offset) =>
      from(offset) +
      shifts.reduce((by, s) => (s.at <= offset ? by + s.by : by), 0),
  };
}

interface Slot {
  token: SqlStatement["tokens"][number];
  number: number;
  /** The name without its sign; undefined for `?` and `?5`. */
  name: string | undefined;
}

/** The parameters of a statement in the order in which they stand, with the numbers that SQLite gives them. */
export function numberParameters(statement: SqlStatement): Slot[] {
  const slots: Slot[] = [];
  const names = new Map<string, number>();
  let last = 0;
  for (const token of statement.tokens) {
    if (token.kind !== "parameter") continue;
    let number: number;
    if (token.text === "?") number = last + 1;
    else if (token.text.startsWith("?")) number = Number(token.text.slice(1));
    else number = names.get(token.text) ?? last + 1;
    last = Math.max(last, number);
    const named = !token.text.startsWith("?");
    if (named) names.set(token.text, number);
    slots.push({
      token,
      number,
      name: named ? token.text.slice(1) : undefined,
    });
  }
  return slots;
}

function positionalValues(
  parameters: readonly SqlValue[],
  count: number,
  [first]: readonly Slot[],
): SqlValue[] {
  if (parameters.length === 0 && first)
    throw new FlowError(
      "sql-failed",
      `The statement has the parameter ${first.token.text}, but no value was given. Give one for each; in a SQL cell write \${${/^[a-z_]\w*$/i.test(first.name ?? "") ? first.name : "value"}} instead.`,
    );
  if (parameters.length !== count)
    throw new FlowError(
      "sql-failed",
      `The statement has ${count} ${count === 1 ? "parameter" : "parameters"}, but ${parameters.length} ${parameters.length === 1 ? "value was" : "values were"} given. Give one value for each.`,
    );
  return [...parameters];
}

function namedValues(
  parameters: Readonly<Record<string, SqlValue>>,
  slots: readonly Slot[],
): SqlValue[] {
  const given = new Map(
    Object.entries(parameters).map(([name, value]) => [
      name.replace(/^[:@$]/, ""),
      value,
    ]),
  );
  const values: SqlValue[] = [];
  const used = new Set<string>();
  for (const { token, number, name } of slots) {
    const value = name === undefined ? undefined : given.get(name);
    if (name === undefined || value === undefined)
      throw new FlowError(
        "sql-failed",
        `The parameter ${token.text} has no value. ${name === undefined ? "Give the values as a list, or name the parameter (:name)" : `Add "${name}" to the parameters`}.`,
      );
    used.add(name);
    values[number - 1] = value;
  }
  const unused = [...given.keys()].filter((name) => !used.has(name));
  if (unused.length > 0)
    throw new FlowError(
      "sql-failed",
      `The statement has no parameter :${unused.join(", :")}. Correct the name or leave the value out.`,
    );
  for (let i = 0; i < values.length; i += 1) values[i] ??= null;
  return values;
}

function needsLiteral(value: SqlValue | undefined): boolean {
  if (typeof value === "bigint") {
    if (BigInt.asIntN(64, value) !== value)
      throw new FlowError(
        "sql-failed",
        `${value} is too large for SQLite, whose integers have 64 bits. Pass it as text.`,
      );
    return true;
  }
  return (
    typeof value === "number" &&
    Number.isSafeInteger(value) &&
    (value | 0) !== value
  );
}
