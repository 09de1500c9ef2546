import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { cellsUsing } from "../../../src/ui/files/fileUse.ts";
import {
  previewCell,
  previewProgram,
} from "../../../src/ui/files/previewProgram.ts";
import { toErrorData } from "../../../src/core/errors.ts";
import type { Output } from "../../../src/engine/protocol.ts";
import {
  hasSameColumns,
  suspectedOptions,
} from "../../../src/ui/files/suspectedOptions.ts";
import { callOf, type ReadOptions } from "../../../src/ui/takeFiles.ts";
import { startKernel } from "../../engine/sandbox/kernelWorld.ts";
import { cellsOf } from "../../notebook/compile/cells.ts";

describe("a file of the notebook", () => {
  test("is used by the cells that name it", () => {
    const cells = cellsOf({
      a: 'readCsv("a.csv")',
      b: "readText('a.csv')",
      c: 'readCsv("aa.csv")',
      "d.md": '"a.csv"',
    });
    expect(cellsUsing(cells, "a.csv").map(({ name }) => name)).toEqual([
      "a",
      "b",
    ]);
  });

  test("is previewed by its first rows, whatever its name holds", async () => {
    const name = 'a"`${1}.csv';
    const lines = Array.from({ length: 500 }, (_, at) => `${at},x`);
    const file = `n,t\n${lines.join("\n")}\n`;
    const { cells } = previewProgram(name, file.length)!;
    const kernel = startKernel(cells, { files: { [name]: file } });
    const [output] = await kernel.view(previewCell);
    expect(output).toMatchObject({ type: "table", total: 50 });
    expect(output).toMatchObject({ columns: ["n", "t"] });
  });

  test.each([
    [
      "a title over columns",
      "Report;;\nname;n;at\na;1;x\nb;2;y\n",
      { skip: 1 },
    ],
    ["a title of its own", "Report\n\nname;n;at\na;1;x\nb;2;y\n", { skip: 2 }],
    [
      "decimal commas",
      "name;n\na;1,5\nb;1.234,25\nc;\n",
      { decimal: "," as const },
    ],
    ["thousands", 'name,n\na,"1,234"\nb,"12,345"\n', {}],
    ["points beside lists", 'name;n;l\na;0.5;"1,2"\n', {}],
    [
      "backslashes before quotes",
      'name,note\na,"says \\"hi\\", and"\nb,"x \\"y\\""\n',
      { escape: "\\" as const },
    ],
    ["nothing odd", "name,n\na,1\n", {}],
  ])("is suspected to need options: %s", async (_, text, options) => {
    // As the page is shown it: with what was logged.
    const read = async (given?: Parameters<typeof previewProgram>[2]) => {
      const { cells } = previewProgram("a.csv", text.length, given)!;
      const kernel = startKernel(cells, { files: { "a.csv": text } });
      const outputs = (await kernel.view(previewCell)) as Output[];
      const logs = kernel.messages.flatMap((message): Output[] =>
        message.type === "log"
          ? [{ type: "text", text: message.text, isLog: true }]
          : [],
      );
      return [...logs, ...outputs];
    };
    const outputs = await read().catch((thrown: Error) => [
      { type: "error" as const, error: toErrorData(thrown) },
    ]);
    expect(suspectedOptions(outputs, true)).toEqual(options);
    expect(suspectedOptions((await read(options)) as Output[], true)).toEqual(
      {},
    );
  });

  test("is suspected to need both where a title hides that numbers have commas", async () => {
    const text = "Report;\nname;n\na;1,5\nb;2,25\n";
    const { cells } = previewProgram("a.csv", 9, { skip: 1 })!;
    const kernel = startKernel(cells, { files: { "a.csv": text } });
    const outputs = (await kernel.view(previewCell)) as Output[];
    expect(suspectedOptions(outputs, true)).toEqual({ decimal: "," });
    // Excel has numbers of its own.
    expect(suspectedOptions(outputs, false)).toEqual({});
  });

  test("is not read with commas in its numbers where these are between its fields", async () => {
    const text = 'name,price,n\na,"1,5",1\nb,"2,75",2\n';
    const read = async (options: ReadOptions) => {
      const { cells } = previewProgram("a.csv", 9, options)!;
      const kernel = startKernel(cells, { files: { "a.csv": text } });
      return (await kernel.view(previewCell)) as Output[];
    };
    const outputs = await read({});
    const again = await read(suspectedOptions(outputs, true));
    expect(hasSameColumns(outputs, again)).toBe(false);
    expect(hasSameColumns(outputs, outputs)).toBe(true);
    const lists: Output[] = [
      {
        ...{ type: "table", columns: ["a"], total: 2 },
        rows: [{ a: "1,2,3" }, { a: "4,12" }],
      },
    ];
    expect(suspectedOptions(lists, true)).toEqual({});
  });

  test("is read with options as a cell writes them", () => {
    expect(callOf("a.csv", { skip: 2, decimal: "," })).toBe(
      'readCsv("a.csv", { skip: 2, decimal: "," })',
    );
  });

  test("of JSON is previewed as what it is", async () => {
    const { cells } = previewProgram("a.json", 10)!;
    const kernel = startKernel(cells, { files: { "a.json": '{"a":[1]}' } });
    expect(await kernel.view(previewCell)).toEqual([
      { type: "json", value: { a: [1] } },
    ]);
  });

  test("of several files is previewed by their names, and of one by its text", async () => {
    const view = async (size: number, files: Record<string, string>) => {
      const packed = zipSync(
        Object.fromEntries(
          Object.entries(files).map(([name, text]) => [name, strToU8(text)]),
        ),
      );
      const { cells } = previewProgram("a.zip", size)!;
      return startKernel(cells, { files: { "a.zip": packed } }).view(
        previewCell,
      );
    };
    for (const size of [10, 300_000_000])
      await expect(view(size, { "b.csv": "a", "c.csv": "b" })).rejects.toThrow(
        'a.zip holds 2 files: b.csv and c.csv. Say which one: { entry: "b.csv" }.',
      );
    expect(await view(10, { "b.txt": "x".repeat(30_000) })).toEqual([
      { type: "text", text: "x".repeat(20_000) },
    ]);
  });

  test("that is text, or too large to be read as a whole, is not read in the sandbox", () => {
    expect(previewProgram("a.txt", 10)).toBeUndefined();
    expect(previewProgram("a.xlsx", 10)).toBeDefined();
    expect(previewProgram("a.xlsx", 300_000_000)).toBeUndefined();
    expect(previewProgram("a.csv", 300_000_000)).toBeDefined();
  });
});
