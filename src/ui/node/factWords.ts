import { formatDuration as formatSetting } from "../../core/duration.ts";
import type { TaskNode } from "../../core/graph.ts";
import type { RunState, TaskRun } from "../../core/run.ts";
import { hasResult } from "../../core/state.ts";
import type { TriggerRule } from "../../core/trigger.ts";
import { formatSize } from "../../core/words.ts";
import { formatDuration } from "../../views/duration.ts";
import { formatClock, formatMoment } from "../format.ts";

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
  if (task.name !== undefined) add("Named", task.name);
  if (task.attempt > 0 && !task.children && !operator)
    add("Attempts", attemptsText(task, options.retries));
  if (task.startedAt !== undefined) {
    add("Started", formatClock(task.startedAt));
    if (task.state !== "Cached" && !task.isMarked)
      add(
        task.endedAt === undefined ? "For" : "Took",
        formatDuration((task.endedAt ?? now) - task.startedAt),
      );
  }
  if (task.size !== undefined) add("Result", formatSize(task.size));
  const origin = originText(run, task);
  if (origin !== undefined) add("From", origin);
  return facts;
}

function attemptsText(task: TaskRun, retries: number): string {
  const own = task.attempt - task.attemptsBefore;
  const text = retries > 0 ? `${own} of ${retries + 1}` : String(own);
  return task.attemptsBefore > 0
    ? `${text}, ${task.attempt} with those before Resume`
    : text;
}

/** Where a result comes from, if it is not what the task returned in this run. */
function originText(run: RunState, task: TaskRun): string | undefined {
  if (!hasResult(task.state)) return undefined;
  if (task.isMarked) return "given by hand";
  if (task.isFallback) return "its fallback, after the last attempt failed";
  if (task.resultRun === run.run) return undefined;
  return task.resultRunAt === undefined
    ? "an earlier run"
    : `the run of ${formatMoment(task.resultRunAt)}`;
}

/** How a task is set up, as far as it is not as tasks are by default. */
export function settingFacts({ options, operator }: TaskNode): Fact[] {
  const facts: Fact[] = [];
  const add = (name: string, text: string) => facts.push({ name, text });
  const trigger = triggerWords(options.trigger);
  if (trigger !== undefined) add("Starts", trigger);
  if (!options.skipOnUpstreamSkip && !operator)
    add("Skipped upstream", "runs all the same");
  if (options.retries > 0)
    add("Retries", `${options.retries}${delayText(options.retryDelays)}`);
  if (options.timeout !== undefined)
    add("Timeout", formatSetting(options.timeout));
  if (options.cacheFor !== undefined)
    add(
      "Cached for",
      options.cacheFor === Infinity ? "ever" : formatSetting(options.cacheFor),
    );
  if (options.tags.length > 0) add("Tags", options.tags.join(", "));
  if (options.functions.includes("fallback")) add("Fallback", "yes");
  return facts;
}

function delayText(delays: readonly number[]): string {
  if (delays.length === 0 || delays.every((delay) => delay === 0)) return "";
  return `, after ${[...new Set(delays)].map(formatSetting).join(", ")}`;
}

/** When a task starts, if that is not when all that it waits for succeeded. */
function triggerWords(rule: TriggerRule): string | undefined {
  switch (rule.type) {
    case "allSuccessful":
      return undefined;
    case "allFailed":
      return "when all upstream failed";
    case "anySuccessful":
      return "when one upstream succeeded";
    case "anyFailed":
      return "when one upstream failed";
    case "allFinished":
      return "when all upstream ended, however";
    case "notAllSkipped":
      return "unless all upstream were skipped";
    case "manualOnly":
      return "when a person says so";
    case "someFailed":
    case "someSuccessful": {
      const kind = rule.type === "someFailed" ? "failed" : "succeeded";
      const limits = [
        rule.atLeast === undefined ? [] : `at least ${share(rule.atLeast)}`,
        rule.atMost === undefined ? [] : `at most ${share(rule.atMost)}`,
      ].flat();
      return `when ${limits.join(" and ") || "any number"} of upstream ${kind}`;
    }
    case "custom":
      return "when its trigger function says so";
  }
}

function share(limit: number): string {
  return limit < 1 ? `${Math.round(limit * 100)} %` : String(limit);
}
