import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { expect, test, vi } from "vitest";
import type { Database } from "../../../src/engine/database/database.ts";
import { PageFile } from "../../../src/engine/database/pageFile.ts";
import { rowidOf } from "../../../src/engine/database/rowRanges.ts";
import type { ExportOptions } from "../../../src/engine/services.ts";
import {
  attach,
  attemptOf,
  commitOf,
  connect,
  makeDatabase,
  newNotebook,
  openDatabase,
  sqlite,
  viewsOnViews,
} from "./world.ts";

/** A database in which statements were committed. */
async function after(sql: string): Promise<Database> {
  const { database } = await openDatabase();
  const client = await attach(database, attemptOf("a"));
  await client.exec(sql);
  await database.commit(commitOf(attemptOf("a")));
  return database;
}

/** A file of rows, and how many were written after each step. */
async function stepsOf(database: Database, sql: string, as: ExportOptions) {
  const id = await database.beginExport(sql, as);
  const counts: number[] = [];
  for (;;) {
    const { rows, file } = await database.continueExport(id);
    if (file) return { file, counts };
    counts.push(rows);
  }
}

test("how rows are numbered is told of each kind of table, and not kept waiting by views", async () => {
  const { writer } = await connect();
  writer.run(
    "CREATE TABLE t (a, rowid); CREATE TABLE all_taken (rowid, oid, _rowid_); CREATE TABLE w (a PRIMARY KEY) WITHOUT ROWID; CREATE TABLE says (a DEFAULT 'WITHOUT ROWID')",
  );
  writer.run(viewsOnViews("t"));
  const of = (table: string) => rowidOf(writer, table);
  expect(["T", "all_taken", "w", "says", "v1", "none"].map(of)).toEqual([
    "_rowid_",
    undefined,
    undefined,
    "rowid",
    undefined,
    undefined,
  ]);
}, 5000);

const numbers = (rows: number | undefined) =>
  `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n${rows ? ` WHERE i < ${rows}` : ""}) SELECT`;
const sqliteFile = { format: "sqlite", table: "t" } as const;
const ofTable = { where: "true", isSorted: false };

test("a view without an end is written to a SQLite file until that is stopped", async () => {
  const database = await after(
    `CREATE VIEW endless AS ${numbers(undefined)} i FROM n`,
  );
  const sql = "SELECT * FROM endless";
  const id = await database.beginExport(sql, sqliteFile);
  const first = await database.continueExport(id);
  const second = await database.continueExport(id);
  expect(first.rows).toBeGreaterThan(0);
  expect(second.rows).toBeGreaterThan(first.rows);
  await database.endExport(id);
  await expect(database.continueExport(id)).rejects.toThrow("not finished");
});

test("rows of a view are in a SQLite file what they were, in the order of the view", async () => {
  const database = await after(
    `CREATE TABLE s (i INTEGER, r REAL, x);
    INSERT INTO s ${numbers(100_000)} i, i, i FROM n;
    INSERT INTO s VALUES (-9223372036854775808, 9e18, 9007199254740993), (3000000000, 3000000000, 3e9), (0, 9e999, X'00ff'), (-1, 0.5, '1'), (NULL, NULL, ''), (2147483648, -2147483649, 'äöü'), (7, 7, 'a' || char(0) || 'b'), (8, 8, char(0));
    CREATE VIEW v AS SELECT *, i + 1 AS "Sum", i FROM s ORDER BY i DESC`,
  );
  const { file, counts } = await stepsOf(
    database,
    "SELECT * FROM v; -- all",
    sqliteFile,
  );
  expect(counts.length).toBeGreaterThan(2);
  const facts = async (from: string, last: string) =>
    (
      await database.query(
        `SELECT *, hex(x), typeof(i), typeof(r), typeof(x), typeof("Sum"), typeof(${last}), row_number() OVER () FROM ${from}`,
      )
    ).rows.map((row) => Object.values(row));
  const before = await facts("v", '"i:1"');
  await database.importDatabase(file);
  const { rows } = await database.query(
    "SELECT name, type FROM pragma_table_info('t')",
  );
  expect(rows).toEqual([
    { name: "i", type: "INT" },
    { name: "r", type: "REAL" },
    { name: "x", type: "" },
    { name: "Sum", type: "" },
    { name: "i:1", type: "INT" },
  ]);
  const copied = await facts("t", '"i:1"');
  expect(copied).toHaveLength(100_008);
  expect(copied).toEqual(before);
});

