import { expect, test } from "vitest";
import { unknownTables } from "../../../src/ui/editor/sqlProblems.ts";

function messagesOf(query: string, tables: readonly string[]): string[] {
  return unknownTables(query, tables).map(
    ({ from, to, message }) => `${query.slice(from, to)}: ${message}`,
  );
}

test("a table that is not there is told where it stands", () => {
  expect(messagesOf("SELECT * FROM flights", [])).toEqual([
    'flights: There is no table “flights” yet. A task makes it with load("flights", rows).',
  ]);
});

test("a table that is called as a word of SQL is to stand in quotes", () => {
  const advice = (query: string) => messagesOf(query, ["order"]);
  expect(advice("SELECT * FROM order")).toEqual([
    'order: ORDER is a word of SQL. As the name of a table it stands in quotes: `"order"`.',
  ]);
  expect(advice('SELECT * FROM "order"')).toEqual([]);
  expect(advice("SELECT * FROM WHERE a = 1")).toEqual([]);
  expect(advice("SELECT * FROM ORDER BY a")).toEqual([]);
});

test("a misspelt table is told with the one that was meant", () => {
  expect(
    messagesOf('SELECT * FROM a JOIN "flihgts" f ON 1', ["A", "flights"]),
  ).toEqual(["flihgts: There is no table “flihgts”. Did you mean “flights”?"]);
});

test.each([
  ["SELECT * FROM flihgts", "flights", "flights"],
  ["SELECT * FROM my_flihgts", "my flights", '"my flights"'],
  ['SELECT * FROM "my flihgts"', "my flights", "my flights"],
])(
  "what was meant by %s stands there as it is written",
  (query, table, meant) => {
    const [problem] = unknownTables(query, [table]);
    expect(problem?.instead).toBe(meant);
  },
);

test.each([
  ["tables that are there", "SELECT * FROM Flights AS f, a", ["flights"]],
  [
    "tables of the query itself",
    "WITH x AS (SELECT 1), y(a) AS (SELECT 2) SELECT * FROM x JOIN y",
    [],
  ],
  [
    "recursive ones",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n) SELECT * FROM n",
    [],
  ],
  ["functions that give rows", "SELECT * FROM json_each('[1]')", []],
  ["tables of another database", "SELECT * FROM temp.x", []],
  [
    "what stands in texts and comments",
    "SELECT 'from nothing' -- from nowhere\n/* from x */",
    [],
  ],
  ["queries in the place of a table", "SELECT * FROM (SELECT 1)", []],
  ["SQLite's own tables", "SELECT * FROM sqlite_schema", []],
  ["comparisons", "SELECT a IS NOT DISTINCT FROM b FROM t", ["t"]],
  [
    "words within names",
    'SELECT a AS "share from total", [cut from b], `join c` FROM t',
    ["t"],
  ],
  [
    "quoted names of the query's own tables",
    'WITH "my cte" AS (SELECT 1), [x y](a) AS (SELECT 2) SELECT * FROM "my cte" JOIN `x y`',
    [],
  ],
  ["values", "SELECT ${`taken from you`} FROM ${1} WHERE a = 1", []],
  ["texts in the place of a table", "SELECT * FROM 't u' WHERE a = 1", []],
])("%s are fine", (_, query, tables) => {
  expect(messagesOf(query, tables)).toEqual([]);
});

test("a quoted table is told behind a value and by its whole name", () => {
  expect(
    messagesOf('SELECT ${ { a: 1 }.a } FROM "my  flights"', ["my  flight"]),
  ).toEqual([
    "my  flights: There is no table “my  flights”. Did you mean “my  flight”?",
  ]);
});

test("a name is read to its end, whatever letters are in it, and another one is written as SQLite needs it", () => {
  expect(unknownTables("SELECT * FROM तालिका", ["तालिका"])).toEqual([]);
  expect(unknownTables("SELECT * FROM ordr", ["order"])).toMatchObject([
    { instead: '"order"' },
  ]);
});
