/**
 * Every message between the trusted workers and the sandbox. Nothing else may call postMessage towards the sandbox.
 *
 *   engine worker  <-- control port -->  sandbox frame (spawns and kills task workers)
 *   engine worker  <-- worker port  -->  task worker
 *   database worker <-- data port   -->  task worker     one port per attempt: the port is the right to use it
 *
 * What comes out of the sandbox is untrusted: `guard.ts` checks the shape of each message before anything reads it.
 *
 * They stay together in one file, so that all that can cross this border is seen at once.
 */
import type { ErrorCode, ErrorData } from "../core/errors.ts";
import type { TriggerEnd } from "../core/events.ts";
import type { Graph, NodeId } from "../core/graph.ts";
import type { ImageType } from "../core/imageType.ts";
import type { SqlParameters, SqlValue } from "../core/sqlInput.ts";
import type { State } from "../core/state.ts";
import type { Upstream } from "../core/trigger.ts";
import type { Program } from "../notebook/compile/program.ts";

// ------------------------------------------------------------------ engine to sandbox frame, over the control port

export type ToFrame =
  | {
      type: "boot";
      /** The text of the task worker's script. */
      kernel: string;
    }
  | { type: "spawn"; worker: number; port: MessagePort }
  | { type: "kill"; worker: number }
  | { type: "ping"; id: number };

export type FromFrame =
  | { type: "booted" }
  | { type: "pong"; id: number }
  | { type: "killed"; worker: number }
  | {
      /** The worker's script itself broke, or the worker could not be made. */
      type: "worker-error";
      worker: number;
      message: string;
    };

// ------------------------------------------------------------------ engine to task worker

/** Stands for every host, where the notebook is trusted; no policy of a frame can be made of it. */
export const anyHost = "*";

/** What a task worker may know of the flow run that it works for. */
export interface AttemptContext {
  attempt: number;
  mapIndex: number | undefined;
  resumed: boolean;
  loopCount: number;
  loopResult: unknown;
  taskName: string;
  flowName: string;
  flowRunId: string;
  /** The same for all attempts of a task run, and for no other. */
  idempotencyKey: string;
  parameters: Readonly<Record<string, unknown>>;
  scheduledAt: number;
}

/** A task's loop, between two iterations: what the next one is told. */
export interface LoopState {
  /** 1 for the first iteration. */
  count: number;
  result: unknown;
}

/** Where a worker finds a task: its function by the name, what a call changed about it by the node in the flow. */
export interface TaskAddress {
  task: string;
  flow: string;
  node: NodeId;
}

/** What a worker is asked about a task without running it. */
export type Question =
  | { type: "trigger"; upstream: readonly Upstream[] }
  | { type: "cache-key"; args: readonly unknown[] };

/** What a worker answers to a {@link Question}. */
export type QuestionAnswer =
  | { type: "start" }
  | ({ type: "end" } & TriggerEnd)
  /** The value of a `cacheKey` function. */
  | { type: "cache-key"; value: unknown };

/** A change of state that a function of the notebook's is told of; without `node`, of the flow run. */
export interface WatchedChange {
  task: string | undefined;
  node: NodeId | undefined;
  /** Which element of a map it is one of, as in an {@link AttemptId}. */
  element?: string | undefined;
  /** Its attempt, as an {@link AttemptId} counts. */
  attempt: number;
  change: StateChange;
}

/** As `onStateChange` gets it. */
export interface StateChange {
  name: string;
  mapIndex: number | undefined;
  from: State;
  to: State;
  attempt: number;
  message: string | undefined;
}

/**
 * The error of a failed task among the arguments of an attempt, with what its copy loses. Sent together, it is the same object
 * here as there.
 */
export interface FailedInput {
  error: Error;
  name: string;
  /** Of an error of ours. */
  code: ErrorCode | undefined;
  cause?: ErrorData;
  errors?: readonly ErrorData[];
}

/** An attempt of a task for a worker. */
export interface RunJob extends TaskAddress {
  /** The task's function, its fallback after `error`, or the clean-up of the resource that it is. */
  phase: "run" | "fallback" | "cleanup";
  args: readonly unknown[];
  /** The errors among them that do not arrive as they are. */
  failed?: readonly FailedInput[] | undefined;
  context: AttemptContext;
  /** Where a loop goes on that an earlier attempt did not finish. */
  loop?: LoopState;
  error?: ErrorData;
  /** Whether the node has a `name` or a `retryIf` that is a function; for that one the number of tries, if it is not that of the attempt. */
  hasName: boolean;
  hasRetryIf: boolean;
  tries?: number;
  /** The worker is to say when its cells have been evaluated and it begins. */
  tellsBegin?: boolean;
}

/** A list for each of several attempts, one after the other, and where each ends: many small lists take long to send. */
export interface EndToEnd<All> {
  all: All;
  ends: Int32Array;
}

/**
 * First attempts of tasks about which nothing is special, one after the other, with numbers from `job` on. By column, so that
 * what takes microseconds to run takes no more to send; all columns are equally long.
 */
