/**
 * Versions of the notebooks' texts, in the library's database beside the texts themselves:
 *
 *   ["version", id, number]       what is known about a version; the numbers of a notebook grow
 *   ["version-text", id, number]  its text
 *   ["version-run", id, run]      numbers of the versions that a run ran, oldest first; several if it was resumed with another text
 *
 * A text that is the newest version already makes no new one. Which versions stay is decided by retention.ts each time one is
 * made. Texts are not compressed: a notebook is a few kB, and all versions of one are bounded.
 */
import { promisifyRequest, type UseStore } from "idb-keyval";
import { keptVersions, type Retention } from "./retention.ts";
import { commit, hasProperty, keysUnder } from "./useStore.ts";

/** Why a version was made: the notebook was opened, was run, was about to get the text of another version, or was taken over by another tab. */
export type VersionReason = "opened" | "run" | "restore" | "overtaken";

/** A version without its text. */
export interface Version {
  number: number;
  /** When it was made, in milliseconds since 1970 UTC. */
  at: number;
  reason: VersionReason;
  /** Characters of its text. */
  length: number;
  /** How many runs ran it. */
  runs: number;
}

/** The versions of the notebooks in a library. */
export interface Versions {
  readonly retention: Retention;
  /** Makes a version of a text, unless the newest one has this text; with `run` says that it is what this run ran. */
  add(
    id: string,
    text: string,
    about: { at: number; reason: VersionReason; run?: string | undefined },
  ): Promise<void>;
  /** Newest first. */
  list(id: string): Promise<Version[]>;
  /** The text of a version; undefined if it is not kept. */
  read(id: string, number: number): Promise<string | undefined>;
  /** Numbers of the versions that a run ran and that are kept, the latest first. */
  ofRun(id: string, run: string): Promise<number[]>;
}

/** The versions in a database; `work` makes each access to it. */
export function openVersions(
  use: UseStore,
  work: <T>(action: () => Promise<T>, bytes?: number) => Promise<T>,
): Omit<Versions, "retention"> {
  return {
    add: (id, text, about) =>
      work(
        () => use("readwrite", (store) => addVersion(store, id, text, about)),
        text.length,
      ),
    list: (id) =>
      work(() =>
        use("readonly", async (store) => (await list(store, id)).reverse()),
      ),
    read: (id, number) =>
      work(() =>
        use("readonly", (store) =>
          promisifyRequest<string | undefined>(
            store.get(["version-text", id, number]),
          ),
        ),
      ),
    ofRun: (id, run) =>
      work(() =>
        use("readonly", async (store) =>
          (await versionsOfRun(store, id, run)).reverse(),
        ),
      ),
  };
}

/** All keys of the versions of a notebook. */
export function keysOfVersions(id: string): IDBKeyRange[] {
  return ["version", "version-text", "version-run"].map((kind) =>
    keysUnder(kind, id),
  );
}

/** {@link Versions.add} in a transaction, which it ends. */
export async function addVersion(
  store: IDBObjectStore,
  id: string,
  text: string,
  { at, reason, run }: Parameters<Versions["add"]>[2],
): Promise<void> {
  const versions = await list(store, id);
  let newest = versions.at(-1);
  const newestText =
    newest && (await promisifyRequest(store.get(textKey(id, newest.number))));
  if (!newest || newestText !== text) {
    const number = (newest?.number ?? 0) + 1;
    newest = { number, at, reason, length: text.length, runs: 0 };
    versions.push(newest);
    store.put(text, textKey(id, number));
    store.put(newest, versionKey(id, number));
  }
  const earlier =
    run === undefined ? undefined : await versionsOfRun(store, id, run);
  if (earlier && earlier.at(-1) !== newest.number) {
    if (!earlier.includes(newest.number)) newest.runs += 1;
    store.put(newest, versionKey(id, newest.number));
    const others = earlier.filter((number) => number !== newest.number);
    store.put([...others, newest.number], ["version-run", id, run!]);
  }
  const kept = keptVersions(versions, at);
  const gone = versions.filter(({ number }) => !kept.has(number));
  for (const { number } of gone) {
    store.delete(textKey(id, number));
    store.delete(versionKey(id, number));
  }
  if (gone.some(({ runs }) => runs > 0)) await forget(store, id, kept);
  await commit(store);
}

/** Takes versions that are not kept any more away from the runs that ran them. */
async function forget(
  store: IDBObjectStore,
  id: string,
  kept: ReadonlySet<number>,
): Promise<void> {
  const range = keysUnder("version-run", id);
  const [keys, values] = await Promise.all([
    promisifyRequest(store.getAllKeys(range)),
    promisifyRequest<number[][]>(store.getAll(range)),
  ]);
  for (const [index, key] of keys.entries()) {
    const numbers = values[index] ?? [];
    const left = numbers.filter((number) => kept.has(number));
    if (left.length === 0) store.delete(key);
    else if (left.length < numbers.length) store.put(left, key);
  }
}

async function list(store: IDBObjectStore, id: string): Promise<Version[]> {
  const found = await promisifyRequest<Version[]>(
    store.getAll(keysUnder("version", id)),
  );
  return found.filter((version) => hasProperty(version, "number", "number"));
}

async function versionsOfRun(
  store: IDBObjectStore,
  id: string,
  run: string,
): Promise<number[]> {
  const found = await promisifyRequest<unknown>(
    store.get(["version-run", id, run]),
  );
  return Array.isArray(found) ? (found as number[]) : [];
}

const versionKey = (id: string, number: number): IDBValidKey => [
  "version",
  id,
  number,
];
const textKey = (id: string, number: number): IDBValidKey => [
  "version-text",
  id,
  number,
];
