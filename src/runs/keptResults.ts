import type { CacheEntry } from "../core/cache.ts";
import type { RunState } from "../core/run.ts";
import { isFinal } from "../core/state.ts";
import type { KeptResults } from "../engine/services.ts";

/** Small results of so many runs are kept; a flow that runs every minute for an hour keeps all of that hour. */
const runsWithSmall = 100;

/**
 * Which results stay, of these runs, newest first: all of each flow's newest run and of runs that are under way or wait, with
 * those that they took from earlier ones; what later runs may reuse; and of the newest runs the small ones that were written
 * together with others, as those of a map are. Runs, states, attempts and logs stay in any case.
 */
export function keptResults(
  runs: readonly RunState[],
  cache: readonly CacheEntry[],
): KeptResults {
  const flows = new Set<string>();
  const kept = new Set<string>();
  for (const run of runs) {
    const isNewest = !flows.has(run.flow);
    flows.add(run.flow);
    if (!isNewest && isFinal(run.state)) continue;
    kept.add(run.run);
    for (const { resultRun, children } of run.tasks.values()) {
      kept.add(resultRun);
      for (const other of children?.resultRuns() ?? []) kept.add(other);
    }
  }
  const keys: Record<string, string[]> = {};
  for (const { run, resultKey } of cache)
    if (!kept.has(run)) (keys[run] ??= []).push(resultKey);
  const small = runs.slice(0, runsWithSmall).map(({ run }) => run);
  return { runs: [...kept], keys, small };
}
