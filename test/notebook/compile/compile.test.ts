import { describe, expect, it } from "vitest";
import {
  compileNotebook,
  createCache,
} from "../../../src/notebook/compile/compile.ts";
import fc from "fast-check";
import { cellsOf, compile, complaints, marked, messages } from "./cells.ts";
import { nameCases } from "./names.ts";
import { erasable } from "./typescript.ts";

function names(program: { cells: readonly { name: string }[] }): string[] {
  return program.cells.map(({ name }) => name);
}

describe("linking cells", () => {
  it("orders cells so that each comes after those it takes names from", () => {
    const program = compile({
      c: "const z = y + 1",
      a: "const x = 1",
      b: "const y = x + 1",
    });
    expect(names(program)).toEqual(["a", "b", "c"]);
    expect(program.cells.map(({ inputs }) => inputs)).toEqual([
      [],
      ["x"],
      ["y"],
    ]);
    expect(program.diagnostics).toEqual([]);
    expect(program.broken).toEqual({});
  });

  it("leaves cells where they stand when nothing asks for another order", () => {
    const program = compile({ c: "const z = 1", a: "const x = 1", b: "x" });
    expect(names(program)).toEqual(["c", "a", "b"]);
  });

  it("lets names be used in functions whatever the order of cells", () => {
    const program = compile({
      a: "const f = () => g()",
      b: "function g() { return 1 }",
    });
    expect(names(program)).toEqual(["b", "a"]);
  });

  it("gives the rows of a SQL cell under its name", () => {
    const program = compile({ "rows.sql": "SELECT 1", view: "table(rows)" });
    expect(program.cells[0]).toMatchObject({
      name: "rows",
      kind: "sql",
      code: "SELECT 1",
      declares: ["rows"],
      inputs: [],
      isView: true,
    });
    expect(program.cells[1]?.inputs).toEqual(["rows"]);
  });

  it("lets a SQL cell read others by their names, and hands on what those read and take", () => {
    const program = compile({
      "top.sql": "SELECT * FROM Late JOIN gates WHERE n > ${least}",
      "late.sql":
        "SELECT gate, count(*) AS n FROM busy WHERE delay > ${limit} GROUP BY 1",
      "busy.sql": "SELECT * FROM flight",
      values: "const limit = 5; const least = 1",
    });
    expect(program.diagnostics).toEqual([]);
    expect(
      program.cells.map(({ name, reads, inputs }) => [name, reads, inputs]),
    ).toEqual([
      ["values", undefined, []],
      ["busy", undefined, []],
      ["late", ["busy"], ["limit"]],
      ["top", ["busy", "late"], ["least", "limit"]],
    ]);
  });

  it("takes a name for the table if the notebook makes one, and if it is the cell's own", () => {
    const program = compile({
      work: 'const fill = task(() => load("Busy", [])); const more = task(() => db.exec("CREATE TABLE late (x)"))',
      "busy.sql": "SELECT * FROM busy, late",
      "late.sql": "SELECT * FROM busy",
      "top.sql": "SELECT * FROM main.other, other",
      "other.sql": "SELECT * FROM other",
    });
    expect(
      program.cells.flatMap(({ name, reads }) =>
        reads ? [[name, reads]] : [],
      ),
    ).toEqual([["top", ["other"]]]);
  });

  it("takes names by which SQL cells read each other in a circle for tables, which may be there, and says so", () => {
    const program = compile({
      "a.sql": "SELECT 1,\n* FROM b",
      "b.sql": "SELECT * FROM c",
      "c.sql": "SELECT * FROM a",
      "d.sql": "SELECT * FROM c",
      "e.sql": "SELECT 1",
    });
    expect(program.cells.map(({ name, reads }) => [name, reads])).toEqual([
      ["a", undefined],
      ["b", undefined],
      ["c", undefined],
      ["d", ["c"]],
      ["e", undefined],
    ]);
    expect(complaints(program)).toEqual([
      "a 2:8 warning cell-cycle",
      "b 1:15 warning cell-cycle",
      "c 1:15 warning cell-cycle",
    ]);
    expect(messages(program, "a")).toEqual([
      "The SQL cell b needs this one, so `b` is no cell here, but a table of that name. If there is none, have one of the two read tables, or rename it.",
    ]);
  });

  it("takes a query for one of tables where its circle goes over code that takes its rows, and the value that another query binds", () => {
    const program = compile({
      "a.sql": "SELECT * FROM b",
      "b.sql": "SELECT ${top}",
      code: "const top = a[0]",
    });
    expect(names(program)).toEqual(["a", "code", "b"]);
    expect(complaints(program)).toEqual(["a 1:15 warning cell-cycle"]);
  });

  it("still refuses a circle of values that queries bind", () => {
    const program = compile({
      "a.sql": "SELECT ${top} FROM b",
      "b.sql": "SELECT ${top}",
      code: "const top = a[0]",
    });
    expect(names(program)).toEqual([]);
    expect(messages(program, "a")[0]).toContain(
      "Move one of these names into a cell of its own.",
    );
  });

  it("does not leave out a query that reads a table because the SQL cell of that name has an error", () => {
    const program = compile({
      "orders.sql": "SELECT ${one + }",
      "top.sql": "SELECT * FROM orders",
      "more.sql": "SELECT * FROM top",
    });
    expect(program.cells.map(({ name, reads }) => [name, reads])).toEqual([
      ["top", undefined],
      ["more", ["top"]],
    ]);
    expect(messages(program, "top")).toEqual([
      "The SQL cell orders has an error. Until that is put right there, `orders` is no cell here, but a table of that name.",
    ]);
  });

  it("takes an empty SQL cell for a cell without output", () => {
    const program = compile({ "rows.sql": " " });
    expect(program.cells[0]).toMatchObject({ code: " ", isView: false });
    expect(program.diagnostics).toEqual([]);
  });

  it("leaves prose alone", () => {
    expect(compile({ "a.md": "const x =" })).toMatchObject({
      cells: [],
      diagnostics: [],
    });
  });

  it("says which names of the language a cell needs", () => {
    const program = compile({
      a: "const t = task(() => db.query('SELECT 1'))\nPlot.plot({})\nMath.max(1)",
    });
    expect(program.cells[0]?.language).toEqual(["task", "db", "Plot"]);
  });

  it("does not make an edge of a name that only types use", () => {
    const program = compile({
      a: "const cfg = { x: 1 }",
      b: "type C = typeof cfg\nconst y = {} as C",
    });
    expect(program.cells[1]?.inputs).toEqual([]);
  });

  it("takes a name after typeof from a cell that has it, and does without otherwise", () => {
    const program = compile({
      a: "const x = 1",
      b: "typeof x",
      c: "typeof nowhere",
    });
    expect(program.diagnostics).toEqual([]);
    expect(program.cells.map(({ inputs }) => inputs)).toEqual([[], ["x"], []]);
  });
});

