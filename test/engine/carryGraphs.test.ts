import { transferHandlers } from "comlink";
import { expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import type { Graph } from "../../src/core/graph.ts";
import { carryGraphs } from "../../src/engine/carryGraphs.ts";
import { makeGraph } from "../core/makeGraph.ts";
import { startOf } from "../core/simulate.ts";

carryGraphs();
const handler = transferHandlers.get("graphs")!;

/** What arrives in another worker, and whether it went there as it is. */
function carry<T>(value: T): { arrived: T; isPlain: boolean } {
  if (!handler.canHandle(value))
    return { arrived: structuredClone(value), isPlain: true };
  const [sent] = handler.serialize(value);
  const arrived = handler.deserialize(structuredClone(sent)) as T;
  return { arrived, isPlain: false };
}

const wide = (nodes: number): Graph =>
  makeGraph(
    Object.fromEntries(
      Array.from({ length: nodes }, (_, at) => [`inc-${at}`, []]),
    ),
  );

const begin = (graph: Graph): RunEvent => ({ ...startOf(graph), run: "r" });
const committed: RunEvent = {
  type: "attempt-committed",
  at: 1,
  task: 0,
  attempt: 1,
  size: 8,
};

test("what is asked of an engine, and events alone or in a commit, arrive as they are, with a large graph in columns", () => {
  const graph = wide(150);
  const events = [begin(graph), committed];
  for (const value of [
    { run: "r", graph, keys: {}, parameters: { n: 1 } },
    events,
    { run: "r", keys: ["k"], values: [1], events, firstEvent: 0 },
    { run: "r", graph, events, kept: [] },
  ]) {
    const { arrived, isPlain } = carry(value);
    expect(isPlain).toBe(false);
    expect(arrived).toStrictEqual(structuredClone(value));
  }
});

test("a graph that is there twice is one on the other side, too", () => {
  const graph = wide(150);
  const { arrived } = carry({ graph, events: [begin(graph)] });
  expect((arrived.events[0] as { graph?: Graph }).graph).toBe(arrived.graph);
});

test("what stands beside a large graph arrives as it is, whatever it is", () => {
  const value = [
    begin(wide(150)),
    ...[null, "text", 1, { graph: null }, { graph: {} }, { graph: "text" }],
  ];
  const { arrived } = carry(value as never);
  expect(arrived).toStrictEqual(structuredClone(value));
});

test("small graphs and whatever else goes from worker to worker are left alone", () => {
  const graph = { nodes: Array.from({ length: 200 }, (_, at) => at) };
  for (const value of [
    { graph: wide(10) },
    [committed],
    { graph },
    [{ graph }],
    [null, "text", 1],
    null,
    undefined,
    "text",
  ])
    expect(carry(value)).toStrictEqual({ arrived: value, isPlain: true });
});
