import { expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import { restsOf } from "../../src/core/rests.ts";

const eventAt = (at: number, type: RunEvent["type"], more: object = {}) =>
  ({ type, at, ...more }) as RunEvent;
const begun = (at: number, task = 0) =>
  eventAt(at, "attempt-started", { task, attempt: 1 });
const committed = (at: number, task = 0) =>
  eventAt(at, "attempt-committed", { task, attempt: 1 });

test("a run rests until it is resumed, or a person has answered", () => {
  expect(
    restsOf([
      eventAt(0, "run-started"),
      begun(1),
      eventAt(5, "attempt-failed", { task: 0 }),
      eventAt(100, "run-resumed"),
      begun(101),
      eventAt(110, "attempt-paused", { task: 0 }),
      eventAt(200, "pause-answered", { task: 0 }),
      begun(201),
      committed(205),
    ]),
  ).toEqual([
    { from: 5, to: 100 },
    { from: 110, to: 200 },
  ]);
});

test("a run does not rest while another of its tasks is at work", () => {
  const answered = (...before: RunEvent[]) =>
    restsOf([
      eventAt(0, "run-started"),
      ...before,
      eventAt(100, "pause-answered", { task: 1 }),
    ]);
  expect(answered(begun(1))).toEqual([]);
  expect(answered(begun(1), committed(3))).toEqual([{ from: 3, to: 100 }]);
  expect(
    answered(
      begun(1),
      eventAt(4, "timer-fired", { task: 0, timer: "timeout" }),
    ),
  ).toEqual([{ from: 4, to: 100 }]);
  expect(answered(begun(1), eventAt(6, "cancel-requested"))).toEqual([
    { from: 6, to: 100 },
  ]);
  expect(
    answered(begun(1), eventAt(7, "attempts-committed", { tasks: [0] })),
  ).toEqual([{ from: 7, to: 100 }]);
});

test("nothing went on from the last sign of a run whose tab was closed until it was found", () => {
  expect(
    restsOf([
      eventAt(0, "run-started"),
      begun(2),
      eventAt(500, "run-interrupted"),
      eventAt(700, "run-resumed"),
      begun(701),
    ]),
  ).toEqual([
    { from: 2, to: 500 },
    { from: 500, to: 700 },
  ]);
});

test("a run of which nothing is known has no rests, and a clock that is set back makes none", () => {
  expect(restsOf([])).toEqual([]);
  expect(
    restsOf([eventAt(50, "run-started"), eventAt(20, "run-resumed")]),
  ).toEqual([]);
});
