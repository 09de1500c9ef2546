/**
 * What a plan looks at of a notebook's SQLite file, in a file of its own: the notebook's file may be another program's, or may not
 * be written to, and stays as it is to the byte, without anything beside it.
 */
import {
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  closeSync,
} from "node:fs";
import { basename, join } from "node:path";
import { quoteName } from "../core/sqliteRules.ts";
import { readAll } from "../engine/database/execute.ts";
import {
  createNotebookTable,
  hasNotebookTable,
  putEntry,
} from "../engine/database/notebookTable.ts";
import type { Connection, RawValue } from "../engine/database/sqlite.ts";
import { notebookTable } from "../engine/database/statements.ts";
import { tableNames } from "../engine/database/tableUse.ts";
import type { Driver } from "./driver.ts";
import { asDamage } from "./fileErrors.ts";
import { inUse, isBusy, placeOfSideFile, whereItIs } from "./sideFile.ts";

/** How long another process that writes the file may be in the way, in milliseconds. */
const patience = 5_000;

const copied = `SELECT kind, run, key, value FROM ${notebookTable} WHERE kind IN ('events', 'cache', 'writer')`;

/** Copies runs, what may be reused and which tables there are, into a new database in the folder; gives its path. Throws if a process works on the file. */
export function copyHistory(
  driver: Driver,
  path: string,
  folder: string,
): string {
  const to = join(folder, "plan.sqlite");
  // SQLite keeps what belongs to a file beside it, and not beside a link to it.
  const place = whereItIs(path);
  const entries: RawValue[][] = [];
  let tables: readonly string[] = [];
  try {
    const remedy = "give another file with --db";
    entries.push(
      ...read(driver, place, folder, (connection) => {
        if (!hasNotebookTable(connection, path, remedy)) return [];
        tables = tableNames(connection);
        return readAll(connection, copied);
      }),
    );
  } catch (thrown) {
    throw asDamage(thrown, path);
  }
  const side = placeOfSideFile(place);
  if (existsSync(side))
    try {
      // What could not be put into the file yet takes the place of what is there.
      entries.push(
        ...read(driver, side, folder, (connection) =>
          readAll(connection, copied),
        ),
      );
    } catch (thrown) {
      // One without the table was just made, and has nothing.
      if (isBusy(thrown)) throw inUse(driver, path);
    }
  const connection = driver.open(to);
  try {
    connection.run(`BEGIN; ${createNotebookTable}`);
    const statement = connection.prepare(putEntry);
    for (const entry of entries) statement.run(entry);
    statement.free();
    // Of these a plan asks whether they are there, and nothing else.
    for (const name of tables)
      connection.run(`CREATE TABLE IF NOT EXISTS ${quoteName(name)} (x)`);
    connection.run("COMMIT");
  } finally {
    connection.close();
  }
  return to;
}

function read(
  driver: Driver,
  path: string,
  folder: string,
  work: (connection: Connection) => RawValue[][],
): RawValue[][] {
  const readFrom = (place: string, readOnly: boolean) => {
    const connection = driver.open(place, { readOnly, patience });
    try {
      return work(connection);
    } finally {
      connection.close();
    }
  };
  if (mayBeOpened(path))
    try {
      return readFrom(path, true);
    } catch (thrown) {
      if (!isUnreadable(thrown)) throw thrown;
    }
  const copy = join(folder, basename(path));
  for (const ending of ["", "-wal", "-journal"])
    if (existsSync(path + ending)) copyFileSync(path + ending, copy + ending);
  return readFrom(copy, false);
}

/** Whether SQLite leaves nothing beside a file that it opens for reading. */
function mayBeOpened(path: string): boolean {
  const hasLog = existsSync(`${path}-wal`) && existsSync(`${path}-shm`);
  return hasLog || !isInWriteAheadMode(path);
}

/** What SQLite says where it would have to write: to take back what a process has left that was ended. */
function isUnreadable(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    /readonly database|unable to open/i.test(thrown.message)
  );
}

function isInWriteAheadMode(path: string): boolean {
  const header = new Uint8Array(20);
  const file = openSync(path, "r");
  try {
    readSync(file, header);
  } finally {
    closeSync(file);
  }
  return header[18] === 2;
}
