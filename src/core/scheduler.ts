/**
 * The scheduler of a flow run, as a reducer: events go in, the new state and commands come out. It has no clock and no
 * chance in it, so the list of events is the run, and replaying it gives the same state.
 *
 * A task run goes   Pending -> start-attempt -> Running -> returned -> commit-attempt -> committed: Success
 *                      ^                            |                        |
 *                      `----- retry timer <- Retrying <-- failed, crashed, timed out
 *
 * - A task is looked at when the last of its upstreams becomes final, and never before. Each keeps count of the upstreams
 *   that it still waits for, so a final task costs as much as it has downstreams, whatever the size of the graph.
 * - An attempt is asked for once. What happens to any attempt but the one last asked for is late, and ignored.
 * - Between the return of a function and the end of its commit nothing stops a task run: its rows may be on disk already.
 * - What is worked out from several events carries the latest of their times, so that events of different tasks which
 *   arrive in another order than they are written down in add up to the same.
 *
 * It is long because the moves of a task run depend on each other and are read together.
 */
import { formatDuration } from "./duration.ts";
import { EngineBug } from "./errors.ts";
import type { ErrorData } from "./errors.ts";
import type { Command, RunEvent, Time } from "./events.ts";
import { indexGraph } from "./graph.ts";
import type { Graph, GraphIndex, NodeId, TaskNode } from "./graph.ts";
import { judge } from "./judge.ts";
import type { RunState, TaskRun } from "./run.ts";
import { canMove, hasResult, isFinal } from "./state.ts";
import type { State } from "./state.ts";
import { decide } from "./trigger.ts";
import { asSentence, formatTime } from "./words.ts";

/** A flow run together with what the scheduler keeps for itself. Arrays go by the number of the node in the graph. */
export interface SchedulerState extends RunState {
  readonly index: GraphIndex;
  /** The task runs again; undefined for parameters. */
  readonly runs: readonly (TaskRun | undefined)[];
  /** 1 for nodes that this run leaves out. */
  readonly excluded: Uint8Array;
  /** How many upstream tasks are not final yet. */
  readonly waiting: Int32Array;
  /** The attempt that has been asked for and is not over; 0 for none. */
  readonly asked: Int32Array;
  /** How many tasks are not final yet, without those left out. */
  unfinished: number;
  /** The latest time that an event has brought. */
  now: Time;
}

/** What an event leads to. */
export interface Step {
  state: SchedulerState;
  commands: Command[];
}

/** Makes the state of a run from its first event. */
export function start(event: RunEvent & { type: "run-started" }): Step {
  const index = indexGraph(event.graph);
  const runs = index.nodes.map((node) =>
    node.kind === "task"
      ? pendingRun(event.keys[node.id] ?? "", event.run)
      : undefined,
  );
  const excluded = new Uint8Array(index.nodes.length);
  for (const id of event.excluded) excluded[numberOf(index, id)] = 1;
  for (const { node, run, at, size } of event.reused) {
    const task = runs[numberOf(index, node)];
    if (!task) throw new EngineBug(`The parameter ${node} cannot be reused.`);
    move(task, node, "Cached");
    task.message =
      at === undefined
        ? "Reused from an earlier run."
        : `Reused from the run of ${formatTime(at)}.`;
    task.endedAt = event.at;
    task.resultRun = run;
    task.size = size;
    if (at !== undefined) task.resultRunAt = at;
  }
  const state = makeState(
    {
      run: event.run,
      flow: event.graph.flow,
      startedAt: event.at,
      parameters: event.parameters,
    },
    event.graph,
    index,
    runs,
    excluded,
    event.at,
  );
  const commands: Command[] = [];
  begin(state, commands);
  return { state, commands };
}

/**
 * Takes the run one event further. The state handed in is used up: its parts may live on, changed, in the one that comes
 * out. Events that come too late to matter change nothing.
 */
export function step(state: SchedulerState, event: RunEvent): Step {
  const commands: Command[] = [];
  if (event.at > state.now) state.now = event.at;
  switch (event.type) {
    case "run-started":
      throw new EngineBug(`The run ${state.run} was started twice.`);
    case "run-resumed":
      return resume(state, event);
    case "cancel-requested":
      cancel(state, commands);
      break;
    case "run-interrupted":
      interrupt(state, event.at);
      break;
    default: {
      const number = state.index.numberOf.get(event.node);
      const task = number === undefined ? undefined : state.runs[number];
      if (number !== undefined && task && !isFinal(task.state))
        stepTask(state, event, number, task, commands);
    }
  }
  return { state, commands };
}

