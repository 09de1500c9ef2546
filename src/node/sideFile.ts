/**
 * The file beside a notebook's database. Who has it open is the only one who works on the notebook, and what cannot be written
 * into the database yet waits in it.
 */
import { realpathSync, rmSync } from "node:fs";
import { FlowError } from "../core/errors.ts";
import { readAll } from "../engine/database/execute.ts";
import { createNotebookTable } from "../engine/database/notebookTable.ts";
import type { Connection } from "../engine/database/sqlite.ts";
import { notebookTable } from "../engine/database/statements.ts";
import type { Driver } from "./driver.ts";

/** How often it is opened anew when whoever had it has just removed it. */
const mostTries = 5;

export interface SideFile {
  readonly connection: Connection;
  /** Lets others work on the notebook, and removes the file if nothing waits in it. */
  close(): void;
}

/** Opens it. Throws if another process has it. */
export function openSideFile(driver: Driver, path: string): SideFile {
  const place = placeOfSideFile(path);
  for (let tries = 1; ; tries += 1) {
    const connection = driver.open(place, { patience: 0 });
    try {
      // Only when it writes does SQLite see whether the file is still in its place.
      connection.run(
        `PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ${createNotebookTable}; PRAGMA user_version = 1; COMMIT`,
      );
      return { connection, close: () => closeSideFile(connection, place) };
    } catch (thrown) {
      connection.close();
      if (isBusy(thrown)) throw inUse(driver, path);
      if (tries === mostTries || !isReadOnly(thrown)) throw thrown;
    }
  }
}

/** Where the second file of a database is. */
export function placeOfSideFile(path: string): string {
  return `${path}-flowbook`;
}

/** Where a file is that may be reached by several names. */
export function whereItIs(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Another process works on the notebook. */
export function inUse(driver: Driver, path: string): FlowError {
  return new FlowError(
    "storage-conflict",
    `${path} is in use: ${ownerOf(driver, path)} works on this notebook. Wait for it, end it, or give another file with --db.`,
  );
}

/** Whether another connection is in the way. */
export function isBusy(thrown: unknown): boolean {
  return (
    thrown instanceof Error && /database is (locked|busy)/i.test(thrown.message)
  );
}

function closeSideFile(connection: Connection, place: string): void {
  const isEmpty = () =>
    readAll(connection, `SELECT 1 FROM ${notebookTable} LIMIT 1`).length === 0;
  try {
    // SQLite removes its journal by name with this, which must not happen once another process has a file of that name.
    connection.run("PRAGMA locking_mode = NORMAL");
    isEmpty();
    // It is removed by who has it, so that nobody else goes on with what has no name any more.
    connection.run("BEGIN EXCLUSIVE");
    if (isEmpty()) rmSync(place, { force: true });
  } catch {
    // Another process has it already, or the system removes no file that is open: it may stay.
  }
  connection.close();
}

/** What SQLite says of a file that was removed since it was opened, too. */
function isReadOnly(thrown: unknown): boolean {
  return thrown instanceof Error && /readonly database/i.test(thrown.message);
}

function ownerOf(driver: Driver, path: string): string {
  try {
    const connection = driver.open(path, { readOnly: true, patience: 1_000 });
    try {
      const [row] = readAll(
        connection,
        `SELECT value FROM ${notebookTable} WHERE kind = 'format' AND key = 'owner'`,
      );
      if (row) return String(row[0]);
    } finally {
      connection.close();
    }
  } catch {
    // It may not have come that far.
  }
  return "another process";
}
