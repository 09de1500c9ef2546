/**
 * Reads columns of a table from the pages of its file. What no table that SQLite has written can have throws: it is SQLite that
 * says what is wrong with the file.
 *
 * https://sqlite.org/fileformat2.html#b_tree_pages
 */
import { pageSize } from "../../../core/pages.ts";
import { serialOfText, sizeOfSerial } from "../../records/serialTypes.ts";
import {
  localSize,
  mostLocal,
  tableInterior,
  tableLeaf,
} from "../encode/pageFormat.ts";
import type { VfsFile } from "../pageVfs.ts";
import {
  longestEntry,
  makeSource,
  type KeyColumn,
  type Source,
} from "./keyColumn.ts";

const longestLocal = mostLocal(pageSize);
/** What stands so far behind the beginning of a record is left to SQLite. */
const mostRead = 16 * 1024 * 1024;

/** The pages that hold the rows of a table, in the order of its rows. */
export interface Leaves {
  pages: readonly number[];
  rows: number;
}

/** Finds the leaves of a table. */
export function findLeaves(file: VfsFile, root: number): Leaves {
  const most = file.size / pageSize;
  const page = new Uint8Array(pageSize);
  let level = [root];
  for (;;) {
    readPage(file, level[0]!, page);
    if (page[0] === tableLeaf) break;
    const children: number[] = [];
    for (const number of level) {
      readPage(file, number, page);
      if (page[0] !== tableInterior) throw damaged();
      const cells = readShort(page, 3);
      for (let cell = 0; cell < cells; cell += 1)
        children.push(readNumber(page, readShort(page, 12 + cell * 2)));
      children.push(readNumber(page, 8));
    }
    // More pages than there are: the tree runs in a circle.
    if (children.length > most) throw damaged();
    level = children;
  }
  let rows = 0;
  const header = page.subarray(0, 5);
  for (const number of level) {
    readPage(file, number, header);
    if (header[0] !== tableLeaf) throw damaged();
    rows += readShort(header, 3);
  }
  return { pages: level, rows };
}

/** Which columns of a table are wanted. */
export interface Wanted {
  /** By their place in the table; undefined those that are not wanted. */
  columns: readonly (KeyColumn | undefined)[];
  /** Those of which a value that was never written is not NULL. */
  hasDefault: readonly boolean[];
  /** The column that is the number of the row. */
  rowid: KeyColumn | undefined;
}

