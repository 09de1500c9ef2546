import * as Comlink from "comlink";
import type { Remote } from "comlink";
import { Worker } from "node:worker_threads";
import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import { checkAnswer } from "../core/answers.ts";
import { FlowError } from "../core/errors.ts";
import type { Answer, RunEvent } from "../core/events.ts";
import { lookUpFiles } from "../core/filesRead.ts";
import type { PlanItem } from "../core/plan.ts";
import { toReport, type RunReport } from "../core/report.ts";
import type { RunState } from "../core/run.ts";
import { isFinal } from "../core/state.ts";
import { namesRead, type StoredNow } from "../core/outdated.ts";
import { listNames } from "../core/words.ts";
import { taskRunOfKey } from "../engine/attempt.ts";
import { Engine } from "../engine/engine.ts";
import { anyHost } from "../engine/protocol.ts";
import type {
  DatabaseService,
  EnginePage,
  EngineUpdate,
  ProceedRequest,
  QueryResult,
} from "../engine/services.ts";
import { keptResults } from "../runs/keptResults.ts";
import { makeId } from "../runs/makeId.ts";
import { foreseeCached, planResume, planRun } from "../runs/plans.ts";
import { prepareRun, type PreparedRun } from "../runs/prepareRun.ts";
import { RunBook } from "../runs/runBook.ts";
import { resumableTasks } from "../runs/resumableTasks.ts";
import { RunResults } from "../runs/runResults.ts";
import { expireOverdue } from "../runs/waitingRuns.ts";
import type { Coordinator } from "./cluster/coordinator.ts";
import { QueueExecutor } from "./cluster/queueExecutor.ts";
import { receiveFile } from "./fileOnDisk.ts";
import type { DatabaseThreadData } from "./database.thread.ts";
import { graphOf, type OpenProgram } from "./program.ts";
import { openThreads, threadScript, type Threads } from "./threads.ts";
import { findWaiting } from "./waitingTask.ts";

/** How a notebook is opened for running. */
export interface RunsOptions {
  /** The SQLite file. */
  database: string;
  /** Origins that tasks may contact; undefined for all. */
  hosts?: readonly string[];
  /** How many tasks at once. */
  workers?: number;
  /** Where attempts are made, if not in threads of their own. */
  openThreads?(): Threads;
  /** Has tasks run on other machines. */
  coordinator?: Coordinator;
  /** Told of what happens, a few times a second at most. */
  update?(update: EngineUpdate, state: RunState | undefined): void;
  /** SQLite is busy with a query that does not end: the run cannot go on, and only the end of the process stops it. */
  stuck?(message: string): void;
}

/** A run was cancelled before there was anything of it. */
export class CancelledEarly extends Error {}

/** What is to be run. */
export interface RunChoice {
  flow?: string | undefined;
  parameters?: Readonly<Record<string, unknown>>;
  from?: string | undefined;
  to?: string | undefined;
}

type Service = DatabaseService & {
  connect(port: MessagePort): void;
  shut(): Promise<void>;
};

/** The runs of a notebook, in this process and its threads, kept in an SQLite file. */
export class Runs {
  readonly #open: OpenProgram;
  readonly #options: RunsOptions;
  readonly #thread: Worker;
  readonly #database: Remote<Service>;
  readonly #engine = new Engine();
  readonly #sandboxes = new Set<{ close(): void }>();
  readonly #book = new RunBook();
  readonly #results: RunResults;
  /** Rejects when SQLite is busy with a query that does not end. */
  readonly #stuck: Promise<never>;
  #isStuck = false;
  #isCancelled = false;
  #giveUp: (entered?: string) => void = () => {};

