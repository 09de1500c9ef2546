import { expect, test } from "vitest";
import { openFlows } from "./world.ts";

test("results go from task to task", async () => {
  const flows = await openFlows(`
    const one = task(() => 1)
    const inc = task((x: number) => x + 1)
    flow("F", () => inc(inc(one())))
  `);
  const report = await flows.run();
  expect(report).toMatchObject({ state: "Success", result: 3 });
  expect(report.tasks.map(({ state }) => state)).toEqual([
    "Success",
    "Success",
    "Success",
  ]);
});

test("a map runs its task once per element, and what follows gets the list", async () => {
  const flows = await openFlows(`
    const numbers = task(() => [1, 2, 3])
    const inc = task((x: number) => x + 1)
    const sum = task((xs: number[]) => xs.reduce((a, b) => a + b, 0))
    flow("F", () => sum(inc.map(numbers())))
  `);
  const report = await flows.run();
  expect(report).toMatchObject({ state: "Success", result: 9 });
  expect(report.tasks[1]).toMatchObject({
    state: "Mapped",
    result: [2, 3, 4],
    children: [
      { index: 0, state: "Success", result: 2 },
      { index: 1, state: "Success", result: 3 },
      { index: 2, state: "Success", result: 4 },
    ],
  });
});

/** The states of a run's tasks by id. */
const statesOf = (report: {
  tasks: readonly { id: string; state: string }[];
}) => Object.fromEntries(report.tasks.map(({ id, state }) => [id, state]));

test("elements of mapped chains go through all tasks one after the other", async () => {
  const flows = await openFlows(
    `
    const order: string[] = []
    const a = task((x: number) => x)
    const b = task((x: number) => x)
    flow("F", () => b.map(a.map([1, 2, 3, 4])))
  `,
    { workers: 1 },
  );
  await flows.run();
  const tasks = flows.state().tasks;
  const first = tasks.get("b-1")!.children!.run(0).startedAt!;
  const last = tasks.get("a-1")!.children!.run(3).startedAt!;
  expect(first).toBeLessThanOrEqual(last);
});

test("a failed element leaves the others alone, and what follows it is not started", async () => {
  const flows = await openFlows(`
    const invert = task((x: number) => { if (x === 0) throw new Error("zero"); return 1 / x })
    const double = task((x: number) => 2 * x)
    const sum = task((xs: number[]) => xs.reduce((a, b) => a + b, 0))
    const seen = task((xs: (number | Error)[]) => xs.map((x) => x instanceof Error ? x.message : x), { trigger: triggers.allFinished })
    flow("F", () => {
      const inverted = invert.map([1, 0, 2])
      return { doubled: double.map(inverted), sum: sum(inverted), seen: seen(inverted) }
    })
  `);
  const report = await flows.run();
  expect(statesOf(report)).toEqual({
    "invert-1": "Mapped",
    "double-1": "Mapped",
    "sum-1": "TriggerFailed",
    "seen-1": "Success",
  });
  expect(report.state).toBe("Failed");
  expect(report.tasks[1]!.children!.map(({ state }) => state)).toEqual([
    "Success",
    "TriggerFailed",
    "Success",
  ]);
  expect(report.tasks[3]!.result).toEqual([1, "zero", 0.5]);
});

test("nested maps keep the shape, and flatten takes one level off", async () => {
  const flows = await openFlows(`
    const pages = task((n: number) => Array.from({ length: n }, (_, i) => i))
    const ten = task((x: number) => 10 * x)
    const sum = task((xs: number[]) => xs.reduce((a, b) => a + b, 0))
    flow("F", () => {
      const all = pages.map([1, 2, 3])
      return { nested: ten.map.map(all), flat: ten.map(flatten(all)), sum: sum(flatten(all)), sums: sum.map(all) }
    })
  `);
  const report = await flows.run();
  expect(report).toMatchObject({
    state: "Success",
    result: {
      nested: [[0], [0, 10], [0, 10, 20]],
      flat: [0, 0, 10, 0, 10, 20],
      sum: 4,
      sums: [0, 1, 3],
    },
  });
});

