import { describe, expect, test } from "vitest";
import { EngineBug } from "../../src/core/errors.ts";
import type { RunEvent } from "../../src/core/events.ts";
import { taskKeys } from "../../src/core/keys.ts";
import { replay, start, step } from "../../src/core/scheduler.ts";
import { makeGraph } from "./makeGraph.ts";
import {
  look,
  plainOf,
  script,
  simulate,
  startOf,
  statesOf,
} from "./simulate.ts";

describe("a flow run", () => {
  test("succeeds when its tasks do, one after the other", () => {
    const run = simulate(startOf(makeGraph({ a: [], b: ["a"] })));
    expect(statesOf(run)).toEqual({ a: "Success", b: "Success" });
    expect(run.started).toEqual(["a#1", "b#1"]);
    expect(run.state).toMatchObject({
      state: "Success",
      message: "All reference tasks succeeded.",
      startedAt: 0,
      endedAt: 22,
    });
  });

  test("without tasks succeeds at once", () => {
    const { state, commands } = start(
      startOf(makeGraph({ p: "param" }), { at: 7 }),
    );
    expect(state).toMatchObject({ state: "Success", endedAt: 7 });
    expect(look(state).tasks.size).toBe(0);
    expect(commands).toEqual([]);
  });

  test("asks for all tasks at once that wait for nothing", () => {
    const { state, commands } = start(
      startOf(makeGraph({ p: "param", a: ["p"], b: [], c: ["a", "b"] })),
    );
    expect(commands).toEqual([
      { type: "start-attempt", task: 1, attempt: 1 },
      { type: "start-attempt", task: 2, attempt: 1 },
    ]);
    expect(look(state).tasks.get("a")!.state).toBe("Pending");
  });

  test("fails when a task fails on which a reference task depends", () => {
    const graph = makeGraph({ a: [], b: ["a"], c: ["b"] });
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail" } }),
    });
    expect(statesOf(run)).toEqual({
      a: "Failed",
      b: "TriggerFailed",
      c: "TriggerFailed",
    });
    expect(run.state.tasks.get("a")).toMatchObject({
      message: "boom",
      error: { name: "Error", message: "boom" },
    });
    expect(run.state.tasks.get("b")!.message).toBe("Not started: a failed.");
    expect(run.state.tasks.get("c")!.message).toBe(
      "Not started: b could not start.",
    );
    expect(run.state).toMatchObject({
      state: "Failed",
      message:
        "a failed, and so some reference tasks failed: c (TriggerFailed).",
    });
    expect(run.started).toEqual(["a#1"]);
  });

  test("lets the other branches finish when one fails", () => {
    const graph = makeGraph({ a: [], b: ["a"], c: [], d: ["c"] });
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail" } }),
    });
    expect(statesOf(run)).toEqual({
      a: "Failed",
      b: "TriggerFailed",
      c: "Success",
      d: "Success",
    });
    expect(run.state.state).toBe("Failed");
  });

  test("succeeds when the only reference task does, whatever failed before", () => {
    const graph = makeGraph({
      a: [],
      cleanup: { needs: ["a"], trigger: { type: "allFinished" } },
    });
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail" } }),
    });
    expect(statesOf(run)).toEqual({ a: "Failed", cleanup: "Success" });
    expect(run.state.state).toBe("Success");
  });

  test("goes on while a task waits for its next attempt, and siblings complete", () => {
    const graph = makeGraph({
      a: { retries: 1, retryDelays: [1000] },
      b: ["a"],
      c: [],
    });
    let during;
    simulate(startOf(graph), {
      script: script({ "a#1": { ends: "fail" } }),
      check: (state, event) => {
        if (event.at < 1000)
          during = { run: state.state, ...statesOf({ state: look(state) }) };
      },
    });
    expect(during).toEqual({
      run: "Running",
      a: "Retrying",
      b: "Pending",
      c: "Success",
    });
  });

  test("says how the reference tasks failed, and names the causes first", () => {
    const graph = makeGraph({
      live: [],
      refs: [],
      load: ["live", "refs"],
      log: [],
    });
    const run = simulate(startOf(graph), {
      script: script({
        live: { ends: "fail" },
        refs: { ends: "crash" },
        log: { ends: "fail" },
      }),
    });
    expect(run.state.message).toBe(
      "live and refs failed, and so some reference tasks failed: load (TriggerFailed) and log (Failed).",
    );
  });
});

