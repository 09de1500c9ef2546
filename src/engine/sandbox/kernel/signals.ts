import { parseDuration } from "../../../core/duration.ts";
import { FlowError } from "../../../core/errors.ts";
import { copyValue } from "./copy.ts";
import { type Current, refuseWhileDrawing } from "./current.ts";

/** How a task ends itself. */
export type Signal =
  | { type: "skip" | "fail" | "pause"; message: string | undefined }
  | {
      type: "retry";
      message: string | undefined;
      /** The wait, in milliseconds; undefined for the task's own. */
      after: number | undefined;
    }
  | { type: "success" | "loop"; result: unknown };

/** What a signal throws. A `catch` in a cell knows it by its name, to let it pass. */
export class FlowSignal extends Error {
  override readonly name = "FlowSignal";
  readonly signal: Signal;

  constructor(signal: Signal) {
    super(
      ("message" in signal ? signal.message : undefined) ??
        `The task called ${signal.type}().`,
    );
    this.signal = signal;
  }
}

/** The signals: each throws by itself, so that `skip(...)` does what `throw skip(...)` says. */
export function makeSignals(current: Current): Record<string, unknown> {
  const send = (signal: Signal): never => {
    refuseWhileDrawing(current, `${signal.type}(...)`);
    throw new FlowSignal(signal);
  };
  const toText = (message: unknown) =>
    message === undefined ? undefined : String(message);
  return {
    skip: (message?: unknown) =>
      send({ type: "skip", message: toText(message) }),
    fail: (message?: unknown) =>
      send({ type: "fail", message: toText(message) }),
    pause: (message?: unknown) =>
      send({ type: "pause", message: toText(message) }),
    retry: (message?: unknown, options?: { after?: unknown }) =>
      send({
        type: "retry",
        message: toText(message),
        after:
          options?.after === undefined
            ? undefined
            : parseDuration(options.after),
      }),
    success: (result?: unknown) => send({ type: "success", result }),
    loop: (result?: unknown) =>
      send({ type: "loop", result: copyLoopResult(result) }),
  };
}

/** A copy, so that what an iteration does to the value is seen by no other. */
export function copyLoopResult(result: unknown): unknown {
  return copyValue(result, "what is handed to loop(...)", "result");
}

/** The signal that something thrown is. */
export function signalOf(thrown: unknown): Signal | undefined {
  return thrown instanceof FlowSignal ? thrown.signal : undefined;
}

/** An ordinary error in place of a signal, for where it ends nothing; anything else as it is. */
export function withoutSignal(thrown: unknown, isInTask: boolean): unknown {
  if (!(thrown instanceof FlowSignal)) return thrown;
  const { type } = thrown.signal;
  const isFailure = type === "fail" || (type === "retry" && isInTask);
  const error = isFailure
    ? new Error(thrown.message)
    : new FlowError(
        "cell-failed",
        `${type}(${"message" in thrown.signal && thrown.signal.message !== undefined ? JSON.stringify(thrown.signal.message) : ""}) ends a task run, and here is none that it could end. Call it in a task that a flow runs, or catch what the task throws.`,
      );
  if (thrown.stack) error.stack = thrown.stack;
  return error;
}
