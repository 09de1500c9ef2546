import type { NotebookStore } from "../../storage/notebookStore.ts";
import type { StoredRun } from "../services.ts";

/** The runs in today's format, as far as they can be understood. */
export async function upgradeRuns(
  store: NotebookStore,
  stored: readonly { id: string; events: readonly unknown[] }[],
): Promise<StoredRun[]> {
  // A first visit has none.
  if (stored.length === 0) return [];
  const { upgradeEvents } = await import("../../core/upgrade.ts");
  const runs: StoredRun[] = [];
  for (const { id, events } of stored) {
    const upgraded = upgradeEvents(events);
    if (upgraded.length < events.length) store.cutEvents(id, upgraded);
    if (upgraded.length > 0) runs.push({ id, events: upgraded });
  }
  return runs;
}
