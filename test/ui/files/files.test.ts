import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { cellsUsing } from "../../../src/ui/files/fileUse.ts";
import {
  previewCell,
  previewProgram,
} from "../../../src/ui/files/previewProgram.ts";
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
