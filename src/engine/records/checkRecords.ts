/**
 * Checks cells that code of a notebook may have made. Whatever passes is a sequence of records of SQLite, each within its bounds,
 * so that it can be copied into a table without being looked at again.
 */
import type { RowBatch } from "../protocol.ts";
import type { Cells } from "./readRecords.ts";
import { sizeOfSerial } from "./serialTypes.ts";

/** Rows as cells that were checked, and what was seen of their values. */
export interface CheckedRecords extends Cells {
  rows: number;
  /** The number of the first row; those behind it count on. */
  first: number;
  /** By column, a bit for each kind of value that it has; see {@link kindBits}. */
  kinds: Uint32Array;
  /** How many columns the shortest row has. */
  fewest: number;
}

/** A batch that was checked. */
export type CheckedBatch = RowBatch & CheckedRecords;

/** The bits of serial types; all integers of up to 6 bytes count as one kind. */
export const kindBits = {
  null: 1,
  integer: 2,
  long: 4,
  double: 8,
  bytes: 16,
  text: 32,
} as const;

/** SQLite keeps no longer row. */
const longestRecord = 1_000_000_000;
const largestSerial = longestRecord * 2 + 13;

const sizes = Uint8Array.from({ length: 12 }, (_, serial) =>
  sizeOfSerial(serial),
);
// Serial types 10 and 11 mean nothing.
const bits = Uint8Array.from([1, 2, 2, 2, 2, 2, 4, 8, 2, 2, 0, 0]);

/** The cells, or what is wrong with them. */
export function checkRecords(
  records: Uint8Array,
  rows: number,
  columns: number,
): CheckedRecords | string {
  const { length } = records;
  let at = 0;
  let fewest = columns;
  let expected = -1;
  if (rows > length) return "a row has no bytes";
  const starts = new Uint32Array(rows + 1);
  const kinds = new Uint32Array(columns);

  /** The varint at `at`, below 2^32; what is longer is -1. */
  function readVarint(): number {
    let value = 0;
    for (let size = 0; size < 5; size += 1) {
      if (at >= length) return -1;
      const byte = records[at++]!;
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
    return -1;
  }

  for (let row = 0; row < rows; row += 1) {
    starts[row] = at;
    let size = records[at]!;
    if (size < 128) at += 1;
    else size = readVarint();
    const number = readVarint();
    if (row === 0) expected = number;
    // Of what is behind the end, undefined, no comparison is true.
    if (!(size >= 0 && size <= longestRecord) || number < 0)
      return "a row has no size";
    if (number !== expected + row) return "a row has the wrong number";
    const begin = at;
    const end = begin + size;
    if (end > length) return "a row is longer than its bytes";
    let header = records[at]!;
    if (header < 128) at += 1;
    else header = readVarint();
    const headerEnd = begin + header;
    if (!(header >= at - begin) || headerEnd > end)
      return "the header of a row is longer than the row";
    let body = headerEnd;
    let column = 0;
    while (at < headerEnd) {
      let serial = records[at]!;
      if (serial < 128) at += 1;
      else serial = readVarint();
      if (serial < 12) {
        const bit = bits[serial];
        if (!bit) return "a value is of no kind";
        kinds[column]! |= bit;
        body += sizes[serial]!;
      } else {
        if (serial > largestSerial) return "a value is too long";
        kinds[column]! |= serial & 1 ? kindBits.text : kindBits.bytes;
        body += (serial - 12) >>> 1;
      }
      column += 1;
    }
    if (at !== headerEnd || body !== end || column > columns)
      return "the values of a row are not what its header says";
    if (column < fewest) fewest = column;
    at = end;
  }
  if (at !== length) return "there are bytes behind the last row";
  starts[rows] = at;
  for (let column = fewest; column < columns; column += 1)
    kinds[column]! |= kindBits.null;
  return { records, rows, first: expected, starts, kinds, fewest };
}

/** The batch with what was seen of it, or what is wrong with it. */
export function checkBatch(batch: RowBatch): CheckedBatch | string {
  const { columns, rows, records } = batch;
  const checked = checkRecords(records, rows, columns.length);
  return typeof checked === "string" ? checked : { columns, ...checked };
}

/** Which kinds of values a column has in a batch. */
export function kindsIn(
  { columns, kinds }: Pick<CheckedBatch, "columns" | "kinds">,
  name: string,
): number {
  const column = columns.indexOf(name);
  return column < 0 ? kindBits.null : kinds[column]!;
}
