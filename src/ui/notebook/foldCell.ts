import type { Cell } from "../../notebook/document.ts";
import { foldFlag, isFolded } from "../../notebook/foldFlag.ts";
import * as words from "../words/fold.ts";
import type { Workbench } from "../workbench.svelte.ts";
import { cellTitle } from "./cellTitle.ts";

/** Folds the text of a cell away and with it its section, or shows them again. In the reader's own notebooks it stays so. */
export async function foldCell(
  bench: Workbench,
  cell: Cell,
  isClosed: boolean,
): Promise<void> {
  const { session, folds } = bench;
  const isOwn = bench.canChange && !session.preview;
  if (isOwn && isFolded(cell) !== isClosed)
    await session.text.change(
      (notebook, edits) => edits.setFlag(notebook, cell.id, foldFlag, isClosed),
      { before: { cell: cell.id }, after: { cell: cell.id } },
    );
  folds.set(cell.id, isOwn ? undefined : isClosed);
  await bench.focusCell(cell.id);
  const count = folds.count(cell.id);
  const title = cellTitle(cell);
  bench.spoken = !isClosed
    ? words.unfolded(title)
    : count > 0
      ? words.foldedCells({ title, cells: count })
      : words.folded(title);
}
