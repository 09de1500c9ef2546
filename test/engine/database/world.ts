import "fake-indexeddb/auto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { IDBFactory } from "fake-indexeddb";
import { onTestFinished } from "vitest";
import { fromErrorData } from "../../../src/core/errors.ts";
import type { RunEvent } from "../../../src/core/events.ts";
import {
  Database,
  type Written,
} from "../../../src/engine/database/database.ts";
import type {
  FileChange,
  OpenFile,
} from "../../../src/engine/database/databaseFile.ts";
import type { Readers } from "../../../src/engine/database/readers.ts";
import {
  openSqlite,
  type Sqlite,
} from "../../../src/engine/database/sqlite.ts";
import type {
  AttemptId,
  DataCall,
  FromData,
  LoadReport,
  LoadRequest,
  RowBatch,
  SqlParameters,
  SqlValue,
} from "../../../src/engine/protocol.ts";
import {
  checkBatch,
  type CheckedBatch,
} from "../../../src/engine/records/checkRecords.ts";
import { RowBatcher } from "../../../src/engine/sandbox/kernel/rowBatch.ts";
import type { Commit, ExportOptions } from "../../../src/engine/services.ts";
import { listCopies } from "../../../src/storage/coldCopy.ts";
import {
  openNotebookStore,
  removeNotebookStore,
} from "../../../src/storage/notebookStore.ts";
import { restoreCopy } from "../../../src/storage/restoreCopy.ts";
import { makeGraph, type Specs } from "../../core/makeGraph.ts";

const wasm = createRequire(import.meta.url).resolve(
  "sql.js/dist/sql-wasm.wasm",
);
export const wasmBytes = readFileSync(wasm);
export const sqlite = openSqlite(wasmBytes);

/** An empty database, with a transaction open on its writer. */
export async function connect(): Promise<OpenFile> {
  const file = (await sqlite).connect();
  file.writer.run("BEGIN IMMEDIATE");
  onTestFinished(() => file.close());
  return file;
}

/** How a file is changed, with a call before each page is written. */
export function watched(file: OpenFile, beforeWrite: () => void): FileChange {
  return (change) =>
    file.attach!.change!((real) =>
      change({
        get size() {
          return real.size;
        },
        read: (target, offset) => real.read(target, offset),
        truncate: (size) => real.truncate(size),
        write(source, offset) {
          beforeWrite();
          real.write(source, offset);
        },
        renew(page, emptyPages) {
          beforeWrite();
          return real.renew(page, emptyPages);
        },
      }),
    );
}

/** The bytes of a database as it is exported. */
export async function exported(database: Database): Promise<Uint8Array> {
  const file = await database.exportDatabase();
  return new Uint8Array(await file.arrayBuffer());
}

/** The rows of a query as a file, from the first step of the export to the last. */
export async function exportRows(
  database: Database,
  sql: string,
  as: ExportOptions,
): Promise<Blob> {
  const id = await database.beginExport(sql, as);
  for (;;) {
    const { file } = await database.continueExport(id);
    if (file) return file;
  }
}

/** Statements that make views of a column `a`, whose columns it takes SQLite long to find out. */
export function viewsOnViews(table: string): string {
  const views = Array.from(
    { length: 18 },
    (_, at) => `CREATE VIEW v${at + 1} AS SELECT x.a FROM v${at} x, v${at} y`,
  );
  return [`CREATE VIEW v0 AS SELECT a FROM ${table}`, ...views].join(";");
}

/** Where the copies of this test file's notebooks are. */
const copies = new IDBFactory();

export function makeDatabase(
  written?: Written,
  opened: Promise<Sqlite> = sqlite,
  readers?: Readers,
): Database {
  const place = () => Promise.resolve(copies);
  return new Database(
    opened,
    {
      open: (notebook, tell) => openNotebookStore(notebook, tell, place),
      remove: (notebook) => removeNotebookStore(notebook, place),
      copies: () => listCopies(place),
      restore: (notebook) => restoreCopy(notebook, place),
      ...(readers ? { readers } : {}),
    },
    written,
  );
}

let notebooks = 0;

/** A name that no other test has. */
export function newNotebook(): string {
  notebooks += 1;
  return `notebook-${notebooks}`;
}

