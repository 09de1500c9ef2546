/** Flows in which several rules meet, and what each of their tasks comes to. */
import { describe, expect, test } from "vitest";
import type { RunReport } from "../../../src/core/report.ts";
import { openFlows } from "./world.ts";

const tasks = `
  const boom = task((..._: unknown[]): any => { throw new Error("boom") })
  const none = task((..._: unknown[]): any => { throw skip("none") })
  const id = task((x: any) => x)
  const inverse = task((x: number) => { if (x === 0) throw new Error("zero"); return 1 / x })
  const inc = task((x: number) => x + 1)
  const seen = (x: any): any => x instanceof Error ? "Error: " + x.message : Array.isArray(x) ? x.map(seen) : x
  const lenient = task((...xs: any[]) => xs.map(seen), { trigger: triggers.allFinished, skipOnUpstreamSkip: false })
`;

/** `Success: 5`, `Failed`: how a task ended, and with what; of a map how each of its elements did. */
function look({ tasks }: RunReport): Record<string, unknown> {
  const show = ({ state, result }: { state: string; result?: unknown }) =>
    result === undefined ? state : `${state}: ${JSON.stringify(result)}`;
  return Object.fromEntries(
    tasks.map((task) => [
      task.id,
      task.children && task.state === "Mapped"
        ? task.children.map(show)
        : show(task),
    ]),
  );
}

