/**
 * What the trusted workers offer to each other and to the page, over Comlink. Never exposed towards the sandbox. It is long
 * because it is all that is said between them.
 */
import type { ErrorData } from "../core/errors.ts";
import type { CacheEntry } from "../core/cache.ts";
import type { Keep, Reuse, RunEvent } from "../core/events.ts";
import type { Graph, NodeId } from "../core/graph.ts";
import type { ResultKeys } from "../core/resultKeys.ts";
import type { State } from "../core/state.ts";
import type { TableNow, TablesWritten } from "../core/tablesWritten.ts";
import type { Program } from "../notebook/compile/program.ts";
import type {
  AttemptId,
  CellQuery,
  LogLevel,
  Output,
  SqlParameters,
  SqlType,
  SqlValue,
  TraceReport,
} from "./protocol.ts";

// ------------------------------------------------------------------ database worker

/** A flow run as it is kept: the events say everything. */
export interface StoredRun {
  id: string;
  events: readonly RunEvent[];
}

/** A line of the log of a run. */
export interface LogLine {
  at: number;
  run: string;
  node: NodeId;
  /** Which run of a mapped node, as in {@link AttemptId}. */
  element?: string;
  attempt: number;
  level: LogLevel;
  text: string;
}

/** The document of a notebook. */
export interface NotebookText {
  title: string;
  text: string;
}

/** A copy of a notebook. */
export interface CopyEntry {
  notebook: string;
  title: string;
  /** When it was made, in milliseconds since 1970 UTC. */
  at: number;
}

/** A file that is kept with the notebook. */
export interface StoredFile {
  name: string;
  size: number;
  /** By which the content is known, in hex: the same for the same bytes. */
  hash: string;
  /** Milliseconds since 1970 UTC. */
  addedAt: number;
}

/** The task run that changed a table last. */
export interface TableWriter {
  run: string;
  node: NodeId;
  /** Milliseconds since 1970 UTC. */
  at: number;
}

/** A table of the notebook's database. */
export interface TableSchema {
  name: string;
  /** The statement that made it, of a view; its columns are not known, nor its rows, before somebody asks for them. */
  view?: string | undefined;
  /** Undefined of a view. */
  rows: number | undefined;
  /** What it takes of the file with its indexes, about; undefined of a virtual table. */
  bytes?: number | undefined;
  /** Whether its rows have numbers by which they can be found at once. */
  hasRowid: boolean;
  /** Who changed it last; undefined if that is not known, as of a database that was imported. */
  writer?: TableWriter | undefined;
  columns: readonly {
    name: string;
    type: string;
    notNull: boolean;
    key: boolean;
  }[];
}

/** What rows can be downloaded as. */
export type ExportFormat = "csv" | "json" | "parquet" | "sqlite";

/** What a file of rows is to be. */
export interface ExportOptions {
  format: ExportFormat;
  /** What the table is called in a SQLite file. */
  table: string;
  /**
   * Set if they are rows of the notebook's table of that name, with all its columns: the condition that they meet, and whether
   * the query puts them into an order of its own. The table can then be read in parts, and a SQLite file has it as it was made.
   */
  of?: { where: string; isSorted: boolean } | undefined;
}

/** Rows as the page shows them. `total` counts all rows that the query has. */
export interface QueryResult {
  columns: readonly string[];
  rows: readonly Record<string, SqlValue>[];
  total: number;
}

/** What is found when a notebook's store is opened. */
export interface OpenReport {
  /** Newest first. */
  runs: readonly StoredRun[];
  files: readonly StoredFile[];
  /** The tables that went besides the tasks. */
  tablesNow: readonly TableNow[];
  /** The outputs that each cell showed last, by cell name. */
  outputs: Readonly<Record<string, readonly Output[]>>;
  /** Results that later runs may reuse. */
  cache: readonly CacheEntry[];
  /** Why the stored database could not be used, if so; it was left as it is and the notebook is read-only. */
  damage: ErrorData | undefined;
  /** How often something was committed to the store, by anyone. */
  generation: number;
  /** Why saving takes longer here than it should, if so. */
  slow: string | undefined;
}

