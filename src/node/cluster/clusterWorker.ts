/**
 * A process that makes attempts for coordinators on other machines. Its main thread takes jobs and keeps their locks alive; the
 * code of notebooks runs in its other threads, one attempt at a time in each.
 */
import type { Job, Worker } from "bullmq";
import { hostname } from "node:os";
import { attemptKey } from "../../engine/attempt.ts";
import type { AttemptId, DataCall } from "../../engine/protocol.ts";
import { fromText } from "../../engine/database/notebookTable.ts";
import {
  kernel,
  loadFormatLibrary,
  loadLibrary,
} from "../../engine/sandbox/libraries.ts";
import { WorkerExecutor } from "../../engine/workerExecutor.ts";
import { WorkerPool } from "../../engine/workerPool.ts";
import { makeId } from "../../runs/makeId.ts";
import { sendFile } from "../fileOnDisk.ts";
import type { OpenProgram } from "../program.ts";
import { openThreads } from "../threads.ts";
import type { ClusterAddress } from "./address.ts";
import { AttemptOnWorker, type Told } from "./attemptOnWorker.ts";
import { CollectedWrites } from "./collectedWrites.ts";
import { collectOutcomes } from "./collectOutcomes.ts";
import {
  openConnection,
  prefix,
  queueName,
  type Connection,
} from "./connection.ts";
import { Drives, type Drive } from "./drives.ts";
import {
  names,
  partId,
  pulse,
  refusals,
  type Here,
  type JobData,
  type JobReturn,
  type Outcome,
  type QueuedAttempt,
  type Setup,
  type ToAsker,
  type ToCoordinator,
  type ToWorkers,
} from "./messages.ts";
import { findAttachment } from "./findAttachment.ts";
import { unpackAttempts } from "./unpackAttempts.ts";
import { Questions } from "./questions.ts";
import { refusalOf } from "./refusal.ts";
import { hashOf, type SharedStore } from "./store.ts";

/** How long a job may go on until it is looked up whether it still is wanted, in milliseconds. */
const askAfter = 50;

export interface ClusterWorkerOptions {
  address: ClusterAddress;
  /** The only notebook that it works for; its attachments are read here. */
  notebook: OpenProgram | undefined;
  slots: number;
  store: SharedStore | undefined;
  /** How long it may give no sign of life until its attempts are made by others, in milliseconds. The same for all workers. */
  patience: number;
  say(line: string): void;
}

/** An attempt that is being made here. */
interface Going {
  job: string;
  data: JobData;
  attempt: AttemptOnWorker;
  writes: CollectedWrites | undefined;
}

export class ClusterWorker {
  readonly #id = `${hostname()}-${process.pid}-${makeId()}`;
  readonly #options: ClusterWorkerOptions;
  readonly #connection: Connection;
  readonly #worker: Worker<JobData, JobReturn>;
  readonly #threads = openThreads();
  readonly #pool = new WorkerPool(this.#threads.control, kernel, () => {});
  readonly #drives = new Drives((data) => this.#makeDrive(data));
  /** By the attempt's id in its job. */
  readonly #going = new Map<string, Going>();
  /** By the attempt's key: how its thread asks for things. */
  readonly #byAttempt = new Map<string, string>();
  readonly #questions: Questions;
  /** Numbers of attempts that are over. */
  readonly #free: number[] = [];
  readonly #timers: NodeJS.Timeout[];
  #nextNumber = 0;
  #isClosing = false;

