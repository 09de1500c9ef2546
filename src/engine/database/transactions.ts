/**
 * Who sees what in a notebook's database.
 *
 * One owner (an attempt) at a time writes, in one transaction on the writer connection, and reads what it wrote. Everyone else
 * reads the reader connection: what is committed. A commit is done when its bytes are saved: reads that arrive while they are
 * being saved wait for that, so nobody ever sees rows that are not on disk. If they cannot be saved, memory is made again what
 * the disk is.
 *
 * SQLite runs inside one call and cannot be interrupted there: sql.js exports neither a progress handler nor
 * sqlite3_interrupt. A query without end is ended by ending the worker; opening the notebook again loses nothing.
 *
 * All of this stands in one file, since each part of it is right only together with the others.
 */
import { FlowError } from "../../core/errors.ts";
import type { FoundPages, PageImage } from "../../core/pages.ts";
import type { TouchedTable } from "../../core/tablesWritten.ts";
import type { SqlParameters } from "../protocol.ts";
import {
  exec,
  query,
  TransactionLost,
  type Executed,
  type OtherWay,
  type QueryRows,
} from "./execute.ts";
import { dropTemporary } from "./leftovers.ts";
import { isMostlyFree } from "./freePages.ts";
import type { History } from "./history.ts";
import type { Attach, OpenFile, Save } from "./databaseFile.ts";
import { checkFile, openFound } from "./openFound.ts";
import { PageFile, type LentParts } from "./pageFile.ts";
import type { Connection, Sqlite } from "./sqlite.ts";
import * as failures from "./transactionErrors.ts";
import type { WatchedImage } from "./tableSize.ts";
import type { Shelf } from "./shelf.ts";
import { TouchedTables } from "./tableUse.ts";
import { UnreadRest } from "./unreadRest.ts";
import { WriteQueue } from "./writeQueue.ts";

/** The database of the open notebook. */
export class Transactions<Owner extends object> {
  /** Told before SQLite is entered for an owner (once inside, nothing can be told), and with undefined when it is left again. */
  readonly #entering: (owner: Owner | undefined) => void;
  readonly #queue = new WriteQueue<object>();
  readonly #file: OpenFile;
  /** Why the stored database could not be used; this one is then empty and cannot be written. */
  readonly damage: FlowError | undefined;
  /** Who has an open transaction on the writer. */
  #writing: Owner | undefined;
  /** What that transaction has changed. */
  readonly #touched = new TouchedTables();
  /** Set when SQLite took that transaction back. */
  #lost: TransactionLost | undefined;
  /** Resolves when the bytes of a commit are on disk, or taken back. */
  #saving: Promise<void> | undefined;
  /** Set when memory could not be made equal to the disk again, or the disk has lost what was not in memory yet. */
  #unusable: FlowError | undefined;
  readonly #unread: UnreadRest;

  /** What was found, if it is damaged. */
  readonly #damaged: FoundPages | undefined;

  /** Opens the database; one that `isDoubtful` is checked as a whole, whatever its size. */
  constructor(
    sqlite: Sqlite,
    found: FoundPages,
    isDoubtful = false,
    entering: (owner: Owner | undefined) => void = () => {},
  ) {
    this.#entering = entering;
    const { file, damage } = openFound(sqlite, found, isDoubtful);
    this.#file = file;
    this.damage = damage;
    if (damage) this.#damaged = found;
    this.#unread = new UnreadRest(file, (lost) => (this.#unusable ??= lost));
  }

  /** Whether the owner's transaction is open. */
  isWriting(owner: Owner): boolean {
    return this.#writing === owner;
  }

