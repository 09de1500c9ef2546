import { expect, test } from "vitest";
import { valueTable } from "../../../src/ui/output/valueTable.ts";

test("a list of records is a table with all their names as columns", () => {
  const rows = [{ a: 1 }, { b: { c: 2 } }];
  expect(valueTable(rows)).toEqual({ columns: ["a", "b"], rows });
});

test("anything else is none", () => {
  for (const value of [[], [1], [{ a: 1 }, null], [[1]], [{}], { a: 1 }, "x"])
    expect(valueTable(value)).toBeUndefined();
});
