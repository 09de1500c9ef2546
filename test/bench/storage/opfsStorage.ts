/** SQLite's own build for browsers, with its pool of OPFS files and the pragmas that it begins with. */
import initSqlite, {
  type OpfsSAHPoolDatabase,
  type SAHPoolUtil,
} from "@sqlite.org/sqlite-wasm";
import type { StorageContender } from "./contender.ts";

export function opfsStorage(name: string): StorageContender {
  let pool: SAHPoolUtil;
  let database: OpfsSAHPoolDatabase;
  return {
    async open() {
      const sqlite = await initSqlite();
      pool = await sqlite.installOpfsSAHPoolVfs({ name });
      database = new pool.OpfsSAHPoolDb(`/${name}`);
    },
    async commit(sql) {
      database.exec(`BEGIN; ${sql}; COMMIT`);
    },
    async rest() {},
    async first(sql) {
      return database.selectValue(sql);
    },
    async close() {
      database.close();
      pool.pauseVfs();
    },
  };
}
