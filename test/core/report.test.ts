import { describe, expect, test } from "vitest";
import type { Template } from "../../src/core/graph.ts";
import { toReport } from "../../src/core/report.ts";
import { start, step } from "../../src/core/scheduler.ts";
import { makeGraph, ref } from "./makeGraph.ts";
import { look, script, simulate, startOf } from "./simulate.ts";

test("a report tells a run in plain data, with times as ISO text", () => {
  const graph = {
    ...makeGraph({ n: "param", a: { needs: ["n"], retries: 1 }, b: ["a"] }),
    result: ref("a", "rows"),
  };
  const { state } = simulate(startOf(graph, { parameters: { n: 5 } }), {
    script: (node, attempt) =>
      node === "b" || attempt === 1 ? { ends: "fail" } : {},
  });
  expect(
    toReport(state, new Map([["a", { value: { rows: [1, 2] } }]])),
  ).toEqual({
    id: "run-1",
    flow: "test",
    state: "Failed",
    message: "Some reference tasks failed: b (Failed).",
    result: [1, 2],
    parameters: { n: 5 },
    startedAt: "1970-01-01T00:00:00.000Z",
    endedAt: "1970-01-01T00:00:00.031Z",
    tasks: [
      {
        id: "a",
        name: "a",
        state: "Success",
        attempts: 2,
        startedAt: "1970-01-01T00:00:00.000Z",
        endedAt: "1970-01-01T00:00:00.021Z",
        result: { rows: [1, 2] },
      },
      {
        id: "b",
        name: "b",
        state: "Failed",
        message: "boom",
        attempts: 1,
        startedAt: "1970-01-01T00:00:00.021Z",
        endedAt: "1970-01-01T00:00:00.031Z",
      },
    ],
  });
});

test("a result of more than a megabyte is left out, and its size is told", () => {
  const graph = makeGraph({ a: [], b: [] }, { result: ref("a") });
  const { state } = simulate(startOf(graph), {
    script: script({ a: { size: 3_200_000 } }),
  });
  const report = toReport(
    state,
    new Map([
      ["a", { value: "large" }],
      ["b", { value: "small" }],
    ]),
  );
  const message = "The result is left out here, for it has 3.2 MB.";
  expect(report.tasks[0]).toMatchObject({ message });
  expect(report.tasks[0]).not.toHaveProperty("result");
  expect(report.tasks[1]).toMatchObject({ result: "small" });
  expect(report).not.toHaveProperty("result");
  expect(report.message).toBe(`All reference tasks succeeded. ${message}`);
});

test("a flow's result may be made of parameters and constants, and is left out while a part is not there", () => {
  const graph = {
    ...makeGraph({ n: "param", a: [] }),
    result: {
      type: "object" as const,
      entries: [["n", ref("n")] as const, ["a", ref("a")] as const],
    },
  };
  const { state } = simulate(startOf(graph, { parameters: { n: 5 } }));
  expect(toReport(state, new Map([["a", { value: 1 }]])).result).toEqual({
    n: 5,
    a: 1,
  });
  expect(toReport(state)).not.toHaveProperty("result");
});

test("a flow's result that leads into a missing value is explained", () => {
  const graph = { ...makeGraph({ a: [] }), result: ref("a", "rows", 0) };
  const { state } = simulate(startOf(graph));
  expect(toReport(state, new Map([["a", { value: {} }]])).message).toBe(
    "All reference tasks succeeded. a returned no `rows`: cannot read [0] of undefined.",
  );
});

describe("a part of a flow's result", () => {
  const result = (entries: Record<string, Template>): Template => ({
    type: "object",
    entries: Object.entries(entries),
  });

  test("that leads into a missing value is null, and leaves the others as they are", () => {
    const graph = {
      ...makeGraph({ a: [], b: [] }),
      result: result({
        all: { type: "list", items: [ref("a"), ref("b", "rows", 0)] },
        b: ref("b"),
      }),
    };
    const { state } = simulate(startOf(graph));
    const report = toReport(
      state,
      new Map([
        ["a", { value: 1 }],
        ["b", { value: {} }],
      ]),
    );
    expect(report.result).toEqual({ all: [1, null], b: {} });
    expect(report.message).toBe(
      "All reference tasks succeeded. `all[1]` of the result is null: b returned no `rows`: cannot read [0] of undefined.",
    );
  });

  test("whose task failed is null, with the reason, and what succeeded is there", () => {
    const graph = {
      ...makeGraph({ a: [], b: [] }),
      result: result({ a: ref("a"), b: ref("b") }),
    };
    const { state } = simulate(startOf(graph), {
      script: script({ b: { ends: "fail" } }),
    });
    const report = toReport(state, new Map([["a", { value: 1 }]]));
    expect(report.result).toEqual({ a: 1, b: null });
    expect(report.message).toContain("`b` of the result is null: b is Failed.");
  });

  test("is not told of a run in which no task gave any", () => {
    const graph = {
      ...makeGraph({ n: "param", a: [] }),
      result: result({ n: ref("n"), a: ref("a") }),
    };
    const { state } = simulate(startOf(graph, { parameters: { n: 5 } }), {
      script: script({ a: { ends: "fail" } }),
    });
    expect(toReport(state)).not.toHaveProperty("result");
  });

  test("that is too large is null, and its size is told", () => {
    const graph = {
      ...makeGraph({ a: [], b: [] }),
      result: result({ a: ref("a"), b: ref("b") }),
    };
    const { state } = simulate(startOf(graph), {
      script: script({ a: { size: 3_200_000 } }),
    });
    const report = toReport(state, new Map([["b", { value: 2 }]]));
    expect(report.result).toEqual({ a: null, b: 2 });
    expect(report.message).toBe(
      "All reference tasks succeeded. `a` of the result is left out here, for it has 3.2 MB.",
    );
  });
});

