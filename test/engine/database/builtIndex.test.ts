import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { pagesOf } from "../../../src/core/pages.ts";
import {
  carryOut,
  makeAttempt,
  type Attempt,
  type OpenDatabase,
} from "../../../src/engine/database/attemptCalls.ts";
import type { OpenFile } from "../../../src/engine/database/databaseFile.ts";
import { exec, readAll } from "../../../src/engine/database/execute.ts";
import { buildIndexes } from "../../../src/engine/database/indexes/builtIndex.ts";
import { Signs } from "../../../src/engine/database/signs.ts";
import { Transactions } from "../../../src/engine/database/transactions.ts";
import type { SqlValue } from "../../../src/engine/protocol.ts";
import {
  attach,
  attemptOf,
  commitOf,
  connect,
  openDatabase,
  sqlite,
  viewsOnViews,
  watched,
} from "./world.ts";

const pageSize = 4096;

/** Runs a statement as one of a task; says whether its index was made of pages. */
function run(file: OpenFile, sql: string, fewest = 1): boolean {
  let isBuilt = false;
  const build = buildIndexes(file.writer, file.attach, fewest);
  exec(file.writer, sql, [], undefined, (statement, byItself) => {
    isBuilt = build(statement, byItself);
    return isBuilt;
  });
  return isBuilt;
}

const all = (file: OpenFile, sql: string) => readAll(file.writer, sql);
const integrity = (file: OpenFile) =>
  all(file, "PRAGMA integrity_check").flat();

/** All bytes of the file, with what SQLite still has of it. */
function bytesOf(file: OpenFile): Buffer {
  let bytes = Buffer.alloc(0);
  file.attach!.change!((real) => {
    bytes = Buffer.alloc(real.size);
    real.read(bytes, 0);
  });
  return bytes;
}

/** The records of an index in their order, and how many levels its tree has. */
function entriesOf(
  file: OpenFile,
  index: string,
): { entries: Buffer[]; levels: number } {
  const [[root]] = readAll(
    file.writer,
    "SELECT rootpage FROM sqlite_schema WHERE name = ?",
    [index],
  ) as [[number]];
  const bytes = bytesOf(file);
  const entries: Buffer[] = [];
  let levels = 0;
  const read = (number: number, level: number) => {
    levels = Math.max(levels, level);
    const page = bytes.subarray((number - 1) * pageSize, number * pageSize);
    const isLeaf = page[0] === 10;
    const cells = page.readUInt16BE(3);
    for (let cell = 0; cell < cells; cell += 1) {
      let at = page.readUInt16BE((isLeaf ? 8 : 12) + cell * 2);
      if (!isLeaf) read(page.readUInt32BE(at), level + 1);
      if (!isLeaf) at += 4;
      let size = 0;
      for (;;) {
        const byte = page[at]!;
        at += 1;
        size = size * 128 + (byte & 127);
        if (byte < 128) break;
      }
      // What overflows the page is not looked at.
      entries.push(page.subarray(at, at + Math.min(size, 400)));
    }
    if (!isLeaf) read(page.readUInt32BE(8), level + 1);
  };
  read(root, 1);
  return { entries, levels };
}

/** Makes an index of pages, and another of SQLite, and compares all of them. */
function compare(file: OpenFile, on: string, isUnique = false): number {
  expect(run(file, `CREATE INDEX ours ON ${on}`)).toBe(true);
  expect(integrity(file)).toEqual(["ok"]);
  file.writer.run(`CREATE ${isUnique ? "UNIQUE " : ""}INDEX theirs ON ${on}`);
  const { entries, levels } = entriesOf(file, "ours");
  const theirs = Buffer.concat(entriesOf(file, "theirs").entries);
  expect(Buffer.concat(entries).equals(theirs)).toBe(true);
  file.writer.run("DROP INDEX theirs");
  return levels;
}

/** Begins with an empty file. */
function reset(file: OpenFile): void {
  file.writer.run("ROLLBACK");
  file.rolledBack();
  file.writer.run("BEGIN IMMEDIATE");
}

