/**
 * A process that makes attempts for coordinators on other machines. Its main thread takes jobs and keeps their locks alive; the
 * code of notebooks runs in its other threads, one attempt at a time in each.
 */
import type { Job, Worker } from "bullmq";
import { hostname } from "node:os";
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
  type Batch,
  type JobData,
  type JobReturn,
  type Outcome,
  type Setup,
  type ToCoordinator,
  type ToWorker,
  type ToWorkers,
} from "./messages.ts";
import { MoreAttempts } from "./moreAttempts.ts";
import { findAttachment } from "./findAttachment.ts";
import { GoingAttempts } from "./goingAttempts.ts";
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

export class ClusterWorker {
  readonly #id = `${hostname()}-${process.pid}-${makeId()}`;
  readonly #options: ClusterWorkerOptions;
  readonly #connection: Connection;
  readonly #worker: Worker<JobData, JobReturn>;
  readonly #threads = openThreads();
  readonly #pool = new WorkerPool(this.#threads.control, kernel, () => {});
  readonly #drives = new Drives((data) => this.#makeDrive(data));
  readonly #going = new GoingAttempts();
  readonly #questions: Questions;
  readonly #more = new MoreAttempts();
  readonly #timers: NodeJS.Timeout[];
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
      for (const [id, { job }] of this.#going.entries())
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
      this.#more.end();
      for (const [id] of this.#going.entries())
        this.#stop(id, refusals.givenBack);
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
      else this.#take(message as ToWorker);
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
        for (const [id, { data }] of this.#going.entries())
          if (data.run === message.run && data.drive !== message.drive)
            this.#stop(id, refusals.cancelled);
    }
  }

  #take(message: ToWorker): void {
    if (message.type === "more") this.#more.take(message);
    else if (message.type === "no-more") this.#more.end(message.job);
    else void this.#questions.take(message);
  }

  #stop(id: string, reason: string): void {
    const { UnrecoverableError } = this.#connection.bullmq;
    this.#going.stop(id, new UnrecoverableError(reason));
  }

  /** A cancellation may have been published while nobody could hear it. */
  async #lookUp(): Promise<void> {
    if (this.#connection.redis.status !== "ready") return;
    await Promise.all(
      this.#going
        .entries()
        .map(([id, { data }]) => this.#stopUnwanted([id], data)),
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

  /** Makes the attempts that the job has, and those that it is given when they are over. */
  async #process({ id, data }: Job<JobData, JobReturn>): Promise<JobReturn> {
    this.#refuseOthers(data);
    const drive = await this.#drives.open(data);
    drive.jobs += 1;
    try {
      let batch: Batch = data;
      for (let from = 0; ;) {
        const returned = await this.#makeAll(drive, id!, data, batch, from);
        const isOver = !batch.mayGrow || this.#isClosing;
        const more = isOver ? undefined : this.#more.wait(id!, returned.to);
        const message = { type: "job-returned", id: id!, ...returned } as const;
        // Sooner than the queue has taken note of it.
        this.#tell(data, more ? { ...message, waiting: this.#id } : message);
        const next = await more;
        if (!next) {
          if (more) this.#tell(data, message);
          return returned;
        }
        batch = next;
        from = returned.to;
      }
    } finally {
      drive.jobs -= 1;
    }
  }

  /** Makes some attempts of a job, of which the first has that place in it. */
  async #makeAll(
    drive: Drive,
    job: string,
    data: JobData,
    batch: Batch,
    from: number,
  ): Promise<JobReturn> {
    const { store } = this.#options;
    const attempts = await unpackAttempts(batch, data.run, store);
    const ids = attempts.map((_, at) => partId(job, from + at));
    const ends = attempts.map((attempt, at): Promise<Outcome> => {
      if (this.#isClosing) return Promise.resolve({ type: "given-back" });
      const id = ids[at]!;
      return this.#going.make(drive, { job, data }, id, attempt, (told) =>
        this.#tell(data, { ...told, id } as ToCoordinator),
      );
    });
    // They may have been cancelled while nobody heard it here; most are over before it is worth asking.
    const asking = setTimeout(
      () => void this.#stopUnwanted(ids, data).catch(() => {}),
      askAfter,
    );
    try {
      const outcomes = await collectOutcomes(
        ends,
        data.run,
        this.#storeOf(data),
        (at, outcome) =>
          this.#tell(data, { type: "ended", id: ids[at]!, outcome }),
      );
      return { from, to: from + attempts.length, outcomes };
    } finally {
      clearTimeout(asking);
    }
  }

  #storeOf({ hasNoStore }: JobData): SharedStore | undefined {
    return hasNoStore ? undefined : this.#options.store;
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
          const [id, going] = this.#going.find(attempt);
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

  // ---------------------------------------------------------------- what only the coordinator has

  async #readFile(name: string, attempt: AttemptId): Promise<Blob> {
    const { notebook } = this.#options;
    const file = notebook && (await findAttachment(notebook, name));
    if (file !== undefined) return sendFile(file);
    const [id, { data }] = this.#going.find(attempt);
    return (await this.#questions.ask(id, data, {
      type: "read-file",
      name,
    })) as Blob;
  }

  #rehearse(id: string, data: JobData, calls: readonly DataCall[]) {
    return this.#questions.ask(id, data, { type: "rehearse", calls });
  }
}
