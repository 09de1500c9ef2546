import { describe, expect, test } from "vitest";
import { planResume } from "../../../src/core/plan.ts";
import { makeGraph } from "../makeGraph.ts";
import {
  runOf,
  script,
  simulate,
  startOf,
  statesOf,
  valueOf,
} from "../simulate.ts";
import type { Attempt } from "../simulate.ts";

/** The states that a task goes through, each once in a row. */
function statesSeen(
  graph: ReturnType<typeof makeGraph>,
  special: Record<string, Attempt>,
) {
  const seen: string[] = ["Pending"];
  const messages: string[] = [];
  const run = simulate(startOf(graph), {
    script: script(special),
    check: ({ table }) => {
      const now = table.state(0);
      if (seen.at(-1) === now) return;
      seen.push(now);
      const message = table.details(0)?.message;
      if (now === "Retrying" && message !== undefined) messages.push(message);
    },
  });
  return { run, seen, messages };
}

describe("a skip", () => {
  const graph = makeGraph({ a: [], b: ["a"], c: ["b"] });

  test("31. skips what is downstream, and the flow is a Success", () => {
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "skip", message: "nope" } }),
    });
    expect(statesOf(run)).toEqual({
      a: "Skipped",
      b: "Skipped",
      c: "Skipped",
    });
    expect(runOf(run, "a").message).toBe("nope");
    expect(runOf(run, "b").message).toBe(
      "Skipped, because a was skipped. For a task that should run all the same, set skipOnUpstreamSkip: false.",
    );
    expect(run.state.state).toBe("Success");
  });

  test("32. is null for a task that runs all the same", () => {
    const lenient = makeGraph({
      a: [],
      b: { needs: ["a"], skipOnUpstreamSkip: false },
    });
    const run = simulate(startOf(lenient), {
      script: script({ a: { ends: "skip" } }),
    });
    expect(statesOf(run).b).toBe("Success");
    expect(run.calls.get("b")).toEqual([null]);
  });
});

describe("a signal", () => {
  test("35. that fails the task is the Error that a lenient task downstream is given", () => {
    const graph = makeGraph({
      a: [],
      b: { needs: ["a"], trigger: { type: "allFinished" } },
    });
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail", message: "custom" } }),
    });
    expect(statesOf(run)).toEqual({ a: "Failed", b: "Success" });
    expect(run.calls.get("b")![0]).toMatchObject({ message: "custom" });
  });

  test("37. that asks for another attempt gets it without any retries", () => {
    const again: Attempt = {
      ends: "fail",
      retry: { type: "always", after: 0 },
    };
    const run = simulate(startOf(makeGraph({ a: [] })), {
      script: script({ "a#1": again, "a#2": again, "a#3": again }),
    });
    expect(run.started).toEqual(["a#1", "a#2", "a#3", "a#4"]);
    expect(statesOf(run)).toEqual({ a: "Success" });
  });

  test("37. that asks for another attempt in an hour leaves the task Retrying and the flow Running", () => {
    const hour = 3_600_000;
    let seen = {};
    simulate(startOf(makeGraph({ a: [] })), {
      script: script({
        "a#1": { ends: "fail", retry: { type: "always", after: hour } },
      }),
      check: (state, event) => {
        if (event.at < hour)
          seen = {
            flow: state.state,
            task: state.table.state(0),
            message: state.table.details(0)?.message,
            retryAt: state.table.details(0)?.retryAt,
          };
      },
    });
    expect(seen).toEqual({
      flow: "Running",
      task: "Retrying",
      message: "Attempt 1 failed: boom. Next attempt in 1 h.",
      retryAt: 10 + hour,
    });
  });

  test("38. that fails the task is retried like any failure", () => {
    const run = simulate(startOf(makeGraph({ a: { retries: 1 } })), {
      script: script({ "a#1": { ends: "fail", message: "custom" } }),
    });
    expect(run.started).toEqual(["a#1", "a#2"]);
  });

  test("38. a failure that is not to be retried ends the task though it has retries", () => {
    const run = simulate(startOf(makeGraph({ a: { retries: 2 } })), {
      script: script({ a: { ends: "fail", retry: { type: "never" } } }),
    });
    expect(run.started).toEqual(["a#1"]);
    expect(statesOf(run)).toEqual({ a: "Failed" });
  });

  test("39. an Error that is returned and not thrown is a result", () => {
    const run = simulate(startOf(makeGraph({ a: [], b: ["a"] })), {
      functions: { a: () => new Error("data") },
    });
    expect(statesOf(run)).toEqual({ a: "Success", b: "Success" });
    expect(run.calls.get("b")![0]).toMatchObject({ message: "data" });
  });
});

