/** What the tests do to what is stored, between a kill and the next start: to see that they see it, or what comes of it. */
import type { Page } from "@playwright/test";
import { readdir, stat, truncate } from "node:fs/promises";
import { join } from "node:path";

/** What is done to a notebook's store, each of them something that a store without transactions could come to. */
export const damages = [
  "the last delta is missing",
  "pages of an earlier moment",
  "states of an earlier moment",
  "segments of a later moment",
] as const;

export type Damage = (typeof damages)[number];

/** Keeps a copy of what a notebook's store holds, as the earlier moment for {@link damageStore}. */
export function keepStore(page: Page, notebook: string): Promise<void> {
  return page.evaluate(keepInPage, notebook);
}

/** Damages a notebook's store. Says whether there was anything to damage. */
export function damageStore(
  page: Page,
  notebook: string,
  damage: Damage,
): Promise<boolean> {
  return page.evaluate(damageInPage, { notebook, damage });
}

/** In the page: copies the entries into a database of their own. */
async function keepInPage(notebook: string): Promise<void> {
  const from = await open(`flowbook:${notebook}`);
  const to = await open(`kept:${notebook}`);
  const source = from.transaction("entries").objectStore("entries");
  const keys = source.getAllKeys();
  const values = source.getAll();
  await done(source.transaction);
  const target = to.transaction("entries", "readwrite").objectStore("entries");
  for (const [at, key] of keys.result.entries())
    target.put(values.result[at], key);
  await done(target.transaction);
  from.close();
  to.close();

  function open(name: string): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () =>
        request.result.createObjectStore("entries");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error as DOMException);
    });
  }
  function done(transaction: IDBTransaction): Promise<void> {
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error as DOMException);
    });
  }
}

/** In the page. */
async function damageInPage({
  notebook,
  damage,
}: {
  notebook: string;
  damage: Damage;
}): Promise<boolean> {
  const now = await read(`flowbook:${notebook}`);
  const kept = await read(`kept:${notebook}`);
  const { entries, database } = now;
  const store = database
    .transaction("entries", "readwrite")
    .objectStore("entries");
  const isOf = (key: IDBValidKey, kind: string) =>
    Array.isArray(key) && key[0] === kind;
  /** Makes the entries of a kind what they were. */
  const putBack = (kind: string) => {
    for (const [, { key }] of entries) if (isOf(key, kind)) store.delete(key);
    for (const [, { key, value }] of kept.entries)
      if (isOf(key, kind)) store.put(value, key);
  };
  const putBackLayout = () => {
    const { value } = entries.get('"manifest"')!;
    const before = kept.entries.get('"manifest"')!.value;
    const { database } = before as { database: unknown };
    store.put({ ...(value as object), database }, "manifest");
  };
  const deltas = [...entries.values()].filter(({ key }) => isOf(key, "delta"));
  let isDamaged = true;
  switch (damage) {
    case "the last delta is missing":
      isDamaged = deltas.length > 0;
      if (isDamaged) store.delete(deltas.at(-1)!.key);
      break;
    case "pages of an earlier moment":
      putBack("segment");
      putBack("delta");
      putBackLayout();
      break;
    case "states of an earlier moment":
      putBack("events");
      break;
    case "segments of a later moment":
      putBack("delta");
      putBack("events");
      putBackLayout();
      break;
  }
  await new Promise((resolve, reject) => {
    store.transaction.oncomplete = resolve;
    store.transaction.onabort = () => reject(store.transaction.error as Error);
  });
  database.close();
  kept.database.close();
  return isDamaged;

  async function read(name: string) {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error as DOMException);
    });
    const source = database.transaction("entries").objectStore("entries");
    const keys = source.getAllKeys();
    const values = source.getAll();
    await new Promise((resolve) => (source.transaction.oncomplete = resolve));
    const entries = new Map(
      keys.result.map((key, at) => [
        JSON.stringify(key),
        { key, value: values.result[at] as unknown },
      ]),
    );
    return { database, entries };
  }
}

/**
 * Cuts off the end of the log that IndexedDB wrote last, as if the browser had died in the middle of a write: what is left ends
 * in half a record. Gives the file's size before.
 */
export async function tearLog(profile: string, bytes: number): Promise<number> {
  const folder = join(profile, "Default", "IndexedDB");
  const files = await readdir(folder, { recursive: true });
  const logs = await Promise.all(
    files
      .filter((file) => file.endsWith(".log"))
      .map(async (file) => {
        const path = join(folder, file);
        const { size, mtimeMs } = await stat(path);
        return { path, size, mtimeMs };
      }),
  );
  const [newest] = logs.sort((one, other) => other.mtimeMs - one.mtimeMs);
  if (!newest) throw new Error("The profile has no log of IndexedDB.");
  await truncate(newest.path, Math.max(0, newest.size - bytes));
  return newest.size;
}
