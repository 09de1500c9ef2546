import type { WorkerPool } from "./workerPool.ts";

/** How long nothing has to happen until the next run is made ready for, in milliseconds: what somebody waits for goes first. */
const quiet = 1_000;

/**
 * Has the sandbox of the next run made ready, and a first worker in it, while nothing goes on. Together they take some 150 ms
 * to start, which whoever presses Run would wait for.
 */
export class Standby {
  readonly #open: () => Promise<WorkerPool> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** `open` gives the sandbox; nothing while a run has it. */
  constructor(open: () => Promise<WorkerPool> | undefined) {
    this.#open = open;
  }

  /** Something was done: it is made ready when nothing more has come for a while. */
  soon(): void {
    clearTimeout(this.#timer);
    if (!this.#isClosed)
      this.#timer = setTimeout(() => void this.#prepare(), quiet);
  }

  /** Nothing is made ready any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #prepare(): Promise<void> {
    // A sandbox that cannot be had is told of when it is needed.
    const pool = await this.#open()?.catch(() => undefined);
    pool?.prepare([]);
  }
}
