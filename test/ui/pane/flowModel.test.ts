import { expect, test } from "vitest";
import type { Graph } from "../../../src/core/graph.ts";
import type { RunState, TaskRun } from "../../../src/core/run.ts";
import {
  createModeller,
  type FlowSituation,
} from "../../../src/ui/pane/flowModel.ts";

const task = (id: string) => ({
  kind: "task" as const,
  id,
  task: id,
  name: id,
  mapped: false,
  options: {
    retries: 2,
    retryDelays: [],
    timeout: undefined,
    trigger: { type: "allSuccessful" as const },
    tags: [],
  },
  args: [],
  waitFor: [],
});

const graph: Graph = {
  flow: "F",
  nodes: [
    {
      kind: "parameter",
      id: "airport",
      name: "airport",
      parameter: {
        name: "airport",
        type: "string",
        required: false,
        default: "IAD",
      },
    },
    task("a"),
    task("b"),
  ],
  edges: [{ from: "a", to: "b", input: "x" }],
  result: { type: "value", value: undefined },
};

const run = (states: Record<string, TaskRun["state"]>): RunState =>
  ({
    run: "r1",
    graph,
    parameters: { airport: "JFK" },
    tasks: new Map(
      Object.entries(states).map(([id, state]) => [id, { state, attempt: 1 }]),
    ),
  }) as unknown as RunState;

const situation = (part: Partial<FlowSituation> = {}): FlowSituation => ({
  graph,
  run: undefined,
  isLatest: true,
  parameters: {},
  progress: {},
  resumption: undefined,
  selected: undefined,
  ...part,
});

test("a flow that never ran is all pending, with its defaults", () => {
  const { nodes } = createModeller()(situation());
  expect(nodes.map(({ state }) => state)).toEqual([
    "Pending",
    "Pending",
    "Pending",
  ]);
  expect(nodes[0]?.value).toBe("IAD");
  expect(nodes[1]?.attempts).toBe(3);
});

test("the newest text is drawn with the states of the newest run and the values of the form", () => {
  const { nodes } = createModeller()(
    situation({
      graph: { ...graph, nodes: [...graph.nodes, task("new")] },
      run: run({ a: "Success", b: "Failed" }),
      parameters: { airport: "SFO" },
    }),
  );
  expect(nodes.map(({ id, state }) => `${id} ${state}`).slice(1)).toEqual([
    "a Success",
    "b Failed",
    "new Pending",
  ]);
  expect(nodes[0]?.value).toBe("SFO");
});

test("an older run is drawn as it was", () => {
  const { nodes } = createModeller()(
    situation({
      graph: { ...graph, nodes: [] },
      run: run({ a: "Success", b: "Success" }),
      isLatest: false,
    }),
  );
  expect(nodes).toHaveLength(3);
  expect(nodes[0]?.value).toBe("JFK");
});

test("a result that a resumption would make again is stale, and says why", () => {
  const { nodes } = createModeller()(
    situation({
      run: run({ a: "Success", b: "Failed" }),
      resumption: [
        { id: "a", name: "a", action: "run", why: "runs: its code changed" },
        { id: "b", name: "b", action: "run", why: "runs: failed before" },
      ],
    }),
  );
  expect(nodes[1]?.stale).toBe("its code changed");
  expect(nodes[2]?.stale).toBeUndefined();
});

test("nodes that did not change are the same objects as before", () => {
  const make = createModeller();
  const before = make(situation({ run: run({ a: "Success", b: "Running" }) }));
  const after = make(situation({ run: run({ a: "Success", b: "Success" }) }));
  expect(after.nodes[1]).toBe(before.nodes[1]);
  expect(after.nodes[2]).not.toBe(before.nodes[2]);
});
