import { expect, test } from "vitest";
import { parseNotebook } from "../../src/notebook/parse.ts";
import { printNotebook } from "../../src/notebook/print.ts";
import { foldFlag } from "../../src/notebook/foldFlag.ts";
import {
  besideSection,
  gapForSection,
  headingsOf,
  hiddenCells,
  readOrder,
  type ReadCell,
} from "../../src/notebook/sections.ts";

/** A notebook of these texts; those of code begin with "=". */
function notebookOf(...texts: readonly string[]) {
  return texts.map((text, index) => ({
    id: `${index}`,
    kind: text.startsWith("=") ? ("ts" as const) : ("md" as const),
    name: text.startsWith("=") ? `cell${index}` : "",
    source: text,
    flags: "",
  }));
}
const hiddenBy = (folded: readonly number[], ...texts: readonly string[]) =>
  Object.fromEntries(
    hiddenCells(notebookOf(...texts), ({ id }) => folded.includes(Number(id))),
  );

test("a section goes on to the next heading of its level or a higher one", () => {
  const texts = ["# A", "=1", "## B", "=2", "## C", "=3", "# D", "=4"];
  expect(hiddenBy([2], ...texts)).toEqual({ 3: "2" });
  expect(hiddenBy([4], ...texts)).toEqual({ 5: "4" });
  expect(Object.keys(hiddenBy([0], ...texts))).toEqual([
    "1",
    "2",
    "3",
    "4",
    "5",
  ]);
  expect(hiddenBy([6], ...texts)).toEqual({ 7: "6" });
});

test("a folded section inside another is hidden by the outer one", () => {
  expect(hiddenBy([0, 1], "# A", "## B", "=1")).toEqual({ 1: "0", 2: "0" });
});

test("a heading further down in a text ends a section, and heads none", () => {
  expect(hiddenBy([0, 2], "## A", "=1", "Text.\n\n## B", "=2")).toEqual({
    1: "0",
  });
});

test("prose without a heading and code head no section", () => {
  expect(hiddenBy([0, 1], "Text", "=# no heading", "=2")).toEqual({});
});

test("headings are found underlined too, but not in code, in rules and in tables", () => {
  const levels = (source: string) =>
    headingsOf(source).map(({ level }) => level);
  expect(levels("Title\n===\n\nPart\n---\n\n###### Six\n\n#")).toEqual([
    1, 2, 6, 1,
  ]);
  expect(
    levels(
      "```\n# code\n```\n\n~~~md\n# more\n\n---\n\n| a |\n---\n\n- item\n---\n\n#word\n    # deep",
    ),
  ).toEqual([]);
});

test("a prose cell that is folded stays so in the file, wherever it stands", () => {
  for (const text of [
    "<!-- cell folded -->\n\n# A\n\nText.\n\n```ts a\n1\n```\n\n<!-- cell folded -->\n\n## B\n",
    "One\n\n<!-- cell folded -->\n\nTwo\n\n<!-- cell -->\n\nThree\n",
    "<!-- cell = folded -->\n```ts a\n<!-- /cell = -->\n",
  ]) {
    const { notebook, diagnostics } = parseNotebook(text);
    expect(diagnostics).toEqual([]);
    expect(printNotebook(notebook)).toBe(text);
    expect(notebook.cells.some(({ flags }) => flags === foldFlag)).toBe(true);
  }
});

/** What a reader meets: texts as they stand, and of what is folded the head with what it hides. */
const readBy = (folded: readonly number[], ...texts: readonly string[]) => {
  const outline = ({ cell, folded: parts, inside }: ReadCell): unknown =>
    parts ? [parts.head, parts.rest, ...inside.map(outline)] : cell.source;
  return readOrder(notebookOf(...texts), ({ id }) =>
    folded.includes(Number(id)),
  ).map(outline);
};

test("a folded section is read as its heading, with the rest of its text and its cells inside", () => {
  expect(readBy([0], "# A\n\nmore", "=1", "## B", "# C", "=2")).toEqual([
    ["# A", "more", "=1", "## B"],
    "# C",
    "=2",
  ]);
  expect(readBy([0, 1], "# A", "## B", "=1", "## C", "=2")).toEqual([
    ["# A", "", ["## B", "", "=1"], "## C", "=2"],
  ]);
});

test("of a folded text the first block is read, whole, and a text that hides nothing stands as it is", () => {
  expect(readBy([0], "A\n===\nmore")).toEqual([["A\n===", "more"]]);
  expect(readBy([0], "one\ntwo\n\nthree")).toEqual([["one\ntwo", "three"]]);
  expect(readBy([0], "```\na\n\nb\n```\nmore")).toEqual([
    ["```\na\n\nb\n```", "more"],
  ]);
  expect(readBy([0, 1, 2], "only this", "# last", "")).toEqual([
    "only this",
    ["# last", "", ""],
  ]);
});

test("a section moves past the whole one beside it, and into no other", () => {
  const cells = notebookOf(
    "Before",
    "# A",
    "=1",
    "## A1",
    "=2",
    "## A2",
    "=3",
    "# B",
    "=4",
  );
  const steps = [1, 3, 5, 7].map((head) => [
    besideSection(cells, head, -1),
    besideSection(cells, head, 1),
  ]);
  expect(steps).toEqual([
    [undefined, 8],
    [1, 6],
    [3, 8],
    [1, undefined],
  ]);
  expect(besideSection(cells, 0, 1)).toBeUndefined();
});

test("a section that is dropped within another goes below it, and one dropped within itself stays", () => {
  const cells = notebookOf("Before", "# A", "=1", "# B", "=2", "=3", "## B1");
  const dropped = (head: number) =>
    Array.from({ length: cells.length + 1 }, (_, gap) =>
      gapForSection(cells, head, gap),
    );
  expect(dropped(1)).toEqual([1, 1, 1, 1, 7, 7, 7, 7]);
  expect(dropped(3)).toEqual([1, 1, 3, 3, 3, 3, 3, 3]);
  expect(dropped(6)).toEqual([1, 1, 3, 3, 6, 6, 6, 6]);
  expect(gapForSection(cells, 0, 2)).toBe(2);
});
