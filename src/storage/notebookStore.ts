/**
 * What is kept for one notebook, in an IndexedDB database of its own:
 *
 *   "manifest"                   Manifest
 *   "database"                   the bytes of the SQLite file
 *   ["events", run, first]       events of a run, from number `first` on
 *   ["logs", run, n]             lines of its log
 *   ["result", run, key]         { value }
 *   ["file", name]               { meta, blob }
 *   ["outputs", cell]            what the cell showed last
 *
 * Every commit raises the generation in the manifest. A writer that finds another generation than the one it knows was
 * overtaken by another tab: it writes nothing.
 */
import { del, get, getMany, promisifyRequest, set } from "idb-keyval";
import { FlowError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { Output } from "../engine/protocol.ts";
import type { LogLine, StoredFile, StoredRun } from "../engine/services.ts";
import {
  createStore,
  deleteStore,
  keysUnder,
  storageError,
  type Store,
} from "./useStore.ts";

const knownFormat = 1;

interface Manifest {
  format: number;
  generation: number;
  /** How many bytes the database has; a database that lost some is damaged even where SQLite would not see it. */
  databaseSize: number;
}

/** Everything that the store holds of a notebook when it is opened. */
export interface StoredNotebook {
  /** As found; it may be anything if the store was damaged. undefined: there never was one. */
  database: unknown;
  databaseSize: number;
  /** Newest first. */
  runs: StoredRun[];
  files: StoredFile[];
  outputs: Record<string, readonly Output[]>;
}

/** What goes to disk as one. */
export interface StoredCommit {
  run: string;
  firstEvent: number;
  events: readonly RunEvent[];
  key: string;
  result: unknown;
  /** The bytes of the database, if they changed. They must own their buffer: a view would be stored with all that it views. */
  database: Uint8Array | undefined;
}

/** The store of the open notebook. */
export interface NotebookStore {
  load(): Promise<StoredNotebook>;
  /** The database as it is on disk now. */
  image(): Promise<{ database: unknown; databaseSize: number }>;
  commit(commit: StoredCommit): Promise<void>;
  appendEvents(
    run: string,
    firstEvent: number,
    events: readonly RunEvent[],
  ): Promise<void>;
  appendLogs(lines: readonly LogLine[]): Promise<void>;
  logs(run: string): Promise<LogLine[]>;
  result(run: string, key: string): Promise<{ value: unknown } | undefined>;
  writeFile(name: string, data: Blob): Promise<StoredFile>;
  readFile(name: string): Promise<Blob | undefined>;
  files(): Promise<StoredFile[]>;
  removeFile(name: string): Promise<void>;
  saveOutputs(cell: string, outputs: readonly Output[]): Promise<void>;
  close(): void;
}

/** Opens the store of a notebook. Rejects if a newer Flowbook wrote it. */
export async function openNotebookStore(
  notebook: string,
): Promise<NotebookStore> {
  const store = createStore(storeName(notebook));
  const manifest = await get<Manifest>("manifest", store.use).catch(
    (thrown: unknown) => {
      throw storageError(thrown);
    },
  );
  if (manifest && manifest.format > knownFormat) {
    store.close();
    throw new FlowError(
      "storage-failed",
      "This notebook was saved by a newer version of Flowbook. Reload the page to get that version; nothing was changed.",
    );
  }
  return new OpenStore(store, manifest?.generation ?? 0);
}

/** Deletes everything that is kept for a notebook. */
export async function removeNotebookStore(notebook: string): Promise<void> {
  await deleteStore(storeName(notebook)).catch((thrown: unknown) => {
    throw storageError(thrown);
  });
}

function storeName(notebook: string): string {
  return `flowbook:${notebook}`;
}

class OpenStore implements NotebookStore {
  readonly #store: Store;
  #generation: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: Store, generation: number) {
    this.#store = store;
    this.#generation = generation;
  }

  async load(): Promise<StoredNotebook> {
    const read = this.#store.use("readonly", (store) => {
      const all = (range: IDBKeyRange) => ({
        keys: promisifyRequest(store.getAllKeys(range)),
        values: promisifyRequest(store.getAll(range)),
      });
      const events = all(keysUnder("events"));
      const outputs = all(keysUnder("outputs"));
      return Promise.all([
        promisifyRequest(store.get("manifest")) as Promise<
          Manifest | undefined
        >,
        promisifyRequest(store.get("database")) as Promise<unknown>,
        events.keys as Promise<["events", string, number][]>,
        events.values as Promise<RunEvent[][]>,
        promisifyRequest(store.getAll(keysUnder("file"))) as Promise<
          { meta: StoredFile }[]
        >,
        outputs.keys as Promise<["outputs", string][]>,
        outputs.values as Promise<Output[][]>,
      ]);
    });
    const [manifest, database, eventKeys, events, files, cells, outputs] =
      await orStorageError(read);
    this.#generation = manifest?.generation ?? 0;
    return {
      database,
      databaseSize: manifest?.databaseSize ?? 0,
      runs: joinRuns(eventKeys, events),
      files: files.map(({ meta }) => meta),
      outputs: Object.fromEntries(
        cells.map(([, cell], index) => [cell, outputs[index] ?? []]),
      ),
    };
  }

  async image(): Promise<{ database: unknown; databaseSize: number }> {
    const read = getMany<unknown>(["manifest", "database"], this.#store.use);
    const [manifest, database] = await orStorageError(read);
    const size = (manifest as Manifest | undefined)?.databaseSize;
    return { database, databaseSize: size ?? 0 };
  }

  async commit(commit: StoredCommit): Promise<void> {
    const { run, firstEvent, events, key, result, database } = commit;
    await this.#writeFenced(database?.byteLength, (store, manifest) => {
      const next: Manifest = {
        format: knownFormat,
        generation: this.#generation + 1,
        databaseSize: database?.byteLength ?? manifest?.databaseSize ?? 0,
      };
      if (database) store.put(database, "database");
      store.put({ value: result }, ["result", run, key]);
      if (events.length > 0) store.put(events, ["events", run, firstEvent]);
      store.put(next, "manifest");
      return next.generation;
    });
  }

  async appendEvents(
    run: string,
    firstEvent: number,
    events: readonly RunEvent[],
  ): Promise<void> {
    if (events.length === 0) return;
    await this.#writeFenced(undefined, (store) => {
      store.put(events, ["events", run, firstEvent]);
      return this.#generation;
    });
  }

  async appendLogs(lines: readonly LogLine[]): Promise<void> {
    const byRun = new Map<string, LogLine[]>();
    for (const line of lines)
      if (!byRun.get(line.run)?.push(line)) byRun.set(line.run, [line]);
    const write = this.#store.use("readwrite", (store) => {
      for (const [run, some] of byRun) {
        const last = store.openKeyCursor(keysUnder("logs", run), "prev");
        last.onsuccess = () => {
          const key = last.result?.key as [string, string, number] | undefined;
          store.put(some, ["logs", run, key ? key[2] + 1 : 0]);
        };
      }
      return promisifyRequest(store.transaction);
    });
    await orStorageError(write);
  }

  async logs(run: string): Promise<LogLine[]> {
    const parts = this.#store.use("readonly", (store) =>
      promisifyRequest<LogLine[][]>(store.getAll(keysUnder("logs", run))),
    );
    return (await orStorageError(parts)).flat();
  }

  result(run: string, key: string): Promise<{ value: unknown } | undefined> {
    return orStorageError(get(["result", run, key], this.#store.use));
  }

  async writeFile(name: string, blob: Blob): Promise<StoredFile> {
    const meta: StoredFile = {
      name,
      size: blob.size,
      hash: await sha256(blob),
      addedAt: Date.now(),
    };
    const write = set(["file", name], { meta, blob }, this.#store.use);
    await orStorageError(write, blob.size);
    return meta;
  }

  async readFile(name: string): Promise<Blob | undefined> {
    const file = get<{ blob: Blob }>(["file", name], this.#store.use);
    return (await orStorageError(file))?.blob;
  }

  async files(): Promise<StoredFile[]> {
    const files = this.#store.use("readonly", (store) =>
      promisifyRequest<{ meta: StoredFile }[]>(store.getAll(keysUnder("file"))),
    );
    return (await orStorageError(files)).map(({ meta }) => meta);
  }

  removeFile(name: string): Promise<void> {
    return orStorageError(del(["file", name], this.#store.use));
  }

  saveOutputs(cell: string, outputs: readonly Output[]): Promise<void> {
    const key = ["outputs", cell];
    return orStorageError(
      outputs.length === 0
        ? del(key, this.#store.use)
        : set(key, outputs, this.#store.use),
    );
  }

  close(): void {
    this.#store.close();
  }

  /** One transaction that writes only if nobody else has committed; `write` gives the generation that it leaves. */
  #writeFenced(
    bytes: number | undefined,
    write: (store: IDBObjectStore, manifest: Manifest | undefined) => number,
  ): Promise<void> {
    const work = this.#last.then(() =>
      orStorageError(
        this.#store.use(
          "readwrite",
          (store) =>
            new Promise<void>((resolve, reject) => {
              const { transaction } = store;
              let failure: unknown;
              let generation = this.#generation;
              const found = store.get("manifest") as IDBRequest<
                Manifest | undefined
              >;
              found.onsuccess = () => {
                try {
                  if ((found.result?.generation ?? 0) !== this.#generation)
                    throw overtaken();
                  generation = write(store, found.result);
                } catch (thrown) {
                  failure = thrown;
                  transaction.abort();
                }
              };
              transaction.oncomplete = () => {
                this.#generation = generation;
                resolve();
              };
              transaction.onabort = () =>
                reject(failure ?? transaction.error ?? aborted());
            }),
        ),
        bytes,
      ),
    );
    this.#last = work.catch(() => undefined);
    return work;
  }
}

function overtaken(): FlowError {
  return new FlowError(
    "storage-conflict",
    "This notebook was changed in another tab. Nothing was written over. Reload to go on from there.",
  );
}

function aborted(): Error {
  return new Error("the browser gave up the write");
}

async function orStorageError<T>(work: Promise<T>, bytes?: number): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    throw storageError(thrown, bytes);
  }
}

// Keys come in order, so the parts of a run follow each other. What follows a gap cannot be understood and is left out.
function joinRuns(
  keys: readonly (readonly [string, string, number])[],
  parts: readonly (readonly RunEvent[])[],
): StoredRun[] {
  const runs = new Map<string, RunEvent[]>();
  for (const [index, [, run, first]] of keys.entries()) {
    const events = runs.get(run) ?? [];
    runs.set(run, events);
    const part = parts[index] ?? [];
    if (first <= events.length)
      events.push(...part.slice(events.length - first));
  }
  return [...runs]
    .filter(([, events]) => events.length > 0)
    .map(([id, events]) => ({ id, events }))
    .sort((a, b) => startOf(b) - startOf(a));
}

function startOf({ events }: StoredRun): number {
  return events[0]?.at ?? 0;
}

async function sha256(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    await blob.arrayBuffer(),
  );
  return Array.from(new Uint8Array(digest), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
