/** A task that waited for a person goes on with the same attempt. */
import { expect, test } from "vitest";
import type { RunEvent } from "../../../src/core/events.ts";
import type { RunState } from "../../../src/core/run.ts";
import { rowsOfRun } from "../../../src/engine/database/historyRows.ts";
import { openFlows } from "./world.ts";

const goOn =
  (node: string, type: "resume" | "approve") =>
  (state: RunState): RunEvent => ({
    type: "pause-answered",
    at: Date.now(),
    task: state.numberOf(node)!,
    answer: { type },
  });

test("a pause is counted nowhere as an attempt, and what retries count is told to the task too", async () => {
  const flows = await openFlows(`
    const t = task(() => { log("attempt", context.attempt); if (!context.resumed) pause("wait"); throw new Error("b" + context.attempt) }, { retries: 1, retryDelay: 0, retryIf: (_, attempt) => { log("retryIf", attempt); return true } })
    flow("F", () => t())`);
  expect((await flows.run()).tasks[0]).toMatchObject({
    state: "Paused",
    attempts: 1,
  });
  const { tasks } = await flows.proceed(goOn("t-1", "resume"));
  expect(tasks[0]).toMatchObject({
    state: "Failed",
    attempts: 2,
    message: "Attempt 2 of 2 failed: b2",
  });
  expect(flows.logs.map((line) => line.replace("t-1 info ", ""))).toEqual([
    ...["attempt 1", "attempt 1", "retryIf 1", "attempt 2", "retryIf 2"],
  ]);
  const rows = [...rowsOfRun(flows.state())].flatMap(([table, row]) =>
    table === "attempts" ? [`${String(row[3])} ${String(row[4])}`] : [],
  );
  expect(rows).toEqual(["1 Paused", "1 Failed", "2 Failed"]);
});

test("who watches a map is told once that it was expanded, though the run waits behind it", async () => {
  const flows = await openFlows(`
    const t = task((n: number) => n, { onStateChange: ({ to, mapIndex }) => log(mapIndex ?? "map", to) })
    flow("F", () => approve(t.map([1]), "ok?"))`);
  expect((await flows.run()).state).toBe("Paused");
  expect(flows.logs.some((line) => line.includes("map Mapped"))).toBe(true);
  flows.logs.length = 0;
  const report = await flows.proceed(goOn("approve-1", "approve"));
  expect(report.state).toBe("Success");
  await flows.resume();
  expect(flows.logs).toEqual([]);
});

test("what a flow's body and options of functions log while an option is looked for is not the task's", async () => {
  const flows = await openFlows(`
    const t = task((): number => { throw new Error("no") }, { retries: 1, retryDelay: (n) => { log("delay", n); return 0 }, retryIf: () => { log("retryIf"); return true } })
    flow("F", () => { log("body"); return t() })`);
  await flows.run();
  expect(flows.logs).toEqual(["t-1 info retryIf", "t-1 info retryIf"]);
});
