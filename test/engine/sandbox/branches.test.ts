import { describe, expect, test } from "vitest";
import { edgesInto, nodeOf, traceError, traceOne } from "./kernelWorld.ts";

const tasks = `
const value = task(() => 1)
const use = task(x => x)
const other = task((a, b) => a)`;
const names = ["value", "use", "other"];
const trace = (body: string) => traceOne(body, tasks, names);
const fails = (body: string) => traceError(body, tasks, names);
const caseOf = (number: number) => ({ node: `case-${number}`, each: 0 });

describe("when", () => {
  test("draws a case per branch, the tasks of the branch behind it, and a merge", async () => {
    const graph = await trace(`
      const v = value()
      return when(v.big, () => use(v), () => other(1, 2))`);
    expect(graph.nodes.map(({ id, name }) => `${id} ${name}`)).toEqual([
      "value-1 value",
      "case-1 true",
      "use-1 use",
      "case-2 false",
      "other-1 other",
      "merge-1 merge",
    ]);
    expect(nodeOf(graph, "case-1")).toMatchObject({
      task: "case",
      args: [{ type: "ref", node: "value-1", path: ["big"] }],
      operator: { type: "case", test: { type: "truthy" } },
      options: {
        trigger: { type: "allSuccessful" },
        skipOnUpstreamSkip: true,
      },
    });
    expect(nodeOf(graph, "case-2").operator).toEqual({
      type: "case",
      test: { type: "falsy" },
    });
    expect(nodeOf(graph, "use-1").waitFor).toEqual([caseOf(1)]);
    expect(nodeOf(graph, "other-1").waitFor).toEqual([caseOf(2)]);
    expect(nodeOf(graph, "merge-1")).toMatchObject({
      task: "merge",
      args: [
        { type: "ref", node: "use-1" },
        { type: "ref", node: "other-1" },
      ],
      operator: { type: "merge", guards: [caseOf(1), caseOf(2)] },
      waitFor: [],
    });
    expect(edgesInto(graph, "merge-1")).toEqual([
      "use-1 (true)",
      "other-1 (false)",
    ]);
    expect(edgesInto(graph, "case-1")).toEqual(["value-1 (condition)"]);
    expect(graph.result).toEqual({ type: "ref", node: "merge-1", path: [] });
  });

  test("only tasks that need nothing of their branch wait for the case", async () => {
    const graph = await trace(`
      const v = value()
      when(v, () => { const a = use(v); other(a, v); return use(9) })
      use(v)`);
    expect(nodeOf(graph, "use-1").waitFor).toEqual([caseOf(1)]);
    expect(nodeOf(graph, "other-1").waitFor).toEqual([]);
    expect(nodeOf(graph, "use-2").waitFor).toEqual([caseOf(1)]);
    expect(nodeOf(graph, "use-3").waitFor).toEqual([]);
    expect(nodeOf(graph, "merge-1").operator).toEqual({
      type: "merge",
      guards: [caseOf(1)],
    });
  });

  test("a block in a branch is part of the branch", async () => {
    const graph = await trace(`
      const v = value()
      return when(v.a, () => when(v.b, () => use(1), () => use(2)), () => use(3))`);
    expect(nodeOf(graph, "case-2")).toMatchObject({
      args: [{ path: ["b"] }],
      waitFor: [caseOf(1)],
    });
    expect(nodeOf(graph, "use-1").waitFor).toEqual([caseOf(2)]);
    expect(nodeOf(graph, "merge-1")).toMatchObject({
      waitFor: [],
      operator: { guards: [caseOf(2), caseOf(3)] },
    });
    expect(nodeOf(graph, "merge-2")).toMatchObject({
      args: [{ node: "merge-1" }, { node: "use-3" }],
      operator: { guards: [caseOf(1), caseOf(4)] },
    });
  });

  test("a branch may return what is not its own, or a structure", async () => {
    const graph = await trace(`
      const v = value()
      return when(v, () => v, () => ({ none: true, of: [use(v)] })).of`);
    expect(nodeOf(graph, "merge-1")).toMatchObject({
      args: [{ type: "ref", node: "value-1" }, { type: "object" }],
      operator: { guards: [caseOf(1), caseOf(2)] },
    });
    expect(edgesInto(graph, "merge-1")).toEqual([
      "value-1 (true)",
      "use-1 (false)",
      "case-1",
    ]);
    expect(graph.result).toMatchObject({ node: "merge-1", path: ["of"] });
  });

  test("a branch that returns nothing is merged when its tasks are done", async () => {
    const graph = await trace(`
      when(value(), () => { use(use(1)); other(1) }, () => {})`);
    expect(nodeOf(graph, "merge-1")).toMatchObject({
      args: [
        { type: "value", value: undefined },
        { type: "value", value: undefined },
      ],
      waitFor: [
        { node: "use-2", each: 0 },
        { node: "other-1", each: 0 },
        caseOf(2),
      ],
    });
  });

  test("takes true or false as it is", async () => {
    const graph = await trace("when(true, () => use(1), () => use(2))");
    expect(nodeOf(graph, "case-1").args).toEqual([
      { type: "value", value: true },
    ]);
  });

  test("a parameter is not of a branch, though it is first named there", async () => {
    const graph = await trace("when(value(), () => use(param('p', 1)))");
    expect(nodeOf(graph, "use-1").waitFor).toEqual([caseOf(1)]);
  });

  test("a mapped task waits as a whole", async () => {
    const graph = await trace(
      "const v = value(); return when(v, () => use.map(v.list))",
    );
    expect(nodeOf(graph, "use-1")).toMatchObject({
      mapped: true,
      waitFor: [caseOf(1)],
    });
  });
});