test("the elements of nested maps are counted through, for the task and for who watches it", async () => {
  const flows = await openFlows(`
    const index = task((x: number) => context.mapIndex, {
      onStateChange: ({ mapIndex, to }) => { if (to === "Success") log("watched " + mapIndex) },
    })
    const three = task((x: number) => context.mapIndex)
    flow("F", () => ({
      two: index.map.map([[5], [], [5, 5], [5]]),
      three: three.map.map.map([[[5, 5], []], [], [[5], [5, 5]], [[5]]]),
      plain: three(5),
    }))
  `);
  const report = await flows.run();
  expect(report).toMatchObject({
    state: "Success",
    result: {
      two: [[0], [], [1, 2], [3]],
      three: [[[0, 1], []], [], [[2], [3, 4]], [[5]]],
      plain: undefined,
    },
  });
  expect(
    flows.logs.flatMap((line) => /watched .*/.exec(line) ?? []).sort(),
  ).toEqual(["watched 0", "watched 1", "watched 2", "watched 3"]);
});

test("a condition runs one branch, skips the other, and merges what was returned", async () => {
  const flows = await openFlows(`
    const isLarge = task((n: number) => n > 10)
    const a = task(() => "large")
    const b = task(() => "small")
    const say = task((text: string) => text + "!")
    flow("F", () => {
      const n = param("n", 5)
      return { text: say(when(isLarge(n), () => a(), () => b())), plain: when(isLarge(n), () => 1, () => 2) }
    })
  `);
  const small = await flows.run();
  expect(small).toMatchObject({
    state: "Success",
    result: { text: "small!", plain: 2 },
  });
  expect(statesOf(small)).toMatchObject({ "a-1": "Skipped", "b-1": "Success" });
  const large = await flows.run({ parameters: { n: 11 } });
  expect(large.result).toEqual({ text: "large!", plain: 1 });
});

test("choose runs the branch that is named, the default, or none", async () => {
  const flows = await openFlows(`
    const kindOf = task((kind: string) => kind as "a" | "b" | "c")
    const a = task(() => "A")
    const b = task(() => "B")
    const other = task(() => "other")
    const after = task((x: string) => x)
    flow("F", () => {
      const kind = kindOf(param("kind", "b"))
      return { chosen: choose(kind, { a: () => a(), b: () => b() }, { default: () => other() }), none: after(choose(kind, { a: () => a() })) }
    })
  `);
  expect((await flows.run()).result).toEqual({ chosen: "B", none: null });
  const other = await flows.run({ parameters: { kind: "c" } });
  expect(other).toMatchObject({
    state: "Success",
    result: { chosen: "other" },
  });
  expect(statesOf(other)["after-1"]).toBe("Skipped");
});

test("a retry waits, counts, and ends in the fallback when nothing helps", async () => {
  const flows = await openFlows(`
    const flaky = task(() => { if (context.attempt < 3) throw new Error("not yet"); return context.attempt }, { retries: 3, retryDelay: 1 })
    const hopeless = task(() => { throw new Error("down") }, { retries: 1, fallback: (error: Error) => "after: " + error.message })
    const choosy = task(() => { throw new Error("404") }, { retries: 5, retryIf: (error) => !error.message.includes("404") })
    flow("F", () => ({ flaky: flaky(), hopeless: hopeless(), choosy: choosy() }))
  `);
  const report = await flows.run();
  expect(report.tasks).toMatchObject([
    { state: "Success", attempts: 3, result: 3 },
    { state: "Success", result: "after: down" },
    { state: "Failed", attempts: 1, message: "404" },
  ]);
  expect(report.tasks[1]!.message).toContain("fallback");
});

