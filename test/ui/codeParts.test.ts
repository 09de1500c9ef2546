import { expect, test } from "vitest";
import { codeParts } from "../../src/ui/codeParts.ts";

const marked = (message: string) =>
  codeParts(message)
    .map(({ text, isCode }) => (isCode ? `[${text}]` : text))
    .join("");

test.each([
  ["Write `let x = 1` here.", "Write [let x = 1] here."],
  ["`pd` is Python.", "[pd] is Python."],
  [
    "Make it a `sql` cell, or write sql`...` with the query.",
    "Make it a [sql] cell, or write [sql`...`] with the query.",
  ],
  ["html`...`, svg`...` or Plot", "[html`...`], [svg`...`] or Plot"],
  ["between two ` signs", "between two ` signs"],
  ["nothing of it", "nothing of it"],
  ["", ""],
])("shows what is code in a message: %s", (message, shown) => {
  expect(marked(message)).toBe(shown);
});
