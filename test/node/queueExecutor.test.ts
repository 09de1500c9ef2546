import { afterEach, expect, test, vi } from "vitest";
import type { AttemptListener, DriveSetup } from "../../src/engine/executor.ts";
import type { AttemptRequest } from "../../src/engine/executor.ts";
import type {
  Coordinator,
  JobListener,
} from "../../src/node/cluster/coordinator.ts";
import type { AskSupplies } from "../../src/node/cluster/answerAsk.ts";
import {
  partId,
  type Ask,
  type JobData,
  type Outcome,
  type QueuedAttempt,
  type ToCoordinator,
  type ToWorker,
} from "../../src/node/cluster/messages.ts";
import { pack, unpack, type Payload } from "../../src/node/cluster/payload.ts";
import type { SharedStore } from "../../src/node/cluster/store.ts";
import { QueueExecutor } from "../../src/node/cluster/queueExecutor.ts";
import { WaitingJobs } from "../../src/node/cluster/waitingJobs.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0)) await close();
});

/** Resolves when all is done that has been begun and waits for nothing else. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

/** A task run whose task is called so. */
function request(
  number: number,
  name = "next",
  more: Partial<AttemptRequest> = {},
): AttemptRequest {
  const attempt = { run: "r", node: `${name}-${number}`, attempt: 1 };
  return {
    ...{ ...attempt, number, name, task: name, flow: "f", priority: number },
    ...{ isPlain: true, tellsBegin: false, hasName: false, path: [] },
    ...{ mapIndex: undefined, args: [number] },
    makeJob: () => ({ task: name, args: [number] }),
    ...more,
  } as unknown as AttemptRequest;
}

async function namesIn(payload: Payload): Promise<string[]> {
  const attempts = await unpack(payload, "r", undefined, "It");
  return (attempts as QueuedAttempt[]).map(({ attempt }) => attempt.node);
}