const cases: readonly {
  says: string;
  /** What is defined before the flow, besides the tasks above. */
  define?: string;
  body: string;
  state?: string;
  ends: Readonly<Record<string, unknown>>;
}[] = [
  {
    says: "a failed element fails what needs all of them, and is an Error in the list of what does not mind",
    body: `const m = inverse.map([1, 0, 2]); id(m); lenient(m); inc.map(m)`,
    state: "Failed",
    ends: {
      "inverse-1": ["Success: 1", "Failed", "Success: 0.5"],
      "id-1": "TriggerFailed",
      "lenient-1": 'Success: [[1,"Error: zero",0.5]]',
      "inc-1": ["Success: 2", "TriggerFailed", "Success: 1.5"],
    },
  },
  {
    says: "what is mapped over a map looks at its own element only",
    body: `id.with({ trigger: triggers.anyFailed, name: "rescue" }).map(inverse.map([1, 0]))`,
    state: "Failed",
    ends: { "id-1": ["TriggerFailed", "Success: {}"] },
  },
  {
    says: "some failures are enough or too many for what follows a map",
    body: `const m = inverse.map([0, 1, 2])
      id.with({ trigger: triggers.someFailed({ atMost: 0.5 }) })(m.length)
      id.with({ trigger: triggers.someFailed({ atMost: 0.2 }) })(m.length)`,
    state: "Failed",
    ends: { "id-1": "Success: 3", "id-2": "TriggerFailed" },
  },
  {
    says: "a failure beside a skip is a failure, and not hidden by it",
    body: `lenient(boom(), none()); id.with({ waitFor: [boom(), none()] })(1)`,
    state: "Failed",
    ends: {
      "lenient-1": 'Success: ["Error: boom",null]',
      "id-1": "TriggerFailed",
    },
  },
  {
    says: "there is nothing to map over after a failure or a skip, also beside a list that is there",
    body: `id.map(boom()); id.map(none()); id.with({ name: "two" }).map(id([1, 2])); lenient.map(id([1]), boom())`,
    state: "Failed",
    ends: {
      "id-1": "TriggerFailed",
      "id-2": "Skipped",
      "id-3": "Success: [1,2]",
      "id-4": ["Success: 1", "Success: 2"],
      "lenient-1": "TriggerFailed",
    },
  },
  {
    says: "a failed input that is the same for all fails each element, a skipped one skips the map",
    body: `lenient.with({ trigger: triggers.allSuccessful, skipOnUpstreamSkip: true }).map([1, 2], unmapped(boom()))
      lenient.with({ skipOnUpstreamSkip: true }).map([1, 2], unmapped(none()))
      lenient.map([1, 2], unmapped(boom())); lenient.map([1], unmapped(none()))`,
    state: "Failed",
    ends: {
      "lenient-1": ["TriggerFailed", "TriggerFailed"],
      "lenient-2": "Skipped",
      "lenient-3": ['Success: [1,"Error: boom"]', 'Success: [2,"Error: boom"]'],
      "lenient-4": ["Success: [1,null]"],
    },
  },
  {
    says: "lists of different lengths fail the map, whether they come from tasks or from another map",
    body: `lenient.map(id([1, 2, 3]), id([1, 2])); lenient.map(inc.map([1, 2, 3]), id([1, 2]))`,
    state: "Failed",
    ends: { "lenient-1": "Failed", "lenient-2": "Failed" },
  },
  {
    says: "what is no list cannot be mapped over",
    body: `for (const x of [5, "abc", { a: 1 }, null]) id.map(id(x as any) as any)`,
    state: "Failed",
    ends: {
      "id-2": "Failed",
      "id-4": "Failed",
      "id-6": "Failed",
      "id-8": "Failed",
    },
  },
  {
    says: "a nested map keeps its shape around failures and nothing, and flatten goes on element by element",
    body: `const m = inverse.map.map([[1, 0], [], [2]]); id.map(m); lenient(flatten(m)); inc.map(flatten(m))`,
    state: "Failed",
    ends: {
      "inverse-1": ["Success: 1", "Failed", "Success: 0.5"],
      "id-1": ["TriggerFailed", "Success: []", "Success: [0.5]"],
      "lenient-1": 'Success: [[1,"Error: zero",0.5]]',
      "inc-1": ["Success: 2", "TriggerFailed", "Success: 1.5"],
    },
  },
  {
    says: "an element that was skipped or failed has one place in a flattened list",
    body: `const part = id.map([[0, 0], [1]]), m = lenient.with({ name: "parts" }).map(part); inc.map(flatten(part)); id(flatten(m))`,
    ends: {
      "inc-1": ["Success: 1", "Success: 1", "Success: 2"],
      "id-2": "Success: [[0,0],[1]]",
    },
  },
  {
    says: "a choice in a loop runs one branch of each, or none",
    body: `return lenient(...["a", "b", "c"].map((k) => choose(id(k) as any, { a: () => id("A"), b: () => id("B") })))`,
    ends: {
      "merge-1": 'Success: "A"',
      "merge-2": 'Success: "B"',
      "merge-3": "Skipped",
      "lenient-1": 'Success: ["A","B",null]',
    },
  },
  {
    says: "a condition in a condition is decided only where it is reached",
    body: `for (const on of [1, 0]) when(id(on), () => when(id(0), () => id("deep"), () => id("else")), () => id("outer"))`,
    ends: {
      "merge-2": 'Success: "else"',
      "merge-3": "Skipped",
      "merge-4": 'Success: "outer"',
    },
  },
  {
    says: "a merge takes the first that was not skipped, null included, and fails with any that failed",
    body: `merge(none(), id(null), id(2)); merge(none(), none()); id(merge(id(1), boom()))`,
    state: "Failed",
    ends: {
      "merge-1": "Success: null",
      "merge-2": "Skipped",
      "merge-3": "TriggerFailed",
    },
  },
  {
    says: "signals end each element of a map in its own way",
    define: `const each = task((x: number): any => {
        if (x === 0) throw skip("odd"); if (x === 1) throw fail("no"); if (x === 2) throw success("yes")
        if (x === 3 && context.attempt < 3) throw retry("again", { after: 1 })
        if (x === 4 && context.loopCount < 4) throw loop((Number(context.loopResult ?? 0)) + 10)
        return [context.attempt, context.loopCount, context.mapIndex]
      })`,
    body: `each.map([0, 1, 2, 3, 4])`,
    state: "Failed",
    ends: {
      "each-1": [
        "Skipped",
        "Failed",
        'Success: "yes"',
        "Success: [3,1,3]",
        "Success: [1,4,4]",
      ],
    },
  },
  {
    says: "a timeout is retried, ends in the fallback, or fails what follows",
    define: `const slow = task(async (until: number) => { if (context.attempt <= until) await new Promise((r) => setTimeout(r, 60_000)); return context.attempt }, { timeout: 20, retries: 1 })`,
    body: `id(slow(1)); id(slow(9)); id(slow.with({ fallback: 7 })(9))`,
    state: "Failed",
    ends: {
      "slow-1": "Success: 2",
      "slow-2": "TimedOut",
      "id-2": "TriggerFailed",
      "slow-3": "Success: 7",
    },
  },
  {
    says: "a sub-flow in a map fails for its own element only",
    define: `const sub = flow("Sub", ({ x }) => inc(inverse(x)), { parameters: { x: 1 } })`,
    body: `const m = sub.map([{ x: 1 }, { x: 0 }]); lenient(m); inc.map(m)`,
    state: "Failed",
    ends: {
      "Sub-1": ["Success: 2", "Failed"],
      "lenient-1":
        'Success: [[2,"Error: inverse[1] failed, and so some reference tasks failed: inc[1] could not start."]]',
      "inc-1": ["Success: 3", "TriggerFailed"],
    },
  },
  {
    says: "sub-flows mapped in mapped sub-flows keep the shape, also of none",
    define: `const rows = task((n: number) => Array.from({ length: n }, (_, x) => ({ x })))
      const inner = flow("Inner", ({ x }) => inc(x), { parameters: { x: 1 } })
      const outer = flow("Outer", ({ n }) => inner.map(rows(n)), { parameters: { n: 1 } })`,
    body: `id(outer.map([{ n: 0 }, { n: 1 }, { n: 2 }]))`,
    ends: {
      "Outer-1": ["Success: []", "Success: [1]", "Success: [1,2]"],
      "id-1": "Success: [[],[1],[1,2]]",
    },
  },
  {
    says: "a branch in a mapped sub-flow is chosen for each element",
    define: `const even = task((x: number) => x % 2 === 0)
      const sub = flow("Sub", ({ x }) => when(even(x), () => inc(x), () => x), { parameters: { x: 1 } })`,
    body: `sub.map([1, 2, 3, 4].map((x) => ({ x })))`,
    ends: { "Sub-1": ["Success: 1", "Success: 3", "Success: 3", "Success: 5"] },
  },
  {
    says: "a clean-up that fails spoils nothing, and there is none where nothing was set up",
    define: `const session = resource((ok: boolean) => { if (!ok) throw new Error("no login"); return "token" }, () => { throw new Error("cannot close") })`,
    body: `id(session(true)); lenient(id(session(false)))`,
    ends: {
      "session-1/cleanup": "Failed",
      "id-1": 'Success: "token"',
      "session-2": "Failed",
      "id-2": "TriggerFailed",
      "session-2/cleanup": "Skipped",
    },
  },
  {
    says: "a trigger that is a function says yes, no, or how its task ends",
    body: `const x = id(1)
      id.with({ trigger: () => false })(x); id.with({ trigger: () => { throw new Error("odd") } })(x)
      id.with({ trigger: () => skip("later") })(x); id.with({ trigger: () => fail("never") })(x)`,
    state: "Failed",
    ends: {
      "id-2": "TriggerFailed",
      "id-3": "TriggerFailed",
      "id-4": "Skipped",
      "id-5": "Failed",
    },
  },
  {
    says: "a condition on retries that throws means no retry, and a fallback that throws is a failure",
    body: `boom.with({ retries: 3, retryIf: () => { throw new Error("odd") } })(); boom.with({ retries: 1, fallback: () => { throw new Error("too") } })()`,
    state: "Failed",
    ends: { "boom-1": "Failed", "boom-2": "Failed" },
  },
  {
    says: "a part that a result does not have fails the task that wants it, as a missing field is undefined",
    body: `const [a, b] = id([1, 2]); id(b); id(id([1])[9]); id((id({ a: 1 }) as any).b.c); lenient((id({ a: 1 }) as any).b)`,
    state: "Failed",
    ends: {
      "id-2": "Success: 2",
      "id-4": "Failed",
      "id-6": "Failed",
      "lenient-1": "Success: [null]",
    },
  },
];

