import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { briefJson } from "../../../src/core/briefJson.ts";
import { cellText } from "../../../src/core/cellText.ts";
import { plainSettings } from "../../../src/core/graph.ts";
import { canonical } from "../../../src/core/hash.ts";
import { flattenList } from "../../../src/core/template.ts";
import { showValue } from "../../../src/core/words.ts";
import { batchOf } from "../database/world.ts";
import type {
  FromFrame,
  FromWorker,
  Output,
  QuestionAnswer,
  ToData,
} from "../../../src/engine/protocol.ts";
import { checkToData } from "../../../src/engine/guard.ts";
import { checkSchedule } from "../../../src/core/schedule.ts";
import * as graphGuard from "../../../src/engine/graphGuard.ts";
import { checkOutput } from "../../../src/engine/outputGuard.ts";
import {
  checkFromFrame,
  checkFromWorker,
  needsScheduleCheck,
} from "../../../src/engine/sandboxGuard.ts";
import { sizeOf } from "../../../src/core/sizeOf.ts";
import { WorkerPool, type TaskWorker } from "../../../src/engine/workerPool.ts";

// Whatever the code of a notebook sends. A message has been cloned on its way: it has no getters, but any shape.

const checkGraph = (value: unknown) =>
  graphGuard.checkGraph(value, checkSchedule);

/** One valid message of each type of each port. */
const valid: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  frame: [
    { type: "booted" },
    { type: "pong", id: 1 },
    { type: "killed", worker: 1 },
    { type: "worker-error", worker: 1, message: "m" },
  ],
  worker: [
    { type: "ready" },
    { type: "drawing", job: 1, cell: "c", flow: "F" },
    {
      type: "traced",
      job: 1,
      report: {
        graphs: [],
        errors: [{ cell: "c", error: { name: "Error", message: "m" } }],
      },
    },
    { type: "returned", job: 1, value: { a: 1 }, took: 1 },
    {
      type: "returned-all",
      job: 1,
      values: [1, 2],
      startedAt: new Float64Array(2),
      endedAt: new Float64Array(2),
      took: 1,
      names: ["n", ""],
    },
    { type: "begun", job: 1 },
    { type: "handed-back", job: 1 },
    { type: "spoiled", job: 1 },
    {
      type: "failed",
      job: 1,
      error: {
        name: "E",
        message: "m",
        stack: "s",
        place: { cell: "c", line: 1, column: 1 },
      },
      retry: { type: "always", after: 5 },
      loop: { count: 1, result: 2 },
    },
    { type: "skipped", job: 1, message: "m" },
    { type: "paused", job: 1, message: undefined },
    { type: "named", job: 1, name: "n" },
    { type: "answered", job: 1, answer: { type: "start" } },
    { type: "answered", job: 1, answer: { type: "cache-key", value: [1] } },
    {
      type: "answered",
      job: 1,
      answer: { type: "end", state: "Skipped", message: "m" },
    },
    { type: "watched", job: 1 },
    { type: "viewed", job: 1, outputs: [{ type: "text", text: "t" }] },
    { type: "log", job: 1, level: "info", text: "t", at: 1 },
    { type: "progress", job: 1, done: 1, total: 2, label: "l" },
    {
      type: "display",
      job: 1,
      key: "k",
      output: { type: "table", columns: ["a"], rows: [{ a: 1 }], total: 1 },
    },
    { type: "open-database", job: 1 },
    { type: "read-file", job: 1, call: 1, name: "a.csv" },
    { type: "load-library", job: 1, call: 1, name: "csv" },
  ],
  data: [
    { call: 1, method: "query", sql: "SELECT 1", parameters: [1, "a", null] },
    { call: 1, method: "exec", sql: "SELECT :a", parameters: { a: 1n } },
    { call: 1, method: "sql", sql: "SELECT 1", parameters: [] },
    {
      ...{ call: 1, method: "query", sql: "SELECT * FROM a", parameters: [] },
      cells: [{ name: "a", sql: "SELECT ?", parameters: [1n] }],
    },
    {
      call: 1,
      method: "load-begin",
      load: 1,
      request: {
        table: "t",
        mode: "append",
        key: ["a"],
        types: { a: "TEXT" },
      },
    },
    {
      call: 1,
      method: "load-rows",
      load: 1,
      batch: batchOf([{ a: 0 }]),
    },
    { call: 1, method: "load-end", load: 1 },
    { call: 1, method: "load-abort", load: 1 },
  ],
  output: [
    { type: "table", columns: ["a"], rows: [{ a: 1 }], total: 1, title: "t" },
    { type: "database-table", table: "t", title: "t" },
    { type: "html", text: "<b>t</b>" },
    { type: "svg", text: "<svg/>" },
    { type: "markdown", text: "*t*" },
    { type: "text", text: "t" },
    { type: "json", value: { a: [1] } },
    { type: "file", name: "a.bin", bytes: new Uint8Array([1]) },
    {
      type: "image",
      mime: "image/gif",
      bytes: new TextEncoder().encode("GIF89a"),
      alt: "a",
    },
    { type: "notification", text: "t", body: "b" },
    { type: "error", error: { name: "E", message: "m" } },
  ],
};

