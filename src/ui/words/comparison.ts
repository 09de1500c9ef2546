/** Words of two runs, compared. */
import { countOf } from "./language.ts";

export const notKept = "not kept";
export const earlier = "Earlier";
export const later = "Later";
export const took = "Took";
export const parameters = "Parameters";
export const theFlowHasNone = "The flow has none.";
export const theSameInBoth = "The same in both.";
export const notThere = "not there";
export const tasks = "Tasks";
export const onlyWhatDiffers = "Only what differs";
export const allTasks = ({ tasks }: { tasks: number }) =>
  `All ${countOf(tasks, { one: "task", other: "tasks" })}`;
export const everyTaskHadTheSame =
  "Every task had the same code and inputs, and ended in the same way.";
export const tasksOfBothRuns = "Tasks of both runs";
export const task = "Task";
export const state = "State";
export const result = "Result";
export const otherCodeOrInputs = "other code or inputs";
export const noResult = "No result.";
export const theResultIsNotKept = "The result is not kept any more.";
export const showMoreTasks = ({ count }: { count: number }) =>
  `Show ${countOf(count, { one: "more task", other: "more tasks" })}`;
export const text = "Text";
export const theTextOfOneOf =
  "The text of one of these runs is not kept any more.";
export const bothRanTheSameText = "Both ran the same text.";
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