export interface RunBatch {
  flow: string;
  /** What is the same for all. */
  context: Omit<AttemptContext, "taskName" | "mapIndex" | "idempotencyKey">;
  /**
   * The nodes that they are attempts of, each once; `name` is without what says which element of a map it is, `hasName` whether
   * a function makes each run's own.
   */
  nodes: readonly {
    task: string;
    node: NodeId;
    name: string;
    hasName: boolean;
  }[];
  /** The place in `nodes` of each. */
  nodeOf: Int32Array;
  /** Which element of its map each is, through all levels; -1 for none. */
  mapIndexes: Int32Array;
  /** The same as places level by level. */
  paths: EndToEnd<Int32Array>;
  args: EndToEnd<readonly unknown[]>;
}

export type ToWorker =
  | {
      type: "load";
      program: Program;
      /** Origins that the reader allowed, to explain a refusal in words; the frame's policy is what enforces it. */
      hosts: readonly string[];
      /** Scripts of libraries that cells use, by name (`Plot`): each sets globals of its own. */
      libraries: Readonly<Record<string, string>>;
    }
  | {
      type: "trace";
      job: number;
      /** What is not to be tried again, since it did not come to an end. */
      refused?: readonly RefusedStep[];
    }
  | ({ type: "run"; job: number } & RunJob)
  | ({ type: "run-all"; job: number } & RunBatch)
  /** Of a batch: tell which attempts are over and which one goes on, and give back those after it. */
  | { type: "hand-back" }
  | ({ type: "ask"; job: number; question: Question } & TaskAddress)
  | {
      type: "watch";
      job: number;
      flow: string;
      changes: readonly WatchedChange[];
    }
  | {
      type: "view";
      job: number;
      cell: string;
      /** The last finished run of each flow, for `flow.result` and `flow.state`. */
      flows: Readonly<Record<string, { state: string; result: unknown }>>;
      /** The parameters as the form has them, for SQL cells that take some. */
      parameters: Readonly<Record<string, unknown>>;
    }
  | {
      /**
       * Answers `open-database`; or another database worker has taken over, which answers on this port from now on what was not
       * answered, except the first of it if that is `read` where it was asked. Without a port, that one is over as well.
       */
      type: "database";
      job: number;
      port: MessagePort | undefined;
      isReading?: boolean;
    }
  | {
      /** Answers `read-file`. What the file holds is read by slices, when somebody asks for it. */
      type: "file";
      job: number;
      call: number;
      file: Blob | undefined;
      error: ErrorData | undefined;
    }
  | {
      /** Answers `load-library`. */
      type: "library";
      job: number;
      call: number;
      library: LibraryScript | undefined;
      error: ErrorData | undefined;
    };

/** The names of the libraries that a worker may ask for in the middle of a job. */
export const formatLibraries = [
  "archives",
  "csv",
  "encodings",
  "json",
  "jsonPath",
  "loading",
  "html",
  "parquet",
  "parquetCompressors",
  "parquetWriter",
  "textWriter",
  "excel",
  "excelWriter",
  "sqlite",
  "requests",
  "rowChecks",
  "tableCopies",
] as const;

/** One of {@link formatLibraries}. */
export type FormatLibrary = (typeof formatLibraries)[number];

/** A library of the sandbox, as text that is run as a classic script, and the machine code that it needs. */
export interface LibraryScript {
  script: string;
  wasm?: ArrayBuffer;
}

/** Something to look at, as plain data. `svg` and `html` hold markup of the notebook's and are shown in an output frame only. */
export type Output =
  | {
      type: "table";
      columns: readonly string[];
      rows: readonly Readonly<Record<string, unknown>>[];
      /** How many rows there are in all; `rows` may hold fewer. */
      total: number;
      title?: string;
    }
  | {
      type: "database-table";
      /** A table of the notebook's database, to be read as it is scrolled. */
      table: string;
      title?: string;
    }
  | { type: "html"; text: string }
  | { type: "svg"; text: string }
  | { type: "markdown"; text: string }
  | {
      type: "text";
      text: string;
      /** What a cell has logged, and not a value that it shows. */
      isLog?: true;
    }
  | { type: "json"; value: unknown }
  /** An image; SVG too is shown as an image only, in which no script runs. */
  | {
      type: "image";
      mime: ImageType;
      bytes: Uint8Array<ArrayBuffer>;
      /** What it shows, for who cannot see it; empty if nobody said. */
      alt: string;
    }
  /** A file for the reader to download. */
  | { type: "file"; name: string; bytes: Uint8Array<ArrayBuffer> }
  /** A message that also finds the reader outside of the page, if the reader lets it. */
  | { type: "notification"; text: string; body: string }
  | { type: "error"; error: ErrorData };

export type LogLevel = "debug" | "info" | "warning" | "error";

/** What tracing found out: the graph of each flow that could be drawn, and what went wrong with the others. */
export interface TraceReport {
  graphs: readonly Graph[];
  /** Flows whose body threw, by name, and cells that threw while they were defined (`flow` undefined). */
  errors: readonly {
    cell: string;
    flow: string | undefined;
    error: ErrorData;
  }[];
}

