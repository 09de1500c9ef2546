import { describe, expect, test } from "vitest";
import { rehearsal } from "../../../src/engine/rehearsal.ts";
import {
  cell,
  programOf,
  startKernel,
  traceError,
  traceOne,
} from "./kernelWorld.ts";

const tasks = `
const extract = task(async (airport = "IAD") => [1, 2])
const transform = task(rows => rows, { retries: 3, retryDelay: ["1s", "5s"], timeout: "30s", tags: ["api"] })
const named = task(function (airport, { radius }, ...rest) {}, { name: airport => "live " + airport })`;
const names = ["extract", "transform", "named"];
/** The options of a task that says nothing about itself. */
const plain = {
  retries: 0,
  retryDelays: [],
  retryJitter: 0,
  timeout: undefined,
  trigger: { type: "allSuccessful" },
  skipOnUpstreamSkip: true,
  tags: [],
  cacheFor: undefined,
  cacheKey: undefined,
  functions: [],
};
const trace = (body: string) => traceOne(body, tasks, names);
const fails = (body: string) => traceError(body, tasks, names);

describe("a graph", () => {
  test("has a node per call, numbered by task, and edges named by argument", async () => {
    const graph = await trace(`
      const a = extract()
      const b = extract("FRA")
      return transform({ both: [a, b.rows[0]], n: 1 })`);
    expect(graph.nodes.map(({ id }) => id)).toEqual([
      "extract-1",
      "extract-2",
      "transform-1",
    ]);
    expect(graph.nodes[1]).toMatchObject({
      kind: "task",
      task: "extract",
      name: "extract",
      mapped: false,
      over: [],
      args: [{ type: "value", value: "FRA" }],
      waitFor: [],
      within: [],
    });
    expect(graph.nodes[2]).toMatchObject({
      args: [
        {
          type: "object",
          entries: [
            [
              "both",
              {
                type: "list",
                items: [
                  { type: "ref", node: "extract-1", path: [] },
                  { type: "ref", node: "extract-2", path: ["rows", 0] },
                ],
              },
            ],
            ["n", { type: "value", value: 1 }],
          ],
        },
      ],
    });
    expect(graph.edges).toEqual([
      { from: "extract-1", to: "transform-1", input: "rows" },
      { from: "extract-2", to: "transform-1", input: "rows" },
    ]);
    expect(graph.result).toEqual({
      type: "ref",
      node: "transform-1",
      path: [],
    });
  });

  test("fills in the options of a task", async () => {
    const { nodes } = await trace("extract(); transform([])");
    expect(nodes.map((node) => "options" in node && node.options)).toEqual([
      plain,
      {
        ...plain,
        retries: 3,
        retryDelays: [1000, 5000],
        timeout: 30_000,
        tags: ["api"],
      },
    ]);
  });

  test("takes the delays of a function for attempts 1 to 50 at most", async () => {
    const delaysOf = async (options: string) => {
      const { nodes } = await trace(`extract.with(${options})()`);
      return nodes[0]?.kind === "task" && nodes[0].options.retryDelays;
    };
    expect(
      await delaysOf(
        `{ retries: 4, retryDelay: exponentialBackoff("2s", { max: "10s" }) }`,
      ),
    ).toEqual([2000, 4000, 8000, 10_000]);
    expect(
      await delaysOf(`{ retries: 400, retryDelay: attempt => attempt }`),
    ).toHaveLength(50);
    expect(await delaysOf(`{ retries: 1, retryDelay: "1m" }`)).toEqual([
      60_000,
    ]);
  });

  test("with() gives one call other options, and waits for more", async () => {
    const { nodes, edges } = await trace(`
      const a = extract()
      const b = transform(a)
      transform.with({ name: "again", retries: 0, waitFor: [a, b.x], trigger: triggers.allFinished, skipOnUpstreamSkip: false })(a)`);
    expect(nodes[2]).toMatchObject({
      id: "transform-2",
      task: "transform",
      name: "again",
      waitFor: [
        { node: "extract-1", each: 0 },
        { node: "transform-1", each: 0 },
      ],
      options: {
        retries: 0,
        timeout: 30_000,
        trigger: { type: "allFinished" },
        skipOnUpstreamSkip: false,
      },
    });
    expect(edges.slice(1)).toEqual([
      { from: "extract-1", to: "transform-2", input: "rows" },
      { from: "transform-1", to: "transform-2" },
    ]);
  });

  test("a name function names a node when its arguments are known", async () => {
    const { nodes, edges } = await trace(`
      named("IAD", { radius: 1 })
      named(extract(), extract(), 3, extract())`);
    expect(nodes.map(({ name }) => name)).toEqual([
      "live IAD",
      "extract",
      "extract",
      "extract",
      "named",
    ]);
    expect(edges.map(({ input }) => input)).toEqual(["airport", "", "4"]);
  });

  test("has the tasks of the language as nodes", async () => {
    const { nodes } = await trace(`
      const rows = readCsv("a.csv")
      load("airline", rows, { mode: "upsert", key: "id" })
      load(rows.name, rows)
      fetchJson(new URL("https://example.org/x"))
      sql\`SELECT * FROM t WHERE id IN (\${rows[0]}, \${2})\``);
    expect(nodes.map(({ id, name }) => `${id}: ${name}`)).toEqual([
      "readCsv-1: readCsv",
      "load-1: load airline",
      "load-2: load",
      "fetchJson-1: fetchJson",
      "sql-1: sql",
    ]);
    expect(nodes[3]).toMatchObject({
      args: [{ type: "value", value: "https://example.org/x" }],
    });
    expect(nodes[4]).toMatchObject({
      args: [
        {
          type: "value",
          value: ["SELECT * FROM t WHERE id IN (", ", ", ")"],
        },
        {
          type: "list",
          items: [
            { type: "ref", node: "readCsv-1", path: [0] },
            { type: "value", value: 2 },
          ],
        },
      ],
    });
  });

  test("has parameters, however often they are named", async () => {
    const { nodes, edges } = await trace(`
      extract(param("airport", "IAD"))
      extract(param("airport"))
      extract(param("airport", "IAD"))
      named(param("radius", { type: "number", default: 200, min: 10, label: "km" }), param("must"), param("kind", { options: ["a", "b"] }))`);
    expect(nodes.filter(({ kind }) => kind === "parameter")).toEqual([
      {
        kind: "parameter",
        id: "airport",
        name: "airport",
        parameter: {
          name: "airport",
          type: "string",
          required: false,
          default: "IAD",
        },
      },
      {
        kind: "parameter",
        id: "radius",
        name: "radius",
        parameter: {
          name: "radius",
          type: "number",
          required: false,
          default: 200,
          min: 10,
          label: "km",
        },
      },
      {
        kind: "parameter",
        id: "must",
        name: "must",
        parameter: {
          name: "must",
          type: "string",
          required: true,
          default: undefined,
        },
      },
      {
        kind: "parameter",
        id: "kind",
        name: "kind",
        parameter: {
          name: "kind",
          type: "string",
          required: false,
          default: "a",
          options: ["a", "b"],
        },
      },
    ]);
    expect(edges[0]).toEqual({
      from: "airport",
      to: "extract-1",
      input: "airport",
    });
  });

  test("takes parameters that the options declare, used or not", async () => {
    const report = await startKernel([
      cell("tasks", "const t = task(x => x)", { declares: ["t"] }),
      cell(
        "main",
        `flow("F", ({ airport }) => t(airport.code), { parameters: { airport: "IAD", since: { type: "date" } } })`,
        { inputs: ["t"] },
      ),
      cell("other", `flow("G", p => p.nothing, { parameters: { a: 1 } })`),
    ]).trace();
    expect(report.graphs[0]!.nodes.map(({ id }) => id)).toEqual([
      "airport",
      "since",
      "t-1",
    ]);
    expect(report.graphs[0]!.result).toEqual({
      type: "ref",
      node: "t-1",
      path: [],
    });
    expect(report.errors).toMatchObject([
      {
        cell: "other",
        flow: "G",
        error: {
          code: "unknown-parameter",
          message: 'The flow "G" has no parameter nothing. It has a.',
        },
      },
    ]);
  });

  test.each(["t(rows)", "t.map(rows)"])(
    "says what the argument of a body without parameters is, in %s",
    async (call) => {
      const report = await startKernel([
        cell("tasks", "const t = task(x => x)", { declares: ["t"] }),
        cell("main", `flow("F", (rows) => ${call})`, { inputs: ["t"] }),
      ]).trace();
      expect(report.errors).toMatchObject([
        {
          flow: "F",
          error: {
            code: "unknown-parameter",
            message: expect.stringMatching(
              /^The body of the flow "F" hands on what it is given itself, as the argument x of t: .* declares none\. Declare what it takes/,
            ) as unknown,
          },
        },
      ]);
    },
  );

  test("unpacks a tuple", async () => {
    const { result } = await trace("const [a, b] = extract(); return { a, b }");
    expect(result).toEqual({
      type: "object",
      entries: [
        ["a", { type: "ref", node: "extract-1", path: [0] }],
        ["b", { type: "ref", node: "extract-1", path: [1] }],
      ],
    });
  });

  test("holds copies of the values that were given", async () => {
    const { nodes } = await trace(`
      const list = [new Date(0), new Map([[1, 2]])]
      transform(list)
      list.push(3)`);
    expect(nodes[0]).toMatchObject({
      args: [{ type: "value", value: [new Date(0), new Map([[1, 2]])] }],
    });
  });
});

