import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type {
  AttemptListener,
  AttemptRequest,
} from "../../src/engine/executor.ts";
import type { FromWorker, ToWorker } from "../../src/engine/protocol.ts";
import { WorkerExecutor } from "../../src/engine/workerExecutor.ts";
import type { TaskWorker, WorkerPool } from "../../src/engine/workerPool.ts";
import type { Program } from "../../src/notebook/compile/program.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A worker that says what the test has it say. */
interface FakeWorker extends TaskWorker {
  posted: ToWorker[];
  isKilled: boolean;
}

const noSupply = () => Promise.reject(new Error("no supplies"));

function requestOf(number: number): AttemptRequest {
  return {
    run: "r",
    node: "t-1",
    attempt: 1,
    number,
    priority: 0,
    isPlain: true,
    task: "t",
    name: "t",
    hasName: false,
    flow: "F",
    path: [number],
    mapIndex: number,
    args: [number],
    makeJob: () => ({ flow: "F", context: {} }),
  } as unknown as AttemptRequest;
}

/** One worker at a time, which has been given runs 3, 4, 5 and 6 of a task together after two that were quick. */
async function giveBatch() {
  const workers: FakeWorker[] = [];
  const told: string[] = [];
  const texts: string[] = [];
  const opened: number[] = [];
  const spawn = (): TaskWorker => {
    const worker: FakeWorker = {
      id: workers.length,
      posted: [],
      isKilled: false,
      post: (message) => worker.posted.push(message),
      onMessage: () => {},
      onLost: () => {},
      kill: () => {
        worker.isKilled = true;
      },
    };
    workers.push(worker);
    return worker;
  };
  const executor = new WorkerExecutor(
    { spawn, close: () => {} } as unknown as WorkerPool,
    1,
    {
      program: { cells: [] } as unknown as Program,
      hosts: [],
      showsCells: false,
    },
    {
      openDatabase: ({ element }) => {
        opened.push(Number(element));
        return noSupply();
      },
      readFile: noSupply,
      library: noSupply,
      formatLibrary: noSupply,
    },
    0,
  );
  const tell = (what: string) => (request: AttemptRequest) =>
    told.push(`${request.number} ${what}`);
  const listener = {
    started: tell("started"),
    returned: tell("returned"),
    returnedAll: (requests, values) =>
      requests.forEach(({ number }, at) =>
        told.push(`${number} returned ${String(values[at])}`),
      ),
    failed: tell("failed"),
    crashed: tell("crashed"),
    log: (_, __, text) => {
      told.push("log");
      texts.push(text);
    },
  } as Partial<AttemptListener> as AttemptListener;
  const flush = () => vi.advanceTimersByTimeAsync(0);
  const ready = async (worker: FakeWorker) => {
    worker.onMessage({ type: "ready" });
    await flush();
  };
  const [worker] = workers as [FakeWorker];
  await ready(worker);
  const requests = [0, 1, 2, 3, 4, 5, 6].map(requestOf);
  for (const number of [1, 2]) {
    executor.start(requests[number]!, listener);
    const value = 0;
    worker.onMessage({ type: "returned", job: number, value, took: 0.1 });
  }
  executor.start(requests[0]!, listener);
  for (const number of [3, 4, 5, 6])
    executor.start(requests[number]!, listener);
  worker.onMessage({ type: "returned", job: 3, value: 0, took: 0.1 });
  expect(worker.posted.at(-1)).toMatchObject({ type: "run-all", job: 4 });
  told.length = 0;
  const given = () =>
    workers.map(({ posted }) =>
      posted.flatMap<number | string>((message) =>
        message.type === "run-all"
          ? [...message.mapIndexes]
          : message.type === "run"
            ? ["one"]
            : message.type === "hand-back"
              ? ["hand back"]
              : [],
      ),
    );
  return {
    executor,
    listener,
    worker,
    workers,
    told,
    texts,
    opened,
    given,
    ready,
    stop: (number: number) => executor.stop(requests[number]!),
    start: (number: number) => executor.start(requests[number]!, listener),
    /** Several of the batch have returned, the first of which is this one. */
    returnAll: (from: number, ...values: unknown[]): FromWorker => ({
      type: "returned-all",
      job: from + 1,
      values,
      startedAt: new Float64Array(values.length),
      endedAt: new Float64Array(values.length),
      took: 0.1,
    }),
  };
}

