import { describe, expect, it } from "vitest";
import { compile, marked } from "../cells.ts";

const tasks = `
const a = task(() => [1])
const b = task((x) => [x])
const c = task((...x) => x.length)
`;

/** The errors, and the texts of the warnings, of a cell of helpers and of a flow beside it that calls them. */
function lintHelpers(
  helpers: string,
  body: string,
): { errors: string[]; doubted: (string | undefined)[] } {
  const sources = { tasks, helpers, f: `flow("F", () => { ${body} })` };
  const program = compile(sources);
  const texts = marked(program, sources);
  return {
    errors: program.diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ cell, message }) => `${cell} ${message}`),
    doubted: texts.filter(
      (_, index) => program.diagnostics[index]?.severity === "warning",
    ),
  };
}

describe("a helper for which a ref may be missing", () => {
  it.each([
    [
      "const cache = new Map(); const get = (k) => { if (!cache.has(k)) cache.set(k, b(k)); return cache.get(k) }",
      'c(get("x"), get("y")); if (get("z")) c(1)',
    ],
    [
      "const cache = {}; const get = (k) => (cache[k] ??= b(k));",
      'c(get("x"))',
    ],
    [
      "const cache = {}; const get = (k) => { const hit = cache[k]; if (hit) return hit; return (cache[k] = b(k)) };",
      'c(get("x"))',
    ],
    [
      "class P { cache?: any; get() { if (this.cache === undefined) this.cache = a(); return this.cache } }",
      "c(new P().get())",
    ],
    [
      "class P { get() { if (!this.cache) this.cache = a(); return this.cache } }",
      "const p = new P(); c(p.get(), p.get())",
    ],
    [
      "class B { cache = null } class P extends B { get() { if (!this.cache) this.cache = a(); return this.cache } }",
      "c(new P().get())",
    ],
    [
      "class P { get run() { return (x) => x ? c(x) : a() } }",
      "const p = new P(); p.run(null); p.run(a())",
    ],
    [
      "const run = (rows, opts) => c(rows, opts?.extra ?? 1)",
      "run(a()); run(a(), { extra: b() })",
    ],
    [
      "const run = (rows, opts) => c(rows, opts?.extra ?? 1)",
      "run(a(), { extra: b() })",
    ],
    [
      "const run = (rows, { extra, limit } = {}) => extra ? c(rows, extra, limit) : c(rows)",
      "run(a()); run(a(), { extra: b() })",
    ],
    [
      "const run = (rows, { extra = null, limit = 1 } = {}) => extra ? c(rows, extra, limit) : c(rows)",
      "run(a(), { extra: b() })",
    ],
    [
      "const run = (rows, opts = {}) => opts.extra ? c(rows, opts.extra) : c(rows)",
      "run(a(), { extra: b() })",
    ],
    [
      "function run(rows: any, extra?: any) { if (extra) return c(rows, extra); return c(rows) }",
      "run(a(), b())",
    ],
    ["const label = (x) => x ? c(x) : b()", "label(a()); [null, 1].map(label)"],
    [
      "const label = (x) => x ? c(x) : b()",
      "label(a()); for (const x of [null, 1]) label(x)",
    ],
    [
      "const label = (x) => x ? c(x) : b(); const fns = [label]",
      "label(a()); fns.forEach((f) => f(null))",
    ],
    [
      "const label = (x) => x ? c(x) : b(); const via = (o) => o.fn(null)",
      "label(a()); via({ fn: label })",
    ],
    [
      "const label = (x) => x ? c(x) : b(); const call = (f, x) => f(x)",
      "label(a()); call(label, null); call((x) => x, 1)",
    ],
    [
      "const label = (x) => x ? c(x) : b(); const steps = [() => label(null), () => label(a())]",
      "label(a()); for (const s of steps) s()",
    ],
    ["", "const l = [a()]; l.push(null); for (const r of l) if (r) c(r)"],
    ["", "for (const r of [a()].concat([null])) if (r) c(r)"],
    ["", "const q = [a(), b()]; while (q[0]) c(q.shift())"],
    [
      "const asList = (x) => Array.isArray(x) ? x : [x]",
      "c(asList(a())); c(asList([a(), b()]))",
    ],
    ["const asList = (x) => Array.isArray(x) ? x : [x]", "c(asList(a()))"],
    [
      'const val = (x) => typeof x === "function" ? x() : x',
      "c(val(a())); c(val(() => b()))",
    ],
    ['const val = (x) => typeof x === "function" ? x() : x', "c(val(a()))"],
    [
      "class P { r = a() } const val = (x) => x instanceof P ? x.r : x",
      "c(val(a())); c(val(new P()))",
    ],
    [
      "class P { r = a() } const val = (x) => x instanceof P ? x.r : x",
      "c(val(a()))",
    ],
    ["const or = (x, y) => x ?? y", "c(or(a(), b())); c(or(null, b()))"],
    [
      "const go = (n, last = null) => n ? go(n - 1, last ? c(last) : a()) : last",
      "const r = go(3); if (r) c(r)",
    ],
    [
      "const make = (r) => ({ r, run: () => r ? c(r) : b() })",
      "make(a()).run(); make().run()",
    ],
    [
      "const tools = { mk: () => a() }; tools.mk = () => null",
      "if (tools.mk()) c(1)",
    ],
    [
      "class P { r = a(); go() { return this.r ? c(this.r) : b() } } const reset = (p) => { p.r = null }",
      "const p = new P(); reset(p); p.go()",
    ],
    [
      "class B { make() { return a() } run() { const r = this.make(); return r ? c(r) : b() } } class D extends B { make() { return null } }",
      "new D().run()",
    ],
    [
      "class B { r = a(); run() { return this.r ? c(this.r) : b() } } class D extends B { r = null }",
      "new D().run()",
    ],
    [
      "class B { r = a(); run() { return this.r ? c(this.r) : b() } } class D extends B { constructor() { super(); this.r = null } }",
      "new D().run()",
    ],
    [
      "const all = (...rs) => rs[1] ? c(...rs) : c(rs[0])",
      "all(a()); all(a(), b())",
    ],
    [
      "const all = ({ x, y }) => y ? c(x, y) : c(x)",
      "const base = { y: null }; all({ y: b(), x: a(), ...base }); all({ x: a(), y: b() })",
    ],
    [
      "const join = (rows, extra) => { if (!extra) return c(rows); return c(rows, extra) }",
      "join(a(), b())",
    ],
    [
      'const join = (rows, extra) => { if (rows == null || extra === undefined) throw new Error("x"); return c(rows, extra) }',
      "join(a(), b())",
    ],
    [
      'const join = (rows, extra) => { if (!rows || !extra) { throw new Error("x") } return c(rows, extra) }',
      "join(a(), b())",
    ],
    [
      "const latest = (list) => list[list.length - 1] ?? b()",
      "c(latest([a(), b()]))",
    ],
    [
      "const step = (prev, n) => prev ? c(prev, n) : b(n)",
      "[1,2].reduce(step, null)",
    ],
    [
      "const helper = ({ rows, extra }) => extra ? c(rows, extra) : c(rows)",
      "helper({ rows: a() }); helper({ rows: a(), extra: b() })",
    ],
    [
      "const helper = (o) => o.extra ? c(o.rows, o.extra) : c(o.rows)",
      "helper({ rows: a() }); helper({ rows: a(), extra: b() })",
    ],
    [
      "const helper = (rows, extra = null) => extra ? c(rows, extra) : c(rows)",
      "helper(a(), b())",
    ],
    [
      'export const helper = (rows, extra) => { if (!extra) throw new Error("give extra"); return c(rows, extra) }',
      "helper(a(), b())",
    ],
    [
      'const pick = (o, name) => { if (!o[name]) throw new Error("no " + name); return o[name] }',
      'c(pick({ x: a(), y: b() }, "x"))',
    ],
    [
      "const all = ([first, second]) => second ? c(first, second) : c(first)",
      "all([a()]); all([a(), b()])",
    ],
    [
      "const all = (list) => { const [first, second] = list; if (!second) return first; return c(first, second) }",
      "all([a()]); all([a(), b()])",
    ],
    [
      "class Step { constructor({ rows, extra }) { this.rows = rows; this.extra = extra } run() { return this.extra ? c(this.rows, this.extra) : c(this.rows) } }",
      "new Step({ rows: a() }).run(); new Step({ rows: a(), extra: b() }).run()",
    ],
    [
      "class Step { constructor(rows, extra) { this.rows = rows; this.extra = extra } run() { return this.extra ? c(this.rows, this.extra) : c(this.rows) } }",
      "new Step(a(), b()).run()",
    ],
    [
      'class Step { rows; with(r) { this.rows = r; return this } run() { if (!this.rows) throw new Error("with first"); return c(this.rows) } }',
      "new Step().with(a()).run()",
    ],
    [
      "const or = (fn) => { const r = fn(); return r ?? b() }",
      "c(or(() => a()))",
    ],
  ])("may ask whether it is there: %s", (helpers, body) => {
    expect(lintHelpers(helpers, body).errors).toEqual([]);
  });
});

