import type { TaskNumber } from "../core/events.ts";
import type { TaskNode } from "../core/graph.ts";
import { mapIndexOf } from "../core/mapIndex.ts";
import { nameOfRun, type SchedulerState } from "../core/schedulerState.ts";
import type { AttemptRequest } from "./executor.ts";
import type { LoopState, RunBatch, RunJob } from "./protocol.ts";

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
    const { table } = this.#state();
    const { functions, timeout } = node.options;
    const level = table.level[number]!;
    const mapIndex = mapIndexOf(this.#state(), number);
    const isPlain =
      attempt === 1 &&
      timeout === undefined &&
      !kind.fallback &&
      !kind.resumed &&
      node.cleanupOf === undefined &&
      !functions.includes("name") &&
      !functions.includes("retryIf");
    return {
      run: this.#state().run,
      node: node.id,
      element:
        level === 0
          ? undefined
          : level === 1
            ? String(table.place[number])
            : table.path(number).join("."),
      attempt,
      number,
      priority: this.#rankOf(table.node[number]!),
      isPlain,
      task: node.task,
      name: node.name,
      flow: this.#state().flow,
      mapIndex,
      args,
      makeJob: () => this.#makeJob(number, attempt, node, kind, mapIndex, args),
    };
  }

  #makeJob(
    number: TaskNumber,
    attempt: number,
    node: TaskNode,
    kind: AttemptKind,
    mapIndex: number | undefined,
    args: readonly unknown[],
  ): RunJob {
    const { table } = this.#state();
    const error = kind.fallback ? table.details(number)?.error : undefined;
    const loop = kind.fallback ? undefined : this.loops.get(number);
    const { functions } = node.options;
    return {
      task: node.task,
      flow: this.#state().flow,
      node: node.id,
      phase: kind.fallback
        ? "fallback"
        : node.cleanupOf === undefined
          ? "run"
          : "cleanup",
      args,
      context: {
        ...this.#context(attempt),
        mapIndex,
        resumed: kind.resumed === true,
        loopCount: loop?.count ?? 1,
        loopResult: loop?.result,
        taskName: nameOfRun(this.#state(), number),
      },
      ...(loop ? { loop } : {}),
      ...(error ? { error } : {}),
      hasName: functions.includes("name"),
      hasRetryIf: functions.includes("retryIf"),
    };
  }

  /** What a task may know of its run. */
  #context(attempt: number): RunBatch["context"] {
    return {
      attempt,
      resumed: false,
      loopCount: 1,
      loopResult: undefined,
      flowName: this.#state().flow,
      flowRunId: this.#state().run,
      parameters: this.#state().parameters,
      scheduledAt: this.#state().scheduledAt,
    };
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
