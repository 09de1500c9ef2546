import { describe, expect, test } from "vitest";
import type { Graph } from "../../../src/core/graph.ts";
import { checkSchedule } from "../../../src/core/schedule.ts";
import * as graphGuard from "../../../src/engine/graphGuard.ts";
import { checkError } from "../../../src/engine/outputGuard.ts";
import { checkFromWorker } from "../../../src/engine/sandboxGuard.ts";
import { cell, startKernel } from "./kernelWorld.ts";

const checkGraph = (value: unknown) =>
  graphGuard.checkGraph(value, checkSchedule);

/** A graph that has every kind of node, option and template. */
const [full] = (
  await startKernel([
    cell(
      "main",
      `const t = task(x => x, { retries: 1, timeout: 5, tags: ["a"], cacheFor: "forever", cacheKey: "k", concurrency: { a: "5/s" }, trigger: triggers.someFailed({ atLeast: 1 }) })
       const u = task(x => x, { trigger: () => true, concurrency: 2 })
       const r = resource(() => 1, () => {})
       const sub = flow("Sub", ({ p }) => u.map(p), { parameters: { p: { type: "json", label: "P" } } })
       flow("F", () => {
         const a = t(param("n", { type: "number", default: 1, min: 0, max: 9, step: 1 }))
         const chosen = choose(a.kind, { x: () => r(), 2: () => {} }, { default: () => t.with({ waitFor: [a] })([a]) })
         sub.map([{ p: a }])
         u.map.map(flatten([chosen]))
         approve(merge(chosen, a), "ok?", { timeout: 5 })
         ask("how?", { when: new Date(0), one: { options: ["a", "b"] } })
         return { a, list: [1, chosen] }
       }, { timeout: 10, schedule: every("1m"), referenceTasks: [t], onStateChange() {} })`,
      { declares: ["t", "u", "r", "sub"] },
    ),
  ]).trace()
).graphs.filter(({ flow }) => flow === "F");

type Json = Record<string, unknown> | unknown[];

/** Every list and object in a value, with the path to it. */
function* places(
  value: unknown,
  path: readonly (string | number)[] = [],
): Generator<(string | number)[]> {
  if (typeof value !== "object" || value === null || value instanceof Date)
    return;
  yield [...path];
  for (const [key, child] of Object.entries(value))
    yield* places(child, [...path, Array.isArray(value) ? Number(key) : key]);
}

const at = (root: unknown, path: readonly (string | number)[]): Json =>
  path.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown>)[key],
    root,
  ) as Json;

