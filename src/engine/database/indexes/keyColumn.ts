/**
 * The values of one column of an index, as SQLite writes them into a record: each of them is kept once, and of a row which it has.
 * Where nearly all rows have other values, they are kept as they come.
 */
import {
  serialDouble,
  serialOfInteger,
  sizeOfSerial,
} from "../../records/serialTypes.ts";

/** An entry of an index that is longer goes on in other pages, which is left to SQLite. */
export const longestEntry = (pageSize: number) =>
  Math.floor(((pageSize - 12) * 64) / 255) - 23;

/** So many values of a column and bytes of them are held at most: to sort them takes another 32 bytes for each value. */
const mostKept = 6_000_000;
const mostBytes = 256 * 1024 * 1024;
/** From so many different values on, it is asked whether they come again: each this many times, if they do as often from then on. */
const manyValues = 1 << 15;
const worthTimes = 3;

/** Behind what is read there are so many bytes that may be read too. */
const slack = 4;

/** Bytes that values are read from. */
export interface Source {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
}

export function makeSource(size: number): Source {
  const bytes = new Uint8Array(size + slack);
  return { bytes, view: new DataView(bytes.buffer) };
}

export class KeyColumn {
  /** By row: the number of its value. */
  readonly ids: Uint32Array;
  /** By the number of a value: its serial type, and where its bytes begin. */
  serials = new Uint16Array(256);
  starts = new Uint32Array(256);
  bytes = new Uint8Array(1 << 14);
  count = 0;
  /** Of each value, its first four bytes. */
  #words = new Uint32Array(256);
  readonly #longest: number;
  #end = 0;
  /** Numbers of values, plus 1, by what their bytes come to; undefined once it is of no use. */
  #slots: Uint32Array | undefined = new Uint32Array(1024);
  readonly #integer = makeSource(8);

  constructor(rows: number, longest: number) {
    this.ids = new Uint32Array(rows);
    this.#longest = longest;
  }

  /** Notes the value of a row, of a serial type and with the bytes that stand there in `source`. */
  add(row: number, source: Source, at: number, serial: number): void {
    if (serial >= 12 || serial === 0 || serial === 8 || serial === 9)
      this.#keep(row, source, at, serial);
    else if (serial === serialDouble)
      // SQLite reads what is no number as NULL.
      this.#keep(row, source, at, isNumber(source.bytes, at) ? serial : 0);
    else if (isShortest(source.bytes, at, serial))
      this.#keep(row, source, at, serial);
    else this.addInteger(row, readInteger(source.bytes, at, serial));
  }

  /** Notes the value of a row that is a whole number which a double holds. */
  addInteger(row: number, value: number): void {
    const serial = serialOfInteger(value);
    writeInteger(this.#integer.bytes, 0, value, sizeOfSerial(serial));
    this.#keep(row, this.#integer, 0, serial);
  }

  #keep(row: number, source: Source, at: number, serial: number): void {
    const size = sizeOfSerial(serial);
    if (size > this.#longest) throw new Error("A value is too long.");
    const slots = this.#slots;
    if (slots === undefined) {
      this.ids[row] = this.#append(source, at, serial, size);
      return;
    }
    const mask = slots.length - 1;
    // A short value is told from others by its first bytes and how many these are.
    const word = firstBytes(source.view, at, size);
    let slot = hash(source.view, at, serial, size) & mask;
    for (let found = slots[slot]!; found !== 0; found = slots[slot]!) {
      const id = found - 1;
      if (
        this.#words[id] === word &&
        this.serials[id] === serial &&
        (size <= 4 || this.#goesOn(id, source.bytes, at, size))
      ) {
        this.ids[row] = id;
        return;
      }
      slot = (slot + 1) & mask;
    }
    const id = this.#append(source, at, serial, size);
    this.ids[row] = id;
    slots[slot] = id + 1;
    if (this.count * 2 > slots.length) this.#widen(row);
  }

  /** Whether a value is the one there behind its first four bytes. */
  #goesOn(id: number, source: Uint8Array, at: number, size: number): boolean {
    const { bytes } = this;
    const start = this.starts[id]!;
    for (let byte = 4; byte < size; byte += 1)
      if (bytes[start + byte] !== source[at + byte]) return false;
    return true;
  }

  #append(
    { bytes: source, view }: Source,
    at: number,
    serial: number,
    size: number,
  ): number {
    const id = this.count;
    if (id === mostKept) throw new Error("There are too many values.");
    if (id === this.serials.length) {
      this.#words = longer(this.#words, new Uint32Array(id * 2));
      this.serials = longer(this.serials, new Uint16Array(id * 2));
      this.starts = longer(this.starts, new Uint32Array(id * 2));
    }
    const start = this.#end;
    if (start + size + slack > this.bytes.length) {
      if (start + size > mostBytes)
        throw new Error("There are too many values.");
      this.bytes = longer(this.bytes, new Uint8Array(this.bytes.length * 2));
    }
    const { bytes } = this;
    for (let byte = 0; byte < size; byte += 1)
      bytes[start + byte] = source[at + byte]!;
    this.#words[id] = firstBytes(view, at, size);
    this.serials[id] = serial;
    this.starts[id] = start;
    this.#end = start + size;
    this.count = id + 1;
    return id;
  }

