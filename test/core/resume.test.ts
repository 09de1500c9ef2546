import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import type { Graph } from "../../src/core/graph.ts";
import { taskKeys } from "../../src/core/keys.ts";
import { planResume, planRun } from "../../src/core/plan.ts";
import { replay, step } from "../../src/core/scheduler.ts";
import { taskRun } from "../../src/core/snapshot.ts";
import { flatten, makeGraph, refEach, value } from "./makeGraph.ts";
import type { Specs } from "./makeGraph.ts";
import {
  elementsOf,
  look,
  numberOf,
  runOf,
  script,
  simulate,
  startOf,
  statesOf,
  valueOf,
} from "./simulate.ts";
import type { Settings, Simulation } from "./simulate.ts";

const functions = {
  inc: (x: unknown) => (x as number) + 1,
  same: (x: unknown) => x,
};

const begin = (specs: Specs, settings: Settings = {}) =>
  simulate(startOf(makeGraph(specs)), { functions, ...settings });

/** Goes on with what the plan keeps; with `graph` it is another one. */
function goOn(
  first: Simulation,
  settings: Settings = {},
  graph: Graph = first.state.graph,
  versions: Record<string, string> = {},
): Simulation {
  const keys = taskKeys(graph, versions, {});
  const { kept } = planResume(graph, keys, first.state);
  const at = first.scheduler.now + 1000;
  return simulate(
    { type: "run-resumed", at, graph, keys, parameters: {}, kept },
    { functions, ...settings, from: first },
  );
}

const whyOf = (first: Simulation, graph: Graph = first.state.graph) =>
  Object.fromEntries(
    planResume(graph, taskKeys(graph, {}, {}), first.state).items.map(
      ({ id, action, why }) => [id, `${action}: ${why}`],
    ),
  );

describe("a resumption of a map that failed in part", () => {
  const specs = {
    list: [],
    one: { task: "inc", map: ["list"] },
    two: { task: "inc", map: ["one"] },
    sum: { task: "same", needs: ["two"] },
  };
  const settings = { functions: { ...functions, list: () => [1, 2, 3] } };
  const failed = () =>
    begin(specs, {
      ...settings,
      script: script({ "one[1]": { ends: "fail" } }),
    });

  test("runs the failed elements and what follows these, and nothing else", () => {
    const first = failed();
    expect(whyOf(first)).toEqual({
      list: "reuse: kept: succeeded in this run",
      one: "run: runs: 1 of 3 elements run, 2 are kept",
      two: "run: runs: 1 of 3 elements run, 2 are kept",
      sum: "run: runs: was not reached",
    });
    const second = goOn(first, settings);
    expect(second.started).toEqual(["one[1]#2", "two[1]#1", "sum#1"]);
    expect(valueOf(second, "sum")).toEqual([3, 4, 5]);
    expect(second.state.state).toBe("Success");
  });

  test("shows the kept elements as they were", () => {
    const first = failed();
    const second = goOn(first, settings);
    expect(runOf(second, "two[0]")).toEqual(runOf(first, "two[0]"));
    expect(runOf(second, "one[1]")).toMatchObject({
      attempt: 2,
      attemptsBefore: 1,
      attempts: [{ state: "Failed" }, { state: "Success" }],
    });
  });

  test("runs all of it when the list has changed", () => {
    const first = failed();
    const second = goOn(first, settings, first.state.graph, { list: "2" });
    expect(second.started[0]).toBe("list#2");
    expect(second.started).toContain("one[0]#2");
    expect(second.started).toContain("two[1]#1");
    expect(second.started).toContain("two[2]#2");
  });

  test("goes on counting the attempts of elements that are made anew", () => {
    const first = failed();
    const second = goOn(
      first,
      { ...settings, interruptAt: first.scheduler.now + 1005 },
      first.state.graph,
      { list: "2" },
    );
    expect(second.state.state).toBe("Crashed");
    // They were not reached in between.
    const third = goOn(second, settings, first.state.graph, { list: "2" });
    expect(third.started[0]).toBe("list#3");
    expect(third.started).toContain("one[1]#2");
    expect(runOf(third, "one[1]").attempts.map(({ state }) => state)).toEqual([
      "Failed",
      "Success",
    ]);
  });

  test("keeps what was marked as a success by hand", () => {
    const first = failed();
    first.results.set(`run-1 ${runOf(first, "one[1]").key}`, 100);
    step(first.scheduler, {
      type: "task-marked",
      at: 50,
      task: numberOf(first.state, "one[1]"),
      size: 8,
    });
    first.state = look(first.scheduler);
    expect(runOf(first, "one[1]")).toMatchObject({
      state: "Success",
      isMarked: true,
      message: "Marked as a success by hand.",
      error: undefined,
    });
    const second = goOn(first, settings);
    expect(second.started).toEqual(["two[1]#1", "sum#1"]);
    expect(valueOf(second, "sum")).toEqual([3, 101, 5]);
    expect(statesOf(second).one).toBe("Mapped");
    expect(runOf(second, "one").message).toBeUndefined();
  });

  test("goes on in the middle of the map after an interruption", () => {
    const first = begin(specs, {
      ...settings,
      script: script({ "one[2]": { takes: 100 } }),
      interruptAt: 50,
    });
    expect(runOf(first, "one")).toMatchObject({
      state: "Crashed",
      message:
        "The tab was closed before all elements were done. Resume goes on with the others.",
    });
    const second = goOn(first, settings);
    expect(second.started).toEqual(["one[2]#2", "two[2]#1", "sum#1"]);
  });
});

