import { expect, test } from "vitest";
import { withViewColumns } from "../../../src/ui/editor/derivedTables.ts";
import { knownCells } from "../../../src/ui/editor/knownCells.ts";
import { cellsOf } from "../../notebook/compile/cells.ts";

const tables = [
  { name: "flight", columns: [{ name: "delay", type: "REAL" }] },
  { name: "Gate", columns: [] },
];

test("SQL cells are tables with the columns that came out, or that their text tells, unless a table has their name", () => {
  const cells = cellsOf({
    "gate.sql": "SELECT 1",
    "busy.sql": "SELECT 1 AS other",
    "late.sql": "SELECT delay, delay / 60 AS hours FROM flight",
    code: "1",
  });
  const known = knownCells(cells, tables, ({ name }) =>
    name === "busy" ? ["airline", "n"] : undefined,
  );
  expect(
    withViewColumns(known.length > 0 ? [...tables, ...known] : []).map(
      ({ name, columns }) => [name, ...columns.map((column) => column.name)],
    ),
  ).toEqual([
    ["flight", "delay"],
    ["Gate"],
    ["busy", "airline", "n"],
    ["late", "delay", "hours"],
  ]);
  expect(known.map(({ cell }) => cell)).toEqual(["#busy", "#late"]);
});
