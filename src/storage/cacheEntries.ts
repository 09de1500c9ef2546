import { promisifyRequest } from "idb-keyval";
import type { UseStore } from "idb-keyval";
import type { CacheEntry } from "../core/cache.ts";
import { hasProperty, keysUnder } from "./useStore.ts";

/** How many entries are kept. */
export const mostCacheEntries = 5000;

/**
 * Which results later runs may reuse, at ["cache", cacheKey]: for each cache key the entry that was written last, and of all
 * entries those {@link mostCacheEntries} that were written last. An entry goes when its result is looked for in vain.
 */
export class CacheEntries {
  readonly #use: UseStore;
  #loading: Promise<void> | undefined;
  /** By cache key, in the order in which they were written. */
  #entries = new Map<string, CacheEntry>();

  constructor(use: UseStore) {
    this.#use = use;
  }

  /** Reads the entries as a transaction finds them. */
  async load(store: IDBObjectStore): Promise<void> {
    const found = await promisifyRequest<CacheEntry[]>(
      store.getAll(keysUnder("cache")),
    );
    this.#entries = new Map(
      found
        .filter((entry) => hasProperty(entry, "cacheKey", "string"))
        .sort((one, other) => one.at - other.at)
        .map((entry) => [entry.cacheKey, entry]),
    );
    this.#loading = Promise.resolve();
  }

  /** Sees to it that the entries are known, before they are listed or some are put. */
  ready(): Promise<void> {
    if (!this.#loading) {
      this.#loading = this.#use("readonly", (store) => this.load(store));
      this.#loading.catch(() => (this.#loading = undefined));
    }
    return this.#loading;
  }

  /** Newest first. */
  list(): CacheEntry[] {
    return [...this.#entries.values()].reverse();
  }

  /**
   * Writes entries in a transaction, in which a run puts results under these keys: what was there before is not to be reused any
   * more. What it gives is to be called when that is done.
   */
  put(
    store: IDBObjectStore,
    run: string,
    resultKeys: readonly string[],
    added: readonly CacheEntry[],
  ): () => void {
    const replaced = this.#leadingTo(run, resultKeys);
    if (added.length === 0 && replaced.length === 0) return () => undefined;
    const entries = new Map(this.#entries);
    for (const { cacheKey } of replaced) {
      entries.delete(cacheKey);
      store.delete(["cache", cacheKey]);
    }
    for (const entry of added) {
      entries.delete(entry.cacheKey);
      entries.set(entry.cacheKey, entry);
    }
    for (const cacheKey of entries.keys()) {
      if (entries.size <= mostCacheEntries) break;
      entries.delete(cacheKey);
      if (this.#entries.has(cacheKey)) store.delete(["cache", cacheKey]);
    }
    for (const entry of added)
      if (entries.get(entry.cacheKey) === entry)
        store.put(entry, ["cache", entry.cacheKey]);
    return () => {
      this.#entries = entries;
    };
  }

  /** Drops the entries that say that a run has results under these keys, which it has not. */
  async drop(run: string, resultKeys: readonly string[]): Promise<void> {
    await this.ready();
    const stale = this.#leadingTo(run, resultKeys);
    if (stale.length === 0) return;
    await this.#use("readwrite", (store) => {
      for (const entry of stale) {
        // Another tab may have written one that holds.
        const found = store.get(["cache", entry.cacheKey]);
        found.onsuccess = () => {
          if (leadsToSame(entry, found.result as CacheEntry | undefined))
            store.delete(["cache", entry.cacheKey]);
        };
      }
      return promisifyRequest(store.transaction);
    });
    for (const entry of stale)
      if (leadsToSame(entry, this.#entries.get(entry.cacheKey)))
        this.#entries.delete(entry.cacheKey);
  }

  /** The entries that lead to a result which a run has under one of these keys. */
  #leadingTo(run: string, resultKeys: readonly string[]): CacheEntry[] {
    // A map has very many keys, and seldom an entry for any.
    const ofRun = [...this.#entries.values()].filter(
      (entry) => entry.run === run,
    );
    if (ofRun.length === 0) return [];
    const keys = new Set(resultKeys);
    return ofRun.filter(({ resultKey }) => keys.has(resultKey));
  }
}

function leadsToSame(one: CacheEntry, other: CacheEntry | undefined): boolean {
  return one.run === other?.run && one.resultKey === other.resultKey;
}
