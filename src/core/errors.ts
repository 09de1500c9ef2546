/** Every error code that Flowbook itself raises; the page API rejects with one of these. */
export const errorCodes = [
  // notebook and compiler
  "notebook-syntax",
  "cell-syntax",
  "duplicate-name",
  "cell-cycle",
  "unknown-name",
  "type-mismatch",
  "not-erasable",
  "flow-body",
  "cell-failed",
  "not-yet",
  // page API
  "unknown-flow",
  "unknown-parameter",
  "unknown-cell",
  "unknown-task",
  "invalid-parameter",
  "invalid-argument",
  "already-running",
  "nothing-to-resume",
  // running
  "run-cancelled",
  "task-failed",
  "task-timeout",
  "task-crashed",
  "cannot-copy",
  "invalid-option",
  "flow-cycle",
  "host-not-allowed",
  "missing-attachment",
  "missing-package",
  "sandbox-unavailable",
  // data
  "sql-failed",
  "read-only",
  "row-mismatch",
  "storage-full",
  "storage-conflict",
  "storage-damaged",
  "storage-failed",
  // sharing
  "link-damaged",
  "link-too-large",
  "notebook-unreachable",
] as const;

/** One of the closed list of error codes. */
export type ErrorCode = (typeof errorCodes)[number];

/** A place in a notebook: lines and columns count from 1, as an editor shows them. */
export interface Place {
  /** The cell's name. */
  cell: string;
  line: number;
  column: number;
}

/** An error as plain data, as it crosses worker borders and is kept in run histories. */
export interface ErrorData {
  /** A code of ours, or undefined for an error that a notebook's own code threw. */
  code?: ErrorCode;
  /** The class of the error, such as `TypeError`. */
  name: string;
  /** What happened, where, and what to do, for people. */
  message: string;
  /** Where in the notebook it was raised, when that is known. */
  place?: Place;
  /** The stack, already in terms of the notebook's own cells; for developers. */
  stack?: string;
  /** What was behind it, if it said so; of that only names and messages, and not endlessly deep. */
  cause?: ErrorData;
  /** Of an AggregateError the first of its errors, in the same way. */
  errors?: readonly ErrorData[];
}

/** An error that Flowbook raises itself. A user's own exception is never turned into one; it stays ErrorData with its own name. */
export class FlowError extends Error {
  override readonly name = "FlowError";
  readonly code: ErrorCode;
  readonly place: Place | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { place?: Place | undefined; cause?: unknown } = {},
  ) {
    super(
      message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.place = options.place;
  }
}

/** The plain form of anything thrown. */
export function toErrorData(thrown: unknown): ErrorData {
  if (thrown instanceof FlowError) {
    const data: ErrorData = {
      code: thrown.code,
      name: thrown.name,
      message: thrown.message,
    };
    if (thrown.place) data.place = thrown.place;
    return data;
  }
  if (thrown instanceof Error) {
    const data: ErrorData = { name: thrown.name, message: thrown.message };
    if (thrown.stack) data.stack = thrown.stack;
    return data;
  }
  return { name: "Error", message: String(thrown) };
}

/** An Error object with the same name, message and code; the inverse of {@link toErrorData} as far as plain data allows. */
export function fromErrorData(data: ErrorData): Error {
  const { code, name, message, place, stack, errors } = data;
  const cause = data.cause && fromErrorData(data.cause);
  if (code) return new FlowError(code, message, { place, cause });
  const error = new Error(message, cause && { cause });
  error.name = name;
  if (stack) error.stack = stack;
  return errors
    ? Object.assign(error, { errors: errors.map(fromErrorData) })
    : error;
}

/** A mistake in Flowbook itself, never in a notebook: what cannot happen has happened. */
export class EngineBug extends Error {
  override readonly name = "EngineBug";

  constructor(message: string) {
    super(
      `${message} This is a mistake in Flowbook, not in the notebook; please report it.`,
    );
  }
}
