import { expect, test } from "vitest";
import {
  placesOfTable,
  queryTables,
} from "../../../src/notebook/compile/queryTables.ts";

const names = (sql: string) => queryTables(sql).map(({ name }) => name);

test.each([
  ["SELECT a FROM t", ["t"]],
  ["SELECT t.a, u.b FROM t AS x JOIN u USING (a), v w, (x, y)", "t u v x y"],
  ["SELECT * FROM t LEFT JOIN u ON t.a = u.a AND t.b IN (1, 2), v", "t u v"],
  ["SELECT (SELECT max(a) FROM u), b, c FROM t ORDER BY b, c", "u t"],
  ["SELECT * FROM (SELECT a, b FROM t), ((SELECT 1)), u", "t u"],
  ["SELECT a FROM t WHERE a IN u AND b NOT IN (SELECT b FROM v)", "t u v"],
  ["SELECT a FROM t UNION ALL SELECT x, y FROM u", "t u"],
  ["EXPLAIN QUERY PLAN SELECT a FROM t", "t"],
  [`SELECT * FROM "t u", [v], \`w\``, ["t u", "v", "w"]],
])("a query reads what stands where a table can: %s", (sql, expected) => {
  expect(names(sql)).toEqual(
    typeof expected === "string" ? expected.split(" ") : expected,
  );
});

test.each([
  "SELECT total, sum(x) AS total FROM main.total, json_each(total) GROUP BY total",
  "SELECT a FROM history.total WHERE a IS NOT DISTINCT FROM total",
  "SELECT 'FROM total', \"FROM total\" -- FROM total\n/* FROM total */",
  "SELECT ? IN ?, total LIMIT 1",
  "PRAGMA table_info(total)",
])("columns, functions, texts and tables of a schema are none: %s", (sql) => {
  expect(names(sql)).toEqual([]);
});

test("what a WITH defines is no table where that holds, whichever stands first", () => {
  expect(
    names(
      "WITH RECURSIVE a AS (SELECT * FROM b, t), b(x, y) AS NOT MATERIALIZED (SELECT 1, 2) SELECT * FROM A, u",
    ),
  ).toEqual(["t", "u"]);
  expect(
    names("SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) JOIN a"),
  ).toEqual(["a"]);
});

test("a table that a query names has its place", () => {
  expect(queryTables("SELECT 1\nFROM busiest b")).toEqual([
    { name: "busiest", from: 14, to: 21 },
  ]);
});

test.each([
  ["SELECT busy.a, t.busy FROM Busy JOIN t", [7, 27]],
  ["SELECT busy FROM busy AS busy WHERE busy.a = 1", [17]],
  ["SELECT busy.a FROM main.busy", []],
])(
  "the name of a table stands in front of its columns too: %s",
  (sql, starts) => {
    const places = placesOfTable(sql, "busy").map(({ from }) => from);
    expect(places.toSorted((a, b) => a - b)).toEqual(starts);
  },
);
