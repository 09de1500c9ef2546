import { FlowError, fromErrorData } from "../core/errors.ts";
import { attemptId } from "./attempt.ts";
import { CellLog } from "./cellLog.ts";
import type { AttemptListener } from "./executor.ts";
import type { Job, TimeLimit } from "./jobs.ts";
import type { ViewGiven } from "./services.ts";
import { fitting } from "./shownOutputs.ts";
import type {
  AttemptId,
  Output,
  Question,
  QuestionAnswer,
  RefusedStep,
  TaskAddress,
  TraceReport,
  TraceStep,
  WatchedChange,
} from "./protocol.ts";

type Enqueue = (job: Job) => void;

/** A trigger, a cache key or a watching function may take this long. */
const questionLimit = 10_000;

/** Of a cell that does not come to its end so many outputs are shown. */
const mostDisplayed = 100;

/** Asks a function of the notebook's something. */
export function askOf(
  address: TaskAddress,
  question: Question,
  enqueue: Enqueue,
): Promise<QuestionAnswer> {
  const attempt = { run: "ask:", node: address.node, attempt: 0 };
  return new Promise((resolve, reject) => {
    enqueue({
      attempt,
      priority: Infinity,
      mayWrite: false,
      limit: {
        after: questionLimit,
        message: `It did not answer within ${questionLimit / 1000} s.`,
      },
      ends: ["answered"],
      message: (job) => ({ type: "ask", job, question, ...address }),
      lost: (message) => reject(new FlowError("task-crashed", message)),
      receive: (message) => {
        if (message.type === "answered") resolve(message.answer);
        else if (message.type === "failed")
          reject(fromErrorData(message.error));
      },
    });
  });
}

/** Tells functions of the notebook's what changed; rejects if they do not come to their end. */
export function tellOf(
  attempt: AttemptId,
  flow: string,
  changes: readonly WatchedChange[],
  listener: AttemptListener,
  enqueue: Enqueue,
): Promise<void> {
  return new Promise((resolve, reject) => {
    enqueue({
      attempt,
      priority: Infinity,
      mayWrite: false,
      limit: {
        after: questionLimit,
        message: `It was stopped after ${questionLimit / 1000} s.`,
      },
      ends: ["watched"],
      message: (job) => ({ type: "watch", job, flow, changes }),
      lost: (message) => reject(new FlowError("task-crashed", message)),
      receive: (message) => {
        if (message.type === "log")
          listener.log(
            attemptOf(attempt, changes[message.change ?? -1]),
            message.level,
            message.text,
            message.at,
          );
        else if (message.type === "watched" || message.type === "failed")
          resolve();
      },
    });
  });
}

/** The attempt that a change is one of; that of all if it is not known which change. */
function attemptOf(all: AttemptId, of: WatchedChange | undefined): AttemptId {
  if (!of) return all;
  const { element, attempt } = of;
  const { run, node } = all;
  return attemptId({
    ...{ run, node, attempt },
    ...(element === undefined ? {} : { element }),
  });
}

/** Evaluates a cell for what it shows. */
export async function viewOf(
  attempt: AttemptId,
  cell: string,
  given: ViewGiven,
  limit: TimeLimit,
  enqueue: Enqueue,
): Promise<readonly Output[]> {
  const outputs = await new Promise<readonly Output[]>((resolve) => {
    const displayed = new Map<unknown, Output>();
    const lines = new CellLog();
    const fail = (error: Output & { type: "error" }) =>
      resolve([...lines.among([...displayed.values()]), error]);
    enqueue({
      attempt,
      priority: 0,
      mayWrite: false,
      limit,
      ends: ["viewed"],
      message: (job) => ({ type: "view", job, cell, ...given }),
      lost: (message) =>
        fail({ type: "error", error: { name: "Error", message } }),
      receive: (message) => {
        if (message.type === "viewed") resolve(lines.among(message.outputs));
        else if (message.type === "log")
          lines.add(message.text, displayed.size);
        else if (message.type === "display") {
          if (displayed.size < mostDisplayed || displayed.has(message.key))
            displayed.set(message.key ?? {}, message.output);
        } else if (message.type === "failed")
          fail({ type: "error", error: message.error });
      },
    });
  });
  return fitting(outputs);
}

/** How long drawing may take. */
export interface TraceTime {
  /** For each step, counted from when it is told. */
  step: TimeLimit;
  /** For all of it, in all tries, and what is said if that is over. */
  all: TimeSpent;
}

/** A time that may be spent in parts, and what is said when it is over. */
export class TimeSpent {
  readonly message: string;
  #left: number;
  #since: number | undefined;

  /** So many milliseconds. */
  constructor(length: number, message: string) {
    this.#left = length;
    this.message = message;
  }

  get left(): number {
    const spent =
      this.#since === undefined ? 0 : performance.now() - this.#since;
    return Math.max(0, this.#left - spent);
  }

  begin(): void {
    this.#since ??= performance.now();
  }

  end(): void {
    this.#left = this.left;
    this.#since = undefined;
  }
}

/** What is to be drawn, in which time, and what is not to be tried. */
export type TraceRequest = [
  attempt: AttemptId,
  time: TraceTime,
  refused?: readonly RefusedStep[],
];

/** The worker that drew flows was ended, or died, while it was at that step. */
export class StuckStep extends FlowError {
  readonly step: TraceStep;
  /** How long it had been at it, in milliseconds. */
  readonly took: number;

  constructor(step: TraceStep, took: number, message: string) {
    super("flow-body", message);
    this.step = step;
    this.took = took;
  }
}

/** Draws all flows but what is refused; rejects with a message when the worker died or was ended. */
export function traceOf(
  [attempt, { step, all }, refused = []]: TraceRequest,
  enqueue: Enqueue,
): Promise<TraceReport> {
  let at: { step: TraceStep; since: number } | undefined;
  return new Promise((resolve, reject) => {
    enqueue({
      attempt,
      priority: 0,
      mayWrite: false,
      get limit() {
        const { left, message } = all;
        return step.after <= left ? step : { after: left, message };
      },
      ends: ["traced"],
      message(job) {
        // A worker has it now: how long that took to start is no fault of the notebook.
        all.begin();
        return { type: "trace", job, refused };
      },
      lost(message) {
        all.end();
        reject(
          at
            ? new StuckStep(at.step, performance.now() - at.since, message)
            : new FlowError("flow-body", message),
        );
      },
      receive: (message) => {
        if (message.type === "traced") resolve(message.report);
        else if (message.type === "failed")
          reject(fromErrorData(message.error));
        else if (message.type === "drawing") {
          const { cell, flow } = message;
          at = { step: { cell, flow }, since: performance.now() };
        }
      },
    });
  });
}
