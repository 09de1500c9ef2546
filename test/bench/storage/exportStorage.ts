/** sql.js as its documentation uses it: the exported file as one value in IndexedDB, written with the same durability as ours. */
import { promisifyRequest } from "idb-keyval";
import type { Connection } from "../../../src/engine/database/sqlite.ts";
import {
  loadModule,
  type Module,
} from "../../../src/engine/database/sqliteModule.ts";
import { createStore, type Store } from "../../../src/storage/useStore.ts";
import type { StorageContender } from "./contender.ts";
import { sqlJsBytes } from "./flowbookStorage.ts";

export function exportStorage(name: string): StorageContender {
  let module: Module;
  let store: Store;
  let database: Connection;
  return {
    async open() {
      ({ module } = await loadModule(await sqlJsBytes()));
      store = createStore(name);
      const bytes = await store.use("readonly", (entries) =>
        promisifyRequest<Uint8Array | undefined>(entries.get("database")),
      );
      database = new module.Database(bytes);
    },
    async commit(sql) {
      database.run(`BEGIN; ${sql}; COMMIT`);
      const bytes = database.export();
      await store.use("readwrite", (entries) => {
        entries.put(bytes, "database");
        return promisifyRequest(entries.transaction);
      });
    },
    async rest() {},
    async first(sql) {
      const statement = database.prepare(sql);
      statement.step();
      const [value] = statement.get();
      statement.free();
      return value;
    },
    async close() {
      database.close();
      store.close();
    },
  };
}
