import type { Queue } from "bullmq";

/** How long a worker may be kept from jobs that may wait for it, in milliseconds. */
const longestHold = 200;

/** How old what is known of the queue may be until it is looked up again, in milliseconds. */
const freshFor = 100;

/** Whether jobs wait in the queue, this coordinator's or those of others: as long as none do, a worker can be kept. */
export class WaitingJobs {
  readonly #queue: Pick<Queue, "getJobCountByTypes">;
  #noneAt = -Infinity;
  #isLooking = false;

  constructor(queue: Pick<Queue, "getJobCountByTypes">) {
    this.#queue = queue;
  }

  /** Whether a worker that has been kept for so many milliseconds may be kept on: for a while in any case. */
  mayHold(held: number): boolean {
    if (held < freshFor) return true;
    const noneSince = performance.now() - this.#noneAt;
    if (noneSince >= freshFor) void this.#look();
    return Math.min(held, noneSince) < longestHold;
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const at = performance.now();
    try {
      const count = await this.#queue.getJobCountByTypes("wait", "prioritized");
      if (count === 0) this.#noneAt = at;
    } catch {
      // Then nothing is known.
    } finally {
      this.#isLooking = false;
    }
  }
}
