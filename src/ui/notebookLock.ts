import { noteHeld, takeHeld } from "./heldNotebook.ts";
import type { TabMessages } from "./tabMessages.ts";

/** How long a tab that is asked to let go may take to write what it has; one that is frozen never answers. */
const patience = 1_000;

/** What happens to the right to change the open notebook. */
export interface LockListener {
  /** Another tab takes it; that one waits a moment until the promise settles. */
  lost(notebook: string): Promise<void>;
  /** The tab that had it has let it go: it is ours. */
  won(notebook: string): void;
}

/**
 * The right to change a notebook, which one tab of this browser has at a time: a Web Lock, held as long as the notebook is
 * open. That a tab which lost it without noticing writes nothing any more is seen to by the store and the library.
 */
export class NotebookLock {
  readonly #messages: TabMessages;
  readonly #listener: LockListener;
  #notebook = "";
  #isHeld = false;
  /** The notebook that this tab had before it was loaded again, until one is asked for. */
  #heldBefore = takeHeld();
  /** Lets go of the lock, or ceases to wait for it. */
  #leave: () => void = () => {};
  /** Ends the mark that somebody works in it here, if there is one. */
  #endWork: (() => void) | undefined;

  constructor(messages: TabMessages, listener: LockListener) {
    this.#messages = messages;
    this.#listener = listener;
  }

  /**
   * Asks for a notebook, letting go of the one before. If another tab has it, this one is next in line. What was read of it
   * before that may be out of date: the other tab may have written it since.
   */
  async acquire(notebook: string): Promise<boolean> {
    // The browser takes a moment to release a lock; ours would look like another tab's.
    if (notebook === this.#notebook && this.#isHeld) return true;
    this.release();
    this.#notebook = notebook;
    // Without Web Locks there is nobody who could tell; the store refuses whoever was overtaken.
    if (!("locks" in navigator)) return true;
    const isOurs = await this.#request({ ifAvailable: true });
    const wasOurs = this.#heldBefore === notebook;
    this.#heldBefore = undefined;
    if (isOurs) return true;
    const isBack = wasOurs && !(await isHeld(workName(notebook)));
    if (isBack) await this.takeOver();
    else this.#waitInLine();
    return isBack;
  }

  /** Somebody changes or runs something in a notebook here, if it is this lock's: from now on a tab that had the notebook before, and is loaded again, follows. */
  noteWork(notebook: string | undefined): void {
    if (!this.#isHeld || this.#endWork || notebook !== this.#notebook) return;
    const working = new Promise<void>((end) => (this.#endWork = end));
    navigator.locks
      .request(workName(this.#notebook), () => working)
      .catch(() => undefined);
  }

  /** The page goes away: if it is loaded again, it has its notebook again. */
  noteHeld(): void {
    if (this.#isHeld) noteHeld(this.#notebook);
  }

  /** Takes the notebook from the tab that has it, once that one has written what it has. */
  async takeOver(): Promise<void> {
    const notebook = this.#notebook;
    this.release();
    this.#notebook = notebook;
    const yielded = this.#untilYielded(notebook);
    await this.#request({ steal: true });
    await yielded;
  }

  /** Whether another tab may change a notebook that is not open in this one. */
  async isElsewhere(notebook: string): Promise<boolean> {
    if (notebook === this.#notebook || !("locks" in navigator)) return false;
    return isHeld(lockName(notebook));
  }

  release(): void {
    this.#leave();
    this.#forget();
    this.#notebook = "";
  }

  /** The lock is not ours any more. */
  #forget(): void {
    this.#isHeld = false;
    this.#leave = () => {};
    this.#endWork?.();
    this.#endWork = undefined;
  }

  /** Resolves with whether the lock was granted; then holds it. */
  #request(options: LockOptions): Promise<boolean> {
    return new Promise((resolve) => {
      const notebook = this.#notebook;
      let isGranted = false;
      const holding = navigator.locks.request(
        lockName(notebook),
        options,
        (lock) => {
          resolve(lock !== null);
          if (!lock) return undefined;
          isGranted = this.#isHeld = true;
          return new Promise<void>((release) => (this.#leave = release));
        },
      );
      holding.catch(() => {
        resolve(false);
        // One that was waiting and gave up has nothing to lose.
        if (isGranted && this.#isHeld && this.#notebook === notebook)
          void this.#lose(notebook);
      });
    });
  }

  #waitInLine(): void {
    const notebook = this.#notebook;
    const waiting = new AbortController();
    this.#leave = () => waiting.abort();
    void this.#request({ signal: waiting.signal }).then((isOurs) => {
      if (isOurs) this.#listener.won(notebook);
    });
  }

  async #lose(notebook: string): Promise<void> {
    this.#forget();
    try {
      await this.#listener.lost(notebook);
    } finally {
      this.#messages.send({ type: "yielded", notebook });
      if (this.#notebook === notebook) this.#waitInLine();
    }
  }

  #untilYielded(notebook: string): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(), patience);
      const stop = this.#messages.listen((message) => {
        if (message.type === "yielded" && message.notebook === notebook) done();
      });
      function done(): void {
        clearTimeout(timer);
        stop();
        resolve();
      }
    });
  }
}

/** The name of the lock that the tab holds which may change a notebook. */
export function lockName(notebook: string): string {
  return `flowbook:${notebook}`;
}

/** The name of the lock that says that somebody has worked in a notebook since its tab has it. */
function workName(notebook: string): string {
  return `flowbook-work:${notebook}`;
}

async function isHeld(lock: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === lock);
}