  private constructor(open: OpenProgram, options: RunsOptions) {
    this.#open = open;
    this.#options = options;
    const { port1, port2 } = new MessageChannel();
    const data: DatabaseThreadData = {
      port: port2,
      folder: dirname(resolve(open.path)),
      places: Object.fromEntries(
        open.notebook.attachments.map(({ name, url }) => [name, url]),
      ),
    };
    this.#thread = new Worker(threadScript("database"), {
      workerData: data,
      transferList: [port2 as never],
      name: "database",
    });
    this.#database = Comlink.wrap<Service>(port1);
    this.#results = new RunResults(
      this.#database as unknown as DatabaseService,
    );
    this.#stuck = new Promise((_, reject) => {
      this.#giveUp = (entered) => {
        const node = taskRunOfKey(entered ?? "") ?? "a task";
        const message = `A query of ${node} does not end. SQLite cannot be stopped in the middle of one, so that the whole process has to be. What was committed is kept: go on with a resumption.`;
        this.#isStuck = true;
        this.#options.stuck?.(message);
        // The process would wait for the thread in vain.
        this.#thread.unref();
        process.once("exit", () => process.kill(process.pid, "SIGKILL"));
        reject(new FlowError("storage-failed", message));
      };
    });
    this.#stuck.catch(() => {});
  }

  /** Opens the file. Runs that were interrupted count as that from now on, and can be resumed. */
  static async open(open: OpenProgram, options: RunsOptions): Promise<Runs> {
    const runs = new Runs(open, options);
    try {
      await runs.#start();
      return runs;
    } catch (thrown) {
      await runs.#thread.terminate();
      await options.coordinator?.close();
      throw thrown;
    }
  }

  async #start(): Promise<void> {
    const { database, workers, hosts, coordinator } = this.#options;
    const report = await this.#database.open(resolve(database));
    if (report.damage)
      throw new FlowError("storage-damaged", report.damage.message);
    for (const run of this.#book.load(report.runs)) {
      const event = { type: "run-interrupted", at: Date.now() } as const;
      const first = this.#book.events(run).length;
      await this.#database.appendEvents(run, first, [event]);
      this.#book.add(run, first, [event]);
    }
    const page: EnginePage = {
      createSandbox: () => {
        const threads = (this.#options.openThreads ?? openThreads)();
        this.#sandboxes.add(threads);
        return Promise.resolve(threads.control);
      },
      update: (update) => {
        this.#book.add(update.run, update.firstEvent, update.events);
        this.#options.update?.(update, this.#book.state(update.run));
      },
      restartDatabase: (entered) => {
        this.#giveUp(entered);
        return new Promise(() => {});
      },
    };
    await this.#engine.connect(
      this.#database as unknown as Remote<DatabaseService>,
      page as unknown as Remote<EnginePage>,
      {
        workers:
          workers ?? this.#open.notebook.workers ?? availableParallelism(),
        hosts: hosts ?? [anyHost],
        ...(coordinator
          ? {
              makeExecutor: (setup) =>
                QueueExecutor.open(coordinator, setup, {
                  attach: (attempt, port) =>
                    this.#database.attach(
                      attempt,
                      Comlink.transfer(port, [port]),
                      { write: true },
                    ),
                  rollback: (attempt) => this.#database.rollback(attempt),
                  readFile: async (name, attempt) => {
                    const { file, hash } = await setup.supplies.readFile(
                      name,
                      attempt,
                    );
                    return { file: await receiveFile(file), hash };
                  },
                }),
            }
          : {}),
      },
    );
  }

  /** The newest run of the flow. */
  last(flow?: string): RunState | undefined {
    return this.#book.last(graphOf(this.#open, flow).flow);
  }

  /** What a run, or a resumption of the last one, would do. */
  async plan(
    choice: RunChoice,
    isResumption: boolean,
  ): Promise<readonly PlanItem[]> {
    const last = this.last(choice.flow);
    const prepared = this.#prepare(choice, isResumption ? last : undefined);
    if (!isResumption) return (await this.#planRun(prepared, choice)).items;
    if (!last) throw nothingToResume(prepared.graph.flow);
    const { cache, stored } = await this.#reusable(prepared, last);
    const plan = planResume(prepared, last, stored, cache.now);
    return foreseeCached(prepared, last, plan, { cache, stored });
  }

  /** Runs a flow; resolves when it is final, or when all that is left of it waits for people. */
  async run(choice: RunChoice): Promise<RunState> {
    const prepared = this.#prepare(choice);
    const { reused, excluded } = await this.#planRun(prepared, choice);
    const run = makeId();
    return this.#settle(run, () =>
      this.#engine.run({ run, ...prepared, reused, excluded }),
    );
  }

  /** The newest run of the flow, in which the time has passed while no process was there: who was waited for in vain is waited for no longer. */
  async lastByNow(flow?: string): Promise<RunState | undefined> {
    return expireOverdue(this.last(flow), Date.now, ({ run }, event) =>
      this.#proceed(run, [event]),
    );
  }

  /**
   * Goes on with the last run of the flow; parameters are those that it had unless given. In one that waits for people, the
   * tasks go on that paused themselves or wait to be started, and those whose wait is over; if there are only gates, it stays as
   * it is.
   */
  async resume(choice: RunChoice): Promise<RunState> {
    const before = this.last(choice.flow);
    if (!before) throw nothingToResume(graphOf(this.#open, choice.flow).flow);
    if (!isFinal(before.state)) {
      const given = Object.keys(choice.parameters ?? {});
      if (given.length > 0)
        throw new FlowError(
          "invalid-argument",
          `The last run of ${before.flow} waits for people, and goes on with the parameters that it has: leave out ${listNames(given)}.`,
        );
      const now = (await this.lastByNow(choice.flow))!;
      const tasks = isFinal(now.state) ? [] : resumableTasks(now);
      if (tasks.length === 0) return now;
      const at = Date.now();
      return this.#proceed(
        now.run,
        tasks.map(({ task }) => ({
          ...{ type: "pause-answered", at, task },
          answer: { type: "resume" },
        })),
      );
    }
    const { run } = before;
    const events = this.#book.events(run);
    const prepared = this.#prepare(choice, before);
    const stored = await this.#stored(before);
    const { kept, keys } = planResume(prepared, before, stored);
    return this.#settle(run, () =>
      this.#engine.resume({ run, events, ...prepared, keys, kept }),
    );
  }

  /** Answers a task of the flow's last run that waits for a person, and goes on; `check[1]` is an element of a map. */
  async answer(
    task: string,
    answer: Answer,
    flow?: string,
    value?: unknown,
  ): Promise<RunState> {
    const last = await this.lastByNow(flow);
    const found = findWaiting(last, task);
    const said = checkAnswer(task, found.node.operator, answer, value);
    const event = { type: "pause-answered", at: Date.now() } as const;
    return this.#proceed(
      last!.run,
      [{ ...event, task: found.task, answer: said }],
      value,
    );
  }

  /** Cancels what goes on, and what would be begun later. */
  cancel(): Promise<void> {
    this.#isCancelled = true;
    return this.#engine.cancel();
  }

  /** A run with its results, as the page API tells it. */
  async report(state: RunState): Promise<RunReport> {
    return toReport(state, await this.#results.ofRun(state));
  }

  query(sql: string): Promise<QueryResult> {
    return this.#database.query(sql);
  }

  /** Ends all threads; what is on disk is one whole SQLite file. */
  async close(): Promise<void> {
    try {
      await this.#engine.close();
      for (const sandbox of this.#sandboxes) sandbox.close();
      if (!this.#isStuck) await this.#database.shut();
    } finally {
      // The process would wait for them also if the file cannot be closed, as on a full disk.
      if (!this.#isStuck) await this.#thread.terminate();
      await this.#options.coordinator?.close();
    }
  }

  #prepare(choice: RunChoice, last?: RunState): PreparedRun {
    return prepareRun(
      this.#open.program,
      graphOf(this.#open, choice.flow),
      choice.parameters,
      last?.parameters,
    );
  }

  async #planRun(prepared: PreparedRun, { from, to }: RunChoice) {
    const last = this.#book.last(prepared.graph.flow);
    const more = await this.#reusable(prepared, last);
    return planRun(prepared, last, { from, to, ...more });
  }

  /** What is cached, and what that and the results of the last run hang on. */
  async #reusable(prepared: PreparedRun, last: RunState | undefined) {
    const entries = await this.#database.cacheEntries();
    const names = entries.flatMap(({ files = {} }) => Object.keys(files));
    return {
      cache: { ...prepared, entries, now: Date.now() },
      stored: await this.#stored(last, names),
    };
  }

  /** What results hang on. Of the attachments those by these names, and those that the last run has read: the folder may have very many. */
  async #stored(
    last: RunState | undefined,
    names: readonly string[] = [],
  ): Promise<StoredNow> {
    const all = new Set([...names, ...(last ? namesRead(last) : [])]);
    const database = this.#database;
    const files = await lookUpFiles(all, (name) => database.fileHash(name));
    return { files, tables: await database.tablesNow() };
  }

  /** Goes on with a run that waits for people, as something happens to some of its tasks. */
  #proceed(
    run: string,
    happened: readonly ProceedRequest["event"][],
    value?: unknown,
  ): Promise<RunState> {
    return this.#settle(run, async () => {
      const lists = await Promise.all(
        happened.map((event) =>
          this.#engine.proceed({
            run,
            events: this.#book.events(run),
            program: this.#open.program,
            event,
            ...(value === undefined ? {} : { value }),
          }),
        ),
      );
      // An answer that comes when the run has come to rest already has it go on from there.
      return lists.reduce((one, other) =>
        other.length > one.length ? other : one,
      );
    });
  }

  async #settle(
    run: string,
    drive: () => Promise<readonly RunEvent[]>,
  ): Promise<RunState> {
    if (this.#isCancelled)
      throw new CancelledEarly("Cancelled before the run began.");
    const events = await Promise.race([drive(), this.#stuck]);
    this.#book.settle(run, events);
    await this.#database.retainResults(
      keptResults(this.#book.list(), await this.#database.cacheEntries()),
    );
    return this.#book.state(run)!;
  }
}

/** There is no run of the flow that could go on. */
export function nothingToResume(flow: string): FlowError {
  return new FlowError(
    "nothing-to-resume",
    `${flow} has not run yet, so there is nothing to resume. Run it first.`,
  );
}
