import { expect, test, vi } from "vitest";
import type { CacheEntry } from "../../src/core/cache.ts";
import type { RunState } from "../../src/core/run.ts";
import { keptResults } from "../../src/runs/keptResults.ts";
import { start } from "../../src/core/scheduler.ts";
import { look, startOf } from "../core/simulate.ts";
import { makeGraph, runTasks } from "../ui/runs.ts";

const graph = makeGraph({ a: [], b: ["a"] });

function runOf(run: string, flow: string): RunState {
  return runTasks({ ...graph, flow }, {}, { run });
}

/** A run that has just begun, and takes the result of `a` from another. */
function reusing(run: string, other: string): RunState {
  const reused = [{ node: "a", run: other }];
  return look(start(startOf({ ...graph, flow: "one" }, { run, reused })).state);
}

const entry = (run: string, resultKey: string) =>
  ({ run, resultKey, cacheKey: resultKey }) as CacheEntry;

test("the newest run of each flow keeps its results, and what it took from earlier ones stays too", () => {
  const runs = [
    reusing("r4", "r2"),
    runOf("r3", "two"),
    runOf("r2", "one"),
    runOf("r1", "one"),
  ];
  const { runs: kept } = keptResults(runs, []);
  expect([...kept].sort()).toEqual(["r2", "r3", "r4"]);
});

test("what elements of a map took from earlier runs stays, and no element is looked at by itself", () => {
  const map = makeGraph({ list: [], m: { map: ["list"] } });
  const reused = [
    { node: "list", run: "r3" },
    {
      node: "m",
      run: "r3",
      shape: 3,
      elsewhere: [
        { leaf: 0, run: "r1", key: "k#0" },
        { leaf: 2, run: "r2", key: "k#2" },
      ],
    },
  ];
  const run = look(start(startOf(map, { run: "r4", reused })).state);
  const { children } = run.tasks.get("m")!;
  expect(children?.count).toBe(3);
  vi.spyOn(children!, "run").mockImplementation(() => {
    throw new Error("There may be a million.");
  });
  const { runs: kept } = keptResults([run], []);
  expect([...kept].sort()).toEqual(["r1", "r2", "r3", "r4"]);
});

test("of other runs what later ones may reuse stays", () => {
  const runs = [runOf("r2", "one"), runOf("r1", "one")];
  const { keys } = keptResults(runs, [
    entry("r1", "x"),
    entry("r1", "y"),
    entry("r2", "z"),
  ]);
  expect(keys).toEqual({ r1: ["x", "y"] });
});

test("a run that waits for a person keeps its results, however old it is", () => {
  const waiting = runTasks(
    { a: [], gate: { needs: ["a"], operator: { type: "approve" } } as never },
    {},
    { run: "r1" },
  );
  expect(waiting.state).toBe("Paused");
  const { runs } = keptResults([runOf("r2", waiting.flow), waiting], []);
  expect([...runs].sort()).toEqual(["r1", "r2"]);
});

test("small results stay for the newest hundred runs", () => {
  const runs = Array.from({ length: 130 }, (_, at) => runOf(`r${at}`, "one"));
  expect(keptResults(runs, []).small).toHaveLength(100);
});
