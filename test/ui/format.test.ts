import { expect, test } from "vitest";
import { formatStart } from "../../src/ui/format.ts";

test("runs that began in the same minute are told apart by their times", () => {
  const first = Date.UTC(2026, 2, 3, 14, 3, 20);
  expect(formatStart(first)).toMatch(/^3 Mar, \d\d:03:20$/);
  expect(formatStart(first + 2_000)).not.toBe(formatStart(first));
});
