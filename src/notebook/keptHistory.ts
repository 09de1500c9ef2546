/**
 * A history as plain data, to outlive the page. Notebooks share most of their cells, and a cell that was typed in differs
 * little from what it was before: each is kept once, and as what differs from the next one after it.
 */
import type { Cell, Notebook } from "./document.ts";
import { findChange, type Replacement } from "./findChange.ts";
import type { Caret, History, Step } from "./history.ts";

/** A history as it is kept. Steps are in the order of time, the present one among them. */
export interface KeptHistory {
  version: 1;
  cells: readonly KeptCell[];
  steps: readonly KeptStep[];
  /** Which of the steps is the present. */
  present: number;
}

type KeptCell =
  | { type: "whole"; cell: Cell }
  /** As another cell, but for a change of its source. */
  | { type: "changed"; of: number; change: Replacement };

interface KeptStep {
  cells: readonly number[];
  rest: Omit<Notebook, "cells">;
  caret: Caret | undefined;
}

/** How many steps are kept on either side of the present. */
const mostSteps = 200;
/** How many characters of text are kept at most; older steps are left out before that. */
const mostText = 1_000_000;

/** The plain form of a history. */
export function keepHistory({
  past,
  present,
  caret,
  future,
}: History): KeptHistory {
  const now: Step = { notebook: present, caret };
  const cells: KeptCell[] = [];
  const places = new Map<Cell, number>();
  /** The last form of each cell that was kept, by its id. */
  const latest = new Map<string, Cell>();
  let size = 0;

  function placeOf(cell: Cell): number {
    const known = places.get(cell);
    if (known !== undefined) return known;
    const kept = differ(cell, latest.get(cell.id), places);
    size +=
      kept.type === "whole" ? cell.source.length : kept.change.insert.length;
    latest.set(cell.id, cell);
    places.set(cell, cells.length);
    return cells.push(kept) - 1;
  }
  function keep({ notebook, caret: at }: Step): KeptStep {
    const { cells: all, ...rest } = notebook;
    return { cells: all.map(placeOf), rest, caret: at };
  }

  // From the present outwards, so that what is left out is what is furthest away.
  const steps = [keep(now)];
  for (const step of future.slice(0, mostSteps)) {
    if (size > mostText) break;
    steps.push(keep(step));
  }
  for (const cell of present.cells) latest.set(cell.id, cell);
  let before = 0;
  for (const step of past.slice(-mostSteps).reverse()) {
    if (size > mostText) break;
    steps.unshift(keep(step));
    before += 1;
  }
  return { version: 1, cells, steps, present: before };
}

/** The history that was kept; undefined for what is none. */
export function restoreHistory(kept: unknown): History | undefined {
  try {
    return isKept(kept) ? restore(kept) : undefined;
  } catch {
    // Kept by another version of the app, or damaged: the text itself is what matters.
    return undefined;
  }
}

function restore(kept: KeptHistory): History | undefined {
  const cells: Cell[] = [];
  for (const entry of kept.cells) cells.push(toCell(entry, cells));
  const steps = kept.steps.map((step): Step => ({
    notebook: {
      ...step.rest,
      cells: step.cells.map((place) => {
        const cell = cells[place];
        if (!cell) throw new RangeError("a cell is missing");
        return cell;
      }),
    },
    caret: step.caret,
  }));
  const present = steps[kept.present];
  return (
    present && {
      present: present.notebook,
      caret: present.caret,
      past: steps.slice(0, kept.present),
      future: steps.slice(kept.present + 1),
      typing: undefined,
    }
  );
}

function toCell(entry: KeptCell, before: readonly Cell[]): Cell {
  if (entry.type === "whole") return entry.cell;
  const of = before[entry.of];
  if (!of) throw new RangeError("a cell is missing");
  const { from, to, insert } = entry.change;
  return {
    ...of,
    source: of.source.slice(0, from) + insert + of.source.slice(to),
  };
}

function differ(
  cell: Cell,
  other: Cell | undefined,
  places: ReadonlyMap<Cell, number>,
): KeptCell {
  const of = other && places.get(other);
  const isOnlyText =
    other?.name === cell.name &&
    other.kind === cell.kind &&
    other.flags === cell.flags;
  const change = other && findChange(other.source, cell.source);
  return of !== undefined && isOnlyText && change
    ? { type: "changed", of, change }
    : { type: "whole", cell };
}

function isKept(value: unknown): value is KeptHistory {
  return (
    typeof value === "object" &&
    value !== null &&
    "version" in value &&
    value.version === 1
  );
}
