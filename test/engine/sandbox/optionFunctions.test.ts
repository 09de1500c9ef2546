import { describe, expect, test } from "vitest";
import type { WatchedChange } from "../../../src/engine/protocol.ts";
import { cell, context, startKernel } from "./kernelWorld.ts";

/** A kernel with a task `t` and a flow `F` whose body is given as text. */
const kernelOf = (
  options: string,
  {
    fn = "x => { throw new RangeError('far') }",
    body = "t(1)",
    flow = "",
    more = "",
  } = {},
) =>
  startKernel([
    cell("tasks", `const t = task(${fn}, ${options}); ${more}`, {
      declares: ["t"],
    }),
    cell("main", `flow("F", () => { ${body} }, { ${flow} })`, {
      inputs: ["t"],
    }),
  ]);

describe("retryIf", () => {
  const retryOf = async (
    options: string,
    more: Parameters<typeof kernelOf>[1] = {},
    node = "t-1",
  ) => {
    const { answer } = await kernelOf(options, more).runJob("t", [1], {
      hasRetryIf: true,
      node,
    });
    return answer.type === "failed"
      ? (answer.retry ?? "as retries says")
      : answer;
  };

  test.each([
    ["error => error instanceof RangeError", "as retries says"],
    ["error => error.message !== 'far'", { type: "never" }],
    ["(error, attempt) => attempt < 2", { type: "never" }],
    ["(error, attempt) => attempt < 3", "as retries says"],
    ["async () => false", { type: "never" }],
    [
      "() => { throw new Error('no') }",
      { type: "never", why: "retryIf threw Error: no" },
    ],
  ])("%s", async (retryIf, retry) => {
    expect(context.attempt).toBe(2);
    expect(await retryOf(`{ retryIf: ${retryIf} }`)).toEqual(retry);
  });

  test("gets an Error whatever was thrown, and is not asked of signals", async () => {
    expect(
      await retryOf(
        "{ retryIf: e => e instanceof Error && e.message === 'text' }",
        {
          fn: "() => { throw 'text' }",
        },
      ),
    ).toBe("as retries says");
    expect(
      await retryOf(
        "{ retryIf: e => e.name === 'Error' && e.message === 'no' }",
        {
          fn: "() => fail('no')",
        },
      ),
    ).toBe("as retries says");
    expect(
      await retryOf("{ retryIf: () => false }", { fn: "() => retry('again')" }),
    ).toEqual({ type: "always" });
    expect(
      await retryOf("{ retryIf: () => false }", { fn: "() => skip('no')" }),
    ).toMatchObject({ type: "skipped" });
  });

  test("is that of the call in the flow body, of the task when the flow cannot be drawn", async () => {
    const body = "t(1); t.with({ retryIf: () => true })(2)";
    expect(await retryOf("{ retryIf: () => false }", { body }, "t-2")).toBe(
      "as retries says",
    );
    expect(await retryOf("{ retryIf: () => false }", { body }, "t-1")).toEqual({
      type: "never",
    });
    expect(
      await retryOf(
        "{ retryIf: () => false }",
        { body: `${body}; throw new Error("broken")` },
        "t-2",
      ),
    ).toEqual({ type: "never" });
  });

  test("is found in a sub-flow", async () => {
    const kernel = startKernel([
      cell(
        "main",
        `const t = task(() => fail("x"))
         const sub = flow("Sub", () => t.with({ retryIf: () => false })())
         flow("F", () => { sub() })`,
        { declares: ["t", "sub"] },
      ),
    ]);
    const { answer } = await kernel.runJob("t", [], {
      hasRetryIf: true,
      node: "Sub-1/t-1",
    });
    expect(answer).toMatchObject({ retry: { type: "never" } });
  });
});

describe("name", () => {
  const named = async (options: string, body = "t(1)", node = "t-1") => {
    const { said, answer } = await kernelOf(options, {
      fn: "x => x",
      body,
    }).runJob("t", ["IAD"], { hasName: true, node });
    return { answer, said: said.filter(({ type }) => type !== "returned") };
  };

  test("names the run before it starts", async () => {
    expect(await named("{ name: airport => 'live ' + airport }")).toEqual({
      answer: { type: "returned", job: 1, value: "IAD", took: 0 },
      said: [{ type: "named", job: 1, name: "live IAD" }],
    });
    expect(
      (await named("{}", "t.with({ name: a => a.length })(1)")).said,
    ).toEqual([{ type: "named", job: 1, name: "3" }]);
  });

  test("that throws costs a line of the log, not the run", async () => {
    expect(await named("{ name: x => x.y.z }")).toMatchObject({
      answer: { type: "returned" },
      said: [
        {
          type: "log",
          level: "warning",
          text: expect.stringMatching(
            /^The name of this run of t could not be made: TypeError/,
          ),
        },
      ],
    });
  });
});

