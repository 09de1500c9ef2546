import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { entries } from "idb-keyval";
import { createHash } from "node:crypto";
import { serialize } from "node:v8";
import fc from "fast-check";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { pageSize, segmentSize } from "../../src/core/pages.ts";
import { PageFile } from "../../src/engine/database/pageFile.ts";
import {
  compactPages,
  dropReplaced,
  emptyLayout,
  needsCompaction,
  putPages,
  readPages,
  type Layout,
} from "../../src/storage/pageLog.ts";
import { extentsOf } from "../../src/storage/segments.ts";
import { createStore, type Store } from "../../src/storage/useStore.ts";

let use: Store["use"];

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  ({ use } = createStore("s"));
});

function bytesOf(file: PageFile): Uint8Array {
  const bytes = new Uint8Array(file.size);
  file.read(bytes, 0);
  return bytes;
}

async function save(
  file: PageFile,
  generation: number,
  before?: Layout,
): Promise<Layout> {
  const layout = await use("readwrite", (store) =>
    putPages(store, file, generation, before && dropReplaced(store, before)),
  );
  file.saved();
  return layout;
}

function compact(
  file: PageFile,
  generation: number,
  before: Layout,
): Promise<Layout> {
  return use("readwrite", (store) =>
    compactPages(store, file, generation, dropReplaced(store, before)),
  );
}

/** What the next write does, whatever it is. */
function drop(layout: Layout): Promise<Layout> {
  return use("readwrite", (store) =>
    Promise.resolve(dropReplaced(store, layout)),
  );
}

async function read(layout: Layout, after?: number) {
  return use("readonly", (store) => readPages(store, layout, after));
}

async function keys(): Promise<string[]> {
  return (await entries(use)).map(([key]) => String(key));
}

/** What the store holds, by keys: what its values are made from, in short. */
async function contents(): Promise<Record<string, string>> {
  const all = await entries(use);
  return Object.fromEntries(
    all.map(([key, value]) => [
      String(key),
      createHash("sha1").update(serialize(value)).digest("hex"),
    ]),
  );
}

/** Compares large files; `toEqual` would take seconds. */
function expectSame(file: Uint8Array, other: Uint8Array): void {
  expect(file.byteLength).toBe(other.byteLength);
  expect(Buffer.compare(file, other)).toBe(0);
}

const ones = (length: number, byte = 1) => new Uint8Array(length).fill(byte);

test("a small change of a large file is written as its pages", async () => {
  const file = new PageFile();
  file.write(ones(3 * segmentSize), 0);
  const first = await save(file, 1);
  expect(await keys()).toEqual(["segment,0,1", "segment,1,1", "segment,2,1"]);
  file.write(ones(3 * pageSize, 2), segmentSize - pageSize);
  const second = await save(file, 2, first);
  expect(await keys()).toContain("delta,2");
  expect(second).toEqual({
    size: 3 * segmentSize,
    segments: [1, 1, 1],
    patched: [0, 1],
    deltas: 1,
    deltaBytes: 3 * pageSize,
    extents: [],
  });
  expectSame(bytesOf(new PageFile(await read(second))), bytesOf(file));
});

test("a change of a quarter of a segment is written as the segment", async () => {
  const file = new PageFile();
  file.write(ones(2 * segmentSize), 0);
  const first = await save(file, 1);
  file.write(ones(segmentSize / 4, 2), 0);
  const second = await save(file, 2, first);
  expect(second.segments).toEqual([2, 1]);
  expect(second.deltas).toBe(0);
});

test("values own their bytes: nothing is stored with the buffer around it", async () => {
  const file = new PageFile();
  file.write(ones(segmentSize + 10), 0);
  await save(file, 1);
  const sizes = (await entries<IDBValidKey, Uint8Array>(use)).map(
    ([, bytes]) => bytes.buffer.byteLength,
  );
  expect(sizes).toEqual([segmentSize, 10]);
});

