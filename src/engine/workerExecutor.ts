import { FlowError, fromErrorData, toErrorData } from "../core/errors.ts";
import type { Program } from "../notebook/compile/program.ts";
import { attemptKey } from "./attempt.ts";
import type { AttemptListener, AttemptRequest, Executor } from "./executor.ts";
import type {
  AttemptId,
  FromWorker,
  Output,
  ToWorker,
  TraceReport,
} from "./protocol.ts";
import type { TaskWorker, WorkerPool } from "./workerPool.ts";

/** What workers get of the outside, through the engine. */
export interface Supplies {
  /** Opens the database for an attempt; the port is handed to its worker. */
  openDatabase(attempt: AttemptId, write: boolean): Promise<MessagePort>;
  readFile(name: string): Promise<ArrayBuffer>;
  /** The script of a library that cells use, such as Plot. */
  library(name: string): Promise<string>;
}

/** What the workers of an executor are made with. */
export interface WorkerSetup {
  program: Program;
  hosts: readonly string[];
}

/** A job that a worker is given: an attempt of a task, a cell to view, or the flows to trace. */
interface Job {
  key: string;
  attempt: AttemptId;
  mayWrite: boolean;
  message: (job: number) => ToWorker;
  /** How long it may take, from when a worker has it. */
  limit?: TimeLimit;
  started(): void;
  receive(message: FromWorker): void;
  lost(message: string): void;
}

/** Ends a job after so many milliseconds, with that message. */
export interface TimeLimit {
  after: number;
  message: string;
}

interface Slot {
  worker: TaskWorker;
  isReady: boolean;
  job:
    | {
        number: number;
        job: Job;
        lines: number;
        timer: ReturnType<typeof setTimeout> | undefined;
      }
    | undefined;
}

/** Lines of the log that one job may write; the rest is dropped, so that a flood fills neither memory nor disk. */
const mostLines = 10_001;

/** How many workers in a row may die before they are ready, until the sandbox counts as broken. */
const mostFailures = 3;

/** Libraries by the names that cells use them under. */
const libraryOf: Readonly<Record<string, string>> = {
  Plot: "plot",
  d3: "plot",
};

/**
 * Runs jobs in task workers, one at a time in each, at most `limit` at once, first come first served.
 * One worker more is kept ready, so that a job which was stopped does not make the next one wait for a start.
 */
export class WorkerExecutor implements Executor {
  #pool: WorkerPool;
  #limit: number;
  #supplies: Supplies;
  #setup: Promise<ToWorker>;
  #slots = new Set<Slot>();
  #queue: Job[] = [];
  #nextJob = 1;
  #failures = 0;
  #isClosed = false;

  constructor(
    pool: WorkerPool,
    limit: number,
    setup: WorkerSetup,
    supplies: Supplies,
  ) {
    this.#pool = pool;
    this.#limit = limit;
    this.#supplies = supplies;
    this.#setup = this.#prepare(setup);
    this.#spawn();
  }

