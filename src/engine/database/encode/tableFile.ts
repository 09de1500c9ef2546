import type { ColumnValues, RowBatch } from "../../protocol.ts";
import type { ColumnType } from "../columnTypes.ts";
import { storeColumn } from "./storedColumn.ts";
import { serialOfText, sizeOfVarint, writeVarint } from "./serialTypes.ts";
import {
  encodedPageSize,
  mostPages,
  TablePages,
  type Child,
} from "./tablePages.ts";

/** A column of a {@link TableFile}. */
export interface FileColumn {
  type: ColumnType;
  /** Its values in a batch. */
  of: (batch: RowBatch) => ColumnValues | undefined;
}

/** What the one table of the file is called; no user's table is likely to be. */
export const fileTable = "flowbook rows";

/** The page in which SQLite keeps its locks, and nothing else. */
const lockPage = 0x40000000 / encodedPageSize + 1;

/**
 * An SQLite file of one table with the rows of batches, that is never there as a whole: the pages of a batch are made when the
 * first of them is read, in the place of those of the batch before. SQLite reads a table from its first row to its last, so each
 * batch is encoded once; one that is read again is encoded again.
 *
 * Page 1 has the schema, page 2 is the root of the table. Each batch has a range of page numbers in which its rows have room in
 * any case; numbers that are left over are never read.
 */
export class TableFile {
  readonly size: number;
  readonly #columns: readonly FileColumn[];
  #batches: readonly RowBatch[];
  /** The first page of each batch, and the number of its first row. */
  readonly #bases: number[] = [];
  readonly #firstRows: number[] = [];
  readonly #schemaPage: Uint8Array;
  readonly #root = new TablePages();
  #pages: TablePages | undefined = new TablePages();
  #current = -1;
  /** How many times a batch was encoded. */
  encodings = 0;

  /** The batches must have rows. */
  constructor(columns: readonly FileColumn[], batches: readonly RowBatch[]) {
    this.#columns = columns;
    this.#batches = batches;
    const children: Child[] = [];
    // The pages above the batches are fewer than those, as each has at least two below it; above one batch there is none.
    let base = batches.length > 1 ? 2 + batches.length : 2;
    let row = 1;
    for (const batch of batches) {
      const pages = mostPages(batch.rows, mostBytes(batch, columns.length));
      if (base <= lockPage && lockPage < base + pages) base = lockPage + 1;
      this.#bases.push(base);
      this.#firstRows.push(row);
      row += batch.rows;
      children.push({ page: base, lastRow: row - 1 });
      base += pages;
    }
    if (children.length > 1) this.#root.join(children, 2);
    this.#schemaPage = makeSchemaPage(columns, base);
    this.size = base * encodedPageSize;
  }

  /** Fills `target` from `offset` on. SQLite reads whole pages, and parts of the first. */
  read(target: Uint8Array, offset: number): number {
    const page = Math.floor(offset / encodedPageSize) + 1;
    const from = offset % encodedPageSize;
    target.set(this.#page(page).subarray(from, from + target.length));
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
    this.#batches = [];
    this.#pages = undefined;
  }

  #page(number: number): Uint8Array {
    if (number === 1) return this.#schemaPage;
    const above = this.#root.page(number);
    if (above) return above;
    const pages = this.#pages;
    if (!pages) throw new Error("The rows are loaded already.");
    const index = this.#batchOf(number);
    if (index !== this.#current) this.#encode(pages, index);
    const page = pages.page(number);
    if (!page) throw new Error(`The rows have no page ${number}.`);
    return page;
  }

  #encode(pages: TablePages, index: number): void {
    this.#current = -1;
    const batch = this.#batches[index]!;
    pages.encode(
      this.#columns.map(({ type, of }) =>
        storeColumn(of(batch), batch.rows, type),
      ),
      batch.rows,
      this.#firstRows[index]!,
      this.#bases[index]!,
    );
    this.#current = index;
    this.encodings += 1;
  }

  /** The last batch that begins at this page or before. */
  #batchOf(page: number): number {
    let low = 0;
    let high = this.#bases.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#bases[middle]! <= page) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** More bytes than the rows of the batch take when they are stored in so many columns. */
function mostBytes({ values, rows }: RowBatch, columns: number): number {
  // A number as text has at most 25 characters, and a value at most 9 bytes in the header.
  let size = rows * columns * 34;
  for (const column of values)
    if (!(column instanceof Float64Array)) size += column.bytes.length;
  return size;
}

/**
 * Columns are declared without constraints, so SQLite checks those of the table that the rows go to; a column that is ANY has no
 * type, so SQLite applies the affinity there.
 */
function makeSchemaPage(
  columns: readonly FileColumn[],
  pageCount: number,
): Uint8Array {
  const names = columns.map(({ type }, index) =>
    `c${index.toString(36)} ${type === "ANY" ? "" : type === "INTEGER" ? "INT" : type}`.trim(),
  );
  const encoder = new TextEncoder();
  const texts = [
    "table",
    fileTable,
    fileTable,
    `CREATE TABLE "${fileTable}" (${names.join(",")})`,
  ].map((text) => encoder.encode(text));
  const page = new Uint8Array(encodedPageSize);
  const view = new DataView(page.buffer);
  page.set(encoder.encode("SQLite format 3\0"));
  view.setUint16(16, encodedPageSize);
  page.set([1, 1, 0, 64, 32, 32], 18);
  view.setUint32(24, 1);
  view.setUint32(28, pageCount);
  view.setUint32(40, 1);
  view.setUint32(44, 4);
  view.setUint32(56, 1);
  view.setUint32(92, 1);
  view.setUint32(96, 3_054_001);

  // type, name, tbl_name, rootpage (2, in one byte), sql
  const serials = texts.map(({ length }) => serialOfText(length));
  serials.splice(3, 0, 1);
  const types = serials.reduce((sum, each) => sum + sizeOfVarint(each), 0);
  const header = types + 1;
  const size = header + texts.reduce((sum, { length }) => sum + length, 1);
  const content = encodedPageSize - sizeOfVarint(size) - 1 - size;
  if (content < 110)
    throw new Error("The schema does not fit on the first page.");
  page[100] = 13;
  view.setUint16(103, 1);
  view.setUint16(105, content);
  view.setUint16(108, content);
  let at = writeVarint(page, content, size);
  at = writeVarint(page, at, 1);
  for (const value of [header, ...serials]) at = writeVarint(page, at, value);
  for (const [index, text] of texts.entries()) {
    if (index === 3) {
      page[at] = 2;
      at += 1;
    }
    page.set(text, at);
    at += text.length;
  }
  return page;
}
