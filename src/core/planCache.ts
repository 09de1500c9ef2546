import {
  validUntil,
  whyNotReused,
  type CacheEntry,
  type CacheIdentity,
} from "./cache.ts";
import type { Time } from "./events.ts";
import type { NodeId, TaskNode } from "./graph.ts";
import type { GraphIndex } from "./graphIndex.ts";
import { canonical } from "./hash.ts";
import { baseOf, versionOf } from "./keys.ts";
import { knownIdentities, type Prepared } from "./knownInputs.ts";
import type { TaskRun } from "./run.ts";
import { noFates } from "./schedulerState.ts";
import { hasResult } from "./state.ts";
import { whyOutdated, type Stored } from "./outdated.ts";
import { decide, type Fates } from "./trigger.ts";
import { formatTime } from "./words.ts";

/** What of earlier runs a new one may use by `cacheFor`, and what it is prepared with. */
export interface PlanCache extends Prepared {
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

/** What a plan says of a task that has results in the cache. */
export interface CachePrediction {
  action: "run" | "reuse";
  why: string;
  /** When it is reused, or what of it, as long as that is not certain: what it needs may have returned something else before. */
  perhaps?: string;
  /** The entries that it comes from, if it is reused. */
  entries?: readonly CacheEntry[];
}

/** Whether entries hold the very results that the last run has of a task, of each element if it is mapped. */
export function areResultsOf(
  { children, resultRun, key }: TaskRun,
  entries: readonly CacheEntry[],
): boolean {
  const placeOf = (run: string, resultKey: string) => `${run} ${resultKey}`;
  const places = new Set(
    entries.map((entry) => placeOf(entry.run, entry.resultKey)),
  );
  if (!children) return places.has(placeOf(resultRun, key));
  for (let at = 0; at < children.count; at += 1) {
    const element = children.run(at);
    if (!places.has(placeOf(element.resultRun, element.key))) return false;
  }
  return true;
}

/**
 * Whether a task with `cacheFor` will be reused, as far as that can be known before its inputs are; undefined if nothing of it
 * is cached. `before` is what the last run has of it, and `isUpstreamReused` says whether all that it needs is taken as it is.
 */
export function predictCache(
  index: GraphIndex,
  node: TaskNode,
  nodeKey: string | undefined,
  cache: PlanCache,
  stored: Stored,
  isUpstreamReused: () => boolean,
  before: TaskRun | undefined,
): CachePrediction | undefined {
  const own = cache.entries.filter((entry) => entry.task === node.task);
  if (own.length === 0) return undefined;
  const identities = knownIdentities(index, node, cache);
  if (identities) {
    const known = predictKnown(node, identities, own, cache, stored);
    return known?.action === "reuse" && !isUpstreamReused()
      ? { action: "run", why: ifItStarts, perhaps: ifItStarts }
      : known;
  }
  const version = versionOf(node, cache.program.versions);
  if (own.every((entry) => entry.version !== version))
    return { action: "run", why: "its code changed since it was cached" };
  if (!isUpstreamReused())
    return {
      action: "run",
      why: "its inputs are computed anew; if they turn out the same, its cached result is reused",
      perhaps: "if its inputs turn out the same, its cached result is reused",
    };
  return predictByKey(node, nodeKey, own, cache.now, stored, before);
}

/** The same of calls whose inputs are known; undefined if there are none. */
function predictKnown(
  node: TaskNode,
  identities: readonly CacheIdentity[],
  own: readonly CacheEntry[],
  { now, program }: PlanCache,
  stored: Stored,
): CachePrediction | undefined {
  const cacheFor = node.options.cacheFor ?? 0;
  const version = versionOf(node, program.versions);
  const entryOf = new Map(own.map((entry) => [entry.cacheKey, entry]));
  let hindrance: string | undefined;
  let latest = -Infinity;
  for (const identity of identities) {
    const entry = entryOf.get(identity.cacheKey);
    const replaced = whyOutdated(entry, stored);
    if (!entry)
      hindrance ??= whyNotReused(own, identity, version, cacheFor, now);
    else if (validUntil(entry, cacheFor) <= now) hindrance ??= expired(entry);
    else if (replaced !== undefined) hindrance ??= replaced;
    else latest = Math.max(latest, entry.at);
  }
  if (identities.length === 0) return undefined;
  if (hindrance === undefined) {
    const entries = identities.map(({ cacheKey }) => entryOf.get(cacheKey)!);
    return { action: "reuse", why: cached(latest), entries };
  }
  return latest > -Infinity ? reusedInPart : { action: "run", why: hindrance };
}

/** The same by the wiring, of a task of which all that it needs is taken as it is. */
function predictByKey(
  { over, options }: TaskNode,
  nodeKey: string | undefined,
  own: readonly CacheEntry[],
  now: Time,
  stored: Stored,
  before: TaskRun | undefined,
): CachePrediction {
  const cacheFor = options.cacheFor ?? 0;
  // Of a map each element has an entry, if it succeeded.
  const exact = own.filter(({ key }) => key === nodeKey);
  const base = baseOf(nodeKey ?? "");
  // An equal call may have had another number.
  const ofNode =
    exact.length > 0 ? exact : own.filter(({ key }) => baseOf(key) === base);
  const [same] = ofNode;
  if (!same)
    return {
      action: "run",
      why: ifCached,
      perhaps: ifInputsCached,
    };
  const replaced = (over.length > 0 ? ofNode : [same]).map((entry) =>
    whyOutdated(entry, stored),
  );
  if (replaced.every((name) => name !== undefined))
    return { action: "run", why: replaced[0]! };
  if (ofNode.some((entry) => validUntil(entry, cacheFor) <= now))
    return { action: "run", why: expired(same) };
  const isPartial =
    !isCachedThroughout(before) || replaced.some((name) => name !== undefined);
  return over.length > 0 && isPartial
    ? reusedInPart
    : {
        action: "reuse",
        why: cached(same.at),
        perhaps: ifInputsCached,
        entries: ofNode,
      };
}

export const ifCached =
  "its inputs are known when it runs; if a result is cached for them, that is reused";
const ifInputsCached = "if a result is cached for its inputs, that is reused";
const ifItStarts =
  "its cached result is reused, if what it needs lets it start";
const inPart = "those of its elements that are cached are reused";
const reusedInPart = { action: "run", why: inPart, perhaps: inPart } as const;

function cached(at: Time): string {
  return `cached: computed on ${formatTime(at)} from the same code and inputs`;
}

function expired({ at }: CacheEntry): string {
  return `its cached result of ${formatTime(at)} has expired`;
}

/**
 * Why a task whose result is cached may not come to use it, after what it needs has ended as before, or with success where that
 * is undefined; undefined if it will.
 */
export function findHindrance(
  index: GraphIndex,
  number: number,
  runOf: (number: number) => TaskRun | undefined,
): string | undefined {
  const node = index.nodes[number] as TaskNode;
  const whole = index.needs.of(number).map(runOf);
  // Of these an element of a map looks at one element.
  const each = (index.mapNeeds[number] ?? [])
    .filter(({ until }) => until === "final")
    .map(({ from }) => runOf(from));
  const fates = noFates();
  for (const task of whole) {
    const skipped = countSkipped(task);
    fates.skipped += skipped;
    fates.successful += (task?.children?.count ?? 1) - skipped;
  }
  fates.successful += each.length;
  const hasUpstream = whole.length + each.length > 0;
  const hindrance = hindranceAfter(node, fates, hasUpstream);
  const skipped = each.filter((task) => countSkipped(task) > 0).length;
  if (skipped === 0) return hindrance;
  const otherwise = {
    ...fates,
    skipped: fates.skipped + skipped,
    successful: fates.successful - skipped,
  };
  return hindranceAfter(node, otherwise, hasUpstream) === hindrance
    ? hindrance
    : inPart;
}

function countSkipped(task: TaskRun | undefined): number {
  return task?.children
    ? (task.children.counts.Skipped ?? 0)
    : Number(task?.state === "Skipped");
}

function hindranceAfter(
  { options: { trigger, skipOnUpstreamSkip } }: TaskNode,
  fates: Fates,
  hasUpstream: boolean,
): string | undefined {
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
