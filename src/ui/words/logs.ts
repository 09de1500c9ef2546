/** Words of the logs. */
import { countOf } from "./language.ts";

export const allLevels = "All levels";
export const infoAndAbove = "Info and above";
export const warningsAndErrors = "Warnings and errors";
export const errors = "Errors";
export const log = ({ flow }: { flow: string }) => `${flow} log`;
export const whatTasksLogIsListed =
  "What tasks log is listed here. This flow has not run yet.";
export const task = "Task";
export const allTasks = "All tasks";
export const allElements = "All elements";
export const elementOfTheMappedTask =
  "Element of the mapped task, by its number";
export const level = "Level";
export const find = "Find";
export const findInTheLogs = "Find in the logs";
export const copy = "Copy";
export const copyTheLinesOnShow = "Copy the lines on show";
export const saveTheLinesOnShow = "Save the lines on show as a file";
export const saveTheLinesOnShow2 = "Save the lines on show";
export const thisRunHasLoggedNothing =
  "This run has logged nothing. Call log(...) in a task to say what it does.";
export const noLineFitsTheFilters = "No line fits the filters.";
export const showAllLines = ({ logs }: { logs: number }) =>
  `Show all ${countOf(logs, { one: "line", other: "lines" })}`;
export const logLines = "Log lines";
export const toTheEnd = "To the end";
export const attempt = ({
  at,
  get,
  placeText,
  attempt,
  level,
}: {
  at: string;
  get: string;
  placeText: string;
  attempt: number;
  level: string;
}) => `${at} · ${get}${placeText} · attempt ${attempt} · ${level}`;
export const thisTask = "this task";
export const thisElement = "this element";
export const only = ({ thisElement }: { thisElement: string }) =>
  `Only ${thisElement}`;
/** Marked. */
export const earlierLines = (lines: number) =>
  `${countOf(lines, { one: "earlier line", other: "earlier lines" })} would slow the page down and can be queried: \`SELECT * FROM history.logs\`.`;
