import type { RunEvent } from "../core/events.ts";
import type { RunState } from "../core/run.ts";
import { isFinal } from "../core/state.ts";
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

  /** Settles when the run is final; at once if it is. */
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

  /** Forgets the notebook before. */
  clear(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#waiters.clear();
  }

  #setTimer(run: RunState): void {
    const next = firstToExpire(run);
    if (!next) return;
    const { task, attempt, until } = next;
    const cancel = this.#clock.setTimer(until, () => {
      // A clock may be a little early.
      const at = Math.max(this.#clock.now(), until);
      this.#expire(run.run, {
        type: "timer-fired",
        at,
        task,
        attempt,
        timer: "pause",
      });
    });
    this.#timers.set(run.run, cancel);
  }
}

/** The task that gives up waiting first. */
function firstToExpire(
  run: RunState,
): { task: number; attempt: number; until: number } | undefined {
  let first: { task: number; attempt: number; until: number } | undefined;
  for (const { task, run: one } of pausedTasks(run))
    if (one.until !== undefined && (!first || one.until < first.until))
      first = { task, attempt: one.attempt, until: one.until };
  return first;
}

/** The tasks of a run that wait for a person, elements of maps too, with their numbers. */
export function pausedTasks(run: RunState): {
  task: number;
  node: string;
  path: readonly number[];
  run: ReturnType<typeof run.tasks.get> & object;
}[] {
  const found: ReturnType<typeof pausedTasks> = [];
  for (const [node, task] of run.tasks) {
    if (task.state === "Paused")
      found.push({ task: run.numberOf(node)!, node, path: [], run: task });
    const { children } = task;
    if (!children?.counts.Paused) continue;
    for (let at = 0; at < children.count; at += 1) {
      if (children.stateOf(at) !== "Paused") continue;
      const path = children.pathOf(at);
      const number = run.numberOf(node, path)!;
      found.push({ task: number, node, path, run: children.run(at) });
    }
  }
  return found;
}
