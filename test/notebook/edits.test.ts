import { describe, expect, test } from "vitest";
import { FlowError } from "../../src/core/errors.ts";
import type { Notebook } from "../../src/notebook/document.ts";
import {
  changeTexts,
  insertCell,
  insertCells,
  mergeWithNext,
  moveCell,
  newNotebook,
  removeCell,
  renameCell,
  replaceText,
  setFlag,
  setKind,
  setNetwork,
  setSource,
  setTitle,
  splitCell,
} from "../../src/notebook/edits.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";
import { printNotebook } from "../../src/notebook/print.ts";

function open(text: string): Notebook {
  return parseNotebook(text).notebook;
}

const abc = "```ts a\n1\n```\n\n```sql b\n2\n```\n\ntext\n";

function outline(notebook: Notebook): string[] {
  return notebook.cells.map(
    ({ kind, name, source }) => `${kind} ${name}|${source}`,
  );
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof FlowError ? error.code : String(error);
  }
  return undefined;
}

describe("cells", () => {
  test("a new cell stands after the one given, with a name that is free", () => {
    const notebook = insertCell(
      insertCell(open(abc), "ts", "cell-1", "x"),
      "ts",
      undefined,
      "y",
    );
    expect(outline(notebook)).toEqual([
      "ts cell2|",
      "ts a|1",
      "ts cell1|",
      "sql b|2",
      "md |text",
    ]);
    expect(insertCell(notebook, "sql", "x", "z").cells[3]).toEqual({
      id: "z",
      kind: "sql",
      name: "query1",
      source: "",
      flags: "",
    });
  });

  test("an edit shares the cells that it does not touch and leaves the old notebook alone", () => {
    const before = open(abc);
    const after = setSource(before, "cell-1", "changed");
    expect(outline(before)).toEqual(["ts a|1", "sql b|2", "md |text"]);
    expect(outline(after)).toEqual(["ts a|changed", "sql b|2", "md |text"]);
    expect(after.cells[1]).toBe(before.cells[1]);
    expect(setSource(before, "cell-1", "1")).toBe(before);
  });

  test("a removed cell is gone, and one that is not there is an error", () => {
    expect(outline(removeCell(open(abc), "cell-2"))).toEqual([
      "ts a|1",
      "md |text",
    ]);
    expect(codeOf(() => removeCell(open(abc), "nobody"))).toBe("unknown-cell");
  });

  test("a moved cell stands at the index, or at the end nearest to it", () => {
    expect(outline(moveCell(open(abc), "cell-1", 1))).toEqual([
      "sql b|2",
      "ts a|1",
      "md |text",
    ]);
    expect(outline(moveCell(open(abc), "cell-1", 99))).toEqual([
      "sql b|2",
      "md |text",
      "ts a|1",
    ]);
    expect(outline(moveCell(open(abc), "cell-3", -5))).toEqual([
      "md |text",
      "ts a|1",
      "sql b|2",
    ]);
  });

  test("renaming changes the name and nothing that other cells say", () => {
    const notebook = open("```sql a\n1\n```\n\n```ts b\na.length\n```\n");
    expect(outline(renameCell(notebook, "cell-1", "c"))).toEqual([
      "sql c|1",
      "ts b|a.length",
    ]);
    expect(renameCell(notebook, "cell-1", "a")).toBe(notebook);
  });

  test.each(["", "1a", "my cell", "class", "b", "a`b"])(
    "a cell cannot be called %j",
    (name) => {
      expect(codeOf(() => renameCell(open(abc), "cell-1", name))).toBe(
        "invalid-argument",
      );
    },
  );

  test("prose has no name to change", () => {
    expect(codeOf(() => renameCell(open(abc), "cell-3", "c"))).toBe(
      "invalid-argument",
    );
  });

  test("prose that becomes code gets a name, and code that becomes prose loses its own", () => {
    expect(outline(setKind(open(abc), "cell-3", "js"))[2]).toBe(
      "js cell1|text",
    );
    expect(outline(setKind(open(abc), "cell-1", "md"))[0]).toBe("md |1");
    expect(outline(setKind(open(abc), "cell-1", "sql"))[0]).toBe("sql a|1");
  });

  test("code that became prose and becomes code again has the name and the words that it had, if no other cell took the name", () => {
    const prose = setKind(open("```ts a auto\n1\n```\n"), "cell-1", "md");
    expect(printNotebook(prose)).not.toContain("auto");
    const again = setKind(prose, "cell-1", "ts");
    expect(printNotebook(again)).toContain("```ts a auto\n1\n```");
    const taken = renameCell(setKind(open(abc), "cell-1", "md"), "cell-2", "a");
    expect(outline(setKind(taken, "cell-1", "ts"))[0]).toBe("ts cell1|1");
  });
});

