import { outputMarkup } from "../../../src/notebook/convert/html/outputs.ts";
import { jsonText } from "../../../src/notebook/convert/ipynb/outputs.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { FlowError } from "../../../src/core/errors.ts";
import type { Output } from "../../../src/engine/protocol.ts";
import type { Ipynb } from "../../../src/notebook/convert/ipynb/format.ts";
import { printIpynb } from "../../../src/notebook/convert/ipynb/print.ts";
import { readIpynb } from "../../../src/notebook/convert/ipynb/read.ts";
import { printNotebook } from "../../../src/notebook/print.ts";
import { anyNotebook } from "../arbitrary.ts";
import { awkwardFiles, expectSame, notebookOf } from "./awkward.ts";
import { misfitsOf } from "./nbformat.ts";

test.each(awkwardFiles)(
  "$name comes back from a .ipynb file as it was",
  ({ text }) => {
    const notebook = notebookOf(text);
    const { notebook: found, messages } = readIpynb(printIpynb(notebook));
    expectSame(found, notebook);
    expect(printNotebook(found)).toBe(printNotebook(notebook));
    expect(messages).toEqual([]);
  },
);

test("any notebook comes back from a .ipynb file as it was", () => {
  fc.assert(
    fc.property(anyNotebook, (any) => {
      const notebook = notebookOf(printNotebook(any));
      expectSame(readIpynb(printIpynb(notebook)).notebook, notebook);
    }),
    { numRuns: 500 },
  );
});

test("the file is one that Jupyter opens with the Deno kernel", () => {
  for (const { text } of awkwardFiles) {
    const file = JSON.parse(printIpynb(notebookOf(text))) as Ipynb;
    expect(misfitsOf(file)).toEqual([]);
    expect([file.nbformat, file.nbformat_minor]).toEqual([4, 5]);
    expect(file.metadata.kernelspec).toEqual({
      display_name: "Deno",
      language: "typescript",
      name: "deno",
    });
    expect(file.metadata.language_info.name).toBe("typescript");
    const ids = file.cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const cell of file.cells) {
      for (const line of cell.source.slice(0, -1))
        expect(line.endsWith("\n")).toBe(true);
    }
  }
});

test("whatever cells showed, the file is one of Jupyter's format 4.5", () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }));
  const json = fc.oneof(
    fc.anything({
      maxDepth: 2,
      withBigInt: true,
      withDate: true,
      withMap: true,
    }),
    fc.constant(circle),
  );
  const output: fc.Arbitrary<Output> = fc.oneof(
    fc.record({
      type: fc.constantFrom("text", "html", "svg", "markdown"),
      text,
    }),
    fc.record({ type: fc.constant("json"), value: json }),
    fc.record({
      type: fc.constant("table"),
      columns: fc.constant(["a", "b"]),
      rows: fc.array(fc.record({ a: json, b: text })),
      total: fc.nat(),
    }),
    fc.record({ type: fc.constant("database-table"), table: text }),
    fc.record({
      type: fc.constant("file"),
      name: text,
      bytes: fc.uint8Array(),
    }),
    fc.record({ type: fc.constant("notification"), text, body: text }),
    fc.record({
      type: fc.constant("error"),
      error: fc.record(
        { name: text, message: text, stack: text },
        { requiredKeys: ["name", "message"] },
      ),
    }),
  ) as fc.Arbitrary<Output>;
  const notebook = notebookOf("```ts a\n1\n```\n");
  fc.assert(
    fc.property(fc.array(output, { maxLength: 5 }), (outputs) => {
      const file: unknown = JSON.parse(printIpynb(notebook, { a: outputs }));
      expect(misfitsOf(file)).toEqual([]);
    }),
  );
});

test("a file that Jupyter would refuse is told from one that it takes", () => {
  const file = JSON.parse(
    printIpynb(notebookOf("Prose\n\n```ts a\n1\n```\n"), {
      a: [{ type: "text", text: "x" }],
    }),
  ) as { cells: Record<string, unknown>[] };
  expect(misfitsOf(file)).toEqual([]);
  const broken = (change: (copy: typeof file) => void) => {
    const copy = structuredClone(file);
    change(copy);
    return misfitsOf(copy);
  };
  const changes: ((copy: typeof file) => void)[] = [
    ({ cells }) => delete cells[0]!["id"],
    ({ cells }) => (cells[0]!["id"] = "a b"),
    ({ cells }) => (cells[0]!["outputs"] = []),
    ({ cells }) => delete cells[1]!["execution_count"],
    ({ cells }) => (cells[1]!["outputs"] = [{ output_type: "display_data" }]),
    ({ cells }) => (cells[1]!["more"] = 1),
    (copy) => Object.assign(copy, { nbformat_minor: 4 }),
  ];
  for (const change of changes) expect(broken(change)).not.toEqual([]);
});

