import { describe, expect, test } from "vitest";
import { step } from "../../src/core/scheduler.ts";
import { makeGraph, ref } from "./makeGraph.ts";
import type { TaskSpec } from "./makeGraph.ts";
import {
  look,
  plainOf,
  runOf,
  script,
  simulate,
  startOf,
  statesOf,
  valueOf,
} from "./simulate.ts";
import type { Settings } from "./simulate.ts";

const approve = (timeout?: number): TaskSpec => ({
  task: "approve",
  args: [ref("a")],
  operator: { type: "approve", message: "Load these?", timeout },
});
const graph = (timeout?: number) =>
  makeGraph({ a: [], gate: approve(timeout), b: ["gate"] });

const run = (settings: Settings, timeout?: number) =>
  simulate(startOf(graph(timeout)), settings);

describe("a gate", () => {
  test("shows what passes it, and waits; the run with it", () => {
    const made = run({});
    expect(runOf(made, "gate")).toMatchObject({
      state: "Paused",
      message: "Load these?",
      attempt: 1,
    });
    expect(made.state.state).toBe("Paused");
    expect(made.state.message).toBe("gate waits for a person.");
  });

  test("is named by its run, and a few of many are", () => {
    const nodes = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`gate${at}`, approve()]),
      );
    const message = (count: number) =>
      simulate(startOf(makeGraph({ a: [], ...nodes(count) })), {}).state
        .message;
    expect(message(2)).toBe("2 tasks wait for a person: gate0 and gate1.");
    expect(message(4)).toBe(
      "4 tasks wait for a person, such as gate0, gate1 and gate2.",
    );
  });

  test("lets its value pass when a person approves, once that is on disk", () => {
    const states: string[] = [];
    const made = run({
      person: () => ({ answer: { type: "approve" }, after: 100 }),
      script: script({ gate: { commitTakes: 50 } }),
      check: (state) => states.push(state.state),
    });
    expect(states).toContain("Paused");
    expect(runOf(made, "gate")).toMatchObject({
      state: "Success",
      attempt: 1,
      startedAt: 11,
      endedAt: 161,
      message: undefined,
    });
    expect(made.calls.get("b")).toEqual(["a"]);
    expect(made.started).toEqual(["a#1", "gate#1", "b#1"]);
  });

  test("is skipped when a person declines, with the reason", () => {
    const made = run({
      person: () => ({ answer: { type: "decline", message: "too many" } }),
    });
    expect(statesOf(made)).toEqual({
      a: "Success",
      gate: "Skipped",
      b: "Skipped",
    });
    expect(runOf(made, "gate").message).toBe("Declined: too many.");
  });

  test("gives up after its timeout, also if the clock is a little early", () => {
    const made = run(
      {
        happenings: [
          {
            at: 1010,
            event: {
              type: "timer-fired",
              at: 1010,
              task: 1,
              attempt: 1,
              timer: "pause",
            },
          },
        ],
      },
      1000,
    );
    expect(runOf(made, "gate")).toMatchObject({
      state: "TimedOut",
      message: "Nobody answered in time.",
      endedAt: 1010,
    });
    expect(made.commands).toContainEqual({
      type: "set-timer",
      task: 1,
      attempt: 1,
      timer: "pause",
      at: 1011,
    });
  });

  test("that was answered in time does not give up later", () => {
    const made = run(
      {
        person: () => ({ answer: { type: "approve" }, after: 999 }),
        script: script({ gate: { commitTakes: 100 } }),
      },
      1000,
    );
    expect(statesOf(made).gate).toBe("Success");
  });

  test("of a run that was interrupted waits for nobody until the run is resumed, and says so", () => {
    const made = simulate(
      startOf(makeGraph({ a: [], gate: approve(), long: {} })),
      {
        script: script({ long: { takes: 100 } }),
        interruptAt: 50,
      },
    );
    expect(made.state.state).toBe("Crashed");
    expect(runOf(made, "gate")).toMatchObject({
      state: "Paused",
      message:
        "The tab was closed while this waited for a person. Resume asks again.",
    });
  });

  test("has failed when its value cannot be written", () => {
    const made = run({
      person: () => ({ answer: { type: "approve" } }),
      script: script({ gate: { commitFails: true } }),
    });
    expect(runOf(made, "gate")).toMatchObject({
      state: "Failed",
      message: "the disk is full",
    });
  });

  test("is not passed by an answer that is meant for a paused task, nor by a second start", () => {
    const made = run({});
    const before = plainOf(made.scheduler);
    step(made.scheduler, {
      type: "pause-answered",
      at: 12,
      task: 1,
      answer: { type: "resume" },
    });
    step(made.scheduler, {
      type: "attempt-started",
      at: 12,
      task: 1,
      attempt: 1,
    });
    expect(plainOf(made.scheduler)).toEqual({
      ...(before as object),
      now: 12,
    });
  });

  test("is cancelled with the run", () => {
    const made = run({ cancelAt: 100 });
    expect(runOf(made, "gate")).toMatchObject({
      state: "Cancelled",
      message: "Cancelled while it waited for a person.",
    });
    expect(made.state.state).toBe("Cancelled");
  });

  test("that is being passed when the run is cancelled lets its value be kept", () => {
    const made = run({
      person: () => ({ answer: { type: "approve" }, after: 10 }),
      script: script({ gate: { commitTakes: 100 } }),
      cancelAt: 50,
    });
    expect(statesOf(made)).toEqual({
      a: "Success",
      gate: "Success",
      b: "Cancelled",
    });
  });

  test("with manualOnly waits twice: for its turn, and for the value to be approved", () => {
    const manual = makeGraph({
      a: [],
      gate: { ...approve(), trigger: { type: "manualOnly" } },
    });
    const { state } = simulate(startOf(manual), {
      happenings: [
        {
          at: 20,
          event: {
            type: "pause-answered",
            at: 20,
            task: 1,
            answer: { type: "resume" },
          },
        },
        {
          at: 40,
          event: {
            type: "pause-answered",
            at: 40,
            task: 1,
            answer: { type: "approve" },
          },
        },
      ],
    });
    expect(state.state).toBe("Success");
  });
});

