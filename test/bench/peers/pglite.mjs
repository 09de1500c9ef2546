import { PGlite } from "@electric-sql/pglite";
import { toCsv } from "../../../src/engine/sandbox/kernel/formats/csvWriter.ts";

const types = { INTEGER: "bigint", REAL: "double precision", TEXT: "text" };

export const ways = {
  async rows({ rows, columns }) {
    const db = await PGlite.create();
    const create = columns.map(({ name, type }) => `${name} ${types[type]}`);
    return async () => {
      await db.exec("DROP TABLE IF EXISTS t");
      const begun = performance.now();
      await db.exec(`CREATE TABLE t (${create.join(", ")})`);
      const blob = new Blob([toCsv(rows, {})]);
      await db.query("COPY t FROM '/dev/blob' WITH (FORMAT csv, HEADER)", [], {
        blob,
      });
      const time = performance.now() - begun;
      const found = await db.query("SELECT count(*)::int AS n FROM t");
      return { time, loaded: found.rows[0].n };
    };
  },
};