/** The state that a run's events add up to; with `until`, as it was at that time. */
export function replay(
  events: Iterable<RunEvent>,
  until = Infinity,
): SchedulerState {
  let state: SchedulerState | undefined;
  for (const event of events) {
    if (event.at > until && state) break;
    if (state) state = step(state, event).state;
    else if (event.type === "run-started") state = start(event).state;
    else throw new EngineBug(`A run cannot begin with ${event.type}.`);
  }
  if (!state) throw new EngineBug("A run without events is none.");
  return state;
}

// What happens to one task

type TaskEvent = Extract<RunEvent, { node: NodeId }>;

function stepTask(
  state: SchedulerState,
  event: TaskEvent,
  number: number,
  task: TaskRun,
  commands: Command[],
): void {
  const { at, node, attempt } = event;
  if (event.type === "timer-fired" && event.timer === "retry") {
    // The timer carries the attempt that failed.
    const isDue = task.state === "Retrying" && state.asked[number] === 0;
    if (isDue && attempt === task.attempt) ask(state, number, commands);
    return;
  }
  if (state.asked[number] !== attempt) return;
  const isRunning = task.state === "Running";
  switch (event.type) {
    case "attempt-started": {
      if (isRunning) return;
      openAttempt(task, node, attempt, at);
      const { timeout } = taskNode(state, number).options;
      if (timeout !== undefined)
        commands.push({
          type: "set-timer",
          node,
          attempt,
          timer: "timeout",
          at: at + timeout,
        });
      return;
    }
    case "attempt-returned":
      if (!isRunning || task.committing) return;
      task.committing = true;
      commands.push({ type: "commit-attempt", node, attempt });
      return;
    case "attempt-committed":
      if (!task.committing) return;
      task.size = event.size;
      task.error = undefined;
      finish(state, number, "Success", undefined, at, commands);
      return;
    case "attempt-failed":
      endAttempt(
        state,
        number,
        {
          state: "Failed",
          message: event.error.message,
          told: `failed: ${event.error.message}`,
          error: event.error,
        },
        at,
        commands,
      );
      return;
    case "attempt-crashed":
      if (task.committing) return;
      endAttempt(
        state,
        number,
        {
          state: "Crashed",
          message: event.message,
          told: `crashed: ${event.message}`,
          error: {
            code: "task-crashed",
            name: "FlowError",
            message: event.message,
          },
        },
        at,
        commands,
      );
      return;
    case "timer-fired": {
      const { timeout } = taskNode(state, number).options;
      if (!isRunning || task.committing || timeout === undefined) return;
      commands.push({ type: "stop-attempt", node, attempt });
      const told = `stopped after ${formatDuration(timeout)}, its timeout.`;
      const message = `S${told.slice(1)}`;
      endAttempt(
        state,
        number,
        {
          state: "TimedOut",
          message,
          told: `was ${told}`,
          error: { code: "task-timeout", name: "FlowError", message },
        },
        at,
        commands,
      );
    }
  }
}

/** How an attempt ended without a result; `told` is the end of a sentence about the attempt. */
interface Failure {
  state: "Failed" | "Crashed" | "TimedOut";
  message: string;
  told: string;
  error: ErrorData;
}

/** The attempt is over without a result: another one if the task has retries left, else the task has failed. */
function endAttempt(
  state: SchedulerState,
  number: number,
  failure: Failure,
  at: Time,
  commands: Command[],
): void {
  const task = state.runs[number]!;
  const { id: node, options } = taskNode(state, number);
  const attempt = state.asked[number]!;
  if (task.attempt < attempt) openAttempt(task, node, attempt, at);
  state.asked[number] = 0;
  closeAttempt(task, failure.state, failure.message, at);
  task.error = failure.error;
  if (state.cancelRequested) {
    // Only a task that was being committed outlives the cancellation, and only its commit can have failed.
    const message = `Cancelled; its result could not be kept: ${asSentence(failure.message)}`;
    finish(state, number, "Cancelled", message, at, commands);
    return;
  }
  const tries = attempt - (task.attemptsBefore ?? 0);
  if (tries > options.retries) {
    const message =
      tries === 1
        ? failure.message
        : `Attempt ${tries} of ${tries} ${failure.told}`;
    finish(state, number, failure.state, message, at, commands);
    return;
  }
  const { retryDelays } = options;
  const delay = retryDelays[Math.min(tries, retryDelays.length) - 1] ?? 0;
  move(task, node, "Retrying");
  task.message = `Attempt ${tries} of ${options.retries + 1} ${asSentence(failure.told)} Next attempt ${
    delay === 0 ? "at once" : `in ${formatDuration(delay)}`
  }.`;
  task.committing = false;
  task.retryAt = at + delay;
  commands.push({
    type: "set-timer",
    node,
    attempt,
    timer: "retry",
    at: at + delay,
  });
}

