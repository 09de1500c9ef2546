import type { ToWorker, WatchedChange } from "../../protocol.ts";
import type { Current } from "./current.ts";
import { findOptions } from "./findTask.ts";
import { inspect } from "./inspect.ts";
import type { Job } from "./job.ts";

export type WatchMessage = Extract<ToWorker, { type: "watch" }>;

/**
 * Tells functions of the notebook's of changes, in order. What they throw is a line of the log, and nothing else. Where
 * several wait for something, it is not known of which a line is.
 */
export async function tellChanges(
  current: Current,
  job: Job,
  { flow, changes }: WatchMessage,
): Promise<void> {
  current.world!.refresh();
  const pending: Promise<unknown>[] = [];
  const going = new Set<number>();
  const look = () => {
    job.change = going.size === 1 ? [...going][0] : undefined;
  };
  for (const [at, watched] of changes.entries()) {
    const report = (thrown: unknown) => {
      job.change = at;
      job.log("error", [
        `onStateChange of ${watched.change.name} failed: ${inspect([thrown], 1000)}`,
      ]);
      look();
    };
    try {
      const watch = await findWatcher(current, flow, watched);
      job.change = at;
      const told = watch?.(watched.change);
      if (told) {
        going.add(at);
        pending.push(
          Promise.resolve(told)
            .catch(report)
            .then(() => {
              going.delete(at);
              look();
            }),
        );
      }
      look();
    } catch (thrown) {
      report(thrown);
    }
  }
  await Promise.all(pending);
}

async function findWatcher(
  current: Current,
  flow: string,
  { task, node }: WatchedChange,
): Promise<((change: unknown) => unknown) | undefined> {
  if (node === undefined || task === undefined)
    return (await current.world!.flow(flow))?.settings.onStateChange;
  return (await findOptions(current, { task, flow, node })).onStateChange;
}
