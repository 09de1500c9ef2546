import fc from "fast-check";
import { expect, test } from "vitest";
import { packGraph, unpackGraph } from "../../src/core/packedGraph.ts";
import type { Graph, TaskNode } from "../../src/core/graph.ts";
import { makeGraph, value } from "./makeGraph.ts";
import { flows } from "./randomFlow.ts";

const carry = (graph: Graph) => unpackGraph(structuredClone(packGraph(graph)!));

test("a graph that was packed and copied is the same", () => {
  fc.assert(
    fc.property(flows, (graph) => {
      expect(carry(graph)).toStrictEqual(structuredClone(graph));
    }),
    { numRuns: 200 },
  );
});

test("constants keep their kinds, and none is taken for another", () => {
  const constants = [
    undefined,
    null,
    NaN,
    -0,
    "each",
    [],
    { type: "ref" },
    10n,
  ];
  const args = constants.map((one) => value(one));
  const graph = makeGraph({ one: { args }, two: { args: [] }, p: "param" });
  expect(carry(graph)).toStrictEqual(structuredClone(graph));
});

test("what calls of one task have in common is there once, and a graph is packed once", () => {
  const specs = Array.from(
    { length: 50 },
    (_, at) => [`inc-${at}`, { task: "inc", name: "inc" }] as const,
  );
  const made = makeGraph(Object.fromEntries(specs));
  const { options } = made.nodes[0] as TaskNode;
  const none: never[] = [];
  const shared = { options, over: none, waitFor: none, within: none };
  const graph: Graph = {
    ...made,
    nodes: made.nodes.map((node) => ({ ...(node as TaskNode), ...shared })),
  };
  const pack = packGraph(graph)!;
  expect(pack.kinds).toHaveLength(1);
  const unpacked = unpackGraph(pack);
  expect(unpacked).toStrictEqual(graph);
  expect(packGraph(unpacked)).toBe(pack);
});

test("a graph with an edge to what is not there is not packed", () => {
  const graph = makeGraph({ one: [] });
  const edges = [{ from: "one", to: "two" }];
  expect(packGraph({ ...graph, edges })).toBeUndefined();
});
