import { describe, expect, test } from "vitest";
import { query } from "../../../src/engine/database/execute.ts";
import type { Connection } from "../../../src/engine/database/sqlite.ts";
import {
  TableReader,
  type ReadProgress,
  type RunQuery,
} from "../../../src/ui/tables/tableReader.ts";
import { selectSql, type Filter } from "../../../src/ui/tables/tableQuery.ts";
import { binEdges, summarize } from "../../../src/ui/tables/columnSummary.ts";
import { connect } from "../../engine/database/world.ts";

const rows = 250_000;

/** A large table; `gaps` leaves some of its numbers out. */
async function largeTable(gaps: boolean) {
  const { writer } = await connect();
  writer.run(
    `CREATE TABLE t (a INTEGER, b TEXT, c REAL); INSERT INTO t (rowid, a, b, c) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT ${gaps ? "i * 3 - (i % 2)" : "i"}, i, 'name ' || (i % 7), CASE WHEN i % 10 = 0 THEN NULL ELSE (i * 7919) % 100003 END FROM n`,
  );
  const asked: string[] = [];
  const run: RunQuery = (sql, limit) => {
    asked.push(sql);
    return Promise.resolve(query(writer, sql, [], limit));
  };
  const table = {
    name: "t",
    rows,
    hasRowid: true,
    columns: [{ name: "a" }, { name: "b" }, { name: "c" }],
  };
  return { run, asked, table, writer };
}

const all = (connection: Connection, sql: string) =>
  query(connection, sql).rows;

describe.each([
  ["without gaps", false],
  ["with gaps", true],
])("a large table %s", (_, gaps) => {
  test("is read anywhere, by the numbers of its rows", async () => {
    const { run, asked, table } = await largeTable(gaps);
    const told: ReadProgress[] = [];
    const question = { table: "t", filters: [], sort: undefined };
    const reader = new TableReader(run, table, question, (at) => told.push(at));
    for (const offset of [0, 99_990, 150_000, rows - 3]) {
      const page = await reader.read(offset, 20);
      expect(page.rows.map(({ a }) => a)).toEqual(
        Array.from(
          { length: Math.min(20, rows - offset) },
          (__, at) => offset + at + 1,
        ),
      );
    }
    expect(told.at(-1)).toEqual({ total: rows, isCounted: true });
    expect(
      asked.filter((sql) => /^SELECT \*[^]*OFFSET \d{6}/.test(sql)),
    ).toEqual([]);
  });

  test("is filtered part by part, and counted while that goes on", async () => {
    const { run, table, writer } = await largeTable(gaps);
    const filters: Filter[] = [
      { column: "b", type: "equals", value: "name 3" },
      { column: "c", type: "range", from: 100, below: 50_000 },
    ];
    const question = { table: "t", filters, sort: undefined };
    const expected = all(writer, selectSql(question));
    const told: ReadProgress[] = [];
    const reader = new TableReader(run, table, question, (at) => told.push(at));
    const first = await reader.read(0, 10);
    expect(first.rows).toEqual(expected.slice(0, 10));
    const last = await reader.read(expected.length - 4, 10);
    expect(last.rows).toEqual(expected.slice(-4));
    expect(told.at(-1)).toEqual({ total: expected.length, isCounted: true });
    expect(told.length).toBeGreaterThan(2);
  });

  test.each([
    ["a number, or nothing, ascending", "c", "asc"],
    ["a number, or nothing, descending", "c", "desc"],
    ["one of few texts, ascending", "b", "asc"],
    ["one of few texts, descending", "b", "desc"],
  ] as const)(
    "is read in the order of a column, to its end (%s)",
    async (_name, column, direction) => {
      const { run, table, writer } = await largeTable(gaps);
      const sort = { column, direction };
      const question = { table: "t", filters: [], sort };
      const told: ReadProgress[] = [];
      const reader = new TableReader(run, table, question, (at) =>
        told.push(at),
      );
      writer.run(
        `CREATE TABLE expected AS SELECT *, row_number() OVER (ORDER BY ${column} ${direction} NULLS LAST, rowid) - 1 AS place FROM t`,
      );
      for (const offset of [0, 24_990, 131_071, rows - 60]) {
        const page = await reader.read(offset, 100);
        expect(page.total).toBe(rows);
        expect(page.rows).toEqual(
          all(
            writer,
            `SELECT a, b, c FROM expected WHERE place BETWEEN ${offset} AND ${offset + 99} ORDER BY place`,
          ),
        );
      }
      expect(told[0]?.sorted).toBe(0);
      expect(told.at(-1)).toEqual({ total: rows, isCounted: true });
    },
  );

  test("is read in the order of a column, of rows that meet a filter", async () => {
    const { run, table, writer } = await largeTable(gaps);
    const filters: Filter[] = [
      { column: "b", type: "equals", value: "name 3" },
    ];
    const sort = { column: "c", direction: "desc" } as const;
    const question = { table: "t", filters, sort };
    const expected = all(writer, `${selectSql(question)}, rowid`);
    const reader = new TableReader(run, table, question);
    for (const offset of [0, expected.length - 7]) {
      const page = await reader.read(offset, 50);
      expect(page.total).toBe(expected.length);
      expect(page.rows).toEqual(expected.slice(offset, offset + 50));
    }
  });
});

