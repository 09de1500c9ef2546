import { beforeEach, expect, test, vi } from "vitest";
import { DocumentSaver } from "../../src/ui/documentSaver.ts";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** A document that counts how often it is saved, and can be told to fail. */
function makeDocument() {
  const document = {
    text: 0,
    isFull: false,
    saved: [] as number[],
    tried: (): unknown => undefined,
  };
  const failures: unknown[] = [];
  const recoveries: number[] = [];
  const saver = new DocumentSaver(
    () => {
      document.tried();
      if (document.isFull) return Promise.reject(new Error("full"));
      document.saved.push(document.text);
      return Promise.resolve();
    },
    {
      failed: (thrown) => failures.push(thrown),
      recovered: () => recoveries.push(document.text),
    },
  );
  const change = (): void => {
    document.text += 1;
    saver.changed();
  };
  return { document, saver, failures, recoveries, change };
}

test("changes are saved a moment after the first of them, the newest text", async () => {
  const { document, change } = makeDocument();
  change();
  await vi.advanceTimersByTimeAsync(100);
  change();
  expect(document.saved).toEqual([]);
  await vi.advanceTimersByTimeAsync(50);
  expect(document.saved).toEqual([2]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(document.saved).toEqual([2]);
});

test("flush hands over a change before it returns, and writes nothing when all is saved", async () => {
  const { document, saver, change } = makeDocument();
  change();
  expect(saver.isSaved).toBe(false);
  const flushing = saver.flush();
  expect(document.saved).toEqual([1]);
  expect(saver.isSaved).toBe(false);
  await flushing;
  expect(saver.isSaved).toBe(true);
  await saver.flush();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(document.saved).toEqual([1]);
});

test("a failure is told once, and the next change saves what is missing", async () => {
  const { document, failures, saver, change } = makeDocument();
  document.isFull = true;
  change();
  await vi.advanceTimersByTimeAsync(150);
  change();
  await vi.advanceTimersByTimeAsync(150);
  expect(failures).toHaveLength(1);
  expect(saver.isSaved).toBe(false);
  document.isFull = false;
  await saver.flush();
  expect(document.saved).toEqual([2]);
  document.isFull = true;
  change();
  await vi.advanceTimersByTimeAsync(150);
  expect(failures).toHaveLength(2);
});

test("what could not be saved is tried again by itself with growing pauses, and that it is saved is told once", async () => {
  const { document, failures, recoveries, saver, change } = makeDocument();
  const tries: number[] = [];
  const begin = Date.now();
  document.isFull = true;
  document.tried = () => tries.push(Date.now() - begin);
  change();
  await vi.advanceTimersByTimeAsync(100_000);
  expect(tries.slice(0, 5)).toEqual([150, 2_150, 6_150, 14_150, 30_150]);
  expect(tries.slice(5)).toEqual([60_150, 90_150]);
  expect(failures).toHaveLength(1);
  expect(recoveries).toEqual([]);
  document.isFull = false;
  await vi.advanceTimersByTimeAsync(100_000);
  expect(document.saved).toEqual([1]);
  expect(recoveries).toEqual([1]);
  expect(saver.isSaved).toBe(true);
  change();
  await vi.advanceTimersByTimeAsync(150);
  expect(recoveries).toEqual([1]);
});

test("after a change saves again, nothing is tried any more; the next failure begins with the first pause", async () => {
  const { document, recoveries, saver, change } = makeDocument();
  document.isFull = true;
  await expect(saver.save()).rejects.toThrow("full");
  await vi.advanceTimersByTimeAsync(10_000);
  document.isFull = false;
  change();
  await vi.advanceTimersByTimeAsync(100_000);
  expect(document.saved).toEqual([1]);
  expect(recoveries).toEqual([1]);
  document.isFull = true;
  change();
  await vi.advanceTimersByTimeAsync(150);
  document.isFull = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(document.saved).toEqual([1, 2]);
});

test("save rejects if it fails", async () => {
  const { document, saver } = makeDocument();
  document.isFull = true;
  await expect(saver.save()).rejects.toThrow("full");
});
