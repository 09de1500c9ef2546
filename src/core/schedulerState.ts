import { EngineBug } from "./errors.ts";
import type { Command, TaskNumber, Time } from "./events.ts";
import { indexGraph } from "./graphIndex.ts";
import type { Graph, NodeId, TaskNode } from "./graph.ts";
import type { GraphIndex } from "./graphIndex.ts";
import { Limiter, Line } from "./limits.ts";
import type { AttemptRecord } from "./run.ts";
import { canMoveNumber, stateNumbers } from "./state.ts";
import type { State } from "./state.ts";
import { TaskTable, addFate, flags } from "./taskTable.ts";
import type { Details } from "./taskTable.ts";
import type { Fates } from "./trigger.ts";

/** A flow run as the scheduler keeps it: what its events add up to. Everything in it changes from event to event. */
export interface SchedulerState {
  readonly run: string;
  readonly flow: string;
  readonly graph: Graph;
  readonly keys: Readonly<Record<NodeId, string>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly startedAt: Time;
  readonly scheduledAt: Time;
  readonly seed: number;
  readonly index: GraphIndex;
  readonly table: TaskTable;
  readonly limiter: Limiter;
  /** The lines in which task runs wait for a place under limits, and that of a node by its number, if it has any. */
  readonly lines: readonly Line[];
  readonly lineOf: readonly (Line | undefined)[];
  state: State;
  message: string | undefined;
  endedAt: Time | undefined;
  /** When its timeout cancels it. */
  until: Time | undefined;
  cancelRequested: boolean;
  /** Why, if it was not a person's wish. */
  cancelReason: string | undefined;
  /** Which sub-flow was cancelled first for having taken too long, and after how long; undefined if none was. */
  expired: string | undefined;
  /** Whether the cancellation of the run has kept any task, other than a clean-up, from ending by itself. */
  isCutShort: boolean;
  /** How many task runs have joined a line so far, and how many are in one. */
  turns: number;
  waiting: number;
  /** When a place is due by a rate, if a timer is set for that. */
  nextPlace: Time | undefined;
  /** How many task runs are not final yet, without those left out; and how many of them are under way, or wait for a person. */
  unfinished: number;
  active: number;
  paused: number;
  /** The latest time that an event has brought. */
  now: Time;
  /** Nodes that changed since the last snapshot. */
  changed: number[];
  /** The attempts that elements had before the last resumption, where a map is expanded anew; see {@link elementId}. */
  readonly attemptsBefore: Map<string, CountedAttempts>;
  /** When runs of mapped sub-flows began, by their ids, which there are only when the map is expanded. */
  readonly flowsBegun: Map<string, Time>;
}

/** How many attempts there were, and those that are still shown. */
export interface CountedAttempts {
  attempt: number;
  attempts: AttemptRecord[];
  fallbacks: Details["fallbacks"];
}

/** What an event leads to. */
export interface Step {
  state: SchedulerState;
  commands: Command[];
}

/** The state of a run in which nothing has happened. */
export function makeState(
  given: Pick<
    SchedulerState,
    | "run"
    | "flow"
    | "graph"
    | "keys"
    | "parameters"
    | "startedAt"
    | "scheduledAt"
    | "seed"
    | "now"
  >,
): SchedulerState {
  const { graph } = given;
  const index = indexGraph(graph);
  const lineOf = linesOf(graph);
  // Named one by one: what a spread makes has another hidden class from run to run, which slows down every step.
  return {
    run: given.run,
    flow: given.flow,
    graph,
    keys: given.keys,
    parameters: given.parameters,
    startedAt: given.startedAt,
    scheduledAt: given.scheduledAt,
    seed: given.seed,
    now: given.now,
    index,
    table: new TaskTable(index.nodes.length),
    limiter: new Limiter(graph.settings.limits),
    lines: [...new Set(lineOf)].filter((line) => line !== undefined),
    lineOf,
    state: "Running",
    message: undefined,
    endedAt: undefined,
    until: undefined,
    cancelRequested: false,
    cancelReason: undefined,
    expired: undefined,
    isCutShort: false,
    turns: 0,
    waiting: 0,
    nextPlace: undefined,
    unfinished: 0,
    active: 0,
    paused: 0,
    changed: [],
    attemptsBefore: new Map(),
    flowsBegun: new Map(),
  };
}

/** The line of each node that limits concern. */
function linesOf({ nodes, settings }: Graph): (Line | undefined)[] {
  if (settings.limits.length === 0) return [];
  const numbers = new Map(settings.limits.map(({ of }, at) => [of, at]));
  const lines = new Map<string, Line>();
  return nodes.map((node) => {
    if (node.kind !== "task" || node.operator) return undefined;
    const found = new Set(
      [
        `task ${node.task}`,
        ...node.options.tags.map((tag) => `tag ${tag}`),
      ].flatMap((of) => numbers.get(of) ?? []),
    );
    if (found.size === 0) return undefined;
    const key = [...found].sort((one, other) => one - other).join();
    let line = lines.get(key);
    if (!line) lines.set(key, (line = new Line([...found])));
    return line;
  });
}

/** An element of a map by its node and its places, for what outlives its number. */
export function elementId(node: NodeId, path: readonly number[]): string {
  return `${node}#${path.join(".")}`;
}

/** The node that a task run is one of. */
export function nodeOf(state: SchedulerState, number: TaskNumber): TaskNode {
  const node = state.index.nodes[state.table.node[number]!];
  if (node?.kind !== "task") throw new EngineBug(`Task ${number} is no task.`);
  return node;
}