test("signals end a task as they say", async () => {
  const flows = await openFlows(`
    const skips = task((): number => { throw skip("nothing new") })
    const succeeds = task((): number => { success(5); return 1 })
    const fails = task((): number => { fail("no such airport"); return 1 })
    const after = task((x: number) => x)
    const lenient = task((x: number | null) => x === null ? "null" : x, { skipOnUpstreamSkip: false })
    flow("F", () => {
      const skipped = skips()
      after(skipped)
      lenient(skipped)
      after(succeeds())
      fails()
    })
  `);
  const report = await flows.run();
  expect(statesOf(report)).toEqual({
    "skips-1": "Skipped",
    "after-1": "Skipped",
    "lenient-1": "Success",
    "succeeds-1": "Success",
    "after-2": "Success",
    "fails-1": "Failed",
  });
  expect(report.tasks[0]!.message).toBe("nothing new");
  expect(report.tasks[2]!.result).toBe("null");
  expect(report.tasks[4]!.result).toBe(5);
  expect(report.tasks[5]!.message).toBe("no such airport");
});

test("equal calls of a cached task compute once in a run, and later runs reuse it", async () => {
  const flows = await openFlows(`
    const double = task((x: number) => { log("computing", x); return 2 * x }, { cacheFor: "1h" })
    const add = task((a: number, b: number) => a + b)
    flow("F", () => { const p = param("p", 1); return add(double(p), double(p)) })
  `);
  const computed = () =>
    flows.logs.filter((line) => line.includes("computing")).length;
  const first = await flows.run();
  expect(first.result).toBe(4);
  expect(Object.values(statesOf(first)).sort()).toEqual([
    "Cached",
    "Success",
    "Success",
  ]);
  expect(computed()).toBe(1);
  const second = await flows.run();
  expect(statesOf(second)).toMatchObject({
    "double-1": "Cached",
    "double-2": "Cached",
    "add-1": "Success",
  });
  const third = await flows.run({ parameters: { p: 2 } });
  expect(third.result).toBe(8);
  expect(computed()).toBe(2);
});

test("a sub-flow is a node with its own parameters, and can be mapped", async () => {
  const flows = await openFlows(`
    const area = task((w: number, h: number) => w * h)
    const note = task((a: number) => "area " + a)
    const rectangle = flow("Rectangle", ({ w, h }) => note(area(w, h)), { parameters: { w: 2, h: 3 } })
    const width = task(() => 7)
    flow("All", () => ({ one: rectangle({ w: width() }), many: rectangle.map([{ w: 1 }, { w: 2, h: 5 }]) }))
  `);
  const report = await flows.run({ flow: "All" });
  expect(report).toMatchObject({
    state: "Success",
    result: { one: "area 21", many: ["area 3", "area 10"] },
  });
});

test("a resource is cleaned up when all that used it is over, also after a failure", async () => {
  const flows = await openFlows(`
    const session = resource((user: string) => ({ token: user + "!" }), ({ token }) => { log("closed", token) })
    const use = task((token: string): string => { throw new Error("broken " + token) })
    flow("F", () => { const { token } = session("ann"); return use(token) })
  `);
  const report = await flows.run();
  expect(statesOf(report)).toEqual({
    "session-1": "Success",
    "use-1": "Failed",
    "session-1/cleanup": "Success",
  });
  expect(report.state).toBe("Failed");
  expect(flows.logs.some((line) => line.includes("closed ann!"))).toBe(true);
});

test("a gate waits for a person, and passes its value on", async () => {
  const flows = await openFlows(`
    const price = task(() => 42)
    const order = task((price: number, note: string) => note + price)
    flow("F", () => { const { note } = ask("What note?", { note: "n" }); return order(approve(price(), "Order?"), note) })
  `);
  const waiting = await flows.run();
  expect(waiting.state).toBe("Paused");
  const number = (node: string) => flows.state().numberOf(node)!;
  const once = await flows.proceed(() => ({
    type: "pause-answered",
    at: Date.now(),
    task: number("approve-1"),
    answer: { type: "approve" },
  }));
  expect(once.state).toBe("Paused");
  const report = await flows.proceed(
    () => ({
      type: "pause-answered",
      at: Date.now(),
      task: number("ask-1"),
      answer: { type: "approve" },
    }),
    { note: "fuel at " },
  );
  expect(report).toMatchObject({ state: "Success", result: "fuel at 42" });
});

