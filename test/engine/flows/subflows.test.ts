/** What a sub-flow comes to when tasks in it are skipped. */
import { describe, expect, test } from "vitest";
import { openFlows } from "./world.ts";

const tasks = `
  const src = task(() => 7)
  const id = task((x: unknown) => x)
  const boom = task((x?: unknown) => { throw skip("nothing new") })
`;

/** The sub-flow, what a flow makes of it, and what it makes by itself. */
async function runBoth(body: string, options = "{}") {
  const flows = await openFlows(`${tasks}
    const sub = flow("Sub", ({ n }) => { ${body} }, { parameters: { n: 1 }, ...${options} })
    flow("F", () => id(sub({ n: 1 })))`);
  const alone = await flows.run({ flow: "Sub" });
  const report = await flows.run({ flow: "F" });
  const of = (id: string) => report.tasks.find((task) => task.id === id)!;
  return { alone, report, sub: of("Sub-1"), after: of("id-1") };
}

describe("a sub-flow of which tasks were skipped", () => {
  test.each([
    ["returns what was not", "const v = src(); boom(v); return v", 7],
    [
      "returns something made of it",
      "const v = src(); return { v, n: boom(v) }",
      { v: 7, n: null },
    ],
    ["returns a constant", "boom(n); return 5", 5],
    ["returns its parameter", "boom(n); return n", 1],
    ["returns nothing", "boom(n)", undefined],
    [
      "has a branch that was not chosen",
      "const v = src(); when(false, () => id(v)); return v",
      7,
    ],
    [
      "is judged by one that was",
      "boom(n); return src()",
      7,
      "{ referenceTasks: ['boom'] }",
    ],
  ])(
    "is a success where it %s, as by itself",
    async (_, body, result, options = "{}") => {
      const { alone, sub, after } = await runBoth(body, options);
      expect(alone).toMatchObject({ state: "Success" });
      expect(alone.result).toEqual(result);
      expect(sub.state).toBe("Success");
      expect(sub.result).toEqual(result);
      expect(after).toMatchObject({ state: "Success" });
      expect(after.result).toEqual(result);
    },
  );

  test.each([
    ["the result of that task", "const v = src(); return boom(v)", "boom"],
    ["a part of it", "const v = src(); return boom(v).rows", "boom"],
    [
      "that beside what was not",
      "const v = src(); id(v); return boom(v)",
      "boom",
    ],
    [
      "a list of elements that all were",
      "return boom.map([1, 2])",
      "boom[0] and boom[1]",
    ],
    [
      "a branch that was not chosen",
      "const v = src(); return when(false, () => id(v))",
      "merge",
    ],
  ])(
    "is skipped, and what follows it, where it returns %s",
    async (_, body, name) => {
      const { sub, after } = await runBoth(body);
      expect(sub).toMatchObject({
        state: "Skipped",
        message: `Skipped, because ${name} ${name.includes(" and ") ? "were" : "was"} skipped.`,
      });
      expect(after.state).toBe("Skipped");
    },
  );

  test("is skipped where nothing of it had begun", async () => {
    const flows = await openFlows(`${tasks}
      const sub = flow("Sub", ({ n }) => { const v = id(n); id(v); return 5 }, { parameters: { n: { type: "json" } } })
      flow("F", () => {
        when(false, () => { sub({ n: 1 }) })
        return id(sub({ n: boom() }))
      })`);
    const report = await flows.run({ flow: "F" });
    const { tasks: runs } = flows.state();
    expect(report.state).toBe("Success");
    for (const sub of ["Sub-1", "Sub-2"])
      expect(runs.get(sub)).toMatchObject({
        state: "Skipped",
        message: "Skipped, because id was skipped.",
      });
  });

  test("gives its rows to what follows, run by run of a map", async () => {
    const flows = await openFlows(`
      const extract = task((airport: string) => [{ airport, n: airport === "IAD" ? 3 : 300 }])
      const isLarge = task((rows: { n: number }[]) => rows[0].n > 100)
      const warn = task((rows: { n: number }[]) => log("large", rows[0].n))
      const count = task((rows: unknown[]) => rows.length)
      const near = flow("near", ({ airport }) => {
        const rows = extract(airport)
        when(isLarge(rows), () => warn(rows))
        return rows
      }, { parameters: { airport: "IAD" } })
      flow("all", () => count(flatten(near.map([{ airport: "IAD" }, { airport: "JFK" }]))))`);
    const report = await flows.run({ flow: "all" });
    expect(report).toMatchObject({ state: "Success", result: 2 });
    expect(
      report.tasks.find(({ id }) => id === "near-1")!.children,
    ).toMatchObject([{ state: "Success" }, { state: "Success" }]);
  });
});