/** A database service with a notebook of its own. */
export async function openDatabase(
  notebook = newNotebook(),
): Promise<{ database: Database; notebook: string }> {
  const database = makeDatabase();
  await database.open(notebook);
  return { database, notebook };
}

export function attemptOf(node: string, attempt = 1): AttemptId {
  return { run: "run-1", node, attempt };
}

/** What a task worker does with its port. */
export class Client {
  readonly id: AttemptId;
  readonly port: MessagePort;
  #calls = new Map<number, (answer: FromData) => void>();
  #last = 0;

  constructor(id: AttemptId, port: MessagePort) {
    this.id = id;
    this.port = port;
    port.onmessage = ({ data }: MessageEvent<FromData>) =>
      this.#calls.get(data.call)?.(data);
    onTestFinished(() => port.close());
  }

  call(call: DataCall): Promise<unknown> {
    this.#last += 1;
    const number = this.#last;
    return new Promise((resolve, reject) => {
      this.#calls.set(number, (answer) =>
        answer.ok ? resolve(answer.value) : reject(fromErrorData(answer.error)),
      );
      this.port.postMessage({ ...call, call: number });
    });
  }

  query(sql: string, parameters: SqlParameters = []) {
    return this.call({ method: "query", sql, parameters }) as Promise<
      Record<string, SqlValue>[]
    >;
  }

  exec(sql: string, parameters: SqlParameters = []) {
    return this.call({ method: "exec", sql, parameters }) as Promise<{
      changes: number;
    }>;
  }

  async load(
    table: string,
    rows: readonly Record<string, SqlValue>[],
    options: Partial<LoadRequest> = {},
  ): Promise<LoadReport> {
    this.#last += 1;
    const load = this.#last;
    const request = makeRequest(table, options);
    await this.call({ method: "load-begin", load, request });
    await this.call({ method: "load-rows", load, batch: sentBatchOf(rows) });
    return (await this.call({ method: "load-end", load })) as LoadReport;
  }
}

/** Attaches an attempt and gives its worker's end of the port. */
export async function attach(
  database: Database,
  id: AttemptId,
  rights = { write: true },
): Promise<Client> {
  const { port1, port2 } = new MessageChannel();
  await database.attach(id, port1, rights);
  onTestFinished(() => port1.close());
  return new Client(id, port2);
}

/** The commit of an attempt; with the first event of a run also its start. */
export function commitOf(
  attempt: AttemptId,
  firstEvent = 0,
  result: unknown = null,
): Commit {
  const committed: RunEvent = {
    type: "attempt-committed",
    at: 5,
    task: 0,
    attempt: attempt.attempt,
    size: 1,
  };
  return {
    attempt,
    firstEvent,
    key: `key-${attempt.node}`,
    result,
    events: [firstEvent === 0 ? startOf(attempt.run) : committed],
  };
}

/** The event that starts a run of a flow of these tasks. */
export function startOf(
  run: string,
  tasks: Specs = { a: [] },
  more: Partial<RunEvent & { type: "run-started" }> = {},
): RunEvent & { type: "run-started" } {
  return {
    type: "run-started",
    at: 0,
    run,
    graph: makeGraph(tasks),
    keys: Object.fromEntries(Object.keys(tasks).map((id) => [id, `key-${id}`])),
    parameters: {},
    reused: [],
    excluded: [],
    ...more,
  };
}

export function makeRequest(
  table: string,
  options: Partial<LoadRequest> = {},
): LoadRequest {
  return { table, mode: "append", key: [], types: {}, ...options };
}

/** Rows as a task worker sends them, the first of this number. */
export function sentBatchOf(
  rows: readonly Record<string, SqlValue>[],
  first = 1,
): RowBatch {
  const batcher = new RowBatcher("t", undefined, first);
  for (const row of rows) batcher.add(row);
  return batcher.take().batch;
}

/** Rows as they have come from a task worker. */
export function batchOf(
  rows: readonly Record<string, SqlValue>[],
  first = 1,
): CheckedBatch {
  return checked(sentBatchOf(rows, first));
}

export function checked(batch: RowBatch): CheckedBatch {
  const result = checkBatch(batch);
  if (typeof result === "string") throw new Error(result);
  return result;
}

/** Whether no character of the text is cut in half. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
