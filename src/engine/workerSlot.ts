import type { Job } from "./jobs.ts";
import type { TaskWorker } from "./workerPool.ts";

/** Jobs that a worker has been given to do one after the other. */
export interface Work {
  /** The number of the first; the others follow. */
  first: number;
  jobs: readonly Job[];
  /** How many of them are over. */
  done: number;
  /** Lines that the current one has logged. */
  lines: number;
  /** The job that the database was last opened for; each is given one port to it. */
  database: number | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** A worker, and what it is at. */
export interface Slot {
  worker: TaskWorker;
  /** It has said that it is there. */
  hasBegun: boolean;
  /** It has been sent the notebook, and takes jobs. */
  isReady: boolean;
  work: Work | undefined;
}

/** Whether the worker is busy with that job. */
export function isAt({ work }: Slot, number: number): boolean {
  return work !== undefined && work.first + work.done === number;
}

/** Takes what it has to do off a worker. */
export function release(slot: Slot): Work | undefined {
  const { work } = slot;
  slot.work = undefined;
  clearTimeout(work?.timer);
  return work;
}
