import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import fc from "fast-check";
import { get, set, setMany } from "idb-keyval";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import type { FoundPages } from "../../src/core/pages.ts";
import { upgradeEvents } from "../../src/core/upgrade.ts";
import { PageFile } from "../../src/engine/database/pageFile.ts";
import {
  openNotebookStore,
  removeNotebookStore,
} from "../../src/storage/notebookStore.ts";
import { createStore, storageError } from "../../src/storage/useStore.ts";
import { makeGraph } from "../core/makeGraph.ts";

/** A database file that was written anew. */
function imageOf(...bytes: number[]): PageFile {
  const file = new PageFile();
  file.write(Uint8Array.from(bytes), 0);
  return file;
}

function bytesOf(found: FoundPages): number[] {
  return new PageFile(found).parts().flatMap((part) => [...part]);
}

const event = (at: number): RunEvent => ({ type: "cancel-requested", at });
const commit = (run: string, firstEvent: number) => ({
  run,
  firstEvent,
  events: [event(firstEvent)],
  key: "k",
  result: undefined,
  pages: imageOf(1, 2, 3),
});

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

test("a callback that throws takes back what it put before", async () => {
  const { use } = createStore("s");
  await set("a", "old", use);
  await expect(
    setMany(
      [
        ["a", "new"],
        ["b", () => 1],
      ],
      use,
    ),
  ).rejects.toThrow();
  expect(await get("a", use)).toBe("old");
});

test("a connection that was closed is opened again", async () => {
  const store = createStore("s");
  await set("a", 1, store.use);
  store.close();
  expect(await get("a", store.use)).toBe(1);
});

test("writes are durable when they are done", async () => {
  const options: unknown[] = [];
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...rest) {
    options.push(rest[2]);
    return transaction.apply(this, rest);
  };
  await set("a", 1, createStore("s").use);
  IDBDatabase.prototype.transaction = transaction;
  expect(options).toContainEqual({ durability: "strict" });
});

test("a commit and what it is found as", async () => {
  const store = await openNotebookStore("n");
  expect(await store.results("r", ["k"])).toEqual([undefined]);
  await store.commit(commit("r", 0));
  const again = await openNotebookStore("n");
  expect(await again.results("r", ["k"])).toEqual([{ value: undefined }]);
  const { database, runs } = await again.load();
  expect(bytesOf(database)).toEqual([1, 2, 3]);
  expect(runs).toEqual([{ id: "r", events: [event(0)] }]);
  await again.commit({ ...commit("r", 1), pages: undefined });
  expect(bytesOf((await again.load()).database)).toEqual([1, 2, 3]);
});

describe("a graph of many nodes", () => {
  const names = Array.from({ length: 150 }, (_, at) => `inc-${at}`);
  const graph = makeGraph(
    Object.fromEntries(
      names.map((name, at) => [name, { needs: names.slice(at - 1, at) }]),
    ),
  );
  const started: RunEvent = {
    type: "run-started",
    run: "r",
    graph,
    keys: Object.fromEntries(names.map((name) => [name, `key of ${name}`])),
    parameters: {},
    reused: [],
    excluded: [],
    at: 0,
  };

  async function stored() {
    const store = await openNotebookStore("n");
    await store.appendEvents("r", 0, [started, event(1)]);
    const { use } = createStore("flowbook:n");
    const key: IDBValidKey = ["events", "r", 0];
    const [begun] = (await get<{ graph: object }[]>(key, use))!;
    return { store, use, key, begun: begun! };
  }

  test("is stored in columns, and is the same when it is read", async () => {
    const { store, begun } = await stored();
    expect(begun.graph).not.toHaveProperty("nodes");
    expect(begun).toHaveProperty("keyLines", expect.any(String));
    expect((await store.load()).runs).toEqual([
      { id: "r", events: [started, event(1)] },
    ]);
    expect(await store.events("r")).toEqual([started, event(1)]);
    store.close();
  });

  test("whose columns are damaged is no graph, and what else is stored is read", async () => {
    const { store, use, key, begun } = await stored();
    const damaged = { ...begun, graph: { ...begun.graph, kinds: [] } };
    await set(key, [damaged, event(1)], use);
    await set(["events", "other", 0], [event(2)], use);
    const { runs } = await store.load();
    expect(runs.map(({ id, events }) => [id, upgradeEvents(events)])).toEqual([
      ["other", []],
      ["r", []],
    ]);
    expect(runs[1]?.events).toEqual([damaged, event(1)]);
    store.close();
  });
});

