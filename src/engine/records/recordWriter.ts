/**
 * Rows as the cells of a leaf of an SQLite table, one after the other: the size of the record, the number of the row, the record.
 * This is what SQLite stores, so that whoever gets them only has to lay them out on pages.
 *
 * https://sqlite.org/fileformat2.html#b_tree_pages
 */
import type { RowBatch, SqlValue } from "../protocol.ts";
import type { SpareBuffers } from "./spareBuffers.ts";
import {
  serialDouble,
  serialInt64,
  serialOfBytes,
  serialOfInteger,
  serialOfText,
  sizeOfVarint,
  writeVarint,
} from "./serialTypes.ts";

/** More bytes than a row takes besides its texts and bytes: its two sizes and its number, and a serial type and a number each. */
export const roomOf = (columns: number) => 32 + columns * 18;

/** A batch has this many bytes and rows at most, unless one row alone is longer. */
const fullBytes = 900_000;
const fullRows = 50_000;
/**
 * A batch that is full has a row that began before it was. Chromium asks the system anew for each buffer of more than 960 KB, and
 * gives it back.
 */
export const largestBuffer = fullBytes + 65_536;
const firstBytes = 1 << 14;
/** Texts up to this length are encoded here; a longer one is worth a call, which takes a microsecond in a browser. */
const shortText = 100;
/** From this length on, three bytes a unit are too much to set aside. */
const longText = 100_000;

/** Whether so much is worth the work that each batch takes. */
export function isWorthSending(rows: number, bytes: number): boolean {
  return rows >= fullRows || bytes >= fullBytes;
}

const encoder = new TextEncoder();

/** How far a writer has come. */
export interface WriterMark {
  at: number;
  rows: number;
  next: number;
}

/** The members are open to the code that is made for a shape of rows (encoderSource.ts), which writes them itself. */
export class RecordWriter {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  /** Where the next cell begins. */
  at = 0;
  /** Rows in the batch. */
  rows = 0;
  /** The number of the next row, from 1. */
  next = 1;
  /** Bytes before the values of the last cell; most cells have as many. */
  gap = 16;
  /** The serial type of what was written last, where whoever wrote it says so. */
  serial = 0;
  /** What is stored of a value that is neither number, text nor null, in a column. */
  readonly convert: (value: unknown, column: string) => SqlValue;
  readonly #spare: SpareBuffers | undefined;
  #serials = new Uint32Array(16);