  #widen(row: number): void {
    const { count } = this;
    const rows = row + 1;
    // Of so many values that are drawn at random, so many are there twice.
    const twice = (rows * rows * worthTimes) / (2 * this.ids.length);
    if (count > manyValues && rows - count < twice) {
      this.#slots = undefined;
      return;
    }
    const slots = new Uint32Array(this.#slots!.length * 4);
    const mask = slots.length - 1;
    const view = new DataView(this.bytes.buffer);
    for (let id = 0; id < count; id += 1) {
      const serial = this.serials[id]!;
      const start = this.starts[id]!;
      let slot = hash(view, start, serial, sizeOfSerial(serial)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}

/** Up to four bytes that stand there, as a number. */
function firstBytes(view: DataView, at: number, size: number): number {
  return size < 4
    ? (view.getUint32(at) >>> 1) >>> (31 - size * 8)
    : view.getUint32(at);
}

function hash(
  view: DataView,
  at: number,
  serial: number,
  size: number,
): number {
  let value = firstBytes(view, at, size) ^ (serial << 24);
  for (let byte = 4; byte < size; byte += 4)
    value = Math.imul(
      value ^ (value >>> 15) ^ firstBytes(view, at + byte, size - byte),
      0x85ebca6b,
    );
  value = Math.imul(value, 0x9e3779b1);
  return value ^ (value >>> 15);
}

function longer<T extends Uint8Array | Uint16Array | Uint32Array>(
  from: T,
  to: T,
): T {
  to.set(from);
  return to;
}

function isNumber(source: Uint8Array, at: number): boolean {
  const isSpecial =
    (source[at]! & 0x7f) === 0x7f && (source[at + 1]! & 0xf0) === 0xf0;
  if (!isSpecial) return true;
  if ((source[at + 1]! & 0x0f) !== 0) return false;
  for (let byte = 2; byte < 8; byte += 1)
    if (source[at + byte] !== 0) return false;
  return true;
}

/** Whether a whole number of this serial type, from 1 to 6, would be written with it; SQLite reads others too. */
function isShortest(source: Uint8Array, at: number, serial: number): boolean {
  const first = source[at]!;
  if (serial === 1) return first > 1;
  if (first !== 0 && first !== 255) return true;
  if (serial >= 5)
    return source[at + 1] !== first || source[at + 2]! >> 7 !== first >> 7;
  return source[at + 1]! >> 7 !== first >> 7;
}

/** A whole number of a serial type from 1 to 6; of 64 bits as the double that is next to it. */
export function readInteger(
  source: Uint8Array,
  at: number,
  serial: number,
): number {
  const size = sizeOfSerial(serial);
  let value = (source[at]! << 24) >> 24;
  // Four bytes and four bytes: only the sum is rounded, and once.
  const half = Math.max(size - 4, 1);
  for (let byte = 1; byte < half; byte += 1)
    value = value * 256 + source[at + byte]!;
  if (size <= 4) {
    for (let byte = half; byte < size; byte += 1)
      value = value * 256 + source[at + byte]!;
    return value;
  }
  return value * 0x100000000 + readLow(source, at + half);
}

/** The last four bytes of a whole number. */
export function readLow(source: Uint8Array, at: number): number {
  return (
    ((source[at]! << 24) |
      (source[at + 1]! << 16) |
      (source[at + 2]! << 8) |
      source[at + 3]!) >>>
    0
  );
}

/** Writes a whole number that a double holds in so many bytes. */
export function writeInteger(
  target: Uint8Array,
  at: number,
  value: number,
  size: number,
): void {
  let rest = value;
  let byte = at + size - 1;
  // The numbers of most rows.
  if (value === (value | 0))
    for (let bits = value; byte >= at; byte -= 1, bits >>= 8)
      target[byte] = bits;
  for (; byte >= at; byte -= 1) {
    target[byte] = rest;
    rest = Math.floor(rest / 256);
  }
}
