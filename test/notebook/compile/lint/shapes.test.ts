import { expect, it } from "vitest";
import { lint, lintMarked } from "./linting.ts";

it.each([
  ["flow(⟦() => { extract() }⟧)", 'write `flow("Name", () => { ... })`'],
  ["const f = flow(⟦function main() { extract() }⟧)", "begins with its name"],
  ["flow(⟦{ name: 'F' }⟧, () => { extract() })", "begins with its name"],
  ["⟦flow()⟧", "begins with its name"],
  ["flow('F', ⟦{ timeout: '5s' }⟧, () => { extract() })", "come last"],
  ["const t = task(⟦{ retries: 3 }⟧, () => 1)", "options come last"],
  ["const t = task(⟦'t'⟧, () => 1)", "{ name: ... })`"],
  ["const t = ⟦task()⟧", "made of a function"],
  ["const t = task(() => 1, ⟦'t'⟧)", "write `{ name: ... }`"],
  ["await ⟦extract.submit⟧(1); 0", "Call it: `extract(...)`."],
  ["flow('F', () => { ⟦extract.run⟧(1) })", "Call it: `extract(...)`."],
  ["const t = ⟦extract.with_options⟧({})", "`extract.with({ ... })(...)`"],
  ["⟦sub.run⟧(); 0", "Press Run"],
])("says what to write instead of %s", (source, advice) => {
  const { found, expected } = lintMarked(source);
  expect(found).toMatchObject([
    { severity: "error", code: "cell-syntax", ...expected },
  ]);
  expect(found[0]?.message).toContain(advice);
});

it.each([
  "const name = 'F'\nflow(name, () => { extract() })",
  "const body = () => { extract() }\nflow('F', body, { timeout: '5s' })",
  "const parts = ['F', () => { extract() }]\nflow(...parts)",
  "const fn = () => 1\nconst t = task(fn)",
  "const runner = { run: () => 1 }\nrunner.run(); 0",
])("has nothing against %s", (source) => {
  expect(lint(source)).toEqual([]);
});
