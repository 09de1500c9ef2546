import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ToWorker } from "../../src/node/cluster/messages.ts";
import { MoreAttempts } from "../../src/node/cluster/moreAttempts.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function more(job: string, from: number): ToWorker & { type: "more" } {
  return { type: "more", job, from, attempts: { text: `${job}${from}` } };
}

test("a job that waits is given what comes for it, and for the place that comes next", async () => {
  const attempts = new MoreAttempts();
  const waiting = attempts.wait("a", 3);
  attempts.take(more("b", 3));
  attempts.take(more("a", 2));
  attempts.take(more("a", 3));
  expect(await waiting).toMatchObject({ attempts: { text: "a3" } });
});

test("a job does not wait for long, and gets nothing of what comes after that or comes again", async () => {
  const attempts = new MoreAttempts();
  const waiting = attempts.wait("a", 1);
  vi.advanceTimersByTime(50);
  attempts.take(more("a", 1));
  expect(await waiting).toBe(undefined);
  const again = attempts.wait("a", 2);
  attempts.take(more("a", 1));
  attempts.take(more("a", 2));
  attempts.take(more("a", 2));
  expect(await again).toMatchObject({ attempts: { text: "a2" } });
});

test("a job that is let go waits no longer, and others go on waiting", async () => {
  const attempts = new MoreAttempts();
  const [one, other] = [attempts.wait("a", 1), attempts.wait("b", 1)];
  attempts.end("a");
  expect(await one).toBe(undefined);
  attempts.take(more("b", 1));
  expect(await other).toMatchObject({ attempts: { text: "b1" } });
  const last = attempts.wait("a", 2);
  attempts.end();
  expect(await last).toBe(undefined);
});
