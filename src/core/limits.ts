import { units } from "./duration.ts";
import type { Time } from "./events.ts";

/**
 * A limit on task runs: those of one task, or of all tasks with a tag.
 * `atOnce` is how many may go on at the same time; `starts` how many may start within `per` milliseconds.
 */
export interface Limit {
  /** `task fetchPage` or `tag api`. */
  of: string;
  atOnce?: number;
  starts?: number;
  per?: number;
}

/** Limits that are being kept. Each limit has a number; a task run needs a place in all that concern it. */
export class Limiter {
  readonly #limits: readonly Limit[];
  readonly #inUse: Int32Array;
  /** The moments of the last starts, oldest first, of limits with a rate. */
  readonly #starts: Time[][];

  constructor(limits: readonly Limit[]) {
    this.#limits = limits;
    this.#inUse = new Int32Array(limits.length);
    this.#starts = limits.map(() => []);
  }

  /** What keeps a task run from starting now: the time when it may, Infinity if another one has to end first; undefined if nothing does. */
  obstacle(numbers: readonly number[], now: Time): Time | undefined {
    let until: Time | undefined;
    for (const number of numbers) {
      const limit = this.#limits[number]!;
      if (limit.atOnce !== undefined && this.#inUse[number]! >= limit.atOnce)
        return Infinity;
      if (limit.starts === undefined || limit.per === undefined) continue;
      const starts = this.#starts[number]!;
      while (starts.length > 0 && starts[0]! <= now - limit.per) starts.shift();
      if (starts.length < limit.starts) continue;
      const free = starts[starts.length - limit.starts]! + limit.per;
      if (until === undefined || free > until) until = free;
    }
    return until;
  }

  /** Takes a place in each of these limits. */
  enter(numbers: readonly number[], now: Time): void {
    for (const number of numbers) {
      this.#inUse[number]! += 1;
      if (this.#limits[number]!.starts !== undefined)
        this.#starts[number]!.push(now);
    }
  }

  /** Gives the places back. */
  leave(numbers: readonly number[]): void {
    for (const number of numbers) this.#inUse[number]! -= 1;
  }
}

/** Those that wait for a place under the same limits, each with the number of its turn: the lower one comes first. */
export class Line {
  readonly limits: readonly number[];
  #waiting: number[] = [];
  #turns: number[] = [];
  #head = 0;

  constructor(limits: readonly number[]) {
    this.limits = limits;
  }

  /** The first in the line, and its turn. */
  get first(): number | undefined {
    return this.#waiting[this.#head];
  }

  get turn(): number {
    return this.#turns[this.#head] ?? Infinity;
  }

  join(one: number, turn: number): void {
    this.#waiting.push(one);
    this.#turns.push(turn);
  }

  /** Takes the first out of the line. */
  leave(): void {
    this.#head += 1;
    if (this.#head < 1000 || this.#head * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#head);
    this.#turns = this.#turns.slice(this.#head);
    this.#head = 0;
  }
}

/** `at most 2 at once`, `at most 5 per second`. */
export function describeLimit({ atOnce, starts, per }: Limit): string {
  const parts: string[] = [];
  if (atOnce !== undefined) parts.push(`at most ${atOnce} at once`);
  if (starts !== undefined)
    parts.push(
      `at most ${starts} per ${per === units.s ? "second" : per === units.m ? "minute" : "hour"}`,
    );
  return parts.join(", ");
}

/** Limits with one entry for each thing that is limited: of several limits of a kind the lowest counts. */
export function joinLimits(limits: readonly Limit[]): Limit[] {
  const joined = new Map<string, Limit>();
  for (const limit of limits) {
    const known = joined.get(limit.of);
    if (!known) {
      joined.set(limit.of, { ...limit });
      continue;
    }
    if (limit.atOnce !== undefined)
      known.atOnce = Math.min(known.atOnce ?? Infinity, limit.atOnce);
    if (limit.starts !== undefined && limit.per !== undefined) {
      const isLower =
        known.starts === undefined ||
        known.per === undefined ||
        limit.starts / limit.per < known.starts / known.per;
      if (isLower) {
        known.starts = limit.starts;
        known.per = limit.per;
      }
    }
  }
  return [...joined.values()];
}
