import type { JobQueue } from "./jobQueue.ts";
import type { Slot } from "./workerSlot.ts";

/** More workers are started when work has waited for so many milliseconds: what is small is known to be so by then. */
const hesitation = 20;

/** Where the cells of the notebook take longer than this to be evaluated, in milliseconds, work waits as it does for a task. */
const longestEvaluation = 200;

/** About how long a worker takes to start, in milliseconds; what is worked off by then needs none. */
const startTime = 50;

/**
 * Decides when more workers are started because there is more to do than those that there are can take. A start costs as much
 * as tens of thousands of small jobs, and takes processors from the workers that are at them.
 */
export class WorkerGrowth {
  readonly #slots: ReadonlySet<Slot>;
  readonly #queue: JobQueue;
  readonly #limit: number;
  readonly #spares: number;
  readonly #processors: number;
  readonly #spawn: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWanted = false;
  #hasProgressed = false;
  /** Some task's function has begun. */
  #hasBegun = false;

  /** At most `limit` workers are busy at once, and so many are kept as spares beyond those. */
  constructor(
    slots: ReadonlySet<Slot>,
    queue: JobQueue,
    {
      limit,
      spares,
      processors = countProcessors(),
    }: { limit: number; spares: number; processors?: number },
    spawn: () => void,
  ) {
    this.#slots = slots;
    this.#queue = queue;
    this.#limit = limit;
    this.#spares = spares;
    this.#processors = processors;
    this.#spawn = spawn;
  }

  /** All workers have been given what they can take. True if a job more makes no difference until one of them changes. */
  look(): boolean {
    const wanted = this.#wanted();
    const hasReady = this.#hasReady();
    // One, and whichever takes its place if it is ended, are needed whatever there is to do. Before a first one is there
    // nothing can be known of the jobs, and those that start together are there together if each has a processor.
    const few = 1 + this.#spares;
    this.#growTo(
      Math.min(wanted, hasReady ? few : Math.max(few, this.#processors)),
    );
    const { size } = this.#slots;
    const isWanted = size < wanted;
    // Jobs have waited for a while only when one that is there could have taken them.
    if (isWanted && hasReady) this.#want();
    else this.stop();
    return (
      this.#queue.size > 0 && (isWanted || size >= this.#limit + this.#spares)
    );
  }

  /** A job has ended. */
  progress(): void {
    this.#hasProgressed = true;
  }

  /** The function of a worker's first task begins. Jobs that have waited for the cells to be evaluated wait from now on. */
  begins(slot: Slot): void {
    slot.evaluatesSince = undefined;
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wait(Infinity);
  }

  /** No more workers are wanted. */
  stop(): void {
    this.#isWanted = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #hasReady(): boolean {
    for (const { isReady } of this.#slots) if (isReady) return true;
    return false;
  }

  #wanted(): number {
    let busy = 0;
    for (const { work } of this.#slots) if (work) busy += 1;
    return Math.min(busy + this.#queue.size, this.#limit) + this.#spares;
  }

  #want(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    // The time counts from the end of the turn: that of a large map takes longer, and answers wait for it.
    queueMicrotask(() => this.#wait(Infinity));
  }

  /** Waits, and starts more workers then, unless jobs have ended and so much work in milliseconds, or less, is expected. */
  #wait(little: number): void {
    if (!this.#isWanted || this.#timer !== undefined) return;
    this.#hasProgressed = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isEvaluating()) return this.#wait(little);
      const expected = this.#queue.expected();
      // The first runs of a small task take many times as long as those that follow.
      if (this.#hasProgressed && expected <= little)
        return this.#wait(startTime * this.#slots.size);
      this.#isWanted = false;
      this.#growTo(this.#wanted());
    }, hesitation);
  }

  /** How long that takes says nothing of tasks, and other workers would take as long. */
  #isEvaluating(): boolean {
    if (this.#hasBegun) return false;
    const latest = performance.now() - longestEvaluation;
    for (const { evaluatesSince = -Infinity } of this.#slots)
      if (evaluatesSince > latest) return true;
    return false;
  }

  #growTo(wanted: number): void {
    while (this.#slots.size < wanted) this.#spawn();
  }
}

/** As far as the platform says it, which Node does where it is given as the limit. */
function countProcessors(): number {
  const { navigator } = globalThis as { navigator?: Navigator };
  return navigator?.hardwareConcurrency || Infinity;
}
