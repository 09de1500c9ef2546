import fc from "fast-check";
import { expect, test } from "vitest";
import { taskKeys } from "../../src/core/keys.ts";
import { planResume, planRun } from "../../src/core/plan.ts";
import { replay } from "../../src/core/scheduler.ts";
import type { SchedulerState } from "../../src/core/scheduler.ts";
import { isFinal, isSuccessful } from "../../src/core/state.ts";
import { makeGraph, simulate, startOf } from "./simulate.ts";
import type { Attempt, Simulation, TaskSpec } from "./simulate.ts";

/** A flow of up to 12 tasks, each of which needs some of those before it. */
const flows = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(11), { maxLength: 3 }),
      waitsFor: fc.array(fc.nat(11), { maxLength: 1 }),
      retries: fc.nat(2),
      retryDelays: fc.array(fc.constantFrom(0, 5, 50), { maxLength: 2 }),
      timeout: fc.constantFrom(undefined, undefined, 20),
      isLenient: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((tasks) => {
    const specs: Record<string, TaskSpec> = {};
    tasks.forEach(({ needs, waitsFor, isLenient, ...options }, at) => {
      const before = (numbers: number[]) =>
        numbers.filter((number) => number < at).map((number) => `t${number}`);
      specs[`t${at}`] = {
        ...options,
        needs: before(needs),
        waitFor: before(waitsFor),
        trigger: { type: isLenient ? "allFinished" : "allSuccessful" },
      };
    });
    return makeGraph(specs);
  });

const attempts: fc.Arbitrary<Attempt> = fc.record({
  ends: fc.constantFrom(
    "return",
    "return",
    "return",
    "return",
    "fail",
    "crash",
    "hang",
  ),
  takes: fc.nat(30),
  startTakes: fc.nat(5),
  commitTakes: fc.nat(5),
  commitFails: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
});

/** How the attempts of a run go: attempts that hang without a timeout are left to the cancellation. */
const scripts = fc
  .array(attempts, { minLength: 40, maxLength: 40 })
  .map(
    (list) => (node: string, attempt: number) =>
      list[(Number(node.slice(1)) * 7 + attempt * 5) % list.length]!,
  );

const ends = fc.record({
  cancelAt: fc.option(fc.nat(150), { nil: undefined }),
  interruptAt: fc.option(fc.nat(150), { nil: undefined }),
  late: fc.boolean(),
});

type Ends = {
  cancelAt: number | undefined;
  interruptAt: number | undefined;
  late: boolean;
};

/** Any run ends at last: what hangs is cancelled. */
const atLast = (given: Ends): Ends => ({
  ...given,
  cancelAt: given.cancelAt ?? 10_000,
});

function checkRun(run: Simulation): void {
  expect(isFinal(run.state.state)).toBe(true);
  expect(new Set(run.started).size).toBe(run.started.length);
  const asked = run.commands.flatMap(({ type, node, attempt }) =>
    type === "start-attempt" ? [`${node}#${attempt}`] : [],
  );
  expect(new Set(asked).size).toBe(asked.length);
  for (const task of run.state.tasks.values()) {
    expect(["Running", "Retrying"]).not.toContain(task.state);
    expect(task.committing).toBe(false);
    if (run.state.state !== "Crashed") expect(isFinal(task.state)).toBe(true);
    for (const record of task.attempts) expect(record.endedAt).toBeDefined();
  }
  expect(replay(run.events)).toEqual(run.state);
}

/** A task begins only when all that it needs is final; a cancellation need not wait for that. */
function checkOrder(state: SchedulerState): void {
  for (const edge of state.graph.edges) {
    const needed = state.tasks.get(edge.from)!;
    if (!isFinal(needed.state))
      expect(["Pending", "Cancelled"]).toContain(
        state.tasks.get(edge.to)!.state,
      );
  }
}

