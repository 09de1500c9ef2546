import { expect, test } from "vitest";
import type { TaskNode } from "../../src/core/graph.ts";
import type { RunState, TaskRun } from "../../src/core/run.ts";
import type { State } from "../../src/core/state.ts";
import { runChanges } from "../../src/ui/runWords.ts";

function node(id: string): TaskNode {
  return { kind: "task", id, name: id } as TaskNode;
}

function run(
  state: State,
  tasks: Record<string, Partial<TaskRun>>,
  id = "r1",
): RunState {
  return {
    run: id,
    flow: "Flights",
    state,
    graph: { nodes: Object.keys(tasks).map(node) },
    tasks: new Map(
      Object.entries(tasks).map(([name, task]) => [
        name,
        { attempt: 1, ...task } as TaskRun,
      ]),
    ),
  } as unknown as RunState;
}

test("a new run says that it runs", () => {
  expect(
    runChanges(undefined, run("Running", { a: { state: "Pending" } })),
  ).toEqual(["Flights is running."]);
});

test("a failure is said with its message, a success is not", () => {
  const before = run("Running", {
    a: { state: "Running" },
    b: { state: "Running" },
  });
  const after = run("Running", {
    a: { state: "Success" },
    b: { state: "Failed", message: "no network" },
  });
  expect(runChanges(before, after)).toEqual(["b failed: no network"]);
});

test("each further attempt that fails is said", () => {
  const before = run("Running", { a: { state: "Retrying", attempt: 1 } });
  const after = run("Running", { a: { state: "Retrying", attempt: 2 } });
  expect(runChanges(before, after)).toEqual([
    "a will be tried again, attempt 2 failed",
  ]);
  expect(runChanges(after, after)).toEqual([]);
});

test("tasks that only follow a failure are counted at the end, not said one by one", () => {
  const before = run("Running", {
    a: { state: "Failed" },
    b: { state: "Pending" },
  });
  const after = run("Failed", {
    a: { state: "Failed" },
    b: { state: "TriggerFailed" },
  });
  expect(runChanges(before, after)).toEqual([
    "Flights: Failed, 2 of 2 tasks did not succeed.",
  ]);
});

test("a resumed run says that it goes on", () => {
  const before = run("Failed", { a: { state: "Failed" } });
  const after = run("Running", { a: { state: "Pending" } });
  expect(runChanges(before, after)).toEqual(["Flights goes on."]);
});