  /** Reads with what is committed and saved. */
  async read<T>(
    work: (reader: Connection, image: WatchedImage | undefined) => T,
    owner?: Owner,
  ): Promise<T> {
    while (this.#saving) await this.#saving;
    if (this.#unusable) throw this.#unusable;
    return this.#within(owner, () => work(this.#file.reader, this.#file.image));
  }

  /** Reads in peace what was left to be read when it is wanted. */
  fetchRest(): Promise<void> {
    return this.#unread.fetch();
  }

  /** Runs a query that sees the owner's own writes, and the history if it is given; `read` is how. */
  async query(
    owner: Owner | undefined,
    sql: string,
    parameters: SqlParameters,
    options: {
      limit?: number | undefined;
      history?: History | undefined;
      read?: typeof query | undefined;
    } = {},
  ): Promise<QueryRows> {
    const { limit, history, read = query } = options;
    const run = (connection: Connection) =>
      read(connection, sql, parameters, limit);
    if (owner === undefined || this.#writing !== owner)
      return this.read(
        (reader) =>
          history ? history.attachedTo(reader, () => run(reader)) : run(reader),
        owner,
      );
    if (this.#lost) throw this.#lost;
    const { writer } = this.#file;
    const runReadOnly = () => {
      writer.run("PRAGMA query_only = ON");
      try {
        return run(writer);
      } finally {
        writer.run("PRAGMA query_only = OFF");
      }
    };
    return this.#within(owner, () =>
      history ? history.copiedTo(writer, runReadOnly) : runReadOnly(),
    );
  }

  /** Runs statements in the owner's transaction, those that `otherWay` knows in another way. */
  exec(
    owner: Owner,
    sql: string,
    parameters: SqlParameters,
    otherWay?: (writer: Connection, attach?: Attach) => OtherWay,
  ): Promise<Executed> {
    return this.write(owner, (writer, attach) => {
      const before = (text: string) => this.#touched.statement(writer, text);
      const other = otherWay?.(writer, attach);
      return exec(writer, sql, parameters, before, other);
    });
  }

  /** Makes a place for rows of one load that are too many for memory; undefined where there is none. */
  get makeShelf(): (() => Shelf) | undefined {
    return this.#file.makeShelf;
  }

  /** Writes rows into a table in the owner's transaction. */
  load<T>(
    owner: Owner,
    table: string,
    work: (writer: Connection, attach: Attach | undefined) => T,
  ): Promise<T> {
    return this.write(owner, (writer, attach) => {
      this.#touched.rows(writer, table);
      return work(writer, attach);
    });
  }

  /** Writes in the owner's transaction, which begins when it is the owner's turn. */
  async write<T>(
    owner: Owner,
    work: (writer: Connection, attach: Attach | undefined) => T,
  ): Promise<T> {
    if (this.damage) throw this.damage;
    if (this.#writing !== owner) await this.#begin(owner);
    if (this.#lost) throw this.#lost;
    try {
      return this.#within(owner, () =>
        work(this.#file.writer, this.#file.attach),
      );
    } catch (thrown) {
      if (thrown instanceof TransactionLost) this.#lost = thrown;
      throw thrown;
    }
  }

  /** The tables that the owner has changed so far. */
  touchedBy(owner: Owner): readonly TouchedTable[] {
    if (this.#writing !== owner || this.#lost) return [];
    return this.#touched.all(this.#file.writer, this.#file.reader);
  }

  /**
   * Commits what the owner wrote, saves it and ends the owner's turn; rejects with nothing of it kept. `save` gets the database
   * if it changed, and the tables that did. Says whether it did.
   */
  async commit(
    owner: Owner,
    save: (
      pages: PageImage | undefined,
      tables: readonly TouchedTable[],
    ) => Promise<void>,
  ): Promise<boolean> {
    if (this.#writing !== owner) {
      await save(undefined, []);
      return false;
    }
    if (this.#lost) {
      const lost = this.#lost;
      this.rollback(owner, lost);
      throw lost;
    }
    try {
      const { writer } = this.#file;
      dropTemporary(writer);
      const tables = this.#touched.all(writer, this.#file.reader);
      return await this.#whileSaving(() =>
        this.#file.commit((pages) =>
          save(pages, pages || !this.#file.image ? tables : []),
        ),
      );
    } catch (thrown) {
      this.#takeBack();
      // A COMMIT that failed half way may have left SQLite with pages that are no more.
      this.#revert();
      throw failures.commitError(thrown);
    } finally {
      this.#end(owner, undefined);
    }
  }

  /** Everyone waits while something is saved, and it is taken back if that fails. */
  async #whileSaving<T>(work: () => Promise<T>): Promise<T> {
    let saved = () => {};
    this.#saving = new Promise((resolve) => (saved = resolve));
    try {
      return await work();
    } catch (thrown) {
      this.#revert();
      throw thrown;
    } finally {
      this.#saving = undefined;
      saved();
    }
  }

  /**
   * Puts another file in the place of the database and saves it, when nobody else writes; all or nothing. `change` may change
   * the file before. Of the old one no more is in memory meanwhile than is wanted, if `stored` gives it as it is stored.
   */
  async replace(
    read: () => Promise<FoundPages>,
    save: Save,
    change: (writer: Connection) => void = () => {},
    stored: () => Promise<FoundPages | undefined> = () =>
      Promise.resolve(undefined),
  ): Promise<void> {
    if (this.damage) throw this.damage;
    await this.#whileNobodyWrites(async () => {
      if (this.#unusable) throw this.#unusable;
      const old = await stored();
      if (old && old.damage === undefined) this.#unread.release(old);
      const found = await read();
      try {
        this.#file.replace(found);
        checkFile(this.#file);
        change(this.#file.writer);
      } catch (thrown) {
        this.#revert();
        throw failures.unusable(thrown);
      }
      await this.#whileSaving(() => this.#file.save(save));
    });
  }

  /** Whether most of the file holds nothing. */
  get isMostlyFree(): boolean {
    const { image } = this.#file;
    return image !== undefined && !this.#unusable && isMostlyFree(image);
  }

  /** Gives back what the file holds nothing in, when nobody writes. */
  async shrink(save: Save): Promise<void> {
    await this.#whileNobodyWrites(async () => {
      if (this.damage || !this.isMostlyFree) return;
      await this.#whileSaving(async () => {
        if (this.#file.shrink()) await this.#file.save(save);
      });
    });
  }

  /** Does something with the database as it is saved, while nobody writes. */
  async betweenWrites(
    work: (image: PageImage) => Promise<void>,
  ): Promise<void> {
    await this.#whileNobodyWrites(async () => {
      const { image } = this.#file;
      if (image && !this.#unusable && !this.damage) await work(image);
    });
  }

  async #whileNobodyWrites(work: () => Promise<void>): Promise<void> {
    const owner = {};
    await this.#queue.enter(owner);
    try {
      await work();
    } finally {
      this.#queue.leave(owner, undefined);
    }
  }

