import type {
  AttemptContext,
  EndToEnd,
  LoopState,
  RunBatch,
  RunJob,
} from "../../protocol.ts";
import { taskRunKey } from "../../attempt.ts";
import type { Current } from "./current.ts";
import type { Definition } from "./definition.ts";
import { findTask } from "./findTask.ts";
import { type Answer, Job } from "./job.ts";
import type { Platform } from "./platform.ts";
import { signalOf } from "./signals.ts";

const { structuredClone } = globalThis;

/** What became of an attempt: a result, or what is left to be done about it in the ordinary way. */
type QuickOutcome =
  | Extract<Answer, { type: "returned" }>
  | {
      type: "left";
      /** What the function threw; missing: it has still to be called, perhaps from a later iteration of its loop. */
      thrown?: { error: unknown };
      more: { loop?: LoopState };
    };

/**
 * Runs the attempts of a batch with as little around the function as there can be: no more is made for an attempt than it
 * uses. One that waits for something, reaches outside or throws costs what it always costs.
 */
export class QuickRuns {
  readonly #current: Current;
  readonly #platform: Platform;
  readonly #batch: RunBatch;
  readonly #found = new Map<string, Definition>();
  #job: Job | undefined;
  #at = 0;
  #abort: (error: unknown) => void = () => {};

  constructor(current: Current, platform: Platform, batch: RunBatch) {
    this.#current = current;
    this.#platform = platform;
    this.#batch = batch;
  }

  /** An attempt as a message of its own would have it. */
  jobOf(at: number): RunJob {
    const { task, node } = this.#nodeOf(at);
    return {
      task,
      flow: this.#batch.flow,
      node,
      phase: "run",
      args: this.#argsOf(at),
      context: this.#contextOf(at),
      hasName: false,
      hasRetryIf: false,
    };
  }

  /** Ends the attempt that goes on with an error, if it waits for something. */
  abort(error: unknown): void {
    this.#abort(error);
  }

  #contextOf(at: number): AttemptContext {
    const { context, paths, mapIndexes } = this.#batch;
    const mapIndex = mapIndexes[at]!;
    const path = listAt(paths, at);
    const places = Array.from(path, (place) => `[${place}]`);
    const { node, name } = this.#nodeOf(at);
    return {
      ...context,
      mapIndex: mapIndex < 0 ? undefined : mapIndex,
      taskName: `${name}${places.join("")}`,
      idempotencyKey: taskRunKey(context.flowRunId, node, path),
    };
  }

  #nodeOf(at: number): RunBatch["nodes"][number] {
    return this.#batch.nodes[this.#batch.nodeOf[at]!]!;
  }

  /** Arguments of one message share their parts; tasks share nothing. */
  #argsOf(at: number): readonly unknown[] {
    const args = listAt(this.#batch.args, at);
    for (const arg of args)
      if (typeof arg === "object" && arg !== null) return structuredClone(args);
    return args;
  }

  async run(number: number, at: number): Promise<QuickOutcome> {
    const { world } = this.#current;
    const name = this.#nodeOf(at).task;
    const definition = this.#found.get(name);
    if (!definition || !world || world.hasImpure) {
      this.#found.clear();
      if (world && !world.hasImpure)
        try {
          this.#found.set(name, await findTask(this.#current, name));
        } catch {
          // said when it is run in the ordinary way
        }
      return { type: "left", more: {} };
    }
    const job = this.#takeJob(number, at);
    const { clock } = this.#platform;
    const begun = clock();
    try {
      let value = definition.fn(...this.#argsOf(at));
      if (isThenable(value)) value = await this.#wait(value);
      if (job.isUsed) await job.settle();
      const took = clock() - begun;
      this.#release(job);
      return { type: "returned", job: number, value, took };
    } catch (thrown) {
      const signal = signalOf(thrown);
      const took = clock() - begun;
      job.end();
      this.#job = undefined;
      this.#current.job = undefined;
      if (signal?.type === "success")
        return { type: "returned", job: number, value: signal.result, took };
      if (signal?.type === "loop")
        return {
          type: "left",
          more: { loop: { count: 2, result: signal.result } },
        };
      return { type: "left", thrown: { error: thrown }, more: {} };
    }
  }

  #wait(value: PromiseLike<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#abort = reject;
      value.then(resolve, reject);
    });
  }

  /** The job of the attempt before if that left no trace in it. */
  #takeJob(number: number, at: number): Job {
    const job = (this.#job ??= new Job(this.#platform, number, "run"));
    job.number = number;
    job.task = this.#nodeOf(at).task;
    job.context = undefined;
    this.#at = at;
    job.makeContext ??= () => this.#contextOf(this.#at);
    this.#current.job = job;
    return job;
  }

  #release(job: Job): void {
    this.#current.job = undefined;
    if (!job.isUsed) return;
    job.end();
    this.#job = undefined;
  }
}

/** The list of one attempt out of those of all. */
function listAt<All extends { slice(from?: number, to?: number): All }>(
  { all, ends }: EndToEnd<All>,
  at: number,
): All {
  return all.slice(at === 0 ? 0 : ends[at - 1], ends[at]);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
