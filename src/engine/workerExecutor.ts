import { toErrorData } from "../core/errors.ts";
import { askOf, tellOf, traceOf, viewOf } from "./askJobs.ts";
import type { TraceRequest } from "./askJobs.ts";
import type { AttemptListener, AttemptRequest, Executor } from "./executor.ts";
import { AttemptJob, tellReturned, type Job, type TimeLimit } from "./jobs.ts";
import { JobQueue } from "./jobQueue.ts";
import { tooMuch } from "./messageMeter.ts";
import type {
  AttemptId,
  FromWorker,
  Output,
  Question,
  QuestionAnswer,
  TaskAddress,
  ToWorker,
  TraceReport,
  WatchedChange,
} from "./protocol.ts";
import {
  prepare,
  supply,
  type Supplies,
  type SupplyRequest,
  type WorkerSetup,
} from "./supplies.ts";
import type { ViewGiven } from "./services.ts";
import { TaskMap } from "./taskMap.ts";
import { WorkerGrowth } from "./workerGrowth.ts";
import { unfit, type WorkerPool } from "./workerPool.ts";
import {
  begin,
  divide,
  giverOf,
  isAt,
  jobAt,
  left,
  makeSlot,
  messageFor,
  occupy,
  release,
  startLimit,
  takeBack,
} from "./workerSlot.ts";
import type { Slot, Work } from "./workerSlot.ts";

/** Lines of the log that one job may write; the rest is dropped, so that a flood fills neither memory nor disk. */
const mostLines = 10_001;

/** How long a worker may take to give back what it has not begun, in milliseconds. */
const patience = 100;

/** Why a job comes to nothing that no run waits for. */
const changed = "It was stopped, because what it needs changed.";

/** How many workers in a row may die before they are ready, until the sandbox counts as broken. */
const mostFailures = 3;

/**
 * Runs jobs in task workers, one at a time in each, at most `limit` at once, first come first served.
 * Unless told otherwise one worker more is kept ready, so that a job which was stopped does not make the next one wait for a
 * start.
 */
export class WorkerExecutor implements Executor {
  #pool: WorkerPool;
  #limit: number;
  #supplies: Supplies;
  #setup: Promise<ToWorker>;
  #slots = new Set<Slot>();
  #queue = new JobQueue();
  /** Attempts that wait or are being made, by the number of their task run. */
  #attempts = new TaskMap<Job>();
  #nextJob = 1;
  #failures = 0;
  #isClosed = false;
  #growth: WorkerGrowth;
  /** No worker can take more: until one of them changes, a job more is only queued. */
  #isFull = false;

  constructor(
    pool: WorkerPool,
    limit: number,
    setup: WorkerSetup,
    supplies: Supplies,
    spares = 1,
  ) {
    this.#pool = pool;
    this.#limit = limit;
    this.#supplies = supplies;
    this.#setup = prepare(setup, supplies);
    const most = { limit, spares };
    const spawn = () => this.#spawn();
    this.#growth = new WorkerGrowth(this.#slots, this.#queue, most, spawn);
    this.#spawn();
  }

  start(request: AttemptRequest, listener: AttemptListener): void {
    const job = new AttemptJob(request, listener);
    this.#attempts.set(request.number, job);
    this.#enqueue(job);
  }

  stop(request: AttemptRequest): void {
    const job = this.#attempts.get(request.number);
    if (job?.task?.request.attempt !== request.attempt) return;
    this.#attempts.delete(request.number);
    job.isStopped = true;
    for (const slot of this.#slots)
      if (slot.work?.jobs.includes(job)) this.#stopOne(slot, slot.work);
    this.#pump();
  }

  /**
   * What a worker got together with a job that was stopped goes on. Which of them it is at, and which are over, only the
   * worker knows: it is asked to tell, and to give back those that it has not begun. Then it is at that one alone, and is
   * ended if that is the one. One that does not answer is in code that does not end; what it has not told of is done again.
   */
  #stopOne(slot: Slot, work: Work): void {
    if (left(work).length === 0) this.#drop(slot);
    else if (work.timer === undefined) {
      slot.worker.post({ type: "hand-back" });
      work.timer = setTimeout(() => {
        this.#drop(slot);
        this.#requeue(left(work));
        this.#pump();
      }, patience);
    }
  }

