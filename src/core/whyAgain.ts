/** Why a task runs though the last run came to it, or need not. */
import type { Time } from "./events.ts";
import type { GraphIndex } from "./graphIndex.ts";
import { isKeepable } from "./keeping.ts";
import { isWholeResult } from "./planReuse.ts";
import type { TaskRun } from "./run.ts";
import type { State } from "./state.ts";
import { listNames } from "./words.ts";

/** Why a task runs that had no result to keep; undefined if it had one. `now` is until when it was waited for people. */
export function whyUnfinished(
  before: TaskRun | undefined,
  now: Time,
): string | undefined {
  if (!before) return "is new";
  if (isOverdue(before, now)) return unanswered;
  return whyFruitless(before, now) ?? fates[before.state];
}

/** The same for a map of which no element had one; undefined if any had. */
export function whyFruitless(
  { children }: TaskRun,
  now: Time = -Infinity,
): string | undefined {
  if (!children || children.count === 0) return undefined;
  const states = Object.keys(children.counts) as State[];
  if (states.some(isKeepable)) return undefined;
  const areAllPaused = states.length === 1 && states[0] === "Paused";
  if (
    areAllPaused &&
    Array.from({ length: children.count }).every((_, at) =>
      isOverdue(children.run(at), now),
    )
  )
    return `all of its elements ${unanswered}`;
  return states.length === 1 && fates[states[0]!] !== undefined
    ? `all of its elements ${fates[states[0]!]!.replace(/^was/, "were").replace(/^waits/, "wait")}`
    : "none of its elements succeeded before";
}

/** Why what the last run has of a task stays. */
export function whyKept(task: TaskRun, run: string): string {
  const { state, isMarked, resultRun } = task;
  if (state === "Skipped") return "skipped in this run";
  if (isMarked) return "marked as a success by hand";
  if (!isWholeResult(task))
    return "what failed of it is part of what was marked as a success by hand";
  return resultRun === run
    ? "succeeded in this run"
    : "its result is reused from an earlier run";
}

const unanswered = "got no answer in time";

/** Whether the time is over in which a person could answer, though that has not been noted in the run. */
function isOverdue({ state, until }: TaskRun, now: Time): boolean {
  return state === "Paused" && until !== undefined && until <= now;
}

const fates: Partial<Record<State, string>> = {
  Pending: "was not reached",
  Scheduled: "was not reached",
  TriggerFailed: "was not reached",
  Paused: "waits for an answer",
  Failed: "failed before",
  TimedOut: "timed out before",
  Crashed: "crashed before",
  Cancelled: "was cancelled before",
};

/** The names of tasks, each once. */
export function names(index: GraphIndex, numbers: readonly number[]): string[] {
  return [...new Set(numbers.map((number) => index.nodes[number]!.name))];
}

/** Says that these tasks need what runs. */
export function neededBy(
  index: GraphIndex,
  numbers: readonly number[],
): string {
  const told = names(index, numbers);
  return `${listNames(told)} ${told.length > 1 ? "need" : "needs"} it`;
}

/** Says that these tasks, which it needs, run again. */
export function runsAgain(index: GraphIndex, again: readonly number[]): string {
  const told = names(index, again);
  return `${listNames(told)} ${told.length > 1 ? "run" : "runs"} again`;
}

/** Says that these tasks, which it needs, have other results in the cache than in the last run. */
export function areOthersCached(
  index: GraphIndex,
  numbers: readonly number[],
): string {
  const told = names(index, numbers);
  return told.length > 1
    ? `the cached results of ${listNames(told)} are others than those of the last run`
    : `the cached result of ${listNames(told)} is another than that of the last run`;
}
