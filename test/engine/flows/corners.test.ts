/** What the declarations promise in corners that few flows come to. */
import { expect, test } from "vitest";
import type { RunReport } from "../../../src/core/report.ts";
import { openFlows } from "./world.ts";

const tasks = `
  const boom = task((..._: unknown[]): any => { throw new Error("boom") })
  const none = task((..._: unknown[]): any => { throw skip("none") })
  const id = task((x: any): any => x)
  const lenient = task((x: any) => String(x), { trigger: triggers.allFinished, skipOnUpstreamSkip: false })
`;

/** By id, how a task ended, or what it returned; of a map each of its elements. */
function look({ tasks }: RunReport): Record<string, unknown> {
  const show = ({ state, result }: { state: string; result?: unknown }) =>
    state === "Success" || state === "Cached" ? result : state;
  return Object.fromEntries(
    tasks.map((task) => [
      task.id,
      task.children ? task.children.map(show) : show(task),
    ]),
  );
}

test("a failed or skipped input reaches a task in a sub-flow, or behind flatten, as it is", async () => {
  const flows = await openFlows(`${tasks}
    const inverse = task((x: number) => { if (x === 2) throw new Error("two"); return { x } })
    const num = flow("Num", ({ x }) => lenient(x), { parameters: { x: 5 } })
    flow("F", () => {
      num({ x: boom() })
      num({ x: none() })
      num(boom() as any)
      num.map(inverse.map([1, 2]))
      lenient(flatten(boom()))
      lenient(flatten(none()))
    })`);
  expect(look(await flows.run({ flow: "F" }))).toMatchObject({
    "Num-1/lenient-1": "Error: boom",
    "Num-2/lenient-1": "null",
    "Num-3/lenient-1": "Error: boom",
    "Num-4/lenient-1": ["1", "Error: two"],
    "lenient-1": "Error: boom",
    "lenient-2": "null",
  });
});

test("a sub-flow that succeeds gives null for what it returns of tasks without a result, as a flow does", async () => {
  const body = (name: string) => `flow("${name}", ({ n }) => {
      const x = two(n)
      const all = two.map([1, 2])
      lenient([x, all])
      return { x, list: [x, { all }], part: (x as any).name, given: n, made: error(n) }
    }, { parameters: { n: 2 } })`;
  const flows = await openFlows(`${tasks}
    const two = task((x: number) => { if (x === 2) throw new Error("two"); return x })
    const error = task((x: number): any => new Error("made " + x))
    const bare = flow("Bare", () => { const x = boom(); lenient(x); return x })
    const sub = ${body("Sub")}
    ${body("Top")}
    flow("F", () => { id(bare()); id(sub()); id(sub.map([{ n: 1 }, { n: 2 }])) })`);
  const whole = {
    x: null,
    list: [null, { all: [1, null] }],
    part: null,
    given: 2,
    made: expect.objectContaining({ message: "made 2" }),
  };
  expect((await flows.run({ flow: "Top" })).result).toEqual(whole);
  const one = {
    ...whole,
    x: 1,
    list: [1, { all: [1, null] }],
    given: 1,
    part: undefined,
  };
  expect(look(await flows.run({ flow: "F" }))).toMatchObject({
    "id-1": null,
    "id-2": whole,
    "id-3": [
      { ...one, made: expect.objectContaining({ message: "made 1" }) },
      whole,
    ],
  });
});

test("a resource that another one is set up with is cleaned up after that one", async () => {
  const flows = await openFlows(`${tasks}
    const res = resource((n: string) => n + "!", (n) => { log("clean", n) })
    const use = task((x: any) => { log("use", x) })
    const sub = flow("Sub", ({ of }) => { use(res(res(of))) }, { parameters: { of: "" } })
    flow("F", () => { const outer = res("F"); sub({ of: outer }); sub.map([{ of: "M" }]) })`);
  await flows.run({ flow: "F" });
  const said = flows.logs.map((line) => line.replace(/^.* info /, ""));
  const inOrder = (...lines: string[]) => {
    const at = lines.map((line) => said.indexOf(line));
    expect(at).toEqual(at.toSorted((one, other) => one - other));
    expect(at).not.toContain(-1);
  };
  inOrder("use M!!", "clean M!!", "clean M!");
  inOrder("use F!!!", "clean F!!!", "clean F!!", "clean F!");
});

