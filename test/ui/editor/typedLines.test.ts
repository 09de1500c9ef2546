import { expect, test } from "vitest";
import {
  isTyped,
  typedBy,
  type Typed,
} from "../../../src/ui/editor/typedLines.ts";

/** The lines of the last text in which was typed, of texts that follow each other. */
function typedLines(...texts: string[]): number[] {
  let typed: Typed | undefined;
  for (const [at, text] of texts.entries())
    if (at > 0) typed = typedBy(typed, texts[at - 1]!, text);
  const last = texts.at(-1)!;
  return last
    .split("\n")
    .flatMap((_, at) => (isTyped(typed, last, at + 1) ? [at + 1] : []));
}

test("in a text that is only looked at no line was typed in", () => {
  expect(typedLines("a\nb\nc")).toEqual([]);
  expect(typedLines("a\nb\nc", "a\nb\nc")).toEqual([]);
});

test("the lines that were typed in are those of all changes, and what is between", () => {
  expect(typedLines("a\nb\nc", "a\nbx\nc")).toEqual([2]);
  expect(typedLines("a\n\nc", "a\nb\nc", "a\nb\nb\nc")).toEqual([2, 3]);
  expect(typedLines("a\nb\nc\nd", "a\nb\nc\ndx", "a\nbx\nc\ndx")).toEqual([
    2, 3, 4,
  ]);
  expect(typedLines("a\nb\nc", "a\nbx\nc", "a\nc")).toEqual([2]);
});
