/**
 * The scheduler of a flow run, as a reducer: events go in, the new state and commands come out. It has no clock and no
 * chance in it, so the list of events is the run, and replaying it gives the same state.
 *
 * `attempts.ts` has what happens to one task run, `openRuns.ts` when its turn comes, `maps.ts` how a map is expanded,
 * `places.ts` how limits are kept, `resume.ts` what a resumption keeps.
 */
import { closeSuccess, stepTask } from "./attempts.ts";
import { EngineBug } from "./errors.ts";
import type { Command, RunEvent, TaskNumber, Time } from "./events.ts";
import { beginFlows } from "./flowTime.ts";
import { countWaiting } from "./maps.ts";
import { hold, openRun, propagate, settle, tellElements } from "./openRuns.ts";
import { admit, letIn } from "./places.ts";
import { attemptsOf, resume } from "./resume.ts";
import { reuse } from "./reuse.ts";
import {
  close,
  countStart,
  makeState,
  nameOfRun,
  noFates,
  nodeOf,
  release,
  setActive,
  touch,
  type SchedulerState,
  type Step,
} from "./schedulerState.ts";
import { isFinal } from "./state.ts";
import { fateOf, flags } from "./taskTable.ts";
import { formatDuration } from "./duration.ts";

export type { SchedulerState, Step };

/** Makes the state of a run from its first event. */
export function start(event: RunEvent & { type: "run-started" }): Step {
  const state = makeState({
    run: event.run,
    flow: event.graph.flow,
    graph: event.graph,
    keys: event.keys,
    parameters: event.parameters,
    startedAt: event.at,
    scheduledAt: event.scheduledAt ?? event.at,
    seed: event.seed ?? 0,
    now: event.at,
  });
  const { table, index } = state;
  for (const id of event.excluded)
    table.raise(numberOf(state, id), flags.excluded);
  for (const one of event.reused)
    reuse(state, numberOf(state, one.node), one, event.at);
  const commands: Command[] = [];
  setRunTimer(state, event.at, commands);
  begin(state, commands);
  // What a snapshot shows of a run that has just begun is all of it.
  state.changed = [];
  for (let node = 0; node < index.nodes.length; node += 1) {
    table.drop(node, flags.changed);
    if (index.nodes[node]!.kind === "task") touch(state, node);
  }
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
    case "run-resumed": {
      const resumed = resume(state, event);
      setRunTimer(resumed, event.at, commands);
      begin(resumed, commands);
      return { state: resumed, commands };
    }
    case "cancel-requested":
      if (!isFinal(state.state)) cancel(state, event, commands);
      break;
    case "run-interrupted":
      if (!isFinal(state.state)) interrupt(state, event.at);
      return { state, commands };
    case "task-marked":
      mark(state, event);
      return { state, commands };
    case "attempts-committed":
      commitAll(state, event, commands);
      break;
    case "timer-fired":
      if (event.timer === "run") expire(state, commands);
      else if (event.timer === "limit") state.nextPlace = undefined;
      else if (isFlowTimer(state, event)) expireFlow(state, event, commands);
      else if (isOpen(state, event.task)) stepTask(state, event, commands);
      break;
    default:
      if (isOpen(state, event.task)) stepTask(state, event, commands);
  }
  if (isFinal(state.state)) return { state, commands };
  admit(state, commands);
  settle(state);
  return { state, commands };
}

/** Whether anything can still happen to a task run. */
function isOpen({ table }: SchedulerState, task: TaskNumber): boolean {
  // A parameter is final from the start.
  return task < table.size && !table.isFinal(task);
}

