/**
 * The coordinator's side of the queue, for one drive of a run. It is long because one invariant is kept together: an attempt is
 * waiting, in the queue, or over, and whatever is heard of it late, twice or never leaves it in exactly one of these.
 */
import packageJson from "../../../package.json" with { type: "json" };
import { toErrorData } from "../../core/errors.ts";
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
import { PriorityQueue } from "../../engine/priorityQueue.ts";
import { TaskMap } from "../../engine/taskMap.ts";
import { makeId } from "../../runs/makeId.ts";
import { answerAsk, callAll, type AskSupplies } from "./answerAsk.ts";
import type { Coordinator, JobListener } from "./coordinator.ts";
import {
  names,
  refusals,
  type JobData,
  type JobReturn,
  type Outcome,
  type Setup,
  type ToAsker,
  type ToCoordinator,
} from "./messages.ts";
import { pack, unpack } from "./payload.ts";
import { hashOf } from "./store.ts";

/** How often it is looked up what became of jobs, in milliseconds, whether something was heard of them or not. */
const reconcileEvery = 2_000;

/** How often an attempt is given to another worker when one vanished with it, until it counts as crashed. */
const mostDeliveries = 4;

/** How long Redis keeps what is not deleted, in seconds. */
const keepFor = 7 * 24 * 3600;

/** An attempt in the queue. */
interface Delivery {
  readonly id: string;
  readonly request: AttemptRequest;
  readonly listener: AttemptListener;
  /** How many times the attempt was given away, with this one. */
  readonly count: number;
  data: JobData | undefined;
  hasStarted: boolean;
  isAdded: boolean;
  isAdding: boolean;
  /** It is known what became of it. */
  isOver: boolean;
}

