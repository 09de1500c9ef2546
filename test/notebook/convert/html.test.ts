import fc from "fast-check";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Output } from "../../../src/engine/protocol.ts";
import {
  printHtml,
  type FlowPicture,
} from "../../../src/notebook/convert/html/print.ts";
import {
  holdsNotebook,
  readHtml,
} from "../../../src/notebook/convert/html/read.ts";
import type { Notebook } from "../../../src/notebook/document.ts";
import { printNotebook } from "../../../src/notebook/print.ts";
import { anyNotebook } from "../arbitrary.ts";
import { awkwardFiles, expectSame, notebookOf } from "./awkward.ts";

const stateStyle = readFileSync("src/views/states.css", "utf8");

function pageOf(
  notebook: Notebook,
  outputs: Record<string, readonly Output[]> = {},
  flows: readonly FlowPicture[] = [],
): string {
  return printHtml({ notebook, outputs, flows, stateStyle, at: 0 });
}

test.each(awkwardFiles)(
  "$name comes back from a .html file as it was",
  ({ text }) => {
    const notebook = notebookOf(text);
    const { notebook: found, messages } = readHtml(pageOf(notebook));
    expectSame(found, notebook);
    expect(printNotebook(found)).toBe(printNotebook(notebook));
    expect(messages).toEqual([]);
  },
);

test("any notebook comes back from a .html file as it was", () => {
  fc.assert(
    fc.property(anyNotebook, (any) => {
      const notebook = notebookOf(printNotebook(any));
      expectSame(readHtml(pageOf(notebook)).notebook, notebook);
    }),
    { numRuns: 300 },
  );
});

/** Names of the elements that a page has outside of its style, in order. */
function elementsOf(page: string): string[] {
  return [
    ...page.replace(/<style>[^]*?<\/style>/, "").matchAll(/<([a-z!][\w-]*)/gi),
  ].map(([, name]) => (name ?? "").toLowerCase());
}

const allowed = new Set(
  "!doctype html head meta title style body main header h1 h2 h3 h4 h5 h6 p b section pre code div span em strong del ul ol li input table thead tbody tr th td blockquote a img hr br figure figcaption iframe script svg g rect path circle text tspan details summary".split(
    " ",
  ),
);

test("an output has no link, for it would have the browser ask for its host whatever the policy is", () => {
  const cell = { id: "1", kind: "ts", name: "cell", source: "1", flags: "" };
  const notebook = { ...notebookOf(""), cells: [cell] } as Notebook;
  const text = '<link rel="dns-prefetch" href="https://x.test"><p>shown';
  const page = pageOf(notebook, { cell: [{ type: "html", text }] });
  const [, frame = ""] = /srcdoc="([^"]*)"/.exec(page) ?? [];
  expect(frame).toContain("shown");
  expect(frame).not.toMatch(/link/i);
});

test("no text of a notebook becomes an element, an attribute or an end of the source", () => {
  const nasty = fc.oneof(
    fc.constantFrom(
      "</script>",
      "<script>alert(1)</script>",
      '"><img src=x onerror=alert(1)>',
      "</pre></section>",
      "<!--",
      "]]>",
      "</style>",
      "<iframe srcdoc='x'>",
      "\u0000<b\u0000>",
      "&lt;img&gt;",
      "javascript:alert(1)",
      '<script type="application/json" id="flowbook-source">"x"',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(nasty, nasty, nasty, (a, b, c) => {
      const notebook: Notebook = {
        ...notebookOf(""),
        title: a,
        frontMatter: `title: ${JSON.stringify(a)}`,
        cells: [
          {
            id: "1",
            kind: "md",
            name: "",
            source: `${b}\n\n[x](${c}) ![y](${c})`,
            flags: "",
          },
          { id: "2", kind: "ts", name: "cell", source: c, flags: "" },
        ],
      };
      const outputs: Output[] = [
        {
          type: "table",
          columns: [a, b],
          rows: [{ [a]: b, [b]: c }],
          total: 1,
          title: c,
        },
        { type: "text", text: a },
        { type: "json", value: { [b]: c } },
        { type: "markdown", text: b },
        { type: "html", text: c },
        { type: "svg", text: a },
        {
          type: "image",
          mime: "image/svg+xml",
          bytes: new TextEncoder().encode(b),
          alt: c,
        },
        { type: "database-table", table: b },
        { type: "error", error: { name: a, message: b } },
      ];
      const page = pageOf(notebook, { cell: outputs }, [
        {
          name: a,
          cell: "cell",
          run: { state: "Failed", startedAt: 0 },
          model: {
            nodes: [
              {
                id: `n${b}`,
                name: c,
                kind: "task",
                role: "task",
                state: "Failed",
                attempt: 1,
                attempts: 1,
                mapped: false,
                message: a,
              },
              {
                id: "p",
                name: b,
                value: c,
                kind: "parameter",
                role: "task",
                state: "Pending",
                attempt: 0,
                attempts: 1,
                mapped: false,
              },
            ],
            edges: [{ from: "p", to: `n${b}`, input: a }],
          },
        },
      ]);
      const elements = elementsOf(page);
      expect(elements.filter((name) => !allowed.has(name))).toEqual([]);
      expect(elements.filter((name) => name === "script")).toHaveLength(1);
      expect(elements.filter((name) => name === "iframe")).toHaveLength(2);
      const tags = page
        .replace(/<style>[^]*?<\/style>/, "")
        .replace(/="[^"]*"/g, "=''");
      expect(tags).not.toMatch(/<[^>]*\son\w+\s*=/i);
      expect(page).not.toMatch(
        /(?:href|src)="(?!https?:|mailto:|#|data:image)/i,
      );
      expectSame(readHtml(page).notebook, notebookOf(printNotebook(notebook)));
    }),
    { numRuns: 300 },
  );
});

test("the page's own policy lets no script run and nothing be fetched", () => {
  const page = pageOf(notebookOf("text\n"));
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(
    page,
  )?.[1];
  expect(policy).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-src 'none'; base-uri 'none'; form-action 'none'",
  );
  expect(page.indexOf("Content-Security-Policy")).toBeLessThan(
    page.indexOf("<title>"),
  );
});

