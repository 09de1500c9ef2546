import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileNotebook } from "../../../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../../../src/notebook/parse.ts";

const examples = readdirSync("public/examples")
  .filter((file) => file.endsWith(".flow.md"))
  .map((file) => `public/examples/${file}`);

describe("the lint has nothing to say", () => {
  it.each(["test/language/twelveCells.flow.md", ...examples])(
    "of %s",
    (file) => {
      const { notebook, diagnostics } = parseNotebook(
        readFileSync(file, "utf8"),
      );
      expect(diagnostics).toEqual([]);
      expect(notebook.cells.length).toBeGreaterThan(5);
      const program = compileNotebook(notebook);
      expect(
        program.diagnostics.map(
          ({ cell, line, message }) => `${cell} ${line} ${message}`,
        ),
      ).toEqual([]);
    },
  );
});
