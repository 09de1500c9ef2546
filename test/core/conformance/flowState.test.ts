import { describe, expect, test } from "vitest";
import { checkAcyclic, findCycle } from "../../../src/core/graphIndex.ts";
import { checkParameters, makeParameter } from "../../../src/core/parameter.ts";
import { step } from "../../../src/core/scheduler.ts";
import { makeGraph, ref, value } from "../makeGraph.ts";
import {
  plainOf,
  runOf,
  script,
  simulate,
  startOf,
  statesOf,
  valueOf,
} from "../simulate.ts";
import type { TaskFunction } from "../simulate.ts";

const inc = ((x: number) => x + 1) as TaskFunction;
const one: TaskFunction = () => 1;

describe("a flow", () => {
  test("1. whose tasks succeed is a Success", () => {
    const run = simulate(startOf(makeGraph({ a: [], b: ["a"] })), {
      functions: { a: one, b: inc },
    });
    expect(statesOf(run)).toEqual({ a: "Success", b: "Success" });
    expect([valueOf(run, "a"), valueOf(run, "b")]).toEqual([1, 2]);
    expect(run.state).toMatchObject({
      state: "Success",
      message: "All reference tasks succeeded.",
    });
  });

  test("2. in which a task fails is Failed, and what is downstream cannot start", () => {
    const run = simulate(startOf(makeGraph({ a: [], b: ["a"], c: ["b"] })), {
      functions: {
        a: () => {
          throw new RangeError("boom");
        },
      },
    });
    expect(statesOf(run)).toEqual({
      a: "Failed",
      b: "TriggerFailed",
      c: "TriggerFailed",
    });
    expect(valueOf(run, "a")).toMatchObject({
      name: "RangeError",
      message: "boom",
    });
    expect(run.state).toMatchObject({
      state: "Failed",
      message:
        "a failed, and so some reference tasks failed: c (TriggerFailed).",
    });
  });

  const diamond = makeGraph({
    a: [],
    left: ["a"],
    right: ["a"],
    join: { needs: ["left", "right"], trigger: { type: "anyFailed" } },
  });

  test("4. is a Success when a task that waits for a failure succeeds; the failure is its argument", () => {
    const run = simulate(startOf(diamond), {
      functions: { a: one, left: inc },
      script: script({ right: { ends: "fail" } }),
    });
    expect(statesOf(run).join).toBe("Success");
    const [left, right] = run.calls.get("join")!;
    expect(left).toBe(2);
    expect(right).toBeInstanceOf(Error);
    expect(right).toMatchObject({ message: "boom" });
    expect(run.state.state).toBe("Success");
  });

  test("5. is Failed when a task that waits for a failure sees none", () => {
    const run = simulate(startOf(diamond));
    expect(runOf(run, "join")).toMatchObject({
      state: "TriggerFailed",
      message:
        "Not started: its trigger is anyFailed, but no upstream task failed.",
    });
    expect(run.state.state).toBe("Failed");
  });

  test("6. lets a branch complete when another one fails, and is Failed", () => {
    const run = simulate(
      startOf(makeGraph({ a: [], b: ["a"], c: [], d: ["c"] })),
      { script: script({ a: { ends: "fail" } }) },
    );
    expect(statesOf(run)).toEqual({
      a: "Failed",
      b: "TriggerFailed",
      c: "Success",
      d: "Success",
    });
    expect(run.state.state).toBe("Failed");
  });

  test.each([
    ["the last task", undefined, "Success"],
    ["the task that failed", ["a"], "Failed"],
  ] as const)("7. judged by %s", (_, reference, state) => {
    const graph = makeGraph(
      { a: [], last: { needs: ["a"], trigger: { type: "allFinished" } } },
      { reference },
    );
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail" } }),
    });
    expect(statesOf(run)).toEqual({ a: "Failed", last: "Success" });
    expect(run.state.state).toBe(state);
  });

  test.each([
    ["the task that succeeded", ["a"], "Success"],
    ["the last task", undefined, "Failed"],
  ] as const)("8. judged by %s", (_, reference, state) => {
    const graph = makeGraph({ a: [], last: ["a"] }, { reference });
    const run = simulate(startOf(graph), {
      script: script({ last: { ends: "fail" } }),
    });
    expect(run.state.state).toBe(state);
  });

  test("9. without tasks is a Success at once", () => {
    const run = simulate(startOf(makeGraph({})));
    expect(run.state).toMatchObject({
      state: "Success",
      startedAt: 0,
      endedAt: 0,
    });
    expect(run.state.tasks.size).toBe(0);
  });

  test("10. goes on while a task waits for its next attempt: downstream waits, siblings complete", () => {
    const graph = makeGraph({
      a: { retries: 1, retryDelays: [3_600_000] },
      after: ["a"],
      sibling: [],
    });
    let seen = {};
    simulate(startOf(graph), {
      script: script({ "a#1": { ends: "fail" } }),
      check: (state, event) => {
        if (event.at < 3_600_000)
          seen = {
            flow: state.state,
            tasks: [0, 1, 2].map((task) => state.table.state(task)),
          };
      },
    });
    expect(seen).toEqual({
      flow: "Running",
      tasks: ["Retrying", "Pending", "Success"],
    });
  });

  test("11. a flow whose only reference task was cancelled is Cancelled", () => {
    const graph = makeGraph({ a: [], b: [] }, { reference: ["b"] });
    const run = simulate(startOf(graph), {
      script: script({ b: { ends: "hang" } }),
      happenings: [
        { at: 20, event: { type: "cancel-requested", at: 20, task: 1 } },
      ],
    });
    expect(statesOf(run)).toEqual({ a: "Success", b: "Cancelled" });
    expect(run.state).toMatchObject({
      state: "Cancelled",
      message:
        "Cancelled when 1 of 2 tasks had succeeded. Resume keeps these and runs the rest.",
    });
  });

  test("11. which was cancelled before anything succeeded says that Resume begins again", () => {
    const run = simulate(startOf(makeGraph({ a: [] })), {
      script: script({ a: { ends: "hang" } }),
      cancelAt: 20,
    });
    expect(run.state.message).toBe(
      "Cancelled when 0 of 1 task had succeeded. Resume begins again.",
    );
  });

  test("13. is Failed when a task has a failed and a skipped upstream: the failure is not hidden", () => {
    const run = simulate(
      startOf(makeGraph({ a: [], b: [], join: ["a", "b"] })),
      { script: script({ a: { ends: "fail" }, b: { ends: "skip" } }) },
    );
    expect(runOf(run, "join")).toMatchObject({
      state: "TriggerFailed",
      message: "Not started: a failed.",
    });
    expect(run.state.state).toBe("Failed");
  });

  test("15. that is final is left as it is by whatever comes late", () => {
    const run = simulate(startOf(makeGraph({ a: [], b: ["a"] })));
    const before = plainOf(run.scheduler);
    for (const event of run.events.slice(1))
      expect(step(run.scheduler, event).commands).toEqual([]);
    step(run.scheduler, { type: "cancel-requested", at: 5 });
    step(run.scheduler, { type: "run-interrupted", at: 5 });
    expect(plainOf(run.scheduler)).toEqual(before);
  });

  test("95. asks for all its independent tasks at once", () => {
    const graph = makeGraph({ a: [], b: [], c: [], d: [] });
    const run = simulate(startOf(graph), { script: () => ({ takes: 300 }) });
    expect(run.state.endedAt).toBe(301);
  });
});

