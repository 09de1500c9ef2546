/** The fallback is no attempt: it is counted nowhere. */
import { expect, test } from "vitest";
import { countTries } from "../../../src/core/run.ts";
import { rowsOfRun } from "../../../src/engine/database/historyRows.ts";
import { openFlows } from "./world.ts";

const notebook = `
  const t = task(() => { log("run", context.attempt); throw new Error("no") }, { retries: 1, fallback: () => { log("fallback", context.attempt); return -2 } })
  const u = task((x: number) => { log("element", context.attempt); throw new Error("no") }, { fallback: -1 })
  flow("F", ({ n }) => [u(n), t(), u.map([n])], { parameters: { n: 1 } })`;

test("a task with a fallback is told with the attempts that its function had, also after a resumption", async () => {
  const flows = await openFlows(notebook);
  const attempts = async (report: ReturnType<typeof flows.run>) =>
    (await report).tasks.map((task) => [
      task.id,
      task.attempts,
      ...(task.children?.map((child) => child.attempts) ?? []),
    ]);
  expect(await attempts(flows.run())).toEqual([
    ["u-1", 1],
    ["t-1", 2],
    ["u-2", 0, 1],
  ]);
  const rows = () =>
    [...rowsOfRun(flows.state())].flatMap(([table, row]) =>
      table === "attempts" ? [`${String(row[1])} ${String(row[3])}`] : [],
    );
  expect(rows()).toEqual(["u-1 1", "t-1 1", "t-1 2", "u-2 1"]);
  expect(flows.logs).toEqual(
    expect.arrayContaining([
      "t-1 info run 1",
      "t-1 info run 2",
      "t-1 info fallback 2",
    ]),
  );
  flows.logs.length = 0;
  // They read context, so with another parameter they run again, and go on counting.
  expect(await attempts(flows.resume({ n: 2 }))).toEqual([
    ["u-1", 2],
    ["t-1", 4],
    ["u-2", 0, 2],
  ]);
  expect(rows().filter((row) => !row.startsWith("u-1"))).toEqual([
    "t-1 1",
    "t-1 2",
    "t-1 3",
    "t-1 4",
    "u-2 1",
    "u-2 2",
  ]);
  expect(flows.logs.sort()).toEqual([
    "t-1 info fallback 4",
    "t-1 info run 3",
    "t-1 info run 4",
    "u-1 info element 2",
    "u-2 info element 2",
  ]);
});

test("a fallback that was asked for and never began is nothing to a resumption, which tries the task as ever", async () => {
  const flows = await openFlows(`
    const t = task(() => { log("run", context.attempt); throw new Error("no") }, { tags: ["one"], fallback: () => { log("fallback", context.attempt); return -1 } })
    const long = task(() => { log("long"); return context.attempt === 1 ? new Promise<number>(() => {}) : 1 }, { tags: ["one"] })
    flow("F", () => [t(), long()], { concurrency: { one: 1 } })`);
  const first = flows.run();
  // The fallback waits for the place that it had before.
  while (!flows.logs.includes("long-1 info long"))
    await new Promise(setImmediate);
  flows.cancel();
  expect((await first).tasks[0]).toMatchObject({
    state: "Cancelled",
    attempts: 1,
  });
  flows.logs.length = 0;
  const { state, tasks } = await flows.resume();
  expect(state).toBe("Success");
  expect(tasks[0]).toMatchObject({ state: "Success", attempts: 2, result: -1 });
  expect(flows.logs.sort()).toEqual([
    "long-1 info long",
    "t-1 info fallback 2",
    "t-1 info run 2",
  ]);
  const { attempts, fallbacks } = flows.state().tasks.get("t-1")!;
  expect(
    attempts.map((one) => `${one.attempt} ${one.state}`),
    "the third is the fallback's",
  ).toEqual(["1 Failed", "2 Failed", "3 Success"]);
  expect(fallbacks).toEqual([3]);
});

test("a fallback that pauses is no attempt either", async () => {
  const flows = await openFlows(`
    const t = task(() => { throw new Error("no") }, { fallback: () => { log("fallback", context.attempt); if (!context.resumed) pause("wait"); return -1 } })
    flow("F", () => t())`);
  const tries = () => countTries(flows.state().tasks.get("t-1")!);
  const paused = await flows.run();
  expect(paused.tasks[0]).toMatchObject({ state: "Paused", attempts: 1 });
  expect(tries()).toBe(1);
  const { tasks } = await flows.proceed((state) => ({
    type: "pause-answered",
    at: Date.now(),
    task: state.numberOf("t-1")!,
    answer: { type: "resume" },
  }));
  expect(tasks[0]).toMatchObject({ state: "Success", attempts: 1, result: -1 });
  expect(tries()).toBe(1);
  expect(flows.logs).toEqual(["t-1 info fallback 1", "t-1 info fallback 1"]);
});

test("who watches a task with a fallback is told of the attempts of its function", async () => {
  const flows = await openFlows(`
    const t = task(() => { throw new Error("no") }, { fallback: 1, onStateChange: ({ to, attempt }) => log(to, attempt) })
    flow("F", () => t())`);
  await flows.run();
  expect(flows.logs.map((line) => line.replace("t-1 info ", ""))).toEqual([
    ...["Running 1", "Retrying 1", "Running 1", "Success 1"],
  ]);
});

test("the error of a fallback that fails too tells what failed first", async () => {
  const flows = await openFlows(`
    const t = task((): number => { throw new TypeError("first") }, { fallback: () => { throw new RangeError("second") } })
    const told = task((e: any) => [e.name, e.message, e.cause.name, e.cause.message], { trigger: triggers.allFinished })
    flow("F", () => told(t()))`);
  const { tasks } = await flows.run();
  const both = "first. The fallback failed too: second";
  expect(tasks[0]).toMatchObject({ state: "Failed", message: both });
  expect(tasks[1]!.result).toEqual(["RangeError", both, "TypeError", "first"]);
});
