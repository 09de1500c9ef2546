/**
 * The free pages of a database file: a list of trunks, each of which names the next one and the free pages that belong to it.
 *
 * https://sqlite.org/fileformat2.html#the_freelist
 */
import { pageSize } from "../../core/pages.ts";
import { lockedPage } from "./encode/pageFormat.ts";
import { isPlain, readHeader } from "./fileHeader.ts";
import type { VfsFile } from "./pageVfs.ts";

const firstTrunkAt = 32;
const countAt = 36;

/** Takes pages from the list, trunk by trunk; the file has them until {@link save}. */
export class FreeList {
  readonly #file: VfsFile;
  readonly #header: DataView;
  readonly #pageCount: number;
  readonly #taken = new Set<number>();
  readonly #trunks = new Set<number>();
  /** The trunk whose pages are taken now, and what is left of them, from the end on; it is itself the last to be taken. */
  #trunk = 0;
  #left: number[] = [];
  #next: number;
  /** How many the list has, without those that were taken. */
  #count: number;

  /** `header` is the beginning of the file, as it is to be written; its list must be as it is in the file. */
  constructor(file: VfsFile, header: DataView) {
    this.#file = file;
    this.#header = header;
    this.#pageCount = file.size / pageSize;
    this.#next = header.getUint32(firstTrunkAt);
    this.#count = header.getUint32(countAt);
  }

  /** Takes a page; undefined if there is none. Throws where the list cannot be one that SQLite has written. */
  take(): number | undefined {
    if (this.#left.length === 0) {
      if (this.#next === 0) {
        if (this.#count === 0) return undefined;
        throw damaged();
      }
      this.#enter(this.#next);
    }
    const page = this.#left.pop()!;
    if (this.#count === 0 || this.#taken.has(page)) throw damaged();
    this.#taken.add(page);
    this.#count -= 1;
    return page;
  }

  /** Whether the list goes by what is on this page: until it is saved, the page must stay as it is. */
  isTrunk(page: number): boolean {
    return this.#trunks.has(page);
  }

  /** Writes what is left into the list's pages, and into the header, which is not written. */
  save(): void {
    const isUsedUp = this.#left.length === 0;
    if (!isUsedUp) {
      const rest = this.#left.slice(1);
      const bytes = new DataView(new ArrayBuffer(8 + rest.length * 4));
      bytes.setUint32(0, this.#next);
      bytes.setUint32(4, rest.length);
      for (const [at, page] of rest.entries())
        bytes.setUint32(8 + at * 4, page);
      this.#file.write(
        new Uint8Array(bytes.buffer),
        (this.#trunk - 1) * pageSize,
      );
    }
    this.#header.setUint32(firstTrunkAt, isUsedUp ? this.#next : this.#trunk);
    this.#header.setUint32(countAt, this.#count);
  }

  #enter(trunk: number): void {
    if (!this.#isPage(trunk) || this.#trunks.has(trunk)) throw damaged();
    this.#trunks.add(trunk);
    const bytes = new DataView(new ArrayBuffer(pageSize));
    this.#file.read(new Uint8Array(bytes.buffer), (trunk - 1) * pageSize);
    const count = bytes.getUint32(4);
    if (count > pageSize / 4 - 2) throw damaged();
    this.#trunk = trunk;
    this.#next = bytes.getUint32(0);
    const pages = Array.from({ length: count }, (_, at) =>
      bytes.getUint32(8 + at * 4),
    );
    if (!pages.every((page) => this.#isPage(page))) throw damaged();
    // Rows that follow each other are read with one another.
    this.#left = [trunk, ...pages.sort((a, b) => b - a)];
  }

  #isPage(number: number): boolean {
    return (
      number > 1 && number <= this.#pageCount && number !== lockedPage(pageSize)
    );
  }
}

/**
 * Which pages of a file hold nothing, by their numbers. What names other pages that hold nothing is not among them; of a list that
 * cannot be one that SQLite has written, none is.
 */
export function emptyPages(file: VfsFile): Uint8Array {
  const header = readHeader(file);
  const pageCount = file.size / pageSize;
  const none = new Uint8Array(pageCount + 1);
  if (!isPlain(file, header)) return none;
  const list = new FreeList(file, header);
  const empty = none.slice();
  try {
    for (let page = list.take(); page !== undefined; page = list.take())
      empty[page] = list.isTrunk(page) ? 0 : 1;
  } catch {
    return none;
  }
  return empty;
}

function damaged(): Error {
  return new Error("The list of free pages is damaged.");
}
