import { FlowError } from "../core/errors.ts";
import { pageSize, pagesPerSegment, type PageImage } from "../core/pages.ts";
import {
  compactPages,
  dropReplaced,
  putPages,
  segmentsToPut,
  type Layout,
} from "./pageLog.ts";
import { extentsOf } from "./segments.ts";
import type { Staged } from "./staging.ts";
import {
  hasProperty,
  storageError,
  unreadable,
  type Store,
} from "./useStore.ts";

/** So many segments or fewer are put as soon from memory as by way of files. */
const fewSegments = 8;

/** The format of a notebook's store that this version writes. */
export const knownFormat = 6;

/** What a notebook's store says of itself. */
export interface Manifest {
  format: number;
  generation: number;
  /** Who wrote this: an owner of the notebook, by a name of its own. */
  writer?: string;
  /** Which of its writes raised the generation to what it is. */
  write?: number;
  /** Where the pages of the database are; missing as long as nothing has written some since format 2. */
  database?: Layout;
  /** Before format 3: how many bytes there are at "database". */
  databaseSize?: number;
}

/** A write to a notebook's store. */
export interface Write {
  /** Whether it raises the generation. */
  isCommit: boolean;
  /** Whether it only says who the owner is: the store stays in the format in which it was found. */
  isClaim?: boolean;
  /** The database, if it changed. */
  pages?: PageImage | undefined;
  /** The database, which is as it is stored, if its pages are to be stored in a better order. */
  compact?: PageImage | undefined;
  /** What must be done before the transaction begins. */
  prepare?: () => Promise<void>;
  /** Puts the other records; what it gives is called when they are on disk. */
  put(store: IDBObjectStore): (() => void)[];
}

/** A write on its way, which may be tried twice. */
interface Asked extends Write {
  /** The number of it among those of this owner. */
  number: number;
  /** What is to be called when it is on disk; missing as long as it was not tried. */
  done?: (() => void)[];
}

/** The writes that only the newest owner of a notebook may make; they happen in the order in which they were asked for. */
export class FencedWrites {
  readonly #store: Store;
  readonly #writer = Math.random().toString(36).slice(2);
  /** What this owner has read or written last. */
  #manifest: Manifest | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #number = 0;
  readonly #written: () => void;

  /** `written` is told of every write that is done. */
  constructor(
    store: Store,
    manifest: Manifest | undefined,
    written: () => void = () => {},
  ) {
    this.#store = store;
    this.#manifest = manifest;
    this.#written = written;
  }