test("the page shows prose, code, outputs, the graph and the states of the last run", () => {
  const notebook = notebookOf(
    '# Hello\n\nSome prose\n\n```ts main\nflow("F", () => a())\n```\n',
  );
  const page = pageOf(
    notebook,
    { main: [{ type: "table", columns: ["n"], rows: [{ n: 1 }], total: 7 }] },
    [
      {
        name: "F",
        cell: "main",
        run: { state: "Success", startedAt: 0 },
        model: {
          nodes: [
            {
              id: "a",
              name: "a",
              kind: "task",
              role: "task",
              state: "Success",
              attempt: 1,
              attempts: 1,
              mapped: false,
              startedAt: 0,
              endedAt: 1500,
            },
          ],
          edges: [],
        },
      },
    ],
  );
  // The first heading is the title of the page.
  expect(page.match(/>Hello</g)).toHaveLength(2);
  expect(page).toContain("<h1>Hello</h1>");
  // Its direction is that of its first letter.
  expect(page).toContain(
    '<section class="prose" dir="auto"><p>Some prose</p></section>',
  );
  expect(page).toContain("flow(&#34;F&#34;, () =&#62; a())");
  expect(page).toContain("First 1 of 7 rows");
  expect(page).toContain('<svg class="graph"');
  expect(page).toContain(
    '<span data-state="Success">Success, 1970-01-01 00:00:00 UTC</span>',
  );
  expect(page).toContain("1.5 s");
});

test("other pages hold no notebook, and damaged ones say so", () => {
  expect(holdsNotebook("<html></html>")).toBe(false);
  expect(() => readHtml("<html></html>")).toThrow(
    /holds no notebook.*downloaded from Flowbook/,
  );
  const page = pageOf(notebookOf("text\n"));
  expect(holdsNotebook(page)).toBe(true);
  expect(() =>
    readHtml(page.slice(0, page.lastIndexOf("</script>") - 2)),
  ).toThrow(/damaged.*cut or edited/);
});

test("a folded section is closed in the page, with its cells inside, and so is the text of a folded cell", () => {
  const page = pageOf(
    notebookOf(
      "---\nflowbook: 1\ntitle: Folds\n---\n\n<!-- cell folded -->\n\n## Details\n\nMore words.\n\n```ts inside\nconst a = 1\n```\n\n## After\n\n```ts alone folded\nconst b = 2\n```\n",
    ),
    { alone: [{ type: "text", text: "what it shows" }] },
  );
  const body = page.slice(page.indexOf("<main>"), page.indexOf("</main>"));
  expect(body.match(/<details[^>]*>/g)).toEqual([
    '<details class="section">',
    "<details>",
  ]);
  const [section = "", after = ""] = body.split("</details>");
  expect(section).toMatch(
    /<summary><h\d[^>]*>Details<\/h\d><\/summary>[^]*More words\.[^]*const a = 1/,
  );
  expect(after).toMatch(/After[^]*<summary><b>alone<\/b>[^]*const b = 2/);
  expect(after).not.toContain("what it shows");
  expect(body).toContain("what it shows");
});
