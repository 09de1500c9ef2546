/** What a plan says of tasks with `cacheFor`, and what the run then does. */
import { expect, onTestFinished, test } from "vitest";
import { openFlows } from "./world.ts";

const notebook = `
  const c = task((x: number) => x * 2, { cacheFor: "1h" })
  const d = task((x: number) => x + 1, { cacheFor: "1h" })
  const told = task(() => context.parameters, { cacheFor: "1h" })
  const last = task((x: number) => x, { cacheFor: "1h", cacheKey: (x: number) => x })
  const src = task(() => 1)
  const sub = flow("sub", ({ n }) => c(n), { parameters: { n: 1 } })
  flow("A", () => { c(param("n", 1)) })
  flow("B", () => { c(1) })
  flow("D", () => { c.map([1]) })
  flow("D2", () => { c.map([1, 2, 3]) })
  flow("D3", () => { c.map([]) })
  flow("G", () => { d(c(1)) })
  flow("H", ({ n }) => { d(c(n)) }, { parameters: { n: 1 } })
  flow("I", () => { sub({ n: 1 }) })
  flow("J", () => { c(src()) })
  flow("K", () => { c(2) })
  flow("L", () => { const x = src(); when(x, () => { c(1) }) })
  flow("M", ({ n }) => { told() }, { parameters: { n: 1 } })
  flow("N", () => { last(1) })
`;

/** What the plan says of a flow's tasks, and the states that they then have. */
async function foretell(
  flows: Awaited<ReturnType<typeof openFlows>>,
  flow: string,
) {
  const plan = flows.plan(flow);
  const { tasks } = await flows.run({ flow });
  return tasks
    .filter(({ name }) => ["c", "d", "told", "last"].includes(name))
    .map(({ id, state, children }) => {
      const { action, why } = plan.find((item) => item.id === id)!;
      const ends = children?.map((child) => child.state).join() ?? state;
      return `${id} ${action}: ${why.replace(/ on .* UTC/, "")} -> ${ends}`;
    });
}

test("the plan knows what the cache has for constants and parameters, whichever flow left it", async () => {
  const flows = await openFlows(notebook);
  await flows.run({ flow: "A" });
  const same = "reuse: cached: computed from the same code and inputs";
  for (const flow of ["B", "B", "D", "I"])
    expect(await foretell(flows, flow)).toEqual([
      expect.stringMatching(`^(sub-1/)?c-1 ${same} -> Cached$`),
    ]);
  expect(await foretell(flows, "D2")).toEqual([
    "c-1 run: those of its elements that are cached are reused -> Cached,Success,Success",
  ]);
  expect(await foretell(flows, "D2")).toEqual([
    `c-1 ${same} -> Cached,Cached,Cached`,
  ]);
  expect(await foretell(flows, "D3")).toEqual([
    "c-1 run: a new run runs every task -> ",
  ]);
  await foretell(flows, "M");
  expect(await foretell(flows, "M")).toEqual([`told-1 ${same} -> Cached`]);
});

test("the plan says that another input is computed", async () => {
  const flows = await openFlows(notebook);
  await flows.run({ flow: "A" });
  expect(await foretell(flows, "K")).toEqual([
    "c-1 run: an input is another than last time (x) -> Success",
  ]);
});

test("the plan says of inputs that are not known yet what it hangs on", async () => {
  const flows = await openFlows(notebook);
  await flows.run({ flow: "H" });
  const same = "reuse: cached: computed from the same code and inputs";
  const perhaps =
    "run: its inputs are known when it runs; if a result is cached for them, that is reused";
  for (let time = 0; time < 2; time += 1)
    expect(await foretell(flows, "G")).toEqual([
      `c-1 ${same} -> Cached`,
      `d-1 ${perhaps} -> Cached`,
    ]);
  expect(await foretell(flows, "H")).toEqual([
    `c-1 ${same} -> Cached`,
    `d-1 ${same} -> Cached`,
  ]);
  expect(await foretell(flows, "J")).toEqual([
    "c-1 run: its inputs are computed anew; if they turn out the same, its cached result is reused -> Cached",
  ]);
  expect(await foretell(flows, "L")).toEqual([
    "c-1 run: its cached result is reused, if what it needs lets it start -> Cached",
  ]);
  await flows.run({ flow: "N" });
  expect(await foretell(flows, "N")).toEqual([`last-1 ${same} -> Cached`]);
});

