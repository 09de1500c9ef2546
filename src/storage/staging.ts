/**
 * Large parts of a database on their way into the store. A Blob of memory is copied to the browser's process and from there into a
 * file, by small pieces; what is in a file already, of the browser's own file system (OPFS), is copied as a file. 50 MB take a
 * third of the time (720 and 200 ms, Chromium 156), and are in memory once less.
 *
 * The store keeps its own copy: what is staged is of no use once the transaction that puts it has ended. Not so in a private window,
 * where it refers to the file: that is found out before the first part is staged. Whatever goes wrong here, the same can be put
 * from memory.
 */
import { promisifyRequest } from "idb-keyval";
import { bytesInSegment, segmentSize, type PageImage } from "../core/pages.ts";
import { isChromium } from "./isChromium.ts";
import { extentsAtOnce, inTurn, type Extent } from "./segments.ts";
import { commit, createStore, storageError } from "./useStore.ts";

/** What has been written into files. */
export interface Staged {
  /** The bytes of each extent, by its first segment. */
  readonly files: ReadonlyMap<number, Blob>;
  /** Lets go of the files. */
  drop(): Promise<void>;
}

/** The folder of files that are of no use once the page is gone. */
export const stagingFolder = "flowbook-staging";
const probeName = "flowbook:staging";

/** Milliseconds that a segment takes from memory. In a private window files are in memory, and take longer. */
const longestWrite = 12;

/** Writes extents into files; undefined if that is not to be had, or takes longer than it saves. */
export async function stage(
  image: PageImage,
  extents: readonly Extent[],
): Promise<Staged | undefined> {
  if (!canStage()) return undefined;
  const files = new Map<number, Blob>();
  const drops: (() => Promise<void>)[] = [];
  const drop = async (): Promise<void> => {
    await Promise.all(drops.splice(0).map((one) => one().catch(() => {})));
  };
  try {
    if (!(await keepsCopies())) return undefined;
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(stagingFolder, {
      create: true,
    });
    let written = 0;
    let took = 0;
    const writeSegment = (
      access: FileSystemSyncAccessHandle,
      index: number,
      at: number,
    ) => {
      const segment = image.segment(index) as Uint8Array<ArrayBuffer>;
      const bytes = segment.subarray(0, bytesInSegment(index, image.size));
      const begun = performance.now();
      if (access.write(bytes, { at }) < bytes.byteLength)
        throw new Error("The disk is full.");
      written += 1;
      took += performance.now() - begun;
      if (took > written * longestWrite) throw new Error("It is slow.");
    };
    await inTurn(
      extents,
      async ([first, count]) => {
        const name = `${first}-${Math.random().toString(36).slice(2)}`;
        drops.push(() => folder.removeEntry(name));
        const handle = await folder.getFileHandle(name, { create: true });
        const access = await handle.createSyncAccessHandle();
        try {
          for (let at = 0; at < count; at += 1)
            writeSegment(access, first + at, at * segmentSize);
        } finally {
          access.close();
        }
        files.set(first, await handle.getFile());
      },
      extentsAtOnce,
    );
    return { files, drop };
  } catch {
    await drop();
    return undefined;
  }
}

const known = new WeakMap<StorageManager, Promise<boolean>>();

/** Whether the store keeps what a file had when the file is gone; asked once, or again if there was no room for the answer. */
function keepsCopies(): Promise<boolean> {
  const { storage } = navigator;
  let answer = known.get(storage);
  if (!answer) {
    answer = tryCopy(storage).catch((thrown: unknown) => {
      // There may be room later.
      if (storageError(thrown).code === "storage-full") known.delete(storage);
      return false;
    });
    known.set(storage, answer);
  }
  return answer;
}

async function tryCopy(storage: StorageManager): Promise<boolean> {
  const root = await storage.getDirectory();
  const key = `probe-${Math.random().toString(36).slice(2)}`;
  const handle = await root.getFileHandle(key, { create: true });
  const store = createStore(probeName);
  try {
    const access = await handle.createSyncAccessHandle();
    access.write(new Uint8Array(1));
    access.close();
    const file = await handle.getFile();
    await store.use("readwrite", (entries) => {
      entries.put(file, key);
      return commit(entries);
    });
    await root.removeEntry(key);
    const kept = await store.use("readwrite", (entries) => {
      const found = promisifyRequest<Blob>(entries.get(key));
      entries.delete(key);
      return found;
    });
    return (await kept.arrayBuffer()).byteLength === 1;
  } finally {
    await root.removeEntry(key).catch(() => {});
    store.close();
  }
}

/** Drops what was staged when the browser was killed. */
export async function clearStaged(): Promise<void> {
  if (!("storage" in navigator) || !navigator.storage.getDirectory) return;
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(stagingFolder, { recursive: true });
}

/** Only workers may write files at once, and only Chromium keeps segments as Blobs (segments.ts). */
function canStage(): boolean {
  return (
    isChromium() &&
    "FileSystemFileHandle" in globalThis &&
    "createSyncAccessHandle" in FileSystemFileHandle.prototype
  );
}
