import type { PlanItem } from "../core/plan.ts";

/** What a run will do, in a few words: `6 run`, `2 run, 3 reused`. */
export function planSummary(plan: readonly PlanItem[]): string {
  const reused = plan.filter(({ action }) => action === "reuse").length;
  const run = plan.length - reused;
  if (reused === 0) return `${run} run`;
  return run === 0 ? `${reused} reused` : `${run} run, ${reused} reused`;
}

/** Why a task runs or does not, without the action itself, which stands beside it. */
export function planReason({ why }: PlanItem): string {
  return why.replace(/^(runs|kept): /, "");
}
