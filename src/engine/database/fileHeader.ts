/** The header of a database file, for whom changes the file beside SQLite: https://sqlite.org/fileformat2.html#the_database_header */
import { pageSize } from "../../core/pages.ts";
import type { VfsFile } from "./pageVfs.ts";

const headerSize = 100;

export function readHeader(file: VfsFile): DataView<ArrayBuffer> {
  const bytes = new Uint8Array(headerSize);
  file.read(bytes, 0);
  return new DataView(bytes.buffer);
}

/** Whether pages can be added to a file of this header, and found by their numbers. */
export function isPlain(file: VfsFile, header: DataView): boolean {
  return (
    header.getUint16(16) === pageSize &&
    // Neither a log that is written ahead nor bytes that are kept free at the end of each page.
    header.getUint8(18) === 1 &&
    header.getUint8(20) === 0 &&
    header.getUint32(28) * pageSize === file.size &&
    // Files that shrink by themselves keep a map of all their pages.
    header.getUint32(52) === 0
  );
}

/** The number by which SQLite sees that a file has changed. */
export function changeCounter(header: DataView): number {
  return header.getUint32(24);
}

/** Writes the header of a file that has changed. */
export function writeHeader(
  file: VfsFile,
  header: DataView<ArrayBuffer>,
): void {
  const counter = changeCounter(header) + 1;
  for (const at of [24, 92]) header.setUint32(at, counter);
  header.setUint32(28, file.size / pageSize);
  file.write(new Uint8Array(header.buffer), 0);
}

/** Whether SQLite writes texts as UTF-8, and all else as its present versions do. */
export function isOfPresentFormat(header: DataView): boolean {
  return header.getUint32(44) === 4 && header.getUint32(56) === 1;
}
