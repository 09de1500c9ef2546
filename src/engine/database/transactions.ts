/**
 * Who sees what in a notebook's database.
 *
 * One owner (an attempt) at a time writes, in one transaction on the writer connection, and reads what it wrote. Everyone else
 * reads the reader connection: what is committed. A commit is done when its bytes are saved: reads that arrive while they are
 * being saved wait for that, so nobody ever sees rows that are not on disk. If they cannot be saved, the database is opened
 * again from what is on disk.
 *
 * SQLite runs inside one call and cannot be interrupted there: sql.js exports neither a progress handler nor
 * sqlite3_interrupt. A query without end is ended by ending the worker; opening the notebook again loses nothing.
 */
import { FlowError } from "../../core/errors.ts";
import type { SqlParameters } from "../protocol.ts";
import {
  exec,
  query,
  readAll,
  readRow,
  TransactionLost,
  type QueryRows,
} from "./execute.ts";
import { detachHistory, type History } from "./history.ts";
import { quote } from "./loadTable.ts";
import { openImage } from "./openImage.ts";
import type { Connection, Connections, Sqlite } from "./sqlite.ts";
import { WriteQueue } from "./writeQueue.ts";

/** The bytes of a database in the store, and how many they must be. */
export interface StoredImage {
  database: unknown;
  databaseSize: number;
}

/** The database of the open notebook. */
export class Transactions<Owner extends object> {
  /** Told before SQLite is entered, and for whom (undefined: for no attempt): once inside, nothing can be told. */
  readonly #entering: (owner: Owner | undefined) => void;
  readonly #sqlite: Sqlite;
  readonly #stored: () => Promise<StoredImage>;
  readonly #queue = new WriteQueue<Owner>();
  #connections: Connections;
  #damage: FlowError | undefined;
  /** Who has an open transaction on the writer. */
  #writing: Owner | undefined;
  /** Set when SQLite took that transaction back. */
  #lost: TransactionLost | undefined;
  /** Whether that transaction has attached the history. */
  #hasHistory = false;
  /** Resolves when the bytes of a commit are on disk, or taken back. */
  #saving: Promise<void> | undefined;
  /** Set when memory could not be made equal to the disk again. */
  #unusable: FlowError | undefined;

  /** Opens the database; `stored` reads it from disk again when a save has failed. */
  constructor(
    sqlite: Sqlite,
    image: StoredImage,
    stored: () => Promise<StoredImage>,
    entering: (owner: Owner | undefined) => void = () => {},
  ) {
    this.#entering = entering;
    this.#sqlite = sqlite;
    this.#stored = stored;
    const { connections, damage } = openImage(
      sqlite,
      image.database,
      image.databaseSize,
    );
    this.#connections = connections;
    this.#damage = damage;
  }

  /** Why the stored database could not be used; this one is then empty and cannot be written. */
  get damage(): FlowError | undefined {
    return this.#damage;
  }

