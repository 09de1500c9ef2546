import type { TaskNumber } from "../core/events.ts";
import type { Operator, TaskNode, Template } from "../core/graph.ts";
import { flowAround, flowsOf } from "../core/graphIndex.ts";
import { mapIndexOf } from "../core/mapIndex.ts";
import { attemptOf, triesOf } from "../core/pauses.ts";
import { nameOfRun, type SchedulerState } from "../core/schedulerState.ts";
import { taskRunKey } from "./attempt.ts";
import type { AttemptRequest } from "./executor.ts";
import type { FailedInput, LoopState, RunJob } from "./protocol.ts";
import type { EnteredFlow } from "./runValues.ts";

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
  readonly #contextTasks: ReadonlySet<string>;
  /** Where loops go on that an earlier attempt did not finish. */
  readonly loops = new Map<TaskNumber, LoopState>();
  #ranks: Int32Array | undefined;
  #ranked: SchedulerState["graph"] | undefined;
  /** Of the node whose attempt was made last: those of a map's elements come one after the other. */
  #last: Attempted | undefined;

  /** `contextTasks`: the tasks that read `context`. */
  constructor(state: () => SchedulerState, contextTasks: ReadonlySet<string>) {
    this.#state = state;
    this.#contextTasks = contextTasks;
  }

  /** What has to be resolved for an attempt: its arguments, and what a sub-flow is given whose parameters it reads. */
  neededFor(number: TaskNumber, node: TaskNode): readonly Template[] {
    const { given } = this.#attempted(node, number);
    return given ? [...node.args, given] : node.args;
  }

  /** The sub-flows that take what they are given before anything of them is done, as far as that was not known when they were drawn. */
  entered(number: TaskNumber, node: TaskNode): readonly EnteredFlow[] {
    return this.#attempted(node, number).entered;
  }

  /** `values` are those of {@link neededFor}, or none; `failed` the errors among them of which a copy loses something. */
  make(
    number: TaskNumber,
    attempt: number,
    node: TaskNode,
    kind: AttemptKind,
    values: readonly unknown[],
    failed: readonly FailedInput[] | undefined,
  ): AttemptRequest {
    const of = this.#attempted(node, number);
    const { fallback, resumed } = kind;
    if (!fallback && !resumed && !failed && !of.given)
      return new NodeAttempt(of, number, attempt, values);
    const given = of.given && values.at(-1);
    const special = { fallback, resumed, failed, given };
    const args = of.given ? values.slice(0, -1) : values;
    return new NodeAttempt(of, number, attempt, args, special);
  }

  #attempted(node: TaskNode, number: TaskNumber): Attempted {
    const state = this.#state();
    if (this.#last?.node !== node || this.#last.state !== state) {
      const inner = flowAround(state.index, node);
      const given = this.#contextTasks.has(node.task)
        ? inner?.parameters
        : undefined;
      const place = state.table.node[number]!;
      const line = state.lineOf[place];
      // What limits how it starts or how long it takes is not to count how long its cells take.
      const tellsBegin =
        node.options.timeout !== undefined ||
        (line !== undefined && state.limiter.hasRate(line.limits));
      this.#last = {
        state,
        node,
        loops: this.loops,
        priority: this.#rankOf(place),
        isPlain: !given && !tellsBegin && isPlainNode(node),
        tellsBegin,
        inner,
        given,
        entered: flowsOf(state.index, node).flatMap(enteredFlow),
      };
    }
    return this.#last;
  }

  /** How far down the flow a node is. */
  #rankOf(node: number): number {
    if (!this.#ranks || this.#ranked !== this.#state().graph) {
      this.#ranked = this.#state().graph;
      const { upstream } = this.#state().index;
      const ranks = new Int32Array(upstream.size);
      for (let at = 0; at < upstream.size; at += 1)
        for (let place = upstream.count(at) - 1; place >= 0; place -= 1) {
          const other = upstream.at(at, place);
          if (other < at && ranks[other]! >= ranks[at]!)
            ranks[at] = ranks[other]! + 1;
        }
      this.#ranks = ranks;
    }
    return this.#ranks[node] ?? 0;
  }
}

