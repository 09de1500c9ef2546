import { Durations } from "../../engine/durations.ts";
import { PriorityQueue } from "../../engine/priorityQueue.ts";
import type { Wanted } from "./queueJob.ts";

/** What takes longer, in milliseconds, is a job of its own. */
const longestSmall = 2;

/** How many small attempts go together at most, and how much work that may be, in milliseconds. */
const mostTogether = 100;
const longestTogether = 10;

/** Attempts that are given to no worker yet, and which of them go together. */
export class WaitingAttempts {
  readonly #isWanted: (wanted: Wanted) => boolean;
  readonly #queue = new PriorityQueue<Wanted>();
  readonly #durations = new Durations(longestSmall);

  /** Those that nobody wants any more are left out. */
  constructor(isWanted: (wanted: Wanted) => boolean) {
    this.#isWanted = isWanted;
  }

  get size(): number {
    return this.#queue.size;
  }

  push(wanted: Wanted): void {
    this.#queue.push(wanted, wanted.request.priority);
  }

  /** Takes note of how long an attempt of a task took, in milliseconds. */
  learn(task: string, took: number): void {
    this.#durations.learn(task, took, 1);
  }

  /** The next attempt, without taking it. */
  next(): Wanted | undefined {
    let next = this.#queue.peek();
    while (next && !this.#isWanted(next)) {
      this.#queue.shift();
      next = this.#queue.peek();
    }
    return next;
  }

  /**
   * Takes the next attempt, or several that are known to be small, up to a share: what takes microseconds should not cost a
   * message each.
   */
  take(share: number): Wanted[] {
    const parts: Wanted[] = [];
    let time = 0;
    for (let next = this.next(); next; next = this.next()) {
      // What was lost before may be why, so it goes alone.
      const expected =
        next.count === 1 ? this.#durations.expect(next.request) : undefined;
      time += expected ?? Infinity;
      const isMore = parts.length > 0;
      if (isMore && (time > longestTogether || parts.length >= share)) break;
      parts.push(next);
      this.#queue.shift();
      if (parts.length === mostTogether || time > longestTogether) break;
    }
    return parts;
  }
}
