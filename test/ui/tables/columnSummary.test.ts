import { expect, onTestFinished, test } from "vitest";
import { query, readAll } from "../../../src/engine/database/execute.ts";
import {
  summarize,
  summarySource,
} from "../../../src/ui/tables/columnSummary.ts";
import type { RunQuery } from "../../../src/ui/tables/tableReader.ts";
import { sqlite } from "../../engine/database/world.ts";

/** A table `t` with these rows, as the pane asks for it. */
async function makeTable(
  rows: number,
  value: string,
  where = "",
  column = "v",
): Promise<{ run: RunQuery; table: Parameters<typeof summarize>[1] }> {
  const file = (await sqlite).connect();
  onTestFinished(() => file.close());
  file.writer.run(
    `CREATE TABLE t (${column}); INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT ${value} FROM n${where}`,
  );
  await file.save(() => Promise.resolve());
  const { reader } = file;
  const count = Number(readAll(reader, "SELECT count(*) FROM t")[0]![0]);
  return {
    run: async (sql, limit) => query(reader, sql, [], limit),
    table: {
      name: "t",
      rows: count,
      hasRowid: true,
      columns: [{ name: column }],
    },
  };
}

const never = () => false;

test("a column of short values is summed up as a whole", async () => {
  const { run, table } = await makeTable(20_000, "i % 7");
  expect(await summarize(run, table, "v", [], never)).toMatchObject({
    rows: 20_000,
    isSample: false,
    different: 7,
    numbers: { low: 0, high: 6 },
  });
});

test("of a column of long values no more is looked at than memory should hold, from all over the table", async () => {
  const { run, table } = await makeTable(
    30_000,
    "printf('%06d', i) || hex(zeroblob(1000))",
  );
  const { sql, isSample } = (await summarySource(run, table, "v", [], never))!;
  expect(isSample).toBe(true);
  const { rows } = await run(
    `SELECT count(*) AS n, total(length(v)) AS bytes, min(v) AS low, max(v) AS high FROM (${sql})`,
  );
  const { n, bytes, low, high } = rows[0]!;
  expect(Number(bytes)).toBeLessThan(2 * 1024 * 1024);
  expect(Number(n)).toBeGreaterThan(700);
  expect(Number(String(low).slice(0, 6))).toBe(1);
  expect(Number(String(high).slice(0, 6))).toBeGreaterThan(29_000);
  const summary = await summarize(run, table, "v", [], never);
  expect(summary).toMatchObject({ isSample: true, missing: 0 });
});

test("a sample is of rows from all over the table, also where a column is called rowid", async () => {
  const { run, table } = await makeTable(300_000, "'a' || i", "", "rowid");
  expect(await summarize(run, table, "rowid", [], never)).toMatchObject({
    rows: 100_000,
    isSample: true,
    different: 100_000,
  });
});

test("the first and the last row of a large table are in a sample of it, so that values in order have their range", async () => {
  const { run, table } = await makeTable(300_000, "i");
  const summary = await summarize(run, table, "v", [], never);
  expect(summary).toMatchObject({
    rows: 100_000,
    isSample: true,
    different: 100_000,
    numbers: { low: 1, high: 300_000 },
  });
});

test("a column that is all null, and a table without rows, are summed up", async () => {
  const { run, table } = await makeTable(300, "NULL");
  expect(await summarize(run, table, "v", [], never)).toMatchObject({
    rows: 300,
    missing: 300,
  });
  const none = await makeTable(1, "1", " WHERE 0");
  expect(await summarize(none.run, none.table, "v", [], never)).toMatchObject({
    rows: 0,
    isSample: false,
  });
});

test("a value and the text that is the same are counted apart, each as what it is", async () => {
  const { run, table } = await makeTable(
    4,
    "CASE i WHEN 1 THEN 1 WHEN 2 THEN '1' ELSE 'a' END",
  );
  const summary = await summarize(run, table, "v", [], never);
  expect(summary?.values).toEqual([
    { value: "a", rows: 2 },
    { value: 1, rows: 1 },
    { value: "1", rows: 1 },
  ]);
});

test("of a large table few rows that meet a filter are summed up as a whole, wherever they are", async () => {
  const { run, table } = await makeTable(
    300_000,
    "CASE WHEN i BETWEEN 200100 AND 200120 OR i = 1234 THEN i ELSE -i END",
  );
  const filters = [{ column: "v", type: "range", from: 0 }] as const;
  expect(await summarize(run, table, "v", filters, never)).toMatchObject({
    rows: 22,
    isSample: false,
    different: 22,
    numbers: { low: 1234, high: 200120 },
  });
  const none = [{ column: "v", type: "equals", value: 0 }] as const;
  expect(await summarize(run, table, "v", none, never)).toMatchObject({
    rows: 0,
    isSample: false,
    different: 0,
  });
});

test("of a table whose rows have numbers beyond those of JavaScript few rows that meet a filter are summed up as a whole", async () => {
  const { run, table } = await makeTable(
    250_000,
    "1100000000000000000 + i * 1001, i % 5000",
    "",
    "id INTEGER PRIMARY KEY, v",
  );
  const filters = [{ column: "v", type: "equals", value: 3 }] as const;
  const asked: string[] = [];
  const watched: RunQuery = (sql, limit) => {
    asked.push(sql);
    if (asked.length > 50) throw new Error("asked without end");
    return run(sql, limit);
  };
  expect(await summarize(watched, table, "v", filters, never)).toMatchObject({
    rows: 50,
    isSample: false,
    different: 1,
  });
});

test("a sample of a table whose rows have numbers beyond those of JavaScript has no row twice", async () => {
  const { run, table } = await makeTable(
    30_000,
    "9000000000000000000 + i, printf('%06d', i) || hex(zeroblob(1000))",
    "",
    "id INTEGER PRIMARY KEY, v",
  );
  const { sql, isSample } = (await summarySource(run, table, "v", [], never))!;
  const { rows } = await run(
    `SELECT count(*) - count(DISTINCT v) AS twice, substr(min(v), 1, 6) AS low, substr(max(v), 1, 6) AS high FROM (${sql})`,
  );
  expect({ isSample, ...rows[0] }).toEqual({
    isSample: true,
    twice: 0,
    low: "000001",
    high: "030000",
  });
});

test("of long values no more of the rows that meet a filter are looked at than memory should hold", async () => {
  const { run, table } = await makeTable(
    3_000,
    "CASE WHEN i <= 2000 THEN 'a' ELSE 'b' END || printf('%04d', i) || hex(zeroblob(1000))",
  );
  const filters = [{ column: "v", type: "contains", text: "a" }] as const;
  const { sql, isSample } = (await summarySource(
    run,
    table,
    "v",
    filters,
    never,
  ))!;
  expect(isSample).toBe(true);
  const { rows } = await run(
    `SELECT count(*) AS n, min(substr(v, 1, 5)) AS low, max(substr(v, 1, 5)) AS high FROM (${sql})`,
  );
  const [{ n, low, high }] = rows as [Record<string, unknown>];
  expect(n).toBe(784);
  expect(low).toBe("a0003");
  expect(high).toBe("a2000");
});
