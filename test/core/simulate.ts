import type { Command, RunEvent, Time } from "../../src/core/events.ts";
import type {
  Graph,
  GraphNode,
  NodeId,
  NodeOptions,
  Template,
} from "../../src/core/graph.ts";
import { taskKeys } from "../../src/core/keys.ts";
import { makeParameter } from "../../src/core/parameter.ts";
import { start, step } from "../../src/core/scheduler.ts";
import type { SchedulerState } from "../../src/core/scheduler.ts";
import { isFinal } from "../../src/core/state.ts";

/** A task of a test's graph: what it needs, and what is special about it. */
export interface TaskSpec extends Partial<NodeOptions> {
  needs?: readonly NodeId[];
  waitFor?: readonly NodeId[];
  /** Arguments besides the refs to what it needs. */
  args?: readonly Template[];
  task?: string;
  name?: string;
}

/** A graph whose tasks have their names as ids. A plain list says what a task needs; `param` makes a parameter. */
export function makeGraph(
  specs: Readonly<Record<NodeId, readonly NodeId[] | TaskSpec | "param">>,
): Graph {
  const nodes: GraphNode[] = [];
  const edges: { from: string; to: string; input?: string }[] = [];
  for (const [id, spec] of Object.entries(specs)) {
    if (spec === "param") {
      const parameter = makeParameter(id, "default");
      nodes.push({ kind: "parameter", id, name: id, parameter });
      continue;
    }
    const given: TaskSpec = "length" in spec ? { needs: spec } : spec;
    const {
      needs = [],
      waitFor = [],
      args = [],
      task,
      name,
      ...options
    } = given;
    nodes.push({
      kind: "task",
      id,
      task: task ?? id,
      name: name ?? id,
      mapped: false,
      options: {
        retries: 0,
        retryDelays: [],
        timeout: undefined,
        trigger: { type: "allSuccessful" },
        tags: [],
        ...options,
      },
      args: [...needs.map((need) => ref(need)), ...args],
      waitFor,
    });
    needs.forEach((from, input) =>
      edges.push({ from, to: id, input: String(input) }),
    );
    waitFor.forEach((from) => edges.push({ from, to: id }));
  }
  const result: Template = { type: "list", items: [] };
  return { flow: "test", nodes, edges, result };
}

export function ref(node: NodeId, ...path: (string | number)[]): Template {
  return { type: "ref", node, path };
}

export function value(constant: unknown): Template {
  return { type: "value", value: constant };
}

/** The event that starts a run of a graph. */
export function startOf(
  graph: Graph,
  more: Partial<RunEvent & { type: "run-started" }> = {},
): RunEvent & { type: "run-started" } {
  const parameters = more.parameters ?? {};
  return {
    type: "run-started",
    at: 0,
    run: "run-1",
    graph,
    keys: taskKeys(graph, {}, parameters),
    parameters,
    reused: [],
    excluded: [],
    ...more,
  };
}

/** How an attempt goes; times in milliseconds. */
export interface Attempt {
  ends?: "return" | "fail" | "crash" | "hang";
  takes?: number;
  /** From the command to the start; the worker has to be made. */
  startTakes?: number;
  commitTakes?: number;
  commitFails?: boolean;
  message?: string;
}

export interface Simulation {
  state: SchedulerState;
  events: RunEvent[];
  /** Attempts that started, in order, as `node#attempt`. */
  started: string[];
  commands: Command[];
}

/**
 * Runs a flow on a clock of its own: each attempt goes as the script has it, and `at` says what else happens and when.
 * Every event is sent that an executor might send, late ones included: a stopped attempt may still return.
 */
export function simulate(
  first: RunEvent & { type: "run-started" | "run-resumed" },
  script: (node: NodeId, attempt: number) => Attempt = () => ({}),
  options: {
    /** The state to resume. */
    from?: Simulation;
    cancelAt?: Time;
    interruptAt?: Time;
    /** Whether stopped attempts go on to send their events. */
    late?: boolean;
    /** Is asked after each event. */
    check?: (state: SchedulerState, event: RunEvent) => void;
  } = {},
): Simulation {
  const queue: { order: number; event: RunEvent }[] = [];
  const events: RunEvent[] = [...(options.from?.events ?? []), first];
  const started: string[] = [];
  const commands: Command[] = [];
  const stopped = new Set<string>();
  let order = 0;
  const send = (event: RunEvent) => queue.push({ order: order++, event });

  const obey = (command: Command, now: Time) => {
    commands.push(command);
    const { node, attempt } = command;
    const { ends = "return", ...plan } = script(node, attempt);
    const { takes = 10, startTakes = 0, commitTakes = 1 } = plan;
    const message = plan.message ?? "boom";
    switch (command.type) {
      case "start-attempt": {
        const startAt = now + startTakes;
        send({ type: "attempt-started", at: startAt, node, attempt });
        const at = startAt + takes;
        if (ends === "return")
          send({ type: "attempt-returned", at, node, attempt });
        if (ends === "fail")
          send({
            type: "attempt-failed",
            at,
            node,
            attempt,
            error: { name: "Error", message },
          });
        if (ends === "crash")
          send({ type: "attempt-crashed", at, node, attempt, message });
        break;
      }
      case "commit-attempt": {
        const at = now + commitTakes;
        if (plan.commitFails)
          send({
            type: "attempt-failed",
            at,
            node,
            attempt,
            error: { name: "Error", message: "the disk is full" },
          });
        else send({ type: "attempt-committed", at, node, attempt, size: 8 });
        break;
      }
      case "stop-attempt":
        stopped.add(`${node}#${attempt}`);
        break;
      case "set-timer": {
        const { at, timer } = command;
        send({ type: "timer-fired", at, node, attempt, timer });
      }
    }
  };

  const begun =
    first.type === "run-started"
      ? start(first)
      : step(options.from!.state, first);
  let state = begun.state;
  for (const command of begun.commands) obey(command, first.at);
  if (options.cancelAt !== undefined)
    send({ type: "cancel-requested", at: options.cancelAt });
  if (options.interruptAt !== undefined)
    send({ type: "run-interrupted", at: options.interruptAt });

  while (queue.length > 0) {
    queue.sort((a, b) => a.event.at - b.event.at || a.order - b.order);
    const { event } = queue.shift()!;
    const isLate =
      "node" in event && stopped.has(`${event.node}#${event.attempt}`);
    if (isLate && !options.late && event.type !== "timer-fired") continue;
    if (isFinal(state.state) && !options.late) break;
    if (event.type === "attempt-started" && !isLate)
      started.push(`${event.node}#${event.attempt}`);
    events.push(event);
    const next = step(state, event);
    state = next.state;
    options.check?.(state, event);
    // An engine that is gone obeys nothing any more.
    for (const command of next.commands) obey(command, event.at);
    if (event.type === "run-interrupted") break;
  }
  return { state, events, started, commands };
}

/** The states of all tasks by id. */
export function statesOf({ state }: { state: SchedulerState }) {
  return Object.fromEntries(
    [...state.tasks].map(([id, task]) => [id, task.state]),
  );
}
