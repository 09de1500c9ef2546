import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TableReads } from "../../../src/ui/tables/tableReads.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = () => new Promise<never>(() => {});

/** Reads, and what ends them. */
function makeReads(): { reads: TableReads; stop: ReturnType<typeof vi.fn> } {
  const stop = vi.fn();
  return { reads: new TableReads(stop), stop };
}

test("rows of a view that do not come are stopped, and others not", async () => {
  const { reads, stop } = makeReads();
  expect(await reads.read(true, () => Promise.resolve(1))).toBe(1);
  await expect(
    reads.read(true, () => Promise.reject(new Error("no"))),
  ).rejects.toThrow("no");
  void reads.read(false, never);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stop).not.toHaveBeenCalled();
  void reads.read(true, never);
  await vi.advanceTimersByTimeAsync(29_999);
  expect(stop).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(stop).toHaveBeenCalledTimes(1);
});

test("a view that nobody looks at any more is stopped soon, and what is looked at next is asked for after that", async () => {
  const { reads, stop } = makeReads();
  void reads.read(true, never);
  await vi.advanceTimersByTimeAsync(10);
  reads.leave();
  const next = makeReads();
  const ask = vi.fn(() => Promise.resolve(2));
  const rows = next.reads.read(false, ask);
  await vi.advanceTimersByTimeAsync(999);
  expect(ask).not.toHaveBeenCalled();
  expect(stop).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(stop).toHaveBeenCalledTimes(1);
  expect(await rows).toBe(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stop).toHaveBeenCalledTimes(1);
});

test("what is left before it could be asked for is not asked for any more", async () => {
  const first = makeReads();
  void first.reads.read(true, never);
  await vi.advanceTimersByTimeAsync(10);
  first.reads.leave();
  const second = makeReads();
  const ask = vi.fn(never);
  const refused = expect(second.reads.read(true, ask)).rejects.toThrow();
  second.reads.leave();
  await vi.advanceTimersByTimeAsync(1_000);
  await refused;
  expect(ask).not.toHaveBeenCalled();
});

test("a view that is left and comes all the same stops nothing", async () => {
  const { reads, stop } = makeReads();
  let come = (_: number): void => {};
  void reads.read(
    true,
    () => new Promise<number>((resolve) => (come = resolve)),
  );
  await vi.advanceTimersByTimeAsync(10);
  reads.leave();
  come(1);
  expect(await makeReads().reads.read(true, () => Promise.resolve(2))).toBe(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stop).not.toHaveBeenCalled();
});
