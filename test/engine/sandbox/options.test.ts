import { describe, expect, test } from "vitest";
import type { NodeOptions } from "../../../src/core/graph.ts";
import {
  cell,
  nodeOf,
  startKernel,
  traceError,
  traceOne,
} from "./kernelWorld.ts";

/** The options that a node has in the graph when the task's options are given as text. */
const optionsOf = async (options: string): Promise<NodeOptions> =>
  nodeOf(
    await traceOne("t(1)", `const t = task(x => x, ${options})`, ["t"]),
    "t-1",
  ).options;

describe("the options of a task in the graph", () => {
  test.each([
    ["{ retryJitter: 0.2 }", { retryJitter: 0.2 }],
    ["{ skipOnUpstreamSkip: false }", { skipOnUpstreamSkip: false }],
    ["{ cacheFor: '1d' }", { cacheFor: 86_400_000 }],
    ["{ cacheFor: 'forever' }", { cacheFor: Infinity }],
    ["{ cacheKey: 'v2' }", { cacheKey: "v2", functions: [] }],
    [
      "{ cacheKey: x => x.id }",
      { cacheKey: undefined, functions: ["cacheKey"] },
    ],
    ["{ retryIf: () => true }", { functions: ["retryIf"] }],
    ["{ fallback: 0 }", { functions: ["fallback"] }],
    ["{ fallback: null }", { functions: ["fallback"] }],
    ["{ fallback: error => [] }", { functions: ["fallback"] }],
    ["{ fallback: undefined }", { functions: [] }],
    ["{ onStateChange: () => {} }", { functions: ["onStateChange"] }],
    [
      "{ onStateChange: () => {}, name: x => x, retryIf: () => 1 }",
      { functions: ["retryIf", "onStateChange"] },
    ],
  ])("%s", async (options, expected) => {
    expect(await optionsOf(options)).toMatchObject(expected);
  });

  test.each([
    ["triggers.allSuccessful", { type: "allSuccessful" }],
    ["triggers.allFailed", { type: "allFailed" }],
    ["triggers.anySuccessful", { type: "anySuccessful" }],
    ["triggers.anyFailed", { type: "anyFailed" }],
    ["triggers.allFinished", { type: "allFinished" }],
    ["triggers.notAllSkipped", { type: "notAllSkipped" }],
    ["triggers.manualOnly", { type: "manualOnly" }],
    [
      "triggers.someFailed({ atMost: 0.5 })",
      { type: "someFailed", atMost: 0.5 },
    ],
    [
      "triggers.someSuccessful({ atLeast: 1, atMost: 2 })",
      { type: "someSuccessful", atLeast: 1, atMost: 2 },
    ],
    ["u => u.length > 1", { type: "custom" }],
  ])("trigger: %s", async (trigger, rule) => {
    const options = await optionsOf(`{ trigger: ${trigger} }`);
    expect(options.trigger).toEqual(rule);
    expect(options.functions).toEqual(
      rule.type === "custom" ? ["trigger"] : [],
    );
  });

  test("limits belong to the flow: those of a task, and of tags", async () => {
    const { settings } = await traceOne(
      `t(1); t.with({ concurrency: 2 })(1); u(1); u.with({ concurrency: { api: 1 } })(2); v.map([1])`,
      `const t = task(x => x, { concurrency: 4 })
       const u = task(x => x, { concurrency: { api: "5/s", db: 3, "slow ones": "100/h" } })
       const v = task(x => x, { concurrency: { db: 2 } })`,
      ["t", "u", "v"],
    );
    expect(settings.limits).toEqual([
      { of: "task t", atOnce: 2 },
      { of: "tag api", starts: 5, per: 1000, atOnce: 1 },
      { of: "tag db", atOnce: 2 },
      { of: "tag slow ones", starts: 100, per: 3_600_000 },
    ]);
  });

  test("a name function is asked while drawing only if all is known", async () => {
    const graph = await traceOne(
      "t({ id: 5 }); t(t(1)); t.with({ name: 'text' })(t(1))",
      "const t = task(x => x, { name: x => 'item ' + (x.id ?? x) })",
      ["t"],
    );
    expect(
      graph.nodes.map(({ id, name }) => [
        id,
        name,
        nodeOf(graph, id).options.functions,
      ]),
    ).toEqual([
      ["t-1", "item 5", []],
      ["t-2", "item 1", []],
      ["t-3", "t", ["name"]],
      ["t-4", "item 1", []],
      ["t-5", "text", []],
    ]);
  });

  test.each(["retryDelay", "name"])(
    "a %s that fails while the flow is drawn is told by its option",
    async (option) => {
      const error = await traceError(
        "t(1)",
        `const t = task(x => x, { retries: 1, ${option}: () => { throw new Error("what?!") } })`,
        ["t"],
      );
      expect(error).toMatchObject({
        code: "invalid-option",
        message: `${option} is a function, and it failed: what?! It is called while the flow is drawn, before anything has run.`,
      });
    },
  );

  test("a ref is no option", async () => {
    const error = await traceError(
      "t.with({ fallback: t(1) })(2)",
      "const t = task(x => x)",
      ["t"],
    );
    expect(error.message).toMatch(
      /^The option fallback is a ref, which has no value yet/,
    );
  });
});

