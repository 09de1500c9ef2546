/**
 * Those of the numbered cases of Prefect that are about what a flow's body says and what runs in a worker; the others are
 * in `core`. Where Flowbook has another word for a thing, or leaves it out, the case says what there is instead.
 */
import { describe, expect, test } from "vitest";
import { makeCron, nextTime } from "../../../src/core/schedule.ts";
import { openFlows } from "./world.ts";

const tasks = `
  const one = task(() => 1)
  const id = task((x: any) => x)
  const boom = task((): any => { throw new Error("boom") })
`;

const open = (body: string, more = "") =>
  openFlows(`${tasks}\n${more}\nflow("F", () => { ${body} })`);

const run = async (body: string, more = "") =>
  (await open(body, more)).run({ flow: "F" });

/** What the page says of a flow that cannot be drawn. */
async function refusal(source: string): Promise<string> {
  const { program, traced } = await openFlows(`${tasks}\n${source}`);
  return [...program.diagnostics, ...traced.errors.map(({ error }) => error)]
    .map(({ message }) => message)
    .join();
}

const infos = (logs: readonly string[]) =>
  logs.map((line) => line.replace(/^.*? info /, ""));

describe("what watches", () => {
  test("14. a flow's onStateChange cannot make another state of a failure", async () => {
    const flows = await openFlows(
      `${tasks}\nflow("F", () => { boom() }, { onStateChange: (() => ({ state: "Success" })) as any })`,
    );
    expect((await flows.run()).state).toBe("Failed");
  });

  test("16. a flow's onStateChange sees it start and end", async () => {
    const flows = await openFlows(
      `${tasks}\nflow("F", () => { boom() }, { onStateChange: ({ from, to }) => log(from, to) })`,
    );
    await flows.run();
    expect(infos(flows.logs)).toEqual(["Pending Running", "Running Failed"]);
  });

  test("82. an onStateChange that throws is told in the log, and the task runs all the same", async () => {
    const flows = await open(
      `id.with({ onStateChange: () => { throw new Error("watcher died") } })(5)`,
    );
    expect((await flows.run()).tasks[0]).toMatchObject({
      state: "Success",
      result: 5,
    });
    expect(flows.logs.join()).toContain("watcher died");
  });

  test("an onStateChange of a map sees the map begin before its elements, and end after them", async () => {
    const flows = await open(
      `id.with({ onStateChange: ({ to, mapIndex }) => log(mapIndex ?? "map", to) }).map([5, 6])`,
    );
    await flows.run();
    const told = infos(flows.logs);
    expect(told[0]).toBe("map Running");
    expect(told.at(-1)).toBe("map Mapped");
    expect(told.slice(1, -1).sort()).toEqual([
      ...["0 Running", "0 Success", "1 Running", "1 Success"],
    ]);
  });

  test("83. what an onStateChange returns changes no state, and causes no retry", async () => {
    const report = await run(
      `boom.with({ retries: 1, onStateChange: (() => ({ state: "Success", result: 42 })) as any })()
       id.with({ onStateChange: (() => skip("no")) as any })(1)`,
    );
    expect(report.tasks).toMatchObject([
      { state: "Failed", attempts: 2 },
      { state: "Success", attempts: 1 },
    ]);
  });

  test("84. an onStateChange sees a failure once, a retry as what it is, and that a trigger failed", async () => {
    const flows = await open(
      `id.with({ onStateChange: ({ to }) => log("after", to) })(boom.with({ retries: 1, onStateChange: ({ to }) => log(to) })())`,
    );
    await flows.run();
    expect(infos(flows.logs)).toEqual([
      "Running",
      "Retrying",
      "Running",
      "Failed",
      "after TriggerFailed",
    ]);
  });

  test("85. an onStateChange that throws at each attempt is told each time, and the retry goes on", async () => {
    const flows = await open(
      `flaky()`,
      `const flaky = task(() => { if (context.attempt < 2) throw new Error("once"); return context.attempt }, { retries: 1, onStateChange: ({ to }) => { if (to === "Running") throw new Error("hook") } })`,
    );
    expect((await flows.run()).tasks[0]).toMatchObject({
      state: "Success",
      attempts: 2,
    });
    expect(flows.logs.filter((line) => line.includes("hook"))).toHaveLength(2);
  });
});

