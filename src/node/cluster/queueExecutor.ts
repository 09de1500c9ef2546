/**
 * The coordinator's side of the queue, for one drive of a run. It is long because one invariant is kept together: an attempt is
 * waiting, in the queue, or over, and whatever is heard of it late, twice or never leaves it in exactly one of these.
 */
import packageJson from "../../../package.json" with { type: "json" };
import { toErrorData } from "../../core/errors.ts";
import { asSentence } from "../../core/words.ts";
import { toText } from "../../engine/database/notebookTable.ts";
import type {
  AttemptListener,
  AttemptRequest,
  DriveSetup,
  Executor,
} from "../../engine/executor.ts";
import { attemptId } from "../../engine/attempt.ts";
import type {
  AttemptId,
  DataCall,
  Question,
  QuestionAnswer,
  TaskAddress,
  WatchedChange,
} from "../../engine/protocol.ts";
import { TaskMap } from "../../engine/taskMap.ts";
import { longestEvaluation } from "../../engine/workerSlot.ts";
import { makeId } from "../../runs/makeId.ts";
import { answerAsk, callAll, type AskSupplies } from "./answerAsk.ts";
import type { Coordinator, JobListener } from "./coordinator.ts";
import { Leftovers } from "./leftovers.ts";
import {
  keepFor,
  names,
  partId,
  readPartId,
  refusals,
  type AttemptMessage,
  type Batch,
  type JobReturn,
  type Outcome,
  type QueuedAttempt,
  type Setup,
  type ToCoordinator,
  type ToWorker,
} from "./messages.ts";
import { endOf, pack } from "./payload.ts";
import { Places, QueueJob, type Place, type Wanted } from "./queueJob.ts";
import { hashOf } from "./store.ts";
import { unpackAllOutcomes, unpackOutcomes } from "./unpackOutcomes.ts";
import { WaitingAttempts } from "./waitingAttempts.ts";

/** How often it is looked up what became of jobs, in milliseconds, whether something was heard of them or not. */
const reconcileEvery = 2_000;

/** How often an attempt is given to another worker when one vanished with it, until it counts as crashed. */
const mostDeliveries = 4;

/** How often it is put into Redis anew what that would forget otherwise, in milliseconds. */
const announceEvery = 3_600_000;

/** How long it is known of a run that it is over where workers may be at it still, in seconds. */
const knownOver = 3_600;

/** A worker that still has a job so long after that was given more, in milliseconds, has got it. */
const surelyHas = 1_000;

/** What is said of an attempt that a worker was at which gives no sign of life any more. */
const vanished = "Its worker has vanished.";

/**
 * Has attempts made by workers on other machines, through a queue, for one drive of a run. The queue is transport and nothing
 * else: whatever it forgets is put in again, and whatever it delivers twice is dropped the second time. No more is in it than
 * the workers are at and will be at next, so that what goes first stays the scheduler's.
 */
export class QueueExecutor implements Executor {
  readonly #coordinator: Coordinator;
  readonly #setup: DriveSetup;
  readonly #asks: AskSupplies;
  readonly #drive = makeId();
  readonly #channel = names.drive(this.#drive);
  #setupText = "";
  #setupHash = "";
  readonly #waiting = new WaitingAttempts((wanted) => this.#isWanted(wanted));
  readonly #places = new Places();
  /** Those of which it is not known what became of them, by their ids. */
  readonly #jobs = new Map<string, QueueJob>();
  readonly #wanted = new TaskMap<Wanted>();
  /** Those that have a result which is not on disk yet. */
  readonly #unkept = new TaskMap<Wanted>();
  readonly #leftovers: Leftovers;
  /** The questions that are being answered, of which attempt they are, and what ends that. */
  readonly #answering = new Map<
    string,
    { part: Wanted; over: AbortController }
  >();
  readonly #timer: NodeJS.Timeout;
  #nextJob = 1;
  #isPumping = false;
  /** Jobs that were cancelled while a worker was at them. */
  readonly #cancelled = new Set<string>();
  #announced = 0;
  #isReconciling = false;
  #isClosed = false;