  get generation(): number {
    return isManifest(this.#manifest) ? this.#manifest.generation : 0;
  }

  /** Where the database is; undefined if it never was written, or only in an earlier format. */
  get layout(): Layout | undefined {
    return this.#manifest?.database;
  }

  /** The manifest has been read again. */
  found(manifest: Manifest | undefined): void {
    this.#manifest = manifest;
  }

  /** One transaction, that writes only if nobody else has committed. */
  write(asked: Write): Promise<void> {
    const write: Asked = { ...asked, number: (this.#number += 1) };
    const work = this.#last
      .then(() => write.prepare?.())
      .then(() => this.#stageAndTransact(write))
      .catch((thrown: unknown) =>
        // The browser closed the connection, for no reason of ours: whether the write arrived is seen in the manifest.
        isConnectionLost(thrown) ? this.#transact(write) : raise(thrown),
      )
      .catch((thrown: unknown) => {
        throw storageError(thrown, bytesOf(write));
      });
    this.#last = work.catch(() => undefined);
    return work;
  }

  /** A large change of the database goes by way of files, if it can. */
  async #stageAndTransact(write: Asked): Promise<void> {
    const wanted = write.pages && this.#manySegments(write.pages);
    const staged = wanted && (await this.#stage(write.pages!, wanted));
    if (!staged) return this.#transact(write);
    try {
      await this.#transact(write, staged.files);
    } catch (thrown) {
      if (thrown instanceof FlowError || isConnectionLost(thrown)) throw thrown;
      // They take place on the disk, and may be what was wrong.
      await staged.drop();
      await this.#transact(write);
    } finally {
      void staged.drop();
    }
  }

  /** Few saves are large: what writes files is fetched for the first that is. */
  async #stage(
    image: PageImage,
    wanted: readonly number[],
  ): Promise<Staged | undefined> {
    const extents = extentsOf(wanted, this.generation + 1);
    // Without it the same is put from memory.
    const staging = await import("./staging.ts").catch(() => undefined);
    return staging?.stage(image, extents);
  }

  /** The segments that a save of this image puts, if they are many. */
  #manySegments(image: PageImage): readonly number[] | undefined {
    const pages = image.changedPages().length;
    if (pages * 4 <= fewSegments * pagesPerSegment) return undefined;
    const wanted = segmentsToPut(image, this.layout);
    return wanted.length > fewSegments ? wanted : undefined;
  }

  #transact(write: Asked, staged?: ReadonlyMap<number, Blob>): Promise<void> {
    return this.#store.use(
      "readwrite",
      (store) =>
        new Promise<void>((resolve, reject) => {
          const { transaction } = store;
          let failure: unknown;
          let next: Manifest | undefined;
          const fail = (thrown: unknown) => {
            failure = thrown;
            try {
              transaction.abort();
            } catch {
              // It has ended by itself, and says why.
            }
          };
          const found = store.get("manifest") as IDBRequest<
            Manifest | undefined
          >;
          const isFirstTry = write.done === undefined;
          const put = async (manifest: Manifest | undefined) => {
            write.done = write.put(store);
            return putManifest(store, write, this.#writer, manifest, staged);
          };
          // The manifest will hardly be another than the known one, and is waited for before the commit: that the records need
          // not wait for it too makes a small write a tenth shorter.
          const putting = isFirstTry ? put(this.#manifest) : undefined;
          // Whether another owner has written since is said first.
          putting?.catch(() => undefined);
          const finish = async (manifest: Manifest | undefined) => {
            const isWritten = this.#check(manifest, write) === "written";
            next = isWritten ? manifest : await (putting ?? put(manifest));
            // Nothing more is asked of the transaction: said now, it ends half a millisecond earlier (Chromium 156).
            transaction.commit();
          };
          found.onsuccess = () => void finish(found.result).catch(fail);
          transaction.oncomplete = () => {
            this.#manifest = next;
            for (const call of write.done ?? []) call();
            this.#written();
            resolve();
          };
          transaction.onabort = () =>
            reject(transaction.error ?? failure ?? connectionLost());
        }),
    );
  }

  /** Throws if something else was written; says whether this very write has been done already. */
  #check(
    manifest: Manifest | undefined,
    { number }: Asked,
  ): "to write" | "written" {
    checkFormat(manifest);
    if (manifest !== undefined && !isManifest(manifest))
      throw unreadable(`${noManifest}.`);
    const found = manifest?.generation ?? 0;
    if (found === this.generation) return "to write";
    if (!manifest) throw lost();
    if (manifest.writer !== this.#writer) throw overtaken();
    if (found === this.generation + 1 && manifest.write === number)
      return "written";
    throw arrivedAfterAll();
  }
}

/** What is said of a store that has something else in the place of its manifest. */
export const noManifest = "it cannot be told what there is";

/** Whether what a store has for a manifest says what is in it. A store of which nobody can tell is no empty one. */
export function isManifest(found: unknown): found is Manifest {
  return (
    hasProperty(found, "generation", "number") &&
    hasProperty(found, "format", "number") &&
    ((found as Manifest).database === undefined ||
      Array.isArray((found as Manifest).database?.segments))
  );
}

/** Throws if a newer Flowbook wrote the store. */
export function checkFormat(manifest: Manifest | undefined): void {
  if (manifest && manifest.format > knownFormat)
    throw new FlowError(
      "storage-failed",
      "This notebook was saved by a newer version of Flowbook. Reload the page to get that version; nothing was changed.",
    );
}

/** Puts the database and the manifest, if that changes; gives the manifest as it is then. */
async function putManifest(
  store: IDBObjectStore,
  write: Asked,
  writer: string,
  before: Manifest | undefined,
  staged: ReadonlyMap<number, Blob> | undefined,
): Promise<Manifest> {
  const isSame = !write.isCommit && before?.format === knownFormat;
  if (isSame && !before.database?.replaced) return before;
  const generation = (before?.generation ?? 0) + (write.isCommit ? 1 : 0);
  const format = write.isClaim ? before?.format : undefined;
  const next: Manifest = {
    format: format ?? knownFormat,
    generation,
    writer,
    write: write.number,
  };
  const database = await putDatabase(store, write, generation, before, staged);
  if (database) next.database = database;
  else if (before?.databaseSize !== undefined)
    next.databaseSize = before.databaseSize;
  store.put(next, "manifest");
  return next;
}

async function putDatabase(
  store: IDBObjectStore,
  { pages, compact }: Write,
  generation: number,
  before: Manifest | undefined,
  staged: ReadonlyMap<number, Blob> | undefined,
): Promise<Layout | undefined> {
  const layout = before?.database && dropReplaced(store, before.database);
  if (pages) {
    if (before?.databaseSize !== undefined) store.delete("database");
    return putPages(store, pages, generation, layout, staged);
  }
  return compact && layout
    ? compactPages(store, compact, generation, layout)
    : layout;
}

function bytesOf({ pages }: Write): number | undefined {
  return pages && pages.changedPages().length * pageSize;
}

function overtaken(): FlowError {
  return new FlowError(
    "storage-conflict",
    "This notebook was changed in another tab. Nothing was written over. Reload to go on from there.",
  );
}

/** There was something when this was opened. */
function lost(): FlowError {
  return new FlowError(
    "storage-failed",
    "The browser has lost the data of this notebook, and nothing was written. Reload the page to choose how to go on.",
  );
}

/** An earlier write of ours was told to have failed, and what is in memory goes by that. */
function arrivedAfterAll(): FlowError {
  return new FlowError(
    "storage-failed",
    "A save that failed arrived all the same. Reload to go on from there.",
  );
}

function connectionLost(): Error {
  return Object.assign(new Error("the browser closed it"), {
    name: "AbortError",
  });
}

function isConnectionLost(thrown: unknown): boolean {
  const { name } = (thrown ?? {}) as { name?: unknown };
  return name === "AbortError" || name === "InvalidStateError";
}

function raise(thrown: unknown): never {
  throw thrown;
}
