import { describe, expect, test } from "vitest";
import { FlowError } from "../../src/core/errors.ts";
import type { Graph } from "../../src/core/graph.ts";
import { taskKeys } from "../../src/core/keys.ts";
import { planResume, planRun } from "../../src/core/plan.ts";
import type { PlanItem } from "../../src/core/plan.ts";
import { planFirst } from "../../src/core/planFirst.ts";
import { makeGraph, value } from "./makeGraph.ts";
import { script, simulate, startOf, statesOf } from "./simulate.ts";
import type { Attempt } from "./simulate.ts";

//  airport -> live -> transform -> loadLive
//             refs ---^   `--------> loadRefs
const specs = {
  airport: "param",
  refs: [],
  live: ["airport"],
  transform: ["live", "refs"],
  loadRefs: ["refs"],
  loadLive: ["transform"],
} as const;
const graph = makeGraph(specs);
const versions = {
  refs: "1",
  live: "1",
  transform: "1",
  loadRefs: "1",
  loadLive: "1",
};
const parameters = { airport: "IAD" };
const keys = taskKeys(graph, versions, parameters);

const runOf = (
  world: Graph,
  script: Record<string, Attempt> = {},
  more: object = {},
) =>
  simulate(
    startOf(world, {
      keys: taskKeys(world, versions, parameters),
      parameters,
      ...more,
    }),
    {
      script: (node, attempt) =>
        script[`${node}#${attempt}`] ?? script[node] ?? {},
    },
  );
const finished = runOf(graph);
const done = finished.state;

const told = (items: readonly PlanItem[]) =>
  Object.fromEntries(
    items.map(({ id, action, why }) => [id, `${action}: ${why}`]),
  );

describe("the plan of a run", () => {
  test("runs everything, whatever there is", () => {
    const plan = planRun(graph, keys, done);
    expect(plan.items.map(({ id, action }) => `${action} ${id}`)).toEqual([
      "run refs",
      "run live",
      "run transform",
      "run loadRefs",
      "run loadLive",
    ]);
    expect(plan.reused).toEqual([]);
    expect(plan.excluded).toEqual([]);
    expect(planRun(graph, keys, undefined)).toEqual(plan);
  });

  test("to a task runs what it needs and leaves out the rest", () => {
    const plan = planRun(graph, keys, done, { to: "transform" });
    expect(told(plan.items)).toEqual({
      refs: "run: transform needs it",
      live: "run: transform needs it",
      transform: "run: run to here",
    });
    expect(plan.excluded).toEqual(["loadRefs", "loadLive"]);
  });

  test("from a task runs it and all downstream, and reuses what these need", () => {
    const plan = planRun(graph, keys, done, { from: "transform" });
    expect(told(plan.items)).toEqual({
      refs: "reuse: it succeeded in the last run, and nothing has changed",
      live: "reuse: it succeeded in the last run, and nothing has changed",
      transform: "run: run from here",
      loadLive: "run: downstream of transform",
    });
    expect(plan.excluded).toEqual(["loadRefs"]);
    expect(plan.reused).toEqual([
      { node: "refs", run: "run-1", at: 0, size: 8 },
      { node: "live", run: "run-1", at: 0, size: 8 },
    ]);
    const run = simulate(
      startOf(graph, {
        run: "run-2",
        keys,
        parameters,
        reused: plan.reused,
        excluded: plan.excluded,
      }),
      { from: finished },
    );
    expect(run.started).toEqual(["transform#1", "loadLive#1"]);
    expect(run.state.state).toBe("Success");
    // What was reused is reused again, from where it is kept.
    const again = planRun(graph, keys, run.state, { from: "loadLive" });
    expect(again.reused).toEqual([
      { node: "refs", run: "run-1", at: 0, size: 8 },
      { node: "live", run: "run-1", at: 0, size: 8 },
      { node: "transform", run: "run-2", at: 0, size: 8 },
    ]);
  });

  test("from one task to another runs what is between them", () => {
    const plan = planRun(graph, keys, done, { from: "live", to: "transform" });
    expect(told(plan.items)).toEqual({
      refs: "reuse: it succeeded in the last run, and nothing has changed",
      live: "run: run from here",
      transform: "run: run to here",
    });
    expect(plan.excluded).toEqual(["loadRefs", "loadLive"]);
    expect(() =>
      planRun(graph, keys, done, { from: "loadRefs", to: "live" }),
    ).toThrow("Nothing leads from loadRefs to live");
  });

  test("from a task runs also what has nothing to reuse, and says why", () => {
    const why = (otherKeys: Record<string, string>, last = done) =>
      told(planRun(graph, otherKeys, last, { from: "loadLive" }).items);
    expect(
      told(planRun(graph, keys, undefined, { from: "loadLive" }).items).refs,
    ).toBe("run: no result of the last run to reuse");
    expect(
      why(taskKeys(graph, { ...versions, live: "2" }, parameters)),
    ).toMatchObject({
      refs: expect.stringContaining("reuse"),
      live: "run: its code changed since",
      transform: "run: an input changed (live)",
    });
    expect(why(taskKeys(graph, versions, { airport: "JFK" }))).toMatchObject({
      live: "run: an input changed (airport)",
    });
    const failed = runOf(graph, { refs: { ends: "fail" } }).state;
    expect(why(keys, failed)).toMatchObject({
      refs: "run: no result of the last run to reuse",
      transform: "run: no result of the last run to reuse",
    });
  });

  test("takes names and variables for ids, and means all nodes of the name", () => {
    const world = makeGraph({
      a: [],
      "load-1": { needs: ["a"], task: "load", name: "Load" },
      "load-2": { needs: ["a"], task: "load", name: "Load" },
    });
    const ids = (to: string) =>
      planRun(world, {}, undefined, { to }).items.map(({ id }) => id);
    expect(ids("load-2")).toEqual(["a", "load-2"]);
    expect(ids("load")).toEqual(["a", "load-1", "load-2"]);
    expect(ids("Load")).toEqual(["a", "load-1", "load-2"]);
    // One that has a name of its own is meant by that.
    const sums = makeGraph({
      "sum-1": { task: "sum", name: "sum" },
      "sum-2": { task: "sum", name: "usum" },
    });
    const of = (to: string) =>
      planRun(sums, {}, undefined, { to }).items.map(({ id }) => id);
    expect([of("sum"), of("usum")]).toEqual([["sum-1"], ["sum-2"]]);
  });

  test("names the known tasks when one is unknown", () => {
    let thrown;
    try {
      planRun(graph, keys, done, { from: "airport" });
    } catch (error) {
      thrown = error as FlowError;
    }
    expect(thrown).toBeInstanceOf(FlowError);
    expect(thrown).toMatchObject({
      code: "unknown-task",
      message:
        "The flow test has no task airport. It has refs, live, transform, loadRefs and loadLive.",
    });
  });
});

