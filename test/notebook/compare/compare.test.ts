import { expect, test } from "vitest";
import {
  compareNotebooks,
  type Comparison,
} from "../../../src/notebook/compare/compare.ts";
import { parseNotebook } from "../../../src/notebook/parse.ts";

function compare(before: string, after: string): Comparison {
  return compareNotebooks(
    parseNotebook(before).notebook,
    parseNotebook(after).notebook,
  );
}

const code = (name: string, source: string, kind = "ts"): string =>
  `\`\`\`${kind} ${name}\n${source}\n\`\`\`\n`;

function outline({ cells }: Comparison): string[] {
  return cells.map(({ before, after, isMoved, isSame }) => {
    const name = (cell: typeof before) => cell?.name || cell?.source;
    const what = !before
      ? "added"
      : !after
        ? "removed"
        : isSame
          ? "same"
          : "changed";
    const from = before && after && name(before) !== name(after);
    return `${from ? `${name(before)} > ` : ""}${name(after ?? before)} ${what}${isMoved ? " moved" : ""}`;
  });
}

test("the same text is no change", () => {
  const text = `---\ntitle: T\n---\n\nText\n\n${code("a", "1")}`;
  expect(compare(text, text)).toMatchObject({
    isSame: true,
    frontMatter: { isSame: true },
    added: 0,
    removed: 0,
  });
});

test("cells are found again by their name, wherever they stand", () => {
  const found = compare(
    [code("a", "1"), code("b", "2"), code("c", "3")].join("\n"),
    [code("c", "3"), code("a", "1"), code("b", "4")].join("\n"),
  );
  expect(outline(found)).toEqual(["c same moved", "a same", "b changed"]);
  expect(found.isSame).toBe(false);
});

test("a cell with the same text and another name was renamed", () => {
  const found = compare(code("a", "const x = 1"), code("b", "const x = 1"));
  expect(outline(found)).toEqual(["a > b changed"]);
  expect(found).toMatchObject({ added: 0, removed: 0, isSame: false });
});

test("added and removed cells stand where they are or were", () => {
  const found = compare(
    [code("a", "1"), code("b", "x y"), code("d", "4")].join("\n"),
    [code("a", "1"), code("c", "z"), code("d", "4")].join("\n"),
  );
  expect(outline(found)).toEqual(["a same", "b removed", "c added", "d same"]);
  expect(found).toMatchObject({ added: 1, removed: 2 });
});

test("cells removed at the start keep their order", () => {
  const found = compare(
    [code("a", "1"), code("b", "2"), code("c", "3")].join("\n"),
    code("c", "3"),
  );
  expect(outline(found)).toEqual(["a removed", "b removed", "c same"]);
});

test("prose is the same cell if most of its words are", () => {
  const found = compare(
    `One two three four\n\n${code("a", "1")}`,
    `One two three five\n\n${code("a", "1")}`,
  );
  expect(outline(found)).toEqual([
    "One two three four > One two three five changed",
    "a same",
  ]);
});

test("prose with other words is another cell", () => {
  const found = compare(
    `Planes over Washington\n\n${code("a", "1")}`,
    `Nothing alike\n\n${code("a", "1")}`,
  );
  expect(outline(found)).toEqual([
    "Planes over Washington removed",
    "Nothing alike added",
    "a same",
  ]);
});

test("a change of the front matter is said apart", () => {
  const found = compare("---\ntitle: A\n---\n", "---\ntitle: B\n---\n");
  expect(found).toMatchObject({ added: 1, removed: 1, isSame: false });
  expect(found.frontMatter.rows.map(({ mark }) => mark)).toEqual(["changed"]);
});
