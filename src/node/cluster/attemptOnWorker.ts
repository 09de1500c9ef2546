import type {
  AttemptListener,
  AttemptRequest,
  Executor,
} from "../../engine/executor.ts";
import type { RunJob } from "../../engine/protocol.ts";
import type { JobData, Outcome, ToCoordinator } from "./messages.ts";

/** How long an attempt may take before it is told that it has started, in milliseconds; most are over by then. */
const quick = 50;

/** Distributes over the kinds, so that each keeps its own fields. */
type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** What is told of an attempt while it goes on; the coordinator can do without it. */
export type Told = WithoutId<Exclude<ToCoordinator, { type: "ask" }>>;

/** Makes an attempt in this process' threads. */
export class AttemptOnWorker {
  readonly request: AttemptRequest;
  readonly #executor: Executor;
  readonly #tell: (told: Told) => void;
  #stop: (reason: Error) => void = () => {};
  #began = 0;

  constructor(
    executor: Executor,
    number: number,
    data: JobData,
    job: RunJob,
    tell: (told: Told) => void,
  ) {
    this.#executor = executor;
    this.#tell = tell;
    const { attempt, name } = data;
    this.request = {
      ...attempt,
      number,
      priority: 0,
      // That is about several attempts in one message; a slot has one.
      isPlain: false,
      task: job.task,
      name,
      flow: job.flow,
      path: attempt.element?.split(".").map(Number) ?? [],
      mapIndex: job.context.mapIndex,
      args: job.args,
      makeJob: () => job,
    };
  }

  /** What becomes of it. Rejects if it is stopped. */
  run(
    isQuiet: boolean,
  ): Promise<
    | Exclude<Outcome, { type: "returned" }>
    | { type: "returned"; value: unknown; took: number }
  > {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const end = (outcome: Parameters<typeof resolve>[0]) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      this.#stop = (reason) => {
        clearTimeout(timer);
        this.#executor.stop(this.request);
        reject(reason);
      };
      const listener: AttemptListener = {
        started: () => {
          this.#began = performance.now();
          const tell = () => this.#tell({ type: "started" });
          if (isQuiet) timer = setTimeout(tell, quick);
          else tell();
        },
        named: (_, name) => this.#tell({ type: "named", name }),
        returned: (_, value) =>
          end({
            type: "returned",
            value,
            took: performance.now() - this.#began,
          }),
        returnedAll: (_, [value]) => end({ type: "returned", value, took: 0 }),
        failed: (_, error, more) =>
          end({ type: "failed", error, retry: more?.retry, loop: more?.loop }),
        skipped: (_, message) => end({ type: "skipped", message }),
        paused: (_, message) => end({ type: "paused", message }),
        crashed: (_, message) => end({ type: "crashed", message }),
        log: (_, level, text, at) =>
          this.#tell({ type: "log", level, text, at }),
        progress: (_, done, total, label) =>
          this.#tell({ type: "progress", done, total, label }),
        display: (_, key, output) =>
          this.#tell({ type: "display", key, output }),
      };
      this.#executor.start(this.request, listener);
    });
  }

  /** Ends its thread; `run` rejects with the reason. */
  stop(reason: Error): void {
    this.#stop(reason);
  }
}
