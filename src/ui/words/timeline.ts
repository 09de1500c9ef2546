/** Words of the timeline. */
import { countOf } from "./language.ts";

export const theAttemptsOfARun =
  "The attempts of a run are drawn here over time. This flow has not run yet.";
export const noAttemptBeganInThis =
  "No attempt began in this run: what it needed was there already.";
export const noAttemptHasBegunIn = "No attempt has begun in this run yet.";
export const runOf = ({ startedAt }: { startedAt: string }) =>
  `Run of ${startedAt}`;
export const asAChart = "As a chart";
export const asATable = "As a table";
export const attemptsInTheOrderIn = "Attempts in the order in which they began";
export const task = "Task";
export const attempt = "Attempt";
export const state = "State";
export const beganAfter = "Began after";
export const took = "Took";
export const element = ({ at }: { at: number }) => `element ${at}`;
export const elementsStarted = ({ count }: { count: number }) =>
  `${countOf(count, { one: "element", other: "elements" })} started`;
