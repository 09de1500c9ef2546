import { describe, expect, test } from "vitest";
import { EngineBug, FlowError } from "../../src/core/errors.ts";
import {
  ancestors,
  checkAcyclic,
  descendants,
  findCycle,
  indexGraph,
  leaves,
} from "../../src/core/graphIndex.ts";
import type { Graph } from "../../src/core/graph.ts";
import type { Neighbours } from "../../src/core/neighbours.ts";
import { flatten, makeGraph, refEach, value } from "./makeGraph.ts";

const names = (graph: Graph, numbers: Iterable<number>) =>
  [...numbers].map((number) => graph.nodes[number]!.id).sort();

const listsOf = (neighbours: Neighbours) =>
  Array.from({ length: neighbours.size }, (_, node) => neighbours.of(node));

describe("an index", () => {
  //   p -> a -> c -> d      e
  //         `-> b --^
  const graph = makeGraph({
    p: "param",
    a: ["p"],
    b: ["a"],
    c: ["a", "a"],
    d: ["c", "b"],
    e: [],
  });
  const index = indexGraph(graph);

  test("lists each neighbour once", () => {
    expect(listsOf(index.upstream)).toEqual([[], [0], [1], [1], [3, 2], []]);
    expect(listsOf(index.downstream)).toEqual([[1], [2, 3], [4], [4], [], []]);
    expect(index.numberOf.get("d")).toBe(4);
  });

  test("finds all upstream and all downstream", () => {
    expect(names(graph, ancestors(index, [3]))).toEqual(["a", "p"]);
    expect(names(graph, descendants(index, [1]))).toEqual(["b", "c", "d"]);
    expect(names(graph, descendants(index, [4, 5]))).toEqual([]);
  });

  test("finds the tasks that no included task needs", () => {
    expect(names(graph, leaves(index))).toEqual(["d", "e"]);
    expect(
      names(
        graph,
        leaves(index, (number) => number < 4),
      ),
    ).toEqual(["b", "c"]);
    expect(leaves(indexGraph(makeGraph({ p: "param" })))).toEqual([]);
  });

  test("refuses refs that lead nowhere, and ids used twice", () => {
    expect(() => indexGraph(makeGraph({ a: ["x"] }))).toThrow(EngineBug);
    expect(() => indexGraph(makeGraph({ a: { waitFor: ["x"] } }))).toThrow(
      EngineBug,
    );
    expect(() =>
      indexGraph({ ...graph, nodes: [...graph.nodes, graph.nodes[0]!] }),
    ).toThrow(EngineBug);
  });
});

describe("an index of maps", () => {
  const dependencies = (graph: Graph, id: string) => {
    const index = indexGraph(graph);
    const number = index.numberOf.get(id)!;
    const names = (list: readonly number[]) =>
      list.map((other) => graph.nodes[other]!.id);
    return {
      whole: names(index.needs.of(number)),
      inside: (index.mapNeeds[number] ?? []).map(
        ({ from, level, until, isSource }) =>
          `${graph.nodes[from]!.id} ${level} ${until}${isSource ? " source" : ""}`,
      ),
    };
  };

  test("has a list's task as a whole, and another map element by element", () => {
    const graph = makeGraph({
      list: [],
      one: { map: ["list"] },
      two: { map: ["one"], needs: ["list"] },
      sum: ["two"],
    });
    expect(dependencies(graph, "one")).toEqual({ whole: ["list"], inside: [] });
    expect(dependencies(graph, "two")).toEqual({
      whole: ["list"],
      inside: ["one 0 expanded source", "one 1 final"],
    });
    expect(dependencies(graph, "sum")).toEqual({ whole: ["two"], inside: [] });
    expect(listsOf(indexGraph(graph).upstream)).toEqual([[], [0], [1, 0], [2]]);
  });

  test("has each level of a nested map", () => {
    const graph = makeGraph({
      one: { map: [value([[1]])], depth: 2 },
      two: { map: ["one"], depth: 2 },
      rows: { map: ["one"] },
    });
    expect(dependencies(graph, "one")).toEqual({ whole: [], inside: [] });
    expect(dependencies(graph, "two").inside).toEqual([
      "one 0 expanded source",
      "one 1 expanded source",
      "one 2 final",
    ]);
    expect(dependencies(graph, "rows").inside).toEqual([
      "one 0 expanded source",
      "one 1 final",
    ]);
  });

  test("has a flattened map as a whole", () => {
    const graph = makeGraph({
      one: { map: [value([1])] },
      all: { map: [flatten("one")] },
    });
    expect(dependencies(graph, "all")).toEqual({ whole: ["one"], inside: [] });
  });

  test("refuses to follow a node deeper than the node that follows is mapped", () => {
    const graph = makeGraph({
      one: { map: [value([1])] },
      two: { args: [refEach("one")] },
    });
    expect(() => indexGraph(graph)).toThrow(EngineBug);
  });
});

describe("a circle", () => {
  test("is found among other tasks, and named in the order of its edges", () => {
    const graph = makeGraph({
      start: [],
      a: ["start", "c"],
      b: ["a"],
      c: ["b"],
      after: ["c"],
    });
    const cycle = findCycle(graph)!;
    expect([...cycle].sort()).toEqual(["a", "b", "c"]);
    const at = cycle.indexOf("a");
    expect(cycle[(at + 1) % 3]).toBe("b");
    expect(() => checkAcyclic(graph)).toThrow(FlowError);
    expect(() => checkAcyclic(graph)).toThrow(/[abc] → [abc] → [abc] → [abc]/);
  });

  test("may be one task alone", () => {
    expect(findCycle(makeGraph({ a: ["a"] }))).toEqual(["a"]);
  });

  test("is none where several paths meet", () => {
    expect(
      findCycle(makeGraph({ a: [], b: ["a"], c: ["a"], d: ["b", "c"] })),
    ).toBeUndefined();
  });
});