describe("what a ref in a flow body teaches", () => {
  const cases: [string, RegExp][] = [
    [
      "const a = extract(); a.then(x => x)",
      /The result of extract cannot be awaited in a flow body.*Pass it to a task/,
    ],
    [
      "`${extract().name}`",
      /The result of extract\.name has no value while the flow is drawn/,
    ],
    ["extract() + 1", /has no value while the flow is drawn/],
    [
      "for (const x of extract()) transform(x)",
      /cannot be looped over or spread/,
    ],
    [
      "transform([...extract().rows])",
      /The result of extract\.rows cannot be looped over/,
    ],
    ["transform({ ...extract() })", /cannot be spread or listed/],
    [
      "JSON.stringify(extract())",
      /cannot be called on the result of extract|cannot be spread/,
    ],
    [
      "extract().rows.filter(x => x)",
      /\.filter\(\.\.\.\) cannot be called on the result of extract\.rows.*Do it in a task that takes the list/,
    ],
    ["extract()()", /cannot be called: it is a value that is not there yet/],
    ["extract().a = 1", /cannot be changed in a flow body/],
    ["'a' in extract()", /`in` cannot look for "a" in the result of extract/],
    ["param('p') + ''", /The parameter p has no value/],
  ];
  test.each(cases)("%s", async (body, message) => {
    const error = await fails(body);
    expect(error.code).toBe("flow-body");
    expect(error.message).toMatch(message);
    expect(error.place?.cell).toBe("main");
    expect(error.place?.line).toBe(2);
  });

  test("a ref of another flow is refused", async () => {
    const report = await startKernel([
      cell("tasks", "const t = task(x => x); let kept = {}", {
        declares: ["t", "kept"],
      }),
      cell("one", `flow("A", () => { kept.ref = t(1) })`, {
        inputs: ["t", "kept"],
      }),
      cell("two", `flow("B", () => { t(kept.ref) })`, {
        inputs: ["t", "kept"],
      }),
    ]).trace();
    expect(report.graphs.map(({ flow }) => flow)).toEqual(["A"]);
    expect(report.errors[0]!.error.message).toMatch(
      /The result of t belongs to the flow "A" and cannot be used in the flow "B"/,
    );
  });
});

