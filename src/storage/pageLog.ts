/**
 * How the bytes of a SQLite file are kept, so that a save costs what changed:
 *
 *   ["segment", i, generation]   the bytes from i MB on, at most 1 MB, or an extent of segments from i on, see segments.ts
 *   ["segment", i]               the same, as written before format 5 and in a copy, see coldCopy.ts
 *   ["delta", generation]        PageDelta: the pages that a commit changed where it wrote no segment
 *
 * A layout in the manifest says which generation wrote each segment. A page of a delta counts if its segment is older. Small
 * commits want small values, loading and opening want large ones: a segment is written anew when a quarter of its pages has
 * changed, and compaction turns deltas into segments. An extent stays as long as half of it counts.
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
import {
  type Extent,
  type KeptSegments,
  putSegments,
  readSegments,
  segmentKey,
} from "./segments.ts";
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
  /** The extents that count, in part at least; missing before format 6. */
  extents?: readonly Extent[];
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
  const kept = keptOf(layout, keys);
  const wanted = after < 0 ? kept : keptOf(layout, keys, after);
  const found = await readSegments(store, wanted, isLater);
  const missing = generations.findIndex(
    (written, index) => written > after && !found.has(index),
  );
  let damage: string | undefined;
  if (segmentCount(size) !== generations.length)
    damage = `it has ${generations.length} segments and ${size.toLocaleString("en")} bytes`;
  else if (missing >= 0) damage = `segment ${missing} is missing`;
  else if (countSegments(keys, replaced) > kept.length)
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

/** The segments of a changed file that `putPages` would put whole, ascending. */
export function segmentsToPut(
  image: PageImage,
  before: Layout = emptyLayout,
): readonly number[] {
  return replaceChanged(image, groupBySegment(image.changedPages()), 0, before)
    .whole;
}

/**
 * Puts what has changed in a file, as generation `generation`, and gives the layout from then on. Without a layout before, the
 * whole file is put. Segments that have been `staged` are put from there.
 */
export async function putPages(
  store: IDBObjectStore,
  image: PageImage,
  generation: number,
  before: Layout = emptyLayout,
  staged?: ReadonlyMap<number, Blob>,
): Promise<Layout> {
  const count = segmentCount(image.size);
  const changed = groupBySegment(image.changedPages());
  const { whole, segments, extents, replaced } = replaceChanged(
    image,
    changed,
    generation,
    before,
  );
  const patched = new Set(
    before.patched.filter(
      (index) => index < count && segments[index] !== generation,
    ),
  );
  const loose: number[] = [];
  for (const [index, pages] of changed) {
    if (index >= count || segments[index] === generation) continue;
    loose.push(...pages);
    patched.add(index);
  }
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
  const made = await putSegments(store, image, whole, generation, staged);
  return {
    size: image.size,
    segments,
    patched: [...patched],
    deltas,
    deltaBytes,
    extents: [...extents, ...made],
    ...(replaced.length > 0 && { replaced: { segments: replaced } }),
  };
}

/** Drops what the write of this layout has replaced; gives the layout from then on. */
export function dropReplaced(store: IDBObjectStore, layout: Layout): Layout {
  const { replaced, ...rest } = layout;
  if (!replaced) return layout;
  const { segments, deltas } = replaced;
  // An older one may be an extent that still counts.
  for (const [index, generation] of segments) {
    store.delete(segmentKey(index));
    store.delete(segmentKey(index, generation));
  }
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
  await putSegments(store, image, whole);
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
  const { whole, segments, extents, replaced } = replace(
    before,
    before.segments.length,
    new Set(before.patched),
    generation,
  );
  const made = await putSegments(store, image, whole, generation);
  return {
    ...emptyLayout,
    size: before.size,
    segments,
    extents: [...extents, ...made],
    replaced: { segments: replaced, deltas: generation },
  };
}

export const emptyLayout: Layout = {
  size: 0,
  segments: [],
  patched: [],
  deltas: 0,
  deltaBytes: 0,
  extents: [],
};

/** Where the segments are that were written after a generation. */
function keptOf(
  layout: Layout,
  keys: readonly IDBValidKey[],
  after = -1,
): KeptSegments[] {
  const { segments, extents = [] } = layout;
  const there = new Set(keys.map(String));
  const kept: KeptSegments[] = [];
  for (const extent of extents) {
    const [first, , written] = extent;
    const key = segmentKey(first, written);
    const members = inUse(extent, segments).map((index): [number, number] => [
      index,
      index - first,
    ]);
    if (written > after && members.length > 0) kept.push({ key, members });
  }
  for (const [index, written] of aloneIn(layout)) {
    const own = segmentKey(index, written);
    const key = there.has(String(own)) ? own : segmentKey(index);
    if (written > after) kept.push({ key, members: [[index, 0]] });
  }
  return kept;
}

/** The segments that are in no extent, and the generations that wrote them. */
function aloneIn({ segments, extents = [] }: Layout): Map<number, number> {
  const alone = new Map(segments.entries());
  for (const extent of extents)
    for (const index of inUse(extent, segments)) alone.delete(index);
  return alone;
}

/** The segments of an extent that nothing newer is in the place of. */
function inUse(
  [first, count, generation]: Extent,
  segments: readonly number[],
): number[] {
  const all = Array.from({ length: count }, (_, at) => first + at);
  return all.filter((index) => segments[index] === generation);
}

/**
 * What becomes of the segments and extents of a layout if these segments of a file of `count` are written anew, as of a generation:
 * all that are to be written, ascending, with what is left of extents that hardly count; the generations of all; the extents that
 * stay; and what has no use any more.
 */
function replace(
  before: Layout,
  count: number,
  wanted: ReadonlySet<number>,
  generation: number,
): {
  whole: number[];
  segments: number[];
  extents: Extent[];
  replaced: [index: number, generation: number][];
} {
  const whole = new Set(wanted);
  const replaced: [index: number, generation: number][] = [];
  const extents: Extent[] = [];
  for (const extent of before.extents ?? []) {
    const rest = inUse(extent, before.segments).filter(
      (index) => index < count && !wanted.has(index),
    );
    const [first, length, written] = extent;
    if (rest.length * 2 >= length) extents.push(extent);
    else {
      replaced.push([first, written]);
      for (const index of rest) whole.add(index);
    }
  }
  for (const [index, written] of aloneIn(before))
    if (index >= count || whole.has(index)) replaced.push([index, written]);
  const segments = before.segments.slice(0, count);
  for (const index of whole) segments[index] = generation;
  return {
    whole: [...whole].sort((a, b) => a - b),
    segments,
    extents,
    replaced,
  };
}

/** The same for a file of which these pages have changed, by segment: those are written anew of which much has changed. */
function replaceChanged(
  image: PageImage,
  changed: ReadonlyMap<number, readonly number[]>,
  generation: number,
  before: Layout,
): ReturnType<typeof replace> {
  const count = segmentCount(image.size);
  const wanted = new Set<number>();
  for (let index = 0; index < count; index += 1) {
    const pages = changed.get(index)?.length ?? 0;
    const isNew = index >= before.segments.length;
    if (isNew || pages * 4 >= pagesIn(index, image.size)) wanted.add(index);
  }
  return replace(before, count, wanted, generation);
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
