/**
 * The runs of the open notebook on the page: what is shown of them, and all that can be done to them. It is long because
 * runs, the answers to tasks that wait and the plan for what comes next are different views of one list of events.
 */
import { putBackAsked } from "../core/askedEvents.ts";
import type { CacheEntry } from "../core/cache.ts";
import { FlowError } from "../core/errors.ts";
import type { Answer, RunEvent } from "../core/events.ts";
import type { Graph, NodeId } from "../core/graph.ts";
import { mostShown } from "../core/mostShown.ts";
import { planFirst } from "../core/planFirst.ts";
import type { PlanItem, ResumePlan, RunPlan } from "../core/plan.ts";
import type { NodeResult, RunReport } from "../core/report.ts";
import type { RunState, TaskRun } from "../core/run.ts";
import type { StoredNow } from "../core/outdated.ts";
import { isFinal } from "../core/state.ts";
import type { Clock } from "../engine/clock.ts";
import type { Output } from "../engine/protocol.ts";
import type {
  DatabaseService,
  EngineService,
  EngineUpdate,
  LogLine,
  OpenReport,
  ResumeRequest,
  StoredFile,
} from "../engine/services.ts";
import type { Program } from "../notebook/compile/program.ts";
import type { FlowView } from "./drawing.ts";
import { makeId } from "../runs/makeId.ts";
import type { RunOptions } from "./pageApi.ts";
import { prepareRun, type PreparedRun } from "../runs/prepareRun.ts";
import { RunBook } from "../runs/runBook.ts";
import { RunResults } from "../runs/runResults.ts";
import { WaitingRuns } from "../runs/waitingRuns.ts";
import { taskIdOf } from "./taskIdOf.ts";
import * as words from "./words/run.ts";

/** What a run is about: the notebook as it stands, and the form. */
export interface RunHost {
  readonly flows: readonly FlowView[];
  /** The flow that Run means. */
  flowName: string | undefined;
  /** Values of the form. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Why nothing can be changed here, if so. */
  readonly readOnly: string | undefined;
  readonly program: Program | undefined;
  /** The attachments that there are. */
  readonly files: readonly StoredFile[];
  /** Whether the database is being changed, so that no run may begin. `settled` waits for that. */
  readonly isAtWork: boolean;
  /** Shows another flow, whose run `begun` is about to begin. */
  selectFlow(
    name: string,
    isAddressed: false,
    begun: Pick<RunState, "graph" | "parameters">,
  ): void;
  /** Has the form say what a run of the flow on show was given. */
  fillForm(run: Pick<RunState, "graph" | "parameters">): void;
  /** Settles when the files are there that come with the notebook. That they are waited for is told until `ended` settles. */
  filesThere(ended: Promise<unknown>): Promise<void>;
  /** Settles when the newest text is drawn. */
  settled(): Promise<void>;
  graphOf(flow?: string): Promise<Graph>;
  flowView(name: string | undefined): Promise<FlowView>;
  /** The engine begins to work on a run, with the program as it stands. */
  starts(run: string): void;
  /** Tables may be others. */
  refreshTables(): Promise<void>;
  /** A run has come to its end, or waits for people: outputs may be others. */
  rested(): void;
}

type Planning = typeof import("./planning.ts");

/** What a desk needs of the workers. */
interface Parts {
  engine: Pick<EngineService, "run" | "resume" | "proceed" | "cancel">;
  database: Pick<
    DatabaseService,
    | "appendEvents"
    | "commitResults"
    | "cacheEntries"
    | "tablesNow"
    | "retainResults"
    | "logs"
    | "results"
  >;
  clock: Clock;
}

/** How far a task is. */
export type Progress = EngineUpdate["progress"][string];

/** What a task of the shown run displayed; what has a key stands in place of what had it before. */
export interface Display {
  /** Which element of a mapped task, by its places: `3`, `3.0`. */
  element: string | undefined;
  key: string | undefined;
  output: Output;
}

const mostLogLines = 100_000;

