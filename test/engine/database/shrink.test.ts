import { get } from "idb-keyval";
import { expect, onTestFinished, test } from "vitest";
import type { Database } from "../../../src/engine/database/database.ts";
import type { Manifest } from "../../../src/storage/fencedWrites.ts";
import { createStore } from "../../../src/storage/useStore.ts";
import {
  attach,
  attemptOf,
  commitOf,
  makeDatabase,
  openDatabase,
} from "./world.ts";

const megabyte = 1024 * 1024;

let tasks = 0;

/** A task that runs this, done. */
async function run(database: Database, sql: string): Promise<void> {
  tasks += 1;
  const id = attemptOf(`task-${tasks}`);
  const client = await attach(database, id);
  await client.exec(sql);
  await database.commit(commitOf(id));
}

/** Twelve megabytes in a table of their own. */
const fill = `CREATE TABLE filled (x);
  INSERT INTO filled WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12) SELECT zeroblob(${megabyte}) FROM n`;

const kept = `CREATE TABLE gaps (x); INSERT INTO gaps VALUES ('a'), ('b'), ('c'), ('d'); DELETE FROM gaps WHERE x IN ('a', 'c');
  CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO counted (x) VALUES (1), (2); DELETE FROM counted WHERE x = 2;
  CREATE TABLE keyed (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO keyed VALUES ('k', 1);
  CREATE INDEX by_x ON gaps (x); CREATE VIEW seen AS SELECT x FROM gaps;
  CREATE TRIGGER after_gap AFTER INSERT ON gaps BEGIN INSERT INTO counted (x) VALUES (3); END;
  PRAGMA user_version = 7`;

async function everything(database: Database): Promise<unknown> {
  const queries = [
    "SELECT type, name, sql FROM sqlite_schema ORDER BY name",
    "SELECT rowid, x FROM gaps ORDER BY rowid",
    "SELECT * FROM counted",
    "SELECT * FROM sqlite_sequence",
    "SELECT * FROM keyed",
    "SELECT * FROM seen",
    "PRAGMA user_version",
    "PRAGMA integrity_check",
  ];
  const all: unknown[] = [];
  for (const sql of queries) all.push((await database.query(sql)).rows);
  return all;
}

async function sizeOf(database: Database): Promise<number> {
  const { rows } = await database.query(
    "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
  );
  return Number(rows[0]!["bytes"]);
}

/** How large the file is on disk. */
async function storedSize(notebook: string): Promise<number> {
  const { use } = createStore(`flowbook:${notebook}`);
  return (await get<Manifest>("manifest", use))!.database!.size;
}

test("a file most of which holds nothing any more gives that back, in memory and on disk, and holds what it held", async () => {
  const { database, notebook } = await openDatabase();
  const reader = makeDatabase();
  await run(database, kept);
  await run(database, fill);
  await reader.open(notebook, { readOnly: true });
  const before = await everything(database);
  expect(await sizeOf(database)).toBeGreaterThan(12 * megabyte);

  await run(database, "DROP TABLE filled");
  await expect.poll(() => sizeOf(database)).toBeLessThan(megabyte);
  await expect.poll(() => storedSize(notebook)).toBeLessThan(megabyte);
  const after = (rows: unknown) =>
    JSON.stringify(rows).replace(
      /\{"type":"table","name":"filled"[^}]*\},/,
      "",
    );
  expect(after(await everything(database))).toBe(after(before));

  await reader.refresh();
  expect(await everything(reader)).toEqual(await everything(database));
  await run(database, "INSERT INTO gaps VALUES ('e')");
  const again = makeDatabase();
  expect((await again.open(notebook)).damage).toBeUndefined();
  expect(
    (await again.query("SELECT rowid FROM gaps WHERE x = 'e'")).rows,
  ).toEqual([{ rowid: 5 }]);
});

test("a table that is replaced again and again makes the file no larger, and free pages are kept for the next time", async () => {
  const { database } = await openDatabase();
  const rows = Array.from({ length: 60_000 }, (_, i) => ({
    i,
    text: "row ".repeat(40),
  }));
  const sizes: number[] = [];
  for (let at = 0; at < 4; at += 1) {
    tasks += 1;
    const id = attemptOf(`task-${tasks}`);
    const client = await attach(database, id);
    await client.load("t", rows, { mode: "replace" });
    await database.commit(commitOf(id));
    sizes.push(await sizeOf(database));
  }
  expect(sizes[3]).toBe(sizes[1]);
});

test("where there is no room to write the smaller file, the larger one stays, and the next commit does not wait for another try", async () => {
  const { database, notebook } = await openDatabase();
  await run(database, kept);
  await run(database, fill);
  const { put } = IDBObjectStore.prototype;
  let tries = 0;
  IDBObjectStore.prototype.put = function (value, ...rest) {
    const isSmallFile =
      [rest[0]].flat()[0] === "segment" &&
      (value as Uint8Array).byteLength < megabyte;
    if (isSmallFile) {
      tries += 1;
      throw new DOMException("", "QuotaExceededError");
    }
    return put.call(this, value, ...rest);
  };
  onTestFinished(() => {
    IDBObjectStore.prototype.put = put;
  });
  await run(database, "DROP TABLE filled");
  await expect.poll(() => tries).toBe(1);
  await run(database, "INSERT INTO keyed VALUES ('l', 2)");
  await run(database, "INSERT INTO keyed VALUES ('m', 3)");
  expect(tries).toBe(1);
  expect(await sizeOf(database)).toBeGreaterThan(12 * megabyte);
  const again = makeDatabase();
  expect((await again.open(notebook)).damage).toBeUndefined();
  expect((await again.query("SELECT k FROM keyed")).rows).toHaveLength(3);
});
