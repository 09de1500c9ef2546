import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { clear, get } from "idb-keyval";
import { beforeEach, expect, test } from "vitest";
import { segmentSize, type PageImage } from "../../src/core/pages.ts";
import { PageFile } from "../../src/engine/database/pageFile.ts";
import { FencedWrites } from "../../src/storage/fencedWrites.ts";
import { createStore, type Store } from "../../src/storage/useStore.ts";

let store: Store;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  store = createStore("s");
});

function commitOf(key: string, value: unknown) {
  return {
    isCommit: true,
    put: (entries: IDBObjectStore) => {
      entries.put(value, key);
      return [];
    },
  };
}

const lost = () => new DOMException("The connection was closed.", "AbortError");

/** A store whose first write ends as that of a connection that the browser closes, before or after it is on disk. */
function losing(when: "before" | "after"): Store {
  let isLost = false;
  return {
    ...store,
    async use(mode, callback) {
      if (mode === "readonly" || isLost) return store.use(mode, callback);
      isLost = true;
      if (when === "before") throw lost();
      return store.use(mode, (entries) => callback(untold(entries)));
    },
  };
}

/** Entries whose transaction ends on disk, but says that it was broken off. */
function untold(entries: IDBObjectStore): IDBObjectStore {
  const { transaction } = entries;
  const told = new Proxy(transaction, {
    get: (_, name) => {
      const value = Reflect.get(transaction, name) as unknown;
      return typeof value === "function" ? value.bind(transaction) : value;
    },
    set(_, name, listener: () => void) {
      if (name === "onabort") transaction.oncomplete = listener;
      return true;
    },
  });
  return new Proxy(entries, {
    get: (_, name) => {
      if (name === "transaction") return told;
      const value = Reflect.get(entries, name) as unknown;
      return typeof value === "function" ? value.bind(entries) : value;
    },
  });
}

test("a write whose connection was closed is done once more", async () => {
  const writes = new FencedWrites(losing("before"), undefined);
  await writes.write(commitOf("a", 1));
  await writes.write(commitOf("b", 2));
  expect(await get("a", store.use)).toBe(1);
  expect(await get("b", store.use)).toBe(2);
  expect(writes.generation).toBe(2);
});

test("a write that was on disk when its connection was closed counts once, and is not taken for another tab's", async () => {
  const writes = new FencedWrites(losing("after"), undefined);
  await writes.write(commitOf("a", 1));
  expect(writes.generation).toBe(1);
  await writes.write(commitOf("b", 2));
  expect(await get("b", store.use)).toBe(2);
  expect(writes.generation).toBe(2);
});

test("what is to be done when a write is on disk is done once, though its connection was closed", async () => {
  const writes = new FencedWrites(losing("after"), undefined);
  const done: string[] = [];
  await writes.write({
    isCommit: true,
    put: (entries) => {
      entries.put(1, "a");
      return [() => done.push("a")];
    },
  });
  expect(done).toEqual(["a"]);
});

test("a write that arrived, but was told to have failed, is not taken for the next one", async () => {
  const untoldStore = losing("after");
  let isBroken = false;
  const breaking: Store = {
    ...untoldStore,
    async use(mode, callback) {
      if (isBroken) {
        isBroken = false;
        throw new DOMException("Internal error.", "UnknownError");
      }
      return untoldStore.use(mode, callback).finally(() => {
        isBroken = !hasBroken;
        hasBroken = true;
      });
    },
  };
  let hasBroken = false;
  const writes = new FencedWrites(breaking, undefined);
  await expect(writes.write(commitOf("a", 1))).rejects.toThrow();
  expect(await get("a", store.use)).toBe(1);
  await expect(writes.write(commitOf("b", 2))).rejects.toThrow(
    "arrived all the same",
  );
  expect(await get("b", store.use)).toBeUndefined();
});

test("of two owners who write at once one is refused, though both found the same", async () => {
  const one = new FencedWrites(store, undefined);
  const two = new FencedWrites(store, undefined);
  const ends = await Promise.allSettled([
    one.write(commitOf("a", "one")),
    two.write(commitOf("a", "two")),
  ]);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(await get("a", store.use)).toBe("one");
});

test("a store that the browser has emptied is said to be lost, and not to be another tab's", async () => {
  const writes = new FencedWrites(store, undefined);
  await writes.write(commitOf("a", 1));
  await clear(store.use);
  await expect(writes.write(commitOf("b", 2))).rejects.toThrow(
    "The browser has lost the data",
  );
  expect(await get("b", store.use)).toBeUndefined();
});

test("of a large file that cannot be put to its end nothing is kept", async () => {
  const writes = new FencedWrites(store, undefined);
  const file = new PageFile();
  const save = (pages: PageImage) =>
    writes.write({ isCommit: true, pages, put: () => [] });
  file.write(new Uint8Array(40 * segmentSize).fill(1), 0);
  await save(file);
  file.saved();
  file.write(new Uint8Array(40 * segmentSize).fill(2), 0);
  const breaking = new Proxy(file, {
    get: (_, name) => {
      if (name === "segment")
        return (index: number) => {
          if (index === 30) throw new Error("no memory");
          return file.segment(index);
        };
      const value = Reflect.get(file, name) as unknown;
      return typeof value === "function" ? value.bind(file) : value;
    },
  });
  await expect(save(breaking)).rejects.toThrow("no memory");
  expect(writes.generation).toBe(1);
  for (let index = 0; index < 40; index += 1) {
    const kept = (await get<Uint8Array>(["segment", index, 1], store.use))!;
    expect(kept[0]).toBe(1);
  }
  file.revert();
  file.write(Uint8Array.of(3), 0);
  await save(file);
  expect(writes.generation).toBe(2);
});
