/**
 * Drives one flow run: between the scheduler, which decides, and the executor and the store, which do. It is long because an
 * attempt's start, its end, its commit and the order of what is written keep one invariant together.
 */
import { fromErrorData, toErrorData } from "../core/errors.ts";
import type { ErrorData } from "../core/errors.ts";
import type { Command, RunEvent, Time } from "../core/events.ts";
import { refsOf, resolveTemplate } from "../core/graph.ts";
import type { NodeId, TaskNode } from "../core/graph.ts";
import { start, step } from "../core/scheduler.ts";
import type { SchedulerState } from "../core/scheduler.ts";
import { isFinal } from "../core/state.ts";
import { attemptKey } from "./attempt.ts";
import type { Clock } from "./clock.ts";
import type { AttemptListener, Executor } from "./executor.ts";
import type { AttemptId } from "./protocol.ts";
import type { Commit } from "./services.ts";
import { sizeOf } from "./sizeOf.ts";

/** What the driver needs of the notebook's store. */
export interface RunStore {
  commit(commit: Commit): Promise<unknown>;
  rollback(attempt: AttemptId): Promise<void>;
  appendEvents(
    run: string,
    firstEvent: number,
    events: readonly RunEvent[],
  ): Promise<void>;
  result(run: string, key: string): Promise<{ value: unknown } | undefined>;
}

/** What a driver tells as it goes along. */
export interface RunListener {
  /** An event happened; a Success comes when it is on disk. */
  event(event: RunEvent): void;
  log(attempt: AttemptId, ...line: Parameters<AttemptListener["log"]>): void;
  progress(
    attempt: AttemptId,
    ...step: Parameters<AttemptListener["progress"]>
  ): void;
  display(
    attempt: AttemptId,
    ...shown: Parameters<AttemptListener["display"]>
  ): void;
}

/** How long events that need no commit may wait for others to be written with; what a reader sees should be on disk soon. */
const writeDelay = 10;

/**
 * Carries out what the scheduler commands, and tells the scheduler what happened. One driver makes one flow run.
 *
 * A Success is on disk before it is an event: the event is written in the transaction that writes the task's rows and
 * result. Writing is one at a time, so the list on disk never has a gap; what happens while a commit is being written
 * goes behind it, both here and on disk. Such events do not touch the task that commits, so their order makes no difference.
 */
export class RunDriver {
  readonly run: string;
  #events: RunEvent[];
  #state: SchedulerState;
  #executor: Executor;
  #store: RunStore;
  #clock: Clock;
  #listener: RunListener;
  /** How many of the events are on disk. */
  #written: number;
  #writing: Promise<void> = Promise.resolve();
  #cancelWrite: (() => void) | undefined;
  #values = new Map<NodeId, Promise<unknown>>();
  #returned = new Map<string, unknown>();
  #timers = new Map<string, () => void>();
  #open = new Map<string, AttemptId>();
  #finish: (events: readonly RunEvent[]) => void = () => {};
  #isFinished = false;
  /** Settles when the run is final and all of it is on disk. */
  readonly finished: Promise<readonly RunEvent[]>;

