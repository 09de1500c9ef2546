import type { Command, TaskNumber, Time } from "./events.ts";
import {
  elementId,
  move,
  nodeOf,
  type SchedulerState,
} from "./schedulerState.ts";
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
    const { over } = nodeOf(state, flow);
    const run = table.find(flow, path, over.length);
    if (table.level[run] === over.length) beginFlow(state, run, at, commands);
    else {
      const begun = elementId(id, path.slice(0, over.length));
      if (!state.flowsBegun.has(begun)) state.flowsBegun.set(begun, at);
    }
  }
}

/** Of a mapped sub-flow tasks may begin before there is a run of it for them, when the lists come from a task. */
export function beginExpanded(
  state: SchedulerState,
  map: TaskNumber,
  commands: Command[],
): void {
  const { table, flowsBegun } = state;
  const { id, over } = nodeOf(state, map);
  if (flowsBegun.size === 0 || table.level[map]! + 1 < over.length) return;
  for (let place = 0; place < table.count[map]!; place += 1) {
    const run = table.first[map]! + place;
    const begun = elementId(id, table.path(run));
    const at = flowsBegun.get(begun);
    if (at === undefined) continue;
    flowsBegun.delete(begun);
    beginFlow(state, run, at, commands);
  }
}

function beginFlow(
  state: SchedulerState,
  run: TaskNumber,
  at: Time,
  commands: Command[],
): void {
  const { table } = state;
  const { options } = nodeOf(state, run);
  if (table.isFinal(run) || !Number.isNaN(table.startedAt[run])) return;
  // A part of a sub-flow may run without the sub-flow.
  if (table.has(run, flags.excluded)) return;
  table.startedAt[run] = at;
  move(state, run, "Running");
  if (options.timeout === undefined) return;
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
