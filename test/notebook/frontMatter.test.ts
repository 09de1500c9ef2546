import fc from "fast-check";
import { expect, test } from "vitest";
import {
  readFrontMatter,
  writeNetwork,
  writeTitle,
} from "../../src/notebook/frontMatter.ts";
import { setTitle } from "../../src/notebook/edits.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";

function messagesOf(text: string): string[] {
  return readFrontMatter(text).diagnostics.map(({ message }) => message);
}

test("all settings are read, and what is not ours is left alone", () => {
  const text =
    "flowbook: 1\ntitle: Aircraft ETL\nnetwork: [https://a.example, 'HTTP://B.example:8080/']\nattachments:\n  - my airlines.csv\n  - {name: b.csv, url: data/b.csv}\nworkers: 6\nmine: {x: 1}";
  expect(readFrontMatter(text)).toEqual({
    title: "Aircraft ETL",
    network: ["https://a.example", "http://b.example:8080"],
    attachments: [
      { name: "my airlines.csv", url: "my%20airlines.csv" },
      { name: "b.csv", url: "data/b.csv" },
    ],
    workers: 6,
    diagnostics: [],
  });
});

test("what turns the direction of writing round is named in a message rather than at work in it", () => {
  const [message] = messagesOf('network: ["https://\u202eelpmaxe.live"]');
  expect(message).toContain('"https://\\u202eelpmaxe.live" is not');
});

test("without a title the first heading outside fences is the title", () => {
  expect(
    parseNotebook("```sh\n# no\n```\n\n```ts a\n```\n\n## Yes ##\n").notebook
      .title,
  ).toBe("Yes");
  expect(parseNotebook("no heading").notebook.title).toBe("Untitled");
});

test.each([
  "example.org",
  "https://a.example/path",
  "https://*.example",
  "https://user@a.example",
  "ftp://a.example",
  "https://a.example; script-src *",
  "https://a.example?x",
  "*",
  "data:text/plain,x",
  "https://",
  "https://a.example https://b.example",
  5,
  { a: 1 },
])(
  "%j is not taken as a host, and the message says what one looks like",
  (entry) => {
    const { network, diagnostics } = readFrontMatter(
      `title: x\nnetwork:\n  - https://good.example\n  - ${JSON.stringify(entry)}`,
    );
    expect(network).toEqual(["https://good.example"]);
    expect(diagnostics).toMatchObject([
      {
        line: 5,
        message: expect.stringMatching(
          /^Front matter: .* is not the address of a host\..*https:\/\/example\.org/,
        ),
      },
    ]);
  },
);

test("an attachment must not make the page contact another host", () => {
  for (const url of [
    "https://evil.example/x",
    "//evil.example/x",
    "\\\\evil.example/x",
    "javascript:alert(1)",
    "data:,x",
    "HTTPS:x",
  ])
    expect(
      readFrontMatter(`attachments: [{name: a, url: ${JSON.stringify(url)}}]`),
    ).toMatchObject({ attachments: [], diagnostics: [{ severity: "error" }] });
});

test("an attachment's name has no mark that turns the direction of writing round", () => {
  for (const mark of ["\u202e", "\u2067", "\u200f"]) {
    const { attachments, diagnostics } = readFrontMatter(
      `attachments: [{name: "a${mark}b.csv", url: a.csv}]`,
    );
    expect(attachments).toEqual([]);
    expect(diagnostics[0]?.message).toMatch(
      /a\\u20\w\wb\.csv.* is not an attachment/,
    );
  }
});

test("an attachment listed twice counts once", () => {
  expect(readFrontMatter("attachments: [a, {name: a, url: b}]")).toMatchObject({
    attachments: [{ name: "a", url: "a" }],
    diagnostics: [{ severity: "warning" }],
  });
});

test("front matter that is too long is said to be, kept and not changed", () => {
  const text = `title: T\n# ${"x".repeat(50_000)}`;
  expect(readFrontMatter(text)).toMatchObject({
    title: undefined,
    diagnostics: [
      {
        severity: "error",
        message:
          "Front matter: it has 50,011 characters, and at most 50,000 are read, so it is kept and ignored. Make it shorter.",
      },
    ],
  });
  expect(parseNotebook(`---\n${text}\n---\n`).notebook.frontMatter).toBe(text);
  expect(writeNetwork(text, ["https://a.example"])).toBeUndefined();
});

test("of what is wrong in front matter the first things are said, not thousands", () => {
  expect(messagesOf(`network:\n${"- x\n".repeat(5_000)}`)).toHaveLength(50);
});

