/**
 * CSV in UTF-8, from its bytes to the records of a batch: no text is made of fields, and no object of rows.
 *
 * It takes what most files are made of. A line that is bad, and bytes that are no UTF-8, it leaves to those who read text
 * (csvRecords.ts), which tells what is wrong with them.
 */
import type { RecordWriter } from "../../../records/recordWriter.ts";
import {
  serialOfSmall,
  sizeOfVarint,
  writeVarint,
} from "../../../records/serialTypes.ts";
import {
  type ColumnType,
  toBoolean,
  toDeclared,
  toNumber,
} from "./csvColumns.ts";
import { NullTexts } from "./csvNulls.ts";
import type { Dialect } from "./csvRecords.ts";
import { decodeField, endOfBoolean, serialOfBoolean } from "./fieldBytes.ts";
import { NumberReader } from "./numberReader.ts";
import { isUtf8 } from "./utf8.ts";

const carriageReturn = 13;
const lineFeed = 10;

/** Where a record ends that is not there as a whole. */
const unfinished = -1;
/** Where one ends that is to be read by others. */
const odd = -2;

/** Bytes that room is made for besides numbers; for a record that is longer, more. */
const usualRoom = 1 << 15;
/** A record longer than this has most likely a quote that is not closed. */
const longestRecord = 1 << 24;

/** Whether this dialect can be read byte by byte. */
export function isByteDialect({ delimiter, quote }: Dialect): boolean {
  return (
    delimiter !== quote &&
    delimiter.charCodeAt(0) < 128 &&
    quote.charCodeAt(0) < 128
  );
}

/** The bytes that are read now. */
export interface CsvBytes {
  bytes: Uint8Array;
  /** Where the next record begins. */
  at: number;
  /** Whether nothing comes behind them. */
  isLast: boolean;
}

/** Writes the records of CSV, and finds out the types of its columns on the way. */
export class CsvEncoder {
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #newline: number;
  readonly #comment: Uint8Array | undefined;
  readonly #nulls: NullTexts | undefined;
  /** By column. Those that were not declared begin as "empty" and may become "number" or "boolean", and from then on "text". */
  readonly types: ColumnType[];
  readonly #serials: Uint32Array;
  readonly #numbers = new NumberReader();
  #room = usualRoom;
  /** Where the field ends that was read last, in the bytes that it was written to. */
  #to = 0;
  /** Whether a column has got another type, so that rows before are not what they should be. */
  hasChanged = false;
  /** Whether the next record is none for this encoder. */
  isOdd = false;

  constructor(
    dialect: Dialect,
    types: readonly ColumnType[],
    nulls?: ReadonlySet<string>,
  ) {
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote.charCodeAt(0);
    this.#newline = dialect.newline.charCodeAt(0);
    this.#comment =
      dialect.comment === undefined
        ? undefined
        : new TextEncoder().encode(dialect.comment);
    this.#nulls = nulls?.size ? new NullTexts(nulls, dialect) : undefined;
    this.types = [...types];
    this.#serials = new Uint32Array(types.length);
  }

