import type { Queue } from "bullmq";
import type { ClusterAddress } from "./address.ts";
import {
  openConnection,
  prefix,
  queueName,
  type Connection,
} from "./connection.ts";
import {
  keepFor,
  names,
  pulse,
  type Here,
  type JobData,
  type JobReturn,
  type ToWorkers,
} from "./messages.ts";
import type { SharedStore } from "./store.ts";
import { WaitingJobs } from "./waitingJobs.ts";

/** How many jobs may be in the queue for each slot of a worker: one that it works on, and one so that it need not wait. */
const jobsPerSlot = 2;

/** Who is told of what workers publish. */
export interface JobListener {
  /** Something was published to the channel that it hears. */
  heard(text: string): void;
  /** There may be room for more. */
  room(): void;
  /** What Redis has may be older than what it was told. */
  reconnected(): void;
}

/** The queue as the process sees it that coordinates runs. */
export class Coordinator {
  readonly queue: Queue<JobData, JobReturn>;
  readonly waitingJobs: WaitingJobs;
  readonly store: SharedStore | undefined;
  /** Tells who started the run. */
  readonly say: (line: string) => void;
  readonly #connection: Connection;
  /** Slots of the workers that are there, and when each was heard last. */
  readonly #workers = new Map<string, { slots: number; at: number }>();
  readonly #listeners = new Map<string, JobListener>();
  #isWaiting = false;

  private constructor(
    connection: Connection,
    store: SharedStore | undefined,
    say: (line: string) => void,
  ) {
    const { bullmq, redis, subscriber } = connection;
    this.#connection = connection;
    this.store = store;
    this.say = say;
    this.queue = new bullmq.Queue(queueName, {
      connection: redis,
      prefix,
      // Nobody reads them: what became of a job is published, and looked up.
      streams: { events: { maxLen: 100 } },
      defaultJobOptions: {
        attempts: 1,
        // A job that nobody took note of must be found, and one that is forgotten before is made again.
        removeOnComplete: { age: keepFor },
        removeOnFail: { age: keepFor },
      },
    });
    this.queue.on("error", () => {});
    this.waitingJobs = new WaitingJobs(this.queue);
    subscriber.on("message", (channel: string, text: string) => {
      if (channel === names.here) this.#count(JSON.parse(text) as Here);
      else this.#listeners.get(channel)?.heard(text);
    });
    redis.on("ready", () => {
      for (const listener of this.#listeners.values()) listener.reconnected();
    });
  }

  static async open(
    address: ClusterAddress,
    options: {
      store: SharedStore | undefined;
      say(line: string): void;
    },
  ): Promise<Coordinator> {
    const { store, say } = options;
    await store?.check();
    const connection = await openConnection(address, say);
    const coordinator = new Coordinator(connection, store, say);
    await connection.subscriber.subscribe(names.here);
    await coordinator.tell({ type: "who" });
    return coordinator;
  }

  /** How many jobs may be in the queue. */
  get capacity(): number {
    return this.slots * jobsPerSlot;
  }

  /** How many attempts the workers make at once; one if there are none yet. */
  get slots(): number {
    const now = performance.now();
    let slots = 0;
    for (const [worker, { slots: more, at }] of this.#workers)
      if (now - at > 3 * pulse) this.#workers.delete(worker);
      else slots += more;
    return Math.max(1, slots);
  }

  get redis() {
    return this.#connection.redis;
  }

  tell(message: ToWorkers): Promise<unknown> {
    return this.redis.publish(names.toWorkers, JSON.stringify(message));
  }

  publish(channel: string, message: unknown): Promise<unknown> {
    return this.redis.publish(channel, JSON.stringify(message));
  }

  /** Tells the listener of what is published to the channel. */
  async listen(channel: string, listener: JobListener): Promise<void> {
    this.#listeners.set(channel, listener);
    await this.#connection.subscriber.subscribe(channel);
  }

  async unlisten(channel: string): Promise<void> {
    this.#listeners.delete(channel);
    await this.#connection.subscriber.unsubscribe(channel);
  }

  /** Says it once if there is work and nobody to do it. */
  sayIfAlone(): void {
    const isAlone = this.capacity === jobsPerSlot && this.#workers.size === 0;
    if (isAlone && !this.#isWaiting)
      this.say(
        "No worker is there; waiting. Start some: flowbook worker <the same address>",
      );
    this.#isWaiting = isAlone;
  }

  /** See {@link Connection}. */
  whileThere(work: () => Promise<void>): Promise<void> {
    return this.#connection.whileThere(work);
  }

  async close(): Promise<void> {
    this.store?.close();
    await this.whileThere(() => this.queue.close().catch(() => {}));
    await this.#connection.close();
  }

  #count({ worker, slots }: Here): void {
    const isNew = this.#workers.get(worker)?.slots !== slots;
    this.#workers.set(worker, { slots, at: performance.now() });
    if (isNew) for (const listener of this.#listeners.values()) listener.room();
  }
}
