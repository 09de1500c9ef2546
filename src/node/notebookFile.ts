/**
 * A notebook's SQLite file on disk: its rows, and in one table of their own everything else that is kept (notebookTable.ts).
 *
 * The rows of a task, its result and its Success are one transaction. While a task's transaction is open nobody else can write
 * the file, but the results of tasks that write no rows have to be on disk all the same before they count: they go to a second
 * file beside it and into the notebook's own with the next transaction that can be had. Both are idempotent, so that a stop in
 * between changes nothing. The second file also is the lock (sideFile.ts).
 */
import { existsSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { FlowError } from "../core/errors.ts";
import type { KeptKind } from "../core/kept.ts";
import type { FoundPages } from "../core/pages.ts";
import type { OpenFile, Save } from "../engine/database/databaseFile.ts";
import { detachOthers, readAll } from "../engine/database/execute.ts";
import {
  createNotebookTable,
  hasNotebookTable,
  notebookFormat,
  refuseTriggers,
} from "../engine/database/notebookTable.ts";
import { alwaysChecked, faultsOf } from "../engine/database/openFound.ts";
import type { Connection } from "../engine/database/sqlite.ts";
import { notebookTable } from "../engine/database/statements.ts";
import type { Driver } from "./driver.ts";
import { asDamage, asFull, isFull } from "./fileErrors.ts";
import { byKey, insert, placeOf, type Entry } from "./entries.ts";
import { journalOf, runPatiently } from "./journal.ts";
import { makeFileShelf } from "./fileShelf.ts";
import {
  isBusy,
  openSideFile,
  placeOfSideFile,
  whereItIs,
  type SideFile,
} from "./sideFile.ts";

/** How long another process may be in the way, in milliseconds. */
const longestWait = 5_000;

/**
 * After how many transactions of few entries SQLite's log is begun anew: what is written over what was there is on disk in half
 * the time that a file takes which grows. Large ones need that less often, and SQLite sees to it by itself.
 */
const longestLog = 40;
const few = 10;

export class NotebookFile implements OpenFile {
  readonly path: string;
  readonly writer: Connection;
  readonly reader: Connection;
  readonly attach = undefined;
  readonly image = undefined;
  readonly unread = undefined;
  readonly makeShelf = makeFileShelf;
  readonly #keeper: Connection;
  readonly #sideFile: SideFile;
  readonly #side: Connection;
  /** What is in the second file, by its key. */
  readonly #waiting = new Map<string, Entry>();
  /** How SQLite is to keep the file's journal afterwards: as it did before. */
  readonly #journal: string;
  #isCommitting = false;
  /** How many of these transactions the log has. */
  #inLog = 0;

  /** Opens the file, or makes it. Throws if another process works on it, or if it is no database. */
  constructor(driver: Driver, path: string, patience = longestWait) {
    this.path = path;
    const opened: { close(): void }[] = [];
    const open = (wait = patience) => {
      const connection = driver.open(path, { patience: wait });
      opened.push(connection);
      return connection;
    };
    try {
      const place = whereItIs(path);
      const wasStopped = existsSync(placeOfSideFile(place));
      this.#sideFile = openSideFile(driver, place);
      opened.push(this.#sideFile);
      this.#side = this.#sideFile.connection;
      this.writer = open();
      const remedy = "give another file with --db";
      const hasTable = hasNotebookTable(this.writer, path, remedy);
      if (hasTable) refuseTriggers(this.writer, path, remedy);
      if (this.size <= alwaysChecked) refuseDamage(this.writer);
      this.#journal = journalOf(this.writer, hasTable && wasStopped);
      runPatiently(this.writer, "PRAGMA journal_mode = WAL", patience);
      this.writer.run("PRAGMA synchronous = FULL");
      this.writer.run(createNotebookTable);
      this.reader = open();
      this.reader.run("PRAGMA query_only = ON");
      this.#keeper = open(0);
      this.#keeper.run("PRAGMA synchronous = FULL");
      this.#recover();
    } catch (thrown) {
      for (const one of opened.reverse()) one.close();
      throw asDamage(thrown, path);
    }
  }

  /** How large the file is, in bytes. */
  get size(): number {
    return statSync(this.path).size;
  }

  /** What is kept of a kind, by key; of one run, or of all. */
  list(kind: KeptKind, run?: string): Entry[] {
    const found = new Map<string, Entry>();
    const sql = `SELECT run, key, value FROM ${notebookTable} WHERE kind = ?${run === undefined ? "" : " AND run = ?"} ORDER BY run, key`;
    for (const [of, key, value] of readAll(
      this.#keeper,
      sql,
      run === undefined ? [kind] : [kind, run],
    )) {
      const entry = {
        kind,
        run: String(of),
        key: key as string | number,
        value: String(value),
      };
      found.set(placeOf(entry), entry);
    }
    let isInOrder = true;
    for (const [place, entry] of this.#waiting)
      if (entry.kind === kind && (run === undefined || entry.run === run)) {
        found.set(place, entry);
        isInOrder = false;
      }
    const entries = [...found.values()];
    return isInOrder ? entries : entries.sort(byKey);
  }

  /** What is kept in one place. */
  find(kind: KeptKind, run: string, key: string): string | undefined {
    const place = placeOf({ kind, run, key });
    const waiting = this.#waiting.get(place);
    if (waiting) return waiting.value;
    const [row] = readAll(
      this.#keeper,
      `SELECT value FROM ${notebookTable} WHERE kind = ? AND run = ? AND key = ?`,
      [kind, run, key],
    );
    return row && String(row[0]);
  }

  /** Puts entries on disk, all or none. What belongs to the commit of rows goes with them. */
  put(entries: readonly Entry[], isOfCommit = false): void {
    if (isOfCommit && this.#isCommitting) {
      insert(this.writer, [...this.#waiting.values(), ...entries]);
      return;
    }
    if (!this.#whileFree(() => this.#insertAll(entries))) this.#wait(entries);
    else if (entries.length <= few) this.#shortenLog();
  }

  /** Drops what `isKept` does not want of a kind; not while a task writes. */
  drop(kind: KeptKind, isKept: (entry: Entry) => boolean): void {
    const gone = this.list(kind).filter((entry) => !isKept(entry));
    if (gone.length === 0) return;
    this.#whileFree(() => {
      this.#insertAll([]);
      for (const { run, key } of gone)
        readAll(
          this.#keeper,
          `DELETE FROM ${notebookTable} WHERE kind = ? AND run = ? AND key = ?`,
          [kind, run, key],
        );
    });
  }

  detachAll(): void {
    detachOthers(this.writer);
  }

  hasChanged(): boolean {
    return false;
  }

  async commit(save: Save): Promise<boolean> {
    this.#isCommitting = true;
    try {
      await save(undefined);
      this.writer.run("COMMIT");
    } catch (thrown) {
      throw asFull(thrown, this.path);
    } finally {
      this.#isCommitting = false;
    }
    this.#shortenLog();
    this.#forgetWaiting();
    return true;
  }

  async save(save: Save): Promise<boolean> {
    await save(undefined);
    return false;
  }

  rolledBack(): void {}

  revert(): void {
    takeBack(this.writer);
  }

  replace(): void {
    throw new FlowError(
      "invalid-argument",
      `The database is the file ${this.path} itself. Put another file in its place while nothing runs.`,
    );
  }

  shrink(): boolean {
    return false;
  }

  refresh(): void {}

  lend(): never {
    throw new FlowError(
      "invalid-argument",
      `The database is the file ${this.path} already. Copy it while nothing runs.`,
    );
  }

  lendUnsaved(): never {
    return this.lend();
  }

  /** Leaves one file behind that every SQLite opens. Throws if the disk is full: what it has is in several files then. */
  close(): void {
    this.revert();
    try {
      this.#whileFree(() => this.#insertAll([]));
    } finally {
      this.reader.close();
      this.#keeper.close();
      try {
        this.#foldLog();
      } finally {
        this.writer.close();
        this.#sideFile.close();
      }
    }
  }

  /** Takes the log that SQLite keeps beside the file into it. */
  #foldLog(): void {
    try {
      this.writer.run("PRAGMA wal_checkpoint(TRUNCATE)");
      if (this.#journal !== "wal")
        this.writer.run("PRAGMA journal_mode = DELETE");
    } catch (thrown) {
      if (isFull(thrown))
        throw new FlowError(
          "storage-full",
          `There is no room left on the disk of ${this.path}. All is kept, but a part of it in ${this.path}-wal: leave the two side by side. Make room, and the next run makes them one file.`,
          { cause: thrown },
        );
      // Somebody else reads the file; the log stays beside it and is read with it.
    }
  }

  /** Takes over what was left beside the file, and says who works on it now. */
  #recover(): void {
    for (const [kind, run, key, value] of readAll(
      this.#side,
      `SELECT kind, run, key, value FROM ${notebookTable}`,
    )) {
      const entry = { kind, run, key, value } as Entry;
      this.#waiting.set(placeOf(entry), entry);
    }
    const owner = `process ${process.pid} on ${hostname()} (since ${new Date().toISOString()})`;
    this.put([
      { kind: "format", run: "", key: "", value: String(notebookFormat) },
      { kind: "format", run: "", key: "owner", value: owner },
      { kind: "format", run: "", key: "journal", value: this.#journal },
    ]);
  }

  /** Does something in a transaction of the keeper's; false if a task has the file. */
  #whileFree(work: () => void): boolean {
    try {
      this.#keeper.run("BEGIN IMMEDIATE");
    } catch (thrown) {
      if (isBusy(thrown)) return false;
      throw thrown;
    }
    try {
      work();
      this.#keeper.run("COMMIT");
    } catch (thrown) {
      takeBack(this.#keeper);
      throw asFull(thrown, this.path);
    }
    this.#forgetWaiting();
    return true;
  }

  /** Takes the log into the file once it is long. */
  #shortenLog(): void {
    this.#inLog += 1;
    if (this.#inLog < longestLog) return;
    this.#inLog = 0;
    try {
      this.#keeper.run("PRAGMA wal_checkpoint(PASSIVE)");
    } catch {
      // All is in the log, as before. What is wrong is told by the next transaction.
    }
  }

  #insertAll(entries: readonly Entry[]): void {
    insert(this.#keeper, [...this.#waiting.values(), ...entries]);
  }

  /** Keeps entries beside the file until it is free. */
  #wait(entries: readonly Entry[]): void {
    this.#side.run("BEGIN");
    try {
      insert(this.#side, entries);
      this.#side.run("COMMIT");
    } catch (thrown) {
      takeBack(this.#side);
      throw asFull(thrown, this.path);
    }
    for (const entry of entries) this.#waiting.set(placeOf(entry), entry);
  }

  #forgetWaiting(): void {
    if (this.#waiting.size === 0) return;
    try {
      this.#side.run(`DELETE FROM ${notebookTable}`);
    } catch (thrown) {
      // They are in the file, and go into it once more when there is room again.
      if (isFull(thrown)) return;
      throw thrown;
    }
    this.#waiting.clear();
  }
}

/** An empty file of pages: this one has its own. */
export function pagesOfFile(file: NotebookFile): FoundPages {
  return {
    size: file.size,
    segments: new Map(),
    deltas: [],
    damage: undefined,
  };
}

/** Throws if something is wrong with a file; what is written into such a one may go over what could have been saved of it. */
function refuseDamage(connection: Connection): void {
  const fault = faultsOf(connection, 1);
  if (fault !== undefined)
    throw new Error(
      `database disk image is malformed (${fault.split("\n").at(-1)!})`,
    );
}

function takeBack(connection: Connection): void {
  try {
    connection.run("ROLLBACK");
  } catch {
    // SQLite has done it by itself, as it does when a disk is full; or nothing was open.
  }
}
