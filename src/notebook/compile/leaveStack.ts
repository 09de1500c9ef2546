import type { Parser } from "acorn";

/**
 * Has a parser throw what the engine throws where the stack is used up. It would look there with a regular expression for what
 * that says, and V8, which has no stack left to compile it, ends the process, and a tab with it.
 */
export function leaveStack(base: typeof Parser): typeof Parser {
  return class extends base {
    catchStackOverflow<T>(read: () => T): T {
      return read();
    }
  };
}
