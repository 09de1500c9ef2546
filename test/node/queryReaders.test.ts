import { expect, test, vi } from "vitest";
import { FlowError } from "../../src/core/errors.ts";
import type { ReaderListener } from "../../src/node/readerProcess.ts";
import { QueryReaders } from "../../src/node/queryReaders.ts";

/** Readers whose processes only take note. */
function open(isShort = false) {
  const processes: {
    listener: ReaderListener;
    asked: string[];
    isKilled: boolean;
  }[] = [];
  const readers = new QueryReaders(
    (listener) => {
      const one = { listener, asked: [] as string[], isKilled: false };
      processes.push(one);
      return {
        ask: ({ sql }) => void one.asked.push(sql),
        kill: () => {
          one.isKilled = true;
          return Promise.resolve();
        },
      };
    },
    () => isShort,
  );
  const read = (sql: string) =>
    readers.read({ sql, parameters: [], limit: undefined, cells: undefined })!;
  const answer = (process: number, total = 1) =>
    processes[process]!.listener.answered(() => ({
      ...{ columns: [], rows: [], total },
    }));
  return { readers, processes, read, answer };
}

const stopped = new FlowError("task-failed", "stopped");

test("processes are started one by one as they are needed, and used again", async () => {
  const { processes, read, answer } = open();
  expect(processes).toHaveLength(0);
  const first = read("a");
  answer(0, 7);
  expect(await first.rows).toMatchObject({ total: 7 });
  read("b");
  read("c");
  expect(processes.map(({ asked }) => asked)).toEqual([["a", "b"], ["c"]]);
});

test("a query that is short is left to who asks", () => {
  const { processes, read } = open(true);
  expect(read("a")).toBeUndefined();
  expect(processes).toHaveLength(0);
});

test("of more queries than there may be processes, the others wait for whichever is free first", () => {
  const { processes, read, answer } = open();
  for (let at = 0; at < 10; at += 1) read(`q${at}`);
  expect(processes).toHaveLength(8);
  answer(5);
  answer(5);
  expect(processes[5]!.asked).toEqual(["q5", "q8", "q9"]);
});

test("a query that is stopped ends with its process, and another process does what waits", async () => {
  const { processes, read } = open();
  const all = Array.from({ length: 9 }, (_, at) => read(`q${at}`));
  all[3]!.stop(stopped);
  await expect(all[3]!.rows).rejects.toBe(stopped);
  expect(processes[3]!.isKilled).toBe(true);
  expect(processes[8]!.asked).toEqual(["q8"]);
  // What comes late of it is nobody's answer.
  processes[3]!.listener.ended(true, "SIGKILL");
  all[3]!.stop(stopped);
  expect(processes.filter(({ isKilled }) => isKilled)).toHaveLength(1);
});

test("a query that waits is stopped without a process", async () => {
  const { processes, read, answer } = open();
  const all = Array.from({ length: 9 }, (_, at) => read(`q${at}`));
  all[8]!.stop(stopped);
  await expect(all[8]!.rows).rejects.toBe(stopped);
  answer(0);
  expect(processes[0]!.asked).toEqual(["q0"]);
  expect(processes.some(({ isKilled }) => isKilled)).toBe(false);
});

test("a process that ends by itself fails its query, and others go on", async () => {
  const { processes, read, answer } = open();
  const [one, other] = [read("a"), read("b")];
  processes[0]!.listener.ended(true, "SIGABRT");
  await expect(one.rows).rejects.toThrow(/has ended \(SIGABRT\).*fewer rows/);
  answer(1);
  await other.rows;
});

test("where no process can be started, queries are left to who asks", async () => {
  const { readers, processes, read } = open();
  const first = read("a");
  processes[0]!.listener.ended(false, "EAGAIN");
  expect(await first.rows).toBeUndefined();
  expect(read("b")).toBeUndefined();
  await readers.close();

  const never = new QueryReaders(
    () => {
      throw new Error("not allowed");
    },
    () => false,
  );
  const asked = { sql: "a", parameters: [], limit: undefined };
  const reading = never.read({ ...asked, cells: undefined });
  expect(await reading!.rows).toBeUndefined();
});

test("a process that has had nothing to do for long is ended, and all are with the notebook", async () => {
  vi.useFakeTimers();
  const { readers, processes, read, answer } = open();
  read("a");
  const other = read("b");
  answer(0);
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  expect(processes.map(({ isKilled }) => isKilled)).toEqual([true, false]);
  const closing = readers.close();
  await expect(other.rows).rejects.toThrow("closed");
  await closing;
  expect(processes[1]!.isKilled).toBe(true);
});