describe("fallback", () => {
  const fallback = async (options: string, body = "t(1)") => {
    const { answer } = await kernelOf(options, { body }).runJob("t", [1], {
      phase: "fallback",
      error: { name: "RangeError", message: "far" },
    });
    return answer;
  };

  test("is a value, or a function of the last error", async () => {
    expect(await fallback("{ fallback: [1] }")).toMatchObject({
      type: "returned",
      value: [1],
    });
    expect(
      await fallback(
        "{ fallback: async error => [error instanceof Error, error.name, error.message] }",
      ),
    ).toMatchObject({ value: [true, "RangeError", "far"] });
    expect(
      await fallback("{ fallback: 1 }", "t.with({ fallback: null })(1)"),
    ).toMatchObject({ type: "returned", value: null });
  });

  test("may fail, skip or succeed like a task, and must be copyable", async () => {
    expect(await fallback("{ fallback: () => fail('worse') }")).toMatchObject({
      type: "failed",
      error: { message: "worse" },
    });
    expect(await fallback("{ fallback: () => skip() }")).toMatchObject({
      type: "skipped",
    });
    expect(await fallback("{ fallback: () => success(3) }")).toMatchObject({
      value: 3,
    });
    expect(await fallback("{ fallback: { f: () => 1 } }")).toMatchObject({
      error: { code: "cannot-copy" },
    });
  });
});

describe("a trigger that is a function", () => {
  const upstream = [
    {
      name: "a",
      mapIndex: undefined,
      state: "Failed" as const,
      message: "no",
    },
    { name: "b", mapIndex: 1, state: "Success" as const, message: undefined },
  ];
  const ask = (trigger: string, body = "t(1)", node = "t-1") =>
    kernelOf(`{ trigger: ${trigger} }`, { body }).ask(
      { type: "trigger", upstream },
      { node },
    );
  const failed = (message: string) => ({
    type: "end",
    state: "TriggerFailed",
    message,
  });

  test.each<[string, object]>([
    ["u => u[0].message === 'no' && u[1].mapIndex === 1", { type: "start" }],
    ["async () => true", { type: "start" }],
    ["u => triggers.anyFailed(u)", { type: "start" }],
    ["u => triggers.allSuccessful(u)", failed("Trigger failed.")],
    ["() => undefined", failed("Trigger failed.")],
    [
      "() => skip('not today')",
      { type: "end", state: "Skipped", message: "not today" },
    ],
    ["() => fail('never')", { type: "end", state: "Failed", message: "never" }],
    [
      "() => pause('look first')",
      { type: "end", state: "Paused", message: "look first" },
    ],
    [
      "() => null.x",
      failed(
        "Unexpected error while checking task trigger: TypeError: Cannot read properties of null (reading 'x')",
      ),
    ],
    [
      "() => success(5)",
      failed(
        "Its trigger called success(), which only a task can. A trigger returns true or false, or throws skip(...), fail(...) or pause(...).",
      ),
    ],
  ])("%s", async (trigger, answer) => {
    expect(await ask(trigger)).toEqual(answer);
  });

  test("may be that of one call", async () => {
    expect(
      await ask(
        "() => false",
        "t(1); t.with({ trigger: () => true })(1)",
        "t-2",
      ),
    ).toEqual({ type: "start" });
  });
});

describe("a cacheKey that is a function", () => {
  const ask = (cacheKey: string, args: readonly unknown[] = [{ id: 5 }]) =>
    kernelOf(`{ cacheKey: ${cacheKey} }`).ask({ type: "cache-key", args });

  test("gets the arguments, and gives any value", async () => {
    expect(await ask("x => [x.id, new Date(0)]")).toEqual({
      type: "cache-key",
      value: [5, new Date(0)],
    });
    expect(await ask("async x => x.id")).toMatchObject({ value: 5 });
  });

  test("must give what can be copied", async () => {
    await expect(ask("x => () => x")).rejects.toThrow(
      /The cache key of t cannot be copied: key is a function/,
    );
    await expect(ask("x => x.y.z")).rejects.toThrow(/reading 'z'/);
  });
});

