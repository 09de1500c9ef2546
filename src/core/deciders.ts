import type { NodeId, Operator, TaskNode } from "./graph.ts";
import { indexGraph } from "./graphIndex.ts";
import { canonical } from "./hash.ts";
import type { RunState, TaskRun } from "./run.ts";
import { hasResult } from "./state.ts";
import type { State } from "./state.ts";

/**
 * Says of a run of a node, which has the results of `from`, whether it may end otherwise now: it was skipped, or had its
 * fallback, and the options of this call that decide about that are others. The key knows only of those of the task itself.
 */
export function endsOtherwise(
  { options, operator }: TaskNode,
  last: RunState,
  from: NodeId,
): (state: State, run: () => TaskRun) => boolean {
  const { nodes, numberOf } = indexGraph(last.graph);
  const earlier = nodes[numberOf.get(from)!] as TaskNode;
  if (isSkippedLess(operator, earlier.operator)) {
    let isIdle: boolean | undefined;
    return (state) =>
      state === "Skipped" && !(isIdle ??= hasNothingBegun(last, from));
  }
  const before = earlier.options;
  const textOf = (one: TaskNode["options"]) =>
    canonical([one.trigger, one.skipOnUpstreamSkip, one.deciders]);
  let isOther: boolean | undefined;
  return (state, run) =>
    (state === "Skipped" ||
      (before.functions.includes("fallback") && run().isFallback)) &&
    (isOther ??= textOf(before) !== textOf(options));
}

/** The same of a task as a whole, or of any element of it. */
export function mayEndOtherwise(
  node: TaskNode,
  last: RunState,
  from: NodeId,
): boolean {
  const isOther = endsOtherwise(node, last, from);
  const task = last.tasks.get(from)!;
  const { children } = task;
  if (!children) return isOther(task.state, () => task);
  for (let leaf = 0; leaf < children.count; leaf += 1)
    if (isOther(children.stateOf(leaf), () => children.run(leaf))) return true;
  return false;
}

/** Whether a sub-flow is skipped with what it returns now, and was with its reference tasks. */
function isSkippedLess(
  now: Operator | undefined,
  before: Operator | undefined,
): boolean {
  return (
    now?.type === "flow" &&
    before?.type === "flow" &&
    now.returns !== undefined &&
    before.returns === undefined
  );
}

/** Whether no task of a sub-flow was tried in a run, in any element of its map. */
function hasNothingBegun(last: RunState, flow: NodeId): boolean {
  const { inside, nodes } = indexGraph(last.graph);
  return (inside.get(flow) ?? []).every((inner) => {
    const { attempt, state, children } = last.tasks.get(nodes[inner]!.id)!;
    if (!children) return attempt === 0 && !hasResult(state);
    for (let leaf = 0; leaf < children.count; leaf += 1) {
      const run = children.run(leaf);
      if (run.attempt > 0 || hasResult(run.state)) return false;
    }
    return true;
  });
}
