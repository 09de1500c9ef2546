import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { set } from "idb-keyval";
import { beforeEach, expect, test } from "vitest";
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
  await set("format", 2, createStore("flowbook").use);
  const library = openLibrary();
  await expect(library.list()).rejects.toThrow("newer version");
  await expect(library.write("a", entry("a", 1), "")).rejects.toMatchObject({
    code: "storage-failed",
  });
});
