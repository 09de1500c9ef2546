import { expect, test } from "vitest";
import type { Children } from "../../src/core/run.ts";
import { stateNumbers, type State } from "../../src/core/state.ts";
import {
  countElements,
  elementFilters,
  elementsModel,
  filterElements,
  mostCells,
} from "../../src/pictures/elements.ts";

function childrenIn(states: readonly State[]): Children {
  const counts: Partial<Record<State, number>> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return {
    shape: states.length,
    count: states.length,
    counts,
    stateOf: (index) => states[index]!,
    statesIn: (from, to) =>
      states
        .slice(from, to)
        .reduce((found, state) => found | (1 << stateNumbers[state]), 0),
    run: () => {
      throw new Error("nobody asked for an element");
    },
    pathOf: (index) => [index],
    resultRuns: () => new Set(),
    ties: () => undefined,
    isMarked: () => false,
  };
}

test("few elements have a cell each, many share cells in their order", () => {
  expect(elementsModel(childrenIn(["Success", "Running"])).cells).toEqual([
    "Success",
    "Running",
  ]);
  const many = new Array<State>(10_000).fill("Success");
  many[9_999] = "Failed";
  const { cells } = elementsModel(childrenIn(many));
  expect(cells).toHaveLength(mostCells);
  expect(cells.indexOf("Failed")).toBe(mostCells - 1);
  expect(cells.filter((state) => state === "Success")).toHaveLength(
    mostCells - 1,
  );
});

test("every element counts for one cell, whatever their number", () => {
  for (const count of [1, 39, 40, 41, 79, 1001]) {
    const states = new Array<State>(count).fill("Success");
    for (const at of [0, count - 1]) states[at] = "Failed";
    const { cells } = elementsModel(childrenIn(states));
    expect(cells).toHaveLength(Math.min(count, mostCells));
    expect([cells[0], cells.at(-1)]).toEqual(["Failed", "Failed"]);
  }
});

test("a cell is done only when all that it stands for is, and a failure shows through", () => {
  const part = (state: State): State[] =>
    new Array<State>(mostCells).fill("Success").concat(state);
  const last = (state: State) =>
    elementsModel(childrenIn(part(state))).cells.at(-1);
  expect(last("Success")).toBe("Success");
  expect(last("Pending")).toBe("Pending");
  expect(last("Running")).toBe("Running");
  expect(last("Paused")).toBe("Paused");
  expect(last("Failed")).toBe("Failed");
});

test("the same elements are summed up once", () => {
  const children = childrenIn(["Success"]);
  expect(elementsModel(children)).toBe(elementsModel(children));
});

test("only filters under which there is something are on offer", () => {
  const children = childrenIn([
    "Success",
    "Cached",
    "TimedOut",
    "Paused",
    "Skipped",
    "Retrying",
  ]);
  expect(
    elementFilters(children).map(({ filter, count }) => [filter, count]),
  ).toEqual([
    ["all", 6],
    ["waiting", 1],
    ["failed", 1],
    ["going", 1],
    ["skipped", 1],
    ["done", 2],
  ]);
  expect(filterElements(children, "done")).toEqual([0, 1]);
  expect(filterElements(children, "all")).toBeUndefined();
  expect(countElements(children, (state) => state === "Paused")).toBe(1);
});