  constructor(
    convert: (value: unknown, column: string) => SqlValue = (value) =>
      value as SqlValue,
    spare?: SpareBuffers,
  ) {
    this.convert = convert;
    this.#spare = spare;
    this.bytes = spare?.take() ?? new Uint8Array(firstBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  get isFull(): boolean {
    return isWorthSending(this.rows, this.at);
  }

  /** What has been written so far. */
  get mark(): WriterMark {
    const { at, rows, next } = this;
    return { at, rows, next };
  }

  /** Takes back what was written behind a mark of the same batch. */
  takeBack({ at, rows, next }: WriterMark): void {
    this.at = at;
    this.rows = rows;
    this.next = next;
  }

  /** Makes room for so many bytes behind the last cell. */
  reserve(size: number): void {
    // The last row may have had more before its values than this one will have.
    this.grow(this.at + this.gap, size);
  }

  /** Makes room for so many bytes behind `at`, up to where something is written. */
  grow(at: number, size: number): void {
    const needed = at + size;
    if (needed <= this.bytes.length) return;
    let length = Math.max(this.bytes.length * 2, needed);
    // All that become large are of one size, so that one can be filled again in the place of another.
    if (needed <= largestBuffer && length * 2 > largestBuffer)
      length = largestBuffer;
    const bytes = new Uint8Array(length);
    bytes.set(this.bytes.subarray(0, at));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  /** Adds a row. Nulls at its end are left out, which SQLite reads as such. */
  add(values: readonly SqlValue[]): void {
    let count = values.length;
    while (count > 1 && values[count - 1] === null) count -= 1;
    let room = roomOf(count);
    for (let index = 0; index < count; index += 1)
      room += roomForBytes(values[index]!);
    this.reserve(room);
    if (count > this.#serials.length)
      this.#serials = new Uint32Array(count * 2);
    const serials = this.#serials;
    const body = this.at + this.gap;
    let at = body;
    let types = 0;
    for (let index = 0; index < count; index += 1) {
      const value = values[index]!;
      const serial = this.serialOf(value);
      const before = at;
      at = this.put(at, value, serial);
      const exact =
        typeof value === "string" ? serialOfText(at - before) : serial;
      serials[index] = exact;
      types += exact < 128 ? 1 : sizeOfVarint(exact);
    }
    let to = this.open(body, at, types);
    for (let index = 0; index < count; index += 1)
      to = writeVarint(this.bytes, to, serials[index]!);
    this.close(at - body);
  }

  /** Writes what stands before the serial types of a cell, whose values were written; gives where those go. */
  open(body: number, end: number, types: number): number {
    const header = headerSize(types);
    const size = header + end - body;
    const gap = sizeOfVarint(size) + sizeOfVarint(this.next) + header;
    if (gap !== this.gap) {
      // What was reserved for the row is more than it can take wherever its values begin.
      this.bytes.copyWithin(this.at + gap, body, end);
      this.gap = gap;
    }
    let to = writeVarint(this.bytes, this.at, size);
    to = writeVarint(this.bytes, to, this.next);
    return writeVarint(this.bytes, to, header);
  }

  /** Ends a cell whose values take so many bytes. */
  close(size: number): void {
    this.at += this.gap + size;
    this.next += 1;
    this.rows += 1;
  }

  /** The serial type of a value; that of a text follows from how many bytes it takes. */
  serialOf(value: SqlValue): number {
    switch (typeof value) {
      case "number":
        if (value !== value) return 0;
        return Number.isSafeInteger(value)
          ? serialOfInteger(value)
          : serialDouble;
      case "bigint":
        return serialInt64;
      case "string":
        return 13;
      default:
        return value ? serialOfBytes(value.length) : 0;
    }
  }

  /** Writes the bytes of a value, for which there must be room; gives the offset behind them. */
  put(at: number, value: SqlValue, serial: number): number {
    if (typeof value === "string") return putText(this.bytes, at, value);
    if (typeof value === "number") return this.putNumber(at, value, serial);
    if (typeof value === "bigint") {
      this.view.setBigInt64(at, value);
      return at + 8;
    }
    if (!value) return at;
    this.bytes.set(value, at);
    return at + value.length;
  }

  putNumber(at: number, value: number, serial: number): number {
    const { view } = this;
    switch (serial) {
      case 1:
        view.setInt8(at, value);
        return at + 1;
      case 2:
        view.setInt16(at, value);
        return at + 2;
      case 3:
        view.setInt16(at, value >> 8);
        view.setInt8(at + 2, value);
        return at + 3;
      case 4:
        view.setInt32(at, value);
        return at + 4;
      case 5:
        view.setInt16(at, Math.floor(value / 0x100000000));
        view.setUint32(at + 2, value);
        return at + 6;
      case serialInt64:
        view.setInt32(at, Math.floor(value / 0x100000000));
        view.setUint32(at + 4, value);
        return at + 8;
      case serialDouble:
        view.setFloat64(at, value);
        return at + 8;
      default:
        return at;
    }
  }

  /** The cells since the last time, as a batch of rows of these columns, which owns its buffer. */
  take(columns: readonly string[]): RowBatch {
    const isTight = this.at * 1.25 >= this.bytes.length;
    const records = isTight
      ? this.bytes.subarray(0, this.at)
      : this.bytes.slice(0, this.at);
    const batch = { columns: [...columns], rows: this.rows, records };
    if (isTight) {
      this.bytes =
        this.#spare?.take() ??
        new Uint8Array(Math.min(this.bytes.length, largestBuffer));
      this.view = new DataView(this.bytes.buffer);
    }
    this.at = 0;
    this.rows = 0;
    return batch;
  }

  /** Gives the buffer back. Nothing can be written any more. */
  end(): void {
    this.#spare?.give(this.bytes.buffer);
    this.bytes = new Uint8Array();
  }
}

/** Room for what stands behind the numbers of a row. */
export function roomForBytes(value: SqlValue): number {
  if (typeof value === "string") return roomForText(value);
  return value !== null && typeof value === "object" ? value.length : 0;
}

/** At least as many bytes as a text takes. */
export function roomForText(text: string): number {
  if (text.length < longText) return text.length * 3;
  let size = text.length;
  for (let unit = 0; unit < text.length; unit += 1) {
    const code = text.charCodeAt(unit);
    if (code >= 0x80) size += code < 0x800 ? 1 : 2;
  }
  return size;
}

/** Writes text in UTF-8; there must be the room that it takes. */
export function putText(bytes: Uint8Array, at: number, text: string): number {
  const { length } = text;
  if (length > shortText) {
    const target = bytes.subarray(at, at + roomForText(text));
    return at + encoder.encodeInto(text, target).written;
  }
  let to = at;
  for (let unit = 0; unit < length; unit += 1) {
    // Most texts are ASCII: to ask that of four at once takes less.
    for (; unit + 4 <= length; unit += 4, to += 4) {
      const one = text.charCodeAt(unit);
      const two = text.charCodeAt(unit + 1);
      const three = text.charCodeAt(unit + 2);
      const four = text.charCodeAt(unit + 3);
      if ((one | two | three | four) >= 0x80) break;
      bytes[to] = one;
      bytes[to + 1] = two;
      bytes[to + 2] = three;
      bytes[to + 3] = four;
    }
    if (unit === length) break;
    let code = text.charCodeAt(unit);
    if (code < 0x80) {
      bytes[to++] = code;
      continue;
    }
    if (code < 0x800) bytes[to++] = 0xc0 | (code >> 6);
    else {
      if (code >> 11 === 0x1b) {
        const low = text.charCodeAt(unit + 1);
        if (code < 0xdc00 && low >> 10 === 0x37) {
          unit += 1;
          // Less what the two have beside their ten bits each.
          code = (code << 10) + low - 0x35fdc00;
        }
        // Half a character.
        else code = 0xfffd;
      }
      if (code < 0x10000) bytes[to++] = 0xe0 | (code >> 12);
      else {
        bytes[to++] = 0xf0 | (code >> 18);
        bytes[to++] = 0x80 | ((code >> 12) & 0x3f);
      }
      bytes[to++] = 0x80 | ((code >> 6) & 0x3f);
    }
    bytes[to++] = 0x80 | (code & 0x3f);
  }
  return to;
}

/** The size of a record's header, which counts itself, with serial types of so many bytes. */
export function headerSize(types: number): number {
  let size = types + 1;
  while (types + sizeOfVarint(size) !== size) size = types + sizeOfVarint(size);
  return size;
}

/** What a bigint is on its way: a number if one holds it, text if 64 bits do not. */
export function narrowBigint(value: bigint): SqlValue {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  return BigInt.asIntN(64, value) === value ? value : String(value);
}
