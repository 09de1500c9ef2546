import { expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import { replay } from "../../src/core/scheduler.ts";
import { snapshot } from "../../src/core/snapshot.ts";
import type {
  AttemptListener,
  AttemptRequest,
} from "../../src/engine/executor.ts";
import { type DriverParts, RunDriver } from "../../src/engine/runDriver.ts";
import type { TablesWritten } from "../../src/core/tablesWritten.ts";
import { makeGraph } from "../core/makeGraph.ts";

/** A run of tasks that write, whose workers and whose database do what the test says. */
function world(tasks: readonly string[]) {
  const graph = makeGraph(Object.fromEntries(tasks.map((id) => [id, []])));
  const begun = new Map<
    string,
    { request: AttemptRequest; listener: AttemptListener }
  >();
  const settling = new Map<
    string,
    (tables: TablesWritten | undefined) => void
  >();
  const done: string[] = [];
  const store: DriverParts["store"] = {
    commit: ({ attempt }) => {
      done.push(`commit ${attempt.node}`);
      return Promise.resolve();
    },
    settle: ({ node }) => new Promise((resolve) => settling.set(node, resolve)),
    commitResults: () => Promise.resolve(),
    rollback: ({ node }) => {
      done.push(`rollback ${node}`);
      return Promise.resolve();
    },
    hasWritten: () => true,
    appendEvents: () => Promise.resolve(),
    results: () => Promise.resolve([]),
    fileHash: () => Promise.resolve(undefined),
    tablesNow: () => Promise.resolve([]),
  };
  const first: RunEvent = {
    type: "run-started",
    at: 0,
    run: "r",
    graph,
    keys: Object.fromEntries(tasks.map((id) => [id, id])),
    parameters: {},
    reused: [],
    excluded: [],
    seed: 1,
  };
  const driver = new RunDriver([], first, "r", {
    executor: {
      start(request, listener) {
        begun.set(request.node, { request, listener });
        listener.started(request);
      },
      stop: ({ node }) => done.push(`stop ${node}`),
      ask: () => Promise.reject(new Error("no questions")),
      watch: () => Promise.resolve(),
    },
    store,
    clock: { now: () => 1, setTimer: () => () => {} },
    listener: {
      event: () => {},
      log: () => {},
      progress: () => {},
      display: () => {},
    },
    versions: {},
    contextTasks: new Set(),
    cache: new Map(),
  });
  return {
    driver,
    done,
    /** The function of a task returns. */
    returns(node: string) {
      const { request, listener } = begun.get(node)!;
      listener.returned(request, node, undefined);
    },
    /** Several return that were not told of before. */
    returnAll(...nodes: string[]) {
      const requests = nodes.map((node) => begun.get(node)!.request);
      const times = nodes.map(() => 1);
      begun.get(nodes[0]!)!.listener.returnedAll(requests, nodes, times, times);
    },
    /** What a task asked of the database is done, or was lost with it. */
    async settles(node: string, isKept = true) {
      settling.get(node)!(isKept ? {} : undefined);
      await new Promise(setImmediate);
    },
    states: async () => {
      const { tasks: all } = snapshot(replay(await driver.finished));
      return tasks.map((id) => all.get(id)!.state);
    },
  };
}

test("a task that returned while a write of it waits for another task's does not hold up the commit of that", async () => {
  const { returns, settles, done, states } = world(["a", "b"]);
  returns("a");
  returns("b");
  await settles("b");
  expect(done).toEqual(["commit b"]);
  await settles("a");
  expect(await states()).toEqual(["Success", "Success"]);
  expect(done).toEqual(["commit b", "commit a"]);
});

test("the same goes for tasks that were given to a worker together", async () => {
  const { returnAll, settles, done, states } = world(["a", "b"]);
  returnAll("a", "b");
  await settles("b");
  expect(done).toEqual(["commit b"]);
  await settles("a");
  expect(await states()).toEqual(["Success", "Success"]);
});

test("a task is stopped as long as something that it asked of the database goes on", async () => {
  const { driver, returns, done, states } = world(["a"]);
  returns("a");
  driver.cancel();
  expect(await states()).toEqual(["Cancelled"]);
  expect(done).toEqual(["stop a", "rollback a"]);
});

test("what was lost with the database is made again, and counts only then", async () => {
  const { driver, returns, settles, done, states } = world(["a"]);
  returns("a");
  driver.repeat({ run: "r", node: "a", attempt: 1 });
  await settles("a", false);
  expect(done).toEqual(["stop a"]);
  returns("a");
  await settles("a");
  expect(await states()).toEqual(["Success"]);
  expect(done).toEqual(["stop a", "commit a"]);
});
