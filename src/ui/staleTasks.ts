import type { Graph, NodeId } from "../core/graph.ts";
import { descendants, indexGraph } from "../core/graphIndex.ts";
import type { ResumePlan } from "../core/plan.ts";
import type { RunState } from "../core/run.ts";
import { hasResult } from "../core/state.ts";
import { planReason } from "./planWords.ts";

/**
 * The tasks of a run whose results no longer match their code or inputs, each with the reason: what a resumption would make
 * again though it is there, because it is another call now, or a file that it or what it needs has read, or because something
 * that it needs was given a result by hand since.
 */
export function staleTasks(
  run: RunState,
  {
    items,
    same,
    outdated,
    overtaken,
  }: Pick<ResumePlan, "items" | "same" | "outdated" | "overtaken">,
  graph: Graph,
): ReadonlyMap<NodeId, string> {
  const stale = new Map<NodeId, string>();
  const reached = withDescendants(graph, [...outdated, ...overtaken]);
  for (const item of items) {
    const task = run.tasks.get(item.id);
    if (item.action !== "run" || !task || !hasResult(task.state)) continue;
    const isOther = same.get(item.id) !== item.id;
    if (isOther || reached.has(item.id)) stale.set(item.id, planReason(item));
  }
  return stale;
}

/** These tasks, and all that need them. */
function withDescendants(
  graph: Graph,
  ids: readonly NodeId[],
): ReadonlySet<NodeId> {
  if (ids.length === 0) return new Set();
  const index = indexGraph(graph);
  const numbers = ids.map((id) => index.numberOf.get(id)!);
  const after = [...descendants(index, numbers)];
  return new Set([...ids, ...after.map((number) => index.nodes[number]!.id)]);
}
