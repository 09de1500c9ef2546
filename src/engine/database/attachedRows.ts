import type { CheckedBatch } from "../records/checkRecords.ts";
import type { ColumnType } from "./columnTypes.ts";
import type { Attach } from "./databaseFile.ts";
import { fileTable } from "./encode/schemaPage.ts";
import { TableFile } from "./encode/tableFile.ts";
import { allOrNothing } from "./execute.ts";
import type { Connection } from "./sqlite.ts";

/**
 * Inserts rows that SQLite reads as the pages of an attached file.
 *
 * SQLite lets go of an attached file only when its transaction has ended, and there may be few of them, so all rows come through
 * one file, one part after the other. Without a cache SQLite reads the root of its table anew each time; that it did is checked.
 */
export class AttachedRows {
  readonly #connection: Connection;
  readonly #attach: Attach;
  readonly #types: readonly ColumnType[];
  readonly #insertFrom: (source: string) => string;
  #file: TableFile | undefined;
  #schema = "";
  #insert = "";

  /** `insertFrom` gives the statement that inserts what is in a table of these types. */
  constructor(
    connection: Connection,
    attach: Attach,
    types: readonly ColumnType[],
    insertFrom: (source: string) => string,
  ) {
    this.#connection = connection;
    this.#attach = attach;
    this.#types = types;
    this.#insertFrom = insertFrom;
  }

  /** Inserts rows that are what a table of the types stores; if that fails, none of them is inserted. */
  insert(batches: readonly CheckedBatch[]): void {
    const file = this.#holding(batches);
    allOrNothing(this.#connection, () => {
      this.#connection.run(this.#insert);
      if (!file.isRead)
        throw new Error("SQLite has not read the rows of the load.");
    });
  }

  /** Lets the rows go. */
  close(): void {
    if (!this.#file) return;
    this.#file.close();
    this.#attach.release?.(this.#schema);
  }

  #holding(batches: readonly CheckedBatch[]): TableFile {
    if (this.#file) {
      this.#file.replaceRows(batches);
      return this.#file;
    }
    const file = new TableFile(this.#types, batches);
    const schema = this.#attach(file);
    this.#schema = schema;
    this.#connection.run(`PRAGMA ${schema}.cache_size = 0`);
    this.#insert = this.#insertFrom(`${schema}."${fileTable}"`);
    this.#file = file;
    return file;
  }
}
