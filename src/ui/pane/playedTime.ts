import type { RunEvent, Time } from "../../core/events.ts";
import { restsOf } from "../../core/rests.ts";
import { Passage, type Corner } from "../../views/passage.ts";

/**
 * The time of a run as it is replayed: what went on takes as long as it did, and a rest, in which the run only waited for a person,
 * a moment.
 */
export class PlayedTime {
  readonly start: Time;
  readonly end: Time;
  /** How long the replay of all of it is, in milliseconds. */
  readonly length: number;
  /** Between two of these the one goes on in proportion to the other. */
  readonly #corners: readonly Corner[];

  constructor(events: readonly RunEvent[]) {
    this.start = events[0]?.at ?? 0;
    this.end = events.reduce((end, { at }) => Math.max(end, at), this.start);
    const passage = new Passage(this.start, this.end, restsOf(events));
    this.#corners = passage.corners();
    this.length = this.#corners.at(-1)!.at;
  }

  /** How far the replay is at a time of the run. */
  playedAt(time: Time): number {
    return this.#convert(time, "time", "at");
  }

  /** The time of the run that is shown when the replay is so far. */
  timeAt(played: number): Time {
    return this.#convert(played, "at", "time");
  }

  #convert(value: number, given: keyof Corner, wanted: keyof Corner): number {
    const next = this.#corners.findIndex((corner) => corner[given] > value);
    const after = this.#corners[next];
    if (!after) return this.#corners.at(-1)![wanted];
    const before = this.#corners[next - 1];
    if (!before) return after[wanted];
    const share = (value - before[given]) / (after[given] - before[given]);
    return before[wanted] + share * (after[wanted] - before[wanted]);
  }
}
