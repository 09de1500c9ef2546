import { expect, test } from "vitest";
import type { Graph, Template } from "../../src/core/graph.ts";
import { taskKeys } from "../../src/core/keys.ts";
import {
  caseOf,
  flatten,
  makeGraph,
  mergeOf,
  ref,
  value,
} from "./makeGraph.ts";
import type { TaskSpec } from "./makeGraph.ts";

//  airport -> live -> transform -> load
//  table   -----------------------> load
//             refs -----^
const graph = makeGraph({
  airport: "param",
  table: "param",
  live: ["airport"],
  refs: [],
  transform: ["live", "refs"],
  load: ["table", "transform"],
});
const versions = { live: "1", refs: "1", transform: "1", load: "1" };
const parameters = { airport: "IAD", table: "t" };
const keys = taskKeys(graph, versions, parameters);

/** Which nodes have another key than at first. */
function changed(other: Record<string, string>): string[] {
  return Object.keys(keys).filter((id) => keys[id] !== other[id]);
}

test("keys are the same for the same flow, and all different from each other", () => {
  expect(
    taskKeys(structuredClone(graph), { ...versions }, { ...parameters }),
  ).toEqual(keys);
  expect(new Set(Object.values(keys)).size).toBe(6);
});

test("a changed task changes itself and all downstream", () => {
  expect(
    changed(taskKeys(graph, { ...versions, live: "2" }, parameters)),
  ).toEqual(["live", "transform", "load"]);
  expect(
    changed(taskKeys(graph, { ...versions, load: "2" }, parameters)),
  ).toEqual(["load"]);
  expect(
    changed(taskKeys(graph, { ...versions, unused: "2" }, parameters)),
  ).toEqual([]);
});

test("a changed parameter changes only its branch", () => {
  expect(
    changed(taskKeys(graph, versions, { ...parameters, table: "u" })),
  ).toEqual(["table", "load"]);
});

test("a task that reads context depends on all parameters", () => {
  const context = new Set(["refs"]);
  const before = taskKeys(graph, versions, parameters, context);
  const after = taskKeys(
    graph,
    versions,
    { ...parameters, table: "u" },
    context,
  );
  expect(before.refs).not.toBe(after.refs);
  expect(before.live).toBe(after.live);
});

test("a task of the library goes by its name", () => {
  const read = (task: string) =>
    taskKeys(makeGraph({ read: { task, args: [value("a.csv")] } }), {}, {})
      .read;
  expect(read("readCsv")).toBe(read("readCsv"));
  expect(read("readCsv")).not.toBe(read("readText"));
  expect(taskKeys(makeGraph({ a: { task: "toString" } }), {}, {}).a).toMatch(
    /^[0-9a-f]{32}$/,
  );
});