test("nothing of a sub-flow runs that is given something which it does not take, whoever uses it", async () => {
  const flows = await openFlows(`${tasks}
    const effect = task(() => "done", { retries: 2, retryDelay: "1h" })
    const inner = flow("Inner", () => { effect() })
    const sub = flow("Sub", ({ n }) => { effect(); inner(); approve(null, "Go") }, { parameters: { n: { type: "number", max: 3 } } })
    flow("Wrong", () => { sub({ n: id("2") }) })
    flow("Unknown", () => { sub(id({ n: 1, zz: 2 })) })
    flow("NoSet", () => { sub(id(7)) })
    const plain = flow("Plain", ({ n }) => { effect() }, { parameters: { n: { type: "number", max: 3 } } })
    flow("Map", () => { plain.map(id([{ n: 1 }, { n: 9 }, {}])) })
    const empty = flow("Empty", ({ n }) => "nothing", { parameters: { n: 1 } })
    flow("Bare", () => { empty({ n: id("1") }) })
    flow("Late", () => { lenient(sub({ n: boom() })) })`);
  const all = {
    "Sub-1": "Failed",
    "Sub-1/effect-1": "Failed",
    "Sub-1/Inner-1": "Failed",
    "Sub-1/Inner-1/effect-1": "Failed",
    "Sub-1/approve-1": "Failed",
  };
  const wrong = await flows.run({ flow: "Wrong" });
  expect(look(wrong)).toMatchObject(all);
  const [effect] = wrong.tasks.filter(({ id }) => id === "Sub-1/effect-1");
  expect(effect).toMatchObject({
    attempts: 1,
    message:
      'The flow "Sub" is called with something that it does not take. The parameter n must be a number of at most 3, not "2".',
  });
  for (const flow of ["Unknown", "NoSet"])
    expect(look(await flows.run({ flow })), flow).toMatchObject(all);
  expect(look(await flows.run({ flow: "Map" }))).toMatchObject({
    "Plain-1/effect-1": ["done", "Failed", "Failed"],
    "Plain-1": [undefined, "Failed", "Failed"],
  });
  expect(look(await flows.run({ flow: "Bare" }))).toMatchObject({
    "Empty-1": "Failed",
  });
  // What failed before it is told by that.
  expect(look(await flows.run({ flow: "Late" }))).toMatchObject({
    "Sub-1/effect-1": "TriggerFailed",
    "Sub-1": "TriggerFailed",
  });
});

test("context tells a task in a sub-flow of that flow and what it was given", async () => {
  const flows = await openFlows(`${tasks}
    const read = task((..._: unknown[]) => [context.flowName, context.parameters])
    const bad = task((): any => { throw new Error("bad") }, { fallback: () => context.parameters })
    const shut = resource(() => 1, () => { log(JSON.stringify(context.parameters)) })
    const plain = flow("Plain", () => read())
    const city = flow("City", ({ city }) => { shut(); return { city: read(), bad: bad(), plain: plain() } }, { parameters: { city: "Oslo" } })
    flow("F", () => {
      const paris = param("paris", "Paris")
      read()
      id(city({ city: paris }))
      id(city.map([{ city: id("Bonn") }, {}]))
      id(city(id({ city: "Rome" })))
    })`);
  const at = (city: string) => ({
    city: ["City", { city }],
    bad: { city },
    plain: ["Plain", {}],
  });
  expect(look(await flows.run({ flow: "F" }))).toMatchObject({
    "read-1": ["F", { paris: "Paris" }],
    "id-1": at("Paris"),
    "id-3": [at("Bonn"), at("Oslo")],
    "id-5": at("Rome"),
  });
  expect(flows.logs.map((line) => line.replace(/.* info /, "")).sort()).toEqual(
    ["Bonn", "Oslo", "Paris", "Rome"].map((city) => JSON.stringify({ city })),
  );
});

test("a task that reads context in a sub-flow depends on what that is given, and on no other parameters", async () => {
  const flows = await openFlows(`
    const read = task(() => context.parameters, { cacheFor: "1h" })
    const city = flow("City", ({ city }) => read(), { parameters: { city: "Oslo" } })
    flow("F", () => [city({ city: param("city", "Paris") }), city({ city: "Rome" }), param("other", 1)])`);
  const first = await flows.run({ flow: "F" });
  expect(first.result).toEqual([{ city: "Paris" }, { city: "Rome" }, 1]);
  const second = await flows.run({
    flow: "F",
    parameters: { city: "Bonn", other: 2 },
  });
  expect(second.result).toEqual([{ city: "Bonn" }, { city: "Rome" }, 2]);
  expect(second.tasks.map(({ id, state }) => [id, state])).toMatchObject([
    ["City-1/read-1", "Success"],
    ["City-1", "Success"],
    ["City-2/read-1", "Cached"],
    ["City-2", "Success"],
  ]);
});

