import type { CheckedBatch } from "../../records/checkRecords.ts";
import { sizeOfVarint, writeVarint } from "../../records/serialTypes.ts";
import type { ColumnType } from "../columnTypes.ts";
import { encodedPageSize, makeSchemaPage } from "./schemaPage.ts";

/** Up to this many bytes of a record stay in its cell; of a longer one at least so many. */
const mostLocal = encodedPageSize - 35;
const leastLocal = Math.floor(((encodedPageSize - 12) * 32) / 255) - 23;
const overflowRoom = encodedPageSize - 4;
/** The page in which SQLite keeps its locks, and nothing else. */
const lockPage = 0x40000000 / encodedPageSize + 1;
const rootPage = 2;
const interiorPage = 5;
const leafPage = 13;

/** What stands on a page, which is put together when it is read. */
type Page =
  | { type: "leaf"; batch: CheckedBatch; from: number; to: number }
  /** A leaf of one row, of which only `local` bytes of the record stay on the page. */
  | {
      type: "long";
      batch: CheckedBatch;
      row: number;
      local: number;
      next: number;
    }
  /** A part of such a row; `next` is the page with what follows, or 0. */
  | { type: "overflow"; bytes: Uint8Array; next: number }
  | { type: "interior"; children: readonly Child[] };

/** A page below another, and the last row in it. */
interface Child {
  page: number;
  lastRow: number;
}

/** The pages of a file that goes on growing, as its schema page says: as many as 500 GB have. */
const mostPages = 1 << 24;

/**
 * An SQLite file of one table with the rows of batches. It is never there as a whole: the cells are what the batches hold
 * (recordWriter.ts), and a page is laid out around them when SQLite reads it.
 *
 * Page 1 has the schema, page 2 is the root of the table. All that SQLite goes by is made here; what comes from a notebook is the
 * inside of records, which was checked.
 *
 * The rows can be replaced by the next ones while the file is attached. All pages are new ones then but the root, of
 * which SQLite must keep no copy; {@link isRead} says whether it read the one that there is now.
 *
 * https://sqlite.org/fileformat2.html#b_tree_pages
 */
export class TableFile {
  readonly size: number;
  readonly #schema: Uint8Array;
  #root: Page | undefined;
  /** The pages from number `#first` on. */
  #pages: (Page | undefined)[] = [];
  #first = rootPage + 1;
  readonly #scratch = new Uint8Array(encodedPageSize);
  #isClosed = false;
  #isRead = false;

  /** The batches must have rows. */
  constructor(types: readonly ColumnType[], batches: readonly CheckedBatch[]) {
    this.#layOut(batches);
    this.#schema = makeSchemaPage(types, mostPages);
    this.size = mostPages * encodedPageSize;
  }

  /** Whether SQLite has read the rows that the file has now. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Puts other rows in the place of those that the file has. */
  replaceRows(batches: readonly CheckedBatch[]): void {
    this.#first = this.#next;
    this.#pages = [];
    this.#isRead = false;
    this.#layOut(batches);
    if (this.#next > mostPages) throw new Error("The load is too large.");
  }

  /** Fills `target` from `offset` on. SQLite reads whole pages, and parts of the first. */
  read(target: Uint8Array, offset: number): number {
    const number = Math.floor(offset / encodedPageSize) + 1;
    if (number > 1 && target.length === encodedPageSize)
      this.#fill(target, number);
    else {
      if (number > 1) this.#fill(this.#scratch, number);
      const from = offset % encodedPageSize;
      const page = number > 1 ? this.#scratch : this.#schema;
      target.set(page.subarray(from, from + target.length));
    }
    return target.length;
  }

  write(): void {
    throw new Error("The rows of a load cannot be changed.");
  }

  truncate(): void {
    this.write();
  }

  /** Lets the rows go. SQLite may read the schema again as long as the file is attached. */
  close(): void {
    this.#pages = [];
    this.#root = undefined;
    this.#isClosed = true;
  }

  /** The number of the page that is added next. */
  get #next(): number {
    return this.#first + this.#pages.length;
  }

