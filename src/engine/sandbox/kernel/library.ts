import { FlowError } from "../../../core/errors.ts";
import type { Platform } from "./platform.ts";

/** Makes a value part of the scope of cells, where a cell may put another in its place. */
export function define(scope: object, name: string, value: unknown): void {
  Object.defineProperty(scope, name, {
    value,
    writable: true,
    configurable: true,
  });
}

/** A library runs when a cell first mentions it: it is large, and most tasks of a notebook with a chart draw none. */
export function defineLibrary(
  platform: Platform,
  name: string,
  script: string | undefined,
): void {
  const { scope } = platform;
  let isLoading = false;
  Object.defineProperty(scope, name, {
    configurable: true,
    set: (value: unknown) => define(scope, name, value),
    get() {
      if (script === undefined || isLoading)
        throw new FlowError(
          "cell-failed",
          `${name} is not there. Write its name in the cell's own text, so that it is loaded.`,
        );
      isLoading = true;
      try {
        platform.runScript(script);
      } finally {
        isLoading = false;
      }
      return (scope as Record<string, unknown>)[name];
    },
  });
}

/** The value of an expression, which is given as text: the sandbox refuses `eval`, but not scripts of ours. */
export function evaluate(platform: Platform, expression: string): unknown {
  const { scope } = platform;
  let result: unknown;
  const name = "flowbookResult";
  define(scope, name, (value: unknown) => (result = value));
  try {
    platform.runScript(`${name}(${expression})`);
  } finally {
    Reflect.deleteProperty(scope, name);
  }
  return result;
}
