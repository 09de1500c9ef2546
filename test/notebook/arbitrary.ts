import fc from "fast-check";
import type { Cell, Notebook } from "../../src/notebook/document.ts";
import { readFrontMatter } from "../../src/notebook/frontMatter.ts";
import { findTitle } from "../../src/notebook/title.ts";

/** Lines that a parser of Markdown cells could trip over. */
const line = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "text",
    "# Heading",
    "---",
    "--- ",
    "```",
    "````",
    "`````",
    "~~~",
    "~~~~",
    "  ```",
    "    ```",
    "```ts",
    "```ts name",
    "````sql other some flags",
    "~~~js third",
    "  ```ts indented",
    "``` ts spaced",
    "```ts 1st",
    "```ts class",
    "<!-- cell -->",
    " <!-- cell -->",
    "<!-- cell = -->",
    "<!-- /cell = -->",
    "<!-- /cell == -->",
    "<!--cell-->",
    "<!-- cell == -->",
    "<!-- cell folded -->",
    "<!-- cell = folded -->",
    "\ufeff",
    "title: x",
    "flowbook: 1",
    "- item",
    "const a = `\u2028`",
    "\u00a0",
    "\t",
    "🙂 ünï",
  ),
  fc.string({ maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom("`", "~", " ", "-", "=", "a"),
    maxLength: 8,
  }),
);

/** Text of such lines, with line breaks of every kind if `breaks` has them. */
export function textOf(...breaks: string[]): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(line, fc.constantFrom(...breaks)), { maxLength: 10 })
    .map((lines) =>
      lines
        .map((pair, index) =>
          index < lines.length - 1 ? pair.join("") : pair[0],
        )
        .join(""),
    );
}

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.record({
    id: fc.constant(""),
    kind: fc.constantFrom("ts" as const, "js" as const, "sql" as const),
    name: fc.constantFrom("a", "b", "loadAll", "$", "ünï", "class"),
    source: textOf("\n", "\r\n", "\r"),
    flags: fc.constantFrom("", "hide", "auto  hide=1", "title=`x`", "~~~"),
  }),
  fc.record({
    id: fc.constant(""),
    kind: fc.constant("md" as const),
    name: fc.constant(""),
    source: textOf("\n", "\r\n", "\r"),
    flags: fc.constantFrom("", "folded"),
  }),
);

const frontMatter = fc.oneof(
  fc.constantFrom(
    "",
    "flowbook: 1",
    "flowbook: 1\ntitle: A title # mine\nnetwork:\n  - https://a.example",
    "# only a comment",
    "x: [",
    "\n",
    "text: |\n  ---\n  more",
  ),
  fc.string().map((text) => `other: ${JSON.stringify(text)}`),
);

/** Any notebook that could be in memory, with the title and hosts that its front matter gives it. */
export const anyNotebook: fc.Arbitrary<Notebook> = fc
  .record({ frontMatter, cells: fc.array(cell, { maxLength: 6 }) })
  .map(({ frontMatter, cells }) => {
    const { title, network, attachments, workers } =
      readFrontMatter(frontMatter);
    return {
      title: findTitle(title, cells),
      network,
      attachments,
      workers,
      frontMatter,
      cells,
    };
  });
