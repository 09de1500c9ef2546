/**
 * What a page left when it went away. The browser drops a write to IndexedDB that waits behind another one together with the
 * page; localStorage takes a text at once. The library writes it when somebody looks at the notebooks next.
 */
import type { LibraryEntry } from "./library.ts";

const prefix = "flowbook:last-words:";

/** A notebook as it was to be written. */
export interface LastWords {
  entry: LibraryEntry;
  text: string;
  /** What can be undone in it. */
  history?: unknown;
}

/** Keeps this until it is dropped; without the history if that is too long. */
export function leaveWords({ entry, text, history }: LastWords): void {
  for (const words of [
    { entry, text, history },
    { entry, text },
  ])
    try {
      return localStorage.setItem(prefix + entry.id, JSON.stringify(words));
    } catch {
      // There is no room, or no localStorage.
    }
}

/** What was left and not dropped yet. */
export function findWords(): LastWords[] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .flatMap((key) => readWords(localStorage.getItem(key)));
  } catch {
    return [];
  }
}

/** What is not of this form, as a newer version may write it, is left alone. */
function readWords(kept: string | null): LastWords[] {
  try {
    const words = JSON.parse(kept ?? "") as LastWords;
    const { entry, text } = words;
    return typeof entry.id === "string" && typeof text === "string"
      ? [words]
      : [];
  } catch {
    return [];
  }
}

/** Drops what was left of a notebook until then; by default all. */
export function dropWords(id: string, until = Infinity): void {
  for (const { entry } of findWords())
    if (entry.id === id && entry.updatedAt <= until)
      localStorage.removeItem(prefix + id);
}
