import { expect, test } from "vitest";
import { start, step } from "../../src/core/scheduler.ts";
import { snapshot } from "../../src/core/snapshot.ts";
import { stateNumbers } from "../../src/core/state.ts";
import { makeGraph, value } from "./makeGraph.ts";
import { script, simulate, startOf } from "./simulate.ts";

test("a snapshot shares with the one before what has not changed since", () => {
  const { state } = start(
    startOf(makeGraph({ a: [], b: [], c: { map: [value([1, 2])] } })),
  );
  const before = snapshot(state);
  step(state, { type: "attempt-started", at: 1, task: 0, attempt: 1 });
  const after = snapshot(state, before);
  expect(before.tasks.get("a")!.state).toBe("Pending");
  expect(after.tasks.get("a")!.state).toBe("Running");
  expect(after.tasks.get("b")).toBe(before.tasks.get("b"));
  expect(after.tasks.get("c")).toBe(before.tasks.get("c"));
  expect([...after.tasks.keys()]).toEqual(["a", "b", "c"]);
});

test("a snapshot of a map has changed when an element of it has", () => {
  const { state } = start(startOf(makeGraph({ a: { map: [value([1, 2])] } })));
  step(state, { type: "task-mapped", at: 0, task: 0, count: 2 });
  const before = snapshot(state);
  step(state, { type: "attempt-started", at: 1, task: 2, attempt: 1 });
  const after = snapshot(state, before);
  const statesOf = ({ tasks }: typeof before) => {
    const { children } = tasks.get("a")!;
    return [children!.stateOf(0), children!.stateOf(1)];
  };
  expect(statesOf(before)).toEqual(["Pending", "Pending"]);
  expect(statesOf(after)).toEqual(["Pending", "Running"]);
  const { children } = after.tasks.get("a")!;
  expect(children!.counts).toEqual({ Pending: 1, Running: 1 });
  const { Pending, Running } = stateNumbers;
  expect(children!.statesIn(0, 2)).toBe((1 << Pending) | (1 << Running));
  expect(children!.statesIn(1, 2)).toBe(1 << Running);
});

test("a snapshot of another run, or of a run that was resumed, is made anew", () => {
  const graph = makeGraph({ a: [], b: ["a"] });
  const first = simulate(startOf(graph), {
    script: script({ b: { ends: "fail" } }),
  });
  const { scheduler } = first;
  const before = snapshot(scheduler);
  const { state } = step(scheduler, {
    type: "run-resumed",
    at: 100,
    graph: makeGraph({ a: [], c: ["a"] }),
    keys: before.keys,
    parameters: {},
    kept: [{ node: "a", from: "a" }],
  });
  const after = snapshot(state, before);
  expect([...after.tasks.keys()]).toEqual(["a", "c"]);
  expect(after.state).toBe("Running");
});
