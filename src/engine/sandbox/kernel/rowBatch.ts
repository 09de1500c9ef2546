import { FlowError } from "../../../core/errors.ts";
import { mostColumns } from "../../../core/sqliteRules.ts";
import { showValue } from "../../../core/words.ts";
import type { RowBatch, SqlValue } from "../../protocol.ts";
import { narrowBigint, RecordWriter } from "../../records/recordWriter.ts";
import type { Encoders, RowsEncoder } from "./encoders.ts";
import { isoDate } from "./isoDate.ts";
import { isInvalidDate, wordForNoData } from "../../../core/noData.ts";
import type { ColumnGroup, RecordSource } from "./rowStream.ts";

/** From so many rows of a shape on, an encoder is made for it. */
const worthEncoder = 100;
/** A load has at most so many encoders: with more shapes than that, to look for the right one takes longer than it saves. */
const mostEncoders = 8;
const mostShapes = 1000;

type IsRef = (value: unknown) => boolean;

/** Makes batches of the rows of a load. */
export class RowBatcher {
  readonly #table: string;
  readonly #made: Encoders | undefined;
  readonly #isRef: IsRef;
  readonly #writer: RecordWriter;
  /** The columns so far, in the order in which they came. */
  readonly #names: string[] = [];
  readonly #columns = new Map<string, number>();
  /** The one that was of use last is the first. */
  readonly #encoders: RowsEncoder[] = [];
  /** Rows without an encoder, by shape. */
  readonly #shapes = new Map<string, number>();

