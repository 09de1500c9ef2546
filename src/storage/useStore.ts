import { promisifyRequest, type UseStore } from "idb-keyval";
import { FlowError } from "../core/errors.ts";
import { asSentence } from "../core/words.ts";
import { isChromium } from "./isChromium.ts";

/** An IndexedDB database with one object store, for idb-keyval's functions. */
export interface Store {
  use: UseStore;
  /** Settles when nothing is being read or written; undefined if nothing is. */
  atRest(): Promise<void> | undefined;
  /** Closes the connection; a later use opens it again. */
  close(): void;
}

const objectStore = "entries";

/**
 * Where Chromium has closed databases by itself, or could not open them on a full disk: its log may end in the middle of a record, and must
 * not be written to before it is mended (mendLog.ts). With what is being done about that.
 */
const doubts = new Map<IDBFactory, Promise<void> | undefined>();

function doubt(place: IDBFactory): void {
  // Other browsers have no such log.
  if (isChromium() && !doubts.has(place)) doubts.set(place, undefined);
}

/** Whether what is written there now may be lost, with all that is stored. */
export function isDoubtful(place: IDBFactory = indexedDB): boolean {
  return doubts.has(place);
}

/** Settles when what is written there is safe; rejects as long as that cannot be. */
export function mend(place: IDBFactory = indexedDB): Promise<void> {
  const mending =
    doubts.get(place) ??
    import("./mendLog.ts")
      .then(({ mendLog }) => mendLog(place))
      .then(
        () => void doubts.delete(place),
        (thrown: unknown) => {
          doubts.set(place, undefined);
          throw thrown;
        },
      );
  doubts.set(place, mending);
  return mending;
}

/**
 * Opens a store when it is first used. It differs from idb-keyval's own in two ways: a write is on the disk when it is done
 * (`strict`), and it is taken back as a whole when the callback throws, where IndexedDB would keep what was put before.
 */
export function createStore(
  name: string,
  place: IDBFactory = indexedDB,
  { isMending = false } = {},
): Store {
  let opening: Promise<IDBDatabase> | undefined;
  let going = 0;
  let resting: Promise<void> | undefined;
  let rest = () => {};

  function open(): Promise<IDBDatabase> {
    opening ??= openDatabase(place, name, (isDoubt) => {
      opening = undefined;
      if (isDoubt) doubt(place);
    });
    return opening;
  }

  async function begin(mode: IDBTransactionMode): Promise<IDBTransaction> {
    const options: IDBTransactionOptions = { durability: "strict" };
    const isToMend = async () =>
      !isMending &&
      isDoubtful(place) &&
      // Reading makes a database that is not there yet.
      (mode === "readwrite" || !(opening ?? (await hasDatabase(place, name))));
    try {
      if (await isToMend()) await mend(place);
      return (await open()).transaction(objectStore, mode, options);
    } catch (thrown) {
      // The browser may close a connection at any time, and tells it late.
      if (!isNamed(thrown, "InvalidStateError")) throw thrown;
      opening = undefined;
      doubt(place);
      if (await isToMend()) await mend(place);
      return (await open()).transaction(objectStore, mode, options);
    }
  }

  return {
    async use(mode, callback) {
      going += 1;
      try {
        const transaction = await begin(mode);
        try {
          return await callback(transaction.objectStore(objectStore));
        } catch (thrown) {
          try {
            transaction.abort();
          } catch {
            // It has ended by itself.
          }
          if (isDiskFull(thrown)) doubt(place);
          throw thrown;
        }
      } finally {
        going -= 1;
        if (going === 0) {
          rest();
          resting = undefined;
        }
      }
    },
    atRest() {
      if (going === 0) return undefined;
      return (resting ??= new Promise((resolve) => (rest = resolve)));
    },
    close() {
      void opening?.then(
        (database) => database.close(),
        () => undefined,
      );
      opening = undefined;
    },
  };
}

/**
 * Ends the transaction of a store now; done when it is on the disk. A transaction that is left to end by itself is taken back
 * if the page goes away first, for only the page's next turn ends it.
 */
export function commit({ transaction }: IDBObjectStore): Promise<void> {
  transaction.commit();
  return promisifyRequest(transaction);
}

