import { expect, test } from "vitest";
import { countAttempts, runOrigin } from "../../../src/ui/pane/runOrigin.ts";
import { runTasks, script } from "../runs.ts";

test("a run that a person started says nothing of where it came from", () => {
  expect(runOrigin(runTasks({ a: [] }))).toEqual([]);
});

test("a run that started after it was due was started by the clock", () => {
  const run = runTasks({ a: [] }, {}, { at: 5_000, scheduledAt: 4_000 });
  expect(runOrigin(run)).toHaveLength(1);
  expect(runOrigin(run)[0]).toMatch(/^by schedule, due at \d\d:\d\d:04$/);
});

test("a run of a part says how much it left out", () => {
  const run = runTasks({ a: [], b: ["a"] }, {}, { excluded: ["b"] });
  expect(runOrigin(run)).toEqual(["a part of the flow, 1 left out"]);
});

test("attempts are counted with those of elements", () => {
  const run = runTasks(
    { list: { retries: 1 }, double: { map: ["list"], retries: 1 } },
    {
      functions: { list: () => [1, 2, 3] },
      script: script({
        "list#1": { ends: "fail" },
        "double[2]#1": { ends: "fail" },
      }),
    },
  );
  expect(countAttempts(run)).toBe(2 + 4);
});