test("many or large changes ask for a compaction, which leaves segments only", async () => {
  const file = new PageFile();
  file.write(ones(segmentSize), 0);
  let layout = await save(file, 1);
  let generation = 1;
  while (!needsCompaction(layout)) {
    generation += 1;
    file.write(ones(10, generation % 256), (generation % 200) * pageSize);
    layout = await save(file, generation, layout);
  }
  expect(layout.deltas).toBe(257);
  const compacted = await drop(await compact(file, generation + 1, layout));
  expect(await keys()).toEqual([`segment,0,${generation + 1}`]);
  expect(compacted).toEqual({
    ...emptyLayout,
    size: segmentSize,
    segments: [generation + 1],
  });
  expectSame(bytesOf(new PageFile(await read(compacted))), bytesOf(file));
});

test("what a write takes the place of is there until the next write: the browser may lose the last one", async () => {
  const file = new PageFile();
  file.write(ones(3 * segmentSize), 0);
  const first = await save(file, 1);
  file.write(ones(10, 2), 2 * segmentSize);
  const second = await save(file, 2, first);
  const before = bytesOf(file);
  expect(await keys()).toContain("delta,2");
  const stored = await contents();

  file.write(ones(segmentSize, 3), 0);
  file.truncate(segmentSize);
  const third = await save(file, 3, second);
  expect(await contents()).toMatchObject(stored);
  expectSame(bytesOf(new PageFile(await read(second))), before);
  expectSame(bytesOf(new PageFile(await read(third))), bytesOf(file));

  await drop(third);
  expect(await keys()).toEqual(["delta,2", "segment,0,3"]);
});

test("what a compaction takes the place of is there until the next write", async () => {
  const file = new PageFile();
  file.write(ones(segmentSize), 0);
  const first = await save(file, 1);
  file.write(ones(10, 2), 0);
  const second = await save(file, 2, first);
  const stored = await contents();
  const third = await compact(file, 3, second);
  expect(await contents()).toMatchObject(stored);
  file.write(ones(10, 4), 0);
  const fourth = await save(file, 4, third);
  expect(await keys()).toEqual(["delta,4", "segment,0,3"]);
  expectSame(bytesOf(new PageFile(await read(fourth))), bytesOf(file));
});

/** Entries that count how many requests of a kind were under way at most. */
function counted(
  store: IDBObjectStore,
  kind: "get" | "put",
): { entries: IDBObjectStore; most: () => number } {
  let now = 0;
  let most = 0;
  const entries = new Proxy(store, {
    get: (_, name) => {
      const value = Reflect.get(store, name) as unknown;
      if (typeof value !== "function") return value;
      if (name !== kind) return value.bind(store) as unknown;
      return (...given: unknown[]) => {
        most = Math.max(most, (now += 1));
        const request = (value as (...all: unknown[]) => IDBRequest).apply(
          store,
          given,
        );
        request.addEventListener("success", () => (now -= 1));
        return request;
      };
    },
  });
  return { entries, most: () => most };
}

test("of a large file few segments are under way at once, in writing and in reading: each is in memory twice meanwhile", async () => {
  const file = new PageFile();
  for (let at = 0; at < 40; at += 1)
    file.write(ones(segmentSize, at), at * segmentSize);
  const [layout, mostPuts] = await use("readwrite", async (store) => {
    const { entries, most } = counted(store, "put");
    return [await putPages(entries, file, 1), most()] as const;
  });
  const [found, mostGets] = await use("readonly", async (store) => {
    const { entries, most } = counted(store, "get");
    return [await readPages(entries, layout), most()] as const;
  });
  expect([mostPuts, mostGets]).toEqual([16, 16]);
  expectSame(bytesOf(new PageFile(found)), bytesOf(file));
});

/** Lets the store take this for Chromium, or for another browser. */
function pretendChromium(isChromium: boolean): void {
  if (isChromium) vi.stubGlobal("StorageBucketManager", () => undefined);
  else vi.unstubAllGlobals();
}

test("Chromium keeps segments as Blobs, other browsers as arrays, and each reads what the other has written", async () => {
  onTestFinished(() => void vi.unstubAllGlobals());
  const file = new PageFile();
  let layout: Layout | undefined;
  for (const [at, isChromium] of [true, false, true].entries()) {
    pretendChromium(isChromium);
    file.write(ones(segmentSize + 10, at + 1), at * segmentSize);
    layout = await save(file, at + 1, layout);
    const found = await read(layout);
    expect(found.damage).toBeUndefined();
    expectSame(bytesOf(new PageFile(found)), bytesOf(file));
  }
  await drop(layout!);
  const values = (await entries<IDBValidKey, Uint8Array | Blob>(use)).map(
    ([, value]) => (value instanceof Blob ? value.size : value.byteLength),
  );
  expect(values).toEqual([segmentSize + 10, segmentSize, segmentSize + 10]);
  const kinds = (await entries(use)).map(([, value]) => value instanceof Blob);
  expect(kinds).toEqual([true, false, true]);
});

