/** What is kept of a notebook besides its rows and files, as one list: for a file that takes it along. */
import { promisifyRequest } from "idb-keyval";
import type { CacheEntry } from "../core/cache.ts";
import type { KeptEntry } from "../core/kept.ts";
import { keysUnder, readEntries } from "./useStore.ts";

/** All but the results, which are not all in one place. */
export async function readKept(store: IDBObjectStore): Promise<KeptEntry[]> {
  const [events, logs, cache, outputs, writers] = await Promise.all([
    readEntries<["events", string, number]>(store, keysUnder("events")),
    readEntries<["logs", string, number]>(store, keysUnder("logs")),
    readEntries<["cache", string]>(store, keysUnder("cache")),
    readEntries<["outputs", string]>(store, keysUnder("outputs")),
    readEntries<["table", string]>(store, keysUnder("table")),
  ]);
  return [
    ...[...events, ...logs].map(([[kind, run, key], value]) => ({
      kind,
      run,
      key,
      value,
    })),
    ...[...cache, ...outputs].map(([[kind, key], value]) => ({
      kind,
      run: "",
      key,
      value,
    })),
    ...writers.map(([[, key], value]) => ({
      kind: "writer" as const,
      run: "",
      key,
      value,
    })),
  ];
}

/** Puts the entries of runs in the place of what a transaction finds of them; gives the cache entries among them, which it leaves. */
export function putKept(
  store: IDBObjectStore,
  entries: readonly KeptEntry[],
): CacheEntry[] {
  const runs = new Set(entries.map(({ run }) => run).filter(Boolean));
  for (const run of runs)
    for (const kind of ["events", "logs", "result", "results"])
      store.delete(keysUnder(kind, run));
  const cache: CacheEntry[] = [];
  for (const { kind, run, key, value } of entries)
    if (kind === "cache") cache.push(value as CacheEntry);
    else if (kind === "outputs") store.put(value, [kind, key]);
    else if (kind === "writer") store.put(value, ["table", key]);
    else store.put(kind === "result" ? { value } : value, [kind, run, key]);
  return cache;
}

/** The keys of all results, by run. */
export async function resultKeys(
  store: IDBObjectStore,
): Promise<Map<string, Set<string>>> {
  const [singles, packs] = await Promise.all([
    promisifyRequest(store.getAllKeys(keysUnder("result"))) as Promise<
      [string, string, string][]
    >,
    readEntries<[string, string, number], { keys: readonly string[] }>(
      store,
      keysUnder("results"),
    ),
  ]);
  const found = new Map<string, Set<string>>();
  const add = (run: string, key: string) => {
    const keys = found.get(run);
    if (keys) keys.add(key);
    else found.set(run, new Set([key]));
  };
  for (const [, run, key] of singles) add(run, key);
  for (const [[, run], { keys }] of packs)
    for (const key of keys) add(run, key);
  return found;
}