test("arguments count by value, place and path, not by the order of keys", () => {
  const keyOf = (...args: Template[]) => {
    const world: Graph = makeGraph({ a: [], b: [], c: { args } });
    return taskKeys(world, {}, {}).c;
  };
  const object = (...entries: [string, Template][]): Template => ({
    type: "object",
    entries,
  });
  const all = [
    keyOf(),
    keyOf(value(1)),
    keyOf(value("1")),
    keyOf(value(1), value(2)),
    keyOf(value(2), value(1)),
    keyOf(ref("a")),
    keyOf(ref("b")),
    keyOf(ref("a", "x")),
    keyOf(ref("a", 0)),
    keyOf(ref("a", "0")),
    keyOf(ref("a"), ref("b")),
    keyOf(ref("b"), ref("a")),
    keyOf({ type: "list", items: [ref("a"), ref("b")] }),
    keyOf(object(["x", ref("a")])),
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(keyOf(object(["x", ref("a")], ["y", value(1)]))).toBe(
    keyOf(object(["y", value(1)], ["x", ref("a")])),
  );
});

test("what a task waits for is part of its key", () => {
  const build = (version: string) =>
    taskKeys(makeGraph({ a: [], b: { waitFor: ["a"] } }), { a: version }, {}).b;
  expect(build("1")).not.toBe(build("2"));
});

test("how a task is tried is not part of its key", () => {
  const build = (more: object) => taskKeys(makeGraph({ a: more }), {}, {}).a;
  expect(build({ retries: 5, timeout: 1, name: "other" })).toBe(build({}));
});

test("two equal calls have a key each, so that their results do not overwrite each other", () => {
  const twice = taskKeys(
    makeGraph({
      a: { task: "random" },
      b: { task: "random" },
      c: { task: "random" },
    }),
    {},
    {},
  );
  expect(new Set(Object.values(twice)).size).toBe(3);
  expect(twice.a).toBe(
    taskKeys(makeGraph({ x: { task: "random" } }), {}, {}).x,
  );
});

test("what needs one of several equal calls has the same key, whichever that is", () => {
  const rows = { task: "rows" };
  const load = (from: string) => ({
    task: "load",
    args: [value("b"), ref(from)],
  });
  const second = { one: rows, two: rows, b: load("two") };
  expect(taskKeys(makeGraph(second), {}, {}).b).toBe(
    taskKeys(makeGraph({ one: rows, b: load("one") }), {}, {}).b,
  );
});

test("a sub-flow of the name of a task that reads context does not depend on parameters", () => {
  const daily = makeGraph({
    inner: { within: ["daily"] },
    daily: {
      args: [ref("inner")],
      operator: { type: "flow", flow: "daily", reference: [] },
    },
  });
  const keyFor = (title: string) =>
    taskKeys(daily, {}, { title }, new Set(["daily"])).daily;
  expect(keyFor("x")).toBe(keyFor("y"));
});

test("a node may stand before one that it needs", () => {
  const specs = { a: [], b: ["a"], c: ["b"] };
  const forward = makeGraph(specs);
  const backward = { ...forward, nodes: [...forward.nodes].reverse() };
  expect(taskKeys(backward, {}, {})).toEqual(taskKeys(forward, {}, {}));
});

test("a circle is an error that names its tasks", () => {
  expect(() => taskKeys(makeGraph({ a: ["b"], b: ["a"] }), {}, {})).toThrow(
    /→/,
  );
});

test("a merge has the keys of the cases beside its options, not their names", () => {
  const build = (version: string, name: string) =>
    taskKeys(
      makeGraph({
        cond: {},
        [name]: caseOf("cond"),
        merge: mergeOf([value(1), name]),
      }),
      { cond: version },
      {},
    ).merge;
  expect(build("1", "case-1")).toBe(build("1", "case-7"));
  expect(build("1", "case-1")).not.toBe(build("2", "case-1"));
});

test("a sub-flow has the keys of its reference tasks", () => {
  const build = (version: string, id: string) =>
    taskKeys(
      makeGraph({
        [id]: { task: "a" },
        f: {
          args: [value(1)],
          operator: {
            type: "flow",
            flow: "f",
            reference: [{ node: id, each: 0 }],
          },
        },
      }),
      { a: version },
      {},
    ).f;
  expect(build("1", "f/a-1")).toBe(build("1", "f/a-2"));
  expect(build("1", "f/a-1")).not.toBe(build("2", "f/a-1"));
});

test("a task that reads context has what its sub-flow is given in its key, and no parameters of the flow around", () => {
  const build = (version: string, x: number) => {
    const graph = makeGraph({
      p: "param",
      given: [],
      read: { task: "r", within: ["f"] },
      own: { task: "r" },
      f: {
        args: [value(1)],
        operator: {
          type: "flow",
          flow: "f",
          reference: [],
          parameters: { type: "object", entries: [["x", ref("given")]] },
        },
      },
    });
    return taskKeys(graph, { given: version }, { p: x }, new Set(["r"]));
  };
  expect(build("1", 1).read).toBe(build("1", 2).read);
  expect(build("1", 1).read).not.toBe(build("2", 1).read);
  expect(build("1", 1).own).not.toBe(build("1", 2).own);
});

test("what a task is mapped over is part of its key, level by level", () => {
  const keyOf = (spec: TaskSpec) =>
    taskKeys(makeGraph({ a: { map: [value([1])] }, b: spec }), {}, {}).b;
  const all = [
    keyOf({ map: ["a"] }),
    keyOf({ map: ["a"], depth: 2 }),
    keyOf({ map: [flatten("a")] }),
    keyOf({ needs: ["a"] }),
    keyOf({ map: [value([1])] }),
    keyOf({ map: [value([2])] }),
  ];
  expect(new Set(all).size).toBe(all.length);
});
