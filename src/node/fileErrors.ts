/** What SQLite says of a notebook's file, in words that help. */
import { FlowError } from "../core/errors.ts";

/** The file cannot be opened. */
export function asDamage(thrown: unknown, path: string): unknown {
  const known = asFull(thrown, path);
  if (known instanceof FlowError) return known;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (/not a database|malformed/i.test(message))
    return new FlowError(
      "storage-damaged",
      `${path} is no SQLite database, or is damaged: ${message}. It was left as it is. Give another file with --db, or repair it with the sqlite3 program (.recover).`,
      { cause: thrown },
    );
  return new FlowError(
    "storage-failed",
    `${path} could not be opened: ${message}. Check whether the folder exists and can be written to.`,
    { cause: thrown },
  );
}

/** Whether SQLite has found no room on the disk. */
export function isFull(thrown: unknown): boolean {
  return thrown instanceof Error && /disk is full/i.test(thrown.message);
}

/** A full disk; anything else is given as it is. */
export function asFull(thrown: unknown, path: string): unknown {
  if (!isFull(thrown)) return thrown;
  return new FlowError(
    "storage-full",
    `There is no room left on the disk of ${path}, so it could not be kept. Make room, and go on with --resume.`,
    { cause: thrown },
  );
}
