/** What SQLite says of a notebook's file, in words that help. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { FlowError } from "../core/errors.ts";
import { asSentence } from "../core/words.ts";

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
  if (/database is (locked|busy)/i.test(message))
    return new FlowError(
      "storage-conflict",
      `${path} is in use: another program holds it, and did not let go of it for some seconds. End what it does there, such as a transaction, or give another file with --db.`,
      { cause: thrown },
    );
  return new FlowError(
    "storage-failed",
    `${path} could not be opened: ${asSentence(message)} ${remedyFor(path, message)}`,
    { cause: thrown },
  );
}

function remedyFor(path: string, message: string): string {
  const folder = dirname(path);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory())
    return `That is a folder. Give a file in it: --db ${join(path, "name.sqlite")}`;
  if (!existsSync(folder)) return `There is no folder ${folder}: make it.`;
  if (found && !may(path, constants.R_OK))
    return "It may not be read. Let it be, or give another file with --db.";
  if (found && (/readonly/i.test(message) || !may(path, constants.W_OK)))
    return "It may only be read. Let it be written to, or give another file with --db.";
  if (!may(folder, constants.W_OK))
    return `Nothing may be written into ${folder}, where SQLite keeps files beside it. Let that be written to, or give another file with --db.`;
  return "Give another file with --db, or correct what that says.";
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
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
