import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogLine } from "../../../src/engine/services.ts";
import {
  createLogFilter,
  lineFilter,
  logLevels,
  logText,
  type LogQuery,
} from "../../../src/ui/pane/logFilter.ts";

const all: LogQuery = {
  node: undefined,
  element: undefined,
  level: "debug",
  text: "",
};

function line(text: string, more: Partial<LogLine> = {}): LogLine {
  return {
    run: "r",
    at: Date.UTC(2024, 0, 1, 12, 0, 0, 42),
    node: "a",
    element: undefined,
    attempt: 1,
    level: "info",
    text,
    ...more,
  };
}

test("lines are found by task, element, level and text", () => {
  const lines = [
    line("Fetched 3 pages"),
    line("slow", { level: "warning" }),
    line("of an element", { node: "b", element: "3.1" }),
    line("gone", { node: "b", element: "4", level: "error" }),
  ];
  const texts = (query: Partial<LogQuery>) =>
    lines.filter(lineFilter({ ...all, ...query })).map(({ text }) => text);
  expect(texts({ node: "a" })).toEqual(["Fetched 3 pages", "slow"]);
  expect(texts({ level: "warning" })).toEqual(["slow", "gone"]);
  expect(texts({ text: " FETCHED " })).toEqual(["Fetched 3 pages"]);
  expect(texts({ node: "b", element: "3" })).toEqual(["of an element"]);
  expect(texts({ element: "3" })).toHaveLength(4);
});

test("a log that grows and is cut is filtered as if it were new each time", () => {
  const lineOf = fc.record({
    level: fc.constantFrom(...logLevels),
    node: fc.constantFrom("a", "b"),
    text: fc.constantFrom("one", "two"),
  });
  const query = fc.record({
    node: fc.constantFrom(undefined, "a"),
    level: fc.constantFrom(...logLevels),
    text: fc.constantFrom("", "one"),
  });
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          more: fc.array(lineOf, { maxLength: 8 }),
          query: fc.option(query, { nil: undefined }),
        }),
      ),
      fc.integer({ min: 1, max: 12 }),
      (pieces, most) => {
        const filter = createLogFilter();
        let lines: LogLine[] = [];
        let asked: LogQuery = all;
        for (const piece of pieces) {
          if (piece.query) asked = { ...all, ...piece.query };
          lines = [
            ...lines,
            ...piece.more.map((one) => line(one.text, one)),
          ].slice(-most);
          expect(filter(lines, asked)).toEqual(lines.filter(lineFilter(asked)));
        }
      },
    ),
  );
});

test("nothing new is the same list", () => {
  const filter = createLogFilter();
  const lines = [line("one"), line("two")];
  const first = filter(lines, all);
  expect(filter([...lines], { ...all })).toBe(first);
});

test("as text each line has its time, level, task and element", () => {
  const text = logText(
    [line("slow", { level: "warning", node: "b", element: "3.0" })],
    (node) => node.toUpperCase(),
  );
  expect(text).toMatch(/^\d\d:00:00\.042 warning B\[3\]\[0\]: slow\n$/);
});
