import { expect, test } from "vitest";
import type { PlanItem } from "../../src/core/plan.ts";
import type { RunState } from "../../src/core/run.ts";
import { timeOfPlan } from "../../src/ui/planTime.ts";
import { runTasks, script, type Specs } from "./runs.ts";

const planOf = (run: readonly string[], reuse: readonly string[] = []) =>
  [
    ...run.map((id) => ({ id, name: id, action: "run", why: "" })),
    ...reuse.map((id) => ({ id, name: id, action: "reuse", why: "" })),
  ] as PlanItem[];
const timeIn = (run: readonly string[], ...runs: RunState[]) =>
  timeOfPlan(planOf(run), runs, () => []);

const diamond: Specs = { a: [], b: ["a"], c: ["a"], d: ["b", "c"] };
/** Nothing but these takes time. */
const timed = (times: Readonly<Record<string, number>>, fails?: string) =>
  script(
    Object.fromEntries(
      ["a", "b", "c", "d", "each"].map((id) => [
        id,
        {
          takes: times[id] ?? 0,
          commitTakes: 0,
          ...(id === fails ? { ends: "fail" as const } : {}),
        },
      ]),
    ),
  );
const takes = timed({ a: 100, b: 30, c: 70 });

test("what goes on side by side counts once, and what is reused not at all", () => {
  const run = runTasks(diamond, { script: takes });
  expect(timeIn(["a", "b", "c", "d"], run)).toBe(170);
  expect(timeIn(["b", "c"], run)).toBe(70);
  expect(timeOfPlan(planOf(["b"], ["a", "c"]), [run], () => [])).toBe(30);
});

test("of a task that did not succeed last, the time of when it did counts; of one that never did there is none", () => {
  const good = runTasks(diamond, { script: takes });
  const failed = runTasks(diamond, {
    script: timed({ a: 500 }, "c"),
  });
  expect(timeIn(["a", "c"], failed, good)).toBe(500 + 70);
  expect(timeIn(["c"], failed)).toBeUndefined();
  expect(timeIn(["new"], good)).toBeUndefined();
});

test("attempts with what is between them count, but not how long a person took to answer", () => {
  const retried = runTasks(
    { a: { retries: 1, retryDelays: [40] } },
    {
      script: (_, attempt) =>
        attempt === 1
          ? { takes: 10, ends: "fail" }
          : { takes: 20, commitTakes: 0 },
    },
  );
  expect(timeIn(["a"], retried)).toBe(70);
  const answered = runTasks(
    {
      a: {},
      gate: { operator: { type: "approve", message: "?", timeout: undefined } },
    },
    {
      script: (run, attempt) =>
        run === "a" && attempt === 1
          ? { takes: 10, ends: "pause" }
          : { takes: 20, commitTakes: 0 },
      person: () => ({ answer: { type: "resume" }, after: 5000 }),
    },
  );
  expect(timeIn(["a"], answered)).toBe(30);
});

test("a mapped task counts from its first element to its last, without a night between", () => {
  const run = runTasks(
    { list: [], each: { map: ["list"] } },
    {
      functions: { list: () => [1, 2, 3] },
      script: timed({ each: 50 }),
    },
  );
  const { startedAt, endedAt } = run.tasks.get("each")!;
  const took = endedAt! - startedAt!;
  expect(timeIn(["each"], run)).toBe(took);
  const night = { from: startedAt! + 10, to: startedAt! + 30 };
  expect(timeOfPlan(planOf(["each"]), [run], () => [night])).toBe(took - 20);
});
