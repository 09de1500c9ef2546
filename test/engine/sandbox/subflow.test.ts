import { describe, expect, test } from "vitest";
import type { Graph } from "../../../src/core/graph.ts";
import { cell, edgesInto, nodeOf, startKernel } from "./kernelWorld.ts";

const tasks = cell(
  "tasks",
  `const value = task(() => 1)
   const use = task(x => x)
   const join = task((a, b) => [a, b], { concurrency: { api: 3 } })`,
  { declares: ["value", "use", "join"] },
);

/** The graphs of the flows in cells whose texts are given; the flow that is traced comes last and is called F. */
const traceAll = (flows: Readonly<Record<string, string>>, body: string) => {
  const names = Object.keys(flows);
  return startKernel([
    tasks,
    ...names.map((name, index) =>
      cell(name, `const ${name} = ${flows[name]!}`, {
        declares: [name],
        inputs: ["value", "use", "join", ...names.slice(0, index)],
      }),
    ),
    cell("main", `flow("F", () => {\n${body}\n})`, {
      inputs: ["value", "use", "join", ...names],
    }),
  ]).trace();
};
const trace = async (
  flows: Readonly<Record<string, string>>,
  body: string,
): Promise<Graph> => {
  const { graphs, errors } = await traceAll(flows, body);
  const error = errors.find(({ flow }) => flow === "F");
  if (error) throw new Error(error.error.message);
  return graphs.find(({ flow }) => flow === "F")!;
};
const fails = async (flows: Readonly<Record<string, string>>, body: string) => {
  const { errors } = await traceAll(flows, body);
  return errors.find(({ flow }) => flow === "F")!.error;
};

const near = `flow("Near", ({ airport, radius }) => {
  const live = use(airport)
  return { rows: join(live, radius), extra: use(param("extra", 7)) }
}, { parameters: { airport: { type: "string" }, radius: { type: "number", default: 100, max: 500 } } })`;