describe("an attempt", () => {
  test("is committed when the function has returned, and only then a success", () => {
    const { state } = start(startOf(makeGraph({ a: [], b: ["a"] })));
    step(state, { type: "attempt-started", at: 1, task: 0, attempt: 1 });
    expect(look(state).tasks.get("a")).toMatchObject({
      state: "Running",
      attempt: 1,
      startedAt: 1,
    });
    const returned = step(state, {
      type: "attempt-returned",
      at: 5,
      task: 0,
      attempt: 1,
    });
    expect(returned.commands).toEqual([
      { type: "commit-attempt", task: 0, attempt: 1 },
    ]);
    expect(look(state).tasks.get("a")).toMatchObject({
      state: "Running",
      committing: true,
    });
    const committed = step(state, {
      type: "attempt-committed",
      at: 6,
      task: 0,
      attempt: 1,
      size: 99,
    });
    expect(committed.commands).toEqual([
      { type: "start-attempt", task: 1, attempt: 1 },
    ]);
    expect(look(state).tasks.get("a")).toMatchObject({
      state: "Success",
      committing: false,
      size: 99,
      endedAt: 6,
      resultRun: "run-1",
      attempts: [{ attempt: 1, startedAt: 1, endedAt: 6, state: "Success" }],
    });
  });

  test("that cannot be committed has failed, and is tried again", () => {
    const graph = makeGraph({ a: { retries: 1 } });
    const run = simulate(startOf(graph), {
      script: script({ "a#1": { commitFails: true } }),
    });
    expect(statesOf(run)).toEqual({ a: "Success" });
    expect(run.started).toEqual(["a#1", "a#2"]);
    expect(run.state.tasks.get("a")!.attempts[0]).toMatchObject({
      state: "Failed",
      message: "the disk is full",
    });
  });

  test("may fail before it has started", () => {
    const { state } = start(startOf(makeGraph({ a: [] })));
    step(state, {
      type: "attempt-crashed",
      at: 3,
      task: 0,
      attempt: 1,
      message: "no worker",
    });
    expect(look(state).tasks.get("a")).toMatchObject({
      state: "Crashed",
      attempt: 1,
      message: "no worker",
      error: { code: "task-crashed" },
    });
    expect(state.state).toBe("Failed");
  });

  test("whose worker dies while it is committed is decided by the commit", () => {
    const { state } = start(startOf(makeGraph({ a: [] })));
    for (const event of [
      { type: "attempt-started", at: 1, task: 0, attempt: 1 },
      { type: "attempt-returned", at: 2, task: 0, attempt: 1 },
      {
        type: "attempt-crashed",
        at: 3,
        task: 0,
        attempt: 1,
        message: "gone",
      },
      { type: "attempt-committed", at: 4, task: 0, attempt: 1, size: 1 },
    ] satisfies RunEvent[])
      step(state, event);
    expect(state.state).toBe("Success");
  });

  test("of the past, of a final task or of an unknown node changes nothing", () => {
    const graph = makeGraph({ a: { retries: 3 }, b: [] });
    const { state } = start(startOf(graph));
    step(state, { type: "attempt-started", at: 1, task: 0, attempt: 1 });
    step(state, {
      type: "attempt-failed",
      at: 2,
      task: 0,
      attempt: 1,
      error: { name: "E", message: "x" },
    });
    step(state, {
      type: "timer-fired",
      at: 2,
      task: 0,
      attempt: 1,
      timer: "retry",
    });
    step(state, { type: "attempt-started", at: 3, task: 1, attempt: 1 });
    step(state, {
      type: "attempt-failed",
      at: 3,
      task: 1,
      attempt: 1,
      error: { name: "E", message: "x" },
    });
    const before = plainOf(state);
    for (const event of [
      { type: "attempt-returned", at: 3, task: 0, attempt: 1 },
      {
        type: "attempt-failed",
        at: 3,
        task: 0,
        attempt: 1,
        error: { name: "E", message: "x" },
      },
      { type: "timer-fired", at: 3, task: 0, attempt: 1, timer: "retry" },
      { type: "timer-fired", at: 3, task: 0, attempt: 1, timer: "timeout" },
      { type: "attempt-committed", at: 3, task: 0, attempt: 2, size: 1 },
      { type: "attempt-returned", at: 3, task: 1, attempt: 1 },
      { type: "attempt-started", at: 3, task: 1, attempt: 1 },
      { type: "attempt-started", at: 3, task: 99, attempt: 1 },
    ] satisfies RunEvent[])
      expect(step(state, event).commands).toEqual([]);
    expect(plainOf(state)).toEqual(before);
  });
});

