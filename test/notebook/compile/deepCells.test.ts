import { afterEach, expect, test, vi } from "vitest";
import { findModuleImports } from "../../../src/notebook/compile/moduleImports.ts";
import { parseCell, tooDeep } from "../../../src/notebook/compile/parseCell.ts";

/** The sources of the regular expressions that are tested. */
function watchExpressions(): string[] {
  const tested: string[] = [];
  const original = RegExp.prototype.test;
  vi.spyOn(RegExp.prototype, "test").mockImplementation(function (
    this: RegExp,
    text: string,
  ) {
    tested.push(this.source);
    return original.call(this, text);
  });
  return tested;
}

afterEach(() => vi.restoreAllMocks());

const deep = `${"(".repeat(20_000)}1${")".repeat(20_000)}`;

test.each(["ts", "js"] as const)(
  "where a %s cell uses up the stack, no regular expression is compiled for it",
  (kind) => {
    const tested = watchExpressions();
    expect(parseCell(deep, kind)).toEqual({ problem: tooDeep });
    expect(tested.filter((one) => one.includes("overflow"))).toEqual([]);
  },
);

test("where a module uses up the stack, no regular expression is compiled for it", () => {
  const tested = watchExpressions();
  expect(() => findModuleImports(deep)).toThrow();
  expect(tested.filter((one) => one.includes("overflow"))).toEqual([]);
});