/** What is done while flows are drawn: a cell is evaluated, or the body of one of its flows called. */
export interface TraceStep {
  cell: string;
  flow: string | undefined;
}

/** A step that fails with that message, without being done. */
export interface RefusedStep extends TraceStep {
  message: string;
}

export type FromWorker =
  | { type: "ready" }
  /** What comes next while flows are drawn: a step that has no end lets nobody say so afterwards. */
  | ({ type: "drawing"; job: number } & TraceStep)
  | { type: "traced"; job: number; report: TraceReport }
  | {
      type: "returned";
      job: number;
      value: unknown;
      /** How long the function took, in milliseconds. */
      took?: number;
    }
  | {
      /** Several attempts of a batch have returned: `job` and those that follow. Times in ms since 1970 UTC; `took` is all together. */
      type: "returned-all";
      job: number;
      values: readonly unknown[];
      startedAt: Float64Array;
      endedAt: Float64Array;
      took: number;
      /** The names that functions made of their runs, empty for those that have none; missing if none has. */
      names?: readonly string[];
    }
  /** An attempt of a batch takes long enough to be told of, or one that has a timeout begins. */
  | { type: "begun"; job: number }
  | {
      /** An attempt of a batch waits for something, or they were asked for: those after it have not begun, and this worker will not make them. */
      type: "handed-back";
      job: number;
    }
  | {
      type: "failed";
      job: number;
      error: ErrorData;
      /** What the retry signal or the task's `retryIf` says; missing: `retries` counts. */
      retry?:
        { type: "always"; after?: number } | { type: "never"; why?: string };
      /** Where the next attempt's loop goes on. */
      loop?: LoopState;
    }
  /** The job has changed what all code of the worker has in common. */
  | { type: "spoiled"; job: number }
  | { type: "skipped"; job: number; message: string | undefined }
  | { type: "paused"; job: number; message: string | undefined }
  | { type: "named"; job: number; name: string }
  | { type: "answered"; job: number; answer: QuestionAnswer }
  | { type: "watched"; job: number }
  | { type: "viewed"; job: number; outputs: readonly Output[] }
  | {
      type: "log";
      job: number;
      level: LogLevel;
      text: string;
      at: number;
      /** The place of the change that it was said of, if it is of one of those that were to be told. */
      change?: number | undefined;
    }
  | {
      type: "progress";
      job: number;
      done: number;
      total: number | undefined;
      label: string | undefined;
    }
  | {
      type: "display";
      job: number;
      key: string | undefined;
      output: Output;
    }
  | {
      /** The job wants to use the database for the first time. */
      type: "open-database";
      job: number;
    }
  | { type: "read-file"; job: number; call: number; name: string }
  | { type: "load-library"; job: number; call: number; name: FormatLibrary };

// ------------------------------------------------------------------ task worker to database worker, over an attempt's data port

export type { SqlParameters, SqlValue };
export type SqlType = "INTEGER" | "REAL" | "TEXT" | "BLOB";

/** How `load` is to load; `types` override what is inferred from the rows. */
export interface LoadRequest {
  table: string;
  mode: "append" | "replace" | "upsert";
  key: readonly string[];
  types: Readonly<Record<string, SqlType>>;
}

/** What `load` did. */
export interface LoadReport {
  table: string;
  rows: number;
  inserted: number;
  updated: number;
}

/**
 * Rows on their way to a table, as the cells that SQLite makes of them (recordWriter.ts), in a buffer that is handed over and not
 * copied. What a row does not have is null; the columns at its end may be left out. Dates, booleans and nested values are already
 * ISO 8601 text, 0/1 and JSON text; an integer of more than 64 bits is text.
 */
export interface RowBatch {
  columns: readonly string[];
  rows: number;
  records: Uint8Array;
}

/** A SQL cell that another one reads by its name. Without parameters where only its tables matter. */
export interface CellQuery {
  name: string;
  sql: string;
  parameters?: SqlParameters;
}

export type DataCall =
  | {
      method: "query" | "exec";
      sql: string;
      parameters: SqlParameters;
      /** Of a SQL cell that reads others: those, each after what it reads itself. */
      cells?: readonly CellQuery[] | undefined;
    }
  | { method: "load-begin"; load: number; request: LoadRequest }
  | { method: "load-rows"; load: number; batch: RowBatch }
  | { method: "load-end" | "load-abort"; load: number };

/** What is answered to "load-rows": the buffers of rows that are in the table now, if the database goes by them no more. */
export type SpareRows = readonly ArrayBuffer[];

/** A call as a task makes it: `sql` is a query or else an exec. */
export type SentCall =
  DataCall | { method: "sql"; sql: string; parameters: SqlParameters };
export type ToData = SentCall & { call: number };

export type FromData =
  | { call: number; ok: true; value: unknown }
  | { call: number; ok: false; error: ErrorData };

/** An attempt of a task run, everywhere in the engine. */
export interface AttemptId {
  run: string;
  node: NodeId;
  /** Which run of a mapped node, as places level by level: `"3"`, `"3.0"`; missing for a node that is not mapped. */
  element?: string | undefined;
  attempt: number;
}
