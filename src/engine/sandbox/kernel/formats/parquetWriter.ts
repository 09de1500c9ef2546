import {
  type BasicType,
  ByteWriter,
  type ColumnSource,
  parquetWriteBuffer,
  ParquetWriter,
  schemaFromColumnData,
} from "hyparquet-writer";
import { FlowError } from "../../../../core/errors.ts";
import { showValue } from "../../../../core/words.ts";
import type { DeclaredTypes } from "../rowStream.ts";
import { bytesOf } from "./jsonValue.ts";
import { listColumns, readRows, valueIn, type WrittenRow } from "./rows.ts";
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
  const kinds = new ColumnKinds(name);
  if (declared === undefined) kinds.see(rows);
  const type = kinds.type(declared);
  return { name, data: convertAll(name, rows, type), type, nullable: true };
}

/** The values of a column as the writer wants them; `before` is how many rows were written before. */
function convertAll(
  name: string,
  rows: readonly WrittenRow[],
  type: BasicType,
  before = 0,
): unknown[] {
  return rows.map((row, index) => {
    const value = valueIn(row, name);
    if (value === null || value === undefined) return undefined;
    const where = `Row ${before + index + 1}, column ${name}`;
    const converted = convert(value, type, where);
    if (converted !== undefined) return converted;
    throw new FlowError(
      "row-mismatch",
      `${where}: ${showValue(value)} does not fit ${type}. Correct the value, or declare another type: { types: { ${name}: "TEXT" } }.`,
    );
  });
}

/** Finds out what a column is from its values, some rows after the others. */
export class ColumnKinds {
  readonly #name: string;
  #rows = 0;
  /** Of each kind the first value. */
  readonly #kinds = new Map<BasicType, FoundValue>();
  #large: FoundValue | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  see(rows: readonly WrittenRow[]): void {
    for (const row of rows) {
      this.#rows += 1;
      const value = valueIn(row, this.#name);
      if (value === null || value === undefined) continue;
      const kind = kindOf(value);
      if (!this.#kinds.has(kind))
        this.#kinds.set(kind, { row: this.#rows, value });
      if (typeof value === "bigint" && BigInt(Number(value)) !== value)
        this.#large ??= { row: this.#rows, value };
    }
  }

  /** The type of the column: the one that is declared, or what all values have. */
  type(declared?: unknown): BasicType {
    if (declared === undefined) return this.#infer();
    if (Object.hasOwn(declaredTypes, String(declared)))
      return declaredTypes[declared as string]!;
    throw new FlowError(
      "invalid-option",
      `The type of the column ${this.#name} must be "INTEGER", "REAL", "TEXT" or "BLOB", not ${showValue(declared)}.`,
    );
  }

  #infer(): BasicType {
    const kinds = new Map(this.#kinds);
    if (kinds.has("DOUBLE")) {
      kinds.delete("INT64");
      if (this.#large)
        throw this.#refuse(
          this.#large,
          "would lose digits among numbers with fractions",
        );
    }
    const [[kind] = ["STRING" as const], second] = kinds;
    if (!second) return kind;
    throw this.#refuse(
      second[1],
      "is of another type than the values above it",
    );
  }

  #refuse({ row, value }: FoundValue, what: string): FlowError {
    return new FlowError(
      "row-mismatch",
      `Row ${row}, column ${this.#name}: ${showValue(value)} ${what}. Declare what all of them are: { types: { ${this.#name}: "TEXT" } }.`,
    );
  }
}

interface FoundValue {
  /** From 1. */
  row: number;
  value: unknown;
}

/** A column of a file, with what all its values are. */
export interface ParquetColumn {
  name: string;
  type: BasicType;
}

/** A Parquet file that is written some rows after the others; `take` is given its bytes. */
export class ParquetPieces {
  readonly #columns: readonly ParquetColumn[];
  readonly #take: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;

  constructor(
    columns: readonly ParquetColumn[],
    take: (bytes: Uint8Array<ArrayBuffer>) => void,
  ) {
    this.#columns = columns;
    this.#take = take;
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: schemaFromColumnData({
        columnData: columns.map(({ name, type }) => ({
          name,
          type,
          data: [],
          nullable: true,
        })),
      }),
    });
  }

  /** Writes rows as a group of their own; `before` is how many were written before. */
  write(rows: readonly WrittenRow[], before: number): void {
    if (rows.length === 0) return;
    void this.#writer.write({
      columnData: this.#columns.map(({ name, type }) => ({
        name,
        data: convertAll(name, rows, type, before),
      })),
      rowGroupSize: rows.length,
    });
    this.#flush();
  }

  end(): void {
    void this.#writer.finish();
    this.#flush();
  }

  #flush(): void {
    this.#take(this.#bytes.getBytes().slice() as Uint8Array<ArrayBuffer>);
    this.#bytes.index = 0;
  }
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
