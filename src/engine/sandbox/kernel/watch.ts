import type { ToWorker, WatchedChange } from "../../protocol.ts";
import type { Current } from "./current.ts";
import { findOptions } from "./findTask.ts";
import { inspect } from "./inspect.ts";
import type { Job } from "./job.ts";

export type WatchMessage = Extract<ToWorker, { type: "watch" }>;

/** Tells functions of the notebook's of changes, in order. What they throw is a line of the log, and nothing else. */
export async function tellChanges(
  current: Current,
  job: Job,
  { flow, changes }: WatchMessage,
): Promise<void> {
  current.world!.refresh();
  const pending: Promise<unknown>[] = [];
  for (const watched of changes) {
    const report = (thrown: unknown) =>
      job.log("error", [
        `onStateChange of ${watched.change.name} failed: ${inspect([thrown], 1000)}`,
      ]);
    try {
      const watch = await findWatcher(current, flow, watched);
      pending.push(Promise.resolve(watch?.(watched.change)).catch(report));
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