test("damaged front matter is reported with its line and kept", () => {
  const text =
    "---\ntitle: T\nnetwork: [https://a.example\nx: {\n---\n\nText\n";
  const { notebook, diagnostics } = parseNotebook(text);
  expect(notebook.frontMatter).toBe(
    "title: T\nnetwork: [https://a.example\nx: {",
  );
  expect(notebook.cells).toHaveLength(1);
  expect(diagnostics.length).toBeGreaterThan(0);
  expect(diagnostics[0]).toMatchObject({
    cell: undefined,
    severity: "error",
    line: 4,
    message: expect.stringMatching(/^Front matter: it is not valid YAML/),
  });
});

test("front matter that is no list of settings is reported", () => {
  expect(messagesOf("just text")).toEqual([
    expect.stringMatching(/expected settings/),
  ]);
  expect(messagesOf("")).toEqual([]);
  expect(messagesOf("# a comment")).toEqual([]);
});

test("a notebook of a newer version says to update", () => {
  expect(messagesOf("flowbook: 2")).toEqual([
    expect.stringMatching(/made by a newer version .*Update/),
  ]);
  expect(messagesOf("flowbook: one")).toEqual([
    expect.stringMatching(/Write `flowbook: 1`/),
  ]);
});

test("aliases that would unfold without end are ignored", () => {
  const bomb = [
    "a: &a [x,x,x,x,x,x,x,x,x]",
    ..."bcdefgh"
      .split("")
      .map(
        (name, index) =>
          `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join()}]`,
      ),
  ].join("\n");
  expect(readFrontMatter(bomb)).toMatchObject({
    title: undefined,
    network: [],
  });
});

test.each(["0", "-1", "1.5", "65", "many"])(
  "workers: %s is refused",
  (workers) => {
    expect(readFrontMatter(`workers: ${workers}`)).toMatchObject({
      workers: undefined,
      diagnostics: [{ severity: "error" }],
    });
  },
);

test.each(["1.10", "007", "1e3", "0x10", "2026", "true"])(
  "a title that YAML takes for something else is read as it stands: %s",
  (title) => {
    expect(readFrontMatter(`title: ${title} # why`).title).toBe(title);
  },
);

test("another title leaves everything else as it was", () => {
  const text =
    "# made by hand\nflowbook: 1\ntitle: Old # keep me\n\nmine:\n  - a # b\n  - 'c'";
  expect(writeTitle(text, "New: one")).toBe(
    "# made by hand\nflowbook: 1\ntitle: \"New: one\" # keep me\n\nmine:\n  - a # b\n  - 'c'",
  );
  expect(writeTitle("", "T")).toBe("flowbook: 1\ntitle: T");
});

test("another title in damaged front matter changes its line only", () => {
  expect(writeTitle("x: [\ntitle: Old\ny: {", "N$&")).toBe(
    'x: [\ntitle: "N$&"\ny: {',
  );
  expect(writeTitle("x: [", "N")).toBe('title: "N"\nx: [');
});

test("the title of a notebook turns nothing round, and is changed wherever it stands", () => {
  for (const text of [
    "# Bank\u202e Report\u2069\n",
    '---\ntitle: "Bank\u202e Report\u2069"\n---\n\n# Bank\u202e Report\u2069\n',
  ]) {
    const { notebook } = parseNotebook(text);
    expect(notebook.title).toBe("Bank Report");
    const { title, cells } = setTitle(notebook, "Loans");
    expect([title, cells[0]?.source]).toEqual(["Loans", "# Loans"]);
  }
  expect(parseNotebook("# \u202e\n").notebook.title).toBe("Untitled");
});

test("any title is read as it was written, with single spaces", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: "grapheme" }),
        fc.constantFrom(
          "---",
          "1",
          "null",
          "~",
          "- a",
          "a: b",
          "%YAML",
          "a #b",
          "'",
        ),
      ),
      (title) => {
        const flat = title.replace(/\s+/g, " ").trim();
        expect(
          readFrontMatter(writeTitle("flowbook: 1\nother: x # y", title))
            .title ?? "",
        ).toBe(flat);
      },
    ),
    { numRuns: 300 },
  );
});

test("hosts that stay keep their comments", () => {
  expect(
    writeNetwork(
      "network:\n  - https://a.example # mine\n  - https://b.example\nx: 1",
      ["https://a.example", "https://c.example"],
    ),
  ).toBe("network:\n  - https://a.example # mine\n  - https://c.example\nx: 1");
  expect(writeNetwork("network: [https://a.example]\nx: 1", [])).toBe("x: 1");
  expect(writeNetwork("x: 1", ["https://a.example"])).toBe(
    "x: 1\nnetwork:\n  - https://a.example",
  );
  expect(writeNetwork("x: [", [])).toBeUndefined();
});

test("front matter of any text can be read", () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(
          ..."abc:-[]{}#&*!|>'\"%@`,? \n\ttitle network".split(""),
        ),
        maxLength: 60,
      }),
      (text) => void readFrontMatter(text),
    ),
    { numRuns: 500 },
  );
});
