import { Script, createContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  positionAt,
  sourcePosition,
} from "../../../src/notebook/compile/position.ts";
import type { ProgramCell } from "../../../src/notebook/compile/program.ts";
import { compile } from "./cells.ts";

type CellFunction = (
  inputs: object,
  show: (value: unknown) => unknown,
) => Promise<Record<string, unknown>>;

function only(source: string, kind = "ts"): ProgramCell {
  const program = compile({ [`a.${kind}`]: source });
  expect(
    program.diagnostics.filter(({ severity }) => severity === "error"),
  ).toEqual([]);
  const [cell] = program.cells;
  if (!cell) throw new Error("the cell was left out");
  return cell;
}

/** Runs a cell's script as a worker would: what it shows and what it gives to others. */
async function run(
  cell: ProgramCell,
  globals: object = {},
  inputs: object = {},
) {
  const registered: [string, CellFunction][] = [];
  const context = createContext({
    ...globals,
    flowbookCell: (name: string, fn: CellFunction) =>
      registered.push([name, fn]),
  });
  const filename = `flowbook:///${cell.name}.${cell.kind}`;
  new Script(cell.code, { filename }).runInContext(context);
  expect(registered.map(([name]) => name)).toEqual([cell.name]);
  const shown: unknown[] = [];
  const values = await registered[0]![1](inputs, (value) => shown.push(value));
  return { shown, values };
}

const renaming =
  'import { table as show } from "flowbook"\nconst rows = show(typeof table)';
const swapping = 'import { log as table } from "flowbook"';

