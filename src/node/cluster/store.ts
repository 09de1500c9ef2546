import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { UsageError } from "../arguments.ts";
import { FolderStore } from "./folderStore.ts";
import { S3Store } from "./s3Store.ts";

/** Where machines leave for each other what is too large for the queue. */
export interface SharedStore {
  /** Keeps the text for a run; gives the name by which it is found. The same text has the same name, so to put it twice does no harm. */
  put(run: string, text: string): Promise<string>;
  /** Rejects if it is not there, or is not what was put. */
  get(run: string, name: string): Promise<string>;
  /** Deletes what is kept for a run. */
  drop(run: string): Promise<void>;
}

/** A {@link SharedStore} without what is the same for all: names, and that what is read is what was put. */
export interface Shelf {
  /** Puts all of the text there, or nothing. */
  write(run: string, name: string, text: string): Promise<void>;
  read(run: string, name: string): Promise<string>;
  drop(run: string): Promise<void>;
}

/** Opens `file:///folder`, a folder that all machines reach under this path, or `s3://bucket/folder`. */
export function openStore(url: string): SharedStore {
  const shelf = openShelf(url);
  return {
    async put(run, text) {
      const name = hashOf(text);
      await shelf.write(run, name, text);
      return name;
    },
    async get(run, name) {
      const text = await shelf.read(run, name);
      if (hashOf(text) === name) return text;
      throw new Error(`${name} of ${url} is damaged`);
    },
    drop: (run) => shelf.drop(run),
  };
}

function openShelf(url: string): Shelf {
  try {
    if (url.startsWith("file:///")) return new FolderStore(fileURLToPath(url));
    if (url.startsWith("s3://")) return new S3Store(url);
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    throw new UsageError(
      `--store ${url} cannot be read as an address. Write %25 for % in it, and %20 for a space.`,
    );
  }
  throw new UsageError(
    `--store takes a folder that all machines reach, as in file:///mnt/shared, or a place in S3, as in s3://bucket/folder; ${url} is none.`,
  );
}

/** By which a text is known. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