test("a table whose rows have no numbers is written to a SQLite file in steps, as it was made", async () => {
  const made =
    "CREATE TABLE t(k PRIMARY KEY, twice AS (k * 2), v) WITHOUT ROWID";
  const database = await after(
    `${made}; INSERT INTO t (k, v) ${numbers(100_000)} i, i * 1.0 FROM n; CREATE INDEX by_v ON t (v)`,
  );
  const { file, counts } = await stepsOf(database, "SELECT * FROM t", {
    ...sqliteFile,
    of: { ...ofTable, where: "k > 10" },
  });
  expect(counts.length).toBeGreaterThan(2);
  await database.importDatabase(file);
  const { rows } = await database.query(
    "SELECT count(*) AS rows, min(k) AS k, min(typeof(v)) AS low, max(typeof(v)) AS high, sum(twice) AS twice, (SELECT group_concat(sql, '; ') FROM sqlite_schema) AS made FROM t",
  );
  expect(rows).toEqual([
    {
      rows: 99_990,
      k: 11,
      low: "real",
      high: "real",
      twice: 100_000 * 100_001 - 110,
      made: `${made}; CREATE INDEX by_v ON t (v)`,
    },
  ]);
});

test.each([1001, 1999, 2000])(
  "a table of %i columns is written to a Parquet file with the types of all",
  async (count) => {
    const names = Array.from({ length: count }, (_, at) => `c${at}`);
    const database = await after(
      `CREATE TABLE t (${names.join(" REAL,")} INTEGER); INSERT INTO t VALUES (${names.map((_, at) => at).join()})`,
    );
    const as = { format: "parquet", table: "t" } as const;
    for (const of of [undefined, ofTable]) {
      const { file } = await stepsOf(database, "SELECT * FROM t", {
        ...as,
        of,
      });
      const bytes = await file.arrayBuffer();
      const types = parquetMetadata(bytes).schema.slice(1);
      expect(types.map(({ type }) => type)).toEqual(
        names.map((_, at) => (at < count - 1 ? "DOUBLE" : "INT64")),
      );
      const [row] = await parquetReadObjects({ file: bytes });
      expect(Object.values(row!).map(Number)).toEqual([...names.keys()]);
    }
  },
);

test("an export that cannot be begun, gone on with or ended keeps nothing of the database", async () => {
  const real = await sqlite;
  let isRefused = false;
  const database = makeDatabase(
    undefined,
    Promise.resolve({
      ...real,
      connect: (found) => {
        if (isRefused) throw new Error("not opened");
        return real.connect(found);
      },
      create: () => {
        const made = real.create();
        vi.spyOn(made, "close").mockImplementation(() => {
          throw new Error("not closed");
        });
        return made;
      },
    }),
  );
  await database.open(newNotebook());
  const client = await attach(database, attemptOf("a"));
  await client.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  await database.commit(commitOf(attemptOf("a")));
  let lent = 0;
  const lend = PageFile.prototype.lend;
  using _ = vi.spyOn(PageFile.prototype, "lend").mockImplementation(function (
    this: PageFile,
  ) {
    const parts = lend.call(this);
    lent += 1;
    return {
      ...parts,
      giveBack: () => {
        lent -= 1;
        parts.giveBack();
      },
    };
  });
  const begin = (sql: string) => database.beginExport(sql, sqliteFile);

  isRefused = true;
  await expect(begin("SELECT * FROM t")).rejects.toThrow("not opened");
  expect(lent).toBe(0);

  isRefused = false;
  const wrong = await begin("SELECT * FROM nowhere");
  expect(lent).toBe(1);
  await expect(database.continueExport(wrong)).rejects.toThrow();
  expect(lent).toBe(0);

  for (const end of [
    (id: number) =>
      expect(database.endExport(id)).rejects.toThrow("not closed"),
    () => database.closeNotebook(),
  ]) {
    const id = await begin("SELECT * FROM t");
    await database.continueExport(id);
    expect(lent).toBe(1);
    await end(id);
    await vi.waitFor(() => expect(lent).toBe(0));
  }
});
