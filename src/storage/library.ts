/**
 * The list of notebooks and their texts, in the IndexedDB database "flowbook":
 *
 *   "format"                 the number of this format
 *   ["entry", id]            LibraryEntry
 *   ["text", id]             the notebook's file
 *   ["permissions", id]      origins, and whether the reader allowed them
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

/** The origins that a reader decided on for a notebook. */
export type Permissions = Readonly<Record<string, boolean>>;

/** The reader's notebooks. */
export interface Library {
  /** Last changed first. */
  list(): Promise<LibraryEntry[]>;
  /** The text of a notebook; undefined if there is none of that id. */
  read(id: string): Promise<string | undefined>;
  /** Writes the entry and the text, both or neither. */
  write(id: string, entry: LibraryEntry, text: string): Promise<void>;
  /** Removes entry, text and permissions; the notebook's own data are removed by the database worker. */
  remove(id: string): Promise<void>;
  permissions(id: string): Promise<Permissions>;
  setPermissions(id: string, permissions: Permissions): Promise<void>;
  setting(name: string): Promise<unknown>;
  setSetting(name: string, value: unknown): Promise<void>;
}

/** Opens the library. Rejects if a newer Flowbook wrote it. */
export async function openLibrary(): Promise<Library> {
  const { use, close } = createStore("flowbook");
  const format = await work(get<number>("format", use));
  if (format !== undefined && format > knownFormat) {
    close();
    throw new FlowError(
      "storage-failed",
      "Your notebooks were saved by a newer version of Flowbook. Reload the page to get that version; nothing was changed.",
    );
  }
  if (format === undefined) await work(set("format", knownFormat, use));

  return {
    list: () => work(list(use)),
    read: (id) => work(get<string>(["text", id], use)),
    write: (id, entry, text) =>
      work(
        setMany(
          [
            [["entry", id], { ...entry, id }],
            [["text", id], text],
          ],
          use,
        ),
        text.length,
      ),
    remove: (id) =>
      work(
        delMany(
          [
            ["entry", id],
            ["text", id],
            ["permissions", id],
          ],
          use,
        ),
      ),
    permissions: async (id) =>
      (await work(get<Permissions>(["permissions", id], use))) ?? {},
    setPermissions: (id, permissions) =>
      work(set(["permissions", id], permissions, use)),
    setting: (name) => work(get<unknown>(["setting", name], use)),
    setSetting: (name, value) => work(set(["setting", name], value, use)),
  };
}

async function list(use: UseStore): Promise<LibraryEntry[]> {
  const entries = await use("readonly", (store) =>
    promisifyRequest<LibraryEntry[]>(store.getAll(keysUnder("entry"))),
  );
  return entries.sort((a, b) => b.updatedAt - a.updatedAt);
}

async function work<T>(promise: Promise<T>, bytes?: number): Promise<T> {
  try {
    return await promise;
  } catch (thrown) {
    throw storageError(thrown, bytes);
  }
}