describe("a flow's body", () => {
  test("19. each argument is bound by its place: the same ref twice is two inputs of one upstream", async () => {
    const flows = await open(
      `const x = one(); pair(x, x)`,
      `const pair = task((a: number, b: number) => [a, b])`,
    );
    const edges = flows.graphOf("F").edges.map(({ from, to }) => [from, to]);
    expect(new Set(edges.map(String)).size).toBe(1);
    expect((await flows.run()).tasks[1]!.result).toEqual([1, 1]);
  });

  test("20. a sub-flow that is given a parameter it does not have, or lacks one, says so", async () => {
    const sub = `const sub = flow("Sub", ({ x }) => id(x), { parameters: { x: { type: "number" } } })`;
    expect(
      await refusal(`${sub}\nflow("F", () => { sub({ x: 1, zz: 2 } as any) })`),
    ).toContain("zz");
    expect(
      await refusal(`${sub}\nflow("F", () => { (sub as any)({}) })`),
    ).toContain("x");
  });

  test("21. a task that is called in a task starts at once", async () => {
    const report = await run(
      `outer()`,
      `const outer = task(async () => (await one()) + (await id(2)))`,
    );
    expect(report.tasks).toMatchObject([{ id: "outer-1", result: 3 }]);
  });

  test("22. a parameter takes no ref, and two of one name are refused", async () => {
    expect(
      await refusal(`flow("F", () => id(param("p", one() as any)))`),
    ).not.toBe("");
    expect(
      await refusal(`flow("F", () => [id(param("p", 1)), id(param("p", 2))])`),
    ).toContain("p");
  });

  test("23. a flow without a name is refused, and so are tags that are no list", async () => {
    expect(await refusal(`flow("", () => one())`)).toContain("name");
    expect(
      await refusal(`flow("F", () => one.with({ tags: "etl" as any })())`),
    ).toContain("tags");
  });

  test("24. each call is a node of its own, numbered by its task", async () => {
    const flows = await open(`one(); one(); one.with({ name: "uno" })()`);
    expect(flows.graphOf("F").nodes.map(({ id, name }) => [id, name])).toEqual([
      ["one-1", "one"],
      ["one-2", "one"],
      ["one-3", "uno"],
    ]);
  });

  test("25. a call is a node though nobody uses its result; a task that is not called is none", async () => {
    const flows = await open(`one(); id(1)`);
    expect(flows.graphOf("F").nodes.map(({ id }) => id)).toEqual([
      "one-1",
      "id-1",
    ]);
  });

  test("27. a ref is unpacked as far as names are written, and cannot be spread", async () => {
    const report = await run(`const [a, b] = id([1, 2]); id(a); id(b)`);
    expect(report.tasks.slice(1)).toMatchObject([{ result: 1 }, { result: 2 }]);
    expect(
      await refusal(`flow("F", () => id([...(id([1, 2]) as any)]))`),
    ).toContain("cannot be spread");
  });

  test("30. what a task does to its input no other task sees", async () => {
    const report = await run(
      `const list = id([1]); push(list); push(list); id(list)`,
      `const push = task((xs: number[]) => { xs.push(2); return xs })`,
    );
    expect(report.tasks.map(({ result }) => result)).toEqual([
      [1],
      [1, 2],
      [1, 2],
      [1],
    ]);
  });
});

describe("signals and loops", () => {
  test("36. success(5) ends the function, and 5 goes on", async () => {
    const report = await run(
      `id(early())`,
      `const early = task((): number => { success(5); throw new Error("not reached") })`,
    );
    expect(report.tasks[1]).toMatchObject({ state: "Success", result: 5 });
  });

  test("46. a task that says fail() with retries left is tried again", async () => {
    const report = await run(
      `late()`,
      `const late = task(() => { if (context.attempt < 2) throw fail("not yet"); return context.attempt }, { retries: 1 })`,
    );
    expect(report.tasks[0]).toMatchObject({ state: "Success", result: 2 });
  });

  test("86. a loop that fails goes on with its iteration in the next attempt", async () => {
    const flows = await open(
      `climb()`,
      `const climb = task((): any => {
        log(context.loopCount, context.attempt)
        if (context.loopCount === 2 && context.attempt === 1) throw new Error("slipped")
        if (context.loopCount < 4) throw loop(context.loopCount * 10)
        return [context.loopCount, context.loopResult]
      }, { retries: 1 })`,
    );
    expect((await flows.run()).tasks[0]).toMatchObject({
      attempts: 2,
      result: [4, 30],
    });
    expect(infos(flows.logs)).toEqual(["1 1", "2 1", "2 2", "3 2", "4 2"]);
  });
});

describe("reuse", () => {
  const double = (options: string) =>
    `const double = task((x: number) => { log("double", x); return 2 * x }, ${options})`;
  const body = `return double(param("p", 1))`;

  test("70. five runs with two inputs compute twice", async () => {
    const flows = await openFlows(
      `${double('{ cacheFor: "1h" }')}\nflow("F", () => { ${body} })`,
    );
    for (const p of [1, 1, 2, 2, 1])
      expect((await flows.run({ parameters: { p } })).result).toBe(2 * p);
    expect(flows.logs.filter((l) => l.includes("double "))).toHaveLength(2);
  });

  test("74. equal calls in one run compute once; the other waits and is Cached", async () => {
    const flows = await openFlows(
      `${double('{ cacheFor: "1h" }')}\nflow("F", () => [double(1), double(1)])`,
    );
    const report = await flows.run();
    expect(report.tasks.map(({ state }) => state).sort()).toEqual([
      "Cached",
      "Success",
    ]);
    expect(flows.logs).toHaveLength(1);
  });

  test("77. a result that is kept for ever is Success at first and Cached from then on, for each input", async () => {
    const flows = await openFlows(
      `${double('{ cacheFor: "forever" }')}\nflow("F", () => { ${body} })`,
    );
    const states: string[] = [];
    for (const p of [1, 1, 2])
      states.push(
        (await flows.run({ parameters: { p } })).tasks.find(
          ({ name }) => name === "double",
        )!.state,
      );
    expect(states).toEqual(["Success", "Cached", "Success"]);
  });
});