describe("triggers as functions", () => {
  const ask = async (trigger: string, states: readonly string[]) => {
    const { result } = await traceOne(
      `return ${trigger}(${JSON.stringify(states.map((state) => ({ state })))})`,
    );
    return result.type === "value" ? result.value : undefined;
  };

  test.each<[string, string[], boolean]>([
    ["triggers.allSuccessful", ["Success", "Cached", "Skipped"], true],
    ["triggers.allSuccessful", ["Success", "Failed"], false],
    ["triggers.allSuccessful", ["Success", "Cancelled"], false],
    ["triggers.allFailed", ["Failed", "TimedOut"], true],
    ["triggers.allFailed", [], true],
    ["triggers.anySuccessful", ["Failed", "Skipped"], true],
    ["triggers.anyFailed", ["Success", "Crashed"], true],
    ["triggers.anyFailed", ["Success", "Cancelled"], false],
    ["triggers.allFinished", ["Failed", "Cancelled"], true],
    ["triggers.notAllSkipped", ["Skipped", "Success"], true],
    ["triggers.notAllSkipped", ["Skipped"], false],
    [
      "triggers.someFailed({ atLeast: 0.5 })",
      ["Failed", "Success", "Success"],
      false,
    ],
    ["triggers.someFailed({ atMost: 1 })", ["Failed", "Success"], true],
    ["triggers.someSuccessful({ atLeast: 2 })", ["Success", "Skipped"], true],
  ])("%s of %j is %s", async (trigger, states, expected) => {
    expect(await ask(trigger, states)).toBe(expected);
  });

  test("manualOnly waits for a person, and cannot be asked", async () => {
    await expect(ask("triggers.manualOnly", ["Success"])).rejects.toThrow(
      /triggers\.manualOnly cannot be called/,
    );
  });
});

