import initSqlJs from "sql.js";
import { expect, test, vi } from "vitest";
import type { Database } from "../../../src/engine/database/database.ts";
import { readTables } from "../../../src/engine/database/schema.ts";
import type { LoadRequest } from "../../../src/engine/protocol.ts";
import { attach, attemptOf, commitOf, connect, openDatabase } from "./world.ts";

/** A notebook into which the file was imported that these statements make. */
async function imported(sql: string): Promise<Database> {
  const { Database } = await initSqlJs();
  const made = new Database();
  made.run(sql);
  const file = new Blob([new Uint8Array(made.export())]);
  made.close();
  const { database } = await openDatabase();
  await database.importDatabase(file);
  return database;
}

const namesOf = async (database: Database) =>
  (await database.tables()).map(({ name }) => name);

test("a table of an extension that is not here hides no other one, and is said to be one", async () => {
  const database = await imported(
    "CREATE TABLE a (x); CREATE TABLE search_content (id, c0); PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'search', 'search', 0, 'CREATE VIRTUAL TABLE search USING fts5 (text)')",
  );
  expect(await namesOf(database)).toEqual(["a", "search_content"]);
  await expect(database.query("SELECT * FROM search")).rejects.toThrow(
    "no such module: fts5. It is a table of an extension that is not here.",
  );
});

test("a table of a module that there is only elsewhere says so when it is made", async () => {
  const { database } = await openDatabase();
  const writer = await attach(database, attemptOf("a"));
  await expect(
    writer.exec("CREATE VIRTUAL TABLE search USING fts5 (text)"),
  ).rejects.toThrow(
    "SQLite: no such module: fts5 (line 1, column 35). It is not in the SQLite that runs here. The one of browsers has fts4 for full-text search.",
  );
});

test("a table for full-text search is one, without those that it keeps its data in", async () => {
  const database = await imported(
    "CREATE VIRTUAL TABLE search USING fts4 (text); INSERT INTO search VALUES ('one'), ('two'); CREATE TABLE search_other (x)",
  );
  expect(await database.tables()).toMatchObject([
    { name: "search", rows: 2, hasRowid: false },
    { name: "search_other", rows: 0, hasRowid: true },
  ]);
});

test("views are listed behind the tables, unread, are dropped as views, and queries know which of them they read", async () => {
  const database = await imported(
    "CREATE TABLE t (x); INSERT INTO t VALUES (1), (2); CREATE VIEW first AS SELECT x FROM t; CREATE VIEW second AS SELECT x FROM first; CREATE VIEW broken AS SELECT x FROM nowhere; CREATE VIEW endless AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
  );
  expect(await namesOf(database)).toEqual([
    "t",
    "broken",
    "endless",
    "first",
    "second",
  ]);
  expect((await database.tables()).at(-1)).toEqual({
    name: "second",
    view: "CREATE VIEW second AS SELECT x FROM first",
    rows: undefined,
    hasRowid: false,
    columns: [],
    writer: undefined,
  });
  expect(new Set(await database.tablesRead('SELECT * FROM "SECOND"'))).toEqual(
    new Set(["t", "first", "second"]),
  );
  await database.dropTable("second");
  expect(await namesOf(database)).toEqual(["t", "broken", "endless", "first"]);
});

test("thousands of tables are listed with few queries", async () => {
  const file = await connect();
  const { writer, reader, image } = file;
  const tables = Array.from({ length: 3_000 }, (_, at) => `t${at}`);
  writer.run(
    tables.map((table) => `CREATE TABLE ${table} (a, b);`).join("") + "COMMIT",
  );
  await file.save(() => Promise.resolve());
  const prepare = vi.spyOn(reader, "prepare");
  const listed = readTables(reader, image);
  expect(listed.map(({ name }) => name).sort()).toEqual(tables.sort());
  expect(listed.every(({ columns }) => columns.length === 2)).toBe(true);
  expect(prepare.mock.calls.length).toBeLessThan(10);
});

/** Views that read each other so often that SQLite is never done with looking at them. */
const endlessViews = `CREATE TABLE a (x); CREATE VIEW v0 AS SELECT * FROM a; ${Array.from(
  { length: 60 },
  (_, at) =>
    `CREATE VIEW v${at + 1} AS SELECT * FROM v${at} UNION ALL SELECT * FROM v${at}`,
).join("; ")}`;

test("views that multiply what they read do not hold up the list of tables", async () => {
  const database = await imported(endlessViews);
  const [first, ...views] = await namesOf(database);
  expect(first).toBe("a");
  expect(views).toHaveLength(61);
}, 10_000);

test.each<[string, Partial<LoadRequest>]>([
  ["that adds a column", {}],
  ["that replaces the table", { mode: "replace" }],
  ["that goes by a key", { mode: "upsert", key: ["x"] }],
])(
  "nor a load %s",
  async (_, options) => {
    const database = await imported(
      `${endlessViews}; CREATE TABLE s (x INTEGER) /* ) */ STRICT`,
    );
    const id = attemptOf("a");
    const client = await attach(database, id);
    const rows = [{ x: 1, y: null, z: 2 }];
    expect(await client.load("a", rows, options)).toMatchObject({ rows: 1 });
    expect(await client.load("s", rows, options)).toMatchObject({ rows: 1 });
    await database.commit(commitOf(id));
    expect(await database.query("SELECT * FROM s")).toMatchObject({ rows });
  },
  10_000,
);

test("a load adds a column to a table as strict as that is, whatever else is written there", async () => {
  const database = await imported(
    "CREATE TABLE strict (strict, note TEXT DEFAULT ') STRICT'); CREATE TABLE other (x TEXT PRIMARY KEY /* ) */) /* strict */ WITHOUT ROWID",
  );
  const id = attemptOf("a");
  const client = await attach(database, id);
  await client.load("Strict", [{ added: null }]);
  await client.load("other", [{ x: "1", added: null }]);
  await database.commit(commitOf(id));
  for (const table of ["strict", "other"])
    expect(
      await database.query(
        "SELECT type FROM pragma_table_xinfo(?) WHERE name = 'added'",
        [table],
      ),
    ).toMatchObject({ rows: [{ type: "" }] });
});
