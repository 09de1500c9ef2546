import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { fromErrorData, toErrorData } from "../../../src/core/errors.ts";
import type { RunEvent } from "../../../src/core/events.ts";
import { pagesOf } from "../../../src/core/pages.ts";
import type { DatabaseSign } from "../../../src/engine/services.ts";
import { attemptKey, queryKey } from "../../../src/engine/attempt.ts";
import type { Database } from "../../../src/engine/database/database.ts";
import { PageFile } from "../../../src/engine/database/pageFile.ts";
import { checkToData } from "../../../src/engine/guard.ts";
import type { FromData } from "../../../src/engine/protocol.ts";
import {
  attach,
  attemptOf,
  batchOf,
  Client,
  commitOf,
  exported,
  makeDatabase,
  newNotebook,
  openDatabase,
  sqlite,
  startOf,
} from "./world.ts";

const cancelled = (at: number): RunEvent => ({ type: "cancel-requested", at });

/** Makes writes of that key fail with that error until the test ends; the number of failures is told. */
function failPut(key: string, error: () => Error): { failures: number } {
  const state = { failures: 0 };
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value, ...rest) {
    const [name] = [rest[0]].flat();
    if (name === key) {
      state.failures += 1;
      throw error();
    }
    return put.call(this, value, ...rest);
  };
  onTestFinished(() => {
    IDBObjectStore.prototype.put = put;
  });
  return state;
}

