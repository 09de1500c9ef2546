import { FlowError } from "../../../core/errors.ts";
import { isFailed, isSuccessful, type State } from "../../../core/state.ts";
import {
  decide,
  type TriggerRule,
  type Upstream,
} from "../../../core/trigger.ts";
import { showValue } from "../../../core/words.ts";

/** A trigger as a cell sees it. */
export type Trigger = (upstream: readonly Upstream[]) => unknown;

const rules = new WeakMap<object, TriggerRule>();

/** The rule that a trigger stands for: one of `triggers`, or a function of the notebook's. */
export function ruleOf(trigger: Trigger): TriggerRule {
  return rules.get(trigger) ?? { type: "custom" };
}

/** `triggers`: each is a rule, and a function that a trigger of one's own may call. */
export function makeTriggers(): object {
  const triggers: Record<string, unknown> = {
    someFailed: (limits: unknown) =>
      makeTrigger({
        type: "someFailed",
        ...readLimits("someFailed", limits),
      }),
    someSuccessful: (limits: unknown) =>
      makeTrigger({
        type: "someSuccessful",
        ...readLimits("someSuccessful", limits),
      }),
  };
  for (const type of [
    "allSuccessful",
    "allFailed",
    "anySuccessful",
    "anyFailed",
    "allFinished",
    "notAllSkipped",
    "manualOnly",
  ] as const)
    triggers[type] = makeTrigger({ type });
  return Object.freeze(triggers);
}

function makeTrigger(rule: TriggerRule): Trigger {
  const trigger: Trigger = (upstream) => {
    const decision = decide(
      rule,
      countFates(upstream),
      { hasUpstream: upstream.length > 0, skipOnUpstreamSkip: false },
      () => "",
    );
    if (decision.type === "pause")
      throw new FlowError(
        "invalid-argument",
        "triggers.manualOnly cannot be called: it waits for a person. Give it to a task as its trigger.",
      );
    return decision.type === "start";
  };
  rules.set(trigger, rule);
  return Object.freeze(trigger);
}

function countFates(upstream: readonly { state: State }[]) {
  const fates = { successful: 0, skipped: 0, failed: 0, cancelled: 0 };
  for (const { state } of upstream)
    if (state === "Skipped") fates.skipped += 1;
    else if (isFailed(state)) fates.failed += 1;
    else if (isSuccessful(state)) fates.successful += 1;
    else fates.cancelled += 1;
  return fates;
}

function readLimits(
  name: string,
  given: unknown,
): { atLeast?: number; atMost?: number } {
  const limits: { atLeast?: number; atMost?: number } = {};
  if (typeof given === "object" && given !== null)
    for (const [key, limit] of Object.entries(given)) {
      if (limit === undefined) continue;
      if (key !== "atLeast" && key !== "atMost")
        throw new FlowError(
          "invalid-option",
          `triggers.${name} has no limit ${JSON.stringify(key)}. Its limits are atLeast and atMost.`,
        );
      if (typeof limit !== "number" || !(limit >= 0) || limit === Infinity)
        throw new FlowError(
          "invalid-option",
          `${key} of triggers.${name} must be a number from 0, where one below 1 is a share of all: 2, 0.5; not ${showValue(limit)}.`,
        );
      limits[key] = limit;
    }
  if (limits.atLeast === undefined && limits.atMost === undefined)
    throw new FlowError(
      "invalid-option",
      `triggers.${name} needs its limits: triggers.${name}({ atLeast: 2 }), or { atMost: 0.1 } for a share of all.`,
    );
  return limits;
}
