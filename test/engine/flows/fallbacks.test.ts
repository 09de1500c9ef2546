/** The fallback is no attempt: it is counted nowhere. */
import { expect, test } from "vitest";
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