test.each([
  ["a task", false],
  ["an element of a map", true],
])(
  "a resumption of %s whose fallback had been started and not begun begins with an attempt",
  (_, isElement) => {
    const map = isElement ? { map: [value([1])] } : {};
    const started = startOf(
      makeGraph({ a: { ...map, functions: ["fallback"] } }),
    );
    const { graph, keys, parameters } = started;
    const error = { name: "Error", message: "no" };
    const expanded: RunEvent[] = isElement
      ? [{ type: "task-mapped", at: 1, task: 0, count: 1 }]
      : [];
    const task = expanded.length;
    const failed = (attempt: number): RunEvent[] => [
      { type: "attempt-started", at: 2, task, attempt },
      { type: "attempt-failed", at: 3, task, attempt, error },
    ];
    const scheduler = replay([
      started,
      ...expanded,
      ...failed(1),
      { type: "run-interrupted", at: 4 },
      { type: "run-resumed", at: 5, graph, keys, parameters, kept: [] },
      ...expanded,
      ...failed(2),
      { type: "attempt-started", at: 6, task, attempt: 3 },
      { type: "attempt-returned", at: 7, task, attempt: 3 },
      { type: "attempt-committed", at: 8, task, attempt: 3, size: 1 },
    ]);
    expect(scheduler.state).toBe("Success");
    const { attempts, fallbacks } = taskRun(scheduler, task);
    expect(attempts.map(({ state }) => state)).toEqual([
      "Failed",
      "Failed",
      "Success",
    ]);
    expect(fallbacks).toEqual([3]);
  },
);

