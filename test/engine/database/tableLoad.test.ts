import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type {
  Attach,
  OpenFile,
} from "../../../src/engine/database/databaseFile.ts";
import { exec, query, readAll } from "../../../src/engine/database/execute.ts";
import { loadRows } from "../../../src/engine/database/load.ts";
import { quoteName } from "../../../src/core/sqliteRules.ts";
import type { VfsFile } from "../../../src/engine/database/pageVfs.ts";
import type { Connection } from "../../../src/engine/database/sqlite.ts";
import { TableLoad } from "../../../src/engine/database/tableLoad.ts";
import type { Shelf } from "../../../src/engine/database/shelf.ts";
import { WaitingRows } from "../../../src/engine/database/waitingRows.ts";
import type {
  LoadReport,
  LoadRequest,
  SqlValue,
} from "../../../src/engine/protocol.ts";
import type { CheckedBatch } from "../../../src/engine/records/checkRecords.ts";
import { RowBatcher } from "../../../src/engine/sandbox/kernel/rowBatch.ts";
import {
  attach,
  attemptOf,
  checked,
  commitOf,
  connect,
  makeRequest,
  openDatabase,
} from "./world.ts";

type Row = Record<string, SqlValue>;

/** The parts as one task sends them, one batch each. */
function batchesOf(parts: readonly (readonly Row[])[]): CheckedBatch[] {
  const batcher = new RowBatcher("t");
  return parts.map((rows) => {
    for (const row of rows) batcher.add(row);
    return checked(batcher.take().batch);
  });
}

/**
 * Loads part by part, and inserts each as soon as it is there, if it can be; says whether some were before the end. What is of no
 * more use then is overwritten, as by whoever goes on to write into it.
 */
function loadEarly(
  { writer, attach }: OpenFile,
  request: LoadRequest,
  batches: readonly CheckedBatch[],
  makeWaiting?: () => WaitingRows,
): { report: LoadReport; wasStaged: boolean } {
  const load = new TableLoad(request, makeWaiting);
  for (const batch of batches) {
    load.add({ ...batch, records: batch.records.slice() });
    for (const { records } of load.insertWaiting(writer, attach))
      records.fill(255);
  }
  const wasStaged = load.hasInserted;
  return { report: load.finish(writer, attach), wasStaged };
}

function tables({ writer }: OpenFile): unknown {
  return readAll(
    writer,
    "SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY name",
  );
}

function cells({ writer }: OpenFile, table: string): unknown {
  const names = readAll(
    writer,
    "SELECT name FROM pragma_table_info(?, 'main')",
    [table],
  );
  const shown = names.map(([name]) => {
    const column = quoteName(String(name));
    return `typeof(${column}), CASE typeof(${column}) WHEN 'text' THEN hex(${column}) ELSE quote(${column}) END`;
  });
  return readAll(
    writer,
    `SELECT rowid, ${shown.join(", ")} FROM main.${quoteName(table)} ORDER BY rowid`,
  );
}

function integrity({ writer }: OpenFile): unknown {
  return readAll(writer, "PRAGMA main.integrity_check");
}

/**
 * Of a key whose numbers are the rows' own, a row without one gets the number after the largest. Behind the very last one SQLite
 * draws lots, so that no two tables would be the same.
 */
const largestKey = 2n ** 63n - 1n - 100n;

const kinds: readonly fc.Arbitrary<SqlValue>[] = [
  fc.constant(null),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: largestKey }),
  fc.double(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "a\0b", "ü".repeat(20_000), "12", "1.50"),
  fc.uint8Array({ maxLength: 40_000 }),
];

