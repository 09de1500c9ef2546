import { expect, test } from "vitest";
import { taskKeys } from "../../src/core/keys.ts";
import { planResume } from "../../src/core/plan.ts";
import type { RunState } from "../../src/core/run.ts";
import { start, step } from "../../src/core/scheduler.ts";
import { snapshot } from "../../src/core/snapshot.ts";
import {
  findWaiting,
  nameOfWaiting,
  splitAnswer,
} from "../../src/node/waitingTask.ts";
import { pausedTasks } from "../../src/runs/waitingRuns.ts";
import { makeGraph, value } from "../core/makeGraph.ts";
import { startOf } from "../core/simulate.ts";

/** A run of two tasks with = in their names, of which the second waits. */
function gateRun(): RunState {
  const graph = makeGraph({ one: { name: "Go = now?" }, two: { name: "Go" } });
  let { state } = start(startOf(graph));
  for (const task of [0, 1])
    ({ state } = step(state, {
      ...{ type: "attempt-paused", at: 0, task, attempt: 1 },
      message: undefined,
    }));
  return snapshot(state);
}

test("a plan says of a task that waits that it does", () => {
  const run = gateRun();
  const { graph } = run;
  expect(
    planResume(graph, taskKeys(graph, {}, {}), run).items.map(({ why }) => why),
  ).toEqual(["runs: waits for an answer", "runs: waits for an answer"]);
});

test("a name with a = in it is not cut there where such a task waits", () => {
  const run = gateRun();
  expect(splitAnswer(run, "Go = now?=approve")).toEqual([
    "Go = now?",
    "approve",
  ]);
  expect(splitAnswer(run, "Go = now?")).toEqual(["Go = now?", undefined]);
  expect(splitAnswer(run, 'Go={"a": "Go = now?=1"}')).toEqual([
    "Go",
    '{"a": "Go = now?=1"}',
  ]);
  expect(splitAnswer(run, "two=decline")).toEqual(["two", "decline"]);
  expect(splitAnswer(undefined, "Go = now?=approve")).toEqual([
    "Go ",
    " now?=approve",
  ]);
});

/** A run of `deep`, mapped over lists of two elements and one, all of which wait. */
function waitingRun(): RunState {
  const graph = makeGraph({
    deep: { map: [value([[1, 2], [3]])], depth: 2, name: "Look", task: "look" },
  });
  let { state } = start(startOf(graph));
  const numberOf = (...path: number[]) =>
    state.table.find(0, path, path.length);
  const expand = (task: number, count: number) =>
    ({ state } = step(state, { type: "task-mapped", at: 0, task, count }));
  expand(0, 2);
  expand(numberOf(0), 2);
  expand(numberOf(1), 1);
  for (const path of [
    [0, 0],
    [0, 1],
    [1, 0],
  ])
    ({ state } = step(state, {
      type: "attempt-paused",
      at: 0,
      task: numberOf(...path),
      attempt: 1,
      message: undefined,
    }));
  return snapshot(state);
}

test("an element of a nested map is called by its place on each level", () => {
  const run = waitingRun();
  const all = pausedTasks(run);
  expect(all.map(nameOfWaiting)).toEqual([
    "deep[0][0]",
    "deep[0][1]",
    "deep[1][0]",
  ]);
  for (const found of all)
    expect(findWaiting(run, nameOfWaiting(found)).task).toBe(found.task);
});

test("a task that waits is meant by its id, its name and its variable", () => {
  const run = waitingRun();
  const { task } = findWaiting(run, "deep[1][0]");
  expect(findWaiting(run, "Look[1][0]").task).toBe(task);
  expect(findWaiting(run, "look[1][0]").task).toBe(task);
  expect(findWaiting(run, "look").task).toBe(
    findWaiting(run, "deep[0][0]").task,
  );
});

test("what does not wait is refused with what does", () => {
  const run = waitingRun();
  for (const called of ["deep[2][0]", "deep[0]", "other", "deep[0][0"])
    expect(() => findWaiting(run, called)).toThrow(
      `${called} waits for no answer. Waiting: deep[0][0], deep[0][1] and deep[1][0].`,
    );
  expect(() => findWaiting(undefined, "deep")).toThrow(
    "No task waits for an answer.",
  );
});
