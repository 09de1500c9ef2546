/** The values of rows that are there as cells (recordWriter.ts). */
import type { SqlValue } from "../protocol.ts";
import { serialDouble, serialInt64, sizeOfSerial } from "./serialTypes.ts";

/** Cells, and where each begins and the last one ends; they must have been checked (checkRecords.ts). */
export interface Cells {
  records: Uint8Array;
  starts: Uint32Array;
}

/** What a row has in its columns; those that it leaves out at the end are null. Bytes are a view, not a copy. */
export function readRow(
  { records, starts }: Cells,
  row: number,
  columns: number,
): SqlValue[] {
  const values = new Array<SqlValue>(columns).fill(null);
  const cursor = new Cursor(records, starts[row]!);
  cursor.varint();
  cursor.varint();
  const begin = cursor.at;
  const end = begin + cursor.varint();
  let body = end;
  for (let column = 0; cursor.at < end; column += 1) {
    const serial = cursor.varint();
    const size = sizeOfSerial(serial);
    values[column] = readValue(records, body, serial, size);
    body += size;
  }
  return values;
}

/** Reads numbers of variable length, below 2^53. */
class Cursor {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  varint(): number {
    let value = 0;
    for (;;) {
      const byte = this.#bytes[this.at++]!;
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  }
}

// Without ignoreBOM the first character of a text could get lost.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function readValue(
  bytes: Uint8Array,
  at: number,
  serial: number,
  size: number,
): SqlValue {
  if (serial >= 12) {
    const part = bytes.subarray(at, at + size);
    return serial & 1 ? decoder.decode(part) : part;
  }
  switch (serial) {
    case 0:
      return null;
    case serialInt64: {
      const value = viewOf(bytes).getBigInt64(at);
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    }
    case serialDouble: {
      const value = viewOf(bytes).getFloat64(at);
      return Number.isNaN(value) ? null : value;
    }
    case 8:
      return 0;
    case 9:
      return 1;
    default: {
      let value = (bytes[at]! << 24) >> 24;
      for (let next = 1; next < size; next += 1)
        value = value * 256 + bytes[at + next]!;
      return value;
    }
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
