import { describe, expect, test } from "vitest";
import { attach, attemptOf, openDatabase } from "./world.ts";

/** What is said of a statement, behind what SQLite says. */
async function adviceOn(sql: string, isQuery: boolean): Promise<string> {
  const { database } = await openDatabase();
  const writer = await attach(database, attemptOf("a"));
  await writer.exec(
    "CREATE TABLE flight (id INTEGER PRIMARY KEY, gate TEXT, delay REAL)",
  );
  const done = isQuery ? writer.query(sql) : writer.exec(sql);
  const message = await done.then(
    () => "It can be run.",
    (thrown: Error) => thrown.message,
  );
  expect(message).toMatch(/^SQLite: /);
  return message.replace(
    /^SQLite: .*?(?: \(line \d+, column \d+\)\.|\. ) ?/s,
    "",
  );
}

describe("a query that SQLite cannot run", () => {
  test.each([
    // Words that are misspelt
    ["SELEC * FROM flight", "Did you mean `SELECT`?"],
    ["SELECT * FORM flight", "Did you mean `FROM`?"],
    ["SELECT * FROM flight WHER id = 1", "Did you mean `WHERE`?"],
    ["SELECT * FROM flight GRUOP BY id", "Did you mean `GROUP`?"],
    ["SELECT * FROM flight ODER BY id", "Did you mean `ORDER`?"],
    ["SELECT lenght(gate) FROM flight", "Did you mean `length`?"],
    ["SELECT stddev(delay) FROM flight", "SQLite writes `stdev(value)`."],
    ["SELECT var_samp(delay) FROM flight", "SQLite writes `variance(value)`."],
    ["SELECT corr(id, delay) FROM flight", /of the rows in a cell\.$/],
    ["SELECT gaet FROM flight", "Did you mean `gate`?"],
    ["SELECT flight.dely FROM flight", "Did you mean `delay`?"],
    ["SELECT * FROM flihgt", /has these: flight\. Did you mean `flight`\?/],
    // Names that are words of SQL
    ["SELECT * FROM order", /ORDER is a word of SQL.* quotes: `"order"`/],
    ["SELECT group FROM flight", /quotes: `"group"`/],
    ["SELECT id AS from FROM flight", /quotes: `"from"`/],
    ["SELECT table.id FROM flight", /quotes: `"table"`/],
    // Signs that are missing, or too many
    ["SELECT id gate delay FROM flight", /^A comma may be missing before it/],
    ["SELECT id, gate, FROM flight", /^There is a comma too many before FROM/],
    ["SELECT id,, gate FROM flight", /^There is a comma too many/],
    ["SELECT id FROM flight WHERE gate == 'x", /^The `'` there has no end/],
    ["SELECT 'it's'", /written twice: `'it''s'`/],
    ['SELECT "id FROM flight', /^The `"` there has no end/],
    [
      "SELECT count(id FROM flight",
      "A `(` is open before FROM. Write the `)`.",
    ],
    ["SELECT id) FROM flight", "There is one `)` more than there are `(`."],
    ["SELECT count(id", "A `(` has no `)`. Write it where it ends."],
    ["SELECT id FROM flight WHERE", "Something is missing behind `WHERE`."],
    ["SELECT CASE WHEN id THEN 1 FROM flight", /^END is missing/],
    [
      "SELECT id FROM flight WHERE id IN 1, 2",
      /stand in brackets: `IN \(1, 2\)`/,
    ],
    ["SELECT id FROM flight GROUP id", "Write `GROUP BY`."],
    [
      "SELECT id FROM flight LIMIT 5 WHERE id = 1",
      /in this order: SELECT, FROM, WHERE, GROUP BY/,
    ],
    ["SELECT from flight", /stand the columns, or `\*`/],
    ["SELECT “id” FROM flight", /Quotes are straight/],
    [
      "SELECT airline FROM flight",
      /have id, gate, delay\. A text stands between two '/,
    ],
    ["SELECT id FROM flight WHERE count(*) > 1", /goes into HAVING/],
    // What other databases have
    ["SELECT TOP 10 * FROM flight", /Write `LIMIT 10` at the end/],
    ["SELECT * FROM flight WHERE gate ILIKE 'a'", /no ILIKE: its LIKE/],
    ["SELECT id::int FROM flight", /no `::`. Write `CAST\(value AS INTEGER\)`/],
    ["SELECT NOW()", "SQLite writes `datetime('now')`."],
    ["SELECT DATE_TRUNC('day', gate) FROM flight", /strftime/],
    ["SELECT left(gate, 2) FROM flight", /substr/],
    [
      "SELECT gate REGEXP 'x' FROM flight",
      /a regular expression in a task: SQLite has none/,
    ],
    ["SELECT EXTRACT(year FROM gate) FROM flight", /no EXTRACT/],
    ["SELECT DATE '2020-01-01'", /leave out DATE/],
    ["SELECT gate + INTERVAL 1 DAY FROM flight", /no INTERVAL/],
    ["SELECT DISTINCT ON (id) id FROM flight", /no DISTINCT ON/],
    ["SELECT * FROM flight OFFSET 5", /behind a LIMIT/],
    ["SELECT 1 FROM dual", /leave out FROM dual/],
    ["SELECT * FROM read_csv('x.csv')", /Load them in a task/],
    ["SHOW TABLES", /listed by `SELECT name FROM sqlite_schema`/],
    ["SELECT 1" + " + 1".repeat(2000), /into a table, and join it/],
    ["FROM flight SELECT id", /begins with SELECT/],
  ])("is told with what to do: %s", async (sql, advice) => {
    const told = await adviceOn(sql, true);
    if (typeof advice === "string") expect(told).toBe(advice);
    else expect(told).toMatch(advice);
  });

  test.each([
    "SELECT * FROM nowhere",
    "SELECT a b c d",
    "SELECT * FROM flight WHERE id = = 1",
  ])("is asked for nothing that it does not say: %s", async (sql) => {
    expect(await adviceOn(sql, true)).not.toMatch(/Did you mean/);
  });
});

test.each([
  ["TRUNCATE TABLE flight", /`DELETE FROM name`/],
  ["SELECT id INTO x FROM flight", /`CREATE TABLE name AS SELECT/],
  ["CREATE OR REPLACE TABLE x AS SELECT 1", /`DROP TABLE IF EXISTS name`/],
  ["DELETE * FROM flight", /no columns are named/],
  ["INSERT INTO flight SET id = 1", /`INSERT INTO name \(a, b\)/],
  ["UPDATE flight SET id = 1 gate = 2", /comma may be missing/],
  ["CREATE TABLE x (id INT) ENGINE=InnoDB", /it is MySQL's/],
  ["CREATE TABLE y (a INT, b TEXT,)", /comma too many/],
  ["ALTER TABLE flight ADD INDEX x (id)", /`CREATE INDEX name ON/],
])(
  "a statement that SQLite cannot run is told with what to do: %s",
  async (sql, advice) => {
    expect(await adviceOn(sql, false)).toMatch(advice);
  },
);

test("views on views that are too deep for SQLite are told with what to do", async () => {
  const { database } = await openDatabase();
  const writer = await attach(database, attemptOf("a"));
  const views = Array.from(
    { length: 2_000 },
    (_, at) => `CREATE VIEW v${at + 1} AS SELECT count(*) AS n FROM v${at}`,
  );
  await writer.exec(["CREATE TABLE v0 (a)", ...views].join(";"));
  await expect(writer.query("SELECT * FROM v2000")).rejects.toThrow(
    /nested too deep\. Keep the rows of one of them in a table/,
  );
});
