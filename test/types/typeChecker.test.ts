import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseNotebook } from "../../src/notebook/parse.ts";
import type { NotebookSurroundings } from "../../src/types/protocol.ts";
import { nothing, startChecker, toCells } from "./checker.ts";

const checker = startChecker();

/** Cells, with the cursor at the bar in one of them. */
function at(
  sources: Parameters<typeof toCells>[0],
  surroundings: NotebookSurroundings = nothing,
): [cell: string, offset: number] {
  let place: [string, number] | undefined;
  const cells = toCells(sources).map((cell) => {
    const offset = cell.source.indexOf("‸");
    if (offset < 0) return cell;
    place = [cell.id, offset];
    return { ...cell, source: cell.source.replace("‸", "") };
  });
  checker.update(cells, surroundings);
  if (!place) throw new Error("no cell has a cursor");
  return place;
}

function problemsOf(
  sources: Parameters<typeof toCells>[0],
  surroundings: NotebookSurroundings = nothing,
) {
  const cells = toCells(sources);
  checker.update(cells, surroundings);
  return checker.problems().map(({ cell, from, to, message }) => ({
    cell,
    text: cells.find(({ id }) => id === cell)?.source.slice(from, to),
    message,
  }));
}

const extract =
  "interface Row { id: number, name: string }\n/** Reads the rows. */\nconst extract = task(async (airport: string): Promise<Row[]> => [])";

const database: NotebookSurroundings = {
  tables: [
    {
      name: "flights",
      rows: 12,
      columns: [
        { name: "id", type: "INTEGER", notNull: true, key: true },
        { name: "airline", type: "TEXT", notNull: false, key: false },
      ],
    },
  ],
  attachments: ["airlines.dat"],
  results: {
    busiest: {
      columns: ["airline", "count(*)"],
      rows: [{ airline: "LH", "count(*)": 3 }],
    },
  },
};
const busiest: ["sql", string] = [
  "sql",
  "SELECT airline, count(*) FROM flights GROUP BY 1",
];

describe("hover", () => {
  test("shows the type and the comment of a name that a later cell defines", () => {
    const found = checker.hover(
      ...at({ main: 'flow("F", () => ex‸tract("IAD"))', extract }),
    );
    expect(found?.signature).toBe(
      "extract(airport: Input<string>): Ref<Row[]>",
    );
    expect(found?.doc).toBe("Reads the rows.");
    expect(found).toMatchObject({ from: 16, to: 23 });
  });
  test("shows what a ref is a ref of", () => {
    const found = checker.hover(
      ...at({
        extract,
        main: 'flow("F", () => { const ro‸ws = extract("IAD") })',
      }),
    );
    expect(found?.signature).toBe("const rows: Ref<Row[]>");
  });
  test("shows what a name of the language means", () => {
    const found = checker.hover(...at({ main: "ta‸sk(() => 1)" }));
    expect(found?.signature).toContain("task");
    expect(found?.doc).toContain(
      "Defines a task: a function plus how to run it.",
    );
  });
  test("shows the rows of a SQL cell, typed from tables and from what came out", () => {
    const found = checker.hover(
      ...at({ busiest, main: "const first = busi‸est[0]" }, database),
    );
    expect(found?.signature).toContain(
      'airline: string | null;\n    "count(*)": number;',
    );
  });
  test("is silent where there is no name", () => {
    expect(checker.hover(...at({ main: "1 ‸ + 2" }))).toBeUndefined();
  });
});

