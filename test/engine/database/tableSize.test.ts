import { parquetMetadata, parquetReadObjects } from "hyparquet";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { PageFile } from "../../../src/engine/database/pageFile.ts";
import { treeSize } from "../../../src/engine/database/tableSize.ts";
import {
  attach,
  attemptOf,
  commitOf,
  exportRows,
  openDatabase,
} from "./world.ts";

/** The tables after some statements were committed. */
async function tablesAfter(sql: string) {
  const { database } = await openDatabase();
  const client = await attach(database, attemptOf("a"));
  await client.exec(sql);
  await database.commit(commitOf(attemptOf("a")));
  return { database, tables: await database.tables() };
}

const fill = (table: string, rows: number, value = "'name ' || i") =>
  `INSERT INTO ${table} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT i, ${value} FROM n`;

describe("the rows and the size of a table", () => {
  test.each([0, 1, 99, 1_000, 50_000])(
    "are told without reading its rows, as of %i",
    async (rows) => {
      const { database, tables } = await tablesAfter(
        `CREATE TABLE t (a, b); CREATE TABLE w (a PRIMARY KEY, b) WITHOUT ROWID; ${rows > 0 ? `${fill("t", rows)}; ${fill("w", rows)};` : ""}`,
      );
      expect(tables.map(({ name, rows }) => [name, rows])).toEqual([
        ["t", rows],
        ["w", rows],
      ]);
      expect(tables.map(({ hasRowid }) => hasRowid)).toEqual([true, false]);
      const size = (await database.exportDatabase()).size;
      const bytes = tables.map((table) => table.bytes!);
      // All but the page of the schema.
      expect(bytes[0]! + bytes[1]!).toBe(size - 4096);
    },
  );

  test("count indexes, and are as they should be after deletions", async () => {
    const { database, tables } = await tablesAfter(
      `CREATE TABLE t (a, b); ${fill("t", 20_000)}; CREATE TABLE u AS SELECT * FROM t; CREATE INDEX i ON u (b); DELETE FROM t WHERE a % 3 = 0; DELETE FROM t WHERE a BETWEEN 5000 AND 15000`,
    );
    const [t, u] = tables;
    const counted = await database.query("SELECT count(*) AS n FROM t");
    expect([t?.rows, u?.rows]).toEqual([counted.rows[0]?.n, 20_000]);
    expect(u!.bytes).toBeGreaterThan(1.5 * t!.bytes!);
  });
});

/** Something that is done to two tables, in a transaction. */
const change = fc.oneof(
  fc
    .tuple(fc.constantFrom("t", "u"), fc.integer({ min: 1, max: 3_000 }))
    .map(([table, rows]) => fill(table, rows)),
  fc
    .tuple(fc.constantFrom("t", "u"), fc.integer({ min: 2, max: 9 }))
    .map(([table, by]) => `DELETE FROM ${table} WHERE rowid % ${by} = 0`),
  fc.constantFrom(
    "DELETE FROM t",
    "DROP TABLE u; CREATE TABLE u (a, b)",
    "CREATE INDEX IF NOT EXISTS i ON t (b)",
    "DROP INDEX IF EXISTS i",
    "UPDATE u SET b = b || b WHERE rowid < 50",
  ),
);

test("the rows that are told are those that are there, whatever was changed and taken back", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(change, fc.boolean()), { maxLength: 12 }),
      async (changes) => {
        const { database } = await tablesAfter(
          "CREATE TABLE t (a, b); CREATE TABLE u (a, b)",
        );
        for (const [at, [sql, isKept]] of changes.entries()) {
          const attempt = attemptOf(`change-${at}`);
          const client = await attach(database, attempt);
          await client.exec(sql);
          // Those who look meanwhile see what is committed.
          await database.tables();
          await (isKept
            ? database.commit(commitOf(attempt))
            : database.rollback(attempt));
          const told = await database.tables();
          const { rows } = await database.query(
            "SELECT (SELECT count(*) FROM t) AS t, (SELECT count(*) FROM u) AS u",
          );
          expect(
            Object.fromEntries(told.map((one) => [one.name, one.rows])),
          ).toEqual(rows[0]);
        }
        await database.closeNotebook();
      },
    ),
    { numRuns: 40 },
  );
});

