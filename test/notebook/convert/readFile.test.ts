import { expect, test } from "vitest";
import { printHtml } from "../../../src/notebook/convert/html/print.ts";
import { printIpynb } from "../../../src/notebook/convert/ipynb/print.ts";
import {
  readNotebookFile,
  readPasted,
} from "../../../src/notebook/convert/readFile.ts";
import { printTypeScript } from "../../../src/notebook/convert/typescript.ts";
import { notebookOf } from "./awkward.ts";

const text = "---\nflowbook: 1\n---\n\n# Title\n\n```ts a\nconst a = 1\n```\n";
const notebook = notebookOf(text);

test.each([
  ["x.flow.md", text],
  ["x.MD", text],
  ["x.ipynb", printIpynb(notebook)],
  ["x.ts", printTypeScript(notebook)],
  [
    "x.html",
    printHtml({ notebook, outputs: {}, flows: [], stateStyle: "", at: 0 }),
  ],
])("%s is read as the notebook that it holds", async (name, file) => {
  expect(await readNotebookFile(name, file)).toEqual({ text, messages: [] });
});

test("a file of another kind is refused with what can be opened", async () => {
  await expect(readNotebookFile("x.csv", "a,b")).rejects.toThrow(
    /x\.csv is not a notebook.*\.ipynb.*Files/,
  );
});

test("a notebook without a heading is called like its file", async () => {
  const { text: found } = await readNotebookFile(
    "My study.ipynb",
    '{"nbformat": 4, "cells": []}',
  );
  expect(found).toBe("---\nflowbook: 1\ntitle: My study\n---\n");
});

test("the text of a notebook of Jupyter is read where it is pasted, and any other stands as it is", async () => {
  const jupyter = JSON.stringify({
    cells: [{ cell_type: "markdown", source: "# Words", metadata: {} }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
  const { text: read } = await readPasted(`\n${jupyter}`, "Pasted");
  expect(read).toContain("# Words");
  expect(read).not.toContain("nbformat");
  for (const other of ['{ "a": 1 }', "# Words", 'Says "nbformat".'])
    expect(await readPasted(other, "Pasted")).toEqual({
      text: other,
      messages: [],
    });
  await expect(readPasted('{"nbformat": 4', "Pasted")).rejects.toThrow();
});

test.each([
  ["as it was printed", printTypeScript(notebook)],
  ["after blank lines", `\n\n${printTypeScript(notebook)}`],
  [
    "with line breaks of Windows",
    printTypeScript(notebook).replace(/\n/g, "\r\n"),
  ],
])(
  "a notebook as TypeScript is read where it is pasted, %s",
  async (_, pasted) => {
    expect(await readPasted(pasted, "Pasted")).toEqual({ text, messages: [] });
  },
);

test("percent cells are read where they are pasted, and a mention of them in a text stays text", async () => {
  const { text: read } = await readPasted("// %% b\nconst b = 2\n", "Pasted");
  expect(read).toContain("```ts b\nconst b = 2\n```");
  for (const other of [
    "# Words\n\n// %% b\n",
    `${text}\n\`\`\`ts b\n// %% c\n\`\`\`\n`,
    "// %%% b\n",
  ])
    expect(await readPasted(other, "Pasted")).toEqual({
      text: other,
      messages: [],
    });
});
