import type { Remote } from "comlink";
import { FlowError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { Program } from "../notebook/compile/program.ts";
import { fetchNeeds } from "./runNeeds.ts";
import { clock } from "./clock.ts";
import { DatabaseUse } from "./databaseUse.ts";
import type { MakeExecutor } from "./executor.ts";
import type { AttemptId, Output, TraceReport } from "./protocol.ts";
import type { CacheEntry } from "../core/cache.ts";
import { notebookSupplies } from "./notebookSupplies.ts";
import { sandboxOf, type Purpose, type Workers } from "./purposes.ts";
import { RefusedSteps } from "./refusedSteps.ts";
import { RunDriver } from "./runDriver.ts";
import { runStore } from "./runStore.ts";
import { tellUpdates } from "./runUpdates.ts";
import { kernel } from "./sandbox/libraries.ts";
import type {
  DatabaseService,
  EnginePage,
  ProceedRequest,
  ResumeRequest,
  RunRequest,
  SandboxKind,
  ViewGiven,
} from "./services.ts";
import { Standby } from "./standby.ts";
import { Updates } from "./updates.ts";
import { traceFlows } from "./traceFlows.ts";
import { noSupplies, prepareTracer } from "./tracing.ts";
import { WorkerExecutor } from "./workerExecutor.ts";
import { WorkerPool } from "./workerPool.ts";

/** A cell that is viewed may take this long. */
const viewLimit = 60_000;

/** Runs, traces and views; owns both sandboxes of the notebook. */
export class Engine {
  #databaseUse!: DatabaseUse;
  #page!: Remote<EnginePage>;
  /** What runs attempts in place of the task workers of this process. */
  #makeExecutor: MakeExecutor | undefined;
  #workers = 4;
  #hosts: readonly string[] = [];
  #notebook: string | undefined;
  #pools = new Map<SandboxKind, Promise<WorkerPool>>();
  #executors = new Map<Purpose, Workers>();
  #driver: RunDriver | undefined;
  /** Resolves when a run that is being started has a driver, or has failed to start. */
  #starting: Promise<void> | undefined;
  #previews: Promise<unknown> = Promise.resolve();
  /** The run that was driven last, as far as it came, and how many of its events are on disk. */
  #last:
    { run: string; events: readonly RunEvent[]; written: number } | undefined;
  /** Settles when the page has taken in what it was told last. */
  #told: unknown;
  #nextJob = 1;
  readonly #refused = new RefusedSteps();
  readonly #standby = new Standby(() => this.#openIdle());
  /** False while the runner's frame still has an older set of hosts. */
  #isConfigured = true;

  async connect(
    database: Remote<DatabaseService>,
    page: Remote<EnginePage>,
    options: {
      workers: number;
      hosts: readonly string[];
      makeExecutor?: MakeExecutor;
    },
  ): Promise<void> {
    this.#makeExecutor = options.makeExecutor;
    this.#databaseUse = new DatabaseUse(
      database,
      page as unknown as EnginePage,
      (attempt) => this.#driver?.repeat(attempt) ?? false,
    );
    this.#page = page;
    this.#workers = options.workers;
    this.#hosts = options.hosts;
  }

  async configure(options: {
    workers: number;
    hosts: readonly string[];
    notebook: string | undefined;
  }): Promise<void> {
    const left = this.#notebook;
    this.#workers = options.workers;
    this.#hosts = options.hosts;
    this.#notebook = options.notebook;
    this.#isConfigured = false;
    if (!this.#driver) await this.#applyConfiguration();
    // Whatever the notebook before still asks would hold up the one that comes.
    if (left !== undefined && left !== options.notebook)
      await this.#databaseUse.free();
  }

  async trace(program: Program): Promise<TraceReport> {
    const executor = await this.#executor("trace", program);
    const attempt = this.#job("trace", "flows");
    const known = this.#refused;
    return await traceFlows(executor, attempt, program, { known }).finally(
      () => {
        // The next text needs a fresh worker: its start is not to be waited for after a key.
        if (this.#executors.get("trace")?.executor === executor)
          this.#drop("trace");
        prepareTracer(() => this.#pools.get(sandboxOf.trace));
        this.#standby.soon();
      },
    );
  }

  view(
    program: Program,
    cell: string,
    given: ViewGiven,
  ): Promise<readonly Output[]> {
    return this.#view("view", program, cell, given);
  }

  /** One after the other: each is a program of its own. */
  preview(program: Program, cell: string): Promise<readonly Output[]> {
    const given = { flows: {}, parameters: {} };
    const shown = this.#previews
      .then(() => this.#view("preview", program, cell, given))
      .finally(() => this.#drop("preview"));
    this.#previews = shown.catch(() => undefined);
    return shown;
  }

  async #view(
    purpose: Purpose,
    program: Program,
    cell: string,
    given: ViewGiven,
  ): Promise<readonly Output[]> {
    const executor = await this.#executor(purpose, program);
    const attempt = this.#job("view", cell);
    try {
      return await executor.view(attempt, cell, given, {
        after: viewLimit,
        message: `This cell was stopped after ${viewLimit / 1000} s. Put long work into a task of a flow.`,
      });
    } finally {
      await this.#databaseUse.rollback(attempt);
    }
  }

  restartDatabase(): Promise<void> {
    return this.#databaseUse.stop();
  }

  awaitDatabase(waiting: readonly string[]): void {
    this.#databaseUse.isAwaited(waiting);
  }

  run(request: RunRequest): Promise<readonly RunEvent[]> {
    const { scheduledAt } = request;
    return this.#drive(request.program, request.run, [], {
      type: "run-started",
      at: clock.now(),
      run: request.run,
      graph: request.graph,
      keys: request.keys,
      parameters: request.parameters,
      reused: request.reused,
      excluded: request.excluded,
      seed: Math.floor(Math.random() * 2 ** 32),
      ...(scheduledAt === undefined ? {} : { scheduledAt }),
    });
  }

  resume(request: ResumeRequest): Promise<readonly RunEvent[]> {
    return this.#drive(request.program, request.run, request.events, {
      type: "run-resumed",
      at: clock.now(),
      graph: request.graph,
      keys: request.keys,
      parameters: request.parameters,
      kept: request.kept,
      ...(request.left && { left: request.left }),
    });
  }

  /** Goes on with a run that waits for people, whether an engine works on the rest of it or none does. */
  async proceed(request: ProceedRequest): Promise<readonly RunEvent[]> {
    const { run, program, event, value } = request;
    // Somebody may answer twice while the first answer has the run started, or while it comes to rest.
    for (
      let driver = this.#driver;
      this.#starting || driver?.run === run;
      driver = this.#driver
    ) {
      if (this.#starting) await this.#starting;
      else if (driver!.isOver) await driver!.finished;
      else {
        driver!.proceed(event, value);
        return driver!.finished.finally(() => this.#told);
      }
    }
    const last = this.#last;
    const events =
      last?.run === run && last.events.length > request.events.length
        ? last.events
        : request.events;
    return this.#drive(program, run, events, event, value);
  }

  /** Ends all workers; nothing may be going on. */
  async close(): Promise<void> {
    this.#standby.close();
    for (const purpose of [...this.#executors.keys()]) this.#drop(purpose);
    for (const pool of this.#pools.values())
      (await pool.catch(() => undefined))?.close();
    this.#pools.clear();
  }

  async cancel(task?: number): Promise<void> {
    // What is only being started has no driver yet that could be told.
    await this.#starting;
    const driver = this.#driver;
    driver?.cancel(task);
    if (task === undefined) await driver?.finished;
  }

  async #drive(
    program: Program,
    run: string,
    past: readonly RunEvent[],
    first: RunEvent,
    value?: unknown,
  ): Promise<readonly RunEvent[]> {
    if (this.#driver || this.#starting)
      throw new FlowError(
        "already-running",
        "A flow of this notebook is running. Wait for it, or cancel it first.",
      );
    let resolve = () => {};
    const starting = new Promise<void>((done) => (resolve = done));
    this.#starting = starting;
    const started = () => {
      // The next run may be starting already when this one has come to its end.
      if (this.#starting === starting) this.#starting = undefined;
      resolve();
    };
    try {
      // Fresh workers for each run: nothing that an earlier run left in a global is there.
      await this.#applyConfiguration();
      this.#drop("run");
      const local = await this.#executor("run", program);
      const distant = await this.#makeExecutor?.({
        run,
        program,
        hosts: this.#hosts,
        local,
        supplies: notebookSupplies(this.#databaseUse),
      });
      const needs = await fetchNeeds([...past, first]);
      const cache = new Map<string, CacheEntry>();
      for (const entry of await this.#databaseUse.service.cacheEntries())
        cache.set(entry.cacheKey, entry);
      const updates = new Updates(run, past.length, (update) => {
        this.#told = this.#page.update(update);
        if (update.logs.length > 0)
          void this.#databaseUse.appendLogs(update.logs);
      });
      this.#driver = new RunDriver(
        past,
        first,
        run,
        {
          executor: distant ?? local,
          store: runStore(this.#databaseUse),
          clock,
          listener: tellUpdates(run, updates),
          versions: program.versions,
          contextTasks: new Set(program.usesContext),
          cache,
          written: this.#last?.run === run ? this.#last.written : undefined,
          ...needs,
        },
        value,
      );
      started();
      try {
        const events = await this.#driver.finished;
        this.#last = { run, events, written: this.#driver.written };
        return events;
      } finally {
        this.#driver = undefined;
        updates.flush();
        this.#standby.soon();
        await distant?.close();
        await this.#told;
      }
    } finally {
      started();
    }
  }

  #job(kind: string, name: string): AttemptId {
    return { run: `${kind}:`, node: name, attempt: this.#nextJob++ };
  }

  /** Workers for a purpose that hold that program: fresh ones for each new text of the notebook. */
  async #executor(purpose: Purpose, program: Program): Promise<WorkerExecutor> {
    const { notebook, ...code } = program;
    const isTrace = purpose === "trace";
    // The page may ask for something of a notebook while it opens another, whose data and hosts are none of its.
    if (!isTrace && notebook !== this.#notebook)
      throw new FlowError(
        "storage-conflict",
        "Another notebook was opened meanwhile, and nothing was done.",
      );
    const opening = this.#pool(sandboxOf[purpose]);
    const pool = await opening;
    if (this.#pools.get(sandboxOf[purpose]) !== opening)
      return this.#executor(purpose, program);
    const workers = this.#executors.get(purpose);
    if (workers?.program === program.hash) return workers.executor;
    this.#drop(purpose);
    const executor = new WorkerExecutor(
      pool,
      isTrace ? 1 : this.#workers,
      {
        program: code,
        hosts: isTrace ? [] : this.#hosts,
        showsCells: purpose === "view" || purpose === "preview",
      },
      isTrace ? noSupplies : notebookSupplies(this.#databaseUse),
      isTrace ? 0 : 1,
    );
    this.#executors.set(purpose, { program: program.hash, executor });
    return executor;
  }

  #drop(purpose: Purpose): void {
    this.#executors.get(purpose)?.executor.close();
    this.#executors.delete(purpose);
  }

  /** The runner, without what the last run has left in it; undefined while a run goes on. */
  #openIdle(): Promise<WorkerPool> | undefined {
    if (this.#driver || this.#starting || !this.#isConfigured) return undefined;
    this.#drop("run");
    return this.#pool("runner");
  }

  #pool(kind: SandboxKind): Promise<WorkerPool> {
    let pool = this.#pools.get(kind);
    if (!pool) {
      pool = this.#open(kind);
      this.#pools.set(kind, pool);
      pool.catch(() => this.#pools.delete(kind));
    }
    return pool;
  }

  async #open(kind: SandboxKind): Promise<WorkerPool> {
    const control = await this.#page.createSandbox(
      kind,
      kind === "tracer" ? [] : this.#hosts,
    );
    const pool = new WorkerPool(
      control,
      kernel,
      () => void this.#replace(kind),
    );
    await pool.booted;
    return pool;
  }

  /** The sandbox died, and all workers in it: what is wanted of it goes on in a new one. */
  async #replace(kind: SandboxKind): Promise<void> {
    this.#pools.delete(kind);
    const pool = await this.#pool(kind);
    for (const [purpose, { executor }] of this.#executors)
      if (sandboxOf[purpose] === kind) executor.use(pool);
  }

  /** A frame's policy cannot be changed, so other hosts mean another frame; never in the middle of a run. */
  async #applyConfiguration(): Promise<void> {
    if (this.#isConfigured) return;
    this.#isConfigured = true;
    await this.#closeRunner();
  }

  async #closeRunner(): Promise<void> {
    const pool = this.#pools.get("runner");
    this.#pools.delete("runner");
    this.#drop("run");
    this.#drop("view");
    this.#drop("preview");
    (await pool?.catch(() => undefined))?.close();
  }
}
