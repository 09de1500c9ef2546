/**
 * Rows that are there as columns, as the records of a batch. It goes column by column, a slice of the rows at a time, so that each
 * step does the same for all of them; what a dictionary holds is encoded once, and copied into the records that have it.
 */
import {
  headerSize,
  isWorthSending,
  type RecordWriter,
} from "../../../records/recordWriter.ts";
import { sizeOfVarint, writeVarint } from "../../../records/serialTypes.ts";
import type { DeclaredTypes, RecordSource } from "../rowStream.ts";
import { EncodedValues, slack } from "./encodedValues.ts";

/** A column of which each value is there once: by row, the place of its value among them. */
export interface DictionaryColumn {
  values: ArrayLike<unknown>;
  places: Uint32Array;
}

/** A column, by its values or its dictionary. */
export type StoredColumn = ArrayLike<unknown> | DictionaryColumn;

export function isDictionary(column: StoredColumn): column is DictionaryColumn {
  return "places" in column;
}

/** The values of a column, row by row. */
export function valuesOf(column: StoredColumn): ArrayLike<unknown> {
  if (!isDictionary(column)) return column;
  const { values, places } = column;
  return Array.from(places, (place) => values[place]);
}

/** So many rows are a slice, as what belongs to them stays near to the processor. */
const sliceRows = 1024;
/** So many bytes of a column are encoded for a slice at most, besides the last value. */
const sliceBytes = 1 << 18;
/** From this length on, bytes are copied by a call. */
const longValue = 200;

export class ColumnRecords implements RecordSource {
  readonly names: readonly string[];
  readonly types: DeclaredTypes | undefined;
  readonly #columns: readonly SlicedColumn[];
  readonly #rows: number;
  #row = 0;
  /** Before this row, all columns are encoded. */
  #encoded = 0;
  /** By row of a slice: the size of its header and of its values, and where both go. */
  readonly #headers = new Uint32Array(sliceRows);
  readonly #bodies = new Uint32Array(sliceRows);
  readonly #headersAt = new Uint32Array(sliceRows);
  readonly #bodiesAt = new Uint32Array(sliceRows);