  ask(address: TaskAddress, question: Question): Promise<QuestionAnswer> {
    return askOf(address, question, (job) => this.#enqueue(job));
  }

  watch(
    attempt: AttemptId,
    flow: string,
    changes: readonly WatchedChange[],
    listener: AttemptListener,
  ): Promise<void> {
    return tellOf(attempt, flow, changes, listener, (job) =>
      this.#enqueue(job),
    );
  }

  /** Evaluates a cell for what it shows. */
  view(
    attempt: AttemptId,
    cell: string,
    given: ViewGiven,
    limit: TimeLimit,
  ): Promise<readonly Output[]> {
    return viewOf(attempt, cell, given, limit, (job) => this.#enqueue(job));
  }

  /** Draws all flows but what is refused; rejects with a message when the worker died or was ended. */
  trace(...request: TraceRequest): Promise<TraceReport> {
    return traceOf(request, (job) => this.#enqueue(job));
  }

  /** Goes on with another sandbox, when the one before is gone. */
  use(pool: WorkerPool): void {
    this.#pool = pool;
    this.#slots.clear();
    this.#failures = 0;
    this.#pump();
  }

  /** Ends all workers. Attempts that are going on are forgotten: whoever asked for them has gone on. */
  close(): void {
    this.#isClosed = true;
    this.#growth.stop();
    const jobs = this.#queue.takeAll();
    for (const slot of [...this.#slots]) {
      if (slot.work) jobs.push(...left(slot.work));
      this.#drop(slot);
    }
    for (const job of jobs) if (!job.task) job.lost(changed);
  }

  #enqueue(job: Job): void {
    if (this.#isClosed && !job.task) return job.lost(changed);
    this.#queue.push(job);
    if (!this.#isFull) this.#pump();
  }

  #requeue(jobs: readonly Job[]): void {
    for (const job of jobs) this.#queue.push(job);
  }

  #spawn(): void {
    const worker = this.#pool.spawn();
    const slot = makeSlot(worker);
    this.#slots.add(slot);
    worker.onMessage = (message) => this.#receive(slot, message);
    worker.onLost = (message) => this.#lose(slot, message);
  }

  /** The job that a worker is at is lost with the worker; others that it was given are done elsewhere. */
  #lose(slot: Slot, message: string): void {
    this.#slots.delete(slot);
    if (!slot.isReady) this.#failures += 1;
    const { current, others } = divide(release(slot));
    this.#requeue(others);
    if (current) {
      this.#forget(current);
      current.lost(message || "The worker of this task died.");
    }
    this.#pump();
  }

  #drop(slot: Slot): void {
    this.#slots.delete(slot);
    release(slot);
    slot.worker.kill();
  }

  #forget({ task, isStopped }: Job): void {
    // One that was stopped may have been started again.
    if (task && !isStopped) this.#attempts.delete(task.request.number);
  }