test("a clean-up that fails is tried again as its resource is, if that wants it", async () => {
  const flows = await openFlows(`${tasks}
    const res = resource(() => 1, () => { log("clean", context.attempt); throw new Error("no " + context.attempt) }, { retries: 3 })
    flow("F", () => { id(res.with({ retryIf: (error) => error.message !== "no 2" })()) })`);
  const report = await flows.run({ flow: "F" });
  expect(look(report)["res-1/cleanup"]).toBe("Failed");
  expect(flows.logs.map((line) => line.replace(/.* info /, ""))).toEqual([
    "clean 1",
    "clean 2",
  ]);
});

test("a failed input has the name of its class, wherever it is among the arguments", async () => {
  const flows = await openFlows(`
    class Odd extends Error { override name = "Odd" }
    const odd = task((x: number): number => { if (x === 2) throw new Odd("two"); if (x === 3) throw new TypeError("three"); return x })
    const show = (x: any): any => Array.isArray(x) ? x.map(show) : x instanceof Error ? String(x) : x
    const names = task((x: any): any => show(x), { trigger: triggers.allFinished })
    const inside = task(({ deep }: any): any => show(deep), { trigger: triggers.allFinished })
    const late = task(() => new Promise(() => {}), { timeout: 10 })
    const codes = task((x: any): any => [x.name, x.code], { trigger: triggers.allFinished })
    flow("F", () => {
      const all = odd.map([1, 2, 3])
      names(all)
      names.map(all)
      inside({ deep: [odd(2)] })
      codes(late())
    })`);
  expect(look(await flows.run({ flow: "F" }))).toMatchObject({
    "names-1": [1, "Odd: two", "TypeError: three"],
    "names-2": [1, "Odd: two", "TypeError: three"],
    "inside-1": ["Odd: two"],
    "codes-1": ["FlowError", "task-timeout"],
  });
});

test("a sub-flow in which all failed before it could start has failed, and not been left out", async () => {
  const flows = await openFlows(`${tasks}
    const each = flow("Each", ({ xs }) => id.map(xs), { parameters: { xs: { type: "json", default: [1] } } })
    const after = flow("After", ({ xs }) => id(xs), { parameters: { xs: 1 } })
    const never = task((x: any) => x, { trigger: triggers.anyFailed })
    const open = resource((x: any) => x, () => {})
    const session = flow("Session", ({ xs }) => id.map(open.map([never(xs)])), { parameters: { xs: 1 } })
    flow("F", () => { each({ xs: id(1) }); after(id({ other: 2 }) as any); after({ xs: boom() }); session.map([{ xs: id(1) }]) })`);
  const { tasks: all } = await flows.run({ flow: "F" });
  const told = Object.fromEntries(
    all.map(({ id, state, message }) => [id, `${state}: ${message}`]),
  );
  expect(told).toMatchObject({
    "Each-1": "Failed: Some reference tasks failed: id failed.",
    "After-1": "Failed: Some reference tasks failed: id failed.",
    "After-2": "TriggerFailed: Not started: id could not start.",
  });
  const [element] = all.find(({ id }) => id === "Session-1")!.children!;
  expect(element).toMatchObject({
    state: "TriggerFailed",
    message: "Not started: id[0] could not start.",
  });
});

test("after a condition that failed, all that could not start names what failed", async () => {
  const flows = await openFlows(`${tasks}
    flow("F", () => {
      id(when(boom(), () => id(1), () => lenient(2)))
      id.map([1]); lenient.map(when(when(boom.with({ name: "inner" })(), () => id(true)), () => [1]))
    })`);
  const { tasks: all } = await flows.run({ flow: "F" });
  const told = Object.fromEntries(all.map(({ id, message }) => [id, message]));
  expect(told).toMatchObject({
    "case-1": "Not started: boom failed.",
    "id-1": "Not started: boom failed.",
    "merge-1": "Not started: boom failed, id could not start.",
    "id-2": "Not started: merge could not start.",
    "case-3": "Not started: inner failed.",
  });
  expect(JSON.stringify(told)).not.toContain("the branch");
});

