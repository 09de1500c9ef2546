import type { Time } from "../core/events.ts";
import type { Rest } from "../core/rests.ts";

/** How much of the time that was no rest a rest counts at most: a run that was resumed the next day would be a night in which nothing happens. */
const mostOfRest = 0.1;

/** The rests that lie between two times, cut off there. */
function restsBetween(
  rests: readonly Rest[],
  start: Time,
  end: Time,
): readonly Rest[] {
  return rests.flatMap(({ from, to }) => {
    const cut = { from: Math.max(from, start), to: Math.min(to, end) };
    return cut.from < cut.to ? [cut] : [];
  });
}

/** A moment at which the pace changes, and how far from the start it is laid out, in milliseconds. */
export interface Corner {
  time: Time;
  at: number;
}

/** How time is laid out from left to right where rests take little room. */
export class Passage {
  readonly start: Time;
  readonly end: Time;
  readonly rests: readonly Rest[];
  /** Milliseconds without the rests. */
  readonly worked: number;
  /** The most that a rest counts, in such milliseconds. */
  readonly #longest: number;

  /** Of the time between two moments. */
  constructor(start: Time, end: Time, rests: readonly Rest[] = []) {
    this.start = start;
    this.end = end;
    this.rests = restsBetween(rests, start, end);
    const rested = this.rests.reduce((sum, { from, to }) => sum + to - from, 0);
    this.worked = end - start - rested;
    this.#longest = Math.max(1, this.worked * mostOfRest);
  }

  /** The start, the moments at which the pace changes, and the end. */
  corners(): Corner[] {
    const corners: Corner[] = [{ time: this.start, at: 0 }];
    const goOn = (time: Time, atMost = Infinity): void => {
      const before = corners.at(-1)!;
      if (time > before.time)
        corners.push({
          time,
          at: before.at + Math.min(time - before.time, atMost),
        });
    };
    for (const { from, to } of this.rests) {
      goOn(from);
      goOn(to, this.#longest);
    }
    goOn(this.end);
    return corners;
  }

  /** The moment at which so much had been worked, in milliseconds; the first one, if a rest came then. */
  timeAfter(worked: number): Time {
    let time = this.start + worked;
    for (const { from, to } of this.rests) if (time > from) time += to - from;
    return time;
  }

  /** How much had been worked at a moment, in milliseconds. */
  workedAt(time: Time): number {
    return this.rests.reduce(
      (worked, { from, to }) => worked - Math.max(0, Math.min(time, to) - from),
      time - this.start,
    );
  }
}
