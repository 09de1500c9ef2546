import type { TaskOptions } from "./taskOptions.ts";

export type Callable = (...args: unknown[]) => unknown;

/** What is behind a task. */
export interface Definition {
  fn: Callable;
  options: TaskOptions;
  waitFor: readonly unknown[];
  /** The definition that `with` was called on, and so on to the first; itself if it is that one. */
  root: Definition;
  /** The variable's name, once the cell is evaluated; built-in tasks have theirs from the start. */
  name: string | undefined;
  builtIn: BuiltIn | undefined;
  /** Of a resource: what is called with the result of `fn` when its users are done. */
  cleanup: Callable | undefined;
}

/** What is special about a task of the language itself. */
export interface BuiltIn {
  name: string;
  inputs: readonly string[];
  /** Its name in the graph for these arguments, as far as they are known; the others are undefined. */
  nameNode?(args: readonly unknown[]): string | undefined;
  /** Makes the arguments of a call into those of the function: sql is called as a template tag. */
  arrange?(args: readonly unknown[]): readonly unknown[];
  /** Why it has no `map`, if it has none. */
  noMap?: string;
  /** True if the function reaches into the database, which the attempt has to wait for. */
  isTracked?: boolean;
}

/** Where the functions that are options of a call are found. */
export type WithOptions = Pick<Definition, "options">;

const definitions = new WeakMap<object, Definition>();

/** Says what is behind a task. */
export function registerTask(task: Callable, definition: Definition): void {
  definitions.set(task, definition);
}

/** Whether a value is a task. */
export function isTask(value: unknown): value is Callable {
  return typeof value === "function" && definitions.has(value);
}

export function definitionOf(task: Callable): Definition {
  return definitions.get(task)!;
}

/** Gives a task the name of the variable it was assigned to, unless it has a name already. */
export function nameTask(task: Callable, name: string): void {
  definitionOf(task).root.name ??= name;
}
