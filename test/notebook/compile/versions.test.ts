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

  it("of a SQL cell depends on the SQL cells that it reads, and on what those take", () => {
    const from = {
      "top.sql": "SELECT * FROM near",
      "near.sql": "SELECT * FROM t WHERE x = ${home} AND y = ${airport}",
      home: 'const home = "IAD"',
      a: "const first = task(() => top[0])",
    };
    expect(changed({ home: 'const home = "JFK"' }, from)).toEqual([
      "home",
      "near",
      "top",
      "first",
    ]);
    expect(compile(from).usesContext).toEqual(["near", "top", "first"]);
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

describe("changes of a value by a function", () => {
  const uses = "const t = task(() => seen)\nconst u = 1";
  it.each([
    ["that is called", "function fill() { seen.push(1) }\nfill()"],
    [
      "that is awaited",
      "const fill = async () => { seen.push(1) }\nawait fill()",
    ],
    ["that is given it", "function fill(xs) { xs.push(1) }\nfill(seen)"],
    [
      "that calls another",
      "const add = (xs, x) => xs.push(x)\nfunction fill(s) { add(s, 1) }\nfill(seen)",
    ],
    [
      "that calls itself",
      "function fill(n) { if (n > 0) fill(n - 1); seen.push(1) }\nfill(2)",
    ],
    [
      "whose value has a name",
      "function fill() { return seen.push(1) }\nconst n = fill()",
    ],
    [
      "called where it stands",
      "const n = (() => { seen.push(1); return 1 })()",
    ],
    [
      "that goes over a list",
      "const n = [2].map((x) => { seen.push(1); return x })",
    ],
  ])("count, of one %s", (_, code) => {
    const from = { a: `let seen = []\n${uses}`, b: code };
    const edited = changed({ b: code.replace("1)", "3)") }, from);
    expect(edited).toContain("seen");
    expect(edited).toContain("t");
    expect(edited).not.toContain("u");
  });

  it.each([
    ["that nothing calls", "function fill() { seen.push(1) }"],
    ["that is only passed on", "const later = wrap(() => seen.push(1))"],
    [
      "that a task calls",
      "function fill() { seen.push(1) }\nconst s = task(() => fill())",
    ],
    [
      "that a flow calls",
      "function fill() { seen.push(1) }\nflow('F', () => { fill() })",
    ],
    [
      "that makes another",
      "const made = () => () => seen.push(1)\nconst later = made()",
    ],
    [
      "that changes something of its own",
      "function fill() { const seen = []; seen.push(1) }\nfill()",
    ],
  ])("do not count, of one %s", (_, code) => {
    const from = {
      a: `let seen = []\n${uses}`,
      b: code,
      c: "const wrap = (fn) => fn",
    };
    const edited = changed({ b: code.replace("1)", "3)") }, from);
    expect(edited).not.toContain("seen");
    expect(edited).not.toContain("t");
  });
});

describe("changes of a value by another way to it", () => {
  const uses =
    "const config = { list: [] }\nconst t = task(() => config)\nconst u = 1";
  it.each([
    ["another name", "const other = config\nother.x = 1; 0"],
    ["a part with a name", "const { list } = config\nlist.push(1); 0"],
    ["a part of a part", "const [a] = config.list, b = a.b\nb.x = 1; 0"],
    ["what holds it", "const all = { config }\nall.config.x = 1; 0"],
    ["one of two", "const c = Math.random() ? config : {}\nc.x = 1; 0"],
    ["the elements of a list", "for (const e of config.list) e.x = 1; 0"],
    ["elements given on", "config.list.forEach((e) => { e.x = 1 }); 0"],
    [
      "a function given on",
      "const f = (e) => { e.x = 1 }\nconfig.list.map(f); 0",
    ],
    ["its values", "Object.values(config).forEach((v) => { v.x = 1 }); 0"],
    ["what is found in it", "config.list.find(Boolean).x = 1; 0"],
    [
      "a variable of a function",
      "function f() { const l = config.list; l.push(1) }\nf(); 0",
    ],
    [
      "a part of a parameter",
      "function f({ list }) { list.push(1) }\nf(config); 0",
    ],
    ["what a function gives", "const f = (c) => c.list\nf(config).push(1); 0"],
    [
      "a function with another name",
      "const f = () => config.list.push(1)\nconst g = f\ng(); 0",
    ],
    [
      "a function in a function",
      "function f() { const g = (l) => l.push(1); g(config.list) }\nf(); 0",
    ],
    [
      "a method of an object",
      "const o = { add() { config.list.push(1) } }\no.add(); 0",
    ],
    [
      "a method with a name",
      "const { add } = { add: () => 0 }, o = { go() { config.x = 1 } }\nconst { go } = o\ngo(); 0",
    ],
    [
      "a method of a class",
      "class C { add() { config.list.push(1) } }\nconst c = new C()\nc.add(); 0",
    ],
    [
      "an inherited method",
      "class C { add() { config.x = 1 } }\nclass D extends C {}\nnew D().add(); 0",
    ],
    [
      "what an object was made of",
      "class C { constructor(c) { this.c = c } add() { this.c.x = 1 } }\nconst c = new C(config)\nconst n = c.add()",
    ],
    ["a method in another cell", "config.register(1); 0"],
    ["what it was put into", "const o = {}\no.c = config\no.c.x = 1; 0"],
    ["a list it was put into", "const l = []\nl.push(config)\nl[0].x = 1; 0"],
    [
      "what a method puts",
      "class K { keep(c) { this.c = c } go() { this.c.x = 1 } }\nconst k = new K()\nk.keep(config)\nk.go(); 0",
    ],
    ["a variable that got it later", "let q\nq = config.list\nq.push(1); 0"],
    [
      "a variable that a function gave it",
      "let q\nfunction f() { ({ list: q } = config) }\nf()\nq.push(1); 0",
    ],
    [
      "a method of what a function gives",
      "const make = (c) => ({ fill() { c.x = 1 } })\nmake(config).fill(); 0",
    ],
    [
      "such a method of what has a name",
      "const make = () => ({ fill() { config.x = 1 } })\nconst m = make()\nm.fill(); 0",
    ],
    [
      "a function that a function gives",
      "const make = (c) => { const l = c.list; return () => l.push(1) }\nconst go = make(config)\ngo(); 0",
    ],
    [
      "a call within a call",
      "const id = (x) => x\nconst set = (c) => { c.x = 1 }\nset(id(id({ a: config }).a)); 0",
    ],
    [
      "a function that is told what to be called with",
      "const set = (c) => { c.x = 1 }\nset.apply(null, [config]); 0",
    ],
    [
      "a function with bound arguments",
      "const set = (c) => { c.x = 1 }\nconst bound = set.bind(null, config)\nbound(); 0",
    ],
    [
      "Reflect.apply",
      "const set = (c) => { c.x = 1 }\nReflect.apply(set, null, [config]); 0",
    ],
    [
      "a tag of a template",
      "const tag = (s, c) => { c.x = 1 }\ntag`${config}`; 0",
    ],
    [
      "a function of a list",
      "const all = [() => { config.x = 1 }]\nfor (const f of all) f(); 0",
    ],
    [
      "a function of a map",
      "const all = new Map([['a', () => { config.x = 1 }]])\nall.get('a')(); 0",
    ],
    [
      "a method by its text",
      "const o = { ['go']() { config.x = 1 } }\no['go'](); 0",
    ],
    [
      "one of two functions",
      "const go = () => { config.x = 1 }\n;(u ? go : go)(); 0",
    ],
    [
      "a method that calls another",
      "class C { go() { config.x = 1 } run() { this.go() } }\nnew C().run(); 0",
    ],
    [
      "a method that calls an inherited one",
      "class C { go() { config.x = 1 } }\nclass D extends C { run() { super.go() } }\nnew D().run(); 0",
    ],
    ["a field of a class", "class S { static c = config }\nS.c.x = 1; 0"],
    [
      "a field of what a class makes",
      "class S { c = config }\nnew S().c.x = 1; 0",
    ],
    [
      "arguments without a name",
      "function f() { arguments[0].x = 1 }\nf(config); 0",
    ],
    ["a default argument", "const f = (c = config) => { c.x = 1 }\nf(); 0"],
    [
      "a function of a package",
      "import { shuffle } from 'npm:d3-array@3.2.4'\nshuffle(config.list, 1); 0",
    ],
    [
      "a function that is given it",
      "const on = (f) => f(config)\non((c) => { c.x = 1 }); 0",
    ],
    [
      "a function that is handed on with it",
      "const on = (o, f) => f(o)\nconst twice = (o, f) => on(o, (x) => f(x))\ntwice(config, (c) => { c.x = 1 }); 0",
    ],
    [
      "a method of an object that is given it",
      "const run = (o) => o.each(config)\nrun({ each(c) { c.x = 1 } }); 0",
    ],
    [
      "a function that another one wraps",
      "const tap = (f) => (x) => { f(x); return x }\ntap((c) => { c.x = 1 })(config); 0",
    ],
    [
      "a function that an object has kept",
      "class E { l = []; on(f) { this.l.push(f) } emit(x) { this.l.forEach((f) => f(x)) } }\nconst e = new E()\ne.on((c) => { c.x = 1 })\ne.emit(config); 0",
    ],
    [
      "functions that share a variable",
      "const make = () => { let c; return [(x) => { c = x }, () => c] }\nconst [put, get] = make()\nput(config)\nget().x = 1; 0",
    ],
    [
      "functions of a block that share a variable",
      "let go\nlet set\n{ let c; set = (x) => { c = x }; go = () => { c.x = 1 } }\nset(config)\ngo(); 0",
    ],
    [
      "a getter",
      "const o = { get a() { config.x = 1; return 0 } }\nconst n = o.a",
    ],
    [
      "a getter of what a class makes",
      "class C { get a() { config.x = 1; return 0 } }\nconst { a } = new C()",
    ],
    [
      "a getter that a method uses",
      "const o = { get a() { config.x = 1; return 0 }, go() { return this.a } }\no.go(); 0",
    ],
    [
      "a getter that a copy calls",
      "const o = { get a() { config.x = 1; return 0 } }\nconst n = { ...o }",
    ],
    [
      "what a getter gives",
      "class C { get c() { return config } }\nnew C().c.x = 1; 0",
    ],
    ["a setter", "const o = { set a(v) { v.x = 1 } }\no.a = config; 0"],
    [
      "an inherited setter",
      "class C { set a(v) { config.x = v } }\nclass D extends C {}\nnew D().a = (() => 1)(); 0",
    ],
    [
      "a setter that counts on",
      "const o = { get a() { return 0 }, set a(v) { config.x = 1 } }\no.a++; 0",
    ],
    [
      "an iterator",
      "const o = { *[Symbol.iterator]() { config.x = 1; yield 0 } }\nfor (const x of o) void x; 0",
    ],
    [
      "an iterator that a list is made of",
      "class C { *[Symbol.iterator]() { config.x = 1; yield 0 } }\nconst all = [...new C()]",
    ],
    [
      "an iterator without a generator",
      "const o = { [Symbol.iterator]() { return { next() { config.x = 1; return { done: true } } } } }\nconst [x] = o",
    ],
    [
      "an iterator that waits",
      "const o = { async *[Symbol.asyncIterator]() { config.x = 1; yield 0 } }\nfor await (const x of o) void x; 0",
    ],
    [
      "what an iterator gives",
      "const o = { *[Symbol.iterator]() { yield config } }\nfor (const x of o) x.x = 1; 0",
    ],
    [
      "what a generator gives",
      "function* g() { yield config }\nfor (const x of g()) x.x = 1; 0",
    ],
    [
      "what a generator hands on",
      "function* g() { yield* h() }\nfunction* h() { yield config }\ng().next().value.x = 1; 0",
    ],
  ])("counts, by %s", (_, code) => {
    const from = { a: uses, b: code };
    const b = code.replace(/\b1(?=\)|;| \})/, "3");
    expect(b).not.toBe(code);
    const edited = changed({ b }, from);
    expect(edited).toContain("config");
    expect(edited).toContain("t");
    expect(edited).not.toContain("u");
  });

  it.each([
    ["that another name gets another value", "let n = config.x\nn = 1; 0"],
    ["that a counter begins with it", "for (let n = config.x; n < 1; n++); 0"],
    [
      "that a value is worked out from it",
      "const n = [config.x + 1]\nn.push(1); 0",
    ],
    [
      "that a task's result is changed",
      "const rows = await t()\nrows.push(1); 0",
    ],
    [
      "that a method only goes over it",
      "config.list.forEach((e) => console.log(e, 1)); 0",
    ],
    [
      "that another method of one object does so",
      "const o = { add() { config.x = 1 }, get: () => 0 }\no.get(); 0",
    ],
    [
      "that a task is put into a registry beside something else",
      "const tasks = {}\ntasks.t = t\ntasks.n = 1; 0",
    ],
    [
      "that a function makes one that nothing calls",
      "const make = (c) => () => { c.x = 1 }\nconst go = make(config)",
    ],
    [
      "that a task is made by a function",
      "const make = (n) => task(() => { config.list.push(1) })\nconst made = make(2)",
    ],
    [
      "that a getter is not read",
      "const o = { get a() { config.x = 1; return 0 }, b: 0 }\nconst n = o.b",
    ],
    [
      "that a setter is read",
      "const o = { get a() { return 0 }, set a(v) { config.x = 1 } }\nconst n = o.a",
    ],
    [
      "that something else is gone over",
      "const o = { *[Symbol.iterator]() { config.x = 1; yield 0 }, list: [] }\nfor (const x of [0]) void x; 0",
    ],
    [
      "that a function is given something else",
      "const on = (o, f) => f(o)\nconst other = {}\nconst n = on(other, (c) => { c.x = 1 })",
    ],
  ])("does not count %s", (_, code) => {
    const from = { a: uses, b: code };
    const b = code.replace(/\b1(?=\)|;| \})/, "3");
    expect(b).not.toBe(code);
    const edited = changed({ b }, from);
    expect(edited).not.toContain("config");
    expect(edited).not.toContain("t");
  });

  it("does not count what a flow maps a task over", () => {
    const from = {
      a: "const t = task((x) => x)\nflow('F', () => { t.map([1]) })",
    };
    expect(changed({ a: from.a.replace("[1]", "[2]") }, from)).toEqual([]);
  });

  it("is looked for in no time where variables are given each other", () => {
    const names = Array.from({ length: 20 }, (_, at) => `v${at}`);
    const lines = names.map(
      (name) =>
        `let ${name} = ${names.map((other) => `f(${other})`).join(" ?? ")};`,
    );
    const a = `const rows = []\nfunction f(x) { return x ?? f(rows) }\nfunction fill(v0) { ${lines.slice(1).join("")} v19.x = 1 }`;
    const from = { a, b: "fill(rows)" };
    expect(changed({ a: a.replace("x = 1", "x = 2") }, from)).toContain("rows");
  });
});

