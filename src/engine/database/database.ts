import { FlowError, toErrorData } from "../../core/errors.ts";
import type { RunEvent } from "../../core/events.ts";
import type { NotebookStore } from "../../storage/notebookStore.ts";
import { attemptKey } from "../attempt.ts";
import type {
  AttemptId,
  LoadRequest,
  Output,
  RowBatch,
  SqlParameters,
  ToData,
} from "../protocol.ts";
import type {
  Commit,
  DatabaseService,
  LogLine,
  OpenReport,
  QueryResult,
  StoredFile,
  TableSchema,
} from "../services.ts";
import { serveDataPort, type DataPort } from "./dataPort.ts";
import { query } from "./execute.ts";
import { loadRows } from "./load.ts";
import { readTables } from "./schema.ts";
import type { Sqlite } from "./sqlite.ts";
import { Transactions } from "./transactions.ts";

/** How the database worker gets at what is stored. */
export interface Stores {
  open(notebook: string): Promise<NotebookStore>;
  remove(notebook: string): Promise<void>;
}

/** An attempt, or a view, that has a port to the database. */
interface Attempt {
  readonly key: string;
  readonly write: boolean;
  /** Rows of loads that have begun, by the load's number. */
  readonly loads: Map<number, { request: LoadRequest; batches: RowBatch[] }>;
  port: DataPort | undefined;
  /** Why it may not use the database any more. */
  ended: FlowError | undefined;
  /** Set when its commit can no longer be stopped. */
  committing: Promise<unknown> | undefined;
}

interface OpenNotebook {
  name: string;
  store: NotebookStore;
  transactions: Transactions<Attempt>;
}

/** The one owner of a notebook's data: rows in SQLite, everything in the store. */
export class Database implements DatabaseService {
  readonly #sqlite: Promise<Sqlite>;
  readonly #stores: Stores;
  readonly #attempts = new Map<string, Attempt>();
  #notebook: OpenNotebook | undefined;
  #lastTurn: Promise<unknown> = Promise.resolve();
  #watcher: MessagePort | undefined;

  constructor(sqlite: Promise<Sqlite>, stores: Stores) {
    this.#sqlite = sqlite;
    // Opening a notebook tells it.
    sqlite.catch(() => undefined);
    this.#stores = stores;
  }

  open(notebook: string): Promise<OpenReport> {
    return this.#inTurn(async () => {
      await this.#close();
      const store = await this.#stores.open(notebook);
      try {
        const stored = await store.load();
        const transactions = new Transactions<Attempt>(
          await this.#sqlite,
          stored,
          () => store.image(),
          (attempt) => this.#watcher?.postMessage(attempt?.key),
        );
        this.#notebook = { name: notebook, store, transactions };
        const { runs, files, outputs } = stored;
        const damage = transactions.damage && toErrorData(transactions.damage);
        return { runs, files, outputs, damage };
      } catch (thrown) {
        store.close();
        throw thrown;
      }
    });
  }

  async watch(port: MessagePort): Promise<void> {
    this.#watcher = port;
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
    const { transactions } = this.#open();
    await this.rollback(id);
    const attempt = makeAttempt(attemptKey(id), rights.write);
    this.#attempts.set(attemptKey(id), attempt);
    attempt.port = serveDataPort(port, (call) =>
      carryOut(transactions, attempt, call),
    );
  }

  async commit(commit: Commit): Promise<{ changedTables: boolean }> {
    const { attempt: id, ...rest } = commit;
    const notebook = this.#open();
    const { store, transactions } = notebook;
    const key = attemptKey(id);
    const attempt = this.#attempts.get(key) ?? makeAttempt(key, true);
    const save = (database: Uint8Array | undefined) =>
      store.commit({ ...rest, run: id.run, database });
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
      return { changedTables: await committing };
    } finally {
      await this.#end(key, attempt, transactions, returned());
    }
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
    await this.#open().store.appendEvents(run, firstEvent, events);
  }

  async appendLogs(lines: readonly LogLine[]): Promise<void> {
    await this.#open().store.appendLogs(lines);
  }

  async logs(run: string): Promise<readonly LogLine[]> {
    return this.#open().store.logs(run);
  }

  async result(
    run: string,
    key: string,
  ): Promise<{ value: unknown } | undefined> {
    return this.#open().store.result(run, key);
  }

  async query(
    sql: string,
    parameters: SqlParameters = [],
    limit?: number,
  ): Promise<QueryResult> {
    return this.#open().transactions.read((reader) =>
      query(reader, sql, parameters, limit),
    );
  }

  async tables(): Promise<readonly TableSchema[]> {
    return this.#open().transactions.read(readTables);
  }

  async exportDatabase(): Promise<Uint8Array> {
    const { store, transactions } = this.#open();
    if (!transactions.damage)
      return transactions.read((reader) => reader.export());
    const { database } = await store.image();
    if (database instanceof Uint8Array) return database;
    throw transactions.damage;
  }

  async writeFile(name: string, data: Blob): Promise<StoredFile> {
    return this.#open().store.writeFile(name, data);
  }

  async readFile(name: string): Promise<Blob | undefined> {
    return this.#open().store.readFile(name);
  }

  async files(): Promise<readonly StoredFile[]> {
    return this.#open().store.files();
  }

  async removeFile(name: string): Promise<void> {
    await this.#open().store.removeFile(name);
  }

  async saveOutputs(cell: string, outputs: readonly Output[]): Promise<void> {
    await this.#open().store.saveOutputs(cell, outputs);
  }

  #open(): OpenNotebook {
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
    notebook.transactions.close();
    notebook.store.close();
  }
}

