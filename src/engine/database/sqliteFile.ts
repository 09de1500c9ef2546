import { FlowError } from "../../core/errors.ts";
import { segmentSize, type FoundPages } from "../../core/pages.ts";

const magic = "SQLite format 3\0";

/** Reads an SQLite file, part by part. Rejects with what to do if it is none. */
export async function readSqliteFile(file: Blob): Promise<FoundPages> {
  const segments = new Map<number, Uint8Array>();
  for (let from = 0; from < file.size; from += segmentSize) {
    const part = file.slice(from, from + segmentSize);
    segments.set(from / segmentSize, new Uint8Array(await part.arrayBuffer()));
  }
  const header = segments.get(0) ?? new Uint8Array();
  if (String.fromCharCode(...header.subarray(0, magic.length)) !== magic)
    throw new FlowError(
      "invalid-argument",
      `${nameOf(file)} is no SQLite database: it does not begin as one. The notebook's database is as it was. Choose a .sqlite or .db file.`,
    );
  // A file that was left in write-ahead mode says so here; what its log held beside the file is not part of it.
  header[18] = header[19] = 1;
  return { size: file.size, segments, deltas: [], damage: undefined };
}

function nameOf(file: Blob): string {
  return "name" in file ? String(file.name) : "This file";
}
