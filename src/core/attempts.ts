/**
 * What happens to one task run.
 *
 *   Pending -> start-attempt -> Running -> returned -> commit-attempt -> committed: Success
 *      ^                            |                        |
 *      `----- retry timer <- Retrying <-- failed, crashed, timed out
 *
 * - An attempt is asked for once. What happens to any attempt but the one last asked for is late, and ignored.
 * - Between the return of a function and the end of its commit nothing stops a task run: its rows may be on disk already.
 */
import { formatDuration } from "./duration.ts";
import { ofFallback, reasonOf } from "./errorCauses.ts";
import type { ErrorData } from "./errors.ts";
import type { Verdict } from "./decisions.ts";
import type {
  Command,
  RunEvent,
  TaskNumber,
  Time,
  TriggerEnd,
} from "./events.ts";
import { chance } from "./hash.ts";
import { carryOut, expand, finish, propagate } from "./openRuns.ts";
import { beginFlows } from "./flowTime.ts";
import { lastWords } from "./lastWords.ts";
import { answer, pause, triesOf } from "./pauses.ts";
import { ask, askForFallback, letIn } from "./places.ts";
import { tellReused } from "./reuse.ts";
import {
  close,
  move,
  nodeOf,
  openAttempt,
  recordAttempt,
  release,
  touch,
} from "./schedulerState.ts";
import type { SchedulerState } from "./schedulerState.ts";
import { asked, flags } from "./taskTable.ts";
import { asSentence } from "./words.ts";

/** An event about one task run. */
export type TaskEvent = Exclude<
  Extract<RunEvent, { task: TaskNumber }>,
  { type: "task-marked" | "cancel-requested" }
>;

/** Takes a task run one event further. It is not final. */
export function stepTask(
  state: SchedulerState,
  event: TaskEvent,
  commands: Command[],
): void {
  const { table } = state;
  const { at, task: number } = event;
  switch (event.type) {
    case "task-mapped": {
      if (!isAwaited(state, number, "map")) return;
      const news: TaskNumber[] = [];
      expand(state, number, event.count, event.sources, commands, news);
      propagate(state, news, commands);
      return;
    }
    case "task-unmappable":
      if (!isAwaited(state, number, "map")) return;
      table.edit(number).error = event.error;
      finish(state, number, "Failed", event.error.message, at, commands);
      return;
    case "trigger-answered": {
      if (!isAwaited(state, number, "trigger")) return;
      const news: TaskNumber[] = [];
      carryOut(state, number, verdictOf(event.end), commands, news);
      propagate(state, news, commands);
      return;
    }
    case "pause-answered":
      answer(state, number, event.answer, at, commands);
      return;
    case "timer-fired":
      fireTimer(state, event, commands);
      return;
    default:
      letIn(state, number, event.attempt);
      if (table.asked[number] === event.attempt)
        stepAttempt(state, event, commands);
  }
}

function verdictOf(end: TriggerEnd | undefined): Verdict {
  if (!end) return { type: "start" };
  return end.state === "Paused"
    ? { type: "pause", message: end.message }
    : { type: "end", ...end };
}

/** Whether that is what was asked about a task run, and not answered yet. */
function isAwaited(
  state: SchedulerState,
  number: TaskNumber,
  question: "map" | "trigger",
): boolean {
  const { table } = state;
  const isMap = table.level[number]! < nodeOf(state, number).over.length;
  return table.asked[number] === asked.answer && isMap === (question === "map");
}

type AttemptEvent = Exclude<
  TaskEvent,
  {
    type:
      | "task-mapped"
      | "task-unmappable"
      | "trigger-answered"
      | "pause-answered"
      | "timer-fired";
  }
>;

