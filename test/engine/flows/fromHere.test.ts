/** "Run from here" where maps upstream have results of some elements only. */
import { afterEach, expect, test } from "vitest";
import { openFlows } from "./world.ts";

/** What a task makes its result of. */
const world = globalThis as { list?: readonly number[] };
afterEach(() => {
  delete world.list;
});

/** The plan from a task, and the run: what it says of each task, how its elements end, and what was called. */
async function runFrom(source: string, from: string, before = () => {}) {
  const flows = await openFlows(source);
  await flows.run({ flow: "F" });
  before();
  const called = flows.logs.length;
  const plan = flows.plan("F", from);
  const report = await flows.run({ flow: "F", from });
  return {
    plan: Object.fromEntries(
      plan.map(({ id, action, why }) => [id, `${action}: ${why}`]),
    ),
    ends: Object.fromEntries(
      report.tasks.map(({ id, state, children }) => [
        id,
        children?.map((child) => child.state).join() ?? state,
      ]),
    ),
    called: flows.logs.slice(called),
    report,
    flows,
  };
}

test("takes the elements that have a result, and runs the others", async () => {
  const { plan, ends, called, report, flows } = await runFrom(
    `
    const get = task((n: number) => { log("get", n); if (n === 2) throw new Error("x"); return n })
    const report = task((x: unknown[]) => x.map((one) => one instanceof Error ? one.message : one), { trigger: triggers.allFinished })
    flow("F", () => report(get.map([1, 2, 3])))`,
    "report",
  );
  expect(plan["get-1"]).toBe(
    "run: 1 of 3 elements has no result; the others are reused",
  );
  expect(ends["get-1"]).toBe("Cached,Failed,Cached");
  expect(called).toEqual(["get-1 info get 2"]);
  expect(report).toMatchObject({ state: "Success", result: [1, "x", 3] });
  // What was taken in part can be taken in part again, from where it is kept.
  const again = await flows.run({ flow: "F", from: "report" });
  expect(again.result).toEqual([1, "x", 3]);
  const resumed = await flows.resume();
  expect(resumed.result).toEqual([1, "x", 3]);
});

test("takes what follows those elements, element by element, also in a mapped sub-flow", async () => {
  const { plan, ends, called, report } = await runFrom(
    `
    const get = task((n: number) => { log("get", n); if (n === 2) throw new Error("x"); return n })
    const twice = task((n: number) => { log("twice", n); return 2 * n })
    const report = task((...x: unknown[]) => x.map((one: any) => one.map((item: any) => item instanceof Error ? "failed" : item)), { trigger: triggers.allFinished })
    const sub = flow("Sub", ({ n }) => twice(get(n)), { parameters: { n: 1 } })
    flow("F", () => report(twice.map(get.map([1, 2, 3])), sub.map([{ n: 1 }, { n: 2 }])))`,
    "report",
  );
  const some = (missing: string, rest = "others are") =>
    `run: ${missing} elements has no result; the ${rest} reused`;
  expect(plan).toEqual({
    "get-1": some("1 of 3"),
    "twice-1": some("1 of 3"),
    "Sub-1/get-1": some("1 of 2", "other is"),
    "Sub-1/twice-1": some("1 of 2", "other is"),
    "Sub-1": some("1 of 2", "other is"),
    "report-1": "run: run from here",
  });
  expect(ends).toMatchObject({
    "twice-1": "Cached,TriggerFailed,Cached",
    "Sub-1/get-1": "Cached,Failed",
    "Sub-1": "Cached,Failed",
  });
  expect(called).toEqual(["get-1 info get 2", "Sub-1/get-1 info get 2"]);
  expect(report.result).toEqual([
    [2, "failed", 6],
    [2, "failed"],
  ]);
});

test("takes of nested maps those that are whole, and measures the others anew", async () => {
  const { ends, called } = await runFrom(
    `
    const get = task((n: number) => { log("get", n); if (n === 3) throw new Error("x"); return n })
    const rows = task(() => [[1, 2], [], [3], [4]])
    const inner = flow("Inner", ({ list }) => { get.map(list) }, { parameters: { list: [0] } })
    const sets = task((lists: number[][]) => lists.map((list) => ({ list })))
    const report = task((x: unknown) => 1, { trigger: triggers.allFinished })
    flow("F", () => report(inner.map(sets(rows()))))`,
    "report",
  );
  expect(ends["Inner-1/get-1"]).toBe("Cached,Cached,Failed,Cached");
  expect(ends["Inner-1"]).toBe("Cached,Cached,Failed,Cached");
  expect(called).toEqual(["Inner-1/get-1 info get 3"]);
});

test("says of a map that it cannot take in part why it runs", async () => {
  const { plan, ends } = await runFrom(
    `
    const lists = task((n: number) => [n, 10 * n])
    const get = task((n: number) => { if (n === 20) throw new Error("x"); return n })
    const no = task((n: number) => { throw new Error("no") })
    const report = task((...x: unknown[]) => 1, { trigger: triggers.allFinished })
    flow("F", () => report(get.map(flatten(lists.map([1, 2]))), no.map([1])))`,
    "report",
  );
  expect(plan).toMatchObject({
    "get-1": "run: not all of its elements have a result",
    "no-1": "run: all of its elements failed before",
  });
  expect(ends["get-1"]).toBe("Success,Success,Success,Failed");
});