async function carryOut(
  transactions: Transactions<Attempt>,
  attempt: Attempt,
  call: ToData,
): Promise<unknown> {
  if (attempt.ended) throw attempt.ended;
  switch (call.method) {
    case "query": {
      const { rows } = await transactions.query(
        attempt,
        call.sql,
        call.parameters,
      );
      return rows;
    }
    case "exec":
      refuseView(attempt);
      return transactions.exec(attempt, call.sql, call.parameters);
    case "load-begin":
      refuseView(attempt);
      if (attempt.loads.has(call.load)) throw unknownLoad();
      attempt.loads.set(call.load, { request: call.request, batches: [] });
      return undefined;
    case "load-rows":
      takeLoad(attempt, call.load).batches.push(call.batch);
      return undefined;
    case "load-end": {
      const { request, batches } = takeLoad(attempt, call.load);
      try {
        return await transactions.write(attempt, (writer) =>
          loadRows(writer, request, batches),
        );
      } finally {
        attempt.loads.delete(call.load);
      }
    }
    case "load-abort":
      attempt.loads.delete(call.load);
      return undefined;
    default:
      return call satisfies never;
  }
}

function takeLoad(attempt: Attempt, load: number) {
  const staged = attempt.loads.get(load);
  if (!staged) throw unknownLoad();
  return staged;
}

function refuseView(attempt: Attempt): void {
  if (attempt.write) return;
  throw new FlowError(
    "read-only",
    "Only a task can change the database, and this is not one. Nothing was changed. Put the db.exec or load in a task and run its flow.",
  );
}

function refuseUnfinishedLoad({ loads }: Attempt): void {
  const unfinished = loads.values().next().value;
  if (!unfinished) return;
  throw new FlowError(
    "task-failed",
    `The task returned while its load into "${unfinished.request.table}" was still going on, so its rows would be missing. Nothing was kept. Write await before the load.`,
  );
}

function unknownLoad(): FlowError {
  return new FlowError("invalid-argument", "There is no such load.");
}

function makeAttempt(key: string, write: boolean): Attempt {
  return {
    key,
    write,
    loads: new Map(),
    port: undefined,
    ended: undefined,
    committing: undefined,
  };
}

function returned(): FlowError {
  return new FlowError(
    "task-failed",
    "The task has returned, so this call to the database came too late and did nothing. Write await before it.",
  );
}

function stopped(): FlowError {
  return new FlowError(
    "task-failed",
    "The task was stopped, and what it wrote was taken back.",
  );
}
