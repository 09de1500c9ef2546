/**
 * What is kept for one notebook, in an IndexedDB database of its own:
 *
 *   "manifest"                   Manifest
 *   ["segment", …], ["delta", n] the pages of the SQLite file, see pageLog.ts
 *   ["events", run, first]       events of a run, from number `first` on
 *   ["logs", run, n]             lines of its log
 *   ["result", run, key]         a result, see results.ts
 *   ["results", run, first]      results that were written together
 *   ["cache", cacheKey]          CacheEntry
 *   ["file", name]               what is known of an attachment, see attachments.ts
 *   ["blob", hash]               its content
 *   ["outputs", cell]            what the cell showed last
 *   ["table", name]              TableRecord: which task run changed a table of the database last, and what became of it
 *
 * Every commit raises the generation in the manifest. A writer that finds another generation than the one it knows was
 * overtaken by another tab: it writes nothing.
 *
 * Format 2 has other events and graphs than format 1, packs of results, and cache entries. Format 3 keeps the database in
 * pages; before, its bytes were one value at "database". In format 4 a segment may be a Blob, in format 5 its key names the
 * generation, in format 6 segments may be kept together. A notebook of an earlier format is read as it is and becomes one of the
 * latest when something of a run is written; the events that it had stay as they are, the database until rows are written.
 */
import { del, get, promisifyRequest, set } from "idb-keyval";
import type { CacheEntry } from "../core/cache.ts";
import type { RunEvent } from "../core/events.ts";
import type { KeptEntry } from "../core/kept.ts";
import { pagesOf, type FoundPages, type PageImage } from "../core/pages.ts";
import { expandKeys } from "../core/resultKeys.ts";
import type { TableRecord, TableRecords } from "../core/tablesWritten.ts";
import type { Output } from "../engine/protocol.ts";
import type {
  KeptResults,
  LogLine,
  NotebookText,
  ResultsCommit,
  StoredFile,
} from "../engine/services.ts";
import { Attachments, listFiles } from "./attachments.ts";
import { CacheEntries } from "./cacheEntries.ts";
import {
  ColdCopy,
  nowhere,
  removeCopy,
  type CopiedKind,
  type CopyPlace,
} from "./coldCopy.ts";
import { EventLists, type RunRecord } from "./eventLists.ts";
import {
  checkFormat,
  FencedWrites,
  isManifest,
  noManifest,
  type Manifest,
} from "./fencedWrites.ts";
import { needsCompaction, readPages } from "./pageLog.ts";
import { Results } from "./results.ts";
import { canReadLater } from "./segments.ts";
import {
  createStore,
  deleteStore,
  keysUnder,
  readEntries,
  storageError,
  type Store,
} from "./useStore.ts";

/** Everything that the store holds of a notebook when it is opened. */
export interface StoredNotebook {
  database: FoundPages;
  /** Newest first. */
  runs: RunRecord[];
  files: StoredFile[];
  outputs: Record<string, readonly Output[]>;
  /** Newest first. */
  cache: CacheEntry[];
}

/** What goes to disk as one. */
export interface StoredCommit {
  run: string;
  firstEvent: number;
  events: readonly RunEvent[];
  key: string;
  result: unknown;
  cache?: CacheEntry;
  /** The database, if it changed. */
  pages: PageImage | undefined;
  /** What is to be kept of the tables that changed. */
  tables?: TableRecords;
}

