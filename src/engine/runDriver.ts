/**
 * Drives one flow run: between the scheduler, which decides, and the executor and the store, which do. It is long because an
 * attempt's start, its end and the order of events keep one invariant together; `commits.ts` writes, `runValues.ts` has what
 * tasks are given, `resultReuse.ts` what they need not compute.
 */
import { FlowError, toErrorData } from "../core/errors.ts";
import type { CacheEntry } from "../core/cache.ts";
import type { Command, RunEvent, TaskNumber } from "../core/events.ts";
import type { TaskNode } from "../core/graph.ts";
import { optionsOf, upstreamOf } from "../core/openRuns.ts";
import { resultKeyOf, resultKeysOf } from "../core/resume.ts";
import { mapIndexOf } from "../core/mapIndex.ts";
import { nameOfRun, nodeOf } from "../core/schedulerState.ts";
import { start, step } from "../core/scheduler.ts";
import type { SchedulerState } from "../core/scheduler.ts";
import { isFinal } from "../core/state.ts";
import type { TablesWritten } from "../core/tablesWritten.ts";
import { onlyTies, type Ties } from "../core/ties.ts";
import type { Upstream } from "../core/trigger.ts";
import { AttemptRequests } from "./attemptRequests.ts";
import type { Clock } from "./clock.ts";
import { Commits } from "./commits.ts";
import type { PendingCommit, RunStore } from "./commits.ts";
import type { AttemptListener, AttemptRequest, Executor } from "./executor.ts";
import { operate } from "./operators.ts";
import type { AttemptId, TaskAddress } from "./protocol.ts";
import type { QuickResults } from "./quickResults.ts";
import type { ResultReuse } from "./resultReuse.ts";
import { RunValues } from "./runValues.ts";
import { TaskMap } from "./taskMap.ts";

export type { RunStore } from "./commits.ts";

/** What a driver tells as it goes along. */
export interface RunListener {
  /** An event happened; a Success comes when it is on disk. */
  event(event: RunEvent): void;
  log(...line: Parameters<AttemptListener["log"]>): void;
  progress(...step: Parameters<AttemptListener["progress"]>): void;
  display(...shown: Parameters<AttemptListener["display"]>): void;
}

/** Tells functions of the notebook's what becomes of a run. */
export interface RunWatcher {
  /** Takes the states as they are now; of a run that has just begun that is a change already. */
  begin(isNew?: boolean): void;
  /** Looks for what has changed. */
  look(): void;
  /** Settles when all have been told, or have taken too long. */
  settled(): Promise<void>;
}

/** What a driver works with. */
export interface DriverParts {
  executor: Executor;
  store: RunStore;
  clock: Clock;
  listener: RunListener;
  /** The version of each task by name, and the names of the tasks that read all parameters. */
  versions: Readonly<Record<string, string>>;
  contextTasks: ReadonlySet<string>;
  /** What earlier runs left to be reused, by cache key; what this run adds is put in. */
  cache: Map<string, CacheEntry>;
  /** How many task runs a flow run may have; each is kept in memory and shown. */
  mostTaskRuns?: number;
  /** How many of the past events are on disk; all, if it does not say. */
  written?: number | undefined;
  /** What finds and keeps results for `cacheFor`; missing if no task of the run has that. */
  ResultReuse?: typeof ResultReuse | undefined;
  /** What watches the run; missing if no function of the notebook's does. */
  Watchers?:
    | (new (
        run: string,
        state: () => SchedulerState,
        parts: DriverParts,
        listener: () => AttemptListener,
      ) => RunWatcher)
    | undefined;
}

/** What arguments are refused with that are there. */
const fixed = new Set([
  "invalid-parameter",
  "unknown-parameter",
  "invalid-argument",
  "task-failed",
]);

/** How long events wait for a write until it is asked whether something holds that up. */
const patience = 1_000;

