/**
 * Segments of a file as entries of a store.
 *
 * Chromium compresses an array before it writes it, which takes longer than writing it, and the same in reading; a Blob it writes
 * as it is. So there a segment is a Blob: writing 50 MB takes half of the time, reading them a third (Chromium 156). Elsewhere it
 * is an array: WebKit keeps no Blob in a private window. What is found may be either, whoever reads it.
 */
import { promisifyRequest } from "idb-keyval";
import {
  bytesInSegment,
  segmentSize,
  type PageImage,
  type StoredSegment,
} from "../core/pages.ts";

/**
 * So many segments are on their way between this process and the browser's at once. Each of them is in memory twice until it has
 * arrived; more of them would not arrive sooner.
 */
const underWay = 16;

/** Whether a segment that is a Blob can be read later, when SQLite wants it and cannot wait. */
export function canReadLater(): boolean {
  return "FileReaderSync" in globalThis;
}

/**
 * The segments under these keys that can be understood, by their numbers. Those that are Blobs are read later if `isLater`; a Blob
 * keeps its bytes also when its entry is deleted meanwhile.
 */
export async function readSegments(
  store: IDBObjectStore,
  wanted: ReadonlyMap<number, IDBValidKey>,
  isLater = false,
): Promise<Map<number, Uint8Array | StoredSegment>> {
  const found = new Map<number, Uint8Array | StoredSegment>();
  const keep = (index: number, bytes: unknown) => {
    if (bytes instanceof Uint8Array && bytes.byteLength <= segmentSize)
      found.set(index, bytes);
  };
  const blobs: [index: number, blob: Blob][] = [];
  await inTurn([...wanted], async ([index, key]) => {
    const kept = await promisifyRequest<unknown>(store.get(key));
    if (kept instanceof Blob) blobs.push([index, kept]);
    else keep(index, kept);
  });
  // The transaction ends meanwhile: what a Blob holds is not asked of it.
  await inTurn(blobs, async ([index, blob]) => {
    if (isLater && canReadLater()) {
      if (await isThere(blob)) found.set(index, storedSegment(blob));
      return;
    }
    // One whose file the browser has lost is as one that is missing.
    const bytes = await blob.arrayBuffer().catch(() => undefined);
    keep(index, bytes && new Uint8Array(bytes));
  });
  return found;
}

/** Whether the browser still has the file of a Blob; that takes a fraction of reading it. */
async function isThere(blob: Blob): Promise<boolean> {
  if (blob.size > segmentSize) return false;
  const last = blob.slice(-1).arrayBuffer();
  return last.then(
    ({ byteLength }) => byteLength === Math.min(1, blob.size),
    () => false,
  );
}

function storedSegment(blob: Blob): StoredSegment {
  return {
    read: () => new Uint8Array(new FileReaderSync().readAsArrayBuffer(blob)),
    fetch: async () => new Uint8Array(await blob.arrayBuffer()),
  };
}

/** Puts these segments of a file. Few of them are not waited for: the end of the transaction tells of them too. */
export async function putSegments(
  store: IDBObjectStore,
  image: PageImage,
  wanted: readonly number[],
  keyOf: (index: number) => IDBValidKey,
): Promise<void> {
  const asBlobs = isChromium();
  await inTurn(wanted, async (index) => {
    const bytes = image.segment(index) as Uint8Array<ArrayBuffer>;
    const used = bytesInSegment(index, image.size);
    const part = used < segmentSize ? bytes.subarray(0, used) : bytes;
    // A view would be stored with the whole buffer that it views.
    const kept = asBlobs ? new Blob([part]) : part.slice();
    const request = store.put(kept, keyOf(index));
    if (wanted.length > underWay) await promisifyRequest(request);
  });
}

/** No other browser has storage buckets. */
function isChromium(): boolean {
  return "StorageBucketManager" in globalThis;
}

/** Does something with each of these, with some of them at once. */
async function inTurn<T>(
  all: readonly T[],
  work: (one: T) => Promise<void>,
): Promise<void> {
  const rest = all.values();
  const some = Array.from({ length: underWay }, async () => {
    for (const one of rest) await work(one);
  });
  await Promise.all(some);
}
