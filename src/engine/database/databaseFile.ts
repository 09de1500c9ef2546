import type { FoundPages, PageImage } from "../../core/pages.ts";
import { PageFile, type LentParts, type UnreadParts } from "./pageFile.ts";
import type { VfsFile } from "./pageVfs.ts";
import { TransactionLost } from "./execute.ts";
import { detachOthers } from "./leftovers.ts";
import type { WatchedImage } from "./tableSize.ts";
import type { Connection } from "./sqlite.ts";
import { makeBlobShelf, type Shelf } from "./shelf.ts";
import { keepNoFiles } from "./sqliteModule.ts";

/** How SQLite comes to the bytes of a file, and the file to what SQLite writes. */
export interface FileAccess {
  /** Opens a connection that writes into a file. */
  open(file: PageFile): Connection;
  /** Opens one beside it that reads what is committed. */
  openReader(file: PageFile, writer: Connection): Connection;
  /** Whether it does so too while the writer has put pages of its transaction into the file. */
  readonly maySpill: boolean;
  /** Sees to it that the file has what was committed. */
  collect(file: PageFile, reader: Connection): void;
  /** Attaches a file that is only read, if SQLite can read bytes that are ours. */
  attach:
    | ((connection: Connection, file: VfsFile, schema: string) => void)
    | undefined;
  /** Writes what is in use into an empty file, without the free pages, if SQLite can write bytes that are ours. */
  copyUsed: ((connection: Connection, file: PageFile) => void) | undefined;
}

/** Attaches a file to a connection; gives the name of its schema. SQLite keeps it attached until its transaction has ended. */
export interface Attach {
  (file: VfsFile): string;
  /** The file of a schema is read no more. */
  readonly release?: (schema: string) => void;
  /** Lets go of what is read no more where no further file could be attached; no savepoint may be open. */
  readonly makeRoom?: () => void;
  /** Changes the connection's own file, for whom reads and writes it as bytes. */
  readonly change?: FileChange;
}

/** A file that is changed beside SQLite. */
export interface ChangedFile extends VfsFile {
  /**
   * The bytes of a page, by SQLite's number, all of which are to be written anew; it may be one behind the end. `emptyPages` marks the
   * pages of a file that hold nothing, which only parts that are loaded later can tell (freeList.ts).
   */
  renew(number: number, emptyPages: (file: VfsFile) => Uint8Array): Uint8Array;
}

/**
 * Changes the file in the middle of the writer's transaction, so that SQLite finds it changed. What throws is taken back, as far
 * as it has put something behind the end.
 */
export type FileChange = (change: (file: ChangedFile) => void) => void;

/** Puts on disk what was committed, with everything that belongs to it. Gets the pages if they are ours to save and have changed. */
export type Save = (pages: PageImage | undefined) => Promise<void>;

/** So many files SQLite attaches to a connection. */
const mostAttached = 10;

/**
 * How many pages a transaction holds in SQLite's memory before it puts them into the file: enough for an index that is added to
 * all over, where a page that was put away is soon wanted again.
 */
const heldPages = 8000;

/** A notebook's database with two connections: one that writes, one that sees what is committed. */
export interface OpenFile {
  readonly writer: Connection;
  readonly reader: Connection;
  /** Attaches files to the writer, if that is possible. */
  readonly attach: Attach | undefined;
  /** Makes a place for rows of one load that are too many for memory; undefined where there is none. */
  readonly makeShelf: (() => Shelf) | undefined;
  /** Takes away what the writer has attached; its transaction must have ended. */
  detachAll(): void;
  /** The bytes that are committed; undefined if they are not ours to save. */
  readonly image: WatchedImage | undefined;
  /** Whether anything was committed since the last save. */
  hasChanged(): boolean;
  /** Ends the writer's transaction and saves it; says whether it wrote anything. */
  commit(save: Save): Promise<boolean>;
  /** Saves what has changed outside of a transaction; says whether anything has. */
  save(save: Save): Promise<boolean>;
  /** The writer's transaction was taken back. */
  rolledBack(): void;
  /** Makes the database again what it was at the last save. */
  revert(): void;
  /** Puts another file in the place of this one, as a change that is to be saved. */
  replace(found: FoundPages): void;
  /** Puts a file without free pages in the place of this one, as a change that is to be saved; says whether that is possible. */
  shrink(): boolean;
  /** Takes over what somebody else has saved. */
  refresh(found: FoundPages): void;
  /** What is not in memory yet; undefined if the bytes are not ours. */
  readonly unread: UnreadParts | undefined;
  /** The bytes that are committed, in parts. */
  lend(): LentParts;
  /** The same with what is not saved. */
  lendUnsaved(): LentParts;
  close(): void;
}

/**
 * A notebook's database: its file, and two connections to it. The writer holds the transaction of the one attempt that writes;
 * the reader sees what is committed. Where that is so even while the writer puts pages into the file, it does before COMMIT when
 * they become many (`cache_spill`): what is loaded is not in memory twice then, and is in the file by the time the load ends.
 *
 * Whoever puts other bytes into the file opens the connections anew: they remember pages, and would go by a change counter
 * that may be the same over other pages.
 */
