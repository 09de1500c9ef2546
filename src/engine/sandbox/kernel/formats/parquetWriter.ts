import {
  type BasicType,
  type ColumnSource,
  parquetWriteBuffer,
} from "hyparquet-writer";
import { FlowError } from "../../../../core/errors.ts";
import { showValue } from "../../../../core/words.ts";
import type { DeclaredTypes } from "../rowStream.ts";
import { bytesOf } from "./jsonValue.ts";
import { listColumns, readRows, type WrittenRow } from "./rows.ts";
import { writeJson, writeText } from "./writtenJson.ts";

/** What a type of SQLite is in Parquet. */
const declaredTypes: Readonly<Record<string, BasicType>> = {
  INTEGER: "INT64",
  REAL: "DOUBLE",
  TEXT: "STRING",
  BLOB: "BYTE_ARRAY",
};

/** Rows as a Parquet file, packed with Snappy. `known` are types that the rows may not show, where none are chosen. */
export function toParquet(
  given: unknown,
  { columns: chosen, types = {} }: Readonly<Record<string, unknown>>,
  known: DeclaredTypes = {},
): Uint8Array {
  const rows = readRows(given, "toParquet");
  const columns = listColumns(rows, chosen);
  if (columns.length === 0)
    throw new FlowError(
      "invalid-argument",
      'A Parquet file needs columns, and there is no row to take them from. Name them: { columns: ["id"] }.',
    );
  if (typeof types !== "object" || types === null)
    throw new FlowError(
      "invalid-option",
      `types is an object by column: { id: "INTEGER" }, not ${showValue(types)}.`,
    );
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columns.map((name) =>
        toColumn(name, rows, typeIn(types, name) ?? typeIn(known, name)),
      ),
    }),
  );
}

/** A column may be named as what every object has, such as "constructor". */
function typeIn(types: object, name: string): unknown {
  return Object.hasOwn(types, name)
    ? (types as DeclaredTypes)[name]
    : undefined;
}

function toColumn(
  name: string,
  rows: readonly WrittenRow[],
  declared: unknown,
): ColumnSource {
  if (declared !== undefined && !Object.hasOwn(declaredTypes, String(declared)))
    throw new FlowError(
      "invalid-option",
      `The type of the column ${name} must be "INTEGER", "REAL", "TEXT" or "BLOB", not ${showValue(declared)}.`,
    );
  const type =
    declared === undefined
      ? inferColumn(name, rows)
      : declaredTypes[declared as string]!;
  const data = rows.map((row, index) => {
    const value = row[name];
    if (value === null || value === undefined) return undefined;
    const where = `Row ${index + 1}, column ${name}`;
    const converted = convert(value, type, where);
    if (converted !== undefined) return converted;
    throw new FlowError(
      "row-mismatch",
      `${where}: ${showValue(value)} does not fit ${type}. Correct the value, or declare another type: { types: { ${name}: "TEXT" } }.`,
    );
  });
  return { name, data, type, nullable: true };
}

function inferColumn(name: string, rows: readonly WrittenRow[]): BasicType {
  const kinds = new Map<BasicType, number>();
  let large: number | undefined;
  for (const [index, row] of rows.entries()) {
    const value = row[name];
    if (value === null || value === undefined) continue;
    if (!kinds.has(kindOf(value))) kinds.set(kindOf(value), index);
    if (typeof value === "bigint" && BigInt(Number(value)) !== value)
      large ??= index;
  }
  const refuse = (index: number, what: string) =>
    new FlowError(
      "row-mismatch",
      `Row ${index + 1}, column ${name}: ${showValue(rows[index]![name])} ${what}. Declare what all of them are: { types: { ${name}: "TEXT" } }.`,
    );
  if (kinds.has("DOUBLE")) {
    kinds.delete("INT64");
    if (large !== undefined)
      throw refuse(large, "would lose digits among numbers with fractions");
  }
  const [[kind] = ["STRING" as const], second] = kinds;
  if (!second) return kind;
  throw refuse(second[1], "is of another type than the values above it");
}

function kindOf(value: unknown): BasicType {
  switch (typeof value) {
    case "boolean":
      return "BOOLEAN";
    case "bigint":
      return "INT64";
    case "number":
      return Number.isSafeInteger(value) ? "INT64" : "DOUBLE";
    case "object":
      if (value instanceof Date) return "TIMESTAMP";
      return bytesOf(value) ? "BYTE_ARRAY" : "JSON";
    case "string":
      return "STRING";
    default:
      return "JSON";
  }
}

/** The value as the writer wants it, or undefined if it does not fit; `where` is what a message calls it. */
function convert(value: unknown, type: BasicType, where: string): unknown {
  switch (type) {
    case "INT64":
      return typeof value === "bigint"
        ? BigInt.asIntN(64, value) === value
          ? value
          : undefined
        : typeof value === "boolean" || Number.isSafeInteger(value)
          ? BigInt(value as number)
          : undefined;
    case "DOUBLE":
      return typeof value === "number" || typeof value === "bigint"
        ? Number(value)
        : undefined;
    case "STRING":
      if (value instanceof Date)
        return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
      return typeof value === "object" || typeof value === "function"
        ? writeText(value, where)
        : String(value);
    case "BYTE_ARRAY":
      return bytesOf(value);
    case "TIMESTAMP":
      return Number.isNaN((value as Date).getTime()) ? undefined : value;
    case "JSON":
      // The library has words of its own for bigints and bytes, and changes numbers by them.
      return JSON.parse(writeJson(value, where) ?? "null") as unknown;
    default:
      return value;
  }
}
