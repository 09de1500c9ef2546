import type { Place } from "./errors.ts";
import type { TaskRun } from "./run.ts";
import { isOwnFailure } from "./state.ts";

/** Where in the notebook the error was raised by which a task run has failed, if that is known. */
export function failedAt({
  state,
  error,
}: Pick<TaskRun, "state" | "error">): Place | undefined {
  return isOwnFailure(state) ? error?.place : undefined;
}