/** The runs of the open notebook. */
export class RunDesk {
  /** What the next action would do: Resume if the last run can be resumed, else Run. */
  plan = $state.raw<readonly PlanItem[]>([]);
  planFor = $state<"run" | "resume">("run");
  /** Tasks of the flow's newest run whose results no longer match code or inputs, with the reason. */
  stale = $state.raw<ReadonlyMap<NodeId, string>>(new Map());
  /** Runs of the notebook, newest first. Each change makes a new array, and a new object for the run that changed. */
  runs = $state.raw<readonly RunState[]>([]);
  /** The run whose states are shown. */
  shownRun = $state<string>();
  /** True from Run or Resume until the run is final. */
  running = $state(false);
  cancelling = $state(false);
  /** Whether a run was asked for that has not begun. */
  isBeginning = $state(false);
  progress = $state.raw<Readonly<Record<NodeId, Progress>>>({});
  /** Logs of the shown run. */
  logs = $state.raw<readonly LogLine[]>([]);
  /** How many lines of that run came before them and are only in its history. */
  earlierLogs = $state(0);
  /** What tasks of the shown run displayed, by node. */
  displays = $state.raw<Readonly<Record<NodeId, readonly Display[]>>>({});

  readonly #parts: Parts;
  readonly #host: RunHost;
  readonly #book = new RunBook();
  #results: RunResults;
  #cache: readonly CacheEntry[] = [];
  /** The tables that went besides the tasks. */
  #tablesNow: OpenReport["tablesNow"] = [];
  #planning: Planning | undefined;
  #waiting: WaitingRuns;
  /** The engine's work that is going on, until the page has taken in its end; never rejects. */
  #engaged: Promise<unknown> = Promise.resolve();
  /** What the engine was asked last to begin. */
  #asked: PreparedRun | undefined;
  /** The run that the engine works on, or worked on last. */
  #current: string | undefined;
  /** What ends each run that was asked for and has not begun. */
  readonly #beginning = new Set<() => void>();
  /** Runs whose time was over while the engine worked on another one. */
  readonly #overdue = new Set<string>();

