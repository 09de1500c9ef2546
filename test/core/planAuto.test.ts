import fc from "fast-check";
import { expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import type { Graph } from "../../src/core/graph.ts";
import { taskKeys } from "../../src/core/keys.ts";
import { planResume } from "../../src/core/plan.ts";
import { planAuto } from "../../src/core/planAuto.ts";
import type { RunState } from "../../src/core/run.ts";
import { replay } from "../../src/core/scheduler.ts";
import { nodeOf } from "../../src/core/schedulerState.ts";
import { isFinal } from "../../src/core/state.ts";
import { staleTasks } from "../../src/ui/staleTasks.ts";
import { runsOf } from "./invariants.ts";
import { makeGraph } from "./makeGraph.ts";
import type { Specs } from "./makeGraph.ts";
import {
  answering,
  flows,
  persons,
  scripts,
  triggersOf,
} from "./randomFlow.ts";
import {
  elementsOf,
  plainOf,
  runName,
  script,
  simulate,
  startOf,
  statesOf,
} from "./simulate.ts";
import type { Settings, Simulation } from "./simulate.ts";

interface Change {
  /** The tasks whose cells say that they run by themselves, by name. */
  auto: readonly string[];
  /** Versions of tasks, by name. */
  versions?: Record<string, string>;
  graph?: Graph;
}

function planOf(first: Simulation, { auto, versions = {}, graph }: Change) {
  const next = graph ?? first.state.graph;
  const keys = taskKeys(next, versions, {});
  return planAuto(next, keys, first.state, ({ task }) => auto.includes(task));
}

/** Goes on by itself after a change; an error if there is nothing to do. */
function goOn(
  first: Simulation,
  change: Change,
  settings: Settings = {},
): Simulation {
  const plan = planOf(first, change);
  if (!plan) throw new Error("nothing runs by itself");
  const event: RunEvent & { type: "run-resumed" } = {
    type: "run-resumed",
    at: first.scheduler.now + 1000,
    graph: change.graph ?? first.state.graph,
    parameters: {},
    ...plan,
  };
  return simulate(event, { ...settings, from: first });
}

const resumptionOf = (run: Simulation, versions: Record<string, string> = {}) =>
  planResume(
    run.state.graph,
    taskKeys(run.state.graph, versions, {}),
    run.state,
  ).items;

/** What Resume would run then. */
const runByResume = (run: Simulation, versions: Record<string, string> = {}) =>
  resumptionOf(run, versions).flatMap(({ id, action }) =>
    action === "run" ? [id] : [],
  );

const chain: Specs = {
  extract: [],
  clean: ["extract"],
  load: ["clean"],
};
const begin = (specs: Specs = chain, settings: Settings = {}) =>
  simulate(startOf(makeGraph(specs)), settings);

/** The same run, of which a task has read a.csv as it was. */
function havingRead(run: RunState, id: string): RunState {
  const task = { ...run.tasks.get(id)!, files: { "a.csv": "old" } };
  return { ...run, tasks: new Map(run.tasks).set(id, task) };
}

test("of what a change makes stale only the chosen tasks run, and the rest keeps its results and stays stale", () => {
  const versions = { clean: "2" };
  const run = goOn(begin(), { auto: ["clean"], versions });
  expect(run.started).toEqual(["clean#2"]);
  expect(statesOf(run)).toEqual({
    extract: "Success",
    clean: "Success",
    load: "Success",
  });
  expect(run.state.state).toBe("Success");
  expect(
    resumptionOf(run, versions).map(({ id, why }) => `${id} ${why}`),
  ).toEqual([
    "extract kept: succeeded in this run",
    "clean kept: succeeded in this run",
    "load runs: an input changed (clean)",
  ]);
});

test("a task does not run by itself while something that it needs waits for a person", () => {
  const change = { auto: ["load"], versions: { clean: "2" } };
  expect(planOf(begin(), change)).toBeUndefined();
});

test("tasks that need each other run by themselves together", () => {
  const change = { auto: ["clean", "load"], versions: { clean: "2" } };
  const run = goOn(begin(), change);
  expect(run.started).toEqual(["clean#2", "load#2"]);
});

test("of a parameter that others take, too, these still say that it changed", () => {
  const graph = makeGraph({ n: "param", auto: ["n"], other: ["n"] });
  const keysFor = (n: number) => taskKeys(graph, {}, { n });
  const first = simulate(
    startOf(graph, { parameters: { n: 1 }, keys: keysFor(1) }),
  );
  const isAuto = ({ task }: { task: string }) => task === "auto";
  const plan = planAuto(graph, keysFor(2), first.state, isAuto);
  const run = simulate(
    {
      type: "run-resumed",
      at: first.scheduler.now + 1000,
      graph,
      parameters: { n: 2 },
      ...plan!,
    },
    { from: first },
  );
  expect(run.started).toEqual(["auto#2"]);
  expect(
    planResume(graph, keysFor(2), run.state).items.map(({ why }) => why),
  ).toEqual(["kept: succeeded in this run", "runs: an input changed (n)"]);
  expect(planAuto(graph, keysFor(2), run.state, isAuto)).toBeUndefined();
});

test("of a file that is replaced its readers run by themselves, and what took their results stays stale", () => {
  const graph = makeGraph({ ...chain, report: ["clean"] });
  const keys = taskKeys(graph, {}, {});
  const first = simulate(startOf(graph));
  const last = havingRead(first.state, "extract");
  const isAuto = ({ task }: { task: string }) => task !== "load";
  const files = (hash: string) => ({ files: [{ name: "a.csv", hash }] });
  expect(planAuto(graph, keys, last, isAuto, files("old"))).toBeUndefined();
  const plan = planAuto(graph, keys, last, isAuto, files("new"))!;
  expect(plan).toMatchObject({ kept: [], left: ["load"] });
  const at = first.scheduler.now + 1000;
  const run = simulate(
    { type: "run-resumed", at, graph, parameters: {}, ...plan },
    { from: first },
  );
  expect(run.started).toEqual(["extract#2", "clean#2", "report#2"]);
  expect(runByResume(run)).toEqual(["load"]);
  const resumption = planResume(graph, keys, run.state, files("new"));
  const stale = staleTasks(run.state, resumption, graph);
  expect([...stale]).toEqual([["load", "an input changed (clean)"]]);
  const all = planAuto(graph, keys, run.state, () => true, files("new"));
  expect(all).toMatchObject({ left: [], keys });
  // Its result stays where it is.
  expect(run.state.tasks.get("load")!.key).toBe(keys.load);
  expect(
    planAuto(graph, keys, run.state, isAuto, files("new")),
  ).toBeUndefined();
});

test("a file that is replaced is that of the call which has its result, also where calls have changed places", () => {
  const before = makeGraph({
    one: { task: "a" },
    two: { task: "b" },
    after: ["one"],
  });
  const first = simulate(startOf(before));
  // What was "one" is "two" now, and the other way round.
  const graph = makeGraph({
    one: { task: "b" },
    two: { task: "a" },
    after: ["two"],
  });
  const swapped = taskKeys(graph, {}, {});
  const last = havingRead(first.state, "one");
  const files = { files: [{ name: "a.csv", hash: "new" }] };
  const plan = planResume(graph, swapped, last, files);
  const again = plan.items.flatMap(({ id, action }) =>
    action === "run" ? [id] : [],
  );
  expect(again).toEqual(["two", "after"]);
  expect([...staleTasks(last, plan, graph).keys()]).toEqual(again);
  expect(planAuto(graph, swapped, last, () => true, files)).toMatchObject({
    kept: [{ node: "one", from: "two" }],
    left: [],
  });
});

test("without a change nothing runs by itself", () => {
  const auto = ["extract", "clean", "load"];
  expect(planOf(begin(), { auto })).toBeUndefined();
});

test("what failed runs again when it was changed, not before, and what waits for it stays not reached", () => {
  const first = begin(chain, { script: script({ clean: { ends: "fail" } }) });
  expect(planOf(first, { auto: ["clean"] })).toBeUndefined();
  const run = goOn(first, { auto: ["clean"], versions: { clean: "2" } });
  expect(statesOf(run)).toEqual({
    extract: "Success",
    clean: "Success",
    load: "TriggerFailed",
  });
  expect(run.state.state).toBe("Failed");
  expect(runByResume(run, { clean: "2" })).toEqual(["load"]);
});

test("a run that by itself fails again is tried again only after the next change", () => {
  const failing = { script: script({ clean: { ends: "fail" } }) };
  const second = goOn(
    begin(),
    { auto: ["clean"], versions: { clean: "2" } },
    failing,
  );
  expect(statesOf(second)).toMatchObject({ clean: "Failed", load: "Success" });
  expect(planOf(second, { auto: ["clean"], versions: { clean: "2" } })).toBe(
    undefined,
  );
  const third = goOn(second, { auto: ["clean"], versions: { clean: "3" } });
  expect(third.state.state).toBe("Success");
});

test("a task that is new and waits for a person is left out until Resume", () => {
  const graph = makeGraph({ ...chain, extra: ["extract"] });
  const first = begin();
  const run = goOn(first, { auto: ["clean"], versions: { clean: "2" }, graph });
  expect(statesOf(run)).toEqual({
    extract: "Success",
    clean: "Success",
    load: "Success",
    extra: "Pending",
  });
  expect(run.state.state).toBe("Success");
  expect(runByResume(run, { clean: "2" })).toEqual(["load", "extra"]);
});

test("a task that is new runs by itself if its cell says so", () => {
  const graph = makeGraph({ ...chain, extra: ["extract"] });
  const run = goOn(begin(), { auto: ["extra"], graph });
  expect(run.started).toEqual(["extra#1"]);
});

test("a map that is left keeps what became of each of its elements", () => {
  const specs: Specs = {
    list: [],
    one: { task: "one", map: ["list"] },
    other: [],
  };
  const functions = { list: () => [1, 2, 3] };
  const first = begin(specs, {
    functions,
    script: script({ "one[1]": { ends: "fail" } }),
  });
  const versions = { one: "2", other: "2" };
  const run = goOn(first, { auto: ["other"], versions }, { functions });
  expect(run.started).toEqual(["other#2"]);
  expect(elementsOf(run, "one")).toEqual(["Success", "Failed", "Success"]);
  expect(run.state.state).toBe("Failed");
});

test("a sub-flow runs by itself if all of it does that is to run, else none of it", () => {
  const within = ["f"];
  const specs: Specs = {
    "f/a": { task: "a", within },
    "f/b": { task: "b", needs: ["f/a"], within },
    "f/c": { task: "c", within },
    f: {
      needs: ["f/b", "f/c"],
      operator: {
        type: "flow",
        flow: "f",
        reference: [
          { node: "f/b", each: 0 },
          { node: "f/c", each: 0 },
        ],
      },
    },
    after: ["f"],
  };
  const first = begin(specs);
  const versions = { a: "2" };
  expect(planOf(first, { auto: ["a"], versions })).toBeUndefined();
  const run = goOn(first, { auto: ["a", "b"], versions });
  expect(run.started).toEqual(["f/a#2", "f/b#2", "f#2"]);
  expect(runByResume(run, versions)).toEqual(["after"]);
});

test("a merge alone is nothing to run, and holds nothing back", () => {
  const specs: Specs = {
    one: [],
    merged: { needs: ["one"], operator: { type: "merge", guards: [] } },
    after: ["merged"],
  };
  const first = begin(specs);
  const versions = { one: "2" };
  expect(planOf(first, { auto: ["after"], versions })).toBeUndefined();
  const run = goOn(first, { auto: ["one", "after"], versions });
  expect(run.started).toEqual(["one#2", "merged#2", "after#2"]);
  const graph = makeGraph({ ...specs, again: specs["merged"]! });
  expect(planOf(first, { auto: ["one"], graph })).toBeUndefined();
});

test("a resource is set up and cleaned up for a task that runs by itself, and not without one", () => {
  const specs: Specs = {
    open: [],
    use: ["open"],
    other: ["open"],
    close: {
      task: "close",
      needs: ["open", "use", "other"],
      cleanupOf: "open",
    },
  };
  const first = begin(specs);
  const versions = { use: "2", other: "2" };
  expect(planOf(first, { auto: ["use"], versions })).toBeUndefined();
  const run = goOn(first, { auto: ["open", "use"], versions });
  expect(run.started).toEqual(["open#2", "use#2", "close#2"]);
  expect(
    planOf(first, { auto: ["open"], versions: { other: "2" } }),
  ).toBeUndefined();
});

test("whatever runs by itself leaves all else as it ended and still to be run by Resume", () => {
  fc.assert(
    fc.property(
      flows,
      scripts,
      scripts,
      persons,
      fc.func(fc.boolean()),
      fc.func(fc.boolean()),
      (graph, before, after, person, isAutoOf, isChangedOf) => {
        const settings = {
          person: answering(graph, person),
          triggers: triggersOf(graph),
        };
        const endOf = (at: number): Settings => ({
          ...settings,
          cancelAt: at + 10_000,
          happenings: [
            {
              at: at + 20_000,
              event: { type: "cancel-requested", at: at + 20_000 },
            },
          ],
        });
        const first = simulate(startOf(graph), { ...endOf(0), script: before });
        fc.pre(isFinal(first.state.state));
        const versions = Object.fromEntries(
          graph.nodes
            .filter(({ id }) => isChangedOf(id))
            .map((node) => (node.kind === "task" ? node.task : ""))
            .map((task) => [task, `new ${task}`]),
        );
        const keys = taskKeys(graph, versions, {});
        const plan = planAuto(graph, keys, first.state, ({ id }) =>
          isAutoOf(id),
        );
        fc.pre(plan !== undefined);
        const left = new Set(plan!.left);
        const statesBefore = new Map(
          runsOf(first.scheduler)
            .filter((one) => left.has(nodeOf(first.scheduler, one).id))
            .map((one) => [
              runName(first.scheduler, one),
              first.scheduler.table.state(one),
            ]),
        );
        const at = first.scheduler.now + 1000;
        const run = simulate(
          { type: "run-resumed", at, graph, parameters: {}, ...plan! },
          { ...endOf(at), script: after, from: first },
        );
        expect(isFinal(run.state.state)).toBe(true);
        for (const name of run.started)
          expect(left).not.toContain(name.replace(/[[#].*/, ""));
        for (const one of runsOf(run.scheduler)) {
          const known = statesBefore.get(runName(run.scheduler, one));
          if (known !== undefined)
            expect(run.scheduler.table.state(one)).toBe(known);
        }
        expect(plainOf(replay(run.events))).toEqual(plainOf(run.scheduler));
        const stillToRun = new Set(
          planResume(graph, keys, run.state).items.flatMap(({ id, action }) =>
            action === "run" ? [id] : [],
          ),
        );
        for (const id of left) expect(stillToRun).toContain(id);
      },
    ),
    { numRuns: 100 },
  );
});
