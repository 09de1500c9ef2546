import type { NodeId, TaskNode } from "./graph.ts";
import { indexGraph } from "./graphIndex.ts";
import { canonical } from "./hash.ts";
import type { RunState, TaskRun } from "./run.ts";
import type { State } from "./state.ts";

/**
 * Says of a run of a node, which has the results of `from`, whether it may end otherwise now: it was skipped, or had its
 * fallback, and the options of this call that decide about that are others. The key knows only of those of the task itself.
 */
export function endsOtherwise(
  { options }: TaskNode,
  last: RunState,
  from: NodeId,
): (state: State, run: () => TaskRun) => boolean {
  const { nodes, numberOf } = indexGraph(last.graph);
  const before = (nodes[numberOf.get(from)!] as TaskNode).options;
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