describe("completion", () => {
  function namesAt(
    sources: Parameters<typeof toCells>[0],
    surroundings?: NotebookSurroundings,
  ): string[] {
    const found = checker.complete(...at(sources, surroundings));
    return found?.suggestions.map(({ name }) => name) ?? [];
  }
  test("offers names of all other cells, those of SQL cells too", () => {
    const found = checker.complete(
      ...at({ extract, busiest, main: "ex‸" }, database),
    );
    const near = (found?.suggestions ?? []).filter(
      ({ origin }) => origin === "cell",
    );
    expect(near.map(({ name }) => name).sort()).toEqual(["busiest", "extract"]);
    expect(found).toMatchObject({ from: 0, to: 2 });
  });
  test("is there as soon however long a word before it is", () => {
    const picture = `const picture = "${"A".repeat(400_000)}";`;
    const before = performance.now();
    expect(namesAt({ main: `${picture}\npict‸` })).toContain("picture");
    expect(performance.now() - before).toBeLessThan(5_000);
  });
  test("offers types of other cells where a type is wanted", () => {
    expect(namesAt({ extract, main: "let row: R‸" })).toContain("Row");
  });
  test("offers the fields of the rows behind a ref", () => {
    expect(
      namesAt({ extract, main: 'flow("F", () => { extract("IAD")[0].‸ })' }),
    ).toEqual(expect.arrayContaining(["id", "name"]));
  });
  test("offers the options of a task", () => {
    expect(namesAt({ main: "task(() => 1, { re‸ })" })).toEqual(
      expect.arrayContaining(["retries", "retryDelay"]),
    );
  });
  test("offers the columns of a SQL cell", () => {
    expect(
      namesAt({ busiest, main: "busiest.map((row) => row.‸)" }, database),
    ).toContain("airline");
  });
  test("offers the tables where one is wanted", () => {
    expect(namesAt({ main: 'load("‸", [{ id: 1 }])' }, database)).toContain(
      "flights",
    );
  });
  test("does not offer what is internal", () => {
    expect(namesAt({ main: "F‸" })).not.toContain("Flowbook");
  });
  test("works in a text that is not finished", () => {
    expect(
      namesAt({ extract, main: 'flow("F", () => {\n  const rows = extr‸' }),
    ).toContain("extract");
  });
  test("describes what it offers", () => {
    const place = at({ extract, main: "extr‸" });
    checker.complete(...place);
    expect(checker.describeSuggestion(...place, "extract")).toEqual({
      signature: "const extract: Task<[airport: string], Row[]>",
      doc: "Reads the rows.",
    });
  });
});

describe("help with calls", () => {
  test("shows the parameters of a task of another cell, and where the cursor is", () => {
    const help = checker.callHelp(
      ...at({
        tasks: "const near = task((airport: string, radius = 200) => 1)",
        main: 'flow("F", () => near("IAD", ‸))',
      }),
    );
    expect(help?.forms[help.form]?.parameters.map(({ text }) => text)).toEqual([
      "airport: Input<string>",
      "radius?: Input<number | undefined>",
    ]);
    expect(help).toMatchObject({ parameter: 1, from: 21 });
  });
});

