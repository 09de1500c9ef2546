import { describe, expect, test } from "vitest";
import { EngineBug, FlowError } from "../../src/core/errors.ts";
import {
  ancestors,
  checkAcyclic,
  descendants,
  findCycle,
  indexGraph,
  leaves,
  refsOf,
  resolveTemplate,
} from "../../src/core/graph.ts";
import type { Graph, Template } from "../../src/core/graph.ts";
import { makeGraph, ref, value } from "./simulate.ts";

const names = (graph: Graph, numbers: Iterable<number>) =>
  [...numbers].map((number) => graph.nodes[number]!.id).sort();

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
    expect(index.upstream).toEqual([[], [0], [1], [1], [3, 2], []]);
    expect(index.downstream).toEqual([[1], [2, 3], [4], [4], [], []]);
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

  test("refuses edges that lead nowhere, and ids used twice", () => {
    expect(() =>
      indexGraph({ ...graph, edges: [{ from: "a", to: "x" }] }),
    ).toThrow(EngineBug);
    expect(() =>
      indexGraph({ ...graph, nodes: [...graph.nodes, graph.nodes[0]!] }),
    ).toThrow(EngineBug);
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

describe("a template", () => {
  const list = (...items: Template[]): Template => ({ type: "list", items });
  const object = (entries: Record<string, Template>): Template => ({
    type: "object",
    entries: Object.entries(entries),
  });

  test("is resolved at any depth", () => {
    const template = list(
      ref("a"),
      object({ x: ref("b", "rows", 1), y: value([1]) }),
      value("end"),
    );
    const values: Record<string, unknown> = {
      a: 1,
      b: { rows: ["zero", "one"] },
    };
    expect(resolveTemplate(template, (node) => values[node])).toEqual([
      1,
      { x: "one", y: [1] },
      "end",
    ]);
    expect(refsOf(template)).toEqual(["a", "b"]);
    expect(refsOf(list(ref("a"), ref("a", 0)))).toEqual(["a"]);
  });

  test("reads no more of a value than data", () => {
    const read = (given: unknown, ...path: (string | number)[]) =>
      resolveTemplate(ref("a", ...path), () => given);
    expect(read({}, "constructor")).toBeUndefined();
    expect(read({}, "__proto__")).toBeUndefined();
    expect(read([1, 2], "length")).toBe(2);
    expect(read("text", 1)).toBe("e");
    expect(read(new Map([[1, 2]]), "size")).toBe(1);
    expect(read(new Uint8Array(3), "length")).toBe(3);
    expect(read({}, "missing")).toBeUndefined();
  });

  test("may have any key", () => {
    const made = resolveTemplate(
      object({ ["__proto__"]: value(1) }),
      () => 0,
    ) as object;
    expect(Object.getOwnPropertyNames(made)).toEqual(["__proto__"]);
  });

  test.each([
    [
      {},
      ["states", 0],
      "extractLive returned no `states`: cannot read [0] of undefined.",
    ],
    [
      { states: null },
      ["states", 0],
      "extractLive returned null for `states`: cannot read [0] of null.",
    ],
    [
      undefined,
      ["states"],
      "extractLive returned undefined: cannot read states of undefined.",
    ],
    [null, ["a b"], 'extractLive returned null: cannot read ["a b"] of null.'],
    [
      { rows: [{}] },
      ["rows", 0, "at", "x"],
      "extractLive returned no `rows[0].at`: cannot read x of undefined.",
    ],
  ])(
    "that leads into what is missing in %j says so",
    (given, path, message) => {
      const resolve = () =>
        resolveTemplate(
          ref("extractLive-1", ...path),
          () => given,
          () => "extractLive",
        );
      expect(resolve).toThrow(FlowError);
      expect(resolve).toThrow(message);
    },
  );
});
