/**
 * How many rows a table has and how many bytes it takes, from the headers of its pages. SQLite itself counts by reading every page
 * as a whole, which holds up everything else for as long as a large table has pages.
 *
 * The pages of a tree are all of the same depth: https://www.sqlite.org/fileformat2.html#b_tree_pages
 */
import { type PageImage, pageSize, segmentSize } from "../../core/pages.ts";

export interface TreeSize {
  /** Entries of the tree: rows of a table, or of one without rowid. */
  entries: number;
  /** Bytes of its pages; those that very long values overflow into are not counted. */
  bytes: number;
}

const interiorIndex = 2;
const interiorTable = 5;
const leafIndex = 10;
const leafTable = 13;

/** Bytes that say which of them have become others since. */
export interface WatchedImage extends PageImage {
  /** How often some have. */
  readonly changes: number;
  /** At which of these times those of a page did last. */
  changedAt(page: number): number;
}

/** What was measured, and where and when. */
interface Measured {
  size: TreeSize | undefined;
  pages: readonly number[];
  at: number;
}

const known = new WeakMap<WatchedImage, Map<number, Measured>>();

/**
 * The size of the tree whose root is this page, counted from 1; undefined if it cannot be understood. It is measured again only if
 * one of its pages has changed: the tables are looked at after each commit, of which few change all.
 */
export function treeSize(
  image: WatchedImage,
  root: number,
): TreeSize | undefined {
  let sizes = known.get(image);
  if (!sizes) known.set(image, (sizes = new Map<number, Measured>()));
  const before = sizes.get(root);
  if (before?.pages.every((page) => image.changedAt(page) <= before.at))
    return before.size;
  const read = reader(image);
  const size = measure(image, root, read);
  sizes.set(root, { size, pages: read.pages(), at: image.changes });
  return size;
}

function measure(
  image: PageImage,
  root: number,
  read: Reader,
): TreeSize | undefined {
  // A page size of 65,536 is written as 1.
  const pageBytes = read.number(16, 2) === 1 ? 65_536 : read.number(16, 2);
  const pageCount = Math.floor(image.size / pageBytes);
  const headerOf = (page: number) =>
    (page - 1) * pageBytes + (page === 1 ? 100 : 0);

  let level = [root];
  let pages = 0;
  let entries = 0;
  while (level.length > 0) {
    pages += level.length;
    // More pages than there are: the tree runs in a circle.
    if (pages > pageCount) return undefined;
    const children: number[] = [];
    for (const page of level) {
      const at = headerOf(page);
      read.look(at);
      if (page < 1 || page > pageCount) return undefined;
      const type = read.number(at, 1);
      const cells = read.number(at + 3, 2);
      if (type !== interiorTable) entries += cells;
      if (type === leafTable || type === leafIndex) continue;
      if (type !== interiorTable && type !== interiorIndex) return undefined;
      for (let cell = 0; cell < cells; cell += 1) {
        const offset = read.number(at + 12 + 2 * cell, 2);
        read.look((page - 1) * pageBytes + offset);
        children.push(read.number((page - 1) * pageBytes + offset, 4));
      }
      children.push(read.number(at + 8, 4));
    }
    level = children;
  }
  return { entries, bytes: pages * pageBytes };
}

type Reader = ReturnType<typeof reader>;

function reader(image: PageImage) {
  let index = -1;
  let bytes = new Uint8Array();
  const seen = new Set<number>();
  return {
    /** Notes that something is to be read from there. */
    look: (at: number) => void seen.add(Math.floor(at / pageSize)),
    /** The pages, as changes are noted, that were looked at. */
    pages: () => [...seen],
    /** A number of so many bytes of a page, the highest first. */
    number(at: number, length: number): number {
      // What a damaged page names may be behind the end.
      if (at + length > image.size) return 0;
      const segment = Math.floor(at / segmentSize);
      if (segment !== index) {
        bytes = image.segment(segment) as typeof bytes;
        index = segment;
      }
      const from = at - segment * segmentSize;
      let value = 0;
      for (let i = 0; i < length; i += 1)
        value = value * 256 + (bytes[from + i] ?? 0);
      return value;
    },
  };
}
