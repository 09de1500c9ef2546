/** Giving a name another form wherever it stands, in code and in the values that queries take. */
import { fold } from "../../core/sqliteRules.ts";
import { writeName } from "../../core/sqlName.ts";
import type { Cell } from "../../notebook/document.ts";
import { placesOfTable } from "../../notebook/compile/queryTables.ts";
import { positionAt } from "../../notebook/compile/position.ts";
import { isIdentifier, isReserved, nameProblem } from "../../notebook/names.ts";
import type { CellSpan, Renaming } from "../../types/protocol.ts";
import { withoutQuoted } from "./sqlProblems.ts";
import * as words from "../words/editor.ts";
import type { Workbench } from "../workbench.svelte.ts";

/** Gives a SQL cell another name, here and wherever its rows are used. */
export async function renameSqlCell(
  bench: Workbench,
  { id, name }: Cell,
  to: string,
): Promise<void> {
  const { session } = bench;
  const isUsed = session.notebook?.cells.some(
    ({ id: other, kind, source }) =>
      other !== id &&
      (kind === "sql" ? source.includes("${") : kind !== "md") &&
      source.includes(name),
  );
  // What finds the places is large, and not needed where there is none.
  const checker = isUsed
    ? await (await bench.startTypes()).checkerOf(id)
    : undefined;
  const found = await checker?.renaming(0);
  const renaming: Renaming =
    found?.sqlCell === id
      ? found
      : { name, isField: false, spans: [], taken: {}, sqlCell: id };
  if (
    renaming.spans.length === 0 &&
    spansInQueries(bench, name, id).length === 0
  )
    return session.text.renameCell(id, to);
  const problem = rename(bench, renaming, to);
  if (problem !== undefined) session.notify("error", problem);
}

/** Gives a name its new form everywhere; gives why that cannot be, if so. */
export function rename(
  bench: Workbench,
  { name, isField, spans, taken: hidden, sqlCell }: Renaming,
  to: string,
): string | undefined {
  const { session } = bench;
  if (!isIdentifier(to)) return words.invalidName(to);
  if (!isField && isReserved(to)) return words.reservedName(to);
  const taken = (session.notebook?.cells ?? [])
    .filter(({ id }) => id !== sqlCell)
    .map((cell) => cell.name);
  const problem =
    sqlCell === undefined ? undefined : nameProblem(to, taken.filter(Boolean));
  if (problem !== undefined) return problem;
  const defined = new Set(
    session.program?.cells.flatMap(({ declares }) => declares),
  );
  if (to !== name && defined.has(name) && defined.has(to))
    return words.nameTaken(to);
  const other = Object.hasOwn(hidden, to) ? hidden[to] : undefined;
  const where = session.notebook?.cells.find(({ id }) => id === other?.cell);
  if (to !== name && other && where)
    return words.nameHidden({
      ...{ name: to, cell: where.name },
      line: positionAt(where.source, other.from).line,
    });
  const queried =
    sqlCell === undefined ? [] : spansInQueries(bench, name, sqlCell);
  const renamed = session.text.change((notebook, edits) => {
    const changed = edits.changeTexts(notebook, [
      ...spans.map(({ cell, from, to: end, before, after }) => ({
        cell,
        from,
        to: end,
        insert: before + to + after,
      })),
      ...queried.map((span) => ({ ...span, insert: writeName(to) })),
    ]);
    return sqlCell === undefined
      ? changed
      : edits.renameCell(changed, sqlCell, to);
  });
  const cells = new Set([...spans, ...queried].map(({ cell }) => cell)).size;
  void renamed.then((isDone) => {
    if (isDone)
      session.text.offerUndo(
        words.renamed({ before: name, after: to, cells }),
        () => bench.goInHistory("undo"),
      );
  });
  return undefined;
}

/** Where other queries read a SQL cell by its name. */
function spansInQueries(
  { session }: Workbench,
  name: string,
  id: string,
): CellSpan[] {
  const { notebook, program } = session;
  const readers = new Set(
    program?.cells
      .filter(({ reads }) => reads?.includes(name))
      .map((cell) => cell.id),
  );
  // A table goes before the cell.
  if (session.tables.some((table) => fold(table.name) === fold(name)))
    return [];
  return (notebook?.cells ?? []).flatMap((cell) =>
    cell.id !== id && readers.has(cell.id)
      ? placesOfTable(withoutQuoted(cell.source), name).map((span) => ({
          ...{ cell: cell.id, from: span.from, to: span.to },
        }))
      : [],
  );
}
