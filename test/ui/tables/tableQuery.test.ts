import { describe, expect, test } from "vitest";
import { query } from "../../../src/engine/database/execute.ts";
import { chartCell } from "../../../src/ui/tables/chartCell.ts";
import {
  filterSql,
  selectSql,
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
