import { describe, expect, onTestFinished, test } from "vitest";
import type { RunEvent, TaskNumber } from "../../../src/core/events.ts";
import type { Template } from "../../../src/core/graph.ts";
import { pagesOf } from "../../../src/core/pages.ts";
import type { Database } from "../../../src/engine/database/database.ts";
import { historyIn } from "../../../src/engine/database/history.ts";
import {
  attach,
  attemptOf,
  commitOf,
  exported,
  makeDatabase,
  openDatabase,
  sqlite,
  startOf,
} from "./world.ts";

/** The events of an attempt that succeeds. */
function succeeds(task: TaskNumber, at: number, attempt = 1): RunEvent[] {
  return [
    { type: "attempt-started", at, task, attempt },
    { type: "attempt-returned", at: at + 1, task, attempt },
    { type: "attempt-committed", at: at + 2, task, attempt, size: 24 },
  ];
}

function fails(task: TaskNumber, at: number, attempt = 1): RunEvent {
  const error = { name: "Error", message: "no network" };
  return { type: "attempt-failed", at, task, attempt, error };
}

async function rowsOf(database: Database, sql: string) {
  return (await database.query(sql)).rows;
}

describe("what a text speaks of", () => {
  test.each([
    ["SELECT * FROM history.runs", { withLogs: false }],
    ["select * from History . Tasks", { withLogs: false }],
    ['SELECT * FROM "history"."logs"', { withLogs: true }],
    ["SELECT * FROM [history]./* */`logs`", { withLogs: true }],
    ["SELECT * FROM history.runs, logs", { withLogs: true }],
    ["SELECT 'history.runs'", undefined],
    ["SELECT 1 -- history.runs", undefined],
    ["SELECT 1 /* history.runs */", undefined],
    ["SELECT history FROM t", undefined],
    ["SELECT * FROM prehistory.runs", undefined],
    ['SELECT "history.runs"', undefined],
  ])("%s", (sql, expected) => {
    expect(historyIn(sql)).toEqual(expected);
  });
});

