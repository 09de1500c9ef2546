import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { OpenFile } from "../../../src/engine/database/databaseFile.ts";
import {
  encodedPageSize,
  fileTable,
} from "../../../src/engine/database/encode/schemaPage.ts";
import { TableFile } from "../../../src/engine/database/encode/tableFile.ts";
import { exec, readAll } from "../../../src/engine/database/execute.ts";
import { loadRows } from "../../../src/engine/database/load.ts";
import { fitValue } from "../../../src/engine/database/columnTypes.ts";
import { quoteName } from "../../../src/core/sqliteRules.ts";
import { openSqliteComparing } from "../../../src/engine/database/sqlite.ts";
import { WaitingRows } from "../../../src/engine/database/waitingRows.ts";
import type { LoadRequest, SqlValue } from "../../../src/engine/protocol.ts";
import type { CheckedBatch } from "../../../src/engine/records/checkRecords.ts";
import {
  attach as attachAttempt,
  attemptOf,
  batchOf,
  checked,
  commitOf,
  connect,
  makeRequest,
  openDatabase,
  sentBatchOf,
  sqlite,
  wasmBytes,
} from "./world.ts";

type Row = Record<string, SqlValue>;

/** Loads as pages only; says how often a page of rows was read. */
function loadPages(
  { writer, attach }: OpenFile,
  table: string,
  batches: readonly CheckedBatch[],
  options: Partial<LoadRequest> = {},
) {
  let reads = 0;
  const pages = new Set<number>();
  const prepared = vi.spyOn(writer, "prepare");
  try {
    const report = loadRows(
      writer,
      makeRequest(table, options),
      WaitingRows.of(batches),
      (given) => {
        const read = given.read.bind(given);
        given.read = (target, offset) => {
          if (offset >= encodedPageSize) {
            reads += 1;
            pages.add(offset);
          }
          return read(target, offset);
        };
        return attach!(given);
      },
      1,
    );
    const inserts = prepared.mock.calls.filter(([sql]) =>
      sql.startsWith("INSERT"),
    );
    expect(inserts).toEqual([]);
    return { report, reads, pages: pages.size };
  } finally {
    prepared.mockRestore();
  }
}

/** Every cell with its type, as SQLite writes it down. */
function cells({ writer }: OpenFile, table: string): unknown[][] {
  const columns = readAll(
    writer,
    "SELECT name FROM pragma_table_xinfo(?, 'main')",
    [table],
  );
  const texts = columns.map(([name]) => {
    const column = `${quoteName(table)}.${quoteName(String(name))}`;
    return `typeof(${column}) || CASE typeof(${column}) WHEN 'text' THEN hex(${column}) ELSE quote(${column}) END`;
  });
  const rows: unknown[][] = readAll(
    writer,
    `SELECT rowid FROM main.${quoteName(table)} ORDER BY 1`,
  );
  // A hundred columns at once: more terms than that SQLite does not take in all.
  for (let from = 0; from < texts.length; from += 100) {
    const part = readAll(
      writer,
      `SELECT ${texts.slice(from, from + 100).join(", ")} FROM main.${quoteName(table)} ORDER BY rowid`,
    );
    for (const [row, values] of part.entries()) rows[row]!.push(...values);
  }
  return rows;
}

function integrity({ writer }: OpenFile): unknown {
  return readAll(writer, "PRAGMA main.integrity_check");
}

/** Begins anew, so that files may be attached again. */
function again(file: OpenFile): void {
  file.writer.run("ROLLBACK");
  file.detachAll();
  file.writer.run("BEGIN IMMEDIATE");
}

/** Does the same in two databases, with pages and with statements; both must have the same cells then. */
function compare(
  [pages, statements]: readonly [OpenFile, OpenFile],
  loads: readonly {
    batches: readonly CheckedBatch[];
    options?: Partial<LoadRequest>;
  }[],
  schema = "",
): void {
  for (const file of [pages, statements]) {
    again(file);
    if (schema) file.writer.run(schema);
  }
  for (const { batches, options } of loads) {
    const { report } = loadPages(pages, "t", batches, options);
    const request = makeRequest("t", options);
    expect(report).toEqual(
      loadRows(statements.writer, request, WaitingRows.of(batches), undefined),
    );
  }
  expect(cells(pages, "t")).toEqual(cells(statements, "t"));
  expect(integrity(pages)).toEqual([["ok"]]);
}

