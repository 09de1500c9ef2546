import { describe, expect, test } from "vitest";
import { makeMarkupTag } from "../../../src/engine/sandbox/kernel/markup.ts";
import {
  makeTable,
  toOutput,
} from "../../../src/engine/sandbox/kernel/outputs.ts";
import { compile } from "../../notebook/compile/cells.ts";
import { cell, startKernel } from "./kernelWorld.ts";

const view = (source: string, options?: Parameters<typeof startKernel>[1]) =>
  startKernel([cell("main", source)], options).view("main");

describe("viewing a cell", () => {
  test("shows what it displays, in order, and its last expression", async () => {
    expect(
      await view(
        `display("a"); display([{ x: 1 }], { title: "T" }); $show(1 + 1)`,
      ),
    ).toEqual([
      { type: "text", text: "a" },
      {
        type: "table",
        columns: ["x"],
        rows: [{ x: 1 }],
        total: 1,
        title: "T",
      },
      { type: "json", value: 2 },
    ]);
  });

  test("a display with a key replaces the one before", async () => {
    expect(
      await view(
        `display("a", { key: "k" }); display("b"); display("c", { key: "k" })`,
      ),
    ).toEqual([
      { type: "text", text: "c" },
      { type: "text", text: "b" },
    ]);
  });

  test("the bytes of an image and a Blob of one are shown as an image, in their place", async () => {
    const bytes = new TextEncoder().encode("GIF89a...");
    const gif = `new TextEncoder().encode("GIF89a...")`;
    expect(
      await view(
        `display(new Blob([${gif}]), { title: "Map" }); display("a"); $show(${gif})`,
      ),
    ).toEqual([
      { type: "image", mime: "image/gif", bytes, alt: "Map" },
      { type: "text", text: "a" },
      { type: "image", mime: "image/gif", bytes, alt: "" },
    ]);
  });

  test("what comes after an image that has to be read replaces it by its key", async () => {
    expect(
      await view(
        `display(new Blob(["<svg/>"]), { key: "k" }); display("b", { key: "k" })`,
      ),
    ).toEqual([{ type: "text", text: "b" }]);
  });

  test("other bytes and other Blobs are shown as the values that they are", async () => {
    const outputs = await view(
      `display(new Uint8Array([1, 2])); display(new Blob(["text"]))`,
    );
    expect(outputs.map(({ type }) => type)).toEqual(["json", "json"]);
  });

  test("a canvas that cannot be read fails the cell", async () => {
    const canvas = `{ [Symbol.toStringTag]: "OffscreenCanvas", convertToBlob: async () => { throw new Error("No pixels") } }`;
    await expect(view(`display(${canvas}); display("a")`)).rejects.toThrow(
      "No pixels",
    );
  });

  test("a last expression that is nothing, a task or a flow shows nothing", async () => {
    for (const code of ["undefined", "task(() => 1)", `flow("F", () => {})`])
      expect(await view(`$show(${code})`)).toEqual([]);
  });

  test("a last expression that is not there yet is waited for", async () => {
    expect(
      await view(`$show(readText("a"))`, { files: { a: "text" } }),
    ).toEqual([{ type: "text", text: "text" }]);
  });

  test("context is there in the tasks that it calls, and not at its top", async () => {
    await expect(view("$show(context.attempt)")).rejects.toThrow(
      "there only inside a task, not at the top of a cell",
    );
    expect(
      await view("const t = task(() => context.attempt); $show(await t())"),
    ).toEqual([{ type: "json", value: 1 }]);
  });

  test("is done anew each time, while its inputs stay", async () => {
    const kernel = startKernel([
      cell("a", "ran.push('a'); display('not mine'); const one = 1", {
        declares: ["one"],
      }),
      cell("main", "ran.push('main'); $show(one)", { inputs: ["one"] }),
    ]);
    kernel.scope.ran = [];
    await kernel.view("main");
    expect(await kernel.view("main")).toEqual([{ type: "json", value: 1 }]);
    expect(kernel.scope.ran).toEqual(["a", "main", "main"]);
  });

  test("an SQL cell shows its rows", async () => {
    const rows = [{ a: 1n }, { a: null }];
    const options = { database: () => rows };
    const cells = [cell("busiest", "SELECT 1", { kind: "sql" })];
    expect(await startKernel(cells, options).view("busiest")).toEqual([
      { type: "table", columns: ["a"], rows, total: 2 },
    ]);
    expect(
      await startKernel(cells, { database: () => [] }).view("busiest"),
    ).toEqual([{ type: "table", columns: [], rows: [], total: 0 }]);
  });

  test("an SQL cell binds the values that it takes, from cells and from parameters", async () => {
    const { cells } = compile({
      "near.sql":
        "SELECT * FROM t WHERE a = ${airport} AND b IN (${rows.map((r) => r.b)}) AND c < ${later()}",
      rows: "const rows = [{ b: 1 }, { b: 2 }]; const later = async () => true",
    });
    const kernel = startKernel(cells, { database: () => [{ a: 1 }] });
    const parameters = { airport: "x' OR 1" };
    const { answer } = await kernel.viewJob("near", {}, parameters);
    expect(answer).toMatchObject({ type: "viewed", outputs: [{ total: 1 }] });
    const [call] = kernel.calls;
    expect(call).toMatchObject({
      method: "query",
      parameters: ["x' OR 1", 1, 2, 1],
    });
    expect((call as { sql: string }).sql.replace(/\s+/g, " ").trim()).toBe(
      "SELECT * FROM t WHERE a = ? AND b IN (?, ? ) AND c < ?",
    );
  });

  test("an SQL cell that reads others is run with their queries and values, and theirs are not run by themselves", async () => {
    const { cells } = compile({
      "top.sql": "SELECT * FROM late WHERE a = ${airport}",
      "late.sql": "SELECT * FROM busy WHERE delay > ${least}",
      "busy.sql": "SELECT * FROM flight",
      work: "const least = 5",
    });
    const kernel = startKernel(cells, { database: () => [{ a: 1 }] });
    await kernel.viewJob("top", {}, { airport: "IAD" });
    expect(kernel.calls).toHaveLength(1);
    expect(kernel.calls[0]).toMatchObject({
      method: "query",
      sql: expect.stringMatching(/^SELECT \* FROM late WHERE a = \?/) as string,
      parameters: ["IAD"],
      cells: [
        { name: "busy", sql: "SELECT * FROM flight", parameters: [] },
        {
          name: "late",
          sql: expect.stringMatching(/FROM busy WHERE delay > \?/) as string,
          parameters: [5],
        },
      ],
    });
  });

  test("a value that a cell which is read cannot give is told as that cell's", async () => {
    const { cells } = compile({
      "top.sql": "SELECT * FROM late",
      "late.sql": "SELECT ${limit.of.what}",
      work: "const limit = {}",
    });
    const kernel = startKernel(cells, { database: () => [] });
    expect(await kernel.viewFails("top")).toMatchObject({
      message: expect.stringContaining(
        "The cell top needs cell late, which failed: Cannot read",
      ) as string,
      place: { cell: "late" },
    });
  });

  test("an SQL cell says which value there is not", async () => {
    const { cells } = compile({ "near.sql": "SELECT ${airprt}" });
    const kernel = startKernel(cells, { database: () => [] });
    expect(await kernel.viewFails("near")).toMatchObject({
      code: "unknown-name",
      message: expect.stringContaining("`airprt`") as string,
    });
  });

  test("reads the last run of a flow, or says to run it first", async () => {
    const kernel = startKernel([
      cell("etl", `const etl = flow("ETL", () => {})`, { declares: ["etl"] }),
      cell("main", "display(etl.state); $show(etl.result.seen)", {
        inputs: ["etl"],
      }),
    ]);
    expect(await kernel.viewFails("main")).toMatchObject({
      name: "NotRunYet",
      message: expect.stringMatching(/^Run ETL first/),
      place: { cell: "main" },
    });
    const { answer } = await kernel.viewJob("main", {
      ETL: { state: "Success", result: { seen: 5 } },
    });
    expect(answer).toMatchObject({
      outputs: [
        { type: "text", text: "Success" },
        { type: "json", value: 5 },
      ],
    });
  });

  test("says to run the flow first also where another cell reads its result", async () => {
    const kernel = startKernel([
      cell("etl", `const etl = flow("ETL", () => {})`, { declares: ["etl"] }),
      cell("last", "const last = etl.result", {
        inputs: ["etl"],
        declares: ["last"],
      }),
      cell("main", "$show(last)", { inputs: ["last"] }),
    ]);
    expect(await kernel.viewFails("main")).toMatchObject({
      name: "NotRunYet",
      message: expect.stringMatching(/^Run ETL first/) as string,
    });
  });

  test("fails with its own error, or names the cell it needs", async () => {
    const kernel = startKernel([
      cell("bad", "const x = null.y", { declares: ["x"] }),
      cell("main", "$show(x)", { inputs: ["x"] }),
    ]);
    expect(await kernel.viewFails("bad")).toMatchObject({ name: "TypeError" });
    expect(await kernel.viewFails("main")).toMatchObject({
      code: "cell-failed",
      message: expect.stringMatching(
        /^The cell main needs cell bad, which failed: /,
      ),
    });
    expect(await kernel.viewFails("gone")).toMatchObject({
      code: "unknown-cell",
    });
  });

  test("what is not there yet cannot be displayed", async () => {
    expect(
      (
        await startKernel([cell("main", "display(readText('a'))")]).viewFails(
          "main",
        )
      ).message,
    ).toMatch(/Await it first: display\(await \.\.\.\)/);
  });

  test("a library runs once, when a cell first uses it", async () => {
    const kernel = startKernel(
      [
        cell("none", "$show(1)"),
        cell("main", "$show(Plot.plot() + d3.version)"),
      ],
      {
        libraries: {
          Plot: "loaded.push(1); Plot = { plot: () => 'chart' }; d3 = { version: 7 }",
        },
      },
    );
    kernel.scope.loaded = [];
    await kernel.view("none");
    expect(kernel.scope.loaded).toEqual([]);
    expect(await kernel.view("main")).toEqual([
      { type: "text", text: "chart7" },
    ]);
    await kernel.view("main");
    expect(kernel.scope.loaded).toEqual([1]);
  });
});