describe("problems", () => {
  test("are none where the types are right, whatever the order of the cells", () => {
    expect(
      problemsOf({ main: 'flow("F", () => extract("IAD"))', extract }),
    ).toEqual([]);
  });
  test("say which of the texts that are wanted was meant", () => {
    expect(
      problemsOf({ main: 'load("rows", [{ a: 1 }], { mode: "replce" })' }),
    ).toMatchObject([
      {
        message: expect.stringMatching(
          /^This is "replce", but .* is wanted here\. Did you mean “replace”\?$/,
        ) as string,
      },
    ]);
  });
  test("name the place and both types in plain words", () => {
    expect(
      problemsOf({ extract, main: 'flow("F", () => extract(7))' }),
    ).toEqual([
      {
        cell: "main",
        text: "7",
        message: "This is number, but string is wanted here.",
      },
    ]);
  });
  test("say of lists of one or the other what is wanted, without Input", () => {
    const [problem] = problemsOf({
      main: 'flow("F", () => total(7))\nconst total = task((rows: (number | string)[]) => rows.length)',
    });
    expect(problem?.message).toMatch(
      /^This is number, but (?!.*Input<).*\(string \| number\)\[\].* is wanted here\.$/,
    );
  });
  test.each([
    ["const limits = { least: 1 }\nlimits.leest", "leest", "least"],
    [
      'type Mode = "append" | "replace"\nconst modes: Mode[] = ["replce"]',
      '"replce"',
      '"replace"',
    ],
    ["const limits = { least: 1 }\nlimits.most", "most", undefined],
  ])("come with what was meant: %s", (main, text, instead) => {
    checker.update(toCells({ main }), nothing);
    const [problem] = checker.problems();
    expect(main.slice(problem?.from, problem?.to)).toBe(text);
    expect(problem?.instead).toBe(instead);
  });
  const flow = (body: string) => `flow("F", () => { ${body} })`;
  test.each([
    [
      flow('param("p", { type: "number", default: "5" })'),
      "The default of this parameter is string, but its type is number. Write a default of that type.",
    ],
    [
      flow('param("p", { type: "string", default: 5 })'),
      "The default of this parameter is number, but its type is string. Write a default of that type.",
    ],
    [
      'flow("F", ({ p }) => p, { parameters: { p: { type: "number", default: "5" } } })',
      "The default of this parameter is string, but its type is number. Write a default of that type.",
    ],
    [
      flow('param("p", { type: "datetime", default: 5 })'),
      "The default of this parameter is number, but its type is datetime. Write a default of that type.",
    ],
    ...(
      [
        [
          '{ type: "datetime", default: new Date(), min: 5 }',
          "min is a number here, and must be a Date.",
        ],
        [
          '{ type: "number", default: null, min: "x" }',
          "min is text here, and must be a number.",
        ],
        [
          '{ type: "number", default: 5, min: "x" }',
          "min is text here, and must be a number.",
        ],
        [
          '{ type: "string", default: null, max: true }',
          "max is true or false here, and must be a number.",
        ],
        [
          '{ type: "boolean", default: null, label: 5 }',
          "label is a number here, and must be text.",
        ],
        [
          '{ type: "date", default: "2026-01-01", min: new Date() }',
          'min is Date here, and must be a day as text, such as "2026-05-31".',
        ],
        [
          '{ type: "string", default: null, options: 5 }',
          "options is a number here, and must be a list of texts or numbers.",
        ],
        [
          "{ options: [1, 2, 3], default: 1, label: 7 }",
          "label is a number here, and must be text.",
        ],
        [
          '{ options: ["a | b"], default: true }',
          "The default of this parameter is true, and must be text or a number.",
        ],
        [
          '{ type: "integer", default: 1 }',
          "There is no parameter of type “integer”. The types are string, number, boolean, date, datetime, json.",
        ],
      ] as const
    ).map(([spec, message]) => [flow(`param("p", ${spec})`), message]),
    [
      flow("num.with({ waitFor: [num] })(1)"),
      "This is a task, but a ref is wanted here. Call the task, and give what the call returns.",
    ],
    [
      flow("const [a, b] = rows()"),
      "This list is not there yet while the flow is drawn, nor how long it will be: it cannot be unpacked or gone through. Take an element of it as in list[0], or map a task over it.",
    ],
    [
      flow("const [a] = rows()[0]"),
      "This is Ref<{ a: number; }>, which is no list: it cannot be unpacked as one or gone through.",
    ],
    [
      flow("one.map(rows()[0])"),
      "This is Ref<{ a: number; }>, but a map goes over a list, here of { a: number; }. What is the same in each run is written as unmapped(...).",
    ],
    [flow('num.map(["a"])'), "This is string, but number is wanted here."],
    [
      "const r = resource(() => 1)",
      "This takes 2-3 arguments, but is given 1.",
    ],
    [flow("merge()"), "This takes at least 1 argument, but is given 0."],
    [
      "const total = () => total()",
      "The type of “total” goes in a circle, since “total” is made of itself. Say what it is, as in total: number.",
    ],
    [
      "undefinedName",
      "There is no “undefinedName”: no cell defines it, and it is no name of the language.",
    ],
    [
      "plt.plot([1])",
      "`plt` is of a package of Python. Charts are made with Plot.",
    ],
    [
      "alert(1)",
      "`alert` belongs to web pages, and cells run in a worker that has none. To say something, use `log(...)`, or `notifyBrowser(...)` in a task or flow.",
    ],
    [
      'const u = task(() => new URL("https://a.example"))',
      "A result is copied to the tasks that use it; a URL cannot be. Return its text: url.href.",
    ],
  ])("say of %s what to do, and nothing else", (main, message) => {
    const tasks =
      "const rows = task(() => [{ a: 1 }])\nconst one = task((row: { a: number }) => row)\nconst num = task((n: number) => n)";
    const said = problemsOf({ tasks, main })
      .filter(({ cell }) => cell === "main")
      .map((problem) => problem.message);
    expect(said.filter((one) => !one.startsWith("No flow calls"))).toEqual([
      message,
    ]);
  });
  test("say that types go in a circle, also from cell to cell", () => {
    checker.update(
      toCells({ a: "const x = y + 1", b: "const y = x + 1" }),
      nothing,
    );
    expect(
      checker.problems().map(({ cell, code }) => ({ cell, code })),
    ).toEqual([
      { cell: "a", code: "cell-cycle" },
      { cell: "b", code: "cell-cycle" },
    ]);
  });
  test("stand where the user wrote, also behind what is imported", () => {
    const [problem] = problemsOf({
      extract,
      main: 'const a = extract\nconst b: string = a("IAD")\n',
    });
    expect(problem).toMatchObject({ cell: "main", text: "b" });
  });
  test("appear in another cell when a task changes", () => {
    const main = 'flow("F", () => extract("IAD"))';
    expect(problemsOf({ extract, main })).toEqual([]);
    expect(
      problemsOf({
        extract: "const extract = task((count: number) => count)",
        main,
      }).map(({ cell, text }) => ({ cell, text })),
    ).toEqual([{ cell: "main", text: '"IAD"' }]);
  });
  test("say what to do instead where the language has advice", () => {
    const [problem] = problemsOf({
      extract,
      main: 'flow("F", () => { extract("IAD").map((row) => row) })',
    });
    expect(problem?.message).toMatch(/^Map a task over the list/);
  });
  test("are not told of a text that cannot be read yet", () => {
    expect(problemsOf({ main: "const a: string = 1\nconst b = (" })).toEqual(
      [],
    );
  });
  test("are not told of JavaScript", () => {
    expect(
      problemsOf({ main: ["js", "const f = (x) => x.y; f(1).z"] }),
    ).toEqual([]);
  });
  test("a cell may use a name of the language for something of its own", () => {
    expect(
      problemsOf({ a: "const table = 1", b: "const x: number = table" }),
    ).toEqual([]);
  });
  test("are none where a cell uses what another one imports of a package", () => {
    expect(
      problemsOf({
        a: 'import d, { sum as total } from "npm:d3-array@3.2.4"\nimport * as all from "npm:x@1.0.0"\ntotal(all)',
        b: "const x = total([1]) + d(all.y)",
      }),
    ).toEqual([]);
  });
  test("are none where a cell uses a `var` of a loop or a block", () => {
    expect(
      problemsOf({
        a: "for (var i = 0; i < 3; i++) { var last = i }\ntry { if (i) { var seen = true } } finally {}\nlabel: switch (i) { case 1: var { one } = { one: 1 } }",
        b: "const x: (number | boolean | undefined)[] = [i, last, seen, one]",
      }),
    ).toEqual([]);
  });
  test("follow what came out where a query gives the name of a column to something else", () => {
    const named = (row: Record<string, unknown>): NotebookSurroundings => ({
      ...database,
      results: { lengths: { columns: ["airline"], rows: [row] } },
    });
    const cells = (query: string) => ({
      lengths: ["sql", query] as ["sql", string],
      main: "const x: number | null | undefined = lengths[0]?.airline",
    });
    expect(
      problemsOf(
        cells("SELECT length(airline) AS airline FROM flights"),
        named({ airline: 3 }),
      ),
    ).toEqual([]);
    expect(
      problemsOf(
        cells("SELECT airline FROM flights"),
        named({ airline: null }),
      ).map(({ text }) => text),
    ).toEqual(["x"]);
  });
  test("a name that a column has not is told", () => {
    expect(
      problemsOf({ busiest, main: "busiest[0]?.airlines" }, database)[0]
        ?.message,
    ).toMatch(/has no “airlines”. Did you mean “airline”\?$/);
  });
  test.each(
    readdirSync("public/examples").filter((file) => file.endsWith(".flow.md")),
  )("%s has none", (file) => {
    const { notebook } = parseNotebook(
      readFileSync(`public/examples/${file}`, "utf8"),
    );
    checker.update(notebook.cells, nothing);
    expect(checker.problems()).toEqual([]);
  });
});

