import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/engine/database/database.ts";
import {
  attach,
  attemptOf,
  commitOf,
  exported,
  makeDatabase,
  newNotebook,
  type Client,
} from "./world.ts";

/** A database that says which tables each commit has changed. */
async function openTelling() {
  const told: string[][] = [];
  const database = makeDatabase((_, __, tables) => {
    if (tables.length > 0) told.push([...tables].sort());
  });
  await database.open(newNotebook());
  let attempts = 0;
  const commit = async (work: (client: Client) => Promise<unknown>) => {
    const id = attemptOf(`task-${(attempts += 1)}`);
    const client = await attach(database, id);
    await work(client);
    await database.commit(commitOf(id, attempts - 1));
    return told.at(-1);
  };
  return { database, commit, told };
}

async function openWithTables() {
  const world = await openTelling();
  await world.commit((client) =>
    client.exec(
      "CREATE TABLE a (x); CREATE TABLE b (x PRIMARY KEY) WITHOUT ROWID; CREATE TABLE c (x); CREATE INDEX c_x ON c (x); CREATE VIEW v AS SELECT a.x FROM a JOIN c USING (x)",
    ),
  );
  return world;
}

const reads = async (database: Database, sql: string) =>
  (await database.tablesRead(sql))?.toSorted();

describe("the tables that a query reads", () => {
  test("are found behind joins, subqueries, views and indexes", async () => {
    const { database } = await openWithTables();
    expect(await reads(database, "SELECT 1")).toEqual([]);
    expect(await reads(database, "SELECT * FROM a")).toEqual(["a"]);
    expect(await reads(database, "SELECT count(*) FROM B")).toEqual(["b"]);
    expect(await reads(database, "SELECT x FROM c WHERE x = ?")).toEqual(["c"]);
    expect(await reads(database, "SELECT * FROM v")).toEqual(["a", "c", "v"]);
    expect(
      await reads(
        database,
        "WITH w AS (SELECT x FROM b) SELECT * FROM w WHERE x IN (SELECT x FROM a)",
      ),
    ).toEqual(["a", "b"]);
  });

  test("have the views whose names are quoted", async () => {
    const { database, commit } = await openWithTables();
    const quoted = ['"a""b"', "[c d]", "`e``f`", "'g''h'", '"ÄÖ-ü"', '"i\'j"'];
    await commit((client) =>
      client.exec(
        quoted.map((name) => `CREATE VIEW ${name} AS SELECT 1`).join(";"),
      ),
    );
    const names = ['a"b', "c d", "e`f", "g'h", "ÄÖ-ü", "i'j"];
    for (const [at, name] of quoted.entries())
      expect(await reads(database, `SELECT * FROM ${name}`)).toEqual([
        names[at],
      ]);
    expect(await reads(database, "SELECT * FROM 'A\"B'")).toEqual(['a"b']);
  });

  test("may be any if the query speaks of the history or of what is not there", async () => {
    const { database } = await openWithTables();
    expect(await reads(database, "SELECT * FROM history.runs")).toBeUndefined();
    await expect(database.tablesRead("SELECT * FROM none")).rejects.toThrow();
  });
});

describe("the tables that a commit has changed", () => {
  test("are also the views that it makes anew", async () => {
    const { commit } = await openWithTables();
    const changed = await commit((client) =>
      client.exec("DROP VIEW v; CREATE VIEW v AS SELECT 1"),
    );
    expect(changed).toEqual(["v"]);
  });

  test("are told when they are on disk, and who changed them is kept", async () => {
    const { database, commit } = await openWithTables();
    const changed = await commit((client) => client.load("a", [{ x: 1 }]));
    expect(changed).toEqual(["a"]);
    const tables = await database.tables();
    expect(tables.map(({ name, writer }) => [name, writer?.node])).toEqual([
      ["a", "task-2"],
      ["b", "task-1"],
      ["c", "task-1"],
      ["v", "task-1"],
    ]);
  });

  test.each([
    ["INSERT INTO b VALUES (2)", ["b"]],
    ["INSERT INTO c SELECT x FROM a", ["c"]],
    ["UPDATE b SET x = 2 WHERE x IN (SELECT x FROM v)", ["b"]],
    ["INSERT INTO a SELECT value FROM json_each('[1]')", ["a"]],
    ["DELETE FROM c WHERE x = (SELECT max(x) FROM a)", ["c"]],
    ["CREATE TABLE d AS SELECT 1 AS x", ["d"]],
    ["DROP TABLE a", ["a"]],
    ["ALTER TABLE a RENAME TO e", ["a", "e", "v"]],
    ["ALTER TABLE a ADD COLUMN y", ["a"]],
    ["DROP INDEX c_x", ["c"]],
    ["INSERT INTO a VALUES (1); DELETE FROM a", ["a"]],
  ])("by %s", async (sql, tables) => {
    const { commit } = await openWithTables();
    await commit((client) =>
      client.exec(
        "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); INSERT INTO c VALUES (1)",
      ),
    );
    expect(await commit((client) => client.exec(sql))).toEqual(tables);
  });

  test("are those that a trigger writes too, by a statement or a load", async () => {
    const { commit } = await openWithTables();
    await commit((client) =>
      client.exec(
        "CREATE TRIGGER a_c AFTER INSERT ON a BEGIN INSERT INTO c VALUES (new.x); END",
      ),
    );
    for (const write of [
      (client: Client) => client.exec("INSERT INTO a VALUES (2)"),
      (client: Client) => client.load("a", [{ x: 3 }]),
    ])
      expect(await commit(write)).toEqual(["a", "c"]);
  });

  test("are none if it was taken back or changed nothing", async () => {
    const { database, commit, told } = await openWithTables();
    const before = told.length;
    const client = await attach(database, attemptOf("gone"));
    await client.exec("INSERT INTO a VALUES (1)");
    await database.rollback(attemptOf("gone"));
    await commit((other) => other.query("SELECT * FROM a"));
    expect(told).toHaveLength(before);
  });

  test("are written by nobody known once the database was replaced", async () => {
    const { database } = await openWithTables();
    await database.importDatabase(
      new Blob([(await exported(database)) as Uint8Array<ArrayBuffer>]),
    );
    const tables = await database.tables();
    expect(tables.map(({ writer }) => writer)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