describe("settings", () => {
  test("a new notebook has a title and the version of its format", () => {
    expect(newNotebook("Mine")).toMatchObject({
      title: "Mine",
      frontMatter: "flowbook: 1\ntitle: Mine",
      cells: [],
    });
  });

  test("the title follows the first heading until it is set", () => {
    const notebook = setSource(open("# One\n"), "cell-1", "# Two");
    expect(notebook.title).toBe("Two");
    const titled = setSource(setTitle(notebook, "Three"), "cell-1", "# Four");
    expect(titled.title).toBe("Three");
    expect(setTitle(titled, " ").title).toBe("Four");
  });

  test.each([
    ["Mine\n===\n\n# Other", "Mine"],
    ["  Mine too\n---\n", "Mine too"],
    ["Text.\n\n---\n\n# Mine", "Mine"],
    ["# Mine\n---\n", "Mine"],
    ["- item\n---\n# Mine", "Mine"],
    ["```\nno\n===\n```\n# Mine", "Mine"],
  ])("a line under a heading makes a title of it: %j", (text, title) => {
    expect(open(text).title).toBe(title);
    expect(setTitle(open(text), "New").cells[0]?.source).toBe(
      text.trimEnd().replace(title, "New"),
    );
  });

  test("a first heading that says the title is set with it, whatever stands around it", () => {
    const source = "~~~\n# Old\n~~~\n\nBefore\n  ## Old ##\n\n# Old";
    const notebook = setTitle(open(`${source}\n`), "New $& one");
    expect(notebook.title).toBe("New $& one");
    expect(notebook.cells[0]!.source).toBe(
      "~~~\n# Old\n~~~\n\nBefore\n  ## New $& one ##\n\n# Old",
    );
    const other = setTitle(setSource(notebook, "cell-1", "# Else"), "Mine");
    expect(other.cells[0]!.source).toBe("# Else");
    expect(setTitle(other, "").cells[0]!.source).toBe("# Else");
  });

  test("hosts are written as origins, and anything else is refused", () => {
    expect(setNetwork(open(abc), ["https://A.example/"])).toMatchObject({
      network: ["https://a.example"],
      frontMatter: "flowbook: 1\nnetwork:\n  - https://a.example",
    });
    expect(codeOf(() => setNetwork(open(abc), ["a.example"]))).toBe(
      "invalid-argument",
    );
    expect(
      codeOf(() => setNetwork(open("---\nx: [\n---\n"), ["https://a.example"])),
    ).toBe("notebook-syntax");
  });
});

describe("another text of the same notebook", () => {
  const ids = (): (() => string) => {
    let count = 0;
    return () => `new-${(count += 1)}`;
  };

  test("keeps the ids of cells that are found again, and the cells that did not change", () => {
    const notebook = open(abc);
    const text = "text\n\n```ts a\n100\n```\n\n```ts z\nnew()\n```\n";
    const parsed = parseNotebook(text, ids()).notebook;
    const replaced = replaceText(notebook, parsed);
    expect(replaced.cells.map(({ id }) => id)).toEqual([
      "cell-3",
      "cell-1",
      "new-3",
    ]);
    expect(replaced.cells[0]).toBe(notebook.cells[2]);
    expect(printNotebook(replaced)).toBe(text);
  });
});

