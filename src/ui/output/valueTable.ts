import type { Row } from "./tableColumns.ts";

const sampleSize = 200;
const mostColumns = 200;

/** A list of records as a table; undefined if the value is anything else. */
export function valueTable(
  value: unknown,
): { columns: readonly string[]; rows: readonly Row[] } | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (!value.every(isRecord)) return undefined;
  const columns = new Set<string>();
  for (const row of value.slice(0, sampleSize))
    for (const name of Object.keys(row)) columns.add(name);
  if (columns.size === 0 || columns.size > mostColumns) return undefined;
  return { columns: [...columns], rows: value };
}

function isRecord(value: unknown): value is Row {
  return Object.prototype.toString.call(value) === "[object Object]";
}