describe("a graph", () => {
  test("17. with a circle is refused, and the tasks in it are named", () => {
    const graph = makeGraph({ a: ["c"], b: ["a"], c: ["b"], d: ["c"] });
    expect([...findCycle(graph)!].sort()).toEqual(["a", "b", "c"]);
    expect(() => {
      checkAcyclic(graph);
    }).toThrow(
      /The flow test goes in a circle: [abc] → [abc] → [abc] → [abc]\./,
    );
  });

  test("18. in which a task needs itself is refused", () => {
    expect(() => {
      checkAcyclic(makeGraph({ a: ["a"] }));
    }).toThrow(/a → a\./);
  });

  test("26. has constants and collections of refs in arguments, in their order", () => {
    const item = (number: number) => ref(`t${number}`);
    const numbers = Array.from({ length: 12 }, (_, number) => number);
    const graph = makeGraph({
      ...Object.fromEntries(numbers.map((number) => [`t${number}`, []])),
      join: {
        args: [
          value([1, 2, { a: 3 }]),
          { type: "list", items: [value(1), ...numbers.map(item)] },
          {
            type: "object",
            entries: [
              ["x", ref("t3")],
              ["y", { type: "list", items: [ref("t1"), value(null)] }],
            ],
          },
        ],
      },
    });
    const run = simulate(startOf(graph), {
      functions: Object.fromEntries(
        numbers.map((number) => [`t${number}`, () => number * 10]),
      ),
    });
    expect(run.calls.get("join")).toEqual([
      [1, 2, { a: 3 }],
      [1, ...numbers.map((number) => number * 10)],
      { x: 30, y: [10, null] },
    ]);
    expect(run.state.tasks.size).toBe(13);
  });

  test("28. a task whose argument is beyond the end of a list has failed, without being called", () => {
    const graph = makeGraph({ a: [], b: { args: [ref("a", 2)] } });
    const run = simulate(startOf(graph), { functions: { a: () => [1, 2] } });
    expect(runOf(run, "b")).toMatchObject({
      state: "Failed",
      message: "a returned a list of 2: it has no [2].",
    });
    expect(run.calls.has("b")).toBe(false);
  });

  test("29. a trigger sees the tasks inside a list, and their failures are in the list", () => {
    const graph = makeGraph({
      a: [],
      b: [],
      c: {
        args: [{ type: "list", items: [ref("a"), ref("b")] }],
        trigger: { type: "anyFailed" },
      },
    });
    const run = simulate(startOf(graph), {
      functions: { b: () => 5 },
      script: script({ a: { ends: "fail" } }),
    });
    expect(statesOf(run).c).toBe("Success");
    const [list] = run.calls.get("c") as [unknown[]];
    expect(list[0]).toMatchObject({ message: "boom" });
    expect(list[1]).toBe(5);
  });
});

describe("parameters", () => {
  const required = makeParameter("p", undefined);
  const optional = makeParameter("q", 7);

  test("79. that are missing or unknown are refused before anything runs", () => {
    expect(() => checkParameters([required], {})).toThrow(/p .*must be given/);
    expect(() => checkParameters([optional], { zz: 1 })).toThrow(
      "The flow has no parameter zz. It has q.",
    );
  });

  test("79. have their defaults", () => {
    expect(checkParameters([optional], {})).toEqual({ q: 7 });
  });

  test("79. are the arguments of tasks, and what needs nothing else starts at once", () => {
    const graph = makeGraph({ p: "param", a: ["p"] });
    const run = simulate(startOf(graph, { parameters: { p: 3 } }));
    expect(run.calls.get("a")).toEqual([3]);
    expect(run.state.endedAt).toBe(11);
  });
});
