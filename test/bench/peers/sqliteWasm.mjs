import init from "@sqlite.org/sqlite-wasm";

export const ways = {
  async rows({ rows, columns }) {
    const sqlite = await init();
    const names = columns.map(({ name }) => name);
    const create = columns.map(({ name, type }) => `${name} ${type}`).join();
    const db = new sqlite.oo1.DB(":memory:");
    return () => {
      db.exec("DROP TABLE IF EXISTS t");
      const begun = performance.now();
      db.exec(`BEGIN; CREATE TABLE t (${create})`);
      const statement = db.prepare(
        `INSERT INTO t VALUES (${names.map(() => "?").join()})`,
      );
      for (const row of rows)
        statement.bind(names.map((name) => row[name])).stepReset();
      statement.finalize();
      db.exec("COMMIT");
      const time = performance.now() - begun;
      const loaded = db.selectValue("SELECT count(*) FROM t");
      return { time, loaded };
    };
  },
};