describe("what a value looks like", () => {
  test("rows are a table of their first 1,000, with all columns and the total", () => {
    const rows = Array.from({ length: 2500 }, (_, id) =>
      id === 1 ? { id, extra: { a: 1 } } : { id },
    );
    const output = toOutput(rows);
    expect(output).toMatchObject({
      type: "table",
      columns: ["id", "extra"],
      total: 2500,
    });
    if (output.type !== "table") return;
    expect(output.rows).toHaveLength(1000);
    expect(output.rows.slice(0, 2)).toEqual([
      { id: 0, extra: null },
      { id: 1, extra: { a: 1 } },
    ]);
  });

  test("anything else is JSON that can be copied and has an end", () => {
    const loop: Record<string, unknown> = { f: () => 1, s: Symbol("x") };
    loop.loop = loop;
    loop.map = new Map<unknown, unknown>([
      ["a", new Set([1])],
      [{ b: 1 }, 2],
    ]);
    loop.date = new Date(0);
    Object.defineProperty(loop, "broken", {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
    const { broken: _, ...rest } = Object.getOwnPropertyDescriptors(loop);
    const readable = Object.defineProperties({}, rest) as { loop: unknown };
    readable.loop = readable;
    const output = toOutput(readable);
    expect(structuredClone(output)).toEqual({
      type: "json",
      value: {
        f: "[function f]",
        s: "Symbol(x)",
        loop: "[circular]",
        map: new Map<unknown, unknown>([
          ["a", [1]],
          [{ b: 1 }, 2],
        ]),
        date: new Date(0),
      },
    });
    expect(toOutput({ in: loop })).toMatchObject({
      value: { in: "[cannot be shown: no]" },
    });
    let deep: unknown = 1;
    for (let i = 0; i < 100; i++) deep = [deep];
    expect(JSON.stringify(toOutput(deep)).length).toBeLessThan(200);
    const long = toOutput(Array.from({ length: 100_000 }, (_, i) => i));
    expect(long).toMatchObject({
      value: expect.arrayContaining(["… 80001 more"]),
    });
  });

  test("a Map has all its entries, whatever their keys look like, and an error within it what it says", () => {
    const entries: [unknown, unknown][] = [
      [1, "number"],
      ["1", "text"],
      [{ k: 1 }, "o1"],
      [{ k: 1 }, "o2"],
      [() => 1, "f1"],
      [() => 2, "f2"],
      ["e", Object.assign(new TypeError("no"), { code: 7 })],
    ];
    expect(structuredClone(toOutput(new Map(entries)))).toEqual({
      type: "json",
      value: new Map<unknown, unknown>([
        ...entries.slice(0, 4),
        ["[function]", "f1"],
        ["[function] (2)", "f2"],
        ["e", { name: "TypeError", message: "no", code: 7 }],
      ]),
    });
    expect(toOutput([{ reason: new TypeError("no") }])).toMatchObject({
      rows: [{ reason: "TypeError: no" }],
    });
  });

  test("a Map is shown at once, however many of its keys look alike", () => {
    const entries = Array.from({ length: 8_000 }, (_, i) => [() => i, i]);
    const began = performance.now();
    const output = toOutput(new Map(entries as [unknown, unknown][]));
    expect(performance.now() - began).toBeLessThan(2_000);
    const { value } = output as { value: Map<unknown, unknown> };
    expect([...value].slice(0, 2)).toEqual([
      ["[function]", 0],
      ["[function] (2)", 1],
    ]);
    expect(value.get("[function] (8000)")).toBe(7_999);
  });

  test("an error is an error, a chart's node is markup", () => {
    expect(toOutput(new TypeError("no"))).toEqual({
      type: "error",
      error: { name: "TypeError", message: "no" },
    });
    expect(
      toOutput({ nodeType: 1, nodeName: "svg", outerHTML: "<svg/>" }),
    ).toEqual({ type: "svg", text: "<svg/>" });
    expect(
      toOutput({ nodeType: 1, nodeName: "DIV", outerHTML: "<div></div>" }),
    ).toEqual({ type: "html", text: "<div></div>" });
  });
});

describe("table", () => {
  const rows = [
    { id: 1, name: "b", n: null },
    { id: 2, name: "a", n: 5 },
    { id: 3, name: "c", n: 4 },
  ];

  test("takes a name for a table of the database", () => {
    expect(makeTable("airline", { title: "T" }).output).toEqual({
      type: "database-table",
      table: "airline",
      title: "T",
    });
  });

  test("chooses, sorts, formats and names columns", () => {
    expect(
      makeTable(rows, {
        columns: ["n", "id"],
        labels: { n: "Number" },
        sort: "-n",
        format: { id: (id: number, row: { name: string }) => row.name + id },
      }).output,
    ).toEqual({
      type: "table",
      columns: ["Number", "id"],
      rows: [
        { Number: 5, id: "a2" },
        { Number: 4, id: "c3" },
        { Number: null, id: "b1" },
      ],
      total: 3,
    });
    expect(makeTable(new Set(rows), { sort: "name" }).output).toMatchObject({
      rows: [{ id: 2 }, { id: 1 }, { id: 3 }],
    });
  });

  test("gives a column a heading only where one is named, whatever its own name", () => {
    expect(
      makeTable([{ constructor: 1, toString: 2, a: 3 }], {
        labels: { a: "A", toString: undefined },
      }).output,
    ).toMatchObject({ columns: ["constructor", "toString", "A"] });
  });

  test("refuses what it cannot show", () => {
    expect(() => makeTable([1])).toThrow(/Row 1 of the table is 1/);
    expect(() => makeTable(5)).toThrow(/table takes rows/);
    expect(() => makeTable(Promise.resolve([]))).toThrow(/Await them first/);
    expect(() => makeTable(rows, { sort: 5 })).toThrow(
      /sort must be the name of a column.*not 5/,
    );
    expect(() => makeTable(rows, { sort: "-nmae" }, "showTable")).toThrow(
      'no column "nmae" that showTable could sort by',
    );
    expect(makeTable([], { sort: "n" }).output).toMatchObject({ rows: [] });
    expect(() => makeTable(rows, { colums: [] })).toThrow(
      /no option "colums".*title, columns, labels, format, sort and height/,
    );
  });
});

describe("markup", () => {
  // Not called html and md, so that the formatter leaves the templates alone.
  const h = makeMarkupTag("html");
  const s = makeMarkupTag("svg");
  const m = makeMarkupTag("markdown");

  test("escapes values, and puts nested markup, charts and lists in as they are", () => {
    const chart = { nodeType: 1, nodeName: "svg", outerHTML: "<svg/>" };
    expect(
      h`<p title="${'"<'}">${null}${false}${0}${["a&", h`<b>${"<"}</b>`]}${chart}${s`<g/>`}</p>`
        .output,
    ).toEqual({
      type: "html",
      text: '<p title="&quot;&lt;">0a&amp;<b>&lt;</b><svg/><g/></p>',
    });
    expect(h`${makeTable([{ a: "<" }])}`.toString()).toBe(
      "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>&lt;</td></tr></tbody></table>",
    );
  });

  test("Markdown's own signs are escaped in values", () => {
    expect(m`# ${"*a* <b>"}\n${[m`- ${1}`, m`- ${"x"}`]}`.output).toEqual({
      type: "markdown",
      text: "# \\*a\\* &lt;b&gt;\n- 1\n- x",
    });
  });
});

test.each(["html", "svg", "md"])(
  "%s that is called with no template is told how it is written",
  async (name) => {
    const kernel = startKernel([cell("main", `display(${name}(5))`)]);
    expect((await kernel.viewFails("main")).message).toMatch(
      /stand before a template: html`<b>\$\{name\}<\/b>`/,
    );
  },
);
