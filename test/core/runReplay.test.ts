import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import { RunReplay } from "../../src/core/runReplay.ts";
import { makeGraph } from "./makeGraph.ts";

const graph = makeGraph({ a: [], b: ["a"] });
const all: readonly RunEvent[] = [
  {
    type: "run-started",
    at: 100,
    run: "r",
    graph,
    keys: { a: "k", b: "l" },
    parameters: {},
    reused: [],
    excluded: [],
  },
  { type: "attempt-started", at: 110, task: 0, attempt: 1 },
  { type: "attempt-returned", at: 150, task: 0, attempt: 1 },
  { type: "attempt-committed", at: 160, task: 0, attempt: 1, size: 10 },
  { type: "attempt-started", at: 170, task: 1, attempt: 1 },
  { type: "attempt-returned", at: 180, task: 1, attempt: 1 },
  { type: "attempt-committed", at: 190, task: 1, attempt: 1, size: 10 },
];

const statesAt = (replay: RunReplay, time: number) => {
  const run = replay.at(time)!;
  return [run.state, run.tasks.get("a")!.state, run.tasks.get("b")!.state];
};

describe("a replay", () => {
  test("shows the run as it was, forth and back", () => {
    const replay = new RunReplay(() => all);
    expect(statesAt(replay, 175)).toEqual(["Running", "Success", "Running"]);
    expect(statesAt(replay, 120)).toEqual(["Running", "Running", "Pending"]);
    expect(statesAt(replay, 165)).toEqual(["Running", "Success", "Pending"]);
    expect(statesAt(replay, 500)).toEqual(["Success", "Success", "Success"]);
  });

  test("before the beginning shows the beginning", () => {
    const replay = new RunReplay(() => all);
    expect(replay.at(0)!.tasks.get("a")!.attempt).toBe(0);
  });

  test("gives the same objects for what did not change", () => {
    const replay = new RunReplay(() => all);
    const first = replay.at(165)!;
    expect(replay.at(168)).toBe(first);
    const next = replay.at(175)!;
    expect(next).not.toBe(first);
    expect(next.tasks.get("a")).toBe(first.tasks.get("a"));
  });

  test("goes on with what becomes known later", () => {
    const known: RunEvent[] = all.slice(0, 2);
    const replay = new RunReplay(() => known);
    expect(statesAt(replay, 1_000)).toEqual(["Running", "Running", "Pending"]);
    known.push(...all.slice(2));
    expect(statesAt(replay, 1_000)).toEqual(["Success", "Success", "Success"]);
  });
});