test("events of a run are joined in order, up to the first gap; runs come newest first", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat({ max: 12 }), { maxLength: 12 }),
      async (numbers) => {
        globalThis.indexedDB = new IDBFactory();
        const store = await openNotebookStore("n");
        const { use } = createStore("flowbook:n");
        for (const n of numbers) await set(["events", "r", n], [event(n)], use);
        const { runs } = await store.load();
        let joined = 0;
        while (numbers.includes(joined)) joined += 1;
        expect(runs.map((run) => run.events)).toEqual(
          joined === 0
            ? []
            : [Array.from({ length: joined }, (_, n) => event(n))],
        );
        store.close();
      },
    ),
    { numRuns: 30 },
  );
  const store = await openNotebookStore("m");
  for (const [run, at] of [
    ["a", 5],
    ["b", 9],
    ["c", 7],
  ] as const)
    await store.appendEvents(run, 0, [event(at)]);
  const { runs } = await store.load();
  expect(runs.map((run) => run.id)).toEqual(["b", "c", "a"]);
});

test("of two writers the one that was overtaken writes nothing", async () => {
  const first = await openNotebookStore("n");
  const second = await openNotebookStore("n");
  await first.commit(commit("a", 0));
  await expect(second.commit(commit("b", 0))).rejects.toMatchObject({
    code: "storage-conflict",
  });
  await expect(second.appendEvents("b", 0, [event(1)])).rejects.toMatchObject({
    code: "storage-conflict",
  });
  await first.commit(commit("a", 1));
  const { runs } = await first.load();
  expect(runs.map((run) => [run.id, run.events.length])).toEqual([["a", 2]]);
});

test("writes that are started at once happen in order", async () => {
  const store = await openNotebookStore("n");
  await Promise.all([
    store.commit(commit("r", 0)),
    store.appendEvents("r", 1, [event(1)]),
    store.commit(commit("r", 2)),
    store.appendEvents("r", 3, [event(3)]),
  ]);
  const { runs } = await store.load();
  expect(runs[0]?.events).toHaveLength(4);
});

test("a store of a newer version is left alone", async () => {
  await set("manifest", { format: 7 }, createStore("flowbook:n").use);
  await expect(openNotebookStore("n")).rejects.toThrow("newer version");
});

test("a store that a newer version has taken over meanwhile is left alone", async () => {
  const store = await openNotebookStore("n");
  await store.appendEvents("r", 0, [event(0)]);
  const { use } = createStore("flowbook:n");
  await set("manifest", { format: 7, generation: 0 }, use);
  await expect(store.commit(commit("r", 1))).rejects.toThrow("newer version");
  await expect(store.appendEvents("r", 1, [event(1)])).rejects.toThrow(
    "newer version",
  );
  expect(await get(["events", "r", 1], use)).toBeUndefined();
});

test("after a gap was found, what is written goes in its place and what was behind it is gone", async () => {
  const first = await openNotebookStore("n");
  await first.appendEvents("r", 0, [event(0), event(1)]);
  const { use } = createStore("flowbook:n");
  await set(["events", "r", 3], [event(3)], use);
  const store = await openNotebookStore("n");
  expect((await store.load()).runs[0]?.events).toEqual([event(0), event(1)]);
  await store.appendEvents("r", 2, [event(7)]);
  await store.appendEvents("r", 3, [event(8)]);
  const expected = [event(0), event(1), event(7), event(8)];
  expect(await store.events("r")).toEqual(expected);
  const { runs } = await (await openNotebookStore("n")).load();
  expect(runs[0]?.events).toEqual(expected);
});

test("nothing is written behind a gap, where it could not be read again", async () => {
  const store = await openNotebookStore("n");
  await expect(store.commit(commit("r", 1))).rejects.toThrow("Reload the page");
  await store.appendEvents("r", 0, [event(0), event(1)]);
  await expect(store.appendEvents("r", 3, [event(3)])).rejects.toMatchObject({
    code: "storage-failed",
  });
  await store.appendEvents("r", 2, [event(2)]);
  await store.appendEvents("r", 3, [event(3)]);
  const again = await openNotebookStore("n");
  expect((await again.load()).runs[0]?.events).toHaveLength(4);
  await expect(again.appendEvents("r", 5, [event(5)])).rejects.toThrow();
  await again.appendEvents("r", 4, [event(4)]);
});