describe("tables", () => {
  test("runs, tasks and attempts tell what happened", async () => {
    const { database } = await openDatabase();
    const retrying = startOf("r", { "a-1": { task: "a", name: "A" } });
    const [node] = retrying.graph.nodes;
    if (node?.kind !== "task") throw new Error("no task");
    const started: RunEvent = {
      ...retrying,
      at: Date.UTC(2026, 4, 31, 12),
      scheduledAt: Date.UTC(2026, 4, 31, 11),
      parameters: { airport: "IAD", on: new Date(0) },
      graph: {
        ...retrying.graph,
        nodes: [{ ...node, options: { ...node.options, retries: 1 } }],
      },
    };
    const { at } = started;
    await database.appendEvents("r", 0, [
      started,
      { type: "attempt-started", at: at + 1, task: 0, attempt: 1 },
      fails(0, at + 2),
      { type: "timer-fired", at: at + 3, task: 0, attempt: 1, timer: "retry" },
      ...succeeds(0, at + 4, 2),
    ]);
    expect(await rowsOf(database, "SELECT * FROM history.runs")).toEqual([
      {
        id: "r",
        flow: "test",
        state: "Success",
        message: "All reference tasks succeeded.",
        parameters: '{"airport":"IAD","on":"1970-01-01T00:00:00.000Z"}',
        started_at: "2026-05-31T12:00:00.000Z",
        ended_at: "2026-05-31T12:00:00.006Z",
        scheduled_at: "2026-05-31T11:00:00.000Z",
      },
    ]);
    expect(await rowsOf(database, "SELECT * FROM history.tasks")).toEqual([
      {
        run: "r",
        id: "a-1",
        task: "a",
        name: "A",
        map_index: null,
        state: "Success",
        message: null,
        attempts: 2,
        started_at: "2026-05-31T12:00:00.001Z",
        ended_at: "2026-05-31T12:00:00.006Z",
        result_size: 24,
      },
    ]);
    expect(
      await rowsOf(database, "SELECT * FROM history.attempts ORDER BY attempt"),
    ).toEqual([
      {
        run: "r",
        id: "a-1",
        map_index: null,
        attempt: 1,
        state: "Failed",
        message: "no network",
        started_at: "2026-05-31T12:00:00.001Z",
        ended_at: "2026-05-31T12:00:00.002Z",
      },
      {
        run: "r",
        id: "a-1",
        map_index: null,
        attempt: 2,
        state: "Success",
        message: null,
        started_at: "2026-05-31T12:00:00.004Z",
        ended_at: "2026-05-31T12:00:00.006Z",
      },
    ]);
    expect(
      await rowsOf(
        database,
        "SELECT parameters ->> 'airport' AS airport, unixepoch(ended_at) - unixepoch(started_at) AS took FROM history.runs",
      ),
    ).toEqual([{ airport: "IAD", took: 0 }]);
  });

  test("the elements of a map have a row each, and the mapped task one without an index", async () => {
    const { database } = await openDatabase();
    const first = startOf("r", {
      "m-1": { task: "m", map: [{ type: "value", value: ["x", "y", "z"] }] },
    });
    await database.appendEvents("r", 0, [
      first,
      { type: "task-mapped", at: 1, task: 0, count: 3 },
      {
        type: "attempts-committed",
        at: 5,
        tasks: Int32Array.of(1, 2),
        startedAt: Float64Array.of(2, 2),
        endedAt: Float64Array.of(3, 4),
        sizes: Float64Array.of(8, 16),
      },
      { type: "attempt-started", at: 6, task: 3, attempt: 1 },
      {
        type: "attempt-named",
        at: 6,
        task: 3,
        attempt: 1,
        name: "the last",
      },
      fails(3, 7),
    ]);
    expect(
      await rowsOf(
        database,
        "SELECT map_index, name, state, attempts, result_size FROM history.tasks ORDER BY map_index",
      ),
    ).toEqual([
      {
        map_index: null,
        name: "m-1",
        state: "Mapped",
        attempts: 0,
        result_size: null,
      },
      {
        map_index: 0,
        name: "m-1[0]",
        state: "Success",
        attempts: 1,
        result_size: 8,
      },
      {
        map_index: 1,
        name: "m-1[1]",
        state: "Success",
        attempts: 1,
        result_size: 16,
      },
      {
        map_index: 2,
        name: "the last",
        state: "Failed",
        attempts: 1,
        result_size: null,
      },
    ]);
    expect(
      await rowsOf(
        database,
        "SELECT map_index, state FROM history.attempts ORDER BY map_index",
      ),
    ).toEqual([
      { map_index: 0, state: "Success" },
      { map_index: 1, state: "Success" },
      { map_index: 2, state: "Failed" },
    ]);
  });

  test("the log goes by the same indexes, in nested maps too", async () => {
    const { database } = await openDatabase();
    const lists: Template = { type: "value", value: [[1, 2], [3]] };
    const first = startOf("r", { "m-1": { map: [lists], depth: 2 } });
    await database.appendEvents("r", 0, [
      first,
      { type: "task-mapped", at: 1, task: 0, count: 2 },
      { type: "task-mapped", at: 1, task: 1, count: 2 },
      { type: "task-mapped", at: 1, task: 2, count: 1 },
    ]);
    const line = (text: string, element?: string) => ({
      at: 1,
      run: "r",
      node: "m-1",
      attempt: 1,
      level: "info" as const,
      text,
      ...(element === undefined ? {} : { element }),
    });
    await database.appendLogs([
      line("whole"),
      line("first", "0.0"),
      line("last", "1.0"),
      line("no such", "7.7"),
    ]);
    expect(
      await rowsOf(database, "SELECT map_index, text FROM history.logs"),
    ).toEqual([
      { map_index: null, text: "whole" },
      { map_index: 0, text: "first" },
      { map_index: 2, text: "last" },
      { map_index: null, text: "no such" },
    ]);
    expect(
      await rowsOf(
        database,
        "SELECT t.name, l.at, l.level FROM history.logs AS l JOIN history.tasks AS t USING (run, id, map_index) ORDER BY 1",
      ),
    ).toEqual([
      { name: "m-1[0][0]", at: "1970-01-01T00:00:00.001Z", level: "info" },
      { name: "m-1[1][0]", at: "1970-01-01T00:00:00.001Z", level: "info" },
    ]);
  });
});

