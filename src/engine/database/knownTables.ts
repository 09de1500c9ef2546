import {
  recordTables,
  tablesNow,
  type TableNow,
  type TableRecord,
  type TableRecords,
  type TablesWritten,
  type TouchedTable,
} from "../../core/tablesWritten.ts";
import { fold } from "../../core/sqliteRules.ts";
import type { NotebookStore } from "../../storage/notebookStore.ts";
import { attemptKey } from "../attempt.ts";
import type { AttemptId } from "../protocol.ts";
import type { TableWriter } from "../services.ts";

/** What is kept of the tables of the open notebook besides their rows; read when it is first asked for, and until something else than a commit changes the store. */
export class KnownTables {
  readonly #store: NotebookStore;
  #records: Promise<TableRecords> | undefined;

  constructor(store: NotebookStore) {
    this.#store = store;
  }

  /** Which of the tables that an attempt changed hold its rows, when it is committed. */
  async writtenBy(
    attempt: AttemptId,
    touched: readonly TouchedTable[],
  ): Promise<TablesWritten> {
    const records = await this.#read();
    return recordTables(records, touched, {}, attemptKey(attempt)).tables ?? {};
  }

  /** Commits with `commit`, which gets what is to be kept of the tables that an attempt changed. */
  async committing(
    attempt: AttemptId,
    touched: readonly TouchedTable[],
    commit: (records: TableRecords) => Promise<void>,
  ): Promise<void> {
    const before = await this.#read();
    const writer = { run: attempt.run, node: attempt.node, at: Date.now() };
    const id = attemptKey(attempt);
    const { records } = recordTables(before, touched, writer, id);
    await commit(records);
    this.#records = Promise.resolve({ ...before, ...records });
  }

  /** The tables that went besides the tasks; `there` are the names of those that there are. */
  async now(there: () => Promise<readonly string[]>): Promise<TableNow[]> {
    const records = await this.#read();
    if (Object.keys(records).length === 0) return [];
    return tablesNow(records, await there());
  }

  /** Who changed each table last, by its name as SQLite compares it. */
  async writers(): Promise<ReadonlyMap<string, TableWriter>> {
    const all = Object.entries(await this.#read());
    return new Map(
      all.flatMap(([name, { run, node, at }]: [string, TableRecord]) =>
        run === undefined || node === undefined || at === undefined
          ? []
          : [[fold(name), { run, node, at }]],
      ),
    );
  }

  #read(): Promise<TableRecords> {
    const reading = (this.#records ??= this.#store.tableRecords());
    reading.catch(() => {
      if (this.#records === reading) this.#records = undefined;
    });
    return reading;
  }
}
