import { expect, test } from "vitest";
import { TaskMap } from "../../src/engine/taskMap.ts";

test("a map of task runs tells an undefined value from none", () => {
  const map = new TaskMap<number | undefined>();
  map.set(3, undefined);
  map.set(1, 10);
  expect([0, 1, 3, 4].map((number) => map.has(number))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(map.get(1)).toBe(10);
  expect(map.get(2)).toBeUndefined();
  expect(map.get(9)).toBeUndefined();
});

test("a map of task runs gives its values in the order of their numbers, without those deleted", () => {
  const map = new TaskMap<string>();
  for (const number of [4, 0, 2]) map.set(number, `of ${number}`);
  map.delete(2);
  map.delete(7);
  expect(map.values()).toEqual(["of 0", "of 4"]);
  map.clear();
  expect(map.values()).toEqual([]);
  expect(map.has(4)).toBe(false);
});
