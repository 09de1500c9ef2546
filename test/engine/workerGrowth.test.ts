import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WorkerGrowth } from "../../src/engine/workerGrowth.ts";
import type { Slot } from "../../src/engine/workerSlot.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** At most four workers at once and a spare, of which those that there are at first are busy; `each` is what a job that waits is expected to take. */
function makeGrowth(given: {
  waiting: number;
  each: number;
  busy: number;
  processors?: number;
}) {
  const { processors = 8 } = given;
  const queue = {
    size: given.waiting,
    each: given.each,
    expected: () => queue.each * queue.size,
  };
  const slots = new Set<Slot>();
  const spawn = (work?: object) =>
    slots.add({ work, isReady: work !== undefined } as Slot);
  for (let one = 0; one < given.busy; one += 1) spawn({});
  const growth = new WorkerGrowth(
    slots,
    queue as never,
    { limit: 4, spares: 1, processors },
    () => spawn(),
  );
  const after = (milliseconds: number) =>
    vi.advanceTimersByTimeAsync(milliseconds);
  return { growth, slots, queue, after };
}

test("before a worker is there as many are started as there are jobs for, and a spare", () => {
  const given = { each: Infinity, busy: 0 };
  const { growth, slots, queue } = makeGrowth({ waiting: 1, ...given });
  growth.look();
  expect(slots.size).toBe(2);
  queue.size = 10;
  growth.look();
  expect(slots.size).toBe(5);
});

test("before a worker is there no more are started than there are processors, however long that takes", async () => {
  const given = { each: Infinity, busy: 0, processors: 3 };
  const { growth, slots, after } = makeGrowth({ waiting: 10, ...given });
  growth.look();
  await after(1_000);
  expect(slots.size).toBe(3);
  for (const slot of slots) Object.assign(slot, { isReady: true, work: {} });
  growth.look();
  expect(slots.size).toBe(3);
  await after(20);
  expect(slots.size).toBe(5);
});

test("on one processor there is a spare all the same", () => {
  const given = { each: Infinity, busy: 0, processors: 1 };
  const { growth, slots } = makeGrowth({ waiting: 10, ...given });
  growth.look();
  expect(slots.size).toBe(2);
});

test("no worker is started where the first runs have just ended, and how long others take is about to be known", async () => {
  const given = { each: Infinity, busy: 2 };
  const { growth, slots, queue, after } = makeGrowth({
    waiting: 2_000,
    ...given,
  });
  growth.look();
  await after(19);
  growth.progress();
  await after(1);
  queue.each = 0.001;
  growth.progress();
  await after(20);
  expect(slots.size).toBe(2);
});

test("workers are started where jobs end that are not known to be small", async () => {
  const given = { each: Infinity, busy: 2 };
  const { growth, slots, after } = makeGrowth({ waiting: 100, ...given });
  growth.look();
  growth.progress();
  await after(20);
  growth.progress();
  await after(20);
  expect(slots.size).toBe(5);
});

test("a spare is started at once, and workers for more jobs when these have waited for a while", async () => {
  const given = { each: Infinity, busy: 1 };
  const { growth, slots, after } = makeGrowth({ waiting: 10, ...given });
  growth.look();
  expect(slots.size).toBe(2);
  await after(10);
  expect(slots.size).toBe(2);
  await after(10);
  expect(slots.size).toBe(5);
});

test("no worker is started while the first one evaluates the cells, and then as soon as jobs have waited for a while", async () => {
  const given = { each: Infinity, busy: 2 };
  const { growth, slots, after } = makeGrowth({ waiting: 10, ...given });
  const [first] = slots;
  first!.evaluatesSince = performance.now();
  growth.look();
  await after(90);
  expect(slots.size).toBe(2);
  growth.begins(first!);
  await after(19);
  expect(slots.size).toBe(2);
  await after(1);
  expect(slots.size).toBe(5);
});

test("workers are started where the cells take long, or none says when a task begins", async () => {
  const given = { each: Infinity, busy: 2 };
  const { growth, slots, after } = makeGrowth({ waiting: 10, ...given });
  const [first] = slots;
  first!.evaluatesSince = performance.now();
  growth.look();
  await after(180);
  expect(slots.size).toBe(2);
  await after(40);
  expect(slots.size).toBe(5);
});

test("no worker is started for what those that there are have worked off before", async () => {
  const { growth, slots, queue, after } = makeGrowth({
    waiting: 40_000,
    each: 0.001,
    busy: 2,
  });
  for (; queue.size > 0; queue.size -= 5_000) {
    growth.look();
    await after(10);
    growth.progress();
  }
  growth.look();
  await after(1_000);
  // The spare is there when nothing waits.
  expect(slots.size).toBe(3);
});

test("workers are started for small jobs that are very many, when it is known how small", async () => {
  const { growth, slots, after } = makeGrowth({
    waiting: 1_000_000,
    each: 0.001,
    busy: 2,
  });
  growth.look();
  await after(10);
  growth.progress();
  await after(10);
  // The first runs take longer than those that follow.
  expect(slots.size).toBe(2);
  growth.progress();
  await after(20);
  expect(slots.size).toBe(5);
});

test("workers are started where a job that was expected to be small does not end", async () => {
  const { growth, slots, after } = makeGrowth({
    waiting: 100,
    each: 0.001,
    busy: 2,
  });
  growth.look();
  await after(10);
  growth.progress();
  await after(10);
  expect(slots.size).toBe(2);
  await after(20);
  expect(slots.size).toBe(5);
});

test("no worker is started for jobs that have been taken meanwhile, or when all is over", async () => {
  const { growth, slots, queue, after } = makeGrowth({
    waiting: 10,
    each: Infinity,
    busy: 1,
  });
  growth.look();
  expect(slots.size).toBe(2);
  queue.size = 0;
  growth.look();
  await after(1_000);
  expect(slots.size).toBe(2);
  queue.size = 10;
  growth.look();
  growth.stop();
  await after(1_000);
  expect(slots.size).toBe(2);
});