function stepAttempt(
  state: SchedulerState,
  event: AttemptEvent,
  commands: Command[],
): void {
  const { table } = state;
  const { at, task: number, attempt } = event;
  const isRunning = table.state(number) === "Running";
  switch (event.type) {
    case "attempt-started": {
      if (table.attempt[number] === attempt) return;
      openAttempt(state, number, attempt, at);
      beginFlows(state, number, at, commands);
      const { operator, options } = nodeOf(state, number);
      if (options.timeout !== undefined && !operator)
        commands.push({
          type: "set-timer",
          task: number,
          attempt,
          timer: "timeout",
          at: at + options.timeout,
        });
      return;
    }
    case "attempt-named":
      table.edit(number).name = event.name;
      touch(state, number);
      return;
    case "attempt-returned":
      if (!isRunning || table.has(number, flags.committing)) return;
      table.raise(number, flags.committing);
      touch(state, number);
      commands.push({ type: "commit-attempt", task: number, attempt });
      return;
    case "attempt-committed":
      if (!table.has(number, flags.committing)) return;
      table.bytes[number] = event.size;
      table.setTies(number, event);
      succeed(state, number, at, commands);
      return;
    case "attempt-reused": {
      if (!isRunning) openAttempt(state, number, attempt, at);
      const details = table.edit(number);
      // Nothing was tried: the result was there.
      details.attempts?.pop();
      details.resultRun = event.run;
      details.resultKey = event.key;
      details.resultRunAt = event.runAt;
      table.setTies(number, event);
      if (event.size !== undefined) table.bytes[number] = event.size;
      table.attempt[number] = attempt - 1;
      finish(
        state,
        number,
        "Cached",
        event.why ?? tellReused(event.runAt),
        at,
        commands,
      );
      return;
    }
    case "attempt-skipped":
      if (!isRunning) openAttempt(state, number, attempt, at);
      finish(state, number, "Skipped", event.message, at, commands);
      return;
    case "attempt-paused":
      pause(state, event, commands);
      return;
    case "attempt-failed":
      endAttempt(
        state,
        number,
        {
          state: "Failed",
          message: reasonOf(event.error),
          told: `failed: ${reasonOf(event.error)}`,
          error: event.error,
          retry: event.retry,
        },
        at,
        commands,
      );
      return;
    case "attempt-crashed":
      if (table.has(number, flags.committing)) return;
      endAttempt(
        state,
        number,
        {
          state: "Crashed",
          message: event.message,
          told: `crashed: ${event.message}`,
          error: {
            code: "task-crashed",
            name: "FlowError",
            message: event.message,
          },
        },
        at,
        commands,
      );
  }
}

/** Ends a task run as Success; its result is on disk. */
export function succeed(
  state: SchedulerState,
  number: TaskNumber,
  at: Time,
  commands: Command[],
): void {
  closeSuccess(state, number, at);
  propagate(state, [number], commands);
}

/** The same without looking at what follows. */
export function closeSuccess(
  state: SchedulerState,
  number: TaskNumber,
  at: Time,
): void {
  const { table } = state;
  const details = table.details(number);
  let message: string | undefined;
  if (table.has(number, flags.fallback)) {
    const why = details?.error && reasonOf(details.error);
    message = `The fallback was used: ${asSentence(why ?? "all attempts failed")}`;
  } else if (details) details.error = undefined;
  close(state, number, "Success", message, at);
}

/** How an attempt ended without a result; `told` is the end of a sentence about the attempt. */
interface Failure {
  state: "Failed" | "Crashed" | "TimedOut";
  message: string;
  told: string;
  error: ErrorData;
  retry?: (RunEvent & { type: "attempt-failed" })["retry"];
}

