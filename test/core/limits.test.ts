import { describe, expect, test } from "vitest";
import {
  describeLimit,
  joinLimits,
  Limiter,
  Line,
} from "../../src/core/limits.ts";
import type { Limit } from "../../src/core/limits.ts";
import { replay } from "../../src/core/scheduler.ts";
import { makeGraph, value } from "./makeGraph.ts";
import type { Specs } from "./makeGraph.ts";
import {
  look,
  runOf,
  script,
  simulate,
  startOf,
  statesOf,
} from "./simulate.ts";
import type { Settings } from "./simulate.ts";

const run = (specs: Specs, limits: readonly Limit[], settings: Settings = {}) =>
  simulate(startOf(makeGraph(specs, { limits })), settings);

/** When each task run started. */
const startsOf = (made: ReturnType<typeof run>, ...names: string[]) =>
  names.map((name) => runOf(made, name).startedAt);

describe("a limit of how many at once", () => {
  test("lets that many elements of a map go on, in order", () => {
    const made = run({ a: { map: [value([1, 2, 3, 4, 5])] } }, [
      { of: "task a", atOnce: 2 },
    ]);
    expect(startsOf(made, "a[0]", "a[1]", "a[2]", "a[3]", "a[4]")).toEqual([
      0, 0, 11, 11, 22,
    ]);
  });

  test("is shared by all tasks with a tag", () => {
    const tagged = { tags: ["api"] };
    const made = run({ a: tagged, b: tagged, c: tagged, d: [] }, [
      { of: "tag api", atOnce: 1 },
    ]);
    expect(startsOf(made, "a", "b", "c", "d")).toEqual([0, 11, 22, 0]);
  });

  test("is kept until the result is on disk, and given back while a task waits for its next attempt", () => {
    const made = run(
      {
        a: { retries: 1, retryDelays: [100], tags: ["x"] },
        b: { tags: ["x"] },
      },
      [{ of: "tag x", atOnce: 1 }],
      { script: script({ "a#1": { ends: "fail" }, b: { commitTakes: 500 } }) },
    );
    expect(startsOf(made, "b")).toEqual([10]);
    expect(runOf(made, "a").attempts.map(({ startedAt }) => startedAt)).toEqual(
      [0, 520],
    );
  });

  test("is given back by a task that waits for a person", () => {
    const made = run(
      { a: { tags: ["x"] }, b: { tags: ["x"] } },
      [{ of: "tag x", atOnce: 1 }],
      { script: script({ "a#1": { ends: "pause" } }) },
    );
    expect(statesOf(made)).toEqual({ a: "Paused", b: "Success" });
  });

  test("is no concern of what the engine does itself", () => {
    const made = run(
      {
        a: { tags: ["x"] },
        gate: {
          task: "approve",
          tags: ["x"],
          args: [value(1)],
          operator: { type: "approve", message: "?", timeout: undefined },
        },
      },
      [{ of: "tag x", atOnce: 1 }],
      { script: script({ a: { ends: "hang" } }) },
    );
    expect(statesOf(made).gate).toBe("Paused");
  });

  test("is told of to whoever looks at a task that waits, and to nobody else", () => {
    const messages: (string | undefined)[][] = [];
    run(
      { a: { tags: ["x"] }, b: { tags: ["x"], task: "b" } },
      [
        { of: "tag x", atOnce: 1 },
        { of: "task b", starts: 5, per: 1000 },
      ],
      {
        check: (state) => {
          const { tasks } = look(state);
          messages.push([tasks.get("a")!.message, tasks.get("b")!.message]);
        },
      },
    );
    expect(messages[0]).toEqual([
      undefined,
      "Waits for a place (task b: at most 5 per second and tag x: at most 1 at once).",
    ]);
    expect(messages.at(-1)).toEqual([undefined, undefined]);
  });

  test("is first given to those that have waited longest", () => {
    const made = run(
      {
        first: { tags: ["x"] },
        second: { tags: ["x"] },
        third: { tags: ["x"] },
        after: { needs: ["first"], tags: ["x"] },
      },
      [{ of: "tag x", atOnce: 1 }],
    );
    expect(made.started).toEqual(["first#1", "second#1", "third#1", "after#1"]);
  });

  test("does not hold up tasks that wait for something else", () => {
    const made = run(
      {
        a: { tags: ["x"] },
        b: { tags: ["x", "y"] },
        c: { tags: ["y"] },
      },
      [
        { of: "tag x", atOnce: 1 },
        { of: "tag y", atOnce: 1 },
      ],
    );
    expect(startsOf(made, "a", "b", "c")).toEqual([0, 11, 0]);
  });

  test("is given back by what is cancelled, also while that waits for it", () => {
    const tagged = { tags: ["x"] };
    const made = run(
      { a: tagged, b: tagged, c: tagged },
      [{ of: "tag x", atOnce: 1 }],
      {
        script: script({ a: { ends: "hang" } }),
        happenings: [
          { at: 5, event: { type: "cancel-requested", at: 5, task: 1 } },
          { at: 6, event: { type: "cancel-requested", at: 6, task: 0 } },
        ],
      },
    );
    expect(statesOf(made)).toEqual({
      a: "Cancelled",
      b: "Cancelled",
      c: "Success",
    });
    expect(startsOf(made, "c")).toEqual([6]);
  });
});

