import type { RunEvent, Timer } from "../core/events.ts";
import type { RunState, TaskRun } from "../core/run.ts";
import { isFinal } from "../core/state.ts";
import type { State } from "../core/state.ts";
import type { Clock } from "../engine/clock.ts";

/**
 * Runs in which all that is left waits for people. Whoever started one is told when it is final, and when nobody answers in
 * time, it goes on by itself.
 */
export class WaitingRuns {
  #waiters = new Map<string, (() => void)[]>();
  /** What takes the timer of each run back. */
  #timers = new Map<string, () => void>();
  #clock: Clock;
  #expire: (run: string, event: RunEvent & { type: "timer-fired" }) => void;

  constructor(
    clock: Clock,
    expire: (run: string, event: RunEvent & { type: "timer-fired" }) => void,
  ) {
    this.#clock = clock;
    this.#expire = expire;
  }

  /** Settles when the run is final, at once if it is; or when its notebook is left. */
  untilFinal(run: RunState): Promise<void> {
    if (isFinal(run.state)) return Promise.resolve();
    return new Promise((resolve) => {
      const list = this.#waiters.get(run.run);
      if (list) list.push(resolve);
      else this.#waiters.set(run.run, [resolve]);
    });
  }

  /** Takes note of how a run stands now that no engine works on it. */
  look(run: RunState): void {
    this.#timers.get(run.run)?.();
    this.#timers.delete(run.run);
    if (isFinal(run.state)) {
      const list = this.#waiters.get(run.run) ?? [];
      this.#waiters.delete(run.run);
      for (const resolve of list) resolve();
    } else this.#setTimer(run);
  }

  /** Forgets the notebook before; who waits for one of its runs waits no longer. */
  clear(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    for (const list of this.#waiters.values())
      for (const resolve of list) resolve();
    this.#waiters.clear();
  }

  #setTimer(run: RunState): void {
    const next = firstToExpire(run);
    if (!next) return;
    const { until, ...timer } = next;
    const cancel = this.#clock.setTimer(until, () => {
      // A clock may be a little early.
      const at = Math.max(this.#clock.now(), until);
      this.#expire(run.run, { type: "timer-fired", at, ...timer });
    });
    this.#timers.set(run.run, cancel);
  }
}

/** That the time is over which a run that waits gave a person, itself or a sub-flow, if it is by now: what was over first. */
function overdueTimer(
  run: RunState,
  now: number,
): (RunEvent & { type: "timer-fired" }) | undefined {
  const first = isFinal(run.state) ? undefined : firstToExpire(run);
  if (!first || first.until > now) return undefined;
  const { task, attempt, timer } = first;
  return { type: "timer-fired", at: now, task, attempt, timer };
}

/**
 * Has all that is over by now expire, one after the other, as `expire` says, and gives what the run is then. What expires without
 * a change is not tried again.
 */
export async function expireOverdue(
  run: RunState | undefined,
  now: () => number,
  expire: (
    run: RunState,
    event: RunEvent & { type: "timer-fired" },
  ) => Promise<RunState>,
): Promise<RunState | undefined> {
  const expired = new Set<string>();
  for (let last = run; last;) {
    const event = overdueTimer(last, now());
    const of = event && `${event.timer} ${event.task} ${event.attempt}`;
    if (!of || expired.has(of)) return last;
    expired.add(of);
    last = await expire(last, event);
  }
  return undefined;
}

/** The end of a time that a run, a sub-flow or a person is given. */
interface Deadline {
  task: number;
  attempt: number;
  timer: Timer;
  until: number;
}

/** What is over first: the time for the run, for one of its sub-flows, or for a person to answer. */
function firstToExpire(run: RunState): Deadline | undefined {
  let first: Deadline | undefined;
  const look = (until: number | undefined, of: Omit<Deadline, "until">) => {
    if (until !== undefined && (!first || until < first.until))
      first = { ...of, until };
  };
  look(run.until, { task: -1, attempt: 0, timer: "run" });
  for (const { task, run: one } of pausedTasks(run))
    look(one.until, { task, attempt: one.attempt, timer: "pause" });
  for (const { task, run: one } of openFlows(run))
    look(one.until, { task, attempt: 0, timer: "timeout" });
  return first;
}

/** A task run with its number, and where in its map it is. */
export interface Found {
  task: number;
  node: string;
  path: readonly number[];
  run: TaskRun;
}

/** The tasks of a run that wait for a person, elements of maps too. */
export function pausedTasks(run: RunState): Found[] {
  return [...run.tasks.keys()].flatMap((node) => findRuns(run, node, "Paused"));
}

/** The sub-flows of a run that have begun and are not over. */
function openFlows(run: RunState): Found[] {
  return run.graph.nodes
    .filter((node) => node.kind === "task" && node.operator?.type === "flow")
    .flatMap(({ id }) => findRuns(run, id, "Running"));
}

/** The runs of a node, or of the elements of its map, that are in a state. */
function findRuns(run: RunState, node: string, state: State): Found[] {
  const task = run.tasks.get(node);
  if (!task) return [];
  const found: Found[] = [];
  if (task.state === state)
    found.push({ task: run.numberOf(node)!, node, path: [], run: task });
  const { children } = task;
  if (!children?.counts[state]) return found;
  for (let at = 0; at < children.count; at += 1) {
    if (children.stateOf(at) !== state) continue;
    const path = children.pathOf(at);
    const number = run.numberOf(node, path)!;
    found.push({ task: number, node, path, run: children.run(at) });
  }
  return found;
}
