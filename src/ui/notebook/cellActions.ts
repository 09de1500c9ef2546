/** What can be done to cells from keys, menus and buttons: each is one step of the history, and leaves the focus where it helps. */
import { autoFlag, isAuto } from "../../notebook/autoFlag.ts";
import type { Cell, CellKind } from "../../notebook/document.ts";
import { makeId } from "../../runs/makeId.ts";
import type { Workbench } from "../workbench.svelte.ts";
import { cellTitle } from "./cellTitle.ts";
import * as words from "../words/cellActions.ts";

/** Cells that were cut or copied, as text, where the browser gives nobody its own clipboard. */
let clipboard = "";
/** Whether something else may have been copied since, in another window. */
let hasLeft = false;

export async function insert(
  bench: Workbench,
  kind: CellKind,
  after: string | undefined,
): Promise<void> {
  await bench.editCell(bench.session.text.insertCell(kind, after));
}

export async function insertAbove(bench: Workbench): Promise<void> {
  await insert(bench, "ts", bench.neighbour(-1)?.id);
}

export async function insertBelow(
  bench: Workbench,
  kind: CellKind = "ts",
): Promise<void> {
  await insert(bench, kind, selectedOrLast(bench));
}

export async function remove(bench: Workbench, id: string): Promise<void> {
  const next = beside(bench, id);
  bench.session.text.removeCell(id);
  if (next !== undefined) await bench.focusCell(next);
  else bench.session.selectedCell = undefined;
}

export async function move(
  bench: Workbench,
  id: string,
  by: 1 | -1,
): Promise<void> {
  const next = bench.neighbour(by);
  if (!next) return;
  const cells = bench.session.notebook?.cells ?? [];
  const at = indexOf(bench, id);
  if (isFoldedSection(bench, cells[at])) {
    const { besideSection } = await import("../../notebook/sections.ts");
    const beside = besideSection(cells, at, by);
    if (beside !== undefined) return moveTo(bench, id, beside);
    // What stands before the first section would be folded away with it.
    if (sectionOf(bench, id).length > 1) return;
  }
  const passed = by < 0 ? next.id : sectionOf(bench, next.id).at(-1)!;
  await moveTo(bench, id, indexOf(bench, passed));
}

/** Whether a cell is the head of a section that is folded. */
export function isFoldedSection(
  bench: Workbench,
  cell: Cell | undefined,
): boolean {
  return cell?.kind === "md" && bench.folds.has(cell);
}

/** A cell, and those that are folded away with it. */
function sectionOf(bench: Workbench, id: string): readonly string[] {
  const { hidden } = bench.folds;
  const cells = bench.session.notebook?.cells ?? [];
  return [
    id,
    ...cells.flatMap((cell) => (hidden.get(cell.id) === id ? [cell.id] : [])),
  ];
}

/** Moves a cell so that it stands at an index, or ends there with what is folded away with it. */
export async function moveTo(
  bench: Workbench,
  id: string,
  index: number,
): Promise<void> {
  const { session } = bench;
  const carets = { before: { cell: id }, after: { cell: id } };
  const moved = sectionOf(bench, id);
  const isUp = index < indexOf(bench, id);
  await session.text.change(
    (notebook, edits) =>
      moved.reduce(
        (changed, one, offset) =>
          edits.moveCell(changed, one, isUp ? index + offset : index),
        notebook,
      ),
    carets,
  );
  await bench.focusCell(id);
  const cells = session.notebook?.cells ?? [];
  const at = indexOf(bench, id);
  const cell = cells[at];
  if (cell)
    bench.spoken = words.cellMoved({
      cell: cellTitle(cell),
      position: at + 1,
      count: cells.length,
    });
}

export async function setKind(
  bench: Workbench,
  id: string,
  kind: CellKind,
): Promise<void> {
  bench.session.text.setKind(id, kind);
  await bench.focusCell(id);
}