/** Asks for the next attempt. The task run stays what it is until that has started. */
function ask(state: SchedulerState, number: number, commands: Command[]): void {
  const attempt = state.runs[number]!.attempt + 1;
  state.asked[number] = attempt;
  commands.push({
    type: "start-attempt",
    node: state.index.nodes[number]!.id,
    attempt,
  });
}

function openAttempt(
  task: TaskRun,
  node: NodeId,
  attempt: number,
  at: Time,
): void {
  move(task, node, "Running");
  task.attempt = attempt;
  task.message = undefined;
  task.retryAt = undefined;
  task.startedAt ??= at;
  task.attempts.push({
    attempt,
    startedAt: at,
    endedAt: undefined,
    state: "Running",
    message: undefined,
  });
}

function closeAttempt(
  task: TaskRun,
  state: State,
  message: string | undefined,
  at: Time,
): void {
  const record = task.attempts.at(-1);
  if (!record || record.endedAt !== undefined) return;
  record.endedAt = at;
  record.state = state;
  record.message = message;
}

/** Makes a task run final, and all those downstream that this decides: they start, or are final too. */
function finish(
  state: SchedulerState,
  number: number,
  to: State,
  message: string | undefined,
  at: Time,
  commands: Command[],
): void {
  close(state, number, to, message, at);
  decideFollowers(state, number, commands);
  settle(state);
}

/** Looks at all that waited for a task which is now final, and on from those that this made final too. */
function decideFollowers(
  state: SchedulerState,
  number: number,
  commands: Command[],
): void {
  const todo = [number];
  for (let next = todo.pop(); next !== undefined; next = todo.pop())
    for (const follower of state.index.downstream[next]!) {
      const task = state.runs[follower];
      if (!task || --state.waiting[follower]! > 0) continue;
      if (state.excluded[follower] || isFinal(task.state)) continue;
      if (!decideStart(state, follower, commands)) todo.push(follower);
    }
}

/** Asks for the first attempt of a task whose upstreams are all final, or ends it when its trigger objects. */
function decideStart(
  state: SchedulerState,
  number: number,
  commands: Command[],
): boolean {
  const { nodes, upstream } = state.index;
  const seen: { name: string; state: State }[] = [];
  for (const other of upstream[number]!) {
    const run = state.runs[other];
    if (run) seen.push({ name: nodes[other]!.name, state: run.state });
  }
  const decision = decide(taskNode(state, number).options.trigger, seen);
  if (decision.start) ask(state, number, commands);
  else close(state, number, decision.state, decision.message, state.now);
  return decision.start;
}

/** Makes one task run final; what that means for others is the caller's. */
function close(
  state: SchedulerState,
  number: number,
  to: State,
  message: string | undefined,
  at: Time,
): void {
  const task = state.runs[number]!;
  move(task, state.index.nodes[number]!.id, to);
  task.message = message;
  task.committing = false;
  task.retryAt = undefined;
  task.endedAt = at;
  closeAttempt(task, to, message, at);
  state.asked[number] = 0;
  state.unfinished -= 1;
}

// What happens to the run

/** Starts whatever waits for nothing. */
function begin(state: SchedulerState, commands: Command[]): void {
  state.runs.forEach((task, number) => {
    if (!task || isFinal(task.state) || state.excluded[number]) return;
    if (state.waiting[number]! > 0 || state.asked[number]! > 0) return;
    if (!decideStart(state, number, commands))
      decideFollowers(state, number, commands);
  });
  settle(state);
}

/** Once every task is final, so is the run. */
function settle(state: SchedulerState): void {
  if (state.unfinished > 0) return;
  const verdict = judge(state.index, state.runs, state.excluded);
  state.state = verdict.state;
  state.message = verdict.message;
  state.endedAt = state.now;
}

function cancel(state: SchedulerState, commands: Command[]): void {
  if (isFinal(state.state)) return;
  state.cancelRequested = true;
  state.runs.forEach((task, number) => {
    if (!task || isFinal(task.state) || task.committing) return;
    if (state.excluded[number]) return;
    const attempt = state.asked[number]!;
    if (attempt > 0)
      commands.push({
        type: "stop-attempt",
        node: state.index.nodes[number]!.id,
        attempt,
      });
    const message =
      task.state === "Running"
        ? "Cancelled while it was running."
        : task.state === "Retrying"
          ? "Cancelled before its next attempt."
          : "Cancelled before it started.";
    close(state, number, "Cancelled", message, state.now);
  });
  settle(state);
}