describe("a form", () => {
  const form = makeGraph({
    ask: {
      operator: {
        type: "ask",
        message: "How much?",
        form: [],
        timeout: undefined,
      },
    },
    order: { args: [ref("ask", "limit")] },
  });

  test("has the answers for its value", () => {
    const made = simulate(startOf(form), {
      person: () => ({ answer: { type: "approve" }, value: { limit: 500 } }),
    });
    expect(valueOf(made, "ask")).toEqual({ limit: 500 });
    expect(made.calls.get("order")).toEqual([500]);
  });
});

test("a run is Running as long as anything goes on, whoever else waits", () => {
  const seen = new Map<number, string>();
  simulate(startOf(makeGraph({ a: [], gate: approve(), other: [] })), {
    script: script({ other: { takes: 1000 } }),
    check: (state, event) => seen.set(event.at, state.state),
  });
  expect(seen.get(11)).toBe("Running");
  expect(seen.get(1001)).toBe("Paused");
});

test("several tasks that wait for people are counted and named", () => {
  const made = simulate(
    startOf(
      makeGraph({
        a: { trigger: { type: "manualOnly" } },
        b: { trigger: { type: "manualOnly" } },
      }),
    ),
  );
  expect(look(made.scheduler).message).toBe(
    "2 tasks wait for a person: a and b.",
  );
});

describe("a fallback", () => {
  const functions = {
    a: () => {
      throw new Error("no network");
    },
    "a fallback": () => [],
  };
  const withFallback = (retries: number) =>
    makeGraph({ a: { retries, functions: ["fallback"] }, b: ["a"] });

  test("is made when all attempts failed, and the task is a success that says so", () => {
    const made = simulate(startOf(withFallback(1)), { functions });
    expect(made.started).toEqual(["a#1", "a#2", "a#3", "b#1"]);
    expect(runOf(made, "a")).toMatchObject({
      state: "Success",
      isFallback: true,
      message: "The fallback was used: no network.",
      error: { message: "no network" },
    });
    expect(made.calls.get("b")).toEqual([[]]);
    expect(made.commands).toContainEqual({
      type: "start-attempt",
      task: 0,
      attempt: 3,
      fallback: true,
    });
  });

  test("that fails leaves the task Failed for both reasons, and is not tried again", () => {
    const made = simulate(startOf(withFallback(0)), {
      functions,
      script: script({ "a#2": { ends: "fail", message: "no file" } }),
    });
    expect(made.started).toEqual(["a#1", "a#2"]);
    expect(runOf(made, "a")).toMatchObject({
      state: "Failed",
      message: "no network. The fallback failed too: no file",
      error: {
        message: "no network. The fallback failed too: no file",
        cause: { message: "no network" },
      },
    });
  });

  test("is made after a timeout and after a crash, too", () => {
    for (const attempt of [{ ends: "hang" }, { ends: "crash" }] as const) {
      const graph = makeGraph({ a: { functions: ["fallback"], timeout: 100 } });
      const made = simulate(startOf(graph), {
        functions: { "a fallback": () => "instead" },
        script: script({ "a#1": attempt }),
      });
      expect(valueOf(made, "a")).toBe("instead");
    }
  });

  test("is made for each element of a map that needs it", () => {
    const mapped = makeGraph({
      list: [],
      a: { map: ["list"], functions: ["fallback"] },
    });
    const made = simulate(startOf(mapped), {
      functions: {
        list: () => [1, 2],
        a: (x: unknown) => x,
        "a fallback": () => 0,
      },
      script: script({ "a[1]#1": { ends: "fail" } }),
    });
    expect(valueOf(made, "a")).toEqual([1, 0]);
  });
});
