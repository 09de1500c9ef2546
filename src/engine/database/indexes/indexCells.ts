import { pageSize } from "../../../core/pages.ts";
import {
  serialOfInteger,
  sizeOfSerial,
  writeVarint,
} from "../../records/serialTypes.ts";
import { longestEntry, writeInteger, type KeyColumn } from "./keyColumn.ts";

/** A column of an index. */
export interface Key {
  column: KeyColumn;
  /** Of each row, in the order of the index, a word that holds the place of its value among those of the column. */
  words: Uint32Array;
  /** The place is the word by this, up to how many different ones there are. */
  divisor: number;
  different: number;
  /** The values by their places; undefined if only the row tells which of some that are equal it has. */
  values: Uint32Array | undefined;
}

/** The entries of an index. */
export interface Entries {
  keys: readonly Key[];
  /** In the order of the index. */
  rows: Uint32Array;
  /** The numbers of the rows, or undefined if they are numbered from 1 on. */
  numbers: Float64Array | undefined;
}

/** So many entries are looked up at once: that they are all over the memory costs less, as none of them waits for another. */
const atOnce = 256;
/** So many values are near to the processor, once they have been used. */
const nearValues = 4096;

/** From this length on, bytes are copied by a call. */
const longCell = 100;
/** By serial type: from where to where the numbers of rows are that have it. */
const ranges: Readonly<Record<number, readonly [number, number]>> = {
  1: [2, 0x7f],
  2: [0x80, 0x7fff],
  3: [0x8000, 0x7fffff],
  4: [0x800000, 0x7fffffff],
  5: [0x80000000, 0x7fffffffffff],
  6: [0x800000000000, Number.MAX_SAFE_INTEGER],
  8: [0, 0],
  9: [1, 1],
};

/** The cells of entries, as they stand on a leaf. */
export class Cells {
  readonly #entries: Entries;
  /** The entries that were looked up: from one to before another. */
  #from = 0;
  #to = 0;
  readonly #atOnce: number;
  readonly #numbers: Float64Array;
  /** Their values, by column. */
  readonly #ids: readonly Uint32Array[];
  /** Of the cell: its values, and its number and how that is written. */
  readonly #last: number[];
  #at = 0;
  #number = 0;
  #numberSize = 0;
  /** Numbers from one to another are written in as many bytes. */
  #least = 0;
  #most = -1;
  /** What stands before the number. */
  readonly #bytes = new Uint8Array(pageSize);
  readonly #view = new DataView(this.#bytes.buffer);
  #numberAt = 0;
  /** What was read only to have it near. */
  touched = 0;

  constructor(entries: Entries, count = atOnce) {
    this.#entries = entries;
    this.#atOnce = count;
    this.#numbers = new Float64Array(count);
    this.#ids = entries.keys.map(() => new Uint32Array(count));
    this.#last = entries.keys.map(() => -1);
  }