describe("going to a definition", () => {
  test("leads to the other cell", () => {
    const found = checker.definition(
      ...at({ extract, main: 'flow("F", () => ext‸ract("IAD"))' }),
    );
    expect(found?.cell).toBe("extract");
    expect(extract.slice(found?.from, found?.to)).toBe("extract");
  });
  test("leads to a SQL cell", () => {
    expect(checker.definition(...at({ busiest, main: "busi‸est" }))).toEqual({
      cell: "busiest",
      from: 0,
      to: 0,
    });
  });
  test("leads nowhere for a name of the language", () => {
    expect(
      checker.definition(...at({ main: "ta‸sk(() => 1)" })),
    ).toBeUndefined();
  });
});

describe("renaming", () => {
  test("finds a name in every cell, from wherever it is asked", () => {
    const sources = {
      a: 'flow("F", () => one())',
      b: "const one = task(() => 1)",
      c: 'flow("G", () => on‸e())',
    };
    const found = checker.renaming(...at(sources));
    expect(found?.name).toBe("one");
    expect(
      found?.spans.map(({ cell, from }) => `${cell} ${from}`).sort(),
    ).toEqual(["a 16", "b 6", "c 16"]);
  });
  test("covers the name of a SQL cell", () => {
    const found = checker.renaming(...at({ busiest, main: "busi‸est.length" }));
    expect(found).toMatchObject({ name: "busiest", sqlCell: "busiest" });
    expect(found?.spans).toMatchObject([{ cell: "main", from: 0, to: 7 }]);
  });
  test("finds a name in the values that queries take, and is asked for there too", () => {
    const query =
      "SELECT '${least}' FROM t -- ${least}\nWHERE n > ${least + 1}";
    const found = checker.renaming(
      ...at({
        a: "const least = 1",
        b: ["sql", query.replace("least + 1", "lea‸st + 1")],
        c: "least * 2",
      }),
    );
    expect(found).toMatchObject({ name: "least", sqlCell: undefined });
    expect(
      found?.spans.map(({ cell, from }) => `${cell} ${from}`).sort(),
    ).toEqual(["a 6", `b ${query.lastIndexOf("least")}`, "c 0"]);
  });
  test("means a SQL cell itself elsewhere in its text", () => {
    const found = checker.renaming(
      ...at({
        busiest: ["sql", "SEL‸ECT ${1}"],
        other: ["sql", "SELECT ${busiest[0].n}"],
        main: "busiest.length",
      }),
    );
    expect(found).toMatchObject({ name: "busiest", sqlCell: "busiest" });
    expect(found?.spans.map(({ cell }) => cell).sort()).toEqual([
      "main",
      "other",
    ]);
  });
  test("writes out what was left unsaid in an object", () => {
    const sources = { a: "const one = 1", b: "const all = { on‸e }" };
    expect(
      checker
        .renaming(...at(sources))
        ?.spans.map(({ cell, before }) => [cell, before]),
    ).toEqual(expect.arrayContaining([["b", "one: "]]));
  });
  /** The cells with a name renamed to `fresh`, where the cursor is. */
  function renamed(sources: Parameters<typeof toCells>[0]): string[] {
    const { spans = [] } = checker.renaming(...at(sources)) ?? {};
    return toCells(sources).map(({ id, source }) =>
      spans
        .filter(({ cell }) => cell === id)
        .sort((a, b) => b.from - a.from)
        .reduce(
          (text, { from, to, before, after }) =>
            `${text.slice(0, from)}${before}fresh${after}${text.slice(to)}`,
          source.replace("‸", ""),
        ),
    );
  }
  test.each([
    [
      "a variable that is taken out of an object",
      ["const { x‸, y } = { x: 1, y: 2 }", "x + y"],
      ["const { x: fresh, y } = { x: 1, y: 2 }", "fresh + y"],
    ],
    [
      "such a parameter",
      ["const f = ({ x‸ }: { x: number }) => x", "f({ x: 1 })"],
      ["const f = ({ x: fresh }: { x: number }) => fresh", "f({ x: 1 })"],
    ],
    [
      "a parameter of a flow",
      [
        'flow("F", ({ size‸ }) => one(size), { parameters: { size: 1 } })',
        "const one = task((n: number) => n)",
      ],
      [
        'flow("F", ({ size: fresh }) => one(fresh), { parameters: { size: 1 } })',
        "const one = task((n: number) => n)",
      ],
    ],
    [
      "a field",
      [
        "interface Row { a‸: number }\nconst row: Row = { a: 1 }",
        'const { a } = row\nconst b = a + row.a + row["a"]\nconst all: Row[] = [{ a }]\ntype A = Row["a"]',
      ],
      [
        "interface Row { fresh: number }\nconst row: Row = { fresh: 1 }",
        'const { fresh: a } = row\nconst b = a + row.fresh + row["fresh"]\nconst all: Row[] = [{ fresh: a }]\ntype A = Row["fresh"]',
      ],
    ],
    [
      "a value that an object takes",
      ["const one = 1\nconst all = { on‸e }", "all.one + one"],
      ["const fresh = 1\nconst all = { one: fresh }", "all.one + fresh"],
    ],
    [
      "what is imported of a package",
      ['import { sum } from "npm:x@1.0.0"\nsum(1)', "su‸m(2)"],
      ['import { sum as fresh } from "npm:x@1.0.0"\nfresh(1)', "fresh(2)"],
    ],
    [
      "the same under another name",
      ['import { sum as total } from "npm:x@1.0.0"\nto‸tal(1)', "total(2)"],
      ['import { sum as fresh } from "npm:x@1.0.0"\nfresh(1)', "fresh(2)"],
    ],
    [
      "a type of a namespace",
      ["namespace N { export type A‸ = number }", "const x: N.A = 1"],
      ["namespace N { export type fresh = number }", "const x: N.fresh = 1"],
    ],
  ])(
    "changes what is meant, and no other: %s",
    (_, [a = "", b = ""], after) => {
      expect(renamed({ a, b })).toEqual(after);
    },
  );
  test("leaves the name alone that a package has for it", () => {
    expect(
      checker.renaming(
        ...at({ a: 'import { su‸m as total } from "npm:x@1.0.0"\ntotal(1)' }),
      ),
    ).toBeUndefined();
  });
  test("leaves names of the language alone", () => {
    expect(checker.renaming(...at({ main: "ta‸sk(() => 1)" }))).toBeUndefined();
  });
});

