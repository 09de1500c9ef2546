import { Durations } from "./durations.ts";
import type { Job } from "./jobs.ts";
import { PriorityQueue } from "./priorityQueue.ts";

/** How many small jobs a worker is given at once at most, and how much work that may be, in milliseconds. */
const mostTogether = 4000;
const longestTogether = 8;
/** What takes less, in milliseconds, is not shared out among workers: a message costs about as much. */
const worthSharing = 0.5;

/** A job that is expected to take longer than this, in milliseconds, is given to a worker alone. */
const longestSmall = 0.5;

/** Jobs that wait for a worker, by their priority, and which of them a worker is given together. */
export class JobQueue {
  readonly #waiting = new PriorityQueue<Job>();
  readonly #durations = new Durations(longestSmall);

  get size(): number {
    return this.#waiting.size;
  }

  push(job: Job): void {
    this.#waiting.push(job, job.priority);
  }

  /** The next job that somebody still wants. */
  next(): Job | undefined {
    while (this.#waiting.peek()?.isStopped) this.#waiting.shift();
    return this.#waiting.peek();
  }

  /**
   * Takes the next job, or several that are known to be small: what takes microseconds should not cost a message each. There
   * must be one; `workers` share what is there.
   */
  take(workers: number): Job[] {
    const first = this.next()!;
    this.#waiting.shift();
    const jobs = [first];
    let time = this.#expect(first);
    if (time === undefined) return jobs;
    const share = Math.ceil((this.size + 1) / workers);
    for (
      let next = this.next();
      next && jobs.length < mostTogether;
      next = this.next()
    ) {
      const more = this.#expect(next);
      if (more === undefined || time + more > longestTogether) break;
      if (jobs.length >= share && time + more > worthSharing) break;
      time += more;
      jobs.push(next);
      this.#waiting.shift();
    }
    return jobs;
  }

  /** How much work in milliseconds waits, as far as it is like what is next; Infinity if that is not known to be small. */
  expected(): number {
    const next = this.next();
    if (!next) return 0;
    return (this.#expect(next) ?? Infinity) * this.size;
  }

  /** Takes all that somebody still wants. */
  takeAll(): Job[] {
    const jobs: Job[] = [];
    for (let next = this.next(); next; next = this.next()) {
      jobs.push(next);
      this.#waiting.shift();
    }
    return jobs;
  }

  /** Takes note of how long runs of a job's task took on average, in milliseconds. */
  learn({ task }: Job, took: number | undefined, count: number): void {
    if (task) this.#durations.learn(task.request.task, took, count);
  }

  #expect({ task, isAlone }: Job): number | undefined {
    return isAlone ? undefined : task && this.#durations.expect(task.request);
  }
}
