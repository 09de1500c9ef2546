/**
 * Every message between the trusted workers and the sandbox. Nothing else may call postMessage towards the sandbox.
 *
 *   engine worker  <-- control port -->  sandbox frame (spawns and kills task workers)
 *   engine worker  <-- worker port  -->  task worker
 *   database worker <-- data port   -->  task worker     one port per attempt: the port is the right to use it
 *
 * What comes out of the sandbox is untrusted: `guard.ts` checks the shape of each message before anything reads it.
 */
import type { ErrorData } from "../core/errors.ts";
import type { Graph, NodeId } from "../core/graph.ts";
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

/** What a task worker may know of the flow run that it works for. */
export interface AttemptContext {
  attempt: number;
  mapIndex: number | undefined;
  resumed: boolean;
  taskName: string;
  flowName: string;
  flowRunId: string;
  parameters: Readonly<Record<string, unknown>>;
  scheduledAt: number;
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
  | { type: "trace"; job: number }
  | {
      type: "run";
      job: number;
      task: string;
      args: readonly unknown[];
      context: AttemptContext;
    }
  | {
      type: "view";
      job: number;
      cell: string;
      /** The last finished run of each flow, for `flow.result` and `flow.state`. */
      flows: Readonly<Record<string, { state: string; result: unknown }>>;
    }
  | { type: "database"; job: number; port: MessagePort }
  | {
      type: "file";
      job: number;
      call: number;
      data: ArrayBuffer | undefined;
      error: ErrorData | undefined;
    };

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
  | { type: "text"; text: string }
  | { type: "json"; value: unknown }
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

export type FromWorker =
  | { type: "ready" }
  | { type: "loaded" }
  | { type: "traced"; job: number; report: TraceReport }
  | { type: "returned"; job: number; value: unknown }
  | { type: "failed"; job: number; error: ErrorData }
  | { type: "viewed"; job: number; outputs: readonly Output[] }
  | {
      type: "log";
      job: number;
      level: LogLevel;
      text: string;
      at: number;
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
  | { type: "read-file"; job: number; call: number; name: string };

// ------------------------------------------------------------------ task worker to database worker, over an attempt's data port

export type SqlValue = string | number | bigint | Uint8Array | null;
export type SqlParameters =
  readonly SqlValue[] | Readonly<Record<string, SqlValue>>;
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
 * Rows on their way to a table, by column, so that names cross once. `values[c][r]`; what a row does not have is null.
 * Dates, booleans and nested values are already ISO 8601 text, 0/1 and JSON text.
 */
export interface RowBatch {
  columns: readonly string[];
  values: readonly (readonly SqlValue[])[];
  rows: number;
}

export type DataCall =
  | { method: "query"; sql: string; parameters: SqlParameters }
  | { method: "exec"; sql: string; parameters: SqlParameters }
  | { method: "load-begin"; load: number; request: LoadRequest }
  | { method: "load-rows"; load: number; batch: RowBatch }
  | { method: "load-end"; load: number }
  | { method: "load-abort"; load: number };

export type ToData = DataCall & { call: number };

export type FromData =
  | { call: number; ok: true; value: unknown }
  | { call: number; ok: false; error: ErrorData };

/** An attempt of a task, everywhere in the engine. */
export interface AttemptId {
  run: string;
  node: NodeId;
  attempt: number;
}