/** A file of so many segments, and how Chromium keeps it. */
async function saveExtent(
  count: number,
): Promise<{ file: PageFile; layout: Layout }> {
  onTestFinished(() => void vi.unstubAllGlobals());
  pretendChromium(true);
  const file = new PageFile();
  for (let at = 0; at < count; at += 1)
    file.write(ones(segmentSize, at + 1), at * segmentSize);
  return { file, layout: await save(file, 1) };
}

test("Chromium keeps segments that are written together in Blobs of two or more", async () => {
  const { file, layout } = await saveExtent(5);
  expect(await keys()).toEqual(["segment,0,1", "segment,2,1", "segment,4,1"]);
  expect(layout.extents).toEqual([
    [0, 2, 1],
    [2, 2, 1],
  ]);
  expectSame(bytesOf(new PageFile(await read(layout))), bytesOf(file));
});

test.each([
  [2, [2]],
  [16, [2, 2, 2, 2, 2, 2, 2, 2]],
  [100, [13, 13, 13, 13, 13, 13, 13, 9]],
  [300, [...Array.from({ length: 9 }, () => 32), 12]],
])(
  "%i segments make up to eight extents, and more where those had over 32",
  (count, lengths) => {
    onTestFinished(() => void vi.unstubAllGlobals());
    pretendChromium(true);
    const extents = extentsOf([...Array(count).keys()], 1);
    expect(extents.map(([, length]) => length)).toEqual(lengths);
  },
);

test("an extent stays while half of it counts, also beside a newer segment in the place of its first", async () => {
  const { file, layout } = await saveExtent(4);
  file.write(ones(segmentSize, 9), 0);
  const second = await save(file, 2, layout);
  file.write(ones(segmentSize, 8), 0);
  const third = await drop(await save(file, 3, second));
  expect(third.extents).toEqual([
    [0, 2, 1],
    [2, 2, 1],
  ]);
  expect(await keys()).toEqual(["segment,0,1", "segment,0,3", "segment,2,1"]);
  const found = await read(third);
  expect(found.damage).toBeUndefined();
  expectSame(bytesOf(new PageFile(found)), bytesOf(file));
});

test("what is left of an extent that hardly counts is written anew, and the extent dropped by the next write", async () => {
  const { file, layout } = await saveExtent(17);
  file.write(ones(2 * segmentSize, 9), 0);
  const second = await save(file, 2, layout);
  expect(second.segments).toEqual([2, 2, 2, ...Array(14).fill(1)]);
  expectSame(
    bytesOf(new PageFile(await read(layout))).subarray(0, 1),
    ones(1, 1),
  );
  const dropped = await drop(second);
  expect((await keys()).slice(0, 3)).toEqual([
    "segment,0,2",
    "segment,2,2",
    "segment,3,1",
  ]);
  expectSame(bytesOf(new PageFile(await read(dropped))), bytesOf(file));
});

test("an extent that is too short for its segments is damage, and so is a Blob that no segment counts on", async () => {
  const { layout } = await saveExtent(2);
  await use("readwrite", (store) => {
    store.put(new Blob([ones(segmentSize)]), ["segment", 0, 1]);
    return Promise.resolve();
  });
  expect((await read(layout)).damage).toBe("segment 1 is missing");
  await use("readwrite", (store) => {
    store.put(new Blob([ones(2 * segmentSize)]), ["segment", 0, 1]);
    store.put(new Blob([ones(1)]), ["segment", 1, 1]);
    return Promise.resolve();
  });
  expect((await read(layout)).damage).toBe("there are segments behind its end");
});

