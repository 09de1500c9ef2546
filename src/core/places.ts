import type { Command, TaskNumber } from "./events.ts";
import { describeLimit } from "./limits.ts";
import type { Line } from "./limits.ts";
import { setActive, touch } from "./schedulerState.ts";
import type { SchedulerState } from "./schedulerState.ts";
import { asked, flags } from "./taskTable.ts";
import { listNames } from "./words.ts";

/**
 * Asks for the next attempt; one that limits concern first has to get a place, see {@link admit}. The task run stays what it
 * is until the attempt has started.
 */
export function ask(
  state: SchedulerState,
  number: TaskNumber,
  commands: Command[],
): void {
  setActive(state, number, true);
  const line = state.lineOf[state.table.node[number]!];
  if (!line) {
    start(state, number, commands);
    return;
  }
  state.table.asked[number] = asked.place;
  line.join(number, state.turns++);
  state.waiting += 1;
  touch(state, number);
}

/** Asks for the fallback; its number is one of an attempt's, by which events about it are told apart. */
export function askForFallback(
  state: SchedulerState,
  number: TaskNumber,
  commands: Command[],
): void {
  const { table } = state;
  table.raise(number, flags.fallback);
  ask(state, number, commands);
}

/** Gives places to those that wait for one, in order; one that has to wait longer holds up only those that wait for the same. */
export function admit(state: SchedulerState, commands: Command[]): void {
  while (state.waiting > 0) {
    let next: Line | undefined;
    let until = Infinity;
    for (const line of state.lines) {
      dismiss(state, line);
      if (line.first === undefined) continue;
      const obstacle = state.limiter.obstacle(line.limits, state.now);
      if (obstacle !== undefined) until = Math.min(until, obstacle);
      else if (!next || line.turn < next.turn) next = line;
    }
    if (!next) {
      if (until < (state.nextPlace ?? Infinity))
        setPlaceTimer(state, until, commands);
      return;
    }
    const number = next.first!;
    next.leave();
    state.waiting -= 1;
    enter(state, number, next);
    start(state, number, commands);
  }
}

function enter(state: SchedulerState, number: TaskNumber, line: Line): void {
  state.limiter.enter(line.limits);
  state.table.raise(number, flags.placed | flags.coming);
  touch(state, number);
}

/**
 * Gives a place to one that waits for it although its attempt has been made, as in the events of a run in which starts were
 * counted from another moment.
 */
export function letIn(
  state: SchedulerState,
  number: TaskNumber,
  attempt: number,
): void {
  const { table } = state;
  if (table.asked[number] !== asked.place) return;
  if (attempt !== table.attempt[number]! + 1) return;
  table.asked[number] = attempt;
  enter(state, number, state.lineOf[table.node[number]!]!);
}

/** Takes those out of the head of a line that are over by now. */
function dismiss(state: SchedulerState, line: Line): void {
  for (let first = line.first; first !== undefined; first = line.first) {
    if (state.table.asked[first] === asked.place) return;
    line.leave();
    state.waiting -= 1;
  }
}

function setPlaceTimer(
  state: SchedulerState,
  at: number,
  commands: Command[],
): void {
  state.nextPlace = at;
  commands.push({
    type: "set-timer",
    task: -1,
    attempt: 0,
    timer: "limit",
    at,
  });
}

function start(
  { table }: SchedulerState,
  number: TaskNumber,
  commands: Command[],
): void {
  const attempt = table.attempt[number]! + 1;
  table.asked[number] = attempt;
  const command: Command = { type: "start-attempt", task: number, attempt };
  if (table.has(number, flags.fallback)) {
    command.fallback = true;
    const details = table.edit(number);
    details.fallbacks = [...(details.fallbacks ?? []), attempt];
  }
  if (table.has(number, flags.resumed)) command.resumed = true;
  commands.push(command);
}

/** What a task run waits for a place under, for people. */
export function tellWait(state: SchedulerState, number: TaskNumber): string {
  const { limits } = state.lineOf[state.table.node[number]!]!;
  const told = limits
    .map((at) => state.graph.settings.limits[at]!)
    .map((limit) => `${limit.of}: ${describeLimit(limit)}`);
  return `Waits for a place (${listNames(told)}).`;
}
