import { beforeEach, expect, test, vi } from "vitest";
import { DocumentSaver } from "../../src/ui/documentSaver.ts";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** A document that counts how often it is saved, and can be told to fail. */
function makeDocument() {
  const document = { text: 0, isFull: false, saved: [] as number[] };
  const failures: unknown[] = [];
  const saver = new DocumentSaver(
    () => {
      if (document.isFull) return Promise.reject(new Error("full"));
      document.saved.push(document.text);
      return Promise.resolve();
    },
    (thrown) => failures.push(thrown),
  );
  const change = (): void => {
    document.text += 1;
    saver.changed();
  };
  return { document, saver, failures, change };
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

test("save rejects if it fails", async () => {
  const { document, saver } = makeDocument();
  document.isFull = true;
  await expect(saver.save()).rejects.toThrow("full");
});
