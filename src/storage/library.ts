/**
 * The list of notebooks and their texts, in the IndexedDB database "flowbook":
 *
 *   "format"                 the number of this format
 *   ["entry", id]            LibraryEntry
 *   ["text", id]             the notebook's file
 *   ["history", id]          what can be undone in it; worth nothing with another text
 *   ["setting", name]        a setting of the app
 *   ["version...", id, ...]  its versions: versions.ts
 *
 * Format 1 had no versions, and is otherwise the same.
 */
import { del, get, promisifyRequest, set, type UseStore } from "idb-keyval";
import { FlowError } from "../core/errors.ts";
import { leaveWords, namesOfWords, type LastWords } from "./lastWords.ts";
import {
  commit,
  createStore,
  hasProperty,
  keysUnder,
  storageError,
} from "./useStore.ts";
import { retention } from "./retention.ts";
import type { Versions } from "./versions.ts";

const knownFormat = 2;

/** A notebook in the list. */
export interface LibraryEntry {
  id: string;
  title: string;
  /** Milliseconds since 1970 UTC. */
  updatedAt: number;
  /** State of the last run; undefined if there was none. */
  lastState: string | undefined;
  /** The tab that may write it, by a name that it gave itself. */
  owner?: string;
  /** Whether the text is one that came with the app, and nobody has changed it. */
  isShipped?: boolean;
}

/** The reader's notebooks. Every method rejects if a newer Flowbook wrote the library. */
export interface Library {
  /** Last changed first. */
  list(): Promise<LibraryEntry[]>;
  /** The text of a notebook, also if its page could only leave it; undefined if there is none of that id. */
  read(id: string): Promise<string | undefined>;
  /** What can be undone in a notebook, as it was given to `write`. */
  readHistory(id: string): Promise<unknown>;
  /**
   * Writes the entry, the text and what can be undone, all or nothing. Once called it needs the page no more: the page may be
   * closing.
   */
  write(
    id: string,
    entry: LibraryEntry,
    text: string,
    history?: unknown,
  ): Promise<void>;
  /** The same, but rejects and writes nothing if the notebook has another owner than the entry says. One that the browser lost has none. */
  writeAsOwner(
    id: string,
    entry: LibraryEntry,
    text: string,
    history?: unknown,
  ): Promise<void>;
  /** Keeps a notebook before this returns: the page may be closing. Any writing later than that counts over it. Whether it could. */
  leave(words: LastWords): boolean;
  /**
   * Removes entry, text and versions; the notebook's own data are removed by the database worker. Gives what brings them
   * back; undefined if there was none of that id.
   */
  remove(id: string): Promise<RemovedNotebook | undefined>;
  readonly versions: Versions;
  readSetting<T>(name: string): Promise<T | undefined>;
  writeSetting(name: string, value: unknown): Promise<void>;
  removeSetting(name: string): Promise<void>;
  /** The names of all settings. */
  settingNames(): Promise<string[]>;
}

/** A notebook that was removed from the list. */
export interface RemovedNotebook {
  title: string;
  putBack(): Promise<void>;
}

