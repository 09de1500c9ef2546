import { expect, test } from "vitest";
import type { RunEvent } from "../../../src/core/events.ts";
import { PlayedTime } from "../../../src/ui/pane/playedTime.ts";

const eventAt = (type: RunEvent["type"], at: number) =>
  ({ type, at }) as RunEvent;
const night = 10 * 3_600_000;
const resumed = [
  eventAt("run-started", 1000),
  eventAt("attempt-started", 1100),
  eventAt("attempt-failed", 2000),
  eventAt("run-resumed", 2000 + night),
  eventAt("attempt-started", 2100 + night),
  eventAt("attempt-committed", 3000 + night),
];

test("the night before a run was resumed is a moment of its replay", () => {
  const played = new PlayedTime(resumed);
  expect(played).toMatchObject({ start: 1000, end: 3000 + night });
  expect(played.length).toBe(1000 + 200 + 1000);
  expect(played.timeAt(500)).toBe(1500);
  expect(played.timeAt(1100)).toBe(2000 + night / 2);
  expect(played.timeAt(1700)).toBe(2500 + night);
  expect(played.timeAt(5000)).toBe(played.end);
  expect(played.timeAt(-1)).toBe(played.start);
  for (const time of [1000, 1500, 2000, 2000 + night, 2500 + night, played.end])
    expect(played.timeAt(played.playedAt(time))).toBeCloseTo(time);
});

test("what takes long by itself takes as long in the replay", () => {
  const played = new PlayedTime([
    eventAt("run-started", 0),
    eventAt("attempt-started", 10),
    eventAt("attempt-committed", night),
    eventAt("pause-answered", night + 5),
  ]);
  expect(played.length).toBe(night + 5);
  expect(played.timeAt(night / 3)).toBeCloseTo(night / 3);
});

test("a run of which nothing is known, or all at one time, has a replay of no length", () => {
  for (const events of [[], [eventAt("run-started", 7)]]) {
    const played = new PlayedTime(events);
    expect(played.length).toBe(0);
    expect(played.timeAt(0)).toBe(played.start);
    expect(played.playedAt(played.end)).toBe(0);
  }
});
