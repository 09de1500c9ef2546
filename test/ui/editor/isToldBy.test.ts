import { expect, test } from "vitest";
import { isToldBy } from "../../../src/ui/editor/isToldBy.ts";

test("what types complain of is said once at a place, and a circle once in a cell", () => {
  const circle = { code: "cell-cycle", from: 10, to: 11 } as const;
  const type = { code: "cell-cycle", from: 6, to: 7 } as const;
  const other = { code: "type-mismatch", from: 6, to: 7 } as const;
  expect(isToldBy([circle], type)).toBe(true);
  expect(isToldBy([], type)).toBe(false);
  expect(isToldBy([circle], other)).toBe(false);
  expect(isToldBy([{ ...circle, from: 7 }], other)).toBe(true);
});
