/** Words of what a run will do, task by task. */
import { formatNumber } from "./language.ts";

/** What the tasks of a plan do, over a list of them. */
export const runs = "Runs";
export const reused = "Reused";
/** Tasks of a plan that are not listed. */
export const moreTasks = (count: number) => `and ${formatNumber(count)} more`;
/** How long the tasks that run took together when they ran last. */
export const about = (duration: string) => `about ${duration}, as last time`;
