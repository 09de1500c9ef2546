import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Shelf } from "../engine/database/shelf.ts";
import { makeId } from "../runs/makeId.ts";

interface Place {
  from: number;
  size: number;
}

/** A load may end in many ways, and with the process too: nobody has to remember to put its shelf away. */
const files = new FinalizationRegistry<number>(closeSync);

/** Rows that wait on the disk, in a file that has no name any more and so is gone when nobody uses it. */
export function makeFileShelf(): Shelf<Place> {
  let file: number | undefined;
  let end = 0;
  const open = () => {
    const path = join(tmpdir(), `flowbook-${makeId()}.rows`);
    const opened = openSync(path, "wx+", 0o600);
    files.register(shelf, opened);
    unlinkSync(path);
    return opened;
  };
  const shelf: Shelf<Place> = {
    keep(bytes) {
      file ??= open();
      const from = end;
      for (let done = 0; done < bytes.length;)
        done += writeSync(file, bytes, done, bytes.length - done, from + done);
      end += bytes.length;
      return { from, size: bytes.length };
    },
    read({ from, size }) {
      const bytes = new Uint8Array(size);
      let done = 0;
      while (done < size) {
        const more = readSync(file!, bytes, done, size - done, from + done);
        if (more === 0) throw new Error("Bytes of these rows are missing.");
        done += more;
      }
      return bytes;
    },
  };
  return shelf;
}
