/**
 * What has to be done after the browser was killed, before anything is written.
 *
 * When Chromium is killed while it writes a record of its LevelDB log, the next start reads the log up to there, correctly, and
 * appends to it. The start after that takes the torn record for corruption and deletes all IndexedDB databases of the site.
 * Writing enough makes LevelDB begin new logs, and the torn one is dropped while what it held is still known (measured in
 * Chromium 156: some 6 MB, about 0.2 s). Values under 64 kB go into the log; larger ones into files of their own.
 */
import { clearStaged } from "./staging.ts";
import { commit, createStore, deleteStore } from "./useStore.ts";

const storeName = "flowbook:scrub";
const rounds = 6;
const valuesPerRound = 20;
const valueSize = 52_000;
const mending = { isMending: true };

/** Makes the browser begin new log files for this site's databases, and drops what was on its way into them. */
export async function scrub(place: IDBFactory = indexedDB): Promise<void> {
  void clearStaged().catch(() => undefined);
  const { use, close } = createStore(storeName, place, mending);
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
  await deleteStore(storeName, place, mending);
}