describe("retries", () => {
  test("40. go from Running to Retrying and back until an attempt succeeds", () => {
    const { run, seen, messages } = statesSeen(
      makeGraph({ a: { retries: 3 } }),
      { "a#1": { ends: "fail" }, "a#2": { ends: "fail" } },
    );
    expect(seen).toEqual([
      "Pending",
      "Running",
      "Retrying",
      "Running",
      "Retrying",
      "Running",
      "Success",
    ]);
    expect(messages).toEqual([
      "Attempt 1 of 4 failed: boom. Next attempt at once.",
      "Attempt 2 of 4 failed: boom. Next attempt at once.",
    ]);
    expect(runOf(run, "a").attempt).toBe(3);
  });

  test("41. that all fail leave the task Failed after one attempt more than there are retries", () => {
    const run = simulate(startOf(makeGraph({ a: { retries: 2 }, b: ["a"] })), {
      script: script({ a: { ends: "fail" } }),
    });
    expect(run.started).toEqual(["a#1", "a#2", "a#3"]);
    expect(statesOf(run)).toEqual({ a: "Failed", b: "TriggerFailed" });
  });

  test("42. need no delay, and a delay needs no retries", () => {
    const graph = makeGraph({
      a: { retries: 1 },
      b: { retryDelays: [1000] },
    });
    const run = simulate(startOf(graph), {
      script: script({ "a#1": { ends: "fail" }, b: { ends: "fail" } }),
    });
    expect(statesOf(run)).toEqual({ a: "Success", b: "Failed" });
    expect(runOf(run, "a").attempts.map(({ startedAt }) => startedAt)).toEqual([
      0, 10,
    ]);
  });

  test("43. are not made by a task whose trigger failed", () => {
    const graph = makeGraph({ a: [], b: { needs: ["a"], retries: 3 } });
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail" } }),
    });
    expect(run.started).toEqual(["a#1"]);
    expect(runOf(run, "b").attempt).toBe(0);
  });

  test("44. a timeout stops an attempt, and what is downstream cannot start", () => {
    const graph = makeGraph({ a: { timeout: 1000 }, b: ["a"] });
    const run = simulate(startOf(graph), {
      script: script({ a: { takes: 3000 } }),
    });
    expect(runOf(run, "a")).toMatchObject({
      state: "TimedOut",
      message: "Stopped after 1 s, its timeout.",
      endedAt: 1000,
    });
    expect(statesOf(run).b).toBe("TriggerFailed");
  });

  test("44. are made after a timeout too, which may be half a second", () => {
    const graph = makeGraph({ a: { timeout: 500, retries: 1 } });
    const run = simulate(startOf(graph), {
      script: script({ "a#1": { takes: 3000 } }),
    });
    expect(run.started).toEqual(["a#1", "a#2"]);
    expect(statesOf(run)).toEqual({ a: "Success" });
  });

  test("45. wait as the list of delays says, and the last of it repeats", () => {
    const graph = makeGraph({
      a: { retries: 5, retryDelays: [1000, 2000, 4000] },
    });
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail", takes: 0 } }),
    });
    const starts = runOf(run, "a").attempts.map(({ startedAt }) => startedAt);
    expect(starts.slice(1).map((at, index) => at - starts[index]!)).toEqual([
      1000, 2000, 4000, 4000, 4000,
    ]);
  });

  test("45. are spread by chance, the same in every replay", () => {
    const graph = makeGraph({
      a: { retries: 5, retryDelays: [1000], retryJitter: 0.5 },
    });
    const waits = (seed: number) => {
      const run = simulate(startOf(graph, { seed }), {
        script: script({ a: { ends: "fail", takes: 0 } }),
      });
      const starts = runOf(run, "a").attempts.map(({ startedAt }) => startedAt);
      return starts.slice(1).map((at, index) => at - starts[index]!);
    };
    for (const wait of waits(1)) {
      expect(wait).toBeGreaterThanOrEqual(500);
      expect(wait).toBeLessThanOrEqual(1500);
    }
    expect(new Set(waits(1)).size).toBeGreaterThan(1);
    expect(waits(1)).toEqual(waits(1));
    expect(waits(2)).not.toEqual(waits(1));
  });
});

