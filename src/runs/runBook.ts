import type { RunEvent } from "../core/events.ts";
import type { RunState } from "../core/run.ts";
import { start, step, type SchedulerState } from "../core/scheduler.ts";
import { snapshot } from "../core/snapshot.ts";
import { isFinal } from "../core/state.ts";
import type { StoredRun } from "../engine/services.ts";

/** All runs of the open notebook, as replays of their events. */
export class RunBook {
  #events = new Map<string, RunEvent[]>();
  #states = new Map<string, SchedulerState>();
  /** What the page holds: a new object for each change, for the scheduler goes on with its own. */
  #shown = new Map<string, RunState>();

  /**
   * Takes the runs that were found on disk, oldest first or last; gives those that no engine works on though they were under
   * way. Runs in which all that is left waits for people are not among these.
   */
  load(stored: readonly StoredRun[]): string[] {
    this.#events.clear();
    this.#states.clear();
    this.#shown.clear();
    const unfinished: string[] = [];
    for (const { id, events } of [...stored].sort(byStart)) {
      for (const event of events) this.#apply(id, event);
      const state = this.#states.get(id)?.state;
      if (!state) continue;
      this.#show(id);
      if (!isFinal(state) && state !== "Paused") unfinished.push(id);
    }
    return unfinished;
  }

  /**
   * Takes events as they come in, piece by piece; `first` is the place of a piece in the run's list. Pieces and the whole
   * list come from the engine by different ways, so that a piece may come after the list that has it. One that follows on
   * nothing known waits for the list.
   */
  add(run: string, first: number, events: readonly RunEvent[]): void {
    const known = this.events(run).length;
    if (first > known) return;
    for (const event of events.slice(known - first)) this.#apply(run, event);
    this.#show(run);
  }

  /** Takes the whole list at the end of a run in place of what came in so far. */
  settle(run: string, events: readonly RunEvent[]): void {
    if (!isContinued(this.#events.get(run) ?? [], events)) {
      this.#events.delete(run);
      this.#states.delete(run);
      for (const event of events) this.#apply(run, event);
    } else
      for (const event of events.slice(this.#events.get(run)?.length ?? 0))
        this.#apply(run, event);
    this.#show(run);
  }

  events(run: string): readonly RunEvent[] {
    return this.#events.get(run) ?? [];
  }

  state(run: string): RunState | undefined {
    return this.#shown.get(run);
  }

  /** Newest first, in whatever order they came in; of those that began at once, the one that came last is the newest. */
  list(): readonly RunState[] {
    return [...this.#shown.values()]
      .sort((a, b) => a.startedAt - b.startedAt)
      .reverse();
  }

  /** The newest run of a flow. */
  last(flow: string): RunState | undefined {
    return this.list().find((run) => run.flow === flow);
  }

  #apply(run: string, event: RunEvent): void {
    const state = this.#states.get(run);
    if (state) this.#states.set(run, step(state, event).state);
    else if (event.type === "run-started")
      this.#states.set(run, start(event).state);
    else return;
    const events = this.#events.get(run);
    if (events) events.push(event);
    else this.#events.set(run, [event]);
  }

  #show(run: string): void {
    const state = this.#states.get(run);
    if (state) this.#shown.set(run, snapshot(state, this.#shown.get(run)));
  }
}

/** Whether the events of one list are the first of the other, in the same order: then only what is new has to be replayed. */
function isContinued(
  known: readonly RunEvent[],
  events: readonly RunEvent[],
): boolean {
  return (
    known.length <= events.length &&
    known.every((event, at) => isSame(event, events[at]!))
  );
}

/** Two copies of an event: the same kind at the same time about the same task. */
function isSame(one: RunEvent, other: RunEvent): boolean {
  if (one.type !== other.type || one.at !== other.at) return false;
  if (!("task" in one) || !("task" in other)) return true;
  return one.task === other.task;
}

function byStart(a: StoredRun, b: StoredRun): number {
  return (a.events[0]?.at ?? 0) - (b.events[0]?.at ?? 0);
}