/** The store of the open notebook. */
export interface NotebookStore {
  /**
   * What there is now. Of the database, if `isAgain`, only what was written since it was read or written here last; one of more
   * bytes than `wholeUpTo` is read when it is wanted, where the browser can do that.
   */
  load(options?: {
    isAgain?: boolean;
    wholeUpTo?: number;
  }): Promise<StoredNotebook>;
  /** The database as it is stored, to be read when it is wanted; undefined where the browser cannot do that. */
  storedPages(): Promise<FoundPages | undefined>;
  /** Takes the place of whoever wrote the notebook before: that one writes nothing any more. */
  claim(): Promise<void>;
  /** Whether the database is stored in an order that makes opening it slow. */
  readonly needsCompaction: boolean;
  /** Stores the database, which is as it is stored already, in a better order. */
  compact(image: PageImage): Promise<void>;
  /** Stores a database that was changed by no run: it holds the same in fewer pages, or a table less. */
  saveChanged(image: PageImage): Promise<void>;
  /** How often something was committed to the store, by anyone. */
  readonly generation: number;
  /** Settles when nothing is being read or written; undefined if nothing is, or nobody else could be kept waiting by that. */
  atRest?(): Promise<void> | undefined;
  /** Copies what has changed to where it outlives this store; meanwhile nothing may be written into the database. */
  copy(image: PageImage, text: NotebookText): Promise<void>;
  /** Puts another database in the place of the one that is there, with runs that come along; other runs stay. Of one that `isPutBack` it stays known who wrote its tables. */
  replaceDatabase(
    image: PageImage,
    kept?: readonly KeptEntry[],
    isPutBack?: boolean,
  ): Promise<void>;
  /** Everything besides rows and files. */
  kept(): Promise<KeptEntry[]>;
  commit(commit: StoredCommit): Promise<void>;
  commitResults(commit: ResultsCommit): Promise<void>;
  /** The events of a run, in the formats that they were written in. */
  events(run: string): Promise<readonly unknown[]>;
  /**
   * Says that no more than these events of a run can be understood. What the disk has behind them stays until something is
   * written of the run, and then goes, so that what is written has its place.
   */
  cutEvents(run: string, events: readonly RunEvent[]): void;
  appendEvents(
    run: string,
    firstEvent: number,
    events: readonly RunEvent[],
  ): Promise<void>;
  appendLogs(lines: readonly LogLine[]): Promise<void>;
  logs(run: string): Promise<LogLine[]>;
  /** The results of a run under these keys, in their order. */
  results(
    run: string,
    keys: readonly string[],
  ): Promise<readonly ({ value: unknown } | undefined)[]>;
  cacheEntries(): Promise<CacheEntry[]>;
  /** What is kept of the tables of the database besides their rows, also of those that there are no more. */
  tableRecords(): Promise<TableRecords>;
  /** Drops the results that need not be kept any more. */
  retainResults(kept: KeptResults): Promise<void>;
  writeFile(name: string, data: Blob): Promise<StoredFile>;
  readFile(name: string): Promise<Blob | undefined>;
  /** Another one says that the file is another one now. */
  fileHash(name: string): Promise<string | undefined>;
  files(): Promise<StoredFile[]>;
  removeFile(name: string): Promise<void>;
  renameFile(from: string, to: string): Promise<void>;
  saveOutputs(cell: string, outputs: readonly Output[]): Promise<void>;
  close(): void;
}

/** Opens the store of a notebook; `written` is told whenever something was written. Rejects if a newer Flowbook wrote it. */
export async function openNotebookStore(
  notebook: string,
  written: (generation: number) => void = () => {},
  copyPlace: CopyPlace = nowhere,
): Promise<NotebookStore> {
  const store = createStore(storeName(notebook));
  const manifest = await get<Manifest>("manifest", store.use).catch(
    (thrown: unknown) => {
      throw storageError(thrown);
    },
  );
  try {
    checkFormat(manifest);
  } catch (thrown) {
    store.close();
    throw thrown;
  }
  return new OpenStore(
    store,
    manifest,
    written,
    new ColdCopy(notebook, store.use, copyPlace),
  );
}

/** Deletes everything that is kept for a notebook. */
export async function removeNotebookStore(
  notebook: string,
  copyPlace: CopyPlace = nowhere,
): Promise<void> {
  await orStorageError(
    Promise.all([
      deleteStore(storeName(notebook)),
      removeCopy(notebook, copyPlace),
    ]),
  );
}

function storeName(notebook: string): string {
  return `flowbook:${notebook}`;
}

/** Results by their keys, each as it is stored. */
export type NamedResults = Omit<ResultsCommit, "keys"> & {
  keys: readonly string[];
};

class OpenStore implements NotebookStore {
  readonly #store: Store;
  readonly #events: EventLists;
  readonly #results: Results;
  readonly #attachments: Attachments;
  readonly #cache: CacheEntries;
  readonly #writes: FencedWrites;
  readonly #written: () => void;
  readonly #copy: ColdCopy;

  constructor(
    store: Store,
    manifest: Manifest | undefined,
    written: (generation: number) => void,
    copy: ColdCopy,
  ) {
    this.#copy = copy;
    this.#written = () => written(this.#writes.generation);
    this.#store = store;
    this.#events = new EventLists(store.use);
    this.#results = new Results(store.use);
    this.#attachments = new Attachments(store.use);
    this.#cache = new CacheEntries(store.use);
    this.#writes = new FencedWrites(store, manifest, this.#written);
  }

