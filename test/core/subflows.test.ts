import { describe, expect, test } from "vitest";
import type { Source } from "../../src/core/graph.ts";
import { planResume } from "../../src/core/plan.ts";
import { caseOf, makeGraph, refEach, value } from "./makeGraph.ts";
import type { TaskSpec } from "./makeGraph.ts";
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
import type { Settings } from "./simulate.ts";

/** A sub-flow `f` with the tasks a and b, b after a; b is its reference task unless another is. */
function subflow(reference = "f/b", more: TaskSpec = {}) {
  const within = ["f"];
  return {
    "f/a": { ...more, within },
    "f/b": { args: [refEach("f/a", 0)], within },
    f: {
      args: [refEach("f/b", 0)],
      waitFor: ["f/b"],
      operator: {
        type: "flow" as const,
        flow: "f",
        reference: [{ node: reference, each: 0 }],
      },
    },
  };
}

/** The same with what it returns as a whole, and what follows it. */
function flowOf(returns: Source | null, more: TaskSpec = {}) {
  const { f, ...inside } = subflow("f/b", more);
  return {
    ...inside,
    f: { ...f, operator: { ...f.operator, returns } },
    after: { needs: ["f"] },
  };
}

/** The same once per element of a list. */
function mappedSubflow(list: unknown[], more: TaskSpec = {}) {
  const inside = [[{ input: "parameters", of: value(list) }]];
  const within = ["f"];
  const own = (node: string): Source => ({ node, each: 1 });
  return {
    "f/a": {
      inside,
      args: [{ type: "each" as const, level: 0, of: value(list), path: [] }],
      within,
    },
    "f/b": { inside, args: [refEach("f/a")], within, ...more },
    f: {
      inside,
      args: [refEach("f/b")],
      waitFor: [own("f/b")],
      operator: {
        type: "flow" as const,
        flow: "f",
        reference: [own("f/b")],
      },
    },
  };
}

const run = (
  specs: Record<string, TaskSpec | readonly string[]>,
  settings: Settings = {},
) => simulate(startOf(makeGraph(specs)), settings);

const cancel = (at: number, name: string) => ({
  at,
  event: (state: Parameters<typeof look>[0]) => ({
    type: "cancel-requested" as const,
    at,
    task: numberOf(look(state), name),
  }),
});

