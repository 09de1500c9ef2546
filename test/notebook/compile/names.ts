/** A cell, the names that it declares, and the names that it takes from elsewhere; those after `?` only softly (`typeof`). */
export type NameCase = readonly [
  source: string,
  declared: string,
  free: string,
];

/** Each rule of scoping that is easy to get wrong. */
export const nameCases: readonly NameCase[] = [
  // types are not values
  ["type T = typeof cfg", "", ""],
  ["const a = b satisfies Record<keyof typeof cfg, X>", "a", "b"],
  ["import type { A } from 'flowbook'\nlet a: A", "a", ""],
  ["export type { A }\ninterface A {}", "", ""],
  ["declare const a: number; b", "", "b"],
  ["declare function f(): void\nf()", "", "f"],
  ["interface A { x: typeof y }\nclass B implements A {}", "B", ""],
  ["function f(this: Foo, a: Bar): a is Baz { return g<Qux>(a) }", "f", "g"],
  ["const a = x as Foo, b = <T,>(y: T) => y as typeof z", "a b", "x"],
  ["namespace N { export type A = 1 }\nconst b: N.A = 1", "b", ""],
  ["abstract class A<T> extends B<T> { abstract c: D; e!: F }", "A", "B"],
  // imports and exports
  [
    "import { task, type Ref, flow as f } from 'flowbook'\ntask; f",
    "",
    "task f",
  ],
  ["export const a = 1; export function b() {} export class C {}", "a b C", ""],
  ["const a = b\nexport { a }", "a", "b"],
  // patterns
  ["const { a, b: { c = d, ...e }, [k]: g } = o", "a c e g", "d k o"],
  ["const [a, , [b = c], ...[d]] = e", "a b d", "c e"],
  ["const { a = b, c = a } = {}", "a c", "b"],
  ["let { ['x' + y]: z = z2 } = w", "z", "y z2 w"],
  [
    "function f({ a = b, ...c }, [d] = [e]) { return [a, c, d, f2] }",
    "f",
    "b e f2",
  ],
  // var, let and functions in blocks
  ["if (a) { var b = 1; let c = 2; function d() {} }", "b", "a"],
  ["for (var a of b) { var c }", "a c", "b"],
  ["for (var a in b);", "a", "b"],
  ["for (let i = 0; i < n; i++) { i }\ni2", "", "n i2"],
  ["for (const [k, v] of entries) k + v", "", "entries"],
  ["for (;;) { let x = 1; break }\nx", "", "x"],
  ["while (a) { var b }\ndo { var c } while (d)", "b c", "a d"],
  [
    "try { var a } catch ({ message, [b]: c = d }) { var e = message } finally { var f }",
    "a e f",
    "b d",
  ],
  ["try {} catch { error }", "", "error"],
  ["switch (a) { case b: let c = d; case c: var e }", "e", "a b d"],
  ["l: for (;;) { var m; continue l }", "m", ""],
  ["{ function f() { return g } f() }\nf", "", "g f"],
  ["{ class A {} new A }\nA", "", "A"],
  ["function outer() { var inner; return inner }\ninner", "outer", "inner"],
  ["var f = () => { var g }\ng", "f", "g"],
  // names of functions and classes
  ["const f = function g() { return g }\ng", "f", "g"],
  ["const A = class B extends B2 { m() { return B } }\nB", "A", "B2 B"],
  ["class A extends A2 { static b = A; [c] = d }", "A", "A2 c d"],
  ["class A { static { var b = c; let d; e = d } }\nlet e", "A e", "c"],
  ["class A { #p = 1; has(o) { return #p in o && o.#p } }", "A", ""],
  [
    "class A { a = b; ['c'] = a; static [d]() {} get e() { return f } }",
    "A",
    "b a d f",
  ],
  ["function f() { return f }\nf()", "f", ""],
  [
    "async function* f() { yield a; await b; for await (const c of d) c }",
    "f",
    "a b d",
  ],
  // parameters and their defaults
  ["function f(a = () => b) { var b }", "f", "b"],
  ["function f(a, b = a, c = d) { var d = 1 }", "f", "d"],
  ["const f = (a, b = c) => { let c }", "f", "c"],
  ["const f = a => b => a + b + c", "f", "c"],
  ["function f(arguments_) { return arguments[0] }", "f", ""],
  ["function f() { return () => arguments }", "f", ""],
  // what is no reference
  [
    "a.b.c; a?.d; a[e]; ({ f: g, [h]: i, j() {}, get k() { return l } })",
    "",
    "a e g h i l",
  ],
  ["({ a, b: c, ...d })", "", "a c d"],
  ["x: { break x }", "", ""],
  ["function F() { return new.target }", "F", ""],
  ["tag`a${b}c`; `d${e}`", "", "tag b e"],
  // assignments
  ["a = 1; b++; --c; d += e", "", "a b c d e"],
  ["({ p: x, ...y } = o); [z, w = v] = q", "", "x y o z w v q"],
  ["for (x of y); for (z.a in w);", "", "x y z w"],
  ["a.b = c; d[e] = f", "", "a c d e f"],
  ["let a; a = 1; a ||= b", "a", "b"],
  // uses before definitions
  ["{ a; const a = 1 }", "", ""],
  ["f(); function f() {} g; var g", "f g", ""],
  ["const a = () => b; const b = 1", "a b", ""],
  ["const a = a2 ?? a", "a", "a2"],
  // soft references
  ["typeof a", "", "? a"],
  ["typeof a === 'function' && a()", "", "a"],
  ["typeof a.b; typeof (c)", "", "a ? c"],
  ["typeof x; let x", "x", ""],
  // shadowing
  ["const task = 1; task", "task", ""],
  ["const f = (fetch) => fetch(url)", "f", "url"],
  ["undefined; NaN; globalThis", "", "undefined NaN globalThis"],
];
