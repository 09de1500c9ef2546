import { kindAt, valueAt, valueKinds } from "../../columnValues.ts";
import type { ColumnValues } from "../../protocol.ts";
import { fitValue, type ColumnType } from "../columnTypes.ts";
import type { RawValue } from "../sqlite.ts";
import {
  serialDouble,
  serialInt64,
  serialOfBytes,
  serialOfInteger,
  serialOfText,
} from "./serialTypes.ts";

/** The values of a column of a batch as SQLite stores them in a column of its type: affinity is applied. */
export interface StoredColumn {
  /** The serial type of each value. */
  serials: Uint32Array;
  /** By row, the numbers of the serial types up to 7; NaN if the integer is in {@link longs}. */
  numbers: Float64Array;
  longs: BigInt64Array | undefined;
  /** What texts and bytes are made of, from the offset of their row on. */
  bytes: Uint8Array;
  starts: Uint32Array;
}

const noNumbers = new Float64Array(0);
const noBytes = new Uint8Array(0);
const noStarts = new Uint32Array(0);
const encoder = new TextEncoder();

/** The values, which must fit. */
export function storeColumn(
  values: ColumnValues | undefined,
  rows: number,
  type: ColumnType,
): StoredColumn {
  if (!values) return storeNothing(rows);
  if (values instanceof Float64Array) {
    if (type !== "TEXT") return storeNumbers(values, type);
  } else if (isStoredAsItIs(values.kinds, type)) {
    const { kinds, ends, bytes } = values;
    const serials = new Uint32Array(rows);
    const starts = new Uint32Array(rows);
    let from = 0;
    for (let row = 0; row < rows; row += 1) {
      const to = ends[row]!;
      const kind = kinds[row];
      if (kind === valueKinds.text) serials[row] = serialOfText(to - from);
      else if (kind !== valueKinds.none)
        serials[row] = serialOfBytes(to - from);
      starts[row] = from;
      from = to;
    }
    return { serials, numbers: noNumbers, longs: undefined, bytes, starts };
  }
  return storeEach(values, rows, type);
}

function isStoredAsItIs(kinds: Uint8Array, type: ColumnType): boolean {
  if (type === "INTEGER" || type === "REAL") return false;
  return !kinds.includes(valueKinds.number) && !kinds.includes(valueKinds.long);
}

function storeNothing(rows: number): StoredColumn {
  return {
    serials: new Uint32Array(rows),
    numbers: noNumbers,
    longs: undefined,
    bytes: noBytes,
    starts: noStarts,
  };
}

function storeNumbers(numbers: Float64Array, type: ColumnType): StoredColumn {
  const serials = new Uint32Array(numbers.length);
  const longest = longestInteger(type);
  for (let row = 0; row < numbers.length; row += 1)
    serials[row] = serialOfNumber(numbers[row]!, longest);
  return {
    serials,
    numbers,
    longs: undefined,
    bytes: noBytes,
    starts: noStarts,
  };
}

/** Up to where whole numbers become integers in a column of that type; what is larger is a double. */
function longestInteger(type: ColumnType): number {
  if (type === "INTEGER") return Infinity;
  // A column of REAL reads an integer as a double, and SQLite itself stores short whole numbers so.
  return type === "REAL" ? 0x7fffffffffff : Number.MAX_SAFE_INTEGER;
}

function serialOfNumber(value: number, longest: number): number {
  if (value !== value) return 0;
  return value <= longest && value >= -longest && Math.floor(value) === value
    ? serialOfInteger(value)
    : serialDouble;
}

/** One value after the other, by the rules of `fitValue`. */
function storeEach(
  values: ColumnValues,
  rows: number,
  type: ColumnType,
): StoredColumn {
  const serials = new Uint32Array(rows);
  const numbers = new Float64Array(rows);
  const starts = new Uint32Array(rows);
  const longest = longestInteger(type);
  const keepsBytes = type !== "INTEGER" && type !== "REAL";
  let longs: BigInt64Array | undefined;
  let bytes = new Uint8Array(rows * 8);
  let size = 0;
  const put = (row: number, part: Uint8Array): void => {
    if (size + part.length > bytes.length) {
      const longer = new Uint8Array((size + part.length) * 2);
      longer.set(bytes.subarray(0, size));
      bytes = longer;
    }
    bytes.set(part, size);
    starts[row] = size;
    size += part.length;
  };
  const putLong = (row: number, value: bigint): void => {
    longs ??= new BigInt64Array(rows);
    longs[row] = value;
    numbers[row] = NaN;
    serials[row] = serialInt64;
  };
  for (let row = 0; row < rows; row += 1) {
    // Texts and bytes that stay what they are need not become values.
    const part = keepsBytes ? bytesAt(values, row) : undefined;
    if (part) {
      serials[row] =
        kindAt(values, row) === valueKinds.text
          ? serialOfText(part.length)
          : serialOfBytes(part.length);
      put(row, part);
      continue;
    }
    const value: RawValue | undefined = fitValue(valueAt(values, row), type);
    if (value === null || value === undefined) continue;
    if (typeof value === "bigint") {
      const number = Number(value);
      if (!Number.isSafeInteger(number)) putLong(row, value);
      else {
        numbers[row] = number;
        serials[row] = serialOfInteger(number);
      }
    } else if (typeof value === "number") {
      numbers[row] = value;
      serials[row] = serialOfNumber(value, longest);
    } else {
      const isText = typeof value === "string";
      const part = isText ? encoder.encode(value) : value;
      serials[row] = isText
        ? serialOfText(part.length)
        : serialOfBytes(part.length);
      put(row, part);
    }
  }
  return { serials, numbers, longs, bytes, starts };
}

function bytesAt(values: ColumnValues, row: number): Uint8Array | undefined {
  if (values instanceof Float64Array) return undefined;
  const kind = values.kinds[row];
  if (kind !== valueKinds.text && kind !== valueKinds.bytes) return undefined;
  return values.bytes.subarray(
    row === 0 ? 0 : values.ends[row - 1],
    values.ends[row],
  );
}
