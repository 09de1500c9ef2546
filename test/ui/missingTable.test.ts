import { expect, test } from "vitest";
import { FlowError } from "../../src/core/errors.ts";
import { tellMissingTable } from "../../src/ui/missingTable.ts";

const missing = new FlowError(
  "sql-failed",
  "SQLite: no such table: squares. Load it first.",
);

test("a table that no run has made yet is no error, but something to run first", () => {
  expect(tellMissingTable(missing, { hasRun: false, flow: "Squares" })).toBe(
    "There is no table squares yet. Run Squares first.",
  );
});

test("after a run a missing table is an error, and so is every other mistake", () => {
  const after = { hasRun: true, flow: "Squares" };
  expect(tellMissingTable(missing, after)).toBeUndefined();
  const other = new FlowError("sql-failed", "SQLite: near FORM: syntax error.");
  const before = { hasRun: false, flow: "Squares" };
  expect(tellMissingTable(other, before)).toBeUndefined();
  const flowless = { hasRun: false, flow: undefined };
  expect(tellMissingTable(missing, flowless)).toBeUndefined();
});