  /** Adds records until the writer is full or there is no whole one left, or this many are there. */
  encode(writer: RecordWriter, source: CsvBytes, most = Infinity): void {
    const { bytes, isLast } = source;
    const { length } = bytes;
    for (
      const end = writer.rows + most;
      source.at < length && writer.rows < end && !writer.isFull;
    ) {
      const start = source.at;
      const next = this.#comment
        ? this.#recordOrComment(writer, bytes, start, isLast)
        : this.#record(writer, bytes, start, isLast);
      if (next >= 0) source.at = next;
      else if (next === unfinished && start + this.#room < length)
        this.#room *= 2;
      else {
        this.isOdd = next === odd || isLast || length - start >= longestRecord;
        return;
      }
    }
  }

  #recordOrComment(
    writer: RecordWriter,
    bytes: Uint8Array,
    start: number,
    isLast: boolean,
  ): number {
    const comment = this.#comment!;
    const { length } = comment;
    if (!isLast && bytes.length - start < length) return unfinished;
    if (!comment.every((byte, index) => bytes[start + index] === byte))
      return this.#record(writer, bytes, start, isLast);
    const end = bytes.indexOf(this.#newline, start);
    return end >= 0 ? end + 1 : isLast ? bytes.length : unfinished;
  }

  /** Adds the record that begins at `start`, and gives where the next one does. */
  #record(
    writer: RecordWriter,
    bytes: Uint8Array,
    start: number,
    isLast: boolean,
  ): number {
    const { length } = bytes;
    const first = bytes[start]!;
    if (first === this.#newline) return start + 1;
    if (first === carriageReturn || first === lineFeed)
      return this.#emptyLine(bytes, start, isLast);

    const { types } = this;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const newline = this.#newline;
    const width = types.length;
    const serials = this.#serials;
    const nulls = this.#nulls;
    writer.reserve(32 + width * 18 + this.#room);
    const out = writer.bytes;
    const body = writer.at + writer.gap;
    // No more than there is room for; what is behind that is read when there is more.
    const isWhole = length - start <= this.#room;
    const stop = isWhole ? length : start + this.#room;
    const mayEnd = isWhole && isLast;
    let at = start;
    let to = body;
    let header = 0;
    let field = 0;
    for (;;) {
      if (field === width) return odd;
      const type = types[field]!;
      let serial = 0;
      const isText = type === "text" || type === "TEXT";
      const behindNull = nulls?.endOf(bytes, at, stop, mayEnd) ?? -1;
      if (behindNull >= 0) at = behindNull;
      else if (at < stop && bytes[at] === quote) {
        const begin = to;
        let close = isText ? -1 : this.#quotedNumber(bytes, at + 1, stop);
        const isNumber = close >= 0;
        if (!isNumber) close = this.#unquote(bytes, at + 1, stop, out, to);
        // A quote at the very end may be the first of two.
        if (close < 0 || (close + 1 >= stop && !mayEnd)) return unfinished;
        serial = isNumber
          ? this.#putNumber(writer, field, to)
          : isText
            ? (this.#to - begin) * 2 + 13
            : this.#retype(writer, field, begin, this.#to);
        if (serial < 0) return odd;
        at = close + 1;
        to = this.#to;
        if (serial > 13 && !isUtf8(out, begin, to)) return odd;
        if (at < stop) {
          if (bytes[at] === carriageReturn && bytes[at + 1] === newline)
            at += 1;
          const code = bytes[at];
          if (code !== delimiter && code !== newline)
            return at + 1 === stop && !mayEnd ? unfinished : odd;
        }
      } else {
        let end = isText ? -1 : this.#number(bytes, at, stop);
        if (end >= 0) {
          serial = this.#putNumber(writer, field, to);
          if (serial < 0) return odd;
          at = end;
          to = this.#to;
        } else if (
          type === "boolean" &&
          (end = this.#boolean(bytes, at, stop)) >= 0
        ) {
          serial = serialOfBoolean(bytes[at]!);
          at = end;
        } else {
          const begin = to;
          let high = 0;
          let code = 0;
          while (
            at < stop &&
            (code = bytes[at]!) !== delimiter &&
            code !== newline
          ) {
            out[to] = code;
            to += 1;
            at += 1;
            high |= code;
          }
          if (at === stop && !mayEnd) return unfinished;
          if (
            to > begin &&
            out[to - 1] === carriageReturn &&
            (at === stop || code === newline)
          )
            to -= 1;
          if (high > 127 && !isUtf8(out, begin, to)) return odd;
          if (isText) serial = (to - begin) * 2 + 13;
          else {
            serial = this.#retype(writer, field, begin, to);
            if (serial < 0) return odd;
            to = this.#to;
          }
        }
      }
      serials[field] = serial;
      header += serial < 128 ? 1 : sizeOfVarint(serial);
      field += 1;
      if (at >= stop) {
        if (!mayEnd) return unfinished;
        break;
      }
      at += 1;
      if (bytes[at - 1] === newline) break;
    }
    let place = writer.open(body, to, header + width - field);
    const target = writer.bytes;
    for (let index = 0; index < field; index += 1) {
      const serial = serials[index]!;
      if (serial < 128) {
        target[place] = serial;
        place += 1;
      } else place = writeVarint(target, place, serial);
    }
    for (let index = field; index < width; index += 1) {
      target[place] = 0;
      place += 1;
    }
    writer.close(to - body);
    return at;
  }

  /** A line with nothing in it, which is no record. */
  #emptyLine(bytes: Uint8Array, start: number, isLast: boolean): number {
    if (bytes[start] === lineFeed) return odd;
    if (start + 1 === bytes.length) return isLast ? start + 1 : unfinished;
    return bytes[start + 1] === this.#newline ? start + 2 : odd;
  }

  /** Writes what stands in quotes, and gives where they are closed; -1 if they are not. */
  #unquote(
    bytes: Uint8Array,
    from: number,
    stop: number,
    out: Uint8Array,
    begin: number,
  ): number {
    const quote = this.#quote;
    let to = begin;
    for (let at = from; at < stop; at += 1) {
      const code = bytes[at]!;
      if (code === quote) {
        if (at + 1 >= stop || bytes[at + 1] !== quote) {
          this.#to = to;
          return at;
        }
        at += 1;
      }
      out[to] = code;
      to += 1;
    }
    return -1;
  }

  /** Reads a number that is a whole field, and gives where that ends; -1 if it is none, or one that takes more care. */
  #number(bytes: Uint8Array, from: number, stop: number): number {
    const at = this.#numbers.read(bytes, from, stop);
    if (at < 0) return -1;
    const code = bytes[at]!;
    if (code === this.#delimiter || code === this.#newline) return at;
    return code === carriageReturn && bytes[at + 1] === this.#newline
      ? at + 1
      : -1;
  }

  /** The same of a number in quotes; where these are closed. */
  #quotedNumber(bytes: Uint8Array, from: number, stop: number): number {
    const at = this.#numbers.read(bytes, from, stop);
    return at >= 0 && bytes[at] === this.#quote && bytes[at + 1] !== this.#quote
      ? at
      : -1;
  }

  /** Where `true` or `false` ends that is a whole field; -1 if there is neither, or one that takes more care. */
  #boolean(bytes: Uint8Array, from: number, stop: number): number {
    const at = endOfBoolean(bytes, from, stop);
    if (at < 0 || at >= stop) return -1;
    const code = bytes[at]!;
    if (code === this.#delimiter || code === this.#newline) return at;
    return code === carriageReturn && bytes[at + 1] === this.#newline
      ? at + 1
      : -1;
  }

  /** Writes the number that was read, and gives its serial type; -1 if the line is bad. */
  #putNumber(writer: RecordWriter, field: number, to: number): number {
    const { value } = this.#numbers;
    const type = this.types[field]!;
    if (type !== "number" && !this.#takesNumber(field, type, value)) return -1;
    const serial =
      value === (value | 0)
        ? serialOfSmall(value)
        : Math.floor(value) !== value
          ? 7
          : writer.serialOf(value);
    this.#to = writer.putNumber(to, value, serial);
    return serial;
  }

  /** Whether a column takes a number that has not held numbers alone so far; it may get another type. */
  #takesNumber(field: number, type: ColumnType, value: number): boolean {
    if (type === "INTEGER") return Number.isSafeInteger(value);
    if (type === "empty" || type === "boolean") {
      // What was a boolean before is a text now; it is all written once more.
      this.types[field] = type === "empty" ? "number" : "text";
      this.hasChanged = true;
    }
    return true;
  }