async function connectTwo(): Promise<[OpenFile, OpenFile]> {
  return [await connect(), await connect()];
}

const border = fc
  .tuple(
    fc.constantFrom(7, 8, 15, 16, 23, 24, 31, 32, 47, 48, 53, 62, 63),
    fc.integer({ min: -2, max: 2 }),
    fc.boolean(),
  )
  .map(([bits, near, isNegative]) => {
    const value = (isNegative ? -1n : 1n) * 2n ** BigInt(bits) + BigInt(near);
    return BigInt.asIntN(64, value);
  });
const integer = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer(),
  fc.maxSafeInteger(),
  border,
);
const number = fc.oneof(
  integer,
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 5e-324, 1e16, 1e300, 2 ** 47),
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "\0", "a\0b", "😀", "\uD800", "\uFEFFx", "12", " 1.5e3 "),
  fc.nat({ max: 200 }).map((length) => "é".repeat(length)),
);
const bytes = fc.uint8Array({ maxLength: 200 });
const kinds = {
  INTEGER: integer,
  REAL: number,
  TEXT: fc.oneof(number, text),
  BLOB: bytes,
  ANY: fc.oneof(number, text, bytes),
  NUMERIC: fc.oneof(number, text, bytes),
};
type Kind = keyof typeof kinds;

const maybe = (value: fc.Arbitrary<SqlValue>) =>
  fc.option(value, { freq: 6, nil: null });

/** Values of a kind that columns of a table that exists take. */
const fitting = (kind: Kind) =>
  (kinds[kind] as fc.Arbitrary<SqlValue>).filter(
    (value) => fitValue(value, kind) !== undefined,
  );

/** Batches of rows of columns of these kinds, of which a row may lack some. */
const batchesOf = (
  columns: readonly Kind[],
  valuesOf: (kind: Kind) => fc.Arbitrary<SqlValue> = (kind) => kinds[kind],
) =>
  fc
    .array(
      fc.array(
        fc.record(
          Object.fromEntries(
            columns.map((kind, at) => [`${kind}${at}`, maybe(valuesOf(kind))]),
          ),
          { requiredKeys: [] },
        ) as fc.Arbitrary<Row>,
        { minLength: 1, maxLength: 12 },
      ),
      { minLength: 1, maxLength: 4 },
    )
    // The first row brings all columns, so that there is at least one.
    .map((parts) => [
      [
        Object.fromEntries(columns.map((kind, at) => [`${kind}${at}`, null])),
        ...parts[0]!,
      ],
      ...parts.slice(1),
    ])
    .map((parts) => parts.map(batchOf));

const columnList = fc.array(
  fc.constantFrom<Kind>("INTEGER", "REAL", "TEXT", "BLOB"),
  { minLength: 1, maxLength: 6 },
);