describe("a name that two cells define", () => {
  const program = compile({
    a: "const x = 1",
    b: "const y = 2, x = 2",
    c: "x",
    d: "const z = 3",
  });

  it("is an error on both, which names the other", () => {
    expect(complaints(program)).toEqual([
      "a 1:7 error duplicate-name",
      "b 1:14 error duplicate-name",
      "c 1:1 warning cell-failed",
    ]);
    expect(messages(program, "a")[0]).toContain("also defined by cell b");
    expect(messages(program, "b")[0]).toContain("also defined by cell a");
  });

  it("leaves them and the cells that need it out, and nothing else", () => {
    expect(names(program)).toEqual(["d"]);
    expect(Object.keys(program.broken)).toEqual(["#a", "#b", "#c"]);
    expect(program.broken["#c"]).toContain(
      "waits for cell a, which has an error",
    );
  });

  it("may be the name of a SQL cell", () => {
    const sql = compile({ "x.sql": "SELECT 1", b: "const x = 1" });
    expect(complaints(sql)).toEqual([
      "x 1:1 error duplicate-name",
      "b 1:7 error duplicate-name",
    ]);
    expect(messages(sql, "b")[0]).toContain("the SQL cell x");
  });

  it("is complained about on three cells when three have it", () => {
    const three = compile({ a: "let x", b: "let x", c: "let x" });
    expect(three.diagnostics).toHaveLength(3);
    expect(messages(three, "b")[0]).toContain("cell a and cell c");
  });

  it("may be that of a flow", () => {
    const flows = compile({
      a: 'flow("Load", () => {})',
      b: "const t = task(() => 1)\nflow(`Load`, () => t())",
      c: 'flow("Other", () => {})',
    });
    expect(complaints(flows)).toEqual([
      "a 1:1 error duplicate-name",
      "b 2:1 error duplicate-name",
    ]);
    expect(names(flows)).toEqual(["c"]);
  });

  it("may be that of two cells", () => {
    const cells = [...cellsOf({ a: "let x" }), ...cellsOf({ a: "let y" })].map(
      (cell, index) => ({ ...cell, id: `${index}` }),
    );
    const same = compileNotebook({ cells });
    expect(same.diagnostics.map(({ cell, code }) => `${cell} ${code}`)).toEqual(
      ["0 duplicate-name", "1 duplicate-name"],
    );
  });
});