  /** Takes over what another tab has saved. */
  async refresh(found: FoundPages): Promise<void> {
    while (this.#saving) await this.#saving;
    this.#file.refresh(found);
  }

  /** The bytes of the database as they are saved, in parts; if it is damaged, what is left of it. */
  async lend(): Promise<LentParts> {
    await this.fetchRest();
    if (this.#damaged) {
      const lent = new PageFile(this.#damaged).lend();
      if (lent.parts.length > 0) return lent;
      throw this.damage!;
    }
    while (this.#saving) await this.#saving;
    if (this.#unusable) throw this.#unusable;
    return this.#file.lend();
  }

  /** The same after something was written into the file that is not saved here. */
  async lendWith(write: (writer: Connection) => void): Promise<LentParts> {
    let lent: LentParts | undefined;
    await this.#whileNobodyWrites(() =>
      this.#whileSaving(async () => {
        if (this.#unusable) throw this.#unusable;
        // Nothing can be added to what is left, and without it the file would be empty.
        if (this.damage) throw this.damage;
        try {
          const { writer } = this.#file;
          writer.run("BEGIN IMMEDIATE");
          write(writer);
          writer.run("COMMIT");
          this.#file.hasChanged();
          lent = this.#file.lendUnsaved();
        } finally {
          this.#revert();
        }
      }),
    );
    return lent!;
  }

  /** Takes back what the owner wrote and has not committed, and ends its turn or its waiting. */
  rollback(owner: Owner, reason: unknown): void {
    if (this.#writing === owner) this.#takeBack();
    this.#end(owner, reason);
  }

  close(): void {
    this.#unread.close();
    this.#file.close();
    this.#unusable = failures.closed();
  }

  /** Does what SQLite is entered for, and lets it be seen from outside for whom. */
  #within<T>(owner: Owner | undefined, work: () => T): T {
    if (owner === undefined) return this.#unread.orLost(work);
    this.#entering(owner);
    try {
      return this.#unread.orLost(work);
    } finally {
      this.#entering(undefined);
    }
  }

  async #begin(owner: Owner): Promise<void> {
    await this.#queue.enter(owner);
    if (!this.#queue.holds(owner))
      throw new FlowError("task-crashed", "The attempt has ended.");
    try {
      if (this.#unusable) throw this.#unusable;
      this.#file.writer.run("BEGIN IMMEDIATE");
    } catch (thrown) {
      this.#queue.leave(owner, thrown);
      throw thrown;
    }
    this.#writing = owner;
  }

  #end(owner: Owner, reason: unknown): void {
    if (this.#writing === owner) {
      if (!this.#unusable) this.#file.detachAll();
      this.#writing = undefined;
      this.#touched.forget();
      this.#lost = undefined;
    }
    this.#queue.leave(owner, reason);
  }

  #takeBack(): void {
    try {
      if (!this.#lost) this.#file.writer.run("ROLLBACK");
    } catch {
      // The transaction has ended already.
    }
    this.#file.rolledBack();
  }

  /** Makes memory what the disk is. */
  #revert(): void {
    try {
      this.#file.revert();
    } catch (thrown) {
      this.#unusable = failures.notTakenBack(thrown);
    }
  }
}