test("each query finds what has been written until then, of a run that goes on too", async () => {
  const { database, notebook } = await openDatabase();
  const states = (from = database) =>
    rowsOf(
      from,
      "SELECT runs.id, tasks.state FROM history.runs AS runs JOIN history.tasks AS tasks ON tasks.run = runs.id ORDER BY 1",
    );
  expect(await states()).toEqual([]);
  await database.appendEvents("r", 0, [startOf("r")]);
  expect(await states()).toEqual([{ id: "r", state: "Pending" }]);
  await database.appendEvents("r", 1, succeeds(0, 1).slice(0, 2));
  expect(await states()).toEqual([{ id: "r", state: "Running" }]);
  await database.commit({
    ...commitOf({ run: "r", node: "a", attempt: 1 }, 3),
    events: succeeds(0, 1).slice(2),
  });
  expect(await states()).toEqual([{ id: "r", state: "Success" }]);
  await database.commitResults({
    run: "s",
    keys: ["key-a"],
    values: [1],
    events: [startOf("s"), ...succeeds(0, 5)],
    firstEvent: 0,
    cache: [],
  });
  const both = [
    { id: "r", state: "Success" },
    { id: "s", state: "Success" },
  ];
  expect(await states()).toEqual(both);
  const again = makeDatabase();
  await again.open(notebook);
  expect(await states(again)).toEqual(both);
  await database.appendLogs([
    { at: 1, run: "s", node: "a", attempt: 1, level: "info", text: "late" },
  ]);
  expect(await rowsOf(database, "SELECT text FROM history.logs")).toEqual([
    { text: "late" },
  ]);
});

test("a run is read again only when something of it was written", async () => {
  const { database } = await openDatabase();
  await database.appendEvents("r", 0, [startOf("r")]);
  await database.appendEvents("s", 0, [startOf("s")]);
  await rowsOf(database, "SELECT * FROM history.runs");
  const read: unknown[] = [];
  const { getAll } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.getAll = function (query, ...rest) {
    read.push((query as IDBKeyRange).lower);
    return getAll.call(this, query, ...rest);
  };
  try {
    await rowsOf(database, "SELECT * FROM history.runs");
    await database.appendEvents("s", 1, succeeds(0, 1));
    await rowsOf(database, "SELECT 'history.runs'");
    expect(read).toEqual([]);
    await rowsOf(database, "SELECT * FROM history.runs");
    expect(read).toEqual([["events", "s"]]);
  } finally {
    IDBObjectStore.prototype.getAll = getAll;
  }
});

test("a run whose events do not add up is not in the history, and keeps no other out", async () => {
  const { database } = await openDatabase();
  await database.appendEvents("good", 0, [startOf("good")]);
  await database.appendEvents("bad", 0, [
    startOf("bad", { a: [] }, { excluded: ["b"] }),
  ]);
  await database.appendEvents("odd", 0, succeeds(0, 1));
  expect(await rowsOf(database, "SELECT id FROM history.runs")).toEqual([
    { id: "good" },
  ]);
});