describe("a flow called in a flow body", () => {
  test("becomes part of the graph, and one node stands for it", async () => {
    const graph = await trace(
      { near },
      `const r = near({ airport: value().code, radius: 5 }); return use(r.rows)`,
    );
    expect(graph.nodes.map(({ id }) => id)).toEqual([
      "value-1",
      "Near-1/use-1",
      "Near-1/join-1",
      "Near-1/use-2",
      "Near-1",
      "use-1",
    ]);
    expect(nodeOf(graph, "Near-1/use-1")).toMatchObject({
      task: "use",
      within: ["Near-1"],
      args: [
        {
          type: "parameter",
          of: { type: "ref", node: "value-1", path: ["code"] },
          parameter: { name: "airport", required: true },
          path: [],
        },
      ],
    });
    expect(nodeOf(graph, "Near-1/join-1").args).toEqual([
      { type: "ref", node: "Near-1/use-1", path: [] },
      { type: "value", value: 5 },
    ]);
    expect(nodeOf(graph, "Near-1/use-2").args).toEqual([
      { type: "value", value: 7 },
    ]);
    expect(nodeOf(graph, "Near-1")).toMatchObject({
      task: "Near",
      name: "Near",
      within: [],
      args: [{ type: "object" }],
      operator: {
        type: "flow",
        flow: "Near",
        reference: [
          { node: "Near-1/join-1", each: 0 },
          { node: "Near-1/use-2", each: 0 },
        ],
        parameters: {
          type: "object",
          entries: [
            ["airport", nodeOf(graph, "Near-1/use-1").args[0]],
            ["radius", { type: "value", value: 5 }],
            ["extra", { type: "value", value: 7 }],
          ],
        },
      },
      waitFor: [
        { node: "Near-1/join-1", each: 0 },
        { node: "Near-1/use-2", each: 0 },
      ],
    });
    expect(nodeOf(graph, "use-1").args).toEqual([
      { type: "ref", node: "Near-1", path: ["rows"] },
    ]);
    expect(graph.settings.limits).toEqual([{ of: "tag api", atOnce: 3 }]);
    expect(graph.nodes.some(({ kind }) => kind === "parameter")).toBe(false);
  });

  test("starts nothing before what it is given is there", async () => {
    const graph = await trace({ near }, `near({ airport: value().code })`);
    // The one uses the parameter, the other nothing that is made in the sub-flow.
    expect(nodeOf(graph, "Near-1/use-1").waitFor).toEqual([
      { node: "value-1", each: 0 },
    ]);
    expect(nodeOf(graph, "Near-1/use-2").waitFor).toEqual([
      { node: "value-1", each: 0 },
    ]);
    expect(nodeOf(graph, "Near-1/join-1").waitFor).toEqual([]);
    expect(edgesInto(graph, "Near-1/use-1")).toEqual(["value-1 (x)"]);
    expect(edgesInto(graph, "Near-1/use-2")).toEqual(["value-1"]);
  });

  test("takes a ref of all its parameters, and parameters of the flow around", async () => {
    const graph = await trace(
      { near },
      `near(value().given); near({ airport: param("from", "IAD") })`,
    );
    expect(nodeOf(graph, "Near-1/use-1").args).toMatchObject([
      {
        type: "parameter",
        of: { node: "value-1", path: ["given", "airport"] },
      },
    ]);
    expect(nodeOf(graph, "Near-2/use-1")).toMatchObject({
      args: [{ type: "parameter", of: { type: "ref", node: "from" } }],
      waitFor: [],
    });
  });

  test("takes constants, which are followed at once", async () => {
    const graph = await trace(
      {
        far: `flow("Far", ({ config }) => [use(config.deep[0]), use.map(config.list)], { parameters: { config: { type: "json" } } })`,
      },
      `far({ config: { deep: [{ a: 1 }], list: [1, 2] } })`,
    );
    expect(nodeOf(graph, "Far-1/use-1").args).toEqual([
      { type: "value", value: { a: 1 } },
    ]);
    expect(nodeOf(graph, "Far-1/use-2").over).toEqual([
      [{ input: "x", of: { type: "value", value: [1, 2] } }],
    ]);
  });

  test("may call flows itself, and its settings count", async () => {
    const graph = await trace(
      {
        inner: `flow("Inner", () => { const a = value(); use(a); return a }, { timeout: "5s", referenceTasks: [value], concurrency: { api: 2, db: "5/s" } })`,
        outer: `flow("Outer", () => use(inner()))`,
      },
      `use(outer())`,
    );
    expect(graph.nodes.map(({ id }) => id)).toEqual([
      "Outer-1/Inner-1/value-1",
      "Outer-1/Inner-1/use-1",
      "Outer-1/Inner-1",
      "Outer-1/use-1",
      "Outer-1",
      "use-1",
    ]);
    expect(nodeOf(graph, "Outer-1/Inner-1/use-1").within).toEqual([
      "Outer-1",
      "Outer-1/Inner-1",
    ]);
    expect(nodeOf(graph, "Outer-1/Inner-1")).toMatchObject({
      within: ["Outer-1"],
      options: { timeout: 5000 },
      operator: { reference: [{ node: "Outer-1/Inner-1/value-1" }] },
      waitFor: [{ node: "Outer-1/Inner-1/use-1", each: 0 }],
    });
    expect(graph.settings).toMatchObject({
      timeout: undefined,
      limits: [
        { of: "tag api", atOnce: 2 },
        { of: "tag db", starts: 5, per: 1000 },
      ],
    });
  });

  test("in a branch, its first tasks wait for the branch", async () => {
    const graph = await trace(
      { near },
      `const v = value(); when(v, () => near({ airport: "IAD" })); when(v, () => near({ airport: use("a") }))`,
    );
    expect(nodeOf(graph, "Near-1/use-1").waitFor).toEqual([
      { node: "case-1", each: 0 },
    ]);
    expect(nodeOf(graph, "Near-1/join-1").waitFor).toEqual([]);
    expect(nodeOf(graph, "Near-2/use-2").waitFor).toEqual([
      { node: "use-1", each: 0 },
    ]);
    expect(nodeOf(graph, "merge-1").args).toMatchObject([{ node: "Near-1" }]);
  });

  test("has branches, resources and empty bodies of its own", async () => {
    const graph = await trace(
      {
        many: `flow("Many", ({ v }) => when(v, () => use(1)), { parameters: { v: true } })`,
        none: `flow("None", () => 5)`,
      },
      `many({ v: value().ok }); none(); return when(value(), () => none())`,
    );
    expect(nodeOf(graph, "Many-1/case-1").waitFor).toEqual([
      { node: "value-1", each: 0 },
    ]);
    expect(nodeOf(graph, "Many-1/use-1").waitFor).toEqual([
      { node: "Many-1/case-1", each: 0 },
    ]);
    expect(nodeOf(graph, "None-1")).toMatchObject({
      args: [{ type: "value", value: 5 }],
      waitFor: [],
      operator: { reference: [] },
    });
    expect(nodeOf(graph, "None-2").waitFor).toEqual([
      { node: "case-1", each: 0 },
    ]);
  });

  test.each([
    [
      `near({ airport: "IAD", radius: 900 })`,
      'The flow "Near" is called with something that it does not take. The parameter radius must be',
    ],
    [
      `near()`,
      'The flow "Near" is called with something that it does not take. The parameter airport has no default, so it must be given',
    ],
    [
      `near({ airport: "IAD", port: 1 })`,
      'The flow "Near" has no parameter port. It has airport, radius and extra.',
    ],
    [`near(5)`, "Near takes its parameters as an object, such as"],
    [`near([1])`, "Near takes its parameters as an object"],
    [
      `near({ airport: () => 1 })`,
      "The parameter airport of Near cannot be copied",
    ],
    [
      `near.map()`,
      "Near.map takes a list with the parameters of each run: Near.map([",
    ],
    [`near.map({ airport: "IAD" })`, "The list of Near.map is {"],
    [`near.map(["IAD"])`, "Near.map, element 0 takes its parameters as"],
    [
      `near.map([{ airport: "IAD" }, { airport: 5 }])`,
      "The parameter airport must be text",
    ],
    [
      `near.map([{ airport: "IAD", port: 1 }])`,
      'The flow "Near" has no parameter port.',
    ],
    [
      `near({ airport: "IAD" }).rows.map(use)`,
      ".map(...) cannot be called on the result of Near.rows",
    ],
  ])("%s is refused", async (body, message) => {
    const error = await fails({ near }, body);
    expect(error.message).toContain(message);
    expect(error.place?.cell).toBe("main");
  });

  test("that calls itself is refused with the circle", async () => {
    const flows = {
      one: `flow("One", () => { use(1); two() })`,
      two: `flow("Two", () => one())`,
    };
    // Cells cannot need each other; names that are looked up late can.
    const report = await startKernel([
      tasks,
      cell(
        "main",
        `const one = ${flows.one}; const two = ${flows.two}; flow("F", () => one())`,
        { inputs: ["use"] },
      ),
    ]).trace();
    expect(report.errors.map(({ error }) => error.message)).toEqual([
      expect.stringMatching(/^The flow "One" calls itself: One → Two → One\./),
      expect.stringMatching(/^The flow "Two" calls itself: Two → One → Two\./),
      expect.stringMatching(/^The flow "One" calls itself: One → Two → One\./),
    ]);
  });

  test("keeps its refs to itself", async () => {
    const report = await startKernel([
      tasks,
      cell(
        "main",
        `const kept = {}
         const sub = flow("Sub", () => { kept.inner = use(1); use(kept.outer) })
         flow("F", () => { sub(); use(kept.inner) })
         flow("G", () => { kept.outer = value(); sub() })`,
        { inputs: ["use", "value"] },
      ),
    ]).trace();
    expect(
      report.errors
        .filter(({ flow }) => flow !== "Sub")
        .map(({ error }) => error.message),
    ).toEqual([
      expect.stringMatching(
        /The result of use belongs to the flow "Sub" and cannot be used in the flow "F"/,
      ),
      expect.stringMatching(
        /The result of value belongs to the flow "G" and cannot be used in the flow "Sub"/,
      ),
    ]);
  });

  test("outside a flow body is refused", async () => {
    const kernel = startKernel([
      cell("main", `const f = flow("G", () => 1); const t = task(() => f())`, {
        declares: ["f", "t"],
      }),
    ]);
    expect((await kernel.runFails("t")).message).toMatch(
      /the flow "G" starts with Run, or as a step of another flow/,
    );
  });
});

