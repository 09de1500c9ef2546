import "./runes.ts";
import { expect, test } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import type { Graph } from "../../src/core/graph.ts";
import type {
  DatabaseService,
  EngineService,
  OpenReport,
} from "../../src/engine/services.ts";
import type { Program } from "../../src/notebook/compile/program.ts";
import { RunDesk, type RunHost } from "../../src/ui/runDesk.svelte.ts";
import { makeGraph } from "../core/makeGraph.ts";
import { startOf } from "../core/simulate.ts";
import { updateOf } from "./runs.ts";

const graph = makeGraph({ a: [] });
const gates = makeGraph({
  gate: { operator: { type: "approve", message: "Go on?", timeout: 500 } },
});

/** The events of a run that waits for a person until 500. */
function pausedRun(run: string): RunEvent[] {
  return [
    startOf(gates, { run, at: 0 }),
    {
      type: "attempt-paused",
      at: 0,
      task: 0,
      attempt: 1,
      message: "Go on?",
      until: 500,
    },
  ];
}

/** The events of a run whose only task succeeds. */
function endedRun(run: string): RunEvent[] {
  return [
    startOf(graph, { run, at: 10 }),
    { type: "attempt-started", at: 11, task: 0, attempt: 1 },
    { type: "attempt-returned", at: 12, task: 0, attempt: 1 },
    { type: "attempt-committed", at: 13, task: 0, attempt: 1, size: 1 },
  ];
}

const reportOf = (...runs: RunEvent[][]) =>
  ({
    runs: runs.map((events) => ({
      id: (events[0] as { run: string }).run,
      events,
    })),
    cache: [],
  }) as unknown as OpenReport;

/** A desk whose engine is the test, and whose clock calls when the test says so. */
function makeDesk() {
  const started: { run: string; end(): void; fail(): void }[] = [];
  const proceeded: string[] = [];
  const appended: string[] = [];
  const retained: unknown[] = [];
  const timers: (() => void)[] = [];
  let tell = (): void => {};
  let isBusy = false;
  const host: RunHost = {
    flows: [],
    flowName: graph.flow,
    parameters: {},
    readOnly: undefined,
    isAtWork: false,
    files: [],
    program: { versions: {}, usesContext: [] } as unknown as Program,
    selectFlow: () => {},
    fillForm: () => {},
    filesThere: () => Promise.resolve(),
    settled: () => Promise.resolve(),
    graphOf: () => Promise.resolve(graph as Graph),
    flowView: () =>
      Promise.resolve({
        name: graph.flow,
        cell: undefined,
        graph,
        error: undefined,
      }),
    starts: () => {},
    refreshTables: () => Promise.resolve(),
    rested: () => {},
  };
  const engine = {
    run: ({ run }: { run: string }) =>
      new Promise((resolve, reject) => {
        isBusy = true;
        const settle = (end: () => void) => () => {
          isBusy = false;
          end();
        };
        started.push({
          run,
          end: settle(() => {
            desk.receive(updateOf(run, endedRun(run)));
            resolve(undefined);
          }),
          fail: settle(() => reject(new Error("no worker"))),
        });
        tell();
      }),
    resume: () => Promise.resolve(),
    proceed: ({
      run,
      events,
      event,
    }: Parameters<EngineService["proceed"]>[0]) => {
      if (isBusy) return Promise.reject(new Error("already running"));
      proceeded.push(run);
      desk.receive(updateOf(run, [event], events.length));
      return Promise.resolve();
    },
    cancel: () => Promise.resolve(),
  } as unknown as EngineService;
  const database = {
    appendEvents(run: string) {
      appended.push(run);
      return Promise.resolve();
    },
    cacheEntries: () => Promise.resolve([]),
    tablesNow: () => Promise.resolve([]),
    retainResults(kept: unknown) {
      retained.push(kept);
      return Promise.resolve();
    },
    logs: () => Promise.resolve([]),
    results: () => Promise.resolve([]),
  } as unknown as DatabaseService;
  const clock = {
    now: () => 0,
    setTimer(_: number, call: () => void) {
      timers.push(call);
      return () => {};
    },
  };
  /** Settles when so many runs have been started. */
  async function running(count: number): Promise<void> {
    while (started.length < count)
      await new Promise<void>((resolve) => (tell = resolve));
  }
  const desk = new RunDesk({ engine, database, clock }, host);
  return {
    desk,
    host,
    ...{ started, proceeded, appended, retained, timers, running },
  };
}

