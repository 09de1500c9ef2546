import { expect, test } from "vitest";
import type { Children, TaskRun } from "../../../src/core/run.ts";
import type { State } from "../../../src/core/state.ts";
import {
  attemptBars,
  ElementTimes,
  laneBars,
  mostBars,
} from "../../../src/ui/pane/lanes.ts";
import { timelineRows } from "../../../src/views/timelineModel.ts";

interface Element {
  state: State;
  startedAt?: number;
  endedAt?: number;
}

/** Elements, and how often one was looked at in detail. */
function elements(list: readonly Element[]): Children & { looks: number } {
  const children = {
    looks: 0,
    shape: list.length,
    count: list.length,
    counts: {},
    stateOf: (index: number) => list[index]!.state,
    statesIn: () => 0,
    run(index: number) {
      children.looks += 1;
      return list[index] as TaskRun;
    },
    pathOf: (index: number) => [index],
    resultRuns: () => new Set<string>(),
    ties: () => undefined,
    isMarked: () => false,
  };
  return children;
}

function read(list: readonly Element[]): ElementTimes {
  const times = new ElementTimes(list.length);
  times.update(elements(list));
  return times;
}

test("a fallback is shown as one, and no attempt is counted for it", () => {
  const attempts = (["Failed", "Success", "Failed"] as const).map(
    (state, at) => ({
      attempt: at + 2,
      startedAt: at,
      endedAt: at + 1,
      state,
      message: undefined,
    }),
  );
  const bars = attemptBars({ attempts, fallbacks: [3] });
  const tasks = [{ id: "a", name: "a", attempts: bars }];
  const rows = timelineRows({ startedAt: 0, tasks, now: 3 });
  expect(rows.map(({ attempt, state }) => [attempt, state])).toEqual([
    ["2", "Failed"],
    ["fallback", "Success"],
    ["3", "Failed"],
  ]);
});

test("few elements have a bar each, those that have not started none", () => {
  const bars = laneBars(
    read([
      { state: "Success", startedAt: 0, endedAt: 10 },
      { state: "Running", startedAt: 5 },
      { state: "Pending" },
    ]),
    20,
  );
  expect(bars).toEqual([
    { startedAt: 0, endedAt: 10, state: "Success", label: "element 0" },
    { startedAt: 5, endedAt: undefined, state: "Running", label: "element 1" },
  ]);
});

test("many elements are drawn as stretches of time, in which a failure shows", () => {
  const list = Array.from({ length: 10_000 }, (_, at): Element => ({
    state: at === 5_000 ? "Failed" : "Success",
    startedAt: at,
    endedAt: at + 1,
  }));
  const bars = laneBars(read(list), 10_000);
  expect(bars.length).toBeLessThanOrEqual(mostBars);
  expect(bars.map(({ state }) => state)).toEqual([
    "Success",
    "Failed",
    "Success",
  ]);
  expect(bars[0]?.startedAt).toBe(0);
  expect(bars.at(-1)?.endedAt).toBeCloseTo(10_000, -1);
});

test("where nothing went on there is a gap", () => {
  const list = Array.from({ length: 400 }, (_, at): Element => {
    const startedAt = at < 200 ? at : 10_000 + at;
    return { state: "Success", startedAt, endedAt: startedAt + 1 };
  });
  const bars = laneBars(read(list), 11_000);
  expect(bars.length).toBeGreaterThan(1);
  expect(bars[1]!.startedAt - bars[0]!.endedAt!).toBeGreaterThan(5_000);
});

test("what is final is looked at once", () => {
  const list: Element[] = [
    { state: "Success", startedAt: 0, endedAt: 1 },
    { state: "Running", startedAt: 0 },
  ];
  const times = new ElementTimes(2);
  const children = elements(list);
  times.update(children);
  times.update(children);
  expect(children.looks).toBe(3);
  list[1] = { state: "Success", startedAt: 0, endedAt: 4 };
  times.update(children);
  times.update(children);
  expect(children.looks).toBe(4);
  expect(laneBars(times, 9)[1]?.endedAt).toBe(4);
});

test("elements that a resumption runs again lose their times", () => {
  const list: Element[] = [{ state: "Failed", startedAt: 0, endedAt: 1 }];
  const times = new ElementTimes(1);
  times.update(elements(list));
  list[0] = { state: "Pending" };
  times.update(elements(list));
  expect(laneBars(times, 5)).toEqual([]);
});

test("a night in the midst of many elements leaves what went on before and after it as it was, and is in no bar", () => {
  const night = 10 * 3_600_000;
  const list = Array.from({ length: 1000 }, (_, at): Element => {
    const startedAt = at < 500 ? at : at + night;
    return { state: "Success", startedAt, endedAt: startedAt + 1 };
  });
  const rests = [{ from: 500, to: 500 + night }];
  const bars = laneBars(read(list), 2000 + night, rests);
  expect(bars.map(({ startedAt, endedAt }) => [startedAt, endedAt])).toEqual([
    [0, 500],
    [500 + night, 1000 + night],
  ]);
});
