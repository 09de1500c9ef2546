import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import type { Current } from "./current.ts";
import type { Callable } from "./definition.ts";
import { defineTask } from "./task.ts";

/** `resource(setup, cleanup, options)`: a task whose clean-up the graph knows when to run. Anywhere else a call only sets up. */
export function defineResource(
  current: Current,
  setup: unknown,
  cleanup: unknown,
  options: unknown,
): unknown {
  if (typeof cleanup !== "function")
    throw new FlowError(
      "invalid-option",
      `resource(...) takes a function to set up and one to clean up, and the second is ${showValue(cleanup)}: resource(async () => ..., async value => ...).`,
    );
  return defineTask(current, setup, options, cleanup as Callable);
}
