import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exec, query } from "../../../src/engine/database/execute.ts";
import { loadRows } from "../../../src/engine/database/load.ts";
import { quoteName } from "../../../src/core/sqliteRules.ts";
import type { OpenFile } from "../../../src/engine/database/databaseFile.ts";
import type { Connection } from "../../../src/engine/database/sqlite.ts";
import type {
  LoadRequest,
  SqlType,
  SqlValue,
} from "../../../src/engine/protocol.ts";
import { WaitingRows } from "../../../src/engine/database/waitingRows.ts";
import type { CheckedBatch } from "../../../src/engine/records/checkRecords.ts";
import { batchOf, connect, isWellFormed, makeRequest } from "./world.ts";

type Row = Record<string, SqlValue>;

function schemaOf(connection: Connection, table: string) {
  return Object.fromEntries(
    query(connection, "SELECT name, type FROM pragma_table_info(?)", [
      table,
    ]).rows.map((row) => [row.name, row.type]),
  );
}

describe.each([
  ["by statements", Infinity],
  ["as pages", 1],
])("rows that go in %s", (_, encodeFrom) => {
  function loadBatches(
    { writer, attach }: OpenFile,
    request: LoadRequest,
    batches: readonly CheckedBatch[],
  ) {
    return loadRows(
      writer,
      request,
      WaitingRows.of(batches),
      attach,
      encodeFrom,
    );
  }

  function load(
    file: OpenFile,
    table: string,
    rows: readonly Row[],
    options: Partial<LoadRequest> = {},
  ) {
    return loadBatches(file, makeRequest(table, options), [batchOf(rows)]);
  }

  describe("types", () => {
    test("a column without values takes what later loads bring as it is", async () => {
      const file = await connect();
      load(file, "t", [{ id: 1, later: null }]);
      load(file, "t", [
        { id: 2, later: 5 },
        { id: 3, later: 1.5 },
        { id: 4, later: "007" },
        { id: 5, later: null },
      ]);
      load(file, "t", [{ id: 6, later: 2, added: null }]);
      load(file, "t", [{ id: 7, later: 3, added: 2n ** 60n }]);
      const types = "SELECT typeof(later) later, typeof(added) added FROM t";
      expect(
        query(file.writer, types).rows.map((row) => Object.values(row)),
      ).toEqual([
        ["null", "null"],
        ["integer", "null"],
        ["real", "null"],
        ["text", "null"],
        ["null", "null"],
        ["integer", "null"],
        ["integer", "integer"],
      ]);
    });

    test("a column without values is added to a STRICT table too", async () => {
      const file = await connect();
      exec(file.writer, "CREATE TABLE t (id INTEGER) STRICT");
      load(file, "T", [{ id: 1, later: null, text: "x" }]);
      load(file, "t", [
        { id: 2, later: "007", text: "y" },
        { id: 3, later: 5, text: null },
      ]);
      expect(query(file.writer, "SELECT * FROM t").rows).toEqual([
        { id: 1, later: null, text: "x" },
        { id: 2, later: "007", text: "y" },
        { id: 3, later: 5, text: null },
      ]);
    });

    test("the type of a new column follows from all its values", async () => {
      const file = await connect();
      const { writer } = file;
      load(file, "t", [
        {
          i: 1,
          r: 1,
          t: "a",
          b: new Uint8Array([1]),
          n: null,
          m: 1,
          long: 2n ** 60n,
          nan: NaN,
          inf: Infinity,
          huge: 1e300,
          over: 2n ** 70n,
          mix: 2n ** 60n + 1n,
        },
        {
          i: 0,
          r: 0.5,
          t: "b",
          b: null,
          n: null,
          m: "x",
          long: 1,
          nan: 3,
          inf: 1,
          huge: 1,
          over: 1,
          mix: 0.5,
        },
      ]);
      expect(schemaOf(writer, "t")).toEqual({
        i: "INTEGER",
        r: "REAL",
        t: "TEXT",
        b: "BLOB",
        n: "",
        m: "TEXT",
        long: "INTEGER",
        nan: "INTEGER",
        inf: "REAL",
        huge: "REAL",
        over: "TEXT",
        mix: "TEXT",
      });
      expect(query(writer, "SELECT * FROM t").rows[0]).toEqual({
        i: 1,
        r: 1,
        t: "a",
        b: new Uint8Array([1]),
        n: null,
        m: "1",
        long: 2n ** 60n,
        nan: null,
        inf: Infinity,
        huge: 1e300,
        over: String(2n ** 70n),
        mix: String(2n ** 60n + 1n),
      });
    });

    test("a value that does not fit a requested type is named with its row and column, and nothing is loaded", async () => {
      const file = await connect();
      const { writer } = file;
      const rows = [{ code: 1 }, { code: "42" }, { code: "abc" }];
      expect(() =>
        load(file, "t", rows, { types: { code: "INTEGER" } }),
      ).toThrow(
        expect.objectContaining({
          code: "row-mismatch",
          message: expect.stringMatching(
            /^Row 3 .*"t".*"code" is INTEGER.*"abc"/,
          ) as unknown,
        }),
      );
      expect(query(writer, "SELECT * FROM sqlite_schema").rows).toEqual([]);
    });

    test.each<[SqlType, SqlValue, SqlValue | undefined]>([
      ["INTEGER", "42", 42],
      ["INTEGER", String(-(2n ** 63n)), -(2n ** 63n)],
      ["INTEGER", String(2n ** 63n), undefined],
      ["INTEGER", 3.0, 3],
      ["INTEGER", 1e18, 1_000_000_000_000_000_000n],
      ["INTEGER", 5_000_000_000, 5_000_000_000],
      ["INTEGER", 2.5, undefined],
      ["INTEGER", "", undefined],
      ["INTEGER", "0x10", undefined],
      ["INTEGER", Infinity, undefined],
      ["INTEGER", 2n ** 63n, undefined],
      ["INTEGER", new Uint8Array(1), undefined],
      ["REAL", 3, 3],
      ["REAL", "2.50", 2.5],
      ["REAL", "x", undefined],
      ["REAL", 2n ** 60n, 2 ** 60],
      ["TEXT", 5_000_000_000, "5000000000"],
      ["TEXT", 0.1, "0.1"],
      ["TEXT", 2n ** 70n, String(2n ** 70n)],
      ["TEXT", new Uint8Array(1), undefined],
      ["BLOB", new Uint8Array(), new Uint8Array()],
      ["BLOB", "text", undefined],
    ])("into %s goes %s as %s", async (type, value, stored) => {
      const file = await connect();
      const { writer } = file;
      exec(writer, `CREATE TABLE old (x ${type})`);
      for (const [table, types] of [
        ["t", { x: type }],
        ["old", {}],
      ] as const) {
        const attempt = () => load(file, table, [{ x: value }], { types });
        if (stored === undefined) {
          expect(attempt).toThrow(
            expect.objectContaining({ code: "row-mismatch" }),
          );
        } else {
          attempt();
          expect(query(writer, `SELECT x FROM ${table}`).rows).toEqual([
            { x: stored },
          ]);
        }
      }
    });

    const long = "12345678901234567";
    test.each<[string, SqlValue, SqlValue | undefined, SqlValue | undefined]>([
      ["INTEGER", "00501", undefined, 501],
      ["INTEGER", " +7 ", undefined, 7],
      ["INTEGER", " 6", undefined, 6],
      ["INTEGER", "1e3", undefined, 1000],
      ["INTEGER", "5.0", undefined, 5],
      ["INTEGER", "-0", undefined, 0],
      ["INTEGER", "9".repeat(1e6), undefined, undefined],
      ["REAL", "00501", undefined, 501],
      ["REAL", "+5", undefined, 5],
      ["REAL", "5.", undefined, 5],
      ["REAL", " 6 ", undefined, 6],
      ["REAL", "5.0", 5, 5],
      ["REAL", "-1.5e2", -150, -150],
      [
        "REAL",
        "0.12345678901234567890",
        0.12345678901234568,
        0.12345678901234568,
      ],
      ["REAL", "1e999", undefined, Infinity],
      ["REAL", long, undefined, Number(long)],
      ["REAL", BigInt(long), undefined, Number(long)],
      ["REAL", "1" + "0".repeat(22), 1e22, 1e22],
      ["REAL", 10n ** 400n, undefined, Infinity],
      ["DECIMAL(20,2)", `${long}.89`, undefined, undefined],
      [
        "DECIMAL(20,2)",
        "12345678901234.50000",
        12345678901234.5,
        12345678901234.5,
      ],
      ["NUMERIC", long, BigInt(long), BigInt(long)],
      [
        "NUMERIC",
        "0.000123456789012345",
        0.000123456789012345,
        0.000123456789012345,
      ],
      ["NUMERIC", "00501", undefined, undefined],
      ["NUMERIC", "123456789012345678901", undefined, undefined],
      ["DATE", "2024-01-31", "2024-01-31", "2024-01-31"],
      ["ANY", "00501", undefined, undefined],
      ["", "00501", "00501", "00501"],
    ])(
      "into %s of a table that exists goes only what loses nothing: %s as %s; where types ask for it, as %s",
      async (type, value, stored, asked) => {
        const file = await connect();
        const { writer } = file;
        exec(writer, `CREATE TABLE t (n, x ${type})`);
        const types = { x: type as SqlType };
        for (const [wanted, options] of [
          [stored, {}],
          [asked, { types }],
        ] as const) {
          exec(writer, "DELETE FROM t");
          const attempt = () => load(file, "t", [{ n: 1, x: value }], options);
          if (wanted === undefined)
            expect(attempt).toThrow(/^Row 1 .*"x" is (?:INTEGER|REAL|NUM)/);
          else {
            attempt();
            expect(query(writer, "SELECT x FROM t").rows).toEqual([
              { x: wanted },
            ]);
          }
        }
      },
    );

    test("ANY of a strict table keeps a text as it is", async () => {
      const file = await connect();
      const { writer } = file;
      exec(writer, "CREATE TABLE t (n ANY, x ANY) STRICT");
      load(file, "t", [{ n: 1, x: "00501" }], {});
      expect(query(writer, "SELECT x FROM t").rows).toEqual([{ x: "00501" }]);
    });

    test("a text that would lose something says how it can be loaded as a number", async () => {
      const file = await connect();
      exec(file.writer, "CREATE TABLE t (zip INTEGER)");
      expect(() => load(file, "t", [{ zip: "00501" }])).toThrow(
        'Row 1 does not fit the table "t": the column "zip" is INTEGER, and the value is the text "00501". Nothing was loaded. Correct the value, or, if the number is what counts, load with types: { "zip": "INTEGER" }.',
      );
    });

    test("a column without a type takes everything as it is", async () => {
      const file = await connect();
      const { writer } = file;
      exec(writer, "CREATE TABLE t (x, y NUMERIC)");
      const values = [
        1,
        5_000_000_000,
        2n ** 60n,
        0.5,
        "a",
        null,
        new Uint8Array([2]),
      ];
      load(
        file,
        "t",
        values.map((x) => ({ x, y: x })),
      );
      expect(query(writer, "SELECT x, y FROM t").rows).toEqual(
        values.map((x) => ({ x, y: x })),
      );
      expect(
        query(writer, "SELECT count(*) AS n FROM t WHERE typeof(x) = 'integer'")
          .rows,
      ).toEqual([{ n: 3 }]);
    });

    test("bytes mixed with other values are refused with both rows", async () => {
      const file = await connect();

      expect(() =>
        load(file, "t", [{ x: null }, { x: 1 }, { x: new Uint8Array() }]),
      ).toThrow(/bytes in row 3 and something else in row 2/);
    });
  });

  describe("tables", () => {
    test("columns that are new are added, in a later part or a later load", async () => {
      const file = await connect();
      const { writer } = file;
      loadBatches(file, makeRequest("t"), [
        batchOf([{ a: 1 }]),
        batchOf([{ b: "x", A_: 1 }]),
      ]);
      load(file, "T", [{ c: 0.5, A: 2 }]);
      expect(schemaOf(writer, "t")).toEqual({
        a: "INTEGER",
        b: "TEXT",
        A_: "INTEGER",
        c: "REAL",
      });
      expect(query(writer, "SELECT a, b, c FROM t").rows).toEqual([
        { a: 1, b: null, c: null },
        { a: null, b: "x", c: null },
        { a: 2, b: null, c: 0.5 },
      ]);
    });

    test("a column that the rows do not have gets its default", async () => {
      const file = await connect();
      const { writer } = file;
      exec(writer, "CREATE TABLE t (a, b DEFAULT 7, c AS (b + 1))");
      load(file, "t", [{ a: 1 }]);
      expect(query(writer, "SELECT * FROM t").rows).toEqual([
        { a: 1, b: 7, c: 8 },
      ]);
    });

    test("replace keeps nothing of the old table", async () => {
      const file = await connect();
      const { writer } = file;
      exec(
        writer,
        "CREATE TABLE t (old TEXT UNIQUE); INSERT INTO t VALUES ('a'); CREATE INDEX i ON t (old)",
      );
      const report = load(file, "t", [{ x: 1 }, { x: 2 }], { mode: "replace" });
      expect(report).toEqual({ table: "t", rows: 2, inserted: 2, updated: 0 });
      expect(schemaOf(writer, "t")).toEqual({ x: "INTEGER" });
      expect(query(writer, "SELECT name FROM sqlite_schema").rows).toEqual([
        { name: "t" },
      ]);
    });

    test("a replace that fails leaves the old table", async () => {
      const file = await connect();
      const { writer } = file;
      load(file, "t", [{ x: 1 }]);
      expect(() =>
        load(file, "t", [{ x: "a" }], {
          mode: "replace",
          types: { x: "REAL" },
        }),
      ).toThrow("Row 1");
      expect(query(writer, "SELECT * FROM t").rows).toEqual([{ x: 1 }]);
    });

    test("no rows make a table only of columns that are known", async () => {
      const file = await connect();
      const { writer } = file;
      const none = { table: "t", rows: 0, inserted: 0, updated: 0 };
      expect(load(file, "t", [])).toEqual(none);
      expect(query(writer, "SELECT * FROM sqlite_schema").rows).toEqual([]);
      expect(load(file, "t", [], { types: { a: "REAL" } })).toEqual(none);
      expect(schemaOf(writer, "t")).toEqual({ a: "REAL" });
      load(file, "t", [{ a: 1 }]);
      expect(load(file, "t", [], { mode: "replace" })).toEqual(none);
      expect(query(writer, "SELECT * FROM t").rows).toEqual([]);
      expect(schemaOf(writer, "t")).toEqual({ a: "REAL" });
    });

    test("columns without rows make a table that takes what comes, and leave one that is there as it is", async () => {
      const file = await connect();
      const { writer } = file;
      const none = (columns: string[]) => ({ ...batchOf([]), columns });
      const loadNone = (columns: string[], options: Partial<LoadRequest>) =>
        loadBatches(file, makeRequest("t", options), [none(columns)]);
      loadNone(["id", "name"], { mode: "upsert", key: ["id"] });
      expect(schemaOf(writer, "t")).toEqual({ id: "", name: "" });
      load(file, "t", [{ id: 1, name: "x" }]);
      load(file, "t", [{ id: 2, name: 5 }]);
      expect(query(writer, "SELECT * FROM t").rows).toEqual([
        { id: 1, name: "x" },
        { id: 2, name: 5 },
      ]);
      loadNone(["id", "more"], {});
      expect(schemaOf(writer, "t")).toEqual({ id: "", name: "" });
      loadNone(["more"], { mode: "replace", types: { more: "TEXT" } });
      expect(schemaOf(writer, "t")).toEqual({ more: "TEXT" });
    });

    test("columns without rows replace a table of other columns; those of before keep their types, and the table of the same ones its keys", async () => {
      const file = await connect();
      const { writer } = file;
      const loadNone = (columns: string[]) =>
        loadBatches(file, makeRequest("t", { mode: "replace" }), [
          { ...batchOf([]), columns },
        ]);
      load(file, "t", [{ id: 1, name: "x", gone: 2.5 }], { key: ["id"] });
      const before = query(writer, "SELECT sql FROM sqlite_schema").rows;
      loadNone(["Name", "id", "gone"]);
      expect(query(writer, "SELECT * FROM t").rows).toEqual([]);
      expect(query(writer, "SELECT sql FROM sqlite_schema").rows).toEqual(
        before,
      );
      loadNone(["id", "more", "name"]);
      expect(schemaOf(writer, "t")).toEqual({
        ...{ id: "INTEGER", more: "", name: "TEXT" },
      });
    });

    test("names that differ only in case are refused", async () => {
      const file = await connect();
      const { writer } = file;
      expect(() => load(file, "t", [{ Name: 1, name: 2 }])).toThrow(
        /"Name" and "name"/,
      );
      load(file, "t", [{ Ä: 1, ä: 2 }]);
      expect(Object.keys(schemaOf(writer, "t"))).toEqual(["Ä", "ä"]);
    });

    test("impossible names and views are refused in words", async () => {
      const file = await connect();
      const { writer } = file;
      exec(writer, "CREATE VIEW v AS SELECT 1 AS a");
      expect(() => load(file, "sqlite_x", [{ a: 1 }])).toThrow("SQLite's own");
      expect(() => load(file, "", [{ a: 1 }])).toThrow("empty name");
      expect(() => load(file, "a\0", [{ a: 1 }])).toThrow("NUL");
      expect(() => load(file, "t", [{ "\uD800": 1 }])).toThrow("character");
      expect(() => load(file, "t", [{}, {}])).toThrow("no columns");
      for (const mode of ["append", "replace"] as const)
        expect(() => load(file, "V", [{ a: 1 }], { mode })).toThrow("a view");
    });

    test("2,000 columns load, and one more is refused", async () => {
      const file = await connect();
      const { writer } = file;
      const wide = (count: number) =>
        Object.fromEntries(
          Array.from({ length: count }, (_, index) => [`c${index}`, index]),
        );
      load(file, "t", [wide(2000), wide(2000)]);
      load(file, "t", [wide(2000)]);
      expect(query(writer, "SELECT sum(c1999) AS s FROM t").rows).toEqual([
        { s: 5997 },
      ]);
      expect(() => load(file, "t", [{ one: 1, c1: 2 }])).toThrow(
        'The rows for "t" make 2001 columns, and SQLite takes 2000.',
      );
      expect(() => load(file, "u", [wide(2001)])).toThrow(
        "column c2000 for the table",
      );
    });

    test("a temporary table is not taken for one that stays", async () => {
      const file = await connect();
      const { writer } = file;
      exec(
        writer,
        "CREATE TABLE t (a); CREATE TEMP TABLE T (a); CREATE TEMP VIEW v AS SELECT 1",
      );
      for (const table of ["t", "V"])
        for (const mode of ["append", "replace"] as const)
          expect(() => load(file, table, [{ a: 1 }], { mode })).toThrow(
            `"${table}" is a temporary ${table === "t" ? "table" : "view"}, and rows go into tables that stay.`,
          );
      expect(query(writer, "SELECT * FROM main.t").rows).toEqual([]);
    });

    test("a row that leaves out a column that must not be NULL is told when its DEFAULT is stored", async () => {
      const file = await connect();
      exec(file.writer, "CREATE TABLE t (id, kind NOT NULL DEFAULT 'new')");
      expect(() =>
        load(file, "t", [
          { id: 1, kind: "old" },
          { id: 2, kind: null },
        ]),
      ).toThrow(
        `Row 2 does not fit the table "t": NOT NULL constraint failed: t.kind. Nothing was loaded. Give each row a value: the column's DEFAULT is only for loads in which no row has the column.`,
      );
      load(file, "t", [{ id: 3 }]);
      expect(query(file.writer, "SELECT * FROM t").rows).toEqual([
        { id: 3, kind: "new" },
      ]);
    });

    test.each(["append", "upsert"] as const)(
      "a generated column in an %s is told to be left out",
      async (mode) => {
        const file = await connect();
        exec(
          file.writer,
          "CREATE TABLE t (id PRIMARY KEY, twice AS (id * 2), thrice AS (id * 3) STORED)",
        );
        for (const column of ["twice", "thrice"])
          expect(() =>
            load(file, "t", [{ id: 1, [column]: 2 }], { mode, key: ["id"] }),
          ).toThrow(
            `The load into "t" failed, and nothing was loaded. SQLite: cannot INSERT into generated column "${column}". Leave it out of the rows: the table computes it.`,
          );
      },
    );
  });

  describe("upsert", () => {
    test("rows of the same key are updated and the others inserted; the last wins", async () => {
      const file = await connect();
      const { writer } = file;
      const options = { mode: "upsert", key: ["id"] } as const;
      expect(
        load(
          file,
          "t",
          [
            { id: 1, x: "a" },
            { id: 2, x: "b" },
            { id: 1, x: "c" },
          ],
          options,
        ),
      ).toEqual({ table: "t", rows: 3, inserted: 2, updated: 1 });
      expect(
        load(
          file,
          "t",
          [
            { ID: 2, x: "d" },
            { ID: 3, x: null },
          ],
          { mode: "upsert", key: ["Id"] },
        ),
      ).toEqual({ table: "t", rows: 2, inserted: 1, updated: 1 });
      expect(query(writer, "SELECT id, x FROM t ORDER BY id").rows).toEqual([
        { id: 1, x: "c" },
        { id: 2, x: "d" },
        { id: 3, x: null },
      ]);
      expect(load(file, "t", [{ id: 3 }], options).updated).toBe(1);
    });

    test("what a row leaves out stays as it is, and null takes it away", async () => {
      const file = await connect();
      const { writer } = file;
      const request = makeRequest("t", { mode: "upsert", key: ["id"] });
      const parts = (...rows: Row[]) => {
        let number = 1;
        return rows.map((row) => batchOf([row], number++));
      };
      loadBatches(
        file,
        request,
        parts({ id: 1, x: "a", y: 1 }, { id: 2, x: "b", y: 2 }, { id: 3 }),
      );
      expect(
        loadBatches(
          file,
          request,
          parts(
            { id: 1, y: 5 },
            { id: 2, x: null },
            { id: 3, z: 7 },
            { y: 4, id: 4 },
            { id: 1, x: "c" },
          ),
        ),
      ).toEqual({ table: "t", rows: 5, inserted: 1, updated: 4 });
      expect(query(writer, "SELECT * FROM t ORDER BY id").rows).toEqual([
        { id: 1, x: "c", y: 5, z: null },
        { id: 2, x: null, y: 2, z: null },
        { id: 3, x: null, y: null, z: 7 },
        { id: 4, x: null, y: 4, z: null },
      ]);
      expect(() =>
        loadBatches(file, request, parts({ id: 1 }, { x: "d" })),
      ).toThrow(/Row 2 .*key column "id"/);
    });

    test("the key of an existing table becomes unique, or the load fails clearly", async () => {
      const file = await connect();
      const { writer } = file;
      exec(
        writer,
        "CREATE TABLE t (a, b, x); INSERT INTO t VALUES (1, 1, 0), (1, 2, 0)",
      );
      load(file, "t", [{ a: 1, b: 2, x: 5 }], {
        mode: "upsert",
        key: ["b", "a"],
      });
      load(file, "t", [{ a: 1, b: 2, x: 6 }], {
        mode: "upsert",
        key: ["a", "b"],
      });
      expect(query(writer, "SELECT x FROM t ORDER BY b").rows).toEqual([
        { x: 0 },
        { x: 6 },
      ]);
      expect(
        query(writer, "SELECT count(*) AS n FROM pragma_index_list('t')").rows,
      ).toEqual([{ n: 1 }]);
      expect(() =>
        load(file, "t", [{ a: 1 }], { mode: "upsert", key: ["a"] }),
      ).toThrow(/already holds several rows with the same a/);
    });

    test("a key that is missing is named", async () => {
      const file = await connect();

      const options = { mode: "upsert", key: ["id"] } as const;
      expect(() => load(file, "t", [{ x: 1 }], options)).toThrow(
        /"id", which the rows do not have/,
      );
      expect(() => load(file, "t", [{ id: 1 }, { id: null }], options)).toThrow(
        /Row 2 .*key column "id"/,
      );
      expect(() => load(file, "t", [{ id: 1 }], { mode: "upsert" })).toThrow(
        "needs a key",
      );
      expect(() =>
        load(file, "t", [{ id: 1 }, { id: 1 }], { key: ["id"] }),
      ).toThrow(/Row 2 .*UNIQUE.*upsert/);
    });
  });

  test("the report counts the rows that the table took", async () => {
    const file = await connect();
    exec(
      file.writer,
      "CREATE TABLE t (id PRIMARY KEY, x UNIQUE ON CONFLICT IGNORE); CREATE TABLE u (n); CREATE TRIGGER log AFTER INSERT ON u BEGIN INSERT INTO t VALUES (new.n, new.n), (new.n + 0.5, new.n + 0.5); END; INSERT INTO t VALUES (1, 1)",
    );
    expect(
      load(file, "t", [
        { id: 2, x: 2 },
        { id: 3, x: 1 },
        { id: 4, x: 2 },
      ]),
    ).toEqual({ table: "t", rows: 3, inserted: 1, updated: 0 });
    expect(
      load(
        file,
        "t",
        [
          { id: 1, x: 5 },
          { id: 6, x: 6 },
          { id: 7, x: 6 },
        ],
        { mode: "upsert", key: ["id"] },
      ),
    ).toEqual({ table: "t", rows: 3, inserted: 1, updated: 1 });
    expect(load(file, "u", [{ n: 10 }, { n: 11 }])).toEqual({
      table: "u",
      rows: 2,
      inserted: 2,
      updated: 0,
    });
  });

  test.each([
    [
      'x, "the y" CHECK (x < "the y" + 0)',
      'CHECK constraint failed: x < "the y" + 0. In it "x" is the number 3 and "the y" is the text "-1".',
    ],
    [
      'x, "the y" TEXT, CONSTRAINT small CHECK (x < 3)',
      'CHECK constraint failed: small. In it "x" is the number 3 and "the y" is the text "-1".',
    ],
    [
      'x CHECK (length(X) > 1 OR x = 1), "the y"',
      'CHECK constraint failed: length(X) > 1 OR x = 1. In it "x" is the number 3.',
    ],
    [
      'x, "the y", UNIQUE ("the y")',
      'UNIQUE constraint failed: T.the y. In it "the y" is the text "-1".',
    ],
  ])(
    "a row that a constraint of (%s) refuses is told with its values",
    async (columns, told) => {
      const file = await connect();
      const { writer } = file;
      exec(writer, `CREATE TABLE T (${columns})`);
      const rows = [
        { x: 1, "the y": told.startsWith("UNIQUE") ? "-1" : "2" },
        { x: 3, "the y": "-1" },
      ];
      expect(() => load(file, "t", rows)).toThrow(
        expect.objectContaining({
          code: "row-mismatch",
          message: expect.stringContaining(
            `Row 2 does not fit the table "t": ${told} Nothing was loaded.`,
          ) as unknown,
        }),
      );
      expect(query(writer, "SELECT * FROM t").rows).toEqual([]);
    },
  );

  const value: fc.Arbitrary<SqlValue> = fc.oneof(
    fc.constant(null),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double().filter((n) => !Object.is(n, -0)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string({ unit: "binary" }).filter((text) => isWellFormed(text)),
  );
  const name = fc
    .oneof(
      fc.constantFrom(
        "select",
        "from",
        "group",
        "a b",
        'a"b',
        "x'; DROP TABLE keep; --",
        "__proto__",
        "rowid",
        "?1",
        "[x]",
      ),
      fc.string({ unit: "binary", minLength: 1, maxLength: 5 }),
    )
    .filter((text) => isWellFormed(text) && !text.includes("\0"));

  test("a load stores what inserting the rows one by one stores, whatever the names", async () => {
    const file = await connect();
    const { writer } = file;
    exec(writer, "CREATE TABLE keep (x); INSERT INTO keep VALUES (1)");
    writer.run("COMMIT");
    const table = fc
      .uniqueArray(name, {
        minLength: 1,
        maxLength: 4,
        selector: (text) => text.toLowerCase(),
      })
      .chain((names) =>
        fc.tuple(
          fc.constant(names),
          fc.array(fc.tuple(...names.map(() => value)), { maxLength: 8 }),
        ),
      );
    fc.assert(
      fc.property(table, name, ([names, rows], tableName) => {
        fc.pre(!/^(sqlite_|keep$)/i.test(tableName));
        writer.run("BEGIN IMMEDIATE");
        try {
          loadBatches(
            file,
            makeRequest(tableName, {
              mode: "replace",
              types: Object.fromEntries(names.map((n) => [n, "TEXT"])),
            }),
            [
              batchOf(
                rows.map((row) =>
                  Object.fromEntries(names.map((n, c) => [n, row[c]!])),
                ),
              ),
            ],
          );
          const stored = query(
            writer,
            `SELECT ${names.map(quoteName).join(", ")} FROM ${quoteName(tableName)}`,
          );
          expect(stored.total).toBe(rows.length);
          const text = (v: SqlValue) =>
            v === null || Number.isNaN(v) ? null : String(v);
          for (const [index, row] of stored.rows.entries())
            expect(stored.columns.map((column) => row[column])).toEqual(
              rows[index]!.map(text),
            );
          expect(query(writer, "PRAGMA main.integrity_check").rows).toEqual([
            { integrity_check: "ok" },
          ]);
          expect(query(writer, "SELECT x FROM keep").rows).toEqual([{ x: 1 }]);
          expect(
            query(writer, "SELECT count(*) AS n FROM sqlite_schema").rows,
          ).toEqual([{ n: 2 }]);
        } finally {
          writer.run("ROLLBACK");
          file.detachAll();
        }
      }),
    );
  });

  test("inferred columns give the values back, and an upsert is a map by key", async () => {
    const file = await connect();
    const { writer } = file;
    writer.run("COMMIT");
    const row = fc.record({
      k: fc.integer({ min: 0, max: 5 }),
      i: fc.oneof(
        fc.maxSafeInteger(),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.constant(null),
      ),
      r: fc.double().filter((n) => !Object.is(n, -0)),
      s: fc.string(),
    });
    const plain = (v: SqlValue) =>
      Number.isNaN(v)
        ? null
        : typeof v === "bigint" && Number.isSafeInteger(Number(v))
          ? Number(v)
          : v;
    fc.assert(
      fc.property(
        fc.array(fc.array(row, { minLength: 1, maxLength: 6 }), {
          minLength: 1,
          maxLength: 4,
        }),
        (loads) => {
          writer.run("BEGIN IMMEDIATE");
          try {
            const reference = new Map<number, Row>();
            for (const rows of loads) {
              const known = reference.size;
              for (const each of rows) reference.set(each.k, each);
              const report = load(file, "t", rows, {
                mode: "upsert",
                key: ["k"],
                types: { i: "INTEGER", r: "REAL" },
              });
              const inserted = reference.size - known;
              expect(report).toEqual({
                table: "t",
                rows: rows.length,
                inserted,
                updated: rows.length - inserted,
              });
            }
            expect(
              query(writer, "SELECT k, i, r, s FROM t ORDER BY k").rows,
            ).toEqual(
              [...reference.values()]
                .sort((a, b) => Number(a.k) - Number(b.k))
                .map(({ k, i, r, s }) => ({
                  k,
                  i: plain(i!),
                  r: plain(r!),
                  s,
                })),
            );
            expect(query(writer, "PRAGMA main.integrity_check").rows).toEqual([
              { integrity_check: "ok" },
            ]);
          } finally {
            writer.run("ROLLBACK");
            file.detachAll();
          }
        },
      ),
    );
  });
});