test("a mark by hand makes what had already run without that result run again", async () => {
  const flows = await openFlows(`${tasks}
    const last = task((x: any) => x)
    flow("F", () => { last(lenient(boom())) })`);
  await flows.run();
  await flows.mark("boom-1", "by hand");
  expect(flows.resumePlan()).toEqual({
    "boom-1": "reuse: kept: marked as a success by hand",
    "lenient-1":
      "run: runs: what it needs was marked as a success by hand since",
    "last-1": "run: runs: lenient runs again",
  });
  expect(look(await flows.resume())).toMatchObject({ "last-1": "by hand" });
  expect(Object.values(flows.resumePlan())).not.toContainEqual(
    expect.stringContaining("run:"),
  );
});

test("a mark of an element makes only what follows that element run again", async () => {
  const flows = await openFlows(`${tasks}
    const inverse = task((x: number) => { if (x === 0) throw new Error("zero"); return 1 / x })
    const all = task((xs: any) => xs.map(String), { trigger: triggers.allFinished })
    const last = task((x: any) => x)
    flow("F", () => { const m = inverse.map([1, 0, 2]); const s = lenient.map(m); all(m); last(s[0]) })`);
  await flows.run();
  await flows.mark("inverse-1", 7, [1]);
  expect(flows.resumePlan()).toMatchObject({
    "lenient-1": "run: runs: 1 of 3 elements run, 2 are kept",
    "all-1": "run: runs: what it needs was marked as a success by hand since",
  });
  expect(look(await flows.resume())).toMatchObject({
    "lenient-1": ["1", "7", "0.5"],
    "all-1": ["1", "7", "0.5"],
  });
});

test("a mark takes the place of a result from an earlier run, and of a fallback", async () => {
  const flows = await openFlows(`${tasks}
    const down = task((): any => { throw new Error("down") }, { fallback: 7 })
    const slow = task((x: number) => x * 10)
    const after = task((x: any): any => { throw new Error("after") })
    flow("F", () => { after([slow(1), down()]) })`);
  await flows.run();
  await flows.run({ from: "after-1" });
  expect(flows.state().tasks.get("slow-1")?.state).toBe("Cached");
  await flows.mark("slow-1", "by hand");
  expect(flows.state().tasks.get("slow-1")).toMatchObject({
    resultRun: flows.state().run,
    resultRunAt: undefined,
  });
  expect(look(await flows.resume())).toMatchObject({ "slow-1": "by hand" });
  await flows.run();
  await flows.mark("down-1", "by hand");
  expect(flows.state().tasks.get("down-1")?.isFallback).toBe(false);
});

test("a mark of a call leaves the equal calls that share its cached result as they are", async () => {
  const flows = await openFlows(`
    const t = task((x: number) => x, { cacheFor: "1h" })
    const pair = task((a: any, b: any) => [a, b])
    flow("F", () => { pair(t(1), t(1)) })`);
  await flows.run();
  await flows.mark("t-1", "one");
  expect(look(await flows.resume())).toMatchObject({ "pair-1": ["one", 1] });
  await flows.mark("t-2", "two");
  expect(look(await flows.resume())).toMatchObject({
    "pair-1": ["one", "two"],
  });
  expect(look(await flows.run({ from: "pair-1" }))).toMatchObject({
    "pair-1": ["one", "two"],
  });
  expect(look(await flows.run())).toMatchObject({ "pair-1": [1, 1] });
});

test("a retryDelay that is a function holds for retry() too, whatever the retries", async () => {
  const flows = await openFlows(`
    const again = task(() => { if (context.attempt < 4) retry("again") }, { retryDelay: (n) => Math.min(n, 2) })
    flow("F", () => { again() })`);
  await flows.run();
  const [node] = flows.graphOf().nodes;
  expect(node?.kind === "task" && node.options.retryDelays).toEqual([1, 2]);
  expect(
    flows
      .state()
      .tasks.get("again-1")
      ?.attempts.map(({ message }) => message),
  ).toEqual(["again", "again", "again", undefined]);
});

test("a retryDelay that is a function need not know of more attempts than the retries", async () => {
  const flows = await openFlows(`
    const list = task(() => 1, { retries: 2, retryDelay: (n) => [3, 5][n - 1]! })
    flow("F", () => { list() })`);
  const [node] = flows.graphOf().nodes;
  expect(node?.kind === "task" && node.options.retryDelays).toEqual([3, 5]);
});

