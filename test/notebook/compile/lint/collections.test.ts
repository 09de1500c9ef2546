import { describe, expect, it } from "vitest";
import { lint, lintBody } from "./linting.ts";

const refs = "const rs = [extract(), extract()], o = { a: extract() };";

describe("a collection of refs in the body of a flow", () => {
  it.each([
    ["rs.every(Boolean) ? count(1) : count(2)", "Boolean"],
    ["rs.filter(Boolean).map((r) => count(r))", "Boolean"],
    ["rs.map(String)", "String"],
    ["Object.values(o).some(Boolean)", "Boolean"],
    ["rs.every((r) => r) ? count(1) : count(2)", "r"],
    ["rs.find((r) => r.ok) ?? count(2)", "r.ok"],
    ["rs.filter((r) => { log(1); return r })", "r"],
    ["rs.some((r) => r && 1 > 0)", "r"],
    ["rs.findLast(function (r) { if (1 > 0) return r; return false })", "r"],
    ["rs.reduce((p, c) => p && c)", "p"],
    ["rs.reduce((p, c) => p ? c : count(1), count(2))", "p"],
    ["rs.reduceRight((n, c) => c ? n + 1 : n, 0)", "c"],
    ["const r = rs.reduce((p, c) => count([p, c])); if (r) count(1)", "r"],
    ["if (rs.at(0)) count(1)", "rs.at(0)"],
    ["if (rs.slice(1)[0]) count(1)", "rs.slice(1)[0]"],
    ["const all = [...rs, count(1)]; if (all[2]) count(1)", "all[2]"],
    ["const all = { ...o, b: count(1) }; if (all.a) count(1)", "all.a"],
    ["const { a, ...rest } = { a: 1, b: extract() }; rest.b ?? 1", "rest.b"],
    ["const [n, ...rest] = [1, extract()]; if (rest[0]) count(1)", "rest[0]"],
    ["for (const r of new Set(rs)) if (r) count(1)", "r"],
    ["for (const [i, r] of rs.entries()) if (r) count(i)", "r"],
    ["for (const [k, r] of Object.entries(o)) if (r) count(k)", "r"],
    ["Object.entries(o).map(([k, r]) => r ? count(k) : k)", "r"],
    ["const m = new Map([['a', extract()]]); m.get('a') ?? 1", "m.get('a')"],
    ["const m = new Map([['a', extract()]]); m.forEach((r) => !r)", "r"],
    [
      "const m = new Map(['a'].map((k) => [k, count(k)])); for (const [k, r] of m) if (r) count(k)",
      "r",
    ],
    [
      "const m = new Map([['a', extract()]]); for (const r of m.values()) if (r) count(r)",
      "r",
    ],
    ["class B { go(x) { return x ? count(1) : 2 } } new B().go(rs[0])", "x"],
    ["const by = { go: (x) => x ? count(1) : 2 }; by.go(rs[0])", "x"],
  ])("is not decided by: %s", (body, text) => {
    const found = lintBody(`${refs} ${body}`);
    expect(found).toMatchObject([
      { severity: "error", code: "flow-body", text },
    ]);
    expect(found[0]?.place).toMatch(/^2:/);
    expect(found[0]?.message).toContain("nothing has run while the flow is");
  });

  it.each([
    "const o = { f: o.g, g: o.f }",
    "const o = { f: p.f }, p = { f: o.f }",
    "const o = { get: () => o.f(), f: () => o.get() }",
    "class O extends O {} const o = new O()",
    "class O extends P {} class P extends O {} const o = new O()",
    "const o = make(), make = () => o",
    "const [o] = [o]",
    "const { f, ...o } = o",
  ])("may be defined by itself, which is not followed: %s", (source) => {
    const body = "o.f(extract()); o.g(o); [extract()].map(o.f)";
    expect(lint(`${source}\nflow("F", () => { ${body} })`)).toEqual([]);
  });

  it("is gone over in the order that the graph has, which may be decided by what is known", () => {
    for (const body of [
      "rs.filter((r, i) => i > 0).map((r) => count(r))",
      "rs.find((r, i) => i === 1) ?? count(2)",
      "[1, 2].filter(Boolean).map((n) => count(n))",
      "rs.reduce((p, c) => count([p, c]))",
      "rs.reduce((p, c) => p ? count([p, c]) : c, null)",
      "[1, 2, 3].reduce((p, n) => p && n > 0, true) ? count(1) : count(2)",
      "['a', 'b'].reduce((p, n) => p ? count([p, n]) : count(n), undefined)",
      "const m = new Map([['a', extract()]]); m.get(`b${rs.length}`) ?? count(1)",
      "const m = new Map(); if (!m.has('a')) m.set('a', extract()); if (m.get('a')) count(m.get('a'))",
      "for (const [i, r] of rs.entries()) if (i) count(r)",
      "for (const [k, r] of Object.entries(o)) if (k) count(r)",
      "if (Object.keys(o).length) count(1)",
      "const [n, ...rest] = [1, extract()]; if (n || rest.length) count(rest)",
      "const { a, ...rest } = { a: 1, b: extract() }; if (a ?? rest.c) count(1)",
      "const steps = []; for (const n of [1, 2]) { const last = steps.at(-1); steps.push(last ? count([last, n]) : count(n)) }",
      "class B { go(x, n) { return n ? count(x) : x } } new B().go(rs[0], 1)",
      "class B { r = null; go() { this.r = this.r ? count(this.r) : extract(); return this.r } } new B().go()",
    ])
      expect(lintBody(`${refs} ${body}`), body).toEqual([]);
  });
});
