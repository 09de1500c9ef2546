import { expect, test, vi } from "vitest";
import { parseCell } from "../../../src/notebook/compile/parseCell.ts";

const many = 2_000;
const repeat = (text: (n: number) => string): string =>
  Array.from({ length: many }, (_, n) => text(n)).join("\n");

const cells: Readonly<Record<string, string>> = {
  constants: repeat((n) => `const a${n} = 1`),
  "constants in a function": `const f = () => {${repeat((n) => `let a${n}`)}}`,
  variables: repeat((n) => `var a${n} = 1`),
  functions: repeat((n) => `function a${n}() {}`),
  exports: repeat((n) => `export const a${n} = 1`),
  parameters: `const f = (${repeat((n) => `a${n},`)}) => 1`,
  types: repeat((n) => `type A${n} = 1`),
  enums: repeat((n) => `enum A${n} {}`),
};

test.each(Object.keys(cells))(
  "in a cell with thousands of %s no name is looked for among all others",
  (what) => {
    let looked = 0;
    for (const method of ["indexOf", "includes"] as const) {
      const look = Array.prototype[method] as (...args: unknown[]) => never;
      vi.spyOn(Array.prototype, method).mockImplementation(function (
        this: unknown[],
        ...args
      ) {
        looked += this.length;
        return look.apply(this, args);
      });
    }
    const result = parseCell(cells[what]!, "ts");
    vi.restoreAllMocks();
    expect("tree" in result).toBe(true);
    expect(looked).toBeLessThan(100 * many);
  },
);

test.each([
  ["let a; let a", "`a` is defined twice"],
  ["let a; var a", "`a` is defined twice"],
  ["let a; function a() {}", "`a` is defined twice"],
  ["{ let a; { var a } }", "`a` is defined twice"],
  ["(a, a) => 1", "have the same name"],
  ["type A = 1; type A = 2", "'A' has already been declared"],
  ["export { a }", "`a` is exported, but"],
])("a name is still missed or met twice in %s", (source, says) => {
  const result = parseCell(source, "ts");
  expect("problem" in result && result.problem.message).toContain(says);
});

test.each([
  // Both are tried as the parameters of an arrow function, in which the names are declared, and are none.
  "const f = async <T>(a: T, b: T) => { let c = (a, b); let d; return c }; let a, b, c, d",
  "let x = y ? (a, b) : (c); let a, b, c",
  "let x = y ? (function () { var a, b; function c() {} }) : d; let a; let b; let c",
  "try {} catch (a) { var a }",
  "enum A {} enum A {}",
  "interface A {} interface A {}",
])("no name is met twice that was taken back in %s", (source) => {
  expect(parseCell(source, "ts")).toHaveProperty("tree");
});
