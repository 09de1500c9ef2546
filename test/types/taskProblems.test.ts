import { expect, test } from "vitest";
import { nothing, startChecker, toCells } from "./checker.ts";

const checker = startChecker();

/** What is said of cells: which text, and of which task. */
function problemsOf(sources: Parameters<typeof toCells>[0]) {
  const cells = toCells(sources);
  checker.update(cells, nothing);
  return checker.problems().map(({ cell, code, from, to, message, task }) => ({
    code,
    message,
    task,
    text: cells.find(({ id }) => id === cell)?.source.slice(from, to),
  }));
}

const flow = 'flow("F", () => { list() })';

test.each([
  ["() => [{ a: 1, f: () => 1 }]", "result[].f is a function"],
  ["async () => ({ at: { key: Symbol() } })", "result.at.key is a symbol"],
  ["() => ({ later: Promise.resolve(1) })", "result.later is a promise"],
  [
    "(a: boolean) => (a ? null : { tidy() { return 1 } })",
    "result.tidy is a function",
  ],
  [
    "() => new (class { go = () => 1; stay() { return 1 } })()",
    "result.go is a function",
  ],
])("a result of %s is told to be none before it is there", (body, said) => {
  const source = `const list = task(${body})\n${flow.replace("list()", "list(true as never)")}`;
  expect(
    problemsOf({ main: source }).filter(({ code }) => code === "cannot-copy"),
  ).toEqual([
    {
      code: "cannot-copy",
      task: "list",
      text: "list",
      message: `The result cannot be copied: ${said}. Return data, and compute in the task that uses it.`,
    },
  ]);
});

test.each([
  "() => ({ at: new Date(), in: new Map([[1, new Set([2])]]), of: /a/, bytes: new Uint8Array(1) })",
  "async () => { const rows: any = 1; return rows }",
  "() => undefined",
  "(): unknown => () => 1",
  "() => new (class { n = 1; stay() { return 1 } })()",
  "() => new Error('no')",
])("nothing is said of the result of %s", (body) => {
  expect(problemsOf({ main: `const list = task(${body})\n${flow}` })).toEqual(
    [],
  );
});

test("a result that is a function itself is told once", () => {
  const source = `const list = task(() => (x: number) => x)\n${flow}`;
  expect(problemsOf({ main: source })).toEqual([
    expect.objectContaining({ code: "type-mismatch", task: "list" }),
  ]);
});

test("a type that ends in itself is looked at to an end", () => {
  const source = `interface Tree { value: number; children: Tree[] }
const list = task((): Tree => ({ value: 1, children: [] }))\n${flow}`;
  expect(problemsOf({ main: source })).toEqual([]);
});

test("a task that stands in no flow of the notebook is told, unless it is for others", () => {
  const tasks =
    "const list = task(() => 1)\nconst lost = task(() => 2)\nexport const given = task(() => 3)";
  expect(problemsOf({ tasks, main: flow })).toEqual([
    {
      code: "flow-body",
      task: "lost",
      text: "lost",
      message:
        "No flow calls lost yet. Call it in the body of a flow, or delete it.",
    },
  ]);
  expect(problemsOf({ tasks })).toEqual([]);
});

test("a problem is that of the task that it is in, or that is called there", () => {
  const found = problemsOf({
    tasks:
      "const list = task(() => 1)\nconst count = task((of: string) => of.size)\nconst each = task((of: string) => of)",
    main: 'flow("F", () => { count(list()); each.map([1]); return list(count) })',
  });
  expect(found.map(({ task, text }) => [task, text])).toEqual([
    ["count", "size"],
    ["count", "list()"],
    ["each", expect.any(String)],
    ["list", "count"],
  ]);
});