describe("retries", () => {
  test("two failures of four attempts end in a success, and tell what happens next", () => {
    const graph = makeGraph({ a: { retries: 3, retryDelays: [10_000] } });
    const messages: (string | undefined)[] = [];
    const states: string[] = ["Pending"];
    const run = simulate(startOf(graph), {
      script: script({
        "a#1": { ends: "fail", message: "HTTP 503." },
        "a#2": { ends: "fail" },
      }),
      check: (state) => {
        const task = look(state).tasks.get("a")!;
        if (states.at(-1) !== task.state) states.push(task.state);
        if (task.state === "Retrying") messages.push(task.message);
      },
    });
    expect(states).toEqual([
      "Pending",
      "Running",
      "Retrying",
      "Running",
      "Retrying",
      "Running",
      "Success",
    ]);
    expect(new Set(messages)).toEqual(
      new Set([
        "Attempt 1 of 4 failed: HTTP 503. Next attempt in 10 s.",
        "Attempt 2 of 4 failed: boom. Next attempt in 10 s.",
      ]),
    );
    expect(run.state.tasks.get("a")).toMatchObject({
      state: "Success",
      attempt: 3,
      error: undefined,
      message: undefined,
      retryAt: undefined,
    });
  });

  test("that all fail end in Failed, and what is downstream does not start", () => {
    const graph = makeGraph({ a: { retries: 2 }, b: ["a"] });
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail" } }),
    });
    expect(run.started).toEqual(["a#1", "a#2", "a#3"]);
    expect(statesOf(run)).toEqual({ a: "Failed", b: "TriggerFailed" });
    expect(run.state.tasks.get("a")).toMatchObject({
      message: "Attempt 3 of 3 failed: boom",
      error: { message: "boom" },
    });
    expect(
      run.state.tasks.get("a")!.attempts.map(({ state }) => state),
    ).toEqual(["Failed", "Failed", "Failed"]);
  });

  test.each([
    [1, undefined, "x"],
    [
      1,
      "retryIf threw Error: y",
      "Attempt 1 of 3 failed: x. There is no retry: retryIf threw Error: y.",
    ],
    [
      2,
      "retryIf threw Error: y",
      "Attempt 2 of 3 failed: x. There is no retry: retryIf threw Error: y.",
    ],
    [2, undefined, "Attempt 2 of 3 failed: x"],
    [3, "retryIf threw Error: y", "Attempt 3 of 3 failed: x"],
  ])(
    "that end at attempt %i, as %s, are counted as they were to be",
    (last, why, message) => {
      const { state } = start(startOf(makeGraph({ a: { retries: 2 } })));
      for (let attempt = 1; attempt <= last; attempt++) {
        const of = { at: attempt, task: 0, attempt };
        step(state, { type: "attempt-started", ...of });
        step(state, {
          ...{ type: "attempt-failed", ...of },
          error: { name: "E", message: "x" },
          ...(attempt === last && {
            retry: { type: "never", ...(why && { why }) },
          }),
        });
        step(state, { type: "timer-fired", ...of, timer: "retry" });
      }
      expect(look(state).tasks.get("a")).toMatchObject({
        state: "Failed",
        message,
      });
    },
  );

  test("without a delay are made at once, through a timer all the same", () => {
    const { state } = start(startOf(makeGraph({ a: { retries: 1 } })));
    step(state, { type: "attempt-started", at: 1, task: 0, attempt: 1 });
    const failed = step(state, {
      type: "attempt-failed",
      at: 5,
      task: 0,
      attempt: 1,
      error: { name: "E", message: "x" },
    });
    expect(failed.commands).toEqual([
      { type: "set-timer", task: 0, attempt: 1, timer: "retry", at: 5 },
    ]);
    expect(look(state).tasks.get("a")).toMatchObject({
      state: "Retrying",
      retryAt: 5,
      message: "Attempt 1 of 2 failed: x. Next attempt at once.",
    });
    const fired = step(state, {
      type: "timer-fired",
      at: 5,
      task: 0,
      attempt: 1,
      timer: "retry",
    });
    expect(fired.commands).toEqual([
      { type: "start-attempt", task: 0, attempt: 2 },
    ]);
    expect(look(state).tasks.get("a")!.state).toBe("Retrying");
  });

  test("wait for the last delay when the list runs out", () => {
    const graph = makeGraph({
      a: { retries: 5, retryDelays: [1000, 2000, 4000] },
    });
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail", takes: 0 } }),
    });
    const starts = run.state.tasks
      .get("a")!
      .attempts.map(({ startedAt }) => startedAt);
    expect(starts).toEqual([0, 1000, 3000, 7000, 11_000, 15_000]);
  });

  test("are not made for a task whose trigger failed", () => {
    const graph = makeGraph({ a: [], b: { needs: ["a"], retries: 3 } });
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail" } }),
    });
    expect(run.state.tasks.get("b")).toMatchObject({
      state: "TriggerFailed",
      attempt: 0,
      attempts: [],
    });
  });

  test("are made after a crash too", () => {
    const graph = makeGraph({ a: { retries: 1, retryDelays: [500] } });
    const run = simulate(startOf(graph), {
      script: script({ "a#1": { ends: "crash", message: "out of memory" } }),
    });
    expect(statesOf(run)).toEqual({ a: "Success" });
    expect(
      run.state.tasks.get("a")!.attempts.map(({ state }) => state),
    ).toEqual(["Crashed", "Success"]);
  });
});