/** Lets the tasks of a cell run by themselves when they or their inputs change, or no longer. */
export async function toggleAuto(bench: Workbench, cell: Cell): Promise<void> {
  const isOn = !isAuto(cell);
  await bench.session.text.change(
    (notebook, edits) => edits.setFlag(notebook, cell.id, autoFlag, isOn),
    { before: { cell: cell.id }, after: { cell: cell.id } },
  );
  await bench.focusCell(cell.id);
  const title = cellTitle(cell);
  bench.spoken = isOn ? words.isAuto(title) : words.isNotAuto(title);
}

/** Parts a cell where the cursor is. */
export async function split(bench: Workbench, id: string): Promise<void> {
  const selection = bench.selectionIn(id);
  if (!selection) {
    bench.session.notify("info", words.splitHint);
    return;
  }
  const newId = makeId();
  const isDone = await bench.session.text.change(
    (notebook, edits) => edits.splitCell(notebook, id, selection.head, newId),
    {
      before: { cell: id, selection },
      after: { cell: newId, selection: { anchor: 0, head: 0 } },
    },
  );
  if (isDone) await bench.editCell(newId, { anchor: 0, head: 0 });
}

/** Joins a cell with the one below. */
export async function merge(bench: Workbench, id: string): Promise<void> {
  const carets = { before: { cell: id }, after: { cell: id } };
  await bench.session.text.change(
    (notebook, edits) => edits.mergeWithNext(notebook, id),
    carets,
  );
  await bench.focusCell(id);
}

/** Copies a cell as the text that it is in the file. */
export async function copy(bench: Workbench, cell: Cell): Promise<void> {
  const { printNotebook } = await bench.session.text.editable();
  const { notebook } = bench.session;
  if (!notebook) return;
  clipboard = printNotebook({ ...notebook, frontMatter: "", cells: [cell] });
  hasLeft = false;
  addEventListener("blur", () => (hasLeft = true), { once: true });
  // Who does not give the browser's clipboard still has ours.
  void navigator.clipboard?.writeText(clipboard).catch(() => undefined);
  bench.spoken = words.cellCopied(cellTitle(cell));
}

export async function cut(bench: Workbench, cell: Cell): Promise<void> {
  await copy(bench, cell);
  await remove(bench, cell.id);
}

/** Puts what was cut or copied last below the selected cell. */
export async function paste(bench: Workbench): Promise<void> {
  const mayBeOlder = clipboard === "" || hasLeft || (await isReadable());
  const others = mayBeOlder
    ? await navigator.clipboard?.readText().catch(() => "")
    : "";
  await pasteText(bench, others || clipboard);
}

/** Whether the browser's clipboard is read without asking the reader. */
async function isReadable(): Promise<boolean> {
  // Not every browser knows the name.
  const name = "clipboard-read" as PermissionName;
  const found = await navigator.permissions
    ?.query({ name })
    .catch(() => undefined);
  return found?.state === "granted";
}

/** Puts the cells of a text, or of a notebook of Jupyter, below the selected one; text without cells becomes a text cell. */
export async function pasteText(bench: Workbench, text: string): Promise<void> {
  if (text.trim() === "") return;
  const { session } = bench;
  const after = selectedOrLast(bench);
  const { parseNotebook } = await session.text.editable();
  const { readPasted } = await import("../../notebook/convert/readFile.ts");
  const read = await readPasted(text, "").catch(() => ({ text, messages: [] }));
  const { cells } = parseNotebook(read.text, makeId).notebook;
  const last = cells.at(-1);
  if (!last) return;
  const isDone = await session.text.change(
    (notebook, edits) => edits.insertCells(notebook, cells, after),
    {
      before: after === undefined ? undefined : { cell: after },
      after: { cell: last.id },
    },
  );
  if (!isDone) return;
  if (read.messages.length > 0) session.notify("info", read.messages.join(" "));
  await bench.focusCell(last.id);
}

function selectedOrLast({ session }: Workbench): string | undefined {
  return session.selectedCell ?? session.notebook?.cells.at(-1)?.id;
}

function indexOf({ session }: Workbench, id: string): number {
  return session.notebook?.cells.findIndex((cell) => cell.id === id) ?? -1;
}

function beside(bench: Workbench, id: string): string | undefined {
  const cells = bench.session.notebook?.cells ?? [];
  const index = indexOf(bench, id);
  return (cells[index + 1] ?? cells[index - 1])?.id;
}
