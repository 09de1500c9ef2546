import { FlowError } from "../../../core/errors.ts";
import { listNames, showValue } from "../../../core/words.ts";
import type {
  DataCall,
  LoadReport,
  LoadRequest,
  SpareRows,
  SqlType,
} from "../../protocol.ts";
import type { DataClient } from "./dataClient.ts";
import type { Encoders } from "./encoders.ts";
import { RowBatcher } from "./rowBatch.ts";
import type { DeclaredTypes, Restart, RowGroup } from "./rowStream.ts";

/** How many batches may be on their way to the database: one is being taken there, one comes, and the next is made here. */
const mostInFlight = 3;

const modes = ["append", "replace", "upsert"] as const;
const sqlTypes = ["INTEGER", "REAL", "TEXT", "BLOB"];

/** Checks the table and the options of `load`. */
function readLoadOptions(table: unknown, options: unknown): LoadRequest {
  if (typeof table !== "string" || table === "")
    throw invalid(
      `load takes the name of a table first: load("airline", rows), not ${showValue(table)}.`,
    );
  const refuse = (message: string) => invalid(`load("${table}"): ${message}`);
  const request: LoadRequest = { table, mode: "append", key: [], types: {} };
  if (options === undefined || options === null) return request;
  if (typeof options !== "object")
    throw refuse(
      `the options are an object such as { mode: "upsert", key: "id" }, not ${showValue(options)}.`,
    );
  const { mode, key, types, ...others } = options as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw refuse(
      `there is no option ${JSON.stringify(unknown)}. The options are mode, key and types.`,
    );
  if (mode !== undefined) {
    if (!modes.includes(mode as LoadRequest["mode"]))
      throw refuse(
        `mode must be "append", "replace" or "upsert", not ${showValue(mode)}.`,
      );
    request.mode = mode as LoadRequest["mode"];
  }
  if (key !== undefined) {
    const columns: unknown[] = Array.isArray(key) ? key : [key];
    if (
      columns.length === 0 ||
      !columns.every((column) => typeof column === "string" && column)
    )
      throw refuse(
        `key must be the name of a column, or a list of names, not ${showValue(key)}.`,
      );
    request.key = columns as string[];
  }
  if (request.mode === "upsert" && request.key.length === 0)
    throw refuse(
      `upsert needs a key, the column that says which rows are the same: { mode: "upsert", key: "id" }.`,
    );
  if (types !== undefined) {
    if (typeof types !== "object" || types === null)
      throw refuse(
        `types is an object by column: { id: "INTEGER" }, not ${showValue(types)}.`,
      );
    const checked: Record<string, SqlType> = {};
    for (const [column, type] of Object.entries(types)) {
      if (type === undefined) continue;
      if (!sqlTypes.includes(type as string))
        throw refuse(
          `the type of the column ${column} must be ${listNames(sqlTypes.map((name) => `"${name}"`)).replace(" and ", " or ")}, not ${showValue(type)}.`,
        );
      checked[column] = type as SqlType;
    }
    request.types = checked;
  }
  return request;
}

/** How far a load is: what is with the database, and how many rows there are if that is known. */
export interface LoadProgress {
  rows: number;
  bytes: number;
  total: number | undefined;
}

/** What a load needs of the worker that it is made in. */
export interface Loading {
  data: DataClient;
  encoders: Encoders;
  /** Whether a value is a ref. */
  isRef(value: unknown): boolean;
  /** The same rows as groups, if they can be read so; those bring their types along. */
  groupsOf(rows: object): AsyncIterable<RowGroup | Restart> | undefined;
  /** What the source of rows says of their columns. */
  typesOf(rows: object): DeclaredTypes;
  /** The columns that the source of rows has, if it says so. */
  namesOf(rows: object): readonly string[];
}

