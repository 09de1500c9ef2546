import { describe, expect, test } from "vitest";
import type { Template } from "../../src/core/graph.ts";
import { toReport } from "../../src/core/report.ts";
import { makeGraph, ref } from "./makeGraph.ts";
import { script, simulate, startOf } from "./simulate.ts";

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
