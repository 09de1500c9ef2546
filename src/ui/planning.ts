/** What plans a run after another one; fetched when there is one. */
export { foreseeCached, planResume, planRun } from "../runs/plans.ts";
export { staleTasks } from "./staleTasks.ts";
