import { describe, expect, it } from "vitest";
import { compile, messages } from "./cells.ts";
import { lint, lintBody } from "./lint/linting.ts";

const tasks =
  "const extract = task(() => 1); const count = task((n) => n); flow('Sub', () => extract())";

describe("a ref used as a value in the body of a flow", () => {
  it.each([
    // what neither types nor refs see
    [
      "const r = extract(); if (r) count(r)",
      "r",
      "when(r, () => ..., () => ...)",
    ],
    ["const r = extract(); r && count(r)", "r", "when(r, () => ...)"],
    [
      "const r = extract(); const s = r || 1",
      "r",
      "Give the default in a task",
    ],
    [
      "const r = extract(); const s = r ?? 1",
      "r",
      "Give the default in a task",
    ],
    ["const r = extract(); if (!r) count(1)", "r", "always be false"],
    ["const r = extract(); r ? count(1) : count(2)", "r", "always be true"],
    ["const r = extract(); while (r) { break }", "r", "always be true"],
    ["const r = extract(); do { break } while (r)", "r", "always be true"],
    ["const r = extract(); for (; r; ) break", "r", "always be true"],
    ["const r = extract(), d = 1; if (d && r) 1", "r", "always be true"],
    ["const r = extract(), d = 1; (d && r) || 1", "r", "Give the default"],
    ["const r = extract(), d = 1; if (!(d && r)) 1", "r", "always be false"],
    ["const r = extract(); if (!!r) 1", "r", "always be false"],
    [
      "const r = extract(); switch (true) { case r: }",
      "r",
      "This case would never be taken",
    ],
    [
      "const r = extract(); ['a', 'b'].includes(r)",
      "r",
      "would compare the ref itself",
    ],
    ["const r = extract(); 'abc'.startsWith(r.a)", "r.a", "in a task"],
    [
      "const r = extract(); count.with({ name: `n ${r}` })(1)",
      "r",
      "Put the text together in a task",
    ],
    ["const r = extract(); const s = r === 1", "r === 1", "choose(r, { ... })"],
    [
      "const r = extract(); const s = null != r",
      "null != r",
      "choose(r, { ... })",
    ],
    [
      "const r = extract(), s = count(r); const t = r == s",
      "r == s",
      "compare in a task",
    ],
    ["const r = extract(); const s = typeof r", "r", "Look at it in a task"],
    ["const r = extract(); const s = Boolean(r)", "r", "call it in a task"],
    ["let r = extract(); r ??= 1", "r", "when(...)"],
    ["const { a = 1 } = extract()", "a = 1", "never be used"],
    ["const [a, [b = 2]] = extract()", "b = 2", "never be used"],
    // what the others see too
    [
      "const r = extract(); const s = r + 1",
      "r + 1",
      "Compute with it in a task",
    ],
    ["const r = extract(); const s = 1 < r", "1 < r", "when(...)"],
    ["const r = extract(); const s = -r", "r", "Compute"],
    ["let r = extract(); r++", "r", "Compute"],
    ["const r = extract(); let s = 1; s += r", "r", "Compute"],
    ["const r = extract(); const s = 'a' in r", "'a' in r", "Compute"],
    [
      "const r = extract(); count(`x ${r}`)",
      "r",
      "Put the text together in a task",
    ],
    [
      "const r = extract(); html`x ${r}`",
      "r",
      "Put the text together in a task",
    ],
    [
      "const r = extract(); count(String.raw`x ${r}`)",
      "r",
      "Put the text together in a task",
    ],
    [
      "const r = extract(); for (const x of r) count(x)",
      "r",
      "someTask.map(r)",
    ],
    [
      "const r = extract(); for (const x in r) count(x)",
      "r",
      "someTask.map(r)",
    ],
    ["const r = extract(); count([...r])", "r", "cannot be spread"],
    ["const r = extract(); count({ ...r })", "r", "cannot be spread"],
    ["const r = extract(); count(...r)", "r", "cannot be spread"],
    ["const { a, ...rest } = extract()", "...rest", "rest of its fields"],
    ["const r = extract(); switch (r) { case 1: }", "r", "choose(r"],
    [
      "const r = extract(); const s = String(r)",
      "r",
      "`String(...)` needs the value",
    ],
    [
      "const r = extract(); const s = JSON.stringify(r)",
      "r",
      "`JSON.stringify(...)`",
    ],
    ["const r = extract(); const s = Math.max(1, r)", "r", "`Math.max(...)`"],
    ["const r = extract(); const s = new Date(r)", "r", "`Date(...)`"],
    [
      "const r = extract(); const s = Object.keys(r)",
      "r",
      "`Object.keys(...)`",
    ],
    [
      "const r = extract(); const s = Promise.all([1, r])",
      "r",
      "Nothing is awaited",
    ],
    [
      "const all = [extract(), count(1)]; Promise.all(all)",
      "all",
      "Nothing is awaited",
    ],
    ["const r = extract(); r.map(x => x.a)", "r", "someTask.map(r)"],
    [
      "const r = extract(); r.rows.filter(x => x)",
      "r.rows",
      "in a task that takes `r.rows`",
    ],
    ["const r = extract(); r.then(x => x)", "r", "Nothing is awaited"],
    ["const r = extract(); r.flat()", "r", "flatten(r)"],
    [
      "const r = extract(); r.name.toUpperCase()",
      "r.name",
      "call it in a task",
    ],
    ["const r = extract(); r()", "r()", "cannot be called"],
    ["const r = extract(); r.a = 1", "r.a = 1", "cannot be changed"],
    ["const r = extract(); delete r.a", "delete r.a", "cannot be changed"],
    [
      "const r = extract(), o = {}; count(o[r])",
      "r",
      "Pick the element in a task",
    ],
    [
      "const r = extract(); count({ [r]: 1 })",
      "r",
      "Build the object in a task",
    ],
    ["const r = extract(); display(r)", "r", "Display it in a task"],
  ])("is an error: %s", (body, text, advice) => {
    const [first, ...others] = lintBody(body);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ severity: "error", code: "flow-body", text });
    expect(first?.place).toMatch(/^2:/);
    expect(first?.message).toContain(advice);
  });

  it.each([
    ["param", "const r = param('n', 1)"],
    ["a member of a ref", "const r = extract().rows[0]"],
    ["a destructured ref", "const { a: r } = extract()"],
    ["a destructured list", "const [, [r]] = extract()"],
    ["a list of refs that is written out", "const [r] = [extract()]"],
    [
      "a field of an object of refs",
      "const o = { r: extract() }; const r = o.r",
    ],
    [
      "a field of an object of all kinds",
      "const o = { n: 1, r: extract() }; const r = o.r",
    ],
    [
      "an element of a list of all kinds",
      "const l = [1, extract()]; const r = l[1]",
    ],
    [
      "an element of a list of refs",
      "const l = [extract(), count(1)], i = 0; const r = l[i]",
    ],
    [
      "a list of which a task is called for each element",
      "const [r] = ['a', 'b'].map((n) => extract(n))",
    ],
    [
      "a list that is mapped by a task",
      "const l = ['a', 'b'].map(extract); const r = l[0]",
    ],
    ["a variable assigned later", "let r; r = extract()"],
    [
      "a variable assigned on both sides",
      "let r; if (1 > 0) r = extract(); else { r = count(1) }",
    ],
    ["a variable that goes on", "let r = extract(); r = r[0]"],
    ["a variable whose first value is not used", "let r = null; r = extract()"],
    ["a helper", "const make = (n) => extract(n); const r = make(1)"],
    [
      "a helper of several lines",
      "const r = make(1); function make(n) { if (n > 1) return count(n); return extract(n) }",
    ],
    ["another variable", "const s = extract(); const r = s"],
    ["either of two refs", "const r = 1 > 0 ? extract() : count(1)"],
    ["a mapped task", "const r = extract.map([1, 2])"],
    ["a deeply mapped task", "const r = extract.map.map([[1]])"],
    ["a task with options", "const r = extract.with({ retries: 3 })(1)"],
    [
      "a task with options in a variable",
      "const again = extract.with({ retries: 3 }); const r = again(1)",
    ],
    [
      "a mapped task with options",
      "const r = extract.with({ retries: 3 }).map([1])",
    ],
    ["when", "const r = when(param('x', true), () => 1)"],
    ["choose", "const r = choose(param('x', 'a'), { a: () => 1 })"],
    ["merge", "const r = merge(extract(), extract())"],
    ["flatten", "const r = flatten([extract()])"],
    ["approve", "const r = approve(1, 'go?')"],
    ["ask", "const { r } = ask('how many?', { r: 1 })"],
    ["sql", "const r = sql`SELECT 1`"],
    ["load", "const r = load('t', [])"],
    ["a reader", "const r = readText('x')"],
    ["a fetcher", "const r = fetchJson('x').items"],
    ["a resource", "const r = store()"],
    ["another flow", "const r = sub()"],
    ["another flow, mapped", "const r = sub.map([{}])"],
  ])("is found in what comes from %s", (_, definition) => {
    expect(lintBody(`${definition}; if (r) count(1)`)).toMatchObject([
      { code: "flow-body", text: "r" },
    ]);
  });

  it("is found in the parameters of a flow", () => {
    expect(
      lint(
        "flow('F', ({ n, m: [o] }) => { if (n) count(o + 1) }, { parameters: {} })",
      ),
    ).toMatchObject([{ text: "n" }, { text: "o + 1" }]);
    expect(
      lint("flow('F', p => { if (p.n) count(p) }, { parameters: {} })"),
    ).toMatchObject([{ text: "p.n" }]);
    expect(
      lint("flow('F', p => { const { n } = p; if (n) count(p) })"),
    ).toMatchObject([{ text: "n" }]);
  });

  it("is found in what a helper is given", () => {
    expect(
      lint(
        "flow('F', () => help(extract(), 1)); const help = (r, n) => r ? n ? 1 : 2 : 3",
      ),
    ).toMatchObject([{ text: "r" }]);
  });

  it("is found in what a list of refs is gone over with", () => {
    expect(
      lintBody("for (const r of [extract(), count(1)]) if (r) count(r)"),
    ).toMatchObject([{ place: "2:44", text: "r" }]);
    expect(
      lintBody("[extract(), count(1)].filter((r) => r.ok ? 1 : 0)"),
    ).toMatchObject([{ text: "r.ok" }]);
  });

  it.each([
    "flow('F', function () { if (extract()) 1 })",
    "flow('F', body); function body() { if (extract()) 1 }",
    "const body = () => { if (extract()) 1 }; flow('F', body)",
    "import { flow as f } from 'flowbook'\nf('F', () => { if (extract()) 1 })",
    "flow('F', () => when(param('x', true), () => { if (extract()) 1 }))",
    "flow('F', () => when(param('x', true), () => 1, () => { if (extract()) 1 }))",
    "flow('F', () => choose(param('x', ''), { a: () => { if (extract()) 1 } }))",
    "flow('F', () => choose(param('x', ''), { a() { if (extract()) 1 } }))",
    "const branches = { a: () => { if (extract()) 1 } }; flow('F', () => choose(param('x', ''), branches))",
    "flow('F', () => choose(param('x', ''), {}, { default: () => { if (extract()) 1 } }))",
    "flow('F', () => { [1, 2].map(n => { if (extract()) 1 }) })",
    "const help = () => { if (extract()) 1 }; flow('F', () => help())",
    "flow('F', () => help()); function help() { return more() } function more() { if (extract()) 1 }",
  ])("is found wherever a flow is drawn: %s", (source) => {
    expect(lint(source)).toMatchObject([
      { severity: "error", text: "extract()" },
    ]);
  });

  it("says where it is and what to write", () => {
    const { message, place } =
      lintBody("const live = extract()\n  if (live.ok) count(live)")[0] ?? {};
    expect(place).toBe("3:7");
    expect(message).toBe(
      "`live.ok` has no value yet: nothing has run while the flow is drawn. The test would always be true. Write `when(live.ok, () => ..., () => ...)`.",
    );
  });

  it.each([
    "const r = extract(); count(r); count(r.rows[0]); count([r, { r }]); return { r, n: r.length }",
    "const n = 3; if (n > 2) extract(n); for (const i of [1, 2]) extract(i)",
    "const debug = false; if (debug && n2) extract(); const n2 = debug ?? 1",
    "const r = sql`SELECT ${extract()}`; return r",
    "const [a, b] = extract(); const { c, d: { e } } = count(a); return [a, b, c, e]",
    "extract.with({ retryIf: (error) => !error.message, name: (n) => `${n}` })(1)",
    "extract.with({ onStateChange: slow(() => log(Date.now())), waitFor: [count(1)] })(1); function slow(f) { return f }",
    "when(extract(), () => extract(), () => count(1))",
    "const text = `a ${1}`; log(text); console.log(text)",
    "const rows = [1, 2].map((n) => extract(n)); return rows",
    "function extract2(r) { return r ? 1 : 2 } extract(extract2(1))",
    "const r = extract(); { const r = 1; if (r) count(r) }",
    "void extract()",
    "tag`${extract()}`; function tag() {}",
    "let r = null; if (1 > 0) r = extract(); if (r) count(r)",
    "let r; for (const n of [1, 2]) r = r ? count([r, n]) : extract(n); return r",
    "const r = 1 > 0 ? extract() : null; if (r) count(r)",
    "const r = 1 > 0 && extract(); return r ? count(r) : null",
    "const r = 1 > 0 ? extract() : 5; return typeof r === 'number' ? r + 1 : r",
    "const all = [extract(), count(1)]; if (all.length > 1) return all; return [...all]",
    "const all = [1, 2].map((n) => extract(n)); for (const [i, r] of all.entries()) if (i > 0) count(r)",
    "const l = [extract(), ...[1, 2]]; if (l[1] > 1) count(1)",
    "const o = { n: 1, r: extract(), ...{ r: 2 } }; if (o.n > 1) count(o.r); if (o.r) 1",
    "const o = { a: extract() }; if (o.b) count(o.b)",
    "const o = { a: extract() }; o.b = 1; if (o.b > 0) count(1)",
    "const o = { a: extract() }; o.a = null; if (o.a) count(o.a)",
    "const o = { a: extract() }; if (o.hasOwnProperty('b')) count(1)",
    "help(extract()); help(1); function help(r) { return r ? 1 : 2 }",
    "const pick = (r) => count(r); for (const n of [1, 2]) if (n) pick(extract(n))",
    "const seen = new Set(); seen.add(extract()); if (seen.has(1)) count(1)",
    "const list = []; list.push(extract()); if (list.length > 0) count(list)",
    "const f = (n) => n > 0 ? f(n - 1) : extract(); const r = f(1); return r",
  ])("is not this: %s", (body) => {
    expect(lintBody(body)).toEqual([]);
  });

  it.each([
    "const t = task(async () => { const r = await extract(); if (r) return r + 1 })",
    "const t = task(async () => { const rows = extract(); for (const x of await rows) log(`${x}`) })",
    "const f = (r) => r ? `${r}` : r + 1",
    "const when2 = 1; if (when2) log(1)",
    "const rows = await extract(); rows.map(r => r.a)",
  ])("is not this outside: %s", (source) => {
    expect(lint(source)).toEqual([]);
  });

  it("is not what another cell has made of a name of the language", () => {
    const program = compile({
      a: "const param = (name) => name",
      b: "flow('F', () => { const r = param('x'); if (r) log(r) })",
    });
    expect(messages(program, "b")).toEqual([]);
  });

  it("follows tasks into other cells, and out again when they change", () => {
    const flowCell = "flow('F', () => { const r = make(); if (r) log(1) })";
    const withTask = compile({ a: "const make = task(() => 1)", b: flowCell });
    const withFunction = compile({ a: "const make = () => 1", b: flowCell });
    expect(messages(withTask, "b")).toHaveLength(1);
    expect(messages(withFunction, "b")).toEqual([]);
  });

  it("is found in no time, however long the chains", () => {
    const calls = ".a(1)".repeat(200);
    const tests = "n || ".repeat(200);
    const helpers = Array.from(
      { length: 500 },
      (_, index) => `const f${index + 1} = () => n ? f${index}() : f${index}()`,
    ).join("\n");
    expect(
      lint(
        `const n = 1, f0 = () => extract()\n${helpers}\nflow("F", () => { const r = extract(), o = {}; o${calls}; ${tests}r; f500(); if (r) 1 })`,
      ),
    ).toMatchObject([{ text: "r" }]);
  });

  it("leaves the flow out, since its graph would be wrong, and keeps the rest of its cell", () => {
    const program = compile({
      tasks,
      a: "flow('F', () => { if (extract()) count(1) })\nflow('G', () => extract())",
    });
    expect(program.broken).toEqual({});
    expect(
      program.flows.map(({ name, problem }) => [name, problem?.code]),
    ).toEqual([
      ["Sub", undefined],
      ["F", "flow-body"],
      ["G", undefined],
    ]);
    expect(program.flows[1]?.problem).toMatchObject({ line: 1, column: 23 });
  });

  it("leaves the cell out where the body stands by itself, as others may call it", () => {
    const program = compile({
      tasks,
      a: "const body = () => { if (extract()) count(1) }\nflow('F', body)",
    });
    expect(Object.keys(program.broken)).toEqual(["#a"]);
    expect(program.flows[1]).not.toHaveProperty("problem");
  });
});

