/** What attempts and views do with the database over their ports. */
import { FlowError } from "../../core/errors.ts";
import type { CellQuery, SqlParameters } from "../protocol.ts";
import type { NotebookStore } from "../../storage/notebookStore.ts";
import type { CheckedData } from "../guard.ts";
import { HandedOver, type DataPort } from "./dataPort.ts";
import type { QueryRows } from "./execute.ts";
import { historyIn, type History } from "./history.ts";
import type { Attach } from "./databaseFile.ts";
import type { Readers, Reading } from "./readers.ts";
import type { Signs } from "./signs.ts";
import type { Connection } from "./sqlite.ts";
import { withAdvice } from "./sqlError.ts";
import { mayMakeIndex } from "./statements.ts";
import type { TableLoad } from "./tableLoad.ts";
import { tablesUsed } from "./tableUse.ts";
import type { Transactions } from "./transactions.ts";

/** An attempt, or a view, that has a port to the database. */
export interface Attempt {
  readonly key: string;
  readonly write: boolean;
  /** Whether it has asked for rows. */
  hasRead: boolean;
  /** Whether the engine knows that it writes. */
  isWriter: boolean;
  /** Loads that have begun, by their numbers. */
  readonly loads: Map<number, TableLoad>;
  port: DataPort | undefined;
  /** All that it asked for is done, and it may ask for no more. */
  isSettled: boolean;
  /** Why it may not use the database any more. */
  ended: FlowError | undefined;
  /** Set when its commit can no longer be stopped. */
  committing: Promise<unknown> | undefined;
  /** What is being read for it elsewhere. */
  reading: Reading | undefined;
}

/** The open notebook's rows and history. */
export interface OpenDatabase {
  store: Pick<NotebookStore, "atRest">;
  signs: Signs;
  transactions: Transactions<Attempt>;
  history: History;
  readers: Readers | undefined;
}

/** How long a first query waits for the store to come to rest, in milliseconds. */
const patience = 200;

/** Runs a query, over the SQL cells that it reads, and with the history if one of them speaks of that. */
export async function runQuery(
  { transactions, history, store, readers }: OpenDatabase,
  owner: Attempt,
  sql: string,
  parameters: SqlParameters,
  { limit, cells }: { limit?: number | undefined; cells?: Cells } = {},
): Promise<QueryRows> {
  if (!owner.hasRead) {
    owner.hasRead = true;
    // What the store is in the middle of keeps others from it as long as a query goes on.
    const resting = store.atRest?.();
    if (resting) await Promise.race([resting, pass(patience)]);
  }
  const wanted = historyOf(sql, cells);
  if (readers && !wanted && !transactions.isWriting(owner)) {
    owner.reading = readers.read({ sql, parameters, limit, cells });
    const found = await owner.reading?.rows;
    owner.reading = undefined;
    if (found) return found;
    if (owner.ended) throw owner.ended;
  }
  const read = cells && (await loadCells()).readingCells(cells);
  const options = { limit, read };
  if (wanted) await history.update(wanted);
  return withAdvice(
    transactions.query(
      owner,
      sql,
      parameters,
      wanted ? { ...options, history } : options,
    ),
  );
}

type Cells = readonly CellQuery[] | undefined;

const loadCells = () => import("./cellTables.ts");

function historyOf(sql: string, cells: Cells = []) {
  return historyIn([sql, ...cells.map((cell) => cell.sql)].join("\n;"));
}

/** The names of the tables that a query reads over SQL cells; undefined if that cannot be told. */
export async function findTables(
  { transactions }: OpenDatabase,
  sql: string,
  cells: Cells,
): Promise<readonly string[] | undefined> {
  if (historyOf(sql, cells)) return undefined;
  const { tablesReadOver } = cells ? await loadCells() : {};
  return transactions.read((reader) =>
    tablesReadOver && cells
      ? tablesReadOver(reader, sql, cells)
      : tablesUsed(reader, sql),
  );
}

function pass(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Sees to it that the engine knows of an attempt that it writes, before it does. */
async function announce({ signs }: OpenDatabase, attempt: Attempt) {
  refuseView(attempt);
  if (attempt.isWriter) return;
  await signs.ask(attempt.key);
  if (attempt.ended) throw attempt.ended;
  attempt.isWriter = true;
}

/** Does what an attempt asks for over its port. */
export async function carryOut(
  database: OpenDatabase,
  attempt: Attempt,
  call: CheckedData,
): Promise<unknown> {
  if (attempt.ended) throw attempt.ended;
  if (attempt.isSettled) throw returned();
  switch (call.method) {
    case "query": {
      const { sql, parameters, cells } = call;
      const { rows } = await runQuery(database, attempt, sql, parameters, {
        cells,
      });
      return rows;
    }
    case "exec": {
      await announce(database, attempt);
      const { sql, parameters } = call;
      const otherWay = mayMakeIndex(sql) ? await loadIndexes() : undefined;
      if (attempt.ended) throw attempt.ended;
      return withAdvice(
        database.transactions.exec(attempt, sql, parameters, otherWay),
      );
    }
    case "load-begin": {
      await announce(database, attempt);
      if (attempt.loads.has(call.load)) throw unknownLoad();
      const { startLoad } = await import("./tableLoad.ts");
      if (attempt.ended) throw attempt.ended;
      const { makeShelf } = database.transactions;
      attempt.loads.set(call.load, startLoad(call.request, makeShelf));
      return undefined;
    }
    case "load-rows": {
      const load = takeLoad(attempt, call.load);
      if (!load.add(call.batch)) return undefined;
      const inserted = await inTransaction(
        database,
        attempt,
        load,
        (writer, attach) => load.insertWaiting(writer, attach),
      );
      return new HandedOver(
        inserted.map(({ records }) => records.buffer as ArrayBuffer),
      );
    }
    case "load-end": {
      const load = takeLoad(attempt, call.load);
      try {
        return await inTransaction(database, attempt, load, (writer, attach) =>
          load.finish(writer, attach),
        );
      } finally {
        attempt.loads.delete(call.load);
      }
    }
    case "load-abort": {
      const load = attempt.loads.get(call.load);
      attempt.loads.delete(call.load);
      if (load?.hasInserted)
        await inTransaction(database, attempt, load, () => load.abort());
      return undefined;
    }
    default:
      return call satisfies never;
  }
}

/** How indexes are made; SQLite can do that too. */
function loadIndexes() {
  return import("./indexes/builtIndex.ts").then(
    ({ buildIndexes }) => buildIndexes,
    () => undefined,
  );
}

function inTransaction<T>(
  { transactions }: OpenDatabase,
  attempt: Attempt,
  { request }: TableLoad,
  work: (writer: Connection, attach: Attach | undefined) => T,
): Promise<T> {
  return transactions.load(attempt, request.table, work);
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

export function refuseUnfinishedLoad({ loads }: Attempt): void {
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

export function makeAttempt(key: string, write: boolean): Attempt {
  return {
    key,
    write,
    hasRead: false,
    isWriter: false,
    loads: new Map(),
    port: undefined,
    isSettled: false,
    ended: undefined,
    committing: undefined,
    reading: undefined,
  };
}

export function returned(): FlowError {
  return new FlowError(
    "task-failed",
    "The task has returned, so this call to the database came too late and did nothing. Write await before it.",
  );
}

export function stopped(): FlowError {
  return new FlowError(
    "task-failed",
    "The task was stopped, and what it wrote was taken back.",
  );
}
