/**
 * Large parts of a database on their way into the store. A Blob of memory is copied to the browser's process and from there into a
 * file, by small pieces; what is in a file already, of the browser's own file system (OPFS), is copied as a file. 50 MB take a
 * third of the time (720 and 200 ms, Chromium 156), and are in memory once less.
 *
 * The store keeps its own copy: what is staged is of no use once the transaction that puts it has ended. Whatever goes wrong here,
 * the same can be put from memory.
 */
import { bytesInSegment, segmentSize, type PageImage } from "../core/pages.ts";
import { isChromium, type Extent } from "./segments.ts";

/** What has been written into files. */
export interface Staged {
  /** The bytes of each extent, by its first segment. */
  readonly files: ReadonlyMap<number, Blob>;
  /** Lets go of the files. */
  drop(): Promise<void>;
}

const folderName = "flowbook-staging";

/** So many segments or fewer are put as soon from memory. */
export const fewSegments = 8;

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
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(folderName, { create: true });
    let written = 0;
    let took = 0;
    for (const [first, count] of extents) {
      const name = `${first}-${Math.random().toString(36).slice(2)}`;
      drops.push(() => folder.removeEntry(name));
      const handle = await folder.getFileHandle(name, { create: true });
      const access = await handle.createSyncAccessHandle();
      try {
        for (let index = first; index < first + count; index += 1) {
          const segment = image.segment(index) as Uint8Array<ArrayBuffer>;
          const bytes = segment.subarray(0, bytesInSegment(index, image.size));
          const begun = performance.now();
          const at = (index - first) * segmentSize;
          if (access.write(bytes, { at }) < bytes.byteLength)
            throw new Error("The disk is full.");
          written += 1;
          took += performance.now() - begun;
          if (took > written * longestWrite) throw new Error("It is slow.");
        }
      } finally {
        access.close();
      }
      files.set(first, await handle.getFile());
    }
    return { files, drop };
  } catch {
    await drop();
    return undefined;
  }
}

/** Drops what was staged when the browser was killed. */
export async function clearStaged(): Promise<void> {
  if (!("storage" in navigator) || !navigator.storage.getDirectory) return;
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(folderName, { recursive: true });
}

/** Only workers may write files at once, and only Chromium keeps segments as Blobs (segments.ts). */
function canStage(): boolean {
  return (
    isChromium() &&
    "FileSystemFileHandle" in globalThis &&
    "createSyncAccessHandle" in FileSystemFileHandle.prototype
  );
}
