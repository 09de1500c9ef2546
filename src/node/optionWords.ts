import { FlowError } from "../core/errors.ts";
import { UsageError } from "./arguments.ts";
import type { RunOptions } from "./runOptions.ts";

/** What options of the command line are called by a program. */
const words: Readonly<Record<string, keyof RunOptions>> = {
  "--flow": "flow",
  "--param": "parameters",
  "--from": "from",
  "--to": "to",
  "--db": "database",
  "--resume": "resume",
  "--allow-host": "hosts",
  "--workers": "workers",
  "--executor": "executor",
  "--store": "store",
};

/** The same error with the options of `run` in its message: most messages are read on the command line, and name its own. */
export function inProgramsWords(thrown: unknown): unknown {
  if (!(thrown instanceof FlowError || thrown instanceof UsageError))
    return thrown;
  const message = thrown.message.replace(/--[a-z][a-z-]*/g, (option) =>
    Object.hasOwn(words, option) ? `the option ${words[option]}` : option,
  );
  const { code, place } = thrown as Partial<FlowError>;
  return new FlowError(code ?? "invalid-argument", message, {
    place,
    cause: thrown,
  });
}
