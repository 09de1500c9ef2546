import type { Answer, Command, RunEvent, TaskNumber, Time } from "./events.ts";
import { beginFlows } from "./flowTime.ts";
import { finish } from "./openRuns.ts";
import { ask } from "./places.ts";
import { countAttempts, countTries } from "./run.ts";
import {
  move,
  nodeOf,
  openAttempt,
  recordAttempt,
  release,
  setActive,
  touch,
} from "./schedulerState.ts";
import type { SchedulerState } from "./schedulerState.ts";
import { flags } from "./taskTable.ts";
import { asSentence } from "./words.ts";

/** A task run waits for a person from now on. */
export function pause(
  state: SchedulerState,
  event: RunEvent & { type: "attempt-paused" },
  commands: Command[],
): void {
  const { table } = state;
  const { at, task: number, attempt, message, until } = event;
  if (table.state(number) !== "Running") {
    openAttempt(state, number, attempt, at);
    beginFlows(state, number, at, commands);
  }
  // A gate is passed within its attempt; a task begins again.
  if (!nodeOf(state, number).operator) {
    recordAttempt(state, number, "Paused", message, at);
    table.asked[number] = 0;
  }
  release(state, number);
  move(state, number, "Paused");
  table.setMessage(number, message ?? "Waits for a person.");
  setActive(state, number, false);
  if (until !== undefined) {
    table.edit(number).until = until;
    commands.push({
      type: "set-timer",
      task: number,
      attempt,
      timer: "pause",
      at: until,
    });
  }
}

/** How many tries there were with this attempt: since the last resumption, and without those that paused. */
export function triesOf(
  { table }: SchedulerState,
  number: TaskNumber,
  attempt: number,
): number {
  const details = table.details(number) ?? {};
  const { attemptsBefore = 0, attempts = [], fallbacks = [] } = details;
  return countTries({ attempt, attemptsBefore, attempts, fallbacks });
}

/** Which attempt this one is for those who write and read of it. */
export function attemptOf(
  { table }: SchedulerState,
  number: TaskNumber,
  attempt: number,
): number {
  const { attempts = [], fallbacks = [] } = table.details(number) ?? {};
  return countAttempts({ attempt, attempts, fallbacks });
}

/** A person's word on a task that waits for one. */
export function answer(
  state: SchedulerState,
  number: TaskNumber,
  said: Answer,
  at: Time,
  commands: Command[],
): void {
  const { table } = state;
  if (table.state(number) !== "Paused") return;
  // A gate waits within its attempt; what else waits begins an attempt when it goes on.
  const isGate = table.asked[number]! > 0;
  if (said.type === "decline") {
    const message = `Declined${said.message ? `: ${asSentence(said.message)}` : "."}`;
    finish(state, number, "Skipped", message, at, commands);
    return;
  }
  if (isGate !== (said.type === "approve")) return;
  table.edit(number).until = undefined;
  touch(state, number);
  if (isGate) {
    table.raise(number, flags.committing);
    setActive(state, number, true);
    commands.push({
      type: "commit-attempt",
      task: number,
      attempt: table.asked[number]!,
    });
  } else {
    if (table.attempt[number]! > 0) table.raise(number, flags.resumed);
    ask(state, number, commands);
  }
}
