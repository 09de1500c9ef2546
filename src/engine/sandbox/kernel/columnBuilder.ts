import { valueKinds } from "../../columnValues.ts";
import type { ColumnValues, SqlValue } from "../../protocol.ts";

const firstCapacity = 32;

const encoder = new TextEncoder();

/**
 * The values of one column of a batch, row after row; rows that are left out are null. As long as they are all numbers, or all
 * texts, they are kept as such: texts are faster encoded together than one by one.
 */
export class ColumnBuilder {
  #numbers: Float64Array<ArrayBuffer> | undefined;
  #hasNumbers = false;
  /** By row, as long as there are only texts; empty where there is none. */
  #texts: string[] | undefined;
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
    if (this.#numbers && !this.#hasNumbers) {
      this.#numbers = undefined;
      this.#texts = [];
    }
    if (!this.#texts) {
      this.addBytes(row, encoder.encode(text), valueKinds.text);
      return;
    }
    if (row >= this.#kinds.length) this.#growRows(row);
    while (this.#texts.length < row) this.#texts.push("");
    this.#texts.push(text);
    this.#kinds[row] = valueKinds.text;
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
    if (rows > this.#kinds.length) this.#growRows(rows - 1);
    if (this.#texts) this.#encodeTexts(this.#texts);
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

  #growRows(row: number): void {
    const length = grownTo(this.#kinds.length, row + 1);
    const kinds = new Uint8Array(length);
    const ends = new Uint32Array(length);
    kinds.set(this.#kinds);
    ends.set(this.#ends);
    this.#kinds = kinds;
    this.#ends = ends;
  }

  /** Encodes all texts at once. */
  #encodeTexts(texts: readonly string[]): void {
    this.#texts = undefined;
    const bytes = encoder.encode(texts.join(""));
    const ends = endsOf(texts, bytes);
    if (!ends) {
      for (const [row, text] of texts.entries())
        if (this.#kinds[row] === valueKinds.text) this.addText(row, text);
      return;
    }
    this.#bytes = bytes;
    this.#ends.set(ends);
    this.#size = bytes.length;
    this.#rows = texts.length;
  }

  /** Makes room for a row and its bytes among values of any kind. */
  #reserve(row: number, size: number): void {
    if (this.#numbers) this.#mixNumbers(row);
    if (this.#texts) this.#encodeTexts(this.#texts);
    if (row >= this.#kinds.length) this.#growRows(row);
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
  #mixNumbers(row: number): void {
    const numbers = this.#numbers!;
    this.#numbers = undefined;
    if (!this.#hasNumbers) return;
    for (let at = 0; at < row && at < numbers.length; at += 1)
      if (!Number.isNaN(numbers[at])) this.addNumber(at, numbers[at]!);
  }
}

/**
 * Where each text ends among the bytes of all; undefined if they are not the bytes of each: the half of a character at the end of
 * one text and that at the beginning of the next make a whole one when they are encoded together.
 */
function endsOf(
  texts: readonly string[],
  bytes: Uint8Array,
): Uint32Array | undefined {
  const ends = new Uint32Array(texts.length);
  let end = 0;
  for (let row = 0; row < texts.length; row += 1)
    ends[row] = end += texts[row]!.length;
  if (end === bytes.length) return ends;
  end = 0;
  for (let row = 0; row < texts.length; row += 1) {
    let units = texts[row]!.length;
    while (units > 0) {
      const first = bytes[end]!;
      // A character of four bytes is one of two units.
      units -= first < 0xf0 ? 1 : 2;
      end += first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    }
    if (units < 0) return undefined;
    ends[row] = end;
  }
  return ends;
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