describe("a circle of cells", () => {
  it("is an error on each of them, which tells the way round", () => {
    const program = compile({
      a: "const y = 1\nconst z = x",
      b: "const x = () => y",
      c: "z",
      d: "const free = 1",
    });
    expect(complaints(program)).toEqual([
      "a 2:11 error cell-cycle",
      "b 1:17 error cell-cycle",
      "c 1:1 warning cell-failed",
    ]);
    expect(messages(program, "a")[0]).toMatch(
      /^Cell a needs `x` of cell b, which needs `y` of cell a: /,
    );
    expect(messages(program, "b")[0]).toMatch(
      /^Cell b needs `y` of cell a, which needs `x` of cell b: /,
    );
    expect(names(program)).toEqual(["d"]);
  });

  it("may have three cells", () => {
    const program = compile({
      a: "const x = z",
      b: "const y = x",
      c: "const z = y",
    });
    expect(program.diagnostics).toHaveLength(3);
    expect(messages(program, "c")[0]).toMatch(
      /^Cell c needs `y` of cell b, which needs `x` of cell a, which needs `z` of cell c: /,
    );
  });

  it("is none within one cell", () => {
    const program = compile({
      a: "const even = n => n === 0 || odd(n - 1)\nconst odd = n => n !== 0 && even(n - 1)",
    });
    expect(program.diagnostics).toEqual([]);
  });
});

