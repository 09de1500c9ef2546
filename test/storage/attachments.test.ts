import "fake-indexeddb/auto";
import { promisifyRequest } from "idb-keyval";
import { afterEach, describe, expect, test, vi } from "vitest";
import { hashContent } from "../../src/core/contentHash.ts";
import { Attachments } from "../../src/storage/attachments.ts";
import { createStore, keysUnder } from "../../src/storage/useStore.ts";

let stores = 0;

function open() {
  const store = createStore(`attachments-${(stores += 1)}`);
  const contents = () =>
    store.use("readonly", (entries) =>
      promisifyRequest(entries.count(keysUnder("blob"))),
    );
  return { store, files: new Attachments(store.use), contents };
}

const textOf = async (files: Attachments, name: string) =>
  (await files.read(name))?.text();

/** Puts as WebKit does in a private window: what holds a Blob ends the transaction, and no error says why. */
function refuseBlobs(): void {
  const { put } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
    this: IDBObjectStore,
    value: unknown,
    key,
  ) {
    const request = put.call(this, value, key);
    if (value instanceof Blob) this.transaction.abort();
    return request;
  });
}

afterEach(() => vi.restoreAllMocks());

describe("the files of a notebook", () => {
  test("are kept where the browser stores no Blob", async () => {
    refuseBlobs();
    const { files } = open();
    await files.write("a.csv", new Blob(["abc"]));
    expect(await textOf(files, "a.csv")).toBe("abc");
  });

  test("that find no room are refused with the reason", async () => {
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    const { files } = open();
    await expect(files.write("a.csv", new Blob(["abc"]))).rejects.toThrow(
      "full",
    );
  });

  test("with the same content are stored once, until the last is gone", async () => {
    const { files, contents } = open();
    await files.write("a", new Blob(["same"]));
    await files.write("b", new Blob(["same"]));
    expect(await contents()).toBe(1);
    await files.remove("a");
    expect(await textOf(files, "a")).toBeUndefined();
    expect(await textOf(files, "b")).toBe("same");
    await files.write("b", new Blob(["other"]));
    expect(await textOf(files, "b")).toBe("other");
    expect(await contents()).toBe(1);
    await files.remove("b");
    expect(await contents()).toBe(0);
  });

  test("that are written again as they are stay", async () => {
    const { files, contents } = open();
    await files.write("a", new Blob(["same"]));
    await files.write("a", new Blob(["same"]));
    expect(await textOf(files, "a")).toBe("same");
    expect(await contents()).toBe(1);
  });

  test("get another name, but none that is taken", async () => {
    const { files } = open();
    const { hash } = await files.write("a", new Blob(["1"]));
    await files.write("b", new Blob(["2"]));
    expect(await files.hash("a")).toBe(hash);
    await files.rename("a", "c");
    expect(await files.hash("a")).toBeUndefined();
    expect(await textOf(files, "c")).toBe("1");
    expect(await files.list()).toMatchObject([
      { name: "b" },
      { name: "c", hash, size: 1 },
    ]);
    await expect(files.rename("c", "b")).rejects.toThrow("already");
    await expect(files.rename("a", "d")).rejects.toThrow("no file");
    expect(await textOf(files, "b")).toBe("2");
  });

  test("of earlier formats, which have their content with them, are read and replaced", async () => {
    const { store, files, contents } = open();
    const meta = { name: "a", size: 3, hash: "old", addedAt: 1 };
    await store.use("readwrite", (entries) =>
      promisifyRequest(
        entries.put({ meta, blob: new Blob(["old"]) }, ["file", "a"]),
      ),
    );
    expect(await textOf(files, "a")).toBe("old");
    await files.rename("a", "b");
    expect(await textOf(files, "b")).toBe("old");
    await files.write("b", new Blob(["new"]));
    expect(await textOf(files, "b")).toBe("new");
    expect(await contents()).toBe(1);
  });

  test("are known by their content, however long, which is read by slices", async () => {
    const long = new Uint8Array(20_000_000).fill(7);
    let most = 0;
    const blob = new Blob([long]);
    const slice = blob.slice.bind(blob);
    blob.slice = (from, to) => {
      most = Math.max(most, (to ?? blob.size) - (from ?? 0));
      return slice(from, to);
    };
    const hash = await hashContent(blob);
    expect(await hashContent(new Blob([long]))).toBe(hash);
    long[19_999_999] = 8;
    expect(await hashContent(new Blob([long]))).not.toBe(hash);
    expect(most).toBeLessThan(10_000_000);
    expect(await hashContent(new Blob(["abc"]))).toMatch(/^ba7816bf.*15ad$/);
  });
});
