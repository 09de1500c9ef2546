/** What the view of a table asks the database, as the SQL that a reader can copy. */
import { quoteName } from "../../core/sqliteRules.ts";
import type { Sort } from "../output/sort.ts";
import { numberLocale } from "../words/language.ts";
import * as words from "../words/tables.ts";

/** A condition on a column. */
export type Filter = { column: string } & (
  | { type: "null"; isNull: boolean }
  | { type: "contains"; text: string }
  | { type: "equals"; value: string | number | bigint }
  /** From `from`, and below `below`, or up to and with it if `isClosed`; a bound that is missing is none. */
  | { type: "range"; from?: number; below?: number; isClosed?: boolean }
);

function quoteValue(value: string | number | bigint): string {
  if (typeof value === "number") return numberText(value);
  if (typeof value === "bigint") return String(value);
  // A text with this character in it would be cut there.
  const parts = value
    .split("\0")
    .map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts[0]! : parts.join(" || char(0) || ");
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NULL";
  if (!Number.isFinite(value)) return value > 0 ? "9e999" : "-9e999";
  return String(value);
}

/** A condition as SQL. */
export function filterSql(filter: Filter): string {
  const name = quoteName(filter.column);
  switch (filter.type) {
    case "null":
      return `${name} IS ${filter.isNull ? "" : "NOT "}NULL`;
    case "contains": {
      const pattern = filter.text.replace(/[\\%_]/g, "\\$&");
      return `${name} LIKE ${quoteValue(`%${pattern}%`)} ESCAPE '\\'`;
    }
    case "equals":
      return `${name} = ${quoteValue(filter.value)}`;
    case "range": {
      const bounds = [];
      // Texts are greater than any number.
      if (filter.from !== undefined)
        bounds.push(`${name} >= ${numberText(filter.from)}`);
      if (filter.below !== undefined)
        bounds.push(
          `${name} ${filter.isClosed ? "<=" : "<"} ${numberText(filter.below)}`,
        );
      if (filter.below === undefined && bounds.length > 0)
        bounds.push(`typeof(${name}) IN ('integer', 'real')`);
      return bounds.join(" AND ") || "true";
    }
  }
}

/** The same for people. */
export function filterWords(filter: Filter): string {
  const { column } = filter;
  switch (filter.type) {
    case "null":
      return filter.isNull
        ? words.filterNull(column)
        : words.filterNotNull(column);
    case "contains":
      return words.filterContains({ column, text: filter.text });
    case "equals":
      return `${column} = ${valueWords(filter.value)}`;
    case "range": {
      const { from, below, isClosed } = filter;
      const end = isClosed ? "≤" : "<";
      if (from === undefined)
        return `${column} ${end} ${exactNumber(below ?? 0)}`;
      if (below === undefined) return `${column} ≥ ${exactNumber(from)}`;
      return `${exactNumber(from)} ≤ ${column} ${end} ${exactNumber(below)}`;
    }
  }
}

/** A value of a column for people; a text that reads as a number is told from that by its quotes. */
export function valueWords(value: string | number | bigint): string {
  if (typeof value !== "string") return exactNumber(value);
  const isNumeral = value.trim() !== "" && !Number.isNaN(Number(value));
  return isNumeral ? `"${value}"` : value;
}

/** With all its digits, as a condition has to name it. */
function exactNumber(value: number | bigint): string {
  if (typeof value === "bigint" || Number.isSafeInteger(value))
    return value.toLocaleString(numberLocale);
  if (isBeyondDigits(value)) return value.toExponential();
  // One digit more, and 0.1 + 0.2 would not be 0.3.
  return value.toLocaleString(numberLocale, { maximumSignificantDigits: 15 });
}

/** In few digits, but never in fewer than a whole number has. */
export function shortNumber(value: number): string {
  if (isBeyondDigits(value))
    return Number(value.toPrecision(6)).toExponential();
  return value.toLocaleString(
    numberLocale,
    Math.abs(value) < 100_000
      ? { maximumSignificantDigits: 6 }
      : { maximumFractionDigits: 0 },
  );
}

/** Whether it takes so many places that they say less than an exponent. */
function isBeyondDigits(value: number): boolean {
  const size = Math.abs(value);
  return size >= 1e15 || (size > 0 && size < 1e-6);
}

/** What is asked of a table: which rows, in which order. */
export interface TableQuery {
  table: string;
  filters: readonly Filter[];
  sort: Sort | undefined;
}

/** The condition that all rows meet; undefined if there is none. `more` are others of ours. */
export function whereSql(
  filters: readonly Filter[],
  more: readonly string[] = [],
): string | undefined {
  const all = [...more, ...filters.map(filterSql)];
  return all.length > 0 ? all.join(" AND ") : undefined;
}

function orderSql({ column, direction }: Sort): string {
  return `${quoteName(column)} ${direction === "asc" ? "ASC" : "DESC"} NULLS LAST`;
}

/** The query that gives the rows in sight, and all others. */
export function selectSql({ table, filters, sort }: TableQuery): string {
  const where = whereSql(filters);
  return [
    `SELECT * FROM ${quoteName(table)}`,
    ...(where ? [`WHERE ${where}`] : []),
    ...(sort ? [`ORDER BY ${orderSql(sort)}`] : []),
  ].join("\n");
}