  /** The serial type of a field that was written as text though its column has none so far; -1 if the line is bad. */
  #retype(
    writer: RecordWriter,
    field: number,
    begin: number,
    end: number,
  ): number {
    const type = this.types[field]!;
    const asText = (end - begin) * 2 + 13;
    this.#to = end;
    const isEmpty = begin === end;
    if (isEmpty && type === "empty") return asText;
    let value: number | bigint | undefined;
    if (!isEmpty) {
      if (
        type === "boolean" &&
        endOfBoolean(writer.bytes, begin, end) === end
      ) {
        this.#to = begin;
        return serialOfBoolean(writer.bytes[begin]!);
      }
      const text = decodeField(writer.bytes, begin, end).trim();
      if (type === "INTEGER" || type === "REAL") {
        if (text) {
          value = toDeclared(text, type);
          if (value === undefined) return -1;
        }
      } else {
        value = toNumber(text);
        const flag = value === undefined ? toBoolean(text) : undefined;
        if (flag !== undefined) value = Number(flag);
        const kind =
          value === undefined
            ? "text"
            : flag === undefined
              ? "number"
              : "boolean";
        const is = type === "empty" || type === kind ? kind : "text";
        if (is !== type) {
          this.types[field] = is;
          // What has nothing in it is a text already.
          if (type !== "empty" || is !== "text") this.hasChanged = true;
          if (is === "text") return asText;
        }
      }
    }
    this.#to = begin;
    if (value === undefined) return 0;
    const serial = writer.serialOf(value);
    this.#to = writer.put(begin, value, serial);
    return serial;
  }
}
