/**
 * Segments of a file as entries of a store.
 *
 * Chromium compresses an array before it writes it, which takes longer than writing it, and the same in reading; a Blob it writes
 * as it is. So there a segment is a Blob: writing 50 MB takes half of the time, reading them a third (Chromium 156). Elsewhere it
 * is an array: WebKit keeps no Blob in a private window. What is found may be either, whoever reads it.
 *
 * To make a Blob Chromium waits for another process each time, whatever the size. So segments that are written together and
 * follow each other are one, an extent, under the key of its first: of 32 MB that takes a quarter of the time.
 */
import { promisifyRequest } from "idb-keyval";
import {
  bytesInSegment,
  segmentSize,
  type PageImage,
  type StoredSegment,
} from "../core/pages.ts";
import { isChromium } from "./isChromium.ts";

/**
 * So many segments are on their way between this process and the browser's at once. Each of them is in memory twice until it has
 * arrived; more of them would not arrive sooner.
 */
const underWay = 16;

/** An extent has so many segments at most; one of them is under way at once. */
const longestExtent = 32;

/**
 * The browser writes what a transaction puts side by side, and waits for the disk with each: what is put together is in so many
 * extents, if they are not too short. That takes 50 MB from 110 to 75 ms, 8 MB from 45 to 20 (Chromium 156).
 */
export const extentsAtOnce = 8;
const shortestExtent = 2;

/** What is kept under a key: segments of a file, each with how many stand before it there. */
export interface KeptSegments {
  key: IDBValidKey;
  members: [index: number, before: number][];
}

/** Segments that follow each other and are kept together: the first, how many, and the generation that wrote them. */
export type Extent = readonly [
  first: number,
  count: number,
  generation: number,
];

/** Where a segment or an extent is: under its number alone if no generation is named. */
export function segmentKey(index: number, generation?: number): IDBValidKey {
  return ["segment", index, ...(generation === undefined ? [] : [generation])];
}

/** Whether a segment that is in a Blob can be read later, when SQLite wants it and cannot wait. */
export function canReadLater(): boolean {
  return "FileReaderSync" in globalThis;
}

/**
 * The segments that can be understood of what is kept under these keys, by their numbers. Those in Blobs are read later if
 * `isLater`; a Blob keeps its bytes also when its entry is deleted meanwhile.
 */
export async function readSegments(
  store: IDBObjectStore,
  wanted: readonly KeptSegments[],
  isLater = false,
): Promise<Map<number, Uint8Array | StoredSegment>> {
  const found = new Map<number, Uint8Array | StoredSegment>();
  const keep = (members: KeptSegments["members"], bytes: Uint8Array) => {
    for (const [index, before] of members) {
      const from = before * segmentSize;
      if (from < bytes.byteLength)
        found.set(
          index,
          bytes.byteLength > segmentSize
            ? bytes.slice(from, from + segmentSize)
            : bytes,
        );
    }
  };
  const blobs: [blob: Blob, members: KeptSegments["members"]][] = [];
  await inTurn(wanted, async ({ key, members }) => {
    const kept = await promisifyRequest<unknown>(store.get(key));
    if (kept instanceof Blob) blobs.push([kept, members]);
    else if (kept instanceof Uint8Array && kept.byteLength <= segmentSize)
      keep(members, kept);
  });
  // The transaction ends meanwhile: what a Blob holds is not asked of it.
  if (isLater && canReadLater()) {
    await inTurn(blobs, async ([blob, members]) => {
      if (!(await isThere(blob))) return;
      for (const [index, before] of members) {
        const from = before * segmentSize;
        if (from < blob.size)
          found.set(index, storedSegment(blob.slice(from, from + segmentSize)));
      }
    });
    return found;
  }
  for (const isExtent of [false, true])
    await inTurn(
      blobs.filter(([{ size }]) => size > segmentSize === isExtent),
      async ([blob, members]) => {
        const bytes = await bytesOf(blob);
        if (bytes) keep(members, bytes);
      },
      isExtent ? 1 : underWay,
    );
  return found;
}

/** What a Blob holds; undefined if the browser has lost its file, which is then as one that is missing. */
async function bytesOf(blob: Blob): Promise<Uint8Array | undefined> {
  const bytes = await blob.arrayBuffer().catch(() => undefined);
  return bytes && new Uint8Array(bytes);
}

/** Whether the browser still has the file of a Blob; that takes a fraction of reading it. */
async function isThere(blob: Blob): Promise<boolean> {
  return (await bytesOf(blob.slice(-1)))?.byteLength === Math.min(1, blob.size);
}

function storedSegment(blob: Blob): StoredSegment {
  return {
    read: () => new Uint8Array(new FileReaderSync().readAsArrayBuffer(blob)),
    fetch: async () => new Uint8Array(await blob.arrayBuffer()),
  };
}

/** How segments that ascend are put together, as of a generation; without one each is by itself. */
export function extentsOf(
  wanted: readonly number[],
  generation?: number,
): Extent[] {
  const mayJoin = isChromium() && generation !== undefined;
  const extents: [first: number, count: number, generation: number][] = [];
  const longest = Math.min(
    Math.max(Math.ceil(wanted.length / extentsAtOnce), shortestExtent),
    longestExtent,
  );
  for (const index of wanted) {
    const last = extents.at(-1);
    if (mayJoin && last && last[0] + last[1] === index && last[1] < longest)
      last[1] += 1;
    else extents.push([index, 1, generation!]);
  }
  return extents;
}

/**
 * Puts these segments of a file, which ascend, as of a generation; gives the extents that some of them are in, without a generation
 * none. Those that have been `staged` are put from there. Few of them are not waited for: the end of the transaction tells of them
 * too.
 */
export async function putSegments(
  store: IDBObjectStore,
  image: PageImage,
  wanted: readonly number[],
  generation?: number,
  staged?: ReadonlyMap<number, Blob>,
): Promise<Extent[]> {
  const asBlobs = isChromium();
  const mayJoin = asBlobs && generation !== undefined;
  const extents = extentsOf(wanted, generation);
  const valueOf = ([first, count]: Extent): Blob | Uint8Array => {
    const end = Math.min((first + count) * segmentSize, image.size);
    const file = staged?.get(first);
    if (file?.size === end - first * segmentSize) return file;
    const parts = Array.from({ length: count }, (_, at) => {
      const index = first + at;
      const bytes = image.segment(index) as Uint8Array<ArrayBuffer>;
      return bytes.subarray(0, bytesInSegment(index, image.size));
    });
    // A view would be stored with the whole buffer that it views.
    return asBlobs ? new Blob(parts) : parts[0]!.slice();
  };
  await inTurn(
    extents,
    async (extent) => {
      const key = segmentKey(extent[0], generation);
      const request = store.put(valueOf(extent), key);
      if (wanted.length > underWay) await promisifyRequest(request);
    },
    mayJoin ? 1 : underWay,
  );
  return extents.filter(([, count]) => count > 1);
}

/**
 * Does something with each of these, with some of them at once. If that fails for one, no other is begun; those under way are
 * waited for before it is told.
 */
export async function inTurn<T>(
  all: readonly T[],
  work: (one: T) => Promise<void>,
  atOnce = underWay,
): Promise<void> {
  const rest = all.values();
  let hasFailed = false;
  const some = Array.from({ length: atOnce }, async () => {
    for (const one of rest) {
      if (hasFailed) return;
      try {
        await work(one);
      } catch (thrown) {
        hasFailed = true;
        throw thrown;
      }
    }
  });
  await Promise.allSettled(some);
  await Promise.all(some);
}
