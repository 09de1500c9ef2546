import type { Current } from "./current.ts";
import type { Callable } from "./definition.ts";
import { adoptError } from "./formats.ts";
import { defineBuiltIn } from "./task.ts";

/** An entry of the task library: a node in a flow body, a function anywhere else. */
export function defineLibraryTask(
  current: Current,
  name: string,
  inputs: readonly string[],
  fn: Callable,
): Callable {
  return defineBuiltIn(
    current,
    {
      name,
      inputs,
      // A URL cannot be copied to the worker that fetches it; its text can.
      arrange: (args) => args.map(toText),
    },
    async (...args) => {
      try {
        return await fn(...args);
      } catch (thrown) {
        throw adoptError(thrown);
      }
    },
  );
}

function toText(arg: unknown): unknown {
  if (arg instanceof URL) return arg.href;
  if (!Array.isArray(arg)) return arg;
  const texts = arg.map(toText);
  // Rows stay the list that their types are known of.
  return texts.some((text, index) => text !== arg[index]) ? texts : arg;
}
