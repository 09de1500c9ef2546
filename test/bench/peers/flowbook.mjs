import wasm from "sql.js/dist/sql-wasm.wasm?url";
import { openSqlite } from "../../../src/engine/database/sqlite.ts";
import { Encoders } from "../../../src/engine/sandbox/kernel/encoders.ts";
import {
  encodeCsv,
  readCsvOptions,
} from "../../../src/engine/sandbox/kernel/formats/csv.ts";
import { decodePieces } from "../../../src/engine/sandbox/kernel/formats/slices.ts";
import {
  fillWithGroups,
  fillWithRows,
  inSlices,
  makeTimedLoad,
} from "../timedLoad.ts";

// eslint-disable-next-line no-eval -- our own text, which the sandbox loads as a script
const encoders = new Encoders((text) => (0, eval)(`(${text})`));

async function loading(fill) {
  const sqlite = await openSqlite(await (await fetch(wasm)).arrayBuffer());
  if (sqlite.mismatch) throw new Error(sqlite.mismatch);
  return makeTimedLoad(sqlite, encoders, fill);
}

export const ways = {
  rows: ({ rows }) => loading(fillWithRows(rows)),
  csv({ bytes }) {
    const slices = () => inSlices(bytes);
    const text = {
      isUtf8: true,
      bytes: slices,
      text: () => decodePieces(slices()),
    };
    const source = { name: "bench.csv", warn() {} };
    return loading(
      fillWithGroups(() => encodeCsv(text, readCsvOptions({}), source)),
    );
  },
};
