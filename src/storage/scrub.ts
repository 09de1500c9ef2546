/**
 * What has to be done after the browser was killed, before anything is written.
 *
 * When Chromium is killed while it writes a record of its LevelDB log, the next start reads the log up to there, correctly, and
 * appends to it. The start after that takes the torn record for corruption and deletes all IndexedDB databases of the site.
 * Writing enough makes LevelDB begin new logs, and the torn one is dropped while what it held is still known (measured in
 * Chromium 156: some 6 MB, about 0.2 s). Values under 64 kB go into the log; larger ones into files of their own.
 */
import { promisifyRequest } from "idb-keyval";
import type { CopyPlace } from "./coldCopy.ts";
import { clearStaged } from "./staging.ts";
import { commit, createStore, deleteStore } from "./useStore.ts";

const marksName = "open-pages";
const storeName = "flowbook:scrub";
const rounds = 6;
const valuesPerRound = 20;
const valueSize = 52_000;

/**
 * Says that a page is open until the page says that it goes away. Resolves with whether an earlier page never said that: it
 * crashed, or the browser was killed.
 *
 * The marks are in `place`, whose LevelDB is not that of the databases: what a page writes there is on disk when it is done,
 * while Chromium keeps localStorage in memory for some seconds. Without such a place nothing has to be mended.
 */
export async function markOpenPage(
  token: string,
  place: CopyPlace,
): Promise<boolean> {
  try {
    const factory = await place();
    if (!factory) return false;
    const { use } = createStore(marksName, factory);
    const { held = [] } = await navigator.locks.query();
    const alive = new Set(held.map(({ name }) => name));
    const wasKilled = await use("readwrite", async (store) => {
      const marks = await promisifyRequest(store.getAllKeys());
      const dead = marks.filter((mark) => !alive.has(lockOf(String(mark))));
      for (const mark of dead) store.delete(mark);
      store.put(true, token);
      await commit(store);
      return dead.length > 0;
    });
    // Another page can see by the lock that this one is alive.
    void navigator.locks.request(
      lockOf(token),
      () => new Promise<void>(() => {}),
    );
    const set = (isOpen: boolean) =>
      void use("readwrite", (store) => {
        if (isOpen) store.put(true, token);
        else store.delete(token);
        return commit(store);
      }).catch(() => undefined);
    addEventListener("pagehide", () => set(false));
    addEventListener("pageshow", (event) => {
      if ((event as PageTransitionEvent).persisted) set(true);
    });
    return wasKilled;
  } catch {
    // A private window may have no such place.
    return false;
  }
}

/** Makes the browser begin new log files for this site's databases, and drops what was on its way into them. */
export async function scrub(): Promise<void> {
  void clearStaged().catch(() => undefined);
  const { use, close } = createStore(storeName);
  // Noise, for LevelDB compresses.
  const bytes = new Uint8Array(valueSize);
  for (let round = 0; round < rounds; round += 1)
    await use("readwrite", (store) => {
      for (let at = 0; at < valuesPerRound; at += 1) {
        crypto.getRandomValues(bytes);
        store.put(bytes, at);
      }
      return commit(store);
    });
  close();
  await deleteStore(storeName);
}

function lockOf(token: string): string {
  return `flowbook:page:${token}`;
}