test("of cells of another notebook that have the places of earlier ones nothing is left", () => {
  checker.update(toCells({ a: "1", b: "2", c: "const old = 3" }), nothing);
  expect(checker.problems()).toEqual([]);
  // Nobody asks anything while this one is open.
  checker.update(toCells({ a: "1" }), nothing);
  const place = at({ a: "const young‸ = 1", b: "2", c: "young + 1" });
  expect(checker.renaming(...place)?.spans).toHaveLength(2);
  expect(checker.problems()).toEqual([]);
});

test.each([
  // A local variable where the name is used.
  ["const o‸ne = 1", "const f = (two) => one + two", ["b 11"]],
  [
    "const o‸ne = 1\nfunction f() { const two = one; { const in2 = one } }",
    "1",
    ["a 35", "a 54"],
  ],
  // What the language gives, where the name would hide it.
  ["const o‸ne = 1; log(one)", "display(1)", ["a 15", "b 0"]],
  // What is further out, where a local name would hide it.
  [
    "const one = 1; const f = (a‸) => a + one + b",
    "const b = 1",
    ["a 36", "a 42"],
  ],
  // The same elsewhere hides nothing.
  ["const o‸ne = 1", "const f = (two) => two; ({ log: one, two: 2 }).log", []],
  ["const f = (a‸) => a; const g = (b) => f(b)", "f(one)", []],
] as const)(
  "a name cannot be renamed to one that is taken: %s, %s",
  (a, b, taken) => {
    const found = checker.renaming(...at({ a, b }))?.taken ?? {};
    expect(
      Object.values(found).map(({ cell, from }) => `${cell} ${from}`),
    ).toEqual(taken);
  },
);