test("what cells showed is written when it is given, each with a plain text", () => {
  const outputs: Output[] = [
    {
      type: "table",
      columns: ["a", "b"],
      rows: [
        { a: 1, b: "<b>" },
        { a: null, b: "x" },
      ],
      total: 5,
    },
    { type: "markdown", text: "**bold**" },
    { type: "svg", text: "<svg/>" },
    {
      type: "image",
      mime: "image/gif",
      bytes: new TextEncoder().encode("GIF89a"),
      alt: "A map",
    },
    { type: "html", text: "<p>x</p>" },
    { type: "json", value: { n: 1 } },
    { type: "text", text: "one\ntwo" },
    {
      type: "error",
      error: { name: "TypeError", message: "no", stack: "at a" },
    },
    { type: "database-table", table: "planes" },
  ];
  const notebook = notebookOf("```ts a\n1\n```\n\n```ts b\n2\n```\n");
  const file = JSON.parse(printIpynb(notebook, { a: outputs })) as Ipynb;
  const [first, second] = file.cells;
  if (first?.cell_type !== "code" || second?.cell_type !== "code")
    throw new Error("no code");
  expect(second.outputs).toEqual([]);
  expect(
    first.outputs.map((output) =>
      output.output_type === "error"
        ? [output.ename, output.evalue]
        : Object.keys(output.data),
    ),
  ).toEqual([
    ["text/html", "text/plain"],
    ["text/markdown", "text/plain"],
    ["image/svg+xml", "text/plain"],
    ["image/gif", "text/plain"],
    ["text/html", "text/plain"],
    ["application/json", "text/plain"],
    ["text/plain"],
    ["TypeError", "no"],
    ["text/plain"],
  ]);
  const table = first.outputs[0];
  if (table?.output_type !== "display_data") throw new Error("no table");
  const html = (table.data["text/html"] as string[]).join("");
  expect(html).toContain("&#60;b&#62;");
  expect(html).toContain("First 2 of 5 rows");
  expect((table.data["text/plain"] as string[]).join("")).toBe(
    "a     b\n1     <b>\nnull  x\nFirst 2 of 5 rows",
  );
  // The outputs are no part of the notebook.
  expectSame(readIpynb(JSON.stringify(file)).notebook, notebook);
});

function read(
  file: unknown,
  title?: string,
): { cells: string[]; title: string; messages: readonly string[] } {
  const { notebook, messages } = readIpynb(JSON.stringify(file), title);
  return {
    cells: notebook.cells.map(
      ({ kind, name, source }) => `${kind} ${name}|${source}`,
    ),
    title: notebook.title,
    messages,
  };
}

test("a Python notebook becomes prose that shows its code, and says so", () => {
  const code = (source: string | string[], more: object = {}): object => ({
    cell_type: "code",
    execution_count: 3,
    metadata: {},
    outputs: [{ output_type: "stream", name: "stdout", text: ["1\n"] }],
    source,
    ...more,
  });
  const result = read(
    {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {
        kernelspec: {
          name: "python3",
          language: "python",
          display_name: "Python 3",
        },
        language_info: { name: "python" },
      },
      cells: [
        {
          cell_type: "markdown",
          id: "a",
          metadata: {},
          source: ["# Study\n", "Text ![x](attachment:p%201.png)"],
          attachments: { "p 1.png": { "image/png": "iVBO\nRw==" } },
        },
        code(["import pandas as pd\n", "pd.read_csv('x')"]),
        code("s = '''\n```\n'''"),
        code("%%javascript\nalert(1)"),
        code("%%sql sqlite:///x.db\nSELECT 1"),
        code("%%time\nx = 1"),
        code("   "),
        { cell_type: "raw", metadata: {}, source: "as it is" },
      ],
    },
    "study",
  );
  expect(result.cells).toEqual([
    "md |# Study\nText ![x](data:image/png;base64,iVBORw==)",
    "md |```python\nimport pandas as pd\npd.read_csv('x')\n```",
    "md |````python\ns = '''\n```\n'''\n````",
    "js cell1|alert(1)",
    "sql query1|SELECT 1",
    "md |```python\n%%time\nx = 1\n```",
    "md |```\nas it is\n```",
  ]);
  expect(result.title).toBe("Study");
  expect(result.messages).toEqual([
    "3 cells of Python became text: Flowbook runs TypeScript, JavaScript and SQL.",
    "One cell of raw text became text: Flowbook runs TypeScript, JavaScript and SQL.",
    "Cells without a name are called cell1, query1 now.",
    "The outputs of the file were left behind. Run the notebook to have its own.",
  ]);
});