describe("the notebook's own database", () => {
  test("has nothing of the history: not in its tables, its names, its file", async () => {
    const { database } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    await client.exec("CREATE TABLE t AS SELECT 1 AS x");
    const before = await database.query("PRAGMA page_count");
    await client.query("SELECT * FROM history.tasks");
    await database.commit(commitOf(attemptOf("a")));
    await rowsOf(database, "SELECT * FROM history.runs, t");
    expect((await database.tables()).map(({ name }) => name)).toEqual(["t"]);
    await expect(database.query("SELECT * FROM runs")).rejects.toThrow(
      "no such table: runs",
    );
    expect(await rowsOf(database, "PRAGMA database_list")).not.toContainEqual(
      expect.objectContaining({ name: "history" }),
    );
    expect(before.rows).toHaveLength(1);

    const file = (await sqlite).connect(pagesOf(await exported(database)));
    onTestFinished(() => file.close());
    const statement = file.reader.prepare(
      "SELECT group_concat(name) FROM sqlite_schema",
    );
    statement.step();
    expect(statement.get()).toEqual(["t"]);
  });

  test("goes before: a table of the same name is the notebook's", async () => {
    const { database } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    await client.exec(
      "CREATE TABLE runs AS SELECT 'own' AS id; CREATE TABLE history AS SELECT 7 AS runs",
    );
    await database.commit(commitOf(attemptOf("a")));
    expect(
      await rowsOf(database, "SELECT runs.id FROM runs, history.tasks AS t"),
    ).toEqual([{ id: "own" }]);
    expect(await rowsOf(database, "SELECT history.runs FROM history")).toEqual([
      { runs: 7 },
    ]);
  });

  test("says that nothing was changed when a task only read the history", async () => {
    const { database } = await openDatabase();
    const first = await attach(database, attemptOf("a"));
    await first.exec("CREATE TABLE t (x)");
    await database.commit(commitOf(attemptOf("a")));
    const next = await attach(database, attemptOf("b"));
    await next.exec("DELETE FROM t WHERE x = 1");
    await next.query("SELECT * FROM history.runs");
    expect(await database.commit(commitOf(attemptOf("b"), 1))).toEqual({
      changedTables: false,
    });
  });

  test("finds the history when it is damaged, and when a save has failed", async () => {
    const { database } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    await client.exec("CREATE TABLE t (x)");
    await database.commit(commitOf(attemptOf("a")));
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value, ...rest) {
      if (rest[0] === "manifest") throw new DOMException("", "UnknownError");
      return put.call(this, value, ...rest);
    };
    try {
      const second = await attach(database, attemptOf("b"));
      await second.exec("INSERT INTO t VALUES (1)");
      await second.query("SELECT * FROM history.runs");
      await expect(
        database.commit(commitOf(attemptOf("b"), 1)),
      ).rejects.toMatchObject({ code: "storage-failed" });
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    const count = "SELECT count(*) AS n FROM history.runs, t";
    expect(await rowsOf(database, count)).toEqual([{ n: 0 }]);
    const third = await attach(database, attemptOf("c"));
    await third.exec("INSERT INTO t VALUES (1)");
    expect(await third.query(count)).toEqual([{ n: 1 }]);
  });
});