/** Lets the database worker's pending steps happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1)
    await new Promise((resolve) => setImmediate(resolve));
}

describe("commit", () => {
  test("rows, result and event are there after reopening", async () => {
    const { database, notebook } = await openDatabase();
    const id = attemptOf("a");
    await database.appendEvents("run-1", 0, [startOf("run-1")]);
    const client = await attach(database, id);
    await client.load("t", [{ x: 1 }, { x: 2 }]);
    expect(await database.commit(commitOf(id, 1, { list: [1n] }))).toEqual({
      changedTables: true,
    });

    const again = makeDatabase();
    const report = await again.open(notebook);
    expect(report.damage).toBeUndefined();
    expect(report.runs).toEqual([
      {
        id: "run-1",
        events: [startOf("run-1"), ...commitOf(id, 1).events],
      },
    ]);
    expect((await again.results("run-1", ["key-a"]))[0]).toEqual({
      value: { list: [1n] },
    });
    expect((await again.query("SELECT x FROM t")).rows).toEqual([
      { x: 1 },
      { x: 2 },
    ]);
    expect(await again.tables()).toEqual([
      {
        name: "t",
        rows: 2,
        bytes: 4096,
        hasRowid: true,
        writer: { run: "run-1", node: "a", at: expect.any(Number) as number },
        columns: [{ name: "x", type: "INTEGER", notNull: false, key: false }],
      },
    ]);
  });

  test("an attempt that changed nothing says so", async () => {
    const { database } = await openDatabase();
    const first = await attach(database, attemptOf("a"));
    await first.exec("CREATE TABLE t (x)");
    await database.commit(commitOf(attemptOf("a")));
    const client = await attach(database, attemptOf("b"));
    await client.exec(
      "DELETE FROM t WHERE x = 1; CREATE TEMP TABLE helper AS SELECT 1 AS x",
    );
    await client.query("SELECT * FROM helper");
    expect(await database.commit(commitOf(attemptOf("b")))).toEqual({
      changedTables: false,
    });
    const next = await attach(database, attemptOf("c"));
    await next.exec("CREATE TABLE u (x)");
    await expect(next.query("SELECT * FROM helper")).rejects.toThrow(
      "no such table",
    );
    expect(await database.commit(commitOf(attemptOf("c")))).toEqual({
      changedTables: true,
    });
  });

  test.each([
    [
      "segment",
      "QuotaExceededError",
      "storage-full",
      /not enough browser storage to write \d+ kB/,
    ],
    ["manifest", "QuotaExceededError", "storage-full", /not enough/],
    ["segment", "DataCloneError", "cannot-copy", /cannot be saved/],
    ["manifest", "UnknownError", "storage-failed", /storage failed/],
  ])(
    "when %s cannot be put (%s), memory and disk are as before",
    async (key, name, code, message) => {
      const { database, notebook } = await openDatabase();
      const first = await attach(database, attemptOf("a"));
      await first.exec("CREATE TABLE t AS SELECT 1 AS x");
      await database.commit(commitOf(attemptOf("a")));

      const second = await attach(database, attemptOf("b"));
      await second.exec("INSERT INTO t VALUES (2); CREATE TABLE u (y)");
      const put = failPut(key, () => new DOMException("", name));
      await expect(
        database.commit(commitOf(attemptOf("b"), 1)),
      ).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message) as unknown,
      });
      expect(put.failures).toBe(1);
      for (const each of [database, makeDatabase()]) {
        if (each !== database) await each.open(notebook, { readOnly: true });
        expect((await each.query("SELECT x FROM t")).rows).toEqual([{ x: 1 }]);
        expect(await each.tables()).toHaveLength(1);
        expect((await each.results("run-1", ["key-b"]))[0]).toBeUndefined();
      }
    },
  );

  test("without memory for the pages of a commit the task fails and says so, and what was there before is there", async () => {
    const { database } = await openDatabase();
    const first = await attach(database, attemptOf("a"));
    await first.exec("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    await database.commit(commitOf(attemptOf("a")));
    const second = await attach(database, attemptOf("b"));
    await second.exec("INSERT INTO t VALUES (2), (3)");
    const write = vi.spyOn(PageFile.prototype, "write");
    onTestFinished(() => write.mockRestore());
    write.mockImplementation(() => {
      throw new RangeError("Array buffer allocation failed");
    });
    await expect(
      database.commit(commitOf(attemptOf("b"), 1)),
    ).rejects.toMatchObject({
      code: "storage-failed",
      message: expect.stringMatching(
        /not enough memory.*nothing of it was kept.*fewer rows/i,
      ) as unknown,
    });
    write.mockRestore();
    const third = await attach(database, attemptOf("c"));
    await third.exec("INSERT INTO t VALUES (4)");
    await database.commit(commitOf(attemptOf("c"), 1));
    const { rows } = await database.query("SELECT x FROM t");
    expect(rows).toEqual([{ x: 1 }, { x: 4 }]);
  });

  test("after a save that failed the next one works", async () => {
    const { database } = await openDatabase();
    const { put } = IDBObjectStore.prototype;
    failPut("manifest", () => new DOMException("", "QuotaExceededError"));
    const first = await attach(database, attemptOf("a"));
    await first.exec("CREATE TABLE t (x)");
    await expect(database.commit(commitOf(attemptOf("a")))).rejects.toThrow();
    IDBObjectStore.prototype.put = put;
    const second = await attach(database, attemptOf("a", 2));
    await second.exec("CREATE TABLE t (x)");
    await database.commit(commitOf(attemptOf("a", 2)));
    expect(await database.tables()).toHaveLength(1);
  });

  test("a result that cannot be stored keeps nothing", async () => {
    const { database } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    await client.exec("CREATE TABLE t (x)");
    await expect(
      database.commit(commitOf(attemptOf("a"), 0, () => 1)),
    ).rejects.toMatchObject({ code: "cannot-copy" });
    expect(await database.tables()).toEqual([]);
  });

  test("of two tabs the one that was overtaken is told, and nothing of the other is lost", async () => {
    const { database: second, notebook } = await openDatabase();
    const { database: first } = await openDatabase(notebook);
    for (const [database, table] of [
      [first, "one"],
      [second, "two"],
    ] as const) {
      const client = await attach(database, attemptOf(table));
      await client.exec(`CREATE TABLE ${table} (x)`);
    }
    await first.commit(commitOf(attemptOf("one")));
    await expect(
      second.commit(commitOf(attemptOf("two"), 1)),
    ).rejects.toMatchObject({
      code: "storage-conflict",
      message: expect.stringContaining("Reload") as unknown,
    });
    await expect(
      second.appendEvents("run-2", 0, [cancelled(1)]),
    ).rejects.toMatchObject({
      code: "storage-conflict",
    });
    await first.commit(commitOf(attemptOf("three"), 1));
    const again = makeDatabase();
    const report = await again.open(notebook);
    expect((await again.tables()).map((table) => table.name)).toEqual(["one"]);
    expect(report.runs.map((run) => [run.id, run.events.length])).toEqual([
      ["run-1", 2],
    ]);
  });

  test("writes without await before the return count, and an unfinished load fails the task", async () => {
    const { database } = await openDatabase();
    const one = await attach(database, attemptOf("one"));
    const two = await attach(database, attemptOf("two"));
    await one.exec("CREATE TABLE t (x)");
    const late = two.exec("CREATE TABLE u (x)");
    await settle();
    const committed = database.commit(commitOf(attemptOf("two")));
    await database.commit(commitOf(attemptOf("one"), 0));
    await late;
    expect(await committed).toEqual({ changedTables: true });
    expect(await database.tables()).toHaveLength(2);

    const three = await attach(database, attemptOf("three"));
    await three.exec("DROP TABLE t");
    await three.call({
      method: "load-begin",
      load: 1,
      request: { table: "u", mode: "append", key: [], types: {} },
    });
    await expect(
      database.commit(commitOf(attemptOf("three"), 2)),
    ).rejects.toThrow(/load into "u".*await/);
    expect(await database.tables()).toHaveLength(2);
  });

  test("an attempt has settled when all that it asked for is done, and asks for nothing after that", async () => {
    const { database } = await openDatabase();
    const one = await attach(database, attemptOf("one"));
    const two = await attach(database, attemptOf("two"));
    await one.exec("CREATE TABLE t (x)");
    let isSettled = false;
    void two.exec("CREATE TABLE u (x)");
    const after = two.query("SELECT count(*) AS n FROM u");
    await settle();
    const settled = database
      .settle(attemptOf("two"))
      .then(() => (isSettled = true));
    await settle();
    expect(isSettled).toBe(false);
    await database.commit(commitOf(attemptOf("one"), 0));
    await settled;
    expect(await after).toEqual([{ n: 0 }]);
    await expect(two.exec("DROP TABLE u")).rejects.toThrow(/too late.*await/);
    await database.commit(commitOf(attemptOf("two")));
    expect((await database.tables()).map(({ name }) => name)).toEqual([
      "t",
      "u",
    ]);
    await database.settle(attemptOf("nobody"));
  });

  test("when SQLite takes the transaction back, the task cannot succeed", async () => {
    const { database } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    await client.exec("CREATE TABLE t (x UNIQUE); INSERT INTO t VALUES (1)");
    await expect(
      client.exec("INSERT OR ROLLBACK INTO t VALUES (1)"),
    ).rejects.toThrow("took back everything");
    await expect(client.exec("CREATE TABLE u (x)")).rejects.toThrow(
      "took back",
    );
    await expect(client.query("SELECT 1")).rejects.toThrow("took back");
    await expect(database.commit(commitOf(attemptOf("a")))).rejects.toThrow(
      "took back",
    );
    const next = await attach(database, attemptOf("b"));
    await next.exec("CREATE TABLE v (x)");
    await database.commit(commitOf(attemptOf("b")));
    expect((await database.tables()).map((table) => table.name)).toEqual(["v"]);
  });
});

describe("isolation", () => {
  test("an attempt reads its own writes and nobody else does", async () => {
    const { database } = await openDatabase();
    const one = await attach(database, attemptOf("one"));
    const two = await attach(database, attemptOf("two"));
    await one.exec("CREATE TABLE t (x)");
    expect(await one.exec("INSERT INTO t VALUES (1), (2)")).toEqual({
      changes: 2,
    });
    expect(await one.query("SELECT count(*) AS n FROM t")).toEqual([{ n: 2 }]);
    await expect(one.query("DELETE FROM t")).rejects.toMatchObject({
      code: "read-only",
    });
    await expect(
      one.query("WITH a AS (SELECT 1) DELETE FROM t"),
    ).rejects.toMatchObject({ code: "read-only" });
    await expect(two.query("SELECT * FROM t")).rejects.toThrow("no such table");
    expect(await database.tables()).toEqual([]);
    await one.exec("INSERT INTO t VALUES (3)");
    await database.commit(commitOf(attemptOf("one")));
    expect(await two.query("SELECT count(*) AS n FROM t")).toEqual([{ n: 3 }]);
  });

  test("for whom SQLite is busy is told when it is entered and when it is left, also by a query that fails, and who writes before that is done", async () => {
    const { database } = await openDatabase();
    const { port1, port2 } = new MessageChannel();
    const told: unknown[] = [];
    port2.onmessage = ({ data }: MessageEvent<DatabaseSign>) => {
      if (data.type === "asks") port2.postMessage(data.ask);
      const { type } = data;
      told.push(
        type === "entered" ? data.by : type === "asks" ? data.writer : type,
      );
    };
    onTestFinished(() => port2.close());
    await database.watch(port1);
    const [a, b] = [attemptOf("a"), attemptOf("b")];
    const [reader, writer] = await Promise.all([
      attach(database, a),
      attach(database, b),
    ]);
    await reader.query("SELECT 1");
    await expect(reader.query("SELECT * FROM t")).rejects.toThrow();
    await writer.exec("CREATE TABLE t (x)");
    await writer.query("SELECT * FROM t");
    await database.query("SELECT 1");
    await database.commit(commitOf(b));
    await settle();
    const once = (key: string) => [key, "left"];
    const [ofA, ofB] = [attemptKey(a), attemptKey(b)];
    expect(told).toEqual([
      ...[ofA, ofA].flatMap(once),
      ofB,
      ...[ofB, ofB, queryKey("SELECT 1")].flatMap(once),
    ]);
  });

  test("what another worker that takes over could not take back is written only when the engine allows it", async () => {
    const { database } = await openDatabase();
    const { port1, port2 } = new MessageChannel();
    const asks: number[] = [];
    port2.onmessage = ({ data }: MessageEvent<DatabaseSign>) => {
      if (data.type === "asks") asks.push(data.ask);
    };
    onTestFinished(() => port2.close());
    await database.watch(port1);
    const of = { run: "r", node: "n", attempt: 1 } as const;
    const line = { at: 0, ...of, level: "info", text: "said" } as const;
    const logging = database.appendLogs([line]);
    const writer = await attach(database, attemptOf("a"));
    const writing = writer.exec("CREATE TABLE t (x)");
    await settle();
    expect(asks).toHaveLength(2);
    expect(await database.logs("r")).toEqual([]);
    for (const ask of asks) port2.postMessage(ask);
    await Promise.all([logging, writing]);
    expect(await database.logs("r")).toEqual([line]);
    // It is asked once for an attempt.
    await writer.exec("CREATE TABLE u (x)");
    expect(asks).toHaveLength(2);
  });

  test("a rollback leaves nothing, and ends the port", async () => {
    const { database, notebook } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    await client.exec("CREATE TABLE t (x)");
    await database.rollback(attemptOf("a"));
    await database.rollback(attemptOf("a"));
    expect(await database.tables()).toEqual([]);
    void client.exec("CREATE TABLE u (x)").catch(() => undefined);
    await settle();
    await database.commit(commitOf(attemptOf("b")));
    await database.open(notebook);
    expect(await database.tables()).toEqual([]);
  });

  test("writers wait in the order in which they came; one that is rolled back leaves the queue", async () => {
    const { database } = await openDatabase();
    const order: string[] = [];
    const clients: Client[] = [];
    for (const name of ["a", "b", "c", "d"]) {
      const client = await attach(database, attemptOf(name));
      clients.push(client);
      client.exec(`CREATE TABLE ${name} (x)`).then(
        () => order.push(name),
        () => order.push(`${name} failed`),
      );
      await settle();
    }
    expect(order).toEqual(["a"]);
    await database.rollback(attemptOf("b"));
    await settle();
    expect(order).toEqual(["a"]);
    await database.commit(commitOf(attemptOf("a")));
    await settle();
    expect(order).toEqual(["a", "c"]);
    await database.rollback(attemptOf("c"));
    await settle();
    expect(order).toEqual(["a", "c", "d"]);
    await database.commit(commitOf(attemptOf("d"), 1));
    expect((await database.tables()).map((table) => table.name)).toEqual([
      "a",
      "d",
    ]);
  });

  test("nobody sees rows while they are being saved", async () => {
    const { database } = await openDatabase();
    const one = await attach(database, attemptOf("one"));
    const two = await attach(database, attemptOf("two"));
    await one.exec("CREATE TABLE t (x)");
    failPut("manifest", () => new DOMException("", "QuotaExceededError"));
    const committing = expect(
      database.commit(commitOf(attemptOf("one"))),
    ).rejects.toThrow();
    const reads = Promise.allSettled([
      database.tables(),
      two.query("SELECT name FROM sqlite_schema"),
      database.query("SELECT name FROM sqlite_schema"),
      database.exportDatabase(),
    ]);
    await committing;
    const [tables, rows, queried, image] = await reads;
    expect(tables).toMatchObject({ value: [] });
    expect(rows).toMatchObject({ value: [] });
    expect(queried).toMatchObject({ value: { rows: [] } });
    expect(image.status).toBe("fulfilled");
  });

  test("a view reads and cannot write", async () => {
    const { database } = await openDatabase();
    const view = await attach(database, attemptOf("view"), { write: false });
    expect(await view.query("SELECT 1 AS a")).toEqual([{ a: 1 }]);
    for (const write of [
      view.exec("CREATE TABLE t (x)"),
      view.load("t", [{ x: 1 }]),
      view.query("CREATE TABLE t (x)"),
    ])
      await expect(write).rejects.toMatchObject({ code: "read-only" });
  });

  test("opening another notebook takes back what is not committed and shows none of the first", async () => {
    const { database, notebook } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    await client.exec("CREATE TABLE t (x)");
    await database.commit(commitOf(attemptOf("a"), 0, 1));
    const open = await attach(database, attemptOf("b"));
    await open.exec("CREATE TABLE u (x)");
    const report = await database.open(newNotebook());
    expect(report.runs).toEqual([]);
    expect(await database.tables()).toEqual([]);
    await database.open(notebook);
    expect((await database.tables()).map((table) => table.name)).toEqual(["t"]);
    await database.remove(notebook);
    await expect(database.tables()).rejects.toThrow("No notebook is open");
    await database.open(notebook);
    expect(await database.tables()).toEqual([]);
  });
});

describe("data port", () => {
  test("garbage is answered with an error, never throws and never writes", async () => {
    const { database } = await openDatabase();
    const { port1, port2 } = new MessageChannel();
    await database.attach(attemptOf("evil"), port1, { write: true });
    onTestFinished(() => port2.close());
    const answers: FromData[] = [];
    port2.onmessage = ({ data }: MessageEvent<FromData>) => answers.push(data);

    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: true,
    });
    const misused = fc.record(
      {
        call: fc.oneof(fc.nat(), anything),
        method: fc.oneof(
          fc.constantFrom(
            "query",
            "load-begin",
            "load-rows",
            "load-end",
            "load-abort",
            "constructor",
            "__proto__",
            "toString",
            "close",
          ),
          anything,
        ),
        sql: anything,
        parameters: anything,
        load: fc.oneof(fc.nat({ max: 3 }), anything),
        request: fc.oneof(
          anything,
          fc.record({
            table: anything,
            mode: fc.constantFrom("append", "replace", "drop"),
            key: anything,
            types: anything,
          }),
        ),
        batch: fc.oneof(
          anything,
          fc.record({ columns: anything, values: anything, rows: anything }),
        ),
      },
      { requiredKeys: [] },
    );
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, misused), async (message) => {
        expect(() => checkToData(message)).not.toThrow();
        try {
          port2.postMessage(message);
        } catch {
          return;
        }
        sent += 1;
        await settleUntil(() => answers.length === sent);
        const answer = answers.at(-1)!;
        if (!answer.ok)
          expect(toErrorData(fromErrorData(answer.error))).toEqual(
            answer.error,
          );
      }),
      { numRuns: 1000 },
    );
    expect(await database.tables()).toEqual([]);
    await database.commit(commitOf(attemptOf("evil"))).catch(() => undefined);
    expect(await database.tables()).toEqual([]);
    expect(Object.prototype).not.toHaveProperty("polluted");
  });

  async function settleUntil(done: () => boolean): Promise<void> {
    for (let i = 0; i < 1000 && !done(); i += 1)
      await new Promise((resolve) => setImmediate(resolve));
    expect(done()).toBe(true);
  }

  test("errors keep their code and carry no stack of the worker", async () => {
    const { database } = await openDatabase();
    const { port1, port2 } = new MessageChannel();
    await database.attach(attemptOf("a"), port1, { write: true });
    onTestFinished(() => port2.close());
    const answer = new Promise<unknown>((resolve) => {
      port2.onmessage = ({ data }) => resolve(data);
    });
    port2.postMessage({
      call: 7,
      method: "query",
      sql: "SELEC",
      parameters: [],
    });
    expect(await answer).toEqual({
      call: 7,
      ok: false,
      error: {
        code: "sql-failed",
        name: "FlowError",
        message:
          'SQLite: near "SELEC": syntax error (line 1, column 1). Did you mean `SELECT`?',
      },
    });
  });

  test("loads of an attempt do not mix, and an aborted one loads nothing", async () => {
    const { database } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    const request = (table: string) => ({
      table,
      mode: "append" as const,
      key: [],
      types: {},
    });
    const batch = (x: number) => batchOf([{ x }]);
    await client.call({
      method: "load-begin",
      load: 1,
      request: request("one"),
    });
    await client.call({
      method: "load-begin",
      load: 2,
      request: request("two"),
    });
    await client.call({ method: "load-rows", load: 1, batch: batch(1) });
    await client.call({ method: "load-rows", load: 2, batch: batch(2) });
    await client.call({ method: "load-rows", load: 1, batch: batch(3) });
    await client.call({ method: "load-abort", load: 2 });
    expect(await client.call({ method: "load-end", load: 1 })).toEqual({
      table: "one",
      rows: 2,
      inserted: 2,
      updated: 0,
    });
    await expect(client.call({ method: "load-end", load: 2 })).rejects.toThrow(
      "no such load",
    );
    await database.commit(commitOf(attemptOf("a")));
    expect(
      (await database.tables()).map(({ name, rows }) => [name, rows]),
    ).toEqual([["one", 2]]);
  });
});

test("the exported database is a SQLite file", async () => {
  const { database } = await openDatabase();
  const client = await attach(database, attemptOf("a"));
  await client.exec("CREATE TABLE t AS SELECT 1 AS x");
  await database.commit(commitOf(attemptOf("a")));
  const other = await attach(database, attemptOf("b"));
  await other.exec("INSERT INTO t VALUES (2)");
  const file = (await sqlite).connect(pagesOf(await exported(database)));
  onTestFinished(() => file.close());
  const { reader } = file;
  expect(reader.prepare("SELECT count(*) FROM t").get(null)).toBeDefined();
  const statement = reader.prepare("SELECT group_concat(x) FROM t");
  statement.step();
  expect(statement.get()).toEqual(["1"]);
});

test("what is meant for one notebook is refused when another is open by then, and changes neither", async () => {
  const { database, notebook } = await openDatabase();
  const other = newNotebook();
  await database.writeFile("a.txt", new Blob(["abc"]), notebook);
  const file = await database.exportDatabase();
  await database.open(other);
  const refused = { code: "storage-conflict" };
  await expect(
    database.writeFile("b.txt", new Blob(["b"]), notebook),
  ).rejects.toMatchObject(refused);
  await expect(database.importDatabase(file, notebook)).rejects.toMatchObject(
    refused,
  );
  await expect(
    database.saveOutputs("chart", [], notebook),
  ).rejects.toMatchObject(refused);
  await expect(database.removeFile("a.txt", notebook)).rejects.toMatchObject(
    refused,
  );
  expect(await database.files()).toEqual([]);
  expect((await database.open(notebook)).files).toHaveLength(1);
});

test("a notebook that cannot be taken over is not open", async () => {
  const { database } = await openDatabase();
  const other = newNotebook();
  const full = failPut(
    "manifest",
    () => new DOMException("", "QuotaExceededError"),
  );
  await expect(database.open(other)).rejects.toMatchObject({
    code: "storage-full",
  });
  expect(full.failures).toBeGreaterThan(0);
  await expect(database.query("SELECT 1")).rejects.toThrow(
    "No notebook is open",
  );
});

test("files, logs and outputs are kept", async () => {
  const { database, notebook } = await openDatabase();
  const file = await database.writeFile("a.txt", new Blob(["abc"]));
  expect(file).toMatchObject({
    name: "a.txt",
    size: 3,
    hash: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  });
  const line = (run: string, text: string) => ({
    at: 1,
    run,
    node: "n",
    attempt: 1,
    level: "info" as const,
    text,
  });
  await database.appendLogs([line("r", "1"), line("s", "x"), line("r", "2")]);
  await database.appendLogs([line("r", "3")]);
  await database.saveOutputs("cell", [{ type: "text", text: "hello" }]);
  await database.saveOutputs("gone", [{ type: "text", text: "hello" }]);
  await database.saveOutputs("gone", []);

  const again = makeDatabase();
  const report = await again.open(notebook);
  expect(report.files).toEqual([file]);
  expect(report.outputs).toEqual({ cell: [{ type: "text", text: "hello" }] });
  expect(await (await again.readFile("a.txt"))?.text()).toBe("abc");
  expect((await again.logs("r")).map(({ text }) => text)).toEqual([
    "1",
    "2",
    "3",
  ]);
  await again.removeFile("a.txt");
  expect(await again.files()).toEqual([]);
  expect(await again.readFile("a.txt")).toBeUndefined();
});

describe("import", () => {
  async function sqliteFile(sql: string): Promise<Uint8Array> {
    const { database } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    await client.exec(sql);
    await database.commit(commitOf(attemptOf("a")));
    return exported(database);
  }
  const namesIn = async (database: Database) =>
    (await database.tables()).map(({ name }) => name);

  test("an SQLite file takes the place of the database, also on disk, and the next task writes into it", async () => {
    const file = await sqliteFile("CREATE TABLE other AS SELECT 5 AS x");
    // Write-ahead mode is said in the header.
    file[18] = file[19] = 2;
    const { database, notebook } = await openDatabase();
    const first = await attach(database, attemptOf("a"));
    await first.exec("CREATE TABLE t (x)");
    await database.commit(commitOf(attemptOf("a")));
    await database.importDatabase(new Blob([file as Uint8Array<ArrayBuffer>]));
    expect(await namesIn(database)).toEqual(["other"]);
    const next = await attach(database, attemptOf("b"));
    await next.exec("INSERT INTO other VALUES (6)");
    await database.commit(commitOf(attemptOf("b"), 1));
    const again = makeDatabase();
    await again.open(notebook);
    expect((await again.query("SELECT x FROM other")).rows).toEqual([
      { x: 5 },
      { x: 6 },
    ]);
  });

  test("a table that is dropped is gone, also from the disk, and the next task writes on", async () => {
    const { database, notebook } = await openDatabase();
    const first = await attach(database, attemptOf("a"));
    await first.exec('CREATE TABLE "my ""t""" (x); CREATE TABLE other (y)');
    await database.commit(commitOf(attemptOf("a")));
    await database.dropTable('my "t"', notebook);
    expect(await namesIn(database)).toEqual(["other"]);
    await expect(database.dropTable("none", notebook)).rejects.toThrow(
      /no such table/,
    );
    const next = await attach(database, attemptOf("b"));
    await next.exec("INSERT INTO other VALUES (6)");
    await database.commit(commitOf(attemptOf("b"), 1));
    const again = makeDatabase();
    await again.open(notebook);
    expect(await namesIn(again)).toEqual(["other"]);
    expect((await again.query("SELECT y FROM other")).rows).toEqual([{ y: 6 }]);
  });

  test("it is known which tables a task changed, and which of them went besides the tasks, by a drop or an import", async () => {
    const { database, notebook } = await openDatabase();
    let events = 0;
    const write = async (node: string, sql: string) => {
      const client = await attach(database, attemptOf(node));
      await client.exec(sql);
      const written = await database.settle(attemptOf(node));
      await database.commit(commitOf(attemptOf(node), events++));
      return written;
    };
    const made = await write(
      "a",
      "CREATE TABLE t (x); CREATE VIEW v AS SELECT 1",
    );
    expect(made).toEqual({ t: "" });
    expect(await write("b", "INSERT INTO T VALUES (1)")).toEqual({ t: "" });
    expect(await write("c", "CREATE TABLE staging (x)")).toEqual({
      staging: "",
    });
    expect(await write("d", "DROP TABLE staging")).toEqual({});
    expect(await database.settle(attemptOf("none"))).toEqual({});
    expect(await database.tablesNow()).toEqual([]);

    const before = await database.exportDatabase();
    await database.dropTable("t", notebook);
    await database.dropTable("v", notebook);
    const gone = [{ name: "t" }, { name: "v" }];
    expect(await database.tablesNow()).toEqual(gone);
    const again = makeDatabase();
    const report = await again.open(notebook, { readOnly: true });
    expect(report.tablesNow).toEqual(gone);

    await database.importDatabase(before, notebook, true);
    expect(await database.tablesNow()).toEqual([]);
    const [t] = await database.tables();
    expect(t?.writer?.node).toBe("b");

    const other = await sqliteFile("CREATE TABLE t AS SELECT 5 AS x");
    await database.importDatabase(new Blob([other as Uint8Array<ArrayBuffer>]));
    expect(await database.tablesNow()).toEqual([{ name: "v" }]);
    expect((await database.tables())[0]?.writer).toBeUndefined();

    await database.dropTable("t", notebook);
    const anew = await write("e", "CREATE TABLE t (x)");
    expect(anew).toEqual({ t: expect.stringContaining("e") as string });
    expect(await database.tablesNow()).toEqual([
      { name: "t", made: anew.t },
      { name: "v" },
    ]);
    expect(await write("f", "INSERT INTO t VALUES (2)")).toEqual(anew);
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array, RegExp]>([
    ["no database", () => new Uint8Array([1, 2, 3]), /no SQLite database/],
    ["empty", () => new Uint8Array(), /no SQLite database/],
    ["cut off", (bytes) => bytes.slice(0, 4096), /cannot be used/],
    [
      "damaged",
      (bytes) => bytes.map((byte, at) => (at > 4096 ? 7 : byte)),
      /cannot be used/,
    ],
  ])(
    "a file that is %s is refused, and the database is as it was",
    async (_, change, message) => {
      const file = change(await sqliteFile("CREATE TABLE other AS SELECT 5"));
      const { database, notebook } = await openDatabase();
      const client = await attach(database, attemptOf("a"));
      await client.exec("CREATE TABLE t (x)");
      await database.commit(commitOf(attemptOf("a")));
      await expect(
        database.importDatabase(new Blob([file as Uint8Array<ArrayBuffer>])),
      ).rejects.toThrow(message);
      const again = makeDatabase();
      await again.open(notebook, { readOnly: true });
      for (const each of [database, again])
        expect(await namesIn(each)).toEqual(["t"]);
    },
  );

  test("an import that cannot be saved leaves the database as it was", async () => {
    const file = await sqliteFile("CREATE TABLE other AS SELECT 5");
    const { database } = await openDatabase();
    failPut("manifest", () => new DOMException("", "QuotaExceededError"));
    await expect(
      database.importDatabase(new Blob([file as Uint8Array<ArrayBuffer>])),
    ).rejects.toMatchObject({ code: "storage-full" });
    expect(await namesIn(database)).toEqual([]);
  });
});

test("who only reads sees what the owner has written after refreshing, and writes nothing", async () => {
  const { database: owner, notebook } = await openDatabase();
  const reader = makeDatabase();
  await reader.open(notebook, { readOnly: true });
  for (const [at, name] of ["a", "b"].entries()) {
    const client = await attach(owner, attemptOf(name));
    await client.exec(
      `CREATE TABLE ${name} AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i, hex(zeroblob(99)) AS h FROM n`,
    );
    await owner.commit(commitOf(attemptOf(name), at));
    const { runs } = await reader.refresh();
    expect(runs[0]?.events).toHaveLength(at + 1);
    const { rows } = await reader.query(`SELECT count(*) AS n FROM ${name}`);
    expect(rows).toEqual([{ n: 500 }]);
  }
  const client = await attach(owner, attemptOf("c"));
  await client.exec("DROP TABLE a; UPDATE b SET i = -1 WHERE i = 7");
  await owner.commit(commitOf(attemptOf("c"), 2));
  await reader.refresh();
  expect((await reader.tables()).map(({ name }) => name)).toEqual(["b"]);
  const { rows } = await reader.query("SELECT min(i) AS i FROM b");
  expect(rows).toEqual([{ i: -1 }]);
});
