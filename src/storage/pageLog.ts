/**
 * How the bytes of a SQLite file are kept, so that a save costs what changed:
 *
 *   ["segment", i, generation]   the bytes from i MB on, at most 1 MB, see segments.ts
 *   ["segment", i]               the same, as written before format 5 and in a copy, see coldCopy.ts
 *   ["delta", generation]        PageDelta: the pages that a commit changed where it wrote no segment
 *
 * A layout in the manifest says which generation wrote each segment. A page of a delta counts if its segment is older. Small
 * commits want small values, loading and opening want large ones: a segment is written anew when a quarter of its pages has
 * changed, and compaction turns deltas into segments.
 *
 * What a commit takes the place of is dropped by the write after it. The browser keeps large values in files of their own, which
 * are gone at once when they are dropped: if the end of its log is torn off with the last commit, the one before needs them.
 */
import { promisifyRequest } from "idb-keyval";
import {
  bytesInSegment,
  pageSize,
  pagesPerSegment,
  segmentCount,
  segmentSize,
  type FoundPages,
  type PageDelta,
  type PageImage,
} from "../core/pages.ts";
import { putSegments, readSegments } from "./segments.ts";
import { keysUnder, readEntries } from "./useStore.ts";

/** Where the bytes of a file are. */
export interface Layout {
  /** Bytes of the file. */
  size: number;
  /** The generation that wrote each segment. */
  segments: readonly number[];
  /** The segments that have newer pages in deltas. */
  patched: readonly number[];
  /** How many deltas there are, and of how many bytes. */
  deltas: number;
  deltaBytes: number;
  replaced?: Replaced;
}

/** What is still there although newer segments are in its place. */
export interface Replaced {
  /** The segments, with the generations that wrote them. */
  segments: readonly (readonly [index: number, generation: number])[];
  /** The generation of the last delta of this kind, if there is one. */
  deltas?: number;
}

/** Reads what was written after a generation; all, without one. Segments may be read later if `isLater`. */
export async function readPages(
  store: IDBObjectStore,
  layout: Layout,
  after = -1,
  isLater = false,
): Promise<FoundPages> {
  const { size, segments: generations, replaced } = layout;
  const compacted = Math.max(after, replaced?.deltas ?? -1);
  const deltaKeys = IDBKeyRange.bound(
    ["delta", compacted],
    ["delta", []],
    true,
  );
  const [keys, deltas] = await Promise.all([
    promisifyRequest(store.getAllKeys(keysUnder("segment"))),
    readAll<number>(store, deltaKeys),
  ]);
  const wanted = wantedKeys(generations, after, keys);
  const found = await readSegments(store, wanted, isLater);
  const missing = [...wanted.keys()].find((index) => !found.has(index));
  let damage: string | undefined;
  if (segmentCount(size) !== generations.length)
    damage = `it has ${generations.length} segments and ${size.toLocaleString("en")} bytes`;
  else if (missing !== undefined) damage = `segment ${missing} is missing`;
  else if (countSegments(keys, replaced) > generations.length)
    damage = "there are segments behind its end";
  else if (after < 0 && deltas.length !== layout.deltas)
    damage = `${deltas.length} of its ${layout.deltas} latest changes are there`;
  else if (!deltas.every(([, delta]) => isDelta(delta)))
    damage = "one of its latest changes cannot be read";
  const newer = deltas.flatMap(([generation, delta]) =>
    isDelta(delta) ? [newerPages(delta, generation, generations)] : [],
  );
  return { size, segments: found, deltas: newer, damage };
}

/**
 * Puts what has changed in a file, as generation `generation`, and gives the layout from then on. Without a layout before, the
 * whole file is put.
 */
export async function putPages(
  store: IDBObjectStore,
  image: PageImage,
  generation: number,
  before: Layout = emptyLayout,
): Promise<Layout> {
  const count = segmentCount(image.size);
  const segments = before.segments.slice(0, count);
  const patched = new Set(before.patched.filter((index) => index < count));
  const replaced: [index: number, generation: number][] = [];
  const whole: number[] = [];
  const loose: number[] = [];
  const changed = groupBySegment(image.changedPages());
  for (let index = 0; index < count; index += 1) {
    const pages = changed.get(index) ?? [];
    const written = segments[index];
    if (
      written === undefined ||
      pages.length * 4 >= pagesIn(index, image.size)
    ) {
      if (written !== undefined) replaced.push([index, written]);
      whole.push(index);
      segments[index] = generation;
      patched.delete(index);
    } else if (pages.length > 0) {
      loose.push(...pages);
      patched.add(index);
    }
  }
  for (let index = count; index < before.segments.length; index += 1)
    replaced.push([index, before.segments[index]!]);
  let { deltas, deltaBytes } = before;
  if (loose.length > 0) {
    const bytes = new Uint8Array(loose.length * pageSize);
    for (const [at, page] of loose.entries())
      bytes.set(image.page(page), at * pageSize);
    const delta: PageDelta = { pages: Int32Array.from(loose), bytes };
    store.put(delta, ["delta", generation]);
    deltas += 1;
    deltaBytes += bytes.byteLength;
  }
  await putSegments(store, image, whole, (index) =>
    segmentKey(index, generation),
  );
  return {
    size: image.size,
    segments,
    patched: [...patched],
    deltas,
    deltaBytes,
    ...(replaced.length > 0 && { replaced: { segments: replaced } }),
  };
}

