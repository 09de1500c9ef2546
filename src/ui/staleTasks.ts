import type { PlanItem } from "../core/plan.ts";
import type { RunState } from "../core/run.ts";
import {
  filesOf,
  findOutdated,
  type FileNow,
  type Files,
} from "../core/filesRead.ts";
import type { Graph, NodeId } from "../core/graph.ts";
import { descendants, indexGraph } from "../core/graphIndex.ts";
import { hasResult } from "../core/state.ts";
import { planReason } from "./planWords.ts";

/**
 * The tasks of a run whose results no longer match their code or inputs, each with the reason: what a resumption would make
 * again though it is there, because its key is another one now, or a file that it or what it needs has read.
 */
export function staleTasks(
  run: RunState,
  keys: Readonly<Record<NodeId, string>>,
  resumption: readonly PlanItem[],
  graph: Graph,
  files: readonly FileNow[],
): ReadonlyMap<NodeId, string> {
  const stale = new Map<NodeId, string>();
  const reached = reachedByFiles(run, graph, filesOf(files));
  for (const item of resumption) {
    const task = run.tasks.get(item.id);
    if (item.action !== "run" || !task || !hasResult(task.state)) continue;
    if (task.key !== keys[item.id] || reached.has(item.id))
      stale.set(item.id, planReason(item));
  }
  return stale;
}

/** The tasks that have read a file which is another one now, and all that need them. */
function reachedByFiles(
  run: RunState,
  graph: Graph,
  files: Files,
): ReadonlySet<NodeId> {
  const readers = findOutdated(run, files);
  if (readers.length === 0) return new Set();
  const index = indexGraph(graph);
  const numbers = readers.flatMap((id) => index.numberOf.get(id) ?? []);
  const after = [...descendants(index, numbers)];
  return new Set(
    [...numbers, ...after].map((number) => index.nodes[number]!.id),
  );
}
