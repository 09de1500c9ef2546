import { validUntil, type CacheEntry } from "./cache.ts";
import type { Time } from "./events.ts";
import { findReplaced, tellReplaced, type Files } from "./filesRead.ts";
import type { NodeId, TaskNode } from "./graph.ts";
import type { GraphIndex } from "./graphIndex.ts";
import { canonical } from "./hash.ts";
import type { TaskRun } from "./run.ts";
import { noFates } from "./schedulerState.ts";
import { hasResult } from "./state.ts";
import { decide } from "./trigger.ts";
import { formatTime } from "./words.ts";

/** What of earlier runs a new one may use by `cacheFor`. */
export interface PlanCache {
  entries: readonly CacheEntry[];
  now: Time;
}

/** The first call of the same task with the same arguments: equal calls have keys of their own, but share a cached result. */
export function firstOfEqual(index: GraphIndex, number: number): NodeId {
  const callOf = ({ task, args, over, waitFor, options }: TaskNode) =>
    canonical([task, args, over, waitFor, options.cacheKey]);
  const node = index.nodes[number] as TaskNode;
  const call = callOf(node);
  const first = index.nodes.find(
    (other) =>
      other.kind === "task" &&
      other.task === node.task &&
      callOf(other) === call,
  );
  return (first ?? node).id;
}

/** Whether a task with `cacheFor` will be reused, as far as that can be known before its inputs are. */
export function predictCache(
  { task, over, options }: TaskNode,
  nodeKey: string | undefined,
  { entries, now }: PlanCache,
  files: Files,
  areInputsKnown: () => boolean,
  before: TaskRun | undefined,
): { action: "run" | "reuse"; why: string } | undefined {
  const cacheFor = options.cacheFor ?? 0;
  const own = entries.filter((entry) => entry.task === task);
  if (own.length === 0) return undefined;
  // Of a map each element has an entry, if it succeeded.
  const same = own.find(({ key }) => key === nodeKey);
  const isValid = own.every(
    (entry) => entry.key !== nodeKey || validUntil(entry, cacheFor) > now,
  );
  if (!areInputsKnown())
    return {
      action: "run",
      why: "its inputs are computed anew; if they turn out the same, its cached result is reused",
    };
  const replaced = (over.length > 0 ? own : [same])
    .filter((entry) => entry?.key === nodeKey)
    .map((entry) => findReplaced(entry?.files, files));
  if (same && replaced.every((name) => name !== undefined))
    return { action: "run", why: tellReplaced(replaced[0]!) };
  const isPartial =
    !isCachedThroughout(before) || replaced.some((name) => name !== undefined);
  if (same && isValid && over.length > 0 && isPartial)
    return {
      action: "run",
      why: "those of its elements that are cached are reused",
    };
  if (same && isValid)
    return {
      action: "reuse",
      why: `cached: computed on ${formatTime(same.at)} from the same code and inputs`,
    };
  if (same)
    return {
      action: "run",
      why: `its cached result of ${formatTime(same.at)} has expired`,
    };
  return {
    action: "run",
    why: "its code or inputs changed since it was cached",
  };
}

/**
 * Why a task whose result is cached may not come to use it, after what it needs has ended as before, or with success where that
 * is undefined; undefined if it will.
 */
export function findHindrance(
  node: TaskNode,
  upstream: readonly (TaskRun | undefined)[],
): string | undefined {
  const { trigger, skipOnUpstreamSkip } = node.options;
  const fates = noFates();
  for (const task of upstream) {
    const { count, counts } = task?.children ?? {
      count: 1,
      counts: { Skipped: Number(task?.state === "Skipped") },
    };
    fates.skipped += counts.Skipped ?? 0;
    fates.successful += count - (counts.Skipped ?? 0);
  }
  const hasUpstream = upstream.length > 0;
  const decision = decide(
    trigger,
    fates,
    { hasUpstream, skipOnUpstreamSkip },
    () => "",
  );
  switch (decision.type) {
    case "start":
      return undefined;
    case "ask":
      return "its trigger decides whether its cached result is used";
    case "pause":
      return "its cached result is used once a person starts it";
    case "end":
      return decision.state === "Skipped"
        ? "it will be skipped, as what it needs is"
        : `its trigger ${trigger.type} will not let it start: what it needs succeeds`;
  }
}

/** Whether each element of a map had a result that is cached. */
function isCachedThroughout(task: TaskRun | undefined): boolean {
  const { children } = task ?? {};
  if (!children) return false;
  for (let leaf = 0; leaf < children.count; leaf += 1) {
    if (!hasResult(children.stateOf(leaf))) return false;
    const { isFallback, isMarked } = children.run(leaf);
    if (isFallback || isMarked) return false;
  }
  return true;
}
