/** What changed between two texts of a notebook, cell by cell. Pure. */
import { diffArrays } from "diff";
import type { Cell, Notebook } from "../document.ts";
import { isUnchanged, matchCells } from "./matchCells.ts";
import { compareTexts, countWords, type Row } from "./rows.ts";

/** What became of one cell. */
export interface CellChange {
  /** undefined: the cell was added. */
  before: Cell | undefined;
  /** undefined: the cell was removed. */
  after: Cell | undefined;
  /** Whether it stands elsewhere among the others. */
  isMoved: boolean;
  /** Whether nothing but its place changed. */
  isSame: boolean;
  /** Its text, line by line. */
  rows: readonly Row[];
}

export interface Comparison {
  /** The front matter, line by line. */
  frontMatter: { isSame: boolean; rows: readonly Row[] };
  /** In the order of the later text; a removed cell stands after the one that it followed. */
  cells: readonly CellChange[];
  /** Words. */
  added: number;
  removed: number;
  /** Whether both texts are the same. */
  isSame: boolean;
}

export function compareNotebooks(
  before: Notebook,
  after: Notebook,
): Comparison {
  const found = matchCells(before.cells, after.cells);
  const moved = movedCells(before.cells, after.cells, found);
  const cells = after.cells.map((cell) =>
    changeOf(found.get(cell), cell, moved.has(cell)),
  );
  insertRemoved(cells, before.cells, new Set(found.values()));

  const frontMatter = {
    isSame: before.frontMatter === after.frontMatter,
    rows: compareTexts(before.frontMatter, after.frontMatter),
  };
  const words = countWords([
    ...frontMatter.rows,
    ...cells.flatMap(({ rows }) => rows),
  ]);
  const isSame =
    frontMatter.isSame && cells.every((cell) => cell.isSame && !cell.isMoved);
  return { frontMatter, cells, ...words, isSame };
}

function changeOf(
  before: Cell | undefined,
  after: Cell | undefined,
  isMoved: boolean,
): CellChange {
  return {
    before,
    after,
    isMoved,
    isSame:
      before !== undefined && after !== undefined && isUnchanged(before, after),
    rows: compareTexts(before?.source ?? "", after?.source ?? ""),
  };
}

/** Cells of the later text that do not stand in the order of the earlier one, as few as can be said to have moved. */
function movedCells(
  before: readonly Cell[],
  after: readonly Cell[],
  found: ReadonlyMap<Cell, Cell>,
): ReadonlySet<Cell> {
  const kept = new Set(found.values());
  const order = after.filter((cell) => found.has(cell));
  const steps = diffArrays(
    before.filter((cell) => kept.has(cell)),
    order.map((cell) => found.get(cell)!),
  );
  const movedFrom = new Set(
    steps.flatMap((step) => (step.added ? step.value : [])),
  );
  return new Set(order.filter((cell) => movedFrom.has(found.get(cell)!)));
}

/** Puts each removed cell after the change of the cell that it followed. */
function insertRemoved(
  changes: CellChange[],
  before: readonly Cell[],
  kept: ReadonlySet<Cell>,
): void {
  for (const [index, cell] of before.entries()) {
    if (kept.has(cell)) continue;
    const previous = before[index - 1];
    const at = changes.findIndex((change) => change.before === previous);
    const place = previous === undefined ? 0 : at + 1;
    changes.splice(place, 0, changeOf(cell, undefined, false));
  }
}
