/** Words of the timeline. */
import { countOf } from "./language.ts";

export const noRun =
  "The attempts of a run are drawn here over time. This flow has not run yet.";
export const nothingNeeded =
  "No attempt began in this run: what it needed was there already.";
export const noAttempt = "No attempt has begun in this run yet.";
export const runTitle = (moment: string) => `Run of ${moment}`;
export const asChart = "As a chart";
export const asTable = "As a table";
export const tableCaption = "Attempts in the order in which they began";
export const task = "Task";
export const attempt = "Attempt";
export const state = "State";
export const beganAfter = "Began after";
export const took = "Took";
/** What is no attempt, in the place of its number. */
export const fallback = "fallback";
export const elementTitle = (index: number) => `element ${index}`;
export const elementsStarted = (elements: number) =>
  `${countOf(elements, { one: "element", other: "elements" })} started`;
