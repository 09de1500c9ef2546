import { expect, test } from "vitest";
import type { Cell } from "../../src/notebook/document.ts";
import { changeTexts, newNotebook } from "../../src/notebook/edits.ts";
import {
  findInCells,
  firstMatchFrom,
  patternOf,
  replacementsOf,
  type Search,
} from "../../src/notebook/findInCells.ts";

const cells: Cell[] = [
  ["a", "const rate = 1\nconst rates = [rate]"],
  ["b", "SELECT Rate FROM t"],
].map(([id = "", source = ""]) => ({
  id,
  kind: "ts",
  name: id,
  source,
  flags: "",
}));

function search(text: string, how: Partial<Search> = {}): RegExp {
  const pattern = patternOf({
    text,
    isCaseSensitive: false,
    isWholeWord: false,
    isPattern: false,
    ...how,
  });
  if (!(pattern instanceof RegExp)) throw new Error(String(pattern));
  return pattern;
}

function replaced(
  text: string,
  by: string,
  how: Partial<Search> = {},
): string[] {
  const pattern = search(text, how);
  const matches = findInCells(cells, pattern);
  const notebook = { ...newNotebook("t"), cells };
  return changeTexts(
    notebook,
    replacementsOf(cells, matches, pattern, by, how.isPattern ?? false),
  ).cells.map(({ source }) => source);
}

test("a text is found in all cells, with its line", () => {
  expect(
    findInCells(cells, search("rate")).map(
      ({ cell, line, column, text, start, end }) =>
        `${cell} ${line}:${column} ${text.slice(start, end)} in ${text}`,
    ),
  ).toEqual([
    "a 1:7 rate in const rate = 1",
    "a 2:7 rate in const rates = [rate]",
    "a 2:16 rate in const rates = [rate]",
    "b 1:8 Rate in SELECT Rate FROM t",
  ]);
});

test("case and whole words count if that is wanted", () => {
  expect(
    findInCells(cells, search("rate", { isCaseSensitive: true })),
  ).toHaveLength(3);
  expect(
    findInCells(cells, search("rate", { isWholeWord: true })),
  ).toHaveLength(3);
});

test("what means something in a pattern is plain in a text", () => {
  expect(findInCells(cells, search("[rate]"))).toHaveLength(1);
  expect(
    findInCells(cells, search("^const", { isPattern: true })),
  ).toHaveLength(2);
});

test("a pattern that is wrong is told", () => {
  expect(
    patternOf({
      text: "(",
      isCaseSensitive: false,
      isWholeWord: false,
      isPattern: true,
    }),
  ).toMatch(/^This is no regular expression: /);
});

test("everything found is replaced, whatever the length of what replaces it", () => {
  expect(replaced("rate", "x")).toEqual([
    "const x = 1\nconst xs = [x]",
    "SELECT x FROM t",
  ]);
  expect(replaced("rate", "longer $1")).toEqual([
    "const longer $1 = 1\nconst longer $1s = [longer $1]",
    "SELECT longer $1 FROM t",
  ]);
});

test("a pattern's groups can be used in what replaces it, and what it looks at around stays", () => {
  expect(
    replaced("const (\\w+)(?= =)", "let $1_", { isPattern: true })[0],
  ).toBe("let rate_ = 1\nlet rates_ = [rate]");
});

test("a pattern that matches nothing at many places finds nothing", () => {
  expect(findInCells(cells, search("x*", { isPattern: true }))).toEqual([]);
});

test("the next match is the one behind a position, in this cell or in a later one, and at last the first", () => {
  const matches = findInCells(cells, search("rate"));
  const from = (cell: string, at: number) =>
    firstMatchFrom(cells, matches, cell, at);
  expect([
    from("a", 0),
    from("a", 7),
    from("a", 22),
    from("a", 40),
    from("b", 8),
  ]).toEqual([0, 1, 2, 3, 0]);
});
