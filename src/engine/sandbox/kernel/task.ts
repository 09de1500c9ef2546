import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import type { Current } from "./current.ts";
import {
  type BuiltIn,
  type Callable,
  type Definition,
  isTask,
  registerTask,
} from "./definition.ts";
import { drawCall } from "./drawCall.ts";
import { startCall } from "./startCall.ts";
import { readTaskOptions } from "./taskOptions.ts";

/** `task(fn, options)`; for `resource(setup, cleanup, options)` with a clean-up. */
export function defineTask(
  current: Current,
  fn: unknown,
  given: unknown,
  cleanup?: Callable,
): Callable {
  const what = cleanup ? "resource" : "task";
  if (isTask(fn))
    throw new FlowError(
      "invalid-option",
      `${what}(...) takes a function, and this is a task already.${cleanup ? "" : " For other options, write t.with(options)."}`,
    );
  if (typeof fn !== "function")
    throw new FlowError(
      "invalid-option",
      `${what}(...) takes a function, not ${showValue(fn)}: ${what}(async () => ...${cleanup ? ", async value => ..." : ""}).`,
    );
  if (current.tracer)
    throw new FlowError(
      "flow-body",
      `A ${what} cannot be defined in a flow body: workers find a task by its variable. Define it at the top of a cell, and call it here.`,
    );
  const { options } = readTaskOptions(given, "task");
  return makeTask(current, { fn: fn as Callable, options, cleanup });
}

/** A task of the language itself. */
export function defineBuiltIn(
  current: Current,
  builtIn: BuiltIn,
  fn: Callable,
): Callable {
  return makeTask(current, { fn, builtIn });
}

function makeTask(
  current: Current,
  { fn, options = {}, builtIn, cleanup }: Partial<Definition>,
): Callable {
  const definition = {
    fn,
    options,
    waitFor: [],
    name: builtIn?.name,
    builtIn,
    cleanup,
  } as unknown as Definition;
  definition.root = definition;
  return wrap(current, definition);
}

function wrap(current: Current, definition: Definition): Callable {
  const { root } = definition;
  if (definition.cleanup && definition.options.cacheFor !== undefined)
    throw new FlowError(
      "invalid-option",
      "A resource has no cacheFor: each run sets it up anew.",
    );
  const call = makeCall(current, definition, 0);
  Object.defineProperties(call, {
    name: {
      get: () =>
        typeof definition.options.name === "string"
          ? definition.options.name
          : (root.name ?? ""),
    },
    with: {
      value(given: unknown) {
        const { options, waitFor } = readTaskOptions(given, "with");
        return wrap(current, {
          ...definition,
          options: { ...definition.options, ...options },
          waitFor: [...definition.waitFor, ...waitFor],
        });
      },
    },
  });
  registerTask(call, definition);
  return call;
}

/** What calls the task at a depth of mapping: `t` at 0, `t.map` at 1, `t.map.map` at 2. */
function makeCall(
  current: Current,
  definition: Definition,
  depth: number,
): Callable {
  const call: Callable = (...given) =>
    current.tracer
      ? drawCall(current.tracer, definition, given, depth)
      : startCall(current, definition, given, depth);
  Object.defineProperty(call, "map", {
    get: () => makeCall(current, definition, depth + 1),
  });
  return call;
}
