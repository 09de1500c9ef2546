/** How the library finds, writes and drops what pages left; fetched when there is something. */
import { get, promisifyRequest, type UseStore } from "idb-keyval";
import { namesOfWords, type LastWords } from "./lastWords.ts";
import { entriesOf, put, type LibraryEntry } from "./library.ts";
import { commit } from "./useStore.ts";
import { addVersion } from "./versions.ts";

/** What was left and not dropped yet, the earliest first; with `id`, of that notebook. */
export function findWords(id?: string): LastWords[] {
  return namesOfWords()
    .flatMap((name) => readWords(name) ?? [])
    .filter(({ entry }) => id === undefined || entry.id === id)
    .sort((a, b) => a.entry.updatedAt - b.entry.updatedAt);
}

/** Drops all that was left of a notebook, or what of it is over. */
export function dropWords(
  id: string,
  isOver: (left: LibraryEntry) => boolean = () => true,
): void {
  for (const name of namesOfWords()) {
    const entry = readWords(name)?.entry;
    if (entry?.id === id && isOver(entry)) localStorage.removeItem(name);
  }
}

/** Drops what this counts over: what its page left until then, and what it has grown from. */
export function dropOvercome(
  { id, owner, updatedAt }: LibraryEntry,
  over: LastWords["over"],
): void {
  dropWords(id, (left) =>
    left.owner === owner
      ? left.updatedAt <= updatedAt
      : !!over?.includes(left.updatedAt),
  );
}

/**
 * Writes what pages left: over what their notebooks have; as a version, if another tab has taken them over since. Gives, by
 * notebook, what counts over what is written but cannot be written now; it stays where it was left.
 */
export async function takeWords(
  use: UseStore,
): Promise<Map<string, LastWords>> {
  const unwritten = new Map<string, LastWords>();
  for (const words of findWords()) {
    const { entry, over } = words;
    try {
      await write(use, words);
      dropOvercome(entry, over);
    } catch {
      const found = await get<LibraryEntry>(["entry", entry.id], use);
      if (!countsOver(words, found)) continue;
      unwritten.set(entry.id, words);
      dropWords(entry.id, ({ updatedAt }) => !!over?.includes(updatedAt));
    }
  }
  return unwritten;
}

/** What is not of this form, as a newer version may write it, is left alone. */
function readWords(name: string): LastWords | undefined {
  try {
    const words = JSON.parse(localStorage.getItem(name) ?? "") as LastWords;
    const { entry, text } = words;
    return typeof entry.id === "string" && typeof text === "string"
      ? words
      : undefined;
  } catch {
    return undefined;
  }
}

function write(use: UseStore, words: LastWords): Promise<void> {
  const { entry, text, history } = words;
  const { id, owner, updatedAt } = entry;
  return use("readwrite", async (store) => {
    const found = await promisifyRequest<LibraryEntry | undefined>(
      store.get(["entry", id]),
    );
    if (countsOver(words, found))
      put(store, entriesOf(id, entry, text, history));
    else if (found?.owner !== owner)
      return addVersion(store, id, text, {
        at: updatedAt,
        reason: "overtaken",
      });
    return commit(store);
  });
}

/** Whether what was left is the notebook as it stands: nobody has written it since but the page that left this, and not later. */
function countsOver(
  { entry, over }: LastWords,
  found: LibraryEntry | undefined,
): boolean {
  if (!found || over?.includes(found.updatedAt)) return true;
  return found.owner === entry.owner && found.updatedAt <= entry.updatedAt;
}
