import { expect, test } from "vitest";
import { FlowError } from "../../../src/core/errors.ts";
import { readingCells } from "../../../src/engine/database/cellTables.ts";
import type { CellQuery, SqlParameters } from "../../../src/engine/protocol.ts";
import { attach, attemptOf, commitOf, connect, openDatabase } from "./world.ts";

const made = `
CREATE TABLE flight (id INTEGER PRIMARY KEY, gate TEXT, delay REAL);
INSERT INTO flight VALUES (1, 'A1', 10), (2, 'A1', 0.1), (3, 'B2', 30), (4, NULL, 40);`;

async function start() {
  const { writer } = await connect();
  writer.run(made);
  const query = (
    cells: readonly CellQuery[],
    sql: string,
    parameters: SqlParameters = [],
    limit?: number,
  ) => {
    writer.run("PRAGMA query_only = ON");
    try {
      return readingCells(cells)(writer, sql, parameters, limit);
    } finally {
      writer.run("PRAGMA query_only = OFF");
    }
  };
  const rows = (...given: Parameters<typeof query>) =>
    query(...given).rows.map((row) => Object.values(row));
  const fails = (...given: Parameters<typeof query>): FlowError => {
    try {
      query(...given);
    } catch (thrown) {
      if (thrown instanceof FlowError) return thrown;
    }
    throw new Error("It did not fail.");
  };
  return { writer, query, rows, fails };
}

const cell = (
  name: string,
  sql: string,
  parameters: SqlParameters = [],
): CellQuery => ({ name, sql, parameters });

const late = cell("late", "SELECT * FROM flight WHERE delay > ?", [5]);
const gates = cell(
  "gates",
  "SELECT gate, count(*) AS n FROM Late GROUP BY gate -- all\n;",
);

test("a query reads cells, and what those read, with the values that each binds", async () => {
  const { rows } = await start();
  expect(
    rows(
      [late, gates],
      "SELECT gate, n, ? FROM gates WHERE n < ?2 AND gate IN (SELECT gate FROM late WHERE delay < ?3) ORDER BY 1",
      ["x", 2, 15],
    ),
  ).toEqual([["A1", 1, "x"]]);
});

test("values keep their types, also numbers that are written into the text", async () => {
  const { rows } = await start();
  const bytes = new Uint8Array([0, 1]);
  const values = [9_007_199_254_740_993n, 3e9, "it's", bytes, null, 0.1];
  expect(
    rows(
      [cell("v", "SELECT ?, ?, ?, ?, ?, ?", values)],
      "SELECT *, ?, typeof(?1) FROM v WHERE ? IS NULL",
      [4e9, null],
    ),
  ).toEqual([[...values, 4e9, "integer"]]);
});

test("rows are counted beyond those that are wanted", async () => {
  const { query } = await start();
  const found = query([late], "SELECT id FROM late", [], 1);
  expect(found).toEqual({ columns: ["id"], rows: [{ id: 1 }], total: 3 });
});

test("the tables of its own WITH stay those of the query, and those of a cell the cell's", async () => {
  const { rows } = await start();
  expect(
    rows(
      [late],
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2) SELECT i, id FROM n, late WHERE id = i",
    ),
  ).toEqual([[1, 1]]);
  // The cell means the table, and the query its own.
  expect(
    rows(
      [late],
      "WITH flight AS (SELECT 7 AS id) SELECT flight.id, late.id FROM flight, late ORDER BY 2 DESC",
    ),
  ).toEqual([
    [7, 4],
    [7, 3],
    [7, 1],
  ]);
  const own = cell(
    "own",
    "WITH flight AS (SELECT 8 AS id) SELECT * FROM flight",
  );
  expect(
    rows([own], "SELECT id FROM own UNION SELECT id FROM flight LIMIT 9"),
  ).toHaveLength(5);
  expect(
    rows(
      [late, gates],
      "WITH late AS (SELECT 'Z' AS gate) SELECT gates.gate, late.gate FROM gates, late WHERE n = 1 ORDER BY 1",
    ),
  ).toEqual([
    [null, "Z"],
    ["A1", "Z"],
    ["B2", "Z"],
  ]);
});

test("a plan is explained, and VALUES may stand in a cell", async () => {
  const { rows, query } = await start();
  expect(
    rows([cell("v", "VALUES (1), (2)")], "SELECT sum(column1) FROM v"),
  ).toEqual([[3]]);
  const plan = query([late], "EXPLAIN QUERY PLAN SELECT * FROM late").rows;
  expect(JSON.stringify(plan)).toContain("SCAN flight");
});

test("a table goes before a cell of its name, in every query", async () => {
  const { writer, rows } = await start();
  const both = [late, gates];
  writer.run("CREATE TABLE LATE (gate); INSERT INTO late VALUES ('T')");
  expect(rows(both, "SELECT * FROM gates")).toEqual([["T", 1]]);
  writer.run("DROP TABLE late; CREATE VIEW late AS SELECT 'V' AS gate");
  expect(rows(both, "SELECT * FROM gates")).toEqual([["V", 1]]);
  writer.run("DROP VIEW late; CREATE TEMP TABLE late AS SELECT 'W' AS gate");
  expect(rows(both, "SELECT * FROM gates")).toEqual([["W", 1]]);
});

