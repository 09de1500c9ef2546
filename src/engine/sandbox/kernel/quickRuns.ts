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
import { findOptions, findTask } from "./findTask.ts";
import { type Answer, Job } from "./job.ts";
import type { Platform } from "./platform.ts";
import { signalOf } from "./signals.ts";

const { structuredClone } = globalThis;

/** What became of an attempt. */
interface QuickOutcome {
  /** Its result; missing: something is left to be done about it in the ordinary way. */
  answer?: Answer & { type: "returned" };
  /** What the function threw; missing: it has still to be called, perhaps from a later iteration of its loop. */
  thrown?: { error: unknown };
  more?: { loop?: LoopState; hasName?: false };
  /** What the function that names runs said. */
  name?: string | undefined;
}

/** What is called for the runs of a node. */
interface Called {
  fn: Definition["fn"];
  name: ((...args: unknown[]) => unknown) | undefined;
}

/**
 * Runs the attempts of a batch with as little around the function as there can be: no more is made for an attempt than it
 * uses. One that waits for something, reaches outside or throws costs what it always costs.
 */
export class QuickRuns {
  readonly #current: Current;
  readonly #platform: Platform;
  readonly #batch: RunBatch;
  /** By the places of the nodes in the batch, out of what has been found in the world. */
  readonly #called: (Called | undefined)[] = [];
  #foundIn: ReadonlyMap<string, unknown> | undefined;
  #job: Job | undefined;
  #at = 0;
  /** What the function that names runs says of the attempt. */
  #name: string | undefined;
  #abort: (error: unknown) => void = () => {};

  constructor(current: Current, platform: Platform, batch: RunBatch) {
    this.#current = current;
    this.#platform = platform;
    this.#batch = batch;
  }

  /** An attempt as a message of its own would have it. */
  jobOf(at: number): RunJob {
    const { task, node, hasName } = this.#nodeOf(at);
    return {
      task,
      flow: this.#batch.flow,
      node,
      phase: "run",
      args: this.#argsOf(at),
      context: this.#contextOf(at),
      hasName,
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
      taskName: this.#name ?? `${name}${places.join("")}`,
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
    this.#name = undefined;
    const { world } = this.#current;
    if (!world || world.hasImpure) return {};
    const called = this.#known(at, world.found);
    if (!called) {
      const found = await this.#find(at).catch(() => undefined);
      if (found) world.found.set(this.#keyOf(at), found);
      return {};
    }
    const job = this.#takeJob(number, at);
    const args = this.#argsOf(at);
    const { clock } = this.#platform;
    const begun = clock();
    let name: string | undefined;
    if (called.name)
      try {
        const text = called.name(...args);
        if (isThenable(text)) throw new Error("It takes its time.");
        name = String(text);
        // If that has read the context, it did so before there was a name.
        job.context = undefined;
        this.#name = name;
      } catch {
        this.#drop(job);
        return {};
      }
    const { builtIns } = this.#current;
    const named = { hasName: false } as const;
    try {
      let value: unknown;
      try {
        value = called.fn(...args);
        builtIns.mendFew(job);
        if (isThenable(value)) {
          value = await this.#wait(value);
          builtIns.mendFew(job);
        }
        if (at + 1 === this.#batch.nodeOf.length) builtIns.mend(job);
      } catch (thrown) {
        builtIns.mend(job);
        const signal = signalOf(thrown);
        if (signal?.type !== "success") throw thrown;
        value = signal.result;
      }
      if (job.isUsed) await job.settle();
      const took = clock() - begun;
      this.#release(job);
      return { answer: { type: "returned", job: number, value, took }, name };
    } catch (thrown) {
      const signal = signalOf(thrown);
      if (job.isUsed) await job.shown();
      this.#drop(job);
      if (signal?.type === "loop") {
        const loop = { count: 2, result: signal.result };
        return { more: { ...named, loop }, name };
      }
      return { thrown: { error: thrown }, more: named, name };
    }
  }

  /** What is called for the runs of an attempt's node, if that was found before. */
  #known(at: number, found: ReadonlyMap<string, unknown>): Called | undefined {
    if (found !== this.#foundIn) this.#called.length = 0;
    this.#foundIn = found;
    const place = this.#batch.nodeOf[at]!;
    return (this.#called[place] ??= found.get(this.#keyOf(at)) as
      Called | undefined);
  }

  /** The nodes of a task have its function in common; one that names runs may be an option of a single call. The id of a node is no name of a task. */
  #keyOf(at: number): string {
    const { task, node, hasName } = this.#nodeOf(at);
    return hasName ? node : task;
  }

  /** What is called for the runs of an attempt's node. Rejects if there is no such task, which is said in the ordinary way. */
  async #find(at: number): Promise<Called> {
    const { task, node, hasName } = this.#nodeOf(at);
    const { fn } = await findTask(this.#current, task);
    const { flow } = this.#batch;
    const { name } = hasName
      ? await findOptions(this.#current, { task, flow, node })
      : {};
    return { fn, name: typeof name === "function" ? name : undefined };
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
    if (job.isUsed) this.#drop(job);
    else this.#current.job = undefined;
  }

  #drop(job: Job): void {
    job.end();
    this.#job = undefined;
    this.#current.job = undefined;
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
