import type { CheckedBatch } from "../../records/checkRecords.ts";
import type { ColumnType } from "../columnTypes.ts";
import { encodedPageSize, makeSchemaPage } from "./schemaPage.ts";
import {
  fillPage,
  stackPages,
  TablePages,
  type Child,
  type Page,
} from "./tablePages.ts";

const rootPage = 2;
/** The pages of a file that goes on growing, as its schema page says: as many as 500 GB have. */
const mostPages = 1 << 24;

/**
 * An SQLite file of one table with the rows of batches. It is never there as a whole: a page is laid out when SQLite reads it.
 *
 * Page 1 has the schema, page 2 is the root of the table.
 *
 * The rows can be replaced by the next ones while the file is attached. All pages are new ones then but the root, of
 * which SQLite must keep no copy; {@link isRead} says whether it read the one that there is now.
 */
export class TableFile {
  readonly size: number;
  readonly #schema: Uint8Array;
  #root: Page | undefined;
  #pages = new TablePages(encodedPageSize, rootPage + 1);
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
    this.#pages = new TablePages(encodedPageSize, this.#pages.next);
    this.#isRead = false;
    this.#layOut(batches);
    if (this.#pages.next > mostPages) throw new Error("The load is too large.");
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
    this.#pages = new TablePages(encodedPageSize, this.#pages.next);
    this.#root = undefined;
    this.#isClosed = true;
  }

  #layOut(batches: readonly CheckedBatch[]): void {
    const leaves: Child[] = [];
    let rows = 0;
    for (const batch of batches) {
      this.#pages.addLeaves(batch, rows, leaves);
      rows += batch.rows;
    }
    const [{ page }] = leaves as [Child];
    // An interior page must have a cell, so above one leaf there can be none: it is the root itself.
    this.#root =
      leaves.length === 1
        ? this.#pages.page(page)
        : stackPages(encodedPageSize, leaves, (one) => this.#pages.add(one));
  }

  #fill(target: Uint8Array, number: number): void {
    const page = number === rootPage ? this.#root : this.#pages.page(number);
    if (number === rootPage) this.#isRead = true;
    if (!page)
      throw new Error(
        this.#isClosed
          ? "The rows are loaded already."
          : `The rows have no page ${number}.`,
      );
    fillPage(target, page);
  }
}
