import { parseDuration } from "../../../core/duration.ts";
import { FlowError, toErrorData } from "../../../core/errors.ts";
import type { NodeOptions, OptionFunction } from "../../../core/graph.ts";
import type { Limit } from "../../../core/limits.ts";
import { asSentence, showValue } from "../../../core/words.ts";
import { inspect } from "./inspect.ts";
import type { TaskOptions } from "./taskOptions.ts";
import { ruleOf } from "./triggers.ts";

/** A function is asked for no more delays than these, one for each attempt: the last one repeats. */
const mostDelays = 50;

/** What was made of options. Nodes of one task share it, so that a copy of their graph has it once. */
const made = new WeakMap<TaskOptions, NodeOptions>();

/** The options of a node, with defaults filled in and durations in milliseconds. `isNamed`: its name is known already, where that is a function. */
export function toNodeOptions(
  options: TaskOptions,
  isNamed = true,
): NodeOptions {
  if (typeof options.name === "function")
    return makeNodeOptions(options, isNamed);
  const known = made.get(options) ?? makeNodeOptions(options, true);
  made.set(options, known);
  return known;
}

function makeNodeOptions(options: TaskOptions, isNamed: boolean): NodeOptions {
  const { retries = 0, timeout, trigger, cacheFor, cacheKey } = options;
  const deciders = decidersOf(options);
  return {
    retries,
    retryDelays: readDelays(options.retryDelay, retries),
    retryJitter: options.retryJitter ?? 0,
    timeout: timeout === undefined ? undefined : parseDuration(timeout),
    trigger: trigger ? ruleOf(trigger) : { type: "allSuccessful" },
    skipOnUpstreamSkip: options.skipOnUpstreamSkip ?? true,
    tags: [...(options.tags ?? [])],
    cacheFor:
      cacheFor === undefined
        ? undefined
        : cacheFor === "forever"
          ? Infinity
          : parseDuration(cacheFor),
    cacheKey: typeof cacheKey === "string" ? cacheKey : undefined,
    functions: listFunctions(options, isNamed),
    ...(deciders.length > 0 ? { deciders: inspect(deciders, 5000) } : {}),
  };
}

/** What decides how a task ends and is no plain data. A function is known by its text. */
function decidersOf({ trigger, ...options }: TaskOptions): unknown[] {
  const deciders: unknown[] = [];
  if (trigger && ruleOf(trigger).type === "custom") deciders.push(trigger);
  if (Object.hasOwn(options, "fallback")) deciders.push(options.fallback);
  return deciders.map((one) => (typeof one === "function" ? String(one) : one));
}

function listFunctions(
  options: TaskOptions,
  isNamed: boolean,
): OptionFunction[] {
  const functions: OptionFunction[] = [];
  if (typeof options.name === "function" && !isNamed) functions.push("name");
  if (options.retryIf) functions.push("retryIf");
  if (Object.hasOwn(options, "fallback")) functions.push("fallback");
  if (typeof options.cacheKey === "function") functions.push("cacheKey");
  if (options.trigger && ruleOf(options.trigger).type === "custom")
    functions.push("trigger");
  if (options.onStateChange) functions.push("onStateChange");
  return functions;
}

/** The limits that the options of a task set; `task` is its name. */
export function limitsOf({ concurrency }: TaskOptions, task: string): Limit[] {
  if (concurrency === undefined) return [];
  return typeof concurrency === "number"
    ? [{ of: `task ${task}`, atOnce: concurrency }]
    : [...concurrency];
}

function readDelays(retryDelay: unknown, retries: number): number[] {
  if (retryDelay === undefined) return [];
  if (typeof retryDelay !== "function")
    return [retryDelay].flat().map((delay) => parseDuration(delay));
  const delayOf = retryDelay as (attempt: number) => unknown;
  const delays: number[] = [];
  for (let attempt = 1; attempt <= mostDelays; attempt += 1)
    try {
      const delay = callOption("retryDelay", () => delayOf(attempt));
      delays.push(parseDuration(delay));
    } catch (thrown) {
      if (attempt <= retries) throw thrown;
      // `retry()` in the task knows no limit, but the function need not know of more than the retries.
      break;
    }
  while (delays.length > 1 && delays.at(-1) === delays.at(-2)) delays.pop();
  return delays;
}

/** What a function among the options gives that is called while the flow is drawn. */
export function callOption<T>(option: keyof TaskOptions, call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    const reason = toErrorData(thrown).message;
    throw new FlowError(
      "invalid-option",
      `${option} is a function, and it failed: ${asSentence(reason)} It is called while the flow is drawn, before anything has run.`,
      { cause: thrown },
    );
  }
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
    throw new FlowError(
      "invalid-option",
      `The factor of exponentialBackoff must be a number from 1, not ${showValue(factor)}.`,
    );
  return (attempt) => Math.min(first * factor ** (attempt - 1), longest);
}
