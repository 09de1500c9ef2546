import { expect, test } from "vitest";
import { start, step } from "../../src/core/scheduler.ts";
import type { SchedulerState } from "../../src/core/schedulerState.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { AttemptListener } from "../../src/engine/executor.ts";
import type { WatchedChange } from "../../src/engine/protocol.ts";
import type { DriverParts } from "../../src/engine/runDriver.ts";
import { Watchers } from "../../src/engine/watchers.ts";
import { makeGraph } from "../core/makeGraph.ts";
import { startOf } from "../core/simulate.ts";

/** A run whose changes are told; `watch` is how, and `wait` lets the patience end. */
function watchRun(watch: (changes: readonly WatchedChange[]) => Promise<void>) {
  const logs: string[] = [];
  let over = () => {};
  const parts = {
    executor: {
      watch: (_: unknown, __: string, changes: readonly WatchedChange[]) =>
        watch(changes),
    },
    clock: {
      now: () => 0,
      setTimer: (_: number, call: () => void) => {
        over = call;
        return () => {};
      },
    },
  } as unknown as DriverParts;
  const listener = {
    log: ({ node }: { node: string }, level: string, text: string) =>
      logs.push(`${node} ${level} ${text}`),
  } as unknown as AttemptListener;
  const watched = { functions: ["onStateChange"] } as const;
  let state: SchedulerState = start(
    startOf(makeGraph({ a: [], b: watched })),
  ).state;
  const make = () =>
    new Watchers(
      "run-1",
      () => state,
      parts,
      () => listener,
    );
  return {
    logs,
    watched,
    make,
    step(event: RunEvent) {
      state = step(state, event).state;
    },
    wait: () => over(),
  };
}

test("a function that does not come to its end is told in the log of its task", async () => {
  const endless = watchRun(() => new Promise(() => {}));
  const watchers = endless.make();
  watchers.begin(true);
  endless.step({ type: "attempt-started", at: 1, task: 1, attempt: 1 });
  watchers.look();
  endless.step({ type: "attempt-returned", at: 2, task: 1, attempt: 1 });
  const end = { at: 3, task: 1, attempt: 1, size: 1 };
  endless.step({ type: "attempt-committed", ...end });
  watchers.look();
  const settled = watchers.settled();
  endless.wait();
  await settled;
  expect(endless.logs).toEqual([
    "b error onStateChange of b had not ended 5 s after the run, so the run is over without it, and 1 later change of state was told to nobody",
  ]);

  const stopped = watchRun(() => Promise.reject(new Error("It was stopped.")));
  const others = stopped.make();
  others.begin(true);
  stopped.step({ type: "attempt-started", at: 1, task: 1, attempt: 1 });
  others.look();
  await others.settled();
  expect(stopped.logs).toEqual([
    "b error onStateChange of b did not end. It was stopped.",
  ]);
});

test("changes of a run that goes on with another graph are those of the same tasks", async () => {
  const told: string[] = [];
  const run = watchRun((changes) => {
    for (const { node, change } of changes)
      told.push(`${node} ${change.from} to ${change.to}`);
    return Promise.resolve();
  });
  const error = { name: "Error", message: "no" };
  for (const task of [0, 1]) {
    run.step({ type: "attempt-started", at: 1, task, attempt: 1 });
    run.step({ type: "attempt-failed", at: 2, task, attempt: 1, error });
  }
  const watchers = run.make();
  watchers.begin();
  const graph = makeGraph({ x: [], y: [], b: run.watched, c: run.watched });
  run.step({
    ...{ type: "run-resumed", at: 3, graph, kept: [] },
    ...{ keys: { x: "x", y: "y", b: "b", c: "c" }, parameters: {} },
  });
  watchers.look();
  for (const task of [0, 1, 2, 3])
    run.step({
      ...{ type: "attempt-started", at: 4, task },
      attempt: task === 2 ? 2 : 1,
    });
  watchers.look();
  await watchers.settled();
  expect(told).toEqual([
    "b Failed to Pending",
    "b Pending to Running",
    "c Pending to Running",
  ]);
});