  #layOut(batches: readonly CheckedBatch[]): void {
    const leaves: Child[] = [];
    let rows = 0;
    for (const batch of batches) {
      this.#addLeaves(batch, rows, leaves);
      rows += batch.rows;
    }
    this.#addRoot(leaves);
  }

  #addLeaves(batch: CheckedBatch, before: number, leaves: Child[]): void {
    const { starts, rows } = batch;
    const add = (page: Page, last: number) =>
      leaves.push({ page: this.#add(page), lastRow: before + last + 1 });
    let from = 0;
    let room = encodedPageSize - 8;
    const closeLeaf = (to: number) => {
      if (from < to) add({ type: "leaf", batch, from, to }, to - 1);
      from = to;
      room = encodedPageSize - 8;
    };
    for (let row = 0; row < rows; row += 1) {
      const cell = starts[row + 1]! - starts[row]!;
      // Of a cell this long, the record itself may be too long.
      if (cell > mostLocal && this.#addLong(batch, row, closeLeaf, add)) {
        from = row + 1;
        continue;
      }
      if (cell + 2 > room) closeLeaf(row);
      room -= cell + 2;
    }
    closeLeaf(rows);
  }

  /** Adds a row of its own if its record does not fit on a page. */
  #addLong(
    batch: CheckedBatch,
    row: number,
    closeLeaf: (to: number) => void,
    add: (page: Page, last: number) => void,
  ): boolean {
    const { records, starts } = batch;
    const end = starts[row + 1]!;
    const begin = recordStart(records, starts[row]!);
    const local = localSize(end - begin);
    if (local === end - begin) return false;
    closeLeaf(row);
    let next = 0;
    // From the end on, as each page names the next.
    const first = begin + local;
    const parts = Math.ceil((end - first) / overflowRoom);
    for (let part = parts - 1; part >= 0; part -= 1) {
      const from = first + part * overflowRoom;
      const bytes = records.subarray(from, Math.min(from + overflowRoom, end));
      next = this.#add({ type: "overflow", bytes, next });
    }
    add({ type: "long", batch, row, local, next }, row);
    return true;
  }

  #add(page: Page): number {
    if (this.#next === lockPage) this.#pages.push(undefined);
    this.#pages.push(page);
    return this.#next - 1;
  }

  /** Puts the pages above the leaves, up to the root. */
  #addRoot(leaves: readonly Child[]): void {
    // An interior page must have a cell, so above one leaf there can be none: it is the root itself.
    if (leaves.length === 1) {
      const [{ page }] = leaves as [Child];
      this.#root = this.#pages[page - this.#first];
      return;
    }
    let level = leaves;
    // A cell has at most 4 + 9 bytes and 2 for its pointer.
    const fanout = Math.floor((encodedPageSize - 12) / 15);
    while (level.length > fanout) {
      const above: Child[] = [];
      for (let from = 0; from < level.length; from += fanout) {
        const children = level.slice(from, from + fanout);
        // Not all leaves need to be equally deep for one who only reads.
        if (children.length === 1) above.push(...children);
        else {
          const page = this.#add({ type: "interior", children });
          above.push({ page, lastRow: children.at(-1)!.lastRow });
        }
      }
      level = above;
    }
    this.#root = { type: "interior", children: level };
  }

  #fill(target: Uint8Array, number: number): void {
    const page =
      number === rootPage ? this.#root : this.#pages[number - this.#first];
    if (number === rootPage) this.#isRead = true;
    if (!page)
      throw new Error(
        this.#isClosed
          ? "The rows are loaded already."
          : `The rows have no page ${number}.`,
      );
    switch (page.type) {
      case "leaf":
        return fillLeaf(target, page.batch, page.from, page.to);
      case "long":
        return fillLong(target, page);
      case "overflow":
        putNumber(target, 0, page.next);
        target.set(page.bytes, 4);
        return;
      case "interior":
        return fillInterior(target, page.children);
    }
  }
}

/** Where the record of a cell begins: behind its size and the number of the row. */
function recordStart(records: Uint8Array, cell: number): number {
  let at = cell;
  while (records[at]! >= 128) at += 1;
  at += 1;
  while (records[at]! >= 128) at += 1;
  return at + 1;
}

function localSize(size: number): number {
  if (size <= mostLocal) return size;
  const rest = leastLocal + ((size - leastLocal) % overflowRoom);
  return rest <= mostLocal ? rest : leastLocal;
}

/** The cells stand behind each other as they do in the batch; that the pointers to them ascend is as good as the reverse. */
function fillLeaf(
  target: Uint8Array,
  { records, starts }: CheckedBatch,
  from: number,
  to: number,
): void {
  const begin = starts[from]!;
  const end = starts[to]!;
  const content = encodedPageSize - (end - begin);
  writePageHeader(target, leafPage, to - from, content);
  const shift = content - begin;
  for (let row = from, at = 8; row < to; row += 1, at += 2) {
    const pointer = starts[row]! + shift;
    target[at] = pointer >> 8;
    target[at + 1] = pointer;
  }
  target.set(records.subarray(begin, end), content);
}

function fillLong(
  target: Uint8Array,
  { batch, row, local, next }: Extract<Page, { type: "long" }>,
): void {
  const { records, starts } = batch;
  const begin = starts[row]!;
  const end = recordStart(records, begin) + local;
  const content = encodedPageSize - (end - begin) - 4;
  writePageHeader(target, leafPage, 1, content);
  target[8] = content >> 8;
  target[9] = content;
  target.set(records.subarray(begin, end), content);
  putNumber(target, encodedPageSize - 4, next);
}

function fillInterior(target: Uint8Array, children: readonly Child[]): void {
  const cells = children.length - 1;
  let content = encodedPageSize;
  for (let index = 0; index < cells; index += 1) {
    const { page, lastRow } = children[index]!;
    content -= 4 + sizeOfVarint(lastRow);
    putNumber(target, content, page);
    writeVarint(target, content + 4, lastRow);
    target[12 + index * 2] = content >> 8;
    target[13 + index * 2] = content;
  }
  writePageHeader(target, interiorPage, cells, content);
  putNumber(target, 8, children[cells]!.page);
}

function writePageHeader(
  target: Uint8Array,
  kind: number,
  cells: number,
  content: number,
): void {
  target[0] = kind;
  target[1] = target[2] = 0;
  target[3] = cells >> 8;
  target[4] = cells;
  target[5] = content >> 8;
  target[6] = content;
  target[7] = 0;
}

/** Writes a number of four bytes, the highest first. */
function putNumber(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >> 16;
  target[at + 2] = value >> 8;
  target[at + 3] = value;
}