test("a paused task begins again when it is resumed", async () => {
  const flows = await openFlows(`
    const careful = task((): string => context.resumed ? "went on" : pause("look first"))
    const manual = task(() => "by hand", { trigger: triggers.manualOnly })
    flow("F", () => [careful(), manual()])
  `);
  const waiting = await flows.run();
  expect(statesOf(waiting)).toEqual({
    "careful-1": "Paused",
    "manual-1": "Paused",
  });
  for (const node of ["careful-1", "manual-1"])
    await flows.proceed((state) => ({
      type: "pause-answered",
      at: Date.now(),
      task: state.numberOf(node)!,
      answer: { type: "resume" },
    }));
  expect(flows.state().state).toBe("Success");
});

test("a resumption keeps what succeeded, element by element", async () => {
  const flows = await openFlows(`
    const picky = task((x: number, bad: number) => { log("picky", x); if (x === bad) throw new Error("bad " + x); return x })
    const double = task((x: number) => { log("double", x); return 2 * x })
    const sum = task((xs: number[]) => xs.reduce((a, b) => a + b, 0))
    flow("F", () => { const bad = param("bad", 2); return sum(double.map(picky.map([1, 2, 3], unmapped(ok(bad))))) })
    const ok = task((bad: number) => context.attempt > 1 ? -1 : bad)
  `);
  await flows.run();
  expect(flows.state().state).toBe("Failed");
  const before = flows.logs.length;
  const report = await flows.resume();
  expect(report.state).toBe("Failed");
  expect(flows.logs.slice(before).filter((l) => l.includes("picky"))).toEqual([
    "picky-1 info picky 2",
  ]);
});

test("limits keep tasks waiting", async () => {
  const flows = await openFlows(`
    let going = 0
    const one = task(async (x: number) => x, { concurrency: { api: 1 }, tags: ["api"] })
    flow("F", () => one.map([1, 2, 3, 4]))
  `);
  const report = await flows.run();
  expect(report.state).toBe("Success");
  const spans = Array.from({ length: 4 }, (_, at) =>
    flows.state().tasks.get("one-1")!.children!.run(at),
  ).sort((a, b) => a.startedAt! - b.startedAt!);
  for (const [at, span] of spans.entries())
    if (at > 0)
      expect(span.startedAt).toBeGreaterThanOrEqual(spans[at - 1]!.endedAt!);
});

test("a report says where in the notebook a task failed", async () => {
  const flows = await openFlows(`
    const helper = (x: any) => x.missing.deep
    const t = task(() => {
      return helper({})
    })
    flow("F", () => [t(), t.map([1])])
  `);
  const { tasks } = await flows.run();
  expect(tasks[0]?.place).toMatchObject({ line: 2 });
  expect(tasks[1]?.children?.[0]?.place).toEqual(tasks[0]?.place);
});

test("a loop goes on with what it has until it returns", async () => {
  const flows = await openFlows(`
    const count = task((): number[] => context.loopCount < 4 ? loop([...(context.loopResult as number[] ?? []), context.loopCount]) : context.loopResult as number[])
    flow("F", () => count())
  `);
  expect((await flows.run()).result).toEqual([1, 2, 3]);
});

test("all iterations of a loop share the retries of their task", async () => {
  const flows = await openFlows(`
    const climb = task((): any => {
      if (context.loopCount === context.attempt + 1 && context.attempt < 3) throw new Error("slipped at " + context.loopCount)
      return context.loopCount < 4 ? loop() : context.loopCount
    }, { retries: 1 })
    flow("F", () => climb())
  `);
  expect((await flows.run()).tasks[0]).toMatchObject({
    state: "Failed",
    attempts: 2,
    message: "Attempt 2 of 2 failed: slipped at 3",
  });
});

test("functions that watch are told of every change, and change nothing", async () => {
  const flows = await openFlows(`
    const a = task(() => 1, { onStateChange: ({ from, to }) => { log(from + " to " + to); throw new Error("watcher broke") } })
    flow("F", () => a(), { onStateChange: ({ name, to }) => log(name + " is " + to) })
  `);
  const report = await flows.run();
  expect(report.state).toBe("Success");
  const told = flows.logs.join("\n");
  expect(told).toContain("Pending to Running");
  expect(told).toContain("Running to Success");
  expect(told).toContain("F is Success");
});