/** An executor with workers of so many slots, a queue that only takes note, and who hears of the attempts. */
async function openExecutor(
  slots = 4,
  store?: Partial<SharedStore>,
  asks: Partial<AskSupplies> = {},
) {
  const queued: { id: string; data: JobData }[] = [];
  const published: { channel: string; message: ToWorker }[] = [];
  const removed: string[] = [];
  const cancelled: string[] = [];
  const returned: number[] = [];
  const failed: string[] = [];
  /** What Redis knows of each job, by its id; undefined for what it has forgotten. */
  const jobs = new Map<string, object | undefined>();
  let listener!: JobListener;
  let isBroken = false;
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const pipeline = () => ({
    ...{ set: pipeline, sadd: pipeline, expire: pipeline },
    exec: () => Promise.resolve(),
  });
  const add = (_: string, data: JobData, { jobId }: { jobId: string }) => {
    queued.push({ id: jobId, data });
    jobs.set(jobId, { processedOn: Date.now() });
    return Promise.resolve();
  };
  let othersWaiting = 0;
  const waitingJobs = new WaitingJobs({
    getJobCountByTypes: () => Promise.resolve(othersWaiting),
  } as never);
  const coordinator = {
    ...{ store, slots, capacity: 2 * slots, waitingJobs },
    redis: {
      ...{ status: "ready", pipeline },
      ...{ get: async () => null, set: async () => {}, del: async () => {} },
    },
    queue: {
      ...{ add, clean: async () => [], getJobs: async () => [] },
      addBulk: (all: { data: JobData; opts: { jobId: string } }[]) =>
        Promise.all(all.map(({ data, opts }) => add("", data, opts))),
      getJob: (id: string) => Promise.resolve(jobs.get(id)),
      remove: (id: string) => Promise.resolve(removed.push(id)),
    },
    tell: (message: { type: string; id: string }) => {
      if (message.type === "cancel") cancelled.push(message.id);
      return Promise.resolve();
    },
    publish: (channel: string, message: ToWorker) => {
      published.push({ channel, message });
      const isLost = isBroken;
      isBroken = false;
      return isLost ? Promise.reject(new Error("closed")) : Promise.resolve();
    },
    listen: (_: string, given: JobListener) => {
      listener = given;
      return Promise.resolve();
    },
    ...{ unlisten: async () => {}, say: () => {}, sayIfAlone: () => {} },
    whileThere: (work: () => Promise<void>) => work(),
  } as unknown as Coordinator;
  const setup = {
    ...{ run: "r", program: { hash: "p" }, hosts: [], local: {} },
  } as unknown as DriveSetup;
  const executor = await QueueExecutor.open(
    coordinator,
    setup,
    asks as AskSupplies,
  );
  closing.push(() => executor.close());
  const told = {
    ...{ started: () => {}, named: () => {}, log: () => {} },
    returned: ({ number }: AttemptRequest) => returned.push(number),
    returnedAll: (all: AttemptRequest[]) =>
      returned.push(...all.map(({ number }) => number)),
    failed: (_: unknown, { message }: Error) => failed.push(message),
  } as unknown as AttemptListener;
  return {
    ...{ executor, queued, published, removed, cancelled, returned, failed },
    /** Asks for attempts; resolves when they have been given away. */
    async start(...requests: AttemptRequest[]) {
      for (const one of requests) executor.start(one, told);
      await quiet();
    },
    /** A worker tells that a job's attempts from one on and to before another have returned, and perhaps that it waits for more. */
    async hear(
      id: string,
      from: number,
      to: number,
      waiting?: string,
      value: unknown = 1,
    ) {
      const outcome: Outcome = {
        ...{ type: "returned", value, writes: [], took: 5 },
      };
      const all = Array<Outcome>(to - from).fill(outcome);
      const given = store as SharedStore | undefined;
      const outcomes = [await pack(all, "r", given, "It")];
      const message: ToCoordinator = {
        ...{ type: "job-returned", id, from, to, outcomes },
        ...(waiting === undefined ? {} : { waiting }),
      };
      listener.heard(JSON.stringify(message));
      await quiet();
    },
    /** A worker asks something for the first attempt of a job. */
    async ask(id: string, ask: Ask) {
      const question = await pack(ask, "r", undefined, "It");
      const message: ToCoordinator = {
        ...{ type: "ask", id: partId(id, 0), worker: "w", call: 1 },
        ask: question,
      };
      listener.heard(JSON.stringify(message));
      await quiet();
    },
    /** What is published next arrives, though it is not known that it does. */
    break() {
      isBroken = true;
    },
    /** So many milliseconds pass. */
    pass(milliseconds: number) {
      now += milliseconds;
    },
    /** So many jobs of others wait in the queue from now on. */
    letWait(count: number) {
      othersWaiting = count;
    },
    /** Redis is back without a job. */
    async forget(id: string) {
      jobs.delete(id);
      listener.reconnected();
      await quiet();
    },
  };
}

test("what comes next goes to the worker that waits for it, and not by way of the queue", async () => {
  const { start, hear, queued, published, returned } = await openExecutor();
  await start(request(0));
  const { id, data } = queued[0]!;
  expect(data.mayGrow).toBe(true);
  await hear(id, 0, 1, "w");
  expect(returned).toEqual([0]);
  await start(request(1));
  expect(queued).toHaveLength(1);
  const [{ channel, message }] = published as [(typeof published)[0]];
  expect(channel).toBe("flowbook:worker:w");
  expect(message).toMatchObject({ type: "more", job: id, from: 1 });
  const { attempts } = message as ToWorker & { type: "more" };
  expect(await namesIn(attempts)).toEqual(["next-1"]);
  await hear(id, 1, 2);
  expect(returned).toEqual([0, 1]);
});

test("what comes next is not given to anybody before it is asked for, which is after the commit", async () => {
  const { start, hear, queued, published } = await openExecutor();
  await start(request(0));
  await hear(queued[0]!.id, 0, 1, "w");
  expect(published).toEqual([]);
});