test("a pause is no try: the task has all its retries after it", async () => {
  const flows = await openFlows(`
    const careful = task(() => {
      if (!context.resumed && context.attempt < 2) pause("ok?")
      if (context.attempt < 2) throw new Error("boom")
      return 1
    }, { retries: 1 })
    const hopeless = task(() => { if (!context.resumed && context.attempt < 2) pause("ok?"); throw new Error("boom") }, { retries: 1 })
    flow("F", () => { careful() })
    flow("G", () => { hopeless() })`);
  const goOn = () =>
    flows.proceed((state) => ({
      type: "pause-answered",
      at: Date.now(),
      task: state.numberOf(state.graph.nodes[0]!.id)!,
      answer: { type: "resume" },
    }));
  await flows.run({ flow: "F" });
  expect(look(await goOn())).toEqual({ "careful-1": 1 });
  await flows.run({ flow: "G" });
  const [hopeless] = (await goOn()).tasks;
  expect(hopeless?.message).toBe("Attempt 2 of 2 failed: boom");
  expect(hopeless?.attempts).toBe(2);
});

test("retryIf counts the tries since a resumption", async () => {
  const flows = await openFlows(`${tasks}
    flow("F", () => { boom.with({ retries: 5, retryIf: (_, n) => n < 3 })() })`);
  const tried = async (report: Promise<RunReport>) =>
    (await report).tasks[0]!.attempts;
  expect(await tried(flows.run())).toBe(3);
  expect(await tried(flows.resume())).toBe(6);
});

test("a task says that retryIf ended it, and how", async () => {
  const flows = await openFlows(`${tasks}
    flow("F", () => {
      boom.with({ retries: 3, retryIf: (_, n) => n < 2 })()
      boom.with({ retries: 3, retryIf: (_, n) => { if (n === 2) throw new TypeError("odd"); return true } })()
    })`);
  expect((await flows.run()).tasks.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^Attempt 2 of 4 failed: .*There is no retry: retryIf allows none\.$/,
    ),
    expect.stringMatching(
      /^Attempt 2 of 4 failed: .*There is no retry: retryIf threw TypeError: odd\.$/,
    ),
  ]);
});

test("a run from a sub-flow runs what is in it", async () => {
  const flows = await openFlows(`${tasks}
    const sub = flow("Sub", ({ x }) => id(id(x)), { parameters: { x: 1 } })
    flow("F", () => { const a = id(2); lenient(sub({ x: a })); id(a) })`);
  await flows.run({ flow: "F" });
  const { tasks: again } = await flows.run({ flow: "F", from: "Sub-1" });
  expect(again.map(({ id, state }) => `${id} ${state}`)).toEqual([
    "id-1 Cached",
    "Sub-1/id-1 Success",
    "Sub-1/id-2 Success",
    "Sub-1 Success",
    "lenient-1 Success",
    "id-2 Pending",
  ]);
});

test("the plan of a resumption says of a map that all of its elements failed", async () => {
  const flows = await openFlows(`${tasks}
    flow("F", () => boom.map([1, 2]))`);
  await flows.run();
  expect(flows.resumePlan()).toEqual({
    "boom-1": "run: runs: all of its elements failed before",
  });
});

test("the plan says of a map that is cached in part that it runs", async () => {
  const flows = await openFlows(`
    const t = task((x: number) => { if (x === 2) throw new Error("two"); return x }, { cacheFor: "1h" })
    const u = task((x: number) => x, { cacheFor: "1h" })
    flow("F", () => { t.map([1, 2, 3]); u.map([1, 2]) })`);
  await flows.run();
  expect(
    flows.plan().map(({ id, action, why }) => `${id} ${action}: ${why}`),
  ).toEqual([
    "t-1 run: those of its elements that are cached are reused",
    expect.stringMatching(/^u-1 reuse: cached/),
  ]);
  const report = await flows.run();
  expect(
    report.tasks.map(({ children }) => children?.map(({ state }) => state)),
  ).toEqual([
    ["Cached", "Failed", "Cached"],
    ["Cached", "Cached"],
  ]);
});

