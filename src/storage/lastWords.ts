/**
 * What a page left when it went away, or could not write. The browser drops a write to IndexedDB that waits behind another one
 * together with the page; localStorage takes a text at once, and has room of its own. The library writes it when somebody
 * looks at the notebooks next: takeWords.ts.
 */
import type { LibraryEntry } from "./library.ts";

const prefix = "flowbook:last-words:";

/** A notebook as it was to be written. */
export interface LastWords {
  entry: LibraryEntry;
  text: string;
  /** What can be undone in it. */
  history?: unknown;
  /** When that was written or left which it has grown from: it counts over that, though another page did it. */
  over?: readonly unknown[] | undefined;
}

/** Keeps this until it is taken, unless the page has left something later; without the history if that is too long. Whether it could. */
export function leaveWords(words: LastWords): boolean {
  const { id, owner, updatedAt } = words.entry;
  const name = `${prefix}${id}:${owner}`;
  for (const history of [words.history, undefined])
    try {
      const kept = JSON.parse(
        localStorage.getItem(name) ?? "null",
      ) as LastWords | null;
      if (kept && kept.entry.updatedAt > updatedAt) return true;
      localStorage.setItem(name, JSON.stringify({ ...words, history }));
      return true;
    } catch {
      // There is no room, or no localStorage.
    }
  return false;
}

/** The names in localStorage of what was left. */
export function namesOfWords(): string[] {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}
