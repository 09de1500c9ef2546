import type { AttemptRequest, Executor } from "../../engine/executor.ts";
import type { Outcome, QueuedAttempt, AttemptMessage } from "./messages.ts";

/** How long an attempt may take before it is told that it has started, in milliseconds; most are over by then. */
const quick = 50;

/** Distributes over the kinds, so that each keeps its own fields. */
type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** What is told of an attempt while it goes on; the coordinator can do without it. */
export type Told = WithoutId<Exclude<AttemptMessage, { type: "ask" }>>;

/** An {@link Outcome} without what was written. */
export type End =
  | Exclude<Outcome, { type: "returned" }>
  | { type: "returned"; value: unknown; took: number };

/** Makes an attempt in this process' threads. */
export class AttemptOnWorker {
  readonly request: AttemptRequest;
  readonly #executor: Executor;
  readonly #others: Map<number, AttemptOnWorker>;
  readonly #tell: (told: Told) => void;
  #settle: (how: () => void) => void = () => {};
  #resolve: (end: End) => void = () => {};
  #reject: (reason: Error) => void = () => {};
  #began = 0;

  /** `others` has, by their numbers, all attempts that the executor is at: it tells of several at once. */
  constructor(
    executor: Executor,
    others: Map<number, AttemptOnWorker>,
    number: number,
    { attempt, name, isPlain, job }: QueuedAttempt,
    tell: (told: Told) => void,
  ) {
    this.#executor = executor;
    this.#others = others;
    this.#tell = tell;
    this.request = {
      ...attempt,
      number,
      priority: 0,
      isPlain,
      tellsBegin: job.tellsBegin === true,
      task: job.task,
      name,
      hasName: job.hasName,
      flow: job.flow,
      path: attempt.element?.split(".").map(Number) ?? [],
      mapIndex: job.context.mapIndex,
      args: job.args,
      makeJob: () => job,
    };
  }

  /** What becomes of it. Rejects if it is stopped. */
  run(): Promise<End> {
    const { number, isPlain } = this.request;
    return new Promise<End>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      let timer: NodeJS.Timeout | undefined;
      this.#settle = (how) => {
        clearTimeout(timer);
        this.#others.delete(number);
        how();
      };
      this.#others.set(number, this);
      this.#executor.start(this.request, {
        started: () => {
          this.#began = performance.now();
          const tell = () => this.#tell({ type: "started" });
          if (isPlain) timer = setTimeout(tell, quick);
          else tell();
        },
        named: (_, name) => this.#tell({ type: "named", name }),
        // On a busy machine its thread waits for a processor longer than a small task takes.
        returned: (_, value, took) =>
          this.#returned(value, took ?? performance.now() - this.#began),
        returnedAll: (requests, values, startedAt, endedAt, names) => {
          requests.forEach((one, at) => {
            const attempt = this.#others.get(one.number);
            if (!attempt) return;
            const name = names?.[at];
            if (name) attempt.#tell({ type: "named", name });
            attempt.#returned(values[at], endedAt[at]! - startedAt[at]!);
          });
        },
        failed: (_, error, more) =>
          this.#end({
            type: "failed",
            error,
            retry: more?.retry,
            loop: more?.loop,
          }),
        skipped: (_, message) => this.#end({ type: "skipped", message }),
        paused: (_, message) => this.#end({ type: "paused", message }),
        crashed: (_, message) => this.#end({ type: "crashed", message }),
        log: (_, level, text, at) =>
          this.#tell({ type: "log", level, text, at }),
        progress: (_, done, total, label) =>
          this.#tell({ type: "progress", done, total, label }),
        display: (_, key, output) =>
          this.#tell({ type: "display", key, output }),
        // The coordinator takes note of those that it gives; files of this machine are not those that it plans with.
        fileRead: () => {},
      });
    });
  }

  /** Ends its thread; `run` rejects with the reason. */
  stop(reason: Error): void {
    this.#settle(() => {
      this.#executor.stop(this.request);
      this.#reject(reason);
    });
  }

  #returned(value: unknown, took: number): void {
    this.#end({ type: "returned", value, took });
  }

  #end(end: End): void {
    this.#settle(() => this.#resolve(end));
  }
}
