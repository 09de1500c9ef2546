import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FromFrame, ToFrame } from "../../src/engine/protocol.ts";
import { WorkerPool } from "../../src/engine/workerPool.ts";

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
