import { upgradeEvents } from "../../core/upgrade.ts";
import type { NotebookStore } from "../../storage/notebookStore.ts";
import type { StoredRun } from "../services.ts";

/** The runs in today's format, as far as they can be understood. */
export function upgradeRuns(
  store: NotebookStore,
  stored: readonly { id: string; events: readonly unknown[] }[],
): StoredRun[] {
  const runs: StoredRun[] = [];
  for (const { id, events } of stored) {
    const upgraded = upgradeEvents(events);
    if (upgraded.length < events.length) store.cutEvents(id, upgraded);
    if (upgraded.length > 0) runs.push({ id, events: upgraded });
  }
  return runs;
}
