import type { RunEvent, Time } from "../../core/events.ts";

/** What follows when somebody does something, however long nobody did. */
const endsRest: ReadonlySet<RunEvent["type"]> = new Set<RunEvent["type"]>([
  "run-resumed",
  "run-interrupted",
  "pause-answered",
  "task-marked",
]);
/** How much of the time in which something went on a rest takes at most when a run is replayed. */
const mostOfRest = 0.1;

/** A moment of a run, and how far its replay is then, in milliseconds. */
interface Corner {
  time: Time;
  played: number;
}

/**
 * The time of a run as it is replayed: what went on takes as long as it did, and a rest, in which the run only waited for a person,
 * a moment. A run that was resumed the next day would be a night in which nothing happens.
 */
export class PlayedTime {
  readonly start: Time;
  readonly end: Time;
  /** How long the replay of all of it is. */
  readonly length: number;
  /** Between two of these the one goes on in proportion to the other. */
  readonly #corners: readonly Corner[];

  constructor(events: readonly RunEvent[]) {
    this.start = events[0]?.at ?? 0;
    const rests: { from: Time; to: Time }[] = [];
    let end = this.start;
    for (const { type, at } of events) {
      if (at <= end) continue;
      if (endsRest.has(type)) rests.push({ from: end, to: at });
      end = at;
    }
    this.end = end;
    const rested = rests.reduce((sum, { from, to }) => sum + to - from, 0);
    const longest = Math.max(1, (end - this.start - rested) * mostOfRest);
    const corners = [{ time: this.start, played: 0 }];
    const goOn = (time: Time, atMost = Infinity) => {
      const before = corners.at(-1)!;
      const played = before.played + Math.min(time - before.time, atMost);
      corners.push({ time, played });
    };
    for (const { from, to } of rests) {
      goOn(from);
      goOn(to, longest);
    }
    goOn(end);
    this.#corners = corners;
    this.length = corners.at(-1)!.played;
  }

  /** How far the replay is at a time of the run. */
  playedAt(time: Time): number {
    return this.#convert(time, "time", "played");
  }

  /** The time of the run that is shown when the replay is so far. */
  timeAt(played: number): Time {
    return this.#convert(played, "played", "time");
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