  private constructor(
    coordinator: Coordinator,
    setup: DriveSetup,
    asks: AskSupplies,
  ) {
    this.#coordinator = coordinator;
    this.#setup = setup;
    this.#asks = asks;
    this.#leftovers = new Leftovers(coordinator.queue, setup.run);
    this.#timer = setInterval(() => void this.#reconcile(), reconcileEvery);
  }

  static async open(
    coordinator: Coordinator,
    setup: DriveSetup,
    asks: AskSupplies,
  ): Promise<QueueExecutor> {
    const executor = new QueueExecutor(coordinator, setup, asks);
    await executor.#start();
    return executor;
  }

  start(request: AttemptRequest, listener: AttemptListener): void {
    this.#wait(request, listener, 1);
  }

  stop(request: AttemptRequest): void {
    const wanted = this.#wanted.get(request.number);
    if (wanted?.request.attempt !== request.attempt) return;
    this.#wanted.delete(request.number);
    this.#stopAnswering(wanted);
    const { job } = wanted;
    if (!job) return;
    this.#unkept.delete(request.number);
    job.open.delete(wanted);
    if (job.isOver) this.#acknowledge(job);
    else void this.#cancel(job, wanted);
  }

  kept({ number }: AttemptRequest): void {
    const wanted = this.#unkept.get(number);
    if (!wanted) return;
    this.#unkept.delete(number);
    this.#close(wanted);
  }

  // What functions of the notebook's are asked takes less time here than on its way to another machine.
  ask(address: TaskAddress, question: Question): Promise<QuestionAnswer> {
    return this.#setup.local.ask(address, question);
  }

  watch(
    attempt: AttemptId,
    flow: string,
    changes: readonly WatchedChange[],
    listener: AttemptListener,
  ): Promise<void> {
    return this.#setup.local.watch(attempt, flow, changes, listener);
  }