describe("a mapped flow", () => {
  const list = {
    type: "value",
    value: [{ airport: "IAD" }, { airport: "JFK", radius: 5 }],
  };

  test("is drawn once, with everything in it one level deeper", async () => {
    const graph = await trace(
      { near },
      `const all = near.map([{ airport: "IAD" }, { airport: "JFK", radius: 5 }])
       return use.map(all.length)`,
    );
    const over = [[{ input: "parameters", of: list }]];
    expect(nodeOf(graph, "Near-1/use-1")).toMatchObject({
      mapped: true,
      over,
      waitFor: [],
      args: [
        {
          type: "parameter",
          of: { type: "each", level: 0, of: list, path: ["airport"] },
          parameter: { name: "airport" },
        },
      ],
    });
    expect(nodeOf(graph, "Near-1/join-1").args).toMatchObject([
      { type: "ref", node: "Near-1/use-1", each: 1 },
      { type: "parameter", of: { path: ["radius"] } },
    ]);
    expect(nodeOf(graph, "Near-1")).toMatchObject({
      mapped: true,
      over,
      args: [
        {
          type: "object",
          entries: [
            ["rows", { type: "ref", node: "Near-1/join-1", each: 1 }],
            ["extra", { type: "ref", node: "Near-1/use-2", each: 1 }],
          ],
        },
      ],
      operator: {
        reference: [
          { node: "Near-1/join-1", each: 1 },
          { node: "Near-1/use-2", each: 1 },
        ],
      },
    });
    // Outside, the flow's result is a list.
    expect(nodeOf(graph, "use-1").args).toMatchObject([
      { type: "each", of: { type: "ref", node: "Near-1", path: ["length"] } },
    ]);
  });

  test("goes over a mapped task run by run", async () => {
    const graph = await trace(
      { near },
      `const sets = use.map(value()); return use.map(near.map(sets))`,
    );
    expect(nodeOf(graph, "Near-1/use-1")).toMatchObject({
      over: [[{ input: "parameters", of: { type: "ref", node: "use-1" } }]],
      args: [
        {
          type: "parameter",
          of: { type: "ref", node: "use-1", each: 1, path: ["airport"] },
        },
      ],
      waitFor: [{ node: "use-1", each: 1 }],
    });
    expect(nodeOf(graph, "Near-1/join-1").waitFor).toEqual([]);
    expect(nodeOf(graph, "use-2").args).toEqual([
      { type: "ref", node: "Near-1", path: [], each: 1 },
    ]);
  });

  test("goes over a list of refs, and one that a task returns", async () => {
    const graph = await trace(
      { near },
      `near.map([{ airport: value().a }, value()]); near.map(value().sets)`,
    );
    expect(nodeOf(graph, "Near-1/use-1").waitFor).toEqual([]);
    expect(edgesInto(graph, "Near-1/use-1")).toEqual([
      "value-1 (x)",
      "value-2 (x)",
    ]);
    expect(nodeOf(graph, "Near-2/use-1").over).toEqual([
      [
        {
          input: "parameters",
          of: { type: "ref", node: "value-3", path: ["sets"] },
        },
      ],
    ]);
  });

  test("maps, branches and flows in it go element by element", async () => {
    const graph = await trace(
      {
        inner: `flow("Inner", ({ n }) => use(n), { parameters: { n: 1 } })`,
        sub: `flow("Sub", ({ list, ok }) => {
          const rows = use.map(list)
          const again = use.map(rows)
          const some = when(ok, () => join(rows, again), () => null)
          return [some, inner({ n: some }), inner.map([{ n: 2 }])]
        }, { parameters: { list: { type: "json" }, ok: true } })`,
      },
      `sub.map(value())`,
    );
    const base = [
      { input: "parameters", of: { type: "ref", node: "value-1", path: [] } },
    ];
    const listOf = {
      type: "parameter",
      of: { type: "each", level: 0, of: base[0]!.of, path: ["list"] },
      parameter: { name: "list" },
      path: [],
    };
    expect(nodeOf(graph, "Sub-1/use-1")).toMatchObject({
      over: [base, [{ input: "x", of: listOf }]],
      args: [{ type: "each", level: 1, of: listOf, path: [] }],
    });
    expect(nodeOf(graph, "Sub-1/use-2")).toMatchObject({
      over: [
        base,
        [{ input: "x", of: { type: "ref", node: "Sub-1/use-1", each: 1 } }],
      ],
      args: [{ type: "ref", node: "Sub-1/use-1", each: 2 }],
    });
    expect(nodeOf(graph, "Sub-1/case-1")).toMatchObject({
      over: [base],
      args: [{ type: "parameter", of: { path: ["ok"] } }],
    });
    expect(nodeOf(graph, "Sub-1/join-1")).toMatchObject({
      over: [base],
      args: [
        { node: "Sub-1/use-1", each: 1 },
        { node: "Sub-1/use-2", each: 1 },
      ],
      waitFor: [{ node: "Sub-1/case-1", each: 1 }],
    });
    expect(nodeOf(graph, "Sub-1/merge-1")).toMatchObject({
      over: [base],
      operator: {
        guards: [
          { node: "Sub-1/case-1", each: 1 },
          { node: "Sub-1/case-2", each: 1 },
        ],
      },
    });
    expect(nodeOf(graph, "Sub-1/Inner-1/use-1")).toMatchObject({
      over: [base],
      args: [
        {
          type: "parameter",
          of: { type: "ref", node: "Sub-1/merge-1", each: 1 },
        },
      ],
      waitFor: [{ node: "Sub-1/merge-1", each: 1 }],
      within: ["Sub-1", "Sub-1/Inner-1"],
    });
    expect(nodeOf(graph, "Sub-1/Inner-2/use-1")).toMatchObject({
      over: [
        base,
        [{ input: "parameters", of: { type: "value", value: [{ n: 2 }] } }],
      ],
      args: [{ type: "parameter", of: { type: "each", level: 1 } }],
    });
    expect(nodeOf(graph, "Sub-1").args).toMatchObject([
      {
        type: "list",
        items: [
          { node: "Sub-1/merge-1", each: 1 },
          { node: "Sub-1/Inner-1", each: 1 },
          { node: "Sub-1/Inner-2", each: 1 },
        ],
      },
    ]);
  });
});