describe("a graph from the sandbox", () => {
  test("is refused where it has schedules that nothing checks", () => {
    expect(graphGuard.checkGraph(full)).toBeUndefined();
    const settings = { ...full!.settings, schedules: [] };
    expect(graphGuard.checkGraph({ ...full, settings })).toBeDefined();
  });

  test("has what is equal for many nodes once, so that copies of it are small", async () => {
    const { graphs } = await (
      await startKernel([
        cell(
          "main",
          `const t = task(x => x, { retries: 2, tags: ["a"] })
           flow("F", () => { for (let i = 0; i < 3; i++) approve(t(i), "ok?") })`,
          { declares: ["t"] },
        ),
      ])
    ).trace();
    const copy = checkGraph(structuredClone(graphs[0]));
    for (const nodes of [graphs[0]!.nodes, copy!.nodes]) {
      const tasks = nodes.filter((node) => node.kind === "task");
      const [task, approval] = [tasks[0]!, tasks[1]!];
      for (const node of tasks) {
        expect(node.options).toBe(
          node.task === "t" ? task.options : approval.options,
        );
        for (const key of ["over", "waitFor", "within"] as const)
          expect(node[key]).toBe(task[key]);
      }
    }
  });

  test("passes as it is, as a fresh one without what does not belong", () => {
    const given = structuredClone(full!) as Graph & { more?: unknown };
    const checked = checkGraph({ ...given, more: 1 });
    expect(checked).toEqual(full);
    expect(checked).not.toBe(given);
    for (const path of places(full)) {
      if (path.includes("value") || path.includes("default")) continue;
      expect(at(checked, path)).not.toBe(at(given, path));
    }
  });

  test("is refused when anything in it is of another kind", () => {
    let tried = 0;
    for (const path of places(full)) {
      // Constants, defaults and schedules' own fields are checked elsewhere or by nobody.
      if (path.some((key) => ["value", "default"].includes(String(key))))
        continue;
      for (const key of Object.keys(at(full, path))) {
        if (["value", "default", "label", "min", "max", "step"].includes(key))
          continue;
        for (const wrong of [Symbol.iterator, null, -1, {}, { length: 1 }]) {
          const graph = structuredClone(full!);
          const target = at(graph, path) as Record<string, unknown>;
          target[key] = typeof wrong === "symbol" ? true : wrong;
          const before = at(full, [...path, key]) as unknown;
          if (JSON.stringify(before) === JSON.stringify(target[key])) continue;
          if (typeof before === "boolean" && typeof wrong === "symbol")
            continue;
          // What returns no one task's result says so.
          if (key === "returns" && wrong === null) continue;
          // Numbers are as good as texts as the options of a choice.
          if (path.at(-1) === "options" && Array.isArray(target)) continue;
          tried += 1;
          expect([...path, key, wrong, checkGraph(graph)].map(String)).toEqual(
            [...path, key, wrong, undefined].map(String),
          );
        }
      }
    }
    expect(tried).toBeGreaterThan(1000);
  });

  /** A graph that may be spoilt. */
  interface Loose {
    nodes: LooseNode[];
    edges: unknown[];
    settings: Record<string, unknown>;
    result: unknown;
  }
  interface LooseNode {
    id: string;
    name: unknown;
    args: unknown[];
    over: unknown[];
    waitFor: unknown[];
    within: unknown[];
    options: Record<string, unknown>;
    operator: Record<string, unknown>;
    cleanupOf: unknown;
    mapped: unknown;
  }
  const change = (edit: (graph: Loose) => void) => {
    const graph = structuredClone(full!) as unknown as Loose;
    edit(graph);
    return checkGraph(graph);
  };
  const nodeIn = (graph: Loose, id: string): LooseNode =>
    graph.nodes.find((node) => node.id === id)!;
  const ref = (node: string, each?: number) => ({
    type: "ref",
    node,
    path: [],
    ...(each === undefined ? {} : { each }),
  });

  test("names no task by marks that turn the direction of writing round", () => {
    const checked = change((graph) => {
      nodeIn(graph, "t-1").name = "load \u202egpj.exe\u2069";
    });
    expect(checked!.nodes.find(({ id }) => id === "t-1")!.name).toBe(
      "load gpj.exe",
    );
  });

  test.each<[string, (graph: Loose) => void]>([
    ["a ref of nobody", (g) => (nodeIn(g, "t-1").args[0] = ref("gone"))],
    [
      "a ref that goes too deep",
      (g) => (nodeIn(g, "t-1").args[0] = ref("u-1", 1)),
    ],
    ["a result that is deep", (g) => (g.result = ref("u-1", 1))],
    [
      "a level that is not there",
      (g) =>
        (nodeIn(g, "t-1").args[0] = {
          type: "each",
          level: 0,
          of: ref("t-1"),
          path: [],
        }),
    ],
    [
      "a level that needs itself",
      (g) =>
        (nodeIn(g, "u-1").over[0] = [
          {
            input: "x",
            of: { type: "each", level: 0, of: ref("t-1"), path: [] },
          },
        ]),
    ],
    ["a level without lists", (g) => (nodeIn(g, "u-1").over[0] = [])],
    ["a map that says it is none", (g) => (nodeIn(g, "u-1").mapped = false)],
    [
      "a wait for nobody",
      (g) => nodeIn(g, "t-1").waitFor.push({ node: "gone", each: 0 }),
    ],
    [
      "a wait that is deep",
      (g) => nodeIn(g, "t-1").waitFor.push({ node: "u-1", each: 1 }),
    ],
    [
      "a guard that is nobody",
      (g) =>
        (nodeIn(g, "merge-1").operator.guards = [
          { node: "gone", each: 0 },
          undefined,
          undefined,
        ]),
    ],
    ["too few guards", (g) => (nodeIn(g, "merge-1").operator.guards = [])],
    ["a case without a condition", (g) => (nodeIn(g, "case-1").args = [])],
    [
      "a part of what is no sub-flow",
      (g) => nodeIn(g, "t-1").within.push("t-1"),
    ],
    [
      "a clean-up of nobody",
      (g) => (nodeIn(g, "r-1/cleanup").cleanupOf = "gone"),
    ],
    ["a reference that is nobody", (g) => (g.settings.reference = ["gone"])],
    ["a reference that is a parameter", (g) => (g.settings.reference = ["n"])],
    ["two nodes of one id", (g) => g.nodes.push(structuredClone(g.nodes[1]!))],
    ["an edge to nobody", (g) => g.edges.push({ from: "t-1", to: "gone" })],
    ["an edge to a parameter", (g) => g.edges.push({ from: "t-1", to: "n" })],
    ["endless retries", (g) => (nodeIn(g, "t-1").options.retries = Infinity)],
    [
      "an endless timeout",
      (g) => (nodeIn(g, "t-1").options.timeout = Infinity),
    ],
    ["no number", (g) => (nodeIn(g, "t-1").options.cacheFor = NaN)],
    [
      "an endless delay",
      (g) => (nodeIn(g, "t-1").options.retryDelays = [Infinity]),
    ],
    [
      "a function that is none",
      (g) => (nodeIn(g, "t-1").options.functions = ["then"]),
    ],
    [
      "a function twice",
      (g) => (nodeIn(g, "t-1").options.functions = ["name", "name"]),
    ],
    [
      "a custom trigger without a function",
      (g) => (nodeIn(g, "t-1").options.trigger = { type: "custom" }),
    ],
    [
      "a limit of nothing",
      (g) => (g.settings.limits = [{ of: "tag a", atOnce: 0 }]),
    ],
    [
      "a rate without a period",
      (g) => (g.settings.limits = [{ of: "tag a", starts: 1 }]),
    ],
    ["a list with holes", (g) => (nodeIn(g, "t-1").args = new Array(1))],
    [
      "a template without an end",
      (g) => {
        const list: unknown[] = [];
        const loop = { type: "list", items: list };
        list.push(loop);
        g.result = loop;
      },
    ],
    [
      "a text that is too long",
      (g) => (nodeIn(g, "t-1").name = "x".repeat(1001)),
    ],
    ["too many nodes", (g) => (g.nodes = new Array(100_000).fill(g.nodes[0]))],
  ])("is refused with %s", (_, edit) => {
    expect(change(edit)).toBeUndefined();
  });

  test("may reuse for ever", () => {
    expect(
      change(
        ((g: Loose) => (nodeIn(g, "t-1").options.cacheFor = Infinity)) as never,
      ),
    ).toBeDefined();
  });
});

