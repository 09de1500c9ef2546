/** The values of a column as they cross from a task worker to the database (`ColumnValues`). */
import type { ColumnValues, SqlValue } from "./protocol.ts";

/** What the bytes of a value are. */
export const valueKinds = {
  /** Nothing; it has no bytes. */
  none: 0,
  /** A double, of 8 bytes, the lowest first. */
  number: 1,
  /** A 64-bit integer, of 8 bytes, the lowest first. */
  long: 2,
  /** Text in UTF-8. */
  text: 3,
  bytes: 4,
} as const;

// Without ignoreBOM the first character of a text could get lost.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The value of a row; null where there is no column. Bytes are a view, not a copy. */
export function valueAt(
  values: ColumnValues | undefined,
  row: number,
): SqlValue {
  if (!values) return null;
  if (values instanceof Float64Array) {
    const value = values[row]!;
    return Number.isNaN(value) ? null : value;
  }
  const { kinds, ends, bytes } = values;
  const from = row === 0 ? 0 : ends[row - 1]!;
  switch (kinds[row]) {
    case valueKinds.number: {
      const value = viewOf(bytes).getFloat64(from, true);
      return Number.isNaN(value) ? null : value;
    }
    case valueKinds.long:
      return viewOf(bytes).getBigInt64(from, true);
    case valueKinds.text:
      return decoder.decode(bytes.subarray(from, ends[row]));
    case valueKinds.bytes:
      return bytes.subarray(from, ends[row]);
    default:
      return null;
  }
}

/** One of {@link valueKinds}; a NaN, which is null, may be a number. */
export function kindAt(values: ColumnValues, row: number): number {
  return values instanceof Float64Array
    ? valueKinds.number
    : values.kinds[row]!;
}

/** The bytes to read numbers from. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
