/**
 * What the database worker offers. It is long because it is the whole service, method by method; what each does stands
 * elsewhere.
 */
import { FlowError, toErrorData } from "../../core/errors.ts";
import type { CacheEntry } from "../../core/cache.ts";
import type { RunEvent } from "../../core/events.ts";
import type { KeptEntry } from "../../core/kept.ts";
import type { PageImage } from "../../core/pages.ts";
import { fold, quoteName } from "../../core/sqliteRules.ts";
import type {
  TableNow,
  TableRecords,
  TablesWritten,
  TouchedTable,
} from "../../core/tablesWritten.ts";
import type {
  NotebookStore,
  StoredNotebook,
} from "../../storage/notebookStore.ts";
import { attemptKey, queryKey } from "../attempt.ts";
import type {
  AttemptId,
  CellQuery,
  Output,
  SqlParameters,
} from "../protocol.ts";
import type {
  Commit,
  CopyEntry,
  DatabaseService,
  ExportOptions,
  KeptResults,
  LogLine,
  NotebookText,
  OpenReport,
  QueryResult,
  ResultsCommit,
  StoredFile,
  TableSchema,
} from "../services.ts";
import {
  carryOut,
  findTables,
  makeAttempt,
  refuseUnfinishedLoad,
  returned,
  runQuery,
  stopped,
  type Attempt,
  type OpenDatabase,
} from "./attemptCalls.ts";
import { serveDataPort } from "./dataPort.ts";
import type { RowExport } from "./exportRows.ts";
import { gatherBlob } from "./gatherBlob.ts";
import { History } from "./history.ts";
import type { KnownTables } from "./knownTables.ts";
import { alwaysChecked } from "./openFound.ts";
import type { Readers } from "./readers.ts";
import { readTables } from "./schema.ts";
import { Signs } from "./signs.ts";
import type { Connection, Sqlite } from "./sqlite.ts";
import { tableNames } from "./tableUse.ts";
import { Transactions } from "./transactions.ts";
import { upgradeRuns } from "./upgradeRuns.ts";

/** How the database worker gets at what is stored. */
export interface Stores {
  open(
    notebook: string,
    written: (generation: number) => void,
  ): Promise<NotebookStore>;
  remove(notebook: string): Promise<void>;
  copies(): Promise<CopyEntry[]>;
  restore(notebook: string): Promise<NotebookText | undefined>;
  /** Who makes queries elsewhere, if anybody does. */
  readonly readers?: Readers;
}

/** Told, with the generation, whenever something of a notebook was written, and which of its tables have changed by a commit. */
export type Written = (
  notebook: string,
  generation: number,
  tables: readonly string[],
) => void;

interface OpenNotebook extends OpenDatabase {
  name: string;
  store: NotebookStore;
  /** What is kept of its tables, once that is wanted. */
  known?: Promise<KnownTables> | undefined;
  /** The files of rows that are being made, by their number. */
  exports: Map<number, RowExport>;
}

/** The one owner of a notebook's data: rows in SQLite, everything in the store. */
export class Database implements DatabaseService {
  readonly #sqlite: Promise<Sqlite>;
  readonly #stores: Stores;
  readonly #attempts = new Map<string, Attempt>();
  #notebook: OpenNotebook | undefined;
  #lastTurn: Promise<unknown> = Promise.resolve();
  readonly #written: Written;
  readonly #signs = new Signs();
  #isCompacting = false;
  /** How many files of rows were begun. */
  #exports = 0;
  /** The notebook whose file could not be made smaller: trying costs as much each time. */
  #unshrinkable: OpenNotebook | undefined;

  constructor(
    sqlite: Promise<Sqlite>,
    stores: Stores,
    written: Written = () => {},
  ) {
    this.#sqlite = sqlite;
    this.#written = written;
    // Opening a notebook tells it.
    sqlite.catch(() => undefined);
    this.#stores = stores;
  }

