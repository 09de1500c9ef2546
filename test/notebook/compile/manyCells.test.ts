import { expect, test, vi } from "vitest";
import { analyseCell } from "../../../src/notebook/compile/analyseCell.ts";
import {
  compileNotebook,
  createCache,
} from "../../../src/notebook/compile/compile.ts";
import { linkCells } from "../../../src/notebook/compile/link.ts";
import type { LinkedCell } from "../../../src/notebook/compile/link.ts";
import { positionAt } from "../../../src/notebook/compile/position.ts";

const many = 1_000;

/** Links so many cells; also gives how often anything of a cell was looked at. */
function link(sourceOf: (n: number) => string): {
  cells: LinkedCell[];
  order: string[];
  looks: number;
} {
  let looks = 0;
  const cells = Array.from({ length: many }, (_, n) => {
    const cell: LinkedCell = {
      ...{ id: `${n}`, name: `c${n}`, kind: "ts" },
      analysis: analyseCell(sourceOf(n), "ts"),
      ...{ problems: [], inputs: [], language: [], parameters: [] },
      ...{ reads: new Map(), foreign: new Map() },
      reason: undefined,
    };
    return new Proxy(cell, {
      get(target, key) {
        looks += 1;
        return Reflect.get(target, key) as unknown;
      },
    });
  });
  const order = linkCells(cells).map(({ name }) => name);
  return { cells, order, looks };
}

const next = (n: number) => `const v${n} = v${(n + 1) % many}`;

test.each([
  ["that each need the one before", (n) => `const v${n} = v${n - 1} ?? 1`],
  ["that need each other in a circle", next],
  ["that wait for one", (n) => (n < many - 1 ? next(n) : `const v${n} = x1`)],
  ["that define one name", () => "const v = 1"],
  ["that define one name and use another such", () => "var v = 1; w; var x"],
  ["that call their flow the same", () => 'flow("f", () => {})'],
] satisfies [string, (n: number) => string][])(
  "each of many cells %s is looked at a few times",
  (_, sourceOf) => {
    expect(link(sourceOf).looks).toBeLessThan(250 * many);
  },
);

test("thousands of cells that need one further down each are put in order", () => {
  const { order } = link((n) => (n < many - 1 ? next(n) : `const v${n} = 1`));
  expect(order).toEqual(
    Array.from({ length: many }, (_, n) => `c${many - 1 - n}`),
  );
});

test("every cell of a long circle is told so, in few words", () => {
  const { cells, order } = link(next);
  expect(order).toEqual([]);
  for (const { problems } of cells) {
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: "cell-cycle" });
    expect(problems[0]!.message.length).toBeLessThan(1_000);
  }
  expect(cells[0]!.problems[0]!.message).toContain(
    "which needs `v20` of cell c20, and so on over 980 more: cells that need",
  );
  expect(cells.at(-1)!.problems[0]!.message).toMatch(
    /^Cell c999 needs `v0`, which needs this cell: cells that need/,
  );
});

test("a cell waits for the one that gives the first of the names that it needs", () => {
  const { cells } = link((n) =>
    n === 0 ? "[v2, v1]" : n < 3 ? `const v${n} = x${n}` : "",
  );
  expect(cells[0]!.reason).toMatch(
    /^This cell needs `v2` and waits for cell c2/,
  );
});

test("the body of a flow may have more mistakes than a call has arguments", () => {
  const source = `const t = task(() => 1); flow("f", () => { const a = t(); a + 1 })`;
  const cells = [
    { id: "a", name: "a", kind: "ts", source, flags: "" },
  ] as const;
  const cache = createCache();
  compileNotebook({ cells }, cache);
  const analysis = cache.analyses.ts.get(source)!;
  const lint = cache.lints.get(analysis)!;
  const problems = Array.from({ length: 200_000 }, () => lint.problems[0]!);
  cache.lints.set(analysis, { ...lint, problems });
  const { diagnostics } = compileNotebook({ cells }, cache);
  expect(diagnostics).toHaveLength(problems.length);
});

test("the end of a line is looked for once, however many places of it are asked for", () => {
  const source = `first\n${"x".repeat(many)}\r\nlast`;
  const look = vi.spyOn(RegExp.prototype, "exec");
  const places = Array.from({ length: source.length }, (_, offset) =>
    positionAt(source, offset),
  );
  const looks = look.mock.calls.length;
  look.mockRestore();
  expect(looks).toBeLessThan(10);
  expect(places[5]).toEqual({ line: 1, column: 6 });
  expect(places[6]).toEqual({ line: 2, column: 1 });
  expect(places[6 + many]).toEqual({ line: 2, column: many + 1 });
  expect(places.at(-1)).toEqual({ line: 3, column: 4 });
  expect(positionAt(source, 7)).toEqual({ line: 2, column: 2 });
});

test("of many unknown imports each is told, and only of the first ones what they may mean", () => {
  const names = Array.from({ length: 130_000 }, (_, n) => `taks as t${n}`);
  const source = (from: string) =>
    `import { ${names.join()} } from ${JSON.stringify(from)}`;
  const { problems } = analyseCell(source("flowbook"), "ts");
  expect(problems).toHaveLength(names.length);
  const guessed = problems.filter(({ message }) =>
    message.includes("Did you mean `task`?"),
  );
  expect(guessed).toEqual(problems.slice(0, 100));
  expect(() => analyseCell(source("npm:many@1.0.0"), "ts")).not.toThrow();
});