  #startLimit(slot: Slot, work: Work, job: Job): void {
    startLimit(work, job, (message) => {
      this.#drop(slot);
      job.lost(message);
      this.#pump();
    });
  }

  #pump(): void {
    this.#isFull = false;
    if (this.#isClosed) return;
    if (this.#failures >= mostFailures) {
      for (const job of this.#queue.takeAll()) {
        this.#forget(job);
        job.lost(
          "The sandbox starts no workers here. Reload the page; if that does not help, try another browser.",
        );
      }
      return;
    }
    let busy = 0;
    for (const slot of this.#slots) if (slot.work) busy += 1;
    for (const slot of this.#slots) {
      if (busy >= this.#limit || !this.#queue.next()) break;
      if (slot.work || !slot.isReady) continue;
      busy += 1;
      this.#give(slot, this.#queue.take(this.#limit));
    }
    this.#isFull = this.#growth.look();
  }

  #give(slot: Slot, jobs: readonly Job[]): void {
    const first = this.#nextJob;
    const [job] = jobs;
    this.#nextJob += jobs.length;
    this.#startLimit(slot, occupy(slot, first, jobs), job!);
    try {
      slot.worker.post(messageFor(slot, first, jobs));
    } catch (thrown) {
      release(slot);
      // One of them cannot be copied; which, only each on its own can say.
      if (jobs.length > 1) for (const one of jobs) this.#give(slot, [one]);
      else {
        this.#forget(job!);
        const error = toErrorData(thrown);
        job!.receive({ type: "failed", job: first, error });
      }
    }
  }

  #receive(slot: Slot, message: FromWorker): void {
    if (!slot.meter.pay(message)) return this.#end(slot, tooMuch);
    if (message.type === "ready") {
      if (slot.hasBegun) return;
      slot.hasBegun = true;
      void this.#setup.then((load) => {
        if (!this.#slots.has(slot)) return;
        slot.worker.post(load);
        // Its first job may follow at once: it takes one message after the other.
        slot.isReady = true;
        this.#failures = 0;
        this.#pump();
      });
      return;
    }
    const { work } = slot;
    if (!work || message.job !== work.first + work.done) return;
    const job = work.jobs[work.done]!;
    switch (message.type) {
      case "begun":
        this.#growth.begins(slot);
        begin(work);
        break;
      case "handed-back":
        // What may take only so long is never given together with others.
        if (job.limit) break;
        this.#requeue(takeBack(work));
        if (job.isStopped) this.#drop(slot);
        this.#pump();
        break;
      case "spoiled":
        slot.isSpoiled = true;
        break;
      case "open-database":
        if (job.isStopped || work.database === message.job) break;
        work.database = message.job;
        void this.#openDatabase(slot, message.job, job);
        break;
      case "read-file":
        slot.supplied = slot.supplied.then(() => this.#supply(slot, message));
        break;
      case "load-library":
        void this.#supply(slot, message);
        break;
      case "log":
        work.lines += 1;
        if (work.lines <= mostLines) job.receive(message);
        break;
      case "drawing":
      case "progress":
      case "display":
      case "named":
        job.receive(message);
        if (message.type === "drawing" && job.ends.includes("traced"))
          this.#startLimit(slot, work, job);
        break;
      case "returned-all":
        this.#receiveAll(slot, work, message);
        break;
      default:
        if (message.type !== "failed" && !job.ends.includes(message.type))
          return this.#end(slot, unfit);
        if (message.type === "returned")
          this.#queue.learn(job, message.took, 1);
        begin(work);
        this.#forget(job);
        this.#advance(slot, work, 1);
        job.receive(message);
        this.#pump();
    }
  }

  /** Results of several jobs of a batch. */
  #receiveAll(
    slot: Slot,
    work: Work,
    message: FromWorker & { type: "returned-all" },
  ): void {
    const { values, took } = message;
    const jobs = work.jobs.slice(work.done, work.done + values.length);
    const [first] = jobs;
    if (jobs.length < values.length || !first?.task) return;
    for (const job of jobs) this.#forget(job);
    this.#queue.learn(first, took / values.length, jobs.length);
    this.#advance(slot, work, jobs.length);
    tellReturned(jobs, message);
    this.#pump();
  }

  #advance(slot: Slot, work: Work, by: number): void {
    slot.meter.reset();
    this.#growth.progress();
    work.done += by;
    work.lines = 0;
    work.hasBegun = false;
    if (work.done < work.jobs.length) return;
    if (slot.isSpoiled) this.#drop(slot);
    else release(slot);
  }

  async #openDatabase(slot: Slot, number: number, job: Job): Promise<void> {
    const give = giverOf(slot, number);
    const { attempt, mayWrite } = job;
    try {
      give(await this.#supplies.openDatabase(attempt, mayWrite, give));
    } catch (thrown) {
      // It would wait for ever. That happens while another notebook is being opened.
      if (isAt(slot, number)) this.#end(slot, toErrorData(thrown).message);
    }
  }

  async #supply(slot: Slot, request: SupplyRequest): Promise<void> {
    const job = jobAt(slot, request.job);
    if (!job) return;
    const answer = await supply(request, this.#supplies, job);
    if (isAt(slot, request.job)) slot.worker.post(answer);
  }

  /** Ends a worker that cannot go on. */
  #end(slot: Slot, why: string): void {
    slot.worker.kill();
    if (slot.work) slot.work.hasBegun = true;
    this.#lose(slot, why);
  }
}
