// Measures one way from rows, or from the bytes of a CSV file, to a table that can be queried, in this worker.
import { toCsv } from "../../../src/engine/sandbox/kernel/formats/csvWriter.ts";
import { mixedRows, narrowRows } from "../loadRows.ts";

/** Milliseconds. */
const warmUp = 3000;

/** Each gives a function that loads once, checks how many rows there are, and gives the milliseconds it took. */
const peers = {
  flowbook: () => import("./flowbook.mjs"),
  "sql.js": () => import("./sqljs.mjs"),
  "sqlite-wasm": () => import("./sqliteWasm.mjs"),
  duckdb: () => import("./duckdb.mjs"),
  pglite: () => import("./pglite.mjs"),
};

onmessage = async ({ data: { peer, way, shape, count, rounds } }) => {
  try {
    const { ways } = await peers[peer]();
    const rows = (shape === "narrow" ? narrowRows : mixedRows)(count);
    const bytes = new TextEncoder().encode(toCsv(rows, {}));
    const columns = Object.keys(rows[0]).map((name) => ({
      name,
      type: typeOf(rows, name),
    }));
    const go = await ways[way]({ rows, bytes, columns });
    const once = async () => {
      const { time, loaded } = await go();
      if (Number(loaded) !== count)
        throw new Error(`${loaded} of ${count} rows are there.`);
      return time;
    };
    // Those do not count: code gets fast when it has run.
    const begun = performance.now();
    do await once();
    while (performance.now() - begun < warmUp);
    const times = [];
    while (times.length < rounds) times.push(await once());
    postMessage({ times });
  } catch (error) {
    postMessage({ failed: `${peer}, ${way}: ${error?.stack ?? error}` });
  }
};

function typeOf(rows, name) {
  if (rows.every((row) => Number.isInteger(row[name]))) return "INTEGER";
  return rows.every((row) => typeof row[name] === "number") ? "REAL" : "TEXT";
}