/** The engine is gone. When is not known; the last that was heard of the run is closer than the time of finding out. */
function interrupt(state: SchedulerState, foundOutAt: Time): void {
  if (isFinal(state.state)) return;
  state.runs.forEach((task, number) => {
    if (!task) return;
    state.asked[number] = 0;
    if (task.state !== "Running" && task.state !== "Retrying") return;
    const message =
      task.state === "Running"
        ? "The tab was closed while this task was running; nothing of it was kept. Resume runs it again."
        : "The tab was closed while this task waited for its next attempt. Resume runs it again.";
    close(state, number, "Crashed", message, state.now);
  });
  state.state = "Crashed";
  state.message =
    "The tab was closed during this run. What succeeded is kept; Resume goes on from there.";
  state.endedAt = state.now;
  state.now = Math.max(state.now, foundOutAt);
}

function resume(
  before: SchedulerState,
  event: RunEvent & { type: "run-resumed" },
): Step {
  if (!isFinal(before.state))
    throw new EngineBug(`The run ${before.run} was resumed while it ran.`);
  const index = indexGraph(event.graph);
  const keptFrom = new Map(event.kept.map(({ node, from }) => [node, from]));
  const moved = new Set(event.kept.map(({ from }) => from));
  const runs = index.nodes.map((node) => {
    if (node.kind === "parameter") return undefined;
    const key = event.keys[node.id] ?? "";
    const from = keptFrom.get(node.id);
    if (from === undefined) {
      const task = pendingRun(key, before.run);
      const earlier = before.tasks.get(node.id);
      if (earlier && earlier.attempt > 0) {
        task.attempt = earlier.attempt;
        task.attemptsBefore = earlier.attempt;
        if (!moved.has(node.id)) task.attempts = [...earlier.attempts];
      }
      return task;
    }
    const kept = before.tasks.get(from);
    if (!kept || !hasResult(kept.state))
      throw new EngineBug(`${from} has no result to be kept.`);
    return { ...kept, key };
  });
  const state = makeState(
    before,
    event.graph,
    index,
    runs,
    new Uint8Array(runs.length),
    before.now,
  );
  state.parameters = event.parameters;
  const commands: Command[] = [];
  begin(state, commands);
  return { state, commands };
}

// Small parts

function makeState(
  {
    run,
    flow,
    startedAt,
    parameters,
  }: Pick<RunState, "run" | "flow" | "startedAt" | "parameters">,
  graph: Graph,
  index: GraphIndex,
  runs: readonly (TaskRun | undefined)[],
  excluded: Uint8Array,
  now: Time,
): SchedulerState {
  const tasks = new Map<NodeId, TaskRun>();
  const waiting = new Int32Array(runs.length);
  let unfinished = 0;
  runs.forEach((task, number) => {
    if (!task) return;
    tasks.set(index.nodes[number]!.id, task);
    if (!isFinal(task.state) && !excluded[number]) unfinished += 1;
    for (const other of index.upstream[number]!) {
      const needed = runs[other];
      if (needed && !isFinal(needed.state)) waiting[number]! += 1;
    }
  });
  return {
    run,
    flow,
    state: "Running",
    message: undefined,
    graph,
    parameters,
    startedAt,
    endedAt: undefined,
    cancelRequested: false,
    tasks,
    index,
    runs,
    excluded,
    waiting,
    asked: new Int32Array(runs.length),
    unfinished,
    now,
  };
}

/** A task run that has not begun. */
function pendingRun(key: string, run: string): TaskRun {
  return {
    state: "Pending",
    attempt: 0,
    message: undefined,
    error: undefined,
    startedAt: undefined,
    endedAt: undefined,
    retryAt: undefined,
    committing: false,
    key,
    resultRun: run,
    size: undefined,
    attempts: [],
  };
}

function move(task: TaskRun, node: NodeId, to: State): void {
  if (!canMove(task.state, to))
    throw new EngineBug(`${node} cannot go from ${task.state} to ${to}.`);
  task.state = to;
}

function numberOf(index: GraphIndex, id: NodeId): number {
  const number = index.numberOf.get(id);
  if (number === undefined) throw new EngineBug(`There is no node ${id}.`);
  return number;
}

function taskNode(state: SchedulerState, number: number): TaskNode {
  const node = state.index.nodes[number];
  if (node?.kind !== "task") throw new EngineBug(`Node ${number} is no task.`);
  return node;
}
