import type { CheckedBatch } from "../../records/checkRecords.ts";
import { sizeOfVarint, writeVarint } from "../../records/serialTypes.ts";
import {
  localSize,
  lockedPage,
  mostLocal,
  putNumber,
  tableInterior,
  tableLeaf,
  writePageHeader,
} from "./pageFormat.ts";

/** What stands on a page, which is put together when it is read. */
export type Page =
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
  | InteriorPage;

/** A page above others. */
export interface InteriorPage {
  type: "interior";
  children: readonly Child[];
}

/** A page below another, and the last row in it. */
export interface Child {
  page: number;
  lastRow: number;
}

/**
 * The pages of one table with the rows of batches. The cells are what the batches hold (recordWriter.ts), and a page is laid out
 * around them when it is wanted. All that SQLite goes by is made here; what comes from a notebook is the inside of records, which
 * was checked.
 *
 * https://sqlite.org/fileformat2.html#b_tree_pages
 */
export class TablePages {
  readonly #pageSize: number;
  /** The number of the first page that is not taken from elsewhere. */
  readonly #first: number;
  /** From the first on; undefined where SQLite keeps its locks. */
  readonly #pages: (Page | undefined)[] = [];
  /** The pages that are taken from elsewhere. */
  readonly #taken = new Map<number, Page>();
  readonly #take: () => number | undefined;

  /** Pages have the numbers that `take` gives; once it gives none, those from `first` on. */
  constructor(
    pageSize: number,
    first: number,
    take: () => number | undefined = () => undefined,
  ) {
    this.#pageSize = pageSize;
    this.#first = first;
    this.#take = take;
  }

  /** The number behind that of the last page. */
  get next(): number {
    return this.#first + this.#pages.length;
  }

  page(number: number): Page | undefined {
    return this.#pages[number - this.#first] ?? this.#taken.get(number);
  }

  /** All pages, each with its number. */
  *all(): Generator<[number, Page]> {
    yield* this.#taken;
    for (const [at, page] of this.#pages.entries())
      if (page) yield [this.#first + at, page];
  }

  /** Adds the leaves of a batch that stands behind so many rows. */
  addLeaves(batch: CheckedBatch, before: number, leaves: Child[]): void {
    const { starts, rows } = batch;
    const room = this.#pageSize - 8;
    const longest = mostLocal(this.#pageSize);
    const add = (page: Page, last: number) =>
      leaves.push({ page: this.add(page), lastRow: before + last + 1 });
    let from = 0;
    let left = room;
    const closeLeaf = (to: number) => {
      if (from < to) add({ type: "leaf", batch, from, to }, to - 1);
      from = to;
      left = room;
    };
    for (let row = 0; row < rows; row += 1) {
      const cell = starts[row + 1]! - starts[row]!;
      // Of a cell this long, the record itself may be too long.
      if (cell > longest && this.#addLong(batch, row, closeLeaf, add)) {
        from = row + 1;
        continue;
      }
      if (cell + 2 > left) closeLeaf(row);
      left -= cell + 2;
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
    const local = localSize(this.#pageSize, end - begin);
    if (local === end - begin) return false;
    closeLeaf(row);
    const room = this.#pageSize - 4;
    let next = 0;
    // From the end on, as each page names the next.
    const first = begin + local;
    const parts = Math.ceil((end - first) / room);
    for (let part = parts - 1; part >= 0; part -= 1) {
      const from = first + part * room;
      const bytes = records.subarray(from, Math.min(from + room, end));
      next = this.add({ type: "overflow", bytes, next });
    }
    add({ type: "long", batch, row, local, next }, row);
    return true;
  }

  /** Adds a page; gives its number. */
  add(page: Page): number {
    const number = this.#take();
    if (number !== undefined) {
      this.#taken.set(number, page);
      return number;
    }
    if (this.next === lockedPage(this.#pageSize)) this.#pages.push(undefined);
    this.#pages.push(page);
    return this.next - 1;
  }
}

/**
 * The root above leaves, of which there must be more than one; `add` takes the pages between them. Pages of one level are full, so
 * that those of the first leaves stay the same when others come behind; only the last two share what is left, so that none has a
 * single child, which SQLite takes for damage.
 */
export function stackPages(
  pageSize: number,
  leaves: readonly Child[],
  add: (page: InteriorPage) => number,
): Page {
  let level = leaves;
  // A cell has at most 4 + 9 bytes and 2 for its pointer.
  const fanout = Math.floor((pageSize - 12) / 15);
  while (level.length > fanout) {
    const above: Child[] = [];
    for (let from = 0; from < level.length;) {
      const left = level.length - from;
      const isShared = left > fanout && left < fanout * 2;
      const to = from + (isShared ? Math.ceil(left / 2) : fanout);
      const children = level.slice(from, to);
      from = to;
      const page = add({ type: "interior", children });
      above.push({ page, lastRow: children.at(-1)!.lastRow });
    }
    level = above;
  }
  return { type: "interior", children: level };
}

/** Lays a page out in all of `target`; what is between its cells and their pointers stays as it was. */
export function fillPage(target: Uint8Array, page: Page): void {
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

/** Where the record of a cell begins: behind its size and the number of the row. */
function recordStart(records: Uint8Array, cell: number): number {
  let at = cell;
  while (records[at]! >= 128) at += 1;
  at += 1;
  while (records[at]! >= 128) at += 1;
  return at + 1;
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
  const content = target.length - (end - begin);
  writePageHeader(target, tableLeaf, to - from, content);
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
  const content = target.length - (end - begin) - 4;
  writePageHeader(target, tableLeaf, 1, content);
  target[8] = content >> 8;
  target[9] = content;
  target.set(records.subarray(begin, end), content);
  putNumber(target, target.length - 4, next);
}

function fillInterior(target: Uint8Array, children: readonly Child[]): void {
  const cells = children.length - 1;
  let content = target.length;
  for (let index = 0; index < cells; index += 1) {
    const { page, lastRow } = children[index]!;
    content -= 4 + sizeOfVarint(lastRow);
    putNumber(target, content, page);
    writeVarint(target, content + 4, lastRow);
    target[12 + index * 2] = content >> 8;
    target[13 + index * 2] = content;
  }
  writePageHeader(target, tableInterior, cells, content);
  putNumber(target, 8, children[cells]!.page);
}