/** What is written together with a Success, in one transaction with the rows. */
export interface Commit {
  attempt: AttemptId;
  /** Events of the run that are not on disk yet, in order; the last is the attempt-committed event. */
  events: readonly RunEvent[];
  /** The number of the first of `events` in the run's list, from 0. */
  firstEvent: number;
  /** The key under which the result is found again. */
  key: string;
  result: unknown;
  /** Set when later runs may reuse the result. */
  cache?: CacheEntry;
}

/** Results of several attempts that did not touch the database, written together with their Successes. */
export interface ResultsCommit {
  run: string;
  keys: ResultKeys;
  /** As many as there are keys. */
  values: readonly unknown[];
  /** As in {@link Commit}. */
  events: readonly RunEvent[];
  firstEvent: number;
  cache: readonly CacheEntry[];
}

/** Which results are kept. */
export interface KeptResults {
  /** Runs that keep all that they have. */
  runs: readonly string[];
  /** Runs that keep these results, by their keys. */
  keys: Readonly<Record<string, readonly string[]>>;
  /** Runs that keep what is small (a few thousand bytes) and was written together with others. */
  small: readonly string[];
}

/**
 * What the database worker tells of itself: for whom SQLite is entered (an `attemptKey` or a `queryKey`), before it is; that it is
 * left; and that it waits for an answer, the number `ask`, before it writes what another worker that takes over could not take
 * back.
 */
export type DatabaseSign =
  | { type: "entered"; by: string; isBusy: boolean }
  | { type: "left" }
  | { type: "asks"; ask: number; writer: string | undefined };

/** The one owner of a notebook's data. */
export interface DatabaseService {
  /**
   * Opens the store of a notebook, closing the one before. Unless it is only read, nobody else writes it from then on. All of
   * a large database is read to check it only where there is reason to doubt it: after the browser was killed. A store that is
   * behind `knownGeneration` has lost what it had; nothing is written to it, so that this is seen each time until somebody has
   * chosen how to go on.
   */
  open(
    notebook: string,
    options?: {
      readOnly?: boolean;
      isDoubtful?: boolean;
      /** The generation that the store is known to have reached. */
      knownGeneration?: number;
    },
  ): Promise<OpenReport>;
  /** What another tab has written meanwhile; rows are read as they are then. For a notebook that is only read. */
  refresh(): Promise<OpenReport>;
  /** Deletes everything that is kept for a notebook. */
  remove(notebook: string): Promise<void>;

  /** Gives a {@link DatabaseSign} on this port whenever there is one: a query that does not end can only be seen from outside. */
  watch(port: MessagePort): Promise<void>;

  /** Lets an attempt (or, read-only, a view) use the database over this port until it is committed or rolled back. */
  attach(
    attempt: AttemptId,
    port: MessagePort,
    rights: { write: boolean },
  ): Promise<void>;
  /** Resolves when all that the attempt has asked for is done, with the tables that it changed and left there; what it asks for after that is refused. */
  settle(attempt: AttemptId): Promise<TablesWritten>;
  /** Makes the attempt's writes, its result and the events durable, all or nothing. Rejects, with nothing kept, when it cannot. */
  commit(commit: Commit): Promise<{ changedTables: boolean }>;
  /** Makes results and events durable, all or nothing. */
  commitResults(commit: ResultsCommit): Promise<void>;
  /** Takes back what the attempt wrote and closes its port. Does nothing if there is nothing. */
  rollback(attempt: AttemptId): Promise<void>;

  /** Writes events of a run that need no commit. */
  appendEvents(
    run: string,
    firstEvent: number,
    events: readonly RunEvent[],
  ): Promise<void>;
  /** How many events of a run are on disk. */
  countEvents(run: string): Promise<number>;
  appendLogs(lines: readonly LogLine[]): Promise<void>;
  logs(run: string): Promise<readonly LogLine[]>;
  /** The results kept under keys by a run, in the order of the keys; each in an object, so that an undefined result can be told from none. */
  results(
    run: string,
    keys: readonly string[],
  ): Promise<readonly ({ value: unknown } | undefined)[]>;
  /** Results that later runs may reuse. */
  cacheEntries(): Promise<readonly CacheEntry[]>;
  /** Drops the results that need not be kept any more. */
  retainResults(kept: KeptResults): Promise<void>;