test("a large result is taken however much later it is read than what came after it", async () => {
  const stored: string[] = [];
  let read = () => {};
  const { start, hear, queued, returned } = await openExecutor(4, {
    put: (_: string, text: string) =>
      Promise.resolve(String(stored.push(text))),
    get: () => new Promise((resolve) => (read = () => resolve(stored.at(-1)!))),
  });
  await start(request(0));
  const { id } = queued[0]!;
  await hear(id, 0, 1, "w", "x".repeat(20_000));
  await start(request(1));
  await hear(id, 1, 2);
  expect(returned).toEqual([]);
  read();
  await quiet();
  expect([returned, queued.length]).toEqual([[0, 1], 1]);
});

test("what a worker got of which that was not known is taken once, and its places are those of nothing else", async () => {
  const told = await openExecutor();
  const { start, hear, queued, published, returned } = told;
  await start(request(0));
  const { id } = queued[0]!;
  await hear(id, 0, 1, "w");
  told.break();
  await start(request(1));
  // It goes by the queue as well, but the worker has got it.
  expect(queued).toHaveLength(2);
  await hear(id, 1, 2, "w");
  expect(returned).toEqual([0, 1]);
  await start(request(2));
  expect(published.at(-1)!.message).toMatchObject({ job: id, from: 2 });
  await hear(id, 2, 3);
  await hear(queued[1]!.id, 0, 1);
  expect([returned, queued.length]).toEqual([[0, 1, 2], 2]);
});

test("what a worker did not get in time goes by way of the queue, once", async () => {
  const { start, hear, queued, published, returned } = await openExecutor();
  await start(request(0));
  const { id } = queued[0]!;
  await hear(id, 0, 1, "w");
  await start(request(1));
  expect(published).toHaveLength(1);
  // It had waited for long enough when that came.
  await hear(id, 0, 1);
  expect(queued).toHaveLength(2);
  expect(await namesIn(queued[1]!.data.attempts)).toEqual(["next-1"]);
  await hear(queued[1]!.id, 0, 1);
  await hear(id, 0, 1);
  expect([returned, queued.length]).toEqual([[0, 1], 2]);
});

test("a worker that has waited for long enough is given nothing", async () => {
  const { start, hear, pass, queued, published } = await openExecutor();
  await start(request(0));
  await hear(queued[0]!.id, 0, 1, "w");
  pass(51);
  await start(request(1));
  expect([published.length, queued.length]).toEqual([0, 2]);
});

test("a worker that waits as the run ends is told that nothing comes", async () => {
  const { executor, start, hear, queued, published } = await openExecutor();
  await start(request(0));
  await hear(queued[0]!.id, 0, 1, "w");
  await executor.close();
  const message = { type: "no-more", job: queued[0]!.id };
  expect(published).toEqual([{ channel: "flowbook:worker:w", message }]);
});

test("a worker waits for more as long as nobody waits for its slot", async () => {
  const { start, hear, pass, letWait, queued, published } =
    await openExecutor();
  await start(request(0));
  const { id } = queued[0]!;
  const next = async (number: number) => {
    pass(99);
    await hear(id, number - 1, number, "w");
    await start(request(number));
    return (published.at(-1)!.message as ToWorker & { type: "more" }).mayGrow;
  };
  for (let number = 1; number < 10; number += 1)
    expect(await next(number)).toBe(true);
  letWait(1);
  const after = [await next(10), await next(11), await next(12)];
  expect(after.at(-1)).toBe(undefined);
  expect([published.length, queued.length]).toEqual([12, 1]);
});

