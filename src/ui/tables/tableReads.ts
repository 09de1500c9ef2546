/** A view that somebody looks at may take this long, as a SQL cell may. */
const limit = 30_000;
/** And this long when nobody does any more: to start the database again costs others more than most views take. */
const patience = 1_000;

/** Settles when nothing is read any more that nobody looks at: what is asked meanwhile would be ended with it. */
let left: Promise<unknown> = Promise.resolve();

/** What somebody who looks at a table or a view reads of it. Views compute their rows, so those end when they take too long. */
export class TableReads {
  /** Ends what the database is at. */
  readonly stop: () => void;
  /** The reads of views that have not ended, each with the end of its time. */
  readonly #timers = new Map<Promise<unknown>, ReturnType<typeof setTimeout>>();
  #hasLeft = false;

  constructor(stop: () => void) {
    this.stop = stop;
  }

  async read<T>(isView: boolean, ask: () => Promise<T>): Promise<T> {
    await left;
    if (this.#hasLeft) throw new Error("left");
    const rows = ask();
    if (!isView) return rows;
    this.#timers.set(rows, setTimeout(this.stop, limit));
    try {
      return await rows;
    } finally {
      clearTimeout(this.#timers.get(rows));
      this.#timers.delete(rows);
    }
  }

  /** Nobody looks at it any more. */
  leave(): void {
    this.#hasLeft = true;
    const reads = [...this.#timers.keys()];
    if (reads.length === 0) return;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    left = new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.stop();
        resolve();
      }, patience);
      void Promise.allSettled(reads).then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
