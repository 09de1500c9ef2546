import { describe, expect, test } from "vitest";
import {
  cell,
  edgesInto,
  nodeOf,
  startKernel,
  traceError,
  traceOne,
} from "./kernelWorld.ts";

const tasks = `
const list = task(() => [1, 2])
const double = task(n => n * 2)
const add = task((a, b) => a + b)
const sum = task(numbers => numbers.reduce((a, b) => a + b, 0))`;
const names = ["list", "double", "add", "sum"];
const trace = (body: string) => traceOne(body, tasks, names);
const fails = (body: string) => traceError(body, tasks, names);

describe("a map in a flow body", () => {
  test("goes over a list that is known, element by element", async () => {
    const graph = await trace("return double.map([1, 2])");
    const list = { type: "value", value: [1, 2] };
    expect(nodeOf(graph, "double-1")).toMatchObject({
      mapped: true,
      over: [[{ input: "n", of: list }]],
      args: [{ type: "each", level: 0, of: list, path: [] }],
    });
    expect(graph.result).toEqual({ type: "ref", node: "double-1", path: [] });
  });

  test("goes over the list that a task returns, or a part of it", async () => {
    const graph = await trace("double.map(list()); double.map(list().rows)");
    expect(nodeOf(graph, "double-1").args).toEqual([
      {
        type: "each",
        level: 0,
        of: { type: "ref", node: "list-1", path: [] },
        path: [],
      },
    ]);
    expect(nodeOf(graph, "double-2").over).toEqual([
      [{ input: "n", of: { type: "ref", node: "list-2", path: ["rows"] } }],
    ]);
    expect(edgesInto(graph, "double-1")).toEqual(["list-1 (n)"]);
  });

  test("goes over another map run by run, and over a flattened one as a list", async () => {
    const graph = await trace(`
      const first = double.map(list())
      double.map(first)
      double.map(flatten(first))
      sum(first)`);
    const whole = { type: "ref", node: "double-1", path: [] };
    expect(nodeOf(graph, "double-2")).toMatchObject({
      over: [[{ input: "n", of: whole }]],
      args: [{ ...whole, each: 1 }],
    });
    const flat = { type: "flatten", of: whole, path: [] };
    expect(nodeOf(graph, "double-3")).toMatchObject({
      over: [[{ input: "n", of: flat }]],
      args: [{ type: "each", level: 0, of: flat, path: [] }],
    });
    expect(nodeOf(graph, "sum-1")).toMatchObject({ over: [], args: [whole] });
  });

  test("goes over several lists in step; what is unmapped stays the same", async () => {
    const graph = await trace(
      "add.map([list(), 5, 6], [1, 2, 3]); add.map(unmapped(list()), [1])",
    );
    expect(nodeOf(graph, "add-1").over).toEqual([
      [
        {
          input: "a",
          of: {
            type: "list",
            items: [
              { type: "ref", node: "list-1", path: [] },
              { type: "value", value: 5 },
              { type: "value", value: 6 },
            ],
          },
        },
        { input: "b", of: { type: "value", value: [1, 2, 3] } },
      ],
    ]);
    expect(nodeOf(graph, "add-2")).toMatchObject({
      over: [[{ input: "b" }]],
      args: [{ type: "ref", node: "list-2", path: [] }, { type: "each" }],
    });
  });

  test("over nothing but unmapped values is a plain call", async () => {
    const graph = await trace("return add.map(unmapped(1), unmapped(list()))");
    expect(nodeOf(graph, "add-1")).toMatchObject({
      mapped: false,
      over: [],
      args: [{ type: "value", value: 1 }, { type: "ref" }],
    });
  });

  test("a nested map has a level per map, and follows a nested map run by run", async () => {
    const graph = await trace(`
      const pages = double.map.map([[1], [2, 3]])
      const again = double.map.map(pages)
      add.map.map(again, unmapped(1))
      add.map.map(double.map([1]), [[5]])`);
    const ref = (each?: number) =>
      expect.objectContaining(
        each
          ? { type: "ref", node: "double-1", each }
          : { type: "ref", node: "double-1" },
      );
    expect(nodeOf(graph, "double-1")).toMatchObject({
      mapped: true,
      over: [[{ of: { type: "value" } }], [{ of: { type: "each", level: 0 } }]],
      args: [{ type: "each", level: 1, of: { type: "each", level: 0 } }],
    });
    expect(nodeOf(graph, "double-2")).toMatchObject({
      over: [[{ of: ref() }], [{ of: ref(1) }]],
      args: [ref(2)],
    });
    // The runs of the outer map return the lists of the inner one.
    expect(nodeOf(graph, "add-2")).toMatchObject({
      over: [
        [{ of: { node: "double-3" } }, {}],
        [{ of: { node: "double-3", each: 1 } }, {}],
      ],
      args: [
        { type: "each", level: 1, of: { node: "double-3", each: 1 } },
        { type: "each", level: 1 },
      ],
    });
  });

  test("works with other options, and on the tasks of the language", async () => {
    const graph = await trace(`
      double.with({ retries: 2, tags: ["api"] }).map([1])
      double.with({ name: "twice" }).map([1])
      double.with({ name: n => "twice " + n }).map([1])
      load.map(["a", "b"], readCsv.map(["a.csv", "b.csv"]), unmapped({ mode: "replace" }))
      fetchText.map([new URL("https://a.org/x")])`);
    expect(nodeOf(graph, "double-1").options).toMatchObject({
      retries: 2,
      tags: ["api"],
    });
    expect(nodeOf(graph, "double-2")).toMatchObject({
      name: "twice",
      options: { functions: [] },
    });
    expect(nodeOf(graph, "double-3")).toMatchObject({
      name: "double",
      options: { functions: ["name"] },
    });
    expect(nodeOf(graph, "load-1")).toMatchObject({
      name: "load",
      over: [[{ input: "table" }, { input: "rows" }]],
      args: [
        { type: "each" },
        { type: "ref", node: "readCsv-1", each: 1 },
        { type: "value", value: { mode: "replace" } },
      ],
    });
    expect(nodeOf(graph, "fetchText-1").over).toMatchObject([
      [{ of: { type: "value", value: ["https://a.org/x"] } }],
    ]);
  });

  test("waits for what its list, its arguments and waitFor name", async () => {
    const graph = await trace(`
      const a = list(), b = list(), c = list()
      add.with({ waitFor: [c, flatten([b, c])] }).map(a, unmapped(b))`);
    expect(edgesInto(graph, "add-1")).toEqual([
      "list-1 (a)",
      "list-2 (b)",
      "list-3",
    ]);
    expect(nodeOf(graph, "add-1").waitFor).toEqual([
      { node: "list-3", each: 0 },
      { node: "list-2", each: 0 },
    ]);
  });

  test.each([
    [
      "double.map(5)",
      "double.map: n is 5, and a map goes over lists. For what is the same for every element, write unmapped(...).",
    ],
    [
      "double.map('abc')",
      'double.map: n is "abc", and a map goes over lists. For a text that is the same for every element, write unmapped(...); to map over its lines, split it first.',
    ],
    ["double.map({ a: 1 })", "To map over its entries, write Object.entries"],
    ["double.map({ a: list() })", "double.map: n is an object"],
    ["double.map(new Set([1]))", "double.map: n is a Set, and"],
    ["double.map(new Map())", "Make a list of it first: [...value]."],
    ["double.map(null)", "double.map: n is null"],
    ["double.map()", "double.map() has nothing to map over"],
    [
      "add.map([1, 2, 3], [10, 20])",
      "add.map goes over its lists in step, and they are not equally long: a has 3 and b has 2. Give lists of the same length, or write unmapped(b)",
    ],
    ["add.map([list(), 2], [1])", "a has 2 and b has 1"],
    ["add.map.map([[1], [1, 2]], [[1], [2]])", "a[1] has 2 and b[1] has 1"],
    ["double.map.map([[1], 2])", "double.map.map: n[1] is 2"],
    ["sql.map(['x'])", "sql has no map"],
    [
      "double(unmapped(1))",
      "The argument n of double is unmapped(...), at n, but unmapped only says something about an argument of a map",
    ],
    ["double.map([unmapped(1)])", "n[0] is unmapped(...)"],
    ["flatten({ a: list() })", "flatten takes a list of lists, not an object"],
    ["flatten(5)", "Cannot flatten the argument of flatten: it is 5"],
  ])("%s is refused", async (body, message) => {
    const error = await fails(body);
    expect(error.message).toContain(message);
    expect(error.place).toMatchObject({ cell: "main", line: 2 });
  });

  test("takes bytes, and a list that nobody knows the length of", async () => {
    const graph = await trace(
      "double.map(new Uint8Array([1, 2])); add.map(list(), [1, 2, 3])",
    );
    expect(graph.nodes).toHaveLength(3);
  });
});