describe("onStateChange", () => {
  const change = (
    to: WatchedChange["change"]["to"],
    node: string | undefined = "t-1",
  ): WatchedChange => ({
    task: node && "t",
    node,
    attempt: 1,
    change: {
      name: node ? "t" : "F",
      mapIndex: undefined,
      from: "Pending",
      to,
      attempt: 1,
      message: undefined,
    },
  });
  const logsOf = async (
    kernel: ReturnType<typeof kernelOf>,
    changes: readonly WatchedChange[],
  ) =>
    (await kernel.watch(changes)).flatMap((message) =>
      message.type === "log" ? [`${message.level}: ${message.text}`] : [],
    );

  test("is told of every change, in order, of the task and of the flow", async () => {
    const kernel = kernelOf(
      "{ onStateChange: ({ name, from, to }) => log(name, from, to) }",
      {
        flow: "onStateChange: async change => { await null; log('flow', change.to) }",
      },
    );
    expect(
      await logsOf(kernel, [
        change("Running"),
        { ...change("Running"), task: undefined, node: undefined },
        change("Success"),
      ]),
    ).toEqual([
      "info: t Pending Running",
      "info: flow Running",
      "info: t Pending Success",
    ]);
  });

  test("tells of which change each line of the log is, where that can be known", async () => {
    const kernel = kernelOf(`{ onStateChange: change => {
      if (change.to === "Failed") throw new Error("it")
      log(change.to)
      if (change.to === "Running") return Promise.resolve().then(() => {}).then(() => log("later"))
    } }`);
    const linesOf = async (...states: WatchedChange["change"]["to"][]) =>
      (await kernel.watch(states.map((to) => change(to)))).flatMap((message) =>
        message.type === "log"
          ? [[message.text.replace(/^.*: /, ""), message.change]]
          : [],
      );
    expect(await linesOf("Success", "Failed", "Running")).toEqual([
      ["Success", 0],
      ["it", 1],
      ["Running", 2],
      ["later", 2],
    ]);
    const both = await linesOf("Running", "Running");
    expect(both.filter(([text]) => text === "Running")).toEqual([
      ["Running", 0],
      ["Running", 1],
    ]);
  });

  test("that fails is a line of the log, and the next change is told all the same", async () => {
    const kernel = kernelOf(`{ onStateChange: async ({ to }) => {
      if (to === "Running") throw new Error("first")
      log(to)
    } }`);
    expect(
      await logsOf(kernel, [change("Running"), change("Success")]),
    ).toEqual([
      "error: onStateChange of t failed: Error: first",
      "info: Success",
    ]);
    const sync = kernelOf("{ onStateChange: c => c.x.y }");
    expect((await logsOf(sync, [change("Running")]))[0]).toMatch(
      /^error: onStateChange of t failed: TypeError/,
    );
  });

  test("may be that of one call, or be none", async () => {
    const kernel = kernelOf("{}", {
      body: "t(1); t.with({ onStateChange: () => log('second') })(2)",
    });
    expect(
      await logsOf(kernel, [change("Running"), change("Running", "t-2")]),
    ).toEqual(["info: second"]);
    expect(
      await logsOf(kernel, [{ ...change("Running"), task: "gone", node: "x" }]),
    ).toEqual([
      expect.stringMatching(
        /^error: onStateChange of t failed: .*no task gone/,
      ),
    ]);
  });

  test("of a sub-flow is told of the changes of its node", async () => {
    const kernel = startKernel([
      cell(
        "main",
        `const sub = flow("Sub", () => 1, { onStateChange: c => log("sub", c.to) })
         flow("F", () => { sub() })`,
        { declares: ["sub"] },
      ),
    ]);
    expect(
      await logsOf(kernel, [{ ...change("Success", "Sub-1"), task: "Sub" }]),
    ).toEqual(["info: sub Success"]);
  });

  test("what it leaves unhandled is a line of the log", async () => {
    const kernel = kernelOf(
      "{ onStateChange: () => new Promise(r => setTimeout(r, 5)) }",
    );
    const watched = kernel.watch([change("Running")]);
    await new Promise((resolve) => setTimeout(resolve, 1));
    kernel.worker.fail(new Error("lost"));
    expect(await watched).toContainEqual(
      expect.objectContaining({
        level: "error",
        text: "onStateChange failed: Error: lost",
      }),
    );
  });
});

test("what the flow body takes from cells that change is looked up again", async () => {
  let count = 0;
  const kernel = startKernel(
    [
      cell("read", "const n = (await db.query('x'))[0].n", { declares: ["n"] }),
      cell(
        "main",
        `const t = task(() => fail("x")); flow("F", () => { t.with({ fallback: n })() })`,
        { declares: ["t"], inputs: ["n"] },
      ),
    ],
    { database: () => [{ n: ++count }] },
  );
  const values = [];
  for (let time = 0; time < 2; time += 1) {
    const { answer } = await kernel.runJob("t", [], { phase: "fallback" });
    values.push(answer.type === "returned" ? answer.value : answer);
  }
  expect(values).toEqual([1, 2]);
});