  start(request: AttemptRequest, listener: AttemptListener): void {
    this.#enqueue({
      key: attemptKey(request),
      attempt: request,
      mayWrite: true,
      message: (job) => ({
        type: "run",
        job,
        task: request.task,
        args: request.args,
        context: request.context,
      }),
      started: () => listener.started(),
      lost: (message) => listener.crashed(message),
      receive: (message) => {
        if (message.type === "returned") listener.returned(message.value);
        else if (message.type === "failed") listener.failed(message.error);
        else if (message.type === "log")
          listener.log(message.level, message.text, message.at);
        else if (message.type === "progress")
          listener.progress(message.done, message.total, message.label);
        else if (message.type === "display")
          listener.display(message.key, message.output);
      },
    });
  }

  stop(attempt: AttemptId): void {
    const key = attemptKey(attempt);
    this.#queue = this.#queue.filter((job) => job.key !== key);
    for (const slot of this.#slots)
      if (slot.job?.job.key === key) this.#drop(slot);
    this.#pump();
  }

  /** Evaluates a cell for what it shows. */
  view(
    attempt: AttemptId,
    cell: string,
    flows: Readonly<Record<string, { state: string; result: unknown }>>,
    limit: TimeLimit,
  ): Promise<readonly Output[]> {
    return new Promise((resolve) => {
      const displayed: Output[] = [];
      const fail = (error: Output & { type: "error" }) =>
        resolve([...displayed, error]);
      this.#enqueue({
        key: attemptKey(attempt),
        attempt,
        mayWrite: false,
        limit,
        message: (job) => ({ type: "view", job, cell, flows }),
        started: () => {},
        lost: (message) =>
          fail({ type: "error", error: { name: "Error", message } }),
        receive: (message) => {
          if (message.type === "viewed") resolve(message.outputs);
          else if (message.type === "display") displayed.push(message.output);
          else if (message.type === "failed")
            fail({ type: "error", error: message.error });
        },
      });
    });
  }

  /** Draws all flows; rejects with a message when the worker died or was ended. */
  trace(attempt: AttemptId, limit: TimeLimit): Promise<TraceReport> {
    return new Promise((resolve, reject) => {
      this.#enqueue({
        key: attemptKey(attempt),
        attempt,
        mayWrite: false,
        limit,
        message: (job) => ({ type: "trace", job }),
        started: () => {},
        lost: (message) => reject(new FlowError("flow-body", message)),
        receive: (message) => {
          if (message.type === "traced") resolve(message.report);
          else if (message.type === "failed")
            reject(fromErrorData(message.error));
        },
      });
    });
  }

  /** Goes on with another sandbox, when the one before is gone. */
  use(pool: WorkerPool): void {
    this.#pool = pool;
    this.#slots.clear();
    this.#failures = 0;
    this.#pump();
  }

  /** Ends all workers; jobs that are going on are forgotten. */
  close(): void {
    this.#isClosed = true;
    this.#queue = [];
    for (const slot of [...this.#slots]) this.#drop(slot);
  }

  async #prepare(setup: WorkerSetup): Promise<ToWorker> {
    const libraries: Record<string, string> = {};
    for (const name of new Set(
      setup.program.cells.flatMap(({ language }) => language),
    )) {
      const library = libraryOf[name];
      if (library) libraries[name] = await this.#supplies.library(library);
    }
    return { type: "load", ...setup, libraries };
  }

  #enqueue(job: Job): void {
    this.#queue.push(job);
    this.#pump();
  }

  #spawn(): void {
    const worker = this.#pool.spawn();
    const slot: Slot = { worker, isReady: false, job: undefined };
    this.#slots.add(slot);
    worker.onMessage = (message) => this.#receive(slot, message);
    worker.onLost = (message) => {
      this.#slots.delete(slot);
      const job = release(slot);
      job?.lost(message || "The worker of this task died.");
      if (!slot.isReady) this.#failures += 1;
      this.#pump();
    };
  }

  #drop(slot: Slot): void {
    this.#slots.delete(slot);
    release(slot);
    slot.worker.kill();
  }

  #startLimit(slot: Slot, job: Job): ReturnType<typeof setTimeout> | undefined {
    const { limit } = job;
    if (!limit) return undefined;
    return setTimeout(() => {
      this.#drop(slot);
      job.lost(limit.message);
      this.#pump();
    }, limit.after);
  }

  #pump(): void {
    if (this.#isClosed) return;
    if (this.#failures >= mostFailures) {
      const waiting = this.#queue;
      this.#queue = [];
      for (const job of waiting)
        job.lost(
          "The sandbox starts no workers here. Reload the page; if that does not help, try another browser.",
        );
      return;
    }
    let busy = 0;
    for (const slot of this.#slots) if (slot.job) busy += 1;
    for (const slot of this.#slots) {
      if (busy >= this.#limit || this.#queue.length === 0) break;
      if (slot.job || !slot.isReady) continue;
      const job = this.#queue.shift();
      if (!job) break;
      busy += 1;
      const number = this.#nextJob++;
      slot.job = { number, job, lines: 0, timer: this.#startLimit(slot, job) };
      job.started();
      try {
        slot.worker.post(job.message(number));
      } catch (thrown) {
        release(slot);
        job.receive({
          type: "failed",
          job: number,
          error: toErrorData(thrown),
        });
      }
    }
    const wanted = Math.min(busy + this.#queue.length, this.#limit) + 1;
    while (this.#slots.size < wanted) this.#spawn();
  }

  #receive(slot: Slot, message: FromWorker): void {
    if (message.type === "ready") {
      void this.#setup.then((load) => {
        if (this.#slots.has(slot)) slot.worker.post(load);
      });
      return;
    }
    if (message.type === "loaded") {
      slot.isReady = true;
      this.#failures = 0;
      this.#pump();
      return;
    }
    const current = slot.job;
    if (current?.number !== message.job) return;
    switch (message.type) {
      case "open-database":
        void this.#openDatabase(slot, current.number, current.job);
        break;
      case "read-file":
        void this.#readFile(slot, current.number, message.call, message.name);
        break;
      case "log":
        current.lines += 1;
        if (current.lines <= mostLines) current.job.receive(message);
        break;
      case "progress":
      case "display":
        current.job.receive(message);
        break;
      default:
        release(slot);
        current.job.receive(message);
        this.#pump();
    }
  }

  async #openDatabase(slot: Slot, number: number, job: Job): Promise<void> {
    const port = await this.#supplies.openDatabase(job.attempt, job.mayWrite);
    if (slot.job?.number === number)
      slot.worker.post({ type: "database", job: number, port }, [port]);
    else port.close();
  }

  async #readFile(
    slot: Slot,
    number: number,
    call: number,
    name: string,
  ): Promise<void> {
    let data: ArrayBuffer | undefined;
    let error;
    try {
      data = await this.#supplies.readFile(name);
    } catch (thrown) {
      error = toErrorData(thrown);
    }
    if (slot.job?.number !== number) return;
    slot.worker.post(
      { type: "file", job: number, call, data, error },
      data ? [data] : [],
    );
  }
}

/** Takes the job off its worker. */
function release(slot: Slot): Job | undefined {
  const job = slot.job;
  slot.job = undefined;
  clearTimeout(job?.timer);
  return job?.job;
}
