import type { Cell } from "../notebook/document.ts";

const definition =
  /^(?:export\s+)?(?:const|let|var|async\s+function\*?|function\*?)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu;

/**
 * Names that a code cell defines at the start of a line: good enough to lead from a node to its cell and back, and it works
 * while the cell is broken.
 */
export function tasksOfCell(cell: Cell): string[] {
  if (cell.kind !== "ts" && cell.kind !== "js") return [];
  return [...cell.source.matchAll(definition)].map((match) => match[1] ?? "");
}

/** The cell that defines a task. */
export function cellOfTask(
  cells: readonly Cell[],
  task: string,
): Cell | undefined {
  return cells.find((cell) => tasksOfCell(cell).includes(task));
}