test("a removed notebook is gone, though it was open", async () => {
  const store = await openNotebookStore("n");
  await store.commit(commit("a", 0));
  await removeNotebookStore("n");
  expect(await indexedDB.databases()).toEqual([]);
  const again = await openNotebookStore("n");
  expect((await again.load()).runs).toEqual([]);
});

test.each([
  [
    "QuotaExceededError",
    "storage-full",
    [/not enough browser storage/, /Nothing of it was kept/, /free space/],
  ],
  [
    "DataCloneError",
    "cannot-copy",
    [/cannot be saved/, /Nothing of it was kept/, /Return plain values/],
  ],
  [
    "NotReadableError",
    "storage-damaged",
    [/cannot be read any more/, /left as it is/, /Restore the copy/],
  ],
  [
    "UnknownError",
    "storage-failed",
    [/storage failed/, /Nothing of this was kept/, /Reload the page/],
  ],
])(
  "%s is told in words: what happened, what was kept, and what to do",
  (name, code, parts) => {
    const error = storageError(new DOMException("It broke", name), 1e6);
    expect(error.code).toBe(code);
    for (const part of parts) expect(error.message).toMatch(part);
  },
);

test.each([
  "Connection is closing because of: IO error: .../000003.log: FILE_ERROR_NO_SPACE (ChromeMethodBFE: 3::WritableFileAppend::8)",
  "Encountered full disk while opening backing store for indexedDB.open.",
])("a full disk is told whatever the browser calls it: %s", (message) => {
  const error = storageError(new DOMException(message, "UnknownError"));
  expect(error.code).toBe("storage-full");
  expect(error.message).toMatch(/^There is not enough browser storage/);
  // Nothing can be deleted there either.
  expect(error.message).toMatch(/disk is full.*Free space on the disk/);
  expect(error.message).not.toMatch(/delete/i);
});

test("what the browser says ends in one full stop", () => {
  const error = storageError(new DOMException("It broke.", "UnknownError"));
  expect(error.message).toContain("failed: It broke. Nothing");
  expect(storageError(new DOMException("", "UnknownError")).message).toContain(
    "failed: it gives no reason. Nothing",
  );
});

describe("a database that the browser cannot open", () => {
  const message = "Internal error opening backing store for indexedDB.open.";

  /** Opens one where the browser has room for a file of so many bytes; gives the code of what is said. */
  async function openWith(room: number) {
    const files = new Set<string>();
    const folder: object = {
      getFileHandle(name: string) {
        files.add(name);
        const write = ({ byteLength }: Uint8Array) =>
          byteLength > room
            ? Promise.reject(new DOMException("", "InvalidStateError"))
            : Promise.resolve();
        const writable = { write, abort: () => Promise.resolve() };
        return Promise.resolve({
          createWritable: () => Promise.resolve(writable),
        });
      },
      removeEntry: (name: string) => Promise.resolve(files.delete(name)),
      getDirectoryHandle: () => Promise.resolve(folder),
    };
    vi.stubGlobal("navigator", {
      storage: { getDirectory: () => Promise.resolve(folder) },
    });
    const place = {
      open() {
        const request = {
          error: new DOMException(message, "UnknownError"),
          onerror: () => {},
        };
        queueMicrotask(() => request.onerror());
        return request;
      },
    } as unknown as IDBFactory;
    const thrown: unknown = await createStore("n", place)
      .use("readonly", () => Promise.resolve())
      .catch((reason: unknown) => reason);
    vi.unstubAllGlobals();
    expect(files.size).toBe(0);
    return storageError(thrown).code;
  }

  test("is told as a full disk if no file can be written either", async () => {
    expect(await openWith(1_000)).toBe("storage-full");
  });

  test("is told as what the browser says if files can be written", async () => {
    expect(await openWith(10_000_000)).toBe("storage-failed");
  });
});

test("a full disk is told with the size that was to be written", () => {
  const full = new DOMException("", "QuotaExceededError");
  expect(storageError(full, 12_345_678).message).toContain("12.3 MB");
  expect(storageError(full, 500).message).toContain("1 kB");
  expect(storageError(full)).toMatchObject({ code: "storage-full" });
});
