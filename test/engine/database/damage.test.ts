import { del, get, set, setMany } from "idb-keyval";
import { describe, expect, test } from "vitest";
import type { Manifest } from "../../../src/storage/fencedWrites.ts";
import type { Layout } from "../../../src/storage/pageLog.ts";
import { createStore, type Store } from "../../../src/storage/useStore.ts";
import { readFixture } from "./readFixture.ts";
import {
  attach,
  attemptOf,
  commitOf,
  exported,
  makeDatabase,
  newNotebook,
} from "./world.ts";

type Use = Store["use"];

/** A notebook whose database is a segment and a delta. */
async function storePages(): Promise<{ notebook: string; use: Use }> {
  const notebook = newNotebook();
  const database = makeDatabase();
  await database.open(notebook);
  const first = await attach(database, attemptOf("a"));
  await first.exec(
    "CREATE TABLE t AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT i, hex(zeroblob(500)) AS h FROM n",
  );
  await database.commit(commitOf(attemptOf("a")));
  const second = await attach(database, attemptOf("b"));
  await second.exec("UPDATE t SET i = -1 WHERE i = 100");
  await database.commit(commitOf(attemptOf("b"), 1));
  return { notebook, use: createStore(`flowbook:${notebook}`).use };
}

/** Where the first commit of {@link storePages} puts its segment. */
const segment = ["segment", 0, 2];

async function deltaKey(use: Use): Promise<IDBValidKey> {
  const { generation } = (await get<Manifest>("manifest", use))!;
  return ["delta", generation];
}

async function changeLayout(use: Use, change: Partial<Layout>): Promise<void> {
  const manifest = (await get<Manifest>("manifest", use))!;
  const database = { ...manifest.database!, ...change };
  await set("manifest", { ...manifest, database }, use);
}

async function expectDamage(
  notebook: string,
  reason: string | RegExp,
): Promise<Uint8Array> {
  const database = makeDatabase();
  const report = await database.open(notebook);
  expect(report.damage).toMatchObject({
    code: "storage-damaged",
    message: expect.stringMatching(reason) as unknown,
  });
  expect(report.runs).toHaveLength(1);
  expect(await database.tables()).toEqual([]);
  const writer = await attach(database, attemptOf("z"));
  await expect(writer.exec("CREATE TABLE v (x)")).rejects.toMatchObject({
    code: "storage-damaged",
  });
  await expect(
    database.exportDatabase({ history: true }),
  ).rejects.toMatchObject({ code: "storage-damaged" });
  return exported(database);
}

test("a database without damage opens from its segments and deltas", async () => {
  const { notebook } = await storePages();
  const database = makeDatabase();
  expect((await database.open(notebook)).damage).toBeUndefined();
  const { rows } = await database.query("SELECT min(i) AS i FROM t");
  expect(rows).toEqual([{ i: -1 }]);
});

test.each<[string, unknown]>([
  ["null", null],
  ["a number", 5],
  ["an object that says nothing", {}],
  ["a generation that is no number", { format: 6, generation: "1" }],
  ["no generation", { format: 6 }],
  ["a database that is nothing", { format: 6, generation: 3, database: null }],
  ["a database that is a text", { format: 6, generation: 3, database: "t" }],
])(
  "a store with %s for a manifest is not taken for an empty one, and left as it is",
  async (_, manifest) => {
    const { notebook, use } = await storePages();
    await set("manifest", manifest, use);
    const database = makeDatabase();
    const { damage, runs } = await database.open(notebook);
    expect(damage).toMatchObject({ code: "storage-damaged" });
    expect(runs).toHaveLength(1);
    await expect(database.saveOutputs("c", [])).resolves.toBeUndefined();
    await expect(
      database.appendEvents("run-2", 0, [{ type: "cancel-requested", at: 1 }]),
    ).rejects.toMatchObject({ code: "storage-damaged" });
    expect(await get("manifest", use)).toEqual(manifest);
    const segments = await get(segment, use);
    expect(segments).toBeDefined();
  },
);