test("custom triggers decide", async () => {
  const flows = await openFlows(`
    const ok = task(() => 1)
    const bad = task((): number => { throw new Error("no") })
    const yes = task((..._: unknown[]) => "ran", { trigger: (upstream) => upstream.some(({ state }) => state === "Failed") })
    const no = task((..._: unknown[]) => "ran", { trigger: () => false })
    flow("F", () => { const [a, b] = [ok(), bad()]; yes(a, b); no(a) ; ok.with({ waitFor: [b], trigger: () => { throw skip("later") } })() })
  `);
  const report = await flows.run();
  expect(statesOf(report)).toMatchObject({
    "yes-1": "Success",
    "no-1": "TriggerFailed",
    "ok-2": "Skipped",
  });
});

test("many small tasks end, whatever is put together for a worker", async () => {
  const flows = await openFlows(`
    const numbers = task(() => Array.from({ length: 2000 }, (_, i) => i))
    const inc = task((x: number) => { if (x === 999) throw new Error("unlucky"); return x + 1 })
    const sum = task((xs: (number | Error)[]) => xs.reduce<number>((a, b) => b instanceof Error ? a : a + b, 0), { trigger: triggers.allFinished })
    flow("F", () => sum(inc.map(numbers())))
  `);
  const report = await flows.run();
  expect(report.result).toBe((2000 * 2001) / 2 - 1000);
  expect(
    report.tasks[1]!.children!.filter((c) => c.state === "Failed"),
  ).toHaveLength(1);
});

test("a sub-flow that takes longer than it may is cancelled, and the rest goes on", async () => {
  const flows = await openFlows(`
    const slow = task(async () => { await new Promise((resolve) => setTimeout(resolve, 3000)); return 1 })
    const other = task(async () => { await new Promise((resolve) => setTimeout(resolve, 60)); return 2 })
    const inner = flow("Inner", () => slow(), { timeout: "30ms" })
    flow("Outer", () => { inner(); return other() })
  `);
  const report = await flows.run({ flow: "Outer" });
  expect(statesOf(report)).toMatchObject({
    "Inner-1/slow-1": "Cancelled",
    "Inner-1": "Cancelled",
    "other-1": "Success",
  });
  expect(report.state).toBe("Cancelled");
  expect(report.tasks[0]!.message).toContain("its timeout");
  expect(report.message).toBe(
    "Cancelled: Inner took longer than 30 ms, its timeout. 1 of 3 tasks had succeeded. Resume keeps these and runs the rest.",
  );
});

test("a flow's timeout holds on while it waits for a person, and after the answer", async () => {
  const flows = await openFlows(`
    const nap = task((x: number) => new Promise((resolve) => setTimeout(() => resolve(x), 30_000)))
    const inner = flow("Inner", () => nap(approve(1, "Go on?")), { timeout: 40 })
    flow("Whole", () => nap(approve(1, "Go on?")), { timeout: 40 })
    flow("Outer", () => inner())
  `);
  for (const [flow, gate] of [
    ["Whole", "approve-1"],
    ["Outer", "Inner-1/approve-1"],
  ] as const) {
    expect((await flows.run({ flow })).state).toBe("Paused");
    const ended = await flows.proceed((state) => ({
      type: "pause-answered",
      at: state.startedAt,
      task: state.numberOf(gate)!,
      answer: { type: "approve" },
    }));
    expect(ended.state).toBe("Cancelled");
    expect(JSON.stringify(ended)).toContain("40 ms, its timeout");
  }
});

