/** Why a task runs though the last run came to it. */
import { isKeepable } from "./keeping.ts";
import type { TaskRun } from "./run.ts";
import type { State } from "./state.ts";

/** Why a task runs that had no result to keep; undefined if it had one. */
export function whyUnfinished(before: TaskRun | undefined): string | undefined {
  return before ? fates[before.state] : "is new";
}

/** The same for a map of which no element had one; undefined if any had. */
export function whyFruitless({ children }: TaskRun): string | undefined {
  if (!children || children.count === 0) return undefined;
  const states = Object.keys(children.counts) as State[];
  if (states.some(isKeepable)) return undefined;
  return states.length === 1 && fates[states[0]!] !== undefined
    ? `all of its elements ${fates[states[0]!]!.replace("was", "were")}`
    : "none of its elements succeeded before";
}

const fates: Partial<Record<State, string>> = {
  Pending: "was not reached",
  Scheduled: "was not reached",
  TriggerFailed: "was not reached",
  Paused: "waits for an answer",
  Skipped: "was skipped before",
  Failed: "failed before",
  TimedOut: "timed out before",
  Crashed: "crashed before",
  Cancelled: "was cancelled before",
};
