import { expect, test } from "vitest";
import { cellTitle } from "../../src/ui/notebook/cellTitle.ts";

test.each([
  ["# Title", "Title"],
  ["\n  ## Title\nText", "Title"],
  ["  Title\n===", "Title"],
  ["1 # 2", "1 # 2"],
  ["## שלום **עולם**, *all* `code`", "שלום עולם, all code"],
  ["2 * 3 * 4 of a_b_c", "2 * 3 * 4 of a_b_c"],
  ["## snake_case_name and a_b_ c", "snake_case_name and a_b_ c"],
])("a text is called by how it begins: %j", (source, title) => {
  const cell = { id: "1", kind: "md", name: "", flags: "", source } as const;
  expect(cellTitle(cell)).toBe(title);
});

test.each(["*a ", "**a ", "_a ", "`a ", "*", "# ", " "])(
  "a text cell is named at once, however long its line of %j is",
  (mark) => {
    const source = `${mark.repeat(30_000)}b`;
    const began = performance.now();
    const cell = { id: "1", kind: "md", name: "", flags: "", source } as const;
    expect(cellTitle(cell).length).toBeLessThanOrEqual(60);
    expect(performance.now() - began).toBeLessThan(500);
  },
);
