import type { Command, TaskNumber, Time } from "./events.ts";
import { move, nodeOf, type SchedulerState } from "./schedulerState.ts";
import { flags } from "./taskTable.ts";

/** A sub-flow begins with the first of its tasks, and so does the time that it may take. */
export function beginFlows(
  state: SchedulerState,
  number: TaskNumber,
  at: Time,
  commands: Command[],
): void {
  const { within } = nodeOf(state, number);
  if (within.length === 0) return;
  const { table, index } = state;
  const path = table.path(number);
  for (const id of within) {
    const flow = index.numberOf.get(id)!;
    const { over, options } = nodeOf(state, flow);
    const run = table.find(flow, path, over.length);
    if (table.level[run] !== over.length || table.isFinal(run)) continue;
    if (!Number.isNaN(table.startedAt[run])) continue;
    // A part of a sub-flow may run without the sub-flow.
    if (table.has(run, flags.excluded)) continue;
    table.startedAt[run] = at;
    move(state, run, "Running");
    if (options.timeout === undefined) continue;
    const until = at + options.timeout;
    table.edit(run).until = until;
    commands.push({
      type: "set-timer",
      task: run,
      attempt: 0,
      timer: "timeout",
      at: until,
    });
  }
}
