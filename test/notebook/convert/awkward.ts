import { readdirSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Notebook } from "../../../src/notebook/document.ts";
import { parseNotebook, unifyLineBreaks } from "../../../src/notebook/parse.ts";

const folder = "test/fixtures/awkward";

/** The notebooks that are hard to keep as they are, and those that ship with the app. */
export const awkwardFiles: readonly { name: string; text: string }[] = [
  ...readdirSync(folder).map((name) => `${folder}/${name}`),
  ...readdirSync("public/examples")
    .filter((name) => name.endsWith(".flow.md"))
    .map((name) => `public/examples/${name}`),
  "test/language/twelveCells.flow.md",
]
  .map((path) => ({
    name: path.split("/").at(-1) ?? path,
    text: readFileSync(path, "utf8"),
  }))
  .concat({ name: "one-megabyte.flow.md", text: oneMegabyte() });

/** A cell of that size, in lines that are all different. */
function oneMegabyte(): string {
  const lines = Array.from({ length: 25_000 }, (_, n) =>
    `  { n: ${n}, text: "\\u00fc <${n}> é" },`.padEnd(40),
  );
  return `---\nflowbook: 1\ntitle: Large\n---\n\n\`\`\`ts rows\nconst rows = [\n${lines.join("\n")}\n]\n\`\`\`\n`;
}

export function notebookOf(text: string): Notebook {
  return parseNotebook(text).notebook;
}

/** What a file holds of a notebook: all but the ids of its cells. */
export function content(notebook: Notebook): unknown {
  return {
    ...notebook,
    frontMatter: unifyLineBreaks(notebook.frontMatter),
    cells: notebook.cells.map(({ kind, name, source, flags }) => ({
      kind,
      name,
      source: unifyLineBreaks(source),
      flags: flags.replace(/[\r\n]+/g, " ").trim(),
    })),
  };
}

export function expectSame(found: Notebook, wanted: Notebook): void {
  expect(content(found)).toEqual(content(wanted));
}