  /** Leaves nothing of the run in the queue and the store; what cannot be removed is told, and does not matter to the run. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#leftovers.close();
    const { run } = this.#setup;
    const { redis, store } = this.#coordinator;
    await this.#orTell("Redis", () =>
      this.#coordinator.whileThere(async () => {
        await this.#coordinator.unlisten(this.#channel);
        await this.#letGo();
        const isClean = await this.#leftovers.removeAll();
        await redis.del(names.setup(this.#drive), names.cancelled(this.#drive));
        // A worker that is at something still finds here that nobody wants it.
        if (isClean) await redis.del(names.current(run));
        else await redis.set(names.current(run), "", "EX", knownOver);
      }),
    );
    await this.#orTell("the store", async () => store?.drop(run));
  }

  /** Workers that wait for more need not wait for it in vain. */
  async #letGo(): Promise<void> {
    for (const { job, worker } of this.#places.takeAll()) {
      const message: ToWorker = { type: "no-more", job: job.id };
      await this.#coordinator.publish(names.worker(worker), message);
    }
  }

  async #orTell(place: string, remove: () => Promise<void>): Promise<void> {
    try {
      await remove();
    } catch (thrown) {
      const { message } = thrown as Error;
      this.#coordinator.say(
        `The run is over, but what it left in ${place} could not be removed: ${asSentence(message)}`,
      );
    }
  }

  async #start(): Promise<void> {
    const { program, hosts, run } = this.#setup;
    this.#setupText = await toText({ program, hosts } satisfies Setup);
    this.#setupHash = hashOf(this.#setupText);
    await this.#coordinator.listen(this.#channel, this.#makeListener());
    const { redis } = this.#coordinator;
    const before = await redis.get(names.current(run));
    await this.#announce();
    await this.#coordinator.tell({ type: "drive", run, drive: this.#drive });
    await this.#leftovers.removeOld(this.#drive);
    if (before) await redis.del(names.setup(before), names.cancelled(before));
  }

  /** Puts into Redis what workers look up. */
  async #announce(): Promise<void> {
    const { redis } = this.#coordinator;
    const { run } = this.#setup;
    this.#announced = performance.now();
    await redis
      .pipeline()
      .set(names.setup(this.#drive), this.#setupText, "EX", keepFor)
      .set(names.current(run), this.#drive, "EX", keepFor)
      .exec();
  }

  // ---------------------------------------------------------------- into the queue

  #wait(
    request: AttemptRequest,
    listener: AttemptListener,
    count: number,
  ): void {
    const wanted: Wanted = {
      request,
      listener,
      count,
      job: undefined,
      hasStarted: false,
      isSettled: false,
    };
    this.#wanted.set(request.number, wanted);
    this.#waiting.push(wanted);
    this.#pump();
  }

  #isWanted(wanted: Wanted): boolean {
    return this.#wanted.get(wanted.request.number) === wanted;
  }

  /** After all that has come together, so that it goes in together. */
  #pump(): void {
    if (this.#isPumping || this.#waiting.size === 0) return;
    this.#isPumping = true;
    setImmediate(() => {
      this.#isPumping = false;
      if (this.#isClosed) return;
      const { capacity } = this.#coordinator;
      const share = Math.ceil(this.#waiting.size / capacity);
      this.#fillPlaces(share);
      const taken: QueueJob[] = [];
      while (this.#jobs.size < capacity) {
        const parts = this.#waiting.take(share);
        if (parts.length === 0) break;
        taken.push(this.#makeJob(parts));
      }
      if (taken.length > 0) void this.#deliver(taken);
    });
  }

  #makeJob(parts: readonly Wanted[]): QueueJob {
    const [{ request }] = parts as [Wanted];
    const number = this.#nextJob++;
    const id = `${this.#setup.run}-${request.number}-${request.attempt}-${this.#drive}${number}`;
    const job = new QueueJob(id, parts);
    this.#jobs.set(job.id, job);
    return job;
  }

  async #deliver(taken: readonly QueueJob[]): Promise<void> {
    const ready = await Promise.all(taken.map((job) => this.#fill(job)));
    const jobs = ready.flat().filter(({ id }) => this.#jobs.has(id));
    for (const job of jobs) job.isAdding = true;
    try {
      const { queue } = this.#coordinator;
      const added = jobs.map(({ id, parts, data }) => ({
        name: parts[0]!.request.name,
        data: data!,
        opts: { jobId: id },
      }));
      const [first, ...more] = added;
      // As a command of its own, one costs less than as a pipeline.
      if (first && more.length === 0)
        await queue.add(first.name, first.data, first.opts);
      else await queue.addBulk(added);
    } catch {
      // Looked up before long, and put in again.
    }
    for (const job of jobs) {
      job.isAdding = false;
      job.isAdded = true;
    }
  }

  /** Gives the job its data; or gives several in its place, if that is too much for one or cannot be sent. */
  async #fill(job: QueueJob): Promise<QueueJob[]> {
    if (job.data) return [job];
    const { parts } = job;
    const { program, run } = this.#setup;
    try {
      const { store } = this.#coordinator;
      job.data = {
        flowbook: packageJson.version,
        run,
        drive: this.#drive,
        program: program.hash,
        setup: this.#setupHash,
        ...(store ? {} : { hasNoStore: true as const }),
        ...(await this.#pack(job, parts)),
      };
      return [job];
    } catch (thrown) {
      this.#jobs.delete(job.id);
      if (parts.length > 1) {
        const half = parts.length >> 1;
        const halves = [parts.slice(0, half), parts.slice(half)];
        const filled = halves.map((some) => this.#fill(this.#makeJob(some)));
        return (await Promise.all(filled)).flat();
      }
      const [{ request, listener }] = parts as [Wanted];
      if (this.#isWanted(parts[0]!)) {
        this.#wanted.delete(request.number);
        const { error, retry } = endOf(thrown);
        listener.failed(request, error, retry ? { retry } : {});
      }
      this.#pump();
      return [];
    }
  }

  async #pack(job: QueueJob, parts: readonly Wanted[]): Promise<Batch> {
    const attempts = parts.map(({ request }) => toQueued(request));
    const what = `What ${parts[0]!.request.name} is given`;
    // Several that are too much together may each be little enough to need no store.
    const store = parts.length === 1 ? this.#coordinator.store : undefined;
    return {
      attempts: await pack(attempts, this.#setup.run, store, what),
      ...(this.#mayGrow(job) ? { mayGrow: true } : {}),
    };
  }

  /** Whether a worker that is over with it should rather wait than take another job: as long as there is none. */
  #mayGrow(job: QueueJob): boolean {
    return (
      !job.isFull &&
      !this.#waiting.next() &&
      this.#jobs.size <= this.#coordinator.slots &&
      this.#coordinator.waitingJobs.mayHold(job.age)
    );
  }

  /** Gives what waits to workers that wait, without the detour of the queue. */
  #fillPlaces(share: number): void {
    // What was lost before goes by the queue.
    while (this.#waiting.next()?.count === 1) {
      const place = this.#places.take();
      if (!place) return;
      void this.#giveMore(place, this.#waiting.take(share));
    }
  }

  /** If the worker does not get it in time, it says that the job is over without these parts. */
  async #giveMore(
    { job, worker }: Place,
    parts: readonly Wanted[],
  ): Promise<void> {
    const from = job.parts.length;
    job.give(parts);
    try {
      const batch = await this.#pack(job, parts);
      if (job.isOver) return;
      if (!parts.every((part) => this.#isWanted(part)))
        throw new Error("Some are not wanted any more.");
      const more: ToWorker = { type: "more", job: job.id, from, ...batch };
      await this.#coordinator.publish(names.worker(worker), more);
    } catch {
      // What cannot be given together may go in jobs of their own.
      if (job.isOver) return;
      const left = job.takeBack().filter((part) => this.#isWanted(part));
      if (left.length > 0) await this.#deliver([this.#makeJob(left)]);
    }
  }

  // ---------------------------------------------------------------- out of the queue

  #makeListener(): JobListener {
    return {
      heard: (text) => this.#hear(JSON.parse(text) as ToCoordinator),
      room: () => this.#pump(),
      reconnected: () => {
        void this.#announce()
          .then(() => this.#reconcile())
          .catch(() => {});
      },
    };
  }

  /** What a job has returned; `worker` is the one that waits, if it is not over. */
  async #complete(
    job: QueueJob,
    { from, to, outcomes }: JobReturn,
    worker?: string,
  ): Promise<void> {
    if (job.isOver) return;
    job.isOver = worker === undefined;
    if (worker !== undefined) {
      this.#places.add({ job, worker });
      this.#pump();
    }
    const parts = job.parts.slice(from, to);
    const isKnown = parts.every(({ isSettled }) => isSettled);
    const { run } = this.#setup;
    const { store } = this.#coordinator;
    const reading = isKnown
      ? []
      : unpackAllOutcomes(outcomes, parts.length, run, store);
    const taken = await job.inTurn(reading, (ends) => {
      if (this.#jobs.get(job.id) !== job) return undefined;
      if (worker === undefined) this.#leave(job);
      return { settled: this.#settle(parts, ends) };
    });
    if (!taken) return;
    await taken.settled;
    if (worker !== undefined) return;
    // What was on its way when the worker had waited for long enough.
    for (const part of job.parts.slice(to))
      if (part.job === job) this.#giveUnbegun(part);
    this.#acknowledge(job);
  }

  /** The job is over, and there is room for another. */
  #leave(job: QueueJob): void {
    this.#jobs.delete(job.id);
    this.#pump();
  }

  /** What became of attempts is known now, and is told, unless it was before or nobody wants to know. */
  async #settle(
    parts: readonly Wanted[],
    ends: readonly (Outcome | undefined)[],
  ): Promise<void> {
    const quiet: { part: Wanted; value: unknown; took: number }[] = [];
    const others: Promise<void>[] = [];
    parts.forEach((part, at) => {
      if (part.isSettled || !this.#isWanted(part)) return;
      part.isSettled = true;
      const end = ends[at];
      if (!end) this.#lose(part, "Its worker stopped it.");
      else if (end.type === "given-back")
        this.#giveAgain(part, "Its worker was ended.", part.count);
      else if (end.type !== "returned") this.#endWithout(part, end);
      else {
        this.#waiting.learn(part.request.task, end.took);
        this.#unkept.set(part.request.number, part);
        const { value, writes, took } = end;
        if (writes.length === 0 && !part.hasStarted)
          quiet.push({ part, value, took });
        else others.push(this.#succeed(part, value, writes));
      }
    });
    const [first] = quiet;
    if (first) {
      for (const { part } of quiet) this.#wanted.delete(part.request.number);
      const now = Date.now();
      first.part.listener.returnedAll(
        quiet.map(({ part }) => part.request),
        quiet.map(({ value }) => value),
        quiet.map(({ took }) => now - took),
        quiet.map(() => now),
      );
    }
    await Promise.all(others);
  }

  async #succeed(
    part: Wanted,
    value: unknown,
    writes: readonly DataCall[],
  ): Promise<void> {
    const { request, listener } = part;
    this.#tellStarted(part);
    try {
      if (writes.length > 0) await this.#write(request, writes);
    } catch (thrown) {
      if (!this.#isWanted(part)) return;
      this.#unkept.delete(request.number);
      this.#end(part);
      listener.failed(request, toErrorData(thrown));
      return;
    }
    if (!this.#isWanted(part)) return;
    this.#wanted.delete(request.number);
    listener.returned(request, value, undefined);
  }

  /** Does what the task did to its database, in the transaction that its Success will be in. */
  async #write(
    request: AttemptRequest,
    writes: readonly DataCall[],
  ): Promise<void> {
    const { supplies } = this.#setup;
    await callAll(await supplies.openDatabase(request, true), writes);
  }

  #endWithout(
    part: Wanted,
    end: Exclude<Outcome, { type: "returned" | "given-back" }>,
  ): void {
    const { request, listener } = part;
    this.#tellStarted(part);
    this.#end(part);
    switch (end.type) {
      case "failed":
        return listener.failed(request, end.error, {
          ...(end.retry ? { retry: end.retry } : {}),
          ...(end.loop ? { loop: end.loop } : {}),
        });
      case "skipped":
        return listener.skipped(request, end.message);
      case "paused":
        return listener.paused(request, end.message);
      case "crashed":
        return listener.crashed(request, end.message);
    }
  }

  #fail(job: QueueJob, reason: string): void {
    if (job.isOver) return;
    job.isOver = true;
    const isRefused = reason.startsWith(refusals.refused);
    if (!isRefused && !reason.startsWith(refusals.failing)) {
      this.#loseAll(
        job,
        reason.includes("stalled")
          ? vanished
          : `Its worker could not make it: ${asSentence(reason)}`,
      );
      return;
    }
    this.#leave(job);
    for (const part of job.unsettled) {
      if (!this.#isWanted(part)) continue;
      part.isSettled = true;
      this.#end(part);
      const message = reason.replace(/^\w+: /, "");
      const code = isRefused ? "invalid-argument" : "storage-failed";
      part.listener.failed(
        part.request,
        { code, name: "FlowError", message },
        isRefused ? { retry: { type: "never" } } : {},
      );
    }
    this.#acknowledge(job);
  }

  #loseAll(job: QueueJob, message: string): void {
    if (this.#jobs.get(job.id) !== job) return;
    this.#leave(job);
    for (const part of job.unsettled)
      if (this.#isWanted(part)) {
        part.isSettled = true;
        this.#lose(part, message);
      }
    this.#acknowledge(job);
  }

  /** The worker is gone, and what it had done: that is not the task's fault, as long as it does not happen again and again. */
  #lose(part: Wanted, message: string): void {
    const { request, listener, count } = part;
    if (count < mostDeliveries) {
      this.#giveAgain(part, message, count + 1);
      void this.#announce().catch(() => {});
    } else {
      this.#end(part);
      this.#tellStarted(part);
      const guess =
        message === vanished
          ? "; perhaps the task takes more memory than the workers have"
          : "";
      listener.crashed(
        request,
        `${message} That happened ${count} times${guess}.`,
      );
    }
  }

  #giveUnbegun(part: Wanted): void {
    if (part.isSettled || !this.#isWanted(part)) return;
    part.isSettled = true;
    this.#end(part);
    this.#wait(part.request, part.listener, part.count);
  }

  #giveAgain(part: Wanted, message: string, count: number): void {
    const { request, listener } = part;
    this.#end(part);
    const text = `${message} It is made again by another.`;
    listener.log(attemptId(request), "warning", text, Date.now());
    this.#wait(request, listener, count);
  }

  /** Nobody waits for the attempt any more, and it leaves nothing that would have to be on disk. */
  #end(part: Wanted): void {
    this.#wanted.delete(part.request.number);
    this.#stopAnswering(part);
    this.#close(part);
  }

  #close(part: Wanted): void {
    const { job } = part;
    if (!job) return;
    job.open.delete(part);
    this.#acknowledge(job);
  }

  /** Lets the queue forget a job when nothing of it is needed any more. */
  #acknowledge(job: QueueJob): void {
    if (!job.isOver || job.open.size > 0) return;
    this.#leftovers.remove(job.id);
  }

  #tellStarted(part: Wanted): void {
    if (part.hasStarted) return;
    part.hasStarted = true;
    part.listener.started(part.request);
  }

  async #cancel(job: QueueJob, part: Wanted): Promise<void> {
    const { redis, queue } = this.#coordinator;
    const isWhole = job.open.size === 0;
    if (isWhole) {
      job.isOver = true;
      this.#jobs.delete(job.id);
      this.#pump();
    }
    const id = partId(job.id, job.parts.indexOf(part));
    try {
      const key = names.cancelled(this.#drive);
      await redis.pipeline().sadd(key, id).expire(key, keepFor).exec();
      await this.#coordinator.tell({ type: "cancel", id });
      if (!isWhole) return;
      this.#cancelled.add(job.id);
      const removed = await queue.remove(job.id);
      if (removed === 1) this.#cancelled.delete(job.id);
    } catch {
      // A worker is at it, and ends it.
    }
  }

  // ---------------------------------------------------------------- what workers publish

  #hear(message: ToCoordinator): void {
    if (message.type === "job-returned" || message.type === "job-failed") {
      if (this.#cancelled.delete(message.id))
        this.#leftovers.remove(message.id);
      const job = this.#jobs.get(message.id);
      if (!job) return;
      if (message.type === "job-failed") this.#fail(job, message.reason);
      else void this.#complete(job, message, message.waiting);
      return;
    }
    const { job, at } = readPartId(message.id);
    const part = this.#jobs.get(job)?.parts[at];
    if (!part || part.isSettled || !this.#isWanted(part)) return;
    const { request, listener } = part;
    const attempt = attemptId(request);
    switch (message.type) {
      case "started":
        return this.#tellStarted(part);
      case "named":
        this.#tellStarted(part);
        return listener.named(request, message.name);
      case "ended":
        void unpackOutcomes(
          message.outcome,
          this.#setup.run,
          this.#coordinator.store,
        )
          .then((ends) => this.#settle([part], ends))
          // What cannot be read yet is looked for again when the job returns it.
          .catch(() => {});
        return;
      case "log":
        return listener.log(attempt, message.level, message.text, message.at);
      case "progress": {
        const { done, total, label } = message;
        return listener.progress(attempt, done, total, label);
      }
      case "display":
        return listener.display(attempt, message.key, message.output);
      case "ask":
        void this.#answer(message, part);
    }
  }

  /** Workers ask again until they are answered, so a question that is lost does no harm. */
  async #answer(
    { worker, call, ask }: AttemptMessage & { type: "ask" },
    part: Wanted,
  ): Promise<void> {
    const { request, listener } = part;
    const key = `${worker} ${call}`;
    if (this.#answering.has(key)) return;
    const over = new AbortController();
    this.#answering.set(key, { part, over });
    try {
      const { store } = this.#coordinator;
      const { run } = this.#setup;
      const asking = {
        attempt: attemptId(request),
        read: (name: string, hash: string) =>
          listener.fileRead(request, name, hash),
      };
      const answer = await answerAsk(
        ...([ask, run, store, this.#asks, asking, over.signal] as const),
      );
      const message: ToWorker = { type: "answer", call, answer };
      await this.#coordinator.publish(names.worker(worker), message);
    } catch {
      // asked again
    } finally {
      this.#answering.delete(key);
    }
  }

  /** Nobody wants to know any more what an attempt has asked, which may be a query that does not end. */
  #stopAnswering(part: Wanted): void {
    for (const { part: asking, over } of this.#answering.values())
      if (asking === part) over.abort();
  }

  // ---------------------------------------------------------------- what makes it right

  /** Looks up each job that should be in the queue, since what is published and streamed may be lost. */
  async #reconcile(): Promise<void> {
    const { redis, queue } = this.#coordinator;
    if (this.#isReconciling || this.#isClosed || redis.status !== "ready")
      return;
    this.#isReconciling = true;
    try {
      if (performance.now() - this.#announced > announceEvery)
        await this.#announce();
      if (this.#jobs.size > 0) this.#coordinator.sayIfAlone();
      this.#pump();
      const known = [...this.#jobs.values()].filter(
        ({ isAdded, isOver, isAdding }) => isAdded && !isAdding && !isOver,
      );
      const lost: QueueJob[] = [];
      await Promise.all(
        known.map(async (one) => {
          const job = await queue.getJob(one.id);
          if (one.isOver || !this.#jobs.has(one.id)) return;
          if (!job) lost.push(one);
          else if (job.finishedOn === undefined)
            this.#noteStart(one, job.processedOn);
          else if (job.failedReason) this.#fail(one, job.failedReason);
          else await this.#complete(one, job.returnvalue);
        }),
      );
      if (lost.length === 0) return;
      await this.#announce();
      await this.#deliver(lost.flatMap((job) => this.#remake(job)));
    } catch {
      // Redis has gone away; it is looked up when it is back.
    } finally {
      this.#isReconciling = false;
    }
  }

  /** A worker has a job since then; that it is at its attempt may not have been heard. */
  #noteStart(job: QueueJob, processedOn: number | undefined): void {
    const part = job.current;
    if (!part || part.isSettled || !this.#isWanted(part)) return;
    const mayBe = part.request.tellsBegin ? longestEvaluation : 0;
    const since = job.hasGrown ? job.givenAt + surelyHas : processedOn;
    if (since !== undefined && since + mayBe <= Date.now())
      this.#tellStarted(part);
  }

  /** What the queue has forgotten is put in again. What it never had of a job goes into another. */
  #remake(job: QueueJob): QueueJob[] {
    if (!job.hasGrown) return [job];
    job.isOver = true;
    this.#jobs.delete(job.id);
    const left = job.unsettled.filter((part) => this.#isWanted(part));
    for (const part of left) job.open.delete(part);
    this.#acknowledge(job);
    return left.length > 0 ? [this.#makeJob(left)] : [];
  }
}

function toQueued(request: AttemptRequest): QueuedAttempt {
  const { name, isPlain } = request;
  return { attempt: attemptId(request), name, isPlain, job: request.makeJob() };
}
