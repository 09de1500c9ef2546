import { parse } from "acorn";
import { describe, expect, it } from "vitest";
import { compile } from "./cells.ts";

function problem(source: string, kind = "ts") {
  const { diagnostics } = compile({ [`a.${kind}`]: source });
  expect(diagnostics).toHaveLength(1);
  const [{ line, column, code, message, severity }] = diagnostics as [
    (typeof diagnostics)[number],
  ];
  expect(severity).toBe("error");
  return { place: `${line}:${column}`, code, message };
}

describe("a syntax error", () => {
  it.each([
    [
      "foo(1, 2",
      "1:9",
      "`(` opened at 1:4 is never closed. Write `)` where it ends.",
    ],
    [
      "const a = foo(1\nconst b = 2",
      "2:1",
      "`const` is not expected here: `(` opened at 1:14 is never closed.",
    ],
    [
      "foo(a, { b: 1 )",
      "1:15",
      "`{` opened at 1:8 is never closed: `}` is missing before the `)` at 1:15.",
    ],
    ["const x = {", "1:12", "`{` opened at 1:11 is never closed."],
    ["const x = [1,\n[2]", "2:4", "`[` opened at 1:11 is never closed."],
    [
      "function f() {\n  if (a) {\n  }\n",
      "4:1",
      "`{` opened at 1:14 is never closed.",
    ],
    ["foo()\n}", "2:1", "`}` at 2:1 closes nothing."],
    [
      "foo()\na?.<T>",
      "2:7",
      "The cell ends in the middle of something. Finish its last statement.",
    ],
    ["foo(;)", "1:5", "`;` is not expected here"],
    ["let x = 5 6", "1:11", "`6` is not expected here."],
    ["x +", "1:4", "The cell ends in the middle of something."],
    ['let s = "abc', "1:9", 'Write " at its end'],
    ["let s = 'a\nb'", "1:9", "not closed on its line"],
    ["let s = `abc", "1:10", "`` ` `` opened at 1:9 is never closed."],
    ["`a ${b", "1:7", "`${` opened at 1:4 is never closed."],
    ["/* abc", "1:1", "Write */ where it ends."],
    ["let r = /abc", "1:10", "Write / where it ends."],
    ["let s = “abc”", "1:9", "typographic quotation mark"],
    ["const x", "1:8", "A `const` needs a value"],
    ["const x: number\nlet y", "2:1", "A `const` needs a value"],
    ["const class = 1", "1:7", "`class` is a word of the language"],
    ["let a = 1\nlet a = 2", "2:5", "`a` is defined twice in this cell."],
    ["1 = 2", "1:1", "To compare, write `===`"],
    ["return 1", "1:1", "Its last expression is shown"],
    ["break", "1:1", "inside a loop only, or inside a switch"],
    ["with (a) {}", "1:1", "Name the object instead"],
    ["delete x", "1:1", "Set it to undefined"],
    ["let n = 010", "1:9", "This is no number"],
    ["using x = f()", "1:7", "Not every browser knows `using`"],
    ["try { f() }", "1:1", "needs a `catch"],
    ["let x = <div>hi</div>", "1:18", "html`...`"],
    [
      "const f = () => { await g() }",
      "1:19",
      "Make the function around it async",
    ],
    ["if (x) { import a from 'b' }", "1:10", "top level of a cell only"],
    ["export { nothing }", "1:10", "`nothing` is exported"],
    ["interface A { x: }", "1:18", "`}` is not expected here."],
    ["cosnt a = 1", "1:7", "Write `const` if"],
    ["function f() { retrun 1 }", "1:23", "Write `return` if"],
    ["funciton f() {}", "1:10", "Write `function` if"],
    ["rows 1", "1:6", "`1` is not expected here."],
    ["const a = 1\n  # why\nlet b", "2:4", "A comment begins with //"],
    ["# why", "1:2", "A comment begins with //"],
    ["const \u200bx = 1", "1:7", "(U+200B)"],
    ["#!/usr/bin/env node", "1:2", "has no meaning here"],
    ["let b, c, d\nlet a = b ?? c || d", "2:16", "write `(a ?? b) || c`"],
    ["let o = { a = 1 }", "1:13", "as in `{ a: 1 }`"],
    ["let x\nx?.y = 1", "2:1", "`.` in place of `?.`"],
  ])("says what to do: %s", (source, place, advice) => {
    const found = problem(source);
    expect(found.place).toBe(place);
    expect(found.message).toContain(advice);
    expect(found.message).toMatch(/\.$/);
  });

  it.each([
    ["let a\ndef extract():\n    return 1", "2:1", "= task(async () =>"],
    ["  async def f():\n  pass", "1:3", "function extract() {"],
    ["@task\ndef extract():\n  return 1", "1:1", "`@task` is Python."],
    ["@flow(name='x')\ndef f():\n  t()", "1:1", "`@flow` is Python."],
    ["with Flow('x') as flow:\n    t()", "1:1", 'Write `flow("Name", () =>'],
    ["if x == 1:\n    y()", "1:1", "write `if (...) { ... }`"],
    ["for i in range(3):\n    y(i)", "1:1", "`for (const one of list)"],
    ["try:\n  a()", "1:1", "Write `{` at its begin"],
    ["import pandas as pd", "1:1", "need no import"],
    ["from prefect import task", "1:1", "need no import"],
    ["raise ValueError('x')", "1:1", "Write `throw new Error"],
    ["let s = f'hello {name}'", "1:10", "`Hello ${name}`"],
    ["let s = 1\nlet t = s and s", "2:11", "Write `&&`."],
    ["let s = not true", "1:13", "Write `!`."],
    ["if (s is ", "1:7", "Write `===`."],
    ["let s = a is not b", "1:11", "Write `===`."],
    ["let s = 1 if 2 else 3", "1:11", "Write `b ? a : c`."],
    ["let s = [i for i in y]", "1:12", "`list.map((x) => f(x))`"],
    ["let s = lambda x: x", "1:16", "Write `(x) => ...`."],
    ["String(*b)", "1:8", "`f(...list)`"],
    ['"""doc"""', "1:3", "a comment behind //"],
    ["let x = 2\nx := 5", "2:4", "Write `=`."],
    ["let f = () -> 1", "1:10", "written as `=>`"],
    ["let x = -2 ** 2", "1:12", "needs brackets"],
    ["SELECT * FROM flight", "1:1", "Make the cell a `sql` cell"],
    ["let a = None", "1:9", "Write `null`."],
    ["print('hi')", "1:1", "Write `log(...)`."],
  ])(
    "says what other languages write otherwise: %s",
    (source, place, advice) => {
      const found = problem(source);
      expect(found.place).toBe(place);
      expect(found.message).toContain(advice);
      expect(found.message).toMatch(/\.$/);
    },
  );

  it.each([
    "foo('if x:' 1",
    "const s = 'a and b' 1",
    "if (a) { b( }",
    "const not = 1\nconst b = not + (2",
  ])("takes no text for another language: %s", (source) => {
    expect(problem(source).message).toMatch(/never closed|not expected/);
  });

  it.each(["function f(x): x is ", "function f(x): asserts x is "])(
    "takes no type that is being written for Python: %s",
    (source) => {
      expect(problem(source).message).not.toContain("Python");
    },
  );

  it("has a code that tells a repeated name and the body of a flow from the rest", () => {
    expect(problem("let a; let a").code).toBe("duplicate-name");
    expect(problem("foo(").code).toBe("cell-syntax");
    expect(problem("flow('f', () => {\n  await g()\n})").code).toBe(
      "flow-body",
    );
    expect(problem("flow('f', () => when(x, () => await g()))").code).toBe(
      "flow-body",
    );
    expect(problem("flow('f', () => t(task(() => await g())))").code).toBe(
      "cell-syntax",
    );
    expect(problem("const t = task(() => await g())").code).toBe("cell-syntax");
  });

  it("says when types stand in a JavaScript cell", () => {
    expect(problem("const x: number = 1", "js").message).toContain(
      "Make it a `ts` cell",
    );
    expect(problem("foo(", "js").message).toContain("never closed");
  });

  it("is where the parser says it is", () => {
    for (const source of ["foo(1, 2", "a +\n\n  ;", "\n\n}", "let x = {,}"]) {
      let at: number | undefined;
      try {
        parse(source, { ecmaVersion: 2025, sourceType: "module" });
      } catch (thrown) {
        at = (thrown as { pos: number }).pos;
      }
      expect(compile({ a: source }).diagnostics[0]?.from).toBe(at);
    }
  });

  it("is followed by nothing else", () => {
    expect(compile({ a: "nowhere; const x = (" }).diagnostics).toHaveLength(1);
  });
});