  /** Goes to the cell of an entry; gives its size. */
  find(entry: number): number {
    if (entry < this.#from || entry >= this.#to) this.#lookUp(entry);
    const at = entry - this.#from;
    this.#at = at;
    const number = this.#numbers[at]!;
    this.#number = number;
    let isOther = number < this.#least || number > this.#most;
    const ids = this.#ids;
    const last = this.#last;
    for (let index = 0; index < ids.length; index += 1) {
      const id = ids[index]![at]!;
      if (id === last[index]) continue;
      last[index] = id;
      isOther = true;
    }
    if (isOther) this.#writeValues(number);
    return this.#numberAt + this.#numberSize;
  }

  /** Writes the cell. */
  write(target: Uint8Array, at: number): void {
    const bytes = this.#bytes;
    const numberAt = this.#numberAt;
    if (numberAt > longCell) target.set(bytes.subarray(0, numberAt), at);
    else
      for (let byte = 0; byte < numberAt; byte += 1)
        target[at + byte] = bytes[byte]!;
    writeInteger(target, at + numberAt, this.#number, this.#numberSize);
  }

  /**
   * Writes the cell behind which `end` is, and before it those of entries that follow and differ in their numbers only, up to so
   * many; gives how many it has written. `pointer` is where the pointers to them go.
   */
  writeAlike(
    target: Uint8Array,
    end: number,
    pointer: number,
    most: number,
  ): number {
    const size = this.#numberAt + this.#numberSize;
    if (size > longCell || this.#numberSize > 4) {
      this.write(target, end - size);
      putPointer(target, pointer, end - size);
      return 1;
    }
    const first = this.#at;
    const to = Math.min(first + most, this.#to - this.#from);
    const view = new DataView(target.buffer);
    const values = this.#view;
    // There are four bytes at least.
    const tail = this.#numberAt - 4;
    const last = values.getInt32(tail);
    const least = this.#least;
    const greatest = this.#most;
    const numbers = this.#numbers;
    let behind = end;
    let at = first;
    for (; at < to; at += 1) {
      const number = numbers[at]!;
      if (at > first) {
        if (number < least || number > greatest) break;
        if (!this.#hasSameValues(at)) break;
      }
      const content = behind - size;
      // What is too many of the four bytes stands before the number, and is written over.
      view.setInt32(behind - 4, number);
      for (let byte = 0; byte < tail; byte += 4)
        view.setInt32(content + byte, values.getInt32(byte));
      view.setInt32(content + tail, last);
      view.setUint16(pointer + (at - first) * 2, content);
      behind = content;
    }
    return at - first;
  }

  #hasSameValues(at: number): boolean {
    const ids = this.#ids;
    const last = this.#last;
    for (let index = 0; index < ids.length; index += 1)
      if (ids[index]![at] !== last[index]) return false;
    return true;
  }

  #writeValues(number: number): void {
    const bytes = this.#bytes;
    const { keys } = this.#entries;
    const last = this.#last;
    // The size of the header counts itself.
    let types = 2;
    let values = 0;
    for (let index = 0; index < keys.length; index += 1) {
      const type = keys[index]!.column.serials[last[index]!]!;
      types += type < 128 ? 1 : 2;
      values += sizeOfSerial(type);
    }
    if (types >= 128) types += 1;
    const serial = serialOfInteger(number);
    this.#numberSize = sizeOfSerial(serial);
    [this.#least, this.#most] = ranges[serial]!;
    const size = types + values + this.#numberSize;
    if (size > longestEntry(pageSize)) throw new Error("An entry is too long.");
    let at = writeVarint(bytes, 0, size);
    at = writeVarint(bytes, at, types);
    for (let index = 0; index < keys.length; index += 1)
      at = writeVarint(bytes, at, keys[index]!.column.serials[last[index]!]!);
    bytes[at] = serial;
    at += 1;
    for (let index = 0; index < keys.length; index += 1) {
      const { column } = keys[index]!;
      const id = last[index]!;
      const source = column.bytes;
      const from = column.starts[id]!;
      const length = sizeOfSerial(column.serials[id]!);
      for (let byte = 0; byte < length; byte += 1)
        bytes[at + byte] = source[from + byte]!;
      at += length;
    }
    this.#numberAt = at;
  }

  #lookUp(from: number): void {
    const { keys, numbers, rows } = this.#entries;
    const to = Math.min(from + this.#atOnce, rows.length);
    this.#from = from;
    this.#to = to;
    if (numbers)
      for (let entry = from; entry < to; entry += 1)
        this.#numbers[entry - from] = numbers[rows[entry]!]!;
    else
      for (let entry = from; entry < to; entry += 1)
        this.#numbers[entry - from] = rows[entry]! + 1;
    for (const [index, key] of keys.entries()) {
      const ids = this.#ids[index]!;
      findValues(key, rows, from, to, ids);
      if (key.column.count > nearValues)
        this.touched += touch(key.column, ids, to - from);
    }
  }
}

/** Finds the values that entries have of a column. */
function findValues(
  { column, words, divisor, different, values }: Key,
  rows: Uint32Array,
  from: number,
  to: number,
  ids: Uint32Array,
): void {
  if (!values)
    for (let entry = from; entry < to; entry += 1)
      ids[entry - from] = column.ids[rows[entry]!]!;
  else
    for (let entry = from, last = -1, id = 0; entry < to; entry += 1) {
      const word = words[entry]!;
      if (word !== last) id = values[Math.floor(word / divisor) % different]!;
      last = word;
      ids[entry - from] = id;
    }
}

function touch(
  { bytes, serials, starts }: KeyColumn,
  ids: Uint32Array,
  count: number,
): number {
  let sum = 0;
  for (let at = 0; at < count; at += 1) {
    const id = ids[at]!;
    sum = (sum + serials[id]! + (bytes[starts[id]!] ?? 0)) | 0;
  }
  return sum;
}

/** Writes where on its page a cell is. */
export function putPointer(
  page: Uint8Array,
  at: number,
  content: number,
): void {
  page[at] = content >> 8;
  page[at + 1] = content;
}