/** The attempt is over without a result: another one if the task has retries left, then the fallback, else the task has failed. */
function endAttempt(
  state: SchedulerState,
  number: TaskNumber,
  failure: Failure,
  at: Time,
  commands: Command[],
): void {
  const { table } = state;
  const { options, operator } = nodeOf(state, number);
  const attempt = table.asked[number]!;
  if (table.attempt[number]! < attempt) openAttempt(state, number, attempt, at);
  table.asked[number] = 0;
  table.drop(number, flags.committing);
  const isFallback = table.has(number, flags.fallback);
  const before = isFallback ? table.details(number)?.error : undefined;
  const error = before ? ofFallback(failure.error, before) : failure.error;
  table.edit(number).error = error;
  if (table.details(number)?.cancelled) {
    const message = `Cancelled; its result could not be kept: ${asSentence(failure.message)}`;
    finish(state, number, "Cancelled", message, at, commands);
    return;
  }
  const tries = triesOf(state, number, attempt);
  const { retry } = failure;
  const isRetried =
    retry?.type === "always" ||
    (retry?.type !== "never" && tries <= options.retries);
  if (isRetried && !isFallback && !operator) {
    const delay =
      retry?.type === "always" && retry.after !== undefined
        ? retry.after
        : delayOf(state, number, tries);
    recordAttempt(state, number, failure.state, failure.message, at);
    release(state, number);
    move(state, number, "Retrying");
    const isCounted = tries <= options.retries;
    table.setMessage(
      number,
      `Attempt ${tries}${isCounted ? ` of ${options.retries + 1}` : ""} ${asSentence(failure.told)} Next attempt ${
        delay === 0 ? "at once" : `in ${formatDuration(delay)}`
      }.`,
    );
    table.edit(number).retryAt = at + delay;
    commands.push({
      type: "set-timer",
      task: number,
      attempt,
      timer: "retry",
      at: at + delay,
    });
    return;
  }
  if (options.functions.includes("fallback") && !isFallback && !operator) {
    recordAttempt(state, number, failure.state, failure.message, at);
    release(state, number);
    move(state, number, "Retrying");
    table.setMessage(
      number,
      `${asSentence(failure.message)} Going on with the fallback.`,
    );
    askForFallback(state, number, commands);
    return;
  }
  const message = before ? reasonOf(error) : lastWords(failure, tries, options);
  finish(state, number, failure.state, message, at, commands);
}

/** How long to wait after that many tries, spread as the task wants it. */
function delayOf(
  state: SchedulerState,
  number: TaskNumber,
  tries: number,
): number {
  const { retryDelays, retryJitter } = nodeOf(state, number).options;
  const delay = retryDelays[Math.min(tries, retryDelays.length) - 1] ?? 0;
  if (retryJitter === 0 || delay === 0) return delay;
  const spread = 2 * chance(state.seed, number, tries) - 1;
  return Math.round(delay * (1 + retryJitter * spread));
}

function fireTimer(
  state: SchedulerState,
  event: RunEvent & { type: "timer-fired" },
  commands: Command[],
): void {
  const { table } = state;
  const { at, task: number, attempt, timer } = event;
  const now = table.state(number);
  switch (timer) {
    case "retry":
      // The timer carries the attempt that failed.
      if (
        now === "Retrying" &&
        table.asked[number] === asked.nothing &&
        attempt === table.attempt[number]
      )
        ask(state, number, commands);
      return;
    case "pause": {
      const { until } = table.details(number) ?? {};
      // A clock may be a little early, so it is the attempt that tells one pause from another.
      if (now !== "Paused" || until === undefined) return;
      if (attempt !== table.attempt[number]) return;
      finish(
        state,
        number,
        "TimedOut",
        "Nobody answered in time.",
        at,
        commands,
      );
      return;
    }
    case "timeout": {
      const { timeout } = nodeOf(state, number).options;
      if (table.asked[number] !== attempt || timeout === undefined) return;
      if (now !== "Running" || table.has(number, flags.committing)) return;
      commands.push({ type: "stop-attempt", task: number, attempt });
      const told = `stopped after ${formatDuration(timeout)}, its timeout.`;
      const message = `S${told.slice(1)}`;
      endAttempt(
        state,
        number,
        {
          state: "TimedOut",
          message,
          told: `was ${told}`,
          error: { code: "task-timeout", name: "FlowError", message },
        },
        at,
        commands,
      );
      return;
    }
    default:
      return; // the run's own
  }
}
