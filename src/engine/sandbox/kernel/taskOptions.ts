import { parseDuration } from "../../../core/duration.ts";
import { FlowError } from "../../../core/errors.ts";
import type { NodeOptions } from "../../../core/graph.ts";
import type { TriggerRule } from "../../../core/trigger.ts";
import { listNames, showValue } from "../../../core/words.ts";
import { notYet } from "./notYet.ts";

/** Options of a task as a cell gives them, checked. */
export interface TaskOptions {
  name?: string | ((...args: unknown[]) => unknown);
  retries?: number;
  retryDelay?: unknown;
  timeout?: unknown;
  trigger?: TriggerRule;
  tags?: readonly string[];
}

const supported = [
  "name",
  "retries",
  "retryDelay",
  "timeout",
  "trigger",
  "skipOnUpstreamSkip",
  "tags",
];

const missing: Readonly<Record<string, string>> = {
  retryJitter: "leave it out; retries wait for exactly `retryDelay`.",
  retryIf: "catch the error inside the task when another try is of no use.",
  cacheFor: "use Resume, which keeps the results that still hold.",
  cacheKey: "use Resume, which keeps the results that still hold.",
  concurrency: "leave it out.",
  fallback: "catch the error inside the task and return the value.",
  onStateChange: "watch the graph or the timeline.",
};

/** More attempts than this are not asked one by one for their delay: the last one repeats. */
const mostDelays = 50;

/** Rules by the functions of `triggers` that stand for them. */
const triggerRules = new WeakMap<object, TriggerRule>();

/** Makes a function of `triggers` stand for a rule. */
export function registerTrigger(trigger: object, rule: TriggerRule): void {
  triggerRules.set(trigger, rule);
}

/** Checks the options of `task(fn, options)` or `t.with(options)`; throws an error that says what is wrong. */
export function readTaskOptions(
  given: unknown,
  where: "task" | "with",
): { options: TaskOptions; waitFor: readonly unknown[] } {
  if (given === undefined) return { options: {}, waitFor: [] };
  if (typeof given !== "object" || given === null)
    throw invalid(
      `The options of a task are an object such as { retries: 3 }, not ${showValue(given)}.`,
    );
  const fields = given as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    if (fields[key] === undefined || supported.includes(key)) continue;
    if (Object.hasOwn(missing, key)) throw notYet(key, missing[key]);
    if (key === "waitFor" && where === "with") continue;
    throw invalid(
      key === "waitFor"
        ? "waitFor belongs to one call, not to the task: in the flow body, write t.with({ waitFor: [ref] })(...)."
        : `A task has no option ${JSON.stringify(key)}. Its options are ${listNames(supported, 99)}.`,
    );
  }
  const options: TaskOptions = {};
  const { name, retries, tags, trigger, waitFor = [] } = fields;
  if (name !== undefined) {
    if (typeof name !== "function" && (typeof name !== "string" || !name))
      throw invalid(
        `name must be a text or a function of the arguments, not ${showValue(name)}.`,
      );
    options.name = name as string;
  }
  if (retries !== undefined) {
    if (!Number.isSafeInteger(retries) || (retries as number) < 0)
      throw invalid(
        `retries must be a whole number from 0, not ${showValue(retries)}.`,
      );
    options.retries = retries as number;
  }
  if (fields.retryDelay !== undefined) {
    const { retryDelay } = fields;
    if (typeof retryDelay !== "function")
      for (const delay of [retryDelay].flat()) parseDuration(delay);
    options.retryDelay = retryDelay;
  }
  if (fields.timeout !== undefined) {
    if (parseDuration(fields.timeout) === 0)
      throw invalid("timeout must be longer than 0: no task is that fast.");
    options.timeout = fields.timeout;
  }
  if (trigger !== undefined) {
    const rule =
      typeof trigger === "function" ? triggerRules.get(trigger) : undefined;
    if (!rule && typeof trigger === "function")
      throw notYet(
        "trigger",
        "use triggers.allSuccessful or triggers.allFinished; a function of one's own cannot decide yet.",
      );
    if (!rule)
      throw invalid(
        `trigger must be one of triggers, such as triggers.allFinished, not ${showValue(trigger)}.`,
      );
    options.trigger = rule;
  }
  if (
    fields.skipOnUpstreamSkip !== undefined &&
    typeof fields.skipOnUpstreamSkip !== "boolean"
  )
    throw invalid(
      `skipOnUpstreamSkip must be true or false, not ${showValue(fields.skipOnUpstreamSkip)}.`,
    );
  if (tags !== undefined) {
    if (
      !Array.isArray(tags) ||
      !tags.every((tag) => typeof tag === "string" && tag)
    )
      throw invalid(
        `tags must be a list of words, such as ["api"], not ${showValue(tags)}.`,
      );
    options.tags = tags as string[];
  }
  if (!Array.isArray(waitFor))
    throw invalid("waitFor must be a list of refs: waitFor: [cleaned].");
  return { options, waitFor: waitFor as unknown[] };
}

/** The options of a node, with defaults filled in and durations in milliseconds. */
export function toNodeOptions(options: TaskOptions): NodeOptions {
  const retries = options.retries ?? 0;
  return {
    retries,
    retryDelays: readDelays(options.retryDelay, retries),
    timeout:
      options.timeout === undefined
        ? undefined
        : parseDuration(options.timeout),
    trigger: options.trigger ?? { type: "allSuccessful" },
    tags: [...(options.tags ?? [])],
  };
}

function readDelays(retryDelay: unknown, retries: number): number[] {
  if (retryDelay === undefined) return [];
  if (typeof retryDelay !== "function")
    return [retryDelay].flat().map((delay) => parseDuration(delay));
  const delayOf = retryDelay as (attempt: number) => unknown;
  return Array.from({ length: Math.min(retries, mostDelays) }, (_, index) =>
    parseDuration(delayOf(index + 1)),
  );
}

/** Waits that grow by a factor up to a longest one, for `retryDelay`. */
export function exponentialBackoff(
  base: unknown,
  options: { factor?: unknown; max?: unknown } = {},
): (attempt: number) => number {
  const first = parseDuration(base);
  const longest = parseDuration(options.max ?? "1h");
  const factor = options.factor ?? 2;
  if (typeof factor !== "number" || !(factor >= 1) || factor === Infinity)
    throw invalid(
      `The factor of exponentialBackoff must be a number from 1, not ${showValue(factor)}.`,
    );
  return (attempt) => Math.min(first * factor ** (attempt - 1), longest);
}

function invalid(message: string): FlowError {
  return new FlowError("invalid-option", message);
}