describe("a cached result", () => {
  test("73. is that of an element of a map", () => {
    const graph = makeGraph({ list: [], a: { map: ["list"] }, b: ["a"] });
    const run = simulate(startOf(graph), {
      functions: { list: () => [2, 3], a: (x) => x },
      script: script({ "a[0]": { ends: "reuse" } }),
    });
    expect([runOf(run, "a[0]").state, runOf(run, "a[1]").state]).toEqual([
      "Cached",
      "Success",
    ]);
    expect(runOf(run, "a[0]").attempt).toBe(0);
    expect(run.calls.get("b")).toEqual([[2, 3]]);
  });

  test("75. is what Cached means; what was computed is a Success", () => {
    const graph = makeGraph({
      a: { cacheFor: Infinity },
      b: { cacheFor: Infinity },
    });
    const run = simulate(startOf(graph), {
      script: script({ b: { ends: "reuse" } }),
    });
    expect(statesOf(run)).toEqual({ a: "Success", b: "Cached" });
    expect(runOf(run, "b")).toMatchObject({
      message: "Reused from the run of 1970-01-01 00:00:00 UTC.",
      resultRun: "run-0",
      key: "cached b",
    });
  });

  test("76. does not save a task whose trigger failed", () => {
    const graph = makeGraph({ a: [], b: { needs: ["a"], cacheFor: Infinity } });
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail" }, b: { ends: "reuse" } }),
    });
    expect(statesOf(run).b).toBe("TriggerFailed");
  });
});

describe("a pause", () => {
  test("88. from inside of a task runs it again when a person says so", () => {
    const run = simulate(startOf(makeGraph({ a: [], b: ["a"] })), {
      script: script({ "a#1": { ends: "pause", message: "Look at it." } }),
      person: () => ({ answer: { type: "resume" }, after: 1000 }),
    });
    expect(run.started).toEqual(["a#1", "a#2", "b#1"]);
    expect(run.commands).toContainEqual({
      type: "start-attempt",
      task: 0,
      attempt: 2,
      resumed: true,
    });
    expect(runOf(run, "a").attempts.map(({ state }) => state)).toEqual([
      "Paused",
      "Success",
    ]);
  });

  test("88. with a limit gives up when nobody answers", () => {
    const run = simulate(startOf(makeGraph({ a: { retries: 3 }, b: ["a"] })), {
      script: script({ a: { ends: "pause", waits: 1000 } }),
    });
    expect(runOf(run, "a")).toMatchObject({
      state: "TimedOut",
      message: "Nobody answered in time.",
      endedAt: 1010,
    });
    expect(statesOf(run).b).toBe("TriggerFailed");
  });
});

describe("a flow that goes on after a failure", () => {
  const graph = makeGraph({ a: [], b: ["a"], c: ["b"] });

  test("89. runs what failed and what was not reached, and nothing else", () => {
    const first = simulate(startOf(graph), {
      script: script({ b: { ends: "fail" } }),
    });
    expect(statesOf(first)).toEqual({
      a: "Success",
      b: "Failed",
      c: "TriggerFailed",
    });
    const { keys } = first.state;
    const { kept } = planResume(graph, keys, first.state);
    const second = simulate(
      { type: "run-resumed", at: 1000, graph, keys, parameters: {}, kept },
      { from: first },
    );
    expect(second.started).toEqual(["b#2", "c#1"]);
    expect(second.calls.get("b")).toEqual(["a"]);
    expect(second.state.state).toBe("Success");
  });
});

describe("a resource", () => {
  const graph = makeGraph({
    setup: [],
    body: ["setup"],
    cleanup: { needs: ["setup"], waitFor: ["body"], cleanupOf: "setup" },
  });

  test("90. is set up, used and cleaned up", () => {
    const run = simulate(startOf(graph), {
      functions: { setup: () => "session" },
    });
    expect(run.started).toEqual(["setup#1", "body#1", "cleanup#1"]);
    expect(run.calls.get("cleanup")).toEqual(["session"]);
    expect(run.state.state).toBe("Success");
  });

  test("90. is cleaned up when its use failed, and the flow is Failed", () => {
    const run = simulate(startOf(graph), {
      script: script({ body: { ends: "fail" } }),
    });
    expect(statesOf(run)).toEqual({
      setup: "Success",
      body: "Failed",
      cleanup: "Success",
    });
    expect(run.state.state).toBe("Failed");
  });

  test("90. that could not be set up is not cleaned up", () => {
    const run = simulate(startOf(graph), {
      script: script({ setup: { ends: "fail" } }),
    });
    expect(statesOf(run)).toEqual({
      setup: "Failed",
      body: "TriggerFailed",
      cleanup: "Skipped",
    });
    expect(runOf(run, "cleanup").message).toBe(
      "Skipped, because setup set nothing up.",
    );
    expect(run.state.state).toBe("Failed");
  });

  test("90. whose clean-up fails does not fail the flow", () => {
    const run = simulate(startOf(graph), {
      script: script({ cleanup: { ends: "fail" } }),
    });
    expect(statesOf(run).cleanup).toBe("Failed");
    expect(run.state.state).toBe("Success");
    expect(valueOf(run, "body")).toBe("body");
  });
});
