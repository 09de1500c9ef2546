import fc from "fast-check";
import { expect, test } from "vitest";
import { exec, query } from "../../../src/engine/database/execute.ts";
import { withAdvice } from "../../../src/engine/database/sqlError.ts";
import { createNotebookTable } from "../../../src/engine/database/notebookTable.ts";
import type { SqlValue } from "../../../src/engine/protocol.ts";
import { connect, isWellFormed } from "./world.ts";

test("integers beyond 2^53 come as bigints, all other numbers as numbers", async () => {
  const { writer } = await connect();
  const { rows } = query(
    writer,
    "SELECT 9007199254740993 AS a, -9223372036854775808 AS b, 9007199254740991 AS c, 1e300 AS d, 0.5 AS e",
  );
  expect(rows).toEqual([
    {
      a: 9007199254740993n,
      b: -9223372036854775808n,
      c: 9007199254740991,
      d: 1e300,
      e: 0.5,
    },
  ]);
});

test("parameters keep their value and their type", async () => {
  const { writer } = await connect();
  const value: fc.Arbitrary<SqlValue> = fc.oneof(
    fc.constant(null),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }).filter((n) => !Object.is(n, -0)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string({ unit: "binary" }).filter((text) => isWellFormed(text)),
    fc.uint8Array(),
  );
  const typeOf = (v: SqlValue) => {
    if (v === null) return "null";
    if (typeof v === "string") return "text";
    if (typeof v === "object") return "blob";
    if (typeof v === "bigint" || Number.isSafeInteger(v)) return "integer";
    return "real";
  };
  const plain = (v: SqlValue) =>
    typeof v === "bigint" &&
    BigInt(Number(v)) === v &&
    Math.abs(Number(v)) < 2 ** 53
      ? Number(v)
      : v;
  fc.assert(
    fc.property(value, value, value, (a, b, c) => {
      const sql =
        "SELECT ? AS a, typeof(?1) AS ta, ?3 AS c, typeof(?3) AS tc, ?2 AS b, 5-?2 IS NOT NULL AS x";
      const [row] = query(writer, sql, [a, b, c]).rows;
      expect(row).toMatchObject({
        a: plain(a),
        ta: typeOf(a),
        b: plain(b),
        c: plain(c),
        tc: typeOf(c),
      });
    }),
  );
});

test("named parameters are found with or without their sign", async () => {
  const { writer } = await connect();
  const sql = "SELECT :a + $b + @c + :a AS sum, :big AS big";
  expect(
    query(writer, sql, { a: 1, $b: 10, "@c": 100, ":big": 5_000_000_000 }).rows,
  ).toEqual([{ sum: 112, big: 5_000_000_000 }]);
});

test("missing and surplus parameters are named", async () => {
  const { writer } = await connect();
  expect(() => query(writer, "SELECT ?, ?", [1])).toThrow(
    "has 2 parameters, but 1 value was given",
  );
  expect(() => query(writer, "SELECT :zz a", [])).toThrow(
    "has the parameter :zz, but no value was given. Give one for each; in a SQL cell write ${zz} instead.",
  );
  expect(() => query(writer, "SELECT ?, ?2", [])).toThrow(
    "has the parameter ?, but no value was given. Give one for each; in a SQL cell write ${value} instead.",
  );
  expect(() => query(writer, "SELECT :a", { b: 1 })).toThrow(
    "The parameter :a has no value",
  );
  expect(() => query(writer, "SELECT :a", { a: 1, b: 2 })).toThrow(
    "has no parameter :b",
  );
  expect(() => query(writer, "SELECT :a", { toString: 1 })).toThrow(":a");
  expect(() => query(writer, "SELECT ?", [2n ** 64n])).toThrow("too large");
});

test("half a character in a parameter is stored as what UTF-8 has for it", async () => {
  const { writer } = await connect();
  exec(writer, "CREATE TABLE t (x)");
  exec(writer, "INSERT INTO t VALUES (?), (?)", ["a\ud800", "😀"]);
  expect(query(writer, "SELECT hex(x) AS x FROM t").rows).toEqual([
    { x: "61EFBFBD" },
    { x: "F09F9880" },
  ]);
});

test("columns of the same name get a number", async () => {
  const { writer } = await connect();
  const { columns, rows } = query(
    writer,
    'SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a, 5 AS "__proto__"',
  );
  expect(columns).toEqual(["a", "a_3", "a_2", "a_4", "__proto__"]);
  expect(Object.values(rows[0]!)).toEqual([1, 2, 3, 4, 5]);
  expect(Object.getPrototypeOf(rows[0])).toBe(Object.prototype);
});

test("a limit keeps the rest from coming, and the total counts it", async () => {
  const { writer } = await connect();
  const numbers =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n WHERE i > ? -- all";
  expect(query(writer, numbers, [500], 2)).toEqual({
    columns: ["i"],
    rows: [{ i: 501 }, { i: 502 }],
    total: 500,
  });
  expect(query(writer, "PRAGMA pragma_list", [], 1).total).toBeGreaterThan(20);
});

