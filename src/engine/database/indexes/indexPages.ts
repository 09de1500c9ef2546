/**
 * The pages of an index, from the first entry to the last. Other than in the tree of a table, an entry that stands between two pages
 * is in none of them.
 *
 * https://sqlite.org/fileformat2.html#b_tree_pages
 */
import { pageSize } from "../../../core/pages.ts";
import { putNumber, writePageHeader } from "../encode/pageFormat.ts";
import { Cells, putPointer, type Entries } from "./indexCells.ts";

const interiorPage = 2;
const leafPage = 10;

/** Writes all pages of an index but its root, to where `take` says; gives the root. */
export function writePages(
  entries: Entries,
  take: () => number,
  put: (number: number, page: Uint8Array) => void,
): Uint8Array {
  const cells = new Cells(entries);
  const page = new Uint8Array(pageSize);
  const children: number[] = [];
  /** The entries between the children, by their place in the order. */
  const between: number[] = [];
  const count = entries.rows.length;
  let from = 0;
  for (;;) {
    const to = fillLeaf(page, cells, from, count);
    if (to === count && children.length === 0) return page;
    // The entry that goes between this page and the next must not be the last one.
    const next = to === count - 1 ? to - 1 : to;
    if (next < to) fillLeaf(page, cells, from, next);
    const number = take();
    put(number, page);
    children.push(number);
    if (to === count) break;
    between.push(next);
    from = next + 1;
  }
  return stack(children, between, new Cells(entries, 1), page, take, put);
}

/** Fills a leaf with entries from one on; gives the first for which there is no room. */
function fillLeaf(
  page: Uint8Array,
  cells: Cells,
  from: number,
  before: number,
): number {
  let content = pageSize;
  let pointer = 8;
  let at = from;
  while (at < before) {
    const size = cells.find(at);
    const room = Math.floor((content - pointer) / (size + 2));
    if (room === 0) break;
    const most = Math.min(room, before - at);
    const written = cells.writeAlike(page, content, pointer, most);
    at += written;
    content -= written * size;
    pointer += written * 2;
  }
  close(page, leafPage, at - from, pointer, content);
  return at;
}

/** Writes the pages above, level by level; gives the root. */
function stack(
  lowest: readonly number[],
  lowestBetween: readonly number[],
  cells: Cells,
  page: Uint8Array,
  take: () => number,
  put: (number: number, page: Uint8Array) => void,
): Uint8Array {
  let children = lowest;
  let between = lowestBetween;
  for (;;) {
    const above: number[] = [];
    const aboveBetween: number[] = [];
    const last = children.length - 1;
    for (let from = 0; from <= last;) {
      let to = fillInterior(page, cells, children, between, from, last);
      // A page with a single child is taken for damage.
      if (to === last - 1)
        to = fillInterior(page, cells, children, between, from, to - 1);
      if (from === 0 && to === last) return page;
      const number = take();
      put(number, page);
      above.push(number);
      if (to < last) aboveBetween.push(between[to]!);
      from = to + 1;
    }
    children = above;
    between = aboveBetween;
  }
}

/** Fills a page with children from one to at most another; gives the last for which there is room. */
function fillInterior(
  page: Uint8Array,
  cells: Cells,
  children: readonly number[],
  between: readonly number[],
  from: number,
  last: number,
): number {
  let content = pageSize;
  let pointer = 12;
  let at = from;
  for (; at < last; at += 1) {
    const size = cells.find(between[at]!);
    if (content - size - 4 < pointer + 2) break;
    content -= size;
    cells.write(page, content);
    content -= 4;
    putNumber(page, content, children[at]!);
    putPointer(page, pointer, content);
    pointer += 2;
  }
  close(page, interiorPage, at - from, pointer, content);
  putNumber(page, 8, children[at]!);
  return at;
}

function close(
  page: Uint8Array,
  kind: number,
  cells: number,
  pointersEnd: number,
  content: number,
): void {
  page.fill(0, pointersEnd, content);
  writePageHeader(page, kind, cells, content);
}
