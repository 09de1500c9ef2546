import type { DatabaseService } from "../../engine/services.ts";
import type { Library } from "../../storage/library.ts";
import { lockName } from "../notebookLock.ts";
import { recordPrefix, type PreviewRecord } from "./previews.ts";

/** How long rows and runs of a preview stay after it was last opened. */
const patience = 7 * 86_400_000;

/** Deletes what previews left that were not kept and are not open in any tab. */
export async function sweepPreviews(
  {
    library,
    database,
  }: { library: Library; database: Pick<DatabaseService, "remove"> },
  now: number,
): Promise<void> {
  for (const name of await library.settingNames()) {
    if (!name.startsWith(recordPrefix)) continue;
    const record = await library.readSetting<PreviewRecord>(name);
    if (record && now - record.openedAt > patience) await forget(name, record);
  }

  async function forget(name: string, record: PreviewRecord): Promise<void> {
    const { id } = record;
    // That it was kept as another notebook is worth remembering.
    if (id === undefined) return;
    await whileClosed(id, async () => {
      // It may have been kept just before the page was closed.
      if ((await library.read(id)) === undefined) {
        await database.remove(id);
        await library.remove(id);
        await library.removeSetting(`hosts:${id}`);
        await library.removeSetting(`schedule:${id}`);
      }
      const { openedAt, keptAs } = record;
      await (keptAs === undefined
        ? library.removeSetting(name)
        : library.writeSetting(name, { openedAt, keptAs }));
    });
  }
}

/** Does something with a notebook unless it is open in a tab. */
async function whileClosed(
  id: string,
  action: () => Promise<unknown>,
): Promise<void> {
  await navigator.locks?.request(
    lockName(id),
    { ifAvailable: true },
    (lock) => lock && action(),
  );
}
