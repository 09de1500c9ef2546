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

/**
 * Limits that are being kept. Each limit has a number; a task run needs a place in all that concern it. For a rate it is a
 * start that is coming from when it has its place, and counts from when it begins: what happens in between takes its time.
 */
export class Limiter {
  readonly #limits: readonly Limit[];
  readonly #inUse: Int32Array;
  /** The moments of the last starts, oldest first, of limits with a rate. */
  readonly #starts: Time[][];
  /** How many have a place and have not begun. */
  readonly #coming: Int32Array;

  constructor(limits: readonly Limit[]) {
    this.#limits = limits;
    this.#inUse = new Int32Array(limits.length);
    this.#starts = limits.map(() => []);
    this.#coming = new Int32Array(limits.length);
  }

  /** What keeps a task run from starting now: the time when it may, Infinity if another one has to begin or end first; undefined if nothing does. */
  obstacle(numbers: readonly number[], now: Time): Time | undefined {
    let until: Time | undefined;
    for (const number of numbers) {
      const limit = this.#limits[number]!;
      if (limit.atOnce !== undefined && this.#inUse[number]! >= limit.atOnce)
        return Infinity;
      if (limit.starts === undefined || limit.per === undefined) continue;
      const starts = this.#starts[number]!;
      while (starts.length > 0 && starts[0]! <= now - limit.per) starts.shift();
      const left = limit.starts - this.#coming[number]!;
      if (left <= 0) return Infinity;
      if (starts.length < left) continue;
      const free = starts[starts.length - left]! + limit.per;
      if (until === undefined || free > until) until = free;
    }
    return until;
  }

  /** Takes a place in each of these limits. */
  enter(numbers: readonly number[]): void {
    for (const number of numbers) {
      this.#inUse[number]! += 1;
      this.#coming[number]! += 1;
    }
  }

  /** One that has a place has begun. */
  begin(numbers: readonly number[], at: Time): void {
    for (const number of numbers) {
      this.#coming[number]! -= 1;
      if (this.#limits[number]!.starts === undefined) continue;
      const starts = this.#starts[number]!;
      starts.push(at);
      // Of those that are told of together, each tells its own time.
      if (starts.length > 1 && starts.at(-2)! > at)
        starts.sort((one, other) => one - other);
    }
  }

  /** Gives the places back. One that is not known to have begun may have: its worker could not tell any more. */
  leave(numbers: readonly number[], hasBegun: boolean, at: Time): void {
    if (!hasBegun) this.begin(numbers, at);
    for (const number of numbers) this.#inUse[number]! -= 1;
  }

  /** Whether one of these is a rate. */
  hasRate(numbers: readonly number[]): boolean {
    return numbers.some((number) => this.#limits[number]!.starts !== undefined);
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
