/** Words of the details of a node. */
import { countOf, formatNumber } from "./language.ts";

export const showTheElementsThatAre = "Show the elements that are";
export const attempts = ({ attempt }: { attempt: number }) =>
  countOf(attempt, { one: "attempt", other: "attempts" });
export const theListThatItGoes = "The list that it goes over is empty.";
export const inputs = "Inputs";
export const hide = "Hide";
export const show = "Show";
export const waitsFor = "waits for";
export const detailsOf = ({ name }: { name: string }) => `Details of ${name}`;
export const hideItsTasks = "Hide its tasks";
export const showItsTasks = "Show its tasks";
export const goToTheCell = "Go to the cell";
export const closeTheDetails = "Close the details";
export const close = "Close";
export const retry = "Retry";
export const resumeTheRunThisTask =
  "Resume the run: this task and all that did not succeed run again, the rest is kept";
export const runFromHere = "Run from here";
export const runThisTaskAndAll =
  "Run this task and all that need it; keep the rest";
export const runToHere = "Run to here";
export const runThisTaskAndAllThat =
  "Run this task and all that it needs, and nothing else";
export const thisRunLeavesItOut = "This run leaves it out.";
export const stale = ({ stale }: { stale: string }) => `Stale: ${stale}.`;
export const anElementWaitsForYou = "An element waits for you";
export const elementsWaitForYou = ({ waiting }: { waiting: number }) =>
  `${formatNumber(waiting)} elements wait for you`;
export const elements = "Elements";
export const elementsOf = ({ name }: { name: string }) => `Elements of ${name}`;
export const element = ({ index }: { index: number }) => `Element ${index}`;
export const howItRuns = "How it runs";
export const next = ({ planFor }: { planFor: string }) => `Next ${planFor}`;
export const whatWouldDo = ({ label }: { label: string }) =>
  `What “${label}” would do`;
/** Kinds of node. */
export const parameter = "parameter";
export const mapped = "mapped";
/** What the next run does with a task, and why. */
export const willRun = (why: string) => `runs: ${why}`;
export const willBeReused = (why: string) => `reused: ${why}`;
