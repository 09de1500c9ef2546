import { readFileSync } from "node:fs";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { get, set, setMany } from "idb-keyval";
import { beforeEach, expect, test, vi } from "vitest";
import { openLibrary } from "../../src/storage/library.ts";
import { createStore } from "../../src/storage/useStore.ts";

const entry = (id: string, updatedAt: number) => ({
  id,
  title: id.toUpperCase(),
  updatedAt,
  lastState: undefined,
});

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

test("notebooks are listed last changed first, with their text", async () => {
  const library = openLibrary();
  expect(await library.list()).toEqual([]);
  await library.write("a", entry("a", 1), "text of a");
  await library.write("b", entry("b", 3), "text of b");
  await library.write("c", entry("c", 2), "text of c");
  await library.write("a", entry("a", 4), "new text of a");
  const again = openLibrary();
  expect((await again.list()).map(({ id }) => id)).toEqual(["a", "b", "c"]);
  expect(await again.read("a")).toBe("new text of a");
  expect(await again.read("z")).toBeUndefined();
});

test("a removed notebook is gone", async () => {
  const library = openLibrary();
  await library.write("a", entry("a", 1), "text");
  await library.remove("a");
  expect(await library.list()).toEqual([]);
  expect(await library.read("a")).toBeUndefined();
});

test("an entry whose text cannot be written is not written either", async () => {
  const library = openLibrary();
  await library.write("a", entry("a", 1), "text");
  const text = (() => 1) as unknown as string;
  await expect(library.write("a", entry("a", 2), text)).rejects.toMatchObject({
    code: "cannot-copy",
  });
  expect(await library.list()).toEqual([entry("a", 1)]);
});

test("settings are kept", async () => {
  await openLibrary().writeSetting("theme", "dark");
  expect(await openLibrary().readSetting("theme")).toBe("dark");
  expect(await openLibrary().readSetting("none")).toBeUndefined();
});

test("a library of a newer version is left alone", async () => {
  await set("format", 3, createStore("flowbook").use);
  const library = openLibrary();
  await expect(library.list()).rejects.toThrow("newer version");
  await expect(library.write("a", entry("a", 1), "")).rejects.toMatchObject({
    code: "storage-failed",
  });
});

/** Stores a library as Flowbook left it in an earlier format, or in this one; gives the text of a notebook in it. */
async function storeFixture(format: number, id: string): Promise<string> {
  const file = new URL(
    `../fixtures/library-${format}/store.json`,
    import.meta.url,
  );
  const stored = JSON.parse(readFileSync(file, "utf8")) as [
    IDBValidKey,
    unknown,
  ][];
  await setMany(stored, createStore("flowbook").use);
  const text = stored.find(([key]) => String(key) === `text,${id}`);
  return text?.[1] as string;
}

test("a library of format 1 opens as it was, and its notebooks get versions", async () => {
  const id = "k3x9q0a7m2p5w8zt";
  const text = await storeFixture(1, id);
  const library = openLibrary();
  expect(await library.list()).toMatchObject([
    { id, title: "Squares", updatedAt: 1764000000000, lastState: "Success" },
    { title: "Aircraft ETL", updatedAt: 1763900000000 },
  ]);
  expect(await library.read(id)).toBe(text);
  expect(await library.readSetting(`hosts:${id}`)).toEqual({
    "https://example.org": true,
  });
  expect(await library.versions.list(id)).toEqual([]);
  await library.versions.add(id, text, { at: 1, reason: "opened" });
  expect(await library.versions.list(id)).toMatchObject([{ number: 1 }]);
  expect(await get("format", createStore("flowbook").use)).toBe(2);
});

test("a library of format 2 opens with its versions", async () => {
  const id = "k3x9q0a7m2p5w8zt";
  const text = await storeFixture(2, id);
  const { read, list, versions } = openLibrary();
  expect(await list()).toMatchObject([{ id, title: "Squares" }]);
  expect(await read(id)).toBe(text);
  expect(await versions.list(id)).toMatchObject([
    { number: 4, at: 1764000000000, reason: "run", runs: 1 },
    { number: 3, at: 1763990000000, reason: "opened", runs: 1 },
  ]);
  expect(await versions.read(id, 4)).toBe(text);
  expect(await versions.ofRun(id, "h7d2m4s8k1x6v9qb")).toEqual([4, 3]);
});

test("what is to be written is handed over before anything is waited for, as a page that closes needs it", async () => {
  const library = openLibrary();
  await library.write("a", entry("a", 1), "text");
  const calls: string[] = [];
  const { put } = IDBObjectStore.prototype;
  const { commit } = IDBTransaction.prototype;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
    this: IDBObjectStore,
    value,
    key,
  ) {
    calls.push("put");
    return put.call(this, value, key);
  });
  vi.spyOn(IDBTransaction.prototype, "commit").mockImplementation(function (
    this: IDBTransaction,
  ) {
    calls.push("commit");
    commit.call(this);
  });
  const writing = library.write("a", entry("a", 2), "new text");
  // Promises that are settled already go on before the browser does anything else.
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  expect(calls).toEqual(["put", "put", "commit"]);
  await writing;
  vi.restoreAllMocks();
});