test("the plan tells calls with different cache keys apart", async () => {
  const flows = await openFlows(`
    const c = task((x: number) => x, { cacheFor: "1h" })
    flow("F", () => { c.with({ cacheKey: "a" })(1) })
    flow("G", () => { c.with({ cacheKey: "a" })(1); c.with({ cacheKey: "b" })(1) })`);
  await flows.run({ flow: "F" });
  expect(flows.plan("G").map(({ action }) => action)).toEqual(["reuse", "run"]);
});

test("the plan says of a cached task that its trigger will not let it start, or may not", async () => {
  const call = (trigger: string) => `c.with({ trigger: ${trigger} })(a(1))`;
  const flows = await openFlows(`
    const a = task((x: number) => x, { cacheFor: "1h" })
    const c = task((x: unknown) => x, { cacheFor: "1h" })
    flow("F", () => c(a(1)))
    flow("Failed", () => ${call("triggers.anyFailed")})
    flow("Manual", () => ${call("triggers.manualOnly")})
    flow("Function", () => ${call("() => false")})
    flow("Finished", () => ${call("triggers.allFinished")})`);
  await flows.run({ flow: "F" });
  const saysOf = (flow: string) => {
    const { action, why } = flows.plan(flow).at(-1)!;
    return `${action}: ${why.replace(/:.*/, "")}`;
  };
  expect(saysOf("Failed")).toBe(
    "run: its trigger anyFailed will not let it start",
  );
  expect(flows.plan("Failed")[0]!.action).toBe("reuse");
  const { tasks: ended } = await flows.run({ flow: "Failed" });
  expect(ended.map(({ state }) => state)).toEqual(["Cached", "TriggerFailed"]);
  expect(saysOf("Manual")).toBe(
    "run: its cached result is used once a person starts it",
  );
  expect(saysOf("Function")).toBe(
    "run: its trigger decides whether its cached result is used",
  );
  expect(saysOf("Finished")).toBe("reuse: cached");
});

test("elements that were given by hand stay so in a run from behind their map", async () => {
  const flows = await openFlows(`${tasks}
    const a = task((x: number) => { if (x === 2) throw new Error("two"); return x })
    const c = task((xs: any) => xs)
    flow("F", () => { c(id.map(a.map([1, 2, 3]))) })`);
  await flows.run();
  await flows.mark("id-1", "by hand", [1]);
  expect(look(await flows.run({ from: "c-1" }))).toMatchObject({
    "id-1": [1, "by hand", 3],
    "c-1": [1, "by hand", 3],
  });
});

test("a cancelled run promises no more of Resume than it does", async () => {
  const flows = await openFlows(`${tasks}
    const wait = task((x: number) => x > 2 ? new Promise<number>(() => log("waits")) : x)
    const stuck = task((_: unknown): any => new Promise(() => log("waits")))
    const sub = flow("Sub", ({ x }) => wait(x), { parameters: { x: 1 } })
    flow("Elements", () => sub.map([{ x: 1 }, { x: 2 }, { x: 3 }]), { timeout: "100ms" })
    flow("Again", () => stuck(lenient(boom())), { timeout: "100ms" })
    flow("Nothing", () => stuck(1), { timeout: "100ms" })
    flow("Whole", () => stuck(id(1)), { timeout: "100ms" })`);
  const saysOf = async (flow: string) =>
    (await flows.run({ flow })).message?.replace(/.*timeout\. /, "");
  expect(await saysOf("Elements")).toBe(
    "0 of 2 tasks had succeeded. Resume keeps what it can and runs the rest.",
  );
  expect(await saysOf("Again")).toBe(
    "1 of 3 tasks had succeeded. Resume keeps what it can and runs the rest.",
  );
  expect(await saysOf("Nothing")).toBe(
    "0 of 1 task had succeeded. Resume begins again.",
  );
  expect(await saysOf("Whole")).toBe(
    "1 of 2 tasks had succeeded. Resume keeps these and runs the rest.",
  );
});

