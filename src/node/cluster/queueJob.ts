import type { AttemptListener, AttemptRequest } from "../../engine/executor.ts";
import { waitForMore, type JobData } from "./messages.ts";

/** How many parts a job is given at most: all of them are kept until it is over. */
const mostParts = 5_000;

/** An attempt that was asked for and is not over: it waits, or is part of a job. */
export interface Wanted {
  readonly request: AttemptRequest;
  readonly listener: AttemptListener;
  /** How many times the attempt was given away, with this one. */
  readonly count: number;
  job: QueueJob | undefined;
  hasStarted: boolean;
  /** It is known what became of it. */
  isSettled: boolean;
}

/** A job of the queue. */
export class QueueJob {
  readonly id: string;
  readonly parts: Wanted[] = [];
  data: JobData | undefined;
  isAdded = false;
  isAdding = false;
  /** It is known what became of it. */
  isOver = false;
  /** Its parts of which the queue may still be needed: what became of them is not known, or not on disk. */
  readonly open = new Set<Wanted>();
  readonly #madeAt = performance.now();
  /** When it was given its last parts, in ms since 1970 UTC, and from which place on. */
  givenAt = 0;
  #givenFrom = 0;
  #taken: Promise<unknown> = Promise.resolve();

  constructor(id: string, parts: readonly Wanted[]) {
    this.id = id;
    this.give(parts);
  }

  give(parts: readonly Wanted[]): void {
    this.givenAt = Date.now();
    this.#givenFrom = this.parts.length;
    for (const part of parts) {
      part.job = this;
      this.parts.push(part);
      this.open.add(part);
    }
  }

  /** Takes back what it was given last, which keeps its places all the same: its worker may have got it. */
  takeBack(): Wanted[] {
    const parts = this.parts.slice(this.#givenFrom);
    for (const part of parts) this.open.delete(part);
    return parts;
  }

  /** Its parts of which it is not known what became of them, without those that another job has by now. */
  get unsettled(): Wanted[] {
    return this.parts.filter((part) => !part.isSettled && part.job === this);
  }

  /** Takes what is being read of the job when all has been taken that was to be read before; that may take longer. */
  inTurn<Read, Taken>(
    reading: Read | Promise<Read>,
    take: (read: Read) => Taken,
  ): Promise<Taken> {
    const before = this.#taken;
    const taken = (async () => {
      const read = await reading;
      await before;
      return take(read);
    })();
    this.#taken = taken.catch(() => {});
    return taken;
  }

  /** Whether it was given something after it had been made. What is added to the queue does not have that. */
  get hasGrown(): boolean {
    return this.#givenFrom > 0;
  }

  /** How long ago it was made, in milliseconds. */
  get age(): number {
    return performance.now() - this.#madeAt;
  }

  /** It has so many parts that others had better go into another job. */
  get isFull(): boolean {
    return this.parts.length >= mostParts;
  }

  /** The only part that it was given last. */
  get current(): Wanted | undefined {
    const isOne = this.parts.length === this.#givenFrom + 1;
    return isOne ? this.parts[this.#givenFrom] : undefined;
  }
}

/** A job whose worker waits for more. */
export interface Place {
  readonly job: QueueJob;
  readonly worker: string;
}

/** Jobs whose workers wait a moment for more. */
export class Places {
  #places: (Place & { until: number })[] = [];

  add(place: Place): void {
    const until = performance.now() + waitForMore;
    this.#places.push({ ...place, until });
  }

  /** Takes the one that came last: its worker is the warmest. */
  take(): Place | undefined {
    const now = performance.now();
    this.#places = this.#places.filter(
      ({ job, until }) => until > now && !job.isOver,
    );
    return this.#places.pop();
  }

  /** Takes all. */
  takeAll(): Place[] {
    const places: Place[] = [];
    for (let one = this.take(); one; one = this.take()) places.push(one);
    return places;
  }
}