/** All that there are: the compiler asks for a new one here, and the test below for a message of it. */
const typesOf: {
  frame: Record<FromFrame["type"], true>;
  worker: Record<FromWorker["type"], true>;
  data: Record<ToData["method"], true>;
  output: Record<Output["type"], true>;
} = {
  frame: { booted: true, pong: true, killed: true, "worker-error": true },
  worker: {
    ready: true,
    drawing: true,
    traced: true,
    returned: true,
    "returned-all": true,
    begun: true,
    "handed-back": true,
    spoiled: true,
    failed: true,
    skipped: true,
    paused: true,
    named: true,
    answered: true,
    watched: true,
    viewed: true,
    log: true,
    progress: true,
    display: true,
    "open-database": true,
    "read-file": true,
    "load-library": true,
  },
  data: {
    sql: true,
    query: true,
    exec: true,
    "load-begin": true,
    "load-rows": true,
    "load-end": true,
    "load-abort": true,
  },
  output: {
    table: true,
    "database-table": true,
    html: true,
    svg: true,
    markdown: true,
    text: true,
    json: true,
    file: true,
    image: true,
    notification: true,
    error: true,
  },
};
const answerTypes: Record<QuestionAnswer["type"], true> = {
  start: true,
  "cache-key": true,
  end: true,
};

test("there is a message of every type of every port to be broken, and of no other", () => {
  for (const [port, types] of Object.entries(typesOf))
    expect(
      new Set(valid[port]!.map(({ method, type }) => method ?? type)),
    ).toEqual(new Set(Object.keys(types)));
  const answers = valid["worker"]!.flatMap(({ answer }) =>
    answer === undefined ? [] : [(answer as QuestionAnswer).type],
  );
  expect(new Set(answers)).toEqual(new Set(Object.keys(answerTypes)));
});

const checks: Readonly<Record<string, (message: unknown) => unknown>> = {
  frame: checkFromFrame,
  worker: (message) =>
    needsScheduleCheck(message)
      ? checkFromWorker(message, checkSchedule)
      : checkFromWorker(message),
  data: checkToData,
  graph: checkGraph,
  output: checkOutput,
};

const cycle: Record<string, unknown> = { type: "log", job: 1 };
cycle.text = cycle;

/** What survives a clone and looks like something that it is not. */
const odd = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withNullPrototype: true,
    maxDepth: 3,
  }),
  fc.constantFrom<unknown>(
    cycle,
    [cycle],
    "x".repeat(25_000),
    -0,
    NaN,
    Infinity,
    2 ** 53,
    -1,
    new Error("e"),
    /x/g,
    new ArrayBuffer(8),
    new SharedArrayBuffer(8),
    new Float64Array([NaN, Infinity]),
    new Blob(["b"]),
    new Array(5),
    Object.assign([1], { type: "ready" }),
    JSON.parse('{"__proto__":{"type":"ready"},"constructor":{"prototype":1}}'),
    { length: 1e9 },
    { toString: 1, valueOf: 2, toJSON: 3, then: 4 },
  ),
);
const key = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "prototype", "then"),
  fc.string(),
);

