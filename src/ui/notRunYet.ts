import type { ErrorData } from "../core/errors.ts";
import { isFinal, type State } from "../core/state.ts";
import { adviceOnCell } from "../notebook/compile/cellAsTable.ts";
import { findWrittenTables } from "../notebook/compile/writtenTables.ts";
import type { Program } from "../notebook/compile/program.ts";
import type { Cell } from "../notebook/document.ts";
import * as words from "./words/notRunYet.ts";

/** A notebook, and how the last run of each of its flows went, if there was one. */
interface Situation {
  cells: readonly Cell[];
  program: Program | undefined;
  flows: readonly { name: string; cell: string | undefined }[];
  stateOf(flow: string): State | undefined;
}

/** What a cell says instead of an error when all that is missing is a run of a flow; undefined for every other error. */
export function tellNotRunYet(
  { code, name, message }: ErrorData,
  situation: Situation,
): string | undefined {
  if (name === "NotRunYet") return message;
  const table = /no such table: ([^\s.]+)/i.exec(message)?.[1];
  // The second is of a cell that needs one which failed so.
  const isOurs = code === "sql-failed" || code === "cell-failed";
  if (!isOurs || table === undefined) return undefined;
  const { cells } = situation;
  const isWritten = findWrittenTables(cells).names.some(
    (name) => name.toLowerCase() === table.toLowerCase(),
  );
  const advice = isWritten ? undefined : adviceOnCell(message, cells);
  if (advice) return advice;
  const flow = makerOf(table, situation);
  if (flow === undefined) return undefined;
  const state = situation.stateOf(flow);
  if (state === undefined) return words.missingTable({ table, flow });
  return isFinal(state) ? undefined : words.tableToCome({ table, flow });
}

/** The flow that makes a table: the first whose cell writes it or takes something from one that does; an only flow in any case. */
function makerOf(
  table: string,
  { cells, program, flows }: Situation,
): string | undefined {
  if (flows.length === 1) return flows[0]!.name;
  const makers = new Set(
    cells.filter((cell) => writes(cell, table)).map(({ id }) => id),
  );
  const names = new Set<string>();
  for (const { id, inputs, declares } of program?.cells ?? []) {
    if (!makers.has(id) && !inputs.some((name) => names.has(name))) continue;
    makers.add(id);
    for (const name of declares) names.add(name);
  }
  return flows.find(({ cell }) => cell !== undefined && makers.has(cell))?.name;
}

function writes(cell: Cell, table: string): boolean {
  return findWrittenTables([cell]).names.some((name) =>
    // Of a snapshot only the beginning of its name is known.
    name.endsWith("_…")
      ? table.toLowerCase().startsWith(name.slice(0, -1).toLowerCase())
      : table.toLowerCase() === name.toLowerCase(),
  );
}