test("a task that throws an error without a message says which", () => {
  const first = start(startOf(makeGraph({ a: {} })));
  const failed = step(first.state, {
    type: "attempt-failed",
    at: 5,
    task: 0,
    attempt: 1,
    error: { name: "TypeError", message: "" },
  });
  expect(look(failed.state).tasks.get("a")).toMatchObject({
    state: "Failed",
    message: "It threw TypeError without a message.",
  });
});

describe("a timeout", () => {
  test("stops the attempt and fails the task", () => {
    const graph = makeGraph({ a: { timeout: 10_000 }, b: ["a"] });
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "hang" } }),
    });
    expect(statesOf(run)).toEqual({ a: "TimedOut", b: "TriggerFailed" });
    expect(run.state.tasks.get("a")).toMatchObject({
      message: "Stopped after 10 s, its timeout.",
      error: { code: "task-timeout" },
      endedAt: 10_000,
    });
    expect(run.state.tasks.get("b")!.message).toBe("Not started: a timed out.");
    expect(run.commands).toContainEqual({
      type: "stop-attempt",
      task: 0,
      attempt: 1,
    });
  });

  test("of less than a second leads to a retry that may succeed", () => {
    const graph = makeGraph({ a: { timeout: 500, retries: 1 } });
    const run = simulate(startOf(graph), {
      script: script({ "a#1": { ends: "hang" } }),
      late: true,
    });
    expect(run.started).toEqual(["a#1", "a#2"]);
    expect(statesOf(run)).toEqual({ a: "Success" });
    expect(run.state.tasks.get("a")!.attempts[0]).toMatchObject({
      state: "TimedOut",
      endedAt: 500,
    });
  });

  test("counts from the start of the attempt, not from when it was asked for", () => {
    const graph = makeGraph({ a: { timeout: 100 } });
    const run = simulate(startOf(graph), {
      script: script({ a: { startTakes: 5000, takes: 50 } }),
    });
    expect(statesOf(run)).toEqual({ a: "Success" });
  });

  test("does not stop an attempt that is being committed", () => {
    const graph = makeGraph({ a: { timeout: 100 } });
    const run = simulate(startOf(graph), {
      script: script({ a: { takes: 50, commitTakes: 500 } }),
    });
    expect(statesOf(run)).toEqual({ a: "Success" });
    expect(run.commands.map(({ type }) => type)).not.toContain("stop-attempt");
  });
});

