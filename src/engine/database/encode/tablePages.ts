/**
 * Rows as pages of an SQLite table: a b-tree of its own for each batch, which hangs as one child under the root of the table.
 *
 * https://sqlite.org/fileformat2.html#b_tree_pages
 */
import type { StoredColumn } from "./storedColumn.ts";
import {
  serialDouble,
  sizeOfSerial,
  sizeOfVarint,
  writeVarint,
} from "./serialTypes.ts";

/** Large enough for the schema of a table of 2,000 columns on page 1. */
export const encodedPageSize = 32_768;

/** Up to this many bytes of a record stay in its cell; of a longer one at least so many. */
const mostLocal = encodedPageSize - 35;
const leastLocal = Math.floor(((encodedPageSize - 12) * 32) / 255) - 23;
const overflowRoom = encodedPageSize - 4;
/** SQLite keeps no longer row. */
const longestRecord = 1_000_000_000;
/** From this length on a text is copied by one call. */
const longCopy = 64;

const interiorPage = 5;
const leafPage = 13;

/** A page below another, and the last row in it. */
export interface Child {
  page: number;
  lastRow: number;
}

/** More pages than these rows can take; `bytes` are those of all values. */
export function mostPages(rows: number, bytes: number): number {
  return 3 * rows + Math.ceil(bytes / overflowRoom) + 3;
}

/** Writes pages one after the other into a buffer that is used again for the next batch. */
export class TablePages {
  #pages = new Uint8Array(encodedPageSize * 64);
  #view = new DataView(this.#pages.buffer);
  #count = 0;
  /** The number of the first page in the file, from 1. */
  #base = 0;
  #record = new Uint8Array(0);

