import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { FlowError } from "../../core/errors.ts";
import { asSentence } from "../../core/words.ts";
import { UsageError } from "../arguments.ts";
import { FolderStore } from "./folderStore.ts";
import { S3Store } from "./s3Store.ts";
import { StoreError } from "./storeError.ts";

/** How long it is waited until what may have been a moment's trouble is tried again, each time, in milliseconds. */
const pauses = [200, 1_000, 3_000];

/** After so long nothing is tried again, in milliseconds. */
const longestTrying = 5_000;

/** Where machines leave for each other what is too large for the queue. What goes wrong is a {@link StoreError}. */
export interface SharedStore {
  /** Rejects with what to do if it cannot be used. */
  check(): Promise<void>;
  /** Keeps the text for a run; gives the name by which it is found. The same text has the same name, so to put it twice does no harm. */
  put(run: string, text: string): Promise<string>;
  /** Rejects if it is not there, or is not what was put. */
  get(run: string, name: string): Promise<string>;
  /** Deletes what is kept for a run. */
  drop(run: string): Promise<void>;
  /** Ends what is going on. */
  close(): void;
}

/** A {@link SharedStore} without what is the same for all: names, patience, and that what is read is what was put. */
export interface Shelf {
  check(): Promise<void>;
  /** Puts all of the text there, or nothing. */
  write(run: string, name: string, text: string): Promise<void>;
  read(run: string, name: string): Promise<string>;
  drop(run: string): Promise<void>;
  close(): void;
}

/** Opens `file:///folder`, a folder that all machines reach under this path, or `s3://bucket/folder`. */
export function openStore(url: string, waits = pauses): SharedStore {
  const shelf = openShelf(url);
  const ended = new AbortController();
  const { signal } = ended;

  /** Does it again while it may go better. */
  async function patiently<T>(work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    for (let tries = 0; ; tries += 1)
      try {
        return await work();
      } catch (thrown) {
        const pause = waits[tries];
        const isOver =
          signal.aborted || performance.now() - begun > longestTrying;
        const isRefused =
          !(thrown instanceof StoreError) || thrown.trouble === "refused";
        if (pause === undefined || isOver || isRefused) throw thrown;
        await wait(pause, undefined, { signal }).catch(() => {});
      }
  }

  return {
    async check() {
      try {
        await patiently(() => shelf.check());
      } catch (thrown) {
        const { message } = thrown as Error;
        throw new FlowError(
          "invalid-argument",
          `--store ${url} cannot be used: ${asSentence(message)}`,
          { cause: thrown },
        );
      }
    },
    async put(run, text) {
      const name = hashOf(text);
      await patiently(() => shelf.write(run, name, text));
      return name;
    },
    get: (run, name) =>
      patiently(async () => {
        const text = await shelf.read(run, name);
        if (hashOf(text) === name) return text;
        throw new StoreError("failing", `${name} of ${url} is damaged`);
      }),
    drop: (run) => shelf.drop(run),
    close() {
      ended.abort();
      shelf.close();
    },
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