/**
 * Carries out what the scheduler commands, and tells the scheduler what happened. One driver makes one flow run, or the part
 * of it until all that is left waits for people; another driver goes on from there.
 *
 * A Success is on disk before it is an event: the event is written in the transaction that writes the task's rows and
 * result. What happens while that is going on waits until it is done, so that events count in the order in which they are on
 * disk: replaying them gives the same state.
 */
export class RunDriver {
  readonly run: string;
  #state: SchedulerState;
  #parts: DriverParts;
  #commits: Commits;
  #values: RunValues;
  #requests: AttemptRequests;
  #reuse: ResultReuse | undefined;
  #watchers: RunWatcher | undefined;
  #queue: { event: RunEvent; isRecorded: boolean }[] = [];
  /** While events wait for a write. */
  #cancelWait: (() => void) | undefined;
  #isDraining = false;
  #timers = new Map<string, () => void>();
  /** Attempts that were asked for and are not over, by task. */
  #open = new TaskMap<AttemptRequest>();
  #returned = new TaskMap<unknown>();
  /** The files that open attempts were given: the hash of each by its name. */
  #filesRead = new TaskMap<Map<string, string>>();
  /** The tables that attempts which have returned have changed. */
  #tablesWritten = new TaskMap<TablesWritten>();
  /** What people answered to forms. */
  #answers = new Map<TaskNumber, unknown>();
  #finish: (events: readonly RunEvent[]) => void = () => {};
  #isFinished = false;
  #told: AttemptListener;
  /** Settles when the run is final, or waits for people and nothing else, and all of it is on disk. */
  readonly finished: Promise<readonly RunEvent[]>;

