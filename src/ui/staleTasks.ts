import type { NodeId } from "../core/graph.ts";
import type { PlanItem } from "../core/plan.ts";
import type { RunState } from "../core/run.ts";
import { hasResult } from "../core/state.ts";
import { planReason } from "./planWords.ts";

/**
 * The tasks of a run whose results no longer match their code or inputs, each with the reason: what a resumption would make
 * again though it is there, because its key is another one now.
 */
export function staleTasks(
  run: RunState,
  keys: Readonly<Record<NodeId, string>>,
  resumption: readonly PlanItem[],
): ReadonlyMap<NodeId, string> {
  const stale = new Map<NodeId, string>();
  for (const item of resumption) {
    const task = run.tasks.get(item.id);
    if (item.action !== "run" || !task || !hasResult(task.state)) continue;
    if (task.key !== keys[item.id]) stale.set(item.id, planReason(item));
  }
  return stale;
}
