import fc from "fast-check";
import { expect, test } from "vitest";
import type { RunEvent } from "../../../src/core/events.ts";
import { canonical } from "../../../src/core/hash.ts";
import { taskKeys } from "../../../src/core/keys.ts";
import { planAuto } from "../../../src/core/planAuto.ts";
import { firstDifference } from "../../../src/ui/node/firstDifference.ts";
import { inputChanges, whenItRan } from "../../../src/ui/node/inputChanges.ts";
import { makeGraph } from "../../core/makeGraph.ts";
import { simulate, startOf, type Simulation } from "../../core/simulate.ts";

test.each([
  [1, 2, "", 0],
  [{ a: 1 }, { a: 2, b: 3 }, ".a", 1],
  [[1, 2], [1, 2, 3], ".length", 0],
  [[{ price: 1 }, { price: 2 }], [{ price: 1 }, { price: 3 }], "[1].price", 0],
  [{ "a b": 1 }, {}, '["a b"]', 0],
  [new Date(1), new Date(2), "", 0],
  [[1], { 0: 1 }, "", 0],
  [new Map([[1, 2]]), new Map([[1, 3]]), "", 0],
])("%j and %j differ first at %s", (before, now, path, others) => {
  expect(firstDifference(before, now)).toMatchObject({ path, others });
});

test("values differ somewhere if and only if they are told apart elsewhere", () => {
  const values = fc.anything({
    maxDepth: 3,
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
  });
  fc.assert(
    fc.property(values, values, (one, other) => {
      expect(firstDifference(one, structuredClone(one))).toBeUndefined();
      // What has a key without a value is another object, of which no value differs.
      const written = (value: unknown) =>
        canonical(value).replaceAll("undefined", "");
      if (written(one) !== written(other))
        expect(firstDifference(one, other)).toBeDefined();
    }),
  );
});

test("values that hold themselves, or one part in very many places, are compared", () => {
  const circle = (end: number) => {
    const list: unknown[] = [end];
    list.push(list);
    return list;
  };
  expect(firstDifference(circle(1), circle(2))?.path).toBe("[0]");
  const doubled = (end: number) => {
    let value: unknown = end;
    for (let times = 0; times < 60; times += 1) value = [value, value];
    return value;
  };
  expect(firstDifference(doubled(1), doubled(2))?.before).toBe(1);
});

/** A run of which `clean` has run again by itself, with another parameter. */
function afterAuto(): Simulation {
  const graph = makeGraph({
    n: "param",
    other: [],
    clean: ["n"],
    load: ["clean", "other", "n"],
  });
  const functions = { clean: () => [1, 2], other: () => "same" };
  const first = simulate(startOf(graph, { parameters: { n: 1 } }), {
    functions,
  });
  const keys = taskKeys(graph, { clean: "2" }, { n: 7 });
  const plan = planAuto(graph, keys, first.state, ({ id }) => id === "clean");
  const event: RunEvent & { type: "run-resumed" } = {
    type: "run-resumed",
    at: first.scheduler.now + 1000,
    graph,
    parameters: { n: 7 },
    ...plan!,
  };
  return simulate(event, {
    functions: { ...functions, clean: () => [1, 5] },
    from: first,
  });
}

test("a task that was left is told by what it took when it ran, and what that is now", async () => {
  const run = afterAuto();
  const then = whenItRan(run.events, run.state, "load");
  expect(then.tasks.get("clean")!.attempt).toBe(1);
  expect(whenItRan(run.events, run.state, "clean")).toBe(run.state);
  const reader = {
    events: () => run.events,
    resultOf: ({ resultRun, key }: { resultRun: string; key: string }) =>
      Promise.resolve({ value: run.results.get(`${resultRun} ${key}`) }),
  };
  const { graph } = run.state;
  expect(
    await inputChanges(reader, run.state, {
      graph,
      node: "load",
      parameters: { n: 7 },
    }),
  ).toEqual(["clean[1] was 2 and is 5.", "n was 1 and is 7."]);
});