test("formatting touches only the text of the cell", () => {
  const source = "const  a=one( 1 )\nif(a){\ndisplay(a)\n}";
  checker.update(
    toCells({ one: "const one = task((n: number) => n)", main: source }),
    nothing,
  );
  let tidy = source;
  for (const { from, to, insert } of [...checker.format("main")].reverse())
    tidy = tidy.slice(0, from) + insert + tidy.slice(to);
  expect(tidy).toBe("const a = one(1)\nif (a) {\n  display(a)\n}");
});

test.each([
  ["\n \n\n  const a=1\n\n", "const a = 1"],
  ["\n// why\n   const a=1", "// why\nconst a = 1"],
  ["\n`\n x`\n", "`\n x`"],
  ["\n \n", ""],
])("formatting leaves no empty lines around the text: %j", (source, tidy) => {
  checker.update(toCells({ main: source }), nothing);
  let text = source;
  for (const { from, to, insert } of checker
    .format("main")
    .toSorted((a, b) => b.from - a.from))
    text = text.slice(0, from) + insert + text.slice(to);
  expect(text).toBe(tidy);
});

describe("the values of a query", () => {
  const limits = { limits: "const limits = { least: 3, names: ['a'] }" };
  const form = {
    form: 'flow("F", () => { const n = param("fewest", 3); const b = param("day", { type: "date" }); return [n, b] })',
  };
  const query = (source: string): { q: ["sql", string] } => ({
    q: ["sql", source],
  });

  test("are described where they stand", () => {
    const source = "SELECT *\nFROM t WHERE n > ${lim‸its.least}";
    const found = checker.hover(...at({ ...query(source), ...limits }));
    expect(found?.signature).toBe(
      "const limits: {\n    least: number;\n    names: string[];\n}",
    );
    const from = source.indexOf("lim‸its");
    expect(found).toMatchObject({ from, to: from + "limits".length });
  });
  test("are completed, and the query around them is not", () => {
    const names = (source: string): string[] | undefined =>
      checker
        .complete(...at({ ...query(source), ...limits, ...form }))
        ?.suggestions.map(({ name }) => name);
    expect(names("SELECT ${limits.‸}")).toEqual(["least", "names"]);
    const all = names("SELECT ${‸}");
    expect(all).toEqual(expect.arrayContaining(["limits", "fewest", "day"]));
    expect(all?.filter((name) => name.startsWith("ʃ"))).toEqual([]);
    expect(names("SEL‸ECT ${1}")).toBeUndefined();
    expect(names("SELECT ${1}, ‸ ${2}")).toBeUndefined();
    expect(names("SELECT ${1}, ${limits.‸")).toEqual(["least", "names"]);
    expect(names("SELECT ${limits.‸\nFROM t")).toEqual(["least", "names"]);
    expect(names("SELECT ${limits\nFROM ‸t")).toBeUndefined();
  });
  test("show the parameters of their own calls only", () => {
    const help = (source: string) =>
      checker.callHelp(...at(query(source)))?.forms[0]?.before;
    expect(help("SELECT ${Math.abs(‸)}")).toBe("abs(");
    expect(help("SELECT ${‸1}")).toBeUndefined();
    expect(help("SELECT count(‸) FROM t WHERE n = ${1}")).toBeUndefined();
  });
  test("lead to what they take, parameters of flows too", () => {
    const source = "SELECT ${limits.least}, ${few‸est}";
    const cells = { ...query(source), ...limits, ...form };
    const from = form.form.indexOf("fewest");
    expect(checker.definition(...at(cells))).toEqual({
      cell: "form",
      from,
      to: from + "fewest".length,
    });
    const other = { ...cells, ...query("SELECT ${lim‸its.least}") };
    expect(checker.definition(...at(other))).toMatchObject({
      cell: "limits",
      from: 6,
    });
  });
  test("have the types of the parameters of flows", () => {
    const hover = (source: string) =>
      checker.hover(...at({ ...query(source), ...form }));
    const signature = (source: string): string | undefined =>
      hover(source)?.signature;
    expect(hover("SELECT ${few‸est}")?.doc).toBe("A parameter of a flow.");
    expect(signature("SELECT ${few‸est}")).toBe("const fewest: number");
    expect(signature("SELECT ${da‸y}")).toContain("const day: `${number}-");
    const options = {
      form: 'flow("F", ({ top }) => top, { parameters: { top: "x" } })',
    };
    const cells = { ...query("SELECT ${to‸p}"), ...options };
    expect(checker.hover(...at(cells))?.signature).toBe("const top: string");
  });
  test("may be a parameter of several flows, and are then of either type", () => {
    const cells = {
      ...query("SELECT ${fewe‸st}"),
      ...form,
      other: 'flow("G", () => param("fewest", "none"))',
    };
    expect(checker.hover(...at(cells))?.signature).toBe(
      "const fewest: string | number",
    );
  });
  test("are complained of at their place, in plain words", () => {
    const found = problemsOf({
      ...query(
        "SELECT ${limit}, ${limits.leest},\n  ${limits}, ${nowhere}, ${limits.least}, ${fewest.length}",
      ),
      ...limits,
      ...form,
    });
    const cannot =
      "This is { least: number; names: string[]; }, which a query cannot take. Bind a text, a number, a date, a boolean, bytes, null, or a list of them.";
    expect(found).toEqual([
      {
        cell: "q",
        text: "limit",
        message: "There is no “limit”. Did you mean “limits”?",
      },
      {
        cell: "q",
        text: "leest",
        message:
          "{ least: number; names: string[]; } has no “leest”. Did you mean “least”?",
      },
      { cell: "q", text: "limits", message: cannot },
      {
        cell: "q",
        text: "nowhere",
        message:
          "There is no “nowhere”: no cell defines it, and no flow has a parameter of that name.",
      },
      { cell: "q", text: "length", message: "number has no “length”." },
    ]);
  });
  test("may be whatever a query can bind", () => {
    const values = [
      ...["1", "'a'", "true", "null", "undefined", "new Date()", "10n"],
      ...["new Uint8Array(2)", "new ArrayBuffer(2)", "[1, 'a', null]"],
      ...["Promise.resolve(1)", "limits.names", "q2.map((row) => row.n)"],
    ];
    const source = `SELECT ${values.map((value) => `\${${value}}`).join(", ")}`;
    expect(
      problemsOf({
        ...query(source),
        ...limits,
        q2: ["sql", "SELECT n FROM t"],
      }),
    ).toEqual([]);
  });
  test("are read also where nothing stands between them and what is before", () => {
    for (const source of ["${missing}", "SELECT 1+${1}${missing}"])
      expect(problemsOf(query(source))).toMatchObject([
        { cell: "q", text: "missing" },
      ]);
  });
  test("do not give a parameter another name, nor the cell instead of it", () => {
    const cells = { ...query("SELECT ${few‸est}"), ...form };
    expect(checker.renaming(...at(cells))).toBeUndefined();
    const unknown = query("SELECT ${no‸where}");
    expect(checker.renaming(...at(unknown))).toBeUndefined();
  });
});

test.each([
  { a: "interface Row { id: number }", b: "const Row = { id: 1 }" },
  { b: "const Row = { id: 1 }", a: "interface Row { id: number }" },
  {
    a: "type Row = { id: number }",
    b: "const Row: Row = { id: 1 }",
  },
])("a type and a value of one name may be in two cells: %o", (cells) => {
  const c = "const row: Row = Row, id: number = Row.id";
  expect(problemsOf({ ...cells, c })).toEqual([]);
  expect(problemsOf({ c, ...cells })).toEqual([]);
});

test("a type and a value of one name in two cells are renamed together", () => {
  const place = at({
    a: "interface Row { id: number }",
    b: "const R‸ow = { id: 1 }",
    c: "const row: Row = Row",
  });
  expect(
    checker
      .renaming(...place)
      ?.spans.map(({ cell, from }) => `${cell} ${from}`)
      .sort(),
  ).toEqual(["a 10", "b 6", "c 11", "c 17"]);
});
