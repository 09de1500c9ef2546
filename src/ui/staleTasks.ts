import { matchResults } from "../core/lastRun.ts";
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
  const reached = reachedByFiles(run, keys, graph, filesOf(files));
  for (const item of resumption) {
    const task = run.tasks.get(item.id);
    if (item.action !== "run" || !task || !hasResult(task.state)) continue;
    const isOther = [task.key, run.keys[item.id]].some(
      (key) => key !== keys[item.id],
    );
    if (isOther || reached.has(item.id)) stale.set(item.id, planReason(item));
  }
  return stale;
}

/** The tasks that have read a file which is another one now, and all that need them. */
function reachedByFiles(
  run: RunState,
  keys: Readonly<Record<NodeId, string>>,
  graph: Graph,
  files: Files,
): ReadonlySet<NodeId> {
  if (files.size === 0) return new Set();
  const index = indexGraph(graph);
  const readers = findOutdated(matchResults(index, keys, run), run, files);
  return new Set(
    [...readers, ...descendants(index, readers)].map(
      (number) => index.nodes[number]!.id,
    ),
  );
}
