import { FlowError } from "../core/errors.ts";
import { storageError, type Store } from "./useStore.ts";

const knownFormat = 2;

/** What a notebook's store says of itself. */
export interface Manifest {
  format: number;
  generation: number;
  /** How many bytes the database has; a database that lost some is damaged even where SQLite would not see it. */
  databaseSize: number;
}

/** A write to a notebook's store. */
export interface Write {
  /** Whether it raises the generation. */
  isCommit: boolean;
  /** The bytes of the database, if they changed. */
  database?: Uint8Array | undefined;
  /** What must be done before the transaction begins. */
  prepare?: () => Promise<void>;
  /** Puts the other records; what it gives is called when they are on disk. */
  put(store: IDBObjectStore): (() => void)[];
}

/** The writes that only the newest owner of a notebook may make; they happen in the order in which they were asked for. */
export class FencedWrites {
  readonly #store: Store;
  /** The generation that this owner has read or written last. */
  generation: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: Store, generation: number) {
    this.#store = store;
    this.generation = generation;
  }

  /** One transaction, that writes only if nobody else has committed. */
  write(write: Write): Promise<void> {
    const work = this.#last
      .then(() => write.prepare?.())
      .then(() => this.#transact(write))
      .catch((thrown: unknown) => {
        throw storageError(thrown, write.database?.byteLength);
      });
    this.#last = work.catch(() => undefined);
    return work;
  }

  #transact(write: Write): Promise<void> {
    const generation = this.generation + (write.isCommit ? 1 : 0);
    return this.#store.use(
      "readwrite",
      (store) =>
        new Promise<void>((resolve, reject) => {
          const { transaction } = store;
          let failure: unknown;
          let done: (() => void)[] = [];
          const found = store.get("manifest") as IDBRequest<
            Manifest | undefined
          >;
          found.onsuccess = () => {
            try {
              this.#check(found.result);
              done = putAll(store, write, generation, found.result);
              // Nothing more is asked of the transaction: said now, it ends half a millisecond earlier (Chromium 156).
              transaction.commit();
            } catch (thrown) {
              failure = thrown;
              transaction.abort();
            }
          };
          transaction.oncomplete = () => {
            this.generation = generation;
            for (const call of done) call();
            resolve();
          };
          transaction.onabort = () =>
            reject(failure ?? transaction.error ?? aborted());
        }),
    );
  }

  #check(manifest: Manifest | undefined): void {
    checkFormat(manifest);
    if ((manifest?.generation ?? 0) !== this.generation) throw overtaken();
  }
}

/** Throws if a newer Flowbook wrote the store. */
export function checkFormat(manifest: Manifest | undefined): void {
  if (manifest && manifest.format > knownFormat)
    throw new FlowError(
      "storage-failed",
      "This notebook was saved by a newer version of Flowbook. Reload the page to get that version; nothing was changed.",
    );
}

function putAll(
  store: IDBObjectStore,
  { isCommit, database, put }: Write,
  generation: number,
  manifest: Manifest | undefined,
): (() => void)[] {
  if (database) store.put(database, "database");
  const done = put(store);
  const databaseSize = database?.byteLength ?? manifest?.databaseSize ?? 0;
  const next: Manifest = { format: knownFormat, generation, databaseSize };
  if (isCommit || manifest?.format !== knownFormat) store.put(next, "manifest");
  return done;
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
