import { valueKinds } from "../../columnValues.ts";
import type { ColumnValues, SqlValue } from "../../protocol.ts";

const firstCapacity = 32;
/** Up to this length a loop over the characters is faster than a call of the encoder. */
const shortText = 48;
/** From this length on, room for the worst case would be too much. */
const longText = 65_536;

const encoder = new TextEncoder();

/**
 * The values of one column of a batch, row after row; rows that are left out are null. They are numbers as long as they can be, and
 * values of any kind from the first that is none.
 */
export class ColumnBuilder {
  #numbers: Float64Array<ArrayBuffer> | undefined;
  #hasNumbers = false;
  #kinds = new Uint8Array(0);
  #ends = new Uint32Array(0);
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  /** How many of the rows have their end. */
  #rows = 0;
  #size = 0;

  /** `row` is the first that has a value. */
  constructor(row: number) {
    this.#numbers = new Float64Array(row + firstCapacity).fill(NaN);
  }

  /** Bytes of the values that are not numbers alone. */
  get size(): number {
    return this.#size;
  }

  addNumber(row: number, value: number): void {
    if (this.#numbers) {
      if (row >= this.#numbers.length) this.#growNumbers(row);
      this.#numbers[row] = value;
      this.#hasNumbers = true;
      return;
    }
    this.#reserve(row, 8);
    this.#view.setFloat64(this.#size, value, true);
    this.#close(row, valueKinds.number, 8);
  }

  addText(row: number, text: string): void {
    const { length } = text;
    if (length >= longText) {
      this.addBytes(row, encoder.encode(text), valueKinds.text);
      return;
    }
    this.#reserve(row, length * 3);
    const bytes = this.#bytes;
    let at = this.#size;
    let index = 0;
    if (length <= shortText)
      for (; index < length; index += 1) {
        const code = text.charCodeAt(index);
        if (code > 127) break;
        bytes[at] = code;
        at += 1;
      }
    const written =
      index === length
        ? length
        : encoder.encodeInto(text, bytes.subarray(this.#size)).written;
    this.#close(row, valueKinds.text, written);
  }

  addBytes(
    row: number,
    value: Uint8Array,
    kind: number = valueKinds.bytes,
  ): void {
    this.#reserve(row, value.length);
    this.#bytes.set(value, this.#size);
    this.#close(row, kind, value.length);
  }

  /** An integer that a double may not hold. */
  addBigint(row: number, value: bigint): void {
    const number = Number(value);
    if (Number.isSafeInteger(number)) this.addNumber(row, number);
    else if (BigInt.asIntN(64, value) !== value)
      this.addText(row, String(value));
    else {
      this.#reserve(row, 8);
      this.#view.setBigInt64(this.#size, value, true);
      this.#close(row, valueKinds.long, 8);
    }
  }

  add(row: number, value: SqlValue): void {
    if (typeof value === "string") this.addText(row, value);
    else if (typeof value === "number") this.addNumber(row, value);
    else if (typeof value === "bigint") this.addBigint(row, value);
    else if (value !== null) this.addBytes(row, value);
  }

  /** The values of so many rows; the builder must not be used any more. */
  take(rows: number): ColumnValues {
    if (this.#numbers) {
      if (rows > this.#numbers.length) this.#growNumbers(rows - 1);
      return fitted(this.#numbers, rows);
    }
    this.#reserve(rows, 0);
    this.#ends.fill(this.#size, this.#rows, rows);
    return {
      kinds: fitted(this.#kinds, rows),
      ends: fitted(this.#ends, rows),
      bytes: fitted(this.#bytes, this.#size),
    };
  }

  #growNumbers(row: number): void {
    const before = this.#numbers!;
    this.#numbers = new Float64Array(grownTo(before.length, row + 1)).fill(NaN);
    this.#numbers.set(before);
  }

  /** Makes room for a row and its bytes among values of any kind. */
  #reserve(row: number, size: number): void {
    if (this.#numbers) this.#mix(row);
    if (row >= this.#kinds.length) {
      const length = grownTo(this.#kinds.length, row + 1);
      const kinds = new Uint8Array(length);
      const ends = new Uint32Array(length);
      kinds.set(this.#kinds);
      ends.set(this.#ends);
      this.#kinds = kinds;
      this.#ends = ends;
    }
    if (this.#size + size > this.#bytes.length) {
      const bytes = new Uint8Array(
        grownTo(this.#bytes.length, this.#size + size),
      );
      bytes.set(this.#bytes);
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
  }

  #close(row: number, kind: number, size: number): void {
    while (this.#rows < row) {
      this.#ends[this.#rows] = this.#size;
      this.#rows += 1;
    }
    this.#kinds[row] = kind;
    this.#size += size;
    this.#ends[row] = this.#size;
    this.#rows = row + 1;
  }

  /** Turns numbers into values of any kind. */
  #mix(row: number): void {
    const numbers = this.#numbers!;
    this.#numbers = undefined;
    if (!this.#hasNumbers) return;
    for (let at = 0; at < row && at < numbers.length; at += 1)
      if (!Number.isNaN(numbers[at])) this.addNumber(at, numbers[at]!);
  }
}

function grownTo(length: number, needed: number): number {
  return Math.max(needed, length * 2, firstCapacity);
}

/** The first items, in a buffer that is not much longer than they are. */
function fitted<T extends Float64Array | Uint32Array | Uint8Array>(
  items: T,
  length: number,
): T {
  const isTight = length * 1.25 + 64 >= items.length;
  return (isTight ? items.subarray(0, length) : items.slice(0, length)) as T;
}
