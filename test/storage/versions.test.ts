import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { keys } from "idb-keyval";
import { beforeEach, expect, test } from "vitest";
import { openLibrary, type Library } from "../../src/storage/library.ts";
import { retention } from "../../src/storage/retention.ts";
import { createStore } from "../../src/storage/useStore.ts";

const day = 86_400_000;
const start = 20_000 * day;

let library: Library;
beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  library = openLibrary();
});

async function outline(id = "a"): Promise<string[]> {
  const { versions } = library;
  const list = await versions.list(id);
  return Promise.all(
    list.map(
      async ({ number, reason, runs }) =>
        `${number} ${reason} ${runs} ${await versions.read(id, number)}`,
    ),
  );
}

test("a version is made when the text is another one, the newest is listed first", async () => {
  const { versions } = library;
  await versions.add("a", "one", { at: start, reason: "opened" });
  await versions.add("a", "one", { at: start + 1, reason: "opened" });
  await versions.add("a", "two", { at: start + 2, reason: "opened" });
  await versions.add("a", "one", { at: start + 3, reason: "restore" });
  await versions.add("b", "other", { at: start + 4, reason: "opened" });
  expect(await outline()).toEqual([
    "3 restore 0 one",
    "2 opened 0 two",
    "1 opened 0 one",
  ]);
  expect(await versions.list("a")).toMatchObject([
    { at: start + 3, length: 3 },
    { at: start + 2 },
    { at: start },
  ]);
  expect(await outline("b")).toEqual(["1 opened 0 other"]);
  expect(await versions.list("c")).toEqual([]);
  expect(await versions.read("a", 9)).toBeUndefined();
});

test("a run is linked with the text that it ran, new or not", async () => {
  const { versions } = library;
  await versions.add("a", "one", { at: start, reason: "opened" });
  await versions.add("a", "one", { at: start + 1, reason: "run", run: "r1" });
  await versions.add("a", "two", { at: start + 2, reason: "run", run: "r2" });
  await versions.add("a", "two", { at: start + 3, reason: "run", run: "r3" });
  expect(await outline()).toEqual(["2 run 2 two", "1 opened 1 one"]);
  expect(await versions.ofRun("a", "r1")).toEqual([1]);
  expect(await versions.ofRun("a", "r3")).toEqual([2]);
  expect(await versions.ofRun("a", "r9")).toEqual([]);
  expect(await versions.ofRun("b", "r1")).toEqual([]);
});

test("a run that was resumed with another text has both, the latest first", async () => {
  const { versions } = library;
  const run = "r1";
  await versions.add("a", "one", { at: start, reason: "run", run });
  await versions.add("a", "two", { at: start + 1, reason: "run", run });
  await versions.add("a", "two", { at: start + 2, reason: "run", run });
  expect(await versions.ofRun("a", run)).toEqual([2, 1]);
  expect(await outline()).toEqual(["2 run 1 two", "1 run 1 one"]);
});

test("a version that is not kept any more goes with its text, and runs forget it", async () => {
  const { versions } = library;
  await versions.add("a", "0", { at: start, reason: "run", run: "r0" });
  await versions.add("a", "1", { at: start + 1, reason: "run", run: "r0" });
  for (let index = 2; index <= retention.runs; index += 1)
    await versions.add("a", `${index}`, {
      at: start + index,
      reason: "run",
      run: `r${index}`,
    });
  expect(await versions.list("a")).toHaveLength(retention.runs + 1);
  await versions.add("a", "later", { at: start + 3 * day, reason: "opened" });
  expect(await versions.read("a", 1)).toBeUndefined();
  expect(await versions.ofRun("a", "r0")).toEqual([2]);
  await versions.add("a", "even later", {
    at: start + 3 * day + 1,
    reason: "run",
    run: "r99",
  });
  expect(await versions.read("a", 2)).toBeUndefined();
  expect(await versions.ofRun("a", "r0")).toEqual([]);
  const left = await versions.list("a");
  expect(left).toHaveLength(retention.runs + 1);
  const stored = await keys(createStore("flowbook").use);
  const count = (kind: string): number =>
    stored.filter((key) => (key as string[])[0] === kind).length;
  expect(count("version")).toBe(left.length);
  expect(count("version-text")).toBe(left.length);
  expect(count("version-run")).toBe(retention.runs);
});

test("versions go with their notebook, and come back with it", async () => {
  const { versions } = library;
  const entry = { id: "a", title: "A", updatedAt: 1, lastState: undefined };
  await library.write("a", entry, "two");
  await versions.add("a", "one", { at: start, reason: "run", run: "r1" });
  await versions.add("a", "two", { at: start + 1, reason: "opened" });
  await versions.add("b", "other", { at: start, reason: "opened" });
  const removed = await library.remove("a");
  expect(await outline()).toEqual([]);
  expect(await versions.ofRun("a", "r1")).toEqual([]);
  expect(await outline("b")).toHaveLength(1);
  expect(removed?.title).toBe("A");
  await removed?.putBack();
  expect(await library.list()).toEqual([entry]);
  expect(await library.read("a")).toBe("two");
  expect(await outline()).toEqual(["2 opened 0 two", "1 run 1 one"]);
  expect(await versions.ofRun("a", "r1")).toEqual([1]);
});

test("versions of two tabs get numbers of their own", async () => {
  const other = openLibrary();
  await Promise.all([
    library.versions.add("a", "one", { at: start, reason: "opened" }),
    other.versions.add("a", "two", { at: start, reason: "opened" }),
  ]);
  expect((await outline()).map((line) => line.slice(0, 1))).toEqual(["2", "1"]);
});
