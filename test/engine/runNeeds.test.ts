import { expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import { plainOptions, plainSettings } from "../../src/core/graph.ts";
import type { Graph, TaskNode } from "../../src/core/graph.ts";
import { beginsCached, beginsWatched } from "../../src/engine/runNeeds.ts";

const nodeOf = (
  functions: TaskNode["options"]["functions"],
  cacheFor?: number,
) =>
  ({
    kind: "task",
    id: "t-1",
    options: { ...plainOptions, functions, cacheFor },
  }) as unknown as TaskNode;

const graphOf = (nodes: readonly TaskNode[], watched = false) =>
  ({ nodes, settings: { ...plainSettings, watched } }) as unknown as Graph;

const begin = (graph: Graph, type: RunEvent["type"] = "run-started") =>
  ({ type, at: 0, graph }) as unknown as RunEvent;

test("a run is watched if a task or the flow has a function for that, also when it goes on", () => {
  const task = nodeOf(["name", "onStateChange"]);
  expect(beginsWatched(begin(graphOf([nodeOf([]), task])))).toBe(true);
  expect(beginsWatched(begin(graphOf([], true)))).toBe(true);
  expect(beginsWatched(begin(graphOf([task]), "run-resumed"))).toBe(true);
});

test("a run without such a function is not, and what happens in it begins none", () => {
  expect(beginsWatched(begin(graphOf([nodeOf(["name"])])))).toBe(false);
  expect(beginsWatched({ type: "run-interrupted", at: 0 })).toBe(false);
});

test("results are looked for and kept in a run of which a task has cacheFor, also when it goes on", () => {
  const [plain, cached] = [nodeOf([]), nodeOf([], 0)];
  expect(beginsCached(begin(graphOf([plain, cached])))).toBe(true);
  expect(beginsCached(begin(graphOf([cached]), "run-resumed"))).toBe(true);
  expect(beginsCached(begin(graphOf([plain])))).toBe(false);
  expect(beginsCached({ type: "run-interrupted", at: 0 })).toBe(false);
});
