import fc from "fast-check";
import { expect, test } from "vitest";
import declarations from "../../../src/language/flowbook.d.ts?raw";
import {
  printTypeScript,
  readTypeScript,
} from "../../../src/notebook/convert/typescript.ts";
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