  /** `first` is the number of its first row; `isRef` says whether a value is a ref. */
  constructor(
    table: string,
    made?: Encoders,
    first = 1,
    isRef: IsRef = () => false,
  ) {
    this.#table = table;
    this.#made = made;
    this.#isRef = isRef;
    this.#writer = new RecordWriter(
      (value, column) => this.#toCell(value, column),
      made?.buffers,
    );
    this.#writer.next = first;
  }

  /** The number of the next row. */
  get next(): number {
    return this.#writer.next;
  }

  /** Whether the rows are to be taken now. */
  get isFull(): boolean {
    return this.#writer.isFull;
  }

  get isEmpty(): boolean {
    return this.#writer.rows === 0;
  }

  get hasColumns(): boolean {
    return this.#names.length > 0;
  }

  add(row: unknown): void {
    const rows = [row];
    if (this.#encode(rows, 0) === 0) this.#addOther(row);
  }

  /** Adds rows from `from` on until the batch is full; gives the first that it did not add. */
  addRows(rows: readonly unknown[], from: number): number {
    let row = from;
    while (row < rows.length && !this.isFull) {
      const next = this.#encode(rows, row);
      if (next === row) this.#addOther(rows[row]);
      row = Math.max(next, row + 1);
    }
    return row;
  }

  /** Adds rows of the shape that the first of them has, if there is an encoder for it; gives the first that it did not add. */
  #encode(rows: readonly unknown[], from: number): number {
    const encoders = this.#encoders;
    for (let index = 0; index < encoders.length; index += 1) {
      const encode = encoders[index]!;
      const next = encode(this.#writer, rows, from, rows.length);
      if (next === from) continue;
      if (index > 0) {
        encoders[index] = encoders[0]!;
        encoders[0] = encode;
      }
      return next;
    }
    return from;
  }

  /** Adds rows that write themselves until the batch is full; says whether there are more. */
  addFrom(source: RecordSource): boolean {
    const places = source.names.map((name) => this.#columnOf(name));
    if (places.some((place, index) => place !== index))
      throw new Error("The columns of a stream have changed.");
    return source.addTo(this.#writer);
  }

  /** Adds rows that are there as columns, from `from` on until the batch is full; gives the first that it did not add. */
  addColumns({ names, values, rows }: ColumnGroup, from: number): number {
    const columns = names.map((name) => this.#columnOf(name));
    const encode = this.#made?.forColumns(
      names.map((name, index) => ({ name, column: columns[index]! })),
    );
    if (encode) return encode(this.#writer, values, from, rows);
    let row = from;
    for (; row < rows && !this.isFull; row += 1) {
      const cells = new Array<SqlValue>(this.#names.length).fill(null);
      for (const [index, name] of names.entries())
        cells[columns[index]!] = this.#toCell(values[index]![row], name);
      this.#writer.add(cells);
    }
    return row;
  }

  /** The rows since the last time, and the buffers that hold them. */
  take(): { batch: RowBatch; buffers: ArrayBuffer[] } {
    const batch = this.#writer.take(this.#names);
    return { batch, buffers: [batch.records.buffer as ArrayBuffer] };
  }

  /** Ends the load, of which all rows were taken. */
  end(): void {
    this.#writer.end();
  }

  /** Adds a row of a shape that has no encoder. */
  #addOther(row: unknown): void {
    const number = this.#writer.next;
    checkRow(row, number, this.#table, this.#isRef);
    const fields = Object.keys(row);
    const columns = fields.map((name) => this.#columnOf(name));
    const values = new Array<SqlValue>(this.#names.length).fill(null);
    for (const [index, name] of fields.entries())
      values[columns[index]!] = this.#toCell(row[name], name);
    this.#writer.add(values);
    this.#countShape(fields, columns);
  }

  #toCell(value: unknown, column: string): SqlValue {
    return toCell(value, this.#writer.next, column, this.#table, this.#isRef);
  }

  #columnOf(name: string): number {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = this.#names.length;
      // Rows that each bring columns of their own would take ever longer.
      if (column === mostColumns)
        throw new FlowError(
          "row-mismatch",
          `Row ${this.next}, column ${name} for the table ${this.#table} is one more than SQLite takes. Load rows of name and value.`,
        );
      this.#columns.set(name, column);
      this.#names.push(name);
    }
    return column;
  }

  #countShape(fields: readonly string[], columns: readonly number[]): void {
    if (!this.#made || this.#encoders.length >= mostEncoders) return;
    const shape = columns.join();
    if (this.#shapes.size >= mostShapes) this.#shapes.clear();
    const count = (this.#shapes.get(shape) ?? 0) + 1;
    this.#shapes.set(shape, count);
    if (count !== worthEncoder) return;
    const encoder = this.#made.forRows(
      fields.map((name, index) => ({ name, column: columns[index]! })),
    );
    if (encoder) this.#encoders.push(encoder);
  }
}

function checkRow(
  row: unknown,
  number: number,
  table: string,
  isRef: IsRef,
): asserts row is Record<string, unknown> {
  const what =
    isRef(row) || row instanceof Promise
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
  isRef: IsRef,
): SqlValue {
  switch (typeof value) {
    case "string":
    case "number":
      return value;
    case "bigint":
      return narrowBigint(value);
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
    const time = value.getTime();
    if (Number.isNaN(time))
      throw refuse("an invalid Date; use null where there is no date");
    return isoDate(time);
  }
  if (isRef(value) || value instanceof Promise)
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
    const text = JSON.stringify(value, function (key, inner: unknown) {
      const what =
        inner === null && isInvalidDate(this, key)
          ? "an invalid Date"
          : wordForUnsaid(inner, isRef);
      if (what !== undefined)
        throw new TypeError(
          `${key === "" ? "it" : `its field ${key}`} is ${what}`,
        );
      return typeof inner === "bigint" ? String(inner) : inner;
    }) as string | undefined;
    // Its own `toJSON` may say that it is nothing.
    if (text === undefined) return null;
    // What has a text of its own, as an address has, is that text.
    return text.startsWith('"') ? (JSON.parse(text) as string) : text;
  } catch (thrown) {
    throw refuse(
      `an object that JSON cannot say: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    );
  }
}

/** What JSON would leave out or make an empty object of, with what to write instead; undefined of anything else. */
function wordForUnsaid(value: unknown, isRef: IsRef): string | undefined {
  if (isRef(value)) return "a promise";
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? "bytes; give them a column of their own"
    : wordForNoData(value);
}