interface Waiting {
  readonly request: AttemptRequest;
  readonly listener: AttemptListener;
  readonly count: number;
}

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
  #waiting = new PriorityQueue<Waiting>();
  readonly #deliveries = new Map<string, Delivery>();
  /** Of each task run that has an attempt here, waiting or in the queue. */
  readonly #current = new TaskMap<Waiting | Delivery>();
  /** Jobs whose results are not on disk yet, by task run. */
  readonly #unkept = new TaskMap<string>();
  readonly #answering = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #isPumping = false;
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
    this.#wait({ request, listener, count: 1 });
  }

  stop(request: AttemptRequest): void {
    const current = this.#current.get(request.number);
    if (current?.request.attempt !== request.attempt) return;
    this.#current.delete(request.number);
    if (!("id" in current)) return;
    const { id } = current;
    this.#deliveries.delete(id);
    this.#unkept.delete(request.number);
    void this.#cancel(id);
    this.#pump();
  }

  kept({ number }: AttemptRequest): void {
    const id = this.#unkept.get(number);
    if (id === undefined) return;
    this.#unkept.delete(number);
    this.#remove(id);
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

  /** Leaves nothing of the run in the queue; gives up if Redis is not there. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    const { redis, store } = this.#coordinator;
    await this.#coordinator.unlisten(this.#channel);
    if (redis.status !== "ready") return;
    await this.#clean(() => true);
    await redis.del(names.current(this.#setup.run));
    await store?.drop(this.#setup.run);
  }

  async #start(): Promise<void> {
    const { program, hosts, run } = this.#setup;
    this.#setupText = await toText({ program, hosts } satisfies Setup);
    this.#setupHash = hashOf(this.#setupText);
    await this.#coordinator.listen(this.#channel, this.#makeListener());
    await this.#announce();
    await this.#coordinator.tell({ type: "drive", run, drive: this.#drive });
    await this.#clean((drive) => drive !== this.#drive);
  }

  /** Puts into Redis what workers look up. */
  async #announce(): Promise<void> {
    const { redis } = this.#coordinator;
    const { run } = this.#setup;
    await redis
      .pipeline()
      .set(names.setup(this.#setupHash), this.#setupText, "EX", keepFor)
      .set(names.current(run), this.#drive, "EX", keepFor)
      .exec();
  }

  /** Removes the run's jobs of these drives, except those that a worker is at. */
  async #clean(isOld: (drive: string) => boolean): Promise<void> {
    const { queue } = this.#coordinator;
    const jobs = await queue.getJobs([
      ...(["waiting", "prioritized", "active"] as const),
      ...(["completed", "failed"] as const),
    ]);
    await Promise.all(
      // A job may vanish while it is looked at.
      jobs.map(async (job) => {
        const data = job?.data as JobData | undefined;
        if (data?.attempt.run === this.#setup.run && isOld(data.drive))
          await queue.remove(job.id!).catch(() => {});
      }),
    );
  }

  // ---------------------------------------------------------------- into the queue

  #wait(waiting: Waiting): void {
    this.#current.set(waiting.request.number, waiting);
    this.#waiting.push(waiting, waiting.request.priority);
    this.#pump();
  }

  /** Off the current turn, so that everything of one turn goes in together. */
  #pump(): void {
    if (this.#isPumping || this.#waiting.size === 0) return;
    this.#isPumping = true;
    queueMicrotask(() => {
      this.#isPumping = false;
      const { capacity } = this.#coordinator;
      const taken: Delivery[] = [];
      while (this.#deliveries.size < capacity) {
        const next = this.#waiting.shift();
        if (!next) break;
        const { request } = next;
        if (this.#current.get(request.number) === next)
          taken.push(this.#take(next));
      }
      if (taken.length > 0) void this.#deliver(taken);
    });
  }

  #take({ request, listener, count }: Waiting): Delivery {
    const { number, attempt } = request;
    const delivery: Delivery = {
      id: `${this.#setup.run}-${number}-${attempt}-${this.#drive}${count}`,
      request,
      listener,
      count,
      data: undefined,
      hasStarted: false,
      isAdded: false,
      isAdding: false,
      isOver: false,
    };
    this.#current.set(number, delivery);
    this.#deliveries.set(delivery.id, delivery);
    return delivery;
  }

  async #deliver(taken: readonly Delivery[]): Promise<void> {
    const ready = await Promise.all(
      taken.map(async (delivery) => {
        try {
          delivery.data ??= await this.#makeData(delivery.request);
          return [delivery];
        } catch (thrown) {
          this.#end(delivery);
          delivery.listener.failed(delivery.request, toErrorData(thrown), {
            retry: { type: "never" },
          });
          return [];
        }
      }),
    );
    const wanted = ready.flat().filter(({ id }) => this.#deliveries.has(id));
    for (const delivery of wanted) delivery.isAdding = true;
    try {
      await this.#coordinator.queue.addBulk(
        wanted.map(({ id, data }) => ({
          name: data!.name,
          data: data!,
          opts: { jobId: id },
        })),
      );
    } catch {
      // Looked up before long, and put in again.
    }
    for (const delivery of wanted) {
      delivery.isAdding = false;
      delivery.isAdded = true;
    }
  }

  async #makeData(request: AttemptRequest): Promise<JobData> {
    const { program, run } = this.#setup;
    return {
      flowbook: packageJson.version,
      drive: this.#drive,
      attempt: attemptId(request),
      name: request.name,
      isPlain: request.isPlain,
      program: program.hash,
      setup: this.#setupHash,
      job: await pack(
        request.makeJob(),
        run,
        this.#coordinator.store,
        `What ${request.name} is given`,
      ),
    };
  }

  // ---------------------------------------------------------------- out of the queue

  #makeListener(): JobListener {
    return {
      completed: (id, returned) => {
        const delivery = this.#deliveries.get(id);
        if (delivery) void this.#complete(delivery, returned);
        else this.#removeLate(id);
      },
      failed: (id, reason) => {
        const delivery = this.#deliveries.get(id);
        if (delivery) this.#fail(delivery, reason);
        else this.#removeLate(id);
      },
      heard: (text) => this.#hear(JSON.parse(text) as ToCoordinator),
      room: () => this.#pump(),
      reconnected: () => {
        void this.#announce()
          .then(() => this.#reconcile())
          .catch(() => {});
      },
    };
  }

  async #complete(delivery: Delivery, { outcome }: JobReturn): Promise<void> {
    if (delivery.isOver) return;
    delivery.isOver = true;
    let end: Outcome;
    try {
      const { store } = this.#coordinator;
      end = (await unpack(outcome, this.#setup.run, store)) as Outcome;
    } catch (thrown) {
      this.#lose(
        delivery,
        `What it returned cannot be read: ${(thrown as Error).message}.`,
      );
      return;
    }
    if (this.#deliveries.get(delivery.id) !== delivery) return;
    if (end.type === "returned") await this.#succeed(delivery, end);
    else this.#endWithout(delivery, end);
  }

  async #succeed(
    delivery: Delivery,
    { value, writes, took }: Outcome & { type: "returned" },
  ): Promise<void> {
    const { request, listener, id } = delivery;
    this.#unkept.set(request.number, id);
    if (writes.length === 0 && !delivery.hasStarted) {
      this.#end(delivery);
      const now = Date.now();
      listener.returnedAll([request], [value], [now - took], [now]);
      return;
    }
    this.#tellStarted(delivery);
    try {
      if (writes.length > 0) await this.#write(request, writes);
    } catch (thrown) {
      if (this.#deliveries.get(id) !== delivery) return;
      this.#unkept.delete(request.number);
      this.#end(delivery);
      this.#remove(id);
      listener.failed(request, toErrorData(thrown));
      return;
    }
    if (this.#deliveries.get(id) !== delivery) return;
    this.#end(delivery);
    listener.returned(request, value);
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
    delivery: Delivery,
    end: Exclude<Outcome, { type: "returned" }>,
  ): void {
    const { request, listener, id } = delivery;
    this.#tellStarted(delivery);
    this.#end(delivery);
    this.#remove(id);
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

  #fail(delivery: Delivery, reason: string): void {
    if (delivery.isOver) return;
    delivery.isOver = true;
    const { request, listener, id } = delivery;
    if (reason.startsWith(refusals.refused)) {
      this.#end(delivery);
      this.#remove(id);
      listener.failed(
        request,
        {
          code: "invalid-argument",
          name: "FlowError",
          message: reason.slice(refusals.refused.length),
        },
        { retry: { type: "never" } },
      );
    } else
      this.#lose(
        delivery,
        reason.includes("stalled")
          ? "Its worker has vanished."
          : `Its worker could not make it: ${reason}.`,
      );
  }

  /** The worker is gone, and what it had done: that is not the task's fault, as long as it does not happen again and again. */
  #lose(delivery: Delivery, message: string): void {
    const { request, listener, id, count } = delivery;
    if (this.#deliveries.get(id) !== delivery) return;
    this.#unkept.delete(request.number);
    this.#remove(id);
    this.#end(delivery);
    if (count < mostDeliveries) {
      const text = `${message} It is made again by another.`;
      listener.log(attemptId(request), "warning", text, Date.now());
      void this.#announce().catch(() => {});
      this.#wait({ request, listener, count: count + 1 });
    } else {
      this.#tellStarted(delivery);
      listener.crashed(
        request,
        `${message} That happened ${count} times; perhaps the task takes more memory than the workers have.`,
      );
    }
  }

  #end({ id, request }: Delivery): void {
    this.#deliveries.delete(id);
    this.#current.delete(request.number);
    this.#pump();
  }

  #tellStarted(delivery: Delivery): void {
    if (delivery.hasStarted) return;
    delivery.hasStarted = true;
    delivery.listener.started(delivery.request);
  }

  #remove(id: string): void {
    this.#coordinator.queue.remove(id).catch(() => {});
  }

  /** The end of a job that nobody waits for any more. */
  #removeLate(id: string): void {
    const isMine = id.includes(`-${this.#drive}`);
    if (isMine && !this.#unkept.values().includes(id)) this.#remove(id);
  }

  async #cancel(id: string): Promise<void> {
    const { redis, queue } = this.#coordinator;
    try {
      await redis.set(names.cancelled(id), "1", "EX", keepFor);
      await this.#coordinator.tell({ type: "cancel", id });
      await queue.remove(id);
    } catch {
      // A worker is at it, and ends it.
    }
  }

  // ---------------------------------------------------------------- what workers publish

  #hear(message: ToCoordinator): void {
    const delivery = this.#deliveries.get(message.id);
    if (!delivery || delivery.isOver) return;
    const { request, listener } = delivery;
    const attempt = attemptId(request);
    switch (message.type) {
      case "started":
        return this.#tellStarted(delivery);
      case "named":
        this.#tellStarted(delivery);
        return listener.named(request, message.name);
      case "log":
        return listener.log(attempt, message.level, message.text, message.at);
      case "progress": {
        const { done, total, label } = message;
        return listener.progress(attempt, done, total, label);
      }
      case "display":
        return listener.display(attempt, message.key, message.output);
      case "ask":
        void this.#answer(message);
    }
  }

  /** Workers ask again until they are answered, so a question that is lost does no harm. */
  async #answer({
    worker,
    call,
    ask,
  }: ToCoordinator & { type: "ask" }): Promise<void> {
    const key = `${worker} ${call}`;
    if (this.#answering.has(key)) return;
    this.#answering.add(key);
    try {
      const { store } = this.#coordinator;
      const answer = await answerAsk(ask, this.#setup.run, store, this.#asks);
      const message: ToAsker = { call, answer };
      await this.#coordinator.publish(names.worker(worker), message);
    } catch {
      // asked again
    } finally {
      this.#answering.delete(key);
    }
  }

  // ---------------------------------------------------------------- what makes it right

  /** Looks up each job that should be in the queue, since what is published and streamed may be lost. */
  async #reconcile(): Promise<void> {
    const { redis, queue } = this.#coordinator;
    if (this.#isReconciling || this.#isClosed || redis.status !== "ready")
      return;
    this.#isReconciling = true;
    try {
      if (this.#deliveries.size > 0) this.#coordinator.sayIfAlone();
      this.#pump();
      const known = [...this.#deliveries.values()].filter(
        ({ isAdded, isOver, isAdding }) => isAdded && !isAdding && !isOver,
      );
      const lost: Delivery[] = [];
      await Promise.all(
        known.map(async (delivery) => {
          const job = await queue.getJob(delivery.id);
          if (delivery.isOver || !this.#deliveries.has(delivery.id)) return;
          if (!job) lost.push(delivery);
          else if (job.finishedOn === undefined) {
            if (job.processedOn !== undefined) this.#tellStarted(delivery);
          } else if (job.failedReason) this.#fail(delivery, job.failedReason);
          else await this.#complete(delivery, job.returnvalue);
        }),
      );
      if (lost.length === 0) return;
      await this.#announce();
      await this.#deliver(lost);
    } catch {
      // Redis has gone away; it is looked up when it is back.
    } finally {
      this.#isReconciling = false;
    }
  }
}