describe("a resumption of nested maps", () => {
  const specs = {
    pages: { map: [value([1, 2, 3])] },
    rows: { task: "inc", map: ["pages"], depth: 2 },
    cells: { task: "inc", map: ["rows"], depth: 2 },
    sums: { task: "same", map: ["cells"] },
  };
  const lists = (...given: unknown[][]) => ({
    functions: {
      ...functions,
      pages: (page: unknown) => given[(page as number) - 1],
    },
  });

  test("runs the failed elements of a row and what follows these", () => {
    const settings = lists([1, 2], [3], [4, 5]);
    const first = begin(specs, {
      ...settings,
      script: script({ "rows[2][0]": { ends: "fail" } }),
    });
    const second = goOn(first, settings);
    expect(second.started).toEqual([
      "rows[2][0]#2",
      "cells[2][0]#1",
      "sums[2]#1",
    ]);
    expect(valueOf(second, "sums")).toEqual([[3, 4], [5], [6, 7]]);
  });

  test("expands a row anew whose list runs again, and lets it have another length", () => {
    const first = begin(specs, {
      ...lists([1, 2], [3], [4, 5]),
      script: script({ "pages[1]": { ends: "fail" } }),
    });
    const second = goOn(first, lists([1, 2], [7, 8, 9], [4, 5]));
    expect(second.started.slice(0, 4)).toEqual([
      "pages[1]#2",
      "rows[1][0]#1",
      "rows[1][1]#1",
      "rows[1][2]#1",
    ]);
    expect(second.started).toHaveLength(8);
    expect(valueOf(second, "sums")).toEqual([
      [3, 4],
      [9, 10, 11],
      [6, 7],
    ]);
  });

  test("expands a row over nothing anew if its list runs again", () => {
    const keyed = taskKeys(makeGraph(specs), {}, {});
    const first = begin(specs, {
      ...lists([], [], [4]),
      script: script({ "rows[2][0]": { ends: "fail" } }),
    });
    expect(runOf(first, "rows").children!.shape).toEqual([0, 0, 1]);
    const { kept } = planResume(first.state.graph, keyed, first.state);
    expect(kept.find(({ node }) => node === "rows")!.leaves).toEqual([0, 1]);
    // As if the second page had to be fetched again.
    const event: RunEvent & { type: "run-resumed" } = {
      type: "run-resumed",
      at: 1000,
      graph: first.state.graph,
      keys: keyed,
      parameters: {},
      kept: [
        { node: "pages", from: "pages", leaves: [0, 2] },
        { node: "rows", from: "rows", leaves: [0] },
      ],
    };
    const second = simulate(event, {
      ...lists([], [8], [4]),
      from: first,
    });
    expect(valueOf(second, "rows")).toEqual([[], [9], [5]]);
    expect(second.state.state).toBe("Success");
  });

  test("keeps rows over nothing with the rest if all is as it was", () => {
    const first = begin(specs, lists([], [1], []));
    const second = goOn(first);
    expect(second.started).toEqual([]);
    expect(second.commands).toEqual([]);
    expect(second.state.tasks.get("cells")!.state).toBe("Mapped");
  });

  test("does not start an inner element before what its outer one needs", () => {
    const nested = {
      name: { map: [value(["x", "y"])] },
      join: {
        map: [value([[1, 2], [3]])],
        depth: 2,
        args: [refEach("name")],
      },
    };
    const first = begin(nested, {
      script: script({ "name[0]": { ends: "fail" } }),
    });
    const second = goOn(first);
    expect(second.started).toEqual([
      "name[0]#2",
      "join[0][0]#1",
      "join[0][1]#1",
    ]);
  });
});

describe("a resumption of a flattened map", () => {
  test("keeps where its elements come from", () => {
    const specs = {
      lists: { task: "same", map: [value([[1], [2, 3]])] },
      flat: { task: "inc", map: [flatten("lists")] },
      again: { task: "inc", map: ["flat"] },
    };
    const first = begin(specs, {
      script: script({ "flat[1]": { ends: "fail" } }),
    });
    const second = goOn(first);
    expect(second.started).toEqual(["flat[1]#2", "again[1]#1"]);
    expect(valueOf(second, "again")).toEqual([3, 4, 5]);
    expect(elementsOf(second, "flat")).toEqual([
      "Success",
      "Success",
      "Success",
    ]);
  });
});

describe("a resumption after calls were put into another order", () => {
  const call = (list: unknown) => ({ task: "inc", map: [value(list)] });

  test("finds the elements of a map under its new name", () => {
    const first = begin(
      { "inc-1": call([1, 2]) },
      { script: script({ "inc-1[1]": { ends: "fail" } }) },
    );
    const graph = makeGraph({
      "inc-1": call([7]),
      "inc-2": call([1, 2]),
      sum: { task: "same", needs: ["inc-2"] },
    });
    const second = goOn(first, {}, graph);
    expect([...second.started].sort()).toEqual([
      "inc-1[0]#2",
      "inc-2[1]#2",
      "sum#1",
    ]);
    expect(valueOf(second, "sum")).toEqual([2, 3]);
    // And so does another one after it: the results stay where they are.
    const third = goOn(second, {}, graph);
    expect(third.started).toEqual([]);
    expect(valueOf(third, "inc-2")).toEqual([2, 3]);
  });
});

