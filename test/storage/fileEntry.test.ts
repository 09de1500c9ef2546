import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { getFile, putFile } from "../../src/storage/fileEntry.ts";
import { createStore } from "../../src/storage/useStore.ts";

const meta = { name: "a.csv", size: 3, hash: "", addedAt: 0 };

/** Puts as WebKit does in a private window: what holds a Blob ends the transaction, and no error says why. */
function refuseBlobs(): void {
  const { put } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
    this: IDBObjectStore,
    value: { blob?: unknown },
    key,
  ) {
    const request = put.call(this, value, key);
    if (value.blob instanceof Blob) this.transaction.abort();
    return request;
  });
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => vi.restoreAllMocks());

test("a file comes back as it was kept", async () => {
  const { use } = createStore("s");
  await putFile(meta, new Blob(["abc"]), use);
  expect(await (await getFile("a.csv", use))?.text()).toBe("abc");
  expect(await getFile("b.csv", use)).toBeUndefined();
});

test("a file is kept where the browser stores no Blob", async () => {
  refuseBlobs();
  const { use } = createStore("s");
  await putFile(meta, new Blob(["abc"]), use);
  expect(await (await getFile("a.csv", use))?.text()).toBe("abc");
});

test("a file that finds no room is refused with the reason", async () => {
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  const { use } = createStore("s");
  await expect(putFile(meta, new Blob(["abc"]), use)).rejects.toThrow("full");
});