  open(
    notebook: string,
    options: {
      readOnly?: boolean;
      isDoubtful?: boolean;
      knownGeneration?: number;
    } = {},
  ): Promise<OpenReport> {
    return this.#inTurn(async () => {
      await this.#close();
      const store = await this.#stores.open(notebook, (generation) =>
        this.#written(notebook, generation, []),
      );
      let opened: OpenNotebook | undefined;
      try {
        const stored = await store.load(
          options.isDoubtful ? {} : { wholeUpTo: alwaysChecked },
        );
        const runs = await upgradeRuns(store, stored.runs);
        const sqlite = await this.#sqlite;
        const transactions = new Transactions<Attempt>(
          sqlite,
          stored.database,
          options.isDoubtful,
          (attempt) =>
            attempt
              ? this.#signs.entered(attempt.key, store.atRest?.() !== undefined)
              : this.#signs.left(),
        );
        const ids = runs.map(({ id }) => id);
        const history = new History(sqlite, store, ids);
        const exports = new Map<number, RowExport>();
        opened = {
          ...{ name: notebook, store, transactions, history },
          ...{ exports, signs: this.#signs, readers: this.#stores.readers },
        };
        const isLost = store.generation < (options.knownGeneration ?? 0);
        if (!options.readOnly && !isLost && !transactions.damage)
          await store.claim();
        this.#notebook = opened;
        void transactions.fetchRest();
        return { ...(await this.#report(stored, opened)), runs };
      } catch (thrown) {
        if (opened) closeAll(opened);
        else store.close();
        throw thrown;
      }
    });
  }

  refresh(): Promise<OpenReport> {
    return this.#inTurn(async () => {
      const notebook = this.#open();
      const { store, transactions, history } = notebook;
      const stored = await store.load({ isAgain: true });
      notebook.known = undefined;
      const runs = await upgradeRuns(store, stored.runs);
      if (stored.database.damage === undefined && !transactions.damage)
        await transactions.refresh(stored.database);
      for (const { id } of runs) {
        history.changed(id);
        history.logged(id);
      }
      return { ...(await this.#report(stored, notebook)), runs };
    });
  }

