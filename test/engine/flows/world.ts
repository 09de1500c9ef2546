import { compileFunction } from "node:vm";
import { FlowError } from "../../../src/core/errors.ts";
import type { CacheEntry } from "../../../src/core/cache.ts";
import type { RunEvent } from "../../../src/core/events.ts";
import type { Graph } from "../../../src/core/graph.ts";
import { taskKeys } from "../../../src/core/keys.ts";
import { checkParameters } from "../../../src/core/parameter.ts";
import { foreseeCached } from "../../../src/core/foreseeCached.ts";
import { planResume, planRun } from "../../../src/core/plan.ts";
import { toReport, type NodeResult } from "../../../src/core/report.ts";
import { expandKeys } from "../../../src/core/resultKeys.ts";
import type { RunState, TaskRun } from "../../../src/core/run.ts";
import { replay } from "../../../src/core/scheduler.ts";
import { snapshot } from "../../../src/core/snapshot.ts";
import type { Clock } from "../../../src/engine/clock.ts";
import type { AttemptId, ToWorker } from "../../../src/engine/protocol.ts";
import { RunDriver } from "../../../src/engine/runDriver.ts";
import { checkSchedule } from "../../../src/core/schedule.ts";
import { checkFromWorker } from "../../../src/engine/sandboxGuard.ts";
import { startWorker } from "../../../src/engine/sandbox/kernel/worker.ts";
import { TimeSpent } from "../../../src/engine/askJobs.ts";
import { ResultReuse } from "../../../src/engine/resultReuse.ts";
import { Watchers } from "../../../src/engine/watchers.ts";
import { WorkerExecutor } from "../../../src/engine/workerExecutor.ts";
import type { TaskWorker, WorkerPool } from "../../../src/engine/workerPool.ts";
import { compileNotebook } from "../../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../../src/notebook/parse.ts";
import { toList } from "../../../src/runs/runResults.ts";
import { keepMark } from "../../../src/ui/markSuccess.ts";

/** Workers in the same process that speak with copies, as real ones do. */
function makePool(): WorkerPool {
  let next = 1;
  const spawn = (): TaskWorker => {
    const scope: Record<string, unknown> = {};
    let isAlive = true;
    let scripts = 0;
    const worker: TaskWorker = {
      id: next++,
      post: (message) => {
        const copy = structuredClone(message);
        setImmediate(() => {
          if (isAlive) kernel.receive(copy);
        });
      },
      onMessage: () => {},
      onLost: () => {},
      kill: () => {
        isAlive = false;
      },
    };
    const kernel: { receive(message: ToWorker): void } = startWorker({
      post(message) {
        const copy = checkFromWorker(structuredClone(message), checkSchedule);
        if (!copy) throw new Error(`The guard refuses ${message.type}.`);
        setImmediate(() => {
          if (isAlive) worker.onMessage(copy);
        });
      },
      makeModule: (text) => `data:text/javascript,${encodeURIComponent(text)}`,
      importModule: (address) => import(/* @vite-ignore */ address),
      runScript(text) {
        const filename = `blob:test/${++scripts}`;
        compileFunction(text, [], { filename, contextExtensions: [scope] })();
        return filename;
      },
      fetch: () => Promise.reject(new TypeError("no network")),
      setTimeout: (callback, milliseconds) =>
        setTimeout(callback, milliseconds) as unknown as number,
      clearTimeout: (timer) => clearTimeout(timer),
      now: () => Date.now(),
      clock: () => performance.now(),
      scope,
    });
    return worker;
  };
  return { spawn, close: () => {} } as unknown as WorkerPool;
}

/** A clock on which a process that stands still for seconds loses a millisecond, so that only what waits for a timeout meets it. */
function patientClock() {
  let now = Date.now();
  const clock: Clock & { goOn(): number } = {
    goOn: () => (now += 1),
    now: () => now,
    setTimer(at, call) {
      let timer = setTimeout(function tick() {
        now += 1;
        if (now >= at) call();
        else timer = setTimeout(tick, 1);
      }, 1);
      return () => clearTimeout(timer);
    },
  };
  return clock;
}