test("a table is measured again only when one of its own pages has changed", () => {
  const file = new PageFile();
  const page = (type: number, cells: number) => {
    const bytes = new Uint8Array(4096);
    bytes[0] = type;
    bytes[4] = cells;
    return bytes;
  };
  const header = new Uint8Array(4096);
  header[16] = 16;
  const write = (number: number, bytes: Uint8Array) =>
    file.write(bytes, (number - 1) * 4096);
  write(1, header);
  write(2, page(13, 7));
  write(3, page(13, 9));
  file.saved();
  const reads = vi.spyOn(file, "segment");
  const look = () => {
    reads.mockClear();
    const size = treeSize(file.committed, 2);
    return [size?.entries, reads.mock.calls.length > 0];
  };
  expect(look()).toEqual([7, true]);
  expect(look()).toEqual([7, false]);
  write(1, header);
  write(3, page(13, 10));
  file.saved();
  expect(look()).toEqual([7, false]);
  write(2, page(13, 8));
  expect(look()).toEqual([7, false]);
  file.saved();
  expect(look()).toEqual([8, true]);
  write(2, page(13, 5));
  file.revert();
  expect(look()).toEqual([8, false]);
  file.replace({ size: 0, segments: new Map(), deltas: [], damage: undefined });
  expect(look()).toEqual([undefined, false]);
  file.revert();
  expect(look()).toEqual([8, true]);
});