describe("the settings of a flow", () => {
  const settingsOf = async (options: string, body = "a(); b(a())") => {
    const report = await startKernel([
      cell(
        "main",
        `const a = task(() => 1), b = task(x => x, { name: "Bee" })
         flow("F", () => { ${body} }, ${options})`,
      ),
    ]).trace();
    const [error] = report.errors;
    if (error) throw new Error(error.error.message);
    return report.graphs[0]!.settings;
  };

  test("are empty by default", async () => {
    const graph = await traceOne("");
    expect(graph).toEqual({
      flow: "F",
      nodes: [],
      edges: [],
      result: { type: "value", value: undefined },
      settings: {
        timeout: undefined,
        limits: [],
        reference: undefined,
        schedules: [],
        watched: false,
      },
    });
  });

  test("hold timeout, limits, schedules and whether somebody watches", async () => {
    const graph = await startKernel([
      cell(
        "main",
        `flow("F", () => { param("n", 1) }, {
           timeout: "10m", concurrency: { api: 2 }, onStateChange() {},
           schedule: [every("15m"), cron("0 6 * * 1-5", { timeZone: "Europe/Berlin", parameters: { n: 2 } })],
         })`,
      ),
    ]).trace();
    expect(graph.graphs[0]!.settings).toEqual({
      timeout: 600_000,
      limits: [{ of: "tag api", atOnce: 2 }],
      reference: undefined,
      schedules: [
        { type: "every", interval: 900_000 },
        {
          type: "cron",
          line: "0 6 * * 1-5",
          timeZone: "Europe/Berlin",
          parameters: { n: 2 },
        },
      ],
      watched: true,
    });
  });

  const traceWith = async (options: string) => {
    const report = await startKernel([
      cell(
        "tasks",
        `const a = task(() => 1), b = task(x => x, { name: "Bee" }), c = task(() => 1)`,
        {
          declares: ["a", "b", "c"],
        },
      ),
      cell("main", `flow("F", () => { a(); b(a()) }, ${options})`, {
        inputs: ["a", "b", "c"],
      }),
    ]).trace();
    const [error] = report.errors;
    if (error) throw new Error(error.error.message);
    return report.graphs[0]!.settings.reference;
  };

  test.each([
    ["[a]", ["a-1", "a-2"]],
    ["['a-2', b]", ["a-2", "b-1"]],
    ["['Bee']", ["b-1"]],
    ["['b', 'a-1', 'Bee']", ["b-1", "a-1"]],
    ["[]", undefined],
  ])("referenceTasks: %s", async (list, ids) => {
    expect(await traceWith(`{ referenceTasks: ${list} }`)).toEqual(ids);
  });

  test("a reference task that is not called is named, with those that are", async () => {
    await expect(traceWith("{ referenceTasks: [c] }")).rejects.toThrow(
      'The flow "F" has c as a reference task, but does not call it. It calls a and Bee.',
    );
    await expect(traceWith("{ referenceTasks: [5] }")).rejects.toThrow(
      'The flow "F" has 5 as a reference task',
    );
  });

  test.each([
    [
      "a reference task that is not called",
      `flow("F", () => { a() }, { referenceTasks: ["b"] })`,
    ],
    [
      "a reference task that a sub-flow does not call",
      `const f = flow("F", () => { a() }, { referenceTasks: ["b"] }); flow("G", () => { f() })`,
    ],
    [
      "a schedule that gives what the flow does not take",
      `flow("F", () => { a() }, { schedule: every("1h", { parameters: { n: 1 } }) })`,
    ],
  ])("%s is told at the call of the flow", async (_, call) => {
    const { errors } = await startKernel([
      cell("main", `const a = task(() => 1)\n\n${call}`, {
        declares: ["a"],
      }),
    ]).trace();
    const place = { cell: "main", line: 3, column: call.indexOf("flow(") + 1 };
    const flows = call.includes('"G"') ? ["F", "G"] : ["F"];
    expect(errors.map(({ flow, error }) => [flow, error.place])).toEqual(
      flows.map((flow) => [flow, place]),
    );
  });

  test("a schedule gives all that the flow needs, since nobody is asked when it is due", async () => {
    await expect(
      settingsOf(
        `{ schedule: [every("1d", { parameters: { must: "x" } }), every("1h")] }`,
        "param('must'); param('may', 1)",
      ),
    ).rejects.toThrow(
      'A schedule of the flow "F" does not give it must, which has no default, so it could never run. Write, for example, every("1h", { parameters: { must: ... } }), or give the parameter a default.',
    );
  });

  test("a schedule gives what the flow takes", async () => {
    await expect(
      settingsOf(`{ schedule: every("1h", { parameters: { n: 1 } }) }`, ""),
    ).rejects.toThrow(
      'A schedule of the flow "F" gives it something that it does not take. The flow has no parameter n.',
    );
    await expect(
      settingsOf(
        `{ schedule: every("1h", { parameters: { n: "x" } }) }`,
        "param('n', 1)",
      ),
    ).rejects.toThrow(/The parameter n must be a number/);
    expect(
      await settingsOf(
        `{ schedule: every("1h", { parameters: { must: "x" } }) }`,
        "param('must'); param('may', 1)",
      ),
    ).toMatchObject({ schedules: [{ interval: 3_600_000 }] });
  });
});
