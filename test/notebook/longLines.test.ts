import { expect, test } from "vitest";
import type { Cell, Notebook } from "../../src/notebook/document.ts";
import { positionAt } from "../../src/notebook/compile/position.ts";
import { explainSyntaxError } from "../../src/notebook/compile/syntaxError.ts";
import { analyseCell } from "../../src/notebook/compile/analyseCell.ts";
import {
  quotedValues,
  readSqlTemplate,
} from "../../src/notebook/compile/sqlTemplate.ts";
import { outputMarkup } from "../../src/notebook/convert/html/outputs.ts";
import type { Ipynb } from "../../src/notebook/convert/ipynb/format.ts";
import { printIpynb } from "../../src/notebook/convert/ipynb/print.ts";
import { readIpynb } from "../../src/notebook/convert/ipynb/read.ts";
import { readTypeScript } from "../../src/notebook/convert/typescript.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";
import { toTree } from "../../src/notebook/prose/tree.ts";
import { printNotebook } from "../../src/notebook/print.ts";
import { unknownTables } from "../../src/ui/editor/sqlProblems.ts";
import { checkNotebook } from "../../src/ui/preview/checkNotebook.ts";

// A link of a few thousand characters unpacks to megabytes, and is read by the page before anybody is asked.

/** As many as a small link holds; to go through them once for each takes seconds to hours. */
const many = 200_000;
const titleOf = (text: string) => parseNotebook(text).notebook.title;

function isQuick(read: () => void): void {
  const before = performance.now();
  read();
  expect(performance.now() - before).toBeLessThan(2_000);
}

test("a heading is read as quickly however many spaces are in it", () => {
  isQuick(() => expect(titleOf(`# a${" ".repeat(many)}b`)).toContain("a "));
  isQuick(() => titleOf(`# ${" \t".repeat(many)}\u2028`));
  isQuick(() => titleOf(`# ${" #".repeat(many)} a`));
});

test("a heading is what stands between its marks", () => {
  for (const [line, title] of [
    ["# a", "a"],
    ["   ## a b \t##  ", "a b"],
    ["# a#", "a#"],
    ["# a # #", "a #"],
    ["# #", "#"],
    ["#\t#  #", "#"],
    ["# a ##\u00a0", "a ##"],
    ["####### a", "Untitled"],
    ["#a", "Untitled"],
    ["#  ", "Untitled"],
    ["# a\u2028b", "Untitled"],
  ])
    expect(titleOf(`${line}\n`), line).toBe(title);
});

test("a text is fenced in as quickly however many empty lines are in it", () => {
  const source = `${"\n".repeat(many)}b\n \`\`\`\`\n`;
  const cell: Cell = { id: "1", kind: "ts", name: "a", flags: "", source };
  const notebook = { ...parseNotebook("").notebook, cells: [cell] };
  isQuick(() =>
    expect(printNotebook(notebook as Notebook)).toContain("`````ts a\n"),
  );
  const returns = { ...cell, source: `${"\r".repeat(many)}b\n\r\`\`\`\n` };
  isQuick(() =>
    expect(
      printNotebook({ ...notebook, cells: [returns] } as Notebook),
    ).toContain("````ts a\n"),
  );
});

test("what a host sends is known as a notebook as quickly however many rules are in it", () => {
  isQuick(() => expect(() => checkNotebook("---\n".repeat(many))).toThrow());
  isQuick(() => checkNotebook(`${"---\n".repeat(many)}flowbook: 1\n`));
});

test("a file of TypeScript is read as quickly however long its titles and comments are", () => {
  isQuick(() => readTypeScript(`// %% a${" ".repeat(many)}b\n1\n`));
  for (const blank of ["\n", " ", "\n *"])
    isQuick(() =>
      readTypeScript(`// %% [markdown]\n/**${blank.repeat(many)}x\n`),
    );
});

test("settings within names of settings are no settings, and take no time", () => {
  for (const text of [
    `${"? ".repeat(450)}a`,
    `a: ${"{".repeat(450)}${"}:1".repeat(450)}`,
  ])
    isQuick(() => titleOf(`---\n${text}\n---\n\n# A\n`));
});

test("what is wrong in code is said as quickly however long the code before it is", () => {
  for (const before of [
    "const a:".repeat(many / 10),
    `const a${" ".repeat(many)}`,
    `flow(${"a".repeat(many)} (`,
  ])
    isQuick(() =>
      explainSyntaxError(`${before}= await`, before.length, "Unexpected token"),
    );
});

test("a quoted text of a query is read as quickly however many braces open in it", () => {
  isQuick(() =>
    expect(quotedValues(`SELECT '${"${a".repeat(many)}'`)).toEqual([]),
  );
  expect(quotedValues("SELECT '} ${a} ${b'")).toHaveLength(1);
});

test("a notebook is read as quickly however many cells of it are wrong", () => {
  isQuick(() => {
    const { diagnostics } = parseNotebook("```ts a\n```\n".repeat(many / 20));
    expect(diagnostics).toHaveLength(many / 20 - 1);
    expect(diagnostics.at(-1)?.message).toMatch(/^Line 19999: Another cell/);
  });
  isQuick(() => {
    const { diagnostics } = parseNotebook("```ts a-b\n```\n".repeat(many / 20));
    expect(diagnostics).toHaveLength(many / 20);
    expect(diagnostics.at(-1)).toMatchObject({ line: 19999, from: 139986 });
  });
});

