import { expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import type { RunState } from "../../src/core/run.ts";
import { replay, start, step } from "../../src/core/scheduler.ts";
import type { SchedulerState } from "../../src/core/schedulerState.ts";
import { snapshot } from "../../src/core/snapshot.ts";
import { expireOverdue, WaitingRuns } from "../../src/runs/waitingRuns.ts";
import { makeGraph, type Specs } from "../core/makeGraph.ts";
import { startOf } from "../core/simulate.ts";

const approve = (timeout?: number) => ({
  operator: { type: "approve", message: "Go on?", timeout } as const,
});

/** The run of these gates, all of which wait from `at: 0` on. */
function waitingRun(
  specs: Specs,
  settings: { timeout?: number } = {},
  untils: Readonly<Record<number, number>> = {},
): SchedulerState {
  const graph = makeGraph(specs, settings);
  let { state } = start(startOf(graph));
  graph.nodes.forEach((node, task) => {
    if (node.kind !== "task" || node.operator?.type !== "approve") return;
    const until = untils[task];
    const event: RunEvent = {
      type: "attempt-paused",
      at: 0,
      task,
      attempt: 1,
      message: "Go on?",
      ...(until === undefined ? {} : { until }),
    };
    state = step(state, event).state;
  });
  expect(state.state).toBe("Paused");
  return state;
}

/** What is told of a run that nobody works on, and when the clock is asked to call. */
function watch(run: RunState) {
  const expired: RunEvent[] = [];
  const timers: { at: number; call: () => void }[] = [];
  const waiting = new WaitingRuns(
    {
      now: () => 0,
      setTimer(at, call) {
        timers.push({ at, call });
        return () => {};
      },
    },
    (_, event) => expired.push(event),
  );
  waiting.look(run);
  return { expired, timers };
}

test("a run that only waits for a person ends at its flow's timeout", () => {
  const state = waitingRun({ gate: approve() }, { timeout: 2000 });
  const { expired, timers } = watch(snapshot(state));
  expect(timers.map(({ at }) => at)).toEqual([2000]);
  timers[0]!.call();
  expect(expired).toEqual([
    { type: "timer-fired", at: 2000, task: -1, attempt: 0, timer: "run" },
  ]);
  const ended = snapshot(step(state, expired[0]!).state);
  expect(ended).toMatchObject({ state: "Cancelled" });
  expect(ended.tasks.get("gate")!.state).toBe("Cancelled");
});

test("a sub-flow of which a part only waits for a person ends at its timeout", () => {
  const state = waitingRun({
    "sub/gate": { ...approve(), within: ["sub"] },
    sub: {
      operator: {
        type: "flow",
        flow: "sub",
        reference: [{ node: "sub/gate", each: 0 }],
      },
      timeout: 700,
      waitFor: ["sub/gate"],
    },
    other: approve(),
  });
  const { expired, timers } = watch(snapshot(state));
  expect(timers.map(({ at }) => at)).toEqual([700]);
  timers[0]!.call();
  const after = step(state, expired[0]!).state;
  expect(after.state).toBe("Paused");
  const run = snapshot(after);
  expect(run.tasks.get("sub/gate")!.state).toBe("Cancelled");
  expect(run.tasks.get("other")!.state).toBe("Paused");
  // It is over once.
  expect(watch(run).timers).toEqual([]);
});

test("what is over first is told first", () => {
  const specs = { one: approve(500), other: approve(300) };
  const times = { 0: 500, 1: 300 };
  const early = waitingRun(specs, { timeout: 400 }, times);
  expect(watch(snapshot(early)).timers[0]!.at).toBe(300);
  const late = waitingRun(specs, { timeout: 200 }, times);
  expect(watch(snapshot(late)).timers[0]!.at).toBe(200);
});

test("a run without any timeout waits for ever", () => {
  expect(watch(snapshot(waitingRun({ gate: approve() }))).timers).toEqual([]);
});

test("a run that is cancelled and cleans up is given the time for it", () => {
  const state = waitingRun({ gate: approve() }, { timeout: 2000 });
  const event = {
    type: "timer-fired",
    at: 2000,
    task: -1,
    attempt: 0,
    timer: "run",
  } as const;
  expect(snapshot(step(state, event).state).until).toBeUndefined();
});

test("a resumed run has its whole time again", () => {
  const graph = makeGraph({ gate: approve() }, { timeout: 2000 });
  const began = startOf(graph);
  const resumed = replay([
    began,
    { type: "cancel-requested", at: 10 },
    {
      type: "run-resumed",
      at: 5000,
      graph,
      keys: began.keys,
      parameters: {},
      kept: [],
    },
  ]);
  expect(snapshot(resumed).until).toBe(7000);
});

test("who waits for a run waits no longer when its notebook is left", async () => {
  const run = snapshot(waitingRun({ gate: approve() }));
  const waiting = new WaitingRuns(
    { now: () => 0, setTimer: () => () => {} },
    () => {},
  );
  const ended = waiting.untilFinal(run);
  waiting.clear();
  await expect(ended).resolves.toBeUndefined();
});

test("what is over by now expires one after the other, and once if that changes nothing", async () => {
  const scheduler = waitingRun(
    { a: approve(10), b: approve(20), c: approve(90) },
    {},
    { 0: 10, 1: 20, 2: 90 },
  );
  let state = scheduler;
  const expired: number[] = [];
  const last = await expireOverdue(
    snapshot(state),
    () => 50,
    (_, event) => {
      expired.push(event.task);
      state = step(state, event).state;
      return Promise.resolve(snapshot(state));
    },
  );
  expect(expired).toEqual([0, 1]);
  expect([...last!.tasks.values()].map((task) => task.state)).toEqual([
    "TimedOut",
    "TimedOut",
    "Paused",
  ]);

  const run = snapshot(waitingRun({ a: approve(10) }, {}, { 0: 10 }));
  let tries = 0;
  const same = await expireOverdue(
    run,
    () => 50,
    () => {
      tries += 1;
      if (tries > 3) throw new Error("It goes on for ever.");
      return Promise.resolve(run);
    },
  );
  expect([same, tries]).toEqual([run, 1]);
});
