import { expect, test } from "vitest";
import {
  compareRuns,
  isSameValue,
  resultsAtAGlance,
} from "../../src/core/compareRuns.ts";
import { runTasks, script } from "../ui/runs.ts";

const flow = { a: [], b: ["a"] } as const;

test("two runs of the same flow that went the same way differ in nothing", () => {
  const { parameters, tasks } = compareRuns(runTasks(flow), runTasks(flow));
  expect(parameters).toEqual([]);
  expect(
    tasks.map(({ id, isSameState, isSameWork }) => [
      id,
      isSameState,
      isSameWork,
    ]),
  ).toEqual([
    ["a", true, true],
    ["b", true, true],
  ]);
});

test("a task that failed in one of them, and what followed from it, is told", () => {
  const failed = runTasks(flow, { script: script({ a: { ends: "fail" } }) });
  const { tasks } = compareRuns(failed, runTasks(flow));
  expect(
    tasks.map(({ isSameState, before, after }) => [
      isSameState,
      before?.state,
      after?.state,
    ]),
  ).toEqual([
    [false, "Failed", "Success"],
    [false, "TriggerFailed", "Success"],
  ]);
  expect(tasks.map(resultsAtAGlance)).toEqual(["differ", "differ"]);
});

test("tasks and parameters that only one of them has are listed, those that are gone last", () => {
  const before = runTasks({ old: [], a: [] }, {}, { parameters: { x: 1 } });
  const after = runTasks(
    { a: [], next: ["a"] },
    {},
    {
      parameters: { x: 2, y: [1] },
    },
  );
  const { tasks, parameters } = compareRuns(before, after);
  expect(tasks.map(({ id, isSameWork }) => [id, isSameWork])).toEqual([
    ["a", true],
    ["next", undefined],
    ["old", undefined],
  ]);
  expect(parameters).toEqual([
    { name: "x", before: 1, after: 2, isSame: false },
    { name: "y", before: undefined, after: [1], isSame: false },
  ]);
});

test("other code or inputs are told from the same ones", () => {
  const before = runTasks(flow, {}, { keys: { a: "k1", b: "k2" } });
  const after = runTasks(flow, {}, { keys: { a: "k1", b: "k3" } });
  expect(
    compareRuns(before, after).tasks.map(({ isSameWork }) => isSameWork),
  ).toEqual([true, false]);
});

test("values are the same by their content", () => {
  expect(isSameValue({ a: [1, new Date(5)] }, { a: [1, new Date(5)] })).toBe(
    true,
  );
  expect(isSameValue({ a: 1 }, { a: 2 })).toBe(false);
  expect(isSameValue(null, undefined)).toBe(false);
});