describe("the body of a flow", () => {
  it("is not async", () => {
    expect(
      lint("flow('F', async () => { const r = await extract(); count(r) })"),
    ).toMatchObject([
      { severity: "error", code: "flow-body", text: "await extract()" },
    ]);
    expect(lint("flow('F', async () => { extract() })")).toMatchObject([
      { severity: "error", code: "flow-body", text: "async" },
    ]);
    expect(
      lint("flow('F', () => when(extract(), async () => count(1)))"),
    ).toMatchObject([{ severity: "error", text: "async" }]);
  });

  it("is no generator", () => {
    expect(lint("flow('F', function* () { yield extract() })")).toMatchObject([
      { severity: "error", code: "flow-body" },
    ]);
  });

  it("is told that nothing is awaited, when an await is no syntax there", () => {
    expect(lintBody("  await extract()")).toMatchObject([
      { severity: "error", code: "flow-body", place: "2:3" },
    ]);
    expect(lintBody("  await extract()")[0]?.message).toContain(
      "Nothing is awaited in the body of a flow",
    );
  });

  it("defines no flows", () => {
    expect(lintBody("flow('G', () => 1)")).toMatchObject([
      { severity: "error", code: "flow-body", place: "2:1" },
    ]);
  });

  it("defines no tasks", () => {
    const found = lintBody(
      "const t = task((x) => x ? 1 : 2)\nreturn t(resource(() => 1, () => {})())",
    );
    expect(found).toMatchObject([
      { severity: "error", code: "flow-body", place: "2:11" },
      { severity: "error", code: "flow-body", place: "3:10" },
    ]);
    expect(found[0]?.message).toContain("Define it at the top level");
  });

  it.each([
    "extract(Date.now())",
    "extract(new Date())",
    "extract(Math.random())",
    "extract(crypto.randomUUID())",
    "extract(fetch('https://example.org'))",
    "extract(Date())",
    "extract(db.query('SELECT 1'))",
    "const r = extract(); log(r)",
    "const r = extract(); console.log('x', r)",
  ])("warns of what comes out different each time: %s", (body) => {
    expect(lintBody(body)).toMatchObject([
      { severity: "warning", code: "flow-body" },
    ]);
  });

  it("does not warn of fixed dates", () => {
    expect(lintBody("extract(new Date('2026-01-01'))")).toEqual([]);
  });
});

