import type { AttemptRequest } from "./executor.ts";

/** As many runs of a task have to be known before the next ones are expected to be like them. */
const fewest = 2;

/** How long runs of each task took, to tell those that are small. */
export class Durations {
  readonly #known = new Map<string, { count: number; average: number }>();
  readonly #longestSmall: number;

  /** What is expected to take longer, in milliseconds, is not small. */
  constructor(longestSmall: number) {
    this.#longestSmall = longestSmall;
  }

  /** How long an attempt is expected to take, in milliseconds, if it is small enough to be made together with others; else undefined. */
  expect(request: AttemptRequest): number | undefined {
    if (!request.isPlain) return undefined;
    const known = this.#known.get(request.task);
    return known && known.count >= fewest && known.average <= this.#longestSmall
      ? known.average
      : undefined;
  }

  /** Takes note of how long runs of a task took on average. */
  learn(task: string, took: number | undefined, count: number): void {
    if (took === undefined) return;
    const known = this.#known.get(task);
    if (!known) {
      this.#known.set(task, { count, average: took });
      return;
    }
    known.count += count;
    // One run moves the average a little; what many took together says more than all that was known: the first ones were slow.
    known.average += ((took - known.average) * count) / (count + 3);
  }
}
