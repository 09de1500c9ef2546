import { FlowError, fromErrorData } from "../../../core/errors.ts";
import type { FailedInput, LoopState, ToWorker } from "../../protocol.ts";
import type { Current } from "./current.ts";
import type { Definition } from "./definition.ts";
import { findOptions, findTask } from "./findTask.ts";
import { inspect } from "./inspect.ts";
import type { Answer, Job } from "./job.ts";
import { copyLoopResult, signalOf, withoutSignal } from "./signals.ts";
import type { Places } from "./stack.ts";

export type RunMessage = Extract<ToWorker, { type: "run" }>;

/** Runs an attempt of a task to its end; throws what the task threw, signals that only end it included. */
export async function runAttempt(
  current: Current,
  job: Job,
  message: RunMessage,
): Promise<Answer> {
  job.context = message.context;
  job.task = message.task;
  restore(message.failed ?? []);
  current.world!.refresh();
  const { clock } = current.platform;
  job.begunAt = clock();
  const value = await runPhase(current, job, message);
  current.builtIns.mend(job);
  await job.settle();
  const took = clock() - job.begunAt;
  return { type: "returned", job: job.number, value, took };
}

/** Gives errors among the arguments back what their copies have lost, as their classes had it. */
function restore(failed: readonly FailedInput[]): void {
  for (const { error, cause, errors, ...lost } of failed) {
    const behind = {
      cause: cause && fromErrorData(cause),
      errors: errors?.map(fromErrorData),
    };
    for (const [key, value] of Object.entries({ ...lost, ...behind }))
      if (value !== undefined)
        Object.defineProperty(error, key, {
          value,
          configurable: true,
          writable: true,
        });
  }
}

async function runPhase(
  current: Current,
  job: Job,
  message: RunMessage,
): Promise<unknown> {
  const { phase, args, error } = message;
  switch (phase) {
    case "run": {
      const definition = await findTask(current, message.task);
      begin(current, job, message);
      if (message.hasName) await nameRun(current, job, message);
      return await repeat(job, message, definition);
    }
    case "fallback": {
      const { fallback } = await findOptions(current, message);
      begin(current, job, message);
      return await untilSuccess(() =>
        typeof fallback === "function"
          ? (fallback as (error: Error) => unknown)(
              fromErrorData(
                error ?? { name: "Error", message: "The task failed." },
              ),
            )
          : fallback,
      );
    }
    case "cleanup": {
      const { cleanup } = await findTask(current, message.task);
      if (!cleanup)
        throw new FlowError(
          "unknown-task",
          `${message.task} is no resource any more, so there is nothing to clean up with. Draw the flow again.`,
        );
      begin(current, job, message);
      return await untilSuccess(() => cleanup(args[0]));
    }
  }
}

/** The cells have been evaluated, which is not to count as time that the attempt takes; but what is evaluated anew for each job is time that each takes. */
function begin(
  { platform, world }: Current,
  job: Job,
  { tellsBegin }: RunMessage,
): void {
  if (!world?.hasImpure) job.begunAt = platform.clock();
  if (tellsBegin) job.post({ type: "begun", job: job.number });
}

/** Calls the task's function, and again as long as it ends with `loop(...)`. */
async function repeat(
  job: Job,
  { context, args, loop }: RunMessage,
  { fn }: Definition,
): Promise<unknown> {
  let state: LoopState = loop ?? { count: 1, result: undefined };
  for (;;) {
    job.loop = state;
    job.context = {
      ...context,
      loopCount: state.count,
      loopResult: copyLoopResult(state.result),
    };
    try {
      return await untilSuccess(() => fn(...args));
    } catch (thrown) {
      const signal = signalOf(thrown);
      if (signal?.type !== "loop" || job.isOver) throw thrown;
      state = { count: state.count + 1, result: signal.result };
    }
  }
}

/** What the function returns, or hands to `success(...)`. */
async function untilSuccess(fn: () => unknown): Promise<unknown> {
  try {
    return await fn();
  } catch (thrown) {
    const signal = signalOf(thrown);
    if (signal?.type === "success") return signal.result;
    throw thrown;
  }
}

/** Tells the name of a run that a function makes of the arguments. A name is not worth failing for. */
async function nameRun(
  current: Current,
  job: Job,
  message: RunMessage,
): Promise<void> {
  try {
    const { name } = await findOptions(current, message);
    if (typeof name !== "function") return;
    const text = String(await name(...message.args));
    message.context = { ...message.context, taskName: text };
    job.post({ type: "named", job: job.number, name: text });
  } catch (thrown) {
    job.log("warning", [
      `The name of this run of ${message.task} could not be made: ${inspect([thrown], 1000)}`,
    ]);
  }
}

/** How an attempt ended that threw: as its signal says, or failed. */
export async function endAttempt(
  current: Current,
  job: Job,
  message: RunMessage,
  thrown: unknown,
  describe: Places["describe"],
): Promise<Answer> {
  const { number } = job;
  const signal = signalOf(thrown);
  if (signal?.type === "skip")
    return { type: "skipped", job: number, message: signal.message };
  if (signal?.type === "pause")
    return { type: "paused", job: number, message: signal.message };
  const failure = withoutSignal(thrown, true);
  const answer: Answer & { type: "failed" } = {
    type: "failed",
    job: number,
    error: describe(failure),
  };
  if (job.loop && job.loop.count > 1) answer.loop = job.loop;
  if (signal?.type === "retry")
    answer.retry =
      signal.after === undefined
        ? { type: "always" }
        : { type: "always", after: signal.after };
  else if (message.phase !== "fallback" && message.hasRetryIf) {
    const retry = await askRetryIf(current, job, message, toError(failure));
    if (retry) answer.retry = retry;
  }
  return answer;
}

/** What `retryIf` says against another attempt, and why if it threw; undefined if it says nothing against it. */
async function askRetryIf(
  current: Current,
  job: Job,
  message: RunMessage,
  error: Error,
): Promise<(Answer & { type: "failed" })["retry"]> {
  try {
    const { retryIf } = await findOptions(current, message);
    const tries = message.tries ?? message.context.attempt;
    const isWanted = !retryIf || (await retryIf(error, tries));
    return isWanted ? undefined : { type: "never" };
  } catch (thrown) {
    job.log("error", [
      `retryIf of ${message.task} threw, so there is no retry: ${inspect([thrown], 1000)}`,
    ]);
    const { name, message: said } = toError(thrown);
    return { type: "never", why: `retryIf threw ${name}: ${said}` };
  }
}

/** What was thrown, as an Error. */
function toError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error(typeof thrown === "string" ? thrown : inspect([thrown], 1000));
}
