/** SQL cells as other queries see them: tables, unless there is one of that name. */
import { fold } from "../../core/sqliteRules.ts";
import type { Cell } from "../../notebook/document.ts";
import type { KnownTable } from "./surroundings.ts";

/** The SQL cells that queries can read beside these tables, with the columns that came out last, or else those that their text tells. */
export function knownCells(
  cells: readonly Cell[],
  tables: readonly KnownTable[],
  columnsOf: (cell: Cell) => readonly string[] | undefined,
): readonly (KnownTable & { cell: string })[] {
  const taken = new Set(tables.map(({ name }) => fold(name)));
  return cells.flatMap((cell) => {
    const { id, kind, name, source } = cell;
    if (kind !== "sql" || name === "" || taken.has(fold(name))) return [];
    const known = columnsOf(cell);
    const columns = (known ?? []).map((column) => ({ name: column, type: "" }));
    const view = known ? undefined : `CREATE VIEW ${name} AS ${source}`;
    return { name, cell: id, view, columns };
  });
}
