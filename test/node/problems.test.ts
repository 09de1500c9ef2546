import { expect, test } from "vitest";
import { checkQueries } from "../../src/node/checkQueries.ts";
import { describe, findStarts, problemsOf } from "../../src/node/problems.ts";
import { compileNotebook } from "../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";

test("each fault of a notebook is told once, at the line of the file that it is on", () => {
  const lines = [
    ...["---", "flowbook: 1", "---", "", "Prose.", ""],
    ...["```ts a", "const one = task(() => 1)", "```", ""],
    ...["```ts a", "const two = task(() => nope)", "```", ""],
    ...["```ts 1x", "const shown = 1", "```", ""],
    ...["```sql q", "SELECT 1,", "FROM ,", "```", ""],
    ...["```ts never", "const three = 3"],
  ];
  const text = lines.join("\n");
  const { notebook, diagnostics } = parseNotebook(text);
  const starts = findStarts(text, notebook);
  const told = [
    ...problemsOf(
      ...([text, notebook, diagnostics] as const),
      ...([compileNotebook(notebook).diagnostics, []] as const),
    ),
    ...checkQueries(notebook, starts),
  ].map((problem) => describe("n.flow.md", problem));
  const startsWith = (text: string) =>
    expect.stringMatching(new RegExp(`^${text.replace(/[.()]/g, "\\$&")}`));
  expect(told.sort()).toEqual(
    [
      'n.flow.md:11:1 error: Another cell is called "a" already.',
      "n.flow.md:12:24 (a:1:24) error: `nope`",
      'n.flow.md:15:1 warning: "1x" cannot be the name of a cell',
      "n.flow.md:21:1 (q:2:1) error: SQLite: ",
      "n.flow.md:24:1 error: ``` is not closed",
    ].map(startsWith),
  );
});
