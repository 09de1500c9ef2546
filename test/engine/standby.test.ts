import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Standby } from "../../src/engine/standby.ts";
import type { WorkerPool } from "../../src/engine/workerPool.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const prepare = vi.fn();
const pool = { prepare } as unknown as WorkerPool;
beforeEach(() => prepare.mockClear());

test("a worker is made ready when nothing has come for a second", async () => {
  const standby = new Standby(() => Promise.resolve(pool));
  standby.soon();
  await vi.advanceTimersByTimeAsync(999);
  expect(prepare).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(prepare).toHaveBeenCalledOnce();
});

test("while things come one after the other nothing is made ready", async () => {
  const standby = new Standby(() => Promise.resolve(pool));
  for (let at = 0; at < 5; at += 1) {
    standby.soon();
    await vi.advanceTimersByTimeAsync(900);
  }
  expect(prepare).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(prepare).toHaveBeenCalledOnce();
});

test("when it is closed nothing is made ready any more", async () => {
  const standby = new Standby(() => Promise.resolve(pool));
  standby.soon();
  standby.close();
  standby.soon();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(prepare).not.toHaveBeenCalled();
});

test.each([
  ["that a run has", () => undefined],
  ["that cannot be had", () => Promise.reject(new Error("no sandbox"))],
])("of a sandbox %s nothing is wanted", async (_, open) => {
  const standby = new Standby(open);
  standby.soon();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(prepare).not.toHaveBeenCalled();
});
