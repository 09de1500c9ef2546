/** Flowbook's own storage, as the database worker uses it for the commits of tasks. */
import wasmUrl from "sql.js/dist/sql-wasm.wasm?url";
import {
  openSqlite,
  openSqliteComparing,
} from "../../../src/engine/database/sqlite.ts";
import { alwaysChecked } from "../../../src/engine/database/openFound.ts";
import { Transactions } from "../../../src/engine/database/transactions.ts";
import {
  openNotebookStore,
  type NotebookStore,
} from "../../../src/storage/notebookStore.ts";
import type { StorageContender } from "./contender.ts";

/** The bytes of sql.js. */
export async function sqlJsBytes(): Promise<ArrayBuffer> {
  return (await fetch(wasmUrl)).arrayBuffer();
}

/** With files that are ours, or comparing what SQLite exports with what is stored. */
export function flowbookStorage(
  name: string,
  isComparing: boolean,
): StorageContender {
  let store: NotebookStore;
  let transactions: Transactions<object>;
  let commits = 0;
  return {
    async open() {
      const bytes = await sqlJsBytes();
      const sqlite = await (isComparing
        ? openSqliteComparing(bytes)
        : openSqlite(bytes));
      if (!isComparing && sqlite.mismatch !== undefined)
        throw new Error(`Files are not ours: ${sqlite.mismatch}`);
      store = await openNotebookStore(name);
      const { database, runs } = await store.load({ wholeUpTo: alwaysChecked });
      commits = runs[0]?.events.length ?? 0;
      transactions = new Transactions(sqlite, database);
      if (transactions.damage) throw transactions.damage;
      await store.claim();
      void transactions.fetchRest();
    },
    async commit(sql) {
      const owner = {};
      const at = commits++;
      await transactions.exec(owner, sql, []);
      await transactions.commit(owner, (pages) =>
        store.commit({
          run: "bench",
          firstEvent: at,
          events: [
            { type: "attempt-committed", at, task: at, attempt: 1, size: 8 },
          ],
          key: `task-${at}`,
          result: at,
          pages,
        }),
      );
    },
    async rest() {
      if (store.needsCompaction)
        await transactions.betweenWrites((image) => store.compact(image));
    },
    async first(sql) {
      const { rows } = await transactions.query(undefined, sql, []);
      return Object.values(rows[0] ?? {})[0];
    },
    async close() {
      transactions.close();
      store.close();
    },
  };
}