test("front matter is read as quickly however many settings are in it", () => {
  const numbers = Array.from({ length: many / 5 }, (_, at) => at);
  for (const settings of [
    numbers.map((at) => `key${at}: 1`),
    ["attachments:", ...numbers.map((at) => `- f${at}`)],
    ["network:", ...numbers.map((at) => `- https://h${at}.example`)],
    ["! ".repeat(many)],
  ])
    isQuick(() => titleOf(`---\n${settings.join("\n")}\n---\n\n# A\n`));
});

test("prose is read as quickly however many signs in it begin something", () => {
  const long = 50_000;
  for (const signs of ["a*", "*a_", "**a[b`", "a.", "a_b-", "> "])
    isQuick(() => toTree(signs.repeat(long / signs.length)));
});

test("prose that is longer than what is read stands there as it was written", () => {
  const text = "*a* ".repeat(30_000);
  expect(toTree(text)).toEqual([
    { tag: "pre", attributes: {}, children: [text] },
  ]);
});

test("a picture in prose may be as large as it likes", () => {
  const source = `data:image/png;base64,${"A".repeat(many)}`;
  expect(toTree(`*b* ![a](${source})`)).toMatchObject([
    {
      tag: "p",
      children: [{ tag: "em" }, " ", { attributes: { src: source } }],
    },
  ]);
});

test("signs of emphasis and addresses of mail mean what they did, also in long prose", () => {
  const name = "n".repeat(64);
  const paragraph = `*a* **b** _c_ ${name}@a.example\n\n`;
  const tree = toTree(paragraph.repeat(900));
  expect(tree).toHaveLength(900);
  expect(tree.at(-1)).toMatchObject({
    children: [
      ...[{ tag: "em" }, " ", { tag: "strong" }, " ", { tag: "em" }, " "],
      { tag: "a", attributes: { href: `mailto:${name}@a.example` } },
    ],
  });
});

test("a query is searched for its values as quickly however many names and comments have no end", () => {
  for (const open of ["[", "/*"]) {
    const query = `SELECT \${a}, ${open.repeat(many)} \${b}`;
    isQuick(() => expect(readSqlTemplate(query)?.texts).toHaveLength(2));
    isQuick(() => expect(unknownTables(query, [])).toEqual([]));
  }
});

test("the names of code that cannot be read are guessed as quickly however long it is", () => {
  isQuick(() => analyseCell(`function${"\n".repeat(many)}(`, "ts"));
  isQuick(() => analyseCell(`const { ${"a".repeat(many)}-, b } (`, "ts"));
  expect([
    ...analyseCell(
      "const { a, b: c  } = (\nfunction *\nd",
      "ts",
    ).declared.keys(),
  ]).toEqual(["a", "c", "d"]);
});

test("a chart is put into a page as quickly however many of its tags have no end", () => {
  const draw = (text: string) => outputMarkup({ type: "svg", text });
  isQuick(() => draw("<svg".repeat(many)));
  isQuick(() => draw('<svg height="1'.repeat(many / 4)));
  expect(
    draw('<svg width="9" height="120.5px"></svg><svg height="30">'),
  ).toMatch(/style="height:154px"/);
});

test("a Jupyter notebook is read as quickly however many cells without names it has", () => {
  const count = many / 10;
  const metadata = { language_info: { name: "typescript" } };
  const code = { cell_type: "code", source: "1", metadata: {}, outputs: [] };
  const cells = Array.from({ length: count }, () => code);
  const text = JSON.stringify({ nbformat: 4, metadata, cells });
  isQuick(() => {
    const { notebook } = readIpynb(text);
    expect(notebook.cells.at(-1)?.name).toBe(`cell${count}`);
  });
});

test("a picture of a Jupyter notebook that is shown thousands of times does not fill the memory", () => {
  const cell = {
    cell_type: "markdown",
    source: "![](attachment:a.png) ".repeat(5_000),
    attachments: { "a.png": { "image/png": "A".repeat(1_000_000) } },
  };
  isQuick(() => {
    const { notebook } = readIpynb(
      JSON.stringify({ nbformat: 4, cells: [cell] }),
    );
    const { source } = notebook.cells[0]!;
    expect(source.length).toBeLessThan(101_000_000);
    expect(source).toMatch(/^!\[\]\(data:image\/png;base64,A/);
    expect(source.endsWith("![](attachment:a.png) ")).toBe(true);
  });
});

test("places of a text are told as quickly however many there are, and in any order", () => {
  const source = "a\r\n".repeat(many / 5);
  const starts = Array.from({ length: many / 5 }, (_, line) => line * 3);
  isQuick(() => {
    const lines = starts.map((start) => positionAt(source, start).line);
    expect(lines.every((line, at) => line === at + 1)).toBe(true);
  });
  for (const [offset, line, column] of [
    [7, 3, 2],
    [2, 1, 3],
    [0, 1, 1],
    [3, 2, 1],
  ] as const)
    expect(positionAt(source, offset)).toEqual({ line, column });
  expect(positionAt("ab\ncd", 4)).toEqual({ line: 2, column: 2 });
});

test("a notebook is written for Jupyter as quickly however many of its cells have one name", () => {
  const number = 20_000;
  const { notebook } = parseNotebook("```ts a\n```\n\n".repeat(number));
  isQuick(() => {
    const file = JSON.parse(printIpynb(notebook)) as Ipynb;
    expect(file.cells.at(-1)?.id).toBe(`a-${number}`);
  });
});
