/** Words of the details of a node. */
import { countOf, formatNumber } from "./language.ts";

export const filterLabel = "Show the elements that are";
export const attemptCount = (attempts: number) =>
  countOf(attempts, { one: "attempt", other: "attempts" });
export const noElement = "The list that it goes over is empty.";
export const inputs = "Inputs";
export const hide = "Hide";
export const show = "Show";
export const waitsFor = "waits for";
export const details = (node: string) => `Details of ${node}`;
export const hideTasks = "Hide its tasks";
export const showTasks = "Show its tasks";
export const goToCell = "Go to the cell";
export const closeDetails = "Close the details";
export const close = "Close";
export const retry = "Retry";
export const retryHint =
  "Resume the run: this task and all that did not succeed run again, the rest is kept";
export const runFrom = "Run from here";
export const runFromHint = "Run this task and all that need it; keep the rest";
export const runTo = "Run to here";
export const runToHint =
  "Run this task and all that it needs, and nothing else";
export const leftOut = "This run leaves it out.";
export const valueChanged = ({
  name,
  before,
  now,
  others,
}: {
  name: string;
  before: string;
  now: string;
  /** In how many places more it differs. */
  others: number;
}) =>
  `${name} was ${before} and is ${now}${others === 0 ? "" : `, and ${formatNumber(others)} more ${others === 1 ? "value differs" : "values differ"}`}.`;
export const staleBecause = (reason: string) => `Stale: ${reason}.`;
export const elementWaits = "An element waits for you";
export const elementsWait = (count: number) =>
  `${formatNumber(count)} elements wait for you`;
export const elements = "Elements";
export const elementsOfTask = (task: string) => `Elements of ${task}`;
export const elementTitle = (index: number) => `Element ${index}`;
export const settings = "How it runs";
export const nextRun = "Next run";
export const nextResume = "Next resume";
export const planTitle = (action: string) => `What “${action}” would do`;
/** Kinds of node. */
export const parameter = "parameter";
export const mapped = "mapped";
/** What the next run does with a task, and why. */
export const willRun = (why: string) => `runs: ${why}`;
export const willBeReused = (why: string) => `reused: ${why}`;
