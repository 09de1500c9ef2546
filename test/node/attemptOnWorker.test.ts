import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AttemptListener } from "../../src/engine/executor.ts";
import { AttemptOnWorker } from "../../src/node/cluster/attemptOnWorker.ts";
import type { QueuedAttempt } from "../../src/node/cluster/messages.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An attempt, and the listener that its executor tells of it. */
function begin() {
  let listener!: AttemptListener;
  const queued = {
    attempt: { run: "r", node: "n", attempt: 1 },
    name: "n",
    isPlain: true,
    job: { task: "t", flow: "f", context: {}, args: [], hasName: false },
  } as unknown as QueuedAttempt;
  const executor = {
    start: (_: unknown, told: AttemptListener) => void (listener = told),
    stop: () => {},
    ask: () => Promise.reject(new Error("no questions")),
    watch: () => Promise.resolve(),
  };
  const attempt = new AttemptOnWorker(executor, new Map(), 1, queued, () => {});
  const end = attempt.run();
  return { end, listener, request: attempt.request };
}

test("an attempt took what its function took, not what its thread waited for a processor", async () => {
  const { end, listener, request } = begin();
  listener.started(request);
  vi.advanceTimersByTime(9);
  listener.returned(request, "value", 0.02);
  expect(await end).toEqual({ type: "returned", value: "value", took: 0.02 });
});

test("an attempt of which nobody knows how long its function took is measured from its start", async () => {
  const { end, listener, request } = begin();
  listener.started(request);
  vi.advanceTimersByTime(9);
  listener.returned(request, "value", undefined);
  expect(await end).toMatchObject({ took: 9 });
});
