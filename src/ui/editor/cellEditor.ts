/** The editor of a cell among the other cells: what it knows of them, and what it does to them. */
import { positionAt } from "../../notebook/compile/position.ts";
import type { CellSpan } from "../../types/protocol.ts";
import type { Workbench } from "../workbench.svelte.ts";
import { createEditor, type Editor, type EditorOptions } from "./editor.ts";
import { rename } from "./rename.ts";
import type { Surroundings } from "./surroundings.ts";

type GivenOptions = Pick<
  EditorOptions,
  "text" | "kind" | "label" | "isReadOnly" | "scrollLeft"
>;

export type { Editor };

/** Makes the editor of a cell. */
export function createCellEditor(
  parent: HTMLElement,
  bench: Workbench,
  cell: string,
  options: GivenOptions,
): Editor {
  return createEditor(parent, {
    ...options,
    surroundings: surroundingsOf(bench, cell),
    onChange: (text, { what, before, after }) =>
      bench.session.text.editCell(cell, text, {
        what,
        before: { cell, selection: before },
        after: { cell, selection: after },
      }),
    onHistory: (step) => void bench.goInHistory(step),
    onFocus: () => void begin(bench, cell),
  });
}

/** Somebody is about to write: what helps with it gets ready. */
async function begin(bench: Workbench, cell: string): Promise<void> {
  const types = await bench.startTypes();
  if (hasCode(bench, cell)) await types.checkerOf(cell);
}

function hasCode({ session }: Workbench, id: string): boolean {
  const cell = session.notebook?.cells.find((one) => one.id === id);
  if (cell?.kind === "sql") return cell.source.includes("${");
  return cell?.kind === "ts" || cell?.kind === "js";
}

function surroundingsOf(bench: Workbench, cell: string): Surroundings {
  const { session } = bench;
  return {
    tables: () =>
      bench.types?.tables().filter((table) => table.cell !== cell) ??
      session.tables,
    checker: async () => (await bench.startTypes()).checkerOf(cell),
    goTo: (span) => goTo(bench, span),
    rename: (renaming, to) => rename(bench, renaming, to),
    tell: (message) => session.notify("info", message),
  };
}

function goTo(bench: Workbench, span: CellSpan): void {
  const found = bench.session.notebook?.cells.find(
    ({ id }) => id === span.cell,
  );
  if (!found) return;
  // The name of a SQL cell is not in its text.
  if (found.kind === "sql" && span.from === span.to)
    void bench.focusCell(found.id);
  else void bench.editCell(found.id, positionAt(found.source, span.from));
}
