import Papa from "papaparse";
import initSqlJs from "sql.js";
import wasm from "sql.js/dist/sql-wasm.wasm?url";

async function loading(columns, rowsOf) {
  const sql = await initSqlJs({ locateFile: () => wasm });
  const names = columns.map(({ name }) => name);
  const create = columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  const db = new sql.Database();
  return () => {
    db.run("DROP TABLE IF EXISTS t");
    const begun = performance.now();
    const rows = rowsOf();
    db.run(`BEGIN; CREATE TABLE t (${create})`);
    const statement = db.prepare(
      `INSERT INTO t VALUES (${names.map(() => "?").join(", ")})`,
    );
    for (const row of rows) statement.run(names.map((name) => row[name]));
    statement.free();
    db.run("COMMIT");
    const time = performance.now() - begun;
    const [[loaded]] = db.exec("SELECT count(*) FROM t")[0].values;
    return { time, loaded };
  };
}

export const ways = {
  rows: ({ rows, columns }) => loading(columns, () => rows),
  csv: ({ bytes, columns }) =>
    loading(columns, () => {
      const isNumber = columns.map(({ name, type }) => [name, type !== "TEXT"]);
      const text = new TextDecoder().decode(bytes);
      return Papa.parse(text, {
        header: true,
        dynamicTyping: Object.fromEntries(isNumber),
        skipEmptyLines: true,
      }).data;
    }),
};