describe("a cancellation", () => {
  test("stops what runs, starts nothing more and makes the flow Cancelled", () => {
    const graph = makeGraph({
      done: [],
      running: { needs: [] },
      waiting: { retries: 1, retryDelays: [9000] },
      after: ["running", "done"],
    });
    const run = simulate(startOf(graph), {
      script: script({ running: { ends: "hang" }, waiting: { ends: "fail" } }),
      cancelAt: 100,
      late: true,
    });
    expect(statesOf(run)).toEqual({
      done: "Success",
      running: "Cancelled",
      waiting: "Cancelled",
      after: "Cancelled",
    });
    expect(run.state).toMatchObject({
      state: "Cancelled",
      cancelRequested: true,
      endedAt: 100,
      message:
        "Cancelled when 1 of 4 tasks had succeeded. Resume keeps these and runs the rest.",
    });
    expect(run.started).toEqual(["done#1", "running#1", "waiting#1"]);
    expect(run.state.tasks.get("running")!.message).toBe(
      "Cancelled while it was running.",
    );
    expect(run.state.tasks.get("after")!.message).toBe(
      "Cancelled before it started.",
    );
    expect(run.state.tasks.get("running")!.attempts[0]).toMatchObject({
      state: "Cancelled",
      endedAt: 100,
    });
  });

  test("takes back an attempt that was asked for but has not started", () => {
    const { state } = start(startOf(makeGraph({ a: [] })));
    const cancelled = step(state, { type: "cancel-requested", at: 1 });
    expect(cancelled.commands).toEqual([
      { type: "stop-attempt", task: 0, attempt: 1 },
    ]);
    expect(
      step(state, { type: "attempt-started", at: 2, task: 0, attempt: 1 })
        .commands,
    ).toEqual([]);
    expect(look(state).tasks.get("a")!.state).toBe("Cancelled");
  });

  test("waits for a commit, whose task is a success for it is on disk", () => {
    const graph = makeGraph({ a: [], b: ["a"] });
    const states: string[] = [];
    const run = simulate(startOf(graph), {
      script: script({ a: { takes: 10, commitTakes: 50 } }),
      cancelAt: 20,
      check: (state) => states.push(state.state),
    });
    expect(statesOf(run)).toEqual({ a: "Success", b: "Cancelled" });
    expect(run.state).toMatchObject({ state: "Cancelled", endedAt: 60 });
    expect(states.slice(0, -1)).not.toContain("Cancelled");
    expect(run.started).toEqual(["a#1"]);
  });

  test("waits for a commit that fails, whose task is then Cancelled and not tried again", () => {
    const graph = makeGraph({ a: { retries: 3 } });
    const run = simulate(startOf(graph), {
      script: script({ a: { takes: 10, commitTakes: 50, commitFails: true } }),
      cancelAt: 20,
    });
    expect(statesOf(run)).toEqual({ a: "Cancelled" });
    expect(run.state.state).toBe("Cancelled");
    expect(run.state.tasks.get("a")!.message).toContain("the disk is full");
  });

  test("makes the run Cancelled also when it stops none of the tasks by which it is judged", () => {
    const graph = makeGraph({ a: [], b: [], c: ["a"] }, { reference: ["b"] });
    const run = simulate(startOf(graph), {
      script: script({ a: { takes: 50 } }),
      cancelAt: 20,
    });
    expect(statesOf(run)).toEqual({
      a: "Cancelled",
      b: "Success",
      c: "Cancelled",
    });
    expect(run.state).toMatchObject({
      state: "Cancelled",
      message:
        "Cancelled when 1 of 3 tasks had succeeded. Resume keeps these and runs the rest.",
    });
  });

  test("that comes too late to cancel anything leaves the run what it is", () => {
    const committing = script({ a: { takes: 10, commitTakes: 50 } });
    expect(
      simulate(startOf(makeGraph({ a: [] })), {
        script: committing,
        cancelAt: 20,
      }).state.state,
    ).toBe("Success");
    const after = simulate(startOf(makeGraph({ a: [] })), {
      script: committing,
      cancelAt: 100,
      late: true,
    });
    expect(after.state).toMatchObject({
      state: "Success",
      cancelRequested: false,
    });
  });

  test("adds up to the same when it is written down after the commit that it came in during", () => {
    const graph = makeGraph({ a: [], b: ["a"], c: [] });
    const events: RunEvent[] = [
      startOf(graph),
      { type: "attempt-started", at: 1, task: 0, attempt: 1 },
      { type: "attempt-started", at: 1, task: 2, attempt: 1 },
      { type: "attempt-returned", at: 2, task: 0, attempt: 1 },
    ];
    const committed: RunEvent = {
      type: "attempt-committed",
      at: 3,
      task: 0,
      attempt: 1,
      size: 1,
    };
    const cancelled: RunEvent = { type: "cancel-requested", at: 4 };
    const one = replay([...events, committed, cancelled]);
    const other = replay([...events, cancelled, committed]);
    expect(plainOf(one)).toEqual(plainOf(other));
  });
});