describe("results that an earlier run left", () => {
  const specs = {
    a: { cacheFor: Infinity },
    b: { needs: ["a"] },
    c: { needs: ["b"] },
  };

  test("are kept by a resumption like results of the run's own", () => {
    const first = begin(specs, {
      script: script({
        a: { ends: "reuse", value: "cached" },
        b: { ends: "fail" },
      }),
    });
    expect(whyOf(first).a).toBe(
      "reuse: kept: its result is reused from an earlier run",
    );
    const second = goOn(first);
    expect(second.started).toEqual(["b#2", "c#1"]);
    expect(second.calls.get("b")).toEqual(["cached"]);
  });

  test("are reused by a partial run from where they are kept", () => {
    const first = begin(specs, {
      script: script({ a: { ends: "reuse", value: "cached" } }),
    });
    const { graph, keys } = first.state;
    const plan = planRun(graph, keys, first.state, { from: "b" });
    expect(plan.reused).toEqual([
      { node: "a", run: "run-0", key: "cached a", at: 0, size: 8 },
    ]);
    const second = simulate(
      startOf(graph, { run: "run-2", keys, reused: plan.reused }),
      { from: first },
    );
    expect(second.calls.get("b")).toEqual(["cached"]);
    // And again from there.
    expect(planRun(graph, keys, second.state, { from: "b" }).reused).toEqual(
      plan.reused,
    );
  });

  test("of a mapped node may be kept in several places", () => {
    const mapped = {
      a: { task: "inc", map: [value([1, 2, 3])], cacheFor: Infinity },
      b: { task: "same", needs: ["a"] },
    };
    const first = begin(mapped, {
      script: script({ "a[1]": { ends: "reuse", value: 100 } }),
    });
    const { graph, keys } = first.state;
    const plan = planRun(graph, keys, first.state, { from: "b" });
    expect(plan.reused).toEqual([
      {
        node: "a",
        run: "run-1",
        at: 0,
        shape: 3,
        elsewhere: [{ leaf: 1, run: "run-0", key: "cached a[1]", at: 0 }],
      },
    ]);
    const second = simulate(
      startOf(graph, { run: "run-2", keys, reused: plan.reused }),
      { functions, from: first },
    );
    expect(second.started).toEqual(["b#1"]);
    expect(valueOf(second, "b")).toEqual([2, 100, 4]);
    expect(statesOf(second).a).toBe("Mapped");
    expect(elementsOf(second, "a")).toEqual(["Cached", "Cached", "Cached"]);
    expect(planRun(graph, keys, second.state, { from: "b" }).reused).toEqual(
      plan.reused,
    );
  });

  test("of nested maps keep their shape", () => {
    const nested = {
      a: { task: "inc", map: [value([[1], [], [2, 3]])], depth: 2 },
      b: { task: "same", needs: ["a"] },
    };
    const first = begin(nested);
    const { graph, keys } = first.state;
    const { reused } = planRun(graph, keys, first.state, { from: "b" });
    const second = simulate(startOf(graph, { run: "run-2", keys, reused }), {
      functions,
      from: first,
    });
    expect(valueOf(second, "b")).toEqual([[2], [], [3, 4]]);
  });

  test("are reused of the elements of a map that have one", () => {
    const mapped = { a: { map: [value([1, 2])] }, b: { needs: ["a"] } };
    const first = begin(mapped, {
      script: script({ "a[1]": { ends: "fail" } }),
    });
    const { graph, keys } = first.state;
    const { reused } = planRun(graph, keys, first.state, { from: "b" });
    expect(reused).toMatchObject([{ node: "a", shape: 2, leaves: [0] }]);
    const second = simulate(startOf(graph, { run: "run-2", keys, reused }), {
      from: first,
    });
    expect(second.started).toEqual(["a[1]#1", "b#1"]);
    expect(elementsOf(second, "a")).toEqual(["Cached", "Success"]);
    expect(second.calls.get("b")).toEqual([["a[0]", "a[1]"]]);
  });

  test("are reused of none of those elements if the resource that they use is set up again", () => {
    const specs = {
      open: {},
      a: { map: [value([1, 2])], needs: ["open"] },
      b: { needs: ["a"] },
      close: { task: "open", cleanupOf: "open", waitFor: ["a"] },
    };
    const first = begin(specs, {
      script: script({ "a[1]": { ends: "fail" } }),
    });
    const { graph, keys } = first.state;
    const plan = planRun(graph, keys, first.state, { from: "b" });
    const reused = plan.reused.map(({ node }) => node);
    const run = simulate(
      startOf(graph, { run: "run-2", keys, reused: plan.reused }),
      { from: first },
    );
    expect(reused).toEqual(["a"]);
    expect(run.started).toEqual(["open#1", "a[1]#1", "b#1", "close#1"]);
  });

  test("are reused of a map of which an element was skipped, which stays skipped", () => {
    const mapped = { a: { map: [value([1, 2])] }, b: { needs: ["a"] } };
    const first = begin(mapped, {
      script: script({ "a[1]": { ends: "skip" } }),
    });
    const { graph, keys } = first.state;
    expect(
      planRun(graph, keys, first.state, { from: "b" }).reused,
    ).toMatchObject([{ node: "a", shape: 2, skipped: [1] }]);
  });
});

