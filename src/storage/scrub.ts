/**
 * What has to be done after the browser was killed, before anything is written.
 *
 * When Chromium is killed while it writes a record of its LevelDB log, the next start reads the log up to there, correctly, and
 * appends to it. The start after that takes the torn record for corruption and deletes all IndexedDB databases of the site.
 * Writing enough makes LevelDB begin new logs, and the torn one is dropped while what it held is still known (measured in
 * Chromium 156: some 6 MB, about 0.2 s). Values under 64 kB go into the log; larger ones into files of their own.
 */
import { commit, createStore, deleteStore } from "./useStore.ts";

const markPrefix = "flowbook:open:";
const lockPrefix = "flowbook:page:";
const storeName = "flowbook:scrub";
const rounds = 6;
const valuesPerRound = 20;
const valueSize = 52_000;

/**
 * Says that a page is open until the page says that it goes away. Resolves with whether an earlier page never said that: it
 * crashed, or the browser was killed.
 */
export async function markOpenPage(token: string): Promise<boolean> {
  try {
    const killed = await takeDeadMarks();
    const mark = `${markPrefix}${token}`;
    const set = () => localStorage.setItem(mark, "");
    set();
    // Another page can see by the lock that this one is alive.
    void navigator.locks?.request(
      `${lockPrefix}${token}`,
      () => new Promise<void>(() => {}),
    );
    addEventListener("pagehide", () => localStorage.removeItem(mark));
    addEventListener("pageshow", set);
    return killed;
  } catch {
    // Without localStorage it cannot be known.
    return false;
  }
}

/** Makes the browser begin new log files for this site's databases. */
export async function scrub(): Promise<void> {
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

async function takeDeadMarks(): Promise<boolean> {
  const marks = Object.keys(localStorage).filter((key) =>
    key.startsWith(markPrefix),
  );
  if (marks.length === 0) return false;
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const alive = new Set(held.map(({ name }) => name));
  const dead = marks.filter(
    (mark) => !alive.has(`${lockPrefix}${mark.slice(markPrefix.length)}`),
  );
  for (const mark of dead) localStorage.removeItem(mark);
  return dead.length > 0;
}
