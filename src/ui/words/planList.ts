/** Words of what a run will do, task by task. */
import { formatNumber } from "./language.ts";

/** The plans to choose from: `run`, `resume`. */
export const planKinds = "Plan of";
export const resumeExplained =
  "Resume goes on with the last run: what succeeded and still holds is kept.";
export const runExplained = "Run starts a new run of the whole flow.";
/** What the tasks of a plan do, over a list of them. */
export const runs = "Runs";
export const reused = "Reused";
/** Tasks of a plan that are not listed. */
export const moreTasks = (count: number) => `and ${formatNumber(count)} more`;
/** How long the tasks that run took together when they ran last. */
export const about = (duration: string) => `about ${duration}, as last time`;
