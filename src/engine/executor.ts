import type { ErrorData } from "../core/errors.ts";
import type { TaskNumber } from "../core/events.ts";
import type { Program } from "../notebook/compile/program.ts";
import type {
  AttemptId,
  LogLevel,
  LoopState,
  Output,
  Question,
  QuestionAnswer,
  RunJob,
  TaskAddress,
  WatchedChange,
} from "./protocol.ts";
import type { Supplies } from "./supplies.ts";

/** An attempt that is to be made. */
export interface AttemptRequest extends AttemptId {
  /** The number of its task run. */
  readonly number: TaskNumber;
  /** What is further down the flow goes first: so the elements of a map go through all tasks one after the other. */
  readonly priority: number;
  /**
   * Nothing about it needs attention while it runs: it is a first attempt without a timeout or a rate, and without functions
   * of the notebook's besides its own and one that names it.
   */
  readonly isPlain: boolean;
  /** It may take only so long, or a rate says how many may start: it counts as started only when its cells have been evaluated. */
  readonly tellsBegin: boolean;
  /** The name by which a worker finds the function, and the node's name for people. */
  readonly task: string;
  readonly name: string;
  /** Whether a function of the notebook's names each run of it. */
  readonly hasName: boolean;
  readonly flow: string;
  /** Which run of a mapped node it is, as places level by level; [] for a node that is not mapped. */
  readonly path: readonly number[];
  readonly mapIndex: number | undefined;
  readonly args: readonly unknown[];
  /** All that a worker has to know. */
  makeJob(): RunJob;
}

/** What a task's `retryIf` or its retry signal says of a failure. */
export type RetryWish =
  { type: "always"; after?: number } | { type: "never"; why?: string };

/** What an executor tells about attempts. `started` comes first, then one of `returned`, `failed`, `skipped`, `paused` and `crashed`, and nothing after `stop`. */
export interface AttemptListener {
  started(request: AttemptRequest): void;
  named(request: AttemptRequest, name: string): void;
  /** `took`: how long its function took, in milliseconds, without what it waited for a worker; undefined if that is not known. */
  returned(
    request: AttemptRequest,
    value: unknown,
    took: number | undefined,
  ): void;
  /**
   * Several that were over before it could be told that they had started. Times in ms since 1970 UTC; names that functions made
   * of them, empty for none.
   */
  returnedAll(
    requests: readonly AttemptRequest[],
    values: readonly unknown[],
    startedAt: ArrayLike<number>,
    endedAt: ArrayLike<number>,
    names?: readonly string[],
  ): void;
  failed(
    request: AttemptRequest,
    error: ErrorData,
    more?: { retry?: RetryWish; loop?: LoopState },
  ): void;
  skipped(request: AttemptRequest, message: string | undefined): void;
  paused(request: AttemptRequest, message: string | undefined): void;
  crashed(request: AttemptRequest, message: string): void;
  log(attempt: AttemptId, level: LogLevel, text: string, at: number): void;
  progress(
    attempt: AttemptId,
    done: number,
    total: number | undefined,
    label: string | undefined,
  ): void;
  display(attempt: AttemptId, key: string | undefined, output: Output): void;
  /** The attempt is given an attachment, whose content has that hash. */
  fileRead(request: AttemptRequest, name: string, hash: string): void;
}

/** What runs attempts: task workers in a browser, worker threads elsewhere. The engine knows no more of it than this. */
export interface Executor {
  /** Makes the attempt as soon as there is room. */
  start(request: AttemptRequest, listener: AttemptListener): void;
  /** Ends the attempt at once, or forgets it if it has not started. */
  stop(request: AttemptRequest): void;
  /** The attempt's result is on disk: whatever else keeps it may forget it. */
  kept?(request: AttemptRequest): void;
  /** Asks a function of the notebook's something about a task. Rejects if it cannot be asked. */
  ask(address: TaskAddress, question: Question): Promise<QuestionAnswer>;
  /** Tells functions of the notebook's of changes of state; settles when they have been told, or cannot be. */
  watch(
    attempt: AttemptId,
    flow: string,
    changes: readonly WatchedChange[],
    listener: AttemptListener,
  ): Promise<void>;
}

/** What an executor that takes the place of the task workers is given of a run. */
export interface DriveSetup {
  readonly run: string;
  readonly program: Program;
  /** Origins that tasks may contact. */
  readonly hosts: readonly string[];
  /** The executor of this process. */
  readonly local: Executor;
  readonly supplies: Supplies;
}

/** Makes the executor of one drive of a run. `close` is called when the run is final or waits for people. */
export type MakeExecutor = (
  setup: DriveSetup,
) => Promise<Executor & { close(): Promise<void> }>;