  constructor(
    names: readonly string[],
    types: DeclaredTypes | undefined,
    columns: readonly StoredColumn[],
    rows: number,
  ) {
    this.names = names;
    this.types = types;
    this.#columns = columns.map(
      (column, at) => new SlicedColumn(names[at]!, column),
    );
    this.#rows = rows;
  }

  addTo(writer: RecordWriter): boolean {
    while (this.#row < this.#rows && !writer.isFull) this.#addSlice(writer);
    return this.#row < this.#rows;
  }

  #addSlice(writer: RecordWriter): void {
    const columns = this.#columns;
    const from = this.#row;
    if (from === this.#encoded) {
      let to = Math.min(from + sliceRows, this.#rows);
      for (const column of columns) to = column.encode(from, to, writer);
      this.#encoded = to;
    }
    const most = this.#encoded - from;
    this.#headers.fill(0);
    this.#bodies.fill(0);
    for (const column of columns)
      column.measure(from, most, this.#headers, this.#bodies);
    const rows = this.#place(writer, most);
    for (const column of columns)
      column.putValues(from, rows, this.#bodiesAt, writer);
    // Not before, as a value is copied with some bytes behind it, which are those of a header at most.
    this.#putHeaders(writer, rows);
    for (const column of columns)
      column.putSerials(from, rows, this.#headersAt, writer.bytes);
    // Where the values of the last row end.
    writer.at = this.#bodiesAt[rows - 1]!;
    writer.rows += rows;
    writer.next += rows;
    this.#row += rows;
  }

  /** Finds out where each row goes, and makes room for them; gives how many fill the writer. */
  #place(writer: RecordWriter, most: number): number {
    const headers = this.#headers;
    const bodies = this.#bodies;
    const bodiesAt = this.#bodiesAt;
    let at = writer.at;
    let row = 0;
    for (; row < most; row += 1) {
      if (isWorthSending(writer.rows + row, at)) break;
      const header = headerSize(headers[row]!);
      const size = header + bodies[row]!;
      const begin =
        at + sizeOfVarint(size) + sizeOfVarint(writer.next + row) + header;
      headers[row] = header;
      bodiesAt[row] = begin;
      at = begin + bodies[row]!;
    }
    writer.grow(writer.at, at - writer.at + slack);
    return row;
  }

  /** Writes what stands before the serial types of rows. */
  #putHeaders(writer: RecordWriter, rows: number): void {
    const headers = this.#headers;
    const bodies = this.#bodies;
    const headersAt = this.#headersAt;
    const { bytes, next } = writer;
    let at = writer.at;
    for (let row = 0; row < rows; row += 1) {
      const header = headers[row]!;
      const size = header + bodies[row]!;
      at = writeVarint(bytes, at, size);
      at = writeVarint(bytes, at, next + row);
      headersAt[row] = writeVarint(bytes, at, header);
      at += size;
    }
  }
}

const inOrder = Uint32Array.from({ length: sliceRows }, (_, at) => at);

class SlicedColumn {
  readonly #name: string;
  readonly #values: ArrayLike<unknown>;
  /** By row, the place of its value among those that are encoded. */
  readonly #places: Uint32Array;
  readonly #hasDictionary: boolean;
  readonly #encoded = new EncodedValues();
  /** The row whose place is the first one. */
  #from = 0;
  #isEncoded = false;

  constructor(name: string, column: StoredColumn) {
    this.#name = name;
    this.#hasDictionary = isDictionary(column);
    if (isDictionary(column)) {
      this.#values = column.values;
      this.#places = column.places;
    } else {
      this.#values = column;
      this.#places = inOrder;
    }
  }

  /** Encodes the values of rows; gives the first that it did not encode. */
  encode(from: number, to: number, writer: RecordWriter): number {
    const values = this.#values;
    const encoded = this.#encoded;
    if (this.#hasDictionary) {
      if (!this.#isEncoded)
        encoded.encode(values, 0, values.length, Infinity, (value) =>
          writer.convert(value, this.#name),
        );
      this.#isEncoded = true;
      return to;
    }
    this.#from = from;
    return encoded.encode(values, from, to, sliceBytes, (value, row) => {
      const { next } = writer;
      // What is wrong with a value is told with the number of its row.
      writer.next += row - from;
      const stored = writer.convert(value, this.#name);
      writer.next = next;
      return stored;
    });
  }

  /** Adds the sizes of serial types and values to those that rows have. */
  measure(
    from: number,
    rows: number,
    headers: Uint32Array,
    bodies: Uint32Array,
  ): void {
    const places = this.#places;
    const first = from - this.#from;
    const { serials, starts } = this.#encoded;
    for (let row = 0; row < rows; row += 1) {
      const place = places[first + row]!;
      const serial = serials[place]!;
      headers[row]! += serial < 128 ? 1 : sizeOfVarint(serial);
      bodies[row]! += starts[place + 1]! - starts[place]!;
    }
  }

  /** Writes the values of rows to where they go, and moves that behind them. */
  putValues(
    from: number,
    rows: number,
    bodiesAt: Uint32Array,
    { bytes, view }: RecordWriter,
  ): void {
    const places = this.#places;
    const first = from - this.#from;
    const { bytes: source, starts, view: values } = this.#encoded;
    for (let row = 0; row < rows; row += 1) {
      const place = places[first + row]!;
      const start = starts[place]!;
      const size = starts[place + 1]! - start;
      const at = bodiesAt[row]!;
      if (size > longValue) bytes.set(source.subarray(start, start + size), at);
      else
        for (let byte = 0; byte < size; byte += 4)
          view.setInt32(at + byte, values.getInt32(start + byte));
      bodiesAt[row] = at + size;
    }
  }

  putSerials(
    from: number,
    rows: number,
    headersAt: Uint32Array,
    target: Uint8Array,
  ): void {
    const places = this.#places;
    const first = from - this.#from;
    const { serials } = this.#encoded;
    for (let row = 0; row < rows; row += 1) {
      const serial = serials[places[first + row]!]!;
      const at = headersAt[row]!;
      if (serial < 128) {
        target[at] = serial;
        headersAt[row] = at + 1;
      } else headersAt[row] = writeVarint(target, at, serial);
    }
  }
}
