/**
 * The list of notebooks and their texts, in the IndexedDB database "flowbook":
 *
 *   "format"                 the number of this format
 *   ["entry", id]            LibraryEntry
 *   ["text", id]             the notebook's file
 *   ["setting", name]        a setting of the app
 */
import {
  delMany,
  get,
  promisifyRequest,
  set,
  setMany,
  type UseStore,
} from "idb-keyval";
import { FlowError } from "../core/errors.ts";
import { createStore, keysUnder, storageError } from "./useStore.ts";

const knownFormat = 1;

/** A notebook in the list. */
export interface LibraryEntry {
  id: string;
  title: string;
  /** Milliseconds since 1970 UTC. */
  updatedAt: number;
  /** State of the last run; undefined if there was none. */
  lastState: string | undefined;
}

/** The reader's notebooks. Every method rejects if a newer Flowbook wrote the library. */
export interface Library {
  /** Last changed first. */
  list(): Promise<LibraryEntry[]>;
  /** The text of a notebook; undefined if there is none of that id. */
  read(id: string): Promise<string | undefined>;
  /** Writes the entry and the text, both or neither. */
  write(id: string, entry: LibraryEntry, text: string): Promise<void>;
  /** Removes entry and text; the notebook's own data are removed by the database worker. */
  remove(id: string): Promise<void>;
  readSetting<T>(name: string): Promise<T | undefined>;
  writeSetting(name: string, value: unknown): Promise<void>;
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

  return {
    list: () => work(() => list(use)),
    read: (id) => work(() => get<string>(["text", id], use)),
    write: (id, entry, text) => {
      const entries: [IDBValidKey, unknown][] = [
        [["entry", id], { ...entry, id }],
        [["text", id], text],
      ];
      return work(() => setMany(entries, use), text.length);
    },
    remove: (id) => {
      const keys = [
        ["entry", id],
        ["text", id],
      ];
      return work(() => delMany(keys, use));
    },
    readSetting: <T>(name: string) =>
      work(() => get<T>(["setting", name], use)),
    writeSetting: (name, value) =>
      work(() => set(["setting", name], value, use)),
  };
}

async function checkFormat(use: UseStore): Promise<void> {
  const format = await get<number>("format", use);
  if (format === undefined) return set("format", knownFormat, use);
  if (format > knownFormat)
    throw new FlowError(
      "storage-failed",
      "Your notebooks were saved by a newer version of Flowbook. Reload the page to get that version; nothing was changed.",
    );
}

async function list(use: UseStore): Promise<LibraryEntry[]> {
  const entries = await use("readonly", (store) =>
    promisifyRequest<LibraryEntry[]>(store.getAll(keysUnder("entry"))),
  );
  return entries.sort((a, b) => b.updatedAt - a.updatedAt);
}