describe("what a worker says of a task", () => {
  const check = (message: object) => checkFromWorker({ job: 1, ...message });
  const error = { name: "Error", message: "no" };

  test.each<[object, object]>([
    [
      { type: "failed", error, retry: { type: "always", after: 5, x: 1 } },
      { type: "failed", job: 1, error, retry: { type: "always", after: 5 } },
    ],
    [
      { type: "failed", error, retry: { type: "never" } },
      { type: "failed", job: 1, error, retry: { type: "never" } },
    ],
    [
      { type: "failed", error, loop: { count: 2, result: { a: 1 }, x: 1 } },
      {
        type: "failed",
        job: 1,
        error,
        loop: { count: 2, result: { a: 1 } },
      },
    ],
    [
      { type: "skipped", message: "no", more: 1 },
      { type: "skipped", job: 1, message: "no" },
    ],
    [{ type: "paused" }, { type: "paused", job: 1, message: undefined }],
    [
      { type: "named", name: "n".repeat(2000) },
      { type: "named", job: 1, name: "n".repeat(1000) },
    ],
    [
      { type: "named", name: "load \u202egpj.exe" },
      { type: "named", job: 1, name: "load gpj.exe" },
    ],
    [
      { type: "answered", answer: { type: "start", x: 1 } },
      { type: "answered", job: 1, answer: { type: "start" } },
    ],
    [
      { type: "answered", answer: { type: "cache-key", value: [1] } },
      { type: "answered", job: 1, answer: { type: "cache-key", value: [1] } },
    ],
    [
      {
        type: "answered",
        answer: { type: "end", state: "Skipped", message: "no", x: 1 },
      },
      {
        type: "answered",
        job: 1,
        answer: { type: "end", state: "Skipped", message: "no" },
      },
    ],
    [{ type: "watched" }, { type: "watched", job: 1 }],
  ])("%j passes with its known fields", (message, expected) => {
    expect(check(message)).toEqual(expected);
  });

  test.each([
    [{ retry: { type: "always", after: -1 } }, { retry: { type: "always" } }],
    [
      { retry: { type: "always", after: 1e300 } },
      { retry: { type: "always" } },
    ],
    [
      { retry: { type: "always", after: Infinity } },
      { retry: { type: "always" } },
    ],
    [{ retry: { type: "often" } }, {}],
    [{ retry: 1 }, {}],
    [{ loop: { count: 0 } }, {}],
    [{ loop: { count: 1.5 } }, {}],
    [{ loop: [] }, {}],
  ])("a failure with %j fails all the same", (more, kept) => {
    expect(check({ type: "failed", error, ...more })).toEqual({
      type: "failed",
      job: 1,
      error,
      ...kept,
    });
  });

  test.each([
    { type: "named", name: 5 },
    { type: "answered" },
    { type: "answered", answer: { type: "end", state: "Success" } },
    { type: "answered", answer: { type: "stop" } },
    { type: "watched", job: -1 },
    { type: "watching" },
  ])("%j is nothing", (message) => {
    expect(check(message)).toBeUndefined();
  });
});

