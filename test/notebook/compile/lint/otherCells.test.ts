import { describe, expect, it } from "vitest";
import { createCache } from "../../../../src/notebook/compile/compile.ts";
import { compile, marked } from "../cells.ts";

const tasks = `
const live = task((n: number) => n, { retries: 3, cacheFor: "1d" })
const report = task((rows: string[]) => rows.length, { trigger: triggers.allFinished })
const etl = flow("Sub", () => live(1))
`;

function textsMarked(sources: Record<string, string>): (string | undefined)[] {
  return marked(compile(sources), sources);
}

/** Functions that a flow of another cell may call. */
const helpers = `
const bool = task(() => true)
const a = task((n) => n)
const mk = () => bool()
const bag = () => ({ n: 1, yes: bool() })
const tools = { a, bool, more: { mk } }
class Plan {
  ready = bool()
  static first() { return bool() }
  make() { return this.ready }
}
const same = mk
const each = (refs, by) => refs.every(by)
`;

describe("a ref that comes out of a function of another cell", () => {
  it.each([
    ["const r = mk()"],
    ["const r = same()"],
    ["const r = bag().yes"],
    ["const { yes: r } = bag()"],
    ["const { n, ...rest } = bag(); const r = rest.yes"],
    ["const r = tools.bool()"],
    ["const r = tools.more.mk()"],
    ["const r = Plan.first()"],
    ["const r = new Plan().make()"],
    ["const p = new Plan(); const r = p.ready"],
    ["const [r] = [1, 2].map(mk)"],
  ])("is one: %s", (definition) => {
    const b = `flow("F", () => { ${definition}; return r ? a(1) : a(2) })`;
    const program = compile({ helpers, b });
    expect(marked(program, { helpers, b })).toEqual(["r"]);
    expect(program.flows[0]?.problem).toMatchObject({ code: "flow-body" });
    expect(program.broken).toEqual({});
  });

  it.each([
    ["const r = bag().n"],
    ["const { n: r } = bag()"],
    ["const r = tools"],
    ["const r = new Plan()"],
    ["const r = new Plan().other"],
  ])("is none of these: %s", (definition) => {
    const b = `flow("F", () => { ${definition}; return r ? a(1) : a(2) })`;
    expect(textsMarked({ helpers, b })).toEqual([]);
  });
});

