/** The journal of an SQLite file: Flowbook keeps it as a log while it works on the file, and then as it was. */
import { readAll } from "../engine/database/execute.ts";
import type { Connection } from "../engine/database/sqlite.ts";
import { notebookTable } from "../engine/database/statements.ts";
import { isBusy } from "./sideFile.ts";

/** How often it is looked whether another process still is in the way, in milliseconds. */
const tryEvery = 50;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** How SQLite keeps the file's journal; of a file that was not closed in good order, how it did before. */
export function journalOf(connection: Connection, wasStopped: boolean): string {
  const [[mode] = []] = readAll(connection, "PRAGMA journal_mode");
  if (mode !== "wal" || !wasStopped) return String(mode);
  const [row] = readAll(
    connection,
    `SELECT value FROM ${notebookTable} WHERE kind = 'format' AND key = 'journal'`,
  );
  return String(row?.[0] ?? "delete");
}

/** Whether others read the file while it is written: not where its disk allows no log, and they would hold up each commit. */
export function isReadBeside(connection: Connection): boolean {
  return String(readAll(connection, "PRAGMA journal_mode")[0]?.[0]) === "wal";
}

/** Waits for other processes also where SQLite does not. */
export function runPatiently(
  connection: Connection,
  sql: string,
  patience: number,
): void {
  const until = performance.now() + patience;
  for (;;)
    try {
      connection.run(sql);
      return;
    } catch (thrown) {
      if (!isBusy(thrown) || performance.now() > until) throw thrown;
      Atomics.wait(pause, 0, 0, tryEvery);
    }
}
