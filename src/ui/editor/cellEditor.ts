/** The editor of a cell among the other cells: what it knows of them, and what it does to them. */
import { positionAt } from "../../notebook/compile/position.ts";
import { isIdentifier, nameProblem } from "../../notebook/names.ts";
import type { CellSpan, Renaming } from "../../types/protocol.ts";
import type { Workbench } from "../workbench.svelte.ts";
import { createEditor, type Editor, type EditorOptions } from "./editor.ts";
import type { Surroundings } from "./surroundings.ts";
import * as words from "../words/editor.ts";

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
      bench.session.editCell(cell, text, {
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
  const kind = kindOf(bench, cell);
  if (kind === "ts" || kind === "js") await types.checkerOf(cell);
}

function kindOf({ session }: Workbench, cell: string): string | undefined {
  return session.notebook?.cells.find(({ id }) => id === cell)?.kind;
}

function surroundingsOf(bench: Workbench, cell: string): Surroundings {
  const { session } = bench;
  return {
    tables: () => bench.types?.tables() ?? session.tables,
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
  if (found.kind === "sql") void bench.focusCell(found.id);
  else void bench.editCell(found.id, positionAt(found.source, span.from));
}

/** Gives a name its new form everywhere; gives why that cannot be, if so. */
function rename(
  bench: Workbench,
  { name, spans, sqlCell }: Renaming,
  to: string,
): string | undefined {
  const { session } = bench;
  if (!isIdentifier(to)) return words.invalidName(to);
  const taken = (session.notebook?.cells ?? [])
    .filter(({ id }) => id !== sqlCell)
    .map((cell) => cell.name);
  const problem =
    sqlCell === undefined ? undefined : nameProblem(to, taken.filter(Boolean));
  if (problem !== undefined) return problem;
  void session.change((notebook, edits) => {
    const changed = edits.changeTexts(
      notebook,
      spans.map(({ cell, from, to: end, before, after }) => ({
        cell,
        from,
        to: end,
        insert: before + to + after,
      })),
    );
    return sqlCell === undefined
      ? changed
      : edits.renameCell(changed, sqlCell, to);
  });
  const cells = new Set(spans.map(({ cell }) => cell)).size;
  session.notify("info", words.renamed({ before: name, after: to, cells }), {
    label: words.undo,
    run: () => bench.goInHistory("undo"),
  });
  return undefined;
}