describe("a sub-flow", () => {
  test("has the value of what its body returned, and the state of its reference tasks", () => {
    const made = run({ ...subflow(), after: ["f"] });
    expect(statesOf(made).f).toBe("Success");
    expect(valueOf(made, "f")).toBe("f/b");
    expect(made.calls.get("after")).toEqual(["f/b"]);
  });

  test("has failed when its reference task has, and says which", () => {
    const made = run(
      { ...subflow(), after: ["f"] },
      { script: script({ "f/b": { ends: "fail" } }) },
    );
    expect(runOf(made, "f")).toMatchObject({
      state: "Failed",
      message: "Some reference tasks failed: f/b failed.",
      attempt: 0,
    });
    expect(statesOf(made).after).toBe("TriggerFailed");
  });

  test("is Running from the first of its tasks on, and has crashed when the tab was closed meanwhile", () => {
    const seen = new Set<string>();
    const made = run(
      { given: [], ...subflow("f/b", { needs: ["given"] }) },
      {
        script: script({ "f/b": { takes: 100 } }),
        interruptAt: 50,
        check: ({ table, index }) => {
          const state = (id: string) => table.state(index.numberOf.get(id)!);
          seen.add(`${state("f/a")} in ${state("f")}`);
        },
      },
    );
    expect([...seen].slice(0, 3)).toEqual([
      "Pending in Pending",
      "Running in Running",
      "Success in Running",
    ]);
    expect(runOf(made, "f")).toMatchObject({
      state: "Crashed",
      message:
        "The tab was closed before all tasks of this sub-flow were done. Resume goes on with the others.",
      attempt: 0,
    });
  });

  test("names the tasks that failed in it, of which the flow around it says so too", () => {
    const made = run(
      { ...subflow(), after: ["f"] },
      { script: script({ "f/a": { ends: "fail" } }) },
    );
    expect(runOf(made, "f").message).toBe(
      "f/a failed, and so some reference tasks failed: f/b could not start.",
    );
    expect(made.state.message).toBe(
      "f/a failed, and so some reference tasks failed: after (TriggerFailed).",
    );
  });

  test("is a success when another task of it failed, whose place in the value is null", () => {
    const made = run(
      { ...subflow("f/a"), after: ["f"] },
      { script: script({ "f/b": { ends: "fail" } }) },
    );
    expect(statesOf(made).f).toBe("Success");
    expect(made.calls.get("after")).toEqual([null]);
    expect(made.state.state).toBe("Success");
  });

  test("could not start when nothing in it has", () => {
    const made = run(
      { given: [], ...subflow("f/b", { needs: ["given"] }) },
      { script: script({ given: { ends: "fail" } }) },
    );
    expect(runOf(made, "f")).toMatchObject({
      state: "TriggerFailed",
      message: "Not started: f/b could not start.",
    });
  });

  test("has failed when all that failed in it did before a first attempt", () => {
    const made = run({
      given: [],
      "f/a": { map: ["given"], within: ["f"] },
      f: {
        args: [refEach("f/a", 0)],
        waitFor: ["f/a"],
        operator: {
          type: "flow",
          flow: "f",
          reference: [{ node: "f/a", each: 0 }],
        },
      },
    });
    expect(runOf(made, "f/a").startedAt).toBeUndefined();
    expect(runOf(made, "f")).toMatchObject({
      state: "Failed",
      message: "Some reference tasks failed: f/a failed.",
    });
  });

  test("in a branch that was not chosen is skipped", () => {
    const made = run({
      cond: caseOf(value(false)),
      ...subflow("f/b", { waitFor: ["cond"] }),
      after: ["f"],
    });
    expect(statesOf(made)).toMatchObject({
      "f/a": "Skipped",
      f: "Skipped",
      after: "Skipped",
    });
  });

  test("is skipped with what it returns, and else only if nothing of it had begun", () => {
    const skips = { script: script({ "f/b": { ends: "skip" } }) };
    const returning = (returns: Source | null) => run(flowOf(returns), skips);
    expect(runOf(returning({ node: "f/b", each: 0 }), "f")).toMatchObject({
      state: "Skipped",
      message: "Skipped, because f/b was skipped.",
    });
    const made = returning(null);
    expect(statesOf(made)).toMatchObject({ f: "Success", after: "Success" });
    expect(made.calls.get("after")).toEqual([null]);
  });

  test("is no more skipped where a task that skipped itself is reused as that", () => {
    const graph = makeGraph(flowOf(null));
    const skipped = { run: "run-0", skipped: [0] };
    const reused = ["f/a", "f/b"].map((node) => ({ node, ...skipped }));
    const made = simulate(startOf(graph, { reused }));
    expect(statesOf(made)).toEqual({
      "f/a": "Skipped",
      "f/b": "Skipped",
      f: "Success",
      after: "Success",
    });
  });

  test("of a graph of before is skipped with its reference tasks, and not when its run is resumed", () => {
    const skips = { script: script({ "f/b": { ends: "skip" } }) };
    const made = run({ ...subflow(), after: ["f"] }, skips);
    expect(statesOf(made)).toMatchObject({ f: "Skipped", after: "Skipped" });
    const graph = makeGraph(flowOf(null));
    const keys = made.state.keys;
    const plan = planResume(graph, keys, made.state);
    expect(plan.kept.map(({ node }) => node)).toEqual(["f/a", "f/b"]);
    const resumed = simulate(
      {
        type: "run-resumed",
        at: 100,
        graph,
        keys,
        parameters: {},
        kept: plan.kept,
      },
      { from: made },
    );
    expect(statesOf(resumed)).toMatchObject({ f: "Success", after: "Success" });
  });

  test("of a graph of before has not begun with a task that is reused as skipped", () => {
    const { after: _, ...now } = flowOf(null);
    const stateWith = (specs: Record<"f/a" | "f/b" | "f", TaskSpec>) => {
      const reused = [{ node: "f/a", run: "run-0", skipped: [0] }];
      const graph = makeGraph({
        ...specs,
        given: [],
        "f/b": { ...specs["f/b"], waitFor: ["given"] },
      });
      const fails = { script: script({ given: { ends: "fail" } }) };
      return runOf(simulate(startOf(graph, { reused }), fails), "f").state;
    };
    expect(stateWith(subflow())).toBe("TriggerFailed");
    expect(stateWith(now)).toBe("Failed");
  });

  test("of a graph of before stays skipped in a resumption if nothing of it had begun", () => {
    const specs = (flow: Record<string, TaskSpec>) => ({
      cond: caseOf(value(false)),
      ...flow,
    });
    const made = run(specs(subflow("f/b", { waitFor: ["cond"] })));
    const { after: _, ...now } = flowOf(null, { waitFor: ["cond"] });
    const plan = planResume(makeGraph(specs(now)), made.state.keys, made.state);
    expect(plan.kept.map(({ node }) => node)).toContain("f");
  });

  test("can be cancelled alone: what runs in it is stopped, and the rest goes on", () => {
    const made = run(
      {
        ...subflow(),
        other: [],
        after: { needs: ["f"], trigger: { type: "allFinished" } },
      },
      {
        script: script({ "f/a": { ends: "hang" }, other: { takes: 100 } }),
        happenings: [cancel(20, "f")],
      },
    );
    expect(statesOf(made)).toEqual({
      "f/a": "Cancelled",
      "f/b": "Cancelled",
      f: "Cancelled",
      other: "Success",
      after: "Success",
    });
    expect(made.calls.get("after")).toEqual([null]);
    expect(made.commands).toContainEqual({
      type: "stop-attempt",
      task: 0,
      attempt: 1,
    });
  });
});

