/** What plans a run after another one; fetched when there is one. */
export { planResume, planRun } from "../core/plan.ts";
export { staleTasks } from "./staleTasks.ts";
