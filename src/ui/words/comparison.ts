/** Words of two runs, compared. */
import { countOf } from "./language.ts";

export const notKept = "not kept";
export const earlier = "Earlier";
export const later = "Later";
export const took = "Took";
export const parameters = "Parameters";
export const noParameters = "The flow has none.";
export const sameParameters = "The same in both.";
export const noValue = "not there";
export const tasks = "Tasks";
export const onlyDifferences = "Only what differs";
export const allTasks = (tasks: number) =>
  `All ${countOf(tasks, { one: "task", other: "tasks" })}`;
export const noDifference =
  "Every task had the same code and inputs, and ended in the same way.";
export const tableCaption = "Tasks of both runs";
export const task = "Task";
export const state = "State";
export const result = "Result";
export const otherWork = "other code or inputs";
export const noResult = "No result.";
export const resultGone = "The result is not kept any more.";
export const showMoreTasks = (tasks: number) =>
  `Show ${countOf(tasks, { one: "more task", other: "more tasks" })}`;
export const text = "Text";
export const textGone = "The text of one of these runs is not kept any more.";
export const sameText = "Both ran the same text.";
/** Whether a result is the one of the other run. */
export const same = "same";
export const differs = "differs";
export const onlyInEarlier = "only in the earlier run";
export const onlyInLater = "only in the later run";
/** `states` says how many elements of a map ended how. */
export const earlierElements = (states: string) => `earlier: ${states}`;
export const laterElements = (states: string) => `later: ${states}`;
export const earlierResult = "Earlier result";
export const laterResult = "Later result";
