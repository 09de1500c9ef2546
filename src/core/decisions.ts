/** What a task run whose upstreams are all final comes to. */
import type { TaskNumber } from "./events.ts";
import type { TaskNode } from "./graph.ts";
import { ancestors, visitRefs } from "./graphIndex.ts";
import { nameOfRun } from "./schedulerState.ts";
import type { SchedulerState } from "./schedulerState.ts";
import { hasResult, isOwnFailure } from "./state.ts";
import type { State } from "./state.ts";
import { fateOf } from "./taskTable.ts";
import { decide } from "./trigger.ts";
import type { Decision } from "./trigger.ts";
import {
  fatesOf,
  isTask,
  runFor,
  sourceOf,
  tell,
  upstreamOf,
} from "./upstreams.ts";

/** As of a trigger, with all states in which a run may end. */
export type Verdict = Decision | { type: "end"; state: State; message: string };

export function decideRun(
  state: SchedulerState,
  number: TaskNumber,
  node: TaskNode,
): Verdict {
  if (node.cleanupOf !== undefined)
    return decideCleanup(state, number, node.cleanupOf);
  if (node.operator?.type === "merge") return decideMerge(state, number, node);
  // One without tasks is like a task that takes what the sub-flow is given.
  if (node.operator?.type === "flow" && node.operator.reference.length > 0)
    return decideFlow(state, number, node);
  if (haveAllSucceeded(state, number, node)) return { type: "start" };
  const upstream = upstreamOf(state, number);
  return decide(
    node.options.trigger,
    fatesOf(state, upstream),
    {
      hasUpstream: upstream.length > 0,
      skipOnUpstreamSkip: node.options.skipOnUpstreamSkip,
    },
    (which) => tell(state, upstream, which),
  );
}

/** Whether a task starts because nothing is left to be weighed: of most tasks that is all there is to decide. */
function haveAllSucceeded(
  { table, index }: SchedulerState,
  number: TaskNumber,
  { options }: TaskNode,
): boolean {
  if (options.trigger.type !== "allSuccessful") return false;
  const { needs } = index;
  const node = table.node[number]!;
  if (node !== number || index.mapNeeds[node]) return false;
  const count = needs.count(node);
  for (let at = 0; at < count; at += 1) {
    const upstream = needs.at(node, at);
    if (
      table.isExpanded(upstream) ||
      fateOf(table.state(upstream)) !== "successful"
    )
      return false;
  }
  return true;
}

/** Whether a run is an element of a map about which {@link decideRun} says the same as about the others beside it: it is an innermost one, and looks at nothing that is not the same for all. */
export function isAnyElement(
  state: SchedulerState,
  number: TaskNumber,
  node: TaskNode,
): boolean {
  const { table, index } = state;
  return (
    table.level[number] === node.over.length &&
    node.operator === undefined &&
    node.cleanupOf === undefined &&
    index.mapNeeds[table.node[number]!] === undefined &&
    sourceOf(state, number) === undefined
  );
}

/** A clean-up runs however the tasks before it ended, if there is something to clean up. */
export function decideCleanup(
  state: SchedulerState,
  number: TaskNumber,
  cleanupOf: string,
): Verdict {
  const { table } = state;
  const path = table.path(number);
  const setUp = runFor(state, { node: cleanupOf, each: path.length }, path);
  if (fateOf(table.state(setUp)) === "successful") return { type: "start" };
  return {
    type: "end",
    state: "Skipped",
    message: `Skipped, because ${nameOfRun(state, setUp)} set nothing up.`,
  };
}

/** A merge takes the first option of which nothing was skipped; a failure among the others is no less a failure. */
function decideMerge(
  state: SchedulerState,
  number: TaskNumber,
  node: TaskNode,
): Verdict {
  const upstream = upstreamOf(state, number);
  const { failed, cancelled } = fatesOf(state, upstream);
  if (failed + cancelled > 0)
    return {
      type: "end",
      state: "TriggerFailed",
      message: `Not started: ${tell(state, upstream, ["failed", "cancelled"])}.`,
    };
  if (optionsOf(state, number, node).includes(false)) return { type: "start" };
  return {
    type: "end",
    state: "Skipped",
    message: "All upstreams were skipped.",
  };
}

