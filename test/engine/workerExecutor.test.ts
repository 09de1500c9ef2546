// What is said of slow steps, which a test would wait for.
import "../../src/engine/traceWords.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type {
  AttemptListener,
  AttemptRequest,
} from "../../src/engine/executor.ts";
import type { FromWorker, ToWorker } from "../../src/engine/protocol.ts";
import type { SuppliedFile } from "../../src/engine/supplies.ts";
import { compileNotebook } from "../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";
import { TimeSpent } from "../../src/engine/askJobs.ts";
import { RefusedSteps } from "../../src/engine/refusedSteps.ts";
import { traceFlows } from "../../src/engine/traceFlows.ts";
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
    tellsBegin: false,
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
async function giveBatch({ mayRead = false } = {}) {
  const workers: FakeWorker[] = [];
  const told: string[] = [];
  const opened: number[] = [];
  const reads: ((found: SuppliedFile) => void)[] = [];
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
      readFile: () =>
        mayRead
          ? Promise.resolve({ file: new Blob(), hash: undefined })
          : new Promise((resolve) => reads.push(resolve)),
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
    log: () => told.push("log"),
    named: tell("named"),
    progress: () => {},
    display: () => {},
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
    opened,
    reads,
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

test("of runs that a worker got together, the one that ends its worker is lost, and no other one", async () => {
  const { worker, workers, told, returnAll, given, ready } = await giveBatch();
  worker.onMessage(returnAll(3, "three"));
  worker.onLost("gone");
  let alone = worker;
  for (const job of [8, 9, 10]) {
    if (alone.id === 0 || job === 10) alone = workers.at(-1)!;
    if (job !== 9) await ready(alone);
    if (job === 9) alone.onLost("gone");
    else alone.onMessage({ type: "returned", job, value: 0, took: 0.1 });
  }
  expect(given().slice(1).flat()).toEqual(["one", "one", "one"]);
  expect(told).toEqual([
    "3 returned three",
    "4 started",
    "4 returned",
    "5 started",
    "5 crashed",
    "6 started",
    "6 returned",
  ]);
});

test("a run that has begun when its worker ends is lost, and the others run elsewhere", async () => {
  const { worker, workers, told, returnAll, given, ready } = await giveBatch();
  worker.onMessage(returnAll(3, "three"));
  worker.onMessage({ type: "begun", job: 5 });
  worker.onLost("gone");
  expect(told).toEqual(["3 returned three", "4 started", "4 crashed"]);
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

test("a worker that a run has spoiled ends what it has, and gets nothing more", async () => {
  const { worker, workers, told, returnAll, given, ready } = await giveBatch();
  worker.onMessage(returnAll(3, "a"));
  worker.onMessage({ type: "begun", job: 5 });
  worker.onMessage({ type: "spoiled", job: 5 });
  worker.onMessage({ type: "handed-back", job: 5 });
  expect(worker.isKilled).toBe(false);
  worker.onMessage({ type: "returned", job: 5, value: "b", took: 0.1 });
  expect(worker.isKilled).toBe(true);
  await ready(workers[1]!);
  expect(given()[1]).toEqual([5, 6]);
  expect(told).toEqual(["3 returned a", "4 started", "4 returned"]);
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

/** What a task worker sends for one of these jobs, again and again. */
const floods: Readonly<Record<string, (job: number, n: number) => FromWorker>> =
  {
    names: (job, n) => ({ type: "named", job, name: String(n) }),
    beginnings: (job) => ({ type: "begun", job }),
    files: (job, call) => ({ type: "read-file", job, call, name: "a" }),
    libraries: (job, call) => ({
      type: "load-library",
      job,
      call,
      name: "excelWriter",
    }),
    progress: (job, done) => ({
      type: "progress",
      job,
      done,
      total: undefined,
      label: undefined,
    }),
    "lines of a log": (job) => ({
      type: "log",
      job,
      level: "info",
      text: "",
      at: 0,
    }),
    outputs: (job) => ({
      type: "display",
      job,
      key: undefined,
      output: { type: "text", text: "" },
    }),
    "results of other jobs": () => ({ type: "returned", job: 99, value: 0 }),
    beginning: () => ({ type: "ready" }),
  };

test.each(Object.keys(floods))(
  "a worker that floods the engine with %s is ended, and what it was not at runs elsewhere",
  async (what) => {
    const { worker, workers, told, ready, given } = await giveBatch();
    for (let n = 0; n < 200_000 && !worker.isKilled; n++)
      worker.onMessage(floods[what]!(4, n));
    expect(worker.isKilled).toBe(true);
    expect(told.at(-1)).toBe("3 crashed");
    expect(told.length).toBeLessThan(50_100);
    await ready(workers[1]!);
    expect(given()[1]).toEqual([4, 5, 6]);
  },
);

test("a worker that shows more than can be taken in is ended", async () => {
  const { worker, told } = await giveBatch();
  const output = {
    type: "file",
    name: "a",
    bytes: new Uint8Array(90_000_000),
  } as const;
  for (let n = 0; n < 20 && !worker.isKilled; n++)
    worker.onMessage({ type: "display", job: 4, key: "k", output });
  expect(told.at(-1)).toBe("3 crashed");
});

test("a task that logs, shows and reads as much as the kernel lets it through goes on to its end", async () => {
  const { worker, told, returnAll } = await giveBatch({ mayRead: true });
  const text = "x".repeat(10_001);
  for (let n = 0; n < 10_001; n++)
    worker.onMessage({ type: "log", job: 4, level: "info", text, at: 0 });
  for (let n = 0; n < 10_000; n++) worker.onMessage(floods["outputs"]!(4, n));
  for (let second = 0; second < 3600; second++) {
    for (let n = 0; n < 40; n++) worker.onMessage(floods["progress"]!(4, n));
    await vi.advanceTimersByTimeAsync(1000);
  }
  for (let n = 0; n < 40_000; n++) {
    worker.onMessage(floods["files"]!(4, n));
    if (n % 1000 === 0) await vi.advanceTimersByTimeAsync(0);
  }
  worker.onMessage(returnAll(3, "three"));
  expect(worker.isKilled).toBe(false);
  expect(told.at(-1)).toBe("3 returned three");
});

test("files that a job asks for are read one after the other, and none for a worker that is gone", async () => {
  const { worker, stop, reads } = await giveBatch();
  for (let n = 0; n < 10; n++) worker.onMessage(floods["files"]!(4, n));
  await vi.advanceTimersByTimeAsync(0);
  expect(reads).toHaveLength(1);
  reads[0]!({ file: new Blob(), hash: undefined });
  await vi.advanceTimersByTimeAsync(0);
  expect(reads).toHaveLength(2);
  stop(3);
  worker.onMessage({ type: "handed-back", job: 4 });
  reads[1]!({ file: new Blob(), hash: undefined });
  await vi.advanceTimersByTimeAsync(0);
  expect(reads).toHaveLength(2);
  expect(worker.posted.filter(({ type }) => type === "file")).toHaveLength(1);
});

test.each<FromWorker>([
  { type: "traced", job: 4, report: { graphs: [], errors: [] } },
  { type: "answered", job: 4, answer: { type: "start" } },
  { type: "watched", job: 4 },
  { type: "viewed", job: 4, outputs: [] },
])(
  "a worker that ends a run as no run ends ($type) is ended, and the run is lost",
  async (message) => {
    const { worker, workers, told, given, ready } = await giveBatch();
    worker.onMessage(message);
    expect(worker.isKilled).toBe(true);
    expect(told).toEqual(["3 crashed"]);
    await ready(workers[1]!);
    expect(given()[1]).toEqual([4, 5, 6]);
  },
);

/** One worker, which has been given a job that is no run. */
async function giveJob<T>(give: (executor: WorkerExecutor) => Promise<T>) {
  const { executor, worker, workers, ready, returnAll } = await giveBatch();
  worker.onMessage(returnAll(3, 0, 0, 0, 0));
  const settled = vi.fn();
  give(executor).then(settled, settled);
  const message = worker.posted.at(-1) as ToWorker & { job: number };
  return { worker, workers, ready, settled, job: message.job };
}

const address = { task: "t", flow: "F", node: "t-1" };
const attempt = { run: "r", node: "t-1", attempt: 1 };
const limit = { after: 2_000, message: "too slow" };
const traceTime = { step: limit, all: new TimeSpent(1e9, "") };

test.each<[string, (executor: WorkerExecutor) => Promise<unknown>]>([
  ["a question", (one) => one.ask(address, { type: "trigger", upstream: [] })],
  ["a drawing", (one) => one.trace(attempt, traceTime)],
  [
    "a cell",
    (one) => one.view(attempt, "c", { flows: {}, parameters: {} }, limit),
  ],
  ["a change that is told", (one) => one.watch(attempt, "F", [], {} as never)],
])(
  "%s that a worker ends as a run, or gives back, does not wait for ever",
  async (_, give) => {
    const ended = await giveJob(give);
    ended.worker.onMessage({ type: "returned", job: ended.job, value: 1 });
    await vi.advanceTimersByTimeAsync(0);
    expect(ended.worker.isKilled).toBe(true);
    expect(ended.settled).toHaveBeenCalledOnce();

    const given = await giveJob(give);
    given.worker.onMessage({ type: "handed-back", job: given.job });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(given.worker.isKilled).toBe(true);
    expect(given.settled).toHaveBeenCalledOnce();
  },
);

/** One worker, which has been given an attempt that has a timeout. */
async function giveTimed() {
  const world = await giveBatch();
  const { executor, listener, worker, told, returnAll } = world;
  worker.onMessage(returnAll(3, 0, 0, 0, 0));
  told.length = 0;
  const request = { ...requestOf(7), isPlain: false, tellsBegin: true };
  executor.start(request, listener);
  const { job } = worker.posted.at(-1) as ToWorker & { job: number };
  return { ...world, request, job };
}

test("an attempt with a timeout has started when its worker begins it, which is told once", async () => {
  const { worker, told, job } = await giveTimed();
  await vi.advanceTimersByTimeAsync(29_000);
  expect(told).toEqual([]);
  worker.onMessage({ type: "begun", job });
  worker.onMessage({ type: "begun", job });
  await vi.advanceTimersByTimeAsync(29_000);
  worker.onMessage({ type: "returned", job, value: 1 });
  expect(told).toEqual(["7 started", "7 returned"]);
});

test("an attempt with a timeout whose cells do not end counts as started after a while, so that its timeout ends it", async () => {
  const { worker, told, job } = await giveTimed();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(told).toEqual(["7 started"]);
  worker.onMessage({ type: "begun", job });
  expect(told).toEqual(["7 started"]);
});

test("an attempt with a timeout that is stopped before it begins ends its worker at once, and has never started", async () => {
  const { executor, worker, told, request } = await giveTimed();
  executor.stop(request);
  expect(worker.isKilled).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual([]);
});

test("an attempt with a timeout whose cell cannot be evaluated has started before it has failed", async () => {
  const { worker, told, job } = await giveTimed();
  const error = { name: "Error", message: "the cell" };
  worker.onMessage({ type: "failed", job, error });
  expect(told).toEqual(["7 started", "7 failed"]);
});

describe("drawing that does not come to an end", () => {
  const slow = { cell: "loopy", flow: "Loopy" };
  const report = { graphs: [], errors: [] };

  const programOf = (notebook: string) =>
    compileNotebook(parseNotebook(notebook).notebook);
  const code = (loop: string, top: string, other = "") =>
    programOf(
      `\`\`\`ts top\nconst top = ${top}\n\`\`\`\n\n\`\`\`ts loopy\nflow("Loopy", () => { ${loop}; top })\n\`\`\`\n\n\`\`\`ts other\n${other}\n\`\`\`\n`,
    );
  const program = code("for (;;);", "1");

  /** A worker that draws, after the one before was ended. */
  async function giveDrawing(of = program, known = new RefusedSteps()) {
    let close = () => {};
    const given = await giveJob((executor) => {
      close = () => executor.close();
      return traceFlows(executor, attempt, of, { known });
    });
    const drawing = (at: number) => given.workers[at]!.posted.at(-1);
    const next = async (at: number) => {
      await given.ready(given.workers[at]!);
      return drawing(at) as ToWorker & { job: number };
    };
    return { ...given, next, close };
  }

  test("is blamed on the flow that is at it, and the rest is drawn without that one", async () => {
    const { worker, workers, job, settled, next } = await giveDrawing();
    worker.onMessage({ type: "drawing", job, cell: "ok", flow: "Good" });
    worker.onMessage({ type: "drawing", job, ...slow });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(worker.isKilled).toBe(true);
    const again = await next(1);
    expect(again).toMatchObject({
      type: "trace",
      refused: [
        {
          ...slow,
          message:
            'The flow "Loopy" could not be drawn within 2 s. Look for an endless loop in its body; long work belongs into a task.',
        },
      ],
    });
    workers[1]!.onMessage({ type: "traced", job: again.job, report });
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toHaveBeenCalledWith(report);
  });

  test("is told from a worker that takes long to be there", async () => {
    const { worker, workers, job, settled, next } = await giveDrawing();
    worker.onMessage({ type: "drawing", job, ...slow });
    await vi.advanceTimersByTimeAsync(2_000);
    await vi.advanceTimersByTimeAsync(10_000);
    const again = await next(1);
    expect(again).toMatchObject({ type: "trace" });
    await vi.advanceTimersByTimeAsync(1_900);
    expect(workers[1]!.isKilled).toBe(false);
    workers[1]!.onMessage({ type: "traced", job: again.job, report });
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toHaveBeenCalledWith(report);
  });

  test("is blamed on the cell that is being evaluated", async () => {
    const { worker, job, next } = await giveDrawing();
    worker.onMessage({ type: "drawing", job, cell: "top", flow: undefined });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await next(1)).toMatchObject({
      refused: [
        {
          cell: "top",
          message: expect.stringMatching(
            /^The cell top did not come to its end within 2 s while the graph was drawn/,
          ),
        },
      ],
    });
  });

  test("of a flow that kills its worker is blamed on that flow", async () => {
    const { worker, job, next } = await giveDrawing();
    worker.onMessage({ type: "drawing", job, ...slow });
    worker.onLost("Out of memory.");
    await vi.advanceTimersByTimeAsync(0);
    expect(await next(1)).toMatchObject({
      refused: [
        { message: expect.stringMatching(/the flow "Loopy": Out of memory\./) },
      ],
    });
  });

  test("but is slow together blames nothing that takes no longer than it may, and goes on", async () => {
    const { worker, job, settled } = await giveDrawing();
    worker.onMessage({ type: "drawing", job, cell: "a", flow: undefined });
    await vi.advanceTimersByTimeAsync(1_400);
    worker.onMessage({ type: "drawing", job, ...slow });
    await vi.advanceTimersByTimeAsync(700);
    expect(worker.isKilled).toBe(false);
    worker.onMessage({ type: "traced", job, report });
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toHaveBeenCalledWith(report);
  });

  test("within the time that all have together says so, and blames nothing", async () => {
    const { worker, job, settled } = await giveDrawing();
    for (const flow of ["A", "B", "C"]) {
      worker.onMessage({ type: "drawing", job, cell: "c", flow });
      await vi.advanceTimersByTimeAsync(1_900);
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(worker.isKilled).toBe(true);
    expect(settled).toHaveBeenCalledWith(
      expect.objectContaining({
        message:
          'The graph could not be drawn within 5 s: its cells and flow bodies take longer together; the flow "C", which came last, had taken 1.2 s. Look for what is slow in them; long work belongs into a task.',
      }),
    );
  });

  test("does not give more time to a cell that is only shown, whatever its worker says", async () => {
    const { worker, job, settled } = await giveJob((executor) =>
      executor.view(attempt, "c", { flows: {}, parameters: {} }, limit),
    );
    await vi.advanceTimersByTimeAsync(1_900);
    worker.onMessage({ type: "drawing", job, ...slow });
    await vi.advanceTimersByTimeAsync(100);
    expect(worker.isKilled).toBe(true);
    expect(settled).toHaveBeenCalledOnce();
  });

  describe("is not waited for again", () => {
    async function giveNext(next: Program) {
      const known = new RefusedSteps();
      const { worker, job, close } = await giveDrawing(program, known);
      worker.onMessage({ type: "drawing", job, ...slow });
      await vi.advanceTimersByTimeAsync(2_000);
      close();
      const { worker: fresh } = await giveDrawing(next, known);
      return fresh.posted.at(-1);
    }
    const refused = [
      {
        ...slow,
        message: expect.stringMatching(
          /within 2 s.* It is tried again when its code, or code that it uses, has changed\.$/,
        ),
      },
    ];

    test("when something else is typed", async () => {
      expect(
        await giveNext(code("for (;;);", "1", "const typed = 1")),
      ).toMatchObject({ type: "trace", refused });
    });

    test.each([
      ["the flow", code("0", "1")],
      ["what the flow uses", code("for (;;);", "2")],
      ["its name", programOf("```ts else\nconst a = 1\n```\n")],
    ])("unless %s has changed", async (_, next) => {
      expect(await giveNext(next)).toMatchObject({
        type: "trace",
        refused: [],
      });
    });
  });

  test("and is not wanted any more, since there is a newer text, is not tried again", async () => {
    const { worker, job, settled, close } = await giveDrawing();
    worker.onMessage({ type: "drawing", job, ...slow });
    close();
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toHaveBeenCalledWith(
      expect.objectContaining({ message: expect.stringMatching(/changed/) }),
    );
  });

  test("is given up when all tries together have taken too long, with the flows named", async () => {
    const { worker, workers, job, settled, next } = await giveDrawing();
    let at = { worker, job };
    for (let number = 1; number <= 3; number += 1) {
      const { worker: one, job: of } = at;
      const flow = `F${number}`;
      one.onMessage({ type: "drawing", job: of, cell: "c", flow });
      await vi.advanceTimersByTimeAsync(number < 3 ? 2_000 : 1_000);
      if (number < 3)
        at = { job: (await next(number)).job, worker: workers[number]! };
    }
    expect(settled).toHaveBeenCalledWith(
      expect.objectContaining({
        message:
          'The graph could not be drawn within 5 s: the flow "F1" and the flow "F2" do not come to an end, and for the rest there was too little time; the flow "F3", which came last, had taken 1.0 s. Look for an endless loop; long work belongs into a task.',
      }),
    );
  });

  test("of flows that kill their workers is given up after some, which are named", async () => {
    const { worker, workers, job, settled, next } = await giveDrawing();
    let at = { worker, job };
    for (let number = 1; number <= 4; number += 1) {
      const { worker: one, job: of } = at;
      const flow = `F${number}`;
      one.onMessage({ type: "drawing", job: of, cell: "c", flow });
      one.onLost("Out of memory.");
      await vi.advanceTimersByTimeAsync(0);
      if (number < 4)
        at = { job: (await next(number)).job, worker: workers[number]! };
    }
    expect(settled).toHaveBeenCalledWith(
      expect.objectContaining({
        message: expect.stringContaining(
          'the flow "F1", the flow "F2", the flow "F3" and the flow "F4" do not come to an end',
        ),
      }),
    );
  });
});
