import { FlowError } from "../../../core/errors.ts";
import { asSentence } from "../../../core/words.ts";
import type { ProgramCell } from "../../../notebook/compile/program.ts";
import { NotRunYet } from "./flow.ts";

/** What became of a cell: its names, or why it has none. */
export type Outcome =
  | { ok: true; values: Record<string, unknown> }
  | {
      ok: false;
      error: unknown;
      /** The cell that failed first; this one or one it needs. */
      origin: string;
    };

export function fail(
  cell: ProgramCell,
  error: unknown,
): Outcome & { ok: false } {
  return { ok: false, error, origin: cell.name };
}

/** What became of a cell that is not evaluated, since it was seen not to come to an end. */
export function refuse(cell: ProgramCell, message: string): Outcome {
  return fail(cell, new FlowError("cell-failed", message));
}

/** The error of something that needs a cell which failed. */
export function explain(outcome: Outcome & { ok: false }, what: string): Error {
  const { error, origin } = outcome;
  // It says what to do, and nothing is wrong with the cell.
  if (error instanceof NotRunYet) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isItself = what === `The cell ${origin}`;
  const explained = new FlowError(
    "cell-failed",
    isItself
      ? `${what} failed: ${asSentence(message)}`
      : `${what} needs cell ${origin}, which failed: ${asSentence(message)}`,
    { cause: error },
  );
  // The place to look at is where the first error was raised.
  if (error instanceof Error && error.stack) explained.stack = error.stack;
  return explained;
}
