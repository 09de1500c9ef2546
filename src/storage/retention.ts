/** How long the versions of a notebook are kept. Pure: the caller says what time it is. */

import { dayLength } from "../core/dayLength.ts";

/** What is asked of a version to decide whether it stays. */
export interface Dated {
  number: number;
  /** When it was made, in milliseconds since 1970 UTC. */
  at: number;
  /** Characters of its text. */
  length: number;
  /** How many runs ran it. */
  runs: number;
}

/** The numbers by which versions stay or go. */
export interface Retention {
  /** Younger versions stay, all of them; of older ones the last of each day (UTC). In milliseconds. */
  whole: number;
  /** So many of the latest versions that were run stay too. */
  runs: number;
  /** More than this are never kept of one notebook. */
  count: number;
  /** Nor more characters than this, except in a single version. */
  length: number;
}

export const retention: Retention = {
  whole: dayLength,
  runs: 50,
  count: 200,
  length: 4_000_000,
};

/** Numbers of the versions that stay, out of all of a notebook, oldest first. The newest always stays; what is too much goes oldest first. */
export function keptVersions(
  versions: readonly Dated[],
  now: number,
): ReadonlySet<number> {
  const kept = new Set<number>();
  const days = new Set<number>();
  let length = 0;
  let runs = 0;
  for (const version of versions.toReversed()) {
    const dayOfVersion = Math.floor(version.at / dayLength);
    const isLastOfDay = !days.has(dayOfVersion);
    days.add(dayOfVersion);
    const isLatelyRun = version.runs > 0 && (runs += 1) <= retention.runs;
    const isYoung = now - version.at < retention.whole;
    if (!isYoung && !isLastOfDay && !isLatelyRun) continue;
    length += version.length;
    const isTooMuch =
      kept.size === retention.count || length > retention.length;
    if (isTooMuch && kept.size > 0) break;
    kept.add(version.number);
  }
  return kept;
}
