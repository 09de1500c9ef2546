/** A load in one thread, as the database makes one of what a task sends. */
import type {
  Attach,
  OpenFile,
} from "../../src/engine/database/databaseFile.ts";
import type { Sqlite } from "../../src/engine/database/sqlite.ts";
import { TableLoad } from "../../src/engine/database/tableLoad.ts";
import { checkBatch } from "../../src/engine/records/checkRecords.ts";
import type { Encoders } from "../../src/engine/sandbox/kernel/encoders.ts";
import type {
  Restart,
  RowGroup,
} from "../../src/engine/sandbox/kernel/rowStream.ts";
import { sliceSize } from "../../src/engine/sandbox/kernel/formats/slices.ts";
import { RowBatcher } from "../../src/engine/sandbox/kernel/rowBatch.ts";

/** Adds rows to a batcher, and calls `send` when it is full. */
export type Fill = (
  batcher: RowBatcher,
  send: () => void,
) => void | Promise<void>;

/**
 * Gives a function that loads rows into a table "t" of a database that goes on to be used, as one in a tab does; it gives the
 * milliseconds until they are committed, and how many they are. The table is a new one, or made by `schema` before each load; rows
 * go in as pages, or by statements.
 */
export function makeTimedLoad(
  sqlite: Sqlite,
  encoders: Encoders,
  fill: Fill,
  { schema = "", asPages = true } = {},
): () => Promise<{ time: number; loaded: number }> {
  const file = sqlite.connect();
  return async () => {
    file.writer.run(`BEGIN IMMEDIATE; DROP TABLE IF EXISTS t; ${schema}`);
    await file.commit(() => Promise.resolve());
    const attach = asPages ? file.attach : undefined;
    return timedLoad(file, attach, encoders, fill);
  };
}

async function timedLoad(
  { writer }: OpenFile,
  attach: Attach | undefined,
  encoders: Encoders,
  fill: Fill,
): Promise<{ time: number; loaded: number }> {
  const begun = performance.now();
  writer.run("BEGIN IMMEDIATE");
  const load = new TableLoad({
    table: "t",
    mode: "append",
    key: [],
    types: {},
  });
  const batcher = new RowBatcher("t", encoders);
  const send = () => {
    const batch = checkBatch(batcher.take().batch);
    if (typeof batch === "string") throw new Error(batch);
    if (!load.add(batch)) return;
    for (const { records } of load.insertWaiting(writer, attach))
      encoders.buffers.give(records.buffer as ArrayBuffer);
  };
  await fill(batcher, send);
  if (!batcher.isEmpty) send();
  batcher.end();
  const { rows } = load.finish(writer, attach);
  writer.run("COMMIT");
  const time = performance.now() - begun;
  return { time, loaded: rows };
}

export function fillWithRows(rows: readonly object[]): Fill {
  return (batcher, send) => {
    for (let row = 0; row < rows.length;) {
      row = batcher.addRows(rows, row);
      if (batcher.isFull) send();
    }
  };
}

/** Rows whose types hold to the end. */
export function fillWithGroups(
  groups: () => AsyncIterable<RowGroup | Restart>,
): Fill {
  return async (batcher, send) => {
    for await (const group of groups()) {
      if (group === "restart") throw new Error("The types changed.");
      if ("addTo" in group)
        for (let isMore = true; isMore;) {
          isMore = batcher.addFrom(group);
          if (batcher.isFull) send();
        }
      else
        for (let row = 0; row < group.rows;) {
          row = batcher.addColumns(group, row);
          if (batcher.isFull) send();
        }
    }
  };
}

/** The bytes of a file in pieces, as they come from a disk. */
export async function* inSlices(
  bytes: Uint8Array<ArrayBuffer>,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sliceSize)
    yield await Promise.resolve(bytes.subarray(at, at + sliceSize));
}
