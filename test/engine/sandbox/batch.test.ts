import { afterEach, describe, expect, test, vi } from "vitest";
import type { FromWorker, ToWorker } from "../../../src/engine/protocol.ts";
import { Job } from "../../../src/engine/sandbox/kernel/job.ts";
import type { ProgramCell } from "../../../src/notebook/compile/program.ts";
import { cell, context, startKernel } from "./kernelWorld.ts";

/** What a worker says of several runs of a task `t` whose function is given as text, one for each argument. */
async function runAll(
  fn: string,
  args: readonly unknown[],
  options: Parameters<typeof startKernel>[1] & {
    /** Called when the batch was given to the worker. */
    meanwhile?: (kernel: ReturnType<typeof startKernel>) => unknown;
    /** Whether a function names its runs. */
    hasName?: boolean;
    /** Cells besides the one of the task. */
    cells?: readonly ProgramCell[];
    /** The tasks of the nodes, and which node each is of. */
    tasks?: readonly string[];
    nodeOf?: readonly number[];
  } = {},
): Promise<FromWorker[]> {
  const { hasName = false, cells = [], tasks = ["t"] } = options;
  const kernel = startKernel(
    [cell("main", `const t = task(${fn})`, { declares: ["t"] }), ...cells],
    options,
  );
  const start = kernel.messages.length;
  const message: ToWorker = {
    type: "run-all",
    job: 7,
    flow: "F",
    context,
    nodes: tasks.map((task, at) => ({
      task,
      node: `${task}-${at + 1}`,
      name: task,
      hasName,
    })),
    nodeOf: Int32Array.from(options.nodeOf ?? args.map(() => 0)),
    mapIndexes: Int32Array.from(args.keys()),
    paths: {
      all: Int32Array.from(args.keys()),
      ends: Int32Array.from(args, (_, at) => at + 1),
    },
    args: { all: args, ends: Int32Array.from(args, (_, at) => at + 1) },
  };
  kernel.worker.receive(message);
  const said = () => kernel.messages.slice(start);
  await options.meanwhile?.(kernel);
  const ended = () =>
    said().reduce(
      (count, one) =>
        count +
        (one.type === "returned-all"
          ? one.values.length
          : /^(returned|failed|skipped|paused)$/.test(one.type)
            ? 1
            : 0),
      0,
    );
  const wanted = () => {
    const back = said().find(({ type }) => type === "handed-back");
    return back && "job" in back ? back.job - 7 + 1 : args.length;
  };
  for (let wait = 0; ended() < wanted() && wait < 300; wait += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  return said();
}

/** What tasks find as `held` settles when the worker has said that. */
function holdUntil(type: FromWorker["type"]) {
  let release!: () => void;
  vi.stubGlobal("held", new Promise<void>((resolve) => (release = resolve)));
  return async ({ messages }: ReturnType<typeof startKernel>) => {
    const isSaid = () => messages.some((message) => message.type === type);
    await vi.waitFor(() => expect(isSaid()).toBe(true), 10_000);
    release();
  };
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** As a line: `7+2 [1,2]` for results that were sent together. */
const show = (message: FromWorker): string => {
  switch (message.type) {
    case "returned-all":
      return `${message.job}+${message.values.length} ${JSON.stringify(message.values)}${message.names ? ` ${JSON.stringify(message.names)}` : ""}`;
    case "named":
      return `${message.job} named ${message.name}`;
    case "returned":
      return `${message.job} returned ${JSON.stringify(message.value)}`;
    case "failed":
      return `${message.job} failed: ${message.error.message}`;
    case "skipped":
    case "paused":
      return `${message.job} ${message.type}: ${message.message}`;
    case "log":
      return `${message.job} log: ${message.text}`;
    case "ready":
      return message.type;
    default:
      return `${message.job} ${message.type}`;
  }
};
const lines = async (...given: Parameters<typeof runAll>) =>
  (await runAll(...given)).map(show);

describe("several attempts in one message", () => {
  test("run one after the other, and their results are sent together", async () => {
    let now = 100;
    const [message] = await runAll("async n => n * 2", [1, 2, 3], {
      now: () => (now += 1),
    });
    expect(message).toMatchObject({
      type: "returned-all",
      job: 7,
      values: [2, 4, 6],
      took: 0,
    });
    const { startedAt, endedAt } = message as FromWorker & {
      type: "returned-all";
    };
    for (let index = 0; index < 3; index += 1) {
      expect(endedAt[index]).toBeGreaterThan(startedAt[index]!);
      if (index > 0)
        expect(startedAt[index]).toBeGreaterThan(endedAt[index - 1]!);
    }
  });

  test("what is to be told of one comes after the results before it, and after its begin", async () => {
    expect(
      await lines(
        `n => { if (n === 2) log("two"); if (n === 3) fail("three"); if (n === 4) skip("four"); return n }`,
        [1, 2, 3, 4, 5, 6],
      ),
    ).toEqual([
      "7+1 [1]",
      "8 begun",
      "8 log: two",
      "8 returned 2",
      "9 begun",
      "9 failed: three",
      "10 begun",
      "10 skipped: four",
      "11+2 [5,6]",
    ]);
  });

  test("the names that a function makes of them are sent with their results", async () => {
    expect(
      await lines("n => n * 2, { name: n => `run ${n}` }", [1, 2, 3], {
        hasName: true,
      }),
    ).toEqual([
      "7 begun",
      "7 named run 1",
      "7 returned 2",
      '8+2 [4,6] ["run 2","run 3"]',
    ]);
  });

  test("a name is told before what else there is to say of one, and none is not worth failing for", async () => {
    expect(
      await lines(
        `n => { if (n === 2) fail("two"); if (n === 3) log("three"); if (n === 4) loop(4); return n },
         { name: n => { if (n === 5) throw new Error("none"); return n === 6 ? "" : n === 7 ? Promise.resolve("seven") : "run " + n } }`,
        [1, 2, 3, 5, 6, 7, 8],
        { hasName: true },
      ),
    ).toEqual([
      "7 begun",
      "7 named run 1",
      "7 returned 1",
      "8 begun",
      "8 named run 2",
      "8 failed: two",
      "9 begun",
      "9 log: three",
      "9 named run 3",
      "9 returned 3",
      "10 begun",
      "10 log: The name of this run of t could not be made: Error: none",
      "10 returned 5",
      "11+1 [6]",
      "12 begun",
      "12 named seven",
      "12 returned 7",
      '13+1 [8] ["run 8"]',
    ]);
  });

  test("the database and files belong to the attempt that asks for them", async () => {
    expect(
      await lines(
        `async n => n === 2 ? (await db.query("x"))[0] + await readText("a") : n`,
        [1, 2, 3],
        { database: () => [5], files: { a: "text" } },
      ),
    ).toEqual([
      "7+1 [1]",
      "8 begun",
      "8 open-database",
      "8 read-file",
      '8 returned "5text"',
      "9+1 [3]",
    ]);
  });

  test("what success() leaves behind of the database is done before the attempt ends", async () => {
    const written: unknown[] = [];
    await runAll(`n => { void db.exec("x", [n]); success(n) }`, [1, 2, 3], {
      database: (call) => {
        if (call.method === "exec") written.push(call.parameters);
        return { changes: 1 };
      },
    });
    expect(written).toEqual([[1], [2], [3]]);
  });

  test("an image that is still being made when a task throws is shown before the task ends", async () => {
    const gif = "71, 73, 70, 56, 57, 97, 1, 0, 1, 0, 0, 0, 0";
    expect(
      await lines(
        `n => { display(new Blob([new Uint8Array([${gif}])])); fail("no") }`,
        [1, 2],
      ),
    ).toEqual([
      ...["7 begun", "7 display", "7 failed: no"],
      ...["8 begun", "8 display", "8 failed: no"],
    ]);
  });

  test("one that waits long is told of, and those after it are handed back", async () => {
    expect(
      await lines(
        "async n => { if (n === 2) await held; log(n); return n }",
        [1, 2, 3],
        { now: Date.now, meanwhile: holdUntil("handed-back") },
      ),
    ).toEqual([
      ...["7 begun", "7 log: 1", "7 returned 1"],
      ...["8 begun", "8 handed-back", "8 log: 2", "8 returned 2"],
    ]);
  });

  test("asked to, it tells what is over and gives back those that have not begun", async () => {
    const slow = `n => n === 2 ? new Promise(r => setTimeout(r, 10, n)) : n`;
    const meanwhile = async ({ worker }: ReturnType<typeof startKernel>) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      worker.receive({ type: "hand-back" });
    };
    expect(await lines(slow, [1, 2, 3], { meanwhile })).toEqual([
      ...["7+1 [1]", "8 begun", "8 handed-back", "8 returned 2"],
    ]);
    expect(await lines(slow, [1, 2], { meanwhile })).toEqual([
      ...["7+1 [1]", "8 begun", "8 handed-back", "8 returned 2"],
    ]);
    expect(await lines("n => n", [1, 2], { meanwhile })).toEqual(["7+2 [1,2]"]);
  });

  test("those after one that changes a built-in are handed back, so that it is put back for none too late", async () => {
    const { push } = Array.prototype;
    const said = await lines(
      "n => { if (n === 2) Array.prototype.push = () => 0; return n }",
      [0, 1, 2, 3],
    );
    expect(Array.prototype.push).toBe(push);
    expect(said).toEqual([
      "7+2 [0,1]",
      "9 begun",
      expect.stringMatching(
        /^9 log: This task changed Array\.prototype\.push, /,
      ),
      ...["9 spoiled", "9 handed-back", "9 returned 2"],
    ]);
  });

  test("what the last one has changed anywhere is put back", async () => {
    const { get } = Map.prototype;
    const said = await lines(
      "n => { if (n) Map.prototype.get = () => n }",
      [0, 1],
    );
    expect(Map.prototype.get).toBe(get);
    expect(said).toContain("8 spoiled");
  });

  test("the last one has nothing after it to hand back", async () => {
    expect(
      await lines("async n => { if (n === 2) await held; return n }", [1, 2], {
        now: Date.now,
        meanwhile: holdUntil("begun"),
      }),
    ).toEqual(["7+1 [1]", "8 begun", "8 returned 2"]);
  });

  test("results do not wait long to be sent", async () => {
    let now = 0;
    expect(
      await lines("n => n", [1, 2, 3, 4], { now: () => (now += 4) }),
    ).toEqual(["7+3 [1,2,3]", "10+1 [4]"]);
  });

  test("one whose value would arrive empty fails alone", async () => {
    const said = await lines("n => (n === 2 ? [new URL('a:b')] : n)", [1, 2]);
    expect(said.at(-1)).toContain(
      "The result cannot be copied: result[0] is a URL. Use its text instead: url.href.",
    );
    expect(said.filter((one) => one.includes("failed"))).toHaveLength(1);
  });

  test("one that cannot be copied fails alone", async () => {
    expect(await lines("n => n === 2 ? () => n : n", [1, 2])).toEqual([
      "7 begun",
      "7 returned 1",
      "8 begun",
      "8 failed: The result cannot be copied: result is a function. Return data, and compute in the task that uses it.",
    ]);
  });

  test("an error that nobody caught is not blamed on the next one, but on one that waits", async () => {
    expect(
      await lines(
        "async n => { if (n === 2) await new Promise(r => setTimeout(r, 5)); return n }",
        [1, 2],
        {
          async meanwhile({ worker }) {
            await new Promise((resolve) => setTimeout(resolve, 1));
            worker.fail(new Error("of the first one"));
          },
        },
      ),
    ).toEqual(["7+2 [1,2]"]);
    expect(
      await lines("n => n === 2 ? new Promise(() => {}) : n", [1, 2, 3], {
        async meanwhile({ worker }) {
          await new Promise((resolve) => setTimeout(resolve, 70));
          worker.fail(new Error("its own"));
        },
      }),
    ).toEqual(["7+1 [1]", "8 begun", "8 handed-back", "8 failed: its own"]);
  });

  test("names and loops work as ever", async () => {
    expect(
      await lines(
        "n => context.loopCount < n ? loop() : context.loopCount",
        [1, 3],
      ),
    ).toEqual(["7+2 [1,3]"]);
  });

  test("of the nodes of a task only the first makes what an attempt of its own has", async () => {
    const ended = vi.spyOn(Job.prototype, "end");
    const args = Array.from({ length: 50 }, (_, at) => at);
    const tasks = args.map(() => "t");
    expect(await lines("n => n", args, { tasks, nodeOf: args })).toEqual([
      `7+50 ${JSON.stringify(args)}`,
    ]);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  test("each node has its own key in the context", async () => {
    const said = await runAll("() => context.idempotencyKey", [0, 0, 0], {
      tasks: ["t", "t", "t"],
      nodeOf: [0, 1, 2],
    });
    const { values } = said[0] as FromWorker & { type: "returned-all" };
    expect(values).toEqual(
      [1, 2, 3].map((at) => expect.stringContaining(`t-${at}`) as unknown),
    );
  });

  test("a task of a cell that reaches outside is never that of an earlier evaluation", async () => {
    let evaluations = 0;
    vi.stubGlobal("count", () => ++evaluations);
    const said = await runAll("n => n", [0, 0, 0], {
      cells: [
        cell(
          "file",
          `await readText("a"); const stamp = count(); const u = task(() => stamp)`,
          { declares: ["u"] },
        ),
      ],
      files: { a: "text" },
      tasks: ["u", "t"],
      nodeOf: [0, 1, 0],
    });
    console.log(said.map(show));
    const [first, last] = said.flatMap((one) =>
      one.type === "returned" ? [one.value as number] : [],
    ) as [number, number];
    expect(last).toBeGreaterThan(first);
  });
});