const value = fc.oneof(
  fc.constantFrom<SqlValue>(
    ...[null, 0, -0, 1, 1.5, -1, 127, 128, -128, -129, 255, 32_768, 2 ** 23],
    ...[2 ** 31, 2 ** 47, 2 ** 53, -(2 ** 53), 2 ** 60, 1e300, Infinity],
    ...[-Infinity, 5e-324, 0.1, -0.1, 9007199254740993n, 9007199254740992n],
    ...[-9007199254740993n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 62n + 1n],
    ...["", "a", "ab", "ab\u0000", "abcdefgh", "abcdefgh\u0000", "abcdefghi"],
    ...["😀", "é", "Z", "z"],
    ...[new Uint8Array(), new Uint8Array([97]), new Uint8Array([0, 0])],
  ),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.integer({ min: 0, max: 300 }).map((size) => "same ".repeat(size / 5)),
  fc.uint8Array({ maxLength: 12 }),
);

const tables = [
  "t (a, b, c)",
  "t (a TEXT, b REAL, c)",
  "t (a INTEGER, b NUMERIC, c BLOB)",
  "t (a, b INTEGER PRIMARY KEY, c REAL)",
  "t (a INTEGER PRIMARY KEY DESC, b, c)",
  "t (a ANY UNIQUE, b ANY PRIMARY KEY, c ANY) STRICT",
];
const orders = [
  ...["a", "b", "c", "a, b", "c DESC", "b, c ASC", "c DESC, a, b DESC"],
  ...["b DESC, a DESC", "a, c, b"],
];
const insert = "INSERT OR IGNORE INTO t VALUES (?, ?, ?)";

function insertAll(file: OpenFile, rows: readonly SqlValue[][]): void {
  for (const row of rows)
    try {
      exec(file.writer, insert, row);
    } catch {
      // The number of the row is no text.
    }
}

test("an index that is made of pages has the entries of SQLite's, byte by byte, and goes on as one", async () => {
  const file = await connect();
  let built = 0;
  await fc.assert(
    fc.property(
      fc.constantFrom(...tables),
      fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 120 }),
      fc.array(
        fc.tuple(
          value,
          fc.integer({ min: 3000, max: 30_000 }).map((n) => new Uint8Array(n)),
          value,
        ),
        { maxLength: 2 },
      ),
      fc.constantFrom(...orders),
      fc.array(
        fc.constantFrom(
          "DELETE FROM t WHERE rowid % 3 = 1",
          "UPDATE OR IGNORE t SET c = c || 'x' WHERE rowid % 2 = 0",
          "INSERT OR IGNORE INTO t SELECT * FROM t",
          "INSERT OR IGNORE INTO t VALUES (7, 8, zeroblob(5000))",
          "DELETE FROM t",
        ),
        { maxLength: 3 },
      ),
      (table, rows, long, order, statements) => {
        reset(file);
        file.writer.run(`CREATE TABLE ${table}`);
        insertAll(file, rows);
        insertAll(file, long);
        insertAll(file, rows);
        file.writer.run("DELETE FROM t WHERE rowid % 7 = 3");
        const isLong = `max(${["a", "b", "c"]
          .filter((name) => order.includes(name))
          .map((name) => `ifnull(length(CAST(${name} AS BLOB)), 0)`)
          .join(", ")}, 0) > 900`;
        fc.pre(all(file, "SELECT 1 FROM t LIMIT 1").length > 0);
        const isLeft = all(
          file,
          `SELECT 1 FROM t WHERE ${isLong} OR rowid < 0 OR rowid >= 4503599627370496 LIMIT 1`,
        );
        if (isLeft.length === 0) {
          compare(file, `t (${order})`);
          built += 1;
        } else
          expect(run(file, `CREATE INDEX ours ON t (${order})`)).toBe(false);
        for (const statement of statements) file.writer.run(statement);
        expect(integrity(file)).toEqual(["ok"]);
        file.writer.run("DROP INDEX ours");
        expect(integrity(file)).toEqual(["ok"]);
      },
    ),
    { numRuns: 150 },
  );
  expect(built).toBeGreaterThan(50);
});