/** Reads columns of all rows; gives the numbers of the rows, or undefined if they are numbered from 1 on. */
export function readColumns(
  file: VfsFile,
  { pages, rows }: Leaves,
  { columns, hasDefault, rowid }: Wanted,
): Float64Array | undefined {
  const leafSource = makeSource(pageSize);
  const whole = leafSource.bytes.subarray(0, pageSize);
  const page = leafSource.bytes;
  const long = new LongRecord(file);
  const count = columns.length;
  let numbers: Float64Array | undefined;
  let row = 0;
  let last = -1;
  for (const leaf of pages) {
    readPage(file, leaf, whole);
    if (page[0] !== tableLeaf) throw damaged();
    const cells = readShort(page, 3);
    if (row + cells > rows) throw damaged();
    for (let cell = 0; cell < cells; cell += 1, row += 1) {
      const pointer = 8 + cell * 2;
      let at = (page[pointer]! << 8) | page[pointer + 1]!;
      const begin = at;
      let size = 0;
      let byte: number;
      do {
        byte = page[at]!;
        at += 1;
        size = size * 128 + (byte & 127);
      } while (byte >= 128);
      let number = 0;
      do {
        byte = page[at]!;
        at += 1;
        number = number * 128 + (byte & 127);
      } while (byte >= 128);
      // Numbers below 0 have nine bytes.
      if (at - begin > 12 || number <= last || number > 0xfffffffffffff)
        throw unusual();
      last = number;
      if (numbers) numbers[row] = number;
      else if (number !== row + 1) {
        numbers = new Float64Array(rows);
        for (let before = 0; before < row; before += 1)
          numbers[before] = before + 1;
        numbers[row] = number;
      }
      if (rowid) rowid.addInteger(row, number);

      let from = leafSource;
      let source = page;
      let end = at + size;
      if (size > longestLocal) {
        long.begin(page, at, size);
        from = long.source;
        source = from.bytes;
        at = 0;
        end = size;
      } else if (!(end <= pageSize)) throw damaged();
      let value = at;
      let header = source[at]!;
      at += 1;
      if (header >= 128) {
        byte = source[at]!;
        at += 1;
        // A record of very many columns.
        if (byte >= 128) throw unusual();
        header = ((header & 127) << 7) | byte;
      }
      const headerEnd = value + header;
      value = headerEnd;
      if (headerEnd > end) throw damaged();
      if (source !== page) {
        from = long.reach(headerEnd);
        source = from.bytes;
      }
      for (let column = 0; column < count; column += 1) {
        const wanted = columns[column];
        if (at >= headerEnd) {
          if (wanted === undefined) continue;
          if (hasDefault[column]) throw unusual();
          wanted.add(row, from, 0, 0);
          continue;
        }
        let serial = source[at]!;
        at += 1;
        if (serial >= 128) {
          serial &= 127;
          do {
            byte = source[at]!;
            at += 1;
            serial = serial * 128 + (byte & 127);
          } while (byte >= 128);
          if (at > headerEnd) throw damaged();
        }
        const length = sizeOfSerial(serial);
        if (value + length > end || serial === 10 || serial === 11)
          throw damaged();
        if (wanted !== undefined) {
          if (serial > longestSerial) throw unusual();
          if (source !== page) {
            from = long.reach(value + length);
            source = from.bytes;
          }
          wanted.add(row, from, value, serial);
        }
        value += length;
      }
    }
  }
  if (row !== rows) throw damaged();
  return numbers;
}

const longestSerial = serialOfText(longestEntry(pageSize));

/** A record that goes on in other pages, which are read as far as they are wanted. */
class LongRecord {
  /** The record, from its beginning. */
  source = makeSource(pageSize * 2);
  readonly #file: VfsFile;
  readonly #page = new Uint8Array(pageSize);
  #end = 0;
  #next = 0;
  #size = 0;

  constructor(file: VfsFile) {
    this.#file = file;
  }

  /** The record begins on a page, and has so many bytes. */
  begin(page: Uint8Array, at: number, size: number): void {
    const local = localSize(pageSize, size);
    if (at + local + 4 > pageSize) throw damaged();
    this.source.bytes.set(page.subarray(at, at + local));
    this.#end = local;
    this.#size = size;
    this.#next = readNumber(page, at + local);
  }

  /** Sees to it that the bytes up to there have been read; gives what they are in now. */
  reach(end: number): Source {
    while (this.#end < end) {
      if (end > mostRead) throw unusual();
      readPage(this.#file, this.#next, this.#page);
      const count = Math.min(pageSize - 4, this.#size - this.#end);
      if (this.#end + count > this.source.bytes.length - 4) {
        const { bytes } = this.source;
        this.source = makeSource(bytes.length * 2);
        this.source.bytes.set(bytes);
      }
      this.source.bytes.set(this.#page.subarray(4, 4 + count), this.#end);
      this.#end += count;
      this.#next = readNumber(this.#page, 0);
    }
    return this.source;
  }
}

function readPage(file: VfsFile, number: number, target: Uint8Array): void {
  const offset = (number - 1) * pageSize;
  if (number < 2 || offset + pageSize > file.size) throw damaged();
  file.read(target, offset);
}

function readShort(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function readNumber(bytes: Uint8Array, at: number): number {
  return readShort(bytes, at) * 65536 + readShort(bytes, at + 2);
}

function damaged(): Error {
  return new Error("The table is damaged.");
}

function unusual(): Error {
  return new Error("The table has something that is left to SQLite.");
}
