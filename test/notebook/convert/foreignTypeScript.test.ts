import { expect, test } from "vitest";
import { readTypeScript } from "../../../src/notebook/convert/typescript.ts";

function read(
  text: string,
  title?: string,
): { cells: string[]; title: string; messages: readonly string[] } {
  const { notebook, messages } = readTypeScript(text, title);
  return {
    cells: notebook.cells.map(
      ({ kind, name, source }) => `${kind} ${name}|${source}`,
    ),
    title: notebook.title,
    messages,
  };
}

test("a plain file becomes one cell and is called like the file", () => {
  expect(read("\n\nconst a = 1\n\nexport {}\n", "my tasks")).toEqual({
    cells: ["ts cell1|const a = 1\n\nexport {}"],
    title: "my tasks",
    messages: ["Cells without a name are called cell1 now."],
  });
});

test("percent cells of other tools are taken, with names that cells can have", () => {
  const { cells, messages } = read(
    "//%%\nconst a = 1\n\n// %% [markdown]\n// # Title\n// Text\n\n// %% [markdown]\n/*\nIn a block\n*/\n\n// %% Load the data\nconst b = 2\n",
  );
  expect(cells).toEqual([
    "ts cell1|const a = 1",
    "md |# Title\nText",
    "md |In a block",
    "ts LoadTheData|const b = 2",
  ]);
  expect(messages).toEqual([
    '"Load the data" cannot be the name of a cell, so the cell is called LoadTheData.',
    "Cells without a name are called cell1 now.",
  ]);
});

test("made-up names avoid those that the file uses", () => {
  expect(read("// %% cell1\n1\n\n// %%\n2\n").cells).toEqual([
    "ts cell1|1",
    "ts cell2|2",
  ]);
});

test("SQL with values in it stays what it is", () => {
  const text = "// %% q [sql]\nconst q = await sql<any>`\nSELECT ${1}\n`\n";
  expect(read(text)).toEqual({
    cells: ["ts q|const q = await sql<any>`\nSELECT ${1}\n`"],
    title: "Untitled",
    messages: [
      "The cell q is marked as SQL but does not hold one statement in sql`...`, so it was taken as TypeScript.",
    ],
  });
});
