import type { Time } from "./events.ts";
import type { NodeId } from "./graph.ts";
import { canonical, hashText } from "./hash.ts";
import { formatDuration, units } from "./duration.ts";
import type { Ties } from "./ties.ts";
import { formatTime, listNames } from "./words.ts";

/** A result that later runs may use instead of computing it again. */
export interface CacheEntry {
  /** Made of the code, the values of the inputs, and what the task's `cacheKey` adds: equal keys mean equal results. */
  cacheKey: string;
  /** The task's name, and its code. */
  task: string;
  version: string;
  /** A hash of each input's value, by the name of the argument, and of what `cacheKey` and the parameters add. */
  inputs: Readonly<Record<string, string>>;
  /** The node's key in the graph that computed it. */
  key: string;
  node: NodeId;
  /** When it was computed, and where it is kept. */
  at: Time;
  run: string;
  runAt: Time;
  resultKey: string;
  size: number;
  /** What it hangs on; missing for no files, and no tables. */
  files?: Ties["files"];
  tables?: Ties["tables"];
}

/** What a cached result depends on. */
export interface CacheIdentity {
  cacheKey: string;
  inputs: Readonly<Record<string, string>>;
}

/** What a result depends on besides its arguments, by the names that people are told: the run and the plan find the same. */
export interface Dependencies {
  readonly cacheKey?: unknown;
  /** Of a task that reads its context. */
  readonly "the parameters"?: unknown;
}

/**
 * The identity of a call with these values. Throws a FlowError if a value cannot be told by its content (a Blob).
 *
 * @param names the names of the arguments, as far as they are known
 * @param more what else the result depends on
 */
export function identify(
  version: string,
  args: readonly unknown[],
  names: readonly (string | undefined)[],
  more: Dependencies,
): CacheIdentity {
  const inputs: Record<string, string> = {};
  const isFree = (name: string) =>
    name !== "__proto__" && !Object.hasOwn(inputs, name);
  args.forEach((arg, at) => {
    const name = names[at];
    // Parameters that are taken apart have no name.
    inputs[name && isFree(name) ? name : `argument ${at + 1}`] = hashText(
      canonical(arg),
    );
  });
  for (const [name, value] of Object.entries(more))
    inputs[isFree(name) ? name : `the option ${name}`] = hashText(
      canonical(value),
    );
  const cacheKey = hashText(
    [version, ...Object.entries(inputs).map((pair) => pair.join(" "))].join(
      "\n",
    ),
  );
  return { cacheKey, inputs };
}

/** Until when an entry may be used. */
export function validUntil(entry: CacheEntry, cacheFor: number): Time {
  return entry.at + cacheFor;
}

/** Why a result is reused, for people. */
export function whyReused(
  entry: CacheEntry,
  cacheFor: number,
  now: Time,
): string {
  const left =
    cacheFor === Infinity
      ? "for ever"
      : `for another ${formatDuration(roundTime(validUntil(entry, cacheFor) - now))}`;
  return `Reused from the run of ${formatTime(entry.runAt)}: same code and inputs, valid ${left}.`;
}

/** Why nothing is reused, for people, when the entries of the task are these; in the middle of a sentence. */
export function whyNotReused(
  entries: readonly CacheEntry[],
  identity: CacheIdentity,
  version: string,
  cacheFor: number,
  now: Time,
): string {
  const same = entries.find(({ cacheKey }) => cacheKey === identity.cacheKey);
  if (same && validUntil(same, cacheFor) <= now)
    return `its cached result is of ${formatTime(same.at)} and was valid for ${formatDuration(cacheFor)}`;
  const newest = [...entries].sort((one, other) => other.at - one.at)[0];
  if (!newest) return "it has no cached result yet";
  if (newest.version !== version) return "its code changed";
  const changed = Object.keys({ ...newest.inputs, ...identity.inputs }).filter(
    (name) => newest.inputs[name] !== identity.inputs[name],
  );
  return changed.length > 0
    ? `an input is another than last time (${listNames(changed)})`
    : "it has no cached result for these inputs";
}

/** A time that says enough: no milliseconds when it is seconds. */
function roundTime(milliseconds: number): number {
  for (const unit of [units.d, units.h, units.m, units.s])
    if (milliseconds >= 2 * unit) return Math.round(milliseconds / unit) * unit;
  return Math.max(0, Math.round(milliseconds));
}
