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