describe("flatten in a flow body", () => {
  test("of what is known is computed at once", async () => {
    const { result } = await trace("return flatten([[1], 2, [3, [4]]])");
    expect(result).toEqual({ type: "value", value: [1, 2, 3, [4]] });
  });

  test("of refs is followed like any ref", async () => {
    const { result } = await trace(
      "return flatten([list().rows, flatten(list())])[0].id",
    );
    expect(result).toEqual({
      type: "flatten",
      of: {
        type: "list",
        items: [
          { type: "ref", node: "list-1", path: ["rows"] },
          {
            type: "flatten",
            of: { type: "ref", node: "list-2", path: [] },
            path: [],
          },
        ],
      },
      path: [0, "id"],
    });
  });

  test("teaches like any ref", async () => {
    expect((await fails("flatten(list()) + 1")).message).toMatch(
      /^The flattened list has no value while the flow is drawn/,
    );
  });
});

describe("a map outside a flow body", () => {
  const run = (fn: string) =>
    startKernel([
      cell("tasks", tasks, { declares: names }),
      cell("main", `const t = task(${fn})`, {
        declares: ["t"],
        inputs: names,
      }),
    ]);

  test("runs all elements at once, and keeps the shape of nested lists", async () => {
    expect(await run("() => double.map([1, 2])").run("t")).toEqual([2, 4]);
    expect(
      await run("async () => (await double.map.map([[1], [2, 3]]))[1][0]").run(
        "t",
      ),
    ).toBe(4);
    expect(await run("() => add.map(list(), unmapped(10))").run("t")).toEqual([
      11, 12,
    ]);
    expect(
      await run("() => add.map(unmapped(1), unmapped(list()[1]))").run("t"),
    ).toBe(3);
    expect(await run("() => sum(double.map([double(1), 2]))").run("t")).toBe(8);
  });

  test("starts every element before any has ended", async () => {
    const kernel = startKernel([
      cell(
        "main",
        `let most = 0, now = 0
         const one = task(async () => { most = Math.max(most, ++now); await null; now-- })
         const t = task(async () => { await one.map([1, 2, 3]); return most })`,
        { declares: ["one", "t"] },
      ),
    ]);
    expect(await kernel.run("t")).toBe(3);
  });

  test("flatten takes a started list too", async () => {
    expect(
      await run("() => flatten([list(), double.map(list()), 9])").run("t"),
    ).toEqual([1, 2, 2, 4, 9]);
    expect((await run("() => flatten(5)").runFails("t")).message).toMatch(
      /Cannot flatten/,
    );
  });

  test.each([
    ["() => double.map(5)", /double\.map: n is 5/],
    ["() => add.map([1], [1, 2])", /a has 1 and b has 2/],
    ["() => double(unmapped(1))", /^unmapped\(\.\.\.\) belongs to a map/],
    ["() => ({ a: unmapped(1) })", /result\.a is unmapped\(\.\.\.\)/],
    ["() => double.map([1, fail('no')])", /^no$/],
  ])("%s fails", async (fn, message) => {
    expect((await run(fn).runFails("t")).message).toMatch(message);
  });
});