describe("a mapped sub-flow", () => {
  test("runs once per element, each at its own pace", () => {
    const made = run(mappedSubflow([1, 2]), {
      script: script({ "f/a[0]": { takes: 1000 } }),
    });
    expect(made.started).toEqual([
      "f/a[0]#1",
      "f/a[1]#1",
      "f/b[1]#1",
      "f[1]#1",
      "f/b[0]#1",
      "f[0]#1",
    ]);
    expect(valueOf(made, "f")).toEqual(["f/b[0]", "f/b[1]"]);
  });

  test("has an element that failed, and says so though a map in it is what failed", () => {
    const made = run(
      mappedSubflow([1, 2], { args: [], map: [refEach("f/a")] }),
      {
        functions: { "f/a": () => [1, 2] },
        script: script({ "f/b[0][1]": { ends: "fail" } }),
      },
    );
    expect(runOf(made, "f[0]")).toMatchObject({
      state: "Failed",
      message: "Some reference tasks failed: f/b[0][1] failed.",
    });
    expect(runOf(made, "f[1]").state).toBe("Success");
  });

  test("can be cancelled for one element alone", () => {
    const made = run(mappedSubflow([1, 2, 3]), {
      script: script({ "f/a": { takes: 100 } }),
      happenings: [cancel(20, "f[1]")],
    });
    const states = ["Success", "Cancelled", "Success"];
    expect(elementsOf(made, "f/a")).toEqual(states);
    expect(elementsOf(made, "f/b")).toEqual(states);
    expect(elementsOf(made, "f")).toEqual(states);
  });

  test("can be cancelled as a whole before it was its turn", () => {
    const made = run(
      { gate: [], ...mappedSubflow([1, 2], { waitFor: ["gate"] }) },
      {
        script: script({ gate: { takes: 100 } }),
        happenings: [cancel(20, "f")],
      },
    );
    expect(made.started).toEqual(["gate#1", "f/a[0]#1", "f/a[1]#1"]);
    expect(statesOf(made)).toMatchObject({
      gate: "Success",
      "f/b": "Cancelled",
      f: "Cancelled",
    });
  });
});

describe("a cancellation of one task", () => {
  test("leaves alone what is being committed, which is not tried again if that fails", () => {
    const made = run(
      { a: { retries: 3 }, b: ["a"] },
      {
        script: script({ a: { commitTakes: 100, commitFails: true } }),
        happenings: [cancel(50, "a")],
      },
    );
    expect(made.started).toEqual(["a#1"]);
    expect(runOf(made, "a")).toMatchObject({
      state: "Cancelled",
      message: "Cancelled; its result could not be kept: the disk is full.",
    });
    expect(statesOf(made).b).toBe("TriggerFailed");
  });

  test("may be of an element of a map, or of the map as a whole", () => {
    const specs = { a: { map: [value([1, 2])] } };
    const slow = script({ a: { takes: 100 } });
    const one = run(specs, { script: slow, happenings: [cancel(20, "a[1]")] });
    expect(elementsOf(one, "a")).toEqual(["Success", "Cancelled"]);
    expect(runOf(one, "a").message).toBe("1 of 2 cancelled.");
    const all = run(specs, { script: slow, happenings: [cancel(20, "a")] });
    expect(elementsOf(all, "a")).toEqual(["Cancelled", "Cancelled"]);
    expect(all.state.state).toBe("Cancelled");
  });

  test("that is over, or that is not there, changes nothing", () => {
    const made = run(
      { a: [], b: ["a"] },
      {
        happenings: [cancel(15, "a")].concat([
          {
            at: 16,
            event: () => ({ type: "cancel-requested", at: 16, task: 99 }),
          },
        ]),
      },
    );
    expect(made.state.state).toBe("Success");
  });
});