describe("the plan of a resumption", () => {
  test("keeps what succeeded and runs what failed and was not reached", () => {
    const failed = runOf(graph, { live: { ends: "fail" } }).state;
    const plan = planResume(graph, keys, failed);
    expect(told(plan.items)).toEqual({
      refs: "reuse: kept: succeeded in this run",
      live: "run: runs: failed before",
      transform: "run: runs: was not reached",
      loadRefs: "reuse: kept: succeeded in this run",
      loadLive: "run: runs: was not reached",
    });
    expect(plan.kept).toEqual([
      { node: "refs", from: "refs" },
      { node: "loadRefs", from: "loadRefs" },
    ]);
  });

  test.each([
    [{ ends: "crash" } as Attempt, {}, "runs: crashed before"],
    [
      { ends: "hang" } as Attempt,
      { cancelAt: 5 },
      "runs: was cancelled before",
    ],
    [{ ends: "hang" } as Attempt, { interruptAt: 5 }, "runs: crashed before"],
  ])("after an attempt that went %j, with %j", (attempt, options, why) => {
    const world = makeGraph({ a: [] });
    const run = simulate(startOf(world), { script: () => attempt, ...options });
    expect(
      planResume(world, taskKeys(world, {}, {}), run.state).items[0]!.why,
    ).toBe(why);
  });

  test("after a timeout", () => {
    const world = makeGraph({ a: { timeout: 5 } });
    const run = simulate(startOf(world), { script: () => ({ ends: "hang" }) });
    expect(
      planResume(world, taskKeys(world, {}, {}), run.state).items[0]!.why,
    ).toBe("runs: timed out before");
  });

  test("of a run in which all is as it was keeps everything", () => {
    const plan = planResume(graph, keys, done);
    expect(plan.items.every(({ action }) => action === "reuse")).toBe(true);
    expect(plan.kept).toHaveLength(5);
  });

  test("runs what an edit touches, and only that", () => {
    const edited = taskKeys(graph, { ...versions, transform: "2" }, parameters);
    expect(told(planResume(graph, edited, done).items)).toEqual({
      refs: "reuse: kept: succeeded in this run",
      live: "reuse: kept: succeeded in this run",
      transform: "run: runs: its code changed",
      loadRefs: "reuse: kept: succeeded in this run",
      loadLive: "run: runs: an input changed (transform)",
    });
  });

  test("runs only the branch of a parameter that changed", () => {
    const other = taskKeys(graph, versions, { airport: "JFK" });
    const plan = planResume(graph, other, done);
    expect(plan.kept.map(({ node }) => node)).toEqual(["refs", "loadRefs"]);
    expect(told(plan.items).live).toBe("run: runs: an input changed (airport)");
  });

  test("says when a task is called with something else, and when it is new", () => {
    const before = makeGraph({ a: { args: [value(1)] } });
    const after = makeGraph({ a: { args: [value(2)] }, b: [] });
    const run = simulate(startOf(before));
    expect(
      told(planResume(after, taskKeys(after, {}, {}), run.state).items),
    ).toEqual({
      a: "run: runs: what it is called with changed",
      b: "run: runs: is new",
    });
  });

  test("finds tasks again whose calls are in another order", () => {
    const call = (table: string) => ({ task: "load", args: [value(table)] });
    const before = makeGraph({ "load-1": call("x"), "load-2": call("y") });
    const after = makeGraph({
      "load-1": call("new"),
      "load-2": call("x"),
      "load-3": call("y"),
    });
    const run = simulate(startOf(before));
    const plan = planResume(after, taskKeys(after, {}, {}), run.state);
    expect(plan.kept).toEqual([
      { node: "load-2", from: "load-1" },
      { node: "load-3", from: "load-2" },
    ]);
  });

  test("lets a second equal call run, for it is a call of its own", () => {
    const before = makeGraph({ "load-1": { task: "load" } });
    const after = makeGraph({
      "load-1": { task: "load" },
      "load-2": { task: "load" },
    });
    const run = simulate(startOf(before));
    expect(planResume(after, taskKeys(after, {}, {}), run.state).kept).toEqual([
      { node: "load-1", from: "load-1" },
    ]);
  });

  test("runs a clean-up again when what it cleans up after runs again", () => {
    const world = makeGraph({
      a: [],
      cleanup: { needs: ["a"], trigger: { type: "allFinished" } },
    });
    const run = simulate(startOf(world), {
      script: (node) => (node === "a" ? { ends: "fail" } : {}),
    });
    expect(statesOf(run)).toEqual({ a: "Failed", cleanup: "Success" });
    expect(
      told(planResume(world, taskKeys(world, {}, {}), run.state).items),
    ).toEqual({
      a: "run: runs: failed before",
      cleanup: "run: runs: a runs again",
    });
  });

  test("runs what a partial run left out, and keeps what that reused", () => {
    const world = makeGraph({ a: [], b: ["a"] });
    const run = simulate(
      startOf(world, {
        reused: [{ node: "a", run: "run-0" }],
        excluded: ["b"],
      }),
    );
    expect(
      told(planResume(world, taskKeys(world, {}, {}), run.state).items),
    ).toEqual({
      a: "reuse: kept: its result is reused from an earlier run",
      b: "run: runs: was not reached",
    });
  });

  test("can be carried out", () => {
    const failed = runOf(graph, { "live#1": { ends: "fail" } });
    const { kept } = planResume(graph, keys, failed.state);
    const resumed = simulate(
      { type: "run-resumed", at: 99, graph, keys, parameters, kept },
      { from: failed },
    );
    expect(resumed.started).toEqual(["live#2", "transform#1", "loadLive#1"]);
    expect(resumed.state.state).toBe("Success");
  });
});