  async #report(
    { files, outputs, cache, runs }: StoredNotebook,
    notebook: OpenNotebook,
  ): Promise<Omit<OpenReport, "runs">> {
    const { generation } = notebook.store;
    const { damage } = notebook.transactions;
    return {
      files,
      // Nothing of what no run has made can have gone.
      tablesNow: damage || runs.length === 0 ? [] : await tablesNow(notebook),
      outputs,
      cache,
      damage: damage && toErrorData(damage),
      generation,
      slow: (await this.#sqlite).mismatch,
    };
  }

  async watch(port: MessagePort): Promise<void> {
    this.#signs.give(port);
  }

  remove(notebook: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#notebook?.name === notebook) await this.#close();
      await this.#stores.remove(notebook);
    });
  }

  async attach(
    id: AttemptId,
    port: MessagePort,
    rights: { write: boolean },
  ): Promise<void> {
    const notebook = this.#open();
    await this.rollback(id);
    const attempt = makeAttempt(attemptKey(id), rights.write);
    this.#attempts.set(attemptKey(id), attempt);
    attempt.port = serveDataPort(port, (call) =>
      carryOut(notebook, attempt, call),
    );
  }

  async settle(id: AttemptId): Promise<TablesWritten> {
    const attempt = this.#attempts.get(attemptKey(id));
    if (!attempt) return {};
    await attempt.port?.settled();
    attempt.isSettled = true;
    if (!this.#notebook) return {};
    const notebook = this.#notebook;
    const touched = notebook.transactions.touchedBy(attempt);
    if (touched.length === 0) return {};
    return (await knownOf(notebook)).writtenBy(id, touched);
  }

  async commit(commit: Commit): Promise<{ changedTables: boolean }> {
    const { attempt: id, ...rest } = commit;
    const notebook = this.#open();
    const { store, transactions, history } = notebook;
    const key = attemptKey(id);
    const attempt = this.#attempts.get(key) ?? makeAttempt(key, true);
    let changed: readonly string[] = [];
    const save = async (
      pages: PageImage | undefined,
      touched: readonly TouchedTable[],
    ) => {
      const put = (tables?: TableRecords) =>
        store.commit({ ...rest, run: id.run, pages, tables });
      if (touched.length === 0) await put();
      else await (await knownOf(notebook)).committing(id, touched, put);
      history.changed(id.run);
      changed = touched.map(({ name }) => name);
    };
    try {
      await attempt.port?.settled();
      const committing = this.#inTurn(() => {
        if (this.#notebook !== notebook) attempt.ended ??= stopped();
        if (attempt.ended) throw attempt.ended;
        refuseUnfinishedLoad(attempt);
        attempt.ended = returned();
        attempt.committing = committing;
        return transactions.commit(attempt, save);
      });
      const changedTables = await committing;
      if (changed.length > 0)
        this.#written(notebook.name, store.generation, changed);
      void this.#compact(notebook);
      return { changedTables };
    } finally {
      await this.#end(key, attempt, transactions, returned());
    }
  }

  /** Does so between the tasks; what fails leaves what is stored as good as before. */
  async #compact(notebook: OpenNotebook): Promise<void> {
    const { store, transactions } = notebook;
    if (this.#isCompacting) return;
    this.#isCompacting = true;
    try {
      if (store.needsCompaction)
        await transactions
          .betweenWrites((image) => store.compact(image))
          .catch(() => undefined);
      if (transactions.isMostlyFree && this.#unshrinkable !== notebook)
        await transactions
          .shrink((pages) =>
            pages ? store.saveChanged(pages) : Promise.resolve(),
          )
          .catch(() => (this.#unshrinkable = notebook));
    } finally {
      this.#isCompacting = false;
    }
  }

  async commitResults(commit: ResultsCommit): Promise<void> {
    const { store, history } = this.#open();
    await store.commitResults(commit);
    history.changed(commit.run);
  }

  async rollback(id: AttemptId): Promise<void> {
    const key = attemptKey(id);
    const attempt = this.#attempts.get(key);
    if (!attempt || !this.#notebook) return;
    if (attempt.committing) await attempt.committing.catch(() => undefined);
    else await this.#end(key, attempt, this.#notebook.transactions, stopped());
  }

  async appendEvents(
    run: string,
    firstEvent: number,
    events: readonly RunEvent[],
  ): Promise<void> {
    const { store, history } = this.#open();
    await store.appendEvents(run, firstEvent, events);
    history.changed(run);
  }

  async countEvents(run: string): Promise<number> {
    return (await this.#open().store.events(run)).length;
  }

  async appendLogs(lines: readonly LogLine[]): Promise<void> {
    const { store, history } = await this.#unlessReplaced();
    await store.appendLogs(lines);
    for (const { run } of lines) history.logged(run);
  }

  async logs(run: string): Promise<readonly LogLine[]> {
    return this.#open().store.logs(run);
  }

  async results(
    run: string,
    keys: readonly string[],
  ): Promise<readonly ({ value: unknown } | undefined)[]> {
    return this.#open().store.results(run, keys);
  }

  async cacheEntries(): Promise<readonly CacheEntry[]> {
    return this.#open().store.cacheEntries();
  }

  async retainResults(kept: KeptResults): Promise<void> {
    await (await this.#unlessReplaced()).store.retainResults(kept);
  }

  async query(
    sql: string,
    parameters: SqlParameters = [],
    limit?: number,
    cells?: readonly CellQuery[],
  ): Promise<QueryResult> {
    const asking = makeAttempt(queryKey(sql), false);
    return runQuery(this.#open(), asking, sql, parameters, { limit, cells });
  }

  async tablesRead(
    sql: string,
    cells?: readonly CellQuery[],
  ): Promise<readonly string[] | undefined> {
    return findTables(this.#open(), sql, cells);
  }

  async tables(): Promise<readonly TableSchema[]> {
    const notebook = this.#open();
    const { transactions } = notebook;
    // It looks at each page.
    await transactions.fetchRest();
    const tables = await transactions.read(readTables);
    if (tables.length === 0) return [];
    const writers = await (await knownOf(notebook)).writers();
    return tables.map((table) => ({
      ...table,
      writer: writers.get(fold(table.name)),
    }));
  }

  async tablesNow(): Promise<readonly TableNow[]> {
    return tablesNow(this.#open());
  }

  async beginExport(sql: string, as: ExportOptions): Promise<number> {
    const notebook = this.#open();
    const { transactions, exports } = notebook;
    const { RowExport } = await import("./exportRows.ts");
    const sqlite = await this.#sqlite;
    if (transactions.damage) throw transactions.damage;
    const lent = await transactions.lend();
    try {
      const made = new RowExport(sqlite, lent, sql, as);
      this.#exports += 1;
      exports.set(this.#exports, made);
      return this.#exports;
    } catch (thrown) {
      lent.giveBack();
      throw thrown;
    }
  }

  async continueExport(id: number): Promise<{ rows: number; file?: Blob }> {
    const { exports } = this.#open();
    const found = exports.get(id);
    if (!found)
      throw new FlowError(
        "storage-failed",
        "The file was not finished, as the notebook was opened anew meanwhile. Export it again.",
      );
    let isOver = true;
    try {
      const step = await found.advance();
      isOver = step.file !== undefined;
      return step;
    } finally {
      if (isOver) exports.delete(id);
    }
  }

  async endExport(id: number): Promise<void> {
    const exports = this.#notebook?.exports;
    const found = exports?.get(id);
    exports?.delete(id);
    await found?.close();
  }

  async exportDatabase(options: { history?: boolean } = {}): Promise<Blob> {
    const { store, transactions } = this.#open();
    const lent = options.history
      ? await transactions.lendWith(await this.#historyOf(store))
      : await transactions.lend();
    try {
      return await gatherBlob(lent.parts, "application/vnd.sqlite3");
    } finally {
      lent.giveBack();
    }
  }

  async #historyOf(
    store: NotebookStore,
  ): Promise<(writer: Connection) => void> {
    const { writeTable } = await import("./notebookTable.ts");
    return writeTable(await store.kept());
  }

  async keepCopy(text: NotebookText, of?: string): Promise<void> {
    const { store, transactions } = await this.#unlessReplaced(of);
    await transactions.betweenWrites((image) => store.copy(image, text));
  }

  async copies(): Promise<readonly CopyEntry[]> {
    return this.#stores.copies();
  }

  restoreCopy(notebook: string): Promise<NotebookText | undefined> {
    return this.#inTurn(async () => {
      if (this.#notebook?.name === notebook) await this.#close();
      return this.#stores.restore(notebook);
    });
  }

  /** Closes the open notebook, if one is. */
  closeNotebook(): Promise<void> {
    return this.#inTurn(() => this.#close());
  }

  async importDatabase(
    file: Blob,
    of?: string,
    isPutBack = false,
  ): Promise<void> {
    const notebook = this.#open(of);
    const { store, transactions, history } = notebook;
    const [{ takeTable }, { readSqliteFile }] = await Promise.all([
      import("./notebookTable.ts"),
      import("./sqliteFile.ts"),
    ]);
    let kept: readonly KeptEntry[] = [];
    try {
      await transactions.replace(
        () => readSqliteFile(file),
        (image) =>
          image
            ? store.replaceDatabase(image, kept, isPutBack)
            : Promise.resolve(),
        (writer) => (kept = takeTable(writer)),
        () => store.storedPages(),
      );
    } finally {
      notebook.known = undefined;
      void transactions.fetchRest();
    }
    for (const { run } of kept) {
      history.changed(run);
      history.logged(run);
    }
  }

  async dropTable(name: string, of?: string): Promise<void> {
    const notebook = this.#open(of);
    const { store, transactions } = notebook;
    const owner = makeAttempt("", true);
    try {
      const { rows } = await this.query(
        "SELECT 1 FROM main.sqlite_schema WHERE type = 'view' AND name = ?",
        [name],
      );
      const kind = rows.length > 0 ? "VIEW" : "TABLE";
      await transactions.exec(owner, `DROP ${kind} ${quoteName(name)}`, []);
    } catch (thrown) {
      transactions.rollback(owner, thrown);
      throw thrown;
    }
    await transactions.commit(owner, (pages) =>
      pages ? store.saveChanged(pages) : Promise.resolve(),
    );
    this.#written(notebook.name, store.generation, [name]);
    void this.#compact(notebook);
  }

  async writeFile(name: string, data: Blob, of?: string): Promise<StoredFile> {
    return (await this.#unlessReplaced(of)).store.writeFile(name, data);
  }

  async readFile(name: string): Promise<Blob | undefined> {
    return this.#open().store.readFile(name);
  }

  async fileHash(name: string): Promise<string | undefined> {
    return this.#open().store.fileHash(name);
  }

  async files(): Promise<readonly StoredFile[]> {
    return this.#open().store.files();
  }

  async removeFile(name: string, of?: string): Promise<void> {
    await (await this.#unlessReplaced(of)).store.removeFile(name);
  }

  async renameFile(from: string, to: string, of?: string): Promise<void> {
    await (await this.#unlessReplaced(of)).store.renameFile(from, to);
  }

  async saveOutputs(
    cell: string,
    outputs: readonly Output[],
    of?: string,
  ): Promise<void> {
    await (await this.#unlessReplaced(of)).store.saveOutputs(cell, outputs);
  }

  /** For what the store writes whoever owns it. */
  async #unlessReplaced(of?: string): Promise<OpenNotebook> {
    const { name } = this.#open(of);
    await this.#signs.ask();
    return this.#open(name);
  }

  #open(of = this.#notebook?.name): OpenNotebook {
    if (of !== this.#notebook?.name)
      throw new FlowError(
        "storage-conflict",
        "Another notebook was opened meanwhile, and nothing was changed in either. Open the one that is meant, and do it again.",
      );
    if (this.#notebook) return this.#notebook;
    throw new FlowError(
      "storage-failed",
      "No notebook is open. Open one first.",
    );
  }

  /** Opening, closing and committing happen one after the other. */
  #inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(work);
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  async #end(
    key: string,
    attempt: Attempt,
    transactions: Transactions<Attempt>,
    reason: FlowError,
  ): Promise<void> {
    if (this.#attempts.get(key) === attempt) this.#attempts.delete(key);
    attempt.ended ??= reason;
    attempt.reading?.stop(reason);
    attempt.loads.clear();
    attempt.port?.close();
    await transactions.rollback(attempt, reason);
  }

  async #close(): Promise<void> {
    const notebook = this.#notebook;
    if (!notebook) return;
    this.#notebook = undefined;
    for (const [key, attempt] of this.#attempts)
      await this.#end(key, attempt, notebook.transactions, stopped());
    closeAll(notebook);
  }
}

async function tablesNow(notebook: OpenNotebook): Promise<TableNow[]> {
  const known = await knownOf(notebook);
  return known.now(() => notebook.transactions.read(tableNames));
}

function knownOf(notebook: OpenNotebook): Promise<KnownTables> {
  const { store } = notebook;
  const loading = (notebook.known ??= import("./knownTables.ts").then(
    ({ KnownTables }) => new KnownTables(store),
  ));
  loading.catch(() => {
    if (notebook.known === loading) notebook.known = undefined;
  });
  return loading;
}

function closeAll(notebook: OpenNotebook): void {
  const { transactions, history, store, exports } = notebook;
  // Nobody waits for them, nor for what goes wrong with them.
  for (const unfinished of exports.values())
    unfinished.close().catch(() => undefined);
  exports.clear();
  transactions.close();
  history.close();
  store.close();
}