/** Drops what the write of this layout has replaced; gives the layout from then on. */
export function dropReplaced(store: IDBObjectStore, layout: Layout): Layout {
  const { replaced, ...rest } = layout;
  if (!replaced) return layout;
  const { segments, deltas } = replaced;
  for (const [index, generation] of segments)
    store.delete(
      IDBKeyRange.bound(segmentKey(index), segmentKey(index, generation)),
    );
  if (deltas !== undefined)
    store.delete(IDBKeyRange.bound(["delta"], ["delta", deltas]));
  return rest;
}

/** Puts these segments of a file of segments alone, and drops what is behind its end. */
export async function putAllSegments(
  store: IDBObjectStore,
  image: PageImage,
  generation: number,
  changed: Iterable<number>,
): Promise<Layout> {
  const count = segmentCount(image.size);
  store.delete(IDBKeyRange.bound(["segment", count], ["segment", []]));
  const whole = [...changed].filter((index) => index < count);
  await putSegments(store, image, whole, (index) => segmentKey(index));
  const segments = Array.from({ length: count }, () => generation);
  return { ...emptyLayout, size: image.size, segments };
}

/** Whether so much is in deltas that opening would take notice. */
export function needsCompaction({ size, deltas, deltaBytes }: Layout): boolean {
  return deltas > 256 || deltaBytes > Math.max(8 * segmentSize, size / 10);
}

/** Puts segments in the place of deltas; `image` must be what is stored. */
export async function compactPages(
  store: IDBObjectStore,
  image: PageImage,
  generation: number,
  before: Layout,
): Promise<Layout> {
  const segments = [...before.segments];
  const replaced = before.patched.map(
    (index) => [index, segments[index]!] as const,
  );
  for (const index of before.patched) segments[index] = generation;
  await putSegments(store, image, before.patched, (index) =>
    segmentKey(index, generation),
  );
  return {
    ...emptyLayout,
    size: before.size,
    segments,
    replaced: { segments: replaced, deltas: generation },
  };
}

export const emptyLayout: Layout = {
  size: 0,
  segments: [],
  patched: [],
  deltas: 0,
  deltaBytes: 0,
};

/** Where a segment is: under its number alone if no generation is named. */
function segmentKey(index: number, ...generation: number[]): IDBValidKey {
  return ["segment", index, ...generation];
}

/** Where the segments are that were written after a generation, by their numbers. */
function wantedKeys(
  generations: readonly number[],
  after: number,
  keys: readonly IDBValidKey[],
): Map<number, IDBValidKey> {
  const there = new Set(keys.map(String));
  const wanted = new Map<number, IDBValidKey>();
  for (const [index, written] of generations.entries()) {
    const key = segmentKey(index, written);
    if (written > after)
      wanted.set(index, there.has(String(key)) ? key : segmentKey(index));
  }
  return wanted;
}

/** How many segments there are besides those that were replaced. */
function countSegments(
  keys: readonly IDBValidKey[],
  replaced: Replaced | undefined,
): number {
  const old = new Set(
    replaced?.segments.flatMap(([index, generation]) => [
      String(segmentKey(index)),
      String(segmentKey(index, generation)),
    ]),
  );
  return keys.filter((key) => !old.has(String(key))).length;
}

function pagesIn(segment: number, size: number): number {
  return Math.ceil(bytesInSegment(segment, size) / pageSize);
}

function groupBySegment(pages: readonly number[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const page of pages) {
    const index = Math.floor(page / pagesPerSegment);
    const group = groups.get(index);
    if (group) group.push(page);
    else groups.set(index, [page]);
  }
  return groups;
}

/** Of the pages of a delta those whose segment was not written later. */
function newerPages(
  { pages, bytes }: PageDelta,
  generation: number,
  segments: readonly number[],
): PageDelta {
  const kept: number[] = [];
  for (const [at, page] of pages.entries()) {
    const written = segments[Math.floor(page / pagesPerSegment)];
    if (written !== undefined && written < generation) kept.push(at);
  }
  if (kept.length === pages.length) return { pages, bytes };
  const newer = new Uint8Array(kept.length * pageSize);
  for (const [to, at] of kept.entries())
    newer.set(
      bytes.subarray(at * pageSize, (at + 1) * pageSize),
      to * pageSize,
    );
  return { pages: Int32Array.from(kept, (at) => pages[at]!), bytes: newer };
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function isDelta(value: unknown): value is PageDelta {
  const { pages, bytes } = (value ?? {}) as Partial<PageDelta>;
  return (
    pages instanceof Int32Array &&
    isBytes(bytes) &&
    bytes.byteLength === pages.length * pageSize
  );
}

/** The last parts of the keys in a range, and the values. */
async function readAll<Last extends IDBValidKey>(
  store: IDBObjectStore,
  range: IDBKeyRange,
): Promise<[Last, unknown][]> {
  const entries = await readEntries<[string, Last]>(store, range);
  return entries.map(([[, last], value]) => [last, value]);
}