test.each(cases.map((one) => [one.says, one] as const))(
  "%s",
  async (_, { define = "", body, state = "Success", ends }) => {
    const flows = await openFlows(
      `${tasks}\n${define}\nflow("F", () => { ${body} })`,
    );
    const report = await flows.run({ flow: "F" });
    expect(look(report)).toMatchObject(ends);
    expect(report.state).toBe(state);
  },
);

/** Settles when the run has come so far. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

test("a run that is cancelled while a task waits for its next attempt ends, without the fallback", async () => {
  const flows = await openFlows(
    `${tasks}\nflow("F", () => { lenient(boom.with({ retries: 5, retryDelay: "1h", fallback: 1, onStateChange: ({ to }) => log(to) })()) })`,
  );
  const running = flows.run();
  await until(() => flows.logs.some((line) => line.includes("Retrying")));
  flows.cancel();
  const report = await running;
  expect(report.state).toBe("Cancelled");
  expect(look(report)).toEqual({
    "boom-1": "Cancelled",
    "lenient-1": "Cancelled",
  });
});

test("a task that is cancelled alone is neither a success nor a failure to what follows", async () => {
  const flows = await openFlows(`${tasks}
    const long = task(async () => { log("on"); await new Promise(() => {}) })
    flow("F", () => { const x = long(); id(x); lenient(x); id.with({ trigger: triggers.anyFailed })(x); inc(1) })`);
  const running = flows.run();
  await until(() => flows.logs.length > 0);
  flows.cancel(0);
  expect(look(await running)).toEqual({
    "long-1": "Cancelled",
    "id-1": "TriggerFailed",
    "lenient-1": "Success: [null]",
    "id-2": "TriggerFailed",
    "inc-1": "Success: 2",
  });
});

test("a cancelled sub-flow leaves the flow around it and its other runs alone", async () => {
  const flows = await openFlows(`${tasks}
    const long = task(async (x: number) => { log("on"); if (x > 1) await new Promise(() => {}); return x })
    const sub = flow("Sub", ({ x }) => inc(long(x)), { parameters: { x: 1 } })
    flow("F", () => { lenient(sub.map([{ x: 1 }, { x: 2 }])); inc(1) })`);
  const running = flows.run({ flow: "F" });
  await until(() => flows.logs.length === 2 && flows.kept() >= 3);
  flows.cancel(flows.graphOf("F").nodes.findIndex(({ id }) => id === "Sub-1"));
  const report = await running;
  expect(report.state).toBe("Success");
  expect(look(report)).toMatchObject({
    "Sub-1/long-1": ["Success: 1", "Cancelled"],
    "Sub-1": ["Success: 2", "Cancelled"],
    "lenient-1": "Success: [[2,null]]",
    "inc-1": "Success: 2",
  });
  const sub = report.tasks.find(({ id }) => id === "Sub-1")!;
  expect(sub.children![1]!.message).toBe("Cancelled while it was running.");
});

test("elements need not wait for one that takes long, though all were expected to be small", async () => {
  const flows = await openFlows(
    `${tasks}
    const one = task((x: number) => x === 30 ? new Promise<number>(() => {}) : x)
    const told = task((x: number) => { log("told"); return x })
    flow("F", () => told.map(one.map(Array.from({ length: 60 }, (_, at) => at))))`,
    { workers: 2 },
  );
  const running = flows.run();
  await until(() => flows.logs.length === 59);
  flows.cancel();
  expect((await running).state).toBe("Cancelled");
});

test("a map that would give its run more task runs than a run may have fails with a message, also in maps and sub-flows that are small each", async () => {
  const run = async (body: string) => {
    const flows = await openFlows(
      `const many = task((...counts: number[]) => counts.map((count) => new Array(count).fill(0)))
      const id = task((x: any) => x)
      flow("F", () => { ${body} })
      const each = flow("Each", ({ n }) => id.map(new Array(40).fill(n)), { parameters: { n: 0 } })`,
      { mostTaskRuns: 100 },
    );
    return (await flows.run()).tasks.at(-1)!;
  };
  const message = (count: number, size: number) =>
    `Cannot map over ${count} elements: a run has at most 100 task runs, and this one has ${size} already. Map over parts of the list, each of many elements.`;
  expect(await run("id.map(many(101)[0])")).toMatchObject({
    state: "Failed",
    message: message(101, 2),
  });
  // Two of three find room, and what they did stays.
  const { children: nested } = await run("id.map.map(many(40, 40, 40))");
  expect(nested!.filter(({ state }) => state === "Success").length).toBe(80);
  expect(nested!.filter(({ state }) => state !== "Success")).toMatchObject([
    { state: "Failed", message: message(40, 85) },
  ]);
  const { children: flows } = await run(
    "each.map([{ n: 1 }, { n: 2 }, { n: 3 }])",
  );
  expect(flows!.map(({ state }) => state).sort()).toEqual([
    "Failed",
    "Success",
    "Success",
  ]);
});

test("a resumption after failed elements runs these and what they held up, and with another parameter all", async () => {
  const flows = await openFlows(`${tasks}
    const picky = task((x: number, bad: number) => { log("picky", x); if (x === bad) throw new Error("bad"); return x })
    const sum = task((xs: number[]) => xs.reduce((a, b) => a + b, 0))
    flow("F", () => sum(inc.map(picky.map([1, 2, 3], unmapped(param("bad", 2))))))`);
  const calls = () => flows.logs.splice(0).map((line) => line.slice(-7));
  await flows.run();
  calls();
  expect((await flows.resume()).state).toBe("Failed");
  expect(calls()).toEqual(["picky 2"]);
  expect(await flows.resume({ bad: 9 })).toMatchObject({
    state: "Success",
    result: 9,
  });
  expect(calls()).toEqual(["picky 1", "picky 2", "picky 3"]);
});

test("a gate in a map is answered element by element; what was declined is skipped", async () => {
  const flows = await openFlows(`${tasks}
    const sub = flow("Sub", ({ x }) => inc(approve(x, "Go on?")), { parameters: { x: 1 } })
    flow("F", () => lenient(sub.map([{ x: 1 }, { x: 2 }])))`);
  expect((await flows.run({ flow: "F" })).state).toBe("Paused");
  for (const type of ["approve", "decline"] as const)
    await flows.proceed((state) => ({
      type: "pause-answered",
      at: Date.now(),
      task: state.numberOf("Sub-1/approve-1", [type === "approve" ? 0 : 1])!,
      answer: { type },
    }));
  expect(flows.state()).toMatchObject({ state: "Success" });
  expect(flows.state().tasks.get("Sub-1")!.children!.counts).toEqual({
    Success: 1,
    Skipped: 1,
  });
});

test("a trigger can let its task wait for a person", async () => {
  const flows = await openFlows(
    `${tasks}\nflow("F", () => id.with({ trigger: () => pause("Look first.") })(1))`,
  );
  const waiting = await flows.run();
  expect(waiting.tasks[0]).toMatchObject({
    state: "Paused",
    message: "Look first.",
  });
  const report = await flows.proceed((state) => ({
    type: "pause-answered",
    at: Date.now(),
    task: state.numberOf("id-1")!,
    answer: { type: "resume" },
  }));
  expect(report).toMatchObject({ state: "Success", result: 1 });
});

test("a cached map computes each new element once, and neither failures nor fallbacks are kept", async () => {
  const flows = await openFlows(`${tasks}
    const double = task((x: number) => { log("double", x); return 2 * x }, { cacheFor: "1h", cacheKey: (x: number) => x % 2 })
    const down = task((): number => { log("down"); throw new Error("down") }, { cacheFor: "1h", fallback: 7 })
    flow("F", () => [double.map(param("xs", { type: "json", default: [1, 2, 1] }) as any), down()])`);
  expect((await flows.run()).result).toEqual([[2, 4, 2], 7]);
  const second = await flows.run({ parameters: { xs: [2, 3] } });
  expect(look(second)).toEqual({
    "double-1": ["Cached: 4", "Success: 6"],
    "down-1": "Success: 7",
  });
  const called = (what: string) =>
    flows.logs.filter((line) => line.includes(`info ${what}`)).length;
  expect([called("double"), called("down")]).toEqual([3, 2]);
});

describe("an inner list of a nested map that failed or was skipped", () => {
  const source = `${tasks}
    const rows = task((n: number): any => { if (n === param0) throw new Error("no rows"); if (n === 2) throw skip("none"); return [n, n] })
    const param0 = 9
    flow("F", () => lenient(inc.map.map(rows.map(param("of", { type: "json", default: [1, 2, 3] }) as any))))`;

  test("has one place in the results, and moves no other", async () => {
    const flows = await openFlows(source);
    const report = await flows.run({ parameters: { of: [1, 9, 2, 3] } });
    const mapped = report.tasks.find(({ id }) => id === "inc-1")!;
    expect(mapped.message).toBe("1 of 6 failed, 1 of 6 skipped.");
    expect(mapped.result).toEqual([[2, 2], null, null, [4, 4]]);
    expect(mapped.children!.map(({ state }) => state)).toEqual([
      "Success",
      "Success",
      "TriggerFailed",
      "Skipped",
      "Success",
      "Success",
    ]);
    expect(report.result).toEqual([
      [
        [2, 2],
        "Error: Not started: there is nothing to map over, for rows[1] failed.",
        null,
        [4, 4],
      ],
    ]);
  });

  test("is skipped again, and it alone, when the map is reused", async () => {
    const flows = await openFlows(source);
    const first = await flows.run();
    const second = await flows.run({ from: "lenient-1" });
    expect(second.result).toEqual(first.result);
    expect(second.result).toEqual([[[2, 2], null, [4, 4]]]);
    expect(look(second)["inc-1"]).toEqual([
      "Cached: 2",
      "Cached: 2",
      "Skipped",
      "Cached: 4",
      "Cached: 4",
    ]);
  });
});

test("what is no list is told with the argument that it was given for", async () => {
  const flows = await openFlows(`
    const obj = task(() => ({ a: 1 }))
    const pick = task((x: unknown, y: unknown) => x)
    flow("F", () => pick.map([1], obj() as any))`);
  const report = await flows.run();
  expect(report.tasks.find(({ id }) => id === "pick-1")).toMatchObject({
    state: "Failed",
    message:
      'Cannot map over y of pick: it is {"a":1}, and a map goes over a list. To map over its entries, return Object.entries(...) from a task first.',
  });
});