test("what is wrong with one flow's options leaves the others of its cell as they are", async () => {
  const flows = await openFlows(`
    const t = task(() => 1)
    flow("Good", () => t())
    flow("Bad", () => t(), { timeout: "soon" as any })
    const inner = flow("Inner", () => t(), { concurrency: { t: 0 } })
    flow("Around", () => inner())
  `);
  const { graphs, errors } = flows.traced;
  expect(graphs.map(({ flow }) => flow)).toEqual(["Good"]);
  expect(errors.map(({ flow, error }) => [flow, error.place?.line])).toEqual([
    ["Bad", 4],
    ["Inner", 5],
    ["Around", 5],
  ]);
  expect(errors[0]!.error.message).toContain('"soon" is not a duration');
  expect((await flows.run({ flow: "Good" })).state).toBe("Success");
});

test("a mistake in the body of one flow leaves the others of its cell as they are, and is told once", async () => {
  const flows = await openFlows(`
    const t = task((x: number = 1) => x)
    flow("Good", () => t(2))
    const inner = flow("Inner", () => { if (t()) t() })
    flow("Unknown", () => nowhere(t()))
    flow("Around", () => inner())
  `);
  const { graphs, errors } = flows.traced;
  expect(graphs.map(({ flow }) => flow)).toEqual(["Good"]);
  expect(flows.program.diagnostics.map(({ line }) => line)).toEqual([4, 5]);
  expect(errors.map(({ flow }) => flow)).toEqual(["Around"]);
  expect(errors[0]!.error.message).toMatch(
    /^The flow "Inner" has a mistake: `t\(\)` has no value yet/,
  );
  expect(await flows.run({ flow: "Good" })).toMatchObject({
    state: "Success",
    result: 2,
  });
});

test("the plan knows that equal calls share what is cached", async () => {
  const flows = await openFlows(`
    const look = task((x: string) => x, { cacheFor: "1h" })
    flow("F", () => [look("Oslo"), look("Oslo")])
  `);
  await flows.run();
  expect(flows.plan().map(({ action }) => action)).toEqual(["reuse", "reuse"]);
});

test("run from here behind a branch takes what was skipped as skipped", async () => {
  const flows = await openFlows(`
    const cond = task(() => true)
    const a = task(() => { log("a ran"); return "A" })
    const b = task(() => "B")
    const third = task((x: string) => x + "!")
    flow("F", () => third(when(cond(), () => a(), () => b())))
  `);
  await flows.run();
  const report = await flows.run({ from: "third" });
  expect(report).toMatchObject({ state: "Success", result: "A!" });
  expect(statesOf(report)).toMatchObject({
    "cond-1": "Cached",
    "a-1": "Cached",
    "b-1": "Skipped",
    "third-1": "Success",
  });
  expect(flows.logs.filter((line) => line.includes("a ran"))).toHaveLength(1);
});

test("a run is cancelled at once, also while results keep coming in", async () => {
  const flows = await openFlows(`
    const step = task(async (x: number) => { for (let i = 0; i < 20000; i++) x += i % 2; return x })
    flow("F", () => step.map(Array.from({ length: 20000 }, (_, i) => i)))
  `);
  const running = flows.run();
  while (flows.kept() < 100) await new Promise(setImmediate);
  flows.cancel();
  const report = await running;
  expect(report.state).toBe("Cancelled");
  const states = report.tasks[0]!.children!.map(({ state }) => state);
  expect(new Set(states)).toEqual(new Set(["Success", "Cancelled"]));
  expect(states.filter((state) => state === "Success").length).toBeLessThan(
    15_000,
  );
});

test("what happens while results are written counts in the order in which it is kept, so a replay gives the same run", async () => {
  const flows = await openFlows(`
    const until = async (t: number) => { while (Date.now() < t) await new Promise((done) => setTimeout(done, 1)) }
    const clock = task(() => Date.now() + 100)
    const early = task(async (at: number, i: number) => { await until(at + i * 7); return 7 })
    const limited = task((v: number) => { if (context.attempt < 3) throw new Error("again"); return v }, { concurrency: 1, retries: 5, retryDelay: 5 })
    flow("F", () => { const at = clock(); for (let i = 0; i < 20; i++) { early(at, i); limited(early(at, i)) } })
  `);
  const report = await flows.run();
  expect(report.state).toBe("Success");
  expect(new Set(Object.values(statesOf(report)))).toEqual(
    new Set(["Success"]),
  );
});

