import type { BigIntStats } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { hashContent } from "../core/contentHash.ts";

/**
 * How long ago a file must have changed, in milliseconds, for its hash to be kept: what changes it again soon may leave the same
 * time, as the clocks of file systems go.
 */
const settledAfter = 2_000;

/** A file as it was when it was hashed. */
interface HashedFile {
  state: string;
  hash: Promise<string | undefined>;
}

/**
 * The hashes of files by their content. A file is read again only where something has changed: which file it is, its size, its
 * time, or the time of its last change that the system keeps, for who copies a file may give it whatever time of its own.
 */
export class FileHashes {
  readonly #hashed = new Map<string, HashedFile>();
  readonly #hash: typeof hashFile;
  readonly #now: () => number;

  constructor(hash = hashFile, now = Date.now) {
    this.#hash = hash;
    this.#now = now;
  }

  /** The hash of a file that was found like this; undefined if it cannot be read. */
  async of(path: string, found: BigIntStats): Promise<string | undefined> {
    const { dev, ino, size, mtimeNs, ctimeNs } = found;
    const state = [dev, ino, size, mtimeNs, ctimeNs].join(" ");
    const known = this.#hashed.get(path);
    if (known?.state === state) return known.hash;
    const isSettled = this.#now() - Number(found.ctimeMs) > settledAfter;
    const hash = this.#hash(path, Number(size)).catch(() => undefined);
    const hashed = { state, hash };
    this.#hashed.set(path, hashed);
    const done = await hash;
    if ((!isSettled || done === undefined) && this.#hashed.get(path) === hashed)
      this.#hashed.delete(path);
    return done;
  }
}

/** The hash of as much of a file as there was when it was found: another program may go on writing it. */
async function hashFile(path: string, size: number): Promise<string> {
  const file = await open(path);
  try {
    return await hashContent({
      size,
      slice: (from, end) => ({
        arrayBuffer: () => readPart(file, from, Math.min(end, size)),
      }),
    });
  } finally {
    await file.close();
  }
}

async function readPart(
  file: FileHandle,
  from: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const part = new Uint8Array(end - from);
  let length = 0;
  while (length < part.length) {
    const { bytesRead } = await file.read(
      part,
      length,
      part.length - length,
      from + length,
    );
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return part.subarray(0, length);
}