describe("calls of tasks elsewhere", () => {
  it.each([
    "load('t', [])\nlet end",
    "extract(1); let end",
    "const t = task(() => { load('t', []) })",
    "const t = task(async () => { for (const n of [1]) load('t', [n]) })",
    "async function f() { extract() }",
    "const t = task(() => [1].forEach((n) => { extract(n) }))",
    "const t = task(() => { sql`DELETE FROM t` })",
  ])("warn when nobody waits: %s", (source) => {
    const found = lint(source);
    expect(found).toMatchObject([{ severity: "warning", code: "flow-body" }]);
    expect(found[0]?.message).toContain("await");
  });

  it.each([
    "await load('t', [])\nlet end",
    "extract(1)",
    "const t = task(async () => { await load('t', []); return extract() })",
    "const t = task(() => extract())",
    "const draw = (rows) => { load('t', rows) }",
    "flow('F', () => { load('t', extract()) })",
    "const p = load('t', [])",
    "const help = () => extract(1); const t = task(() => { help() })",
  ])("do not: %s", (source) => {
    expect(lint(source)).toEqual([]);
  });
});

describe("tasks without a name", () => {
  it.each([
    "const o = { a: task(() => 1) }",
    "const l = [task(() => 1)]",
    "const { a } = { a: 1, b: task(() => 1) }",
    "const { ...rest } = { a: task(() => 1) }",
    "const [a] = [1, task(() => 1)]",
    "task(() => 1); let end",
    "class A { static t = task(() => 1) }",
    "const t = task(() => { const inner = task(() => 1); return inner() })",
  ])("are a warning: %s", (source) => {
    const found = lint(source);
    expect(found).toMatchObject([{ severity: "warning", code: "flow-body" }]);
    expect(found[0]?.message).toContain("has no name");
  });

  it.each([
    "const a = task(() => 1)",
    "let a; a = task(() => 1)",
    "var a = resource(() => 1, () => {})",
    "const a = 1 > 0 ? task(() => 1) : task(() => 2)",
    "const make = (n) => task(() => n); const a = make(1)",
    "const traced = (t) => t; const a = traced(task(() => 1))",
    "export const a = task(() => 1)",
    "const { h } = { h: task(() => 1) }",
    "const [f, { g: [h] }] = [task(() => 1), { g: [task(() => 2)] }]",
    "const { h = task(() => 1) } = {}",
    "let f, g; [f, g] = [task(() => 1), task(() => 2)]",
    "const same = (o) => o; const { h } = same({ h: task(() => 1) })",
    "const o = { h: task(() => 1) }; const { h } = o",
    "const o = { h: task(() => 1) }; const h = o.h",
    "const a = task(() => 1).with({ retries: 1 })",
    "const a = task(() => 1).with({ retries: 1 }).with({ name: 'b' })",
  ])("are not these: %s", (source) => {
    expect(lint(source)).toEqual([]);
  });
});
