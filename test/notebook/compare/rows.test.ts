import fc from "fast-check";
import { expect, test } from "vitest";
import {
  compareTexts,
  countWords,
  foldRows,
  type Row,
} from "../../../src/notebook/compare/rows.ts";

/** Rows as text: a sign, then the line with [-removed-] and {+added+} words where only a part of it changed. */
function show(rows: readonly Row[]): string[] {
  const signs = { same: " ", added: "+", removed: "-", changed: "~" };
  return rows.map(({ mark, parts }) => {
    const line = parts.map((part) => {
      if (mark !== "changed" || part.mark === "same") return part.text;
      return part.mark === "added" ? `{+${part.text}+}` : `[-${part.text}-]`;
    });
    return `${signs[mark]}${line.join("")}`;
  });
}

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index}`).join("\n");

test("texts of very many lines are compared, the same or not", () => {
  const many = numbered(200_000);
  expect(compareTexts(many, `${many}\nend`)).toHaveLength(200_001);
  expect(compareTexts("", many)).toHaveLength(200_000);
});

test("a changed word shows as that word within its line", () => {
  expect(
    show(
      compareTexts(
        "const a = 1;\nreturn a + b;",
        "const a = 1;\nreturn a - b;",
      ),
    ),
  ).toEqual([" const a = 1;", "~return a [-+-]{+-+} b;"]);
});

test("a line that was rewritten shows as an old line and a new one", () => {
  expect(
    show(compareTexts("x\nfetch(url)\ny", "x\nselect name from table\ny")),
  ).toEqual([" x", "-fetch(url)", "+select name from table", " y"]);
});

test("lines that were added or removed are whole, empty ones too", () => {
  expect(show(compareTexts("a\nb", "a\n\nc\nb"))).toEqual([
    " a",
    "+",
    "+c",
    " b",
  ]);
  expect(show(compareTexts("a\n\nb", "a\nb"))).toEqual([" a", "-", " b"]);
  expect(show(compareTexts("", "a"))).toEqual(["+a"]);
  expect(show(compareTexts("a", ""))).toEqual(["-a"]);
  expect(compareTexts("", "")).toEqual([]);
});

test("a change of spaces only is a change", () => {
  expect(show(compareTexts("if (x) y()", "  if (x) y()"))).toEqual([
    "~{+  +}if (x) y()",
  ]);
});

test("both texts can be read from the rows", () => {
  const line = fc
    .array(fc.constantFrom("a", "b", "cc", " ", "  ", "(", ";", "é"))
    .map((words) => words.join(""));
  const text = fc
    .array(line, { maxLength: 12 })
    .map((lines) => lines.join("\n"));
  const side = (rows: readonly Row[], left: "added" | "removed"): string =>
    rows
      .flatMap(({ parts }) => parts)
      .filter(({ mark }) => mark !== left)
      .map(({ text: piece }) => piece)
      .join("");
  fc.assert(
    fc.property(text, text, (before, after) => {
      const rows = compareTexts(before, after);
      // Where lines end is told by the rows; letters are all there.
      expect(side(rows, "added")).toBe(before.replaceAll("\n", ""));
      expect(side(rows, "removed")).toBe(after.replaceAll("\n", ""));
      for (const { mark, parts } of rows)
        if (mark !== "changed")
          expect(parts.every((part) => part.mark === mark)).toBe(true);
    }),
  );
});

test("long stretches without a change are folded, three lines around a change are not", () => {
  const before = numbered(20);
  const after = before.replace("line 10", "row ten");
  const stretches = foldRows(compareTexts(before, after));
  expect(
    stretches.map(({ isFolded, rows }) => [isFolded, rows.length]),
  ).toEqual([
    [true, 7],
    [false, 8],
    [true, 6],
  ]);
});

test("one or two lines are not worth a fold", () => {
  const before = numbered(9);
  const after = before.replace("line 5", "row five");
  expect(
    foldRows(compareTexts(before, after)).every(({ isFolded }) => !isFolded),
  ).toBe(true);
});

test("words of a change are counted", () => {
  expect(countWords(compareTexts("one and two", "one and three four"))).toEqual(
    {
      added: 2,
      removed: 1,
    },
  );
});

test("long texts with nothing in common show as replaced", () => {
  const one = Array.from({ length: 20_000 }, (_, at) => `a${at}`).join("\n");
  const other = Array.from({ length: 20_000 }, (_, at) => `b${at}`).join("\n");
  const rows = compareTexts(one, other);
  expect(rows.map(({ mark }) => mark)).toEqual([
    ...Array<string>(20_000).fill("removed"),
    ...Array<string>(20_000).fill("added"),
  ]);
});