  constructor(parts: Parts, host: RunHost) {
    this.#parts = parts;
    this.#host = host;
    this.#results = new RunResults(parts.database);
    this.#waiting = new WaitingRuns(parts.clock, (run, event) => {
      void this.#proceed(run, event).catch(() => undefined);
    });
  }

  /** Takes the runs of a notebook that was opened. Those that no engine works on any more are over, which is noted unless it is read-only. */
  async open(report: OpenReport, readOnly: string | undefined): Promise<void> {
    const { database } = this.#parts;
    this.plan = [];
    this.progress = {};
    this.displays = {};
    this.#cache = report.cache;
    this.#tablesNow = report.tablesNow;
    if (report.runs.length > 0) void this.#planner().catch(() => undefined);
    this.#waiting.clear();
    this.#overdue.clear();
    const unfinished = this.#book.load(report.runs);
    if (!readOnly)
      for (const run of unfinished) {
        if (this.running && run === this.#current) continue;
        const event = { type: "run-interrupted", at: Date.now() } as const;
        const first = this.#book.events(run).length;
        await database.appendEvents(run, first, [event]);
        this.#book.add(run, first, [event]);
      }
    this.runs = this.#book.list();
    if (!readOnly)
      for (const run of this.runs)
        if (!isFinal(run.state)) this.#waiting.look(run);
    this.shownRun = undefined;
    const [last] = this.runs;
    if (last) await this.showRun(last.run);
  }

  /** All that is known of a run. */
  events(run: string): readonly RunEvent[] {
    return this.#book.events(run);
  }

  /** Takes in what another tab has written of the runs. */
  async follow(report: OpenReport): Promise<void> {
    const before = this.runs[0]?.run;
    this.#cache = report.cache;
    this.#tablesNow = report.tablesNow;
    for (const { id, events } of report.runs) this.#book.settle(id, events);
    this.runs = this.#book.list();
    this.updatePlan();
    const newest = this.runs[0]?.run;
    if (this.runs.every(({ state }) => isFinal(state))) this.progress = {};
    const isNewShown = newest !== before && this.shownRun === before;
    const shown = isNewShown ? newest : this.shownRun;
    if (shown !== undefined) await this.showRun(shown);
  }

  /** The newest run of a flow. */
  last(flow: string): RunState | undefined {
    return this.#book.last(flow);
  }

  /** Ends the run that is going on or about to begin, or the shown one if it waits for people. When it resolves, the next run may start. */
  async cancelRun(): Promise<void> {
    const { isBeginning } = this;
    for (const end of this.#beginning) end();
    if (this.running) {
      this.cancelling = true;
      try {
        await this.#parts.engine.cancel();
        await this.#engaged;
      } finally {
        this.cancelling = false;
      }
      return;
    }
    if (isBeginning) return;
    const waiting = this.runs.find(
      ({ run, state }) =>
        state === "Paused" &&
        (this.shownRun === undefined || run === this.shownRun),
    );
    if (waiting)
      await this.#proceed(waiting.run, {
        type: "cancel-requested",
        at: Date.now(),
      });
  }

  /** Ends one task or sub-flow of the run that is going on; the others go on. */
  async cancelTask(node: NodeId, path?: readonly number[]): Promise<void> {
    const task = await this.#numberOf(this.shown(), node, path);
    if (this.running) await this.#parts.engine.cancel(task);
    else
      await this.#proceed(this.shown().run, {
        type: "cancel-requested",
        at: Date.now(),
        task,
      });
  }

  /** Says something to a task of the shown run that waits for a person; `value` are the answers to a form. */
  async answerTask(
    node: NodeId,
    answer: Answer,
    options: { path?: readonly number[]; value?: unknown } = {},
  ): Promise<void> {
    const run = this.shown();
    if (isFinal(run.state)) {
      const { runIsOver } = await import("./unanswered.ts");
      throw runIsOver(run, node);
    }
    const task = await this.#numberOf(run, node, options.path);
    await this.#proceed(
      run.run,
      { type: "pause-answered", at: Date.now(), task, answer },
      options.value,
    );
  }

  /** Gives a task of the shown run a result by hand; Resume then goes on with it. */
  async markSuccess(
    node: NodeId,
    value: unknown,
    path: readonly number[] = [],
  ): Promise<void> {
    if (this.#host.readOnly)
      throw new FlowError("read-only", this.#host.readOnly);
    const run = this.shown();
    const { checkMarking, keepMark } = await import("./markSuccess.ts");
    this.#known(run.run);
    checkMarking(run, node, path, this.running);
    const firstEvent = this.#book.events(run.run).length;
    const event = await keepMark(this.#parts.database, run, {
      task: await this.#numberOf(run, node, path),
      value,
      firstEvent,
    });
    this.#book.add(run.run, firstEvent, [event]);
    this.runs = this.#book.list();
    this.updatePlan();
  }

  /** What a person is asked to approve. */
  gateValue(node: NodeId, path: readonly number[] = []): Promise<unknown> {
    return this.argumentOf(node, 0, path);
  }

  /** What a task of the shown run, or an element of it, is called with. */
  async argumentOf(
    node: NodeId,
    at: number,
    path: readonly number[] = [],
  ): Promise<unknown> {
    const run = this.shown();
    const found = run.graph.nodes.find(({ id }) => id === node);
    const template = found?.kind === "task" ? found.args[at] : undefined;
    if (!template) return undefined;
    return this.#results.resolve(run, template, path);
  }

  /** The run on show; an error if there is none. */
  shown(): RunState {
    const run = this.runs.find(({ run: id }) => id === this.shownRun);
    if (run) return run;
    throw new FlowError("nothing-to-resume", words.noRun);
  }

  async #numberOf(
    run: RunState,
    node: NodeId,
    path: readonly number[] = [],
  ): Promise<number> {
    const id = taskIdOf(run, node);
    const number = id === undefined ? undefined : run.numberOf(id, path);
    if (number !== undefined) return number;
    const { unknownTask } = await import("./unanswered.ts");
    throw unknownTask(run, node, path);
  }

  /** Goes on with a run that waits for people. */
  async #proceed(
    run: string,
    event: RunEvent & {
      type: "pause-answered" | "cancel-requested" | "timer-fired";
    },
    value?: unknown,
  ): Promise<void> {
    await this.#host.settled();
    const program = this.#host.program;
    if (this.#host.readOnly)
      throw new FlowError("read-only", this.#host.readOnly);
    if (!program) return;
    this.#known(run);
    const request = {
      run,
      program,
      events: this.#book.events(run),
      event,
      ...(value === undefined ? {} : { value }),
    };
    if (this.running) {
      // The engine works on one run at a time.
      if (event.type === "timer-fired") this.#overdue.add(run);
      await this.#parts.engine.proceed(request);
      this.#overdue.delete(run);
      return;
    }
    await this.#engage(run, () => this.#parts.engine.proceed(request));
  }

  /** Runs a flow and reports when it is final. */
  async run(options: RunOptions): Promise<RunReport> {
    return this.#report(await this.runFlow(options));
  }

  /** Runs a flow; gives the run's id when it is final, or of one that starts by itself when it has come to rest. */
  async runFlow(options: RunOptions, scheduledAt?: number): Promise<string> {
    const prepared = await this.begin(async () => {
      const prepared = await this.prepare(options, {});
      return { ...prepared, plan: await this.#planOf(prepared, options) };
    });
    const { graph, keys, parameters, program, plan } = prepared;
    const run = makeId();
    // A run that starts by itself takes nobody away from what they are looking at.
    const isShown =
      scheduledAt === undefined || this.#host.flowName === graph.flow;
    const state = await this.#drive(
      run,
      prepared,
      () =>
        this.#parts.engine.run({
          run,
          program,
          graph,
          keys,
          parameters,
          reused: plan.reused,
          excluded: plan.excluded,
          ...(scheduledAt === undefined ? {} : { scheduledAt }),
        }),
      isShown,
      scheduledAt === undefined,
    );
    if (scheduledAt === undefined) await this.#waiting.untilFinal(state);
    return run;
  }

  /** Goes on with the last run of a flow and reports when it is final. */
  async resume(options: RunOptions): Promise<RunReport> {
    return this.#report(await this.resumeFlow(options));
  }

  async resumeFlow(options: RunOptions): Promise<string> {
    const { last, resumption } = await this.begin(async () => {
      const { prepareResume } = await import("./prepareResume.ts");
      return prepareResume(options, this.#host, this);
    });
    if (!resumption) return this.#resumePaused(last);
    const state = await this.goOn(last, resumption);
    await this.#waiting.untilFinal(state);
    return last.run;
  }

  /** Prepares a run, once the files are there that come with the notebook; rejects if it is cancelled before. */
  async begin<T>(prepare: () => Promise<T>): Promise<T> {
    let end = (): void => {};
    const ended = new Promise<never>((_, reject) => {
      end = () => reject(new FlowError("run-cancelled", words.cancelledBefore));
    });
    this.#beginning.add(end);
    this.isBeginning = true;
    try {
      const prepared = this.#host.filesThere(ended).then(prepare);
      return await Promise.race([prepared, ended]);
    } finally {
      this.#beginning.delete(end);
      this.isBeginning = this.#beginning.size > 0;
    }
  }

  /** Lets the engine go on with a run that is over, until it is so again or waits for people. */
  goOn(
    { run }: RunState,
    resumption: PreparedRun & Pick<ResumeRequest, "kept" | "left">,
    isShown = true,
  ): Promise<RunState> {
    const events = this.#book.events(run);
    return this.#drive(
      run,
      resumption,
      () => this.#parts.engine.resume({ run, events, ...resumption }),
      isShown,
    );
  }

  /** Settles when the engine does nothing for a run of this notebook. */
  async settled(): Promise<void> {
    await this.#engaged;
  }

  /** Lets the tasks go on that paused themselves or wait to be started; a gate has to be answered. */
  async #resumePaused(run: RunState): Promise<string> {
    const { resumable } = await import("./resumable.ts");
    await Promise.all(
      resumable(run).map(({ task }) =>
        this.#proceed(run.run, {
          type: "pause-answered",
          at: Date.now(),
          task,
          answer: { type: "resume" },
        }),
      ),
    );
    await this.#waiting.untilFinal(this.#known(run.run));
    return run.run;
  }

  async #drive(
    run: string,
    begun: PreparedRun,
    drive: () => Promise<void>,
    isShown = true,
    isAsked = true,
  ): Promise<RunState> {
    if (this.#host.readOnly)
      throw new FlowError("read-only", this.#host.readOnly);
    if (this.running)
      throw new FlowError("already-running", words.alreadyRunning);
    this.#asked = begun;
    const { flow } = begun.graph;
    if (isShown && this.#host.flowName !== flow)
      this.#host.selectFlow(flow, false, begun);
    else if (isShown && isAsked) this.#host.fillForm(begun);
    return this.#engage(run, drive, isShown);
  }

  /** Lets the engine work on a run until it is final, or waits for people. */
  async #engage(
    run: string,
    drive: () => Promise<void>,
    isShown = true,
  ): Promise<RunState> {
    if (this.#host.isAtWork)
      throw new FlowError("already-running", words.databaseChanges);
    const before = this.shownRun;
    this.running = true;
    this.#current = run;
    this.#host.starts(run);
    this.progress = {};
    if (isShown) {
      // What was of the run before is made anew by this one.
      this.stale = new Map();
      this.shownRun = run;
      if (!this.#book.state(run)) {
        this.displays = {};
        this.logs = [];
        this.earlierLogs = 0;
      }
    }
    const taken = this.#take(drive);
    this.#engaged = taken.catch(() => undefined);
    let tables: Promise<void>;
    try {
      ({ tables } = await taken);
    } catch (thrown) {
      // A run that never began is none to look at.
      const isNone = this.shownRun === run && !this.#book.state(run);
      if (isNone && before !== undefined) await this.showRun(before);
      throw thrown;
    }
    const state = this.#book.state(run)!;
    this.#waiting.look(state);
    await tables;
    this.#host.rested();
    // What is not dropped now is dropped after the next run; one that has begun meanwhile may need what it reuses.
    void import("../runs/keptResults.ts")
      .then(async ({ keptResults }) => {
        if (!this.running)
          await this.#parts.database.retainResults(
            keptResults(this.runs, this.#cache),
          );
      })
      .catch(() => undefined);
    return state;
  }

  /** Waits for the engine's work on a run and looks at what came of it; `tables` settles when they are as the run left them. */
  async #take(drive: () => Promise<void>): Promise<{ tables: Promise<void> }> {
    try {
      await drive();
      // Asked together: whoever waits for the run waits for both.
      const tables = this.#host.refreshTables();
      tables.catch(() => undefined);
      const { database } = this.#parts;
      [this.#cache, this.#tablesNow] = await Promise.all([
        database.cacheEntries(),
        database.tablesNow(),
      ]);
      return { tables };
    } finally {
      this.running = false;
      this.progress = {};
      this.updatePlan();
      this.#lookAtOverdue();
    }
  }

  #lookAtOverdue(): void {
    const runs = [...this.#overdue];
    this.#overdue.clear();
    for (const run of runs) {
      const state = this.#book.state(run);
      if (state) this.#waiting.look(state);
    }
  }

  /** What the engine tells of the current run. */
  receive(update: EngineUpdate): void {
    if (update.events.length > 0) {
      const { run, firstEvent, events } = update;
      const whole = this.#asked ? putBackAsked(events, this.#asked) : events;
      this.#book.add(run, firstEvent, whole);
      this.runs = this.#book.list();
    }
    if (update.run !== this.shownRun) return;
    if (update.logs.length > 0) this.#setLogs([...this.logs, ...update.logs]);
    if (Object.keys(update.progress).length > 0)
      this.progress = { ...this.progress, ...update.progress };
    if (update.displays.length > 0) this.#addDisplays(update.displays);
  }

  #setLogs(lines: readonly LogLine[]): void {
    const shown = lines.slice(-mostLogLines);
    this.earlierLogs += lines.length - shown.length;
    this.logs = shown;
  }

  #addDisplays(displays: EngineUpdate["displays"]): void {
    const changed = new Map<NodeId, Display[]>();
    for (const { node, element, key, output } of displays) {
      let list = changed.get(node);
      if (!list) changed.set(node, (list = [...(this.displays[node] ?? [])]));
      const display = { element, key, output };
      const same = list.findIndex(
        (other) =>
          key !== undefined && other.key === key && other.element === element,
      );
      if (same < 0) list.push(display);
      else list[same] = display;
    }
    const shown = { ...this.displays };
    for (const [node, list] of changed) shown[node] = list.slice(-mostShown);
    this.displays = shown;
  }

  async showRun(run: string): Promise<void> {
    this.shownRun = run;
    this.displays = {};
    const state = this.#book.state(run);
    if (state && this.#host.flowName !== state.flow)
      this.#host.flowName = state.flow;
    const logs = await this.#parts.database.logs(run);
    // The reader may have gone on to another run meanwhile.
    if (this.shownRun === run) {
      this.earlierLogs = 0;
      this.#setLogs(logs);
    }
  }

  /** The result of a task run, or undefined if none is kept; of a mapped one the list of its elements' results, as far as they are kept, or with an index one of them. */
  async result(
    run: string,
    node: NodeId,
    index?: number,
  ): Promise<{ value: unknown } | undefined> {
    const task = this.#book.state(run)?.tasks.get(node);
    const wanted = index === undefined ? task : task?.children?.run(index);
    return wanted && this.#results.of(wanted);
  }

  /** What came of a task run, if that is kept; for one as it was earlier, too. */
  resultOf(task: TaskRun): Promise<NodeResult | undefined> {
    return this.#results.of(task);
  }

  async reports(): Promise<RunReport[]> {
    await this.#host.settled();
    return Promise.all(this.runs.map(({ run }) => this.#report(run)));
  }

  /** What a run with these options would do. */
  async planOf(
    options: RunOptions & { resume?: boolean },
  ): Promise<readonly PlanItem[]> {
    const prepared = await this.prepare(options, {});
    const last = this.#book.last(prepared.graph.flow);
    if (options.resume && last) {
      const { planResume } = await this.#planner();
      return this.#foresee(
        prepared,
        last,
        planResume(prepared, last, this.stored),
      );
    }
    return (await this.#planOf(prepared, options)).items;
  }

  /** What plans a run after another one. */
  async #planner(): Promise<Planning> {
    return (this.#planning ??= await import("./planning.ts"));
  }

  async #planOf(
    prepared: PreparedRun,
    { from, to }: RunOptions,
  ): Promise<RunPlan> {
    const { graph } = prepared;
    const last = this.#book.last(graph.flow);
    const isPart = from !== undefined || to !== undefined;
    if (!isPart && this.#isFirst(last)) return planFirst(graph);
    const { planRun } = await this.#planner();
    const cache = this.#cacheFor(prepared);
    return planRun(prepared, last, { from, to, cache, stored: this.stored });
  }

  #foresee(prepared: PreparedRun, last: RunState, plan: ResumePlan) {
    return this.#planning!.foreseeCached(prepared, last, plan, {
      cache: this.#cacheFor(prepared),
      stored: this.stored,
    });
  }

  #cacheFor(prepared: PreparedRun) {
    return { ...prepared, entries: this.#cache, now: Date.now() };
  }

  #isFirst(last: RunState | undefined): boolean {
    return !last && this.#cache.length === 0;
  }

  /** What a run of a flow is about, as text and options stand; `defaults` are parameters for those that are missing. Rejects if it cannot be drawn, or a value does not fit. */
  async prepare(
    options: RunOptions,
    defaults: Readonly<Record<string, unknown>>,
  ): Promise<PreparedRun> {
    const graph = await this.#host.graphOf(options.flow);
    // A flow that was drawn has one.
    const program = this.#host.program!;
    return prepareRun(program, graph, options.parameters, defaults);
  }

  /** What results hang on besides code and inputs. */
  get stored(): StoredNow {
    return { files: this.#host.files, tables: this.#tablesNow };
  }

  /** Tables were changed by no run. */
  async lookAtTables(): Promise<void> {
    this.#tablesNow = await this.#parts.database.tablesNow();
    this.updatePlan();
  }

  updatePlan(): void {
    this.stale = new Map();
    const view = this.#host.flows.find(
      ({ name }) => name === this.#host.flowName,
    );
    const program = this.#host.program;
    if (!view?.graph || view.error || !program) {
      this.plan = [];
      return;
    }
    try {
      const { parameters } = this.#host;
      const prepared = prepareRun(program, view.graph, parameters);
      const last = this.#book.last(view.name);
      if (this.#isFirst(last)) {
        this.planFor = "run";
        this.plan = planFirst(view.graph).items;
        return;
      }
      if (!this.#planning) {
        const planAgain = () => this.updatePlan();
        void this.#planner().then(planAgain, () => undefined);
        return;
      }
      const { planResume, planRun, staleTasks } = this.#planning;
      const resumption = last && planResume(prepared, last, this.stored);
      if (last && resumption)
        this.stale = staleTasks(last, resumption, view.graph);
      const items =
        last && resumption ? this.#foresee(prepared, last, resumption) : [];
      const isWorthIt =
        resumption?.items.some(({ action }) => action === "run") &&
        items.some(({ action }) => action === "reuse");
      this.planFor = isWorthIt ? "resume" : "run";
      this.plan = isWorthIt
        ? items
        : planRun(prepared, last, {
            cache: this.#cacheFor(prepared),
            stored: this.stored,
          }).items;
    } catch {
      // A value in the form that does not fit is said at its field.
      this.plan = [];
    }
  }

  /** A run by its id; an error if it is of a notebook that was on show before. */
  #known(run: string): RunState {
    const state = this.#book.state(run);
    if (state) return state;
    throw new Error(words.unknownRun(run));
  }

  async #report(run: string): Promise<RunReport> {
    const state = this.#known(run);
    const [{ toReport }, results] = await Promise.all([
      import("../core/report.ts"),
      this.#results.ofRun(state),
    ]);
    return toReport(state, results);
  }

  async flowResult(run: RunState): Promise<unknown> {
    const [{ flowResult }, results] = await Promise.all([
      import("../core/flowResult.ts"),
      this.#results.ofTemplate(run, run.graph.result),
    ]);
    return flowResult(run, results, { areMissingNull: true }).result;
  }
}
