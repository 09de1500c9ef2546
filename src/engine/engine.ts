import * as Comlink from "comlink";
import type { Remote } from "comlink";
import { FlowError, fromErrorData } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { Program } from "../notebook/compile/program.ts";
import { attemptKey } from "./attempt.ts";
import { clock } from "./clock.ts";
import { DatabaseConnection, DatabaseRestarted } from "./databaseConnection.ts";
import type { AttemptId, LogLevel, Output, TraceReport } from "./protocol.ts";
import { RunDriver, type RunListener } from "./runDriver.ts";
import { kernel, loadLibrary } from "./sandbox/libraries.ts";
import type {
  Commit,
  DatabaseService,
  EnginePage,
  LogLine,
  ResumeRequest,
  RunRequest,
  SandboxKind,
} from "./services.ts";
import { Updates } from "./updates.ts";
import { WorkerExecutor, type Supplies } from "./workerExecutor.ts";
import { WorkerPool } from "./workerPool.ts";

/** Drawing all flows of a notebook may take this long; then the worker that does it is ended. */
const traceLimit = 2_000;
/** How long the database may take to let go of an attempt that was stopped in the middle of a query. */
const patience = 1_000;
/** A cell that is viewed may take this long. */
const viewLimit = 60_000;

/** What workers are wanted for. A run and a view share the runner's frame, but no workers: a view must not disturb a run. */
type Purpose = "trace" | "view" | "run";

const sandboxOf = {
  trace: "tracer",
  view: "runner",
  run: "runner",
} satisfies Record<Purpose, SandboxKind>;

/** Workers that hold one version of the notebook. */
interface Workers {
  program: string;
  executor: WorkerExecutor;
}

/** Runs, traces and views; owns both sandboxes of the notebook. */
export class Engine {
  #connection!: DatabaseConnection;
  /** For which attempt SQLite was last entered, by its key. */
  #entered: string | undefined;
  #restarting: Promise<void> | undefined;
  /** Attempts whose worker has a port of the database, by their key. */
  #users = new Map<string, AttemptId>();
  #page!: Remote<EnginePage>;
  #workers = 4;
  #hosts: readonly string[] = [];
  #pools = new Map<SandboxKind, Promise<WorkerPool>>();
  #executors = new Map<Purpose, Workers>();
  #driver: RunDriver | undefined;
  #nextJob = 1;
  /** False while the runner's frame still has an older set of hosts. */
  #isConfigured = true;

  async connect(
    database: Remote<DatabaseService>,
    page: Remote<EnginePage>,
    options: { workers: number; hosts: readonly string[] },
  ): Promise<void> {
    this.#connection = new DatabaseConnection(database);
    this.#page = page;
    this.#workers = options.workers;
    this.#hosts = options.hosts;
    this.#watch();
  }