/** What the attempts of a node share. */
interface Attempted {
  readonly state: SchedulerState;
  readonly node: TaskNode;
  readonly loops: ReadonlyMap<TaskNumber, LoopState>;
  readonly priority: number;
  /** Whether a first attempt needs no attention while it runs. */
  readonly isPlain: boolean;
  readonly tellsBegin: boolean;
  /** The sub-flow that it is in, and what that is given, if an attempt reads it. */
  readonly inner: (Operator & { type: "flow" }) | undefined;
  readonly given: Template | undefined;
  readonly entered: readonly EnteredFlow[];
}

/** None if what the sub-flow is given was checked when it was drawn. */
function enteredFlow({
  operator: { flow, parameters },
  over,
}: ReturnType<typeof flowsOf>[number]): EnteredFlow[] {
  return parameters?.type === "object" &&
    parameters.entries.some(([, { type }]) => type !== "value")
    ? [{ flow, parameters, levels: over.length }]
    : [];
}

function isPlainNode({ options, cleanupOf }: TaskNode): boolean {
  return cleanupOf === undefined && !options.functions.includes("retryIf");
}

/** What is special about an attempt, and what it is given besides its arguments. */
interface Special {
  readonly fallback: true | undefined;
  readonly resumed: true | undefined;
  readonly failed: readonly FailedInput[] | undefined;
  /** What the sub-flow is given that it is in, if it reads that. */
  readonly given: unknown;
}

/** An attempt of a node's task. Many may wait at once, so what is said of it is made when it is asked for. */
class NodeAttempt implements AttemptRequest {
  readonly number: TaskNumber;
  readonly attempt: number;
  readonly args: readonly unknown[];
  readonly #of: Attempted;
  /** What only few have. */
  readonly #special: Special | undefined;

  constructor(
    of: Attempted,
    number: TaskNumber,
    attempt: number,
    args: readonly unknown[],
    special?: Special,
  ) {
    this.number = number;
    this.attempt = attempt;
    this.args = args;
    this.#of = of;
    this.#special = special;
  }

  get priority(): number {
    return this.#of.priority;
  }

  get run(): string {
    return this.#of.state.run;
  }

  get flow(): string {
    return this.#of.state.flow;
  }

  get node(): string {
    return this.#of.node.id;
  }

  get task(): string {
    return this.#of.node.task;
  }

  get name(): string {
    return this.#of.node.name;
  }

  get hasName(): boolean {
    return this.#of.node.options.functions.includes("name");
  }

  get path(): readonly number[] {
    return this.#of.state.table.path(this.number);
  }

  get element(): string | undefined {
    const { path } = this;
    return path.length === 0 ? undefined : path.join(".");
  }

  get mapIndex(): number | undefined {
    return mapIndexOf(this.#of.state, this.number);
  }

  get isPlain(): boolean {
    return (
      this.attempt === 1 &&
      this.#of.isPlain &&
      !this.#special?.fallback &&
      !this.#special?.resumed &&
      !this.#special?.failed
    );
  }

  get tellsBegin(): boolean {
    return this.#of.tellsBegin;
  }

  makeJob(): RunJob {
    const { table } = this.#of.state;
    const { fallback, resumed, failed, given } = this.#special ?? {};
    const error = fallback ? table.details(this.number)?.error : undefined;
    const loop = fallback ? undefined : this.#of.loops.get(this.number);
    const { functions } = this.#of.node.options;
    const tries = triesOf(this.#of.state, this.number, this.attempt);
    return {
      task: this.task,
      flow: this.flow,
      node: this.node,
      phase: fallback
        ? "fallback"
        : this.#of.node.cleanupOf === undefined
          ? "run"
          : "cleanup",
      args: this.args,
      failed,
      context: {
        attempt: attemptOf(this.#of.state, this.number, this.attempt),
        mapIndex: this.mapIndex,
        resumed: resumed === true,
        loopCount: loop?.count ?? 1,
        loopResult: loop?.result,
        taskName: nameOfRun(this.#of.state, this.number),
        flowName: this.#of.inner?.flow ?? this.flow,
        flowRunId: this.run,
        idempotencyKey: taskRunKey(this.run, this.node, this.path),
        parameters: (given ??
          this.#of.state.parameters) as RunJob["context"]["parameters"],
        scheduledAt: this.#of.state.scheduledAt,
      },
      ...(loop ? { loop } : {}),
      ...(error ? { error } : {}),
      hasName: this.hasName,
      hasRetryIf: functions.includes("retryIf"),
      ...(tries < this.attempt ? { tries } : {}),
      ...(this.tellsBegin ? { tellsBegin: true } : {}),
    };
  }
}
