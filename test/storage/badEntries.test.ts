import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { set } from "idb-keyval";
import { beforeEach, describe, expect, test } from "vitest";
import type { CacheEntry } from "../../src/core/cache.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { Output } from "../../src/engine/protocol.ts";
import { openLibrary } from "../../src/storage/library.ts";
import { openNotebookStore } from "../../src/storage/notebookStore.ts";
import { createStore } from "../../src/storage/useStore.ts";

const garbage = [null, 5, "text", {}, { meta: null }, { meta: { name: "a" } }];

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe("of a notebook what cannot be understood counts as not there, and the rest is read:", () => {
  const event = (at: number): RunEvent => ({ type: "cancel-requested", at });
  const shown: Output[] = [{ type: "text", text: "x" }];

  const entryOf = (cacheKey: string) =>
    ({ cacheKey, at: 1, run: "good", resultKey: "k" }) as CacheEntry;

  /** A notebook with two runs, one result that may be reused, a file and what a cell shows; and then something else under a key. */
  async function notebookWith(key: IDBValidKey, value: unknown) {
    const first = await openNotebookStore("n");
    for (const run of ["good", "bad"])
      await first.appendEvents(run, 0, [event(1)]);
    await first.commitResults({
      run: "good",
      firstEvent: 1,
      events: [event(2)],
      keys: ["k"],
      values: [1],
      cache: [entryOf("c")],
    });
    await first.appendEvents("bad", 1, [event(2)]);
    await first.writeFile("good.csv", new Blob(["a"]));
    await first.saveOutputs("seen", shown);
    await first.appendLogs([{ run: "good" } as never]);
    first.close();
    await set(key, value, createStore("flowbook:n").use);
    return openNotebookStore("n");
  }

  test.each(garbage)("events, found as %j", async (value) => {
    const store = await notebookWith(["events", "bad", 1], value);
    const { runs, files, outputs } = await store.load();
    expect(runs.map(({ id, events }) => [id, events.length]).sort()).toEqual([
      ["bad", 1],
      ["good", 2],
    ]);
    expect(files.map(({ name }) => name)).toEqual(["good.csv"]);
    expect(outputs).toEqual({ seen: shown });
    // What is written goes in its place.
    await store.appendEvents("bad", 1, [event(3)]);
    expect(await store.events("bad")).toEqual([event(1), event(3)]);
  });

  test.each(garbage)("a reusable result, found as %j", async (value) => {
    const store = await notebookWith(["cache", "other"], value);
    await store.load();
    const entries = await store.cacheEntries();
    expect(entries).toEqual([entryOf("c")]);
  });

  test.each(garbage)("a file, found as %j", async (value) => {
    const store = await notebookWith(["file", "bad.csv"], value);
    const { files } = await store.load();
    expect(files.map(({ name }) => name)).toEqual(["good.csv"]);
    expect(await store.readFile("bad.csv")).toBeUndefined();
    await store.writeFile("bad.csv", new Blob(["b"]));
    await store.removeFile("good.csv");
    expect((await store.files()).map(({ name }) => name)).toEqual(["bad.csv"]);
  });

  test.each(garbage)("outputs and logs, found as %j", async (value) => {
    const store = await notebookWith(["outputs", "other"], value);
    await set(["logs", "good", 9], value, createStore("flowbook:n").use);
    expect((await store.load()).outputs).toEqual({ seen: shown });
    expect(await store.logs("good")).toEqual([{ run: "good" }]);
  });
});

describe("of the list of notebooks what cannot be understood counts as not there, and the rest is read:", () => {
  const entry = { id: "n", title: "N", updatedAt: 1, lastState: undefined };

  async function libraryWith(key: IDBValidKey, value: unknown) {
    const first = openLibrary();
    await first.write("n", entry, "text");
    await first.versions.add("n", "text", { at: 1, reason: "opened" });
    await set(key, value, createStore("flowbook").use);
    return openLibrary();
  }

  test.each(garbage)("an entry, found as %j", async (value) => {
    const library = await libraryWith(["entry", "other"], value);
    expect(await library.list()).toEqual([entry]);
  });

  test.each([null, 5, {}, ["text"]])("a text, found as %j", async (value) => {
    const library = await libraryWith(["text", "other"], value);
    expect(await library.read("other")).toBeUndefined();
    expect(await library.read("n")).toBe("text");
  });

  test.each(garbage)("a version, found as %j", async (value) => {
    const library = await libraryWith(["version", "n", 2], value);
    await set(["version-run", "n", "r"], value, createStore("flowbook").use);
    const about = { at: 2, reason: "run", run: "r" } as const;
    await library.versions.add("n", "new", about);
    const versions = await library.versions.list("n");
    expect(versions.map(({ number }) => number)).toEqual([2, 1]);
    expect(await library.versions.ofRun("n", "r")).toEqual([2]);
  });
});
