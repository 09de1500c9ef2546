/** Which SQL cells the query of another reads, and where such a name means a table. */
import { fold } from "../../core/sqliteRules.ts";
import { isCell, type Step } from "./circles.ts";
import { complain } from "./complain.ts";
import type { LinkedCell } from "./link.ts";

/**
 * Finds the SQL cells that queries read: what they name where a table can stand, unless it is a table that the notebook makes. A
 * cell that names itself means the table of that name. SQL takes a name in capitals for the same one.
 */
export function resolveTables(
  cells: readonly LinkedCell[],
  isWritten: (table: string) => boolean,
): void {
  const queries = new Map<string, LinkedCell>();
  for (const cell of cells)
    if (cell.kind === "sql" && !queries.has(fold(cell.name)))
      queries.set(fold(cell.name), cell);
  for (const cell of cells)
    for (const { name, from, to } of cell.analysis.tables ?? []) {
      const read = queries.get(fold(name));
      if (!read || fold(read.name) === fold(cell.name)) continue;
      if (cell.reads.has(read.name) || isWritten(fold(name))) continue;
      cell.reads.set(read.name, { from, to });
    }
}

/**
 * Has queries that read each other in a circle, also over other cells, take the names for tables, which may be there although no
 * code is seen that makes them: those of a database that was imported, or whose names are computed. Says whether there were some.
 */
export function leaveCircles(
  components: readonly (readonly Step[])[],
): boolean {
  let hasLeft = false;
  for (const component of components) {
    if (component.length < 2) continue;
    const inside = new Set(component);
    for (const cell of component.filter(isCell))
      for (const [name, span] of cell.reads) {
        if (!inside.has(name)) continue;
        hasLeft = true;
        cell.reads.delete(name);
        complain(
          cell,
          span,
          "warning",
          "cell-cycle",
          `The SQL cell ${name} needs this one, so \`${name}\` is no cell here, but a table of that name. If there is none, have one of the two read tables, or rename it.`,
        );
      }
  }
  return hasLeft;
}

/** Has a query take the name of a SQL cell that is left out for a table. */
export function leaveBroken(
  cell: LinkedCell,
  missing: ReadonlyMap<string, LinkedCell>,
): void {
  for (const [name, span] of cell.reads) {
    if (!missing.has(name)) continue;
    cell.reads.delete(name);
    complain(
      cell,
      span,
      "warning",
      "cell-failed",
      `The SQL cell ${name} ${hasError(missing.get(name)!) ? "has an error" : "waits for another cell"}. Until that is put right there, \`${name}\` is no cell here, but a table of that name.`,
    );
  }
}

/** Whether something is wrong with a cell itself. */
export function hasError({ problems }: LinkedCell): boolean {
  return problems.some(({ severity }) => severity === "error");
}
