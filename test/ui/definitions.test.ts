import { expect, test } from "vitest";
import type { Cell } from "../../src/notebook/document.ts";
import { cellOfTask, tasksOfCell } from "../../src/ui/definitions.ts";

function cell(id: string, source: string, kind: Cell["kind"] = "ts"): Cell {
  return { id, kind, name: id, source, flags: "" };
}

test("names at the start of a line are found, whatever defines them", () => {
  const source = [
    "const load1 = task(() => 1)",
    "export let b = 2",
    "async function fetchAll() {",
    "  const inner = 3",
    "}",
  ].join("\n");
  expect(tasksOfCell(cell("a", source))).toEqual(["load1", "b", "fetchAll"]);
});

test("a broken cell still leads to its tasks", () => {
  expect(tasksOfCell(cell("a", "const extract = task(( => {"))).toEqual([
    "extract",
  ]);
});

test("SQL and prose define no tasks", () => {
  expect(tasksOfCell(cell("a", "const x = 1", "md"))).toEqual([]);
  expect(tasksOfCell(cell("a", "const x = 1", "sql"))).toEqual([]);
});

test("a task leads to the cell that defines it", () => {
  const cells = [cell("a", "const x = 1"), cell("b", "const y = task(f)")];
  expect(cellOfTask(cells, "y")?.id).toBe("b");
  expect(cellOfTask(cells, "z")).toBeUndefined();
});
