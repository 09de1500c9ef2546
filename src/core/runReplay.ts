import type { RunEvent, Time } from "./events.ts";
import type { RunState } from "./run.ts";
import { start, step, type SchedulerState } from "./scheduler.ts";
import { snapshot } from "./snapshot.ts";

/**
 * A run as it was at any time, to look back and forth in. Forth costs what happened in between, back what happened until
 * then. The list of events may grow meanwhile.
 */
export class RunReplay {
  readonly #events: () => readonly RunEvent[];
  /** What has been replayed so far: the first `#count` events of this list. */
  #list: readonly RunEvent[] = [];
  #count = 0;
  #reached: Time = -Infinity;
  #state: SchedulerState | undefined;
  #shown: RunState | undefined;

  /** `events` gives the events of the run as they are known by now; the first one starts it. */
  constructor(events: () => readonly RunEvent[]) {
    this.#events = events;
  }

  /** The run as it was; before its beginning as it was then. undefined while nothing is known of it. */
  at(time: Time): RunState | undefined {
    const events = this.#events();
    if (events !== this.#list || time < this.#reached) {
      this.#list = events;
      this.#count = 0;
      this.#state = this.#shown = undefined;
    }
    this.#reached = time;
    const before = this.#count;
    for (; this.#count < events.length; this.#count += 1) {
      const event = events[this.#count]!;
      // What was worked out in another order than it happened in is at most a moment late.
      if (event.at > time && this.#state) break;
      if (this.#state) this.#state = step(this.#state, event).state;
      else if (event.type === "run-started") this.#state = start(event).state;
      else return undefined;
    }
    if (!this.#state) return undefined;
    if (!this.#shown || this.#count !== before)
      this.#shown = snapshot(this.#state, this.#shown);
    return this.#shown;
  }
}