describe("a helper that is given a ref by all its callers of today", () => {
  it.each([
    ["const or = (x, y) => ⟦x⟧ ?? y", "or(a(), b())"],
    ["const get = (x) => ⟦x⟧ && c(x)", "get(a())"],
    ["const get = (x) => { if (⟦x⟧) c(x) }", "get(a())"],
    [
      "const get = (x, y) => { if (!⟦x⟧) return y; return c(x) }",
      "get(a(), 1)",
    ],
    ["const or = (x, y) => ⟦x === null⟧ ? y : c(x)", "or(a(), b())"],
    ["const kind = (x) => typeof ⟦x⟧ === 'number' ? 1 : c(x)", "kind(a())"],
  ])("is warned where it asks for one: %s", (marking, body) => {
    const text = marking.slice(marking.indexOf("⟦") + 1, marking.indexOf("⟧"));
    const found = lintHelpers(marking.replace(/[⟦⟧]/g, ""), body);
    expect(found).toEqual({ errors: [], doubted: [text] });
  });

  it.each([
    ["const need = (x) => { if (!x) throw new Error('no x'); return c(x) }"],
    ["const need = (x) => { if (x == null) { throw new Error('no x') } c(x) }"],
  ])("may refuse to go on without it: %s", (helpers) => {
    const found = lintHelpers(helpers, "need(a())");
    expect(found).toEqual({ errors: [], doubted: [] });
  });

  it.each([
    ["const pick = (x) => x ? b(1) : b(2)", "pick(a())"],
    ["const pick = (x) => { if (!x) return b(1); return b(2) }", "pick(a())"],
    ["const pick = ({ x }) => x ? b(1) : b(2)", "pick({ x: a() })"],
    ["const pick = (o) => o.x > 1 ? b(1) : b(2)", "pick({ x: a() })"],
    ["const pick = (l, i) => l[i] > 1", "pick([a(), b()], 1)"],
    ["const pick = (x, y = null) => y + 1", "pick(a(), b())"],
    ["class P { r; go() { this.r = a(); return this.r + 1 } }", "new P().go()"],
    [
      "class P { r; constructor(r) { this.r = r }\ngo() { return this.r ? 1 : 2 } }",
      "new P(a()).go()",
    ],
  ])("is refused where that decides by its value: %s", (helpers, body) => {
    expect(lintHelpers(helpers, body).errors).toHaveLength(1);
  });
});