/** A valid message with something in it changed, dropped or added, at any depth. */
function broken(port: string): fc.Arbitrary<unknown> {
  return fc
    .record({
      message: fc.constantFrom(...valid[port]!),
      at: fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }),
      change: fc.constantFrom("set", "drop", "add"),
      key,
      value: odd,
    })
    .map(({ message, at, change, key, value }) => {
      const copy = structuredClone(message);
      let place: Record<string, unknown> = copy;
      for (const step of at.slice(1)) {
        const children = Object.values(place).filter(
          (child) => typeof child === "object" && child !== null,
        );
        if (children.length === 0) break;
        place = children[step % children.length] as Record<string, unknown>;
      }
      if (ArrayBuffer.isView(place)) return copy;
      const keys = Object.keys(place);
      const chosen = keys[at[0]! % Math.max(1, keys.length)] ?? key;
      const changed = change === "add" ? key : chosen;
      if (change === "drop") Reflect.deleteProperty(place, chosen);
      // A list's length is not to be defined anew.
      else if (!Array.isArray(place) || changed !== "length")
        Object.defineProperty(place, changed, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      return copy;
    });
}

const builtIns = (): string[] =>
  [Object, Array, Function, String, Promise].flatMap((type) =>
    Reflect.ownKeys(type.prototype).map(String),
  );
const before = builtIns();
afterEach(() => expect(builtIns()).toEqual(before));

describe.each(Object.keys(checks))("what comes over the %s port", (port) => {
  const check = checks[port]!;

  test("can be anything without anything thrown or any built-in changed", () => {
    fc.assert(fc.property(odd, (message) => void check(message)));
  });

  if (!(port in valid)) return;

  test("passes when it is valid, and what has passed passes unchanged", () => {
    for (const message of valid[port]!) {
      const once = check(message);
      expect(once).toBeDefined();
      if (port !== "data") {
        expect(once).toEqual(message);
        expect(check(once)).toEqual(once);
      } else {
        // What the statement is, the check has said.
        const said = message.method === "sql" ? { method: "query" } : {};
        expect(once).toEqual({ ok: true, call: { ...message, ...said } });
      }
    }
  });

  test("is passed on fresh, with the fields of its type and no others, or not at all", () => {
    const fields = new Set(
      valid[port]!.flatMap((message) => Object.keys(message)),
    );
    fc.assert(
      fc.property(broken(port), (message) => {
        const checked = check(message) as Record<string, unknown> | undefined;
        const passed = (
          port === "data" && checked?.ok ? checked.call : checked
        ) as Record<string, unknown> | undefined;
        if (passed === undefined || (port === "data" && !checked?.ok)) return;
        expect(passed).not.toBe(message);
        expect(Object.getPrototypeOf(passed)).toBe(Object.prototype);
        for (const name of Object.keys(passed))
          expect(fields.has(name), name).toBe(true);
        if (port !== "data") expect(check(passed)).toEqual(passed);
      }),
      { numRuns: 1000 },
    );
  });
});

test("a list with a constructor of its own is read as any other", () => {
  const list = (items: unknown[]) =>
    Object.assign(items, { constructor: "none" });
  const text = { type: "text", text: "t" };
  expect(
    checkFromWorker({ type: "viewed", job: 1, outputs: list([text]) }),
  ).toEqual({ type: "viewed", job: 1, outputs: [text] });
  const batch = {
    type: "returned-all",
    job: 1,
    startedAt: new Float64Array(1),
    endedAt: new Float64Array(1),
    took: 1,
  };
  expect(
    checkFromWorker({ ...batch, values: list([5]), names: list(["n"]) }),
  ).toEqual({ ...batch, values: [5], names: ["n"] });
  const table = { type: "table", columns: ["a"], rows: [{ a: 1 }], total: 1 };
  const shown = checkOutput({
    ...table,
    columns: list(["a"]),
    rows: list([{ a: 1 }]),
  });
  expect(shown).toEqual(table);
});

test("a time that no Date can hold is none", () => {
  for (const [time, isTime] of [
    [8.64e15, true],
    [-8.64e15, true],
    [8.65e15, false],
    [-1e300, false],
  ] as const) {
    const times = new Float64Array([time]);
    for (const at of ["startedAt", "endedAt"]) {
      const batch = {
        type: "returned-all",
        job: 1,
        values: [1],
        startedAt: new Float64Array(1),
        endedAt: new Float64Array(1),
        took: 1,
      };
      const checked = checkFromWorker({ ...batch, [at]: times });
      expect(checked !== undefined, `${at} ${time}`).toBe(isTime);
    }
    const line = { type: "log", job: 1, level: "info", text: "t", at: time };
    expect(checkFromWorker(line)).toEqual({ ...line, at: isTime ? time : 0 });
  }
});

