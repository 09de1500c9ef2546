import { parseDuration } from "../../../core/duration.ts";
import { FlowError } from "../../../core/errors.ts";
import type { Limit } from "../../../core/limits.ts";
import { listNames, showValue } from "../../../core/words.ts";
import { readConcurrency } from "./limitOptions.ts";
import { refOf } from "./refs.ts";
import type { Trigger } from "./triggers.ts";

const longestKey = 1000;
const longestTag = 200;

type Fn = (...args: never[]) => unknown;

/** Options of a task as a cell gives them, checked. */
export interface TaskOptions {
  name?: string | ((...args: unknown[]) => unknown);
  retries?: number;
  retryDelay?: unknown;
  retryJitter?: number;
  retryIf?: (error: Error, attempt: number) => unknown;
  timeout?: unknown;
  trigger?: Trigger;
  skipOnUpstreamSkip?: boolean;
  cacheFor?: unknown;
  cacheKey?: string | ((...args: unknown[]) => unknown);
  tags?: readonly string[];
  concurrency?: number | readonly Limit[];
  fallback?: unknown;
  onStateChange?: (change: unknown) => unknown;
}

/** How each option is checked: the reader gives the value that is kept, or throws. */
const readers: {
  [Name in keyof TaskOptions]-?: (given: unknown) => TaskOptions[Name];
} = {
  name: (given) => readTextOrFunction("name", given),
  retries(given) {
    if (!Number.isSafeInteger(given) || (given as number) < 0)
      throw invalid(
        `retries must be a whole number from 0, not ${showValue(given)}.`,
      );
    return given as number;
  },
  retryDelay(given) {
    if (typeof given !== "function")
      for (const delay of [given].flat()) parseDuration(delay);
    return given;
  },
  retryJitter(given) {
    if (typeof given !== "number" || !(given >= 0 && given <= 1))
      throw invalid(
        `retryJitter must be a number from 0 to 1, such as 0.2 for waits up to 20 % longer or shorter, not ${showValue(given)}.`,
      );
    return given;
  },
  retryIf: (given) =>
    readFunction("retryIf", given, "(error, attempt) => true"),
  timeout(given) {
    if (parseDuration(given) === 0)
      throw invalid("timeout must be longer than 0: no task is that fast.");
    return given;
  },
  trigger(given) {
    if (typeof given === "function") return given as Trigger;
    throw invalid(
      `trigger must be one of triggers, such as triggers.allFinished, or a function of the upstream runs, not ${showValue(given)}.`,
    );
  },
  skipOnUpstreamSkip(given) {
    if (typeof given === "boolean") return given;
    throw invalid(
      `skipOnUpstreamSkip must be true or false, not ${showValue(given)}.`,
    );
  },
  cacheFor(given) {
    if (given !== "forever") parseDuration(given);
    return given;
  },
  cacheKey(given) {
    if (typeof given === "string" && given.length > longestKey)
      throw invalid(
        `cacheKey has at most ${longestKey} characters, and this one has ${given.length}. Give a short text, such as a version.`,
      );
    return readTextOrFunction("cacheKey", given);
  },
  tags(given) {
    if (
      Array.isArray(given) &&
      given.every(
        (tag) => typeof tag === "string" && tag && tag.length <= longestTag,
      )
    )
      return given as string[];
    throw invalid(
      `tags must be a list of words, such as ["api"], not ${showValue(given)}.`,
    );
  },
  concurrency: (given) => readConcurrency(given, "task"),
  fallback: (given) => given,
  onStateChange: (given) =>
    readFunction("onStateChange", given, "change => log(change.to)"),
};

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
  const options: Record<string, unknown> = {};
  let waitFor: readonly unknown[] = [];
  for (const [key, value] of Object.entries(given as Record<string, unknown>)) {
    if (value === undefined) continue;
    if (refOf(value))
      throw invalid(
        `The option ${key} is a ref, which has no value yet. Give a value that is known when the notebook is read; what a task needs from another one is an argument.`,
      );
    if (Object.hasOwn(readers, key))
      options[key] = readers[key as keyof TaskOptions](value);
    else if (key !== "waitFor")
      throw invalid(
        `A task has no option ${JSON.stringify(key)}. Its options are ${listNames(Object.keys(readers), 99)}.`,
      );
    else if (where === "task")
      throw invalid(
        "waitFor belongs to one call, not to the task: in the flow body, write t.with({ waitFor: [ref] })(...).",
      );
    else if (Array.isArray(value)) waitFor = value;
    else throw invalid("waitFor must be a list of refs: waitFor: [cleaned].");
  }
  return { options, waitFor };
}

function readTextOrFunction(
  name: string,
  given: unknown,
): string | ((...args: unknown[]) => unknown) {
  if (typeof given === "function" || (typeof given === "string" && given))
    return given as string | ((...args: unknown[]) => unknown);
  throw invalid(
    `${name} must be a text or a function of the arguments, not ${showValue(given)}.`,
  );
}

/** A function that is an option; `example` is what one looks like. */
export function readFunction<F extends Fn>(
  name: string,
  given: unknown,
  example: string,
): F {
  if (typeof given === "function") return given as F;
  throw invalid(
    `${name} must be a function, such as ${example}, not ${showValue(given)}.`,
  );
}

function invalid(message: string): FlowError {
  return new FlowError("invalid-option", message);
}