/** The state that a run's events add up to; with `until`, as it was at that time. */
export function replay(
  events: Iterable<RunEvent>,
  until: Time = Infinity,
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

/** Counts what each task run waits for, and starts whatever waits for nothing. */
function begin(state: SchedulerState, commands: Command[]): void {
  const { table, index } = state;
  // The value of a parameter is there from the start.
  for (let number = 0; number < index.nodes.length; number += 1)
    if (index.nodes[number]!.kind === "parameter")
      table.setState(number, "Success");
  for (let run = 0; run < table.size; run += 1) {
    if (table.isFinal(run)) table.raise(run, flags.toldEnd);
    if (table.isExpanded(run)) table.raise(run, flags.toldExpanded);
  }
  const ready: TaskNumber[] = [];
  for (let run = 0; run < table.size; run += 1) {
    if (table.isFinal(run)) continue;
    table.waiting[run]! += countWaiting(state, run);
    if (table.has(run, flags.excluded)) continue;
    state.unfinished += 1;
    // Elements come after the runs that they are elements of.
    if (table.isExpanded(run) && table.waiting[run]! > 0) hold(state, run);
    if (table.waiting[run] === 0 && !table.isExpanded(run)) ready.push(run);
  }
  const news: TaskNumber[] = [];
  for (const run of ready) openRun(state, run, commands, news);
  propagate(state, news, commands);
  admit(state, commands);
  settle(state);
}

/** Several first attempts of tasks that nothing special is about, from their start to their commit. */
function commitAll(
  state: SchedulerState,
  event: RunEvent & { type: "attempts-committed" },
  commands: Command[],
): void {
  const { table } = state;
  const done: TaskNumber[] = [];
  for (let at = 0; at < event.tasks.length; at += 1) {
    const number = event.tasks[at]!;
    letIn(state, number, 1);
    if (table.isFinal(number) || table.asked[number] !== 1) continue;
    table.attempt[number] = 1;
    if (Number.isNaN(table.startedAt[number]))
      table.startedAt[number] = event.startedAt[at]!;
    beginFlows(state, number, event.startedAt[at]!, commands);
    countStart(state, number, event.startedAt[at]!);
    table.bytes[number] = event.sizes[at]!;
    const name = event.names?.[at];
    if (name) table.edit(number).name = name;
    if (table.state(number) === "Pending") table.setState(number, "Running");
    closeSuccess(state, number, event.endedAt[at]!);
    done.push(number);
  }
  // One after the other, as if each had been told of by an event of its own.
  for (const number of done) propagate(state, [number], commands);
}

/** Makes everything that the cancellation concerns Cancelled at once, but for what is being committed: that ends as it ends. */
function cancel(
  state: SchedulerState,
  event: RunEvent & { type: "cancel-requested" },
  commands: Command[],
): void {
  const { table } = state;
  const of = event.task;
  if (of !== undefined && !isOpen(state, of)) return;
  const isAgain = of === undefined && state.cancelRequested;
  if (of === undefined) {
    state.cancelRequested = true;
    state.cancelReason ??= event.message;
  }
  const nodeOfCancelled = of === undefined ? undefined : table.node[of];
  const done: TaskNumber[] = [];
  for (let run = 0; run < table.size; run += 1) {
    if (!isOpen(state, run) || table.has(run, flags.excluded)) continue;
    if (of !== undefined && !isPartOf(state, run, of)) continue;
    // Whatever was set up is cleaned up, unless that is cancelled as well.
    const isCleanup = nodeOf(state, run).cleanupOf !== undefined;
    if (isCleanup && !isAgain && table.node[run] !== nodeOfCancelled) continue;
    if (table.has(run, flags.committing)) {
      table.edit(run).cancelled = true;
      continue;
    }
    if (table.isExpanded(run)) continue;
    const attempt = table.asked[run]!;
    if (attempt > 0)
      commands.push({ type: "stop-attempt", task: run, attempt });
    const now = table.state(run);
    const message =
      event.message ??
      (now === "Running"
        ? "Cancelled while it was running."
        : now === "Retrying"
          ? "Cancelled before its next attempt."
          : now === "Paused"
            ? "Cancelled while it waited for a person."
            : "Cancelled before it started.");
    close(state, run, "Cancelled", message, state.now);
    if (of === undefined && !isCleanup) state.isCutShort = true;
    done.push(run);
  }
  propagate(state, done, commands);
}

/** Whether a task run is this one, an element of it, or part of the sub-flow that it is. */
function isPartOf(
  state: SchedulerState,
  run: TaskNumber,
  of: TaskNumber,
): boolean {
  const { table } = state;
  const { id } = nodeOf(state, of);
  const { within } = nodeOf(state, run);
  if (table.node[run] !== table.node[of] && !within.includes(id)) return false;
  const path = table.path(run);
  return table.path(of).every((place, level) => path[level] === place);
}

function setRunTimer(
  state: SchedulerState,
  at: Time,
  commands: Command[],
): void {
  const { timeout } = state.graph.settings;
  if (timeout === undefined) return;
  state.until = at + timeout;
  commands.push({
    type: "set-timer",
    task: -1,
    attempt: 0,
    timer: "run",
    at: state.until,
  });
}

/** The run has taken as long as it may. */
function expire(state: SchedulerState, commands: Command[]): void {
  const { timeout } = state.graph.settings;
  if (isFinal(state.state) || timeout === undefined) return;
  state.until = undefined;
  // Who waits for the clean-ups of a cancelled run has not asked for an end of these.
  if (state.cancelRequested) return;
  const message = `Cancelled: the flow took longer than ${formatDuration(timeout)}, its timeout.`;
  const event = { type: "cancel-requested", at: state.now, message } as const;
  cancel(state, event, commands);
}

function isFlowTimer(
  state: SchedulerState,
  { timer, task }: RunEvent & { type: "timer-fired" },
): boolean {
  return (
    timer === "timeout" &&
    isOpen(state, task) &&
    nodeOf(state, task).operator?.type === "flow"
  );
}

/** A sub-flow has taken as long as it may. */
function expireFlow(
  state: SchedulerState,
  { task, at }: RunEvent & { type: "timer-fired" },
  commands: Command[],
): void {
  const { timeout } = nodeOf(state, task).options;
  if (timeout === undefined) return;
  // What cleans up after it may take its time.
  state.table.edit(task).until = undefined;
  const message = `Cancelled: ${nameOfRun(state, task)} took longer than ${formatDuration(timeout)}, its timeout.`;
  state.expired ??= message;
  cancel(state, { type: "cancel-requested", at, task, message }, commands);
}

/** The engine is gone. When is not known; the last that was heard of the run is closer than the time of finding out. */
function interrupt(state: SchedulerState, foundOutAt: Time): void {
  const { table } = state;
  for (let run = 0; run < table.size; run += 1) {
    if (!isOpen(state, run)) continue;
    const now = table.state(run);
    if (now === "Running" || now === "Retrying") {
      close(state, run, "Crashed", interruptedWords(state, run), state.now);
      continue;
    }
    if (now === "Paused") {
      table.setMessage(run, interruptedWait);
      touch(state, run);
    }
    table.asked[run] = 0;
    table.drop(run, flags.committing);
    setActive(state, run, false);
    release(state, run);
  }
  state.state = "Crashed";
  state.message =
    "The tab was closed during this run. What succeeded is kept; Resume goes on from there.";
  state.endedAt = state.now;
  state.now = Math.max(state.now, foundOutAt);
}

const interruptedWait =
  "The tab was closed while this waited for a person. Resume asks again.";

function interruptedWords(state: SchedulerState, run: TaskNumber): string {
  const { table } = state;
  if (table.isExpanded(run))
    return "The tab was closed before all elements were done. Resume goes on with the others.";
  if (nodeOf(state, run).operator?.type === "flow")
    return "The tab was closed before all tasks of this sub-flow were done. Resume goes on with the others.";
  return table.state(run) === "Running"
    ? "The tab was closed while this task was running; nothing of it was kept. Resume runs it again."
    : "The tab was closed while this task waited for its next attempt. Resume runs it again.";
}

/** A person gives a task a result by hand; what is downstream of it runs when the run is resumed. */
function mark(
  state: SchedulerState,
  { at, task: number, size, key }: RunEvent & { type: "task-marked" },
): void {
  const { table } = state;
  if (number >= table.size || table.has(number, flags.active)) return;
  // A map as a whole has no result of its own.
  if (table.level[number]! < nodeOf(state, number).over.length) return;
  const before = table.isFinal(number)
    ? fateOf(table.state(number))
    : undefined;
  if (before === undefined) {
    if (!isFinal(state.state)) return;
    table.asked[number] = 0;
    table.endedAt[number] = state.endedAt!;
    state.unfinished -= 1;
    if (table.parent[number]! >= 0) table.open[table.parent[number]!]! -= 1;
  }
  const details = table.edit(number);
  // Its attempts stay as they ended.
  details.attempts = attemptsOf(state, number);
  details.markedAt = at;
  table.setState(number, "Success");
  for (let run = table.parent[number]!; run >= 0; run = table.parent[run]!) {
    const fates = (table.edit(run).fates ??= noFates());
    if (before !== undefined) fates[before] -= 1;
    fates.successful += 1;
    if (table.isFinal(run)) table.setMessage(run, tellElements(state, run));
  }
  table.raise(number, flags.marked);
  table.bytes[number] = size;
  table.setMessage(number, "Marked as a success by hand.");
  table.drop(number, flags.fallback);
  details.error = undefined;
  // The result is kept with this run now.
  if (key !== undefined) details.resultKey = key;
  delete details.resultRun;
  delete details.resultRunAt;
  delete details.files;
  delete details.tables;
  touch(state, number);
}

function numberOf(state: SchedulerState, id: string): TaskNumber {
  const number = state.index.numberOf.get(id);
  if (number === undefined) throw new EngineBug(`There is no node ${id}.`);
  return number;
}
