/** Words of the logs. */
import { countOf, plural } from "./language.ts";

export const allLevels = "All levels";
export const info = "Info and above";
export const warnings = "Warnings and errors";
export const errors = "Errors";
export const logName = (flow: string) => `${flow} log`;
export const noRun =
  "What tasks log is listed here. This flow has not run yet.";
export const task = "Task";
export const allTasks = "All tasks";
export const allElements = "All elements";
export const elementHint = "Element of the mapped task, by its number";
export const level = "Level";
export const find = "Find";
export const findLabel = "Find in the logs";
export const matches = (lines: number) =>
  countOf(lines, { one: "line", other: "lines" });
export const copy = "Copy";
export const copyHint = "Copy the lines on show";
export const saveHint = "Save the lines on show as a file";
export const save = "Save the lines on show";
export const noLine =
  "This run has logged nothing. Call log(...) in a task to say what it does.";
export const noMatch = "No line fits the filters.";
export const showAllLines = (lines: number) =>
  `Show all ${countOf(lines, { one: "line", other: "lines" })}`;
/** Of one entry of the log that has several lines. */
export const moreLines = (lines: number) =>
  plural(lines, { one: "… (1 more line)", other: `… (${lines} more lines)` });
export const logLines = "Log lines";
export const goToEnd = "To the end";
/** `element` is that of a map, as `[3]`, or empty. */
export const lineFacts = ({
  time,
  task,
  element,
  attempt,
  level,
}: {
  time: string;
  task: string;
  element: string;
  attempt: number;
  level: string;
}) => `${time} · ${task}${element} · attempt ${attempt} · ${level}`;
export const onlyTask = "Only this task";
export const onlyElement = "Only this element";
/** Marked. */
export const earlierLines = (lines: number) =>
  `${countOf(lines, { one: "earlier line", other: "earlier lines" })} would slow the page down and can be queried: \`SELECT * FROM history.logs\`.`;
/** At a line. */
export const levelMarks = {
  debug: "debug",
  info: "info",
  warning: "warning",
  error: "error",
};
