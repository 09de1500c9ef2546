import type { TaskNumber } from "./events.ts";
import type { NodeId } from "./graph.ts";
import { visitRefs } from "./graphIndex.ts";
import { nameOfRun, noFates, nodeOf } from "./schedulerState.ts";
import type { SchedulerState } from "./schedulerState.ts";
import type { State } from "./state.ts";
import { fateOf } from "./taskTable.ts";
import { tellFates } from "./trigger.ts";
import type { Fates } from "./trigger.ts";

/** The runs that a run waited for and whose ends its trigger looks at, each once. */
export function upstreamOf(
  state: SchedulerState,
  number: TaskNumber,
): readonly TaskNumber[] {
  const { table, index } = state;
  const node = table.node[number]!;
  const whole = index.needs.of(node);
  const inside = index.mapNeeds[node];
  // An element of a flattened map looks at the run that it comes from, not at the whole of that map.
  const source = table.level[number]! > 0 ? sourceOf(state, number) : undefined;
  if (!inside && source === undefined) return whole;
  const found = new Set<TaskNumber>();
  const replaced =
    source === undefined || isNeededBesides(state, number, source)
      ? undefined
      : table.node[source];
  for (const other of whole) if (other !== replaced) found.add(other);
  if (source !== undefined) found.add(source);
  if (inside) {
    const path = table.path(number);
    for (const { from, level, until } of inside)
      if (until === "final" && level <= path.length && from !== replaced)
        found.add(table.find(from, path, level));
  }
  return [...found];
}

/** The run that an element of a flattened map, or what is inside of it, comes from. */
export function sourceOf(
  { table }: SchedulerState,
  number: TaskNumber,
): TaskNumber | undefined {
  for (let run = number; run >= 0; run = table.parent[run]!) {
    const source = table.details(run)?.source;
    if (source !== undefined) return source;
  }
  return undefined;
}

/** Whether a run needs a node also for something else than a list that it is mapped over. */
function isNeededBesides(
  state: SchedulerState,
  number: TaskNumber,
  source: TaskNumber,
): boolean {
  const node = nodeOf(state, number);
  const { id } = nodeOf(state, source);
  let isNeeded = node.waitFor.some((other) => other.node === id);
  for (const arg of node.args)
    visitRefs(
      arg,
      (other) => {
        isNeeded ||= other.node === id;
      },
      false,
    );
  return isNeeded;
}

/** How runs ended, all together; those of maps count as their elements. */
export function fatesOf(
  { table }: SchedulerState,
  runs: readonly TaskNumber[],
): Fates {
  const fates = noFates();
  for (const run of runs) table.addFates(run, fates);
  return fates;
}

/**
 * Names the runs among these, or among their elements, that ended in one of some ways. Where those count as well that could not
 * start, the door of a branch is looked through to why it could not: nobody has written it.
 */
export function tell(
  state: SchedulerState,
  runs: readonly TaskNumber[],
  which: readonly (keyof Fates)[],
): string {
  const { table } = state;
  const found: { name: string; state: State }[] = [];
  const seen = new Set<TaskNumber>();
  const look = (leaf: TaskNumber) => {
    const ended = table.state(leaf);
    if (!which.includes(fateOf(ended)) || seen.has(leaf)) return;
    seen.add(leaf);
    if (
      ended === "TriggerFailed" &&
      // Else only what failed by itself is asked for, as of reference tasks.
      which.includes("cancelled") &&
      nodeOf(state, leaf).operator?.type === "case"
    )
      for (const run of upstreamOf(state, leaf)) table.forEachLeaf(run, look);
    else found.push({ name: nameOfRun(state, leaf), state: ended });
  };
  for (const run of runs) table.forEachLeaf(run, look);
  return tellFates(found);
}

/** Which of the runs of another node belongs to a run, when `each` levels of their maps are followed. */
export function runFor(
  { table, index }: SchedulerState,
  { node, each }: { node: NodeId; each: number },
  path: readonly number[],
): TaskNumber {
  return table.find(index.numberOf.get(node)!, path, each);
}

/** Whether a node is a task; parameters have no runs. */
export function isTask({ index }: SchedulerState, id: NodeId): boolean {
  return index.nodes[index.numberOf.get(id)!]!.kind === "task";
}
