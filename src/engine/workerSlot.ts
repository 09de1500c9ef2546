import { toBatch, type Job } from "./jobs.ts";
import type { GivePort } from "./supplies.ts";
import { MessageMeter } from "./messageMeter.ts";
import type { ToWorker } from "./protocol.ts";
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
  /** It is known that the worker is at the current one. */
  hasBegun?: boolean;
  /** Ends the worker when a job takes too long, or giving back those that have not begun does; or ends the wait for its cells. */
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** A worker, and what it is at. */
export interface Slot {
  worker: TaskWorker;
  /** It has said that it is there. */
  hasBegun: boolean;
  /** It has been sent the notebook, and takes jobs. */
  isReady: boolean;
  /** It has been given a task: with the first one it evaluates the cells. */
  hasWorked?: boolean;
  /** When it was given that, in milliseconds from any moment on, until it says that the task's function begins. */
  evaluatesSince?: number | undefined;
  /** What it has been given is the last that it gets. */
  isSpoiled?: boolean;
  work: Work | undefined;
  meter: MessageMeter;
  /** Settles when all files that it asked for have been sent. */
  supplied: Promise<void>;
}

/** A worker that has said nothing yet. */
export function makeSlot(worker: TaskWorker): Slot {
  return {
    worker,
    hasBegun: false,
    isReady: false,
    work: undefined,
    meter: new MessageMeter(),
    supplied: Promise.resolve(),
  };
}

/** The message with which a worker gets jobs. After what the first task needs is evaluated it says that the task begins. */
export function messageFor(
  slot: Slot,
  first: number,
  jobs: readonly Job[],
): ToWorker {
  if (jobs.length > 1) return toBatch(first, jobs);
  const message = jobs[0]!.message(first);
  if (message.type !== "run" || slot.hasWorked) return message;
  slot.hasWorked = true;
  slot.evaluatesSince = performance.now();
  return { ...message, tellsBegin: true };
}

/** Whether the worker is busy with that job. */
export function isAt({ work }: Slot, number: number): boolean {
  return work !== undefined && work.first + work.done === number;
}

/** Hands ports of the database to a worker as long as it is at that job. */
export function giverOf(slot: Slot, number: number): GivePort {
  return (port, isReading = false) => {
    if (!isAt(slot, number)) return port?.close();
    slot.worker.post(
      { type: "database", job: number, port, isReading },
      port ? [port] : [],
    );
  };
}

/** The job of that number, if the worker is busy with it. */
export function jobAt(slot: Slot, number: number): Job | undefined {
  const { work } = slot;
  return isAt(slot, number) ? work?.jobs[work.done] : undefined;
}

/** The jobs that are not known to be over and that somebody still wants. */
export function left({ jobs, done }: Work): Job[] {
  return jobs.slice(done).filter(({ isStopped }) => !isStopped);
}

/**
 * What a worker that is gone was at, and what else it was to do. If it has not said which of several it was at, each is done
 * alone: then the one that ends its worker is found, and no other is blamed.
 */
export function divide(work: Work | undefined): {
  current: Job | undefined;
  others: readonly Job[];
} {
  const jobs = work?.jobs.slice(work.done) ?? [];
  if (work?.hasBegun || jobs.length < 2)
    return { current: jobs[0], others: jobs.slice(1) };
  for (const job of jobs) job.isAlone = true;
  return { current: undefined, others: jobs };
}

/** How long the cells of an attempt that tells when it begins may take before that counts as its own time, in milliseconds. */
export const longestEvaluation = 30_000;

/**
 * Gives jobs to a worker. One alone has begun at once; one with a timeout or a rate only when the worker says so, because its
 * function cannot help how long the cells take. Where they never end, it is the timeout that ends the attempt.
 */
export function occupy(slot: Slot, first: number, jobs: readonly Job[]): Work {
  const work: Work = {
    first,
    jobs,
    done: 0,
    lines: 0,
    database: undefined,
    timer: undefined,
  };
  slot.work = work;
  if (jobs[0]!.task?.request.tellsBegin)
    work.timer = setTimeout(() => begin(work), longestEvaluation);
  else if (jobs.length === 1) begin(work);
  return work;
}

/** Counts the time of a job from now on, if it may take only so long; `end` is called with the message when that is over. */
export function startLimit(
  work: Work,
  { limit }: Job,
  end: (message: string) => void,
): void {
  if (!limit) return;
  clearTimeout(work.timer);
  work.timer = setTimeout(() => end(limit.message), limit.after);
}

/** The worker is at the current one of its jobs, which is told once. */
export function begin(work: Work): void {
  if (work.hasBegun) return;
  work.hasBegun = true;
  const { task, isStopped } = work.jobs[work.done]!;
  if (!isStopped) task?.listener.started(task.request);
}

/** Takes what it has to do off a worker. */
export function release(slot: Slot): Work | undefined {
  const { work } = slot;
  slot.work = undefined;
  clearTimeout(work?.timer);
  return work;
}

/** Takes back the jobs that come after the one that it is at. */
export function takeBack(work: Work): readonly Job[] {
  const { jobs, done } = work;
  clearTimeout(work.timer);
  work.timer = undefined;
  work.jobs = jobs.slice(0, done + 1);
  return jobs.slice(done + 1);
}