describe("a task", () => {
  test("reads the history together with its own writes, before and after it has written", async () => {
    const { database } = await openDatabase();
    await database.appendEvents("r", 0, [startOf("r")]);
    const client = await attach(database, attemptOf("a"));
    expect(await client.query("SELECT id FROM history.runs")).toEqual([
      { id: "r" },
    ]);
    await client.exec("CREATE TABLE seen AS SELECT 'r' AS run");
    for (const id of ["s", "q"]) {
      const sql =
        "SELECT runs.id, seen.run FROM history.runs LEFT JOIN seen ON seen.run = runs.id ORDER BY runs.id";
      const rows = await client.query(sql);
      expect(rows).toContainEqual({ id: "r", run: "r" });
      expect(rows).not.toContainEqual({ id, run: null });
      await database.appendEvents(id, 0, [startOf(id)]);
      expect(await client.query(sql)).toContainEqual({ id, run: null });
    }
    await database.commit(commitOf(attemptOf("a"), 0));
    expect((await database.tables()).map(({ name }) => name)).toEqual(["seen"]);
  });

  test("can use the names of the history's tables as its own between its queries", async () => {
    const { database } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    await client.exec("CREATE TABLE t (x)");
    await client.query("SELECT * FROM history.logs");
    await client.exec("DROP TABLE IF EXISTS logs; CREATE TABLE logs (x)");
    await client.exec("INSERT INTO logs VALUES (1)");
    await client.query("SELECT * FROM history.logs");
    await expect(client.exec("INSERT INTO runs VALUES (1)")).rejects.toThrow(
      "no such table: runs",
    );
    await database.commit(commitOf(attemptOf("a")));
    expect(
      (await database.tables()).map(({ name, rows }) => [name, rows]),
    ).toEqual([
      ["logs", 1],
      ["t", 0],
    ]);
    const next = await attach(database, attemptOf("b"));
    await next.exec("INSERT INTO t VALUES (1)");
    await next.query("SELECT * FROM history.runs");
    await database.rollback(attemptOf("b"));
    const last = await attach(database, attemptOf("c"));
    await last.exec("INSERT INTO t VALUES (1)");
    expect(
      await last.query("SELECT name FROM pragma_database_list"),
    ).not.toContainEqual({ name: "history" });
  });

  test.each([
    "INSERT INTO history.runs (id) VALUES ('x')",
    "UPDATE history.runs SET state = 'Success'",
    "UPDATE OR IGNORE history.runs SET state = 'Success'",
    "DELETE FROM history.runs",
    'DELETE FROM "History".runs',
    "DROP TABLE history.runs",
    "DROP TABLE IF EXISTS history.runs",
    "CREATE TABLE history.mine (x)",
    "CREATE INDEX history.i ON runs (id)",
    "CREATE VIEW v AS SELECT * FROM history.runs",
    "CREATE TABLE copied AS SELECT * FROM history.runs",
    "WITH a AS (SELECT 1) INSERT INTO history.runs (id) SELECT 'x'",
  ])("cannot write it: %s", async (sql) => {
    const { database } = await openDatabase();
    await database.appendEvents("r", 0, [startOf("r")]);
    const client = await attach(database, attemptOf("a"));
    const all = "SELECT id, state FROM history.runs";
    for (const prepare of ["CREATE TABLE t (x)", "INSERT INTO t VALUES (1)"]) {
      await expect(client.exec(sql)).rejects.toMatchObject({
        code: "read-only",
        message: expect.stringContaining("only be read") as unknown,
      });
      await expect(client.query(sql)).rejects.toMatchObject({
        code: "read-only",
      });
      await client.exec(prepare);
      expect(await client.query(all)).toEqual([{ id: "r", state: "Running" }]);
    }
    expect(await rowsOf(database, all)).toEqual([
      { id: "r", state: "Running" },
    ]);
  });

  test("says whether it was to be changed, or only to be read by something else than a query", async () => {
    const { database } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    const said = (sql: string) =>
      client.exec(sql).then(String, ({ message }: Error) => message);
    const changed = /^The history of runs is Flowbook's own: it can only be/;
    expect(await said("DELETE FROM history.runs")).toMatch(changed);
    expect(await said("UPDATE history.runs SET state = 1")).toMatch(changed);
    const read = /Read the rows that you need with db.query first/;
    await client.exec("CREATE TABLE t (x)");
    expect(await said("INSERT INTO t SELECT id FROM history.runs")).toMatch(
      read,
    );
    expect(
      await said("DELETE FROM t WHERE x IN (SELECT id FROM history.runs)"),
    ).toMatch(read);
  });

  test("can call something of its own history", async () => {
    const { database } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    await client.exec(
      "CREATE TABLE t (x); CREATE TABLE u (x); INSERT INTO u VALUES (5); INSERT INTO t SELECT history.x FROM u AS history; UPDATE t SET x = history.x + 1 FROM u AS history WHERE history.x = t.x",
    );
    expect(await client.query("SELECT x FROM t")).toEqual([{ x: 6 }]);
    expect(await client.query("SELECT history.x FROM u AS history")).toEqual([
      { x: 5 },
    ]);
  });

  test("is told which tables the history has", async () => {
    const { database } = await openDatabase();
    const client = await attach(database, attemptOf("a"));
    const refusal =
      /no such table: history\.task .*history\.runs, history\.tasks, history\.attempts, history\.logs/;
    await expect(client.query("SELECT * FROM history.task")).rejects.toThrow(
      refusal,
    );
    await client.exec("CREATE TABLE t (x)");
    await expect(client.query("SELECT * FROM t, history.task")).rejects.toThrow(
      refusal,
    );
    await expect(
      client.exec("CREATE TABLE u AS SELECT * FROM t, history.runs"),
    ).rejects.toThrow("only a query finds them");
    expect(await client.query("SELECT 1 AS one FROM history.runs")).toEqual([]);
  });
});
