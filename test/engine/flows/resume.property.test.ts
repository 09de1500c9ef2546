import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import type { RunReport } from "../../../src/core/report.ts";
import { openFlows } from "./world.ts";

/** Tasks that fail for the time being. */
const world = globalThis as { failing?: ReadonlySet<string> };
afterEach(() => {
  delete world.failing;
});

/** A step of a flow's body, made of what came before it. */
interface Step {
  kind: (typeof kinds)[number];
  task: number;
  one: number;
  other: number;
}

const kinds = [
  ...["call", "list", "map", "flatten", "when"],
  ...["choose", "merge", "sub", "subs"],
] as const;
const triggers = ["allSuccessful", "allFinished", "anySuccessful"] as const;
const taskCount = 4;

const steps = (most: number, of: readonly Step["kind"][]) =>
  fc.array(
    fc.record({
      kind: fc.constantFrom(...of),
      task: fc.nat(taskCount - 1),
      one: fc.nat(20),
      other: fc.nat(20),
    }),
    { minLength: 1, maxLength: most },
  );

const inSubs = kinds.filter((kind) => !kind.startsWith("sub"));

const notebooks = fc
  .record({
    options: fc.array(
      fc.record({
        trigger: fc.constantFrom(...triggers),
        isCached: fc.boolean(),
      }),
      { minLength: taskCount, maxLength: taskCount },
    ),
    sub: steps(3, inSubs),
    main: steps(7, kinds),
  })
  .map(({ options, sub, main }) =>
    [
      ...options.map(
        ({ trigger, isCached }, at) =>
          `const t${at} = task((...xs) => { if (globalThis.failing?.has("t${at}")) throw new Error("down"); return [JSON.stringify(xs).length % 5, ${at}] }, { trigger: triggers.${trigger}${isCached ? ', cacheFor: "1h"' : ""} })`,
      ),
      `const sub = flow("Sub", () => { const v0 = t0(param("x", 3)); ${bodyOf(sub)} })`,
      `flow("F", () => { const v0 = t1(param("n", 1)); ${bodyOf(main)} })`,
    ].join("\n"),
  );

function bodyOf(all: readonly Step[]): string {
  const lines = all.map(({ kind, task, one, other }, at) => {
    const t = `t${task}`;
    const a = `v${one % (at + 1)}`;
    const b = `v${other % (at + 1)}`;
    const made: Record<Step["kind"], string> = {
      call: `${t}(${a}, ${b})`,
      list: `${t}([${a}, { of: ${b} }])`,
      map: `${t}.map([${a}, ${b}])`,
      flatten: `${t}.map(flatten([${a}, ${b}]))`,
      when: `when(${a}, () => ${t}(${b}), () => t0(${a}))`,
      choose: `choose(${a}[0], { 1: () => ${t}(${a}), 2: () => ${b} }, { default: () => t2(${b}) })`,
      merge: `merge(${a}, ${b})`,
      sub: `sub({ x: t3(${a})[1] })`,
      subs: `sub.map([{ x: 1 }, { x: t3(${a})[1] }])`,
    };
    return `const v${at + 1} = ${made[kind]};`;
  });
  return `${lines.join(" ")} return v${all.length}`;
}

/** How all of a run ended, and with what; a result that was there before is one too. */
function outcomeOf({ state, tasks }: RunReport): unknown {
  const endOf = (run: { state: string; result?: unknown }) =>
    /Success|Cached/.test(run.state) ? ["Success", run.result] : run.state;
  return [
    state,
    tasks.map(({ id, children, ...task }) => [
      id,
      endOf(task),
      children?.map(endOf),
    ]),
  ];
}

test("a resumption in which nothing fails any more ends as a new run does, with the same results", async () => {
  await fc.assert(
    fc.asyncProperty(
      notebooks,
      fc.array(fc.nat(taskCount - 1), { minLength: 1, maxLength: 2 }),
      fc.constantFrom(1, 20),
      async (notebook, failing, n) => {
        const flows = await openFlows(notebook);
        world.failing = new Set(failing.map((at) => `t${at}`));
        await flows.run({ flow: "F" });
        delete world.failing;
        const resumed = await flows.resume({ n });
        const fresh = await openFlows(notebook);
        const run = await fresh.run({ flow: "F", parameters: { n } });
        expect(outcomeOf(resumed)).toEqual(outcomeOf(run));
      },
    ),
    { numRuns: 60 },
  );
});