test.each([
  [
    "SELECT 1;\nSELEC 2",
    "exec",
    /near "SELEC": syntax error \(line 2, column 1\)/,
  ],
  [
    "SELECT a, b FORM t",
    "query",
    /near "t": syntax error \(line 1, column 18\)|\(line 1, column/,
  ],
  ["SELECT 1,\n  1 1", "query", /near "1": syntax error \(line 2, column 5\)/],
  [
    "SELECT\n  t.nope FROM t",
    "query",
    /no such column: t.nope \(line 2, column 3\)/,
  ],
  [
    "SELECT x,\n  nope FROM t",
    "query",
    /no such column: nope \(line 2, column 3\)/,
  ],
  [
    "SELECT 5000000000 + nofn(1)",
    "query",
    /no such function: nofn \(line 1, column 21\)/,
  ],
  [
    "INSERT INTO t (x, y) VALUES (1, 2)",
    "exec",
    /no column named y \(line 1, column 19\)/,
  ],
  [
    "SELECT * FROM nope",
    "query",
    /no such table: nope \(line 1, column 15\)\. .*these: t\./,
  ],
  ["SELECT (", "query", /incomplete input \(line 1, column 9\)/],
  ["SELECT 'abc", "query", /unrecognized token: "'abc" \(line 1, column 8\)/],
] as const)("%s fails with the place", async (sql, use, message) => {
  const { writer } = await connect();
  writer.run("CREATE TABLE t (x)");
  const run = use === "query" ? query : exec;
  await expect(advised(() => run(writer, sql))).rejects.toThrow(message);
});

/** What is done with a statement, with the advice that its error comes with. */
function advised<T>(work: () => T): Promise<T> {
  return withAdvice(Promise.resolve().then(work));
}

test("a table that is missing is told without naming the one that a file keeps its runs in", async () => {
  const { writer } = await connect();
  writer.run(createNotebookTable);
  const read = () => advised(() => query(writer, "SELECT * FROM nope"));
  await expect(read()).rejects.toThrow(/has no tables yet/);
  writer.run("CREATE TABLE t (x)");
  await expect(read()).rejects.toThrow(/has these: t\.$/);
});

test("the place is right after a long number was written into the statement", async () => {
  const { writer } = await connect();
  expect(() =>
    query(writer, "SELECT ?, ?,\n nope, ?", [2n ** 60n, 1, 2n ** 61n]),
  ).toThrow("(line 2, column 2)");
  expect(() =>
    query(writer, "SELECT ?, ?, nope", [2n ** 60n, 5_000_000_000]),
  ).toThrow("(line 1, column 14)");
});

test("a query that writes is refused and points to db.exec", async () => {
  const file = await connect();
  const { writer, reader } = file;
  writer.run("CREATE TABLE t (x); COMMIT");
  await file.save(() => Promise.resolve());
  for (const sql of [
    "INSERT INTO t VALUES (1)",
    "INSERT INTO t VALUES (1) RETURNING x",
    "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
    "DROP TABLE t",
    "CREATE TEMP TABLE u (x)",
  ])
    expect(() => query(reader, sql)).toThrow(
      expect.objectContaining({
        code: "read-only",
        message: expect.stringContaining("db.exec") as unknown,
      }),
    );
  expect(query(reader, "SELECT * FROM t").rows).toEqual([]);
});

test("a query is one statement, and not none", async () => {
  const { writer } = await connect();
  expect(() => query(writer, "SELECT 1; SELECT 2")).toThrow("one statement");
  expect(() => query(writer, " -- nothing")).toThrow("empty");
  expect(query(writer, "SELECT 1 AS a;").rows).toEqual([{ a: 1 }]);
});

test("exec gives the rows of RETURNING, of the last statement that has it", async () => {
  const { writer } = await connect();
  expect(
    exec(
      writer,
      "CREATE TABLE t (id INTEGER PRIMARY KEY, x); INSERT INTO t (x) VALUES (1) RETURNING id; INSERT INTO t (x) VALUES (5), (6) RETURNING id, x AS id; UPDATE t SET x = 7 WHERE id = 1",
    ),
  ).toEqual({
    changes: 4,
    rows: [
      { id: 2, id_2: 5 },
      { id: 3, id_2: 6 },
    ],
  });
  expect(exec(writer, "DELETE FROM t WHERE x = 9 RETURNING x").rows).toEqual(
    [],
  );
  expect(exec(writer, "DELETE FROM t")).toEqual({ changes: 3 });
});

test("exec runs several statements and counts the changed rows, without those of triggers", async () => {
  const { writer } = await connect();
  expect(
    exec(
      writer,
      "CREATE TABLE t (x); CREATE TABLE log (x); CREATE TRIGGER l AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.x); END; INSERT INTO t VALUES (1), (2); DELETE FROM t WHERE x = 9;",
    ),
  ).toEqual({ changes: 2 });
  expect(() => exec(writer, "DELETE FROM t; DELETE FROM log", [1])).toThrow(
    "Parameters go with one statement",
  );
});

test("an exec that fails leaves nothing of its earlier statements", async () => {
  const { writer } = await connect();
  exec(writer, "CREATE TABLE t (x UNIQUE)");
  expect(() =>
    exec(writer, "INSERT INTO t VALUES (1); INSERT INTO t VALUES (1)"),
  ).toThrow("UNIQUE");
  expect(query(writer, "SELECT * FROM t").rows).toEqual([]);
  expect(() => exec(writer, "DELETE FROM t; COMMIT")).toThrow("COMMIT");
});

test("no text that a notebook sends can end the transaction", async () => {
  const { writer } = await connect();
  writer.run("CREATE TABLE t (x)");
  const part = fc.constantFrom(
    ..."' '' \" ` [ ] -- /* */ ; ( ) $a( $a(') :b @c #d ? ?1 x' 0x1 1e5 . :: \n \t \v \uFEFF é".split(
      " ",
    ),
    ..."COMMIT ROLLBACK END BEGIN SELECT 1 CREATE TRIGGER TEMP EXPLAIN INSERT INTO t VALUES".split(
      " ",
    ),
    " ",
    "; COMMIT; --",
    "SELECT 1;",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      for (const sql of [parts.join(" "), parts.join("")])
        try {
          exec(writer, sql);
        } catch {
          // Most of it is no SQL.
        }
      // Outside a transaction this would work.
      expect(() => writer.run("BEGIN")).toThrow("within a transaction");
    }),
    { numRuns: 3000 },
  );
});
