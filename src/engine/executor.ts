import type { ErrorData } from "../core/errors.ts";
import type {
  AttemptContext,
  AttemptId,
  LogLevel,
  Output,
} from "./protocol.ts";

/** An attempt that is to be made. */
export interface AttemptRequest extends AttemptId {
  /** The name by which the worker finds the function. */
  task: string;
  args: readonly unknown[];
  context: AttemptContext;
}

/** What an executor tells about an attempt. `started` comes first, one of `returned`, `failed` and `crashed` last, and nothing after `stop`. */
export interface AttemptListener {
  started(): void;
  returned(value: unknown): void;
  failed(error: ErrorData): void;
  crashed(message: string): void;
  log(level: LogLevel, text: string, at: number): void;
  progress(
    done: number,
    total: number | undefined,
    label: string | undefined,
  ): void;
  display(key: string | undefined, output: Output): void;
}

/** What runs attempts: task workers in a browser, worker threads elsewhere. The engine knows no more of it than this. */
export interface Executor {
  /** Makes the attempt as soon as there is room. */
  start(request: AttemptRequest, listener: AttemptListener): void;
  /** Ends the attempt at once, or forgets it if it has not started. */
  stop(attempt: AttemptId): void;
}