test("the plan of a resumption knows what the cache has, and what it may have, as the run then does", async () => {
  const flows = await openFlows(`
    const c = task((x: number) => x * 2, { cacheFor: "1h" })
    const strict = task((x: number) => x, { cacheFor: "1h", trigger: triggers.allFailed })
    const src = task(() => 1)
    const odd = task((x: number) => x % 2)
    const end = task((..._: unknown[]) => "end")
    flow("F", ({ n }) => {
      const one = c(n)
      const map = c.map([n, 5])
      const kept = c(src())
      const other = c(odd(n))
      end(one, map, kept, other)
      strict(one)
    }, { parameters: { n: 1 } })`);
  await flows.run({ flow: "F", parameters: { n: 1 } });
  await flows.run({ flow: "F", parameters: { n: 3 } });
  const plan = flows.resumePlan("F", { n: 1 });
  const { tasks } = await flows.resume({ n: 1 });
  const stateOf = (id: string) => tasks.find((task) => task.id === id)!.state;
  const cached =
    /^reuse: cached: computed on .* from the same code and inputs$/;
  expect(plan["c-1"]).toMatch(cached);
  expect(stateOf("c-1")).toBe("Cached");
  expect(plan["c-2"]).toMatch(cached);
  expect(stateOf("c-2")).toBe("Mapped");
  expect(plan["c-3"]).toMatch(/^reuse: kept/);
  expect(plan["c-4"]).toBe(
    "run: runs: an input changed (odd); if its inputs turn out the same, its cached result is reused",
  );
  expect(stateOf("c-4")).toBe("Cached");
  expect(plan["end-1"]).toMatch(/^run: runs: an input changed/);
  const half = flows.resumePlan("F", { n: 7 });
  expect(half["c-1"]).toBe("run: runs: an input changed (n)");
  expect(half["c-2"]).toBe(
    "run: runs: an input changed (n); those of its elements that are cached are reused",
  );
});

test("the plan weighs for a cached map what each of its elements needs", async () => {
  const flows = await openFlows(`
    const one = task((x: number) => x)
    const some = task((x: number) => x, { cacheFor: "1h", trigger: triggers.notAllSkipped })
    flow("F", () => { some.map(one.map([1, 2])) })`);
  await flows.run();
  const plan = flows.plan("F", "some");
  expect(plan.find(({ id }) => id === "some-1")).toMatchObject({
    action: "reuse",
  });
  const { tasks } = await flows.run({ from: "some" });
  const states = tasks.find(({ id }) => id === "some-1")!.children!;
  expect(states.map(({ state }) => state)).toEqual(["Cached", "Cached"]);
});

test("a plan promises nothing that was cached for another result of what the task needs", async () => {
  const world = globalThis as { given?: number; isDown?: boolean };
  onTestFinished(() => {
    delete world.given;
    delete world.isDown;
  });
  const flows = await openFlows(`
    const src = task(() => (globalThis as any).given)
    const c = task((x: number) => { if ((globalThis as any).isDown) throw new Error("down"); return x }, { cacheFor: "1h" })
    const d = task((x: number) => x)
    flow("F", () => { d(c(src())) })`);
  world.given = 1;
  await flows.run();
  Object.assign(world, { given: 2, isDown: true });
  await flows.run();
  world.isDown = false;
  expect(flows.plan("F", "d")[1]).toMatchObject({
    action: "run",
    why: "its inputs are known when it runs; if a result is cached for them, that is reused",
  });
  expect(flows.resumePlan("F")["c-1"]).toBe("run: runs: failed before");
  const { tasks } = await flows.run({ from: "d" });
  expect(tasks.map(({ state }) => state)).toEqual([
    "Cached",
    "Success",
    "Success",
  ]);
  await flows.run();
  await flows.mark("src-1", 3);
  expect(flows.resumePlan("F")["c-1"]).toBe(
    "run: runs: what it needs was marked as a success by hand since; if a result is cached for its inputs, that is reused",
  );
});
