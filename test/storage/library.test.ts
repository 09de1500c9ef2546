import { readFileSync } from "node:fs";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { clear, get, set, setMany } from "idb-keyval";
import { beforeEach, describe, expect, test, vi } from "vitest";
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

describe("what a page left when it went away", () => {
  /** Characters that the browser's localStorage has room for. */
  let room: number;

  beforeEach(() => {
    room = 10_000;
    class FakeStorage {
      [key: string]: unknown;
      getItem(key: string) {
        return this[key] ?? null;
      }
      setItem(key: string, value: string) {
        if (value.length > room) throw new Error("no room");
        this[key] = value;
      }
      removeItem(key: string) {
        Reflect.deleteProperty(this, key);
      }
    }
    vi.stubGlobal("localStorage", new FakeStorage());
    return () => {
      vi.restoreAllMocks();
      vi.unstubAllGlobals();
    };
  });

  const mine = (updatedAt: number) => ({
    ...entry("a", updatedAt),
    owner: "me",
  });

  test("is what the next one finds, and is written then", async () => {
    const library = openLibrary();
    await library.write("a", mine(1), "text", ["before"]);
    library.leave({ entry: mine(2), text: "last", history: ["last"] });
    expect(await openLibrary().list()).toEqual([mine(2)]);
    localStorage.removeItem("flowbook:last-words:a");
    expect(await library.read("a")).toBe("last");
    expect(await library.readHistory("a")).toEqual(["last"]);
  });

  test("is written also if nothing of the notebook was", async () => {
    openLibrary().leave({ entry: mine(1), text: "first and last" });
    expect(await openLibrary().read("a")).toBe("first and last");
  });

  test("is dropped when that page or another has written later", async () => {
    const library = openLibrary();
    library.leave({ entry: mine(1), text: "on its way" });
    await library.write("a", mine(2), "arrived");
    expect(Object.keys(localStorage)).toEqual([]);
    expect(await library.read("a")).toBe("arrived");
  });

  test("counts over what was still being written", async () => {
    const library = openLibrary();
    const writing = library.write("a", mine(1), "earlier");
    library.leave({ entry: mine(2), text: "last" });
    await writing;
    expect(await openLibrary().read("a")).toBe("last");
  });

  test("becomes a version of a notebook that another tab has taken over", async () => {
    const library = openLibrary();
    library.leave({ entry: mine(3), text: "mine" });
    const other = { ...mine(2), owner: "you" };
    await library.write("a", other, "yours");
    expect(await library.read("a")).toBe("yours");
    const [version, ...more] = await library.versions.list("a");
    expect(more).toEqual([]);
    expect(version).toMatchObject({ at: 3, reason: "overtaken" });
    expect(await library.versions.read("a", version!.number)).toBe("mine");
    expect(Object.keys(localStorage)).toEqual([]);
  });

  /** From now on nothing can be written; gives what ends that. */
  function fail(name = "QuotaExceededError"): () => void {
    const put = vi
      .spyOn(IDBObjectStore.prototype, "put")
      .mockImplementation(() => {
        throw new DOMException("", name);
      });
    return () => put.mockRestore();
  }

  for (const name of ["QuotaExceededError", "UnknownError"])
    test(`is what is read and listed as long as it cannot be written (${name}), and is written when it can`, async () => {
      const library = openLibrary();
      await library.write("a", mine(1), "text", ["before"]);
      await library.write("b", entry("b", 2), "another");
      library.leave({ entry: mine(3), text: "last", history: ["last"] });
      const mend = fail(name);
      expect(await library.read("a")).toBe("last");
      expect(await library.readHistory("a")).toEqual(["last"]);
      expect(await library.read("b")).toBe("another");
      expect(await library.list()).toEqual([mine(3), entry("b", 2)]);
      mend();
      expect(await openLibrary().list()).toEqual([mine(3), entry("b", 2)]);
      expect(Object.keys(localStorage)).toEqual([]);
      expect(await library.read("a")).toBe("last");
    });

  /** A page that opens "a" and can write nothing of what it types. */
  async function typeInVain(owner: string, at: number, typed: string) {
    const library = openLibrary();
    const text = `${await library.read("a")} ${typed}`;
    const opened = { ...mine(at), owner };
    await expect(library.write("a", opened, text)).rejects.toThrow("storage");
    library.leave({ entry: opened, text });
    return library;
  }

  test("grows from page to page as long as nothing can be written, and is all written then", async () => {
    await openLibrary().write("a", mine(1), "text");
    const mend = fail();
    await typeInVain("second", 2, "X");
    await typeInVain("third", 3, "Y");
    expect(await openLibrary().read("a")).toBe("text X Y");
    mend();
    const library = openLibrary();
    expect(await library.read("a")).toBe("text X Y");
    expect(await library.versions.list("a")).toEqual([]);
    expect(Object.keys(localStorage)).toEqual([]);
  });

  test("is dropped when a page that was shown it has written", async () => {
    await openLibrary().write("a", mine(1), "text");
    let mend = fail();
    await typeInVain("second", 2, "X");
    const library = openLibrary();
    expect(await library.read("a")).toBe("text X");
    mend();
    await library.write("a", { ...mine(3), owner: "third" }, "text X Y");
    expect(Object.keys(localStorage)).toEqual([]);
    mend = fail();
    expect(await library.read("a")).toBe("text X Y");
    mend();
  });

  test("becomes a version when there is room if a page that was not shown it has written or left something", async () => {
    await openLibrary().write("a", mine(1), "text");
    const other = openLibrary();
    await other.read("a");
    let mend = fail();
    await typeInVain("second", 2, "X");
    mend();
    await other.write("a", { ...mine(3), owner: "other" }, "other");
    mend = fail();
    expect(await openLibrary().read("a")).toBe("other");
    await typeInVain("third", 4, "Y");
    mend();
    const library = openLibrary();
    expect(await library.read("a")).toBe("other Y");
    const [version, ...more] = await library.versions.list("a");
    expect(more).toEqual([]);
    expect(await library.versions.read("a", version!.number)).toBe("text X");
  });

  test("is not taken back by what was to be written earlier", async () => {
    const library = openLibrary();
    library.leave({ entry: mine(3), text: "later" });
    library.leave({ entry: mine(2), text: "earlier" });
    expect(await library.read("a")).toBe("later");
  });

  test("is there again when its notebook is put back that was removed", async () => {
    const library = openLibrary();
    await library.write("a", mine(1), "text");
    library.leave({ entry: mine(2), text: "last" });
    const removed = await library.remove("a");
    expect(await library.read("a")).toBeUndefined();
    await removed!.putBack();
    expect(await library.read("a")).toBe("last");
  });

  test("stays if its notebook cannot be removed", async () => {
    const library = openLibrary();
    await library.write("a", mine(1), "text");
    library.leave({ entry: mine(2), text: "last" });
    const remove = vi
      .spyOn(IDBObjectStore.prototype, "delete")
      .mockImplementation(() => {
        throw new DOMException("", "UnknownError");
      });
    await expect(library.remove("a")).rejects.toThrow("storage failed");
    remove.mockRestore();
    expect(await library.read("a")).toBe("last");
  });

  test("goes without its history where that is too long", async () => {
    const history = "x".repeat(room);
    openLibrary().leave({ entry: mine(1), text: "last", history });
    expect(await openLibrary().read("a")).toBe("last");
    expect(await openLibrary().readHistory("a")).toBeUndefined();
  });

  test("goes with the notebook when that is removed", async () => {
    const library = openLibrary();
    await library.write("a", mine(1), "text");
    library.leave({ entry: mine(2), text: "last" });
    await library.remove("a");
    expect(await openLibrary().list()).toEqual([]);
  });

  test("is left alone if a newer version may have written it", async () => {
    for (const kept of ["null", "7", "{", '{"entry":null}', '{"text":1}'])
      localStorage.setItem(`flowbook:last-words:${kept}`, kept);
    openLibrary().leave({ entry: mine(1), text: "last" });
    expect(await openLibrary().list()).toEqual([mine(1)]);
    expect(Object.keys(localStorage)).toHaveLength(5);
  });
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

test("a library that a newer version took over while this one was open is left alone", async () => {
  const { use } = createStore("flowbook");
  const library = openLibrary();
  const mine = { ...entry("a", 1), owner: "me" };
  await library.write("a", mine, "before");
  await set("format", 3, use);
  await expect(library.writeAsOwner("a", mine, "after")).rejects.toThrow(
    "newer version",
  );
  expect(await get(["text", "a"], use)).toBe("before");
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

describe("a notebook that is written as its owner", () => {
  const of = (owner: string) => ({ ...entry("a", 1), owner });

  test("is there again if the browser had lost it", async () => {
    const library = openLibrary();
    await library.write("a", of("me"), "before");
    await clear(createStore("flowbook").use);
    await library.writeAsOwner("a", of("me"), "after");
    expect(await library.read("a")).toBe("after");
    expect(await library.list()).toEqual([of("me")]);
  });

  test("stays as it is if it is another tab's", async () => {
    const library = openLibrary();
    await library.write("a", of("you"), "yours");
    await expect(library.writeAsOwner("a", of("me"), "mine")).rejects.toThrow(
      "another tab",
    );
    expect(await library.read("a")).toBe("yours");
  });
});
