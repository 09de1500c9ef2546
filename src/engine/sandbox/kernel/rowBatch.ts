import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import type { RowBatch, SqlValue } from "../../protocol.ts";
import { ColumnBuilder } from "./columnBuilder.ts";
import { refOf } from "./refs.ts";

/** When a batch goes to the database: with so many rows, or bytes. Fewer rows cost more for each, more make others wait. */
const mostRows = 50_000;
const mostBytes = 8_000_000;

/** Makes batches of the rows of a load. */
export class RowBatcher {
  readonly #table: string;
  #columns = new Map<string, ColumnBuilder>();
  /** The columns in the order in which they came, which is the order of the fields of most rows. */
  #names: string[] = [];
  #builders: ColumnBuilder[] = [];
  #rows = 0;
  /** Rows of the batches that are taken. */
  #taken = 0;
  /** Bytes of the fields so far, roughly. */
  #size = 0;

  constructor(table: string) {
    this.#table = table;
  }

  /** Whether the rows are to be taken now. */
  get isFull(): boolean {
    return this.#rows >= mostRows || this.#size >= mostBytes;
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  add(row: unknown): void {
    const at = this.#rows;
    checkRow(row, this.#taken + at + 1, this.#table);
    const fields = Object.keys(row);
    for (let index = 0; index < fields.length; index += 1) {
      const name = fields[index]!;
      const builder =
        this.#names[index] === name
          ? this.#builders[index]!
          : this.#builderOf(name);
      const value = row[name];
      // The usual cases first: this runs for every value that is loaded.
      if (typeof value === "number") {
        builder.addNumber(at, value);
        this.#size += 8;
      } else if (typeof value === "string") {
        builder.addText(at, value);
        this.#size += value.length + 5;
      } else if (value !== null && value !== undefined) {
        const cell = toCell(value, this.#taken + at + 1, name, this.#table);
        builder.add(at, cell);
        this.#size += sizeOf(cell);
      }
    }
    this.#rows = at + 1;
  }

  /** The rows since the last time, and the buffers that hold them. */
  take(): { batch: RowBatch; buffers: ArrayBuffer[] } {
    const rows = this.#rows;
    const values = this.#builders.map((builder) => builder.take(rows));
    const batch = { columns: this.#names, values, rows };
    this.#columns = new Map();
    this.#names = [];
    this.#builders = [];
    this.#taken += rows;
    this.#rows = 0;
    this.#size = 0;
    const buffers = values.flatMap((column) =>
      column instanceof Float64Array
        ? [column.buffer]
        : [column.kinds.buffer, column.ends.buffer, column.bytes.buffer],
    );
    return { batch, buffers: buffers as ArrayBuffer[] };
  }

  #builderOf(name: string): ColumnBuilder {
    let builder = this.#columns.get(name);
    if (!builder) {
      builder = new ColumnBuilder(this.#rows);
      this.#columns.set(name, builder);
      this.#names.push(name);
      this.#builders.push(builder);
    }
    return builder;
  }
}

function sizeOf(cell: SqlValue): number {
  return typeof cell === "object" || typeof cell === "string"
    ? (cell?.length ?? 0) + 5
    : 13;
}

function checkRow(
  row: unknown,
  number: number,
  table: string,
): asserts row is Record<string, unknown> {
  const what =
    refOf(row) || row instanceof Promise
      ? "a promise: await it first"
      : Array.isArray(row)
        ? "a list"
        : typeof row !== "object" || row === null
          ? showValue(row)
          : undefined;
  if (what)
    throw new FlowError(
      "row-mismatch",
      `Row ${number} for the table ${table} is ${what}. Rows are objects, with a field for each column: { id: 1, name: "Lufthansa" }.`,
    );
}

function toCell(
  value: unknown,
  number: number,
  column: string,
  table: string,
): SqlValue {
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
  const refuse = (what: string) =>
    new FlowError(
      "row-mismatch",
      `Row ${number}, column ${column} for the table ${table} is ${what}.`,
    );
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime()))
      throw refuse("an invalid Date; use null where there is no date");
    return value.toISOString();
  }
  if (refOf(value) || value instanceof Promise)
    throw refuse("a promise; await it first");
  if (typeof value !== "object")
    throw refuse(
      `${typeof value === "function" ? "a function" : "a symbol"}, which cannot be stored; load data only`,
    );
  if (ArrayBuffer.isView(value))
    return new Uint8Array(
      value.buffer.slice(
        value.byteOffset,
        value.byteOffset + value.byteLength,
      ) as ArrayBuffer,
    );
  try {
    return JSON.stringify(value, (key, inner: unknown) => {
      if (
        typeof inner === "function" ||
        typeof inner === "symbol" ||
        refOf(inner)
      )
        throw new TypeError(
          `its field ${key} is ${refOf(inner) ? "a promise" : `a ${typeof inner}`}`,
        );
      return typeof inner === "bigint" ? String(inner) : inner;
    });
  } catch (thrown) {
    throw refuse(
      `an object that JSON cannot say: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    );
  }
}