test("of runs that a worker got together, one that is stopped is ended where it is, and no other one runs twice", async () => {
  const { worker, workers, told, stop, returnAll, given, ready } =
    await giveBatch();
  stop(4);
  expect(worker.isKilled).toBe(false);
  expect(given()[0]!.at(-1)).toBe("hand back");
  worker.onMessage(returnAll(3, "three"));
  worker.onMessage({ type: "begun", job: 5 });
  expect(worker.isKilled).toBe(false);
  worker.onMessage({ type: "handed-back", job: 5 });
  expect(worker.isKilled).toBe(true);
  expect(told).toEqual(["3 returned three"]);
  await ready(workers[1]!);
  expect(given()[1]).toEqual([5, 6]);
});

test("one that has not begun is stopped without ending the one that runs", async () => {
  const { worker, told, stop, returnAll, given } = await giveBatch();
  stop(5);
  worker.onMessage(returnAll(3, "three"));
  worker.onMessage({ type: "begun", job: 5 });
  worker.onMessage({ type: "handed-back", job: 5 });
  await vi.advanceTimersByTimeAsync(1_000);
  worker.onMessage({ type: "returned", job: 5, value: 4, took: 0.1 });
  expect(told).toEqual([
    "3 returned three",
    "4 started",
    "4 returned",
    "6 started",
  ]);
  expect(worker.isKilled).toBe(false);
  expect(given()[0]!.at(-1)).toBe("one");
});

test("one that is over already when it is stopped gives no result, and the others give theirs", async () => {
  const { worker, told, stop, start, returnAll } = await giveBatch();
  stop(4);
  start(4);
  worker.onMessage(returnAll(3, "three", "four", "five"));
  worker.onMessage({ type: "begun", job: 7 });
  worker.onMessage({ type: "handed-back", job: 7 });
  worker.onMessage({ type: "returned", job: 7, value: 6, took: 0.1 });
  expect(told).toEqual([
    "3 returned three",
    "5 returned five",
    "6 started",
    "6 returned",
    "4 started",
  ]);
});

test("a worker that does not answer is ended, and what it has not told of runs elsewhere", async () => {
  const { worker, workers, stop, returnAll, given, ready } = await giveBatch();
  worker.onMessage(returnAll(3, "three"));
  stop(4);
  await vi.advanceTimersByTimeAsync(200);
  expect(worker.isKilled).toBe(true);
  await ready(workers[1]!);
  expect(given()[1]).toEqual([5, 6]);
});

test("a worker of which nothing is wanted any more is ended at once", async () => {
  const { worker, stop, returnAll } = await giveBatch();
  worker.onMessage(returnAll(3, "three"));
  stop(6);
  stop(5);
  expect(worker.isKilled).toBe(false);
  stop(4);
  expect(worker.isKilled).toBe(true);
});

test("what is stopped says and asks for nothing more", async () => {
  const { worker, told, stop, opened } = await giveBatch();
  stop(3);
  worker.onMessage({ type: "begun", job: 4 });
  worker.onMessage({ type: "log", job: 4, level: "info", text: "", at: 0 });
  worker.onMessage({ type: "open-database", job: 4 });
  expect(told).toEqual([]);
  expect(opened).toEqual([]);
});

test("what one go of a task logs ends at 10 MB, and the next one logs again", async () => {
  const { worker, texts, returnAll } = await giveBatch();
  const log = (job: number, text: string) =>
    worker.onMessage({ type: "log", job, level: "info", text, at: 0 });
  const line = "x".repeat(20_000);
  for (let n = 0; n < 1_000; n++) log(4, line);
  expect(texts.length).toBeLessThan(251);
  expect(texts.at(-2)).toBe(line);
  expect(texts.at(-1)).toContain("The log of one task ends at 10 MB");
  worker.onMessage(returnAll(3, "three"));
  log(5, "again");
  expect(texts.at(-1)).toBe("again");
});
