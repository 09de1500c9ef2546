/** The way back from a copy (coldCopy.ts); it is taken after a loss only. */
import { promisifyRequest } from "idb-keyval";
import type { NotebookText } from "../engine/services.ts";
import { prefix, type About, type CopyPlace } from "./coldCopy.ts";
import { commit, createStore, readEntries } from "./useStore.ts";

/** Puts the copy of a notebook in the place of its store, which nobody may have open for writing; gives what the library had. */
export async function restoreCopy(
  notebook: string,
  place: CopyPlace,
): Promise<NotebookText | undefined> {
  const factory = await place();
  if (!factory) return undefined;
  const name = `${prefix}${notebook}`;
  const source = createStore(name, factory);
  const target = createStore(name);
  try {
    const [about, entries] = await source.use("readonly", (store) =>
      Promise.all([
        promisifyRequest<About | undefined>(store.get("about")),
        readEntries(store),
      ]),
    );
    if (!about) return undefined;
    await target.use("readwrite", (store) => {
      store.clear();
      for (const [key, value] of entries)
        if (key !== "about") store.put(value, key);
      return commit(store);
    });
    return { title: about.title, text: about.text };
  } finally {
    source.close();
    target.close();
  }
}
