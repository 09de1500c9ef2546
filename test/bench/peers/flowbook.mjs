import wasm from "sql.js/dist/sql-wasm.wasm?url";
import { openSqlite } from "../../../src/engine/database/sqlite.ts";
import { TableLoad } from "../../../src/engine/database/tableLoad.ts";
import { checkBatch } from "../../../src/engine/records/checkRecords.ts";
import { Encoders } from "../../../src/engine/sandbox/kernel/encoders.ts";
import {
  readCsvOptions,
  streamCsvColumns,
} from "../../../src/engine/sandbox/kernel/formats/csv.ts";
import {
  decodePieces,
  readSlices,
} from "../../../src/engine/sandbox/kernel/formats/slices.ts";
import { RowBatcher } from "../../../src/engine/sandbox/kernel/rowBatch.ts";

// eslint-disable-next-line no-eval -- our own text, which the sandbox loads as a script
const encoders = new Encoders((text) => (0, eval)(`(${text})`));

/** A load whose batches `fill` adds to a batcher. */
async function loading(fill) {
  const sqlite = await openSqlite(await (await fetch(wasm)).arrayBuffer());
  if (sqlite.mismatch) throw new Error(sqlite.mismatch);
  return async () => {
    const file = sqlite.connect();
    const begun = performance.now();
    file.writer.run("BEGIN IMMEDIATE");
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
      if (load.add(batch)) load.insertWaiting(file.writer, file.attach);
    };
    await fill(batcher, send);
    if (!batcher.isEmpty) send();
    const { rows } = load.finish(file.writer, file.attach);
    file.writer.run("COMMIT");
    const time = performance.now() - begun;
    file.close();
    return { time, loaded: rows };
  };
}

export const ways = {
  rows: ({ rows }) =>
    loading((batcher, send) => {
      for (const row of rows) {
        batcher.add(row);
        if (batcher.isFull) send();
      }
    }),
  csv: ({ bytes }) =>
    loading(async (batcher, send) => {
      const pieces = () => decodePieces(readSlices(new Blob([bytes])));
      const source = { name: "bench.csv", warn() {} };
      const groups = streamCsvColumns(pieces, readCsvOptions({}), source);
      for await (const group of groups) {
        if (group === "restart") throw new Error("The types changed.");
        for (let row = 0; row < group.rows;) {
          row = batcher.addColumns(group, row);
          if (batcher.isFull) send();
        }
      }
    }),
};