test("an output of any size is shown as an error rather than carried on", () => {
  const rows = Array.from({ length: 20_000 }, () => ({ a: 1 }));
  const wide = ["x".repeat(15_000_000)];
  for (const output of [
    { type: "table", columns: ["a"], rows, total: 1 },
    { type: "table", columns: ["a"], rows: [{ wide }], total: 1 },
    { type: "json", value: wide },
    { type: "html", text: "x".repeat(10_000_001) },
  ])
    expect(checkOutput(output).type).toBe("error");
});

/** Lists of two, one in the other: a message of some bytes, and more values than there is memory for. */
function vast(): unknown {
  let list: unknown = ["x"];
  for (let depth = 0; depth < 60; depth += 1) list = [list, list];
  return structuredClone(list);
}

/** Each part knows all others, so that there are more ways through it than anybody can go. */
function tangle(): unknown {
  const parts = Array.from({ length: 40 }, () => [] as unknown[]);
  for (const part of parts) part.push(...parts);
  return parts[0];
}

describe.each([
  ["vast", vast()],
  ["tangled", tangle()],
  // In something, as a list of nothing alone is refused for its length.
  ["empty without end", [new Array(4e9)]],
])("a value that is small to send and %s to write out", (_, value) => {
  test("is not shown as an output", () => {
    for (const output of [
      { type: "json", value },
      { type: "table", columns: ["a"], rows: [{ a: value }], total: 1 },
    ])
      expect(checkOutput(output).type).toBe("error");
  });

  test("is in no graph: its flow is told so, and the others are drawn", () => {
    const graph = (flow: string, constant: unknown) => ({
      flow,
      nodes: [],
      edges: [],
      result: { type: "value", value: constant },
      settings: plainSettings,
    });
    const parameter = { name: "p", type: "json", required: false };
    const checked = checkFromWorker({
      type: "traced",
      job: 1,
      report: {
        graphs: [
          graph("Good", [1]),
          graph("Large", value),
          {
            ...graph("Asked", 1),
            nodes: [
              {
                kind: "parameter",
                id: "p",
                name: "p",
                parameter: { ...parameter, default: value },
              },
            ],
          },
        ],
        errors: [],
      },
    });
    const report = checked?.type === "traced" ? checked.report : undefined;
    expect(report?.graphs.map(({ flow }) => flow)).toEqual(["Good"]);
    expect(report?.errors.map(({ flow }) => flow)).toEqual(["Large", "Asked"]);
    expect(report?.errors[0]?.error.message).toContain("too large to be drawn");
  });

  test("has no text for people and no hash, rather than one that takes for ever", () => {
    expect(briefJson(value)).toBeUndefined();
    expect(cellText(value)).toBe("[object Array]");
    expect(showValue(value)).toBe("an object");
    expect(sizeOf(value)).toBeGreaterThan(0);
    expect(() => canonical(value)).toThrow("too large");
  });
});

test("a result that is a list without end fails its task, no result of a batch is one, and each has one name", () => {
  const value = new Array(4e9);
  expect(checkFromWorker({ type: "returned", job: 1, value })).toMatchObject({
    type: "failed",
    error: {
      code: "cannot-copy",
      message: expect.stringContaining("more than 20,000,000") as string,
    },
  });
  const times = new Float64Array(1);
  expect(
    checkFromWorker({
      ...{ type: "returned-all", job: 1, values: [value], took: 1 },
      ...{ startedAt: times, endedAt: times },
    }),
  ).toBeUndefined();
  for (const names of [["a", "b"], [1], "a"])
    expect(
      checkFromWorker({
        ...{ type: "returned-all", job: 1, values: [1], took: 1, names },
        ...{ startedAt: times, endedAt: times },
      }),
    ).toBeUndefined();
  expect(() => flattenList([new Array(9e7)], () => "it")).toThrow(
    "Cannot flatten it: it has more than 20,000,000 elements",
  );
});

test("a value that holds itself once is a value as any other", () => {
  const value: Record<string, unknown> = { name: "x".repeat(1000) };
  value["self"] = value;
  expect(checkOutput({ type: "json", value })).toEqual({ type: "json", value });
});

test("a frame that never answers is a browser without the sandbox", async () => {
  vi.useFakeTimers();
  const { port1, port2 } = new MessageChannel();
  let isReplaced = false;
  const pool = new WorkerPool(port1, "kernel", () => (isReplaced = true));
  const refused = expect(pool.booted).rejects.toMatchObject({
    code: "sandbox-unavailable",
  });
  await vi.advanceTimersByTimeAsync(10_000);
  await refused;
  expect(isReplaced).toBe(false);
  vi.useRealTimers();
  port2.close();
});