describe("code that a machine wrote", () => {
  const count = 200;
  const numbers = Array.from({ length: count }, (_, at) => at);
  it.each([
    [
      "objects that hold each other",
      numbers.map((at) => `const o${at} = {}`).join("\n") +
        numbers
          .map((at) => `\no${at}.n = o${(at + 1) % count}; o${at}.x = 1`)
          .join(""),
    ],
    [
      "objects that call each other",
      numbers
        .map(
          (at) =>
            `const o${at} = { p: o${at - 1}, go: () => o${at - 1}.go(1) }\no${at}.go()`,
        )
        .join("\n")
        .replaceAll("o-1", "config"),
    ],
  ])("is looked at in no time: %s", (_, b) => {
    const from = {
      a: "const config = { go() { config.x = 0 } }\nconst t = task(() => config)",
      b: `${b}\nconfig.y = o${count - 1}`,
    };
    expect(changed({ a: from.a.replace("x = 0", "x = 3") }, from)).toContain(
      "t",
    );
  });
});

describe("the order of statements", () => {
  const from = {
    a: "const steps = []\nsteps.push(1)\nsteps.push(2)\nconst t = task(() => steps)\nconst u = 1",
  };
  it("counts where they change one value", () => {
    const a = from.a
      .replace("1)", "3)")
      .replace("2)", "1)")
      .replace("3)", "2)");
    expect(changed({ a }, from)).toEqual(["steps", "t"]);
  });

  it("does not count where they do not", () => {
    const lines = from.a.split("\n");
    const a = [lines[4], ...lines.slice(0, 4)].join("\n");
    expect(changed({ a }, from)).toEqual([]);
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

  it("are those that read a SQL cell which binds a parameter, too", () => {
    const { usesContext } = compile({
      "near.sql": "SELECT * FROM a WHERE x = ${airport}",
      "all.sql": "SELECT * FROM a",
      a: "const t = task(() => near)\nconst o = task(() => all)",
    });
    expect(usesContext).toEqual(["near", "t"]);
  });

  it("are none when the notebook means something else by it", () => {
    expect(
      compile({ a: "const context = 1\nconst t = task(() => context)" })
        .usesContext,
    ).toEqual([]);
  });
});

it("a name keeps its version where another one for something of the language is imported and used elsewhere", () => {
  const before = {
    a: 'import { task as one } from "flowbook"\nconst f = one(() => 1)',
  };
  const after = {
    a: 'import { task as one, task as two } from "flowbook"\nconst f = one(() => 1)\nconst g = two(() => 2)',
  };
  expect(changed(after, before)).toEqual(["g"]);
});
