import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Notebook } from "../../src/notebook/document.ts";
import { parseNotebook, unifyLineBreaks } from "../../src/notebook/parse.ts";
import { printNotebook } from "../../src/notebook/print.ts";
import { anyNotebook, textOf } from "./arbitrary.ts";

function cellsOf(text: string): string[] {
  return parseNotebook(text).notebook.cells.map(
    ({ kind, name, source }) => `${kind} ${name}|${source}`,
  );
}

function messagesOf(text: string): string[] {
  return parseNotebook(text).diagnostics.map(({ message }) => message);
}

/** A notebook as it is after a trip through a file: without ids, and with the line breaks of files. */
function withoutIds(notebook: Notebook): unknown {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    id: "",
    source: unifyLineBreaks(cell.source),
  }));
  return {
    ...notebook,
    frontMatter: unifyLineBreaks(notebook.frontMatter),
    title: "",
    cells,
  };
}

describe("reading cells", () => {
  test("a fence is a cell when a language of ours and a name begin its info string", () => {
    expect(
      cellsOf("```ts a\n1\n```\n\n```js b hide\n2\n```\n\n```sql c\n3\n```\n"),
    ).toEqual(["ts a|1", "js b|2", "sql c|3"]);
  });

  test("other fences stay inside the prose around them, with cell fences that they show", () => {
    const prose =
      "Write\n\n````md\n```ts name\n1\n```\n<!-- cell -->\n````\n\n```ts\nunnamed\n```\nand so on";
    expect(cellsOf(`${prose}\n`)).toEqual([`md |${prose}`]);
  });

  test("a marker separates two prose cells", () => {
    expect(cellsOf("one\n\n<!-- cell -->\n\ntwo\n")).toEqual([
      "md |one",
      "md |two",
    ]);
  });

  test("a marker inside code or inside a fence of prose is text", () => {
    expect(
      cellsOf("```sql a\n<!-- cell -->\n```\n\n```html\n<!-- cell -->\n```\n"),
    ).toEqual(["sql a|<!-- cell -->", "md |```html\n<!-- cell -->\n```"]);
  });

  test("longer fences and tildes are accepted, and what is shorter or other does not close them", () => {
    expect(
      cellsOf("~~~~ts a\n~~~\n```\n~~~~\n`````sql b\n````\n`````"),
    ).toEqual(["ts a|~~~\n```", "sql b|````"]);
  });

  test("words after the name are kept as flags", () => {
    expect(
      parseNotebook("``` ts  a   hide  x=1 \n```").notebook.cells[0],
    ).toMatchObject({ name: "a", flags: "hide  x=1", source: "" });
  });

  test("a byte order mark and line breaks of other systems are accepted", () => {
    expect(
      cellsOf(
        "\ufeff---\r\ntitle: T\r\n---\r\n\r\n# H\r\n\r\n```ts a\r\n1\r\n2\r\n```\r\n",
      ),
    ).toEqual(["md |# H", "ts a|1\n2"]);
  });

  test("an unclosed cell takes the rest, and says on which line it began", () => {
    const { notebook, diagnostics } = parseNotebook(
      "# A\n\n```ts a\nconst x = 1\n\n# B\n",
    );
    expect(notebook.cells.at(-1)).toMatchObject({
      name: "a",
      source: "const x = 1\n\n# B",
    });
    expect(diagnostics).toEqual([
      expect.objectContaining({
        severity: "error",
        cell: "cell-2",
        message: expect.stringMatching(
          /^Line 3: ``` is not closed.*cell a.*Write ``` on a line/,
        ),
      }),
    ]);
  });

  test("an unclosed fence of prose is a warning on its line of the prose", () => {
    const { diagnostics } = parseNotebook("a\n\n<!-- cell -->\n\nb\n~~~\nc");
    expect(diagnostics).toMatchObject([
      { cell: "cell-2", severity: "warning", line: 2, from: 2, to: 5 },
    ]);
  });

  test("a fence whose name is no identifier stays as text with a suggestion", () => {
    const text = "```ts my-cell\n1\n```\n";
    expect(cellsOf(text)).toEqual(["md |```ts my-cell\n1\n```"]);
    expect(messagesOf(text)).toEqual([
      'Line 1: "my-cell" cannot be the name of a cell, so the fence is shown as text. If it is meant as a cell, call it "myCell".',
    ]);
  });

  test("front matter that nothing ends is told with its line beside the message, which the page and the command line write before it", () => {
    const { diagnostics } = parseNotebook("---\ntitle: A\n\ntext\n");
    expect(diagnostics).toEqual([
      expect.objectContaining({
        line: 1,
        message: expect.stringMatching(/^This starts front matter/),
      }),
    ]);
  });

  test("words meant for other tools bring no warning", () => {
    expect(messagesOf('```ts {1,3}\n```\n\n```js title="x"\n```\n')).toEqual(
      [],
    );
  });

  test("a reserved word and a name used twice keep their cells and are reported with their line", () => {
    const text =
      "---\nflowbook: 1\n---\n\n```ts class\n```\n\n```ts a\n```\n\n```sql a\n```\n";
    expect(cellsOf(text)).toEqual(["ts class|", "ts a|", "sql a|"]);
    expect(parseNotebook(text).diagnostics).toMatchObject([
      {
        cell: "cell-1",
        code: "notebook-syntax",
        message: expect.stringMatching(
          /^Line 5: "class" is a word of JavaScript/,
        ),
      },
      {
        cell: "cell-3",
        code: "duplicate-name",
        message: expect.stringMatching(/^Line 11: Another cell is called "a"/),
      },
    ]);
  });

  test("an empty text is an empty notebook", () => {
    expect(parseNotebook("").notebook).toEqual({
      title: "Untitled",
      network: [],
      attachments: [],
      workers: undefined,
      frontMatter: "",
      cells: [],
    });
    expect(printNotebook(parseNotebook("").notebook)).toBe("");
  });

  test("ids come from the caller if it has its own", () => {
    let next = 7;
    expect(
      parseNotebook("a\n\n<!-- cell -->\n\nb", () =>
        String(next++),
      ).notebook.cells.map(({ id }) => id),
    ).toEqual(["7", "8"]);
  });

  test("a rule at the start is prose when nothing ends it, with a warning if it looks like front matter", () => {
    expect(cellsOf("---\n\ntext")).toEqual(["md |---\n\ntext"]);
    expect(messagesOf("---\n\ntext")).toEqual([]);
    expect(messagesOf("---\ntitle: x\ntext")).toHaveLength(1);
  });
});

