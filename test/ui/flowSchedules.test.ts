import { expect, test } from "vitest";
import { makeCron, makeEvery } from "../../src/core/schedule.ts";
import type { Clock } from "../../src/engine/clock.ts";
import {
  FlowSchedules,
  type ScheduledFlow,
} from "../../src/ui/flowSchedules.ts";

const at = (time: string) => Date.parse(`2024-01-05T${time}Z`);
const shown = (time: number | undefined) =>
  time === undefined ? undefined : new Date(time).toISOString().slice(11, 19);

/** Schedules from 12:00 on, with a clock that stands still until it is turned. */
function world(flows: readonly ScheduledFlow[]) {
  let now = at("12:00:00");
  let timer: { at: number; call: () => void } | undefined;
  const clock: Clock = {
    now: () => now,
    setTimer(due, call) {
      const set = (timer = { at: due, call });
      return () => {
        if (timer === set) timer = undefined;
      };
    },
  };
  const runs: [string, string | undefined, object][] = [];
  const schedules = new FlowSchedules(
    clock,
    (due) => {
      for (const { flow, at: time, parameters } of due)
        runs.push([flow, shown(time), parameters]);
    },
    () => {},
  );
  schedules.set(flows);
  return {
    schedules,
    runs,
    /** The clock is set, or the machine sleeps: it is another time, and what timers have still to wait stays the same. */
    setClock(to: string) {
      if (timer) timer.at += at(to) - now;
      now = at(to);
    },
    /** Lets time pass. What was due while the machine slept is heard of when it wakes up. */
    turn(time: string, { asleep = false } = {}) {
      const end = at(time);
      if (asleep) now = end;
      while (timer && timer.at <= end) {
        const { call, at: due } = timer;
        timer = undefined;
        now = Math.max(now, due);
        call();
      }
      now = end;
    },
  };
}

test("a flow runs at each of its times, with the parameters of the schedule that is due", () => {
  const { runs, turn } = world([
    {
      flow: "F",
      schedules: [
        makeEvery("30m", { parameters: { of: "every" } }),
        makeCron("15 12 * * *", { timeZone: "UTC" }),
      ],
    },
  ]);
  turn("13:00:00");
  expect(runs).toEqual([
    ["F", "12:15:00", {}],
    ["F", "12:30:00", { of: "every" }],
    ["F", "13:00:00", { of: "every" }],
  ]);
});

test("times that the machine slept through are missed, and the next one is kept", () => {
  const { runs, turn, schedules } = world([
    { flow: "F", schedules: [makeEvery("10m")] },
  ]);
  turn("12:55:00", { asleep: true });
  expect(runs).toEqual([]);
  expect(shown(schedules.next("F")?.at)).toBe("13:00:00");
  turn("13:00:30", { asleep: true });
  expect(runs).toEqual([["F", "13:00:00", {}]]);
});

test("a flow runs on time after the machine slept, if it is awake by then", () => {
  const { runs, setClock, turn } = world([
    { flow: "F", schedules: [makeEvery("1h")] },
  ]);
  setClock("12:50:00");
  turn("12:59:00");
  expect(runs).toEqual([]);
  turn("13:01:00");
  expect(runs).toEqual([["F", "13:00:00", {}]]);
});

test("a flow runs at its times of today when the clock had been ahead and is set right", () => {
  const { runs, setClock, turn, schedules } = world([
    { flow: "F", schedules: [makeEvery("1h")] },
  ]);
  turn("20:30:00", { asleep: true });
  expect(shown(schedules.next("F")?.at)).toBe("21:00:00");
  setClock("12:30:00");
  turn("14:10:00");
  expect(runs).toEqual([
    ["F", "13:00:00", {}],
    ["F", "14:00:00", {}],
  ]);
});

test("a clock that is set right by seconds has no flow run twice", () => {
  const { runs, setClock, turn } = world([
    { flow: "F", schedules: [makeEvery("1h")] },
  ]);
  turn("13:00:10");
  setClock("12:59:50");
  turn("13:30:00");
  expect(runs).toEqual([["F", "13:00:00", {}]]);
});

test("several flows have their own times, and those of one moment all run", () => {
  const { runs, turn } = world([
    { flow: "A", schedules: [makeEvery("20m")] },
    { flow: "B", schedules: [makeEvery("30m")] },
  ]);
  turn("13:00:00");
  expect(runs.map(([flow, time]) => `${flow} ${time}`)).toEqual([
    "A 12:20:00",
    "B 12:30:00",
    "A 12:40:00",
    "A 13:00:00",
    "B 13:00:00",
  ]);
});

test("schedules that are no longer in force start nothing", () => {
  const { runs, turn, schedules } = world([
    { flow: "F", schedules: [makeEvery("10m")] },
  ]);
  schedules.set([]);
  turn("13:00:00");
  expect(runs).toEqual([]);
  expect(schedules.next("F")).toBeUndefined();
});

test("an edit that leaves the schedules as they are moves no time", () => {
  const flows = () => [{ flow: "F", schedules: [makeEvery("10m")] }];
  const { runs, turn, schedules } = world(flows());
  turn("12:09:00");
  schedules.set(flows());
  turn("12:10:00");
  expect(runs).toEqual([["F", "12:10:00", {}]]);
});
