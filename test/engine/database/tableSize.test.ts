import { parquetMetadata } from "hyparquet";
import { describe, expect, test } from "vitest";
import { attach, attemptOf, commitOf, openDatabase } from "./world.ts";

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

describe("the rows of a query as a file", () => {
  const rows = "SELECT * FROM t WHERE a <= 2 ORDER BY a";
  const world = () =>
    tablesAfter(
      `CREATE TABLE t (a INTEGER, b TEXT); ${fill("t", 9, "CASE WHEN i = 2 THEN NULL ELSE 'x, ' || i END")}`,
    );

  test("are CSV and JSON", async () => {
    const { database } = await world();
    const csv = await database.exportRows(rows, { format: "csv", table: "t" });
    expect(await csv.text()).toBe('a,b\n1,"x, 1"\n2,\n');
    const as = { format: "json", table: "t" } as const;
    const json = await database.exportRows(rows, as);
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
    const csv = await database.exportRows(sql, { format: "csv", table: "t" });
    expect(await csv.text()).toBe("a,b\nAf8=,Infinity\n");
    const json = await database.exportRows(sql, { format: "json", table: "t" });
    expect(await json.text()).toBe('[\n{"a":"Af8=","b":"Infinity"}\n]\n');
  });

  test("are a SQLite file that can be imported", async () => {
    const { database } = await world();
    const as = { format: "sqlite", table: "few rows" } as const;
    const file = await database.exportRows(rows, as);
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
    const file = await database.exportRows(rows, as);
    expect((await file.text()).slice(0, 4)).toBe("PAR1");
  });

  test("have the types of their columns in Parquet, also where all numbers are whole", async () => {
    const { database } = await tablesAfter(
      "CREATE TABLE t (a INTEGER, b REAL, c REAL, d); INSERT INTO t VALUES (1, 2, NULL, 1.5), (2, NULL, NULL, 2)",
    );
    const as = { format: "parquet", table: "t" } as const;
    const file = await database.exportRows("SELECT * FROM t", as);
    const { schema } = parquetMetadata(await file.arrayBuffer());
    expect(schema.slice(1).map(({ name, type }) => [name, type])).toEqual([
      ["a", "INT64"],
      ["b", "DOUBLE"],
      ["c", "BYTE_ARRAY"],
      ["d", "DOUBLE"],
    ]);
  });

  test("are refused if the query would change something", async () => {
    const { database } = await world();
    for (const format of ["csv", "sqlite"] as const)
      await expect(
        database.exportRows("DELETE FROM t", { format, table: "t" }),
      ).rejects.toMatchObject({ code: "read-only" });
    expect((await database.tables())[0]?.rows).toBe(9);
  });
});
