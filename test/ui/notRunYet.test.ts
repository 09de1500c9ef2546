import { expect, test } from "vitest";
import type { State } from "../../src/core/state.ts";
import { compileNotebook } from "../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";
import { tellNotRunYet } from "../../src/ui/notRunYet.ts";

const missing = (table: string) => ({
  code: "sql-failed" as const,
  name: "FlowError",
  message: `SQLite: no such table: ${table}. Load it first.`,
});

/** A notebook of cells with names, each of which has the flow of its name, and the flows that have run. */
function notebook(sources: Record<string, string>, ...run: string[]) {
  const fences = Object.entries(sources).map(
    ([name, source]) => `\`\`\`ts ${name}\n${source}\n\`\`\``,
  );
  const { notebook } = parseNotebook(
    `---\nflowbook: 1\n---\n\n${fences.join("\n\n")}\n`,
  );
  return {
    cells: notebook.cells,
    program: compileNotebook(notebook),
    flows: notebook.cells
      .filter(({ source }) => source.includes("flow("))
      .map(({ id, name }) => ({ name: name!, cell: id })),
    stateOf: (flow: string): State | undefined =>
      run.includes(flow) ? "Success" : undefined,
  };
}

const two = {
  notes:
    "const note = (text: string) => db.exec(`INSERT INTO notes VALUES (?)`, [text])",
  Clock: 'flow("Clock", () => { load("ticks", [{ at: 1 }]) })',
  Publish:
    'const tell = task(() => note("x")); flow("Publish", () => { load("Prices", [tell()]) })',
};

test("a table that no run has made yet is no error, but names the flow that makes it", () => {
  const fresh = notebook(two);
  expect(tellNotRunYet(missing("prices"), fresh)).toBe(
    "There is no table prices yet. Run Publish first.",
  );
  expect(tellNotRunYet(missing("ticks"), fresh)).toContain("Run Clock first");
  // by way of a function of another cell
  expect(tellNotRunYet(missing("notes"), fresh)).toContain("Run Publish first");
});

test("a cell that needs one which reads a missing table names the flow too", () => {
  const needing = {
    ...missing("ticks"),
    code: "cell-failed" as const,
    message: `The cell chart needs cell rows, which failed: ${missing("ticks").message}`,
  };
  expect(tellNotRunYet(needing, notebook(two))).toBe(
    "There is no table ticks yet. Run Clock first.",
  );
});

test("a run of another flow does not make a missing table an error, one of its own flow does", () => {
  expect(tellNotRunYet(missing("ticks"), notebook(two, "Publish"))).toContain(
    "Run Clock first",
  );
  expect(
    tellNotRunYet(missing("ticks"), notebook(two, "Clock")),
  ).toBeUndefined();
});

test("a table that a run is about to make is no error while the run goes on", () => {
  const stateOf = (): State => "Running";
  expect(tellNotRunYet(missing("ticks"), { ...notebook(two), stateOf })).toBe(
    "There is no table ticks yet. Clock is running.",
  );
});

test("a table that no flow of several makes is an error, one that an only flow may make is not", () => {
  expect(tellNotRunYet(missing("tikcs"), notebook(two))).toBeUndefined();
  const { Clock } = two;
  expect(tellNotRunYet(missing("squares"), notebook({ Clock }))).toBe(
    "There is no table squares yet. Run Clock first.",
  );
  expect(tellNotRunYet(missing("squares"), notebook({}))).toBeUndefined();
});

test("a cell that shows the result of a flow says to run it, and every other mistake is an error", () => {
  const message = "Run Clock first: this cell shows its result.";
  const early = { name: "NotRunYet", message };
  expect(tellNotRunYet(early, notebook(two))).toBe(message);
  const other = {
    ...missing("x"),
    message: "SQLite: near FORM: syntax error.",
  };
  expect(tellNotRunYet(other, notebook(two))).toBeUndefined();
});

test("code that takes a SQL cell for a table is told so, and not to wait for a flow", () => {
  const { cells, ...rest } = notebook({ Clock: two.Clock });
  const sql = { ...cells[0]!, id: "c", kind: "sql" as const, name: "counts" };
  const found = { ...rest, cells: [...cells, { ...sql, source: "SELECT 1" }] };
  expect(tellNotRunYet(missing("counts"), found)).toMatch(
    /^counts is a SQL cell and no table.* as the value counts\.$/,
  );
  // A table may have the name of the cell.
  const ticks = { ...sql, name: "ticks" };
  expect(
    tellNotRunYet(missing("ticks"), { ...rest, cells: [...cells, ticks] }),
  ).toContain("Run Clock first");
});
