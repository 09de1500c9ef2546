import { expect, test } from "vitest";
import type { Renaming } from "../../../src/types/protocol.ts";
import { parseNotebook } from "../../../src/notebook/parse.ts";
import * as edits from "../../../src/notebook/edits.ts";
import type { Notebook } from "../../../src/notebook/document.ts";
import { rename, renameSqlCell } from "../../../src/ui/editor/rename.ts";
import type { Workbench } from "../../../src/ui/workbench.svelte.ts";
import { cellsOf, compile } from "../../notebook/compile/cells.ts";

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

test("a SQL cell gets its new name in the queries that read it, and not where a table has it", async () => {
  const cells = compile({
    "busy.sql": "SELECT 1 AS n",
    "top.sql": "SELECT busy.n, 'busy' FROM busy WHERE n > ${least}",
    "other.sql": "SELECT busy FROM t",
    work: "const least = 0",
  });
  const notebook: Notebook = {
    ...parseNotebook("").notebook,
    cells: cellsOf({
      "busy.sql": "SELECT 1 AS n",
      "top.sql": "SELECT busy.n, 'busy' FROM busy WHERE n > ${least}",
      "other.sql": "SELECT busy FROM t",
      work: "const least = 0",
    }),
  };
  const renamed: string[][] = [];
  const session = {
    ...{ notebook, program: cells, tables: [] as { name: string }[] },
    text: {
      change: (
        change: (notebook: unknown, given: typeof edits) => Notebook,
      ) => {
        const { cells: after } = change(notebook, edits);
        renamed.push(after.map(({ name, source }) => `${name}: ${source}`));
        return Promise.resolve(false);
      },
      renameCell: (_: string, to: string) => void renamed.push([to]),
    },
  };
  // Its values are code, in which the name does not stand.
  const checker = { renaming: () => Promise.resolve(undefined) };
  const startTypes = () => Promise.resolve({ checkerOf: () => checker });
  const own = { session, startTypes } as unknown as Workbench;
  await renameSqlCell(own, notebook.cells[0]!, "order");
  expect(renamed.at(-1)).toEqual([
    "order: SELECT 1 AS n",
    `top: SELECT "order".n, 'busy' FROM "order" WHERE n > \${least}`,
    "other: SELECT busy FROM t",
    "work: const least = 0",
  ]);
  session.tables.push({ name: "BUSY" });
  await renameSqlCell(own, notebook.cells[0]!, "late");
  expect(renamed.at(-1)).toEqual(["late"]);
});