/** Lets everything go on that waits for no other task. */
async function sameTask(): Promise<void> {
  for (let step = 0; step < 50; step += 1) await Promise.resolve();
}

for (const end of ["end", "fail"] as const)
  test(`a run whose time is over while another is going on is told so when that one is over: ${end}`, async () => {
    const { desk: runs, started, proceeded, timers, running } = makeDesk();
    await runs.open(reportOf(pausedRun("waiting")), undefined);
    const other = runs.runFlow({}).catch(() => undefined);
    await running(1);
    timers[0]!();
    await sameTask();
    expect(proceeded).toEqual([]);

    started[0]![end]();
    await other;
    expect(timers).toHaveLength(2);
    timers[1]!();
    await sameTask();
    expect(proceeded).toEqual(["waiting"]);
    expect(runs.last(gates.flow)?.tasks.get("gate")?.state).not.toBe("Paused");
  });

test("no results are dropped while a run is going on that began when the last one came to rest", async () => {
  const { desk: runs, host, started, retained, running } = makeDesk();
  let rest = (): void => {};
  host.refreshTables = () => new Promise((resolve) => (rest = resolve));
  const first = runs.runFlow({});
  await running(1);
  started[0]!.end();
  await sameTask();
  const second = runs.runFlow({});
  await running(2);
  rest();
  await first;
  expect(retained).toHaveLength(0);

  started[1]!.end();
  await sameTask();
  rest();
  await second;
  await expect.poll(() => retained.length).toBeGreaterThan(0);
});

test("a run that the engine works on is none that was interrupted", async () => {
  const { desk: runs, started, appended, running } = makeDesk();
  const live = runs.runFlow({});
  await running(1);
  const { run } = started[0]!;
  const beginning = endedRun(run).slice(0, 2);
  await runs.open(reportOf(beginning, endedRun("lost").slice(0, 2)), undefined);
  expect(appended).toEqual(["lost"]);

  started[0]!.end();
  await live;
  expect(runs.runs.find((one) => one.run === run)?.state).toBe("Success");
});

test("no run begins while the database is being changed", async () => {
  const { desk: runs, host, started } = makeDesk();
  Object.assign(host, { isAtWork: true });
  await expect(runs.runFlow({})).rejects.toThrow(/being changed/);
  expect(started).toEqual([]);
});

test("what was stale of the run before is not said of the tasks of the one that goes on", async () => {
  const { desk: runs, host, started, running } = makeDesk();
  const view = { name: graph.flow, cell: undefined, graph, error: undefined };
  Object.assign(host, { flows: [view] });
  await runs.open(reportOf(endedRun("before")), undefined);
  Object.assign(host, { program: { versions: { a: "2" }, usesContext: [] } });
  await expect
    .poll(() => (runs.updatePlan(), [...runs.stale.keys()]))
    .toEqual(["a"]);

  const other = runs.runFlow({});
  await running(1);
  expect([...runs.stale.keys()]).toEqual([]);
  started[0]!.end();
  await other;
});

test("the flow of a run that is resumed is the one on show", async () => {
  const { desk: runs, host } = makeDesk();
  await runs.open(reportOf(endedRun("before")), undefined);
  const selected: string[] = [];
  Object.assign(host, {
    flowName: "another",
    selectFlow: (name: string) => selected.push(name),
  });
  await runs.resumeFlow({ flow: graph.flow });
  expect(selected).toEqual([graph.flow]);
});

test("the form says what a run of the flow on show was given, unless that started by itself", async () => {
  const { desk: runs, host, started, running } = makeDesk();
  await runs.open(reportOf(), undefined);
  const filled: unknown[] = [];
  Object.assign(host, {
    fillForm: ({ parameters }: { parameters: unknown }) =>
      filled.push(parameters),
  });
  const asked = runs.runFlow({});
  await running(1);
  expect(filled).toEqual([{}]);
  started[0]!.end();
  await asked;
  const scheduled = runs.runFlow({}, 1);
  await running(2);
  started[1]!.end();
  await scheduled;
  expect(filled).toHaveLength(1);
});