/** The library of this browser. */
export function openLibrary(): Library {
  const { use } = createStore("flowbook");
  let checked: Promise<void> | undefined;

  async function work<T>(action: () => Promise<T>, bytes?: number): Promise<T> {
    checked ??= checkFormat(use);
    try {
      await checked;
      return await action();
    } catch (thrown) {
      checked = undefined;
      throw storageError(thrown, bytes);
    }
  }

  /** Does something with the notebooks as their pages left them; is given what of that cannot be written now, by notebook. */
  function look<T>(action: (left: Left) => Promise<T>): Promise<T> {
    return work(async () => {
      const { takeWords } = (await wordsLeft()) ?? {};
      return action((await takeWords?.(use)) ?? new Map());
    });
  }

  /** When what this page has read of a notebook was written, or left. */
  const seen = new Map<string, readonly unknown[]>();

  /** A way to write a notebook, which counts over what its page left before, and over what it has grown from. */
  function writing(
    put: (entry: LibraryEntry, entries: readonly Stored[]) => Promise<void>,
  ): Library["write"] {
    return async (id, entry, text, history) => {
      const entries = entriesOf(id, entry, text, history);
      await work(() => put(entry, entries), text.length);
      (await wordsLeft())?.dropOvercome(entry, seen.get(id));
    };
  }

  /** Fetched when a text is first to be kept as one. */
  const versions = async () =>
    (await import("./versions.ts")).openVersions(use, work);
  return {
    list: () => look((left) => list(use, left)),
    async read(id) {
      const text = await look(async (left) => {
        const words = left.get(id);
        const entry = await get<LibraryEntry>(["entry", id], use);
        seen.set(id, [entry?.updatedAt, words?.entry.updatedAt]);
        return words ? words.text : get<unknown>(["text", id], use);
      });
      return typeof text === "string" ? text : undefined;
    },
    readHistory: (id) =>
      look(async (left) =>
        left.has(id) ? left.get(id)!.history : get(["history", id], use),
      ),
    write: writing((_, entries) => putAll(use, entries)),
    writeAsOwner: writing((entry, entries) =>
      writeAsOwner(use, entry, entries),
    ),
    leave: (words) => leaveWords({ ...words, over: seen.get(words.entry.id) }),
    async remove(id) {
      const { removeNotebook } = await import("./removeNotebook.ts");
      return removeNotebook(id, use, work);
    },
    versions: {
      retention,
      add: async (...version) => (await versions()).add(...version),
      list: async (id) => (await versions()).list(id),
      read: async (...version) => (await versions()).read(...version),
      ofRun: async (...run) => (await versions()).ofRun(...run),
    },
    readSetting: <T>(name: string) =>
      work(() => get<T>(["setting", name], use)),
    writeSetting: (name, value) =>
      work(() => set(["setting", name], value, use)),
    removeSetting: (name) => work(() => del(["setting", name], use)),
    settingNames: () =>
      work(async () => {
        const keys = await use("readonly", (store) =>
          promisifyRequest(store.getAllKeys(keysUnder("setting"))),
        );
        return keys.map((key) => String((key as IDBValidKey[])[1]));
      }),
  };
}

/** What handles what pages left, if there is something. */
async function wordsLeft(): Promise<
  typeof import("./takeWords.ts") | undefined
> {
  return namesOfWords().length > 0 ? import("./takeWords.ts") : undefined;
}

async function checkFormat(use: UseStore): Promise<void> {
  const format = await get<number>("format", use);
  refuseNewer(format);
  if (format === undefined || format < knownFormat)
    return set("format", knownFormat, use);
}

function refuseNewer(format: number | undefined): void {
  if (format !== undefined && format > knownFormat)
    throw new FlowError(
      "storage-failed",
      "Your notebooks were saved by a newer version of Flowbook. Reload the page to get that version; nothing was changed.",
    );
}

async function list(use: UseStore, left: Left): Promise<LibraryEntry[]> {
  const entries = await use("readonly", (store) =>
    promisifyRequest<LibraryEntry[]>(store.getAll(keysUnder("entry"))),
  );
  return entries
    .filter(
      (entry) => hasProperty(entry, "id", "string") && !left.has(entry.id),
    )
    .concat([...left.values()].map(({ entry }) => entry))
    .sort((a, b) => b.updatedAt - a.updatedAt);
}

/** What pages left and cannot be written, by notebook. */
type Left = ReadonlyMap<string, LastWords>;

/** An entry with its key. */
export type Stored = [key: IDBValidKey, value: unknown];

/** Writes these entries, all or nothing. */
export function putAll(
  use: UseStore,
  entries: readonly Stored[],
): Promise<void> {
  return use("readwrite", (store) => {
    put(store, entries);
    return commit(store);
  });
}

/** Puts these entries into a transaction. */
export function put(store: IDBObjectStore, entries: readonly Stored[]): void {
  for (const [key, value] of entries) store.put(value, key);
}

/** What is stored of a notebook, besides its versions. */
export function entriesOf(
  id: string,
  entry: LibraryEntry,
  text: string,
  history: unknown,
): Stored[] {
  return [
    [["entry", id], { ...entry, id }],
    [["text", id], text],
    ...(history === undefined
      ? []
      : [[["history", id], history] satisfies Stored]),
  ];
}

function writeAsOwner(
  use: UseStore,
  entry: LibraryEntry,
  entries: readonly Stored[],
): Promise<void> {
  return use("readwrite", async (store) => {
    // A tab of a newer version may have come since this one looked.
    const [format, found] = await Promise.all([
      promisifyRequest<number | undefined>(store.get("format")),
      promisifyRequest<LibraryEntry | undefined>(
        store.get(["entry", entry.id]),
      ),
    ]);
    refuseNewer(format);
    if (found && found.owner !== entry.owner)
      throw new FlowError(
        "storage-conflict",
        "This notebook was changed in another tab, and nothing was written over.",
      );
    put(store, entries);
    await commit(store);
  });
}
