import type { Shape, TaskNumber } from "./events.ts";
import type { NodeId } from "./graph.ts";
import { attemptsOf, resultKeyOf } from "./resume.ts";
import type { Children, RunState, TaskRun } from "./run.ts";
import { nodeOf } from "./schedulerState.ts";
import type { SchedulerState } from "./schedulerState.ts";
import { stateNames } from "./state.ts";
import type { State } from "./state.ts";
import { asked, flags } from "./taskTable.ts";
import { tellWait } from "./places.ts";

/** A run as it is now, to be looked at: nothing in it changes any more. Task runs that did not change since `before` are the same objects. */
export function snapshot(state: SchedulerState, before?: RunState): RunState {
  const { table, index } = state;
  const isSameRun = before?.run === state.run && before.graph === state.graph;
  const tasks = new Map<NodeId, TaskRun>(isSameRun ? before.tasks : []);
  const changed = isSameRun
    ? state.changed
    : index.nodes.flatMap((node, at) => (node.kind === "task" ? [at] : []));
  for (const number of changed)
    tasks.set(index.nodes[number]!.id, taskRun(state, number));
  for (const number of state.changed) table.drop(number, flags.changed);
  state.changed = [];
  return {
    run: state.run,
    flow: state.flow,
    state: state.state,
    message: state.message,
    graph: state.graph,
    keys: state.keys,
    parameters: state.parameters,
    startedAt: state.startedAt,
    scheduledAt: state.scheduledAt,
    endedAt: state.endedAt,
    until: state.until,
    cancelRequested: state.cancelRequested,
    tasks,
    numberOf: (node, path = []) => {
      const number = index.numberOf.get(node);
      if (number === undefined) return undefined;
      const run = table.find(number, path, path.length);
      return table.level[run] === path.length ? run : undefined;
    },
  };
}

/** A task run as it is now. */
export function taskRun(state: SchedulerState, number: TaskNumber): TaskRun {
  const { table } = state;
  const details = table.details(number);
  const numberOr = (value: number) => (Number.isNaN(value) ? undefined : value);
  return {
    state: table.state(number),
    attempt: table.attempt[number]!,
    attemptsBefore: details?.attemptsBefore ?? 0,
    fallbacks: details?.fallbacks ?? [],
    name: details?.name,
    message: messageOf(state, number),
    error: details?.error,
    startedAt: numberOr(table.startedAt[number]!),
    endedAt: numberOr(table.endedAt[number]!),
    retryAt: details?.retryAt,
    until: details?.until,
    committing: table.has(number, flags.committing),
    key: resultKeyOf(state, number),
    resultRun: details?.resultRun ?? state.run,
    resultRunAt: details?.resultRunAt,
    files: details?.files,
    tables: details?.tables,
    size: numberOr(table.bytes[number]!),
    isFallback: table.has(number, flags.fallback),
    isMarked: table.has(number, flags.marked),
    markedAt: details?.markedAt,
    attempts: attemptsOf(state, number),
    children: table.isExpanded(number) ? childrenOf(state, number) : undefined,
  };
}

function messageOf(
  state: SchedulerState,
  number: TaskNumber,
): string | undefined {
  const { table } = state;
  const { message } = table.details(number) ?? {};
  if (table.asked[number] !== asked.place) return message;
  const wait = tellWait(state, number);
  return message === undefined ? wait : `${message} ${wait}`;
}

function childrenOf(state: SchedulerState, number: TaskNumber): Children {
  const { table } = state;
  // The innermost runs of a simple map are a block; only those of nested ones have to be listed.
  const first = table.first[number]!;
  let leaves: number[] | undefined;
  if (anyExpanded(state, number)) {
    leaves = [];
    table.forEachLeaf(number, (leaf) => leaves!.push(leaf));
  }
  const count = leaves?.length ?? table.count[number]!;
  const numberAt = (at: number) => leaves?.[at] ?? first + at;
  const states = leaves
    ? Uint8Array.from(leaves, (leaf) => table.stateNumber[leaf]!)
    : table.stateNumber.slice(first, first + count);
  const totals = new Uint32Array(stateNames.length);
  for (let at = 0; at < count; at += 1) totals[states[at]!]! += 1;
  const counts: Partial<Record<State, number>> = {};
  totals.forEach((total, one) => {
    if (total > 0) counts[stateNames[one]!] = total;
  });
  return {
    shape: shapeOf(state, number),
    count,
    counts,
    stateOf: (at) => stateNames[states[at] ?? 0]!,
    statesIn(from, to) {
      let found = 0;
      for (let at = from; at < to; at += 1) found |= 1 << states[at]!;
      return found;
    },
    isMarked: (at) => table.has(numberAt(at), flags.marked),
    ties: (at) => table.details(numberAt(at)),
    run: (at) => taskRun(state, numberAt(at)),
    pathOf: (at) => table.path(numberAt(at)),
    resultRuns: () => {
      const runs = new Set<string>();
      for (let at = 0; at < count; at += 1) {
        const run = table.details(numberAt(at))?.resultRun;
        if (run !== undefined) runs.add(run);
      }
      return runs;
    },
  };
}

/** Whether any element of an expanded run has elements itself. */
function anyExpanded(state: SchedulerState, number: TaskNumber): boolean {
  const { table } = state;
  // Most maps have one level, and a snapshot is taken many times a run.
  if (table.level[number]! + 1 === nodeOf(state, number).over.length)
    return false;
  const first = table.first[number]!;
  for (let run = first; run < first + table.count[number]!; run += 1)
    if (table.isExpanded(run)) return true;
  return false;
}

/** How many elements an expanded run has. */
function shapeOf(state: SchedulerState, number: TaskNumber): Shape {
  const { table } = state;
  const first = table.first[number]!;
  const count = table.count[number]!;
  if (!anyExpanded(state, number)) return count;
  return Array.from({ length: count }, (_, place) =>
    table.isExpanded(first + place) ? shapeOf(state, first + place) : null,
  );
}
