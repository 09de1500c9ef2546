/** Words of a run: its controls, its plan, what is said of it, and why it cannot go on. */
import { formatNumber } from "./language.ts";

export const nextRunPlan = "What the next run will do";
export const nextResumePlan = "What the next resume will do";
export const resume = "Resume";
export const run = "Run";
export const tasksDone = ({ done, all }: { done: number; all: number }) =>
  `${done} of ${all} done`;
export const cancelHint = "End this run; what succeeded is kept";
export const cancel = "Cancel";
export const starting = "Starting…";
export const stopping = "Stopping…";
export const resumeHint =
  "Go on with the last run: keep what succeeded, run the rest";
export const runHint = "Run the flow (Ctrl+Enter)";
export const planRun = (tasks: number) => `${tasks} to run`;
export const planReused = (tasks: number) => `${tasks} reused`;
export const planMixed = ({ run, reused }: { run: number; reused: number }) =>
  `${run} run, ${reused} reused`;
export const noRun = "There is no run yet. Run the flow first.";
export const alreadyRunning =
  "A flow of this notebook is running. Wait for it, or cancel it first.";
export const cancelledBefore = "The run was cancelled before it began.";
export const databaseChanges =
  "The database of this notebook is being changed. Try again in a moment.";
export const unknownRun = (run: string) => `There is no run ${run}.`;
export const taskWaiting = "A task waits for you";
export const tasksWaiting = (count: number) =>
  `${formatNumber(count)} tasks wait for you`;
/** What is wanted of a person. `task` is its name, with how many of its elements wait if several do. */
export const approve = (task: string) => `Approve: ${task}`;
export const answer = (task: string) => `Answer: ${task}`;
export const startTask = (task: string) => `Start ${task}`;
export const resumeTask = (task: string) => `Resume ${task}`;