  /** The bytes of a page of the file, if it was written. */
  page(number: number): Uint8Array | undefined {
    const index = number - this.#base;
    if (index < 0 || index >= this.#count) return undefined;
    const from = index * encodedPageSize;
    return this.#pages.subarray(from, from + encodedPageSize);
  }

  /** Makes pages of the rows, from page `base` on, which is the root of their tree. */
  encode(
    columns: readonly StoredColumn[],
    rows: number,
    firstRow: number,
    base: number,
  ): void {
    this.#base = base;
    this.#count = 0;
    this.#addPage();
    const { headers, bodies } = measure(columns, rows);
    const children: Child[] = [];
    let page = -1;
    let start = 0;
    let content = 0;
    let cells = 0;
    const closeLeaf = (lastRow: number) => {
      if (page < 0) return;
      this.#writePageHeader(start, leafPage, cells, content);
      children.push({ page: this.#base + page, lastRow });
    };
    for (let row = 0; row < rows; row += 1) {
      const header = withOwnSize(headers[row]!);
      const size = header + bodies[row]!;
      if (size > longestRecord) throw new Error("string or blob too big");
      const local = localSize(size);
      const rowid = firstRow + row;
      const cell =
        sizeOfVarint(size) +
        sizeOfVarint(rowid) +
        local +
        (local < size ? 4 : 0);
      if (page < 0 || start + 8 + cells * 2 + 2 + cell > content) {
        closeLeaf(rowid - 1);
        page = this.#addPage();
        start = page * encodedPageSize;
        content = start + encodedPageSize;
        cells = 0;
      }
      content -= cell;
      this.#view.setUint16(start + 8 + cells * 2, content - start);
      cells += 1;
      let at = writeVarint(this.#pages, content, size);
      at = writeVarint(this.#pages, at, rowid);
      if (local === size)
        writeRecord(this.#pages, this.#view, at, columns, row, header);
      else this.#writeLongRecord(at, columns, row, header, size, local);
    }
    closeLeaf(firstRow + rows - 1);
    // An interior page must have a cell, so above one leaf there can be none: it is the root itself.
    if (children.length > 1) this.#writeInterior(children);
    else this.#pages.copyWithin(0, start, start + encodedPageSize);
  }

  /** Makes the interior pages from page `base` on, which is their root, over what is below: two children or more. */
  join(children: readonly Child[], base: number): void {
    this.#base = base;
    this.#count = 0;
    this.#addPage();
    this.#writeInterior(children);
  }

  #addPage(): number {
    const index = this.#count;
    this.#count += 1;
    const needed = this.#count * encodedPageSize;
    if (needed > this.#pages.length) {
      const larger = new Uint8Array(this.#pages.length * 2);
      larger.set(this.#pages);
      this.#pages = larger;
      this.#view = new DataView(larger.buffer);
    }
    return index;
  }

  #writePageHeader(
    at: number,
    kind: number,
    cells: number,
    content: number,
  ): void {
    this.#pages[at] = kind;
    this.#view.setUint16(at + 1, 0);
    this.#view.setUint16(at + 3, cells);
    this.#view.setUint16(at + 5, content - at);
    this.#pages[at + 7] = 0;
  }

  /** A record that does not fit in a cell: its end goes to a chain of pages. */
  #writeLongRecord(
    at: number,
    columns: readonly StoredColumn[],
    row: number,
    header: number,
    size: number,
    local: number,
  ): void {
    if (size > this.#record.length) this.#record = new Uint8Array(size);
    const record = this.#record;
    writeRecord(record, new DataView(record.buffer), 0, columns, row, header);
    this.#pages.set(record.subarray(0, local), at);
    let link = at + local;
    for (let done = local; done < size; done += overflowRoom) {
      const page = this.#addPage();
      this.#view.setUint32(link, this.#base + page);
      link = page * encodedPageSize;
      this.#pages.set(
        record.subarray(done, Math.min(done + overflowRoom, size)),
        link + 4,
      );
    }
    this.#view.setUint32(link, 0);
  }

  /** Writes a tree over the children, with its root at the first page, which is there already. */
  #writeInterior(children: readonly Child[]): void {
    let level = children;
    // A cell has at most 4 + 9 bytes and 2 for its pointer.
    const fanout = Math.floor((encodedPageSize - 12) / 15);
    while (level.length > fanout) {
      const above: Child[] = [];
      for (let from = 0; from < level.length; from += fanout) {
        const part = level.slice(from, from + fanout);
        // Not all leaves need to be equally deep for one who only reads.
        if (part.length === 1) above.push(...part);
        else {
          const page = this.#addPage();
          this.#writeInteriorPage(page, part);
          const { lastRow } = part.at(-1)!;
          above.push({ page: this.#base + page, lastRow });
        }
      }
      level = above;
    }
    this.#writeInteriorPage(0, level);
  }

  #writeInteriorPage(page: number, children: readonly Child[]): void {
    const start = page * encodedPageSize;
    let content = start + encodedPageSize;
    const cells = children.length - 1;
    for (let index = 0; index < cells; index += 1) {
      const child = children[index]!;
      content -= 4 + sizeOfVarint(child.lastRow);
      this.#view.setUint32(content, child.page);
      writeVarint(this.#pages, content + 4, child.lastRow);
      this.#view.setUint16(start + 12 + index * 2, content - start);
    }
    this.#writePageHeader(start, interiorPage, cells, content);
    this.#view.setUint32(start + 8, children[cells]!.page);
  }
}

/** Of each row, the bytes of its serial types and of its values. */
function measure(
  columns: readonly StoredColumn[],
  rows: number,
): { headers: Uint32Array; bodies: Float64Array } {
  const headers = new Uint32Array(rows);
  const bodies = new Float64Array(rows);
  for (const { serials } of columns)
    for (let row = 0; row < rows; row += 1) {
      const serial = serials[row]!;
      headers[row]! += serial < 128 ? 1 : sizeOfVarint(serial);
      bodies[row]! += sizeOfSerial(serial);
    }
  return { headers, bodies };
}

/** The size of a record's header, which counts itself. */
function withOwnSize(types: number): number {
  let size = types + 1;
  while (types + sizeOfVarint(size) !== size) size = types + sizeOfVarint(size);
  return size;
}

function localSize(size: number): number {
  if (size <= mostLocal) return size;
  const rest = leastLocal + ((size - leastLocal) % overflowRoom);
  return rest <= mostLocal ? rest : leastLocal;
}

/** Writes a row's record: its serial types, then its values. */
function writeRecord(
  target: Uint8Array,
  view: DataView,
  start: number,
  columns: readonly StoredColumn[],
  row: number,
  header: number,
): void {
  let at = writeVarint(target, start, header);
  let body = start + header;
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index]!;
    const serial = column.serials[row]!;
    if (serial < 128) {
      target[at] = serial;
      at += 1;
    } else at = writeVarint(target, at, serial);
    if (serial >= 12) {
      const { bytes } = column;
      const size = (serial - 12) >>> 1;
      let from = column.starts[row]!;
      if (size < longCopy)
        for (const end = body + size; body < end; body += 1, from += 1)
          target[body] = bytes[from]!;
      else {
        target.set(bytes.subarray(from, from + size), body);
        body += size;
      }
    } else if (serial === serialDouble) {
      view.setFloat64(body, column.numbers[row]!);
      body += 8;
    } else if (serial > 0 && serial < serialDouble)
      body = writeInteger(view, body, serial, column, row);
  }
}

function writeInteger(
  view: DataView,
  at: number,
  serial: number,
  { numbers, longs }: StoredColumn,
  row: number,
): number {
  const value = numbers[row]!;
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
    default:
      if (value === value) {
        view.setInt32(at, Math.floor(value / 0x100000000));
        view.setUint32(at + 4, value);
      } else view.setBigInt64(at, longs![row]!);
      return at + 8;
  }
}
