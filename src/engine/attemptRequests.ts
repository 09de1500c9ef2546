import type { TaskNumber } from "../core/events.ts";
import type { TaskNode } from "../core/graph.ts";
import { mapIndexOf } from "../core/mapIndex.ts";
import { nameOfRun, type SchedulerState } from "../core/schedulerState.ts";
import type { AttemptRequest } from "./executor.ts";
import type { LoopState, RunJob } from "./protocol.ts";

/** What is special about an attempt. */
export interface AttemptKind {
  /** The fallback is wanted instead of the task's function. */
  fallback?: true;
  /** A person resumed the task after a pause. */
  resumed?: true;
}

/** Makes what executors are asked for. */
export class AttemptRequests {
  readonly #state: () => SchedulerState;
  /** Where loops go on that an earlier attempt did not finish. */
  readonly loops = new Map<TaskNumber, LoopState>();
  #ranks: Int32Array | undefined;
  #ranked: SchedulerState["graph"] | undefined;

  constructor(state: () => SchedulerState) {
    this.#state = state;
  }

  make(
    number: TaskNumber,
    attempt: number,
    node: TaskNode,
    kind: AttemptKind,
    args: readonly unknown[],
  ): AttemptRequest {
    const state = this.#state();
    const rank = this.#rankOf(state.table.node[number]!);
    return new NodeAttempt(
      state,
      node,
      number,
      attempt,
      rank,
      args,
      kind,
      this.loops,
    );
  }

  /** How far down the flow a node is. */
  #rankOf(node: number): number {
    if (!this.#ranks || this.#ranked !== this.#state().graph) {
      this.#ranked = this.#state().graph;
      const { upstream } = this.#state().index;
      const ranks = new Int32Array(upstream.size);
      for (let at = 0; at < upstream.size; at += 1)
        for (const other of upstream.of(at))
          if (other < at && ranks[other]! >= ranks[at]!)
            ranks[at] = ranks[other]! + 1;
      this.#ranks = ranks;
    }
    return this.#ranks[node] ?? 0;
  }
}

/** An attempt of a node's task. What is said of it is made when it is asked for: of most attempts little is. */
class NodeAttempt implements AttemptRequest {
  readonly number: TaskNumber;
  readonly attempt: number;
  readonly priority: number;
  readonly args: readonly unknown[];
  readonly #state: SchedulerState;
  readonly #node: TaskNode;
  readonly #kind: AttemptKind;
  readonly #loops: ReadonlyMap<TaskNumber, LoopState>;

  constructor(
    state: SchedulerState,
    node: TaskNode,
    number: TaskNumber,
    attempt: number,
    priority: number,
    args: readonly unknown[],
    kind: AttemptKind,
    loops: ReadonlyMap<TaskNumber, LoopState>,
  ) {
    this.number = number;
    this.attempt = attempt;
    this.priority = priority;
    this.args = args;
    this.#state = state;
    this.#node = node;
    this.#kind = kind;
    this.#loops = loops;
  }

  get run(): string {
    return this.#state.run;
  }

  get flow(): string {
    return this.#state.flow;
  }

  get node(): string {
    return this.#node.id;
  }

  get task(): string {
    return this.#node.task;
  }

  get name(): string {
    return this.#node.name;
  }

  get path(): readonly number[] {
    return this.#state.table.path(this.number);
  }

  get element(): string | undefined {
    const { path } = this;
    return path.length === 0 ? undefined : path.join(".");
  }

  get mapIndex(): number | undefined {
    return mapIndexOf(this.#state, this.number);
  }

  get isPlain(): boolean {
    const { options, cleanupOf } = this.#node;
    return (
      this.attempt === 1 &&
      options.timeout === undefined &&
      !this.#kind.fallback &&
      !this.#kind.resumed &&
      cleanupOf === undefined &&
      !options.functions.includes("name") &&
      !options.functions.includes("retryIf")
    );
  }

  makeJob(): RunJob {
    const { table } = this.#state;
    const { fallback, resumed } = this.#kind;
    const error = fallback ? table.details(this.number)?.error : undefined;
    const loop = fallback ? undefined : this.#loops.get(this.number);
    const { functions } = this.#node.options;
    return {
      task: this.task,
      flow: this.flow,
      node: this.node,
      phase: fallback
        ? "fallback"
        : this.#node.cleanupOf === undefined
          ? "run"
          : "cleanup",
      args: this.args,
      context: {
        attempt: this.attempt,
        mapIndex: this.mapIndex,
        resumed: resumed === true,
        loopCount: loop?.count ?? 1,
        loopResult: loop?.result,
        taskName: nameOfRun(this.#state, this.number),
        flowName: this.flow,
        flowRunId: this.run,
        parameters: this.#state.parameters,
        scheduledAt: this.#state.scheduledAt,
      },
      ...(loop ? { loop } : {}),
      ...(error ? { error } : {}),
      hasName: functions.includes("name"),
      hasRetryIf: functions.includes("retryIf"),
    };
  }
}
