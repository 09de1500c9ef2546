/** How a notebook is deleted; fetched when a reader first does that. */
import { FlowError } from "../core/errors.ts";
import type { DatabaseService } from "../engine/services.ts";
import type { Library } from "../storage/library.ts";
import type { Mirror } from "../storage/mirror.ts";
import { deletedMark } from "./deletedMark.ts";
import { lockName, type NotebookLock } from "./notebookLock.ts";
import type { Notices } from "./notices.svelte.ts";
import type { TabMessages } from "./tabMessages.ts";
import * as words from "./words/deletion.ts";
import { undo } from "./words/session.ts";

/** Notebooks that were deleted and whose data are there as long as that can be undone: what removes them at once, by id. */
export type Removals = Map<string, () => Promise<void>>;

/** What deleting a notebook needs of the session. */
export interface DeletionHost {
  library: Pick<Library, "list" | "remove" | "writeSetting" | "removeSetting">;
  database: Pick<DatabaseService, "remove">;
  mirror: Pick<Mirror, "forget">;
  lock: Pick<NotebookLock, "isElsewhere">;
  tabs: Pick<TabMessages, "send">;
  notices: Notices;
  removals: Removals;
  /** Ends what goes on in the notebook if it is open, and saves it: from then on nothing saves it again. */
  leave(): Promise<void>;
  /** Looks at the library again. */
  refresh(): Promise<void>;
  /** Does something; if it fails, says why. */
  attempt(action: () => Promise<void>): Promise<void>;
}

/** Deletes a notebook. Its data go when the notice goes that offers to undo that, or when it is opened again. */
export async function deleteNotebook(
  id: string,
  host: DeletionHost,
): Promise<void> {
  const { library, database, lock, notices, removals } = host;
  // What is typed there would have nowhere to go.
  if (await lock.isElsewhere(id))
    throw new FlowError("storage-conflict", words.deletedWhileOpen);
  await host.leave();
  const forget = await mark(id, library);
  const removed = await library.remove(id);
  host.tabs.send({ type: "deleted", notebook: id });
  host.mirror.forget(id);
  await host.refresh();
  if (!removed) return forget();
  let removing: Promise<void> | undefined;
  async function remove(): Promise<void> {
    // Another tab may have opened it again, as an example can be.
    const entries = await library.list();
    const isBack = entries.some((entry) => entry.id === id);
    if (!isBack && !(await lock.isElsewhere(id))) await database.remove(id);
    await forget();
  }
  const notice = notices.add(
    "info",
    words.notebookDeleted(removed.title),
    {
      label: undo,
      run: () => {
        removals.delete(id);
        void host.attempt(async () => {
          await removed.putBack();
          await forget();
          await host.refresh();
        });
      },
    },
    () =>
      (removing = remove()
        // Data that stay are found by nobody, and go when the page is opened next.
        .catch(() => undefined)
        .finally(() => removals.delete(id))),
  );
  removals.set(id, async () => {
    notices.close(notice);
    await removing;
  });
}

/** Sees to it that the data go when the page is opened next, unless this tab forgets the notebook before; gives what does that. */
async function mark(
  id: string,
  library: DeletionHost["library"],
): Promise<() => Promise<void>> {
  const setting = deletedMark(id);
  let release = (): void => {};
  const isOver = new Promise<void>((resolve) => (release = resolve));
  void navigator.locks?.request(lockName(setting), () => isOver);
  // Where the site's share of the disk is used up a notebook can be deleted all the same.
  await library.writeSetting(setting, true).catch(() => undefined);
  return async () => {
    release();
    await library.removeSetting(setting);
  };
}
