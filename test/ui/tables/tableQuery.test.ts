import { describe, expect, test } from "vitest";
import { query } from "../../../src/engine/database/execute.ts";
import { chartCell } from "../../../src/ui/tables/chartCell.ts";
import {
  filterSql,
  filterWords,
  selectSql,
  shortNumber,
  type Filter,
} from "../../../src/ui/tables/tableQuery.ts";
import { connect } from "../../engine/database/world.ts";

describe("the filters of a table", () => {
  test.each<[string, Filter, unknown[]]>([
    ["null", { column: 'a"b', type: "null", isNull: true }, [null]],
    [
      "text with signs of patterns",
      { column: 'a"b', type: "contains", text: "5%_\\" },
      ["x5%_\\y"],
    ],
    [
      "text with a quote",
      { column: 'a"b', type: "equals", value: "it's" },
      ["it's"],
    ],
    ["a number", { column: 'a"b', type: "equals", value: 2 }, [2]],
    [
      "a range up to a bound",
      { column: 'a"b', type: "range", from: 2, below: 5 },
      [2, 4.5],
    ],
    [
      "a range with its bound",
      { column: 'a"b', type: "range", from: 2, below: 5, isClosed: true },
      [2, 4.5, 5],
    ],
    [
      "a range without an end, of numbers only",
      { column: 'a"b', type: "range", from: 4.5 },
      [4.5, 5],
    ],
  ])("find %s", async (_, filter, values) => {
    const { writer } = await connect();
    writer.run(
      `CREATE TABLE "t t" ("a""b"); INSERT INTO "t t" VALUES (2), (4.5), (5), (NULL), ('it''s'), ('x5%_\\y'), ('x5yy')`,
    );
    const sql = selectSql({
      table: "t t",
      filters: [filter],
      sort: { column: 'a"b', direction: "asc" },
    });
    expect(query(writer, sql).rows.map((row) => row['a"b'])).toEqual(values);
  });

  test("bind nothing that could be SQL", () => {
    expect(
      filterSql({ column: 'a" OR 1', type: "equals", value: "' OR 1 --" }),
    ).toBe(`"a"" OR 1" = ''' OR 1 --'`);
  });
});

test("a filter says the numbers that it asks for, with all their digits", () => {
  const column = "id";
  const range = (from: number, below: number) =>
    filterWords({ column, type: "range", from, below, isClosed: true });
  expect(range(1234567, 1234599)).toBe("1,234,567 ≤ id ≤ 1,234,599");
  expect(range(0.1 + 0.2, 1e308)).toBe("0.3 ≤ id ≤ 1e+308");
  expect(range(-9007199254740991, 1.5e-9)).toBe(
    "-9,007,199,254,740,991 ≤ id ≤ 1.5e-9",
  );
});

test("a value that is a number is told from the text that reads as one", () => {
  const words = ([1, "1", "a", 12345678901234567890n] as const).map((value) =>
    filterWords({ column: "x", type: "equals", value }),
  );
  expect(words).toEqual([
    "x = 1",
    'x = "1"',
    "x = a",
    "x = 12,345,678,901,234,567,890",
  ]);
});

test.each([
  [1_999_999, "1,999,999"],
  [20_250_101, "20,250,101"],
  [-1_764_500_000_001, "-1,764,500,000,001"],
  [20_250_101.25, "20,250,101"],
  [1 / 3, "0.333333"],
  [1e308, "1e+308"],
  [1.23456789e-12, "1.23457e-12"],
  [0, "0"],
])("the end of an axis at %d is %s", (value, text) => {
  expect(shortNumber(value)).toBe(text);
});

describe("a chart that is kept as a cell", () => {
  test("counts the rows that are shown, of numbers and of texts", async () => {
    const { writer } = await connect();
    writer.run(
      "CREATE TABLE t (n, s); INSERT INTO t VALUES (0, 'a'), (9, 'a'), (9, 'b`')",
    );
    const summary = { rows: 3, isSample: false, missing: 0, different: 2 };
    const numbers = { low: 0, high: 9, mean: 6, bins: [] };
    const queryOf = (cell: string) =>
      /`((?:\\`|[^`])*)`/.exec(cell)![1]!.replaceAll("\\`", "`");
    const bars = chartCell("t", "n", [], { ...summary, numbers });
    expect(query(writer, queryOf(bars)).rows).toEqual([
      { low: 0, high: 1, rows: 1 },
      { low: 8, high: 9, rows: 2 },
    ]);
    const filters = [{ column: "s", type: "equals", value: "b`" }] as const;
    const texts = chartCell("t", "s", filters, summary);
    expect(query(writer, queryOf(texts)).rows).toEqual([
      { value: "b`", rows: 1 },
    ]);
  });
});