/** Sends rows to a table, in batches, while the next ones are still being made. All of them are loaded or none. */
export async function loadRows(
  { data, encoders, isRef, groupsOf, typesOf, namesOf }: Loading,
  table: unknown,
  given: unknown,
  options: unknown,
  report: (progress: LoadProgress) => void,
): Promise<LoadReport> {
  const request = readLoadOptions(table, options);
  const rows = await given;
  if (!isIterable(rows))
    throw new FlowError(
      "row-mismatch",
      `load("${request.table}") takes rows: a list of objects, or something that gives them one by one, not ${showValue(rows)}.`,
    );
  const total = Array.isArray(rows) ? rows.length : undefined;
  const inFlight = new Set<Promise<unknown>>();
  const progress: LoadProgress = { rows: 0, bytes: 0, total };
  let failure: { error: unknown } | undefined;
  const takeBack = (answer: unknown) => {
    if (!Array.isArray(answer)) return;
    for (const buffer of answer as SpareRows) encoders.buffers.give(buffer);
  };
  const answerTo = (call: DataCall, buffers?: ArrayBuffer[]) =>
    data.call(call, buffers).then(takeBack, (error: unknown) => {
      failure ??= { error };
    });
  /** Rows are taken while the database begins, which includes the way to it. */
  let begun = Promise.resolve();
  const begin = (types: DeclaredTypes = {}) => {
    const load = data.newLoad();
    begun = answerTo({
      method: "load-begin",
      load,
      request: { ...request, types: { ...types, ...request.types } },
    });
    return load;
  };
  const settled = () => Promise.all([begun, ...inFlight]);

  const groups = groupsOf(rows);
  let load = groups ? undefined : begin(typesOf(rows));
  let types: DeclaredTypes | undefined;
  const startBatcher = (first?: number) =>
    new RowBatcher(request.table, encoders, first, isRef);
  let batcher = startBatcher();
  const send = async () => {
    const { batch, buffers } = batcher.take();
    while (inFlight.size >= mostInFlight) await Promise.race(inFlight);
    load ??= begin(types);
    // Rows are handed over and can be sent only once, so they go to the database that has begun.
    await begun;
    if (failure) throw failure.error;
    const answer = answerTo(
      { method: "load-rows", load, batch },
      buffers,
    ).finally(() => inFlight.delete(answer));
    inFlight.add(answer);
    progress.rows += batch.rows;
    progress.bytes += batch.records.length;
    report(progress);
    // The port to the database comes in a message, which is read only when rows stop being taken.
    await data.opened();
  };

  // What a row of an upsert leaves out stays as it is, so all rows of a batch have the same columns then.
  const shape = request.mode === "upsert" ? new RowShape() : undefined;
  const startBatch = async () => {
    if (!batcher.isEmpty) await send();
    batcher.end();
    batcher = startBatcher(batcher.next);
  };

  const restart = async () => {
    await settled();
    if (failure) throw failure.error;
    if (load !== undefined) await data.call({ method: "load-abort", load });
    load = undefined;
    batcher.end();
    batcher = startBatcher();
    progress.rows = 0;
    progress.bytes = 0;
  };

  try {
    if (groups)
      for await (const group of groups) {
        if (group === "restart") {
          await restart();
          continue;
        }
        types ??= group.types;
        if ("addTo" in group)
          for (let isMore = true; isMore;) {
            isMore = batcher.addFrom(group);
            if (batcher.isFull) await send();
          }
        else
          for (let row = 0, isMore = true; isMore; isMore = row < group.rows) {
            row = batcher.addColumns(group, row);
            if (batcher.isFull) await send();
          }
      }
    else if (Symbol.asyncIterator in rows)
      for await (const row of rows) {
        if (shape?.isOther(row)) await startBatch();
        batcher.add(row);
        if (batcher.isFull) await send();
      }
    else if (!shape && isPlainList(rows))
      for (let row = 0; row < rows.length;) {
        row = batcher.addRows(rows, row);
        if (batcher.isFull) await send();
      }
    // To await each row would take longer than to encode it.
    else
      for (const given of rows) {
        const row: unknown = given instanceof Promise ? await given : given;
        if (shape?.isOther(row)) await startBatch();
        batcher.add(row);
        if (batcher.isFull) await send();
      }
    // Of no rows the database is told the columns, if they are known.
    if (total === 0)
      batcher.addColumns({ names: namesOf(rows), values: [], rows: 0 }, 0);
    const isOfColumns = progress.rows === 0 && batcher.hasColumns;
    if (!batcher.isEmpty || isOfColumns) await send();
    load ??= begin();
    await settled();
    if (failure) throw failure.error;
  } catch (error) {
    await settled();
    // What went wrong first is what is told; that the load could not be taken back either would hide it.
    if (load !== undefined)
      await data.call({ method: "load-abort", load }).catch(() => {});
    throw error;
  } finally {
    batcher.end();
  }
  return (await data.call({ method: "load-end", load })) as LoadReport;
}

/** The columns that the rows of a batch have, in whatever order. */
class RowShape {
  #names: readonly string[] | undefined;
  #sorted = "";

  /** Whether a row has others than the rows before it; if so, those count from now on. */
  isOther(row: unknown): boolean {
    // What is wrong with such a row is told when it is added.
    if (typeof row !== "object" || row === null) return false;
    const names = Object.keys(row);
    const before = this.#names;
    if (
      before?.length === names.length &&
      names.every((name, index) => name === before[index])
    )
      return false;
    const sorted = JSON.stringify(names.toSorted());
    const isOther = before !== undefined && sorted !== this.#sorted;
    this.#names = names;
    this.#sorted = sorted;
    return isOther;
  }
}

/** Whether it is a list that gives its elements as lists do. */
function isPlainList(rows: Iterable<unknown>): rows is readonly unknown[] {
  return (
    Array.isArray(rows) &&
    rows[Symbol.iterator] === Array.prototype[Symbol.iterator]
  );
}

function isIterable(
  value: unknown,
): value is Iterable<unknown> | AsyncIterable<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value)
  );
}

function invalid(message: string): FlowError {
  return new FlowError("invalid-option", message);
}