/** For each option of a merge, whether it was skipped. A map was if all of its elements were. */
export function optionsOf(
  state: SchedulerState,
  number: TaskNumber,
  node: TaskNode,
): boolean[] {
  const path = state.table.path(number);
  const guards = node.operator?.type === "merge" ? node.operator.guards : [];
  return node.args.map((arg, at) => {
    let isSkipped = false;
    const look = (source: { node: string; each: number }) => {
      if (!isTask(state, source.node)) return;
      const fates = fatesOf(state, [runFor(state, source, path)]);
      isSkipped ||= fates.skipped > 0 && fates.successful === 0;
    };
    const guard = guards[at];
    if (guard) look(guard);
    // Behind a closed door nothing else counts.
    if (!isSkipped) visitRefs(arg, look);
    return isSkipped;
  });
}

/** A sub-flow ends as its reference tasks did. */
function decideFlow(
  state: SchedulerState,
  number: TaskNumber,
  node: TaskNode,
): Verdict {
  const path = state.table.path(number);
  const reference =
    node.operator?.type === "flow"
      ? node.operator.reference.map((source) => runFor(state, source, path))
      : [];
  const fates = fatesOf(state, reference);
  if (fates.cancelled > 0)
    return {
      type: "end",
      state: "Cancelled",
      message: `Cancelled: ${tell(state, reference, ["cancelled"])}.`,
    };
  if (fates.failed > 0) {
    const told = tell(state, reference, ["failed"]);
    if (!hasBegun(state, node, path))
      return {
        type: "end",
        state: "TriggerFailed",
        message: `Not started: ${told}.`,
      };
    const causes = causesInside(state, node, reference, path);
    return {
      type: "end",
      state: "Failed",
      message:
        causes.length > 0
          ? `${tell(state, causes, ["failed"])}, and so some reference tasks failed: ${told}.`
          : `Some reference tasks failed: ${told}.`,
    };
  }
  const skipped = skippedInside(state, node, reference, path);
  if (skipped.length > 0)
    return {
      type: "end",
      state: "Skipped",
      message: `Skipped, because ${tell(state, skipped, ["skipped"])}.`,
    };
  return { type: "start" };
}

/** The runs with which a sub-flow is skipped: what its value is as a whole, or all of it if nothing had begun. */
function skippedInside(
  state: SchedulerState,
  node: TaskNode,
  reference: readonly TaskNumber[],
  path: readonly number[],
): readonly TaskNumber[] {
  const returns =
    node.operator?.type === "flow" ? node.operator.returns : undefined;
  if (returns) {
    const run = runFor(state, returns, path);
    if (areSkipped(state, [run])) return [run];
  }
  if (!areSkipped(state, reference)) return [];
  return returns === undefined || !hasBegun(state, node, path) ? reference : [];
}

/** Whether runs were skipped, of which there is at least one. */
function areSkipped(
  state: SchedulerState,
  runs: readonly TaskNumber[],
): boolean {
  const { skipped, ...others } = fatesOf(state, runs);
  return skipped > 0 && Object.values(others).every((count) => count === 0);
}

/** The runs in a sub-flow that failed by themselves, and that some of its reference tasks needed. */
function causesInside(
  { table, index }: SchedulerState,
  { id }: TaskNode,
  reference: readonly TaskNumber[],
  path: readonly number[],
): TaskNumber[] {
  const needed = ancestors(
    index,
    reference.map((run) => table.node[run]!),
  );
  const causes: TaskNumber[] = [];
  for (const inner of index.inside.get(id) ?? [])
    if (needed.has(inner))
      table.forEachLeaf(table.find(inner, path, path.length), (leaf) => {
        if (isOwnFailure(table.state(leaf))) causes.push(leaf);
      });
  return causes;
}

/** Whether anything in a sub-flow has started, was reused, or has failed by itself, as over what is no list. */
function hasBegun(
  state: SchedulerState,
  { id, operator }: TaskNode,
  path: readonly number[],
): boolean {
  const { table, index } = state;
  // Runs with a graph of before are replayed as they ended.
  const isOfBefore =
    operator?.type === "flow" && operator.returns === undefined;
  // What was skipped in the run that it is taken from has not started in this one.
  const skippedItself = (leaf: TaskNumber) =>
    !isOfBefore &&
    table.state(leaf) === "Skipped" &&
    fatesOf(state, upstreamOf(state, leaf)).skipped === 0;
  return (index.inside.get(id) ?? []).some((inner) => {
    // A clean-up begins after what it cleans up or not at all, and nothing waits until that is known.
    if ((index.nodes[inner] as TaskNode).cleanupOf !== undefined) return false;
    let has = false;
    table.forEachLeaf(table.find(inner, path, path.length), (leaf) => {
      const ended = table.state(leaf);
      has ||=
        !Number.isNaN(table.startedAt[leaf]) ||
        hasResult(ended) ||
        isOwnFailure(ended) ||
        skippedItself(leaf);
    });
    return has;
  });
}