describe("a name that no cell defines", () => {
  it("is an error where it stands, with the nearest name", () => {
    const program = compile({
      a: "const airlines = []",
      b: "const n =\n  airlnes.length",
    });
    expect(complaints(program)).toEqual(["b 2:3 error unknown-name"]);
    expect(messages(program, "b")).toEqual([
      "`airlnes` is not defined in any cell. Did you mean `airlines`?",
    ]);
    expect(names(program)).toEqual(["a"]);
  });

  it("comes with what stands there if the nearest name was meant", () => {
    const { diagnostics } = compile({
      a: "const airlines = []",
      b: "airlnes.length; xyzzy",
      c: 'import { taks } from "flowbook"',
      d: 'import { flwo as draw } from "flowbook"',
    });
    expect(diagnostics.map(({ instead }) => instead)).toEqual([
      "airlines",
      undefined,
      "task",
      undefined,
    ]);
  });

  it.each([
    ["taks(() => 1)", "Did you mean `task`?"],
    ["Jsno.parse('1')", "Did you mean `JSON`?"],
    ["const total = 1; totl", "Did you mean `total`?"],
    ["xyzzy", "Define it here or in another cell."],
    ["undefinedName", "Define it here or in another cell."],
    ["document.body", "belongs to web pages"],
    ["require('fs')", "belongs to Node.js"],
    ["postMessage(1)", "belongs to the worker"],
    ["name", "not defined"],
  ])("advises: %s", (source, advice) => {
    const program = compile({ a: source });
    expect(program.diagnostics).toHaveLength(1);
    expect(program.diagnostics[0]?.code).toBe("unknown-name");
    expect(messages(program, "a")[0]).toContain(advice);
  });

  it.each([
    ["document.querySelector('p')", "html`...`"],
    ["window.x = 1", "`globalThis`"],
    ["alert('x')", "notifyBrowser(...)"],
    ["localStorage.getItem('x')", "the database"],
    ["new DOMParser()", "readHtmlTable(...)"],
    ["require('fs')", '`import { sum } from "npm:d3-array@3.2.4"`'],
    ["process.env.KEY", '`param("airport", "IAD")`'],
    ["Buffer.from('x')", "Uint8Array"],
    ["__dirname", "attachments"],
    ["module.exports = {}", "without an export"],
    ["pd.read_csv('x.csv')", "readCsv(...)"],
    ["np.array([1])", "`d3`"],
    ["plt.plot([1])", "Plot"],
    ["requests.get('x')", "fetchJson"],
    ["open('x.txt')", "readText"],
    ["FileAttachment('x.csv').csv()", "readCsv"],
    ["Inputs.range([0, 1])", "`param("],
    [
      "const t = task(() => 1, { trigger: allFinished })",
      "`triggers.allFinished`",
    ],
    [
      "const t = task(() => 1, { trigger: any_failed })",
      "`triggers.anyFailed`",
    ],
  ])(
    "says what there is instead of what others have: %s",
    (source, instead) => {
      const said = messages(compile({ a: source }), "a").join();
      expect(said).toMatch(
        /^`(\w+)` (?:belongs to|is of a|is a trigger|is Python)/,
      );
      expect(said).toContain(instead);
      expect(said).not.toContain("Did you mean");
    },
  );

  it("may be a misspelt one of the notebook's although others have it", () => {
    const { diagnostics } = compile({
      a: "const documents = []",
      b: "document.length",
    });
    expect(diagnostics[0]?.message).toContain("Or did you mean `documents`?");
    expect(diagnostics[0]?.instead).toBe("documents");
  });

  it("is none that the notebook defines although others have it, nor one behind a test", () => {
    const program = compile({
      a: "const document = { title: 'x' }; const pd = 1; function open() {}",
      b: "const f = (window, process) => window + process.env; for (const len of [1]) len",
      c: "document.title + pd + open()",
      d: 'import { log as print } from "flowbook"\nprint(() => 1)',
      e: "typeof window === 'undefined' ? 1 : 2",
      f: "const print2 = { print: 1, document }; print2.print",
    });
    expect(program.diagnostics).toEqual([]);
    expect(program.cells.map(({ foreign }) => foreign)).toEqual(
      program.cells.map(() => undefined),
    );
  });

  it("tells the worker what to say of what only others have", () => {
    const { cells } = compile({ a: "const f = () => alert(1)", b: "1" });
    expect(cells[0]?.foreign).toEqual({
      alert: expect.stringContaining("`alert` belongs to web pages") as string,
    });
    expect(cells[1]).not.toHaveProperty("foreign");
  });

  it.each(["pd", "xs"])(
    "has no nearest name that shares half of it: %s",
    (name) => {
      const [said] = messages(
        compile({ a: "const ps = 1, x = 1", b: name }),
        "b",
      );
      expect(said).not.toMatch(/did you mean/i);
    },
  );

  it("is told for each of very many, with the nearest name for the first of them", () => {
    const misspelt = Array.from(
      { length: 300 },
      (_, at) => `totalOfAllAirports${at}`,
    );
    const program = compile({
      a: "const totalOfAllAirports = 1",
      b: misspelt.join("\n"),
    });
    const said = messages(program, "b");
    expect(said).toHaveLength(misspelt.length);
    expect(said.map((message) => message.includes("Did you mean"))).toEqual(
      misspelt.map((_, at) => at < 100),
    );
  });

  it("makes the cells wait that need the cell, along the whole chain", () => {
    const program = compile({
      a: "const x = nowhere",
      b: "const y = x",
      c: "const z = y",
      d: "1",
    });
    expect(complaints(program)).toEqual([
      "a 1:11 error unknown-name",
      "b 1:11 warning cell-failed",
      "c 1:11 warning cell-failed",
    ]);
    expect(program.broken["#b"]).toContain(
      "waits for cell a, which has an error",
    );
    expect(program.broken["#c"]).toContain("waits for cell b, which waits");
    expect(names(program)).toEqual(["d"]);
  });

  it("is not said of names that a cell with a syntax error seems to define", () => {
    const program = compile({
      a: "const rows = [1, 2\nfunction load2() {}\nconst { p, q: r } = x\nexport async function f() {}",
      b: "[rows, load2, p, r, f]",
    });
    expect(complaints(program)).toEqual([
      "a 2:1 error cell-syntax",
      "b 1:2 warning cell-failed",
    ]);
    expect(messages(program, "b")[0]).toContain(
      "waits for cell a, which has an error",
    );
  });

  it("goes away when a cell defines it", () => {
    const cache = createCache();
    expect(compile({ b: "x" }, cache).diagnostics).toHaveLength(1);
    expect(compile({ b: "x", a: "let x" }, cache).diagnostics).toEqual([]);
    expect(compile({ b: "x", a: "let y" }, cache).diagnostics).toHaveLength(1);
  });
});

