import { expect, test } from "vitest";
import { edgePath, headPath } from "../../src/views/graph/edgePath.ts";
import { layout, type LayoutNode } from "../../src/views/graph/layout.ts";
import { walk } from "../../src/views/graph/walk.ts";
import { timelineRows } from "../../src/views/timelineModel.ts";

const nodes: LayoutNode[] = ["a", "b", "c", "d"].map((id) => ({
  id,
  width: 100,
  height: 40,
}));
const edges = [
  { from: "a", to: "b" },
  { from: "a", to: "c" },
  { from: "b", to: "d" },
  { from: "c", to: "d" },
];

test("arrow keys follow the edges, and go sideways within a layer", () => {
  const down = layout(nodes, edges);
  const [left, right] = ["b", "c"].sort(
    (p, q) =>
      down.places.find((x) => x.id === p)!.x -
      down.places.find((x) => x.id === q)!.x,
  ) as [string, string];
  expect(["b", "c"]).toContain(walk(down, "a", "ArrowDown"));
  expect(walk(down, "d", "ArrowDown")).toBeUndefined();
  expect(walk(down, "b", "ArrowUp")).toBe("a");
  expect(walk(down, left, "ArrowRight")).toBe(right);
  expect(walk(down, right, "ArrowLeft")).toBe(left);
  expect(walk(down, right, "ArrowRight")).toBeUndefined();
});

test("arrow keys turn with the direction of the graph", () => {
  const right = layout(nodes, edges, undefined, "right");
  expect(walk(right, "b", "ArrowLeft")).toBe("a");
  expect(walk(right, "b", "ArrowRight")).toBe("d");
  expect(["b", "c"]).toContain(
    walk(right, "b", "ArrowDown") ?? walk(right, "b", "ArrowUp"),
  );
});

test("Home and End lead to the first and the last node, and so does any key from nowhere", () => {
  const down = layout(nodes, edges);
  expect(walk(down, "c", "Home")).toBe("a");
  expect(walk(down, "c", "End")).toBe("d");
  expect(walk(down, "", "ArrowDown")).toBe("a");
});

test("a line ends where its arrow head begins, also when it leads back", () => {
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 100 },
  ];
  expect(edgePath(points, "down")).toBe("M0,0C0,46.5 10,46.5 10,93");
  expect(headPath(points, "down")).toBe("M10,99.5L14,91.5L10,93.2L6,91.5Z");
  expect(headPath([...points].reverse(), "down")).toBe(
    "M0,0.5L-4,8.5L0,6.8L4,8.5Z",
  );
  expect(headPath(points, "right")).toBe("M9.5,100L1.5,96L3.2,100L1.5,104Z");
});

test("the timeline's twin lists attempts as they began, counted from the start of the run", () => {
  const rows = timelineRows({
    startedAt: 500,
    now: 5000,
    tasks: [
      {
        id: "a",
        name: "extract",
        attempts: [
          { startedAt: 1000, endedAt: 1500, state: "Failed", number: 1 },
          { startedAt: 3000, endedAt: undefined, state: "Running", number: 2 },
        ],
      },
      {
        id: "b",
        name: "load",
        attempts: [
          { startedAt: 2000, endedAt: 2500, state: "Success", number: 1 },
        ],
      },
      { id: "c", name: "report", attempts: [] },
    ],
  });
  expect(
    rows.map((row) => [
      row.name,
      row.attempt,
      row.state,
      row.start,
      row.duration,
    ]),
  ).toEqual([
    ["extract", "1", "Failed", "500 ms", "500 ms"],
    ["load", "1", "Success", "1.5 s", "500 ms"],
    ["extract", "2", "Running", "2.5 s", "2.0 s"],
  ]);
});

test("in the timeline's twin a mapped task has one row for all of its elements", () => {
  const rows = timelineRows({
    startedAt: 500,
    now: 5000,
    tasks: [
      {
        id: "m",
        name: "page",
        elements: "1 of 3, 1 failed",
        attempts: [
          { startedAt: 1500, endedAt: 2500, state: "Failed" },
          { startedAt: 1000, endedAt: 2000, state: "Success" },
        ],
      },
    ],
  });
  expect(rows).toEqual([
    {
      id: "m",
      name: "page",
      attempt: "",
      state: "1 of 3, 1 failed",
      start: "500 ms",
      duration: "1.5 s",
    },
  ]);
});

test("a map of very many elements has a row", () => {
  const attempts = Array.from({ length: 200_000 }, (_, at) => ({
    ...{ startedAt: 1000 + at, endedAt: 3000 + at, state: "Success" as const },
  }));
  const task = { id: "m", name: "page", elements: "all", attempts };
  const [row] = timelineRows({ startedAt: 0, now: 0, tasks: [task] });
  expect(row).toMatchObject({ id: "m", duration: "3 min 22 s" });
});