describe("a mark by hand", () => {
  test("is of no effect on a task that an engine works on, on a map as a whole and on what is not there", () => {
    const made = begin(
      { a: [], b: { map: [value([1])] } },
      { script: script({ a: { ends: "hang" } }) },
    );
    for (const task of [0, 1, 99])
      step(made.scheduler, { type: "task-marked", at: 50, task, size: 1 });
    expect(statesOf({ state: look(made.scheduler) })).toEqual({
      a: "Running",
      b: "Mapped",
    });
  });

  const mark = (first: Simulation, name: string, result: unknown) => {
    first.results.set(`run-1 ${runOf(first, name).key}`, result);
    const task = numberOf(first.state, name);
    step(first.scheduler, { type: "task-marked", at: 60, task, size: 1 });
    first.state = look(first.scheduler);
  };

  test("is no attempt: these stay as they ended and when, also when the run goes on", () => {
    const first = begin(
      { a: [], b: ["a"] },
      { script: script({ a: { ends: "fail", takes: 10 } }) },
    );
    const { startedAt, endedAt, message } = runOf(first, "a");
    expect(endedAt).toBeLessThan(60);
    mark(first, "a", "by hand");
    const failed = { state: "Failed", startedAt, endedAt, message };
    const marked = { endedAt, markedAt: 60, attempts: [failed] };
    expect(runOf(first, "a")).toMatchObject(marked);
    expect(runOf(goOn(first), "a")).toMatchObject(marked);
  });

  test("gives a task that had not ended the end of the run", () => {
    const first = begin(
      { a: [] },
      { script: script({ a: { startTakes: 100 } }), interruptAt: 50 },
    );
    const { endedAt } = first.state;
    expect(runOf(first, "a").endedAt).toBeUndefined();
    expect(endedAt).toBeLessThan(60);
    mark(first, "a", "by hand");
    expect(runOf(first, "a")).toMatchObject({ endedAt, attempts: [] });
  });

  test("stands though a task that it was to be made of runs again", () => {
    const first = begin(
      { a: [], b: ["a"], c: ["b"] },
      { script: script({ a: { ends: "fail" } }) },
    );
    mark(first, "b", "by hand");
    expect(whyOf(first)).toEqual({
      a: "run: runs: failed before",
      b: "reuse: kept: marked as a success by hand",
      c: "run: runs: was not reached",
    });
    const second = goOn(first, { script: script({ a: { ends: "fail" } }) });
    expect(second.calls.get("c")).toEqual(["by hand"]);
    expect(second.state.state).toBe("Success");
  });

  const sub: Specs = {
    "f/a": { within: ["f"] },
    "f/b": { args: [refEach("f/a", 0)], within: ["f"] },
    f: {
      args: [refEach("f/b", 0)],
      waitFor: ["f/b"],
      operator: {
        type: "flow",
        flow: "f",
        reference: [{ node: "f/b", each: 0 }],
      },
    },
    c: ["f"],
  };

  test("of a sub-flow spares what is in it", () => {
    const first = begin(sub, { script: script({ "f/a": { ends: "fail" } }) });
    mark(first, "f", "by hand");
    expect(whyOf(first)).toEqual({
      f: "reuse: kept: marked as a success by hand",
      c: "run: runs: was not reached",
    });
    const second = goOn(first);
    expect(second.started).toEqual(["c#1"]);
    expect(second.calls.get("c")).toEqual(["by hand"]);
    expect(second.state.state).toBe("Success");
    expect(runOf(second, "f/a")).toMatchObject({
      ...{ state: "Failed", message: "boom" },
      error: { message: "boom" },
    });
    expect(runOf(goOn(second), "f/a").state).toBe("Failed");
    expect(whyOf(second).f).toBe("reuse: kept: marked as a success by hand");
  });

  /** The sub-flow, once for each of three elements, and a task for each after it. */
  const mappedSub = (): Specs => {
    const of = value([0, 1, 2]);
    const inside = [[{ input: "parameters", of }]];
    const within = ["f"];
    return {
      "f/a": {
        inside,
        args: [{ type: "each", level: 0, of, path: [] }],
        within,
      },
      "f/b": { inside, args: [refEach("f/a")], within },
      f: {
        inside,
        args: [refEach("f/b")],
        waitFor: [{ node: "f/b", each: 1 }],
        operator: {
          type: "flow",
          flow: "f",
          reference: [{ node: "f/b", each: 1 }],
        },
      },
      c: { map: [refEach("f", 0)] },
    };
  };

  test("of one element of a mapped sub-flow spares what is in that element, which stays as it ended", () => {
    const first = begin(mappedSub(), {
      script: script({ "f/a[1]": { ends: "fail" } }),
    });
    mark(first, "f[1]", "by hand");
    const spared =
      "reuse: kept: what failed of it is part of what was marked as a success by hand";
    expect(whyOf(first)).toEqual({
      "f/a": spared,
      "f/b": spared,
      f: "reuse: kept: succeeded in this run",
      c: "run: runs: 1 of 3 elements run, 2 are kept",
    });
    const second = goOn(first);
    expect(second.started).toEqual(["c[1]#1"]);
    expect(second.calls.get("c[1]")).toEqual(["by hand"]);
    expect(second.state.state).toBe("Success");
    expect(elementsOf(second, "f/a")).toEqual(["Success", "Failed", "Success"]);
    expect(elementsOf(second, "f")).toEqual(["Success", "Success", "Success"]);
    expect(new Set(Object.values(whyOf(second)))).toEqual(
      new Set([spared, "reuse: kept: succeeded in this run"]),
    );
  });

  test("of one task in an element of a mapped sub-flow lets the rest of that element run", () => {
    const first = begin(mappedSub(), {
      script: script({ "f/a[1]": { ends: "fail" } }),
    });
    mark(first, "f/a[1]", "by hand");
    const second = goOn(first);
    expect(second.started).toEqual(["f/b[1]#1", "f[1]#1", "c[1]#1"]);
    expect(second.calls.get("f/b[1]")).toEqual(["by hand"]);
    expect(second.state.state).toBe("Success");
  });

  test("of an element stands though that which it was to be made of runs again", () => {
    const first = begin(
      { a: { map: [value([1, 2])] }, b: { map: [refEach("a", 0)] } },
      { script: script({ "a[1]": { ends: "fail" } }) },
    );
    mark(first, "b[1]", "by hand");
    const second = goOn(first, {
      script: script({ "a[1]": { ends: "fail" } }),
    });
    expect(second.started).toEqual(["a[1]#2"]);
    expect(valueOf(second, "b")).toEqual([expect.anything(), "by hand"]);
  });

  test("is reused by a run from behind it, which leaves out what is in a sub-flow", () => {
    const first = begin(sub, { script: script({ "f/a": { ends: "fail" } }) });
    mark(first, "f", "by hand");
    const { graph, keys } = first.state;
    const plan = planRun(graph, keys, first.state, { from: "c" });
    expect(plan.items.map(({ id, action }) => [id, action])).toEqual([
      ["f", "reuse"],
      ["c", "run"],
    ]);
    expect(plan.excluded).toEqual(["f/a", "f/b"]);
  });

  test("is possible on a task that was asked for when the tab was closed", () => {
    const first = begin(
      { a: [], b: ["a"] },
      { script: script({ a: { startTakes: 100 } }), interruptAt: 50 },
    );
    expect(statesOf(first)).toEqual({ a: "Pending", b: "Pending" });
    first.results.set(`run-1 ${runOf(first, "a").key}`, "by hand");
    step(first.scheduler, { type: "task-marked", at: 60, task: 0, size: 1 });
    first.state = look(first.scheduler);
    expect(whyOf(first).a).toBe("reuse: kept: marked as a success by hand");
    const second = goOn(first);
    expect(second.started).toEqual(["b#1"]);
    expect(second.calls.get("b")).toEqual(["by hand"]);
  });

  test("counts in the map that the element is in", () => {
    const first = begin(
      { a: { map: [value([1, 2])] } },
      { script: script({ "a[0]": { ends: "fail" } }) },
    );
    step(first.scheduler, { type: "task-marked", at: 60, task: 1, size: 1 });
    expect(look(first.scheduler).tasks.get("a")!.children!.counts).toEqual({
      Success: 2,
    });
    expect(first.scheduler.table.details(0)!.fates).toMatchObject({
      successful: 2,
      failed: 0,
    });
  });
});
