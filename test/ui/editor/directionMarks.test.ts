import { expect, test, vi } from "vitest";
import {
  hasDirectionMarks,
  splitDirectionMarks,
} from "../../../src/ui/editor/directionMarks.ts";

test("every mark of writing direction is told from what stands between, and nothing else is", () => {
  const marks = [
    ...["\u061c", "\u200e", "\u200f"],
    ...["\u202a", "\u202b", "\u202c", "\u202d", "\u202e"],
    ...["\u2066", "\u2067", "\u2068", "\u2069"],
  ];
  const parts = splitDirectionMarks(marks.map((mark) => `a${mark}`).join(""));
  expect(parts.filter((_, at) => at % 2 === 1)).toEqual(marks);
  expect(parts.join("")).toBe(marks.map((mark) => `a${mark}`).join(""));
  expect(splitDirectionMarks("let a = 'שלום'\t\u200b")).toHaveLength(1);
});

test("whether a text has marks is told each time it is asked", () => {
  const asked = ["a\u202eb", "a\u202eb", "ab", "\u2066"];
  expect(asked.map(hasDirectionMarks)).toEqual([true, true, false, true]);
});

test("no pattern is made for each of the many parts of a text", () => {
  const made = vi.fn();
  vi.stubGlobal("RegExp", made);
  try {
    splitDirectionMarks("a\u202eb");
    hasDirectionMarks("ab");
  } finally {
    vi.unstubAllGlobals();
  }
  expect(made).not.toHaveBeenCalled();
});