test("a worker waits for more only where nothing waits for it, and for no longer than others can wait for its slot", async () => {
  const { start, hear, pass, letWait, queued, published } =
    await openExecutor(1);
  letWait(1);
  await start(request(0, "a"), request(1, "b"), request(2, "c"));
  expect(queued.map(({ data }) => data.mayGrow)).toEqual([
    undefined,
    undefined,
  ]);
  await hear(queued[0]!.id, 0, 1);
  await hear(queued[1]!.id, 0, 1);
  const { id, data } = queued[2]!;
  expect(data.mayGrow).toBe(undefined);
  await hear(id, 0, 1);
  await start(request(3, "d"));
  expect(queued[3]!.data.mayGrow).toBe(true);
  pass(195);
  await hear(queued[3]!.id, 0, 1, "w");
  pass(6);
  await start(request(4, "e"));
  expect(published).toHaveLength(1);
  expect(published[0]!.message).not.toHaveProperty("mayGrow");
});

test("a job that Redis has forgotten is put in again, and what it was given later in another", async () => {
  const { start, hear, forget, queued } = await openExecutor();
  await start(request(0), request(5, "other"));
  const [grown, other] = [queued[1]!, queued[0]!];
  expect(await namesIn(grown.data.attempts)).toEqual(["next-0"]);
  await hear(grown.id, 0, 1, "w");
  await start(request(1));
  await forget(grown.id);
  expect(queued).toHaveLength(3);
  const made = queued[2]!;
  expect(made.id).not.toBe(grown.id);
  expect(await namesIn(made.data.attempts)).toEqual(["next-1"]);
  await forget(other.id);
  expect(queued[3]!.id).toBe(other.id);
});

test("an attempt that is cancelled while a worker has it in a job that goes on is cancelled by its place, and its job is let go", async () => {
  const { executor, start, hear, queued, cancelled, removed, returned } =
    await openExecutor();
  await start(request(0));
  const { id } = queued[0]!;
  await hear(id, 0, 1, "w");
  executor.kept(request(0));
  const next = request(1);
  await start(next);
  executor.stop(next);
  await quiet();
  expect([cancelled, removed]).toEqual([[`${id}/1`], [id]]);
  await hear(id, 1, 2);
  expect(returned).toEqual([0]);
});

test("what an attempt asked of the database is taken back when it is cancelled", async () => {
  const rollback = vi.fn(() => Promise.resolve());
  const { executor, start, ask, queued } = await openExecutor(4, undefined, {
    ...{ attach: () => Promise.resolve(), rollback },
  });
  await start(request(0));
  await ask(queued[0]!.id, {
    type: "rehearse",
    calls: [{ method: "query", sql: "SELECT 1", parameters: [] }],
  });
  expect(rollback).not.toHaveBeenCalled();
  executor.stop(request(0));
  await quiet();
  expect(rollback).toHaveBeenCalledOnce();
});

test("what is too large for a worker that waits fails by itself, and nothing of it is sent", async () => {
  const { start, hear, queued, published, failed } = await openExecutor();
  await start(request(0));
  await hear(queued[0]!.id, 0, 1, "w");
  const args = ["x".repeat(20_000)];
  const large = { makeJob: () => ({ task: "next", args }) };
  await start(request(1, "next", large as never));
  expect([published.length, queued.length]).toEqual([0, 1]);
  expect(failed).toEqual([
    expect.stringMatching(/^What next is given takes 21 kB/),
  ]);
});

test("what is cancelled while what it is given goes to the store is given to no worker", async () => {
  let put!: (name: string) => void;
  const { executor, start, hear, queued, published } = await openExecutor(4, {
    put: () => new Promise((resolve) => (put = resolve)),
    drop: () => Promise.resolve(),
  });
  await start(request(0));
  await hear(queued[0]!.id, 0, 1, "w");
  const args = ["x".repeat(20_000)];
  const makeJob = () => ({ task: "next", args });
  const large = request(1, "next", { makeJob: makeJob as never });
  await start(large);
  executor.stop(large);
  put("there");
  await quiet();
  expect([published.length, queued.length]).toEqual([0, 1]);
});