  /** Runs one statement that only reads. The history of runs is there as tables `history.runs`, `.tasks`, `.attempts` and `.logs`, and SQL cells are, by their names. At most `limit` rows come back; `total` counts all. */
  query(
    sql: string,
    parameters?: SqlParameters,
    limit?: number,
    cells?: readonly CellQuery[],
  ): Promise<QueryResult>;
  tables(): Promise<readonly TableSchema[]>;
  /** Those that task runs left there and that went besides them, by hand for instance: they are not there, or were made anew since. */
  tablesNow(): Promise<readonly TableNow[]>;
  /** The names of the tables that a query reads; undefined if that cannot be told, as of the history. */
  tablesRead(
    sql: string,
    cells?: readonly CellQuery[],
  ): Promise<readonly string[] | undefined>;
  /** Begins a file of the rows of a query, as they are saved now; gives the number of the export. */
  beginExport(sql: string, as: ExportOptions): Promise<number>;
  /** Goes on with it for a moment, so that others have their turn; gives how many rows are written, and the file when all are. */
  continueExport(id: number): Promise<{ rows: number; file?: Blob }>;
  /** Lets it be. */
  endExport(id: number): Promise<void>;
  /** The database as an SQLite file; what is left of it if it is damaged. With its history, the file goes on where this notebook is: in another browser, or in Node. */
  exportDatabase(options?: { history?: boolean }): Promise<Blob>;
  /** Copies the notebook to where a copy outlives the loss of the original, as far as it has changed; `text` is the document, and `of` the notebook that it is of. */
  keepCopy(text: NotebookText, of?: string): Promise<void>;
  /** The copies that there are, the newest first. */
  copies(): Promise<readonly CopyEntry[]>;
  /** Puts the copy of a notebook, which must not be open, in the place of what is there; gives its document, or undefined if there is no copy. */
  restoreCopy(notebook: string): Promise<NotebookText | undefined>;
  /**
   * Puts an SQLite file in the place of the database, and the runs that it brings beside those that are there; rejects, with
   * nothing changed, if it is none or is damaged. Of one that `isPutBack`, because it was there before, it stays known who wrote
   * its tables.
   */
  importDatabase(file: Blob, of?: string, isPutBack?: boolean): Promise<void>;
  /** Drops a table on behalf of nobody's run. */
  dropTable(name: string, of?: string): Promise<void>;

  // Each of these is about the notebook that is open; with `of`, the name of the one that is meant, it is refused if another is open by then.
  writeFile(name: string, data: Blob, of?: string): Promise<StoredFile>;
  readFile(name: string): Promise<Blob | undefined>;
  /** Of a file of the notebook, as in {@link StoredFile}; undefined if there is none of that name. */
  fileHash(name: string): Promise<string | undefined>;
  files(): Promise<readonly StoredFile[]>;
  removeFile(name: string, of?: string): Promise<void>;
  /** Gives a file another name; rejects if another has it. */
  renameFile(from: string, to: string, of?: string): Promise<void>;
  saveOutputs(
    cell: string,
    outputs: readonly Output[],
    of?: string,
  ): Promise<void>;
}

// ------------------------------------------------------------------ engine worker

/** What a run is asked to do. */
export interface RunRequest {
  run: string;
  program: Program;
  graph: Graph;
  keys: Readonly<Record<NodeId, string>>;
  parameters: Readonly<Record<string, unknown>>;
  reused: readonly Reuse[];
  excluded: readonly NodeId[];
  /** When the run was due, if a schedule starts it. */
  scheduledAt?: number;
}

/** What a resumption is asked to do: the events so far, and what stays. */
export interface ResumeRequest {
  run: string;
  events: readonly RunEvent[];
  program: Program;
  graph: Graph;
  keys: Readonly<Record<NodeId, string>>;
  parameters: Readonly<Record<string, unknown>>;
  kept: readonly Keep[];
  /** What stays as it ended, though it would run again; missing for nothing. */
  left?: readonly NodeId[];
}

/** What happens to a run from outside: an answer to a task that waits for a person, a cancellation, the end of a pause. */
export interface ProceedRequest {
  run: string;
  /** The events so far; used if no engine works on the run just now. */
  events: readonly RunEvent[];
  program: Program;
  event: RunEvent & {
    type: "pause-answered" | "cancel-requested" | "timer-fired";
  };
  /** The answers to a form. */
  value?: unknown;
}

