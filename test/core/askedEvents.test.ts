import { expect, test } from "vitest";
import { leaveOutAsked, putBackAsked } from "../../src/core/askedEvents.ts";
import type { RunEvent } from "../../src/core/events.ts";
import { plainSettings, type Graph } from "../../src/core/graph.ts";

const graph: Graph = {
  flow: "F",
  nodes: [],
  edges: [],
  result: { type: "value", value: 1 },
  settings: plainSettings,
};
const keys = { "t-1": "key" };
const started: RunEvent = {
  type: "run-started",
  at: 1,
  run: "r",
  graph,
  keys,
  parameters: { a: 1 },
  reused: [],
  excluded: [],
};
const resumed: RunEvent = {
  type: "run-resumed",
  at: 2,
  graph,
  keys,
  parameters: {},
  kept: [],
};
const interrupted: RunEvent = { type: "run-interrupted", at: 3 };

test.each([[started], [resumed]])(
  "what begins a run arrives whole, though its graph and keys are not sent: $type",
  (begin) => {
    const sent = leaveOutAsked([begin, interrupted]);
    expect(sent[0]).not.toHaveProperty("graph");
    expect(sent[0]).not.toHaveProperty("keys");
    const whole = putBackAsked(structuredClone(sent), { graph, keys });
    expect(whole).toEqual([begin, interrupted]);
    // The graph is the one that the plan was made of, and so is what was worked out of it.
    expect((whole[0] as typeof started).graph).toBe(graph);
  },
);

test("what happens in a run is sent as it is", () => {
  const events = [interrupted];
  expect(leaveOutAsked(events)).toBe(events);
  expect(putBackAsked(events, { graph, keys })).toBe(events);
  expect(leaveOutAsked([])).toEqual([]);
});
