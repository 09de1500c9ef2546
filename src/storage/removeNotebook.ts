/** How the library removes a notebook; fetched when that is first done. */
import type { UseStore } from "idb-keyval";
import { leaveWords } from "./lastWords.ts";
import {
  putAll,
  type LibraryEntry,
  type RemovedNotebook,
  type Stored,
} from "./library.ts";
import { dropWords, findWords } from "./takeWords.ts";
import { commit, readEntries } from "./useStore.ts";
import { keysOfVersions } from "./versions.ts";

/** Removes entry, text and versions, and what pages left of it; `work` makes each access to the database. */
export async function removeNotebook(
  id: string,
  use: UseStore,
  work: <T>(action: () => Promise<T>) => Promise<T>,
): Promise<RemovedNotebook | undefined> {
  const left = findWords(id);
  const removed = await work(() => takeAll(use, id));
  dropWords(id);
  const stored = removed.find(([key]) => (key as string[])[0] === "entry");
  const entry = left.at(-1)?.entry ?? (stored?.[1] as LibraryEntry | undefined);
  if (!entry) return undefined;
  return {
    title: entry.title,
    putBack() {
      left.forEach(leaveWords);
      return work(() => putAll(use, removed));
    },
  };
}

/** Removes all that belongs to a notebook, and gives it. */
function takeAll(use: UseStore, id: string): Promise<Stored[]> {
  const ranges = [
    IDBKeyRange.only(["entry", id]),
    IDBKeyRange.only(["text", id]),
    IDBKeyRange.only(["history", id]),
    ...keysOfVersions(id),
  ];
  return use("readwrite", async (store) => {
    const found = await Promise.all(
      ranges.map((range) => readEntries(store, range)),
    );
    for (const range of ranges) store.delete(range);
    await commit(store);
    return found.flat();
  });
}
