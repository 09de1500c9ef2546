import { expect, test } from "vitest";
import { resultKeyOf, resultKeysOf } from "../../src/core/resume.ts";
import { expandKeys } from "../../src/core/resultKeys.ts";
import { start, step } from "../../src/core/scheduler.ts";
import { makeGraph, value } from "./makeGraph.ts";
import { startOf } from "./simulate.ts";

/** Runs of nodes 0 to 3, and of elements of the maps among them. */
function makeState() {
  const { state } = start(
    startOf(
      makeGraph({
        one: [],
        map: { map: [value([1, 2, 3])] },
        other: { map: [value([1, 2])] },
        nested: { map: [value([[1, 2]])], depth: 2 },
      }),
    ),
  );
  const expand = (task: number, count: number) => {
    const first = state.table.size;
    step(state, { type: "task-mapped", at: 0, task, count });
    return Array.from({ length: count }, (_, place) => first + place);
  };
  const map = expand(1, 3);
  const other = expand(2, 2);
  const [outer] = expand(3, 1);
  const nested = expand(outer!, 2);
  return { state, map, other, nested };
}

const runs = (numbers: readonly number[]) =>
  numbers.map((number) => ({ number }));

test("the keys of a map's elements are kept as its key and their places, in any order", () => {
  const { state, map, other } = makeState();
  const given = [map[2]!, map[0]!, other[1]!, other[0]!, map[1]!];
  const keys = resultKeysOf(state, runs(given));
  expect(keys).toHaveLength(3);
  expect(keys[0]).toEqual({
    of: resultKeyOf(state, 1),
    places: Int32Array.of(2, 0),
  });
  expect(expandKeys(keys)).toEqual(
    given.map((number) => resultKeyOf(state, number)),
  );
});

test("the keys of tasks, of elements of nested maps and of what is kept under another key are texts among them", () => {
  const { state, map, nested } = makeState();
  state.table.edit(map[1]!).resultKey = "elsewhere";
  const given = [0, ...map, ...nested];
  const keys = resultKeysOf(state, runs(given));
  expect(expandKeys(keys)).toEqual(
    given.map((number) => resultKeyOf(state, number)),
  );
  expect(keys.filter((key) => typeof key === "string")).toHaveLength(4);
  expect(keys).toContain("elsewhere");
});
