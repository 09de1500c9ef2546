import { expect, test } from "vitest";
import { runChanges } from "../../src/ui/runWords.ts";
import { beginTasks, runTasks, runUntil, script, type Specs } from "./runs.ts";

const pair: Specs = { a: { retries: 1 }, b: ["a"] };

test("a new run says that it runs", () => {
  expect(runChanges(undefined, beginTasks(pair))).toEqual(["test is running."]);
});

test("a run that waits says so when it comes into view", () => {
  const run = runTasks(pair, { script: script({ a: { ends: "pause" } }) });
  expect(runChanges(undefined, run)).toEqual(["test: A task waits for you."]);
});

test("a task that comes to wait for a person is said with what it wants", () => {
  const settings = {
    script: script({ a: { ends: "pause", takes: 10, message: "Go on?" } }),
  };
  const run = runTasks(pair, settings);
  expect(runChanges(runUntil(5, pair, settings), run)).toEqual([
    "a waits for you: Go on?",
  ]);
});

test("a gate, which is called by what it asks, says that once", () => {
  const settings = {
    script: script({ a: { ends: "pause", takes: 10, message: "a" } }),
  };
  const run = runTasks(pair, settings);
  expect(runChanges(runUntil(5, pair, settings), run)).toEqual([
    "a waits for you.",
  ]);
});

test("so are elements of a map, by their number", () => {
  const specs: Specs = { list: [], review: { map: ["list"] } };
  const settings = {
    functions: { list: () => [1, 2, 3] },
    script: script({
      "review[0]": { ends: "pause", takes: 10 },
      "review[2]": { ends: "pause", takes: 10 },
    }),
  } as const;
  const run = runTasks(specs, settings);
  expect(runChanges(runUntil(5, specs, settings), run)).toEqual([
    "2 elements of review wait for you.",
  ]);
});

test("a failure is said with its message, a success is not", () => {
  const settings = {
    script: script({
      a: { takes: 10 },
      "b#1": { ends: "fail", takes: 10, message: "no network" },
    }),
  } as const;
  const late = runUntil(15, pair, settings);
  expect(runChanges(runUntil(5, pair, settings), late)).toEqual([]);
  expect(runChanges(late, runTasks(pair, settings))).toEqual([
    "b failed: no network",
    "test: Failed, 1 of 2 tasks did not succeed.",
  ]);
});

test("an attempt that fails is said with when the next one comes", () => {
  const specs: Specs = { a: { retries: 1, retryDelays: [5000] } };
  const settings = {
    script: script({ "a#1": { ends: "fail", takes: 10, message: "busy" } }),
  } as const;
  const said = runChanges(
    runUntil(5, specs, settings),
    runUntil(20, specs, settings),
  );
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^a: .*busy.*5 s/);
});

test("tasks that only follow a failure are counted at the end, not said one by one", () => {
  const settings = {
    script: script({ a: { ends: "fail", takes: 10 } }),
  } as const;
  const specs: Specs = { a: [], b: ["a"] };
  const said = runChanges(
    runUntil(5, specs, settings),
    runTasks(specs, settings),
  );
  expect(said.at(-1)).toBe("test: Failed, 2 of 2 tasks did not succeed.");
  expect(said.join()).not.toContain("b ");
});

test("a map says how its elements ended, if not all succeeded", () => {
  const specs: Specs = { list: [], double: { map: ["list"] } };
  const settings = {
    functions: { list: () => [1, 2, 3] },
    script: script({ "double[1]": { ends: "fail", takes: 10 } }),
  } as const;
  expect(
    runChanges(runUntil(5, specs, settings), runTasks(specs, settings)),
  ).toContain("double: 1 of 3 failed.");
});