describe("cutting and joining", () => {
  const two = open("```ts work folded\nconst a = 1\n\nconst b = 2\n```\n");
  test("a cell is parted at the cursor, and what comes after it is a cell of its own", () => {
    const parted = splitCell(two, "cell-1", 11, "new");
    expect(outline(parted)).toEqual([
      "ts work|const a = 1",
      "ts work2|const b = 2",
    ]);
    expect(parted.cells.map(({ id, flags }) => `${id} ${flags}`)).toEqual([
      "cell-1 folded",
      "new ",
    ]);
  });
  test("indentation after the cut stays", () => {
    expect(
      outline(splitCell(open("```ts a\nx\n  y\n```\n"), "cell-1", 1, "b")),
    ).toEqual(["ts a|x", "ts a2|  y"]);
  });
  test("joining gives back what was parted, but for the gap", () => {
    const parted = splitCell(two, "cell-1", 11, "new");
    expect(outline(mergeWithNext(parted, "cell-1"))).toEqual([
      "ts work|const a = 1\nconst b = 2",
    ]);
  });
  test("cells that cannot be one are told so, and so is the last cell", () => {
    expect(codeOf(() => mergeWithNext(open(abc), "cell-1"))).toBe(
      "invalid-argument",
    );
    expect(codeOf(() => mergeWithNext(open(abc), "cell-3"))).toBe(
      "invalid-argument",
    );
  });
  test("JavaScript joins TypeScript", () => {
    const notebook = open("```js a\n1\n```\n\n```ts b\n2\n```\n");
    expect(outline(mergeWithNext(notebook, "cell-1"))).toEqual(["ts a|1\n2"]);
  });
  test.each([
    ["const a = b", "(1 + 2).toFixed()", ";(1 + 2).toFixed()"],
    ["const a = b", "[1, 2].map(f)", ";[1, 2].map(f)"],
    ["const a = b", "`text`", ";`text`"],
    [
      "const a = b // why",
      "// see below\n/x/.test(a)",
      "// see below\n;/x/.test(a)",
    ],
    ["const a = b", "-a", ";-a"],
    ["const a = b;", "(1)", "(1)"],
    ["// nothing", "[1]", "[1]"],
    ["const a = b", "// (1)\nconst c = 1", "// (1)\nconst c = 1"],
  ])("code stays apart that is joined: %j and %j", (first, next, joined) => {
    const notebook = open(
      `\`\`\`ts a\n${first}\n\`\`\`\n\n\`\`\`ts b\n${next}\n\`\`\`\n`,
    );
    expect(mergeWithNext(notebook, "cell-1").cells[0]?.source).toBe(
      `${first}\n${joined}`,
    );
  });
  test("cells that are put in keep their names as far as these are free", () => {
    const { cells } = parseNotebook(
      "```ts a\n7\n```\n\n```ts new\n8\n```\n\nmore\n",
      () => crypto.randomUUID(),
    ).notebook;
    expect(outline(insertCells(open(abc), cells, "cell-2"))).toEqual([
      "ts a|1",
      "sql b|2",
      "ts a2|7",
      "ts new|8",
      "md |more",
      "md |text",
    ]);
  });
  test("a flag is a word in the fence", () => {
    const set = setFlag(open(abc), "cell-1", "folded", true);
    expect(printNotebook(set)).toContain("```ts a folded\n");
    expect(setFlag(set, "cell-1", "folded", true)).toEqual(set);
    expect(printNotebook(setFlag(set, "cell-1", "folded", false))).toBe(abc);
  });
  test("places of several changes are all in the text before", () => {
    expect(
      outline(
        changeTexts(open(abc), [
          { cell: "cell-3", from: 0, to: 1, insert: "longer t" },
          { cell: "cell-3", from: 2, to: 4, insert: "" },
          { cell: "cell-1", from: 0, to: 1, insert: "9" },
        ]),
      ),
    ).toEqual(["ts a|9", "sql b|2", "md |longer te"]);
  });
  test("what is put in at one place stands there in its order", () => {
    expect(
      outline(
        changeTexts(open(abc), [
          { cell: "cell-3", from: 2, to: 2, insert: "\n" },
          { cell: "cell-3", from: 2, to: 2, insert: "  " },
          { cell: "cell-3", from: 2, to: 4, insert: "!" },
          { cell: "cell-3", from: 0, to: 1, insert: "T" },
        ]),
      )[2],
    ).toEqual("md |Te\n  !");
  });
});