  /**
   * `past` are the events that are on disk already; `first` is the event that starts or resumes the run.
   */
  constructor(
    past: readonly RunEvent[],
    first: RunEvent & { type: "run-started" | "run-resumed" },
    run: string,
    parts: {
      executor: Executor;
      store: RunStore;
      clock: Clock;
      listener: RunListener;
    },
  ) {
    this.run = run;
    this.#executor = parts.executor;
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#listener = parts.listener;
    this.finished = new Promise((resolve) => (this.#finish = resolve));
    this.#events = [...past];
    this.#written = past.length;
    const [begin, ...rest] = [...past, first];
    if (begin?.type !== "run-started")
      throw new Error("A run begins with run-started.");
    const started = start(begin);
    this.#state = started.state;
    let commands = started.commands;
    for (const event of rest) {
      const next = step(this.#state, event);
      this.#state = next.state;
      commands = next.commands;
    }
    this.#events.push(first);
    this.#listener.event(first);
    this.#obey(commands);
    this.#checkFinal();
  }

  /** Ends the run: what runs is stopped, what waits is cancelled. A task whose rows are being written ends as it ends. */
  cancel(): void {
    this.#dispatch({ type: "cancel-requested", at: this.#clock.now() });
  }

  /** `recorded` events have their place in the list already. */
  #dispatch(event: RunEvent, recorded = false): void {
    if (this.#isFinished) return;
    const next = step(this.#state, event);
    this.#state = next.state;
    if (!recorded) this.#events.push(event);
    this.#listener.event(event);
    this.#obey(next.commands);
    this.#checkFinal();
    this.#writeSoon();
  }

  #checkFinal(): void {
    if (this.#isFinished || !isFinal(this.#state.state)) return;
    this.#isFinished = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#cancelWrite?.();
    void this.#write().then(
      () => this.#finish(this.#events),
      () => this.#finish(this.#events),
    );
  }

  // ---------------------------------------------------------------- commands

  #obey(commands: readonly Command[]): void {
    for (const command of commands) {
      const attempt: AttemptId = {
        run: this.run,
        node: command.node,
        attempt: command.attempt,
      };
      switch (command.type) {
        case "start-attempt":
          void this.#startAttempt(attempt);
          break;
        case "commit-attempt":
          void this.#commitAttempt(attempt);
          break;
        case "stop-attempt":
          this.#executor.stop(attempt);
          this.#end(attempt);
          break;
        case "set-timer":
          this.#setTimer(attempt, command.timer, command.at);
          break;
      }
    }
  }

  #setTimer(attempt: AttemptId, timer: "retry" | "timeout", at: Time): void {
    const key = `${timer}\n${attemptKey(attempt)}`;
    const { node, attempt: number } = attempt;
    this.#timers.set(
      key,
      this.#clock.setTimer(at, () => {
        this.#timers.delete(key);
        this.#dispatch({
          type: "timer-fired",
          at: this.#clock.now(),
          node,
          attempt: number,
          timer,
        });
      }),
    );
  }

  async #startAttempt(attempt: AttemptId): Promise<void> {
    const key = attemptKey(attempt);
    this.#open.set(key, attempt);
    const node = this.#taskNode(attempt.node);
    let args: unknown[];
    try {
      args = await this.#resolveArgs(node);
    } catch (thrown) {
      this.#happened(attempt, { type: "attempt-started" });
      this.#failed(attempt, toErrorData(thrown));
      return;
    }
    if (!this.#open.has(key)) return;
    this.#launch(attempt, node, args);
  }

  /**
   * Makes an attempt again from its beginning, because what it wrote was lost with the database worker. Nothing of it was
   * committed, so its effect on the database stays one. Does nothing for an attempt that is over or being committed.
   */
  repeat(attempt: AttemptId): void {
    const key = attemptKey(attempt);
    if (!this.#open.has(key) || this.#returned.has(key)) return;
    this.#executor.stop(attempt);
    this.#listener.log(
      attempt,
      "warning",
      "Started again: a query of another task did not end, and the database had to be restarted.",
      this.#clock.now(),
    );
    void this.#startAttempt(attempt);
  }

  #launch(attempt: AttemptId, node: TaskNode, args: readonly unknown[]): void {
    const key = attemptKey(attempt);
    const ifOpen =
      <A extends unknown[]>(call: (...args: A) => void) =>
      (...args: A) => {
        if (this.#open.has(key)) call(...args);
      };
    this.#executor.start(
      {
        ...attempt,
        task: node.task,
        args,
        context: {
          attempt: attempt.attempt,
          mapIndex: undefined,
          resumed: false,
          taskName: node.name,
          flowName: this.#state.flow,
          flowRunId: this.run,
          parameters: this.#state.parameters,
          scheduledAt: this.#state.startedAt,
        },
      },
      {
        started: ifOpen(() =>
          this.#happened(attempt, { type: "attempt-started" }),
        ),
        returned: ifOpen((value: unknown) => {
          this.#returned.set(key, value);
          this.#happened(attempt, { type: "attempt-returned" });
        }),
        failed: ifOpen((error: ErrorData) => this.#failed(attempt, error)),
        crashed: ifOpen((message: string) => {
          this.#end(attempt);
          this.#happened(attempt, { type: "attempt-crashed", message });
        }),
        log: ifOpen((...line) => this.#listener.log(attempt, ...line)),
        progress: ifOpen((...step) =>
          this.#listener.progress(attempt, ...step),
        ),
        display: ifOpen((...shown) =>
          this.#listener.display(attempt, ...shown),
        ),
      },
    );
  }

  #happened(
    { node, attempt }: AttemptId,
    what:
      | { type: "attempt-started" | "attempt-returned" }
      | { type: "attempt-crashed"; message: string },
  ): void {
    this.#dispatch({ ...what, at: this.#clock.now(), node, attempt });
  }

  #failed(attempt: AttemptId, error: ErrorData): void {
    this.#end(attempt);
    const { node, attempt: number } = attempt;
    this.#dispatch({
      type: "attempt-failed",
      at: this.#clock.now(),
      node,
      attempt: number,
      error,
    });
  }

  /** The attempt is over without a Success: what it wrote is taken back. */
  #end(attempt: AttemptId): void {
    const key = attemptKey(attempt);
    this.#open.delete(key);
    this.#returned.delete(key);
    this.#cancelTimer(attempt, "timeout");
    void this.#store.rollback(attempt).catch(() => {});
  }

  #cancelTimer(attempt: AttemptId, timer: "retry" | "timeout"): void {
    const key = `${timer}\n${attemptKey(attempt)}`;
    this.#timers.get(key)?.();
    this.#timers.delete(key);
  }

  async #commitAttempt(attempt: AttemptId): Promise<void> {
    const key = attemptKey(attempt);
    const value = this.#returned.get(key);
    this.#cancelTimer(attempt, "timeout");
    const task = this.#state.tasks.get(attempt.node);
    if (!task) return;
    const size = sizeOf(value);
    let committed: RunEvent | undefined;
    const writing = this.#writing.then(async () => {
      committed = {
        type: "attempt-committed",
        at: this.#clock.now(),
        node: attempt.node,
        attempt: attempt.attempt,
        size,
      };
      this.#events.push(committed);
      const batch = this.#events.slice(this.#written);
      try {
        await this.#store.commit({
          attempt,
          events: batch,
          firstEvent: this.#written,
          key: task.key,
          result: value,
        });
        this.#written += batch.length;
      } catch (thrown) {
        this.#events.splice(this.#events.indexOf(committed), 1);
        throw thrown;
      }
    });
    this.#writing = writing.catch(() => {});
    try {
      await writing;
    } catch (thrown) {
      this.#failed(attempt, toErrorData(thrown));
      return;
    }
    this.#open.delete(key);
    this.#returned.delete(key);
    this.#values.set(attempt.node, Promise.resolve(value));
    if (committed) this.#dispatch(committed, true);
  }

  // ---------------------------------------------------------------- values

  #taskNode(id: NodeId): TaskNode {
    const node = this.#state.graph.nodes.find((other) => other.id === id);
    if (node?.kind !== "task") throw new Error(`${id} is no task.`);
    return node;
  }

  async #resolveArgs(node: TaskNode): Promise<unknown[]> {
    const values = new Map<NodeId, unknown>();
    for (const arg of node.args)
      for (const id of refsOf(arg)) values.set(id, await this.#valueOf(id));
    return node.args.map((arg) => resolveTemplate(arg, (id) => values.get(id)));
  }

  /** The value of a node for those downstream: its result, its Error if it failed, null if it was skipped or cancelled. */
  #valueOf(id: NodeId): Promise<unknown> {
    const node = this.#state.graph.nodes.find((other) => other.id === id);
    if (node?.kind === "parameter")
      return Promise.resolve(this.#state.parameters[node.name]);
    const task = this.#state.tasks.get(id);
    if (!task) return Promise.resolve(undefined);
    if (task.state !== "Success" && task.state !== "Cached")
      return Promise.resolve(
        task.error
          ? fromErrorData(task.error)
          : task.state === "Cancelled" || task.state === "Skipped"
            ? null
            : new Error(task.message ?? `${id} is ${task.state}.`),
      );
    let value = this.#values.get(id);
    if (!value) {
      value = this.#store.result(task.resultRun, task.key).then((stored) => {
        if (!stored)
          throw new Error(
            `The result of ${id} is no longer kept. Run the flow again.`,
          );
        return stored.value;
      });
      this.#values.set(id, value);
    }
    return value;
  }

  // ---------------------------------------------------------------- writing

  #writeSoon(): void {
    if (this.#cancelWrite || this.#isFinished) return;
    this.#cancelWrite = this.#clock.setTimer(
      this.#clock.now() + writeDelay,
      () => {
        this.#cancelWrite = undefined;
        void this.#write().catch(() => {});
      },
    );
  }

  /** Writes what is not on disk yet. A failure is not the end of the run: the next write tries again. */
  #write(): Promise<void> {
    const writing = this.#writing.then(async () => {
      const batch = this.#events.slice(this.#written);
      if (batch.length === 0) return;
      await this.#store.appendEvents(this.run, this.#written, batch);
      this.#written += batch.length;
    });
    this.#writing = writing.catch(() => {});
    return writing;
  }
}
