import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import { type Current, NothingRunsYet } from "./current.ts";
import { notYet } from "./notYet.ts";
import { readParameterNames } from "./parameterNames.ts";
import { makeStarted } from "./refs.ts";
import { addTrail } from "./stack.ts";
import {
  type TaskOptions,
  readTaskOptions,
  toNodeOptions,
} from "./taskOptions.ts";
import { hasRef, resolveRefs } from "./template.ts";

type Callable = (...args: unknown[]) => unknown;

/** What is behind a task. */
interface Definition {
  fn: Callable;
  options: TaskOptions;
  waitFor: readonly unknown[];
  /** The definition that `with` was called on, and so on to the first; itself if it is that one. */
  root: Definition;
  /** The variable's name, once the cell is evaluated; built-in tasks have theirs from the start. */
  name: string | undefined;
  builtIn: BuiltIn | undefined;
}

/** What is special about a task of the language itself. */
export interface BuiltIn {
  name: string;
  inputs: readonly string[];
  /** Its name in the graph for these arguments. */
  nameNode?(args: readonly unknown[]): string | undefined;
  /** Makes the arguments of a call into those of the function: sql is called as a template tag. */
  arrange?(args: readonly unknown[]): readonly unknown[];
  /** True if the function reaches into the database, which the attempt has to wait for. */
  isTracked?: boolean;
}

const definitions = new WeakMap<object, Definition>();

/** Whether a value is a task. */
export function isTask(value: unknown): value is Callable {
  return typeof value === "function" && definitions.has(value);
}

/** A task's function. */
export function functionOf(task: Callable): Callable {
  return definitions.get(task)!.fn;
}

/** Gives a task the name of the variable it was assigned to, unless it has a name already. */
export function nameTask(task: Callable, name: string): void {
  const { root } = definitions.get(task)!;
  root.name ??= name;
}

/** `task(fn, options)`. */
export function defineTask(
  current: Current,
  fn: unknown,
  given: unknown,
): Callable {
  if (isTask(fn))
    throw new FlowError(
      "invalid-option",
      "task(...) takes a function, and this is a task already. For other options, write t.with(options).",
    );
  if (typeof fn !== "function")
    throw new FlowError(
      "invalid-option",
      `task(...) takes a function, not ${showValue(fn)}: task(async () => ...).`,
    );
  if (current.tracer)
    throw new FlowError(
      "flow-body",
      "A task cannot be defined in a flow body: workers find a task by its variable. Define it at the top of a cell, and call it here.",
    );
  const { options } = readTaskOptions(given, "task");
  return makeTask(current, fn as Callable, options, undefined);
}

/** A task of the language itself. */
export function defineBuiltIn(
  current: Current,
  builtIn: BuiltIn,
  fn: Callable,
): Callable {
  return makeTask(current, fn, {}, builtIn);
}

function makeTask(
  current: Current,
  fn: Callable,
  options: TaskOptions,
  builtIn: BuiltIn | undefined,
): Callable {
  const definition = {
    fn,
    options,
    waitFor: [],
    name: builtIn?.name,
    builtIn,
  } as unknown as Definition;
  definition.root = definition;
  return wrap(current, definition);
}

function wrap(current: Current, definition: Definition): Callable {
  const call: Callable = (...given) => {
    const args = definition.builtIn?.arrange?.(given) ?? given;
    return current.tracer
      ? draw(current, definition, args)
      : start(current, definition, args);
  };
  const refuseMap = () => {
    throw notYet(
      ".map",
      "call the task once with the whole list, and loop over it inside the task.",
    );
  };
  Object.defineProperty(refuseMap, "map", { value: refuseMap });
  Object.defineProperties(call, {
    name: {
      get: () =>
        typeof definition.options.name === "string"
          ? definition.options.name
          : (definition.root.name ?? ""),
    },
    map: { value: refuseMap },
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
  definitions.set(call, definition);
  return call;
}

/** In a flow body, a call is a node. */
function draw(
  current: Current,
  definition: Definition,
  args: readonly unknown[],
): unknown {
  const { name } = definition.root;
  if (!name)
    throw new FlowError(
      "flow-body",
      "This task has no name, so no worker would find it. Assign it to a variable at the top of a cell: const extract = task(...).",
    );
  return current.tracer!.addTask({
    task: name,
    name: nameNode(definition, args) ?? name,
    options: toNodeOptions(definition.options),
    args,
    inputs: definition.builtIn?.inputs ?? readParameterNames(definition.fn),
    waitFor: definition.waitFor,
  });
}

function nameNode(
  { options, builtIn }: Definition,
  args: readonly unknown[],
): string | undefined {
  if (typeof options.name === "string") return options.name;
  if (typeof options.name === "function")
    return hasRef(args) ? undefined : String(options.name(...args));
  return builtIn?.nameNode?.(args);
}

/** Anywhere else, a call starts the function at once. */
function start(
  current: Current,
  definition: Definition,
  args: readonly unknown[],
): unknown {
  const { fn, root, builtIn } = definition;
  const { job } = current;
  const trail = new Error();
  const run = async () => {
    if (!job || job.kind === "trace")
      throw new NothingRunsYet(`Calling the task ${root.name ?? fn.name}`);
    // Without refs the function starts within the call, as a plain function would.
    const values = hasRef(args)
      ? ((await resolveRefs(args)) as unknown[])
      : args;
    return await fn(...values);
  };
  const promise = run().catch((thrown: unknown) => {
    throw addTrail(thrown, trail);
  });
  if (!job) return makeStarted(promise);
  return builtIn?.isTracked
    ? job.track(promise)
    : makeStarted(job.guard(promise));
}