  /** Reads with what is committed and saved. */
  async read<T>(work: (reader: Connection) => T, owner?: Owner): Promise<T> {
    while (this.#saving) await this.#saving;
    if (this.#unusable) throw this.#unusable;
    this.#entering(owner);
    return work(this.#connections.reader);
  }

  /** Runs a query that sees the owner's own writes, and the history if it is given. */
  async query(
    owner: Owner | undefined,
    sql: string,
    parameters: SqlParameters,
    options: { limit?: number | undefined; history?: History | undefined } = {},
  ): Promise<QueryRows> {
    const { limit, history } = options;
    const run = (connection: Connection) =>
      query(connection, sql, parameters, limit);
    if (owner === undefined || this.#writing !== owner)
      return this.read(
        (reader) =>
          history ? history.attachedTo(reader, () => run(reader)) : run(reader),
        owner,
      );
    if (this.#lost) throw this.#lost;
    this.#entering(owner);
    const { writer } = this.#connections;
    const runReadOnly = () => {
      writer.run("PRAGMA query_only = ON");
      try {
        return run(writer);
      } finally {
        writer.run("PRAGMA query_only = OFF");
      }
    };
    if (!history) return runReadOnly();
    this.#hasHistory = true;
    return history.copiedTo(writer, runReadOnly);
  }

  /** Runs statements in the owner's transaction. */
  exec(
    owner: Owner,
    sql: string,
    parameters: SqlParameters,
  ): Promise<{ changes: number }> {
    return this.write(owner, (writer) => exec(writer, sql, parameters));
  }

  /** Writes in the owner's transaction, which begins when it is the owner's turn. */
  async write<T>(owner: Owner, work: (writer: Connection) => T): Promise<T> {
    if (this.#damage) throw this.#damage;
    if (this.#writing !== owner) await this.#begin(owner);
    if (this.#lost) throw this.#lost;
    this.#entering(owner);
    try {
      return work(this.#connections.writer);
    } catch (thrown) {
      if (thrown instanceof TransactionLost) this.#lost = thrown;
      throw thrown;
    }
  }

  /**
   * Commits what the owner wrote, saves it and ends the owner's turn; rejects with nothing of it kept. `save` gets the bytes of
   * the database if it changed. Says whether it did.
   */
  async commit(
    owner: Owner,
    save: (image: Uint8Array | undefined) => Promise<void>,
  ): Promise<boolean> {
    if (this.#writing !== owner) {
      await save(undefined);
      return false;
    }
    if (this.#lost) {
      const lost = this.#lost;
      await this.rollback(owner, lost);
      throw lost;
    }
    let saved = () => {};
    this.#saving = new Promise((resolve) => (saved = resolve));
    let committed = false;
    this.#entering(undefined);
    try {
      const { writer, reader } = this.#connections;
      const before = dataVersion(reader);
      dropTemporary(writer);
      writer.run("COMMIT");
      committed = true;
      const changed = dataVersion(reader) !== before;
      await save(changed ? ownBytes(reader.export()) : undefined);
      return changed;
    } catch (thrown) {
      if (committed) await this.#reopen();
      else await this.#takeBack();
      throw asFlowError(thrown);
    } finally {
      this.#end(owner, undefined);
      this.#saving = undefined;
      saved();
    }
  }

  /** Takes back what the owner wrote and has not committed, and ends its turn or its waiting. */
  async rollback(owner: Owner, reason: unknown): Promise<void> {
    if (this.#writing === owner) await this.#takeBack();
    this.#end(owner, reason);
  }

  close(): void {
    this.#connections.close();
    this.#unusable = new FlowError(
      "storage-failed",
      "The notebook was closed. Open it again.",
    );
  }

  async #begin(owner: Owner): Promise<void> {
    await this.#queue.enter(owner);
    if (!this.#queue.holds(owner))
      throw new FlowError("task-crashed", "The attempt has ended.");
    try {
      if (this.#unusable) throw this.#unusable;
      this.#connections.writer.run("BEGIN IMMEDIATE");
    } catch (thrown) {
      this.#queue.leave(owner, thrown);
      throw thrown;
    }
    this.#writing = owner;
  }

  #end(owner: Owner, reason: unknown): void {
    if (this.#writing === owner) {
      if (this.#hasHistory && !this.#unusable)
        detachHistory(this.#connections.writer);
      this.#hasHistory = false;
      this.#writing = undefined;
      this.#lost = undefined;
    }
    this.#queue.leave(owner, reason);
  }

  async #takeBack(): Promise<void> {
    if (this.#lost) return;
    try {
      this.#connections.writer.run("ROLLBACK");
    } catch {
      await this.#reopen();
    }
  }

  /** Makes memory what the disk is. */
  async #reopen(): Promise<void> {
    try {
      const { database, databaseSize } = await this.#stored();
      const { connections, damage } = openImage(
        this.#sqlite,
        database,
        databaseSize,
      );
      this.#connections.close();
      this.#connections = connections;
      this.#damage = damage;
    } catch (thrown) {
      this.#unusable = new FlowError(
        "storage-failed",
        "After a failed save the database could not be read again. What was saved before is safe: reload the page to go on from there.",
        { cause: thrown },
      );
    }
  }
}

// Changes for the reader whenever the writer has committed something that changed the file, rows or schema.
function dataVersion(reader: Connection): number {
  return Number(readRow(reader, "PRAGMA data_version")?.[0]);
}

// Temporary tables live in the connection and would outlast the attempt that made them.
function dropTemporary(writer: Connection): void {
  const found = readAll(
    writer,
    "SELECT type, name FROM temp.sqlite_schema WHERE type IN ('trigger', 'view', 'table') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type DESC",
  );
  for (const [type, name] of found)
    writer.run(`DROP ${type} IF EXISTS temp.${quote(String(name))}`);
}

// IndexedDB stores the whole buffer of a view.
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

function asFlowError(thrown: unknown): FlowError {
  if (thrown instanceof FlowError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new FlowError(
    "sql-failed",
    `The database could not commit what the task wrote, and nothing of it was kept. SQLite: ${message}.`,
    { cause: thrown },
  );
}