describe("the rows of a query as a file", () => {
  const rows = "SELECT * FROM t WHERE a <= 2 ORDER BY a";
  const world = () =>
    tablesAfter(
      `CREATE TABLE t (a INTEGER, b TEXT); ${fill("t", 9, "CASE WHEN i = 2 THEN NULL ELSE 'x, ' || i END")}`,
    );

  test("are CSV and JSON", async () => {
    const { database } = await world();
    const csv = await exportRows(database, rows, { format: "csv", table: "t" });
    expect(await csv.text()).toBe('a,b\n1,"x, 1"\n2,\n');
    const as = { format: "json", table: "t" } as const;
    const json = await exportRows(database, rows, as);
    expect(JSON.parse(await json.text())).toEqual([
      { a: 1, b: "x, 1" },
      { a: 2, b: null },
    ]);
  });

  test("have bytes as base64 in CSV and JSON, and infinite numbers by their name", async () => {
    const { database } = await tablesAfter(
      "CREATE TABLE t (a, b); INSERT INTO t VALUES (X'01ff', 9e999)",
    );
    const sql = "SELECT * FROM t";
    const csv = await exportRows(database, sql, { format: "csv", table: "t" });
    expect(await csv.text()).toBe("a,b\nAf8=,Infinity\n");
    const json = await exportRows(database, sql, {
      format: "json",
      table: "t",
    });
    expect(await json.text()).toBe('[\n{"a":"Af8=","b":"Infinity"}\n]\n');
  });

  test("are a SQLite file that can be imported", async () => {
    const { database } = await world();
    const as = { format: "sqlite", table: "few rows" } as const;
    const file = await exportRows(database, rows, as);
    expect(await database.query("SELECT count(*) AS n FROM t")).toMatchObject({
      rows: [{ n: 9 }],
    });
    await database.importDatabase(file);
    expect((await database.query('SELECT * FROM "few rows"')).rows).toEqual([
      { a: 1, b: "x, 1" },
      { a: 2, b: null },
    ]);
  });

  test("are a Parquet file", async () => {
    const { database } = await world();
    const as = { format: "parquet", table: "t" } as const;
    const file = await exportRows(database, rows, as);
    expect((await file.text()).slice(0, 4)).toBe("PAR1");
  });

  test("have the types of their columns in Parquet, also where all numbers are whole", async () => {
    const { database } = await tablesAfter(
      "CREATE TABLE t (a INTEGER, b REAL, c REAL, d); INSERT INTO t VALUES (1, 2, NULL, 1.5), (2, NULL, NULL, 2)",
    );
    const as = { format: "parquet", table: "t" } as const;
    const file = await exportRows(database, "SELECT * FROM t", as);
    const { schema } = parquetMetadata(await file.arrayBuffer());
    expect(schema.slice(1).map(({ name, type }) => [name, type])).toEqual([
      ["a", "INT64"],
      ["b", "DOUBLE"],
      ["c", "BYTE_ARRAY"],
      ["d", "DOUBLE"],
    ]);
  });

  const ofTable = { where: "true", isSorted: false };

  test.each(["csv", "json", "parquet", "sqlite"] as const)(
    "are those of when it began, as %s, and whoever writes or reads meanwhile has a turn",
    async (format) => {
      const { database } = await tablesAfter(
        `CREATE TABLE t (a INTEGER, b TEXT); ${fill("t", 60_000)}`,
      );
      const sql = "SELECT * FROM t\nWHERE a > 10";
      const of = { where: "a > 10", isSorted: false };
      const id = await database.beginExport(sql, { format, table: "t", of });
      let step = await database.continueExport(id);
      expect(step.file).toBeUndefined();
      const client = await attach(database, attemptOf("b"));
      await client.exec("UPDATE t SET b = 'other'; DELETE FROM t WHERE a > 9");
      await database.commit(commitOf(attemptOf("b")));
      const { rows } = await database.query("SELECT count(*) AS n FROM t");
      expect(rows).toEqual([{ n: 9 }]);
      while (!step.file) step = await database.continueExport(id);
      expect(step.rows).toBe(59_990);
      const last = { a: 60_000, b: "name 60000" };
      const read = {
        csv: async (file: Blob) => {
          const lines = (await file.text()).trimEnd().split("\n");
          expect(lines).toHaveLength(59_991);
          expect(lines.at(-1)).toBe("60000,name 60000");
        },
        json: async (file: Blob) => {
          const found = JSON.parse(await file.text()) as unknown[];
          expect([found.length, found.at(-1)]).toEqual([59_990, last]);
        },
        parquet: async (file: Blob) => {
          const found = await parquetReadObjects({
            file: await file.arrayBuffer(),
          });
          expect(found).toHaveLength(59_990);
          expect(found.at(-1)).toEqual({ ...last, a: 60_000n });
        },
        sqlite: async (file: Blob) => {
          await database.importDatabase(file);
          const sql = "SELECT count(*) AS n, max(a) AS a, max(b) AS b FROM t";
          expect((await database.query(sql)).rows).toEqual([
            { n: 59_990, a: 60_000, b: "name 9999" },
          ]);
        },
      };
      await read[format](step.file);
    },
  );

  test("are no longer written when the export is ended, or the notebook is opened anew", async () => {
    const { database } = await tablesAfter(
      `CREATE TABLE t (a, b); ${fill("t", 60_000)}`,
    );
    const begin = (format: "csv" | "sqlite") =>
      database.beginExport("SELECT * FROM t", {
        format,
        table: "t",
        of: ofTable,
      });
    const unfinished = { code: "storage-failed" };
    for (const format of ["csv", "sqlite"] as const) {
      const id = await begin(format);
      await database.continueExport(id);
      await database.endExport(id);
      await expect(database.continueExport(id)).rejects.toMatchObject(
        unfinished,
      );
    }
    const id = await begin("sqlite");
    await database.continueExport(id);
    await database.closeNotebook();
    await expect(database.continueExport(id)).rejects.toMatchObject(unfinished);
  });

  test("are in a SQLite file the table as it was made, with keys, types and indexes", async () => {
    const made =
      "CREATE TABLE a(id integer primary key, n TEXT NOT NULL COLLATE NOCASE, w REAL CHECK (w > 0), twice AS (w * 2) STORED)";
    const { database } = await tablesAfter(
      `${made}; CREATE UNIQUE INDEX by_n ON a (n DESC) WHERE n <> ''; INSERT INTO a (n, w) VALUES ('x', 1), ('y', 2), ('z', 3); DELETE FROM a WHERE id = 1; CREATE TABLE b (k TEXT PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID; INSERT INTO b VALUES ('k', 1.5)`,
    );
    const save = (table: string) =>
      exportRows(database, `SELECT * FROM ${table}`, {
        format: "sqlite",
        table,
        of: ofTable,
      });
    const [a, b] = [await save("a"), await save("b")];
    const all = async (sql: string) => (await database.query(sql)).rows;
    await database.importDatabase(a);
    expect(
      await all("SELECT sql FROM sqlite_schema ORDER BY type DESC"),
    ).toEqual([
      { sql: made },
      { sql: "CREATE UNIQUE INDEX by_n ON a (n DESC) WHERE n <> ''" },
    ]);
    expect(await all("SELECT * FROM a")).toEqual([
      { id: 2, n: "y", w: 2, twice: 4 },
      { id: 3, n: "z", w: 3, twice: 6 },
    ]);
    await database.importDatabase(b);
    expect(await all("SELECT k, v, typeof(v) AS t FROM b")).toEqual([
      { k: "k", v: 1.5, t: "real" },
    ]);
  });

  test("are refused if the query would change something", async () => {
    const { database } = await world();
    for (const format of ["csv", "sqlite"] as const)
      await expect(
        exportRows(database, "DELETE FROM t", { format, table: "t" }),
      ).rejects.toMatchObject({ code: "read-only" });
    expect((await database.tables())[0]?.rows).toBe(9);
  });
});
