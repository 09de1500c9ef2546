import fc from "fast-check";
import { expect, test } from "vitest";
import declarations from "../../../src/language/flowbook.d.ts?raw";
import {
  printTypeScript,
  readTypeScript,
} from "../../../src/notebook/convert/typescript.ts";
import type { Cell, Notebook } from "../../../src/notebook/document.ts";
import { printNotebook } from "../../../src/notebook/print.ts";
import { checkCells } from "../../language/checking.ts";
import { anyNotebook } from "../arbitrary.ts";
import { awkwardFiles, expectSame, notebookOf } from "./awkward.ts";

test.each(awkwardFiles)(
  "$name comes back from a .ts file as it was",
  ({ text }) => {
    const notebook = notebookOf(text);
    const { notebook: found, messages } = readTypeScript(
      printTypeScript(notebook),
    );
    expectSame(found, notebook);
    expect(printNotebook(found)).toBe(printNotebook(notebook));
    expect(messages).toEqual([]);
  },
);

test("any notebook comes back from a .ts file as it was", () => {
  fc.assert(
    fc.property(anyNotebook, (any) => {
      const notebook = notebookOf(printNotebook(any));
      const { notebook: found, messages } = readTypeScript(
        printTypeScript(notebook),
      );
      expectSame(found, notebook);
      expect(messages).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

/** Lines as JavaScript counts them. */
const linesOf = (text: string) => text.split(/[\r\n\u2028\u2029]/);

test.each(["\u2028", "\u2029"])(
  "prose, front matter and flags with the line break %j stay comments, and come back",
  (lineBreak) => {
    const text = `before${lineBreak}alert(1)${lineBreak}// after${lineBreak}`;
    const notebook: Notebook = {
      ...notebookOf("---\nflowbook: 1\n---\n\nProse\n"),
      frontMatter: `flowbook: 1\n# ${text}`,
    };
    const [prose] = notebook.cells;
    const cells: Cell[] = [
      { ...prose!, source: text },
      { ...prose!, kind: "js", name: "empty", flags: text, source: "" },
    ];
    const printed = printTypeScript({ ...notebook, cells });
    expect(
      linesOf(printed).filter((line) => !/^(\/\/.*|export \{\}|)$/.test(line)),
    ).toEqual([]);
    const found = readTypeScript(printed).notebook;
    expect(found.frontMatter).toBe(notebook.frontMatter);
    expect(found.cells[0]).toMatchObject({ kind: "md", source: text });
  },
);

const typed = awkwardFiles.filter(
  ({ name, text }) => text.includes("flow(") && !name.startsWith("markers"),
);
const checked = checkCells(
  Object.fromEntries(
    typed.map(({ name, text }) => [
      name.replace(/\W/g, "_"),
      printTypeScript(notebookOf(text)).replace(/^.*\n/, "\n"),
    ]),
  ),
  "",
);
test.each(typed)(
  "$name type-checks as a .ts file beside the language's declarations",
  ({ name }) => {
    expect(declarations).toContain("declare function task");
    expect(checked.errorsIn(name.replace(/\W/g, "_"))).toEqual([]);
  },
);
