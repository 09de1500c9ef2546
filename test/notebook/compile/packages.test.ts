import { expect, test } from "vitest";
import { compileNotebook } from "../../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../../src/notebook/parse.ts";
import type { Program } from "../../../src/notebook/compile/program.ts";

function compile(...cells: string[]): Program {
  const text = cells
    .map((source, index) => `\`\`\`ts cell${index + 1}\n${source}\n\`\`\``)
    .join("\n\n");
  return compileNotebook(parseNotebook(text).notebook);
}

test("what a cell imports of a package is its own, and other cells see it", () => {
  const program = compile(
    'import array, { sum as total, type Adder } from "npm:d3-array@3.2.4"\nimport * as all from "npm:d3-array@3.2.4"\nconst five = total([2, 3])',
    "array.max(all, total)",
  );
  expect(program.diagnostics).toEqual([]);
  const [first, second] = program.cells;
  expect(first?.packages).toEqual(["npm:d3-array@3.2.4"]);
  expect(first?.declares).toEqual(["five", "array", "total", "all"]);
  expect(first?.inputs).toEqual([]);
  expect(first?.code).toContain(
    'const total=flowbookPackage("npm:d3-array@3.2.4","sum");',
  );
  expect(first?.code).toContain(
    'const all=flowbookPackage("npm:d3-array@3.2.4","*");',
  );
  expect(second?.inputs).toEqual(["array", "all", "total"]);
  expect(second?.packages).toBeUndefined();
});

test("another version of a package is another version of what uses it", () => {
  const versionOf = (version: string): string | undefined =>
    compile(
      `import { sum } from "npm:d3-array@${version}"`,
      "const total = task((n: number[]) => sum(n))",
    ).versions["total"];
  expect(versionOf("3.2.4")).toBe(versionOf("3.2.4"));
  expect(versionOf("3.2.4")).not.toBe(versionOf("3.2.5"));
});

test.each([
  [
    'import { sum } from "npm:d3-array"',
    /names no version of a package.*"npm:d3-array@1\.2\.3"/,
  ],
  [
    'import { sum } from "d3-array"',
    /cells import packages of npm with their version/,
  ],
  [
    'import { sum } from "https://esm.sh/d3-array"',
    /cells import packages of npm/,
  ],
])("%s is refused with what to write", (source, message) => {
  expect(
    compile(source)
      .diagnostics.map((one) => one.message)
      .join(),
  ).toMatch(message);
});

test("two cells that import the same name are told so", () => {
  const { diagnostics } = compile(
    'import { sum } from "npm:d3-array@3.2.4"',
    'import { sum } from "npm:d3-array@3.2.4"',
  );
  expect(diagnostics.map(({ code }) => code)).toEqual([
    "duplicate-name",
    "duplicate-name",
  ]);
});

test("importing types alone needs no package", () => {
  expect(
    compile('import type { Adder } from "npm:d3-array@3.2.4"\nconst a = 1')
      .cells[0]?.packages,
  ).toBeUndefined();
});
