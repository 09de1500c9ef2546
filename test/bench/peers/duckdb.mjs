import {
  BROWSER_RUNTIME,
  createDuckDB,
  VoidLogger,
} from "@duckdb/duckdb-wasm/dist/duckdb-browser-blocking.mjs";
import wasm from "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url";
import { Table, vectorFromArray, Utf8, Int32, Float64 } from "apache-arrow";

const arrowTypes = { INTEGER: Int32, REAL: Float64, TEXT: Utf8 };

async function loading(load) {
  const module = { mainModule: new URL(wasm, self.location.href).href };
  const bundles = { mvp: module, eh: module };
  const db = await createDuckDB(bundles, new VoidLogger(), BROWSER_RUNTIME);
  await db.instantiate(() => {});
  return () => {
    const connection = db.connect();
    connection.query("DROP TABLE IF EXISTS t");
    const begun = performance.now();
    load(db, connection);
    const time = performance.now() - begun;
    const found = connection.query("SELECT count(*)::INT AS n FROM t");
    connection.close();
    return { time, loaded: found.toArray()[0].n };
  };
}

export const ways = {
  arrow: ({ rows, columns }) =>
    loading((_, connection) => {
      const vectors = columns.map(({ name, type }) => [
        name,
        vectorFromArray(
          rows.map((row) => row[name]),
          new arrowTypes[type](),
        ),
      ]);
      connection.insertArrowTable(new Table(Object.fromEntries(vectors)), {
        name: "t",
        create: true,
      });
    }),
  json: ({ rows }) =>
    loading((db, connection) => {
      db.registerFileText("rows.json", JSON.stringify(rows));
      connection.insertJSONFromPath("rows.json", { name: "t", create: true });
      db.dropFile("rows.json");
    }),
  csv: ({ bytes }) =>
    loading((db, connection) => {
      db.registerFileBuffer("rows.csv", bytes.slice());
      connection.query("CREATE TABLE t AS FROM read_csv('rows.csv')");
      db.dropFile("rows.csv");
    }),
};