describe("what a cell must not do", () => {
  it.each([
    ["x = 2", "1:1", "belongs to cell a"],
    ["const f = () => { x++ }", "1:19", "belongs to cell a"],
    ["({ x } = { x: 1 })", "1:4", "belongs to cell a"],
    ["for (x of [1]);", "1:6", "belongs to cell a"],
    ["task = 1", "1:1", "is Flowbook's"],
    ["console = 1", "1:1", "is the browser's"],
    ["import { task as t } from 'flowbook'\nt = 1", "2:1", "is Flowbook's"],
    ["const self2 = this", "1:15", "`this` means nothing"],
    ["const f = () => this.x", "1:17", "`this` means nothing"],
    ["const f = () => arguments", "1:17", "(...values)"],
    ["eval('1')", "1:1", "Write a function"],
    ["import.meta.url", "1:1", "import.meta"],
    ["const $flowbookX = 1", "1:7", "reserved"],
    ["$flowbook()", "1:1", "reserved"],
    ["with (x) {}", "1:1", "`with` cannot be used"],
    ["x<!--x", "1:2", "begins a comment"],
  ])("is refused: %s", (source, place, advice) => {
    const program = compile({ a: "let x = 1", b: source });
    const [first] = program.diagnostics;
    expect(`${first?.line}:${first?.column}`).toBe(place);
    expect(first?.severity).toBe("error");
    expect(first?.message).toContain(advice);
    expect(program.broken).toHaveProperty("#b");
  });

  it("says of an assignment to nothing how to define it", () => {
    const program = compile({ a: "total = 1" });
    expect(complaints(program)).toEqual(["a 1:1 error unknown-name"]);
    expect(messages(program, "a")[0]).toContain("let total = ...");
  });

  it.each([
    "function f() { return this }",
    "class A { x = this; static { this.y = 1 } m() { return () => this } }",
    "function f() { return arguments }",
    "const o = { m() { return this } }",
    "(0, eval)",
    "let $flow = 1",
    "const s = 'a <!-- b -->'; s // <!--",
    "const html2 = `\n--> <!--`",
    "let n = 3; while (n-->0);",
  ])("is not this: %s", (source) => {
    expect(compile({ a: source }).diagnostics).toEqual([]);
  });

  it.each([
    [
      "import _ from 'lodash'",
      'Importing from "lodash" is not possible: cells import packages of npm with their version',
    ],
    ["import fs from 'node:fs'", '"node:fs" is a module of Node.js'],
    ["import { join } from 'path'", '"path" is a module of Node.js'],
    ["import { a } from './a.js'", '"./a.js" is a file, and cells import none'],
    ["import 'x'", "not possible: cells import packages"],
    ["import * as F from 'flowbook'", "name by name"],
    ["import F from 'flowbook'", "name by name"],
    ["export default 1", "no default export"],
    ["export * from 'x'", "cannot export"],
    ["export { task } from 'flowbook'", "cannot export"],
    ["const a = 1\nexport { a as b }", "const b = a"],
  ])("is not possible yet: %s", (source, advice) => {
    const program = compile({ a: source });
    expect(program.diagnostics.map(({ code }) => code)).toEqual(["not-yet"]);
    expect(messages(program, "a")[0]).toContain(advice);
  });
});

