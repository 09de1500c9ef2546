import { describe, expect, it } from "vitest";
import { compile } from "./cells.ts";

const extract = `
const url = "https://example.org"
const parse = (text: string) => text.split("\\n")
export const extract = task(async () => parse(await fetchText(url)), { retries: 3 })
const other = task(() => 1)
`;
const transform =
  "const transform = task((rows: string[]) => rows.map(clean))\nfunction clean(row) { return row.trim() + suffix }";
const helper = "const suffix = '!'";
const base = { extract, transform, helper };

function versions(sources: Record<string, string>) {
  const program = compile(sources);
  expect(
    program.diagnostics.filter(({ severity }) => severity === "error"),
  ).toEqual([]);
  return program.versions;
}

/** The names whose version an edit changes. */
function changed(
  edited: Record<string, string>,
  from: Record<string, string> = base,
): string[] {
  const before = versions(from);
  const after = versions({ ...from, ...edited });
  return Object.keys(after).filter((name) => after[name] !== before[name]);
}

describe("the version of a name", () => {
  it.each([
    ["comments", extract.replaceAll("\n", " // why\n")],
    ["layout", extract.replaceAll(", ", ",\n\t").replaceAll(" = ", "  =\n")],
    ["semicolons", extract.replaceAll("\n", ";\n")],
    ["quotes", extract.replaceAll('"', "'")],
    [
      "brackets without effect",
      extract.replace(
        "parse(await fetchText(url))",
        "(parse((await fetchText(url))))",
      ),
    ],
    [
      "types",
      extract
        .replace("(text: string)", "(text: string | null): any")
        .replace("split(", "split<x>("),
    ],
    [
      "type declarations",
      `${extract}\ninterface Row { a: 1 }\ntype X = typeof url`,
    ],
    ["the keyword export", extract.replace("export ", "")],
    [
      "an import of the language",
      `import { task, fetchText } from "flowbook"\n${extract}`,
    ],
  ])("does not depend on %s", (_, edited) => {
    expect(changed({ extract: edited })).toEqual([]);
  });

  it("depends on the code", () => {
    expect(changed({ extract: extract.replace("() => 1", "() => 2") })).toEqual(
      ["other"],
    );
    expect(
      changed({ extract: extract.replace("retries: 3", "retries: 4") }),
    ).toEqual(["extract"]);
  });

  it("depends on what it refers to in its own cell", () => {
    expect(
      changed({ extract: extract.replace("example.org", "example.com") }),
    ).toEqual(["url", "extract"]);
    expect(changed({ extract: extract.replace("split", "match") })).toEqual([
      "parse",
      "extract",
    ]);
  });

  it("depends on what it refers to in other cells, over and over", () => {
    expect(changed({ helper: "const suffix = '?'" }).sort()).toEqual([
      "clean",
      "suffix",
      "transform",
    ]);
  });

  it("does not depend on other definitions of its cell", () => {
    expect(
      changed({ extract: `${extract}\nconst more = task(() => 3)` }),
    ).toEqual(["more"]);
    expect(
      changed({ extract: extract.replace("const other = task(() => 1)", "") }),
    ).toEqual([]);
  });

  it("depends on whether a variable can change", () => {
    expect(changed({ helper: "let suffix = '!'" })).toContain("transform");
  });

  it("depends on which name an import gives to what", () => {
    const from = {
      a: "import { load as go } from 'flowbook'\nconst f = task(() => go('t', []))",
    };
    expect(changed({ a: from.a.replace("load", "fetchText") }, from)).toEqual([
      "f",
    ]);
  });

  it("tells statements apart that differ in a semicolon", () => {
    const from = {
      a: "const f = task(() => { if (x()) ; y() })\nconst x = () => 1, y = x",
    };
    expect(changed({ a: from.a.replace(" ;", "") }, from)).toEqual(["f"]);
  });

  it("is the same for functions that call each other", () => {
    const from = { a: "const f = n => g(n)\nconst g = n => n ? f(n - 1) : 0" };
    expect(changed({ a: from.a.replace(": 0", ": 1") }, from)).toEqual([
      "f",
      "g",
    ]);
  });

  it("counts each variable of a declaration and each name of a pattern", () => {
    const from = { a: "const a = 1, { b, c } = { b: 1, c: 2 }, d = b" };
    expect(changed({ a: from.a.replace("c: 2", "c: 3") }, from)).toEqual([
      "b",
      "c",
      "d",
    ]);
    expect(changed({ a: from.a.replace("a = 1", "a = 2") }, from)).toEqual([
      "a",
    ]);
  });

  it("of a SQL cell depends on its text", () => {
    const from = {
      "rows.sql": "SELECT 1",
      a: "const first = task(() => rows[0])",
    };
    expect(changed({ "rows.sql": "SELECT 2" }, from)).toEqual([
      "rows",
      "first",
    ]);
  });
});

describe("changes of a value from outside its definition", () => {
  it.each([
    "config.x = 1",
    "config.list.push(1)",
    "for (const n of [1, 2]) config.list.push(n)",
    "[1].forEach(n => config.set(n))",
    "config.y ||= 2",
    "delete config.x",
    "config.n++",
    "[config.a, config.b] = [1, 2]",
    "Object.assign(config, { x: 1 })",
    "const n = config.list.push(1)",
    "config.register('x'); let end",
    "if (true) { config.x = 1 }",
  ])("count: %s", (statement) => {
    const from = {
      a: "const config = { list: [] }\nconst t = task(() => config.x)\nconst u = 1;",
    };
    const edited = changed({ a: `${from.a}\n${statement}` }, from);
    expect(edited).toContain("config");
    expect(edited).toContain("t");
    expect(edited).not.toContain("u");
  });

  it.each([
    "config.list.map(n => n + 1)",
    "display(config.list.join())",
    "console.log(config)",
    "const later = () => config.list.push(1)",
    "{ const config = []; config.push(1) }",
    "config.x",
  ])("are not these: %s", (statement) => {
    const from = {
      a: "const config = { list: [] }\nconst t = task(() => config.x)",
    };
    const edited = changed({ a: `${from.a}\n${statement}` }, from);
    expect(edited).not.toContain("config");
    expect(edited).not.toContain("t");
  });

  it("bring in what they refer to", () => {
    const from = {
      a: "const config = {}\nconfig.x = limit",
      b: "const limit = 1",
    };
    expect(changed({ b: "const limit = 2" }, from).sort()).toEqual([
      "config",
      "limit",
    ]);
  });

  it("count in other cells too", () => {
    const from = {
      a: "const config = {}\nconst t = task(() => config.x)",
      b: "let end",
    };
    expect(changed({ b: "config.x = 1\nlet end" }, from)).toEqual([
      "config",
      "t",
    ]);
  });
});

describe("names that use the context", () => {
  it("are those whose code mentions it, directly or not", () => {
    const { usesContext } = compile({
      a: "const attempt = () => context.attempt\nconst plain = task(() => 1)",
      b: "const t = task(() => attempt())\nconst o = task(() => ({ context: 1 }))",
    });
    expect(usesContext).toEqual(["attempt", "t"]);
  });

  it("are none when the notebook means something else by it", () => {
    expect(
      compile({ a: "const context = 1\nconst t = task(() => context)" })
        .usesContext,
    ).toEqual([]);
  });
});
