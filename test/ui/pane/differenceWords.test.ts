import { expect, test } from "vitest";
import { differenceWords } from "../../../src/ui/pane/differenceWords.ts";

test("a difference of durations is said with its sign, and as a multiple where it is large", () => {
  expect(differenceWords(1_000, 2_200)).toBe("+1.2 s");
  expect(differenceWords(800, 460)).toBe("−340 ms");
  expect(differenceWords(5, 5)).toBe("");
  expect(differenceWords(100, 1_240)).toBe("×12");
  expect(differenceWords(0, 30)).toBe("+30 ms");
});