describe("choose", () => {
  test("has a case per name, and one for all others", async () => {
    const graph = await trace(`
      const kind = value().kind
      return choose(kind, { csv: () => use(1), 2: () => use(2) }, { default: () => null })`);
    expect(
      graph.nodes.flatMap((node) =>
        node.kind === "task" && node.operator?.type === "case"
          ? [[node.name, node.operator.test]]
          : [],
      ),
    ).toEqual([
      ["2", { type: "is", name: "2" }],
      ["csv", { type: "is", name: "csv" }],
      ["default", { type: "other", names: ["2", "csv"] }],
    ]);
    expect(edgesInto(graph, "case-3")).toEqual(["value-1 (value)"]);
    expect(nodeOf(graph, "merge-1").args[2]).toEqual({
      type: "value",
      value: null,
    });
  });
});

describe("merge", () => {
  test("takes refs in their order, without guards", async () => {
    const graph = await trace("return merge(use(1), other(1).a, [use(2)])");
    expect(nodeOf(graph, "merge-1")).toMatchObject({
      args: [{ node: "use-1" }, { node: "other-1", path: ["a"] }, {}],
      operator: { type: "merge", guards: [undefined, undefined, undefined] },
    });
    expect(edgesInto(graph, "merge-1")).toEqual([
      "use-1 (1)",
      "other-1 (2)",
      "use-2 (3)",
    ]);
  });
});

test.each([
  ["when(5, () => 1)", "when takes a ref, or true or false"],
  ["when([value()], () => 1)", "when takes a ref, or true or false"],
  [
    "when(value(), use(1))",
    "The first branch of when is a ref. Write a function around it, () => ..., so that its tasks belong to the branch.",
  ],
  ["when(value())", "The first branch of when must be a function"],
  ["when(value(), () => 1, 2)", "The second branch of when must be a function"],
  [
    "when(value(), async () => use(1))",
    "The branch true of when is not async here",
  ],
  ["choose({}, { a: () => 1 })", "choose takes a ref of a text"],
  ["choose(value(), [() => 1])", "choose takes its branches as an object"],
  ["choose(value(), { a: use(1) })", "functions by name"],
  ["choose(value(), { a: 1 })", "The branch a of choose must be a function"],
  ["choose(value(), {})", "choose needs at least one branch"],
  [
    "choose(value(), { a: () => 1 }, { otherwise: () => 1 })",
    'choose has no option "otherwise". Its option is default.',
  ],
  ["merge()", "merge takes refs, at least one"],
  ["merge(1)", "merge takes refs, which are what task calls"],
  [
    "when(value(), () => Symbol('x'))",
    "What the branch true of when returns cannot be copied",
  ],
  ["when(value(), () => use(1)) + 1", "The result of when has no value"],
])("%s is refused", async (body, message) => {
  const error = await fails(body);
  expect(error.message).toContain(message);
  expect(error.place).toMatchObject({ cell: "main", line: 2 });
});

test("branches outside a flow body are refused", async () => {
  const error = await traceError("use(1)", "when(true, () => 1)", []);
  expect(error.message).toBe("use is not defined");
});
