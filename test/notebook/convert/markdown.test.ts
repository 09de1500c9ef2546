import { expect, test } from "vitest";
import { parseNotebook } from "../../../src/notebook/parse.ts";
import { printNotebook } from "../../../src/notebook/print.ts";
import { awkwardFiles, expectSame, notebookOf } from "./awkward.ts";

test.each(awkwardFiles)(
  "$name is read, written and read the same",
  ({ text }) => {
    const notebook = notebookOf(text);
    const written = printNotebook(notebook);
    expectSame(notebookOf(written), notebook);
    expect(printNotebook(notebookOf(written))).toBe(written);
  },
);

test.each(awkwardFiles)(
  "every word of $name is still there when it was written",
  ({ text }) => {
    const written = new Set(printNotebook(notebookOf(text)).split(/\s+/));
    const words = text.replace(/^\ufeff/, "").split(/\s+/);
    expect(
      words.filter(
        (word) => !written.has(word) && !/^(?:[`~]+|<!--cell-->)/.test(word),
      ),
    ).toEqual([]);
  },
);

test("every awkward file has cells or says what is wrong", () => {
  for (const { name, text } of awkwardFiles) {
    const { notebook, diagnostics } = parseNotebook(text);
    if (!/^(empty|only-front-matter)\./.test(name))
      expect(notebook.cells.length + diagnostics.length, name).toBeGreaterThan(
        0,
      );
  }
});