describe("a flow body", () => {
  test("must not be async", async () => {
    const report = await startKernel([
      cell("tasks", "const t = task(x => x)", { declares: ["t"] }),
      cell("one", `flow("A", async () => { t(1) })`, { inputs: ["t"] }),
      cell("two", `flow("B", async () => { await t(1) })`, { inputs: ["t"] }),
      cell("three", `flow("C", () => t(2))`, { inputs: ["t"] }),
    ]).trace();
    expect(report.graphs.map(({ flow }) => flow)).toEqual(["C"]);
    expect(report.errors.map(({ error }) => error.message)).toEqual(
      ["A", "B"].map(
        (name) =>
          `The body of the flow "${name}" is not async here: nothing has run yet, so there is nothing to await. Remove async and await.`,
      ),
    );
  });

  test.each([
    ["db.query('SELECT 1')", /db.query cannot be used in a flow body/],
    ["fetch('https://a.org')", /fetch cannot be used in a flow body/],
    ["setTimeout(() => {}, 1)", /setTimeout cannot be used in a flow body/],
    ["context.attempt", /context cannot be used in a flow body/],
    ["progress(1)", /progress\(\.\.\.\) cannot be used/],
    ["display(1)", /nothing to display in a flow body/],
    ["task(() => 1)", /cannot be defined in a flow body/],
    ["flow('G', () => {})", /"G" is defined inside a flow body/],
    [
      "transform(() => 1)",
      /The argument rows of transform cannot be copied.*is a function/,
    ],
    [
      "transform({ a: [{ b: Symbol() }] })",
      /^The argument rows of transform cannot be copied: rows\.a\[0\]\.b is a symbol/,
    ],
    [
      "const a = [extract()]; a.push(a); transform(a)",
      /^The argument rows of transform contains itself, at rows\[1\]/,
    ],
    ["transform.with({ waitFor: [1] })()", /waitFor of transform takes refs/],
    ["param('p', 1); param('p', 2)", /parameter p is described twice/],
    ["param('p', { type: 'nmber' })", /nmber/],
    ["extract(param('extract-1'))", /both called extract-1/],
  ])("%s", async (body, message) => {
    expect((await fails(body)).message).toMatch(message);
  });

  test("may log, and a logged ref says what it is", async () => {
    const kernel = startKernel([
      cell("tasks", tasks, { declares: names }),
      cell("main", `flow("F", () => { log(extract().rows[0], extract) })`, {
        inputs: names,
      }),
    ]);
    await kernel.trace();
    expect(kernel.messages).toContainEqual(
      expect.objectContaining({
        type: "log",
        text: "[ref of extract-1.rows[0]] [function extract]",
      }),
    );
  });
});

