/** Which pages are open, so that it is known of one that it never went away (scrub.ts). */
import { promisifyRequest } from "idb-keyval";
import type { CopyPlace } from "./coldCopy.ts";
import { commit, createStore, isDoubtful } from "./useStore.ts";

const marksName = "open-pages";

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
    // What is torn is mended before anything else is written: by the next page, if not by this one.
    addEventListener("pagehide", () => isDoubtful() || set(false));
    addEventListener("pageshow", (event) => {
      if ((event as PageTransitionEvent).persisted) set(true);
    });
    return wasKilled;
  } catch {
    // A private window may have no such place.
    return false;
  }
}

function lockOf(token: string): string {
  return `flowbook:page:${token}`;
}
