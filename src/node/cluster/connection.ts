import { isIP } from "node:net";
import type { Redis, RedisOptions } from "ioredis";
import { FlowError } from "../../core/errors.ts";
import { asSentence } from "../../core/words.ts";
import { showAddress, type ClusterAddress } from "./address.ts";

/** How long Redis may take to answer at first, in milliseconds; later it is waited for. */
const firstAnswer = 5_000;

/** How long a Redis that does not answer may hold up an end, in milliseconds. */
const longestFarewell = 5_000;

/** Keys and channels in Redis begin with this; BullMQ's own with `flowbook:<queue>`. */
export const prefix = "flowbook";
export const queueName = "tasks";

/** The two packages, and connections to one Redis. */
export interface Connection {
  bullmq: typeof import("bullmq");
  /** For commands. */
  redis: Redis;
  /** For what is published; it can do nothing else. */
  subscriber: Redis;
  /** Gives BullMQ another connection of the same kind. */
  connect(): Redis;
  /** Does what waits for Redis, unless that is gone, or as long as it does not go. */
  whileThere(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects to Redis. Rejects if it does not answer soon, or would throw entries away. `say` is told when it is gone and when
 * it is back; commands wait meanwhile.
 */
export async function openConnection(
  address: ClusterAddress,
  say: (line: string) => void,
): Promise<Connection> {
  const { bullmq, Redis } = await loadPackages();
  const open = new Set<Redis>();
  const place = showAddress(address);
  const options = optionsOf(address);
  const connect = (): Redis => {
    const redis = new Redis(options);
    // Without a listener every attempt to connect again would print a stack.
    redis.on("error", () => {});
    open.add(redis);
    return redis;
  };
  const redis = connect();
  const subscriber = connect();
  const close = async () => {
    for (const one of open) one.disconnect();
    await Promise.resolve();
  };
  try {
    await untilReady(redis, place, address.isEncrypted);
    await checkDatabase(redis, place, address.database);
    await checkPolicy(redis, place);
  } catch (thrown) {
    await close();
    throw thrown;
  }
  let isGone = false;
  redis.on("close", () => {
    if (isGone) return;
    isGone = true;
    say(`Redis at ${place} is gone; waiting for it.`);
  });
  redis.on("ready", () => {
    if (isGone) say(`Redis at ${place} is back.`);
    isGone = false;
  });
  return {
    bullmq,
    redis,
    subscriber,
    connect,
    whileThere: (work) => whileThere(redis, work),
    async close() {
      redis.removeAllListeners("close");
      await close();
    },
  };
}

async function whileThere(
  redis: Redis,
  work: () => Promise<void>,
): Promise<void> {
  if (redis.status !== "ready") return;
  let leave: () => void = () => {};
  const gone = new Promise<void>((resolve) => (leave = resolve));
  const timer = setTimeout(leave, longestFarewell);
  redis.once("close", leave);
  try {
    await Promise.race([work(), gone]);
  } finally {
    clearTimeout(timer);
    redis.off("close", leave);
  }
}

async function loadPackages() {
  try {
    const [bullmq, { Redis }] = await Promise.all([
      import("bullmq"),
      import("ioredis"),
    ]);
    return { bullmq, Redis };
  } catch (cause) {
    throw new FlowError(
      "invalid-argument",
      "Running on many machines needs the packages bullmq and ioredis, which are not there. Run: npm install bullmq@6 ioredis@6",
      { cause },
    );
  }
}

function optionsOf(address: ClusterAddress): RedisOptions {
  const { host, port, username, password, database, isEncrypted } = address;
  return {
    host,
    port,
    db: database,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    // A certificate may be asked for by name only.
    ...(isEncrypted ? { tls: isIP(host) ? {} : { servername: host } } : {}),
    // Commands wait for Redis to come back, however long that takes.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(50 * times, 1_000),
  };
}

async function untilReady(
  redis: Redis,
  place: string,
  isEncrypted: boolean,
): Promise<void> {
  let last = "no answer";
  const note = (error: Error) => {
    last = error.message || (error as { code?: string }).code || last;
  };
  redis.on("error", note);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new FlowError(
            "invalid-argument",
            `Redis at ${place} does not answer (${last}). Start it, or correct the address, the user or the password.${isEncrypted && !/certificate/i.test(last) ? " If it speaks no TLS, begin the address with bullmq://." : ""}`,
          ),
        ),
      firstAnswer,
    );
  });
  try {
    await Promise.race([redis.ping(), late]);
  } catch (thrown) {
    if (thrown instanceof FlowError) throw thrown;
    throw new FlowError(
      "invalid-argument",
      `Redis at ${place} refuses: ${asSentence((thrown as Error).message)} Give user and password as in bullmq://user:password@host:6379.`,
      { cause: thrown },
    );
  } finally {
    clearTimeout(timer);
    redis.off("error", note);
  }
}

/** Without this, a connection would go on in the first database. */
async function checkDatabase(
  redis: Redis,
  place: string,
  database: number,
): Promise<void> {
  if (database === 0) return;
  try {
    await redis.select(database);
  } catch (cause) {
    throw new FlowError(
      "invalid-argument",
      `Redis at ${place} gives no database ${database}: ${asSentence((cause as Error).message)} Correct the number at the end of the address, or leave it out.`,
      { cause },
    );
  }
}

/** A queue of which entries vanish when memory runs short is none. */
async function checkPolicy(redis: Redis, place: string): Promise<void> {
  const info = await redis.info("memory").catch(() => "");
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
  if (policy === undefined || policy === "noeviction") return;
  throw new FlowError(
    "invalid-argument",
    `Redis at ${place} throws entries away when its memory is full (maxmemory-policy ${policy}), so tasks would be lost. Type: redis-cli -h ${place.replace(/:(\d+)$/, " -p $1")} CONFIG SET maxmemory-policy noeviction`,
  );
}