describe("a reader", () => {
  test("that was dropped asks nothing more", async () => {
    const { run, asked, table } = await largeTable(false);
    const filters: Filter[] = [{ column: "b", type: "contains", text: "7" }];
    const question = { table: "t", filters, sort: undefined };
    const reader = new TableReader(run, table, question);
    const reading = reader.read(0, 10);
    reader.drop();
    await reading;
    const count = asked.length;
    expect(count).toBeLessThan(5);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(asked).toHaveLength(count);
  });

  test("reads a small table as the SQL says that is shown", async () => {
    const { run, asked, table } = await largeTable(false);
    const question = {
      table: "t",
      filters: [{ column: "a", type: "range", below: 5 }] as Filter[],
      sort: { column: "a", direction: "desc" } as const,
    };
    const reader = new TableReader(run, { ...table, rows: 100 }, question);
    const page = await reader.read(0, 2);
    expect(page).toMatchObject({ rows: [{ a: 4 }, { a: 3 }], total: 4 });
    expect(asked[0]).toContain(selectSql(question));
  });
});

test("a view is read as far as somebody looks, and not counted before its end is seen", async () => {
  const { writer } = await connect();
  writer.run(
    "CREATE VIEW v AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n; CREATE VIEW few AS SELECT i FROM v LIMIT 150",
  );
  const run: RunQuery = (sql, limit) =>
    Promise.resolve(query(writer, sql, [], limit));
  const viewed = async (table: string, offset: number) => {
    const told: ReadProgress[] = [];
    const view = { rows: undefined, hasRowid: false, columns: [] };
    const asked = { table, filters: [], sort: undefined };
    const reader = new TableReader(run, view, asked, (at) => told.push(at));
    await reader.read(0, 100);
    const { rows, total } = await reader.read(offset, 100);
    return { first: rows[0]?.["i"], rows: rows.length, total, told };
  };
  expect(await viewed("v", 200)).toEqual({
    first: 201,
    rows: 100,
    total: 301,
    told: [
      { total: 101, isCounted: false },
      { total: 301, isCounted: false },
    ],
  });
  expect(await viewed("few", 100)).toMatchObject({
    first: 101,
    rows: 50,
    total: 150,
    told: [{ total: 101 }, { total: 150, isCounted: true }],
  });
});

describe("a summary", () => {
  const never = () => false;

  test("counts a small table, number by number and text by text", async () => {
    const { run, table, writer } = await largeTable(false);
    writer.run("DELETE FROM t WHERE a > 1000");
    const small = { ...table, rows: 1000 };
    const numbers = await summarize(run, small, "c", [], never);
    expect(numbers).toMatchObject({
      rows: 1000,
      isSample: false,
      missing: 100,
    });
    const bins = numbers!.numbers!.bins;
    expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(900);
    for (const { from, below, isLast, rows: found } of bins)
      expect(
        all(
          writer,
          `SELECT count(*) AS n FROM t WHERE c >= ${from} AND c ${isLast ? "<=" : "<"} ${below}`,
        ),
      ).toEqual([{ n: found }]);
    const filters: Filter[] = [{ column: "a", type: "range", below: 15 }];
    const texts = await summarize(run, small, "b", filters, never);
    expect(texts).toMatchObject({ rows: 14, different: 7, missing: 0 });
    expect(texts!.values).toHaveLength(6);
    expect(texts!.values![0]).toEqual({ value: "name 0", rows: 2 });
  });

  test("of a large table is of rows from all over it", async () => {
    const { run, table } = await largeTable(true);
    const found = await summarize(run, table, "a", [], never);
    expect(found).toMatchObject({ isSample: true, missing: 0 });
    expect(found!.rows).toBeLessThanOrEqual(100_000);
    expect(found!.numbers!.low).toBe(1);
    expect(found!.numbers!.high).toBeGreaterThan(rows * 0.95);
  });

  test("that is stale stops", async () => {
    const { run, asked, table } = await largeTable(false);
    await summarize(run, table, "a", [], () => true);
    expect(asked).toHaveLength(1);
  });

  test("cuts whole numbers into whole steps", () => {
    expect(binEdges(1, 3)).toEqual([1, 2, 3]);
    expect(binEdges(5, 5)).toEqual([5, 5]);
    expect(binEdges(0, 99).slice(0, 3)).toEqual([0, 5, 10]);
    expect(binEdges(0, 0.5)).toHaveLength(21);
  });
});

test("a large table whose rows have numbers beyond those of JavaScript is read, filtered and sorted", async () => {
  const { writer } = await connect();
  const first = 9_223_372_036_854_775_807n - BigInt(rows - 1) * 1001n;
  writer.run(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER); INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows - 1}) SELECT ${first} + i * 1001, (i * 7919) % 100003 FROM n`,
  );
  let asked = 0;
  const run: RunQuery = (sql, limit) => {
    asked += 1;
    if (asked > 500) throw new Error("asked without end");
    return Promise.resolve(query(writer, sql, [], limit));
  };
  const columns = [{ name: "id" }, { name: "a" }];
  const table = { rows, hasRowid: true, columns };
  const filters: Filter[] = [{ column: "a", type: "range", from: 50_000 }];
  const sort = { column: "a", direction: "desc" } as const;
  for (const question of [
    { table: "t", filters: [], sort: undefined },
    { table: "t", filters, sort: undefined },
    { table: "t", filters, sort },
  ]) {
    const expected = all(writer, selectSql(question));
    const reader = new TableReader(run, table, question);
    for (const offset of [0, 99_995, expected.length - 3]) {
      const page = await reader.read(offset, 10);
      expect(page.rows).toEqual(expected.slice(offset, offset + 10));
    }
  }
});
