import { waitForMore, type Batch, type ToWorker } from "./messages.ts";

/** Jobs of a worker that are not over, as they wait a moment for more attempts. */
export class MoreAttempts {
  readonly #waiting = new Map<
    string,
    { from: number; end(more: Batch | undefined): void }
  >();

  /** What the job is given, if that comes in time; `from` is the place in it of what would come next. */
  wait(job: string, from: number): Promise<Batch | undefined> {
    return new Promise((resolve) => {
      const end = (more: Batch | undefined) => {
        clearTimeout(timer);
        this.#waiting.delete(job);
        resolve(more);
      };
      const timer = setTimeout(() => end(undefined), waitForMore);
      this.#waiting.set(job, { from, end });
    });
  }

  /** What comes too late or twice is left: who gave it hears that the job is over without it. */
  take({ job, from, ...more }: ToWorker & { type: "more" }): void {
    const waiting = this.#waiting.get(job);
    if (waiting?.from === from) waiting.end(more);
  }

  /** Lets a job go, or all. */
  end(job?: string): void {
    for (const [id, waiting] of [...this.#waiting])
      if (job === undefined || job === id) waiting.end(undefined);
  }
}