test("segments in Blobs are read later where the browser can, each by itself; of one whose file is lost that is known at once", async () => {
  onTestFinished(() => void vi.restoreAllMocks());
  const { file, layout } = await saveExtent(3);
  file.write(ones(10, 9), 3 * segmentSize);
  const second = await save(file, 2, layout);
  vi.stubGlobal("FileReaderSync", () => undefined);
  const later = () =>
    use("readonly", (store) => readPages(store, second, -1, true));
  const found = await later();
  const isRead = [...found.segments.values()].map(
    (segment) => segment instanceof Uint8Array,
  );
  expect(isRead).toEqual([false, false, false, false]);
  const opened = new PageFile(found);
  await opened.fetchRest(() => true);
  expectSame(bytesOf(opened), bytesOf(file));

  const lost = new DOMException("The file is gone.", "NotReadableError");
  vi.spyOn(Blob.prototype, "arrayBuffer").mockRejectedValueOnce(lost);
  expect((await later()).damage).toBe("segment 0 is missing");
});

test("a Blob that cannot be read any more is segments that are missing", async () => {
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
  pretendChromium(true);
  const file = new PageFile();
  file.write(ones(2 * segmentSize), 0);
  const first = await save(file, 1);
  file.write(ones(segmentSize, 2), 2 * segmentSize);
  const layout = await save(file, 2, first);
  const lost = new DOMException("The file is gone.", "NotReadableError");
  const reading = vi.spyOn(Blob.prototype, "arrayBuffer");
  reading.mockRejectedValueOnce(lost);
  const found = await read(layout);
  expect(found.damage).toBe("segment 2 is missing");
  expect([...found.segments.keys()]).toEqual([0, 1]);
  reading.mockRejectedValueOnce(lost);
  expect((await read(first)).damage).toBe("segment 0 is missing");
});

test("whatever is written, truncated, taken back, saved and compacted, the store has the file of the last save, in any browser; and so has who follows", async () => {
  onTestFinished(() => void vi.unstubAllGlobals());
  const place = fc.integer({ min: 0, max: 2.5 * segmentSize });
  const action = fc.oneof(
    fc.record({
      type: fc.constant("write" as const),
      at: place,
      length: fc.oneof(
        fc.integer({ min: 1, max: 9000 }),
        fc.integer({ min: 1, max: 600_000 }),
      ),
      byte: fc.integer({ min: 1, max: 255 }),
    }),
    fc.record({ type: fc.constant("truncate" as const), at: place }),
    fc.record({
      type: fc.constantFrom(
        "save" as const,
        "save" as const,
        "revert" as const,
        "compact" as const,
        "follow" as const,
        "change browsers" as const,
      ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      globalThis.indexedDB = new IDBFactory();
      ({ use } = createStore("s"));
      const file = new PageFile();
      const follower = new PageFile();
      let followed = 0;
      let layout: Layout | undefined;
      let generation = 0;
      let saved = new Uint8Array();
      let isChromium = false;
      pretendChromium(isChromium);
      for (const step of actions)
        if (step.type === "write")
          file.write(
            ones(step.length, step.byte),
            // SQLite leaves no holes.
            Math.min(step.at, file.size),
          );
        else if (step.type === "truncate") file.truncate(step.at);
        else if (step.type === "revert") {
          file.revert();
          expectSame(bytesOf(file), saved);
        } else if (step.type === "save") {
          generation += 1;
          const stored = layout && (await drop(layout), await keys());
          layout = await save(file, generation, layout);
          expect(await keys()).toEqual(expect.arrayContaining(stored ?? []));
          saved = bytesOf(file) as Uint8Array<ArrayBuffer>;
        } else if (step.type === "change browsers") {
          isChromium = !isChromium;
          pretendChromium(isChromium);
        } else if (step.type === "follow") {
          if (!layout) continue;
          const found = await read(layout, followed);
          expect(found.damage).toBeUndefined();
          follower.load(found);
          followed = generation;
          expectSame(bytesOf(follower), saved);
        } else if (layout && !file.isChanged) {
          generation += 1;
          layout = await compact(file, generation, layout);
        }
      const found = await read(layout ?? emptyLayout);
      expect(found.damage).toBeUndefined();
      expectSame(bytesOf(new PageFile(found)), saved);
    }),
    { numRuns: 60 },
  );
}, 120_000);