describe("a limit of how many start in a while", () => {
  const rate = (starts: number): Limit => ({ of: "task a", starts, per: 1000 });

  test("lets that many start, and the next when the first of them is long enough ago", () => {
    const made = run({ a: { map: [value([1, 2, 3, 4, 5])] } }, [rate(2)]);
    expect(startsOf(made, "a[0]", "a[1]", "a[2]", "a[3]", "a[4]")).toEqual([
      0, 0, 1000, 1000, 2000,
    ]);
  });

  const seven = { a: { map: [value([1, 2, 3, 4, 5, 6, 7])] } };
  const names = [0, 1, 2, 3, 4, 5, 6].map((at) => `a[${at}]`);

  test("counts from when a function begins, however long its worker takes until then", () => {
    const made = run(seven, [rate(2)], {
      script: (_, attempt) => ({ startTakes: attempt === 1 ? 1300 : 0 }),
    });
    expect(startsOf(made, ...names)).toEqual([
      1300, 1300, 3600, 3600, 5900, 5900, 8200,
    ]);
  });

  test("lets no more begin in any while, whatever each takes to begin", () => {
    const takes = [1300, 20, 700, 0, 0, 1900, 5];
    for (const batches of [false, true]) {
      const made = run(seven, [rate(2)], {
        batches,
        script: (name) => ({ startTakes: takes[names.indexOf(name)]! }),
      });
      const starts = startsOf(made, ...names) as number[];
      starts.sort((one, other) => one - other);
      for (let at = 2; at < starts.length; at += 1)
        expect(starts[at]! - starts[at - 2]!).toBeGreaterThanOrEqual(1000);
    }
  });

  test("counts one that was cancelled before it was heard of its beginning, as it may have begun", () => {
    const made = run({ a: [], b: { task: "a" } }, [rate(1)], {
      script: script({ a: { startTakes: 500 } }),
      happenings: [
        { at: 100, event: { type: "cancel-requested", at: 100, task: 0 } },
      ],
    });
    expect(statesOf(made)).toEqual({ a: "Cancelled", b: "Success" });
    expect(startsOf(made, "b")).toEqual([1100]);
  });

  test("is replayed as it was where starts were counted from another moment", () => {
    const made = run(seven, [rate(2)]);
    const late = made.events.map((event) =>
      event.type === "attempt-started" ? { ...event, at: event.at + 5 } : event,
    );
    expect(startsOf(made, "a[6]")).toEqual([3000]);
    const { state, table } = replay(late);
    expect(state).toBe("Success");
    expect(table.startedAt[table.size - 1]).toBe(3005);
  });

  test("sets one timer however many wait", () => {
    const list = Array.from({ length: 100 }, (_, at) => at);
    const made = run({ a: { map: [value(list)] } }, [rate(50)]);
    const timers = made.commands.filter(
      (command) => command.type === "set-timer" && command.timer === "limit",
    );
    expect(timers).toEqual([
      { type: "set-timer", task: -1, attempt: 0, timer: "limit", at: 1000 },
    ]);
  });

  test("sets its timer anew if it fires too early", () => {
    const made = run({ a: { map: [value([1, 2])] } }, [rate(1)], {
      happenings: [
        {
          at: 999,
          event: {
            type: "timer-fired",
            at: 999,
            task: -1,
            attempt: 0,
            timer: "limit",
          },
        },
      ],
    });
    expect(startsOf(made, "a[1]")).toEqual([1000]);
  });

  test("holds for the second in line, too, when the first waits for something else", () => {
    const made = run(
      {
        long: { tags: ["x"] },
        first: { tags: ["x"] },
        a: [],
        b: { task: "a" },
      },
      [{ of: "tag x", atOnce: 1 }, rate(1)],
      { script: script({ long: { takes: 5000 } }) },
    );
    expect(startsOf(made, "first", "b")).toEqual([5001, 1000]);
  });
});

describe("the parts of limits", () => {
  test("are told in words", () => {
    expect(describeLimit({ of: "x", atOnce: 2 })).toBe("at most 2 at once");
    expect(describeLimit({ of: "x", starts: 5, per: 1000 })).toBe(
      "at most 5 per second",
    );
    expect(describeLimit({ of: "x", atOnce: 1, starts: 5, per: 60_000 })).toBe(
      "at most 1 at once, at most 5 per minute",
    );
    expect(describeLimit({ of: "x", starts: 5, per: 3_600_000 })).toBe(
      "at most 5 per hour",
    );
  });

  test("are joined to the lowest of each kind", () => {
    expect(
      joinLimits([
        { of: "x", atOnce: 3 },
        { of: "y", atOnce: 1 },
        { of: "x", atOnce: 2, starts: 10, per: 1000 },
        { of: "x", starts: 100, per: 60_000 },
      ]),
    ).toEqual([
      { of: "x", atOnce: 2, starts: 100, per: 60_000 },
      { of: "y", atOnce: 1 },
    ]);
  });

  test("say when the next may start", () => {
    const limiter = new Limiter([{ of: "x", starts: 2, per: 100 }]);
    expect(limiter.obstacle([0], 0)).toBeUndefined();
    limiter.enter([0]);
    limiter.begin([0], 0);
    limiter.enter([0]);
    limiter.begin([0], 30);
    expect(limiter.obstacle([0], 40)).toBe(100);
    expect(limiter.obstacle([0], 100)).toBeUndefined();
    limiter.enter([0]);
    expect(limiter.obstacle([0], 110)).toBe(130);
    limiter.enter([0]);
    expect(limiter.obstacle([0], 1000)).toBe(Infinity);
    limiter.leave([0], false, 1000);
    limiter.leave([0], false, 1010);
    expect(limiter.obstacle([0], 1050)).toBe(1100);
    expect(limiter.obstacle([0], 1100)).toBeUndefined();
  });

  test("a line keeps its order however many leave it", () => {
    const line = new Line([0]);
    for (let one = 0; one < 5000; one += 1) line.join(one, one * 2);
    for (let one = 0; one < 5000; one += 1) {
      expect([line.first, line.turn]).toEqual([one, one * 2]);
      line.leave();
    }
    expect([line.first, line.turn]).toEqual([undefined, Infinity]);
  });
});
