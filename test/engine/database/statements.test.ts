import { expect, test } from "vitest";
import {
  isQuery,
  mayMakeIndex,
  refuseForbidden,
  splitStatements,
} from "../../../src/engine/database/statements.ts";
import { checkToData } from "../../../src/engine/guard.ts";
import { nameOf, tokenize } from "../../../src/core/sqlTokens.ts";

const split = (sql: string) =>
  splitStatements(sql).map(({ from, to }) => sql.slice(from, to));

test("a semicolon ends a statement only outside texts, names and comments", () => {
  expect(
    split("SELECT ';', \";\", [;], `;` -- ;\n/* ; */; ; SELECT 2;"),
  ).toEqual(["SELECT ';', \";\", [;], `;`", "SELECT 2"]);
  expect(split("SELECT 'it''s; fine' ; SELECT 1 -- the end")).toEqual([
    "SELECT 'it''s; fine'",
    "SELECT 1",
  ]);
  expect(split(" -- nothing\n;;")).toEqual([]);
});

test("the body of a trigger is part of its statement", () => {
  const trigger =
    "CREATE TEMP TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET x = CASE WHEN 1 THEN 2 END; DELETE FROM u; END";
  expect(split(`${trigger}; SELECT 1`)).toEqual([trigger, "SELECT 1"]);
});

test("a quote inside the brackets of a parameter opens no text", () => {
  expect(split("SELECT $a(') ; COMMIT; --'")).toEqual([
    "SELECT $a(')",
    "COMMIT",
  ]);
});

test("quoted names are read in all four ways", () => {
  expect(
    tokenize('"a""b" `a``b` [a"b] a$b').map((token) => nameOf(token)),
  ).toEqual(['a"b', "a`b", 'a"b', "a$b"]);
});

test.each([
  "BEGIN",
  "commit",
  "/* x */ END TRANSACTION",
  "ROLLBACK TO x",
  "SAVEPOINT a",
  "release a",
  "EXPLAIN BEGIN",
  "ATTACH 'x' AS y",
  "DETACH y",
  "VACUUM",
  "VACUUM INTO 'x'",
  "PRAGMA journal_mode = WAL",
  "PRAGMA main.journal_mode",
  "PRAGMA locking_mode = EXCLUSIVE",
  "PRAGMA query_only = OFF",
  'PRAGMA "query_only" = OFF',
  "PRAGMA cache_spill(1)",
  "EXPLAIN QUERY PLAN PRAGMA writable_schema = 1",
  "PRAGMA writable_schema = 1",
  "PRAGMA page_size = 512",
  "PRAGMA schema_version = 3",
  "PRAGMA",
])("%s is refused in exec and in a query, with what to do", (sql) => {
  const [statement] = splitStatements(sql);
  for (const use of ["exec", "query"] as const)
    expect(() => refuseForbidden(statement!, use)).toThrow(
      /not available in a notebook: .+\.|cannot be set/,
    );
});

test("PRAGMAs that only tell something are allowed", () => {
  for (const sql of [
    "PRAGMA table_info(t)",
    "PRAGMA main.table_xinfo = t",
    "PRAGMA integrity_check",
    "PRAGMA user_version",
    "EXPLAIN INSERT INTO t VALUES (1)",
  ])
    refuseForbidden(splitStatements(sql)[0]!, "query");
  refuseForbidden(splitStatements("PRAGMA user_version = 3")[0]!, "exec");
  expect(() =>
    refuseForbidden(splitStatements("PRAGMA user_version = 3")[0]!, "query"),
  ).toThrow("db.exec");
});

test.each(["flowbook_notebook", '"Flowbook_Notebook"', "'flowbook_notebook'"])(
  "the table of the runs, %s, is not read, however it is quoted",
  (name) => {
    for (const sql of [
      `SELECT kind FROM ${name}`,
      `WITH a AS (SELECT * FROM main.${name}) SELECT * FROM a`,
      `SELECT (SELECT count(*) FROM t JOIN ${name})`,
    ])
      expect(() => refuseForbidden(splitStatements(sql)[0]!, "query")).toThrow(
        "Flowbook's own",
      );
  },
);

test("a query may have the name of the table of the runs as a text", () => {
  const [statement] = splitStatements(
    "SELECT name FROM sqlite_schema WHERE name NOT IN ('a', 'flowbook_notebook')",
  );
  expect(() => refuseForbidden(statement!, "query")).not.toThrow();
});

test.each(["flowbook_notebook", '"Flowbook_Notebook"', "'flowbook_notebook'"])(
  "the table of the runs, %s, is not written, however it is quoted",
  (name) => {
    for (const sql of [
      `CREATE TABLE ${name} (kind)`,
      `DELETE FROM ${name}`,
      `INSERT INTO ${name} VALUES (1)`,
    ])
      expect(() => refuseForbidden(splitStatements(sql)[0]!, "exec")).toThrow(
        "Flowbook's own",
      );
  },
);

test.each([
  ["select 1", true],
  [" -- note\n/* more */ WITH a AS (SELECT 1) SELECT * FROM a", true],
  ["WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", false],
  ["WITH a (x) AS (SELECT 'update') SELECT * FROM a -- delete", true],
  ["WITH a AS (SELECT replace(x, ')', '(') FROM t) SELECT * FROM a", true],
  ["WITH a AS (SELECT 1), b AS MATERIALIZED (SELECT 2) VALUES (3)", true],
  ['WITH RECURSIVE "insert" AS NOT MATERIALIZED(SELECT 1) SELECT 2', true],
  ["WITH a AS (SELECT 1), b(x, y) AS (SELECT 2, 3) DELETE FROM t", false],
  ["WITH a AS (SELECT 1) UPDATE t SET x = (SELECT 1 AS y)", false],
  ["SELECT returning FROM t", true],
  ["PRAGMA table_info(t)", true],
  ["INSERT INTO t VALUES (1)", false],
  ["INSERT INTO t VALUES (1) RETURNING id", false],
  ["; SELECT 1", true],
  ["/* a */ explain DELETE FROM t", true],
  ["WITH replace(a) AS (SELECT ')') SELECT 1", true],
  ["", false],
])("whether a text is a query: %s %s", (text, expected) => {
  expect(isQuery(text)).toBe(expected);
});

test("a statement of which the task does not say what it is is carried out as what it is", () => {
  const methodOf = (sql: string) => {
    const checked = checkToData({
      call: 1,
      method: "sql",
      sql,
      parameters: [],
    });
    return checked.ok && checked.call.method;
  };
  expect(methodOf("SELECT 1")).toBe("query");
  expect(methodOf("DELETE FROM t RETURNING id")).toBe("exec");
});

test("whether a text may make an index is told of a long one at once", () => {
  const long = `CREATE TABLE t (a, b);${"x".repeat(500)}\n`.repeat(10_000);
  expect(mayMakeIndex(long)).toBe(false);
  expect(mayMakeIndex(`${long}/* */ create\nunique Index i ON t (a)`)).toBe(
    true,
  );
}, 2000);
