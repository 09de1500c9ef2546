import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import { replay } from "../../src/core/scheduler.ts";
import { snapshot } from "../../src/core/snapshot.ts";
import { upgradeEvents } from "../../src/core/upgrade.ts";

type Fields = Record<string, unknown>;

/** A run that Flowbook wrote in format 1, and what it showed of it. */
function readRun(name: string): {
  events: Fields[];
  state: Fields & { tasks: Record<string, Fields> };
} {
  const file = new URL(`../fixtures/format-1/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as ReturnType<typeof readRun>;
}

const plain = (value: unknown) =>
  JSON.parse(JSON.stringify(value)) as Fields & { attempts: Fields[] };

describe.each(["finished", "resumed", "interrupted"])(
  "the run of format 1 that was %s",
  (name) => {
    test("adds up to what it was", () => {
      const { events, state: before } = readRun(name);
      const upgraded = upgradeEvents(events);
      expect(upgraded).toHaveLength(events.length);
      const state = snapshot(replay(upgraded));
      const { tasks, ...run } = before;
      expect(plain(state)).toMatchObject(run);
      expect([...state.tasks.keys()]).toEqual(Object.keys(tasks));
      for (const [id, task] of state.tasks)
        expect(plain(task)).toMatchObject(tasks[id]!);
    });

    test("is left as it is when it is upgraded again", () => {
      const upgraded = upgradeEvents(readRun(name).events);
      const again = upgradeEvents(upgraded);
      expect(again).toEqual(upgraded);
      again.forEach((event, at) => expect(event).toBe(upgraded[at]));
    });
  },
);

test("what a run of format 1 was before its resumption is seen too", () => {
  const events = upgradeEvents(readRun("resumed").events);
  const resumed = events.findIndex(({ type }) => type === "run-resumed");
  const state = snapshot(replay(events.slice(0, resumed)));
  expect(state.state).toBe("Failed");
  expect(state.tasks.get("transform-1")?.state).toBe("Failed");
  expect(state.tasks.get("loadReferenceData-1")?.state).toBe("Success");
  expect(state.tasks.get("loadLiveData-1")).toMatchObject({
    state: "TriggerFailed",
    attempt: 0,
  });
});

test("an event is about the node that has its id in the graph of its time", () => {
  const { events } = readRun("resumed");
  const upgraded = upgradeEvents(events);
  const numbers = upgraded.flatMap((event, at) =>
    event.type === "attempt-started"
      ? [[events[at]!.node, event.task] as const]
      : [],
  );
  expect(numbers.slice(0, 2)).toEqual([
    ["extractReferenceData-1", 1],
    ["extractLiveData-1", 2],
  ]);
  const graphs = upgraded.flatMap((event) =>
    "graph" in event ? [event.graph] : [],
  );
  expect(graphs.map(({ nodes }) => nodes[1]!.id)).toEqual([
    "extractReferenceData-1",
    "extractLiveData-1",
  ]);
});

test("a run that was begun in format 1 goes on in format 2", () => {
  const { events } = readRun("interrupted");
  const first = upgradeEvents(events)[0] as RunEvent & { type: "run-started" };
  const goesOn: RunEvent[] = [
    {
      type: "run-resumed",
      at: first.at + 60_000,
      graph: first.graph,
      keys: first.keys,
      parameters: first.parameters,
      kept: [],
    },
    { type: "attempt-started", at: first.at + 60_001, task: 2, attempt: 2 },
    { type: "attempt-returned", at: first.at + 60_002, task: 2, attempt: 2 },
    {
      type: "attempt-committed",
      at: first.at + 60_003,
      task: 2,
      attempt: 2,
      size: 8,
    },
  ];
  const upgraded = upgradeEvents([...events, ...goesOn]);
  expect(upgraded.slice(events.length)).toEqual(goesOn);
  const { state, tasks } = snapshot(replay(upgraded));
  expect(state).toBe("Running");
  expect(tasks.get("extractReferenceData-1")).toMatchObject({
    state: "Success",
    attempt: 2,
    attemptsBefore: 1,
  });
});

describe("a list ends before", () => {
  const { events } = readRun("finished");
  const started = events[0]!;
  const graph = started.graph as { nodes: Fields[] };

  test.each<[string, unknown]>([
    ["what is no event", null],
    ["text", "attempt-started"],
    ["an event without a time", { type: "run-interrupted" }],
    ["an event of a kind that is not known", { type: "task-dreamt", at: 1 }],
    ["a name that every object has", { type: "constructor", at: 1 }],
    [
      "an event about a node that is not there",
      { type: "attempt-started", at: 1, node: "other-1", attempt: 1 },
    ],
    [
      "an event about a parameter",
      { type: "attempt-started", at: 1, node: "airport", attempt: 1 },
    ],
    [
      "an attempt without a number",
      { type: "attempt-started", at: 1, node: "extractLiveData-1" },
    ],
    [
      "a failure without an error",
      {
        type: "attempt-failed",
        at: 1,
        node: "extractLiveData-1",
        attempt: 1,
      },
    ],
    [
      "columns that are not equally long",
      {
        type: "attempts-committed",
        at: 1,
        tasks: Int32Array.of(1, 2),
        startedAt: Float64Array.of(1),
        endedAt: Float64Array.of(1, 2),
        sizes: Float64Array.of(1, 2),
      },
    ],
    [
      "names that are none",
      {
        type: "attempts-committed",
        at: 1,
        tasks: Int32Array.of(1),
        startedAt: Float64Array.of(1),
        endedAt: Float64Array.of(2),
        sizes: Float64Array.of(1),
        names: [1],
      },
    ],
    [
      "names of other runs",
      {
        type: "attempts-committed",
        at: 1,
        tasks: Int32Array.of(1),
        startedAt: Float64Array.of(1),
        endedAt: Float64Array.of(2),
        sizes: Float64Array.of(1),
        names: ["one", "two"],
      },
    ],
    [
      "files that are none",
      {
        type: "attempt-committed",
        at: 1,
        task: 1,
        attempt: 1,
        size: 8,
        files: { "a.csv": 1 },
      },
    ],
    ["a second start", started],
    [
      "a resumption with a graph that is none",
      { type: "run-resumed", at: 1, graph: {}, kept: [] },
    ],
    [
      "a resumption with a node that is none",
      {
        ...started,
        type: "run-resumed",
        kept: [],
        graph: { ...graph, nodes: [...graph.nodes, { id: "x-1" }] },
      },
    ],
  ])("%s", (_, event) => {
    const whole = upgradeEvents(events);
    expect(upgradeEvents([...events.slice(0, 3), event, events[3]])).toEqual(
      whole.slice(0, 3),
    );
  });

  test("the first event, if that does not start a run", () => {
    expect(upgradeEvents([])).toEqual([]);
    expect(upgradeEvents(events.slice(1))).toEqual([]);
    expect(upgradeEvents([{ type: "run-interrupted", at: 1 }])).toEqual([]);
    expect(
      upgradeEvents([{ ...started, type: "run-resumed", kept: [] }]),
    ).toEqual([]);
  });
});