test("who only reads and could not read a change reads it with the next one", async () => {
  const { notebook, use } = await storePages();
  const owner = makeDatabase();
  await owner.open(notebook);
  const reader = makeDatabase();
  await reader.open(notebook, { readOnly: true });
  const change = async (node: string, at: number, sql: string) => {
    const client = await attach(owner, attemptOf(node));
    await client.exec(sql);
    await owner.commit(commitOf(attemptOf(node), at));
    return deltaKey(use);
  };
  const key = await change("c", 2, "UPDATE t SET i = -2 WHERE i = 1");
  const written = await get<unknown>(key, use);
  await set(key, "text", use);
  await reader.refresh();
  await set(key, written, use);
  await change("d", 3, "UPDATE t SET i = -3 WHERE i = 200");
  await reader.refresh();
  const { rows } = await reader.query(
    "SELECT group_concat(i) AS i FROM (SELECT i FROM t WHERE i < 0 ORDER BY i)",
  );
  expect(rows).toEqual([{ i: "-3,-2,-1" }]);
});

describe("a damaged database is left as it is, says why, and can be downloaded as far as it is there:", () => {
  test.each<[string, (use: Use) => Promise<unknown>, RegExp]>([
    [
      "a segment is missing",
      (use) => del(segment, use),
      /segment 0 is missing/,
    ],
    [
      "a segment is no bytes",
      (use) => set(segment, "text", use),
      /segment 0 is missing/,
    ],
    [
      "a segment is garbage",
      async (use) => {
        const bytes = (await get<Uint8Array>(segment, use))!;
        await set(segment, bytes.fill(7), use);
      },
      /damaged: /,
    ],
    [
      "a segment lost its end",
      async (use) => {
        const bytes = (await get<Uint8Array>(segment, use))!;
        await set(segment, bytes.slice(0, 8192), use);
      },
      /damaged: /,
    ],
    [
      "a change is missing",
      async (use) => del(await deltaKey(use), use),
      /0 of its 1 latest changes/,
    ],
    [
      "a change is garbage",
      async (use) => set(await deltaKey(use), { pages: 1 }, use),
      /cannot be read/,
    ],
    [
      "there are more segments than bytes",
      async (use) => {
        await set(["segment", 1, 2], new Uint8Array(9), use);
      },
      /behind its end/,
    ],
    [
      "its size is another",
      (use) => changeLayout(use, { size: 3_000_000 }),
      /1 segments and 3,000,000 bytes/,
    ],
  ])("%s", async (_, damage, reason) => {
    const { notebook, use } = await storePages();
    await damage(use);
    const before = await get(segment, use);
    const bytes = await expectDamage(notebook, reason);
    expect(bytes.length).toBeGreaterThan(100_000);
    expect(await get(segment, use)).toEqual(before);
  });
});

describe("the same in format 2:", () => {
  const whole = readFixture(2).find(([key]) => key === "database")![1];
  test.each<[string, unknown, number | undefined, RegExp]>([
    ["it is garbage", new Uint8Array(16_384).fill(7), 16_384, /not a database/],
    [
      "it is cut at a page",
      (whole as Uint8Array).slice(0, 4096),
      4096,
      /damaged: /,
    ],
    [
      "it is cut anywhere",
      (whole as Uint8Array).slice(0, 5000),
      undefined,
      /has 5,000 bytes and should have/,
    ],
    ["it is missing", undefined, undefined, /it is missing/],
    ["it is no bytes", "text", undefined, /not a file of bytes/],
  ])("%s", async (_, database, size, reason) => {
    const notebook = newNotebook();
    const { use } = createStore(`flowbook:${notebook}`);
    await setMany(readFixture(2), use);
    const manifest = (await get<Manifest>("manifest", use))!;
    const databaseSize = size ?? manifest.databaseSize!;
    await set("manifest", { ...manifest, databaseSize }, use);
    if (database === undefined) await del("database", use);
    else await set("database", database, use);
    if (database instanceof Uint8Array)
      expect(await expectDamage(notebook, reason)).toEqual(database);
    else
      await expect(expectDamage(notebook, reason)).rejects.toMatchObject({
        code: "storage-damaged",
      });
    expect(await get("database", use)).toEqual(database);
  });
});
