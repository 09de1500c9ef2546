/** The pages of a database that hold nothing, as its header counts them: https://www.sqlite.org/fileformat2.html#the_database_header */
import type { PageImage } from "../../core/pages.ts";

/** So many bytes of free pages are left to be used again. */
const spared = 8 * 1024 * 1024;

/**
 * Whether so much of the file is free that a file without it is worth writing: twice what is in use. What that costs is then less
 * than what the commits have cost that wrote the freed pages; and a table that is replaced again and again, which leaves half of a
 * file free between two times, does not lead to it.
 */
export function isMostlyFree(image: PageImage): boolean {
  if (image.size === 0) return false;
  const header = image.page(0);
  const view = new DataView(header.buffer, header.byteOffset);
  // A page size of 65,536 is written as 1.
  const pageSize = view.getUint16(16) === 1 ? 65_536 : view.getUint16(16);
  const free = view.getUint32(36) * pageSize;
  return free > spared && free > 2 * (image.size - free);
}
