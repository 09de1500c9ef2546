import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import fc from "fast-check";
import { set } from "idb-keyval";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { CacheEntry } from "../../src/core/cache.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { ResultsCommit } from "../../src/engine/services.ts";
import { mostCacheEntries } from "../../src/storage/cacheEntries.ts";
import { openNotebookStore } from "../../src/storage/notebookStore.ts";
import { createStore } from "../../src/storage/useStore.ts";

const event = (at: number): RunEvent => ({ type: "cancel-requested", at });

function commitOf(
  values: Record<string, unknown>,
  firstEvent = 0,
  more: Partial<ResultsCommit> = {},
): ResultsCommit {
  return {
    run: "r",
    keys: Object.keys(values),
    values: Object.values(values),
    events: [event(firstEvent)],
    firstEvent,
    cache: [],
    ...more,
  };
}

/** An entry whose result is kept under its own cache key. */
function entryOf(
  cacheKey: string,
  at: number,
  more: Partial<CacheEntry> = {},
): CacheEntry {
  return {
    cacheKey,
    task: "t",
    version: "v",
    inputs: {},
    key: "k",
    node: "t-1",
    at,
    run: "r",
    runAt: 0,
    resultKey: cacheKey,
    size: 8,
    ...more,
  };
}

/** Counts the records that are put and got until the test ends. */
function countRequests(): { put: number; get: number } {
  const counts = { put: 0, get: 0 };
  const { prototype } = IDBObjectStore;
  const { put, get } = prototype;
  prototype.put = function (...args) {
    counts.put += 1;
    return put.apply(this, args);
  };
  prototype.get = function (...args) {
    counts.get += 1;
    return get.apply(this, args);
  };
  onTestFinished(() => {
    Object.assign(prototype, { put, get });
  });
  return counts;
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

test("ten thousand small results are a few records to write and one to read", async () => {
  const store = await openNotebookStore("n");
  const keys = Array.from({ length: 10_000 }, (_, at) => `k#${at}`);
  const values = keys.map((key, at) => ({ at, key }));
  const counts = countRequests();
  await store.commitResults({ ...commitOf({}), keys, values });
  expect(counts.put).toBeLessThanOrEqual(3);

  const again = await openNotebookStore("n");
  counts.get = 0;
  const found = await again.results("r", [...keys].reverse());
  expect(found.map((one) => one?.value)).toEqual([...values].reverse());
  for (const key of keys.slice(0, 100)) await again.results("r", [key]);
  expect(counts.get).toBe(1);
});

test("results of a map's elements are found under the key of each", async () => {
  const store = await openNotebookStore("n");
  const places = Int32Array.of(7, 0);
  const keys = ["task", { of: "map", places }, { of: "other", places }];
  const values = [1, 2, 3, 4, 5];
  await store.commitResults({ ...commitOf({}), keys, values });
  const named = ["other#7", "map#0", "task", "map#1"];
  for (const each of [store, await openNotebookStore("n")])
    expect(await each.results("r", named)).toEqual([
      { value: 4 },
      { value: 3 },
      { value: 1 },
      undefined,
    ]);
});

test("results of a run that began here are found without going through all that it has", async () => {
  const store = await openNotebookStore("n");
  await store.appendEvents("r", 0, [event(0)]);
  await store.commitResults(commitOf({ a: 1, b: 2 }, 1));
  await store.commitResults(commitOf({ c: 3, d: 4 }, 2));
  const openCursor = vi.spyOn(IDBObjectStore.prototype, "openCursor");
  onTestFinished(() => openCursor.mockRestore());
  const find = (from: typeof store) => from.results("r", ["d", "a"]);
  expect(await find(store)).toEqual([{ value: 4 }, { value: 1 }]);
  expect(openCursor).not.toHaveBeenCalled();
  const again = await openNotebookStore("n");
  expect(await find(again)).toEqual([{ value: 4 }, { value: 1 }]);
  expect(openCursor).toHaveBeenCalled();
});

test("a large result is read without others", async () => {
  const store = await openNotebookStore("n");
  const large = new Uint8Array(100_000);
  const long = "x".repeat(100_000);
  const list = Array.from({ length: 100_000 }, (_, at) => at);
  const values = { a: 1, large, b: [2], long, list, map: new Map([[1, long]]) };
  await store.commitResults(commitOf(values));
  const raw = createStore("flowbook:n");
  const keys = await new Promise<IDBValidKey[]>((resolve) => {
    void raw.use("readonly", async (entries) => {
      const request = entries.getAllKeys();
      request.onsuccess = () => resolve(request.result);
    });
  });
  expect(
    keys.filter((key) => Array.isArray(key) && key[0] === "result"),
  ).toEqual(
    ["large", "list", "long", "map"].map((key) => ["result", "r", key]),
  );
  const again = await openNotebookStore("n");
  for (const each of [store, again])
    expect(await each.results("r", Object.keys(values))).toEqual(
      Object.values(values).map((value) => ({ value })),
    );
});

test("an undefined result is told from none, and a run's from another's", async () => {
  const store = await openNotebookStore("n");
  await store.commitResults(commitOf({ a: undefined, b: null }));
  await store.commitResults(commitOf({ a: 1, c: 2 }, 0, { run: "s" }));
  expect(await store.results("r", ["c", "b", "a", "b"])).toEqual([
    undefined,
    { value: null },
    { value: undefined },
    { value: null },
  ]);
  expect(await store.results("s", ["a", "b"])).toEqual([
    { value: 1 },
    undefined,
  ]);
  expect(await store.results("t", ["a"])).toEqual([undefined]);
});

test("of what was written under a key the last counts, however it was written and when it was asked for", async () => {
  const keys = ["a", "b", "c"];
  const commits = fc.array(
    fc.record({
      keys: fc.subarray(keys, { minLength: 1 }),
      isLarge: fc.boolean(),
      isRead: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(commits, async (list) => {
      globalThis.indexedDB = new IDBFactory();
      const store = await openNotebookStore("n");
      const expected = new Map<string, string>();
      const check = async (from: typeof store) => {
        const found = await from.results("r", keys);
        expect(found.map((one) => one?.value)).toEqual(
          keys.map((key) => expected.get(key)),
        );
      };
      for (const [at, commit] of list.entries()) {
        const value = `${at}${commit.isLarge ? "x".repeat(10_000) : ""}`;
        const values = commit.keys.map(() => value);
        await store.commitResults(
          commitOf({}, at, { keys: commit.keys, values }),
        );
        for (const key of commit.keys) expected.set(key, value);
        if (commit.isRead) await check(store);
      }
      await check(store);
      await check(await openNotebookStore("n"));
    }),
    { numRuns: 100 },
  );
});

test.each([
  [{ a: 1 }, { a: 2, b: 2 }],
  [{ a: 1, b: 1 }, { a: 2 }],
])(
  "a write that was done unknown to its writer counts no more: %o, then %o",
  async (unknown, known) => {
    const lost = await openNotebookStore("n");
    await lost.commitResults(commitOf(unknown, 0));
    const store = await openNotebookStore("n");
    await store.commitResults(commitOf(known, 0));
    for (const each of [store, await openNotebookStore("n")])
      expect(await each.results("r", ["a"])).toEqual([{ value: 2 }]);
  },
);

test("results that cannot be stored keep nothing, neither results nor events nor entries", async () => {
  const store = await openNotebookStore("n");
  await store.commitResults(commitOf({ a: 1, b: 2 }));
  await expect(
    store.commitResults(
      commitOf({ c: 1, d: () => 1 }, 1, { cache: [entryOf("c", 1)] }),
    ),
  ).rejects.toMatchObject({ code: "cannot-copy" });
  for (const each of [store, await openNotebookStore("n")]) {
    expect(await each.results("r", ["a", "c"])).toEqual([
      { value: 1 },
      undefined,
    ]);
    expect(await each.cacheEntries()).toEqual([]);
    expect((await each.load()).runs[0]?.events).toEqual([event(0)]);
  }
});

test("a writer that was overtaken writes no results, and others that it overtakes write none", async () => {
  const first = await openNotebookStore("n");
  const second = await openNotebookStore("n");
  await first.commitResults(commitOf({ a: 1, b: 2 }));
  const overtaken = { code: "storage-conflict" };
  await expect(
    second.commitResults(commitOf({ a: 3, b: 4 })),
  ).rejects.toMatchObject(overtaken);
  await expect(second.appendEvents("r", 1, [event(1)])).rejects.toMatchObject(
    overtaken,
  );
  const again = await openNotebookStore("n");
  expect(await again.results("r", ["a"])).toEqual([{ value: 1 }]);
});

test("writes that are started at once happen in order, those with entries too", async () => {
  const store = await openNotebookStore("n");
  await Promise.all([
    store.commitResults(commitOf({ a: 1 }, 0, { cache: [entryOf("a", 1)] })),
    store.appendEvents("r", 1, [event(1)]),
    store.commitResults(
      commitOf({ a: 2, b: 2 }, 2, { cache: [entryOf("a", 2)] }),
    ),
  ]);
  const { runs, cache } = await store.load();
  expect(runs[0]?.events).toEqual([event(0), event(1), event(2)]);
  expect(cache).toEqual([entryOf("a", 2)]);
  expect(await store.results("r", ["a"])).toEqual([{ value: 2 }]);
});

test("cache entries are there after reopening, newest first, one for each key", async () => {
  const store = await openNotebookStore("n");
  await store.commitResults(
    commitOf({ a: 1, b: 2 }, 0, { cache: [entryOf("a", 1), entryOf("b", 2)] }),
  );
  await store.commit({
    run: "r",
    firstEvent: 1,
    events: [event(1)],
    key: "a",
    result: 3,
    cache: entryOf("a", 3),
    pages: undefined,
  });
  const again = await openNotebookStore("n");
  const expected = [entryOf("a", 3), entryOf("b", 2)];
  expect(await store.cacheEntries()).toEqual(expected);
  expect(await again.cacheEntries()).toEqual(expected);
  expect((await again.load()).cache).toEqual(expected);
});

test("the cache entries that were written last are kept", async () => {
  const store = await openNotebookStore("n");
  const entries = Array.from({ length: mostCacheEntries + 5 }, (_, at) =>
    entryOf(`k${at}`, at),
  );
  await store.commitResults(commitOf({ a: 1 }, 0, { cache: entries }));
  await store.commitResults(
    // What is written again is the newest, though it was the oldest.
    commitOf({ a: 1 }, 1, {
      cache: [entryOf("k5", 9_000_000), entryOf("new", 9_000_001)],
    }),
  );
  for (const each of [store, await openNotebookStore("n")]) {
    const kept = (await each.cacheEntries()).map(({ cacheKey }) => cacheKey);
    expect(kept).toHaveLength(mostCacheEntries);
    expect(kept.slice(0, 3)).toEqual(["new", "k5", `k${mostCacheEntries + 4}`]);
    expect(kept.at(-1)).toBe("k7");
  }
});

test("an entry whose result is not there is dropped when that is found out", async () => {
  const store = await openNotebookStore("n");
  await store.commitResults(
    commitOf({ a: 1, b: 2 }, 0, {
      cache: [
        entryOf("a", 1),
        entryOf("gone", 2),
        entryOf("b", 3, { run: "other" }),
      ],
    }),
  );
  expect(await store.results("r", ["a", "gone", "b"])).toEqual([
    { value: 1 },
    undefined,
    { value: 2 },
  ]);
  const left = [entryOf("b", 3, { run: "other" }), entryOf("a", 1)];
  expect(await store.cacheEntries()).toEqual(left);
  expect(await store.results("other", ["b"])).toEqual([undefined]);
  const again = await openNotebookStore("n");
  expect(await again.cacheEntries()).toEqual([entryOf("a", 1)]);
});

test("an entry that another tab has renewed is not dropped", async () => {
  const store = await openNotebookStore("n");
  await store.commitResults(
    commitOf({ a: 1 }, 0, { cache: [entryOf("gone", 1)] }),
  );
  const renewed = entryOf("gone", 2, { run: "s", resultKey: "a" });
  await set(["cache", "gone"], renewed, createStore("flowbook:n").use);
  await store.results("r", ["gone"]);
  const again = await openNotebookStore("n");
  expect(await again.cacheEntries()).toEqual([renewed]);
});

test("results that need not be kept are dropped: large ones of other runs, small ones of the oldest, and what is named stays", async () => {
  const store = await openNotebookStore("n");
  const large = "x".repeat(9000);
  for (const run of ["old", "middle", "new"]) {
    await store.commitResults({
      ...commitOf({ small: 1, other: 2, large, kept: large }, 0),
      run,
    });
  }
  await store.retainResults({
    runs: ["new"],
    keys: { middle: ["kept"] },
    small: ["new", "middle"],
  });
  const again = await openNotebookStore("n");
  const all = ["small", "other", "large", "kept"];
  for (const each of [store, again]) {
    expect(await each.results("new", all)).toEqual([
      { value: 1 },
      { value: 2 },
      { value: large },
      { value: large },
    ]);
    expect(await each.results("middle", all)).toEqual([
      { value: 1 },
      { value: 2 },
      undefined,
      { value: large },
    ]);
    expect(await each.results("old", all)).toEqual(all.map(() => undefined));
  }
});

test("an entry goes when its result is replaced, as it would lead to one of other inputs", async () => {
  const store = await openNotebookStore("n");
  await store.commitResults(
    commitOf({ a: 1, b: 2 }, 0, { cache: [entryOf("a", 1), entryOf("b", 2)] }),
  );
  await store.commitResults(commitOf({ a: 3 }, 1));
  for (const each of [store, await openNotebookStore("n")])
    expect(
      (await each.cacheEntries()).map(({ resultKey }) => resultKey),
    ).toEqual(["b"]);
  const again = await openNotebookStore("n");
  await again.load();
  await again.commitResults(
    commitOf({ b: 4 }, 2, { cache: [entryOf("b", 5)] }),
  );
  expect(await again.cacheEntries()).toEqual([entryOf("b", 5)]);
});