/** A notebook whose flows run in this process, without a page, a database or a disk. */
export async function openFlows(
  source: string,
  options: { workers?: number; mostTaskRuns?: number } = {},
) {
  const { notebook } = parseNotebook(
    source.includes("```") ? source : `\`\`\`ts main\n${source}\n\`\`\``,
  );
  const program = compileNotebook(notebook);
  const pool = makePool();
  /** The attachments: the content of each, which is its hash as well. */
  const files = new Map<string, string>();
  const storedNow = () => ({
    files: [...files].map(([name, hash]) => ({ name, hash })),
  });
  const clock = patientClock();
  const supplies = {
    library: () => Promise.resolve(""),
    formatLibrary: () => Promise.reject(new Error("no libraries")),
    openDatabase: () => Promise.reject(new Error("no database")),
    readFile: (name: string) => {
      const content = files.get(name);
      return content === undefined
        ? Promise.reject(
            new FlowError("missing-attachment", `There is no file ${name}.`),
          )
        : Promise.resolve({ file: new Blob([content]), hash: content });
    },
  };
  const tracer = new WorkerExecutor(
    pool,
    1,
    { program, hosts: [], showsCells: true },
    supplies,
  );
  const limit = { after: 10_000, message: "too slow" };
  const traced = await tracer.trace(
    { run: "trace:", node: "flows", attempt: 1 },
    { step: limit, all: new TimeSpent(1e9, "too slow") },
  );
  tracer.close();
  const results = new Map<string, { value: unknown }>();
  const cache = new Map<string, CacheEntry>();
  const runs: { run: string; events: readonly RunEvent[] }[] = [];
  const logs: string[] = [];
  const logsOf: AttemptId[] = [];
  let written = 0;
  let driver: RunDriver | undefined;

  const graphOf = (flow?: string): Graph => {
    const graph =
      flow === undefined
        ? traced.graphs[0]
        : traced.graphs.find((one) => one.flow === flow);
    if (graph) return graph;
    throw new Error(
      JSON.stringify([traced.errors, program.diagnostics], undefined, 1),
    );
  };

  async function drive(
    run: string,
    past: readonly RunEvent[],
    first: RunEvent,
    value?: unknown,
  ) {
    const executor = new WorkerExecutor(
      pool,
      options.workers ?? 4,
      { program, hosts: [], showsCells: true },
      supplies,
    );
    const store = (key: string) => `${run} ${key}`;
    driver = new RunDriver(
      past,
      first,
      run,
      {
        executor,
        clock,
        versions: program.versions,
        contextTasks: new Set(program.usesContext),
        cache,
        Watchers,
        ResultReuse,
        ...(options.mostTaskRuns === undefined
          ? {}
          : { mostTaskRuns: options.mostTaskRuns }),
        store: {
          settle: () => Promise.resolve({}),
          commit: () => Promise.reject(new Error("no database")),
          async commitResults({ keys, values, cache: entries }) {
            await new Promise(setImmediate);
            written += values.length;
            expandKeys(keys).forEach((key, at) =>
              results.set(store(key), structuredClone({ value: values[at] })),
            );
            for (const entry of entries) cache.set(entry.cacheKey, entry);
          },
          rollback: () => Promise.resolve(),
          hasWritten: () => false,
          appendEvents: () => Promise.resolve(),
          results: (of, keys) =>
            Promise.resolve(keys.map((key) => results.get(`${of} ${key}`))),
          fileHash: (name) => Promise.resolve(files.get(name)),
          tablesNow: () => Promise.resolve([]),
        },
        listener: {
          event: () => {},
          log: (attempt: AttemptId, level, text) => {
            logs.push(`${attempt.node} ${level} ${text}`);
            logsOf.push(attempt);
          },
          progress: () => {},
          display: () => {},
        },
      },
      value,
    );
    const events = await driver.finished;
    executor.close();
    const known = runs.find((one) => one.run === run);
    if (known) known.events = events;
    else runs.unshift({ run, events });
    return toReport(lastState(), lastResults());
  }

  const lastState = (): RunState => snapshot(replay(runs[0]!.events));
  const lastOf = ({ flow }: Graph): RunState | undefined =>
    runs
      .map(({ events }) => snapshot(replay(events)))
      .find((state) => state.flow === flow);
  const read = (task: TaskRun) => results.get(`${task.resultRun} ${task.key}`);

  function lastResults(): Map<string, NodeResult> {
    const found = new Map<string, NodeResult>();
    for (const [id, task] of lastState().tasks) {
      const { children } = task;
      if (!children) {
        const result = read(task);
        if (result) found.set(id, result);
        continue;
      }
      const elements = new Map<number, unknown>();
      for (let at = 0; at < children.count; at += 1) {
        const result = read(children.run(at));
        if (result) elements.set(at, result.value);
      }
      found.set(id, { value: toList(children.shape, elements), elements });
    }
    return found;
  }

  const prepare = (flow?: string, given: Record<string, unknown> = {}) => {
    const graph = graphOf(flow);
    const parameters = checkParameters(
      graph.nodes.flatMap((node) =>
        node.kind === "parameter" ? [node.parameter] : [],
      ),
      given,
    );
    const keys = taskKeys(
      graph,
      program.versions,
      parameters,
      new Set(program.usesContext),
    );
    return { graph, parameters, keys };
  };

  const cacheFor = (prepared: ReturnType<typeof prepare>) => ({
    ...prepared,
    program,
    entries: [...cache.values()],
    now: Date.now(),
  });

  return {
    program,
    traced,
    logs,
    /** The attempts of which they are. */
    logsOf,
    files,
    graphOf,
    state: lastState,
    cancel: (task?: number) => driver?.cancel(task),
    /** How many results are kept. */
    kept: () => results.size,
    /** How many results were written so far. */
    written: () => written,
    plan(flow?: string, from?: string) {
      const prepared = prepare(flow);
      const { graph, keys } = prepared;
      const last = lastOf(graph);
      return planRun(graph, keys, last, {
        from,
        cache: cacheFor(prepared),
        stored: storedNow(),
      }).items;
    },
    run(
      more: {
        flow?: string;
        parameters?: Record<string, unknown>;
        from?: string;
        to?: string;
      } = {},
    ) {
      const prepared = prepare(more.flow, more.parameters);
      const { graph, keys, parameters } = prepared;
      const last = lastOf(graph);
      const plan = planRun(graph, keys, last, {
        from: more.from,
        to: more.to,
        cache: cacheFor(prepared),
        stored: storedNow(),
      });
      const run = `run-${runs.length + 1}`;
      return drive(run, [], {
        type: "run-started",
        at: Date.now(),
        run,
        graph,
        keys,
        parameters,
        reused: plan.reused,
        excluded: plan.excluded,
        seed: 1,
      });
    },
    resume(parameters: Record<string, unknown> = {}) {
      const { run, events } = runs[0]!;
      const last = lastState();
      const prepared = prepare(last.flow, {
        ...last.parameters,
        ...parameters,
      });
      const { kept } = planResume(
        prepared.graph,
        prepared.keys,
        last,
        storedNow(),
      );
      return drive(run, events, {
        type: "run-resumed",
        at: Date.now(),
        ...prepared,
        kept,
      });
    },
    /** Gives a task a result by hand. */
    async mark(node: string, value: unknown, path: readonly number[] = []) {
      const one = runs[0]!;
      const last = lastState();
      const event = await keepMark(
        {
          commitResults({ run, keys, values }) {
            expandKeys(keys).forEach((key, at) =>
              results.set(`${run} ${key}`, { value: values[at] }),
            );
            return Promise.resolve();
          },
        },
        last,
        {
          task: last.numberOf(node, path)!,
          value,
          firstEvent: one.events.length,
        },
      );
      one.events = [...one.events, { ...event, at: clock.goOn() } as RunEvent];
    },
    /** What Resume would do, and why. */
    resumePlan(flow?: string, parameters: Record<string, unknown> = {}) {
      const last = lastState();
      const prepared = prepare(flow ?? last.flow, {
        ...last.parameters,
        ...parameters,
      });
      const { graph, keys } = prepared;
      const plan = planResume(graph, keys, last, storedNow());
      const cached = cacheFor(prepared);
      return Object.fromEntries(
        foreseeCached(graph, keys, last, plan, cached, storedNow()).map(
          ({ id, action, why }) => [id, `${action}: ${why}`],
        ),
      );
    },
    proceed(event: (state: RunState) => RunEvent, value?: unknown) {
      const { run, events } = runs[0]!;
      return drive(run, events, event(lastState()), value);
    },
  };
}