  /**
   * `past` are the events that are on disk already; `first` is the event that starts or resumes the run, or that one which
   * a waiting run goes on with.
   */
  constructor(
    past: readonly RunEvent[],
    first: RunEvent,
    run: string,
    parts: DriverParts,
    value?: unknown,
  ) {
    this.run = run;
    this.#parts = parts;
    this.finished = new Promise((resolve) => (this.#finish = resolve));
    const [begin, ...rest] = past.length > 0 ? past : [first];
    if (begin?.type !== "run-started")
      throw new Error("A run begins with run-started.");
    const started = start(begin);
    this.#state = started.state;
    let commands: Command[] = started.commands;
    for (const event of rest) this.#state = step(this.#state, event).state;
    const state = () => this.#state;
    this.#values = new RunValues(state, (of, keys) =>
      parts.store.results(of, keys),
    );
    this.#requests = new AttemptRequests(state, parts.contextTasks);
    this.#reuse =
      parts.ResultReuse &&
      new parts.ResultReuse(
        state,
        parts,
        (request) => this.#open.get(request.number) === request,
      );
    const told = () => this.#told;
    this.#watchers =
      parts.Watchers && new parts.Watchers(run, state, parts, told);
    this.#commits = new Commits(run, past, parts, {
      kept: (commits, events) => {
        for (const commit of commits)
          if ("requests" in commit) this.#keptAll(commit);
          else this.#kept(commit);
        const kept = events.map((event) => ({ event, isRecorded: true }));
        this.#queue = [...kept, ...this.#queue];
        this.#drain();
      },
      lost: ({ request }, thrown) => {
        this.#open.set(request.number, request);
        this.#told.failed(request, toErrorData(thrown));
      },
      rested: () => this.#restIfQuiet(),
    });
    this.#told = this.#makeListener();
    if (past.length > 0) {
      this.#restoreTimers();
      commands = [];
      if ("task" in first && value !== undefined)
        this.#answers.set(first.task!, value);
      this.#watchers?.begin();
      this.#dispatch(first);
    } else {
      this.#commits.record(first);
      parts.listener.event(first);
      this.#watchers?.begin(true);
      this.#isDraining = true;
      this.#obey(commands);
      this.#isDraining = false;
      this.#drain();
    }
    this.#commits.writeSoon();
    this.#restIfQuiet();
  }

  /** Ends the run, or a task or sub-flow of it: what runs is stopped, what waits is cancelled. A task whose rows are being written ends as it ends. */
  cancel(task?: TaskNumber): void {
    this.#dispatch({
      type: "cancel-requested",
      at: this.#parts.clock.now(),
      ...(task === undefined ? {} : { task }),
    });
  }

  /** Takes what happened from outside; `value` are the answers to a form. */
  proceed(event: RunEvent, value?: unknown): void {
    if ("task" in event && value !== undefined)
      this.#answers.set(event.task!, value);
    if (event.type === "cancel-requested") this.cancel(event.task);
    else this.#dispatch(event);
  }

  /** How many of the events are on disk. */
  get written(): number {
    return this.#commits.written;
  }

  /** Whether events can still be given to it. */
  get isOver(): boolean {
    return this.#isFinished;
  }

  /**
   * Makes an attempt again from its beginning, because what it wrote was lost with the database worker. Nothing of it was
   * committed, so its effect on the database stays one. Does nothing, and gives false, for an attempt that is over or being
   * committed.
   */
  repeat({ node, element, attempt }: AttemptId): boolean {
    const request = this.#open
      .values()
      .find(
        (other) =>
          other.node === node &&
          other.element === element &&
          other.attempt === attempt,
      );
    if (!request || this.#returned.has(request.number)) return false;
    this.#parts.executor.stop(request);
    this.#parts.listener.log(
      request,
      "warning",
      "Started again: a query of another task did not end, so the database was started again.",
      this.#parts.clock.now(),
    );
    this.#parts.executor.start(request, this.#told);
    return true;
  }

  // ---------------------------------------------------------------- events

  #dispatch(event: RunEvent): void {
    if (this.#isFinished) return;
    this.#queue.push({ event, isRecorded: false });
    if (this.#commits.isKeeping) this.#waitForWrite();
    else this.#drain();
  }

  #waitForWrite(): void {
    const { clock, store } = this.#parts;
    this.#cancelWait ??= clock.setTimer(clock.now() + patience, () =>
      store.unblock?.(),
    );
  }

  /** One event after the other, also those that obeying one brings about at once. */
  #drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const { event, isRecorded } = next;
      if (event.type === "run-resumed") this.#values.clear();
      const { state, commands } = step(this.#state, event);
      this.#state = state;
      if (!isRecorded) this.#commits.record(event);
      this.#parts.listener.event(event);
      this.#watchers?.look();
      // What has been written with its end is not committed once more.
      this.#obey(
        isRecorded
          ? commands.filter(({ type }) => type !== "commit-attempt")
          : commands,
      );
    }
    this.#isDraining = false;
    this.#commits.writeSoon();
    this.#restIfQuiet();
  }

  /** Ends the driver when the run is final, or when nothing is left that it could do. */
  #restIfQuiet(): void {
    if (this.#isFinished || this.#isDraining) return;
    const { state } = this.#state;
    if (!isFinal(state) && (state !== "Paused" || !this.#commits.isIdle))
      return;
    this.#isFinished = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    void Promise.resolve(this.#watchers?.settled())
      .then(() => this.#commits.close())
      .then(this.#finish);
  }

  // ---------------------------------------------------------------- commands

  #obey(commands: readonly Command[]): void {
    for (const command of commands) {
      const { task } = command;
      switch (command.type) {
        case "start-attempt":
          this.#startAttempt(command);
          break;
        case "commit-attempt":
          void this.#commitAttempt(task, command.attempt);
          break;
        case "stop-attempt": {
          const request = this.#open.get(task);
          if (request?.attempt !== command.attempt) break;
          this.#parts.executor.stop(request);
          this.#end(request);
          break;
        }
        case "map-task":
          void this.#mapTask(task);
          break;
        case "ask-trigger":
          void this.#askTrigger(task);
          break;
        case "set-timer":
          this.#setTimer(command);
          break;
      }
    }
  }

  #setTimer({
    task,
    attempt,
    timer,
    at,
  }: Omit<Command & { type: "set-timer" }, "type">): void {
    // A timeout belongs to the attempt, so that it can be taken back with it.
    const key = `${timer} ${task}`;
    this.#timers.get(key)?.();
    this.#timers.set(
      key,
      this.#parts.clock.setTimer(at, () => {
        this.#timers.delete(key);
        const now = this.#parts.clock.now();
        this.#dispatch({ type: "timer-fired", at: now, task, attempt, timer });
      }),
    );
  }

  /** Timers of a run that waited for people, when it goes on. */
  #restoreTimers(): void {
    const { table, until } = this.#state;
    if (until !== undefined)
      this.#setTimer({ task: -1, attempt: 0, timer: "run", at: until });
    for (let task = 0; task < table.size; task += 1) {
      const at = table.details(task)?.until;
      if (at === undefined) continue;
      const attempt = table.attempt[task]!;
      const isFlow = nodeOf(this.#state, task).operator?.type === "flow";
      this.#setTimer({
        task,
        attempt,
        timer: isFlow ? "timeout" : "pause",
        at,
      });
    }
  }

  #startAttempt(command: Command & { type: "start-attempt" }): void {
    const { task: number } = command;
    const node = nodeOf(this.#state, number);
    if (node.operator) {
      const request = this.#openRequest(command, node, []);
      this.#operate(request, node as Parameters<typeof operate>[0]).catch(
        (thrown: unknown) => this.#told.failed(request, toErrorData(thrown)),
      );
      return;
    }
    try {
      const needed = this.#requests.neededFor(number, node);
      const entered = this.#requests.entered(number, node);
      const args = this.#values.resolve(number, needed, entered);
      if (args instanceof Promise) this.#startLater(command, node, args);
      else this.#startWith(command, node, args);
    } catch (thrown) {
      this.#refuse(this.#openRequest(command, node, []), thrown);
    }
  }

  #openRequest(
    command: Command & { type: "start-attempt" },
    node: TaskNode,
    args: readonly unknown[],
  ): AttemptRequest {
    const { task: number, attempt } = command;
    const failed = this.#values.failedAmong(
      this.#requests.neededFor(number, node),
      args,
    );
    const request = this.#requests.make(
      number,
      attempt,
      node,
      command,
      args,
      failed,
    );
    this.#open.set(number, request);
    return request;
  }

  #startWith(
    command: Command & { type: "start-attempt" },
    node: TaskNode,
    args: readonly unknown[],
  ): void {
    const request = this.#openRequest(command, node, args);
    const isCached = node.options.cacheFor !== undefined && !command.fallback;
    if (isCached) void this.#startUnlessReused(request, node);
    else this.#parts.executor.start(request, this.#told);
  }

  /** Starts the attempt when its arguments have been read, if it is still wanted then. */
  #startLater(
    command: Command & { type: "start-attempt" },
    node: TaskNode,
    args: Promise<readonly unknown[]>,
  ): void {
    const waiting = this.#openRequest(command, node, []);
    args
      .then((values) => {
        if (this.#open.get(command.task) === waiting)
          this.#startWith(command, node, values);
      })
      .catch((thrown: unknown) => this.#refuse(waiting, thrown));
  }

  /** Its arguments cannot be had. Another attempt would be given the same, unless it was the storage that failed. */
  #refuse(request: AttemptRequest, thrown: unknown): void {
    const error = toErrorData(thrown);
    const isFixed = error.code !== undefined && fixed.has(error.code);
    this.#told.failed(
      request,
      error,
      isFixed ? { retry: { type: "never" } } : undefined,
    );
  }

  async #startUnlessReused(
    request: AttemptRequest,
    node: TaskNode,
  ): Promise<void> {
    try {
      if (await this.#reuseResult(request, node)) return;
    } catch (thrown) {
      this.#told.failed(request, toErrorData(thrown));
      return;
    }
    if (this.#open.get(request.number) === request)
      this.#parts.executor.start(request, this.#told);
  }

  async #operate(
    request: AttemptRequest,
    node: Parameters<typeof operate>[0],
  ): Promise<void> {
    const { number } = request;
    const now = this.#parts.clock.now();
    await this.#values.resolve(
      number,
      [],
      this.#requests.entered(number, node),
    );
    const outcome = await operate(
      node,
      (which) =>
        this.#values.resolve(
          number,
          which === undefined ? node.args : [node.args[which]!],
        ),
      () => optionsOf(this.#state, number, node),
    );
    if (this.#open.get(number) !== request) return;
    switch (outcome.type) {
      case "returned":
        this.#told.returnedAll([request], [outcome.value], [now], [now]);
        break;
      case "skipped":
        this.#told.skipped(request, outcome.message);
        break;
      case "paused": {
        this.#open.delete(number);
        const { message, timeout } = outcome;
        this.#happened(request, {
          type: "attempt-paused",
          message,
          ...(timeout === undefined ? {} : { until: now + timeout }),
        });
      }
    }
  }

  /** True if a result was found, or another call makes it. */
  async #reuseResult(
    request: AttemptRequest,
    node: TaskNode,
  ): Promise<boolean> {
    const found = await this.#reuse?.find(request, node);
    if (this.#open.get(request.number) !== request) return true;
    if (!found) return false;
    this.#open.delete(request.number);
    this.#values.set(request.number, found.value);
    this.#happened(request, {
      type: "attempt-reused",
      run: found.run,
      key: found.key,
      runAt: found.runAt,
      size: found.size,
      ...found.ties,
      why: found.why,
    });
    return true;
  }

  async #mapTask(number: TaskNumber): Promise<void> {
    const { table } = this.#state;
    const node = nodeOf(this.#state, number);
    let event: RunEvent;
    try {
      const inputs = node.over[table.level[number]!]!;
      const measured = await this.#values.measure(number, inputs);
      this.#checkRoom(measured.count);
      const at = this.#parts.clock.now();
      event = { type: "task-mapped", at, task: number, ...measured };
    } catch (thrown) {
      const at = this.#parts.clock.now();
      const error = toErrorData(thrown);
      event = { type: "task-unmappable", at, task: number, error };
    }
    this.#dispatch(event);
  }

  /** Maps within maps may be small each, and many. */
  #checkRoom(elements: number): void {
    const { mostTaskRuns = 2_000_000 } = this.#parts;
    const { size } = this.#state.table;
    if (size + elements > mostTaskRuns)
      throw new FlowError(
        "task-failed",
        `Cannot map over ${elements.toLocaleString("en")} elements: a run has at most ${mostTaskRuns.toLocaleString("en")} task runs, and this one has ${size.toLocaleString("en")} already. Map over parts of the list, each of many elements.`,
      );
  }

  async #askTrigger(number: TaskNumber): Promise<void> {
    const state = this.#state;
    const upstream: Upstream[] = [];
    for (const run of upstreamOf(state, number))
      state.table.forEachLeaf(run, (leaf) => {
        upstream.push({
          name: nameOfRun(state, leaf),
          mapIndex: mapIndexOf(state, leaf),
          state: state.table.state(leaf),
          message: state.table.details(leaf)?.message,
        });
      });
    let end: (RunEvent & { type: "trigger-answered" })["end"];
    try {
      const answer = await this.#parts.executor.ask(
        this.#addressOf(nodeOf(state, number)),
        { type: "trigger", upstream },
      );
      if (answer.type === "end")
        end = { state: answer.state, message: answer.message };
    } catch (thrown) {
      const { message } = toErrorData(thrown);
      end = {
        state: "TriggerFailed",
        message: `Unexpected error while checking task trigger: ${message}`,
      };
    }
    const at = this.#parts.clock.now();
    this.#dispatch({ type: "trigger-answered", at, task: number, end });
  }

  #addressOf(node: TaskNode): TaskAddress {
    return { task: node.task, flow: this.#state.flow, node: node.id };
  }

  // ---------------------------------------------------------------- what the executor tells

  #makeListener(): AttemptListener {
    const { listener } = this.#parts;
    const isOpen = (request: AttemptRequest) =>
      this.#open.get(request.number)?.attempt === request.attempt;
    return {
      started: (request) => {
        if (isOpen(request))
          this.#happened(request, { type: "attempt-started" });
      },
      named: (request, name) => {
        if (isOpen(request))
          this.#happened(request, { type: "attempt-named", name });
      },
      returned: (request, value) => {
        if (!isOpen(request)) return;
        if (this.#parts.store.hasWritten(request))
          void this.#returnSettled(request, value);
        else this.#return(request, value);
      },
      returnedAll: (requests, values, startedAt, endedAt, names) => {
        const isUsual = (request: AttemptRequest) =>
          isOpen(request) && this.#isUsual(request);
        if (requests.every(isUsual)) {
          const keys = resultKeysOf(this.#state, requests);
          const times = { startedAt, endedAt };
          this.#commits.add({ requests, keys, values, ...times, names });
          for (const { number } of requests) this.#open.delete(number);
          return;
        }
        requests.forEach((request, at) => {
          if (!isOpen(request)) return;
          if (this.#parts.store.hasWritten(request)) {
            this.#told.started(request);
            this.#told.returned(
              request,
              values[at],
              endedAt[at]! - startedAt[at]!,
            );
            return;
          }
          this.#open.delete(request.number);
          this.#commits.add(
            this.#toCommit(
              request,
              values[at],
              false,
              startedAt[at],
              endedAt[at],
              names?.[at],
            ),
          );
        });
      },
      failed: (request, error, more) => {
        if (!isOpen(request)) return;
        // What its earlier iterations wrote is taken back, so they are to be gone through again.
        const isLost = this.#parts.store.hasWritten(request);
        const read = this.#filesRead.get(request.number);
        this.#end(request);
        if (more?.loop && !isLost) {
          this.#requests.loops.set(request.number, more.loop);
          // What its earlier iterations have read is part of what it goes on with.
          if (read) this.#filesRead.set(request.number, read);
        }
        this.#happened(request, {
          type: "attempt-failed",
          error,
          ...(more?.retry ? { retry: more.retry } : {}),
        });
      },
      skipped: (request, message) => {
        if (!isOpen(request)) return;
        this.#end(request);
        this.#happened(request, { type: "attempt-skipped", message });
      },
      paused: (request, message) => {
        if (!isOpen(request)) return;
        this.#end(request);
        this.#happened(request, { type: "attempt-paused", message });
      },
      crashed: (request, message) => {
        if (!isOpen(request)) return;
        this.#end(request);
        this.#happened(request, { type: "attempt-crashed", message });
      },
      log: (...line) => listener.log(...line),
      progress: (...step) => listener.progress(...step),
      display: (...shown) => listener.display(...shown),
      fileRead: (request, name, hash) => {
        if (!isOpen(request)) return;
        const read = this.#filesRead.get(request.number);
        if (read) read.set(name, hash);
        else this.#filesRead.set(request.number, new Map([[name, hash]]));
      },
    };
  }

  /** An attempt can be stopped until it has returned, and nothing can be committed while it waits for what has to be committed before. */
  async #returnSettled(request: AttemptRequest, value: unknown): Promise<void> {
    const isWanted = () => this.#open.get(request.number) === request;
    try {
      const tables = await this.#parts.store.settle(request);
      if (!tables || !isWanted()) return;
      if (Object.keys(tables).length > 0)
        this.#tablesWritten.set(request.number, tables);
      this.#return(request, value);
    } catch (thrown) {
      if (isWanted()) this.#told.failed(request, toErrorData(thrown));
    }
  }

  #return(request: AttemptRequest, value: unknown): void {
    this.#returned.set(request.number, value);
    this.#happened(request, { type: "attempt-returned" });
  }

  #happened<T extends Extract<RunEvent, { task: TaskNumber; attempt: number }>>(
    { number, attempt }: AttemptRequest,
    what: DistributiveOmit<T, "at" | "task" | "attempt">,
  ): void {
    this.#dispatch({
      ...what,
      at: this.#parts.clock.now(),
      task: number,
      attempt,
    } as RunEvent);
  }

  /** The attempt is over without a Success: what it wrote is taken back. */
  #end(request: AttemptRequest): void {
    const { number } = request;
    this.#open.delete(number);
    this.#returned.delete(number);
    this.#filesRead.delete(number);
    this.#tablesWritten.delete(number);
    this.#cancelTimer("timeout", number);
    this.#reuse?.giveUp(number);
    if (this.#parts.store.hasWritten(request))
      void this.#parts.store.rollback(request).catch(() => {});
  }

  #cancelTimer(timer: string, number: TaskNumber): void {
    const key = `${timer} ${number}`;
    this.#timers.get(key)?.();
    this.#timers.delete(key);
  }

  // ---------------------------------------------------------------- commits

  async #commitAttempt(number: TaskNumber, attempt: number): Promise<void> {
    this.#cancelTimer("timeout", number);
    this.#cancelTimer("pause", number);
    const node = nodeOf(this.#state, number);
    const request =
      this.#open.get(number) ??
      this.#requests.make(number, attempt, node, {}, [], undefined);
    this.#open.set(number, request);
    let value: unknown;
    try {
      value = await this.#valueToCommit(number, node);
    } catch (thrown) {
      this.#told.failed(request, toErrorData(thrown));
      return;
    }
    const usesDatabase = this.#parts.store.hasWritten(request);
    this.#commits.add(this.#toCommit(request, value, usesDatabase));
  }

  async #valueToCommit(number: TaskNumber, node: TaskNode): Promise<unknown> {
    if (node.operator?.type === "ask") {
      if (this.#answers.has(number)) return this.#answers.get(number);
      throw new FlowError(
        "invalid-argument",
        "The form was sent without answers. Fill it in again.",
      );
    }
    if (node.operator)
      return (await this.#values.resolve(number, node.args))[0];
    return this.#returned.get(number);
  }

  /** Whether all that is to be kept of a first attempt is its result. */
  #isUsual(request: AttemptRequest): boolean {
    const { number, attempt } = request;
    return (
      attempt === 1 &&
      !this.#parts.store.hasWritten(request) &&
      !this.#filesRead.has(number) &&
      !this.#reuse?.isAwaited(number)
    );
  }

  #toCommit(
    request: AttemptRequest,
    value: unknown,
    usesDatabase: boolean,
    startedAt = NaN,
    endedAt = NaN,
    name = "",
  ): PendingCommit {
    const ties = this.#takeTies(request.number);
    return {
      request,
      key: resultKeyOf(this.#state, request.number),
      value,
      usesDatabase,
      cache: this.#reuse?.entryFor(request, ties),
      ties,
      startedAt,
      endedAt,
      name,
    };
  }

  #takeTies(number: TaskNumber): Ties | undefined {
    const read = this.#filesRead.get(number);
    const tables = this.#tablesWritten.get(number);
    this.#filesRead.delete(number);
    this.#tablesWritten.delete(number);
    return onlyTies({ files: read && Object.fromEntries(read), tables });
  }

  /** A result is on disk. */
  #kept({ request, value }: PendingCommit): void {
    const { number } = request;
    this.#open.delete(number);
    this.#returned.delete(number);
    this.#requests.loops.delete(number);
    this.#values.set(number, value);
    this.#reuse?.settle(number);
    this.#parts.executor.kept?.(request);
  }

  /** Of first attempts of which nothing else was known. */
  #keptAll({ requests, values }: QuickResults): void {
    const { executor } = this.#parts;
    for (let at = 0; at < requests.length; at += 1) {
      const request = requests[at]!;
      this.#values.set(request.number, values[at]);
      executor.kept?.(request);
    }
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown
  ? Omit<T, K>
  : never;