/** What a task run is called in messages: `inc`, or `inc[3]` for an element of a map. */
export function nameOfRun(state: SchedulerState, number: TaskNumber): string {
  const { table } = state;
  const { name: given, operator } = nodeOf(state, number);
  // A case is named after its value only: "false was skipped" would say nothing.
  const name = operator?.type === "case" ? `the branch ${given}` : given;
  const own = table.details(number)?.name;
  return own ?? elementName(name, table.path(number));
}

/** What an element of a map is called, by its places from the outermost map on: `fetch[3][0]`; without places the name itself. */
export function elementName(name: string, path: readonly number[]): string {
  return name + path.map((place) => `[${place}]`).join("");
}

/** Notes that a run has changed, for the next snapshot. */
export function touch(state: SchedulerState, number: TaskNumber): void {
  const { table } = state;
  const node = table.node[number]!;
  if (table.has(node, flags.changed)) return;
  table.raise(node, flags.changed);
  state.changed.push(node);
}

export function move(
  state: SchedulerState,
  number: TaskNumber,
  to: State,
): void {
  const { table } = state;
  const from = table.stateNumber[number]!;
  const target = stateNumbers[to];
  if (!canMoveNumber(from, target))
    throw new EngineBug(
      `${nameOfRun(state, number)} cannot go from ${table.state(number)} to ${to}.`,
    );
  if (from === stateNumbers.Paused) state.paused -= 1;
  if (to === "Paused") state.paused += 1;
  table.stateNumber[number] = target;
  touch(state, number);
}

/** Notes whether something is under way for a task run. */
export function setActive(
  state: SchedulerState,
  number: TaskNumber,
  isActive: boolean,
): void {
  const { table } = state;
  if (table.has(number, flags.active) === isActive) return;
  if (isActive) {
    table.raise(number, flags.active);
    state.active += 1;
  } else {
    table.drop(number, flags.active);
    state.active -= 1;
  }
}

/** Opens the record of an attempt. */
export function openAttempt(
  state: SchedulerState,
  number: TaskNumber,
  attempt: number,
  at: Time,
): void {
  const { table } = state;
  // A sub-flow has been Running since the first of its tasks.
  if (table.state(number) === "Running") touch(state, number);
  else move(state, number, "Running");
  const details = table.details(number);
  if (details) {
    details.message = undefined;
    details.retryAt = undefined;
    details.until = undefined;
  }
  // The first attempt is in the columns; only a task that went on after it has a list.
  details?.attempts?.push({
    attempt,
    startedAt: at,
    endedAt: undefined,
    state: "Running",
    message: undefined,
  });
  table.attempt[number] = attempt;
  if (Number.isNaN(table.startedAt[number])) table.startedAt[number] = at;
  countStart(state, number, at);
}

/** Counts the start of an attempt under the limits that concern it. */
export function countStart(
  state: SchedulerState,
  number: TaskNumber,
  at: Time,
): void {
  const { table } = state;
  if (!table.has(number, flags.coming)) return;
  table.drop(number, flags.coming);
  state.limiter.begin(state.lineOf[table.node[number]!]!.limits, at);
}

/** Closes the record of an attempt after which the task goes on, with another attempt or a person's answer. */
export function recordAttempt(
  state: SchedulerState,
  number: TaskNumber,
  as: State,
  message: string | undefined,
  at: Time,
): void {
  const { table } = state;
  const details = table.edit(number);
  details.attempts ??= [
    {
      attempt: table.attempt[number]!,
      startedAt: table.startedAt[number]!,
      endedAt: undefined,
      state: "Running",
      message: undefined,
    },
  ];
  closeRecord(details, as, message, at);
}

function closeRecord(
  { attempts }: Details,
  as: State,
  message: string | undefined,
  at: Time,
): void {
  const record = attempts?.at(-1);
  if (!record || record.endedAt !== undefined) return;
  record.endedAt = at;
  record.state = as;
  record.message = message;
}

/** Makes one task run final, and its map as far as this completes it; what that means for others is the caller's. */
export function close(
  state: SchedulerState,
  number: TaskNumber,
  to: State,
  message: string | undefined,
  at: Time,
): void {
  const { table } = state;
  move(state, number, to);
  table.setMessage(number, message);
  const details = table.details(number);
  if (details) {
    details.retryAt = undefined;
    details.until = undefined;
    closeRecord(details, to, message, at);
  }
  table.drop(number, flags.committing);
  table.endedAt[number] = at;
  table.asked[number] = 0;
  setActive(state, number, false);
  release(state, number);
  state.unfinished -= 1;
  if (!table.isExpanded(number)) countFate(state, number);
}

/** Adds a final run to what its map knows of the ends of its elements. */
export function countFate({ table }: SchedulerState, number: TaskNumber): void {
  const ended = table.state(number);
  for (let run = table.parent[number]!; run >= 0; run = table.parent[run]!) {
    const details = table.edit(run);
    addFate((details.fates ??= noFates()), ended);
  }
}

export function noFates(): Fates {
  return { successful: 0, skipped: 0, failed: 0, cancelled: 0 };
}

/** How many runs these are. */
export function totalOf(fates: Fates): number {
  return fates.successful + fates.skipped + fates.failed + fates.cancelled;
}

/** Gives back the places under limits that a task run has. */
export function release(state: SchedulerState, number: TaskNumber): void {
  const { table } = state;
  if (!table.has(number, flags.placed)) return;
  const hasBegun = !table.has(number, flags.coming);
  table.drop(number, flags.placed | flags.coming);
  const { limits } = state.lineOf[table.node[number]!]!;
  state.limiter.leave(limits, hasBegun, state.now);
}
