import { IDBFactory } from "fake-indexeddb";
import { expect, test, vi } from "vitest";
import type { Database } from "../../../src/engine/database/database.ts";
import {
  attach,
  attemptOf,
  commitOf,
  makeDatabase,
  openDatabase,
} from "./world.ts";

const text = { title: "Kept", text: "# Kept\n" };

/** What Chromium does when it finds its store damaged. */
function loseEverything(): void {
  globalThis.indexedDB = new IDBFactory();
}

async function fill(database: Database, table: string, at: number) {
  const client = await attach(database, attemptOf(table));
  await client.exec(
    `CREATE TABLE ${table} AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i, hex(zeroblob(300)) AS h FROM n`,
  );
  await database.commit(commitOf(attemptOf(table), at, `result ${table}`));
}

test("a copy outlives the loss of the store, with rows, runs, results, logs, files and outputs as of when it was made", async () => {
  const { database, notebook } = await openDatabase();
  await fill(database, "a", 0);
  await database.appendLogs([
    { at: 1, run: "run-1", node: "a", attempt: 1, level: "info", text: "line" },
  ]);
  await database.writeFile("a.txt", new Blob(["abc"]));
  await database.saveOutputs("cell", [{ type: "text", text: "shown" }]);
  await database.keepCopy(text);
  await fill(database, "b", 1);
  await database.keepCopy({ ...text, text: "# Newer\n" });
  await fill(database, "late", 2);

  loseEverything();
  const after = makeDatabase();
  const [copy] = await after.copies();
  expect(copy).toMatchObject({ notebook, title: "Kept" });
  expect(await after.restoreCopy(notebook)).toEqual({
    title: "Kept",
    text: "# Newer\n",
  });
  const report = await after.open(notebook);
  expect(report.damage).toBeUndefined();
  expect(report.runs[0]?.events).toHaveLength(2);
  expect(report.outputs).toEqual({ cell: [{ type: "text", text: "shown" }] });
  expect(report.files).toMatchObject([{ name: "a.txt" }]);
  expect(
    (await after.tables()).map(({ name, writer }) => [name, writer?.node]),
  ).toEqual([
    ["a", "a"],
    ["b", "b"],
  ]);
  expect((await after.logs("run-1")).map((line) => line.text)).toEqual([
    "line",
  ]);
  expect(await after.results("run-1", ["key-a", "key-b"])).toEqual([
    { value: "result a" },
    { value: "result b" },
  ]);
  const { rows } = await after.query(
    "SELECT (SELECT count(*) FROM a) AS a, (SELECT count(*) FROM b) AS b",
  );
  expect(rows).toEqual([{ a: 3000, b: 3000 }]);
  expect((await after.tables()).map(({ name }) => name)).toEqual(["a", "b"]);
});

test("a copy that was broken off is as it was before", async () => {
  const { database, notebook } = await openDatabase();
  await fill(database, "a", 0);
  await database.keepCopy(text);
  await fill(database, "b", 1);
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value, key) {
    if (key === "about") throw new DOMException("", "QuotaExceededError");
    return put.call(this, value, key);
  };
  await expect(database.keepCopy(text)).rejects.toMatchObject({
    code: "storage-full",
  });
  IDBObjectStore.prototype.put = put;

  loseEverything();
  const after = makeDatabase();
  await after.restoreCopy(notebook);
  await after.open(notebook);
  expect((await after.tables()).map(({ name }) => name)).toEqual(["a"]);
});

test("a removed notebook leaves no copy, and what has no copy is not restored", async () => {
  const { database, notebook } = await openDatabase();
  await fill(database, "a", 0);
  await database.keepCopy(text);
  await database.remove(notebook);
  const names = (await database.copies()).map((copy) => copy.notebook);
  expect(names).not.toContain(notebook);
  expect(await database.restoreCopy(notebook)).toBeUndefined();
});

test("the text of a notebook goes into no other one's copy", async () => {
  const { database, notebook } = await openDatabase();
  await database.keepCopy(text, notebook);
  const { notebook: other } = await openDatabase();
  await database.open(other);
  await expect(database.keepCopy(text, notebook)).rejects.toMatchObject({
    code: "storage-conflict",
  });
  const copied = (await database.copies()).map((copy) => copy.notebook);
  expect(copied).toContain(notebook);
  expect(copied).not.toContain(other);
});

test("what has not changed is not copied again", async () => {
  const { database } = await openDatabase();
  await database.writeFile("a.txt", new Blob(["abc"]));
  await fill(database, "a", 0);
  await database.keepCopy(text);
  const put = vi.spyOn(IDBObjectStore.prototype, "put");
  await database.keepCopy(text);
  expect(put).not.toHaveBeenCalled();
  await fill(database, "b", 1);
  put.mockClear();
  await database.keepCopy(text);
  const kinds = put.mock.calls.map(([, key]) => [key].flat()[0]);
  expect(kinds).toContain("segment");
  expect(kinds).toContain("events");
  expect(kinds).not.toContain("file");
  put.mockRestore();
});

test("a store that has lost what it had is the same however often it is opened, until it is opened without what is known of it", async () => {
  const { database, notebook } = await openDatabase();
  await fill(database, "a", 0);
  const { generation } = await database.open(notebook);
  expect((await database.tables()).map(({ name }) => name)).toEqual(["a"]);
  loseEverything();
  const known = { knownGeneration: generation };
  for (let opened = 0; opened < generation + 2; opened += 1)
    expect((await makeDatabase().open(notebook, known)).generation).toBe(0);
  expect((await makeDatabase().open(notebook)).generation).toBe(1);
});
