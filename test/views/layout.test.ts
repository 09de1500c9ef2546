import fc from "fast-check";
import { expect, test } from "vitest";
import {
  layout,
  type Layout,
  type LayoutEdge,
  type LayoutNode,
} from "../../src/views/graph/layout.ts";
import { randomGraph } from "./randomGraph.ts";

function nodesNamed(...ids: string[]): LayoutNode[] {
  return ids.map((id) => ({ id, width: 200, height: 50 }));
}

function place(result: Layout, id: string) {
  return result.places.find((p) => p.id === id)!;
}

test("an arrow leads to a lower layer, or to the right if asked", () => {
  const nodes = nodesNamed("a", "b");
  const edges = [{ from: "a", to: "b" }];
  const down = layout(nodes, edges);
  expect(place(down, "b").y).toBeGreaterThan(place(down, "a").y);
  expect(place(down, "b").x).toBe(place(down, "a").x);
  const right = layout(nodes, edges, undefined, "right");
  expect(place(right, "b").x).toBeGreaterThan(place(right, "a").x);
  expect(place(right, "b").y).toBe(place(right, "a").y);
});

test("a parent stands in the middle above its children", () => {
  const result = layout(nodesNamed("a", "b", "c"), [
    { from: "a", to: "b" },
    { from: "a", to: "c" },
  ]);
  expect(place(result, "a").x).toBeCloseTo(
    (place(result, "b").x + place(result, "c").x) / 2,
  );
});

test("a source stands right above the first node that needs it", () => {
  const result = layout(nodesNamed("a", "b", "late", "c"), [
    { from: "a", to: "b" },
    { from: "b", to: "c" },
    { from: "late", to: "c" },
  ]);
  expect(place(result, "late").layer).toBe(1);
});

test("a long edge has two points for each layer that it passes, and runs straight between them", () => {
  const result = layout(nodesNamed("a", "b", "c"), [
    { from: "a", to: "b" },
    { from: "b", to: "c" },
    { from: "a", to: "c" },
  ]);
  const long = result.routes.find((r) => r.from === "a" && r.to === "c")!;
  expect(long.points).toHaveLength(4);
  expect(long.points[1]!.x).toBe(long.points[2]!.x);
  expect(Math.abs(long.points[1]!.x - place(result, "b").x)).toBeGreaterThan(
    100,
  );
});

test("several edges between two nodes are one route, and edges to nowhere or to oneself are none", () => {
  const result = layout(nodesNamed("a", "b"), [
    { from: "a", to: "b" },
    { from: "a", to: "b" },
    { from: "a", to: "a" },
    { from: "a", to: "gone" },
  ]);
  expect(result.routes.map((r) => [r.from, r.to])).toEqual([["a", "b"]]);
});

test("a cycle is drawn, with one arrow leading back", () => {
  const result = layout(nodesNamed("a", "b", "c"), [
    { from: "a", to: "b" },
    { from: "b", to: "c" },
    { from: "c", to: "a" },
  ]);
  expect(result.routes).toHaveLength(3);
  const back = result.routes.find((r) => r.from === "c")!;
  expect(back.to).toBe("a");
  expect(back.points[0]!.y).toBeGreaterThan(
    back.points[back.points.length - 1]!.y,
  );
});

test("the box holds the arrows that go around the nodes", () => {
  const narrow = nodesNamed("a", "b", "c", "d");
  const { box, routes } = layout(
    narrow.map((node) => ({ ...node, width: 100 })),
    [
      { from: "a", to: "b" },
      { from: "a", to: "c" },
      { from: "c", to: "d" },
      { from: "b", to: "d" },
      { from: "a", to: "d" },
    ],
  );
  const across = routes.flatMap(({ points }) => points).map(({ x }) => x);
  expect(Math.min(...across)).toBeGreaterThanOrEqual(box.x);
  expect(Math.max(...across)).toBeLessThanOrEqual(box.x + box.width);
});

test("an empty graph has an empty box", () => {
  expect(layout([], []).box).toEqual({ x: 0, y: 0, width: 0, height: 0 });
});

const anyGraph = fc.integer({ min: 1, max: 14 }).chain((count) =>
  fc.record({
    nodes: fc
      .array(
        fc.record({
          width: fc.integer({ min: 40, max: 240 }),
          height: fc.integer({ min: 20, max: 60 }),
        }),
        {
          minLength: count,
          maxLength: count,
        },
      )
      .map((sizes) => sizes.map((size, i) => ({ id: `n${i}`, ...size }))),
    edges: fc.array(
      fc
        .record({ from: fc.nat(count - 1), to: fc.nat(count - 1) })
        .map((edge): LayoutEdge => ({
          from: `n${edge.from}`,
          to: `n${edge.to}`,
        })),
      { maxLength: 30 },
    ),
  }),
);

test("no two nodes overlap, whatever the edges, from nothing or from a layout before", () => {
  fc.assert(
    fc.property(
      anyGraph,
      anyGraph,
      fc.constantFrom("down" as const, "right" as const),
      (first, second, direction) => {
        const before = layout(first.nodes, first.edges, undefined, direction);
        for (const [graph, result] of [
          [first, before],
          [second, layout(second.nodes, second.edges, before, direction)],
        ] as const) {
          for (let i = 0; i < graph.nodes.length; i += 1)
            for (let j = 0; j < i; j += 1) {
              const [a, b] = [graph.nodes[i]!, graph.nodes[j]!];
              const [p, q] = [result.places[i]!, result.places[j]!];
              const apart =
                Math.abs(p.x - q.x) >= (a.width + b.width) / 2 ||
                Math.abs(p.y - q.y) >= (a.height + b.height) / 2;
              expect(apart).toBe(true);
            }
          for (const route of result.routes)
            for (const point of route.points)
              expect(Number.isFinite(point.x + point.y)).toBe(true);
        }
      },
    ),
  );
});

test("the same graph is laid out the same way, and laying it out again moves nothing", () => {
  fc.assert(
    fc.property(anyGraph, ({ nodes, edges }) => {
      const once = layout(nodes, edges);
      expect(layout(nodes, edges)).toEqual(once);
    }),
  );
  const { nodes, edges } = randomGraph(60, 3);
  const once = layout(nodes, edges);
  const again = layout(nodes, edges, once);
  const moved = again.places.filter(
    (p, i) => Math.abs(p.x - once.places[i]!.x) > 1,
  );
  expect(moved.length).toBeLessThan(6);
});

test("a new leaf leaves nearly all other nodes where they were", () => {
  for (const count of [30, 100, 300]) {
    const { nodes, edges } = randomGraph(count, 7);
    const before = layout(nodes, edges);
    const after = layout(
      [...nodes, { id: "leaf", width: 204, height: 50 }],
      [...edges, { from: `n${Math.floor(count / 2)}`, to: "leaf" }],
      before,
    );
    const moved = before.places.filter(
      (p) => Math.abs(place(after, p.id).x - p.x) > 20,
    );
    expect(moved.length / count).toBeLessThan(0.25);
  }
});

test("a thousand nodes are laid out while one looks", () => {
  const { nodes, edges } = randomGraph(1000, 1);
  layout(nodes, edges);
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    layout(nodes, edges);
    return performance.now() - start;
  });
  // Far above what it takes, as the machine may be busy.
  expect(Math.min(...times)).toBeLessThan(600);
});
