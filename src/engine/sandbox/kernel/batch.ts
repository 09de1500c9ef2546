import type { FromWorker } from "../../protocol.ts";
import { refuseEmptied } from "./copy.ts";
import type { Answer } from "./job.ts";
import type { Platform } from "./platform.ts";

/**
 * An attempt that takes longer than this, in milliseconds, is told of, and if it waits for something, those after it are given
 * back; and results wait no longer than this to be sent.
 */
const patience = 20;

/** After so many times that long, an attempt fails with an error that nobody caught, which may be that of an earlier one. */
const ticksUntilLost = 50;

/**
 * Several attempts one after the other, each expected to take less time than a message does. Results are sent together. As
 * soon as there is anything else to say of an attempt, what came before it is sent, and then that it has begun.
 */
export class Batch {
  /** The platform for the jobs of the batch. */
  readonly platform: Platform;
  #outside: Platform;
  #deliver: (answer: Answer) => void;
  #abort: (error: unknown) => void;
  #last: number;
  #first: number;
  #values: unknown[] = [];
  #startedAt: number[] = [];
  #endedAt: number[] = [];
  #names: string[] = [];
  #took = 0;
  #current = -1;
  #currentAt = 0;
  #isTold = false;
  #ticks = 0;
  #lost: { error: unknown } | undefined;
  #timer: number;

  /** `deliver` sends an answer that may turn out not to be copyable; `abort` ends the attempt that goes on with an error. */
  constructor(
    platform: Platform,
    first: number,
    count: number,
    {
      deliver,
      abort,
    }: {
      deliver: (answer: Answer) => void;
      abort: (error: unknown) => void;
    },
  ) {
    this.#outside = platform;
    this.#deliver = deliver;
    this.#abort = abort;
    this.#first = first;
    this.#last = first + count - 1;
    this.platform = {
      ...platform,
      post: (message) => {
        this.#tell();
        platform.post(message);
        if (message.type === "spoiled") this.handBack();
      },
    };
    this.#timer = this.#wait();
  }

  /** Whether this attempt is still to be made here; if so, it goes on from now. */
  begin(job: number): boolean {
    if (job > this.#last) return false;
    this.#current = job;
    this.#currentAt = this.#outside.now();
    this.#isTold = false;
    this.#ticks = 0;
    this.#lost = undefined;
    return true;
  }

  /** The attempt that goes on has ended like this; a function has given it that name, if any. */
  end(answer: Answer, name = ""): void {
    if (answer.type !== "returned" || this.#isTold) {
      this.#tell();
      this.#sayName(answer.job, name);
      this.#deliver(answer);
      return;
    }
    if (this.#values.length === 0) this.#first = this.#current;
    this.#values.push(answer.value);
    this.#names.push(name);
    this.#startedAt.push(this.#currentAt);
    const now = this.#outside.now();
    this.#endedAt.push(now);
    this.#took += answer.took ?? 0;
    if (now - this.#startedAt[0]! >= patience) this.#flush();
  }

  /** All attempts have ended. */
  close(): void {
    this.#outside.clearTimeout(this.#timer);
    this.#flush();
  }

  /**
   * An error that nobody caught. Rejections are heard of late, so one may be that of an attempt which has ended; an
   * attempt that goes on for long is taken to wait for what it is about.
   */
  fail(error: unknown): void {
    if (this.#ticks > 1) this.#abort(error);
    else this.#lost ??= { error };
  }

  /** Tells which attempts are over, and gives back those that have not begun; called while the one that goes on waits. */
  handBack(): void {
    this.#tell();
    this.#last = this.#current;
    this.#outside.post({ type: "handed-back", job: this.#current });
  }

  #wait(): number {
    return this.#outside.setTimeout(() => {
      this.#timer = this.#wait();
      this.#ticks += 1;
      if (this.#ticks > 1) {
        this.#tell();
        // Others need not wait for what it waits for.
        if (this.#current !== this.#last) this.handBack();
      }
      if (this.#lost && this.#ticks >= ticksUntilLost)
        this.#abort(this.#lost.error);
    }, patience);
  }

  #tell(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#flush();
    this.#outside.post({ type: "begun", job: this.#current });
  }

  #sayName(job: number, name: string): void {
    if (name) this.#outside.post({ type: "named", job, name });
  }

  #flush(): void {
    const values = this.#values;
    const names = this.#names;
    const first = this.#first;
    if (values.length === 0) return;
    const message: FromWorker = {
      type: "returned-all",
      job: first,
      values,
      startedAt: new Float64Array(this.#startedAt),
      endedAt: new Float64Array(this.#endedAt),
      took: this.#took,
      ...(names.some(Boolean) ? { names } : {}),
    };
    this.#values = [];
    this.#names = [];
    this.#startedAt = [];
    this.#endedAt = [];
    this.#took = 0;
    try {
      refuseEmptied(values);
      this.#outside.post(message);
    } catch {
      // One of them cannot be copied; each on its own says which.
      values.forEach((value, index) => {
        this.#outside.post({ type: "begun", job: first + index });
        this.#sayName(first + index, names[index]!);
        this.#deliver({ type: "returned", job: first + index, value });
      });
    }
  }
}