test("a run ends, starts nothing too early and nothing twice, and its events add up to its state", () => {
  fc.assert(
    fc.property(flows, scripts, ends, (graph, script, given) => {
      const run = simulate(startOf(graph), script, {
        ...atLast(given),
        check: checkOrder,
      });
      checkRun(run);
      const states = [...run.state.tasks.values()].map(({ state }) => state);
      if (states.includes("Cancelled") && run.state.state !== "Crashed")
        expect(run.state.state).toBe("Cancelled");
      if (run.state.state === "Success")
        expect(states).not.toContain("Cancelled");
    }),
    { numRuns: 200 },
  );
});

test("a resumption runs no kept task, keeps every success with unchanged inputs, and ends", () => {
  fc.assert(
    fc.property(
      flows,
      scripts,
      scripts,
      ends,
      ends,
      (graph, script, secondScript, given, secondEnds) => {
        const keys = taskKeys(graph, {}, {});
        const first = simulate(startOf(graph), script, atLast(given));
        const { kept, items } = planResume(graph, keys, first.state);
        const keptIds = new Set(kept.map(({ node }) => node));
        for (const { id, action } of items)
          expect(keptIds.has(id)).toBe(action === "reuse");
        const before = structuredClone(first.state.tasks);
        const at = first.state.now + 1000;
        const shift = (time: number | undefined) =>
          time === undefined ? undefined : at + time;
        const second = simulate(
          { type: "run-resumed", at, graph, keys, parameters: {}, kept },
          secondScript,
          {
            from: first,
            cancelAt: at + (atLast(secondEnds).cancelAt ?? 0),
            interruptAt: shift(secondEnds.interruptAt),
            late: secondEnds.late,
            check: checkOrder,
          },
        );
        checkRun(second);
        for (const id of keptIds)
          expect(second.state.tasks.get(id)).toEqual(before.get(id));
        for (const started of second.started) {
          expect(keptIds.has(started.split("#")[0]!)).toBe(false);
          expect(first.started).not.toContain(started);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test("a resumption in which nothing goes wrong succeeds", () => {
  fc.assert(
    fc.property(flows, scripts, ends, (graph, script, given) => {
      const keys = taskKeys(graph, {}, {});
      const first = simulate(startOf(graph), script, atLast(given));
      const { kept } = planResume(graph, keys, first.state);
      const second = simulate(
        { type: "run-resumed", at: 1e6, graph, keys, parameters: {}, kept },
        () => ({ takes: 1 }),
        { from: first },
      );
      expect(second.state.state).toBe("Success");
      for (const task of second.state.tasks.values())
        expect(isSuccessful(task.state)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test("a partial run runs just what it is asked to, on results that hold", () => {
  fc.assert(
    fc.property(
      flows,
      scripts,
      ends,
      fc.nat(),
      fc.nat(),
      fc.constantFrom("from", "to", "both"),
      (graph, script, given, one, other, which) => {
        fc.pre(graph.nodes.length > 0);
        const keys = taskKeys(graph, {}, {});
        const last = simulate(startOf(graph), script, atLast(given)).state;
        const pick = (number: number) =>
          graph.nodes[number % graph.nodes.length]!.id;
        const options = {
          from: which === "to" ? undefined : pick(one),
          to: which === "from" ? undefined : pick(other),
        };
        let plan;
        try {
          plan = planRun(graph, keys, last, options);
        } catch {
          return; // nothing leads from one to the other
        }
        const run = simulate(
          startOf(graph, {
            run: "run-2",
            keys,
            reused: plan.reused,
            excluded: plan.excluded,
          }),
          () => ({ takes: 1 }),
          { check: checkOrder },
        );
        expect(run.state.state).toBe("Success");
        const ran = run.started.map((started) => started.split("#")[0]!);
        expect(ran.sort()).toEqual(
          plan.items
            .filter(({ action }) => action === "run")
            .map(({ id }) => id)
            .sort(),
        );
        for (const { node } of plan.reused)
          expect(isSuccessful(last.tasks.get(node)!.state)).toBe(true);
        for (const id of plan.excluded)
          expect(run.state.tasks.get(id)!.state).toBe("Pending");
        if (options.from !== undefined) expect(ran).toContain(options.from);
      },
    ),
    { numRuns: 200 },
  );
});