describe("an interruption", () => {
  test("crashes what ran and leaves the rest as it was", () => {
    const graph = makeGraph({
      done: [],
      running: { needs: [] },
      committing: { needs: [] },
      retrying: { retries: 1, retryDelays: [9000] },
      after: ["running"],
    });
    const run = simulate(startOf(graph), {
      script: script({
        running: { ends: "hang" },
        committing: { takes: 20, commitTakes: 1e6 },
        retrying: { ends: "fail" },
      }),
      interruptAt: 5000,
    });
    expect(statesOf(run)).toEqual({
      done: "Success",
      running: "Crashed",
      committing: "Crashed",
      retrying: "Crashed",
      after: "Pending",
    });
    expect(run.state.state).toBe("Crashed");
    expect(run.state.tasks.get("running")!.message).toBe(
      "The tab was closed while this task was running; nothing of it was kept. Resume runs it again.",
    );
    expect(run.state.message).toContain("Resume");
  });
});

describe("a resumption", () => {
  const graph = makeGraph({ a: [], b: {}, c: ["a", "b"] });
  const keys = taskKeys(graph, {}, {});
  const resumption = (
    kept: string[],
    at = 1000,
  ): RunEvent & { type: "run-resumed" } => ({
    type: "run-resumed",
    at,
    graph,
    keys,
    parameters: {},
    kept: kept.map((node) => ({ node, from: node })),
  });

  test("after a failure runs what failed and what is downstream, and nothing else", () => {
    const first = simulate(startOf(graph), {
      script: script({ "b#1": { ends: "fail" } }),
    });
    expect(first.state.state).toBe("Failed");
    const second = simulate(resumption(["a"]), { from: first });
    expect(second.started).toEqual(["b#2", "c#1"]);
    expect(statesOf(second)).toEqual({
      a: "Success",
      b: "Success",
      c: "Success",
    });
    expect(second.state).toMatchObject({
      state: "Success",
      run: "run-1",
      startedAt: 0,
    });
  });

  test("goes on after an interruption and after a cancellation", () => {
    for (const end of [{ interruptAt: 5 }, { cancelAt: 5 }]) {
      const first = simulate(startOf(graph), { ...end });
      const second = simulate(resumption([]), { from: first });
      expect(second.state.state).toBe("Success");
      expect(second.state.cancelRequested).toBe(false);
    }
  });

  test("counts attempts on but gives all retries again", () => {
    const one = makeGraph({ a: { retries: 1 } });
    const first = simulate(startOf(one), {
      script: script({ a: { ends: "fail" } }),
    });
    const event: RunEvent & { type: "run-resumed" } = {
      ...resumption([]),
      graph: one,
    };
    const second = simulate(event, {
      script: script({ "a#3": { ends: "fail" } }),
      from: first,
    });
    expect(first.started).toEqual(["a#1", "a#2"]);
    expect(second.started).toEqual(["a#3", "a#4"]);
    expect(second.state.tasks.get("a")).toMatchObject({
      state: "Success",
      attempt: 4,
      attemptsBefore: 2,
    });
    expect(second.state.tasks.get("a")!.attempts).toHaveLength(4);
  });

  test("moves a kept task run to its new node", () => {
    const first = simulate(startOf(graph), {
      script: script({ b: { ends: "fail" } }),
    });
    const changed = makeGraph({ z: [], a: { task: "other" }, c: ["z"] });
    const second = simulate(
      {
        ...resumption([]),
        graph: changed,
        keys: { z: "key of z" },
        kept: [{ node: "z", from: "a" }],
      },
      { from: first },
    );
    expect(second.state.tasks.get("z")).toMatchObject({
      state: "Success",
      attempt: 1,
      key: first.state.tasks.get("a")!.key,
    });
    expect([...second.state.tasks.keys()]).toEqual(["z", "a", "c"]);
    expect(second.started).toEqual(["a#2", "c#1"]);
    expect(second.state.tasks.get("a")!.attempts).toHaveLength(1);
  });

  test("of a run that goes on, or that keeps what has no result, is a mistake of the engine", () => {
    const running = start(startOf(graph)).state;
    expect(() => step(running, resumption([]))).toThrow(EngineBug);
    const failed = simulate(startOf(graph), {
      script: script({ b: { ends: "fail" } }),
    }).scheduler;
    expect(() => step(failed, resumption(["b"]))).toThrow(EngineBug);
  });
});

