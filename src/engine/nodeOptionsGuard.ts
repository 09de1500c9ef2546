import type { CaseTest, NodeOptions, OptionFunction } from "../core/graph.ts";
import type { Limit } from "../core/limits.ts";
import { makeParameter, type Parameter } from "../core/parameter.ts";
import type { TriggerRule } from "../core/trigger.ts";
import {
  type Fields,
  isCount,
  isFrom0,
  Misfit,
  toFields,
  toList,
  toNumber,
  toPositive,
  toText,
} from "./plainData.ts";

const mostEntries = 10_000;
const longestName = 1000;
const longestText = 20_000;

const functionNames: readonly OptionFunction[] = [
  "name",
  "retryIf",
  "fallback",
  "cacheKey",
  "trigger",
  "onStateChange",
];

/** The options of a node from the sandbox. Throws what is thrown for all that is of no known shape. */
export function readOptions(fields: Fields): NodeOptions {
  const { retries, retryJitter, skipOnUpstreamSkip, cacheFor, cacheKey } =
    fields;
  if (
    !isCount(retries) ||
    !isFrom0(retryJitter) ||
    retryJitter > 1 ||
    typeof skipOnUpstreamSkip !== "boolean" ||
    !(cacheFor === undefined || cacheFor === Infinity || isFrom0(cacheFor))
  )
    throw new Misfit();
  const functions = functionNames.filter((name) =>
    toList(fields.functions, functionNames.length).includes(name),
  );
  const trigger = readTrigger(toFields(fields.trigger));
  if (
    functions.length !== (fields.functions as unknown[]).length ||
    functions.includes("trigger") !== (trigger.type === "custom")
  )
    throw new Misfit();
  const options: NodeOptions = {
    retries,
    retryDelays: toList(fields.retryDelays, mostEntries).map((delay) => {
      if (!isFrom0(delay)) throw new Misfit();
      return delay;
    }),
    retryJitter,
    timeout: readTimeout(fields.timeout),
    trigger,
    skipOnUpstreamSkip,
    tags: toList(fields.tags, mostEntries).map((tag) =>
      toText(tag, longestName),
    ),
    cacheFor,
    cacheKey:
      cacheKey === undefined ? undefined : toText(cacheKey, longestText),
    functions,
  };
  if (fields.deciders !== undefined)
    options.deciders = toText(fields.deciders, longestText);
  return options;
}

export function readTrigger({ type, atLeast, atMost }: Fields): TriggerRule {
  switch (type) {
    case "allSuccessful":
    case "allFailed":
    case "anySuccessful":
    case "anyFailed":
    case "allFinished":
    case "notAllSkipped":
    case "manualOnly":
    case "custom":
      return { type };
    case "someFailed":
    case "someSuccessful": {
      const rule: Extract<TriggerRule, { atLeast?: number }> = { type };
      if (atLeast !== undefined) rule.atLeast = toNumber(atLeast);
      if (atMost !== undefined) rule.atMost = toNumber(atMost);
      return rule;
    }
    default:
      throw new Misfit();
  }
}

export function readTest({ type, name, names }: Fields): CaseTest {
  switch (type) {
    case "truthy":
    case "falsy":
      return { type };
    case "is":
      return { type, name: toText(name, longestText) };
    case "other":
      return {
        type,
        names: toList(names, mostEntries).map((one) =>
          toText(one, longestText),
        ),
      };
    default:
      throw new Misfit();
  }
}

export function readLimit(value: unknown): Limit {
  const { of, atOnce, starts, per } = toFields(value);
  const limit: Limit = { of: toText(of, 2 * longestName) };
  if (atOnce !== undefined) limit.atOnce = toPositive(atOnce);
  if ((starts === undefined) !== (per === undefined)) throw new Misfit();
  if (starts !== undefined) limit.starts = toPositive(starts);
  if (per !== undefined) limit.per = toPositive(per);
  return limit;
}

/** A parameter as `makeParameter` makes it of its own description. */
export function readParameter(value: unknown): Parameter {
  const { name, required, ...description } = toFields(value);
  const parameter = makeParameter(toText(name, longestName), {
    ...description,
  });
  if (parameter.required !== required) throw new Misfit();
  if (parameter.options) parameter.options = [...parameter.options];
  return parameter;
}

export function readTimeout(value: unknown): number | undefined {
  return value === undefined ? undefined : toPositive(value);
}

export function readPath(value: unknown): (string | number)[] {
  return toList(value, longestName).map((step) =>
    isCount(step) ? step : toText(step, longestText),
  );
}