/** Deletes a whole store. That is written, too. */
export async function deleteStore(
  name: string,
  place: IDBFactory = indexedDB,
  { isMending = false } = {},
): Promise<void> {
  if (!isMending && isDoubtful(place)) await mend(place);
  return new Promise((resolve, reject) => {
    const request = place.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

/** Whether the browser says that there is no room; Chromium (156) has no name for a disk that is full. */
function isFull(thrown: unknown): boolean {
  return isNamed(thrown, "QuotaExceededError") || isDiskFull(thrown);
}

/** Not one without room in the quota: deleting makes room there. `isDiskFull` is the mark of findReason.ts. */
function isDiskFull(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    ("isDiskFull" in thrown || /NO_SPACE|full disk/i.test(thrown.message))
  );
}

/** What went wrong in the browser's storage, for people. `bytes` is how much was to be written. */
export function storageError(thrown: unknown, bytes?: number): FlowError {
  if (thrown instanceof FlowError) return thrown;
  if (isFull(thrown)) {
    const size = bytes === undefined ? "this" : formatSize(bytes);
    // On a full disk nothing is deleted either before the log is mended.
    const [why, advice] = isDiskFull(thrown)
      ? [": the disk is full", "Free"]
      : ["", "Delete notebooks or files that you no longer need, or free"];
    return new FlowError(
      "storage-full",
      `There is not enough browser storage to write ${size}${why}. Nothing of it was kept. ${advice} space on the disk, and try again.`,
      { cause: thrown },
    );
  }
  if (isNamed(thrown, "DataCloneError"))
    return new FlowError(
      "cannot-copy",
      `This cannot be saved: ${(thrown as Error).message} Nothing of it was kept. Return plain values: text, numbers, lists, objects, dates, bytes.`,
      { cause: thrown },
    );
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (isNamed(thrown, "NotReadableError") || isNamed(thrown, "DataError"))
    return unreadable(asSentence(message), thrown);
  return new FlowError(
    "storage-failed",
    `The browser's storage failed: ${asSentence(message || "it gives no reason")} Nothing of this was kept. Reload the page and try again; if it goes on, check that the browser may store data for this site.`,
    { cause: thrown },
  );
}

/** What is kept cannot be read; a sentence says why. */
export function unreadable(why: string, cause?: unknown): FlowError {
  return new FlowError(
    "storage-damaged",
    `What the browser stored cannot be read any more: ${why} It was left as it is. Restore the copy of the notebook, if there is one, or open its text as a new notebook and run it there.`,
    { cause },
  );
}

/** All keys that begin with these parts. */
export function keysUnder(...parts: string[]): IDBKeyRange {
  // An array is greater than any text or number in its place.
  return IDBKeyRange.bound(parts, [...parts, []]);
}

/** Whether an entry can be understood as far as this property goes. One that cannot stays as it is, and counts as not there. */
export function hasProperty(
  entry: unknown,
  name: string,
  type: "number" | "string",
): boolean {
  return typeof (entry as Record<string, unknown> | null)?.[name] === type;
}

/** All entries, or those whose keys are in a range, as a transaction finds them. */
export async function readEntries<Key extends IDBValidKey, Value = unknown>(
  store: IDBObjectStore,
  range?: IDBKeyRange,
): Promise<[Key, Value][]> {
  const [keys, values] = await Promise.all([
    promisifyRequest(store.getAllKeys(range)) as Promise<Key[]>,
    promisifyRequest<Value[]>(store.getAll(range)),
  ]);
  return keys.map((key, at) => [key, values[at]!]);
}

async function hasDatabase(place: IDBFactory, name: string): Promise<boolean> {
  const databases = await place.databases();
  return databases.some((database) => database.name === name);
}

function openDatabase(
  place: IDBFactory,
  name: string,
  lost: (isDoubt: boolean) => void,
): Promise<IDBDatabase> {
  const promise = new Promise<IDBDatabase>((resolve, reject) => {
    const request = place.open(name, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(objectStore);
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = () => lost(true);
      // Another tab deletes the notebook; it would wait for ever for this connection.
      database.onversionchange = () => {
        database.close();
        lost(false);
      };
      resolve(database);
    };
    request.onerror = () =>
      void import("./findReason.ts")
        .then(({ findReason }) => findReason(request.error))
        .then(reject, () => reject(request.error));
  });
  promise.catch((thrown: unknown) => lost(isDiskFull(thrown)));
  return promise;
}

/** Whether something thrown has that name, as the browser's own errors have. */
export function isNamed(thrown: unknown, name: string): boolean {
  return (
    typeof thrown === "object" &&
    thrown !== null &&
    (thrown as { name?: unknown }).name === name
  );
}

function formatSize(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
