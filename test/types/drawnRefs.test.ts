import { expect, test } from "vitest";
import { nothing, startChecker, toCells } from "./checker.ts";

const checker = startChecker();

const tasks = `const one = task((n: number) => n)
const rows = task(() => ({ airport: "JFK", list: [1], big: true }))
export const pick = (refs: Ref<number>[]) => refs[0]!
export const maybe = (refs: Ref<number>[]): Ref<number> | undefined => refs[0]`;

/** What is said of a flow's body, in a cell of its own: which text, and how it goes on. */
function problemsOf(body: string, kind: "ts" | "js" = "ts") {
  const source = `flow("F", () => {\n${body}\n})`;
  const cells = toCells({ tasks, main: [kind, source] });
  checker.update(cells, nothing);
  return checker
    .problems()
    .filter(({ cell, code }) => cell === "main" && code === "flow-body")
    .map(({ from, to, severity, message }) => [
      source.slice(from, to),
      severity,
      message,
    ]);
}

const noValue = (text: string) =>
  expect.stringContaining(
    `\`${text}\` has no value yet: nothing has run while the flow is drawn.`,
  ) as string;

test.each([
  ["a list's .at()", "const a = [one(1)].at(0)!\nif (a) one(a)", "a"],
  [
    "a list's .find()",
    "const a = [one(1)].find(() => true)!\nif (a) one(a)",
    "a",
  ],
  [
    "a Map",
    "const m = new Map([[1, one(1)]])\nfor (const v of m.values()) if (v) one(v)",
    "v",
  ],
  [
    "Object.values",
    "for (const v of Object.values({ x: one(1) })) { one(2); v ? one(v) : 1 }",
    "v",
  ],
  [
    "the rest of an object",
    "const { a, ...rest } = { a: one(1), b: one(2) }\nif (rest.b) one(a)",
    "rest.b",
  ],
  [
    "a field that is given later",
    "const o: { r?: Ref<number> } = {}\no.r = one(1)\nif (o.r) one(o.r)",
    "o.r",
  ],
  ["a helper of another cell", "const a = pick([one(1)])\na && one(a)", "a"],
  ["a task of another cell", "const a = rows()\nif (a.big) one(1)", "a.big"],
])("a ref out of %s is told by its type", (_, body, text) => {
  expect(problemsOf(body)).toEqual([[text, "error", noValue(text)]]);
});

test("a comparison, a text and a sum with a typed ref are told as those with any other", () => {
  expect(
    problemsOf(
      "const a = [one(1)].at(0)!\nif (a === one(2)) one(3)\nconsole.log(`${a}`)",
    ).map(([text, severity]) => [text, severity]),
  ).toEqual([
    ["a === one(2)", "error"],
    ["a", "error"],
  ]);
});

test("what is only logged is a warning", () => {
  expect(problemsOf("const a = pick([one(1)])\nconsole.log(a)")).toEqual([
    ["a", "warning", expect.stringContaining("nothing useful is logged")],
  ]);
});

test.each([
  ["a ref that may be missing", "const a = maybe([one(1)])\nif (a) one(a)"],
  ["what is anything", "const a: any = one(1)\nif (a) one(a)"],
  ["a number", "const n = [1, 2].at(0)!\nif (n) one(n)"],
  [
    "a variable that is given a ref later",
    "let a: Ref<number> | null = null\nfor (const n of [1, 2]) { if (a) one(a)\na = one(n) }",
  ],
  ["a ref that is passed on", "one(pick([one(1)]))"],
])("nothing is said of %s", (_, body) => {
  expect(problemsOf(body)).toEqual([]);
});

test("a ref in a task, where it can be awaited, is not told", () => {
  const source =
    "const both = task(async () => { const a = [one(1)].at(0)!; if (await a) return 1; return 2 })\nflow('F', () => { both() })";
  checker.update(toCells({ tasks, main: source }), nothing);
  expect(checker.problems().filter(({ cell }) => cell === "main")).toEqual([]);
});
