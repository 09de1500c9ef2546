import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FlowError } from "../../../src/core/errors.ts";
import {
  parseCsv,
  readCsvOptions,
} from "../../../src/engine/sandbox/kernel/csv.ts";
import { readParameterNames } from "../../../src/engine/sandbox/kernel/parameterNames.ts";
import { cell, startKernel, traceError, traceOne } from "./kernelWorld.ts";

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

describe("what is not built yet says so, and what to write instead", () => {
  test.each([
    [
      "when(true, () => 1)",
      "`when` is not built yet: decide in a task that takes the value.",
    ],
    [
      "extract.map([1])",
      "`.map` is not built yet: call the task once with the whole list, and loop over it inside the task.",
    ],
    ["extract.map.map([1])", "`.map` is not built yet: call the task once"],
    ["flatten([])", "`flatten` is not built yet: flatten in a task"],
    ["unmapped(1)", "`unmapped` is not built yet"],
    [
      "readParquet.with({})('a')",
      "`readParquet` is not built yet: attach the data as CSV or JSON.",
    ],
    [
      "triggers.anyFailed",
      "`triggers.anyFailed` is not built yet: triggers.allSuccessful and triggers.allFinished work.",
    ],
    [
      "extract.with({ cacheFor: '1d' })",
      "`cacheFor` is not built yet: use Resume",
    ],
    [
      "extract.with({ trigger: u => true })",
      "`trigger` is not built yet: use triggers.allSuccessful",
    ],
    [
      "other()",
      "`a flow as a step of another flow` is not built yet: call the tasks",
    ],
  ])("%s", async (body, message) => {
    const error = await traceError(
      body,
      `const extract = task(() => 1); const other = flow("O", () => {})`,
      ["extract", "other"],
    );
    expect(error).toMatchObject({
      code: "not-yet",
      message: expect.stringContaining(message),
      place: { cell: "main", line: 2 },
    });
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
      'A task has no option "retires". Its options are name, retries, retryDelay, timeout, trigger, skipOnUpstreamSkip and tags.',
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
    ["{ waitFor: [] }", "waitFor belongs to one call, not to the task"],
    ["5", "The options of a task are an object such as { retries: 3 }, not 5."],
  ])("%s is refused", async (options, message) => {
    const error = await define(options);
    expect(error?.code).toBe("invalid-option");
    expect(error?.message).toContain(message);
  });

  test.each([
    "retryJitter: 0.1",
    "retryIf: () => true",
    "cacheFor: '1d'",
    "cacheKey: 'a'",
    "concurrency: 2",
    "fallback: 1",
    "onStateChange: () => {}",
  ])("%s is not built yet", async (option) => {
    const error = await define(`{ ${option} }`);
    expect(error?.code).toBe("not-yet");
    expect(error?.message).toContain(
      `\`${option.split(":")[0]}\` is not built`,
    );
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
      `flow("F", () => {}, { schedule: 1 })`,
      "not-yet",
      "`schedule of a flow` is not built yet",
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

test("triggers can be asked, as functions", async () => {
  const graph = await traceOne(
    `return [triggers.allFinished([]), triggers.allSuccessful([{ state: "Failed" }])]`,
  );
  expect(graph.result).toEqual({ type: "value", value: [true, false] });
});

describe("readCsv", () => {
  const parse = (text: string, options: Record<string, unknown> = {}) =>
    parseCsv(text, readCsvOptions(options), "a.csv");

  test("makes numbers of columns that hold nothing else, and leaves codes as text", () => {
    expect(
      parse(
        "id,code,n,big,mixed,name\n1,007,1.5,12345678901234567890,1,x\n2,010,,1,n/a,\n",
      ),
    ).toEqual([
      {
        id: 1,
        code: "007",
        n: 1.5,
        big: "12345678901234567890",
        mixed: "1",
        name: "x",
      },
      { id: 2, code: "010", n: null, big: "1", mixed: "n/a", name: "" },
    ]);
  });

  test.each(["a;b\n1;2", "a\tb\n1\t2", "a|b\n1|2", "\ufeffa,b\r\n1,2\r\n\r\n"])(
    "finds the delimiter of %j",
    (text) => expect(parse(text)).toEqual([{ a: 1, b: 2 }]),
  );

  test("takes a delimiter, a header, comments and types", () => {
    expect(
      parse("# note\n1:2\n3", {
        delimiter: ":",
        header: ["x", "y"],
        comment: "#",
        types: { x: "TEXT", y: "INTEGER" },
      }),
    ).toEqual([
      { x: "1", y: 2 },
      { x: "3", y: null },
    ]);
    expect(parse("1,2", { header: false })).toEqual([
      { column1: 1, column2: 2 },
    ]);
    expect(parse("a,a,\n1,2,3")).toEqual([{ a: 1, a_2: 2, column3: 3 }]);
    expect(parse("a,b\n")).toEqual([]);
    expect(parse("")).toEqual([]);
  });

  test("keeps quotes, delimiters and line breaks inside quotes", () => {
    expect(parse('a,b\n"x, ""y""\nz",2')).toEqual([{ a: 'x, "y"\nz', b: 2 }]);
  });

  test("says what is wrong, and where", () => {
    expect(() => parse("a\nx", { types: { a: "REAL" } })).toThrow(
      'a.csv, row 1, column a: "x" is no number.',
    );
    expect(() => parse("a\n1.5", { types: { a: "INTEGER" } })).toThrow(
      /is no whole number/,
    );
    expect(() => parse("a\n1", { types: { b: "REAL" } })).toThrow(
      "a.csv has no column b. It has a.",
    );
    expect(() => parse('a\n"x')).toThrow(/a\.csv is damaged at line/);
    for (const options of [
      { sep: ";" },
      { delimiter: 5 },
      { header: 1 },
      { types: { a: "INT" } },
      { comment: "" },
    ])
      expect(() => parse("a", options)).toThrow(FlowError);
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