describe("the script of a cell", () => {
  it("is a classic script that registers the cell's function", () => {
    expect(only("const x: number = 1\nx + 1").code).toMatchInlineSnapshot(`
      ""use strict";flowbookCell("a",async function({},$show){;const x         = 1
      $show(x + 1)
      ;return{x}})
      //# sourceURL=flowbook:///a.ts"
    `);
  });

  it("takes what the cell needs and gives what it defines", async () => {
    const { cells } = compile({
      a: "const x = 1",
      b: "const y = x + 1\nlet { z } = { z: y }\nfunction f() {}\nclass C {}",
    });
    const { values } = await run(cells[1]!, {}, { x: 1 });
    expect(values).toMatchObject({ y: 2, z: 2 });
    expect(Object.keys(values)).toEqual(cells[1]?.declares);
  });

  it("ends with its own address", () => {
    expect(only("1").code).toMatch(/\n\/\/# sourceURL=flowbook:\/\/\/a\.ts$/);
    expect(only("1 //# sourceURL=other", "js").code).toMatch(
      /\n\/\/# sourceURL=flowbook:\/\/\/a\.js$/,
    );
  });

  it("is strict, whatever the cell begins with", async () => {
    const { shown } = await run(
      only("'use strict'; (function () { return this })()"),
    );
    expect(shown).toEqual([undefined]);
    expect((await run(only('"use strict"'))).shown).toEqual(["use strict"]);
  });

  it("may await", async () => {
    expect(
      (await run(only("const x = await Promise.resolve(2)\nx"))).shown,
    ).toEqual([2]);
  });

  it("knows a name of the language under the name that an import gives it", async () => {
    const cell = only(
      "const t = define(1)\nimport { task as define } from 'flowbook'; t",
    );
    expect((await run(cell, { task: (n: number) => n + 1 })).shown).toEqual([
      2,
    ]);
  });

  it.each([
    ["the cell defines", { a: `const table = 1\n${renaming}` }],
    ["another cell defines", { a: renaming, b: "const table = 1" }],
    ["another import has taken", { a: `${renaming}\n${swapping}` }],
  ])("keeps an import apart from a name that %s", async (_, sources) => {
    const { cells } = compile(sources);
    const cell = cells.find(({ name }) => name === "a")!;
    const { values } = await run(cell, { table: () => "ours", log: 1 });
    expect(values["rows"]).toBe("ours");
  });

  it.each([
    ["1 + 1", [2]],
    ["const x = 1\nx", [1]],
    ["const x = 1\nx;", [1]],
    ["const x = 1\nx ; // why", [1]],
    ["1 // why\n/* and */", [1]],
    ["1 // why\n;", [1]],
    ["(1, 2)", [2]],
    ["1, 2", [2]],
    ["(1)", [1]],
    ["({ a: 1 })", [{ a: 1 }]],
    ["`a`", ["a"]],
    ["[1] as const", [[1]]],
    ["const x: unknown = 1\nx as number", [1]],
    ["1\ntype A = 1", [1]],
    ["await Promise.resolve(1)", [1]],
    ["let a = 1\nlet b = a\n;[b]", [[1]]],
    ["if (true) {} 1", [1]],
    ["do ; while (false) 1", [1]],
    ["const $show = 5\n$show", [5]],
    ["const x = 1", []],
    ["let x; x = 1", []],
    ["let x = 1; x++", []],
    ["display(1)", []],
    ["await display(1)", []],
    ["flow('f', () => {})", []],
    ["import { flow as f } from 'flowbook'\nf('f', () => {})", []],
    ["function f() {}", []],
    ["if (true) 1", []],
    ["", []],
    ["// nothing", []],
  ])("shows the value of the last expression: %s", async (source, shown) => {
    const globals = { display: (value: unknown) => value, flow: () => "flow" };
    // Values come from another context, whose Object is not ours.
    expect(
      JSON.parse(JSON.stringify((await run(only(source), globals)).shown)),
    ).toEqual(shown);
  });

  it.each([
    ["1", true],
    ["const x = 1", false],
    ["const x = task(() => display(1))", false],
    ["if (1 > 0) { display(1) }", true],
    ["const x = display(1)", true],
    ["const x = await 1", true],
    ["for await (const x of []) ;", true],
    ["const x = async () => await 1", false],
    ["flow('f', () => {})", false],
    ["throw new Error('x')", true],
    ["const n = 3\nif (n < 5) throw new Error('x')", true],
    ["{ throw new Error('x') }", true],
    ["for (const n of [1]) console.log(n)", true],
    ["for (let n = 1; n < 2; n++) { log(n) }", true],
    ["try { log(1) } finally {}", true],
    ["try {} catch { log(1) }", true],
    ["switch (1) { case 1: log(1) }", true],
    ["log(1)\nconst x = 1", true],
    ["let x\nx = 1", true],
    ["for (const n of ['a', 'b']) flow(n, () => {})", false],
    ["'use strict'\nif (1 > 0) { flow('f', () => {}) } else ;", false],
    ["import { flow as f } from 'flowbook'\nf('f', () => {})", false],
    ["type T = 1\ninterface I {}\nclass C {}\nexport const x = 1", false],
  ])("has something to see or not: %s", (source, isView) => {
    expect(only(source).isView).toBe(isView);
  });

  it("has a hash that changes exactly with it", () => {
    expect(only("const x: number = 1").hash).toBe(
      only("const x: string = 1").hash,
    );
    expect(only("const x = 1").hash).not.toBe(only("const x = 2").hash);
  });

  it("fits whatever the names are", async () => {
    const { cells } = compile({
      a: "const äöü = 1, 𝒳 = 2, \\u0061b = 3",
      b: "[äöü, 𝒳, ab]",
    });
    const { shown } = await run(cells[1]!, {}, (await run(cells[0]!)).values);
    expect(JSON.stringify(shown)).toBe("[[1,2,3]]");
  });
});

/** The places in the source that the stack of a failing cell speaks of. */
async function failure(cell: ProgramCell) {
  let stack = "";
  // The error comes from another context, whose Error is not ours.
  await run(cell).catch((thrown: { stack: string }) => (stack = thrown.stack));
  return [...stack.matchAll(/flowbook:\/\/\/a\.ts:(\d+):(\d+)/g)].map(
    ([, line, column]) => sourcePosition(cell, Number(line), Number(column)),
  );
}

describe("places in the script", () => {
  it("are those of the source, but for what was put in", async () => {
    const source =
      "const x: number = 1\nfunction f(a: string) {\n  throw new Error(a)\n}\nf('x')";
    const cell = only(source);
    const places = await failure(cell);
    expect(places).toEqual([
      { line: 3, column: 9 },
      { line: 5, column: 1 },
    ]);
  });

  it("are found on the first line too, behind what is put in there", async () => {
    const cell = only("({}).x.y");
    expect(await failure(cell)).toEqual([{ line: 1, column: 8 }]);
  });

  it("are found again for every character that the script keeps", () => {
    const sources = [
      "x.y.z()",
      "const a = 1\n  a + 1 ;",
      "1, 2",
      "let b: string\n;[b] as T",
      "/* c */ (d) // e",
      "äöü\r\n+ `f\n${g}`",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.nat(60), (source, pick) => {
        const { cells } = compile({
          a: source,
          z: "const x = {}, d = 1, g = 1, äöü = 1",
        });
        const cell = cells.find(({ name }) => name === "a")!;
        const at = pick % source.length;
        // Follow the character from the source into the script by hand, then back.
        const place = positionAt(source, at);
        let column = place.column + (place.line === 1 ? cell.shift : 0);
        for (const insert of cell.inserts)
          if (insert.line === place.line && insert.column <= place.column)
            column += insert.length;
        const line = cell.code.split(/\r\n|\n/)[place.line - 1] ?? "";
        const [kept, was] = [line[column - 1], source[at]];
        if (was !== "\n" && was !== "\r")
          expect([was, " ", ";"]).toContain(kept);
        expect(sourcePosition(cell, place.line, column)).toEqual(place);
      }),
    );
  });

  it("inside of what was put in are the place where it was put", () => {
    const cell = {
      shift: 10,
      inserts: [
        { line: 1, column: 3, length: 6 },
        { line: 1, column: 5, length: 1 },
      ],
    };
    const found = Array.from(
      { length: 14 },
      (_, index) => sourcePosition(cell, 1, 8 + index).column,
    );
    //                      8  9  10 11 12 [13 ................ 18] 19 20 [21]
    expect(found).toEqual([1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 3, 3, 4, 5]);
    expect(sourcePosition(cell, 2, 8)).toEqual({ line: 2, column: 8 });
  });

  it("count lines as JavaScript does", () => {
    expect(positionAt("a\r\nb\nc\u2028d", 7)).toEqual({ line: 4, column: 1 });
    expect(positionAt("a\r\nb", 2)).toEqual({ line: 1, column: 3 });
    expect(positionAt("", 0)).toEqual({ line: 1, column: 1 });
  });
});