  get #database(): Remote<DatabaseService> {
    return this.#connection.service;
  }

  async configure(options: {
    workers: number;
    hosts: readonly string[];
  }): Promise<void> {
    this.#workers = options.workers;
    this.#hosts = options.hosts;
    this.#isConfigured = false;
    if (!this.#driver) await this.#applyConfiguration();
  }

  async trace(program: Program): Promise<TraceReport> {
    const executor = await this.#executor("trace", program);
    const attempt = this.#job("trace", "flows");
    return await executor.trace(attempt, {
      after: traceLimit,
      message: `The graph could not be drawn within ${traceLimit / 1000} s. Look for an endless loop in a flow body or at the top level of a cell; long work belongs into a task.`,
    });
  }

  async view(
    program: Program,
    cell: string,
    flows: Readonly<Record<string, { state: string; result: unknown }>>,
  ): Promise<readonly Output[]> {
    const executor = await this.#executor("view", program);
    const attempt = this.#job("view", cell);
    try {
      return await executor.view(attempt, cell, flows, {
        after: viewLimit,
        message: `This cell was stopped after ${viewLimit / 1000} s. Put long work into a task of a flow.`,
      });
    } finally {
      await this.#rollback(attempt);
    }
  }

  restartDatabase(): Promise<void> {
    this.#restarting ??= this.#restart().finally(
      () => (this.#restarting = undefined),
    );
    return this.#restarting;
  }

  run(request: RunRequest): Promise<readonly RunEvent[]> {
    return this.#drive(request.program, request.run, [], {
      type: "run-started",
      at: clock.now(),
      run: request.run,
      graph: request.graph,
      keys: request.keys,
      parameters: request.parameters,
      reused: request.reused,
      excluded: request.excluded,
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
    });
  }

  async cancel(): Promise<void> {
    const driver = this.#driver;
    if (!driver) return;
    driver.cancel();
    await driver.finished;
  }

  async #drive(
    program: Program,
    run: string,
    past: readonly RunEvent[],
    first: RunEvent & { type: "run-started" | "run-resumed" },
  ): Promise<readonly RunEvent[]> {
    if (this.#driver)
      throw new FlowError(
        "already-running",
        "A flow of this notebook is running. Wait for it, or cancel it first.",
      );
    // Fresh workers for each run: nothing that an earlier run left in a global is there.
    await this.#applyConfiguration();
    this.#drop("run");
    const executor = await this.#executor("run", program);
    const updates = new Updates(run, (update) => {
      void this.#page.update(update);
      if (update.logs.length > 0) void this.#database.appendLogs(update.logs);
    });
    const listener = this.#listen(run, updates);
    const driver = new RunDriver(past, first, run, {
      executor,
      store: {
        commit: (commit) => this.#commit(commit),
        rollback: (attempt) => this.#rollback(attempt),
        appendEvents: (...batch) => this.#database.appendEvents(...batch),
        result: (...of) => this.#database.result(...of),
      },
      clock,
      listener,
    });
    this.#driver = driver;
    try {
      return await driver.finished;
    } finally {
      this.#driver = undefined;
      updates.flush();
    }
  }

  #listen(run: string, updates: Updates): RunListener {
    return {
      event: (event) => updates.add({ events: [event] }),
      log: (attempt, level, text, at) =>
        updates.add({ logs: [logLine(run, attempt, level, text, at)] }),
      progress: ({ node }, done, total, label) =>
        updates.add({ progress: { [node]: { done, total, label } } }),
      display: ({ node }, key, output) =>
        updates.add({ displays: [{ node, key, output }] }),
    };
  }

  #job(kind: string, name: string): AttemptId {
    return { run: `${kind}:`, node: name, attempt: this.#nextJob++ };
  }

  /** Workers for a purpose that hold that program: fresh ones for each new text of the notebook. */
  async #executor(purpose: Purpose, program: Program): Promise<WorkerExecutor> {
    const pool = await this.#pool(sandboxOf[purpose]);
    const workers = this.#executors.get(purpose);
    if (workers?.program === program.hash) return workers.executor;
    this.#drop(purpose);
    const isTrace = purpose === "trace";
    const executor = new WorkerExecutor(
      pool,
      isTrace ? 1 : this.#workers,
      { program, hosts: isTrace ? [] : this.#hosts },
      isTrace ? noSupplies : this.#supplies(),
    );
    this.#executors.set(purpose, { program: program.hash, executor });
    return executor;
  }

  #drop(purpose: Purpose): void {
    this.#executors.get(purpose)?.executor.close();
    this.#executors.delete(purpose);
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
    return new WorkerPool(control, kernel, () => void this.#replace(kind));
  }

  /** The sandbox died, and all workers in it: what is wanted of it goes on in a new one. */
  async #replace(kind: SandboxKind): Promise<void> {
    this.#pools.delete(kind);
    const pool = await this.#pool(kind);
    for (const [purpose, { executor }] of this.#executors)
      if (sandboxOf[purpose] === kind) executor.use(pool);
  }

  #supplies(): Supplies {
    return {
      library: loadLibrary,
      openDatabase: async (attempt, write) => {
        const { port1, port2 } = new MessageChannel();
        this.#users.set(attemptKey(attempt), attempt);
        await this.#database.attach(attempt, Comlink.transfer(port1, [port1]), {
          write,
        });
        return port2;
      },
      readFile: async (name) => {
        const file = await this.#database.readFile(name);
        if (file) return file.arrayBuffer();
        const names = (await this.#database.files()).map((other) => other.name);
        throw new FlowError(
          "missing-attachment",
          `There is no attachment "${name}" in this notebook. ${names.length === 0 ? "It has none so far" : `It has ${names.join(", ")}`}: add the file in the Files pane, or correct the name.`,
        );
      },
    };
  }

  /** A task that wrote cannot be committed by another database than it wrote to; one that did not, can. */
  async #commit(commit: Commit): Promise<unknown> {
    const key = attemptKey(commit.attempt);
    try {
      return await this.#database.commit(commit);
    } catch (thrown) {
      if (!(thrown instanceof DatabaseRestarted) || this.#users.has(key))
        throw thrown;
      return await this.#database.commit(commit);
    } finally {
      this.#users.delete(key);
    }
  }

  /** Takes back what an attempt wrote. If it is the one that SQLite is busy with and does not come back from, only a restart does. */
  async #rollback(attempt: AttemptId): Promise<void> {
    const key = attemptKey(attempt);
    this.#users.delete(key);
    try {
      await limit(this.#database.rollback(attempt), patience, () => {
        if (this.#entered === key) void this.restartDatabase();
      });
    } catch (thrown) {
      if (!(thrown instanceof DatabaseRestarted)) throw thrown;
    }
  }

  async #restart(): Promise<void> {
    const port = await this.#page.restartDatabase();
    const users = [...this.#users.values()];
    this.#users.clear();
    this.#connection.replace(Comlink.wrap<DatabaseService>(port));
    this.#watch();
    for (const attempt of users) this.#driver?.repeat(attempt);
  }

  #watch(): void {
    const { port1, port2 } = new MessageChannel();
    this.#entered = undefined;
    port1.onmessage = ({ data }: MessageEvent<string | undefined>) =>
      (this.#entered = data);
    void this.#database.watch(Comlink.transfer(port2, [port2]));
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
    (await pool?.catch(() => undefined))?.close();
  }
}

const refuse = (what: string) => (): Promise<never> =>
  Promise.reject(
    fromErrorData({
      code: "flow-body",
      name: "FlowError",
      message: `${what} cannot be used while the graph is drawn: nothing has run yet. Use it inside a task.`,
    }),
  );

/** Tracing gets libraries, since cells may name them at their top level, and nothing else. */
const noSupplies: Supplies = {
  library: loadLibrary,
  openDatabase: refuse("The database"),
  readFile: refuse("An attachment"),
};

function logLine(
  run: string,
  attempt: AttemptId,
  level: LogLevel,
  text: string,
  at: number,
): LogLine {
  return { at, run, node: attempt.node, attempt: attempt.attempt, level, text };
}

/** The promise's value, or what `late` gives (or throws) after so many milliseconds. */
async function limit<T, L>(
  promise: Promise<T>,
  milliseconds: number,
  late: () => L,
): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<L>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(late());
      } catch (thrown) {
        reject(thrown as Error);
      }
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