export class DatabaseFile implements OpenFile {
  readonly #access: FileAccess;
  readonly #file: PageFile;
  #pair: { writer: Connection; reader: Connection };
  /** The schemas that are attached, and whether each is still read. */
  readonly #attached = new Map<string, boolean>();
  #attachments = 0;
  /** Whether a part of the writer's transaction is in the file as SQLite's commits are. */
  #isCommittedInPart = false;

  constructor(access: FileAccess, found?: FoundPages) {
    this.#access = access;
    this.#file = new PageFile(found);
    this.#pair = this.#open();
  }

  get writer(): Connection {
    return this.#pair.writer;
  }

  get reader(): Connection {
    return this.#pair.reader;
  }

  get attach(): Attach | undefined {
    const { attach } = this.#access;
    if (!attach) return undefined;
    return Object.assign(
      (file: VfsFile) => {
        this.#attachments += 1;
        const schema = `flowbook_load_${this.#attachments}`;
        attach(this.writer, file, schema);
        this.#attached.set(schema, true);
        return schema;
      },
      {
        release: (schema: string) => {
          // Of what was taken away meanwhile nothing is left to let go.
          if (this.#attached.has(schema)) this.#attached.set(schema, false);
        },
        makeRoom: () => this.#makeRoom(),
        change: (change: (file: ChangedFile) => void) => this.#change(change),
      },
    );
  }

  #makeRoom(): void {
    const unread = [...this.#attached].filter(([, isRead]) => !isRead);
    if (this.#attached.size < mostAttached || unread.length === 0) return;
    this.#change(() => {
      for (const [schema] of unread) {
        this.writer.run(`DETACH ${schema}`);
        this.#attached.delete(schema);
      }
    });
  }

  #change(change: (file: ChangedFile) => void): void {
    const { writer } = this;
    try {
      writer.run("COMMIT");
    } catch (thrown) {
      if (isBegun(writer)) throw thrown;
      throw new TransactionLost(thrown);
    }
    this.#isCommittedInPart = true;
    const { size } = this.#file;
    try {
      change(this.#file);
    } catch (thrown) {
      this.#file.truncate(size);
      throw thrown;
    } finally {
      writer.run("BEGIN IMMEDIATE");
    }
  }

  readonly makeShelf = makeBlobShelf;

  detachAll(): void {
    detachOthers(this.writer);
    this.#attached.clear();
  }

  get image(): WatchedImage {
    return this.#file.committed;
  }

  hasChanged(): boolean {
    this.#access.collect(this.#file, this.reader);
    return this.#file.isChanged;
  }

  commit(save: Save): Promise<boolean> {
    this.writer.run("COMMIT");
    return this.save(save);
  }

  async save(save: Save): Promise<boolean> {
    const hasChanged = this.hasChanged();
    await save(hasChanged ? this.#file : undefined);
    this.#file.saved();
    this.#isCommittedInPart = false;
    // The reader looks for new tables now: a name that an attached database has too would be taken from there unseen.
    this.reader.run("SELECT 1 FROM sqlite_schema LIMIT 1");
    return hasChanged;
  }

  rolledBack(): void {
    if (this.#isCommittedInPart) this.revert();
    // Otherwise SQLite has put back what it had written.
    else this.#file.revert();
  }

  revert(): void {
    this.#file.revert();
    this.#reopen();
  }

  replace(found: FoundPages): void {
    this.#file.replace(found);
    this.#reopen();
  }

  shrink(): boolean {
    const { copyUsed } = this.#access;
    if (!copyUsed) return false;
    const small = new PageFile();
    copyUsed(this.writer, small);
    const segments = new Map(small.parts().entries());
    this.replace({
      size: small.size,
      segments,
      deltas: [],
      damage: undefined,
    });
    return true;
  }

  refresh(found: FoundPages): void {
    this.#file.load(found);
    this.#reopen();
  }

  get unread(): UnreadParts {
    return this.#file;
  }

  lend(): LentParts {
    return this.#file.lend();
  }

  lendUnsaved(): LentParts {
    return this.#file.lendUnsaved();
  }

  close(): void {
    close(this.#pair);
  }

  #reopen(): void {
    this.#isCommittedInPart = false;
    this.#attached.clear();
    const before = this.#pair;
    this.#pair = this.#open();
    close(before);
  }

  #open(): { writer: Connection; reader: Connection } {
    const writer = this.#access.open(this.#file);
    let reader: Connection | undefined;
    try {
      reader = this.#access.openReader(this.#file, writer);
      writer.run(
        `PRAGMA cache_spill = ${this.#access.maySpill ? heldPages : "OFF"}`,
      );
      keepNoFiles(writer);
      reader.run("PRAGMA query_only = ON");
      return { writer, reader };
    } catch (thrown) {
      reader?.close();
      writer.close();
      throw thrown;
    }
  }
}

/** Whether a transaction has begun, which this ends otherwise. */
function isBegun(connection: Connection): boolean {
  try {
    connection.run("BEGIN");
  } catch {
    return true;
  }
  connection.run("ROLLBACK");
  return false;
}

function close({ writer, reader }: { writer: Connection; reader: Connection }) {
  reader.close();
  writer.close();
}
