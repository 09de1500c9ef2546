import {
  afterEach,
  beforeEach,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import type {
  FromFrame,
  FromWorker,
  ToFrame,
} from "../../src/engine/protocol.ts";
import { unfit, WorkerPool } from "../../src/engine/workerPool.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A pool whose frame says what the test has it say. */
function openPool() {
  const sent: ToFrame[] = [];
  const control = {
    onmessage: (_: { data: FromFrame }) => {},
    postMessage: (message: ToFrame) => sent.push(message),
    close: () => {},
  };
  const pool = new WorkerPool(
    control as unknown as MessagePort,
    "",
    () => undefined,
  );
  return {
    pool,
    /** The worker's end of its port. */
    portOf: (worker: number) =>
      sent.flatMap((message) =>
        message.type === "spawn" && message.worker === worker
          ? [message.port]
          : [],
      )[0]!,
    say: (data: FromFrame) => control.onmessage({ data }),
    killed: () =>
      sent.flatMap((message) =>
        message.type === "kill" ? [message.worker] : [],
      ),
  };
}

test("a worker in which an error was not caught is ended, for code in it that goes on would be stopped by nobody", () => {
  const { pool, say, killed } = openPool();
  const worker = pool.spawn();
  const lost: string[] = [];
  worker.onLost = (message) => lost.push(message);
  const error = { type: "worker-error", message: "no" } as const;
  say({ ...error, worker: worker.id });
  say({ ...error, worker: worker.id });
  expect(killed()).toEqual([worker.id]);
  expect(lost).toEqual(["no"]);
  pool.close();
});

test("so is one that waits for whoever comes next", () => {
  const { pool, say, killed } = openPool();
  pool.prepare([]);
  say({ type: "worker-error", worker: 1, message: "" });
  expect(killed()).toEqual([1]);
  const next = pool.spawn();
  expect(next.id).toBe(2);
  pool.close();
});

/** A pool with a worker in a frame that never answers, after these seconds; `speaks` is whether the worker says something each second. */
async function silentFor(seconds: number, speaks = false): Promise<string[]> {
  const { pool, say } = openPool();
  say({ type: "booted" });
  const ports: MessagePort[] = [];
  const real = MessageChannel;
  vi.stubGlobal(
    "MessageChannel",
    class extends real {
      constructor() {
        super();
        ports.push(this.port1);
      }
    },
  );
  const worker = pool.spawn();
  vi.unstubAllGlobals();
  const lost: string[] = [];
  worker.onLost = (message) => lost.push(message);
  for (let second = 0; second < seconds; second += 1) {
    const ready = new MessageEvent("message", { data: { type: "ready" } });
    if (speaks) ports[0]?.onmessage?.(ready);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  pool.close();
  return lost;
}

test("a sandbox that a busy machine keeps from answering for ten seconds is not called a crash", async () => {
  expect(await silentFor(10)).toEqual([]);
});

test("one that stays silent is, and is said to be out of memory perhaps", async () => {
  expect(await silentFor(20)).toEqual([
    expect.stringContaining("it may be out of memory"),
  ]);
});

test("a sandbox lives as long as one of its workers speaks", async () => {
  expect(await silentFor(60, true)).toEqual([]);
});

test("graphs with schedules are taken when what checks them is there, and refused with one that is none", async () => {
  const { pool, portOf, killed } = openPool();
  const trace = (schedule: object) => {
    const settings = { limits: [], schedules: [schedule], watched: false };
    const graph = {
      ...{ flow: "F", nodes: [], edges: [], settings },
      result: { type: "value", value: null },
    };
    const worker = pool.spawn();
    const port = portOf(worker.id);
    onTestFinished(() => port.close());
    port.postMessage({
      ...{ type: "traced", job: 1 },
      report: { graphs: [graph], errors: [] },
    });
    return new Promise<FromWorker | string>((resolve) => {
      worker.onMessage = resolve;
      worker.onLost = resolve;
    });
  };
  const schedule = { type: "cron", line: "0 6 * * *" };
  expect(await trace(schedule)).toMatchObject({
    report: { graphs: [{ settings: { schedules: [schedule] } }] },
  });
  expect(killed()).toEqual([]);
  expect(await trace({ type: "cron", line: "soon" })).toBe(unfit);
  expect(killed()).toEqual([2]);
});