test("a Deno notebook without names gets some, beside those that it has", () => {
  const { cells, title } = read(
    {
      nbformat: 4,
      nbformat_minor: 2,
      metadata: { language_info: { name: "typescript" } },
      cells: [
        {
          cell_type: "code",
          metadata: { name: "cell1" },
          source: "1",
          outputs: [],
          execution_count: null,
        },
        {
          cell_type: "code",
          metadata: {},
          source: ["const a = 1\n", "a"],
          outputs: [],
        },
        {
          cell_type: "code",
          metadata: { name: "cell1" },
          source: "3",
          outputs: [],
        },
        {
          cell_type: "code",
          metadata: {
            name: "not a name",
            vscode: { languageId: "javascript" },
          },
          source: "4",
          outputs: [],
        },
      ],
    },
    "deno things",
  );
  expect(cells).toEqual([
    "ts cell1|1",
    "ts cell2|const a = 1\na",
    "ts cell3|3",
    "js cell4|4",
  ]);
  expect(title).toBe("deno things");
});

test("format 3 is read, headings and all", () => {
  const { cells } = read({
    nbformat: 3,
    metadata: { name: "old" },
    worksheets: [
      {
        cells: [
          { cell_type: "heading", level: 2, source: ["Old"] },
          {
            cell_type: "code",
            language: "python",
            input: ["print(1)"],
            outputs: [],
          },
          {
            cell_type: "code",
            language: "javascript",
            input: "1 + 1",
            outputs: [],
          },
        ],
      },
    ],
  });
  expect(cells).toEqual([
    "md |## Old",
    "md |```python\nprint(1)\n```",
    "js cell1|1 + 1",
  ]);
});

test.each([
  ["{", /not valid JSON.*download it again/],
  ["<<<<<<< HEAD\n{}\n=======\n", /merge conflict/],
  ["[]", /no list of cells/],
  [
    '{"nbformat": 5, "cells": []}',
    /format 5.*Save it from Jupyter as format 4/,
  ],
  ["null", /no list of cells/],
])("what is no notebook is refused with a reason: %j", (text, message) => {
  expect(() => readIpynb(text)).toThrow(message);
});

test("whatever JSON a file holds, it is read or refused, and what comes of it is a notebook", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "code",
      "markdown",
      "raw",
      "heading",
      "typescript",
      "__proto__",
      "```",
      "%%sql",
    ),
  );
  const cell = fc.dictionary(
    fc.constantFrom(
      "cell_type",
      "source",
      "metadata",
      "input",
      "level",
      "attachments",
      "outputs",
      "language",
      "name",
    ),
    fc.oneof(
      word,
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom("name", "flowbook", "vscode"),
        fc.oneof(
          word,
          fc.constantFrom(
            { kind: "sql" },
            { kind: "__proto__" },
            { kind: "ts", flags: 3 },
          ),
        ),
      ),
    ),
  );
  fc.assert(
    fc.property(
      fc.record({
        nbformat: fc.constant(4),
        cells: fc.array(fc.oneof(cell, fc.jsonValue())),
        metadata: fc.jsonValue(),
      }),
      (file) => {
        try {
          const { notebook } = readIpynb(JSON.stringify(file));
          expectSame(notebookOf(printNotebook(notebook)), notebook);
        } catch (thrown) {
          if (!(thrown instanceof FlowError)) throw thrown;
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("a value that holds itself, or is nested too deep, is said to be so in a file", () => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 20_000; depth += 1) deep = [deep];
  const around: unknown[] = [];
  around.push(around);
  expect(JSON.parse(jsonText(new Map([[1, 2n]])))).toEqual([[1, "2"]]);
  for (const value of [deep, around]) {
    expect(jsonText(value)).toContain("holds itself, or is nested too deep");
    expect(outputMarkup({ type: "json", value })).toContain("nested too deep");
  }
});