test("an index of any size has pages that SQLite takes: one, two, and several levels", async () => {
  const file = await connect();
  file.writer.run("CREATE TABLE t (a, b)");
  const levels = new Set<number>();
  for (let rows = 1; rows <= 140; rows += 1) {
    exec(file.writer, "INSERT INTO t VALUES (?, ?)", [
      `${(rows * 71) % 211}`.repeat(1).padEnd(980, "x"),
      rows,
    ]);
    levels.add(compare(file, "t (a)"));
    file.writer.run("DROP INDEX ours");
  }
  expect([...levels]).toEqual([1, 2, 3, 4]);
});

test("columns of many values, of few, of long equal beginnings, and of all kinds at once are sorted as SQLite does", async () => {
  const file = await connect();
  file.writer.run("CREATE TABLE t (few, many, long, mixed, id, numbers)");
  file.writer.run(`
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 80000)
    INSERT INTO t SELECT
      char(65 + i % 7, 65 + i % 11),
      hex(i * 7919 % 80021),
      'https://example.org/' || (i * 31 % 5000) || '/' || (i % 3),
      CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN i * 77 % 901 WHEN 2 THEN i * 77 % 901 / 2.0 WHEN 3 THEN hex(i * 77 % 901) ELSE CAST(i * 77 % 901 AS BLOB) END,
      -i,
      9007199254740990 + i * 7 % 1000
    FROM n`);
  const levels = [
    ...["few", "many", "long", "mixed", "id", "numbers"],
    ...["few, mixed DESC", "many, id", "mixed, few, numbers DESC"],
  ].map((on) => {
    const found = compare(file, `t (${on})`);
    file.writer.run("DROP INDEX ours");
    return found;
  });
  expect(Math.max(...levels)).toBe(3);
});

test.each([
  ["an expression", "t (a, b)", "t (a + 1)"],
  ["a part of the rows", "t (a, b)", "t (a) WHERE a > 1"],
  ["a collation", "t (a, b)", "t (a COLLATE NOCASE)"],
  ["a column with a collation", "t (a COLLATE NOCASE, b)", "t (a)"],
  ["a table without rowid", "t (a PRIMARY KEY, b) WITHOUT ROWID", "t (b)"],
  ["a table with a computed column", "t (a, x AS (a), b)", "t (b)"],
  ["a column twice", "t (a, b)", "t (a, a)"],
  ["a text for a column", "t (a, b)", "t ('a')"],
])("%s is left to SQLite", async (_, table, on) => {
  const file = await connect();
  file.writer.run(`CREATE TABLE ${table}; INSERT INTO t VALUES (1, 2), (3, 4)`);
  expect(run(file, `CREATE INDEX i ON ${on}`)).toBe(false);
  expect(integrity(file)).toEqual(["ok"]);
  expect(entriesOf(file, "i").entries.length).toBeGreaterThan(0);
});

