import fc from "fast-check";
import { expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import type { Graph } from "../../src/core/graph.ts";
import { forEachInnermost } from "../../src/core/keeping.ts";
import { taskKeys } from "../../src/core/keys.ts";
import { planResume, planRun } from "../../src/core/plan.ts";
import type { RunPlan } from "../../src/core/plan.ts";
import { carriersOf } from "../../src/core/resources.ts";
import type { TaskRun } from "../../src/core/run.ts";
import { replay } from "../../src/core/scheduler.ts";
import type { SchedulerState } from "../../src/core/scheduler.ts";
import { nodeOf } from "../../src/core/schedulerState.ts";
import { taskRun } from "../../src/core/snapshot.ts";
import {
  hasResult,
  isFailed,
  isFinal,
  isSuccessful,
  type State,
} from "../../src/core/state.ts";
import { refsOf } from "../../src/core/template.ts";
import { neededBy, runsOf, watch } from "./invariants.ts";
import {
  allIsWell,
  answering,
  flows,
  flowsThatCanSucceed,
  persons,
  scripts,
  triggersOf,
} from "./randomFlow.ts";
import { plainOf, runName, simulate, startOf } from "./simulate.ts";
import type { Happening, Settings, Simulation } from "./simulate.ts";

const numRuns = 150;

/** What happens to a run from outside. */
interface World {
  script: NonNullable<Settings["script"]>;
  person: NonNullable<Settings["person"]>;
  cancelAt: number | undefined;
  cancelAgain: boolean;
  interruptAt: number | undefined;
  /** Tasks and sub-flows that are cancelled alone: when, and which of those that there are then. */
  cancelled: readonly { at: number; which: number }[];
  late: boolean;
  batches: boolean;
}

const maybe = (arbitrary: fc.Arbitrary<number>) =>
  fc.oneof(fc.constant(undefined), fc.constant(undefined), arbitrary);

const worlds: fc.Arbitrary<World> = fc.record({
  script: scripts,
  person: persons,
  cancelAt: maybe(fc.nat(200)),
  cancelAgain: fc.boolean(),
  interruptAt: maybe(fc.nat(200)),
  cancelled: fc.array(fc.record({ at: fc.nat(150), which: fc.nat(60) }), {
    maxLength: 2,
  }),
  late: fc.boolean(),
  batches: fc.boolean(),
});

/** The settings of a simulation that begins at `at`. Any run ends at last: what hangs is cancelled. */
function settingsOf(graph: Graph, world: World, at = 0): Settings {
  const { script, person, late, batches } = world;
  const cancelAt = at + (world.cancelAt ?? 10_000);
  const happenings: Happening[] = world.cancelled.map(
    ({ at: after, which }) => ({
      at: at + after,
      event: (state) => {
        const runs = runsOf(state);
        const task = runs[which % runs.length];
        return task === undefined
          ? undefined
          : { type: "cancel-requested", at: at + after, task };
      },
    }),
  );
  // Clean-ups go on after the first.
  for (const after of world.cancelAgain ? [20, 10_000] : [10_000]) {
    const again = cancelAt + after;
    happenings.push({
      at: again,
      event: { type: "cancel-requested", at: again },
    });
  }
  return {
    script,
    person: answering(graph, person),
    triggers: triggersOf(graph),
    late,
    batches,
    cancelAt,
    interruptAt:
      world.interruptAt === undefined ? undefined : at + world.interruptAt,
    happenings,
    check: watch(),
  };
}

/** What is true of every run that is over. */
function checkEnd(run: Simulation): void {
  const { scheduler, state, events, started } = run;
  expect(isFinal(state.state)).toBe(true);
  expect(new Set(started).size).toBe(started.length);
  const { table } = scheduler;
  for (const number of runsOf(scheduler)) {
    const task = taskRun(scheduler, number);
    expect(["Running", "Retrying"]).not.toContain(task.state);
    expect(task.committing).toBe(false);
    if (state.state !== "Crashed") expect(isFinal(task.state)).toBe(true);
    if (task.state !== "Paused")
      for (const record of task.attempts) expect(record.endedAt).toBeDefined();
    const node = nodeOf(scheduler, number);
    if (node.cleanupOf === undefined || table.isExpanded(number)) continue;
    const path = table.path(number);
    const setUp = table.find(
      scheduler.index.numberOf.get(node.cleanupOf)!,
      path,
      path.length,
    );
    // What was set up is cleaned up, and nothing else.
    if (task.state === "Cancelled" || state.state === "Crashed") continue;
    if (hasResult(table.state(setUp))) {
      expect(task.attempt > 0 || task.state === "Cached").toBe(true);
      expect(task.state).not.toBe("TriggerFailed");
    } else expect(task.state).toBe("Skipped");
  }
  expect(plainOf(replay(events))).toEqual(plainOf(scheduler));
}

test("a run ends, starts nothing too early and nothing twice, keeps its limits and counts, cleans up, and is what its events add up to", () => {
  fc.assert(
    fc.property(flows, worlds, (graph, world) => {
      const run = simulate(
        startOf(graph, { seed: 7 }),
        settingsOf(graph, world),
      );
      checkEnd(run);
      const states = runsOf(run.scheduler)
        .filter((one) => nodeOf(run.scheduler, one).cleanupOf === undefined)
        .map((one) => run.scheduler.table.state(one));
      if (run.state.state === "Success" && world.cancelled.length === 0)
        expect(states).not.toContain("Cancelled");
    }),
    { numRuns: numRuns * 2 },
  );
});

test("a run that nobody cancels ends, or waits for people and nothing else", () => {
  fc.assert(
    fc.property(flows, worlds, (graph, world) => {
      const { script } = world;
      const settings = settingsOf(graph, { ...world, cancelled: [] });
      const { scheduler, state } = simulate(startOf(graph), {
        ...settings,
        cancelAt: undefined,
        interruptAt: undefined,
        happenings: [],
        script: (run, attempt) => {
          const plan = script(run, attempt);
          return plan.ends === "hang" ? { ...plan, ends: "crash" } : plan;
        },
      });
      if (isFinal(state.state)) return;
      expect(state.state).toBe("Paused");
      expect(scheduler.active).toBe(0);
      expect(scheduler.paused).toBeGreaterThan(0);
    }),
    { numRuns },
  );
});

test("attempts that are told of together add up to the same as one by one", () => {
  fc.assert(
    fc.property(flows, worlds, fc.boolean(), (graph, world, isNamed) => {
      const free = { ...graph, settings: { ...graph.settings, limits: [] } };
      const run = simulate(startOf(free), {
        ...settingsOf(free, world),
        batches: true,
      });
      const nameOf = (task: number) => (task % 3 ? `run ${task}` : "");
      const together = run.events.map((event): RunEvent => {
        if (event.type !== "attempts-committed" || !isNamed) return event;
        return { ...event, names: Array.from(event.tasks, nameOf) };
      });
      const single = together.flatMap((event): RunEvent[] => {
        if (event.type !== "attempts-committed") return [event];
        return Array.from(event.tasks).flatMap((task, at): RunEvent[] => {
          const of = { task, attempt: 1 };
          const startedAt = event.startedAt[at]!;
          const endedAt = event.endedAt[at]!;
          return [
            { type: "attempt-started", at: startedAt, ...of },
            ...(event.names?.[at]
              ? [
                  {
                    type: "attempt-named" as const,
                    at: startedAt,
                    ...of,
                    name: event.names[at],
                  },
                ]
              : []),
            { type: "attempt-returned", at: endedAt, ...of },
            {
              type: "attempt-committed",
              at: endedAt,
              ...of,
              size: event.sizes[at]!,
            },
          ];
        });
      });
      expect(plainOf(replay(single))).toEqual(plainOf(replay(together)));
      if (!isNamed)
        expect(plainOf(replay(together))).toEqual(plainOf(run.scheduler));
    }),
    { numRuns },
  );
});

/** The innermost runs that an event keeps, by their names before and after. */
function keptRuns(
  before: SchedulerState,
  event: RunEvent & { type: "run-resumed" },
): Map<string, number> {
  const { table, index } = before;
  const kept = new Map<string, number>();
  for (const { node, from, leaves } of event.kept) {
    let at = 0;
    const number = index.numberOf.get(from)!;
    const visit = (run: number): void => {
      const count = table.count[run]!;
      if (table.isExpanded(run) && (run === number || count > 0)) {
        for (let place = 0; place < count; place += 1)
          visit(table.first[run]! + place);
        return;
      }
      if (leaves && !leaves.includes(at++)) return;
      if (table.isExpanded(run)) return;
      const path = table.path(run).map((place) => `[${place}]`);
      kept.set(`${node}${path.join("")}`, run);
    };
    visit(number);
  }
  return kept;
}

function resumptionOf(
  graph: Graph,
  first: Simulation,
  at: number,
): RunEvent & { type: "run-resumed" } {
  const { keys, kept, items } = planResume(
    graph,
    taskKeys(graph, {}, {}),
    first.state,
  );
  // Whatever the plan says is reused is kept.
  const ids = new Set(kept.map(({ node }) => node));
  for (const { id, action } of items)
    if (action === "reuse") expect(ids.has(id)).toBe(true);
  return { type: "run-resumed", at, graph, keys, parameters: {}, kept };
}

test("a resumption runs no finished task again, numbers attempts on, and ends", () => {
  fc.assert(
    fc.property(flows, worlds, worlds, (graph, world, secondWorld) => {
      const first = simulate(startOf(graph), settingsOf(graph, world));
      const event = resumptionOf(graph, first, first.scheduler.now + 1000);
      const kept = keptRuns(first.scheduler, event);
      const before = new Map(
        [...kept].map(([name, run]) => [name, taskRun(first.scheduler, run)]),
      );
      const second = simulate(event, {
        ...settingsOf(graph, secondWorld, event.at),
        from: first,
      });
      checkEnd(second);
      const after = new Map(
        runsOf(second.scheduler).map((run) => [
          runName(second.scheduler, run),
          taskRun(second.scheduler, run),
        ]),
      );
      for (const [name, task] of before) expect(after.get(name)).toEqual(task);
      for (const started of second.started) {
        expect(kept.has(started.split("#")[0]!)).toBe(false);
        expect(first.started).not.toContain(started);
      }
    }),
    { numRuns },
  );
});

test("whatever succeeded and needs nothing that runs again is kept by a resumption", () => {
  fc.assert(
    fc.property(flows, worlds, (graph, world) => {
      const first = simulate(startOf(graph), settingsOf(graph, world));
      const { scheduler } = first;
      const { table, index } = scheduler;
      const event = resumptionOf(graph, first, scheduler.now + 1000);
      const kept = new Set(keptRuns(scheduler, event).values());
      const carriers = carriersOf(index);
      // A resource that is set up again may give another list.
      const lists = graph.nodes.flatMap((node) =>
        node.kind === "task" ? node.over.flat().map(({ of }) => of) : [],
      );
      const isCarrier = (id: string) => carriers.has(index.numberOf.get(id)!);
      fc.pre(!lists.some((list) => refsOf(list).some(isCarrier)));
      const isThere = (run: number): boolean => {
        const isReady = () => neededBy(scheduler, run, true).every(isThere);
        if (!table.isExpanded(run))
          return carriers.has(table.node[run]!)
            ? isSuccessful(table.state(run)) && isReady()
            : kept.has(run);
        const elements = Array.from(
          { length: table.count[run]! },
          (_, place) => table.first[run]! + place,
        );
        return elements.every(isThere) && isReady();
      };
      for (const run of runsOf(scheduler)) {
        const { cleanupOf } = nodeOf(scheduler, run);
        if (cleanupOf !== undefined || carriers.has(table.node[run]!)) continue;
        if (table.isExpanded(run) || !hasResult(table.state(run))) continue;
        if (neededBy(scheduler, run, true).every(isThere))
          expect([runName(scheduler, run), kept.has(run)]).toEqual([
            runName(scheduler, run),
            true,
          ]);
      }
    }),
    { numRuns },
  );
});

/** A world in which nothing is skipped, so that all that is mapped over is there. */
const withoutSkips = ({ script, person, ...world }: World): World => ({
  ...world,
  script: (run, attempt) => {
    const plan = script(run, attempt);
    return plan.ends === "skip" ? { ...plan, ends: "fail" } : plan;
  },
  person: (run) => {
    const said = person(run);
    return said && { ...said, answer: { type: "approve" } };
  },
});

test("a resumption in which nothing goes wrong succeeds", () => {
  fc.assert(
    fc.property(flowsThatCanSucceed, worlds, (graph, given) => {
      const world = withoutSkips(given);
      const first = simulate(startOf(graph), settingsOf(graph, world));
      const second = simulate(resumptionOf(graph, first, 1e6), {
        script: allIsWell,
        person: answering(graph, () => ({ answer: { type: "approve" } })),
        from: first,
        check: watch(),
      });
      expect(second.state.state).toBe("Success");
      for (const run of runsOf(second.scheduler))
        expect(isSuccessful(second.scheduler.table.state(run))).toBe(true);
    }),
    { numRuns },
  );
});

/** The states of a map's innermost runs; a map over nothing inside another one counts as one that is done. */
function innermostStates({ children }: TaskRun): State[] {
  const states: State[] = [];
  forEachInnermost(children!, (_, __, leaf) =>
    states.push(leaf === undefined ? "Mapped" : children!.stateOf(leaf)),
  );
  return states;
}

test("a partial run runs just what it is asked to, on results that hold", () => {
  fc.assert(
    fc.property(
      flowsThatCanSucceed,
      worlds,
      fc.nat(),
      fc.nat(),
      fc.constantFrom("from", "to", "both"),
      (graph, given, one, other, which) => {
        fc.pre(graph.nodes.length > 0);
        const world = withoutSkips(given);
        const keys = taskKeys(graph, {}, {});
        const last = simulate(startOf(graph), settingsOf(graph, world));
        const pick = (number: number) =>
          graph.nodes[number % graph.nodes.length]!.id;
        const options = {
          from: which === "to" ? undefined : pick(one),
          to: which === "from" ? undefined : pick(other),
        };
        let plan: RunPlan;
        try {
          plan = planRun(graph, keys, last.state, options);
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
          {
            script: allIsWell,
            person: answering(graph, () => ({ answer: { type: "approve" } })),
            from: last,
            check: watch(),
          },
        );
        expect(run.state.state).toBe("Success");
        const ran = new Set(
          plan.items
            .filter(({ action }) => action === "run")
            .map(({ id }) => id),
        );
        for (const started of run.started)
          expect(ran.has(started.replace(/[[#].*/, ""))).toBe(true);
        for (const id of ran)
          expect(isFailed(run.state.tasks.get(id)!.state)).toBe(false);
        for (const { node, leaves } of plan.reused) {
          const task = last.state.tasks.get(node)!;
          const states = leaves
            ? innermostStates(task).filter((_, at) => leaves.includes(at))
            : [task.state];
          expect(states).toHaveLength(leaves?.length ?? 1);
          for (const state of states) expect(isSuccessful(state)).toBe(true);
        }
        for (const id of plan.excluded)
          expect(run.state.tasks.get(id)!.state).toBe("Pending");
        // What a run begins with may be in a sub-flow, which itself comes too late for the run.
        const begun = graph.nodes.filter(
          (node) =>
            node.id === options.from ||
            (node.kind === "task" && node.within.includes(options.from ?? "")),
        );
        if (options.from !== undefined)
          expect(begun.some(({ id }) => ran.has(id))).toBe(true);
      },
    ),
    { numRuns },
  );
});