test("a resumption keeps what was skipped, or had its fallback, only for the same options of the call", async () => {
  const flowOf = (name: string, [a, b]: readonly [string, string]) =>
    `flow("${name}", () => { id.with({ ${a} })(none()); boom.with({ ${b} })(1); boom.with({ ${b} }).map([1]) })`;
  const first = ["name: 'a'", "fallback: [1]"] as const;
  const flows = await openFlows(`${tasks}
    ${flowOf("F", first)}
    ${flowOf("Same", ["name: 'b'", first[1]])}
    ${flowOf("Skip", ["skipOnUpstreamSkip: false", first[1]])}
    ${flowOf("Trigger", ["trigger: () => true", first[1]])}
    ${flowOf("Fallback", [first[0], "fallback: [2]"])}`);
  await flows.run({ flow: "F" });
  const again = (flow: string) =>
    Object.entries(flows.resumePlan(flow)).flatMap(([id, what]) =>
      what.startsWith("run") ? [`${id} ${what}`] : [],
    );
  const changed = "run: runs: what decides how it ends changed";
  expect(again("Same")).toEqual([]);
  expect(again("Skip")).toEqual([`id-1 ${changed}`]);
  expect(again("Trigger")).toEqual([`id-1 ${changed}`]);
  expect(again("Fallback")).toEqual([`boom-1 ${changed}`, `boom-2 ${changed}`]);
});

test("a set of parameters that is known only at run time is checked like a constant one", async () => {
  const flows = await openFlows(`${tasks}
    const sub = flow("Sub", ({ x }) => lenient(x), { parameters: { x: 5 } })
    flow("F", () => {
      sub.map(id([1, "a", { x: 7 }, { y: 8 }, {}]))
      sub(id("text"))
      sub(id({ x: 1, z: 2 }))
      sub(id({ set: { x: 6 } }).set)
    })`);
  const report = await flows.run({ flow: "F" });
  expect(look(report)).toMatchObject({
    "Sub-1/lenient-1": ["Failed", "Failed", "7", "Failed", "5"],
    "Sub-2/lenient-1": "Failed",
    "Sub-3/lenient-1": "Failed",
    "Sub-4/lenient-1": "6",
  });
  const messageOf = (id: string) =>
    report.tasks.find((task) => task.id === id)?.message;
  expect(messageOf("Sub-2/lenient-1")).toBe(
    'Sub takes its parameters as an object, such as { airport: "IAD" }, not "text".',
  );
  expect(messageOf("Sub-3/lenient-1")).toBe(
    'The flow "Sub" has no parameter z. It has x.',
  );
});

test("nothing of a branch that was not chosen runs for what it merges from outside", async () => {
  const flows = await openFlows(`${tasks}
    const effect = task((x: any) => x)
    const sub = flow("Sub", ({ x }) => effect(merge(id(2), x)), { parameters: { x: { type: "json" } } })
    const pass = flow("Pass", ({ x }) => x, { parameters: { x: { type: "json" } } })
    flow("F", () => {
      const out = id("outside")
      const fork = (is: any) => when(is,
        () => { effect(merge(id(1), out)); id(pass({ x: out })); return sub({ x: out }) },
        () => id("else"))
      lenient(fork(id(false)))
      lenient(fork(id(true)))
    })`);
  const report = await flows.run({ flow: "F" });
  const ends = look(report);
  const [no, yes] = [1, 2];
  expect(ends).toMatchObject({
    [`effect-${no}`]: "Skipped",
    [`Sub-${no}/effect-1`]: "Skipped",
    [`Sub-${no}`]: "Skipped",
    [`Pass-${no}`]: "Skipped",
    [`lenient-${no}`]: "else",
    [`effect-${yes}`]: 1,
    [`Sub-${yes}/effect-1`]: 2,
    [`Pass-${yes}`]: "outside",
    [`lenient-${yes}`]: "2",
  });
});

test("a merge that runs again in a resumption gives what the chosen branch gave", async () => {
  const flows = await openFlows(`
    const isSmall = task((n) => n < 10)
    const small = task((n) => "small " + n)
    const large = task((n) => "large " + n)
    flow("F", () => {
      const n = param("n", 1)
      return when(isSmall(n), () => small(n), () => large(n))
    })
  `);
  expect((await flows.run()).result).toBe("small 1");
  expect((await flows.resume({ n: 20 })).result).toBe("large 20");
  expect((await flows.resume({ n: 2 })).result).toBe("small 2");
});

test("a result is written once, whichever attempt it is of", async () => {
  const flows = await openFlows(`
    const isSmall = task((n) => n < 10)
    const small = task((n) => n)
    flow("F", () => {
      const n = param("n", 1)
      return when(isSmall(n), () => small(n))
    })
  `);
  await flows.run();
  const before = flows.written();
  await flows.resume({ n: 2 });
  expect(flows.written() - before).toBe(before);
});
