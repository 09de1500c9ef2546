import { expect, test } from "vitest";
import { plannedTables } from "../../../src/ui/editor/plannedTables.ts";
import { unknownTables } from "../../../src/ui/editor/sqlProblems.ts";
import { cellsOf } from "../../notebook/compile/cells.ts";

/** The tables that a query names and that are said to be missing, in a notebook with this code. */
function missing(code: string, query: string): string[] {
  const { names, hasOthers } = plannedTables(cellsOf({ a: code }));
  return unknownTables(query, names, hasOthers).map(({ from, to }) =>
    query.slice(from, to),
  );
}

test("a table that no cell makes is missing", () => {
  expect(missing("const n = 1", "SELECT * FROM t")).toEqual(["t"]);
});

test.each([
  'load("t", [])',
  'load.with({ name: "x" })("t", [])',
  "db.exec('CREATE TABLE t (x)')",
  "sql`CREATE TABLE t (x)`",
  'copyTable("other", "t")',
])("a table is not missing where a cell has %s", (code) => {
  const task = `const make = task(async () => { await ${code} })`;
  expect(missing(task, "SELECT * FROM t")).toEqual([]);
});

test.each(["load(`day${n}`, [])", 'snapshotTable("day", { keep: 3 })'])(
  "where a table gets its name when %s runs, only a misspelt one is missing",
  (code) => {
    const task = `const make = task(async (n) => { await ${code}; await load("flights", []) })`;
    expect(missing(task, "SELECT * FROM daily2024")).toEqual([]);
    expect(missing(task, "SELECT * FROM flihgts")).toEqual(["flihgts"]);
  },
);

test("what cells make is read again when one changes", () => {
  const [cell] = cellsOf({ a: 'load("t", [])' });
  expect(plannedTables([cell!]).names).toEqual(["t"]);
  expect(plannedTables([{ ...cell!, source: 'load("u", [])' }]).names).toEqual([
    "u",
  ]);
});

test("a table is not missing while its cell is being written", () => {
  expect(missing('load("t", [', "SELECT * FROM t")).toEqual([]);
});