describe("a partial run", () => {
  test("takes reused results as they are and does not wait for what is left out", () => {
    const graph = makeGraph({ a: [], b: ["a"], c: ["b"], d: ["a"] });
    const run = simulate(
      startOf(graph, {
        run: "run-2",
        reused: [
          { node: "a", run: "run-1", at: Date.UTC(2026, 4, 31, 12), size: 5 },
        ],
        excluded: ["c", "d"],
      }),
      { from: simulate(startOf(graph)) },
    );
    expect(statesOf(run)).toEqual({
      a: "Cached",
      b: "Success",
      c: "Pending",
      d: "Pending",
    });
    expect(run.state.state).toBe("Success");
    expect(run.started).toEqual(["b#1"]);
    expect(run.state.tasks.get("a")).toMatchObject({
      message: "Reused from the run of 2026-05-31 12:00:00 UTC.",
      resultRun: "run-1",
      attempt: 0,
      size: 5,
    });
  });

  test("in which everything is reused or left out is final at once", () => {
    const graph = makeGraph({ a: [], b: ["a"] });
    const { state, commands } = start(
      startOf(graph, {
        reused: [{ node: "a", run: "run-0" }],
        excluded: ["b"],
      }),
    );
    expect(state.state).toBe("Success");
    expect(look(state).tasks.get("a")!.message).toBe(
      "Reused from an earlier run.",
    );
    expect(commands).toEqual([]);
  });

  test("is cancelled without touching what is left out", () => {
    const graph = makeGraph({ a: [], b: ["a"] });
    const run = simulate(startOf(graph, { excluded: ["b"] }), {
      script: script({ a: { ends: "hang" } }),
      cancelAt: 5,
    });
    expect(statesOf(run)).toEqual({ a: "Cancelled", b: "Pending" });
  });
});

describe("a replay", () => {
  test("can stop at a moment of the past", () => {
    const { events } = simulate(startOf(makeGraph({ a: [], b: ["a"] })));
    expect(statesOf({ state: look(replay(events, 5)) })).toEqual({
      a: "Running",
      b: "Pending",
    });
    expect(statesOf({ state: look(replay(events, 15)) })).toEqual({
      a: "Success",
      b: "Running",
    });
  });

  test("of events that no run can have is a mistake of the engine", () => {
    expect(() => replay([])).toThrow(EngineBug);
    expect(() => replay([{ type: "cancel-requested", at: 1 }])).toThrow(
      EngineBug,
    );
  });
});

test("a chain of a hundred thousand tasks that cannot start ends without a deep stack", () => {
  const specs: Record<string, string[]> = { t0: [] };
  for (let at = 1; at < 100_000; at += 1) specs[`t${at}`] = [`t${at - 1}`];
  const { state } = start({
    ...startOf(makeGraph({})),
    graph: makeGraph(specs),
    keys: {},
  });
  step(state, { type: "attempt-started", at: 1, task: 0, attempt: 1 });
  step(state, {
    type: "attempt-failed",
    at: 2,
    task: 0,
    attempt: 1,
    error: { name: "E", message: "x" },
  });
  expect(state.state).toBe("Failed");
  expect(look(state).tasks.get("t99999")!.state).toBe("TriggerFailed");
});