describe("a worker of the sandbox", () => {
  /** A pool, and the frame that it believes to speak with. */
  async function open() {
    const { port1, port2 } = new MessageChannel();
    const told: { type: string; worker?: number; port?: MessagePort }[] = [];
    const waiting: (() => void)[] = [];
    port2.onmessage = ({ data }) => {
      told.push(data);
      for (const wake of waiting.splice(0)) wake();
    };
    const pool = new WorkerPool(port1, "kernel", () => {});
    const until = async (isThere: () => boolean): Promise<void> => {
      while (!isThere()) await new Promise<void>((wake) => waiting.push(wake));
    };
    const spawn = async () => {
      const worker = pool.spawn();
      const isIt = (message: (typeof told)[number]) =>
        message.type === "spawn" && message.worker === worker.id;
      await until(() => told.some(isIt));
      return { worker, port: told.find(isIt)!.port! };
    };
    return { pool, told, until, spawn, frame: port2 };
  }

  const lost = (worker: TaskWorker): Promise<string> =>
    new Promise((resolve) => (worker.onLost = resolve));

  test("that sends what no worker may send is ended, says so, and others go on", async () => {
    const { pool, told, until, spawn, frame } = await open();
    const hostile = await spawn();
    const other = await spawn();
    const heard: FromWorker[] = [];
    hostile.worker.onMessage = (message) => heard.push(message);
    const ended = lost(hostile.worker);
    for (let n = 0; n < 1000; n++)
      hostile.port.postMessage({ type: "begun", job: n });
    for (let n = 0; n < 1000; n++)
      hostile.port.postMessage({ type: "APPLY", path: ["constructor"], n });
    expect(await ended).toContain("no task may send");
    expect(heard).toHaveLength(1000);
    await until(() => told.some(({ type }) => type === "kill"));

    const next = new Promise((resolve) => (other.worker.onMessage = resolve));
    other.port.postMessage({ type: "ready" });
    expect(await next).toEqual({ type: "ready" });
    pool.close();
    frame.close();
  });

  test("cannot speak for another one, nor end it", async () => {
    const { pool, spawn, frame } = await open();
    const hostile = await spawn();
    const victim = await spawn();
    let isLost = false;
    victim.worker.onLost = () => (isLost = true);
    const ended = lost(hostile.worker);
    hostile.port.postMessage({
      type: "worker-error",
      worker: victim.worker.id,
      message: "gone",
    });
    await ended;
    expect(isLost).toBe(false);
    pool.close();
    frame.close();
  });

  test("that was started ahead is the next one that is wanted, and no other is started for it", async () => {
    const { pool, told, until, spawn, frame } = await open();
    const starts = () => told.filter(({ type }) => type === "spawn");
    pool.prepare([{ type: "trace", job: 0 }]);
    pool.prepare([]);
    await until(() => starts().length > 0);
    const { port } = starts()[0]!;
    expect(
      await new Promise((resolve) => (port!.onmessage = resolve)),
    ).toMatchObject({ data: { type: "trace", job: 0 } });
    port!.postMessage({ type: "ready" });
    const { worker } = await spawn();
    expect(worker.id).toBe(starts()[0]!.worker);
    // What it said before anybody wanted it is not lost.
    expect(
      await new Promise((resolve) => (worker.onMessage = resolve)),
    ).toEqual({ type: "ready" });
    await spawn();
    expect(starts()).toHaveLength(2);
    pool.close();
    frame.close();
  });

  test("that died before it was wanted is given to nobody", async () => {
    const { pool, told, until, spawn, frame } = await open();
    pool.prepare([]);
    await until(() => told.some(({ type }) => type === "spawn"));
    const { worker: dead } = told.find(({ type }) => type === "spawn")!;
    frame.postMessage({ type: "worker-error", worker: dead, message: "gone" });
    // Messages keep their order: when that answer is there, the death has been heard of.
    const other = new Promise<void>((heard) => {
      void pool.booted.then(heard);
    });
    frame.postMessage({ type: "booted" });
    await other;
    expect((await spawn()).worker.id).not.toBe(dead);
    pool.close();
    frame.close();
  });

  test("that nobody wanted is ended with the sandbox", async () => {
    const { pool, told, until, frame } = await open();
    pool.prepare([]);
    pool.close();
    await until(() => told.some(({ type }) => type === "kill"));
    frame.close();
  });
});
