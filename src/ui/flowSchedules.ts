import type { Schedule } from "../core/schedule.ts";
import { nextTime } from "../core/schedule.ts";
import type { Clock } from "../engine/clock.ts";

/** A flow with the times at which it runs by itself. */
export interface ScheduledFlow {
  flow: string;
  schedules: readonly Schedule[];
}

/** When a flow runs next by itself, and with what. */
export interface NextRun {
  flow: string;
  at: number;
  parameters: Readonly<Record<string, unknown>>;
}

/** A time that comes later than this was slept through, and is missed. */
const tolerance = 60_000;

/** Timers stand still while the machine sleeps, so the time is looked at this often. */
const longestWait = 30_000;

/**
 * Starts flows at their times, while the notebook is open in this tab and may be changed here (so in one tab only).
 *
 * A time that passed while the notebook was closed, or the machine slept, is missed and not made up. So is one at which
 * another run is still going on.
 */
export class FlowSchedules {
  #run: (due: readonly NextRun[]) => void;
  #changed: () => void;
  #flows: readonly ScheduledFlow[] = [];
  #text = "";
  #plannedAt = 0;
  #next = new Map<string, NextRun>();
  #cancelTimer = () => {};
  #clock: Clock;

  /** `run` is given the flows of one moment together; `changed` is called when what comes next has changed. */
  constructor(
    clock: Clock,
    run: (due: readonly NextRun[]) => void,
    changed: () => void,
  ) {
    this.#clock = clock;
    this.#run = run;
    this.#changed = changed;
  }

  /** Takes the flows whose schedules are in force; none to stop. */
  set(flows: readonly ScheduledFlow[]): void {
    const text = JSON.stringify(flows);
    if (text === this.#text) return;
    this.#text = text;
    this.#flows = flows;
    this.#plan(this.#clock.now());
  }

  /** When a flow runs next by itself. */
  next(flow: string): NextRun | undefined {
    return this.#next.get(flow);
  }

  #plan(after: number): void {
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    this.#next.clear();
    this.#plannedAt = after;
    for (const { flow, schedules } of this.#flows) {
      const next = firstOf(flow, schedules, after);
      if (next) this.#next.set(flow, next);
    }
    this.#changed();
    const first = Math.min(...[...this.#next.values()].map(({ at }) => at));
    if (first !== Infinity) this.#wait(first);
  }

  #wait(first: number): void {
    const soon = Math.min(first, this.#clock.now() + longestWait);
    this.#cancelTimer = this.#clock.setTimer(soon, () => this.#wake(first));
  }

  #wake(first: number): void {
    const now = this.#clock.now();
    // The clock had been ahead: what was planned is not what comes next.
    if (now < this.#plannedAt - tolerance) return this.#plan(now);
    if (now < first) return this.#wait(first);
    const due = [...this.#next.values()].filter(
      ({ at }) => at <= now && at > now - tolerance,
    );
    this.#plan(now);
    this.#run(due);
  }
}

/** The first time after a moment that any of the schedules is due. */
function firstOf(
  flow: string,
  schedules: readonly Schedule[],
  after: number,
): NextRun | undefined {
  let first: NextRun | undefined;
  for (const schedule of schedules) {
    const at = nextTime(schedule, after);
    if (at !== undefined && (!first || at < first.at))
      first = { flow, at, parameters: schedule.parameters ?? {} };
  }
  return first;
}
