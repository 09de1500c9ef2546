import { expect, test } from "vitest";
import type { Renaming } from "../../../src/types/protocol.ts";
import { rename } from "../../../src/ui/editor/rename.ts";
import type { Workbench } from "../../../src/ui/workbench.svelte.ts";

const renaming = (isField: boolean): Renaming => ({
  name: "rows",
  isField,
  spans: [{ cell: "a", from: 6, to: 10, before: "", after: "" }],
  taken: { total: { cell: "a", from: 14, to: 19 } },
  sqlCell: undefined,
});

function bench() {
  const changes: unknown[] = [];
  const session = {
    notebook: {
      cells: [{ id: "a", name: "sums", source: "const rows =\n  total" }],
    },
    text: {
      change: (change: unknown) => {
        changes.push(change);
        return Promise.resolve(false);
      },
    },
  };
  return { bench: { session } as unknown as Workbench, changes };
}

test("a word of JavaScript is refused as the name of a variable", () => {
  const { bench: refusing, changes } = bench();
  expect(rename(refusing, renaming(false), "class")).toMatch(
    /“class” is a word of JavaScript/,
  );
  expect(changes).toEqual([]);
});

test("a field may be called by a word of JavaScript", () => {
  const { bench: willing, changes } = bench();
  expect(rename(willing, renaming(true), "class")).toBeUndefined();
  expect(changes).toHaveLength(1);
});

test("a name that stands for something else there is refused, with its place", () => {
  const { bench: refusing, changes } = bench();
  expect(rename(refusing, renaming(false), "total")).toMatch(
    /“total” stands for something else in cell sums, line 2/,
  );
  expect(changes).toEqual([]);
});