test("a flow that is drawn and whose name no flow can have is not taken for its cell", () => {
  const drawing = { type: "drawing", job: 1, cell: "c" };
  const flow = "f".repeat(1000);
  expect(checkFromWorker({ ...drawing, flow })).toEqual({ ...drawing, flow });
  expect(checkFromWorker(drawing)).toEqual({ ...drawing, flow: undefined });
  for (const wrong of [`${flow}f`, 5, null])
    expect(checkFromWorker({ ...drawing, flow: wrong })).toBeUndefined();
});

test("a worker may ask for the libraries that there are, and for nothing else by that way", () => {
  const ask = { type: "load-library", job: 1, call: 2, name: "csv" };
  expect(checkFromWorker({ ...ask, more: 1 })).toEqual(ask);
  for (const wrong of ["constructor", "../kernel", 5, undefined])
    expect(checkFromWorker({ ...ask, name: wrong })).toBeUndefined();
  expect(checkFromWorker({ ...ask, call: -1 })).toBeUndefined();
});

test("what was behind an error of the sandbox is believed as far as it is plain, and not endlessly", () => {
  type Made = { message: string; extra: number; cause?: Made; errors?: Made[] };
  const error: Made = { message: "0", extra: 1 };
  error.errors = Array.from({ length: 3 }, () => ({ message: "e", extra: 1 }));
  error.cause = { message: "1", extra: 1 };
  expect(checkError(error)).toEqual({
    name: "Error",
    message: "0",
    errors: Array.from({ length: 3 }, () => ({ name: "Error", message: "e" })),
    cause: { name: "Error", message: "1" },
  });
  error.cause = error;
  error.errors = [error, error, error];
  expect(JSON.stringify(checkError(error)).match(/message/g)).toHaveLength(9);
  expect(checkError({ message: "m", cause: "x", errors: 5 })).toEqual({
    name: "Error",
    message: "m",
  });
  const many = Array.from({ length: 4 }, () => ({ message: "e" }));
  expect(checkError({ message: "m", errors: many })).not.toHaveProperty(
    "errors",
  );
});
