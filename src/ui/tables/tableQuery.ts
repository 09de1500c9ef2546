/** What the view of a table asks the database, as the SQL that a reader can copy. */
import { quoteName } from "../../core/sqliteRules.ts";
import type { Sort } from "../output/sort.ts";
import { numberLocale } from "../words/language.ts";
import * as words from "../words/tables.ts";

/** A condition on a column. */
export type Filter = { column: string } & (
  | { type: "null"; isNull: boolean }
  | { type: "contains"; text: string }
  | { type: "equals"; value: string | number }
  /** From `from`, and below `below`, or up to and with it if `isClosed`; a bound that is missing is none. */
  | { type: "range"; from?: number; below?: number; isClosed?: boolean }
);

function quoteValue(value: string | number): string {
  if (typeof value === "number") return numberText(value);
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
      return `${column} = ${filter.value}`;
    case "range": {
      const { from, below, isClosed } = filter;
      const end = isClosed ? "≤" : "<";
      if (from === undefined)
        return `${column} ${end} ${shortNumber(below ?? 0)}`;
      if (below === undefined) return `${column} ≥ ${shortNumber(from)}`;
      return `${shortNumber(from)} ≤ ${column} ${end} ${shortNumber(below)}`;
    }
  }
}

export function shortNumber(value: number): string {
  return value.toLocaleString(numberLocale, { maximumSignificantDigits: 6 });
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
