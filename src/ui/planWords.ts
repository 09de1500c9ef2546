import type { Graph, NodeId } from "../core/graph.ts";
import type { PlanItem } from "../core/plan.ts";
import { nodeNames } from "../pictures/nodeNames.ts";
import * as words from "./words/run.ts";

/** What a run will do, in a few words: `6 to run`, `2 run, 3 reused`. */
export function planSummary(plan: readonly PlanItem[]): string {
  const reused = plan.filter(({ action }) => action === "reuse").length;
  const run = plan.length - reused;
  if (reused === 0) return words.planRun(run);
  return run === 0
    ? words.planReused(reused)
    : words.planMixed({ run, reused });
}

/** Why a task runs or does not, without the action itself, which stands beside it. */
export function planReason({ why }: PlanItem): string {
  return why.replace(/^(runs|kept): /, "");
}

/** A task of a plan, as a list of it shows it. */
export interface PlanEntry {
  id: NodeId;
  /** The sub-flows that it is in, outermost first. */
  within: readonly string[];
  name: string;
  why: string;
}

/** The tasks that run and those that are reused, each in the order of the graph; a group of none is left out. */
export function groupPlan(
  plan: readonly PlanItem[],
  graph: Graph | undefined,
): { action: PlanItem["action"]; entries: readonly PlanEntry[] }[] {
  const names = graph && nodeNames(graph);
  const nodes = new Map(graph?.nodes.map((node) => [node.id, node]));
  const entries = (action: PlanItem["action"]): PlanEntry[] =>
    plan
      .filter((item) => item.action === action)
      .map((item) => {
        const node = nodes.get(item.id);
        const within = node?.kind === "task" ? node.within : [];
        return {
          id: item.id,
          within: within.map((id) => names?.get(id) ?? id),
          name: names?.get(item.id) ?? item.name,
          why: planReason(item),
        };
      });
  return (["run", "reuse"] as const)
    .map((action) => ({ action, entries: entries(action) }))
    .filter((group) => group.entries.length > 0);
}
