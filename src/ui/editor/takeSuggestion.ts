import type { Cell, Diagnostic } from "../../notebook/document.ts";
import { positionAt } from "../../notebook/compile/position.ts";
import type { Workbench } from "../workbench.svelte.ts";
import * as words from "../words/editor.ts";

type Suggestion = Diagnostic & { instead: string };

/** Writes what a message asks about ("Did you mean …?") in place of what stands there, as one step. */
export async function takeSuggestion(
  bench: Workbench,
  cell: Cell,
): Promise<void> {
  const { session } = bench;
  const selection = bench.selectionIn(cell.id);
  const told = session.diagnostics.filter((found) => found.cell === cell.id);
  const found = suggestionAt(
    [...told, ...(bench.types?.of(cell, told) ?? [])],
    cell.source,
    selection?.head,
  );
  if (!found) return session.notify("info", words.noSuggestion);
  const { from, to, instead: insert } = found;
  const end = from + insert.length;
  await session.text.change(
    (notebook, edits) =>
      edits.changeTexts(notebook, [{ cell: cell.id, from, to, insert }]),
    {
      before: selection ? { cell: cell.id, selection } : { cell: cell.id },
      after: { cell: cell.id, selection: { anchor: end, head: end } },
    },
  );
}

/** The problem that knows what was meant and is the nearest in the cursor's line; without any there, the only one of the cell. */
export function suggestionAt(
  problems: readonly Diagnostic[],
  source: string,
  cursor: number | undefined,
): Suggestion | undefined {
  const known = problems.filter(
    (problem): problem is Suggestion => problem.instead !== undefined,
  );
  if (cursor !== undefined) {
    const { line } = positionAt(source, cursor);
    const distance = ({ from, to }: Diagnostic): number =>
      Math.max(from - cursor, cursor - to, 0);
    const [nearest] = known
      .filter((problem) => problem.line === line)
      .sort((one, other) => distance(one) - distance(other));
    if (nearest) return nearest;
  }
  return known.length === 1 ? known[0] : undefined;
}