test("runs what failed in a sub-flow whose result was given by hand, and takes that result", async () => {
  const flows = await openFlows(`
    const get = task((n: number) => { log("get", n); if (n === 2) throw new Error("x"); return n })
    const twice = task((n: number) => { log("twice", n); return 2 * n })
    const sub = flow("Sub", ({ n }) => twice(get(n)), { parameters: { n: 1 } })
    const report = task((x: unknown[]) => x, { trigger: triggers.allFinished })
    flow("F", () => report(sub.map([{ n: 1 }, { n: 2 }])))`);
  await flows.run({ flow: "F" });
  await flows.mark("Sub-1", 77, [1]);
  const plan = flows.plan("F", "report");
  expect(plan.slice(0, 3).map(({ action, why }) => [action, why])).toEqual([
    ["run", "1 of 2 elements has no result; the other is reused"],
    ["run", "1 of 2 elements has no result; the other is reused"],
    ["reuse", "it succeeded in the last run, and nothing has changed"],
  ]);
  flows.logs.length = 0;
  const { tasks, result } = await flows.run({ flow: "F", from: "report" });
  expect(
    tasks.slice(0, 3).map(({ children }) => children!.map((one) => one.state)),
  ).toEqual([
    ["Cached", "Failed"],
    ["Cached", "TriggerFailed"],
    ["Cached", "Cached"],
  ]);
  expect(flows.logs).toEqual(["Sub-1/get-1 info get 2"]);
  expect(result).toEqual([2, 77]);
});

test("what is taken in part is made of the files that its elements read, and of those of no other", async () => {
  const flows = await openFlows(`
    const get = task(async (n: number) => { log("get", n); const text = await readText("f" + n + ".txt"); if (text === "bad") throw new Error("x"); return text })
    const report = task((x: unknown[]) => x, { trigger: triggers.allFinished })
    flow("F", () => report(get.map([1, 2, 3])))`);
  flows.files.set("f1.txt", "one");
  flows.files.set("f2.txt", "two");
  flows.files.set("f3.txt", "bad");
  await flows.run({ flow: "F" });
  flows.files.set("f2.txt", "two new");
  flows.files.set("f3.txt", "three");
  expect(flows.plan("F", "report")[0]!.why).toBe(
    "2 of 3 elements run again; the other is reused",
  );
  await flows.run({ flow: "F", from: "report" });
  expect(flows.state().tasks.get("get-1")!.files).toEqual({ "f1.txt": "one" });
  expect(flows.plan("F", "report")[0]!.why).toBe(
    "it succeeded in the last run, and nothing has changed",
  );
  flows.logs.length = 0;
  const { result } = await flows.run({ flow: "F", from: "report" });
  expect(result).toEqual(["one", "two new", "three"]);
  expect(flows.logs).toEqual([]);
});

test("counts elements, and no lists over nothing", async () => {
  const flows = await openFlows(`
    const rows = task(() => [[], [1, 2], [3]])
    const get = task((n: number) => { if (n === 2) throw new Error("x"); return n })
    const report = task((x: unknown) => 1, { trigger: triggers.allFinished })
    flow("F", () => report(get.map.map(rows())))`);
  await flows.run({ flow: "F" });
  expect(flows.plan("F", "report")[1]!.why).toBe(
    "1 of 3 elements has no result; the others are reused",
  );
  expect(flows.resumePlan()["get-1"]).toBe(
    "run: runs: 1 of 3 elements run, 2 are kept",
  );
});

test("takes nothing of what was made of another result than the cache has by now", async () => {
  world.list = [1, 2, 3];
  const flows = await openFlows(`
    const list = task(() => globalThis.list as number[], { cacheFor: "1h" })
    const some = task((n: number) => { log("some", n); if (n === 2) throw new Error("x"); return n })
    const all = task((n: number[]) => { log("all", n.length); return n.length })
    const each = task((n: number) => { log("each", n); return n }, { cacheFor: "1h" })
    const sum = task((n: number[]) => { log("sum", n.length); return n.length })
    const report = task((...x: unknown[]) => x, { trigger: triggers.allFinished })
    flow("F", () => { const l = list(); return report(some.map(l), all(l), sum(each.map([5, 6]))) })
    flow("Other", () => list.with({ cacheFor: 0 })())`);
  await flows.run({ flow: "F" });
  const plan = () =>
    Object.fromEntries(
      flows
        .plan("F", "report")
        .map(({ id, action, why }) => [id, `${action}: ${why}`]),
    );
  const asBefore =
    "reuse: it succeeded in the last run, and nothing has changed";
  expect(plan()).toMatchObject({
    "some-1": "run: 1 of 3 elements has no result; the others are reused",
    "all-1": asBefore,
    "sum-1": asBefore,
  });
  world.list = [7, 8];
  await flows.run({ flow: "Other" });
  const other =
    "run: the cached result of list is another than that of the last run";
  expect(plan()).toMatchObject({
    "list-1": expect.stringMatching("reuse: cached") as string,
    "some-1": "run: not all of its elements have a result",
    "all-1": other,
    "sum-1": asBefore,
  });
  flows.logs.length = 0;
  const { result } = await flows.run({ flow: "F", from: "report" });
  expect(result).toEqual([[7, 8], 2, 2]);
  expect(flows.logs.sort()).toEqual([
    "all-1 info all 2",
    "some-1 info some 7",
    "some-1 info some 8",
  ]);
});
