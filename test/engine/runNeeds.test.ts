import { expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import { plainOptions, plainSettings } from "../../src/core/graph.ts";
import type { Graph, TaskNode } from "../../src/core/graph.ts";
import { fetchNeeds } from "../../src/engine/runNeeds.ts";

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

const isWatched = async (event: RunEvent) =>
  (await fetchNeeds([event])).Watchers !== undefined;
const isCached = async (event: RunEvent) =>
  (await fetchNeeds([event])).ResultReuse !== undefined;

test("a run is watched if a task or the flow has a function for that, also when it goes on", async () => {
  const task = nodeOf(["name", "onStateChange"]);
  expect(await isWatched(begin(graphOf([nodeOf([]), task])))).toBe(true);
  expect(await isWatched(begin(graphOf([], true)))).toBe(true);
  expect(await isWatched(begin(graphOf([task]), "run-resumed"))).toBe(true);
});

test("a run without such a function is not, and what happens in it begins none", async () => {
  expect(await isWatched(begin(graphOf([nodeOf(["name"])])))).toBe(false);
  expect(await isWatched({ type: "run-interrupted", at: 0 })).toBe(false);
});

test("results are looked for and kept in a run of which a task has cacheFor, also when it goes on", async () => {
  const [plain, cached] = [nodeOf([]), nodeOf([], 0)];
  expect(await isCached(begin(graphOf([plain, cached])))).toBe(true);
  expect(await isCached(begin(graphOf([cached]), "run-resumed"))).toBe(true);
  expect(await isCached(begin(graphOf([plain])))).toBe(false);
  expect(await isCached({ type: "run-interrupted", at: 0 })).toBe(false);
});