describe("a ref that is given to a function of another cell", () => {
  it.each([
    ["const pick = (r) => ⟦r⟧ ? a(1) : a(2)", "pick(bool())"],
    ["function pick(r) { if (⟦r⟧) return a(1); return a(2) }", "pick(bool())"],
    ["const pick = ({ r }) => ⟦r⟧ || a(2)", "pick({ r: bool() })"],
    ["const pick = (...rs) => a(⟦rs[0]⟧ ? 1 : 2)", "pick(bool(), bool())"],
    ["const pick = (rs) => rs.every((r) => ⟦r⟧)", "pick([bool(), bool()])"],
    ["const pick = (r) => ⟦r⟧ ? a(1) : a(2)", "[bool()].map(pick)"],
    ["const pick = { by: (r) => ⟦r⟧ ? a(1) : a(2) }", "pick.by(bool())"],
    ["class P { go(r) { return ⟦r⟧ ? a(1) : a(2) } }", "new P().go(bool())"],
    [
      "class P { go(r) { return ⟦r⟧ ? a(1) : a(2) } }\nclass Q extends P {}",
      "new Q().go(bool())",
    ],
    [
      "class P { constructor(r) { this.r = r }\nbuild() { return ⟦this.r⟧ ? a(1) : a(2) } }",
      "new P(bool()).build()",
    ],
    [
      "const call = (f, r) => f(r)\nconst pick = (r) => ⟦r⟧ ? a(1) : a(2)",
      "call(pick, bool())",
    ],
    [
      "const pick = (r) => ⟦r⟧ ? a(1) : a(2)\nconst t = task(() => pick(true))",
      "pick(bool())",
    ],
  ])("is an error where it is tested: %s", (marking, call) => {
    const from = marking.indexOf("⟦");
    const text = marking.slice(from + 1, marking.indexOf("⟧"));
    const sources = {
      helpers,
      b: marking.replace(/[⟦⟧]/g, ""),
      c: `flow("F", () => ${call})`,
    };
    const program = compile(sources);
    const [found, ...others] = program.diagnostics;
    expect(others.map(({ code }) => code)).toEqual(["cell-failed"]);
    expect(found).toMatchObject({ cell: "#b", code: "flow-body", from });
    expect(marked(program, sources)[0]).toBe(text);
  });

  it.each([
    ["const pick = (r, n) => n > 1 ? a(r) : a(2)", "pick(bool(), 1)"],
    ["const pick = (r) => r ? a(1) : a(2)", "[pick(bool()), pick(null)]"],
    ["const pick = (r) => r ? a(1) : a(2)", "pick(1 > 0)"],
    ["const pick = (rs) => rs.length > 1 ? a(rs) : rs[0]", "pick([bool()])"],
    ["const pick = task((r) => r ? 1 : 2)", "pick(bool())"],
    [
      "const call = (f, r) => f(r)\nconst pick = (r) => r ? 1 : 2, other = (r) => a(r)",
      "[call(other, bool()), call(pick, true)]",
    ],
  ])("is none where it is not: %s", (source, call) => {
    const c = `flow("F", () => ${call})`;
    expect(textsMarked({ helpers, b: source, c })).toEqual([]);
  });

  it("is looked at again when that function changes, and in no other cell", () => {
    const cache = createCache();
    const c = `flow("F", () => pick(bool()))`;
    const d = `flow("G", () => bool())`;
    const b = "const pick = (r) => a(r)";
    expect(compile({ helpers, b, c, d }, cache).diagnostics).toEqual([]);
    const known = cache.lints.get(cache.analyses.ts.get(d)!);
    const tested = "const pick = (r) => r ? a(1) : a(2)";
    expect(
      compile({ helpers, b: tested, c, d }, cache).diagnostics[0],
    ).toMatchObject({ cell: "#b", code: "flow-body" });
    expect(cache.lints.get(cache.analyses.ts.get(d)!)).toBe(known);
  });
});

describe("what other cells define", () => {
  it.each([
    ["const again = live.with({ retries: 1 })"],
    ["const again = live"],
    [
      "const first = live.with({ retries: 1 }), again = first.with({ name: 'x' })",
    ],
    ["const again = etl"],
    ["const { again } = { again: task((n) => n) }"],
    ["const again = fetchJson.with({ retries: 1 })"],
    ["import { fetchJson as get } from 'flowbook'\nconst again = get"],
  ])("makes refs by another name: %s", (source) => {
    const body = `flow("F", () => { const r = again(1); if (r) 1 })`;
    expect(textsMarked({ tasks, a: source, b: body })).toEqual(["r"]);
  });

  it.each([
    ["const again = live.name"],
    ["const again = parseInt"],
    ["const again = (n) => n"],
    ["const again = { with: () => (n) => n }.with()"],
  ])("may be no task: %s", (source) => {
    const body = `flow("F", () => { const r = again(1); if (r) 1 })`;
    expect(textsMarked({ tasks, a: source, b: body })).toEqual([]);
  });

  it("has options that do not apply in a task", () => {
    const a = "const t = task(async () => await live(1))";
    expect(textsMarked({ tasks, a })).toEqual(["live(1)"]);
  });

  it("has types that know no Error", () => {
    const a = `flow("F", () => report(live(1)))`;
    const program = compile({ tasks, a });
    expect(marked(program, { tasks, a })).toEqual(["live(1)"]);
    expect(program.diagnostics[0]?.message).toContain(
      "Write `string[] | Error | null`",
    );
  });

  it("is a flow that is called outside of flows", () => {
    expect(textsMarked({ tasks, a: "await etl()" })).toEqual(["etl()"]);
  });

  it("is looked at again when it changes", () => {
    const cache = createCache();
    const a = `flow("F", () => report(live(1)))`;
    expect(compile({ tasks, a }, cache).diagnostics).toHaveLength(1);
    const ready = tasks.replace("string[]", "string[] | Error");
    expect(compile({ tasks: ready, a }, cache).diagnostics).toEqual([]);
  });
});
