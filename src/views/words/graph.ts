/** What the graph says: in its nodes, at its arrows, and for screen readers. */
import { formatNumber, plural } from "./language.ts";

/** What a screen reader calls the drawing. */
export const graphRole = "graph";

const share = (done: number, total: number) =>
  `${formatNumber(done)} of ${formatNumber(total)}`;

export const graphLabel = ({
  tasks,
  hasFlows,
}: {
  tasks: number;
  hasFlows: boolean;
}) =>
  `Graph of ${tasks} ${plural(tasks, { one: "task", other: "tasks" })}. Arrow keys walk along the edges, Enter selects${hasFlows ? ", Space opens and closes a sub-flow" : ""}.`;

/** Values of parameters. */
export const notSet = "not set";
export const none = "none";
export const emptyText = "empty";
export const someValue = "a value";

/** What kind of node it is; nothing for a plain task. */
export const roles = {
  task: "",
  case: "branch",
  merge: "merge",
  approve: "approval",
  ask: "question",
  flow: "sub-flow",
  cleanup: "clean-up",
};
export const mapped = "mapped";
export const parameter = "parameter";

/** What stands in a node in place of its state, or after it. */
export const leftOut = "Left out";
export const staleBecause = (reason: string) => `Stale: ${reason}`;
export const hasProblem = "problem";
export const waitsForPlace = "Waits for a place";
export const caseTaken = "Taken";
export const caseNotTaken = "Not taken";
export const retryNow = "Retry now";
export const retryIn = (wait: string) => `Retry in ${wait}`;
export const startsNow = "Starts now";
export const startsIn = (wait: string) => `Starts in ${wait}`;
export const waitsForYou = "Waits for you";
export const waitsForYouLeft = (left: string) => `Waits for you · ${left} left`;
export const byFallback = "by fallback";
export const byHand = "by hand";
export const attemptOf = ({
  attempt,
  attempts,
}: {
  attempt: number;
  attempts: number;
}) => `attempt ${attempt} of ${attempts}`;
/** Of one that is more than there are retries for. */
export const attemptNumber = (attempt: number) => `attempt ${attempt}`;
export const progressDone = (done: number) => `${formatNumber(done)} done`;
export const percentDone = (percent: number) => `${percent} %`;

/** Of a sub-flow: its tasks. */
export const taskCount = (tasks: number) =>
  `${tasks} ${plural(tasks, { one: "task", other: "tasks" })}`;
export const tasksDone = ({ done, total }: { done: number; total: number }) =>
  `${share(done, total)} done`;
/** Of a mapped sub-flow. `runs` is `elementsDone`, with what became of the others. */
export const runsAndTasks = ({
  runs,
  done,
  total,
}: {
  runs: string;
  done: number;
  total: number;
}) => `${runs} runs · ${share(done, total)} tasks`;

/** Of a mapped task: its elements. */
export const elementsDone = ({
  done,
  total,
}: {
  done: number;
  total: number;
}) => share(done, total);
export const elementsWait = (count: number) =>
  `${formatNumber(count)} ${plural(count, { one: "waits", other: "wait" })} for you`;
export const elementsRetried = (count: number) =>
  `${formatNumber(count)} to be retried`;
export const elementsSkipped = (count: number) =>
  `${formatNumber(count)} skipped`;
export const elementsCancelled = (count: number) =>
  `${formatNumber(count)} cancelled`;
export const elementsFailed = (count: number) =>
  `${formatNumber(count)} failed`;

/** The tooltip of a node. */
export const parameterIs = ({ name, value }: { name: string; value: string }) =>
  `Parameter ${name}: ${value}`;
export const spaceCloses = "Space closes it.";
export const spaceShows = "Space shows its tasks.";

/** What an arrow is for that carries no value. */
export const onlyOrder = "waits for it";

export const noTasks = "No tasks";
/** What is typed to find what is stale. */
export const stale = "stale";