describe("cells while the graph is drawn", () => {
  const endless = [
    cell("top", "let n = 0; while (true) n += 1; const t = task(() => n)", {
      declares: ["t"],
    }),
    cell("one", `flow("Needs", () => t())`, { inputs: ["t"] }),
    cell("loopy", `const more = 1\nflow("Loopy", () => { for (;;); })`),
    cell("ok", `flow("Good", () => {})`),
  ];

  test("the cell and the flow that do not come to an end are left out, and say so at their place", async () => {
    const report = await startKernel(endless).trace([
      { cell: "top", flow: undefined, message: "Endless cell." },
      { cell: "loopy", flow: "Loopy", message: "Endless flow." },
    ]);
    expect(report.graphs.map(({ flow }) => flow)).toEqual(["Good"]);
    expect(report.errors).toEqual([
      {
        ...{ cell: "one", flow: undefined },
        error: expect.objectContaining({
          message: "The cell one needs cell top, which failed: Endless cell.",
        }),
      },
      {
        ...{ cell: "loopy", flow: "Loopy" },
        error: expect.objectContaining({
          message: "Endless flow.",
          place: { cell: "loopy", line: 2, column: 1 },
        }),
      },
    ]);
  });

  test("each is told of before its turn, and so is each flow", async () => {
    const kernel = startKernel([
      cell("tasks", "const t = task(() => 1)", { declares: ["t"] }),
      cell("one", `flow("A", () => t())`, { inputs: ["t"] }),
    ]);
    await kernel.trace();
    expect(
      kernel.messages.flatMap((said) =>
        said.type === "drawing" ? [said.flow ?? said.cell] : [],
      ),
    ).toEqual(["tasks", "one", "A"]);
  });

  test("only those that may define flows are evaluated, and those they need", async () => {
    const kernel = startKernel([
      cell("a", "console.count; ran.push('a'); const t = task(x => x)", {
        declares: ["t"],
      }),
      cell("b", "ran.push('b'); const u = 1", { declares: ["u"] }),
      cell("c", `ran.push('c'); flow("F", () => t(1))`, { inputs: ["t"] }),
    ]);
    kernel.scope.ran = [];
    await kernel.trace();
    expect(kernel.scope.ran).toEqual(["a", "c"]);
  });

  test("a cell that throws takes with it what needs it, and nothing else", async () => {
    const report = await startKernel([
      cell("bad", `const rows = 1\n  null.x`, { declares: ["rows"] }),
      cell("between", "const more = rows", {
        inputs: ["rows"],
        declares: ["more"],
      }),
      cell("one", `flow("A", () => more)`, { inputs: ["more"] }),
      cell("two", `flow("B", () => {})`),
    ]).trace();
    expect(report.graphs.map(({ flow }) => flow)).toEqual(["B"]);
    expect(report.errors).toEqual([
      {
        cell: "one",
        flow: undefined,
        error: expect.objectContaining({
          code: "cell-failed",
          message:
            "The cell one needs cell bad, which failed: Cannot read properties of null (reading 'x').",
          place: { cell: "bad", line: 2, column: 8 },
        }),
      },
    ]);
  });

  test("a cell that cannot be parsed is one failed cell", async () => {
    const broken = { ...cell("broken", ""), code: "const = 1" };
    const report = await startKernel([
      { ...broken, language: ["flow"] },
      cell("two", `flow("B", () => {})`),
    ]).trace();
    expect(report.graphs).toHaveLength(1);
    expect(report.errors).toMatchObject([
      { cell: "broken", error: { code: "cell-syntax" } },
    ]);
  });

  test.each([
    [
      "await db.query('SELECT 1')",
      /db\.query is refused while the graph is drawn/,
    ],
    ["await sql`SELECT 1`", /Calling the task sql is refused/],
    ["await fetch('https://a.org')", /fetch is refused/],
    ["await readText('a')", /Calling the task readText is refused/],
    ["await new Promise(r => setTimeout(r, 1))", /setTimeout is refused/],
    ["f.result", /Reading result of the flow F is refused/],
  ])("%s is refused with a reason", async (code, message) => {
    const report = await startKernel([
      cell("main", `const f = flow("F", () => {}); ${code}`, {
        declares: ["f"],
      }),
    ]).trace();
    expect(report.errors).toMatchObject([{ cell: "main", flow: undefined }]);
    expect(report.errors[0]!.error.message).toMatch(message);
    expect(report.errors[0]!.error.message).toMatch(
      /Do it in a task, or in a cell of its own/,
    );
  });

  test("a cell that waits for ever is given up", async () => {
    const timers: { callback: () => void; milliseconds: number }[] = [];
    const kernel = startKernel(
      [cell("main", `flow("F", () => {}); await new Promise(() => {})`)],
      { timers },
    );
    const report = kernel.trace();
    await Promise.resolve();
    timers[0]!.callback();
    expect((await report).errors[0]!.error.message).toMatch(
      /Waiting longer than 1 s at the top of the cell main is refused/,
    );
  });

  test("a flow is drawn though a cell that it mentions needs the database", async () => {
    const report = await startKernel([
      cell("busiest", "SELECT 1", { kind: "sql" }),
      cell("rows", "const rows = await db.query('SELECT 1')", {
        declares: ["rows"],
      }),
      cell(
        "main",
        `const t = task(() => [busiest, rows]); flow("A", () => t()); flow("B", () => t(busiest[0]))`,
        { inputs: ["busiest", "rows"], declares: ["t"] },
      ),
    ]).trace();
    expect(report.graphs.map(({ flow }) => flow)).toEqual(["A"]);
    expect(report.errors).toMatchObject([
      {
        flow: "B",
        error: {
          message:
            "busiest has no rows while the graph is drawn: its SQL cell busiest is read when something runs. Use it inside a task, or write the query into the flow: sql`SELECT ...`.",
        },
      },
    ]);
  });

  test("a task that is given the rows of a SQL cell in a flow's body is refused with what to write instead", async () => {
    const report = await startKernel([
      cell("busiest", "SELECT 1", { kind: "sql" }),
      cell("n", "const n = await db.query('SELECT 1')", { declares: ["n"] }),
      cell(
        "main",
        `const t = task((rows) => rows); flow("A", () => t(busiest)); flow("B", () => t({ n }))`,
        { inputs: ["busiest", "n"], declares: ["t"] },
      ),
    ]).trace();
    expect(report.errors.map(({ error }) => error.message)).toEqual([
      "The argument rows of t cannot be copied: rows is busiest, which has no rows while the graph is drawn: its SQL cell busiest is read when something runs. Use it inside a task, or write the query into the flow: sql`SELECT ...`.",
      "The argument rows of t cannot be copied: rows.n is n, which has no value while the graph is drawn: its cell n needs something that only a run has. Use it inside a task.",
    ]);
  });

  test("two flows of the same name are an error on the second", async () => {
    const report = await startKernel([
      cell("one", `flow("A", () => {})`),
      cell("two", `flow("A", () => {}); flow("B", () => {})`),
    ]).trace();
    expect(report.graphs.map(({ flow }) => flow)).toEqual(["A", "B"]);
    expect(report.errors).toMatchObject([
      { cell: "two", flow: "A", error: { code: "duplicate-name" } },
    ]);
  });

  test("tasks take the name of their variable", async () => {
    const { nodes } = await traceOne(
      "first(); second(); both()",
      `const make = () => task(() => 1)
       const first = make(), second = make().with({ retries: 1 }), both = first
       const third = task(() => 1, { name: "My task" })`,
      ["first", "second", "both", "third"],
    );
    expect(nodes.map(({ id }) => id)).toEqual([
      "first-1",
      "second-1",
      "first-2",
    ]);
    const error = await traceError(
      "list[0]()",
      "const list = [task(() => 1)]",
      ["list"],
    );
    expect(error.message).toMatch(/This task has no name/);
  });

  test("param outside a flow body is an error", async () => {
    const report = await startKernel([
      cell("main", `flow("F", () => {}); param("airport", "IAD")`),
    ]).trace();
    expect(report.errors[0]!.error).toMatchObject({
      code: "flow-body",
      message: expect.stringMatching(/param\("airport"\) stands outside/),
    });
  });
});

test("a rehearsal draws a flow of its own, and leaves nothing in the notebook that comes after", async () => {
  const kernel = startKernel([]);
  for (const message of rehearsal) kernel.worker.receive(message);
  // What is sent next is taken in a task of its own.
  await new Promise((resolve) => setTimeout(resolve));
  const rehearsed = kernel.messages.flatMap((message) =>
    message.type === "traced" ? message.report : [],
  );
  expect(rehearsed).toMatchObject([
    { graphs: [{ flow: "rehearsal" }], errors: [] },
  ]);
  expect(rehearsed[0]!.graphs[0]!.nodes).toHaveLength(2);

  const program = programOf(
    cell("main", `const step = task(() => 1)\nflow("F", () => step())`, {
      declares: ["step"],
    }),
  );
  kernel.worker.receive({ type: "load", program, hosts: [], libraries: {} });
  const { graphs, errors } = await kernel.trace();
  expect(errors).toEqual([]);
  expect(graphs.map(({ flow }) => flow)).toEqual(["F"]);
});