test("the plan of a first run is that of a run that has nothing to reuse", () => {
  const { items, reused, excluded } = planRun(graph, keys, undefined);
  expect(planFirst(graph)).toEqual({ items, reused, excluded });
});

test("a resumption says of maps that wait for people that their elements do, and of those behind that they were not reached", () => {
  const waiting = makeGraph({
    items: [],
    gate: { map: ["items"] },
    after: { map: ["gate"] },
  });
  const { state } = simulate(startOf(waiting), {
    functions: { items: () => [1, 2] },
    script: script({ gate: { ends: "pause" } }),
  });
  const { items } = planResume(waiting, taskKeys(waiting, {}, {}), state);
  expect(items.map(({ why }) => why).slice(1)).toEqual([
    "runs: all of its elements wait for an answer",
    "runs: all of its elements were not reached",
  ]);
});

test("the plan of a resumption says of what waited for a person that there was no answer in time", () => {
  const operator = { type: "approve", message: "ok?", timeout: 50 } as const;
  const waiting = makeGraph({
    items: [],
    gate: { operator },
    gates: { map: ["items"], operator },
  });
  const { state } = simulate(startOf(waiting), {
    functions: { items: () => [1, 2] },
    interruptAt: 40,
  });
  const keys = taskKeys(waiting, {}, {});
  const whyAt = (now: number) =>
    planResume(waiting, keys, state, {}, now)
      .items.slice(1)
      .map(({ why }) => why);
  expect(whyAt(30)).toEqual([
    "runs: waits for an answer",
    "runs: all of its elements wait for an answer",
  ]);
  expect(whyAt(1000)).toEqual([
    "runs: got no answer in time",
    "runs: all of its elements got no answer in time",
  ]);
});

test("a task that was skipped and whose input changed says that, for to be skipped is no reason to run", () => {
  const branch = makeGraph({ n: "param", yes: ["n"] });
  const { state } = simulate(
    startOf(branch, {
      parameters: { n: 1 },
      keys: taskKeys(branch, {}, { n: 1 }),
    }),
    { script: script({ yes: { ends: "skip" } }) },
  );
  const keys = taskKeys(branch, {}, { n: 2 });
  expect(planResume(branch, keys, state).items).toMatchObject([
    { id: "yes", why: "runs: an input changed (n)" },
  ]);
});