describe("what may be meant for other surroundings", () => {
  // Behind a test or in a try it does no harm, so the cell goes on.
  it.each([
    ["try { await import('x') } catch {}", "not-yet", "top of the cell"],
    [
      "typeof document !== 'undefined' && document.title",
      "unknown-name",
      "web pages",
    ],
  ])("is a warning: %s", (source, code, advice) => {
    const program = compile({ a: source });
    expect(program.diagnostics).toMatchObject([{ severity: "warning", code }]);
    expect(messages(program, "a")[0]).toContain(advice);
    expect(names(program)).toEqual(["a"]);
  });
});

describe("names of the language", () => {
  it("can be imported, and change nothing then", () => {
    const program = compile({
      a: "import { task, type Ref, Duration } from 'flowbook'\nconst t = task(() => 1)",
      b: "import { task } from 'flowbook'\nconst u = task(() => t())",
    });
    expect(program.diagnostics).toEqual([]);
    expect(
      program.cells.map(({ inputs, declares }) => [inputs, declares]),
    ).toEqual([
      [[], ["t"]],
      [["t"], ["u"]],
    ]);
  });

  it("can be imported under another name, which is the cell's own", () => {
    const program = compile({
      a: "const x = define(() => 1)\nimport {\n  task as define,\n} from 'flowbook'",
      b: "define",
    });
    expect(complaints(program)).toEqual(["b 1:1 error unknown-name"]);
    expect(program.cells[0]).toMatchObject({
      declares: ["x"],
      inputs: [],
      language: ["task"],
    });
    expect(program.tasks).toEqual({ x: { cell: "#a", line: 1, column: 7 } });
  });

  it("are the language's own in a cell that imports them, whatever another defines", () => {
    const program = compile({
      a: "const table = 1",
      b: "import { table } from 'flowbook'\ntable([])",
      c: "table",
    });
    expect(program.cells.map(({ inputs }) => inputs)).toEqual([
      [],
      [],
      ["table"],
    ]);
  });

  it("are told when an import misspells them", () => {
    const program = compile({ a: "import { taks } from 'flowbook'" });
    expect(messages(program, "a")).toEqual([
      '"flowbook" has no name `taks`. Did you mean `task`?',
    ]);
  });

  it("may be taken for something else in the whole notebook, with a warning", () => {
    const program = compile({
      a: "const table = [1]\nconst Map = 2\nconst name = 3",
      b: "table.length",
      "load.sql": "SELECT 1",
    });
    expect(complaints(program)).toEqual([
      "a 1:7 warning duplicate-name",
      "a 2:7 warning duplicate-name",
      "load 1:1 warning duplicate-name",
    ]);
    expect(program.cells[1]).toMatchObject({ inputs: ["table"], language: [] });
    expect(program.broken).toEqual({});
  });
});

describe("places", () => {
  it("finds flows and tasks", () => {
    const program = compile({
      a: "const one = task(() => 1), two = resource(() => 1, () => {})\nlet other = one",
      b: "const etl =\n  flow('ETL', () => one())\nfor (const n of [1]) flow(`${n}`, () => {})",
    });
    expect(program.tasks).toEqual({
      one: { cell: "#a", line: 1, column: 7 },
      two: { cell: "#a", line: 1, column: 28 },
    });
    expect(program.flows).toEqual([
      { name: "ETL", cell: "#b", line: 2, column: 3 },
    ]);
  });

  it("finds flows in cells that are left out too", () => {
    const program = compile({ a: "nowhere()\nflow('ETL', () => {})" });
    expect(program.flows).toHaveLength(1);
    expect(program.cells).toEqual([]);
  });

  it("leaves no cell out for what only the body of a flow gets wrong", () => {
    const program = compile({
      a: "const one = task(() => 1)\nflow('ETL', () => nowhere(one()))",
      b: "flow('Other', () => one())",
    });
    expect(program.cells).toHaveLength(2);
    expect(program.diagnostics).toHaveLength(1);
    expect(program.flows.map(({ problem }) => problem?.line)).toEqual([
      2,
      undefined,
    ]);
  });

  it("leaves a cell out for a circle, also where the name stands in the body of a flow", () => {
    const program = compile({
      a: "const one = task(() => 1)\nflow('ETL', () => two())",
      b: "const two = one",
    });
    expect(program.cells).toEqual([]);
  });

  it("marks the text that a diagnostic is about", () => {
    const sources = { a: "const äöü = 'x'; nowhere + nothing" };
    expect(marked(compile(sources), sources)).toEqual(["nowhere", "nothing"]);
  });

  it("names a flow and a task that are called like fields of every object", () => {
    const program = compile({
      a: "const __proto__ = task(() => 1), constructor = 2, toString = 3",
      b: "[__proto__, constructor, toString, hasOwnProperty]",
    });
    expect(complaints(program)).toEqual(["b 1:36 error unknown-name"]);
    expect(Object.keys(program.tasks)).toEqual(["__proto__"]);
    expect(Object.keys(program.versions)).toEqual([
      "__proto__",
      "constructor",
      "toString",
    ]);
  });
});

