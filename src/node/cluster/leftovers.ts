import { setTimeout as wait } from "node:timers/promises";
import type { Queue } from "bullmq";
import { keepFor, type JobData, type JobReturn } from "./messages.ts";

/** How long a job that is of no use any more may stay, in milliseconds. */
const removeAfter = 250;

/** How often it is tried again where its worker is at it still, until that is left to the end of the run. */
const mostTries = 20;

/** How often what cannot be removed yet is tried again at the end, and after how long each time, in milliseconds. */
const farewells = 3;
const farewellAfter = 10;

/** What the queue has of a run and nobody needs any more. */
export class Leftovers {
  readonly #queue: Queue<JobData, JobReturn>;
  readonly #run: string;
  /** Jobs that nobody needs any more, and how often it was tried in vain to remove each. */
  readonly #done = new Map<string, number>();
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(queue: Queue<JobData, JobReturn>, run: string) {
    this.#queue = queue;
    this.#run = run;
  }

  /** Removes a job; not at once, so that what goes into the queue need not wait for that. */
  remove(id: string): void {
    this.#removeLater(id, 0);
  }

  #removeLater(id: string, tries: number): void {
    if (this.#isClosed || tries > mostTries) return;
    this.#done.set(id, tries);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const jobs = [...this.#done];
      this.#done.clear();
      for (const job of jobs) void this.#removeOrLater(...job);
    }, removeAfter);
  }

  /** A worker tells that a job is over before the queue has heard of it, which may take long on a busy machine. */
  async #removeOrLater(id: string, tries: number): Promise<void> {
    const removed = await this.#queue.remove(id).catch(() => 0);
    if (removed !== 1) this.#removeLater(id, tries + 1);
  }

  /** Removes what drives before this one have left, and what coordinators have that vanished for good. */
  async removeOld(drive: string): Promise<void> {
    await this.#clean((other) => other !== drive);
    for (const kind of ["completed", "failed"] as const)
      await this.#queue.clean(keepFor * 1000, 1000, kind);
  }

  /** Removes all jobs of the run; false if workers are at some still. */
  async removeAll(): Promise<boolean> {
    for (let tries = 0; tries <= farewells; tries += 1) {
      // The last worker may wait for more still.
      if (tries > 0) await wait(farewellAfter);
      if (await this.#clean(() => true)) return true;
    }
    return false;
  }

  /** What is to be removed yet is not; see {@link removeAll}. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Removes the run's jobs of these drives, except those that a worker is at; true if there are none of these. */
  async #clean(isOld: (drive: string) => boolean): Promise<boolean> {
    const jobs = await this.#queue.getJobs([
      ...(["waiting", "prioritized", "active"] as const),
      ...(["completed", "failed"] as const),
    ]);
    const removed = await Promise.all(
      // A job may vanish while it is looked at.
      jobs.map(async (job) => {
        const data = job?.data as JobData | undefined;
        if (data?.run !== this.#run || !isOld(data.drive)) return true;
        return (await this.#queue.remove(job.id!).catch(() => 0)) === 1;
      }),
    );
    return removed.every((isRemoved) => isRemoved);
  }
}