test("few rows, a value that was never written, a value that is too long, and a row below 0 are left to SQLite", async () => {
  const file = await connect();
  file.writer.run("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  expect(run(file, "CREATE INDEX i1 ON t (a)", 3)).toBe(false);
  expect(run(file, "CREATE INDEX i2 ON t (a)", 2)).toBe(true);
  file.writer.run("ALTER TABLE t ADD COLUMN b DEFAULT 7");
  file.writer.run("ALTER TABLE t ADD COLUMN c");
  expect(run(file, "CREATE INDEX i3 ON t (b)")).toBe(false);
  expect(run(file, "CREATE INDEX i4 ON t (c, a)")).toBe(true);
  file.writer.run("INSERT INTO t VALUES (zeroblob(993), 1, 2)");
  expect(run(file, "CREATE INDEX i5 ON t (a)")).toBe(true);
  file.writer.run("INSERT INTO t VALUES (zeroblob(999), 1, 2)");
  expect(run(file, "CREATE INDEX i6 ON t (a)")).toBe(false);
  expect(run(file, "CREATE INDEX i7 ON t (c)")).toBe(true);
  file.writer.run("INSERT INTO t (rowid, a) VALUES (-5, 1)");
  expect(run(file, "CREATE INDEX i8 ON t (c)")).toBe(false);
  expect(integrity(file)).toEqual(["ok"]);
});

test("a temporary table, and a database that is attached, are left to SQLite", async () => {
  const file = await connect();
  file.writer.run("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  file.writer.run("CREATE TEMP TABLE t (a); INSERT INTO temp.t VALUES (2)");
  expect(run(file, "CREATE INDEX i ON t (a)")).toBe(false);
  expect(run(file, "CREATE INDEX temp.j ON t (a)")).toBe(false);
  expect(integrity(file)).toEqual(["ok"]);
});

test.each([
  ["utf-16", "PRAGMA encoding = 'UTF-16le'"],
  ["files that shrink by themselves", "PRAGMA auto_vacuum = FULL"],
  ["larger pages", "PRAGMA page_size = 8192"],
])("%s: SQLite makes the index", async (_, pragma) => {
  const file = await connect();
  file.writer.run(`ROLLBACK; ${pragma}; VACUUM; BEGIN IMMEDIATE`);
  file.writer.run("CREATE TABLE t (a); INSERT INTO t VALUES ('b'), ('a')");
  expect(run(file, "CREATE INDEX i ON t (a)")).toBe(false);
  expect(integrity(file)).toEqual(["ok"]);
});

test.each([
  ["CREATE INDEX i ON t (a)"],
  ['create unique index if not exists main."i" on "T" ("A" asc, [b] desc);'],
  ["CREATE INDEX `i` -- a\n ON t /* b */ (b)"],
])("%s makes an index of pages", async (sql) => {
  const file = await connect();
  file.writer.run("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2), (3, 4)");
  expect(run(file, sql)).toBe(true);
  expect(entriesOf(file, "i").entries).toHaveLength(2);
  // The second time it is there.
  if (/exists/i.test(sql)) expect(run(file, sql)).toBe(false);
  else expect(() => run(file, sql)).toThrow("index i already exists");
  expect(integrity(file)).toEqual(["ok"]);
});

test("a unique index takes rows that are alike in NULL only, and otherwise says what SQLite says", async () => {
  const file = await connect();
  file.writer.run(
    "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (NULL, 'x'), (NULL, 'x'), (2, NULL), (2, NULL)",
  );
  expect(run(file, "CREATE UNIQUE INDEX i ON t (a, b)")).toBe(true);
  expect(() => exec(file.writer, "INSERT INTO t VALUES (1, 'x')")).toThrow(
    "UNIQUE constraint failed: t.a, t.b",
  );
  file.writer.run("DROP INDEX i; INSERT INTO t VALUES (1.0, 'x')");
  expect(() => run(file, "CREATE UNIQUE INDEX i ON t (a, b)")).toThrow(
    "UNIQUE constraint failed: t.a, t.b",
  );
  expect(integrity(file)).toEqual(["ok"]);
  expect(all(file, "SELECT count(*) FROM t").flat()).toEqual([6]);
  expect(all(file, "SELECT name FROM sqlite_schema").flat()).toEqual(["t"]);
});

test.each([
  ["CREATE INDEX select ON t (a)", "syntax error"],
  ["CREATE INDEX i ON t (a,)", "syntax error"],
  ["CREATE INDEX i ON t (order)", "syntax error"],
  ["CREATE INDEX i ON t (z)", "no such column: z"],
  ["CREATE INDEX i ON other (a)", "no such table: main.other"],
  ["CREATE INDEX t ON t (a)", "there is already a table named t"],
  ["CREATE INDEX sqlite_i ON t (a)", "reserved for internal use"],
])(
  "%s fails with SQLite's message, and all is as it was",
  async (sql, message) => {
    const file = await connect();
    file.writer.run('CREATE TABLE t (a, "order"); INSERT INTO t VALUES (1, 2)');
    expect(() => run(file, sql)).toThrow(message);
    expect(integrity(file)).toEqual(["ok"]);
    expect(all(file, "SELECT * FROM t")).toEqual([[1, 2]]);
    expect(all(file, "SELECT name FROM sqlite_schema").flat()).toEqual(["t"]);
  },
);

test("free pages are used before the file grows, and none of them twice", async () => {
  const file = await connect();
  file.writer.run(
    "CREATE TABLE t (a, b); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) INSERT INTO t SELECT i * 77 % 1000, 'row ' || i FROM n",
  );
  file.writer.run(
    "CREATE TABLE old (b); INSERT INTO old VALUES (zeroblob(1200000)); DROP TABLE old",
  );
  const size = () => Number(all(file, "PRAGMA page_count").flat()[0]);
  const free = () => Number(all(file, "PRAGMA freelist_count").flat()[0]);
  const before = size();
  for (const [at, on] of ["a", "b", "a, b", "b, a"].entries()) {
    expect(run(file, `CREATE INDEX i${at} ON t (${on})`)).toBe(true);
    expect(integrity(file)).toEqual(["ok"]);
    if (free() > 0) expect(size()).toBe(before);
  }
  expect(free()).toBe(0);
  expect(size()).toBeGreaterThan(before);
});

test("an index that is not committed is seen by no reader, and is gone with the rest when it is taken back", async () => {
  const file = await connect();
  file.writer.run("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  await file.commit(() => Promise.resolve());
  const { size } = file.image!;
  file.writer.run("BEGIN IMMEDIATE; INSERT INTO t VALUES (2)");
  expect(run(file, "CREATE INDEX i ON t (a)")).toBe(true);
  const schema = "SELECT name FROM sqlite_schema";
  expect(readAll(file.reader, schema)).toEqual([["t"]]);
  expect(readAll(file.reader, "SELECT a FROM t")).toEqual([[1]]);
  file.writer.run("ROLLBACK");
  file.rolledBack();
  expect(readAll(file.writer, schema)).toEqual([["t"]]);
  expect(readAll(file.writer, "SELECT a FROM t")).toEqual([[1]]);
  expect(file.image!.size).toBe(size);
  expect(file.hasChanged()).toBe(false);
});

test("whichever write of a page fails, SQLite makes the index, or all is taken back", async () => {
  const file = await connect();
  file.writer.run(
    "CREATE TABLE other (n); INSERT INTO other VALUES (1); CREATE TABLE old (b); INSERT INTO old VALUES (zeroblob(30000)); CREATE TABLE t (a, b)",
  );
  for (let row = 0; row < 100; row += 1)
    exec(file.writer, "INSERT INTO t VALUES (?, ?)", [
      `${row}`.padEnd(500),
      row,
    ]);
  file.writer.run("DROP TABLE old");
  await file.commit(() => Promise.resolve());
  const ends = { made: 0, lost: 0 };
  let failing = 1;
  for (; ; failing += 1) {
    file.writer.run("BEGIN IMMEDIATE");
    let writes = 0;
    const change = watched(file, () => {
      writes += 1;
      if (writes === failing) throw new Error("no memory");
    });
    const build = buildIndexes(
      file.writer,
      Object.assign(() => "", { change }),
      1,
    );
    try {
      exec(file.writer, "CREATE INDEX i ON t (a)", [], undefined, build);
      ends.made += 1;
      expect(entriesOf(file, "i").entries).toHaveLength(100);
    } catch (thrown) {
      expect(String(thrown)).toContain("took back everything");
      ends.lost += 1;
    }
    if (writes >= failing || failing === 1) {
      file.writer.run("ROLLBACK");
      file.rolledBack();
    }
    expect(integrity(file)).toEqual(["ok"]);
    expect(all(file, "SELECT name FROM sqlite_schema").flat()).toEqual(
      writes >= failing ? ["other", "t"] : ["other", "t", "i"],
    );
    if (writes < failing) break;
  }
  expect(failing).toBeGreaterThan(10);
  expect(ends.made).toBeGreaterThan(ends.lost);
});

test("an obligation that is still open is left open, and the index to SQLite", async () => {
  const file = await connect();
  file.writer.run("ROLLBACK; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE");
  file.writer.run(
    "CREATE TABLE parent (id PRIMARY KEY); CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED); INSERT INTO child VALUES (1)",
  );
  expect(run(file, "CREATE INDEX i ON child (id)")).toBe(false);
  file.writer.run("INSERT INTO parent VALUES (1)");
  await file.commit(() => Promise.resolve());
  expect(readAll(file.reader, "PRAGMA integrity_check")).toEqual([["ok"]]);
});

const manyRows =
  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) INSERT INTO t SELECT 'airport ' || (i * 77 % 300), i % 50 FROM n";

test("a task has the index of its statement when it commits, and nothing of it when it fails", async () => {
  const { database } = await openDatabase();
  const indexes = "SELECT name FROM sqlite_schema WHERE type = 'index'";
  for (const isKept of [false, true]) {
    const id = attemptOf(`task ${isKept}`);
    const client = await attach(database, id);
    await client.exec("CREATE TABLE t (a, b)");
    await client.exec(manyRows);
    expect(await client.exec("CREATE INDEX i ON t (a, b)")).toEqual({
      changes: 0,
    });
    const sql =
      "SELECT count(*) AS n FROM t INDEXED BY i WHERE a = 'airport 7'";
    expect(await client.query(sql)).toEqual([{ n: 333 }]);
    await expect(client.exec("CREATE INDEX i ON t (b)")).rejects.toThrow(
      "SQLite: index i already exists",
    );
    expect(await client.query("PRAGMA integrity_check")).toEqual([
      { integrity_check: "ok" },
    ]);
    if (isKept) await database.commit(commitOf(id));
    else await database.rollback(id);
    const { rows: found } = await database.query(indexes, []);
    expect(found).toEqual(isKept ? [{ name: "i" }] : []);
  }
});

test("a statement of a task makes its index of pages where it is alone and the table is large", async () => {
  const transactions = new Transactions<Attempt>(
    await sqlite,
    pagesOf(new Uint8Array()),
  );
  onTestFinished(() => transactions.close());
  const attempt = makeAttempt("task", true);
  let isBuilt = false;
  const watched = {
    exec: (
      ...[owner, sql, parameters, otherWay]: Parameters<
        typeof transactions.exec
      >
    ) =>
      transactions.exec(
        owner,
        sql,
        parameters,
        otherWay &&
          ((writer, attached) => {
            const build = otherWay(writer, attached);
            return (statement, byItself) =>
              (isBuilt = build(statement, byItself));
          }),
      ),
  };
  const made = async (sql: string) => {
    isBuilt = false;
    const call = { method: "exec", call: 1, sql, parameters: [] } as const;
    const database = {
      transactions: watched,
      signs: new Signs(),
    } as unknown as OpenDatabase;
    await carryOut(database, attempt, call);
    return isBuilt;
  };
  expect(await made("CREATE TABLE t (a, b)")).toBe(false);
  expect(await made("CREATE INDEX i0 ON t (a)")).toBe(false);
  expect(await made("DROP INDEX i0")).toBe(false);
  expect(await made(manyRows)).toBe(false);
  expect(await made("CREATE INDEX i1 ON t (a)")).toBe(true);
  expect(
    await made("CREATE UNIQUE INDEX i2 ON t (b, a)").catch(String),
  ).toContain("UNIQUE constraint failed: t.b, t.a");
  // What fails behind it takes it back.
  await expect(
    made("CREATE INDEX i2 ON t (b); CREATE INDEX i1 ON t (b)"),
  ).rejects.toThrow("already exists");
  expect(await made("CREATE INDEX i2 ON t (b);")).toBe(true);
  const { rows } = await transactions.query(
    attempt,
    "PRAGMA integrity_check",
    [],
  );
  expect(rows).toEqual([{ integrity_check: "ok" }]);
});

test("views whose columns take long to find out keep no statement that makes an index waiting", async () => {
  const file = await connect();
  exec(file.writer, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  exec(file.writer, viewsOnViews("t"));
  expect(run(file, "CREATE INDEX few ON t (a)", 2)).toBe(false);
  expect(run(file, "CREATE INDEX enough ON t (a)")).toBe(true);
}, 5000);
