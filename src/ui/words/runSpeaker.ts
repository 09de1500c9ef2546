/** Words that are said aloud of a run. */
import { plural } from "./language.ts";

/** Changes of a run that are not said aloud one by one. */
export const moreChanges = (rest: number) => `And ${rest} more.`;
export const flowRuns = (flow: string) => `${flow} is running.`;
export const flowGoesOn = (flow: string) => `${flow} goes on.`;
export const elementWaits = (task: string) =>
  `An element of ${task} waits for you.`;
export const elementsWait = ({
  count,
  task,
}: {
  count: number;
  task: string;
}) => `${count} elements of ${task} wait for you.`;
/** `message` is what the task says, empty if it says nothing. */
export const taskWaits = ({
  task,
  message,
}: {
  task: string;
  message: string;
}) =>
  message === ""
    ? `${task} waits for you.`
    : `${task} waits for you: ${message}`;
export const taskEnded = ({ task, state }: { task: string; state: string }) =>
  `${task} ${state.toLowerCase()}`;
export const taskRetries = (task: string) => `${task} is tried again.`;
export const tasksFailed = ({ failed, all }: { failed: number; all: number }) =>
  `${failed} of ${all} tasks did not succeed`;
export const taskCount = (tasks: number) =>
  `${tasks} ${plural(tasks, { one: "task", other: "tasks" })}`;
/** `outcome` is `taskCount` or `tasksFailed`: how many tasks there were, or did not succeed. */
export const runEnd = ({
  flow,
  state,
  outcome,
}: {
  flow: string;
  state: string;
  outcome: string;
}) => `${flow}: ${state}, ${outcome}.`;
