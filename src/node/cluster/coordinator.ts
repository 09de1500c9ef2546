import type { Queue, QueueEvents } from "bullmq";
import type { ClusterAddress } from "./address.ts";
import {
  openConnection,
  prefix,
  queueName,
  type Connection,
} from "./connection.ts";
import {
  names,
  pulse,
  type Here,
  type JobData,
  type JobReturn,
  type ToWorkers,
} from "./messages.ts";
import type { SharedStore } from "./store.ts";

/** How many jobs may be in the queue for each slot of a worker: one that it works on, and one so that it need not wait. */
const jobsPerSlot = 2;

/** Who is told of jobs. */
export interface JobListener {
  completed(id: string, returned: JobReturn): void;
  failed(id: string, reason: string): void;
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
  readonly store: SharedStore | undefined;
  readonly #connection: Connection;
  readonly #events: QueueEvents;
  readonly #say: (line: string) => void;
  /** Slots of the workers that are there, and when each was heard last. */
  readonly #workers = new Map<string, { slots: number; at: number }>();
  readonly #listeners = new Map<string, JobListener>();
  #isWaiting = false;

  private constructor(
    connection: Connection,
    store: SharedStore | undefined,
    say: (line: string) => void,
    hearsEvents: boolean,
  ) {
    const { bullmq, connect, redis, subscriber } = connection;
    this.#connection = connection;
    this.store = store;
    this.#say = say;
    this.queue = new bullmq.Queue(queueName, {
      connection: redis,
      prefix,
      streams: { events: { maxLen: 1_000 } },
      defaultJobOptions: {
        attempts: 1,
        // A job that nobody took note of must be found.
        removeOnComplete: false,
        removeOnFail: false,
      },
    });
    this.#events = new bullmq.QueueEvents(queueName, {
      connection: connect(),
      prefix,
      autorun: hearsEvents,
    });
    this.queue.on("error", () => {});
    this.#events.on("error", () => {});
    this.#events.on("completed", ({ jobId, returnvalue }) => {
      for (const listener of this.#listeners.values())
        listener.completed(jobId, returnvalue as unknown as JobReturn);
    });
    this.#events.on("failed", ({ jobId, failedReason }) => {
      for (const listener of this.#listeners.values())
        listener.failed(jobId, failedReason);
    });
    subscriber.on("message", (channel: string, text: string) => {
      if (channel === names.here) this.#count(JSON.parse(text) as Here);
      else this.#listeners.get(channel)?.heard(text);
    });
    redis.on("ready", () => {
      for (const listener of this.#listeners.values()) listener.reconnected();
    });
  }

  /** `hearsEvents` off leaves only what is looked up every now and then: slower, and as right. */
  static async open(
    address: ClusterAddress,
    options: {
      store: SharedStore | undefined;
      say(line: string): void;
      hearsEvents?: boolean;
    },
  ): Promise<Coordinator> {
    const { store, say, hearsEvents = true } = options;
    const connection = await openConnection(address, say);
    const coordinator = new Coordinator(connection, store, say, hearsEvents);
    await connection.subscriber.subscribe(names.here);
    await coordinator.tell({ type: "who" });
    if (hearsEvents) await coordinator.#events.waitUntilReady();
    return coordinator;
  }

  /** How many jobs may be in the queue. */
  get capacity(): number {
    const now = performance.now();
    let slots = 0;
    for (const [worker, { slots: more, at }] of this.#workers)
      if (now - at > 3 * pulse) this.#workers.delete(worker);
      else slots += more;
    return Math.max(1, slots) * jobsPerSlot;
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

  /** Tells the listener of all jobs, and of what is published to the channel. */
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
      this.#say(
        "No worker is there; waiting. Start some: flowbook worker <the same address>",
      );
    this.#isWaiting = isAlone;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.queue.close(), this.#events.close()]);
    await this.#connection.close();
  }

  #count({ worker, slots }: Here): void {
    const isNew = this.#workers.get(worker)?.slots !== slots;
    this.#workers.set(worker, { slots, at: performance.now() });
    if (isNew) for (const listener of this.#listeners.values()) listener.room();
  }
}
