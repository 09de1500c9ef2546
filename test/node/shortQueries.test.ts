import { expect, test } from "vitest";
import { loadDriver } from "../../src/node/driver.ts";
import { ShortQueries } from "../../src/node/shortQueries.ts";

const reader = loadDriver().open(":memory:");
reader.run(`
  CREATE TABLE few (id INTEGER PRIMARY KEY, name TEXT);
  INSERT INTO few VALUES (1, 'a'), (2, 'b');
  CREATE TABLE many (id INTEGER PRIMARY KEY, x INTEGER);
  WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000) INSERT INTO many SELECT n, n FROM c;
  CREATE VIEW endless AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c;
`);
const small = { reader, size: 100_000 };
const large = { reader, size: 1_000_000_000 };

function isShort(sql: string, file = small, given: (number | string)[] = []) {
  const asked = { sql, parameters: given, limit: undefined, cells: undefined };
  return new ShortQueries().has(asked, file);
}

test("a query is short that goes once through a table of a small file, or finds rows by their numbers", () => {
  expect(isShort("SELECT 1")).toBe(true);
  expect(isShort("SELECT x, count(*) FROM many GROUP BY x ORDER BY x;")).toBe(
    true,
  );
  expect(isShort("SELECT x, count(*) FROM many GROUP BY x", large)).toBe(false);
  const medium = { reader, size: 50_000_000 };
  expect(isShort("SELECT x FROM many WHERE x > 1", medium)).toBe(true);
  expect(isShort("SELECT x FROM many ORDER BY x", medium)).toBe(false);
  expect(isShort("SELECT * FROM many", large)).toBe(false);
  const join = "SELECT * FROM many a JOIN many b ON a.id = b.id WHERE a.id = ?";
  expect(isShort(join, large, [3])).toBe(true);
  expect(isShort("SELECT name FROM sqlite_schema")).toBe(true);
  expect(isShort("PRAGMA integrity_check")).toBe(true);
  expect(isShort("PRAGMA integrity_check", large)).toBe(false);
});

test("a query that goes through tables in tables is short where they have few rows", () => {
  expect(isShort("SELECT * FROM few a, few b, few c")).toBe(true);
  expect(isShort("SELECT * FROM few a, few b", large)).toBe(false);
  expect(isShort("SELECT * FROM many a, many b")).toBe(false);
  expect(
    isShort("SELECT (SELECT count(*) FROM many b WHERE b.x < a.x) FROM many a"),
  ).toBe(false);
});

test.each([
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
  "SELECT count(*) FROM endless",
  "SELECT count(*) FROM few, endless",
  "SELECT * FROM few WHERE name LIKE '%a%a%a%a'",
  "SELECT sum(x) OVER (ORDER BY x ROWS 500 PRECEDING) FROM many",
  "SELECT * FROM few, json_each('[1, 2]')",
])("%s may be long", (sql) => {
  expect(isShort(sql)).toBe(false);
});

test("what SQLite refuses takes no time", () => {
  expect(isShort("SELECT nothing FROM many a, many b")).toBe(true);
  expect(isShort("SELEC")).toBe(true);
});

test("a query over SQL cells may be long, and what was short is looked at again when tables have changed", () => {
  const short = new ShortQueries();
  const sql = "SELECT * FROM later";
  const asked = { sql, parameters: [], limit: undefined, cells: undefined };
  const cells = [{ name: "cell", sql: "SELECT 1", parameters: [] }];
  expect(short.has({ ...asked, sql: "SELECT 1", cells }, small)).toBe(false);
  reader.run("CREATE TABLE later (x)");
  expect(short.has(asked, small)).toBe(true);
  reader.run("DROP TABLE later; CREATE VIEW later AS SELECT * FROM endless");
  short.forget();
  expect(short.has(asked, small)).toBe(false);
});