describe("printing cells", () => {
  test("a plain notebook is printed as one would write it", () => {
    const text =
      "---\nflowbook: 1\ntitle: T\n---\n\n# T\n\nText.\n\n```ts a hide\nconst a = 1\n```\n\nMore.\n\n<!-- cell -->\n\nStill more.\n\n```sql b\nSELECT 1\n```\n";
    expect(printNotebook(parseNotebook(text).notebook)).toBe(text);
  });

  test("a cell that contains a fence uses a longer one", () => {
    const { notebook } = parseNotebook("~~~~ts a\n```\n````\n~~~~");
    expect(printNotebook(notebook)).toBe("`````ts a\n```\n````\n`````\n");
  });

  test("prose that would be read as a cell, or would swallow what follows, is guarded", () => {
    const { notebook } = parseNotebook("x\n\n```ts a\n1\n```\n");
    const [prose, code] = notebook.cells;
    const nasty = {
      ...notebook,
      cells: [
        { ...prose!, source: "```ts a\nfoo\n```\n\n```\n<!-- /cell = -->" },
        code!,
      ],
    };
    expect(printNotebook(nasty)).toBe(
      "<!-- cell == -->\n```ts a\nfoo\n```\n\n```\n<!-- /cell = -->\n<!-- /cell == -->\n\n```ts a\n1\n```\n",
    );
  });
});

describe("round trips", () => {
  test("parsing what was printed gives the notebook back", () => {
    fc.assert(
      fc.property(anyNotebook, (notebook) => {
        expect(
          withoutIds(parseNotebook(printNotebook(notebook)).notebook),
        ).toEqual(withoutIds(notebook));
      }),
      { numRuns: 500 },
    );
  });

  test("printing what was parsed gives the text back, if it was printed before", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyNotebook.map(printNotebook),
          textOf("\n", "\r\n").map((text) =>
            printNotebook(parseNotebook(text).notebook),
          ),
        ),
        (text) => {
          expect(printNotebook(parseNotebook(text).notebook)).toBe(text);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("any text is parsed, and no line of it is lost", () => {
    fc.assert(
      fc.property(textOf("\n", "\r\n", "\r"), (text) => {
        const { notebook } = parseNotebook(text);
        const kept = new Set(
          [notebook.frontMatter, ...notebook.cells.map(({ source }) => source)]
            .join("\n")
            .split("\n"),
        );
        for (const { kind, name, flags } of notebook.cells)
          kept.add(`${kind} ${name} ${flags}`.trim());
        for (const line of unifyLineBreaks(text.replace(/^\ufeff/, "")).split(
          "\n",
        )) {
          const words = line
            .replace(/^[`~\s]+/, "")
            .replace(/\s+/g, " ")
            .trim();
          const isStructure =
            words === "" ||
            /^---\s*$/.test(line) ||
            /^<!--\s*(?:\/?cell[\s=]*|cell(?:\s+=+)?\s+folded\s*)-->\s*$/.test(
              line,
            );
          if (!isStructure)
            expect(
              [...kept].some(
                (other) =>
                  other === line || other.replace(/\s+/g, " ") === words,
              ),
              JSON.stringify(line),
            ).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