test("a call that is cancelled while it waits for an equal one leaves the others to be computed", async () => {
  const flows = await openFlows(`
    const slow = task(async (x: number) => { log("begun"); await new Promise((done) => setTimeout(done, 100)); throw new Error("no") }, { cacheFor: "1h" })
    flow("F", () => { slow(1); slow(1); slow(1) })
  `);
  const running = flows.run();
  await expect.poll(() => flows.logs.join()).toContain("begun");
  flows.cancel(1);
  expect(statesOf(await running)).toMatchObject({
    "slow-1": "Failed",
    "slow-2": "Cancelled",
    "slow-3": "Failed",
  });
});

test("calls with other arguments are other calls, whatever their parameters are called", async () => {
  const flows = await openFlows(`
    const sum = task(({ a }: any, { b }: any) => a + b, { cacheFor: "1h" })
    const named = task((cacheKey: number) => cacheKey, { cacheFor: "1h", cacheKey: "v1" })
    flow("F", () => [sum({ a: 1 }, { b: 1 }), sum({ a: 100 }, { b: 1 }), named(1), named(2)])
  `);
  expect((await flows.run()).result).toEqual([2, 101, 1, 2]);
});

test("a cached result that a resumption replaced is not reused for what it was made of before", async () => {
  const flows = await openFlows(`
    const a = task((p: number) => { if (p === 1 && context.attempt === 1 || p === 2) throw new Error("down"); return 7 })
    const c = task((x: any) => x instanceof Error ? "no data" : "data " + x, { cacheFor: "1h", trigger: triggers.allFinished })
    flow("F", () => c(a(param("p", 1))))
  `);
  expect((await flows.run()).result).toBe("no data");
  expect((await flows.resume()).result).toBe("data 7");
  const report = await flows.run({ parameters: { p: 2 } });
  expect(report.result).toBe("no data");
});

test("a resource is not kept for later runs, which would get what was cleaned up", async () => {
  for (const source of [
    `const con = resource(() => 1, () => {}, { cacheFor: "1h" })`,
    `const con = resource(() => 1, () => {}).with({ cacheFor: "1h" })`,
  ]) {
    const { traced } = await openFlows(
      `${source}\nconst use = task((c: number) => c)\nflow("F", () => use(con()))`,
    );
    expect(traced.errors[0]?.error.message).toContain("has no cacheFor");
  }
});

test("a function that watches a mapped task sees each element run, also those that a worker got together", async () => {
  const flows = await openFlows(`
    const t = task((x: number) => x, { onStateChange: ({ from, to, mapIndex }) => log(mapIndex, from, to) })
    flow("F", () => t.map(Array.from({ length: 30 }, (_, at) => at)))
  `);
  await flows.run();
  const told = flows.logs.map((line) => line.replace(/^.*? info /, ""));
  for (let at = 0; at < 30; at += 1)
    expect(told.filter((line) => line.startsWith(`${at} `))).toEqual([
      `${at} Pending Running`,
      `${at} Running Success`,
    ]);
  told.forEach((line, at) => {
    const [index] = line.split(" ");
    const { node, element, attempt } = flows.logsOf[at]!;
    expect([node, element, attempt]).toEqual(
      index === "undefined" ? ["t-1", undefined, 0] : ["t-1", index, 1],
    );
  });
});

test("the context has the name that a function makes of the arguments, in a map and in what a worker gets together", async () => {
  const flows = await openFlows(`
    const list = task(() => Array.from({ length: 40 }, (_, at) => at))
    const named = task((at: number) => context.taskName, { name: (at) => "live " + at })
    const plain = task((name: string) => context.taskName)
    flow("F", () => { const names = named.map(list()); return { names, plain: plain.map(names), one: named(7) } })
  `);
  const { result } = await flows.run();
  const numbers = Array.from({ length: 40 }, (_, at) => at);
  expect(result).toEqual({
    names: numbers.map((at) => `live ${at}`),
    plain: numbers.map((at) => `plain[${at}]`),
    one: "live 7",
  });
});
