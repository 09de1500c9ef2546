import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { get, set } from "idb-keyval";
import { beforeEach, expect, test, vi } from "vitest";
import {
  createStore,
  deleteStore,
  isDoubtful,
  storageError,
} from "../../src/storage/useStore.ts";

/** How many megabytes the disk has room for. */
let room: number;
/** The keys that were put, by the database. */
let puts: string[];

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  room = 100;
  puts = [];
  let written = 0;
  const write = () =>
    (written += 1) > room
      ? Promise.reject(new Error("full"))
      : Promise.resolve();
  const folder: object = {
    getFileHandle: () => {
      written = 0;
      const writable = { write, abort: () => Promise.resolve() };
      return Promise.resolve({
        createWritable: () => Promise.resolve(writable),
      });
    },
    removeEntry: () => Promise.resolve(),
    getDirectoryHandle: () => Promise.resolve(folder),
  };
  vi.stubGlobal("StorageBucketManager", () => undefined);
  vi.stubGlobal("navigator", {
    storage: { getDirectory: () => Promise.resolve(folder) },
  });
  const { put } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
    this: IDBObjectStore,
    ...of
  ) {
    puts.push(this.transaction.db.name);
    return put.apply(this, of);
  });
  return () => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  };
});

/** A store whose database the test can close as the browser does. */
function openStore() {
  let database: IDBDatabase | undefined;
  const { open } = indexedDB;
  vi.spyOn(indexedDB, "open").mockImplementation((...of) => {
    const request = open.apply(indexedDB, of);
    if (of[0] === "n")
      request.addEventListener("success", () => (database = request.result));
    return request;
  });
  const store = createStore("n");
  const closeByBrowser = () => {
    database!.close();
    database!.onclose!(new Event("close"));
  };
  return { ...store, closeByBrowser };
}

test("after the browser closed a database by itself, nothing is written before its log is new", async () => {
  const { use, closeByBrowser } = openStore();
  await set("a", 1, use);
  expect(puts.splice(0)).toEqual(["n"]);
  closeByBrowser();
  expect(isDoubtful()).toBe(true);
  // What is read needs no new log.
  expect(await get("a", use)).toBe(1);
  expect(puts).toEqual([]);
  await Promise.all([set("a", 2, use), set("b", 2, use)]);
  expect(puts.splice(0)).toEqual([
    ...Array.from({ length: 120 }, () => "flowbook:scrub"),
    "n",
    "n",
  ]);
  expect(isDoubtful()).toBe(false);
  await set("a", 3, use);
  expect(puts).toEqual(["n"]);
});

test("without room for a new log nothing is written, and that is said; with room it is", async () => {
  const { use, closeByBrowser } = openStore();
  await set("a", 1, use);
  closeByBrowser();
  puts = [];
  room = 10;
  const thrown: unknown = await set("a", 2, use).catch((why: unknown) => why);
  expect(storageError(thrown)).toMatchObject({
    code: "storage-full",
    message: expect.stringMatching(/disk is full.*Free 24 MB/) as string,
  });
  expect(puts).toEqual([]);
  expect(isDoubtful()).toBe(true);
  room = 100;
  await set("a", 2, use);
  expect(await get("a", use)).toBe(2);
  expect(isDoubtful()).toBe(false);
});

test("a write that found the disk full makes the log doubtful, and one without room in the quota does not", async () => {
  const { use } = openStore();
  await set("a", 1, use);
  const failing = (name: string, message: string) =>
    use("readwrite", () => Promise.reject(new DOMException(message, name)));
  await expect(failing("QuotaExceededError", "")).rejects.toThrow();
  expect(isDoubtful()).toBe(false);
  await expect(
    failing("UnknownError", "000003.log: FILE_ERROR_NO_SPACE"),
  ).rejects.toThrow();
  expect(isDoubtful()).toBe(true);
});

/** Opening a database fails as the browser says it. */
async function failToOpen(name: string, message: string) {
  const open = vi.spyOn(indexedDB, "open").mockImplementation(() => {
    const request = { error: new DOMException(message, name) };
    setTimeout(() =>
      (request as unknown as IDBRequest).onerror!(new Event("")),
    );
    return request as unknown as IDBOpenDBRequest;
  });
  const { use } = createStore("n");
  const thrown: unknown = await get("a", use).catch((why: unknown) => why);
  open.mockRestore();
  return storageError(thrown).code;
}

test("an opening without room in the quota leaves writing as it is, and one on a full disk does not", async () => {
  const { use } = createStore("n");
  expect(await failToOpen("QuotaExceededError", "")).toBe("storage-full");
  expect(isDoubtful()).toBe(false);
  room = 0;
  await set("a", 1, use);
  const message = "Internal error opening backing store for indexedDB.open.";
  expect(await failToOpen("UnknownError", message)).toBe("storage-full");
  expect(isDoubtful()).toBe(true);
});

test("nothing makes the log doubtful in a browser that has none", async () => {
  Reflect.deleteProperty(globalThis, "StorageBucketManager");
  const { use, closeByBrowser } = openStore();
  await set("a", 1, use);
  closeByBrowser();
  room = 0;
  await set("a", 2, use);
  expect(isDoubtful()).toBe(false);
});

test("without room for a new log no database is deleted, and none is made by reading", async () => {
  const { use, closeByBrowser } = openStore();
  await set("a", 1, use);
  closeByBrowser();
  room = 10;
  const another = createStore("another");
  await expect(deleteStore("n")).rejects.toThrow(/disk is full/);
  await expect(get("a", another.use)).rejects.toThrow(/disk is full/);
  const names = async () => (await indexedDB.databases()).map((of) => of.name);
  expect(await names()).toEqual(["n"]);
  expect(await get("a", use)).toBe(1);
  room = 100;
  expect(await get("a", another.use)).toBeUndefined();
  await deleteStore("n");
  expect(await names()).toEqual(["another"]);
});