describe("results of more than a megabyte together", () => {
  const value = (items: unknown): Template => ({
    type: "value",
    value: items,
  });

  /** A map over two elements, of that many bytes, which is the flow's result. */
  function mapOf(...sizes: number[]) {
    const graph = makeGraph(
      { b: { map: [value(sizes)] } },
      { result: ref("b") },
    );
    return simulate(startOf(graph), {
      script: (run) => ({ size: sizes[Number(run[2])]! }),
    }).state;
  }

  const small = new Map([[0, "small"]]);

  test("of a map: the element is left out that is too large, and so are the list and the flow's result", () => {
    const report = toReport(
      mapOf(8, 4_000_000),
      new Map([["b", { value: ["small", null], elements: small }]]),
    );
    const [task] = report.tasks;
    expect(task!.children).toMatchObject([
      { result: "small" },
      { message: "The result is left out here, for it has 4 MB." },
    ]);
    expect(task!.children![0]).not.toHaveProperty("message");
    expect(task!.children![1]).not.toHaveProperty("result");
    expect(task).not.toHaveProperty("result");
    expect(task!.message).toContain("is left out here, for it has 4 MB.");
    expect(report).not.toHaveProperty("result");
    expect(report.message).toContain("is left out here, for it has 4 MB.");
  });

  test("of a map: each element is there, and their list is left out", () => {
    const elements = new Map([
      [0, "one"],
      [1, "two"],
    ]);
    const report = toReport(
      mapOf(800_000, 800_000),
      new Map([["b", { value: ["one", "two"], elements }]]),
    );
    const [task] = report.tasks;
    expect(task!.children).toMatchObject([
      { result: "one" },
      { result: "two" },
    ]);
    expect(task).not.toHaveProperty("result");
    expect(task!.message).toContain("is left out here, for it has 1.6 MB.");
    expect(report).not.toHaveProperty("result");
  });

  test("of a map that was reused as a whole are measured, for it keeps no sizes of its elements", () => {
    const graph = makeGraph({ b: { map: [value([1, 2])] } });
    const { state } = simulate({
      ...startOf(graph),
      reused: [{ node: "b", run: "old", key: "b", at: 0, shape: 2 }],
    });
    const large = "y".repeat(600_000);
    const elements = new Map([
      [0, "one"],
      [1, large],
    ]);
    const [task] = toReport(
      state,
      new Map([["b", { value: ["one", large], elements }]]),
    ).tasks;
    expect(task!.children![0]).toMatchObject({ result: "one" });
    expect(task!.children![1]).not.toHaveProperty("result");
    expect(task).not.toHaveProperty("result");
    expect(task!.message).toContain("is left out here, for it has 1.2 MB.");
  });

  test("of parts of a flow's result are left out as a whole, also where one value stands there twice", () => {
    const graph = makeGraph(
      { a: [] },
      {
        result: {
          type: "object",
          entries: [
            ["x", ref("a")],
            ["y", ref("a")],
          ],
        },
      },
    );
    const { state } = simulate(startOf(graph), {
      script: script({ a: { size: 800_000 } }),
    });
    const report = toReport(
      state,
      new Map([["a", { value: ["y".repeat(400_000)] }]]),
    );
    expect(report.tasks[0]).toHaveProperty("result");
    expect(report).not.toHaveProperty("result");
    expect(report.message).toContain(
      "The result is left out here, for it has 1.6 MB.",
    );
  });
});

test("a report says where in the notebook a task failed, and an element of a map", () => {
  const place = { cell: "defs", line: 3, column: 10 };
  const error = { name: "TypeError", message: "no", place };
  const { state } = start(startOf(makeGraph({ a: [], b: ["a"] })));
  step(state, { type: "attempt-started", at: 1, task: 0, attempt: 1 });
  step(state, { type: "attempt-failed", at: 2, task: 0, attempt: 1, error });
  const [a, b] = toReport(look(state)).tasks;
  expect(a).toMatchObject({ state: "Failed", message: "no", place });
  // It did not fail by itself.
  expect(b).toMatchObject({ state: "TriggerFailed" });
  expect(b).not.toHaveProperty("place");
});
