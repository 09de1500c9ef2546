import { expect, test } from "vitest";
import { layout, type LayoutEdge } from "../../src/views/graph/layout.ts";
import {
  layoutNested,
  type NestedLayout,
  type NestedNode,
} from "../../src/views/graph/nestedLayout.ts";
import { layoutPacked } from "../../src/views/graph/packedLayout.ts";
import { walk } from "../../src/views/graph/walk.ts";

const node = (id: string, inside?: string): NestedNode => ({
  id,
  width: 200,
  height: 50,
  inside,
});

/** before → flow { a → b, c } → after, and beside it a node that is in no frame. */
const nodes = [
  node("before"),
  node("flow"),
  node("a", "flow"),
  node("b", "flow"),
  node("c", "flow"),
  node("after"),
  node("beside"),
];
const edges: LayoutEdge[] = [
  { from: "before", to: "a" },
  { from: "before", to: "c" },
  { from: "a", to: "b" },
  { from: "b", to: "flow" },
  { from: "c", to: "flow" },
  { from: "flow", to: "after" },
  { from: "before", to: "beside" },
  { from: "beside", to: "after" },
];

function place(result: NestedLayout, id: string) {
  return result.places.find((other) => other.id === id)!;
}

function boxOf(result: NestedLayout, id: string) {
  const { x, y, frame } = place(result, id);
  const { width, height } = frame ?? { width: 200, height: 50 };
  return {
    left: x - width / 2,
    right: x + width / 2,
    top: y - height / 2,
    bottom: y + height / 2,
  };
}

test("a graph without frames is laid out as ever", () => {
  const flat = nodes.filter(({ inside }) => inside === undefined);
  const plain = layout(flat, edges);
  const nested = layoutNested(flat, edges);
  expect(nested.places.map(({ id, x, y }) => ({ id, x, y }))).toEqual(
    plain.places.map(({ id, x, y }) => ({ id, x, y })),
  );
  expect(nested.box).toEqual(plain.box);
});

test("a frame holds its own nodes, below its head, and nothing else", () => {
  const result = layoutNested(nodes, edges);
  const frame = boxOf(result, "flow");
  for (const id of ["a", "b", "c"]) {
    const box = boxOf(result, id);
    expect(box.left).toBeGreaterThanOrEqual(frame.left);
    expect(box.right).toBeLessThanOrEqual(frame.right);
    expect(box.top).toBeGreaterThanOrEqual(frame.top + 50);
    expect(box.bottom).toBeLessThanOrEqual(frame.bottom);
  }
  for (const id of ["before", "after", "beside"]) {
    const box = boxOf(result, id);
    const isApart =
      box.right <= frame.left ||
      box.left >= frame.right ||
      box.bottom <= frame.top ||
      box.top >= frame.bottom;
    expect(isApart).toBe(true);
  }
});

test("an edge into a frame leads to the frame, and from its head to the node", () => {
  const { routes } = layoutNested(nodes, edges);
  const carrying = (edge: LayoutEdge) =>
    routes
      .filter(({ carries }) => carries.includes(edge))
      .map(({ from, to }) => `${from} ${to}`)
      .sort();
  expect(carrying(edges[0]!)).toEqual(["before flow", "flow a"]);
  expect(carrying(edges[3]!)).toEqual(["b flow"]);
  expect(carrying(edges[5]!)).toEqual(["flow after"]);
  for (const edge of edges) expect(carrying(edge)).not.toEqual([]);
});

test("routes begin at the head and end at the foot of their frame", () => {
  const result = layoutNested(nodes, edges);
  const frame = boxOf(result, "flow");
  const route = (from: string, to: string) =>
    result.routes.find((one) => one.from === from && one.to === to)!.points;
  expect(route("flow", "a")[0]!.y).toBe(frame.top + 50);
  expect(route("b", "flow").at(-1)!.y).toBe(frame.bottom);
  expect(route("flow", "after")[0]!.y).toBe(frame.bottom);
  expect(route("flow", "after")[0]!.x).toBe(route("b", "flow").at(-1)!.x);
});

test("frames may be in frames", () => {
  const deep = [
    node("outer"),
    node("inner", "outer"),
    node("x", "inner"),
    node("y"),
  ];
  const result = layoutNested(deep, [
    { from: "y", to: "x" },
    { from: "x", to: "inner" },
    { from: "inner", to: "outer" },
  ]);
  const [outer, inner, x] = ["outer", "inner", "x"].map((id) =>
    boxOf(result, id),
  );
  expect(inner!.top).toBeGreaterThan(outer!.top);
  expect(inner!.bottom).toBeLessThanOrEqual(outer!.bottom);
  expect(x!.bottom).toBeLessThanOrEqual(inner!.bottom);
  expect(result.routes.map(({ from, to }) => `${from} ${to}`).sort()).toEqual([
    "inner outer",
    "inner x",
    "outer inner",
    "x inner",
    "y outer",
  ]);
});

test("what is around a frame keeps its order when it is opened", () => {
  const closed = layoutNested(
    nodes.filter(({ inside }) => inside === undefined),
    [
      { from: "before", to: "flow" },
      { from: "before", to: "beside" },
      { from: "flow", to: "after" },
      { from: "beside", to: "after" },
    ],
  );
  const open = layoutNested(nodes, edges, closed);
  const side = (result: NestedLayout) =>
    Math.sign(place(result, "flow").x - place(result, "beside").x);
  expect(side(open)).toBe(side(closed));
});

test("arrow keys lead into a frame and out of it", () => {
  const result = layoutNested(nodes, edges);
  expect(walk(result, "before", "Home")).toBe("before");
  expect(["a", "c"]).toContain(walk(result, "flow", "ArrowDown"));
  expect(walk(result, "a", "ArrowDown")).toBe("b");
  expect(walk(result, "b", "ArrowDown")).toBe("after");
  expect(walk(result, "a", "ArrowUp")).toBe("flow");
  expect(walk(result, "flow", "ArrowUp")).toBe("before");
  expect(
    walk(result, "b", "ArrowRight") ?? walk(result, "b", "ArrowLeft"),
  ).toBe(undefined);
});

test("pieces without a connection are put on shelves when a row of them would be long", () => {
  const loose = Array.from({ length: 12 }, (_, at) => node(`n${at}`));
  const packed = layoutPacked(loose, [], undefined, "down");
  expect(new Set(packed.places.map(({ y }) => y)).size).toBeGreaterThan(1);
  expect(packed.box.width).toBeLessThan(1000);
  expect(packed.box.height).toBeLessThan(packed.box.width * 2);
  const boxes = packed.places.map(({ x, y }) => `${x} ${y}`);
  expect(new Set(boxes).size).toBe(12);
  const few = layoutPacked(loose.slice(0, 3), [], undefined, "down");
  expect(new Set(few.places.map(({ y }) => y)).size).toBe(1);
});
