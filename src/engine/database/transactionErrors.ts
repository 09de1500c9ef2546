/** What is said when a transaction as a whole comes to nothing. */
import { FlowError } from "../../core/errors.ts";
import { isOutOfMemory } from "./sqlError.ts";

/** A file cannot take the place of a database. */
export function unusable(thrown: unknown): FlowError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new FlowError(
    "invalid-argument",
    `The file cannot be used as a database, and the notebook's own is as it was. SQLite: ${message}. Check whether the file is complete, or repair it with the sqlite3 program (.recover).`,
    { cause: thrown },
  );
}

/** Memory could not be made what the disk is. */
export function notTakenBack(cause: unknown): FlowError {
  return new FlowError(
    "storage-failed",
    "After a failed save the database could not be taken back to what is saved. What was saved before is safe: reload the page to go on from there.",
    { cause },
  );
}

/** Something is asked of the database of a notebook that is not open any more. */
export function closed(): FlowError {
  return new FlowError(
    "storage-failed",
    "The notebook was closed. Open it again.",
  );
}

/** A commit failed, if it was not said better already. */
export function commitError(thrown: unknown): FlowError {
  if (thrown instanceof FlowError) return thrown;
  if (isOutOfMemory(thrown))
    return new FlowError(
      "storage-failed",
      "There was not enough memory for what the task wrote, and nothing of it was kept. Reload the page, and write fewer rows, or in several tasks.",
      { cause: thrown },
    );
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new FlowError(
    "sql-failed",
    `The database could not commit what the task wrote, and nothing of it was kept. SQLite: ${message}.`,
    { cause: thrown },
  );
}
