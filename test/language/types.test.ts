import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseNotebook } from "../../src/notebook/parse.ts";
import { checkCells, importedNames } from "./checking.ts";
import { exact, hovers } from "./exactTypes.ts";
import { refused, refusedInBodies } from "./refusals.ts";
import type { Refusal } from "./refusals.ts";

/** What all cells here see besides the language. */
const shared = `
interface Row { id: number, name: string, note?: string, tags: string[] }
interface Tree { value: number, children: Tree[] }
declare class Money { amount: number; add(other: Money): Money }

declare const number: Ref<number>
declare const text: Ref<string>
declare const flag: Ref<boolean>
declare const kind: Ref<"csv" | "json">
declare const row: Ref<Row>
declare const rows: Ref<Row[]>
declare const maybe: Ref<Row | null>
declare const pages: Ref<Row[][]>
declare const pair: Ref<[Row, number]>

declare const extract: Task<[airport: string, radius?: number], Row[]>
declare const one: Task<[row: Row], string>
declare const near: Task<[airport: string, radius: number], Row[]>
declare const all: Task<[rows: Row[]], number>
declare const work: () => number

/** True exactly if the two types are the same, also where each fits the other. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
`;

const { notebook } = parseNotebook(
  readFileSync("test/language/twelveCells.flow.md", "utf8"),
);
const twelve = notebook.cells.filter(({ kind }) => kind === "ts");

function toCell(source: string, expression: string, type: string): string {
  return [
    source,
    `const found = ${expression}`,
    `const isSame: Same<typeof found, ${type}> = true`,
    "export {}",
  ].join("\n;");
}

const checked = checkCells(
  {
    ...Object.fromEntries([
      ...refusedInBodies.map(([, source], index) => [
        `body${index}`,
        `flow("F", () => {\n${source}\n})\nexport {}`,
      ]),
      ...refused.map(([, source], index) => [
        `refused${index}`,
        `${source}\nexport {}`,
      ]),
      ...exact.map(([, source, expression, type], index) => [
        `exact${index}`,
        toCell(source, expression, type),
      ]),
      ...hovers.map(([, source, expression], index) => [
        `hover${index}`,
        `${source}\nconst found = ${expression}\nexport {}`,
      ]),
    ]),
    twelve: [...twelve.map(({ source }) => source), "export {}"].join("\n;"),
    imports: `import { ${importedNames().join(", ")} } from "flowbook"\nconst t: Task<[], number> = task(() => 1)\nconst r: Ref<number> = t()`,
  },
  shared,
);

test("the declarations have no error", () => {
  expect(checked.errorsInLanguage()).toEqual([]);
});

/** A callback that is given to what cannot be called has no types for its own arguments. */
const implicitAny = 7006;

function expectRefused(cell: string, [, , code, message]: Refusal): void {
  const [first, ...others] = checked.errorsIn(cell);
  expect(others.filter((error) => error.code !== implicitAny)).toEqual([]);
  expect(first?.code).toBe(code);
  expect(first?.message).toContain(message);
}

describe("in the body of a flow", () => {
  test.each(refusedInBodies.map((row, index) => [row[0], row, index] as const))(
    "%s",
    (_, row, index) => expectRefused(`body${index}`, row),
  );
});

describe("in a cell", () => {
  test.each(refused.map((row, index) => [row[0], row, index] as const))(
    "%s",
    (_, row, index) => expectRefused(`refused${index}`, row),
  );
});

describe("exactly typed:", () => {
  test.each(exact.map((row, index) => [row[0], row, index] as const))(
    "%s",
    (_, [, , , type], index) => {
      const cell = `exact${index}`;
      const errors = checked.errorsIn(cell);
      // What the type is instead says more than that it is another one.
      if (errors.length > 0) expect(checked.typeOf(cell, "found")).toBe(type);
      expect(errors).toEqual([]);
    },
  );
});

describe("a hover shows shortly", () => {
  test.each(hovers.map((row, index) => [row[0], row, index] as const))(
    "%s",
    (_, [, , , shown], index) => {
      expect(checked.errorsIn(`hover${index}`)).toEqual([]);
      expect(checked.typeOf(`hover${index}`, "found")).toBe(shown);
    },
  );
});

test("twelve cells that use most of the language compile as one notebook", () => {
  expect(twelve).toHaveLength(12);
  expect(checked.errorsIn("twelve")).toEqual([]);
});

test("every name that can be imported from flowbook is there", () => {
  expect(importedNames().length).toBeGreaterThan(60);
  expect(checked.errorsIn("imports")).toEqual([]);
});
