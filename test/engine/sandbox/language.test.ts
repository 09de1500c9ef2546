import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readParameterNames } from "../../../src/engine/sandbox/kernel/parameterNames.ts";
import { cell, startKernel, traceError } from "./kernelWorld.ts";

const declarations = readFileSync(
  new URL("../../../src/language/flowbook.d.ts", import.meta.url),
  "utf8",
);

describe("the names of the language", () => {
  // Types are exported with a capital letter; the only value that has one is Plot.
  const names = [
    ...declarations.matchAll(/export import (\w+) = globalThis\.(\w+)/g),
  ].flatMap(([, name]) => (/^[a-z]|^Plot$/.test(name!) ? [name!] : []));

  test("are read from the declarations", () => {
    expect(names.length).toBeGreaterThan(40);
    for (const name of ["task", "d3", "fetchParquet", "md"])
      expect(names).toContain(name);
  });

  test.each(names)("%s is there", (name) => {
    const { scope } = startKernel([]);
    expect(name in scope).toBe(true);
  });

  test("and what is declared by name is there", () => {
    const { scope } = startKernel([]);
    for (const [, name] of declarations.matchAll(
      /^declare (?:function|var) (\w+)/gm,
    ))
      expect([name, name! in scope]).toEqual([name, true]);
  });
});

describe("options of a task", () => {
  const define = async (options: string) => {
    const report = await startKernel([
      cell("main", `flow("F", () => {}); task(() => 1, ${options})`),
    ]).trace();
    return report.errors[0]?.error;
  };

  test.each([
    [
      "{ retires: 3 }",
      'A task has no option "retires". Its options are name, retries, retryDelay, retryJitter, retryIf, timeout, trigger, skipOnUpstreamSkip, cacheFor, cacheKey, tags, concurrency, fallback and onStateChange.',
    ],
    ["{ retries: 1.5 }", "retries must be a whole number from 0, not 1.5."],
    ["{ retries: -1 }", "retries must be a whole number from 0, not -1."],
    ["{ retryDelay: '5 s' }", '"5 s" is not a duration.'],
    ["{ retryDelay: ['1s', -1] }", "-1 is not a duration."],
    ["{ timeout: 0 }", "timeout must be longer than 0"],
    ["{ trigger: 'allFinished' }", "trigger must be one of triggers"],
    ["{ tags: 'api' }", "tags must be a list of words"],
    [
      "{ name: 5 }",
      "name must be a text or a function of the arguments, not 5.",
    ],
    [
      "{ skipOnUpstreamSkip: 1 }",
      "skipOnUpstreamSkip must be true or false, not 1.",
    ],
    [
      "{ retryJitter: 1.5 }",
      "retryJitter must be a number from 0 to 1, such as 0.2",
    ],
    [
      "{ retryIf: true }",
      "retryIf must be a function, such as (error, attempt) => true, not true.",
    ],
    ["{ cacheFor: 'ever' }", '"ever" is not a duration.'],
    [
      "{ cacheKey: 5 }",
      "cacheKey must be a text or a function of the arguments, not 5.",
    ],
    [
      "{ concurrency: 0 }",
      "concurrency must be a whole number from 1, not 0: with fewer, no task would ever start.",
    ],
    [
      "{ concurrency: { api: -1 } }",
      'concurrency of the tag "api" must be a whole number from 1, not -1',
    ],
    [
      "{ concurrency: { api: '5 / s' } }",
      'concurrency of the tag "api" is "5 / s", which is no rate. Write how many may start per second, minute or hour: "5/s", "100/m" or "1000/h".',
    ],
    ["{ concurrency: { api: '0/s' } }", "must be a whole number from 1, not 0"],
    [
      "{ concurrency: 'api' }",
      "concurrency must be a number, or an object by tag",
    ],
    [
      "{ onStateChange: 1 }",
      "onStateChange must be a function, such as change => log(change.to), not 1.",
    ],
    [
      "{ trigger: triggers.someFailed() }",
      "triggers.someFailed needs its limits: triggers.someFailed({ atLeast: 2 })",
    ],
    [
      "{ trigger: triggers.someSuccessful({ atLeast: -1 }) }",
      "atLeast of triggers.someSuccessful must be a number from 0",
    ],
    [
      "{ trigger: triggers.someSuccessful({ most: 1 }) }",
      'triggers.someSuccessful has no limit "most". Its limits are atLeast and atMost.',
    ],
    ["{ waitFor: [] }", "waitFor belongs to one call, not to the task"],
    ["5", "The options of a task are an object such as { retries: 3 }, not 5."],
  ])("%s is refused", async (options, message) => {
    const error = await define(options);
    expect(error?.code).toBe("invalid-option");
    expect(error?.message).toContain(message);
  });

  test("undefined counts as left out", async () => {
    expect(
      await define("{ retries: undefined, cacheFor: undefined }"),
    ).toBeUndefined();
  });

  test("a task is made of a function", async () => {
    const report = await startKernel([
      cell("one", `flow("F", () => {}); task(5)`),
      cell("two", `flow("G", () => {}); task(task(() => 1))`),
    ]).trace();
    expect(report.errors.map(({ error }) => error.message)).toEqual([
      "task(...) takes a function, not 5: task(async () => ...).",
      "task(...) takes a function, and this is a task already. For other options, write t.with(options).",
    ]);
  });

  test("a retry delay that is none is an error of the flow that calls the task", async () => {
    const error = await traceError(
      "t()",
      "const t = task(() => 1, { retries: 2, retryDelay: attempt => -attempt })",
      ["t"],
    );
    expect(error.message).toMatch(/^-1 is not a duration/);
  });
});

