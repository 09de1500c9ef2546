import type { TaskNode } from "../../core/graph.ts";
import { countTries, type RunState, type TaskRun } from "../../core/run.ts";
import { hasResult } from "../../core/state.ts";
import type { TriggerRule } from "../../core/trigger.ts";
import { formatDuration } from "../../views/duration.ts";
import { formatClock, formatStart } from "../format.ts";
import * as words from "../words/taskRun.ts";
import { formatSize } from "../words/language.ts";

/** Something worth knowing about a task run. */
export interface Fact {
  name: string;
  text: string;
}

/** What is worth knowing about a task run beside its state and its message. */
export function taskFacts(
  run: RunState,
  { options, operator }: TaskNode,
  task: TaskRun,
  now: number,
): Fact[] {
  const facts: Fact[] = [];
  const add = (name: string, text: string) => facts.push({ name, text });
  if (task.name !== undefined) add(words.named, task.name);
  if (countTries(task) > 0 && !task.children && !operator)
    add(words.attempts, attemptsText(task, options.retries));
  if (task.startedAt !== undefined) {
    add(words.started, formatClock(task.startedAt));
    if (task.state !== "Cached" && !task.isMarked)
      add(
        task.endedAt === undefined ? words.runningFor : words.took,
        formatDuration((task.endedAt ?? now) - task.startedAt),
      );
  }
  if (task.size !== undefined) add(words.result, formatSize(task.size));
  const origin = originText(run, task);
  if (origin !== undefined) add(words.resultFrom, origin);
  return facts;
}

function attemptsText(task: TaskRun, retries: number): string {
  const { attemptsBefore } = task;
  const own = countTries(task);
  const all = countTries({ ...task, attemptsBefore: 0 });
  // What a signal asks for comes on top of the retries.
  const most = retries > 0 && own <= retries + 1 ? retries + 1 : undefined;
  return attemptsBefore > 0
    ? words.attemptsWithEarlier({ own, most, all })
    : words.attemptsOf({ own, most });
}

/** Where a result comes from, if it is not what the task returned in this run. */
function originText(run: RunState, task: TaskRun): string | undefined {
  if (!hasResult(task.state)) return undefined;
  if (task.isMarked) return words.fromHand;
  if (task.isFallback) return words.fromFallback;
  if (task.resultRun === run.run) return undefined;
  return task.resultRunAt === undefined
    ? words.fromEarlierRun
    : words.fromRun(formatStart(task.resultRunAt));
}

/** How a task is set up, as far as it is not as tasks are by default. */
export function settingFacts({ options, operator }: TaskNode): Fact[] {
  const facts: Fact[] = [];
  const add = (name: string, text: string) => facts.push({ name, text });
  const trigger = triggerWords(options.trigger);
  if (trigger !== undefined) add(words.starts, trigger);
  if (!options.skipOnUpstreamSkip && !operator)
    add(words.skippedUpstream, words.runsAnyway);
  if (options.retries > 0) add(words.retries, retriesText(options));
  if (options.timeout !== undefined)
    add(words.timeout, words.settingDuration(options.timeout));
  if (options.cacheFor !== undefined)
    add(
      words.cachedFor,
      options.cacheFor === Infinity
        ? words.ever
        : words.settingDuration(options.cacheFor),
    );
  if (options.tags.length > 0) add(words.tags, options.tags.join(", "));
  if (options.functions.includes("fallback"))
    add(words.fallback, words.hasFallback);
  return facts;
}

function retriesText({ retries, retryDelays }: TaskNode["options"]): string {
  if (retryDelays.every((delay) => delay === 0)) return String(retries);
  return words.retriesAfter({
    retries,
    delays: [...new Set(retryDelays)].map(words.settingDuration).join(", "),
  });
}

/** When a task starts, if that is not when all that it waits for succeeded. */
function triggerWords(rule: TriggerRule): string | undefined {
  switch (rule.type) {
    case "allSuccessful":
      return undefined;
    case "allFailed":
      return words.whenAllFailed;
    case "anySuccessful":
      return words.whenAnySucceeded;
    case "anyFailed":
      return words.whenAnyFailed;
    case "allFinished":
      return words.whenAllEnded;
    case "notAllSkipped":
      return words.unlessAllSkipped;
    case "manualOnly":
      return words.whenStarted;
    case "someFailed":
    case "someSuccessful": {
      const limits = {
        atLeast: share(rule.atLeast),
        atMost: share(rule.atMost),
      };
      return rule.type === "someFailed"
        ? words.whenSomeFailed(limits)
        : words.whenSomeSucceeded(limits);
    }
    case "custom":
      return words.whenFunctionSays;
  }
}

function share(limit: number | undefined): string | undefined {
  if (limit === undefined) return undefined;
  return limit < 1 ? `${Math.round(limit * 100)} %` : String(limit);
}