describe("rows as pages", () => {
  test("make the table that inserting them one by one makes, in new tables", async () => {
    const files = await connectTwo();
    const loads = columnList.chain((columns) =>
      fc.tuple(batchesOf(columns), batchesOf(columns)),
    );
    fc.assert(
      fc.property(loads, ([first, second]) => {
        compare(files, [{ batches: first }, { batches: first }]);
        const options = { mode: "replace" } as const;
        compare(files, [{ batches: first }, { batches: second, options }]);
      }),
    );
  });

  test("take the types that are asked for", async () => {
    const files = await connectTwo();
    const typed = columnList.chain((columns) =>
      batchesOf(columns).map((batches) => ({ columns, batches })),
    );
    fc.assert(
      fc.property(typed, ({ columns, batches }) =>
        compare(files, [
          {
            batches,
            options: {
              types: Object.fromEntries(
                columns.map((kind, at) => [
                  `${kind}${at}`,
                  kind === "BLOB" ? "BLOB" : kind === "REAL" ? kind : "TEXT",
                ]),
              ),
            },
          },
        ]),
      ),
    );
  });

  const all = Object.keys(kinds) as Kind[];
  const declarations = all.map((kind, at) =>
    `${kind}${at} ${kind === "ANY" ? "" : kind}`.trim(),
  );
  test.each([
    ["plain", `CREATE TABLE t (${declarations.join(", ")})`],
    ["with other columns", `CREATE TABLE t (x, ${declarations.join(", ")}, y)`],
    [
      "with defaults and generated columns",
      `CREATE TABLE t (x DEFAULT 'd', ${declarations.join(", ")}, y AS (ANY4))`,
    ],
    [
      "with an index",
      `CREATE TABLE t (${declarations.join(", ")}); CREATE INDEX i ON t (TEXT2, ANY4)`,
    ],
    [
      "with a rowid of its own",
      `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, ${declarations.join(", ")})`,
    ],
    [
      "with a check and a collation",
      `CREATE TABLE t (x COLLATE NOCASE, ${declarations.join(", ")}, CHECK (TEXT2 IS NOT 5.5))`,
    ],
    [
      "with rows",
      `CREATE TABLE t (${declarations.join(", ")}); INSERT INTO t (rowid, ANY4) VALUES (7, 'seven')`,
    ],
  ])("do the same in a table %s", async (_, schema) => {
    const files = await connectTwo();
    fc.assert(
      fc.property(batchesOf(all, fitting), (batches) =>
        compare(files, [{ batches }], schema),
      ),
      { numRuns: 60 },
    );
  });

  test.each([
    ["new", ""],
    ["WITHOUT ROWID", "CREATE TABLE t (k PRIMARY KEY, v, w) WITHOUT ROWID"],
    ["with a unique index", "CREATE TABLE t (v, k, w DEFAULT 3, UNIQUE (k))"],
  ])("are matched by key in a table that is %s", async (_, schema) => {
    const files = await connectTwo();
    const row = fc.record({
      k: fc.oneof(fc.nat({ max: 9 }), fc.nat({ max: 9 }).map(String)),
      v: maybe(text),
    });
    const batch = fc.array(row, { minLength: 1, maxLength: 10 }).map(batchOf);
    const loads = fc.array(fc.array(batch, { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 3,
    });
    const options = { mode: "upsert", key: ["k"] } as const;
    const read = ({ writer }: OpenFile) =>
      readAll(writer, "SELECT quote(k), hex(v) FROM t ORDER BY 1");
    const [pages, statements] = files;
    fc.assert(
      fc.property(loads, (parts) => {
        for (const file of files) {
          again(file);
          if (schema) file.writer.run(schema);
        }
        for (const batches of parts)
          expect(loadPages(pages, "t", batches, options).report).toEqual(
            loadRows(
              statements.writer,
              makeRequest("t", options),
              WaitingRows.of(batches),
              undefined,
            ),
          );
        expect(read(pages)).toEqual(read(statements));
        expect(integrity(pages)).toEqual([["ok"]]);
      }),
    );
  });

  test("may be longer than a page, in one chain or in many", async () => {
    const files = await connectTwo();
    const long = (length: number) => ({
      a: length,
      text: "x".repeat(length),
      bytes: new Uint8Array(length).fill(7),
      end: 0.5,
    });
    compare(files, [
      {
        batches: [
          batchOf([100_000, 0, 1, 32_000, 70_000].map(long)),
          batchOf(Array.from({ length: 90 }, (_, at) => long(16_300 + at))),
          batchOf([long(1_000_000)]),
        ],
      },
    ]);
    // Around the length at which a record leaves its cell.
    compare(files, [
      {
        batches: [
          batchOf(
            Array.from({ length: 120 }, (_, at) => ({
              text: "y".repeat(32_660 + at),
            })),
          ),
        ],
      },
    ]);
  });

  test("have 2,000 columns of any name, and a header longer than one byte can say", async () => {
    const files = await connectTwo();
    const wide = (seed: number) =>
      Object.fromEntries(
        Array.from({ length: 2000 }, (_, at) => [
          at === 3 ? 'a "b" [c]' : at === 4 ? "select" : `c${at}`,
          at % 3 === 0 ? "z".repeat((at + seed) % 300) : at * seed - 5000,
        ]),
      );
    compare(files, [
      { batches: [batchOf([wide(1), wide(2), wide(77)]), batchOf([wide(9)])] },
    ]);
  });

  test("are read once each, whatever their number, and copied without a look at their values", async () => {
    const file = await connect();
    const count = 300_000;
    const part = (from: number, to: number) =>
      batchOf(
        Array.from({ length: to - from }, (_, at) => ({
          id: from + at,
          text: `row ${from + at}`,
        })),
      );
    const { report, reads, pages } = loadPages(file, "t", [
      part(0, 120_000),
      part(120_000, 120_001),
      part(120_001, count),
    ]);
    expect(report.inserted).toBe(count);
    expect(reads).toBe(pages);
    expect(
      readAll(
        file.writer,
        "SELECT count(*), sum(id), min(rowid), max(rowid), sum(text = 'row ' || id) FROM t",
      ),
    ).toEqual([[count, (count * (count - 1)) / 2, 1, count, count]]);
    expect(integrity(file)).toEqual([["ok"]]);

    const opcodes = readAll(
      file.writer,
      `EXPLAIN INSERT INTO main.t SELECT * FROM flowbook_load_1."${fileTable}"`,
    ).map(([, opcode]) => opcode);
    expect(opcodes).toContain("RowCell");
  });

  test("in very many batches hang under a root of several levels", async () => {
    const file = await connect();
    const batch = batchOf([{ a: 1 }]);
    const batches = new Array<CheckedBatch>(5000).fill(batch);
    const { reads, pages } = loadPages(file, "t", batches);
    expect(reads).toBe(pages);
    expect(
      readAll(file.writer, "SELECT count(*), sum(a), max(rowid) FROM t"),
    ).toEqual([[5000, 5000, 5000]]);
    expect(integrity(file)).toEqual([["ok"]]);
  });

  test("leave the page of SQLite's locks alone", () => {
    // As many rows as it takes to get there, each on a page of its own.
    const rows = 2 ** 30 / encodedPageSize + 5;
    const one = checked(sentBatchOf([{ a: new Uint8Array(30_000) }]));
    const file = new TableFile(
      ["BLOB"],
      new Array<CheckedBatch>(rows).fill(one),
    );
    const lock = 2 ** 30 / encodedPageSize + 1;
    const page = new Uint8Array(encodedPageSize);
    const read = (number: number) =>
      file.read(page, (number - 1) * encodedPageSize);
    expect(() => read(lock)).toThrow("no page");
    expect(read(lock - 1)).toBe(encodedPageSize);
    expect(read(lock + 1)).toBe(encodedPageSize);
  });
});

describe("a load as pages", () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, id) => ({ id, name: `n${id}` }));

  test.each([
    [
      "a check",
      "CREATE TABLE t (id CHECK (id <> 1500), name)",
      /Row 1501 .*CHECK/,
    ],
    ["NOT NULL", "CREATE TABLE t (id, name, x NOT NULL)", /Row 1 .*NOT NULL/],
    [
      "a unique index",
      "CREATE TABLE t (id UNIQUE, name); INSERT INTO t (id) VALUES (1700)",
      /Row 1701 .*UNIQUE/,
    ],
    [
      "a strict type",
      "CREATE TABLE t (id TEXT, name INT) STRICT",
      /Row 1 .*"name" is INTEGER/,
    ],
    [
      "a trigger",
      "CREATE TABLE t (id, name); CREATE TRIGGER g BEFORE INSERT ON t WHEN new.id = 1800 BEGIN SELECT RAISE(ABORT, 'no'); END",
      /no/,
    ],
  ])(
    "that %s refuses names the row and leaves nothing",
    async (_, schema, message) => {
      const { writer, attach } = await connect();
      exec(writer, `${schema}; CREATE TABLE other AS SELECT 1 AS x`);
      const before = readAll(writer, "SELECT count(*) FROM t");
      expect(() =>
        loadRows(
          writer,
          makeRequest("t"),
          WaitingRows.of([
            batchOf(rows(1000)),
            batchOf(rows(2000).slice(1000)),
          ]),
          attach,
        ),
      ).toThrow(message);
      expect(readAll(writer, "SELECT count(*) FROM t")).toEqual(before);
      expect(readAll(writer, "SELECT x FROM other")).toEqual([[1]]);
      expect(readAll(writer, "PRAGMA main.integrity_check")).toEqual([["ok"]]);
    },
  );

  test("runs the triggers of its table", async () => {
    const { writer, attach } = await connect();
    exec(
      writer,
      "CREATE TABLE t (id, name); CREATE TABLE seen (id); CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO seen VALUES (new.id); END",
    );
    loadRows(
      writer,
      makeRequest("t"),
      WaitingRows.of([batchOf(rows(2000))]),
      attach,
    );
    expect(readAll(writer, "SELECT count(*), sum(id) FROM seen")).toEqual([
      [2000, 1_999_000],
    ]);
  });

  test("loads all the same where no further file can be attached, or none at all", async () => {
    const { writer, attach } = await connect();
    for (let load = 0; load < 12; load += 1)
      loadRows(
        writer,
        makeRequest("t"),
        WaitingRows.of([batchOf(rows(1000))]),
        attach,
      );
    expect(readAll(writer, "SELECT count(*) FROM t")).toEqual([[12_000]]);

    const other = (await openSqliteComparing(wasmBytes)).connect();
    onTestFinished(() => other.close());
    expect(other.attach).toBeUndefined();
    other.writer.run("BEGIN");
    loadRows(
      other.writer,
      makeRequest("t"),
      WaitingRows.of([batchOf(rows(1000))]),
      undefined,
    );
    expect(readAll(other.writer, "SELECT count(*) FROM t")).toEqual([[1000]]);
  });

  test("loads into a database in UTF-16", async () => {
    const file = (await sqlite).connect();
    onTestFinished(() => file.close());
    file.writer.run(
      "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (id, name); BEGIN",
    );
    loadRows(
      file.writer,
      makeRequest("t"),
      WaitingRows.of([batchOf(rows(2000))]),
      file.attach,
    );
    expect(readAll(file.writer, "SELECT count(*), max(name) FROM t")).toEqual([
      [2000, "n999"],
    ]);
  });

  test("that fails half way in reading its pages leaves the rest of the transaction", async () => {
    const { writer, attach } = await connect();
    exec(writer, "CREATE TABLE kept (x); INSERT INTO kept VALUES (1)");
    const batches = [batchOf(rows(60_000)), batchOf(rows(60_000))];
    loadRows(writer, makeRequest("t"), WaitingRows.of(batches), (file) => {
      const read = file.read.bind(file);
      let reads = 0;
      file.read = (target, offset) => {
        reads += 1;
        if (reads > 60) throw new Error("out of memory");
        return read(target, offset);
      };
      return attach!(file);
    });
    expect(readAll(writer, "SELECT count(*) FROM t")).toEqual([[120_000]]);
    expect(readAll(writer, "SELECT x FROM kept")).toEqual([[1]]);
    writer.run("COMMIT");
    expect(readAll(writer, "PRAGMA main.integrity_check")).toEqual([["ok"]]);
  });

  test("is committed with its task or taken back with it, and leaves nothing attached", async () => {
    const { database } = await openDatabase();
    const first = await attachAttempt(database, attemptOf("first"));
    await first.load("t", rows(3000));
    await first.load("u", rows(2000));
    expect(await first.query("SELECT count(*) AS n FROM t, u")).toEqual([
      { n: 6_000_000 },
    ]);
    await database.commit(commitOf(attemptOf("first")));

    const second = await attachAttempt(database, attemptOf("second"));
    await second.load("t", rows(3000));
    await second.exec("INSERT INTO t (id) VALUES (-1)");
    await database.rollback(attemptOf("second"));
    const third = await attachAttempt(database, attemptOf("third"));
    await third.exec("UPDATE t SET name = 'new' WHERE id = 5");
    expect(
      await third.query(
        "SELECT (SELECT count(*) FROM t) AS n, (SELECT count(*) FROM pragma_database_list WHERE name NOT IN ('main', 'temp')) AS files",
      ),
    ).toEqual([{ n: 3000, files: 0 }]);
  });
});
