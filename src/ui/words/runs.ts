/** Words of the runs. */
import { countOf } from "./language.ts";

export const askThisHistoryWithSql = "Ask this history with SQL";
export const copy = "Copy";
export const copyTheQuery = "Copy the query";
export const addItAsACell = "Add it as a cell";
export const runOf = ({ startedAt }: { startedAt: string }) =>
  `Run of ${startedAt}`;
export const took = ({ endedAt }: { endedAt: string }) => `· took ${endedAt}`;
export const attempts = ({ attempts }: { attempts: number }) =>
  countOf(attempts, { one: "attempt", other: "attempts" });
export const graph = "Graph";
export const logs = "Logs";
export const compareWithAnotherRun = "Compare with another run";
export const compareWith = "Compare with…";
export const theTextThatThisRun = "The text that this run ran";
export const text = "Text";
export const tasksOfTheRun = "Tasks of the run";
export const task = "Task";
export const state = "State";
export const attempts2 = "Attempts";
export const took2 = "Took";
export const result = "Result";
export const thisRunLeftItOut = "This run left it out, or did not reach it.";
export const itsElements = "Its elements";
export const showInTheGraph = "Show in the graph";
export const showMoreTasks = ({ count }: { count: number }) =>
  `Show ${countOf(count, { one: "more task", other: "more tasks" })}`;
export const endedAtRun = ({
  endedAt,
  run,
}: {
  endedAt: string;
  run: string;
}) => `Ended at ${endedAt}. Run ${run}`;
export const everyRunIsKeptHere =
  "Every run is kept here with its parameters, states and logs. There is none yet.";
export const runsNewestFirst = "Runs, newest first";
export const showThisRun = "Show this run";
export const showOlderRuns = ({ count }: { count: number }) =>
  `Show ${countOf(count, { one: "older run", other: "older runs" })}`;
export const byScheduleDueAt = ({ scheduledAt }: { scheduledAt: string }) =>
  `by schedule, due at ${scheduledAt}`;
export const aPartOfTheFlow = ({ leftOut }: { leftOut: number }) =>
  `a part of the flow, ${leftOut} left out`;
/** Marked; an example follows. */
export const historyHint =
  "A SQL cell finds it as `history.runs`, `history.tasks`, `history.attempts` and `history.logs`, and tasks do with `db.query`. How long each task takes:";