/** What the engine tells the page, a few times a second at most. */
export interface EngineUpdate {
  run: string;
  /** New events, in order, and the place of the first in the run's list. */
  events: readonly RunEvent[];
  firstEvent: number;
  logs: readonly LogLine[];
  /** The latest progress of each node that reported some since the last update. */
  progress: Readonly<
    Record<
      NodeId,
      { done: number; total: number | undefined; label: string | undefined }
    >
  >;
  /** What tasks displayed. */
  displays: readonly {
    node: NodeId;
    element?: string;
    key: string | undefined;
    output: Output;
  }[];
}

/** Which of the two sandboxes: the tracer has no network whatever the reader allowed. */
export type SandboxKind = "tracer" | "runner";

/** What the engine needs of the page. */
export interface EnginePage {
  /** Makes a new frame of that kind, removing the old one, that may reach `hosts`; gives its control port. */
  createSandbox(
    kind: SandboxKind,
    hosts: readonly string[],
  ): Promise<MessagePort>;
  update(update: EngineUpdate): void;
  /**
   * Ends the database worker, whatever it is doing, and starts another with the same notebook; gives a port of it. `entered` is
   * the key of the attempt that SQLite is busy for.
   */
  restartDatabase(entered?: string): Promise<MessagePort>;
  /**
   * Starts another database worker with the same notebook, which owns it from then on, and gives a port of it. The one before
   * finishes what it reads: `reading` is the key of an attempt or of a query. Undefined, with nothing changed, if that cannot be.
   * Missing where it never can.
   */
  handOverDatabase?(reading: string): Promise<MessagePort | undefined>;
  /**
   * Ends the worker that finishes what it reads for that key, or for "all"; without a key, for whatever is no task of a run. Says
   * whether there was one.
   */
  endDatabase?(reading?: string): Promise<boolean>;
}

/** What a cell is told when it is evaluated to show something. */
export interface ViewGiven {
  /** What the flows gave when they ran last, by name. */
  flows: Readonly<Record<string, { state: State; result: unknown }>>;
  /** The parameters as the form has them. */
  parameters: Readonly<Record<string, unknown>>;
}

/** Runs flows; holds the scheduler, the clock and the pool of task workers. */
export interface EngineService {
  connect(
    database: MessagePort,
    page: EnginePage,
    options: { workers: number; hosts: readonly string[] },
  ): Promise<void>;
  /**
   * The hosts that the reader allows from now on, how many workers, and which notebook is open: the runner is made anew, and
   * programs of another notebook are refused. Before the data of another notebook are there, it has to be said.
   */
  configure(options: {
    workers: number;
    hosts: readonly string[];
    notebook: string | undefined;
  }): Promise<void>;
  /** Draws all flows of a program, with a limit of 2 s and neither network nor database. */
  trace(program: Program): Promise<TraceReport>;
  /**
   * Runs a flow; resolves when it is final, or when all that is left of it waits for people, and the page has taken in all that
   * it was told of it.
   */
  run(request: RunRequest): Promise<void>;
  resume(request: ResumeRequest): Promise<void>;
  /** Goes on with a run that waits for people; resolves like `run`. */
  proceed(request: ProceedRequest): Promise<void>;
  /** Ends the current run, or one task or sub-flow of it, at once; without a task, resolves when the run is final. */
  cancel(task?: number): Promise<void>;
  /** Ends a query that does not end, by way of the whole database worker. What was not committed is gone; tasks that had written are repeated. */
  restartDatabase(): Promise<void>;
  /** The page has waited for the database for long: for the queries that go by these keys, and for something else if "" is among them. */
  awaitDatabase(waiting: readonly string[]): Promise<void>;
  /** Evaluates a cell to show what it displays. */
  view(
    program: Program,
    cell: string,
    given: ViewGiven,
  ): Promise<readonly Output[]>;
  /** Evaluates a cell of a program that is none of the notebook's text; what the notebook shows or runs goes on meanwhile. */
  preview(program: Program, cell: string): Promise<readonly Output[]>;
}

export type { SqlType };
