import { expect, test } from "vitest";
import type { FileNow } from "../../src/core/filesRead.ts";
import { taskKeys } from "../../src/core/keys.ts";
import { planResume } from "../../src/core/plan.ts";
import type { RunState } from "../../src/core/run.ts";
import { step } from "../../src/core/scheduler.ts";
import { staleTasks } from "../../src/ui/staleTasks.ts";
import { look, simulate, startOf } from "../core/simulate.ts";
import { makeGraph, runTasks, script } from "./runs.ts";

const graph = makeGraph({
  list: [],
  double: { map: ["list"] },
  sum: ["double"],
});

function staleAfter(
  run: RunState,
  versions: Readonly<Record<string, string>>,
  files: readonly FileNow[] = [],
): Record<string, string> {
  const keys = taskKeys(graph, versions, {});
  const plan = planResume(graph, keys, run, { files });
  return Object.fromEntries(staleTasks(run, plan, graph));
}

test("nothing is stale while nothing has changed, though elements failed and would run again", () => {
  const run = runTasks(graph, {
    functions: { list: () => [1, 2], double: (x) => x, sum: () => 3 },
    script: script({ "double[1]": { ends: "fail" } }),
  });
  expect(staleAfter(run, {})).toEqual({});
});

test("a change of code makes the task stale and all that is downstream of it, each with its reason", () => {
  const run = runTasks(graph, { functions: { list: () => [1, 2] } });
  expect(staleAfter(run, { double: "v2" })).toEqual({
    double: "its code changed",
    sum: "an input changed (double)",
  });
});

test("a replaced file makes the task stale that has read it, and all that is downstream of it", () => {
  const run = runTasks(graph, { functions: { list: () => [1, 2] } });
  const tasks = new Map(run.tasks);
  tasks.set("list", { ...tasks.get("list")!, files: { "a.csv": "old" } });
  const read = { ...run, tasks };
  expect(staleAfter(read, {}, [{ name: "a.csv", hash: "old" }])).toEqual({});
  expect(staleAfter(read, {}, [{ name: "a.csv", hash: "new" }])).toEqual({
    list: "a.csv is another file now",
    double: "list runs again",
    sum: "double runs again",
  });
});

test("a mark by hand makes what needs the task stale, and all that is downstream of that, and not the task itself", () => {
  const { scheduler, state } = simulate(startOf(graph), {
    functions: { list: () => [1, 2] },
  });
  const task = state.numberOf("list")!;
  step(scheduler, { type: "task-marked", at: 10_000, task, size: 1 });
  expect(staleAfter(look(scheduler), {})).toEqual({
    double: "what it needs was marked as a success by hand since",
    sum: "double runs again",
  });
});

test("a mark of an element makes what needs the map stale, and leaves its other elements", () => {
  const { scheduler, state } = simulate(startOf(graph), {
    functions: { list: () => [1, 2] },
  });
  const task = state.numberOf("double", [1])!;
  step(scheduler, { type: "task-marked", at: 10_000, task, size: 1 });
  expect(staleAfter(look(scheduler), {})).toEqual({
    sum: "what it needs was marked as a success by hand since",
  });
});