  async load({
    isAgain = false,
    wholeUpTo = Infinity,
  } = {}): Promise<StoredNotebook> {
    const after = isAgain ? this.#writes.generation : undefined;
    const read = this.#store.use("readonly", (store) =>
      Promise.all([
        readDatabase(store, after, wholeUpTo),
        listFiles(store),
        readEntries<["outputs", string], Output[]>(store, keysUnder("outputs")),
        this.#events.load(store),
        this.#cache.load(store),
      ]),
    );
    const [{ manifest, database }, files, outputs, runs] =
      await orStorageError(read);
    // Changes that could not be read are read again with the next ones.
    if (!isAgain || database.damage === undefined) this.#writes.found(manifest);
    return {
      database,
      runs,
      files,
      outputs: Object.fromEntries(
        outputs
          .filter(([, shown]) => Array.isArray(shown))
          .map(([[, cell], shown]) => [cell, shown]),
      ),
      cache: this.#cache.list(),
    };
  }

  async storedPages(): Promise<FoundPages | undefined> {
    if (!canReadLater()) return undefined;
    const read = this.#store.use("readonly", (store) =>
      readDatabase(store, undefined, 0),
    );
    return (await orStorageError(read)).database;
  }

  claim(): Promise<void> {
    return this.#writes.write({
      isCommit: true,
      isClaim: true,
      put: () => [],
    });
  }

  get generation(): number {
    return this.#writes.generation;
  }

  atRest(): Promise<void> | undefined {
    return this.#store.atRest();
  }

  copy(image: PageImage, text: NotebookText): Promise<void> {
    return orStorageError(this.#copy.update(image, this.generation, text));
  }

  get needsCompaction(): boolean {
    const { layout } = this.#writes;
    return layout !== undefined && needsCompaction(layout);
  }

  compact(image: PageImage): Promise<void> {
    return this.#writes.write({
      isCommit: true,
      compact: image,
      put: () => [],
    });
  }

  async saveChanged(image: PageImage): Promise<void> {
    await this.#writes.write({
      isCommit: true,
      pages: image,
      put: () => [],
    });
    this.#copy.changedPages(image);
  }

  async replaceDatabase(
    image: PageImage,
    kept: readonly KeptEntry[] = [],
    isPutBack = false,
  ): Promise<void> {
    const records = Object.entries(isPutBack ? {} : await this.tableRecords());
    const runs = new Set(kept.map(({ run }) => run).filter(Boolean));
    const { putKept } = await import("./keptEntries.ts");
    await this.#writes.write({
      isCommit: true,
      pages: image,
      prepare: () => this.#cache.ready(),
      put: (store) => {
        // It is somebody else's now; which tables the tasks left, and which they made anew, stays as it was.
        for (const [name, { made, isGone }] of records) {
          const left = { ...(made !== undefined && { made }) };
          store.put({ ...left, ...(isGone && { isGone }) }, ["table", name]);
        }
        const putCache = this.#cache.put(store, "", [], putKept(store, kept));
        return [
          putCache,
          () => {
            for (const run of runs) this.#results.forget(run);
          },
        ];
      },
    });
    this.#copy.changedPages(image);
    for (const run of runs) this.#copy.changedRun(run);
    for (const kind of ["table", "cache", "outputs"] as const)
      this.#copy.changed(kind);
  }

  async kept(): Promise<KeptEntry[]> {
    const { readKept, resultKeys } = await import("./keptEntries.ts");
    const read = this.#store.use("readonly", (store) =>
      Promise.all([readKept(store), resultKeys(store)]),
    );
    const [entries, keysOf] = await orStorageError(read);
    for (const [run, keys] of keysOf) {
      const all = [...keys];
      const found = await orStorageError(this.#results.find(run, all));
      all.forEach((key, at) => {
        const value = found[at];
        if (value) entries.push({ kind: "result", run, key, ...value });
      });
    }
    return entries;
  }

  commit(commit: StoredCommit): Promise<void> {
    const { key, result, pages, cache, tables, ...rest } = commit;
    return this.#commit(
      { ...rest, keys: [key], values: [result], cache: cache ? [cache] : [] },
      pages,
      tables,
    );
  }

  commitResults(commit: ResultsCommit): Promise<void> {
    return this.#commit(
      { ...commit, keys: expandKeys(commit.keys) },
      undefined,
    );
  }

  events(run: string): Promise<readonly unknown[]> {
    return orStorageError(this.#events.of(run));
  }

  cutEvents(run: string, events: readonly RunEvent[]): void {
    this.#events.cut(run, events);
  }

  async appendEvents(
    run: string,
    firstEvent: number,
    events: readonly RunEvent[],
  ): Promise<void> {
    if (events.length === 0) return;
    if (firstEvent === 0) this.#results.begin(run);
    await this.#writes.write({
      isCommit: false,
      put: (store) => [this.#events.put(store, run, firstEvent, events)],
    });
    this.#copy.changedRun(run);
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
    for (const run of byRun.keys()) this.#copy.changedRun(run);
  }

  async logs(run: string): Promise<LogLine[]> {
    const parts = this.#store.use("readonly", (store) =>
      promisifyRequest<LogLine[][]>(store.getAll(keysUnder("logs", run))),
    );
    return (await orStorageError(parts)).filter(Array.isArray).flat();
  }

  async results(
    run: string,
    keys: readonly string[],
  ): Promise<readonly ({ value: unknown } | undefined)[]> {
    const found = await orStorageError(this.#results.find(run, keys));
    const missing = keys.filter((_, at) => found[at] === undefined);
    // What could not be dropped is found missing again.
    if (missing.length > 0)
      await this.#cache.drop(run, missing).catch(() => undefined);
    return found;
  }

  async cacheEntries(): Promise<CacheEntry[]> {
    await orStorageError(this.#cache.ready());
    return this.#cache.list();
  }

  async tableRecords(): Promise<TableRecords> {
    const found = this.#store.use("readonly", (store) =>
      readEntries<["table", string], TableRecord>(store, keysUnder("table")),
    );
    const entries = await orStorageError(found);
    const records = entries.filter(([, kept]) => Object(kept) === kept);
    return Object.fromEntries(records.map(([[, name], kept]) => [name, kept]));
  }

  async retainResults(kept: KeptResults): Promise<void> {
    const dropped = await orStorageError(this.#results.retain(kept));
    for (const run of dropped) this.#copy.changedRun(run);
  }

  async writeFile(name: string, blob: Blob): Promise<StoredFile> {
    const meta = await orStorageError(
      this.#attachments.write(name, blob),
      blob.size,
    );
    this.#changedFiles();
    return meta;
  }

  readFile(name: string): Promise<Blob | undefined> {
    return orStorageError(this.#attachments.read(name));
  }

  fileHash(name: string): Promise<string | undefined> {
    return orStorageError(this.#attachments.hash(name));
  }

  files(): Promise<StoredFile[]> {
    return orStorageError(this.#attachments.list());
  }

  async removeFile(name: string): Promise<void> {
    await orStorageError(this.#attachments.remove(name));
    this.#changedFiles();
  }

  async renameFile(from: string, to: string): Promise<void> {
    await orStorageError(this.#attachments.rename(from, to));
    this.#changed("file");
  }

  async saveOutputs(cell: string, outputs: readonly Output[]): Promise<void> {
    const key = ["outputs", cell];
    await orStorageError(
      outputs.length === 0
        ? del(key, this.#store.use)
        : set(key, outputs, this.#store.use),
    );
    this.#changed("outputs");
  }

  close(): void {
    this.#store.close();
  }

  async #commit(
    { run, firstEvent, events, keys, values, cache }: NamedResults,
    pages: PageImage | undefined,
    tables: TableRecords = {},
  ): Promise<void> {
    await this.#writes.write({
      isCommit: true,
      pages,
      prepare: async () => {
        if (cache.length > 0) await this.#cache.ready();
      },
      put: (store) => {
        for (const name in tables) store.put(tables[name], ["table", name]);
        return [
          this.#results.put(store, run, firstEvent, keys, values),
          this.#events.put(store, run, firstEvent, events),
          this.#cache.put(store, run, keys, cache),
        ];
      },
    });
    this.#copy.changedRun(run);
    if (cache.length > 0) this.#copy.changed("cache");
    if (Object.keys(tables).length > 0) this.#copy.changed("table");
    if (pages) this.#copy.changedPages(pages);
  }

  #changedFiles(): void {
    this.#copy.changed("blob");
    this.#changed("file");
  }

  #changed(kind: CopiedKind): void {
    this.#copy.changed(kind);
    this.#written();
  }
}

/** The manifest, and the database wherever its format put it. */
async function readDatabase(
  store: IDBObjectStore,
  after: number | undefined,
  wholeUpTo: number,
): Promise<{ manifest: Manifest | undefined; database: FoundPages }> {
  const manifest = await promisifyRequest(
    store.get("manifest") as IDBRequest<Manifest | undefined>,
  );
  if (manifest !== undefined && !isManifest(manifest)) {
    const database = { ...pagesOf(new Uint8Array()), damage: noManifest };
    return { manifest, database };
  }
  if (manifest?.database) {
    const layout = manifest.database;
    const isLater = layout.size > wholeUpTo;
    const database = await readPages(store, layout, after, isLater);
    return { manifest, database };
  }
  const bytes = await promisifyRequest<unknown>(store.get("database"));
  return { manifest, database: findWhole(bytes, manifest?.databaseSize ?? 0) };
}

/** The database as formats before 3 kept it. */
function findWhole(bytes: unknown, size: number): FoundPages {
  if (bytes instanceof Uint8Array) {
    const found = pagesOf(bytes);
    if (bytes.byteLength === size) return found;
    const damage = `it has ${bytes.byteLength.toLocaleString("en")} bytes and should have ${size.toLocaleString("en")}`;
    return { ...found, damage };
  }
  const nothing = pagesOf(new Uint8Array());
  if (bytes === undefined && size === 0) return nothing;
  const damage =
    bytes === undefined ? "it is missing" : "it is not a file of bytes";
  return { ...nothing, damage };
}

async function orStorageError<T>(work: Promise<T>, bytes?: number): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    throw storageError(thrown, bytes);
  }
}
