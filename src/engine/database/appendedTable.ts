/**
 * Rows of a new table as pages of the database's own file, its free ones first: SQLite would copy each record of an attached file.
 *
 * SQLite must not have pages in its memory that go on from another state of the file, so its transaction is committed before
 * and begun again after; the file is not saved by that, and what is not saved can be taken back. Only the root of the table, which
 * SQLite has made and which is empty, is changed; all other pages are new or were free.
 *
 * https://sqlite.org/fileformat2.html
 */
import { pageSize } from "../../core/pages.ts";
import type { CheckedBatch } from "../records/checkRecords.ts";
import type { ChangedFile, FileChange } from "./databaseFile.ts";
import { emptyLeaf } from "./encode/pageFormat.ts";
import {
  fillPage,
  type InteriorPage,
  stackPages,
  TablePages,
  type Child,
  type Page,
} from "./encode/tablePages.ts";
import { readRow } from "./execute.ts";
import {
  changeCounter,
  isPlain,
  readHeader,
  writeHeader,
} from "./fileHeader.ts";
import { FreeList } from "./freeList.ts";
import type { VfsFile } from "./pageVfs.ts";
import type { Connection } from "./sqlite.ts";

/** A table that is made of pages, part by part. */
export class AppendedTable {
  readonly #change: FileChange;
  readonly #root: number;
  #leaves: Child[] = [];
  /** The pages between the leaves and the root; a part changes the last of them. */
  #between: [number, InteriorPage][] = [];
  #rows = 0;
  /** The file's change counter after the last part: another one says that SQLite has written since. */
  #counter: number | undefined;

  constructor(connection: Connection, table: string, change: FileChange) {
    const found = readRow(
      connection,
      "SELECT rootpage FROM main.sqlite_schema WHERE name = ?",
      [table],
    );
    this.#change = change;
    this.#root = Number(found![0]);
  }

  /** Adds rows behind the others; says whether it could. If not, or if it throws, the table and all else are what they were. */
  add(batches: readonly CheckedBatch[]): boolean {
    let rows = this.#rows;
    for (const batch of batches) {
      if (batch.first !== rows + 1) return false;
      rows += batch.rows;
    }
    let isAdded = false;
    this.#change((file) => {
      const header = readHeader(file);
      if (!this.#fits(file, header)) return;
      const leaves = [...this.#leaves];
      let between: [number, InteriorPage][] = [];
      allOrNone(file, (whole) => {
        between = this.#write(file, whole, header, batches, leaves);
        writeHeader(whole, header);
      });
      this.#counter = changeCounter(header);
      this.#leaves = leaves;
      this.#between = between;
      this.#rows = rows;
      isAdded = true;
    });
    return isAdded;
  }

  /** Whether pages can be added to a file, and the table is what this one has left. */
  #fits(file: VfsFile, header: DataView): boolean {
    if (!isPlain(file, header)) return false;
    if (this.#counter !== undefined)
      return this.#counter === changeCounter(header);
    const empty = emptyLeaf(pageSize);
    const root = new Uint8Array(empty.length);
    file.read(root, (this.#root - 1) * pageSize);
    return root.every((byte, at) => byte === empty[at]);
  }

  /** Writes the rows into pages that hold nothing, and at last what the database goes by into a file that takes it back if that fails; gives the pages between the leaves and the root. */
  #write(
    file: ChangedFile,
    whole: VfsFile,
    header: DataView,
    batches: readonly CheckedBatch[],
    leaves: Child[],
  ): [number, InteriorPage][] {
    const fill = (page: Uint8Array, content: Page) => {
      page.fill(0);
      fillPage(page, content);
      return page;
    };
    const scratch = new Uint8Array(pageSize);
    const putLast = (number: number, content: Page) =>
      whole.write(fill(scratch, content), (number - 1) * pageSize);
    const free = new FreeList(whole, header);
    const pages = new TablePages(pageSize, file.size / pageSize + 1, () =>
      free.take(),
    );
    let rows = this.#rows;
    for (const batch of batches) {
      pages.addLeaves(batch, rows, leaves);
      rows += batch.rows;
    }
    if (leaves.length < 2) throw new Error("One page is a root of its own.");
    const between: [number, InteriorPage][] = [];
    // What the table and the list of free pages go by now is changed last.
    const last: [number, Page][] = [];
    const root = stackPages(pageSize, leaves, (content) => {
      const [reused, was] = this.#between[between.length] ?? [];
      if (reused !== undefined && !isSame(was!, content))
        last.push([reused, content]);
      const number = reused ?? pages.add(content);
      between.push([number, content]);
      return number;
    });
    for (const [number, content] of pages.all())
      if (free.isTrunk(number)) last.push([number, content]);
      else fill(file.renew(number), content);
    free.save();
    for (const [number, content] of last) putLast(number, content);
    putLast(this.#root, root);
    return between;
  }
}

/** Whether two pages have the same children, each of which are next to each other in lists that were only added to. */
function isSame(
  { children: some }: InteriorPage,
  { children: others }: InteriorPage,
): boolean {
  return (
    some.length === others.length &&
    some[0] === others[0] &&
    some.at(-1) === others.at(-1)
  );
}

/** Does work that writes into a file, a page or less at a time. If it throws, what was there is put back: that needs no memory, as what is written anew is its own. */
function allOrNone(file: VfsFile, work: (file: VfsFile) => void): void {
  const before: [bytes: Uint8Array, offset: number][] = [];
  try {
    work({
      get size() {
        return file.size;
      },
      read: (target, offset) => file.read(target, offset),
      truncate: (size) => file.truncate(size),
      write(source, offset) {
        const was = new Uint8Array(source.length);
        file.read(was, offset);
        file.write(source, offset);
        before.push([was, offset]);
      },
    });
  } catch (thrown) {
    for (const [bytes, offset] of before.reverse()) file.write(bytes, offset);
    throw thrown;
  }
}
