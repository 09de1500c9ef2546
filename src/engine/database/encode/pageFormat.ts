/**
 * What pages of a database's trees have in common, for whoever writes or reads them beside SQLite.
 *
 * https://sqlite.org/fileformat2.html#b_tree_pages
 */

/** The kinds of pages in the tree of a table. */
export const tableInterior = 5;
export const tableLeaf = 13;

/** The page in which SQLite keeps its locks, and nothing else. */
export const lockedPage = (pageSize: number) => 0x40000000 / pageSize + 1;

/** How many bytes of a table's record stay in its cell; the others go on in pages of their own. */
export function localSize(pageSize: number, size: number): number {
  const most = mostLocal(pageSize);
  if (size <= most) return size;
  const least = Math.floor(((pageSize - 12) * 32) / 255) - 23;
  const rest = least + ((size - least) % (pageSize - 4));
  return rest <= most ? rest : least;
}

/** A table's record of up to so many bytes stays in its cell as a whole. */
export function mostLocal(pageSize: number): number {
  return pageSize - 35;
}

/** Writes the beginning of a page that has so many cells, the first of them at `content`. */
export function writePageHeader(
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
export function putNumber(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >> 16;
  target[at + 2] = value >> 8;
  target[at + 3] = value;
}

/** The beginning of a page of a table without rows. */
export function emptyLeaf(pageSize: number): Uint8Array {
  const header = new Uint8Array(8);
  writePageHeader(header, tableLeaf, 0, pageSize);
  return header;
}