  private constructor(options: ClusterWorkerOptions, connection: Connection) {
    this.#options = options;
    this.#connection = connection;
    this.#questions = new Questions(
      (data) => this.#storeOf(data),
      (id, data, question) => {
        if (!this.#going.has(id)) return false;
        this.#tell(data, { type: "ask", id, worker: this.#id, ...question });
        return true;
      },
    );
    const { patience, slots } = options;
    const { bullmq, redis, connect } = connection;
    this.#worker = new bullmq.Worker<JobData, JobReturn>(
      queueName,
      (job) => this.#process(job),
      {
        connection: connect(),
        prefix,
        autorun: false,
        concurrency: slots,
        lockDuration: patience,
        stalledInterval: Math.ceil(patience / 2),
        // The coordinator decides what becomes of an attempt whose worker is gone.
        maxStalledCount: 0,
      },
    );
    this.#worker.on("error", () => {});
    this.#worker.on("lockRenewalFailed", (ids) => {
      for (const [id, { job }] of this.#going)
        if (ids.includes(job)) this.#stop(id, refusals.superseded);
    });
    this.#worker.on("failed", (job, { message: reason }) => {
      if (job && reason === refusals.cancelled)
        void job.remove().catch(() => {});
      else if (job?.id)
        this.#tell(job.data, { type: "job-failed", id: job.id, reason });
    });
    redis.on("ready", () => this.#sayHere());
    this.#timers = [
      setInterval(() => this.#sayHere(), pulse),
      setInterval(() => void this.#lookUp(), Math.ceil(patience / 2)),
    ];
  }

  /** Connects, and takes jobs from then on. */
  static async open(options: ClusterWorkerOptions): Promise<ClusterWorker> {
    await options.store?.check();
    const connection = await openConnection(options.address, options.say);
    const worker = new ClusterWorker(options, connection);
    await worker.#start();
    return worker;
  }

  /** Ends what is going on, and gives it back: others make it again. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#connection.whileThere(async () => {
      // It takes nothing more, and is closed when what it has is back.
      const closed = this.#worker.close();
      for (const id of this.#going.keys()) this.#stop(id, refusals.givenBack);
      await closed;
      // Behind what was published of that.
      await this.#connection.redis.ping();
    });
    // A store that does not answer would keep the process.
    this.#options.store?.close();
    // Where Redis is gone, nothing can be given back.
    if (!this.#worker.closing) await this.#worker.close(true);
    await this.#drives.close();
    this.#pool.close();
    this.#threads.close();
    await this.#connection.close();
  }

  async #start(): Promise<void> {
    const { subscriber } = this.#connection;
    subscriber.on("message", (channel: string, text: string) => {
      const message = JSON.parse(text) as unknown;
      if (channel === names.toWorkers) this.#hear(message as ToWorkers);
      else void this.#questions.take(message as ToAsker);
    });
    await subscriber.subscribe(names.toWorkers, names.worker(this.#id));
    await this.#pool.booted;
    this.#sayHere();
    this.#worker.run().catch(() => {});
  }

  #sayHere(): void {
    const here: Here = { worker: this.#id, slots: this.#options.slots };
    this.#publish(names.here, here);
  }

  /** What is published is lost while Redis is away, and may be. */
  #publish(channel: string, message: unknown): void {
    const { redis } = this.#connection;
    if (redis.status === "ready")
      redis.publish(channel, JSON.stringify(message)).catch(() => {});
  }

  #hear(message: ToWorkers): void {
    switch (message.type) {
      case "who":
        return this.#sayHere();
      case "cancel":
        return this.#stop(message.id, refusals.cancelled);
      case "drive":
        for (const [id, { data }] of this.#going)
          if (data.run === message.run && data.drive !== message.drive)
            this.#stop(id, refusals.cancelled);
    }
  }

  #stop(id: string, reason: string): void {
    this.#going
      .get(id)
      ?.attempt.stop(new this.#connection.bullmq.UnrecoverableError(reason));
  }

  /** A cancellation may have been published while nobody could hear it. */
  async #lookUp(): Promise<void> {
    if (this.#connection.redis.status !== "ready") return;
    await Promise.all(
      [...this.#going].map(([id, { data }]) => this.#stopUnwanted([id], data)),
    );
  }

  /** Stops attempts of a job that were cancelled, or all if the run has gone on with another drive. */
  async #stopUnwanted(ids: readonly string[], { run, drive }: JobData) {
    const { redis } = this.#connection;
    const [current, cancelled] = await Promise.all([
      redis.get(names.current(run)),
      redis.smembers(names.cancelled(drive)),
    ]);
    const isOld = current !== null && current !== drive;
    for (const id of ids)
      if (isOld || cancelled.includes(id)) this.#stop(id, refusals.cancelled);
  }

  // ---------------------------------------------------------------- a job

  async #process({ id, data }: Job<JobData, JobReturn>): Promise<JobReturn> {
    this.#refuseOthers(data);
    const store = this.#storeOf(data);
    const drive = await this.#drives.open(data);
    const attempts = await unpackAttempts(data, this.#options.store);
    drive.jobs += 1;
    let asking: NodeJS.Timeout | undefined;
    try {
      const ids = attempts.map((_, at) => partId(id!, at));
      const ends = attempts.map((attempt, at) =>
        this.#make(drive, id!, ids[at]!, data, attempt),
      );
      // They may have been cancelled while nobody heard it here; most are over before it is worth asking.
      asking = setTimeout(
        () => void this.#stopUnwanted(ids, data).catch(() => {}),
        askAfter,
      );
      const outcomes = await collectOutcomes(
        ends,
        data.run,
        store,
        (at, outcome) =>
          this.#tell(data, { type: "ended", id: ids[at]!, outcome }),
      );
      // Sooner than the queue has taken note of it.
      this.#tell(data, { type: "job-returned", id: id!, outcomes });
      return { outcomes };
    } finally {
      clearTimeout(asking);
      drive.jobs -= 1;
    }
  }

  #storeOf({ hasNoStore }: JobData): SharedStore | undefined {
    return hasNoStore ? undefined : this.#options.store;
  }

  /** Makes an attempt; rejects if it is stopped. */
  async #make(
    drive: Drive,
    job: string,
    id: string,
    data: JobData,
    queued: QueuedAttempt,
  ): Promise<Outcome> {
    if (this.#isClosing) return { type: "given-back" };
    const attempt = new AttemptOnWorker(
      drive.executor,
      drive.attempts,
      this.#takeNumber(),
      queued,
      (told: Told) => this.#tell(data, { ...told, id } as ToCoordinator),
    );
    const going: Going = { job, data, attempt, writes: undefined };
    const key = attemptKey(queued.attempt);
    this.#going.set(id, going);
    this.#byAttempt.set(key, id);
    try {
      const end = await attempt.run();
      if (end.type === "returned")
        return { ...end, writes: (await going.writes?.take()) ?? [] };
      // What the iterations before wrote is not sent, so they are to be gone through again.
      if (end.type === "failed" && going.writes)
        return { ...end, loop: undefined };
      return end;
    } catch (thrown) {
      if ((thrown as Error).message === refusals.givenBack)
        return { type: "given-back" };
      throw thrown;
    } finally {
      going.writes?.close();
      this.#going.delete(id);
      if (this.#byAttempt.get(key) === id) this.#byAttempt.delete(key);
      this.#freeNumber(attempt.request.number);
    }
  }

  #refuseOthers(data: JobData): void {
    const reason = refusalOf(data, this.#options.notebook);
    if (reason !== undefined)
      throw new this.#connection.bullmq.UnrecoverableError(
        refusals.refused + reason,
      );
  }

  #tell({ drive }: JobData, message: ToCoordinator): void {
    this.#publish(names.drive(drive), message);
  }

  // ---------------------------------------------------------------- threads

  async #makeDrive({ drive, setup: hash }: JobData): Promise<Drive> {
    const { notebook, slots } = this.#options;
    const text = await this.#connection.redis.get(names.setup(drive));
    if (text === null || hashOf(text) !== hash)
      throw new this.#connection.bullmq.UnrecoverableError(
        refusals.unknownSetup,
      );
    const setup = fromText(text) as Setup;
    const executor = new WorkerExecutor(
      this.#pool,
      slots,
      {
        program: notebook?.program ?? setup.program,
        hosts: setup.hosts,
        showsCells: false,
      },
      {
        library: loadLibrary,
        formatLibrary: loadFormatLibrary,
        openDatabase: async (attempt, mayWrite) => {
          const [id, going] = this.#goingOf(attempt);
          const { port1, port2 } = new MessageChannel();
          going.writes = new CollectedWrites(port1, mayWrite, (calls) =>
            this.#rehearse(id, going.data, calls),
          );
          return Promise.resolve(port2);
        },
        readFile: async (name, attempt) => ({
          file: await this.#readFile(name, attempt),
          hash: undefined,
        }),
      },
    );
    return { executor, attempts: new Map(), jobs: 0 };
  }

  #takeNumber(): number {
    return this.#free.pop() ?? this.#nextNumber++;
  }

  #freeNumber(number: number): void {
    this.#free.push(number);
  }

  // ---------------------------------------------------------------- what only the coordinator has

  async #readFile(name: string, attempt: AttemptId): Promise<Blob> {
    const { notebook } = this.#options;
    const file = notebook && (await findAttachment(notebook, name));
    if (file !== undefined) return sendFile(file);
    const [id, { data }] = this.#goingOf(attempt);
    return (await this.#questions.ask(id, data, {
      type: "read-file",
      name,
    })) as Blob;
  }

  /** An attempt that is being made here, with its id in its job. */
  #goingOf(attempt: AttemptId): [string, Going] {
    const id = this.#byAttempt.get(attemptKey(attempt));
    const going = id === undefined ? undefined : this.#going.get(id);
    if (!going) throw new Error("This attempt is over.");
    return [id!, going];
  }

  #rehearse(id: string, data: JobData, calls: readonly DataCall[]) {
    return this.#questions.ask(id, data, { type: "rehearse", calls });
  }
}