describe("options of a flow", () => {
  test.each([
    [
      `flow("F", () => {}, { schedule: [every("15m"), "1h"] })`,
      "invalid-option",
      'The schedule of the flow "F" must be made by every("15m") or cron("0 6 * * *"), or be a list of such, not "1h".',
    ],
    [
      `flow("F", () => {}, { concurrency: 2 })`,
      "invalid-option",
      "concurrency of a flow limits tasks by their tags: { api: 2 }.",
    ],
    [
      `flow("F", () => {}, { timeout: 0 })`,
      "invalid-option",
      'timeout of the flow "F" must be longer than 0',
    ],
    [
      `flow("F", () => {}, { referenceTasks: "a" })`,
      "invalid-option",
      'referenceTasks of the flow "F" must be a list of tasks or names',
    ],
    [
      `flow("F", () => {}, { onStateChange: 1 })`,
      "invalid-option",
      "onStateChange must be a function",
    ],
    [
      `flow("F", () => {}, { schedule: cron("61 * * * *") })`,
      "invalid-option",
      "61",
    ],
    [
      `flow("F", () => {}, { retries: 1 })`,
      "invalid-option",
      'A flow has no option "retries". Its options are parameters, schedule,',
    ],
    [
      `flow("F", () => {}, { parameters: { a: { default: 1, typ: 1 } } })`,
      "invalid-parameter",
      "typ",
    ],
    [`flow("", () => {})`, "invalid-option", "A flow needs a name"],
    [`flow("F")`, "invalid-option", 'The flow "F" needs a body'],
  ])("%s is refused", async (code, expected, message) => {
    const report = await startKernel([cell("main", code)]).trace();
    expect(report.errors[0]!.error.code).toBe(expected);
    expect(report.errors[0]!.error.message).toContain(message);
  });
});

test("the names of a function's parameters are read off its text", () => {
  const cases: [(...args: never[]) => unknown, string[]][] = [
    [
      (a: number, b = [1, 2], ...rest: number[]) => [a, b, rest],
      ["a", "b", "rest"],
    ],
    [
      function named({ x }: { x: 1 }, /* not, this */ y = ")") {
        return [x, y];
      },
      ["", "y"],
    ],
    [async (only: number) => only, ["only"]],
    [() => 1, []],
    [
      {
        method(p: number, q = 1 + 2) {
          return [p, q];
        },
      }.method,
      ["p", "q"],
    ],
    [Math.max as never, []],
  ];
  for (const [fn, names] of cases)
    expect(readParameterNames(fn)).toEqual(names);
});
