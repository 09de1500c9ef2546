import { expect, test } from "vitest";
import type { TaskNode } from "../../../src/core/graph.ts";
import { settingFacts, taskFacts } from "../../../src/ui/node/factWords.ts";
import { makeGraph, runTasks, script, type Specs } from "../runs.ts";

function facts(
  specs: Specs,
  id: string,
  settings = {},
): Record<string, string> {
  const run = runTasks(specs, settings);
  const node = run.graph.nodes.find((one) => one.id === id) as TaskNode;
  return Object.fromEntries(
    taskFacts(run, node, run.tasks.get(id)!, 99).map(({ name, text }) => [
      name,
      text,
    ]),
  );
}

function settings(spec: Specs[string]): Record<string, string> {
  const [node] = makeGraph({ a: spec }).nodes;
  return Object.fromEntries(
    settingFacts(node as TaskNode).map(({ name, text }) => [name, text]),
  );
}

test("a task run tells its attempts, and how long it took", () => {
  expect(
    facts({ a: { retries: 3 } }, "a", {
      script: script({
        "a#1": { ends: "fail", takes: 20 },
        "a#2": { takes: 5, commitTakes: 0 },
      }),
    }),
  ).toMatchObject({ Attempts: "2 of 4", Took: "25 ms" });
  // The fallback is none of them.
  expect(
    facts({ a: { retries: 1, functions: ["fallback"] } }, "a", {
      script: script({ "a#1": { ends: "fail" }, "a#2": { ends: "fail" } }),
    }),
  ).toMatchObject({ Attempts: "2 of 2" });
});

test("an attempt that waited for a person is not counted among those that a task may have", () => {
  const retries = { a: { retries: 1 } };
  const paused = script({ "a#1": { ends: "pause" }, "a#2": { ends: "fail" } });
  const person = () => ({ answer: { type: "resume" }, after: 10 }) as const;
  expect(facts(retries, "a", { script: paused, person })).toMatchObject({
    Attempts: "2 of 2",
  });
  expect(facts(retries, "a", { script: paused })).not.toHaveProperty(
    "Attempts",
  );
});

test("a task that waits says since how long", () => {
  const told = facts({ a: [] }, "a", {
    script: script({ a: { ends: "pause" } }),
  });
  expect(told).toMatchObject({ For: "99 ms" });
  expect(told).not.toHaveProperty("Took");
});

test("a result that the task's function did not return says where it is from", () => {
  expect(
    facts({ a: { functions: ["fallback"] } }, "a", {
      script: script({ "a#1": { ends: "fail" } }),
    })["From"],
  ).toBe("its fallback, after the last attempt failed");
});

test("settings are told where they are not the usual ones", () => {
  expect(settings([])).toEqual({});
  expect(
    settings({
      retries: 2,
      retryDelays: [1000, 10_000],
      timeout: 90_000,
      cacheFor: 3_600_000,
      tags: ["api"],
      trigger: { type: "someFailed", atLeast: 2, atMost: 0.5 },
    }),
  ).toEqual({
    Starts: "when at least 2 and at most 50 % of upstream failed",
    Retries: "2, after 1 s, 10 s",
    Timeout: "1 min 30 s",
    "Cached for": "1 h",
    Tags: "api",
  });
});