test("a mistake in a cell that is read is told with its place there", async () => {
  const { fails } = await start();
  const wrong = cell("wrong", "SELECT id,\n  gat FROM late");
  expect(fails([late, wrong, gates], "SELECT * FROM wrong")).toMatchObject({
    code: "sql-failed",
    message: expect.stringMatching(
      /^In the SQL cell wrong, which is read here: SQLite: no such column: gat \(line 2, column 3\)/,
    ) as string,
    place: { cell: "wrong", line: 2, column: 3 },
  });
  expect(
    fails([cell("none", "SELECT * FROM nowhere")], "SELECT * FROM none")
      .message,
  ).toMatch(/SQL cell none.*no such table: nowhere \(line 1, column 15\)/);
});

test("a mistake of the query itself has its place in the query", async () => {
  const { fails } = await start();
  expect(fails([late], "SELECT id,\n  gat FROM late")).toMatchObject({
    message: "SQLite: no such column: gat (line 2, column 3).",
    place: undefined,
  });
  expect(fails([late], "SELECT id FORM late").message).toMatch(
    /^SQLite: near "late": syntax error \(line 1, column 16\)/,
  );
});

test("what goes wrong while rows are computed names the cells that may be the cause", async () => {
  const { fails } = await start();
  const odd = cell("odd", "SELECT json(gate) AS g FROM flight");
  expect(fails([odd], "SELECT * FROM odd").message).toBe(
    "SQLite: malformed JSON. If it is not in this query, look at what it reads: odd.",
  );
});

test.each([
  ["DELETE FROM flight", /read-only|cannot change the database/],
  ["WITH x AS (SELECT 1) DELETE FROM flight", /cannot change the database/],
  ["SELECT 1; SELECT 2", /A query is one statement, and this text has 2/],
  [" -- nothing", /The query is empty/],
  ["PRAGMA table_info(flight)", /Write it as a function/],
  ["EXPLAIN SELECT 1", /Read the query itself/],
  ["SELECT 1), other AS (SELECT 2", /near "\)": syntax error/],
  ["SELECT 'x", /unrecognized token/],
  ["SELECT (1", /incomplete input/],
  ["ATTACH 'x' AS y", /not available in a notebook/],
])("a cell that is no query by itself is refused: %s", async (sql, message) => {
  const { fails, rows } = await start();
  const { message: told, place } = fails([cell("c", sql)], "SELECT * FROM c");
  expect(told).toMatch(/^In the SQL cell c, which is read here: /);
  expect(told).toMatch(message);
  expect(place?.cell).toBe("c");
  expect(rows([], "SELECT count(*) FROM flight")).toEqual([[4]]);
});

test("a query that changes something is refused over cells too", async () => {
  const { fails } = await start();
  expect(fails([late], "WITH x AS (SELECT 1) DELETE FROM flight").code).toBe(
    "read-only",
  );
});

test("the database says which tables are read over cells, and that a table of a cell's name would matter", async () => {
  const { database } = await openDatabase();
  const client = await attach(database, attemptOf("fill"));
  await client.exec(made);
  // An attempt sees what it has written, over cells too.
  expect(
    await client.call({
      ...{ method: "query", sql: "SELECT count(*) AS n FROM late" },
      ...{ parameters: [], cells: [late] },
    }),
  ).toEqual([{ n: 3 }]);
  await database.commit(commitOf(attemptOf("fill"), 0));
  const cells = [
    { name: "late", sql: "SELECT * FROM flight WHERE delay > ?" },
    { name: "gates", sql: "SELECT gate FROM late" },
  ];
  const sql = "SELECT * FROM gates WHERE gate = ?";
  expect(await database.tablesRead(sql, cells)).toEqual([
    "flight",
    "late",
    "gates",
  ]);
  const history = [{ name: "h", sql: "SELECT * FROM history.runs" }];
  expect(await database.tablesRead("SELECT * FROM h", history)).toBeUndefined();
  expect(await database.query("SELECT * FROM h", [], 5, history)).toMatchObject(
    {
      total: 1,
    },
  );
});

test("columns of one name have the names in a cell that it shows", async () => {
  const { query, rows } = await start();
  const pairs = cell(
    "pairs",
    "SELECT a.id, b.id, b.gate FROM flight a JOIN flight b USING (gate) WHERE a.id <> ? ORDER BY 1, 2",
    [3],
  );
  const whole = query([pairs], "SELECT * FROM pairs");
  expect(whole.columns).toEqual(["id", "id_2", "gate"]);
  const twice = cell("twice", "SELECT x.*, y.id_2 FROM pairs x, pairs y");
  expect(
    query([pairs, twice], "SELECT * FROM Twice WHERE id_2_2 > 1").columns,
  ).toEqual(["id", "id_2", "gate", "id_2_2"]);
  expect(rows([pairs], "SELECT id, id_2 FROM pairs WHERE id < id_2")).toEqual([
    [1, 2],
  ]);
  // Of names that SQLite takes for one, and of those that a cell gives itself.
  const odd = cell("odd", 'SELECT 1 AS a, 2 AS A, 3 AS "a_2", 4 AS a');
  expect(query([odd], "SELECT a, a_2, a_3 FROM odd").rows).toEqual([
    { a: 1, a_2: 3, a_3: 4 },
  ]);
});

test("columns of one name are shown alike by a query whose own WITH has a table that a cell reads", async () => {
  const { query } = await start();
  const own = (name: string) =>
    `WITH ${name} AS (SELECT 7 AS id, 'k' AS gate) SELECT late.id, o.id, o.gate FROM late JOIN ${name} o ORDER BY late.id DESC LIMIT 1`;
  const shown = query([late], own("other"));
  expect(shown.columns).toEqual(["id", "id_2", "gate"]);
  expect(query([late], own("flight"))).toEqual(shown);
  expect(
    query([late], own("flight").replace("WITH", "WITH RECURSIVE")),
  ).toEqual(shown);
});