describe("what a task is told", () => {
  test("80. when its run was due, the same in every attempt", async () => {
    const flows = await open(
      `when1()`,
      `const when1 = task(() => { log(context.scheduledAt.toISOString()); if (context.attempt < 2) throw new Error("x") }, { retries: 1 })`,
    );
    const { startedAt } = await flows.run();
    expect(infos(flows.logs)).toEqual([startedAt, startedAt]);
  });

  test("81. that a file it wants is not there, which fails it and what follows", async () => {
    const report = await run(`id(readText("key.txt"))`);
    expect(report.tasks).toMatchObject([
      { state: "Failed" },
      { state: "TriggerFailed" },
    ]);
  });
});

describe("time", () => {
  test("91. a schedule of weekday mornings and nights, without Tuesdays, has just these times", () => {
    const schedule = makeCron("0 9-10,22-23 * * 1,3-5", { timeZone: "UTC" });
    const times: string[] = [];
    let at = Date.parse("2024-01-05T21:59:59Z");
    while (times.length < 6) {
      at = nextTime(schedule, at)!;
      times.push(new Date(at).toISOString().slice(0, 16));
    }
    expect(times).toEqual([
      "2024-01-05T22:00",
      "2024-01-05T23:00",
      "2024-01-08T09:00",
      "2024-01-08T10:00",
      "2024-01-08T22:00",
      "2024-01-08T23:00",
    ]);
  });

  test("92. what may start later only is left alone until then, and the run is Running", async () => {
    const flows = await open(
      `rare.map([1, 2])`,
      `const rare = task((x: number) => { log(x); return x }, { tags: ["api"], concurrency: { api: "1/h" } })`,
    );
    const running = flows.run();
    while (flows.kept() < 1) await new Promise(setImmediate);
    flows.cancel();
    const { children } = (await running).tasks[0]!;
    expect(children).toMatchObject([
      { state: "Success", attempts: 1 },
      { state: "Cancelled", attempts: 0 },
    ]);
  });
});

describe("what a run comes to", () => {
  test("93. nothing of a failed attempt is kept, and its key is told to services as the same", async () => {
    const flows = await open(
      `once()`,
      `const once = task(() => { log(context.idempotencyKey); if (context.attempt < 2) throw new Error("x"); return 1 }, { retries: 1 })`,
    );
    await flows.run();
    const [first, second] = infos(flows.logs);
    expect(second).toBe(first);
    expect(flows.kept()).toBe(1);
  });

  test("the cause of an error is told with the task, and is there for the task that takes the error", async () => {
    const see = `const see = task((e: any) => [e.name, e.message, e.cause?.name, e.cause?.message, e.cause?.cause?.message, e.errors?.map((one: any) => one.message)], { trigger: triggers.allFinished })`;
    const outer = `const outer = task((): number => {
      const inner = new RangeError("inner cause", { cause: new Error("innermost") })
      inner.name = "Odd"
      throw new Error("outer", { cause: inner })
    })`;
    const { tasks: single } = await run(
      `return see(outer())`,
      `${outer}\n${see}`,
    );
    expect(single).toMatchObject([
      { message: "outer. Cause: inner cause. Cause: innermost" },
      {
        result: [
          "Error",
          "outer",
          "Odd",
          "inner cause",
          "innermost",
          undefined,
        ],
      },
    ]);

    const several = `const several = task(async (): Promise<number> => {
      await Promise.any([Promise.reject(new Error("a1")), Promise.reject("b1")])
      return 1
    })`;
    const { tasks: any } = await run(
      `return see(several())`,
      `${several}\n${see}`,
    );
    expect(any).toMatchObject([
      { message: "All promises were rejected. Errors: a1; b1" },
      {
        result: [
          "AggregateError",
          "All promises were rejected",
          undefined,
          undefined,
          undefined,
          ["a1", "b1"],
        ],
      },
    ]);
  });

  test("94. a flow that returns nothing is as its last tasks are, and so is one that returns them", async () => {
    expect((await run(`one(); boom()`)).state).toBe("Failed");
    expect((await run(`return [one(), boom()]`)).state).toBe("Failed");
    expect((await run(`return one()`)).state).toBe("Success");
  });

  test("96. a chain of 1,000 and a map over 10,000 are run to the end, each task once", async () => {
    const flows = await open(
      `let x = inc(0); for (let i = 1; i < 1000; i += 1) x = inc(x)
       return [x, inc.map(Array.from({ length: 10_000 }, (_, i) => i))[9999]]`,
      `const inc = task((x: number) => x + 1)`,
    );
    const report = await flows.run();
    expect(report.result).toEqual([1000, 10_000]);
    expect(flows.kept()).toBe(11_000);
    expect(report.tasks.at(-1)!.children).toHaveLength(10_000);
  });
});
