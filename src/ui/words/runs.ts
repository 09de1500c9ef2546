/** Words of the runs. */
import { countOf, plural } from "./language.ts";

export const historyTitle = "Ask this history with SQL";
export const copy = "Copy";
export const copyQuery = "Copy the query";
export const addAsCell = "Add it as a cell";
export const runTitle = (moment: string) => `Run of ${moment}`;
export const tookDuration = (duration: string) => `took ${duration}`;
export const attemptCount = (attempts: number) =>
  countOf(attempts, { one: "attempt", other: "attempts" });
export const graph = "Graph";
export const logs = "Logs";
export const compareHint = "Compare with another run";
export const compare = "Compare with…";
export const textHint = "The text that this run ran";
export const text = "Text";
export const tableCaption = "Tasks of the run";
export const task = "Task";
export const state = "State";
export const attempts = "Attempts";
export const took = "Took";
export const result = "Result";
export const leftOut = "This run left it out, or did not reach it.";
export const elements = "Its elements";
export const showInGraph = "Show in the graph";
export const showMoreTasks = (tasks: number) =>
  `Show ${countOf(tasks, { one: "more task", other: "more tasks" })}`;
export const endFacts = ({ time, run }: { time: string; run: string }) =>
  `Ended at ${time}. Run ${run}`;
export const noRun =
  "Every run is kept here with its parameters, states and logs. There is none yet.";
export const listLabel = "Runs, newest first";
export const showRun = "Show this run";
export const showOlderRuns = (runs: number) =>
  `Show ${countOf(runs, { one: "older run", other: "older runs" })}`;
export const scheduled = (time: string) => `by schedule, due at ${time}`;
export const partial = (tasks: number) =>
  `a part of the flow, ${tasks} left out`;
/** Marked; an example follows. */
export const historyHint =
  "A SQL cell finds it as `history.runs`, `history.tasks`, `history.attempts` and `history.logs`, and tasks do with `db.query`. How long each task takes:";
/** The versions of the text that a run ran; `numbers` such as `3 and 4`. */
export const versionsRun = ({
  count,
  numbers,
}: {
  count: number;
  numbers: string;
}) => `${plural(count, { one: "version", other: "versions" })} ${numbers}`;
/** Where a run comes from: it goes on with one that ended. */
export const resumed = "resumed";
