import type { TaskNumber } from "./events.ts";
import { nodeOf, type SchedulerState } from "./schedulerState.ts";
import type { TaskTable } from "./taskTable.ts";

/** Which element of its map a run is, from 0, counted through all levels; undefined outside a map. */
export function mapIndexOf(
  state: SchedulerState,
  number: TaskNumber,
): number | undefined {
  const { table } = state;
  if (table.level[number] === 0) return undefined;
  const depth = nodeOf(state, number).over.length;
  let index = 0;
  // What comes before it on each level: to go through all elements for each attempt would be quadratic.
  for (let run = number; table.parent[run]! >= 0; run = table.parent[run]!)
    if (table.level[run] === depth) index += table.place[run]!;
    else
      for (let before = table.place[run]!; before > 0; before -= 1)
        index += countLeaves(table, run - before, depth);
  return index;
}

function countLeaves(
  table: TaskTable,
  number: TaskNumber,
  depth: number,
): number {
  if (!table.isExpanded(number)) return 1;
  const count = table.count[number]!;
  if (table.level[number] === depth - 1) return count;
  let leaves = 0;
  for (let place = 0; place < count; place += 1)
    leaves += countLeaves(table, table.first[number]! + place, depth);
  return leaves;
}