describe("compiling again", () => {
  const sources = {
    a: "const x: number = 1",
    b: "const y = x + nowhere",
    c: "const z = task(() => 2)\nflow('f', () => z())",
    "q.sql": "SELECT 1",
  };

  it("gives the same with and without a cache", () => {
    const cache = createCache();
    const first = compile(sources, cache);
    expect(compile(sources, cache)).toEqual(first);
    expect(compile(sources)).toEqual(first);
  });

  it("analyses only the cell that was edited", () => {
    const cache = createCache();
    compile(sources, cache);
    const before = new Map(cache.analyses.ts);
    compile({ ...sources, a: "const x: string = ''" }, cache);
    expect(cache.analyses.ts.size).toBe(3);
    expect(cache.analyses.ts.get(sources.b)).toBe(before.get(sources.b));
    expect(cache.analyses.ts.get(sources.c)).toBe(before.get(sources.c));
    expect(cache.analyses.ts.has(sources.a)).toBe(false);
  });

  it("says what is wrong on the cell that has it, when two cells have the same text", () => {
    const program = compile({ a: "nowhere", b: "nowhere" });
    expect(complaints(program)).toEqual([
      "a 1:1 error unknown-name",
      "b 1:1 error unknown-name",
    ]);
  });

  it("changes the program's hash exactly when some code changes", () => {
    const { hash } = compile(sources);
    const { b, ...others } = sources;
    expect(compile({ ...others, b }).hash).toBe(hash);
    expect(compile({ ...sources, "d.md": "prose" }).hash).toBe(hash);
    expect(compile({ ...sources, a: "const x: number = 2" }).hash).not.toBe(
      hash,
    );
    expect(compile({ ...sources, "q.sql": "SELECT 2" }).hash).not.toBe(hash);
    expect(compile(others).hash).toBe(hash); // b is left out anyway
    const { a } = others;
    expect(compile({ a }).hash).not.toBe(hash);
  });

  it("survives every state of a cell that is being typed", () => {
    const typing = "function isText(x: unknown): x is ";
    const whole = `${erasable.join("\n")}\n${nameCases.map(([source]) => source).join("\n")}`;
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(200), (from, length) => {
        const source = whole.slice(from, from + length);
        const { diagnostics } = compile({ a: source, "b.js": source });
        for (const { message, line, column, from: at, to } of diagnostics) {
          expect(message).not.toBe("");
          expect(Math.min(line, column)).toBeGreaterThan(0);
          expect(at).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(source.length);
          expect(to).toBeGreaterThanOrEqual(at);
        }
      }),
      { numRuns: 500, examples: [[whole.indexOf(typing), typing.length]] },
    );
  });

  it("survives a cell that is nested beyond all measure", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const program = compile({ a: deep, b: "const x = 1" });
    // Where the stack ends differs from machine to machine.
    expect(complaints(program)).toEqual([
      expect.stringMatching(/^a 1:\d+ error cell-syntax$/),
    ]);
    expect(names(program)).toEqual(["b"]);
  });

  it("gives up a cell whose types could be read in ever more ways", () => {
    const nested = (depth: number) =>
      `const x = ${"<T>(".repeat(depth)}1${")".repeat(depth)}`;
    const program = compile({ a: nested(60), b: nested(5) });
    expect(complaints(program)).toEqual([
      "a 1:1 error cell-syntax",
      "b 1:11 error not-erasable",
    ]);
    expect(program.diagnostics[0]!.message).toMatch(/^This cell is nested too/);
  });
});
