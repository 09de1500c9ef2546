/** Which pages are open, so that it is known of one that it never went away (scrub.ts). */
import { promisifyRequest } from "idb-keyval";
import type { CopyPlace } from "./coldCopy.ts";
import { commit, createStore, isDoubtful } from "./useStore.ts";

const marksName = "open-pages";

/**
 * Says that a page is open until the page says that it goes away. If an earlier page never said that, since it crashed or the
 * browser was killed, `mend` is awaited before anything is written; resolves with whether that was so.
 *
 * The marks are in `place`, whose LevelDB is not that of the databases: what a page writes there is on disk when it is done,
 * while Chromium keeps localStorage in memory for some seconds. Without such a place nothing has to be mended.
 */
export async function markOpenPage(
  token: string,
  place: CopyPlace,
  mend: () => Promise<void>,
): Promise<boolean> {
  try {
    const factory = await place();
    if (!factory) return false;
    const { use } = createStore(marksName, factory);
    // The disk that was full when the browser was killed may be full still: reading tells of it all the same.
    const marks = await use("readonly", (store) =>
      promisifyRequest(store.getAllKeys()),
    );
    const { held = [] } = await navigator.locks.query();
    const alive = new Set(held.map(({ name }) => name));
    const dead = marks.filter((mark) => !alive.has(lockOf(String(mark))));
    const wasKilled = dead.length > 0;
    // Another page can see by the lock that this one is alive.
    void navigator.locks.request(
      lockOf(token),
      () => new Promise<void>(() => {}),
    );
    const set = (isOpen: boolean) =>
      use("readwrite", (store) => {
        if (isOpen) store.put(true, token);
        else store.delete(token);
        if (!isDoubtful()) for (const mark of dead) store.delete(mark);
        return commit(store);
      }).catch(() => undefined);
    // What is torn is mended before anything else is written: by the next page, if not by this one.
    addEventListener("pagehide", () => isDoubtful() || void set(false));
    addEventListener("pageshow", (event) => {
      if ((event as PageTransitionEvent).persisted) void set(true);
    });
    // The marks of before say so to the next page as long as this is not done.
    const isWhole =
      !wasKilled ||
      (await mend().then(
        () => true,
        () => false,
      ));
    if (isWhole) await set(true);
    return wasKilled;
  } catch {
    // A private window may have no such place.
    return false;
  }
}

function lockOf(token: string): string {
  return `flowbook:page:${token}`;
}