/** Parts in which a column is mostly of one kind, but may change from part to part. */
const someParts = fc
  .array(
    fc.record({
      kinds: fc.tuple(
        ...["a", "b", "c"].map(() => fc.nat({ max: kinds.length - 1 })),
      ),
      isNarrow: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .chain((parts) =>
    fc.tuple(
      ...parts.map(({ kinds: chosen, isNarrow }) =>
        fc.array(
          fc.record(
            Object.fromEntries(
              ["a", "b", "c"]
                .slice(0, isNarrow ? 2 : 3)
                .map((name, index) => [
                  name,
                  fc.oneof(kinds[chosen[index]!]!, fc.constant(null)),
                ]),
            ),
          ),
          { minLength: 1, maxLength: 6 },
        ),
      ),
    ),
  );

describe("a load whose rows are inserted while they come", () => {
  test("keeps its order when it has to wait after all, whatever its columns are called", async () => {
    const file = await connect();
    const names = ["ROWID", "_rowid_", "oid"];
    const row = (n: number, last: SqlValue) => ({
      n,
      ...Object.fromEntries(names.map((name) => [name, 10 - n])),
      last,
    });
    loadEarly(
      file,
      makeRequest("t"),
      batchesOf([[row(1, 1), row(2, 2)], [row(3, "x")]]),
    );
    expect(readAll(file.writer, "SELECT n FROM t").flat()).toEqual([1, 2, 3]);
  });

  test("leaves what a load of all rows at once leaves, or the same error", async () => {
    const [early, late] = [await connect(), await connect()];
    await fc.assert(
      fc.property(
        someParts,
        fc.constantFrom("append" as const, "replace" as const),
        fc.constantFrom("", "CREATE TABLE t (a INTEGER, old)"),
        fc.constantFrom<LoadRequest["types"]>(
          {},
          { a: "TEXT" },
          { d: "REAL" },
          { x: "REAL", c: "TEXT" },
        ),
        (parts, mode, schema, types) => {
          for (const file of [early, late]) {
            file.writer.run("ROLLBACK");
            file.rolledBack();
            file.detachAll();
            file.writer.run("BEGIN IMMEDIATE");
            if (schema) exec(file.writer, schema);
          }
          const request = makeRequest("t", { mode, types });
          const batches = batchesOf(parts);
          const outcome = (load: () => LoadReport) => {
            try {
              return load();
            } catch (thrown) {
              return String(thrown);
            }
          };
          const one = outcome(() => loadEarly(early, request, batches).report);
          const other = outcome(() =>
            loadRows(
              late.writer,
              request,
              WaitingRows.of(batches),
              late.attach,
            ),
          );
          expect(one).toEqual(other);
          expect(tables(early)).toEqual(tables(late));
          if (typeof one === "object")
            expect(cells(early, "t")).toEqual(cells(late, "t"));
          expect(integrity(early)).toEqual([["ok"]]);
        },
      ),
      { numRuns: 100 },
    );
  });

  const numbers = (from: number, count: number): Row[] =>
    Array.from({ length: count }, (_, index) => ({
      id: from + index,
      text: `text ${from + index}`.repeat(9),
    }));

  test("brings more parts than SQLite can attach files", async () => {
    const file = await connect();
    const parts = Array.from({ length: 40 }, (_, part) =>
      numbers(part * 1000, part % 2 ? 1 : 1000),
    );
    const { wasStaged, report } = loadEarly(
      file,
      makeRequest("t"),
      batchesOf(parts),
    );
    expect(wasStaged).toBe(true);
    expect(report.rows).toBe(20_020);
    expect(cells(file, "t")).toHaveLength(20_020);
    expect(
      readAll(file.writer, "SELECT count(DISTINCT id), sum(id) FROM t"),
    ).toEqual([
      [20_020, parts.flat().reduce((sum, { id }) => sum + Number(id), 0)],
    ]);
    expect(integrity(file)).toEqual([["ok"]]);
  });

  test("lets batches go that are in the table as pages, and keeps those that SQLite still reads", async () => {
    const file = await connect();
    const batches = batchesOf([numbers(0, 1000), numbers(1000, 1000)]);
    const load = new TableLoad(makeRequest("t"));
    const insert = (batch: CheckedBatch) => {
      load.add(batch);
      return load.insertWaiting(file.writer, file.attach);
    };
    expect(insert(batches[0]!)).toEqual([batches[0]]);
    file.writer.run("CREATE TABLE other (n)");
    expect(insert(batches[1]!)).toEqual([]);
    expect(load.finish(file.writer, file.attach).rows).toBe(2000);
    expect(integrity(file)).toEqual([["ok"]]);
  });

  test("gives the buffer of its rows back to the task", async () => {
    const { database } = await openDatabase();
    const { port1, port2 } = new MessageChannel();
    await database.attach(attemptOf("a"), port2, { write: true });
    const batcher = new RowBatcher("t");
    for (const row of numbers(0, 12_000)) batcher.add(row);
    const { batch, buffers } = batcher.take();
    const { byteLength } = batch.records.buffer;
    port1.postMessage(
      {
        call: 1,
        method: "load-begin",
        load: 1,
        request: makeRequest("t"),
      },
      [],
    );
    port1.postMessage(
      { call: 2, method: "load-rows", load: 1, batch },
      buffers,
    );
    const answers: unknown[] = [];
    await new Promise<void>((resolve) => {
      port1.onmessage = ({ data }) => {
        if (answers.push(data) === 2) resolve();
      };
    });
    expect(answers[1]).toEqual({
      call: 2,
      ok: true,
      value: [expect.anything()],
    });
    const [buffer] = (answers[1] as { value: ArrayBuffer[] }).value;
    expect(buffer!.byteLength).toBe(byteLength);
    port1.close();
  });

  test("can replace a table that views and triggers speak of", async () => {
    const file = await connect();
    exec(
      file.writer,
      "CREATE TABLE t (id); CREATE VIEW v AS SELECT id FROM t; CREATE TABLE u (id); CREATE TRIGGER on_u AFTER INSERT ON u BEGIN INSERT INTO t (id) VALUES (new.id); END",
    );
    const { wasStaged } = loadEarly(
      file,
      makeRequest("t", { mode: "replace" }),
      batchesOf([numbers(0, 5), numbers(5, 5)]),
    );
    expect(wasStaged).toBe(true);
    exec(file.writer, "INSERT INTO u VALUES (77)");
    expect(readAll(file.writer, "SELECT count(*), max(id) FROM v")).toEqual([
      [11, 77],
    ]);
  });
});

/** A shelf as a browser has one; `count` says how many Blobs there are, `read` how often one was read. */
function makeShelf() {
  const kept = new Map<Blob, Uint8Array>();
  const shelf = {
    count: 0,
    reads: 0,
    keep(bytes: Uint8Array): Blob {
      const blob = new Blob([bytes as BlobPart]);
      kept.set(blob, bytes.slice());
      shelf.count += 1;
      return blob;
    },
    read(blob: Blob): Uint8Array {
      shelf.reads += 1;
      return kept.get(blob)!.slice();
    },
  };
  return shelf satisfies Shelf;
}

describe("a load whose rows wait until all are there", () => {
  const schemas = [
    "",
    "CREATE TABLE t (a, b, c)",
    "CREATE TABLE t (a INTEGER, b TEXT DEFAULT 'none', old)",
    "CREATE TABLE t (b REAL, a TEXT, CHECK (a <> '12'))",
    "CREATE TABLE t (a INTEGER UNIQUE, b, c); CREATE INDEX i ON t (b); INSERT INTO t VALUES (1, 2, 3)",
    "CREATE TABLE t (a, b); CREATE TABLE seen (a); CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO seen VALUES (new.a); END",
  ];
  test.each([0, 40])(
    "leaves the same, or the same error, when more than %i bytes of them are on a shelf",
    async (held) => {
      const [early, late] = [await connect(), await connect()];
      const shelf = makeShelf();
      fc.assert(
        fc.property(
          someParts,
          fc.constantFrom<Partial<LoadRequest>>(
            {},
            { mode: "replace" },
            { mode: "replace", key: ["a"] },
            { key: ["a"] },
            { mode: "upsert", key: ["a"] },
            { mode: "upsert", key: ["a", "b"] },
            { types: { a: "TEXT" } },
          ),
          fc.constantFrom(...schemas),
          fc.constantFrom(0, 100, 1_000_000),
          fc.constantFrom(1, undefined),
          (parts, options, schema, part, encodeFrom) => {
            for (const file of [early, late]) {
              file.writer.run("ROLLBACK");
              file.detachAll();
              file.writer.run("BEGIN IMMEDIATE");
              if (schema) file.writer.run(schema);
            }
            const request = makeRequest("t", options);
            const batches = batchesOf(parts);
            const outcome = (load: () => LoadReport) => {
              try {
                return load();
              } catch (thrown) {
                return String(thrown);
              }
            };
            const waiting = new WaitingRows(shelf, { held, part });
            for (const batch of batches) waiting.add(batch);
            expect(waiting.held).toBeLessThanOrEqual(held);
            const one = outcome(() =>
              loadRows(
                early.writer,
                request,
                waiting,
                early.attach,
                encodeFrom,
              ),
            );
            const other = outcome(() =>
              loadRows(
                late.writer,
                request,
                WaitingRows.of(batches),
                undefined,
              ),
            );
            expect(one).toEqual(other);
            expect(tables(early)).toEqual(tables(late));
            if (typeof one === "object")
              expect(cells(early, "t")).toEqual(cells(late, "t"));
            expect(integrity(early)).toEqual([["ok"]]);
          },
        ),
        { numRuns: 150 },
      );
      expect(shelf.reads).toBeGreaterThan(0);
    },
  );

  const rows = (from: number, count: number): Row[] =>
    Array.from({ length: count }, (_, index) => ({
      id: from + index,
      text: "x".repeat(1000),
    }));

  test("holds no more of them than it may while they come, and lets them go part by part", async () => {
    const file = await connect();
    exec(
      file.writer,
      "CREATE TABLE t (id INTEGER PRIMARY KEY, text, CHECK (id < 40000))",
    );
    const batches = batchesOf(
      Array.from({ length: 40 }, (_, part) => rows(part * 1000, 1000)),
    );
    const shelf = makeShelf();
    const limits = { held: 2_100_000, part: 1 };
    const waiting = new WaitingRows(shelf, limits);
    const load = new TableLoad(
      makeRequest("t", { mode: "upsert", key: ["id"] }),
      () => waiting,
    );
    for (const batch of batches) {
      expect(load.add(batch)).toBe(false);
      expect(waiting.held).toBeLessThanOrEqual(limits.held);
    }
    expect(shelf.count).toBe(38);
    const held: number[] = [];
    const report = load.finish(file.writer, (rows) => {
      const read = rows.read.bind(rows);
      rows.read = (target, offset) => {
        held.push(waiting.held + shelf.reads);
        return read(target, offset);
      };
      return file.attach!(rows);
    });
    expect(report).toMatchObject({ rows: 40_000, inserted: 40_000 });
    expect(waiting.held).toBe(0);
    // The first part was inserted while the others still waited, the next when it was let go.
    expect(new Set(held).size).toBeGreaterThanOrEqual(39);
    expect(shelf.reads).toBe(38);
  });

  test("names the row that does not fit by its place in all rows, and leaves nothing", async () => {
    const file = await connect();
    exec(
      file.writer,
      "CREATE TABLE t (id INTEGER PRIMARY KEY, text, CHECK (id <> 3500))",
    );
    const waiting = new WaitingRows(makeShelf(), { held: 0, part: 1 });
    for (const batch of batchesOf([rows(0, 2000), rows(2000, 2000)]))
      waiting.add(batch);
    expect(() =>
      loadRows(file.writer, makeRequest("t"), waiting, file.attach),
    ).toThrow(/^Row 3501 does not fit/);
    expect(readAll(file.writer, "SELECT count(*) FROM t")).toEqual([[0]]);
  });

  test("says so when a shelf loses rows, and leaves nothing", async () => {
    const file = await connect();
    exec(file.writer, "CREATE TABLE t (id, text)");
    const shelf = {
      ...makeShelf(),
      read: () => {
        throw new DOMException("gone", "NotReadableError");
      },
    };
    const waiting = new WaitingRows(shelf, { held: 1_500_000, part: 1 });
    for (const batch of batchesOf([rows(0, 1000), rows(1000, 1000)]))
      waiting.add(batch);
    expect(() =>
      loadRows(file.writer, makeRequest("t"), waiting, file.attach),
    ).toThrow(/no room to keep all rows.*disk may be full/);
    expect(readAll(file.writer, "SELECT count(*) FROM t")).toEqual([[0]]);
  });
});

describe("while rows of a load come", () => {
  const rows = (from: number): Row[] =>
    Array.from({ length: 50_000 }, (_, index) => ({ id: from + index }));

  async function begin() {
    const { database } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    const [first, second] = batchesOf([rows(0), rows(50_000)]);
    const send = ({ columns, rows, records }: CheckedBatch) =>
      client.call({
        method: "load-rows",
        load: 1,
        batch: { columns, rows, records },
      });
    await client.call({
      method: "load-begin",
      load: 1,
      request: makeRequest("t"),
    });
    await send(first!);
    return { database, client, sendSecond: () => send(second!) };
  }

  test("the task's other statements neither see them nor are taken back with them", async () => {
    const { database, client, sendSecond } = await begin();
    await client.exec("CREATE TABLE other (a); INSERT INTO other VALUES (1)");
    await expect(client.query("SELECT * FROM t")).rejects.toThrow(/no such/);
    await sendSecond();
    await client.call({ method: "load-abort", load: 1 });
    await database.commit(commitOf(client.id));
    expect((await database.tables()).map(({ name }) => name)).toEqual([
      "other",
    ]);
  });

  test("another load of the task goes on beside it", async () => {
    const { database, client, sendSecond } = await begin();
    await client.load("small", [{ a: 1 }]);
    await sendSecond();
    await client.call({ method: "load-end", load: 1 });
    await database.commit(commitOf(client.id));
    expect(
      (
        await database.query(
          "SELECT (SELECT count(*) FROM t) AS t, (SELECT a FROM small) AS a",
        )
      ).rows,
    ).toEqual([{ t: 100_000, a: 1 }]);
  });

  test("an attempt that is cancelled leaves nothing", async () => {
    const { database, client, sendSecond } = await begin();
    await sendSecond();
    await database.rollback(client.id);
    expect(await database.tables()).toEqual([]);
    const next = await attach(database, attemptOf("b"));
    await next.load("t", [{ id: "text now" }]);
    await database.commit(commitOf(next.id));
    expect((await database.query("SELECT * FROM t")).rows).toEqual([
      { id: "text now" },
    ]);
  });
});

test.each([
  "PRAGMA integrity_check",
  "pragma\n quick_check(3)",
  'PRAGMA "integrity_check"',
  "PRAGMA main.integrity_check",
])(
  "in the transaction of a load %s says nothing of where the rows came from",
  async (pragma) => {
    const file = await connect();
    const rows = Array.from({ length: 5_000 }, (_, x) => ({
      x,
      text: `t${x}`,
    }));
    loadEarly(file, makeRequest("t"), batchesOf([rows, rows]));
    const [found] = query(file.writer, pragma).rows;
    expect(Object.values(found!)).toEqual(["ok"]);
    expect(() => exec(file.writer, pragma)).not.toThrow();
  },
);

describe("loads of one task into many tables that are there", () => {
  const rows = (count: number): Row[] =>
    Array.from({ length: count }, (_, id) => ({ id, text: `n${id}` }));
  const names = Array.from({ length: 25 }, (_, at) => `t${at}`);

  async function withTables() {
    const file = await connect();
    for (const name of names)
      exec(
        file.writer,
        `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, text); CREATE INDEX i_${name} ON ${name} (text)`,
      );
    file.writer.run("COMMIT");
    await file.save(() => Promise.resolve());
    file.writer.run("BEGIN IMMEDIATE");
    return file;
  }

  /** How many rows each of the tables has. */
  const rowsOfAll = (connection: Connection) =>
    names.flatMap((name) =>
      readAll(connection, `SELECT count(*) FROM ${name}`).flat(),
    );

  function loadInto(file: OpenFile, table: string) {
    const load = new TableLoad(makeRequest(table));
    for (const batch of batchesOf([rows(2000)])) load.add(batch);
    return load.finish(file.writer, file.attach);
  }

  test("all go in as pages, however many they are", async () => {
    const file = await withTables();
    const prepared = vi.spyOn(file.writer, "prepare");
    for (const name of names) loadInto(file, name);
    expect(
      prepared.mock.calls.filter(([sql]) => sql.startsWith("INSERT")),
    ).toEqual([]);
    file.writer.run("COMMIT");
    expect(rowsOfAll(file.writer)).toEqual(names.map(() => 2000));
    expect(integrity(file)).toEqual([["ok"]]);
  });

  test("are seen by nobody else before they are committed, and are taken back together", async () => {
    const file = await withTables();
    for (const name of names) {
      loadInto(file, name);
      expect(rowsOfAll(file.reader)).toEqual(names.map(() => 0));
    }
    file.writer.run("ROLLBACK");
    file.detachAll();
    file.rolledBack();
    expect(rowsOfAll(file.writer)).toEqual(names.map(() => 0));
    expect(integrity(file)).toEqual([["ok"]]);
  });

  test("are not held up by what is let go when it is attached no more", async () => {
    const file = await withTables();
    const { release, makeRoom } = file.attach!;
    loadInto(file, names[0]!);
    const [attached] = readAll(
      file.writer,
      "SELECT name FROM pragma_database_list WHERE name LIKE 'flowbook%'",
    ).flat();
    file.writer.run("ROLLBACK");
    file.detachAll();
    file.writer.run("BEGIN IMMEDIATE");
    release!(String(attached));
    for (const name of names) loadInto(file, name);
    makeRoom!();
    expect(rowsOfAll(file.writer)).toEqual(names.map(() => 2000));
  });

  test("leave a load that goes on beside them its rows", async () => {
    const file = await withTables();
    const streamed = new TableLoad(makeRequest("streamed"));
    const [begun, ...later] = batchesOf([rows(2000), rows(2000), rows(1)]);
    streamed.add(begun!);
    // Where the file cannot be changed beside SQLite, its rows come through an attached one for as long as it goes on.
    const { attach } = file;
    const { release, makeRoom } = attach!;
    const onlyAttach: Attach = Object.assign((rows: VfsFile) => attach!(rows), {
      release,
      makeRoom,
    });
    streamed.insertWaiting(file.writer, onlyAttach);
    expect(streamed.hasInserted).toBe(true);
    for (const name of names) loadInto(file, name);
    for (const batch of later) streamed.add(batch);
    expect(streamed.finish(file.writer, onlyAttach)).toMatchObject({
      rows: 4001,
    });
    expect(
      readAll(file.writer, "SELECT count(*), max(id) FROM streamed"),
    ).toEqual([[4001, 1999]]);
    file.writer.run("COMMIT");
    expect(integrity(file)).toEqual([["ok"]]);
  });
});
