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
import {
  dropWords,
  findWords,
  leaveWords,
  type LastWords,
} from "./lastWords.ts";
import {
  commit,
  createStore,
  hasProperty,
  keysUnder,
  readEntries,
  storageError,
} from "./useStore.ts";
import {
  addVersion,
  keysOfVersions,
  openVersions,
  type Versions,
} from "./versions.ts";

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
  /** The text of a notebook; undefined if there is none of that id. */
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
  /** Keeps a notebook before this returns: the page may be closing. Any writing later than that counts over it. */
  leave(words: LastWords): void;
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

  /** Does something with the notebooks as their pages left them. */
  function look<T>(action: () => Promise<T>): Promise<T> {
    return work(async () => {
      // What cannot be written now stays.
      await takeWords(use).catch(() => undefined);
      return action();
    });
  }

  /** A way to write a notebook, which counts over what its page left before. */
  function writing(
    put: (entry: LibraryEntry, entries: readonly Stored[]) => Promise<void>,
  ): Library["write"] {
    return async (id, entry, text, history) => {
      const entries = entriesOf(id, entry, text, history);
      await work(() => put(entry, entries), text.length);
      dropWords(id, entry.updatedAt);
    };
  }

  return {
    list: () => look(() => list(use)),
    async read(id) {
      const text = await look(() => get<unknown>(["text", id], use));
      return typeof text === "string" ? text : undefined;
    },
    readHistory: (id) => look(() => get(["history", id], use)),
    write: writing((_, entries) => putAll(use, entries)),
    writeAsOwner: writing((entry, entries) =>
      writeAsOwner(use, entry, entries),
    ),
    leave: leaveWords,
    async remove(id) {
      dropWords(id);
      const removed = await work(() => takeAll(use, id));
      const entry = removed.find(([key]) => (key as string[])[0] === "entry");
      if (!entry) return undefined;
      return {
        title: (entry[1] as LibraryEntry).title,
        putBack: () => work(() => putAll(use, removed)),
      };
    },
    versions: openVersions(use, work),
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

async function checkFormat(use: UseStore): Promise<void> {
  const format = await get<number>("format", use);
  if (format === undefined || format < knownFormat)
    return set("format", knownFormat, use);
  if (format > knownFormat)
    throw new FlowError(
      "storage-failed",
      "Your notebooks were saved by a newer version of Flowbook. Reload the page to get that version; nothing was changed.",
    );
}

/** Writes what pages left: over what their notebooks have; as a version, if another tab has taken them over since. */
async function takeWords(use: UseStore): Promise<void> {
  for (const { entry, text, history } of findWords()) {
    const { id, updatedAt } = entry;
    await use("readwrite", async (store) => {
      const found = await promisifyRequest<LibraryEntry | undefined>(
        store.get(["entry", id]),
      );
      if (found && found.owner !== entry.owner)
        return addVersion(store, id, text, {
          at: updatedAt,
          reason: "overtaken",
        });
      if (!found || found.updatedAt <= updatedAt)
        put(store, entriesOf(id, entry, text, history));
      return commit(store);
    });
    dropWords(id, updatedAt);
  }
}

async function list(use: UseStore): Promise<LibraryEntry[]> {
  const entries = await use("readonly", (store) =>
    promisifyRequest<LibraryEntry[]>(store.getAll(keysUnder("entry"))),
  );
  return entries
    .filter((entry) => hasProperty(entry, "id", "string"))
    .sort((a, b) => b.updatedAt - a.updatedAt);
}

type Stored = [key: IDBValidKey, value: unknown];

function putAll(use: UseStore, entries: readonly Stored[]): Promise<void> {
  return use("readwrite", (store) => {
    put(store, entries);
    return commit(store);
  });
}

function put(store: IDBObjectStore, entries: readonly Stored[]): void {
  for (const [key, value] of entries) store.put(value, key);
}

function entriesOf(
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
    const found = await promisifyRequest<LibraryEntry | undefined>(
      store.get(["entry", entry.id]),
    );
    if (found && found.owner !== entry.owner)
      throw new FlowError(
        "storage-conflict",
        "This notebook was changed in another tab, and nothing was written over.",
      );
    put(store, entries);
    await commit(store);
  });
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
