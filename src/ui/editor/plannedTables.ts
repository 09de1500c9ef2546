/** The tables that the code of a notebook says it makes. */
import {
  findWrittenTables,
  type WrittenTables,
} from "../../notebook/compile/writtenTables.ts";
import type { Cell } from "../../notebook/document.ts";

/** What each cell was found to write; a cell that changes is another one. */
const read = new WeakMap<Cell, WrittenTables>();
/** A table that a cell loads, seen in a text that cannot be read yet because somebody is writing it. */
const loading = /\bload\(\s*(["'`])([^"'`\n$]+)\1/g;

/** Reads which tables the cells make, and whether some get their names only when a task runs. */
export function plannedTables(cells: readonly Cell[]): WrittenTables {
  const names = new Set<string>();
  let hasOthers = false;
  for (const cell of cells) {
    let written = read.get(cell);
    if (!written) read.set(cell, (written = findWrittenTables([cell])));
    hasOthers ||= written.hasOthers;
    if (cell.kind === "ts" || cell.kind === "js")
      for (const [, , name = ""] of cell.source.matchAll(loading))
        names.add(name);
    for (const name of written.names)
      // Of a snapshot only the beginning of its name is known.
      if (name.endsWith("_…")) hasOthers = true;
      else names.add(name);
  }
  return { names: [...names], hasOthers };
}
