/** The database worker: SQLite and the browser's storage, the only writer of a notebook's data. No user code runs here. */
import * as Comlink from "comlink";
import wasmUrl from "sql.js/dist/sql-wasm.wasm?url";
import {
  openNotebookStore,
  removeNotebookStore,
} from "../storage/notebookStore.ts";
import { FlowError } from "../core/errors.ts";
import { carryErrors } from "./carryErrors.ts";
import { Database } from "./database/database.ts";
import { openSqlite, type Sqlite } from "./database/sqlite.ts";

carryErrors();

async function loadSqlite(): Promise<Sqlite> {
  const response = await fetch(wasmUrl);
  if (!response.ok)
    throw new FlowError(
      "storage-failed",
      `The database could not be loaded (HTTP ${response.status}). Check the connection and reload the page.`,
    );
  return openSqlite(await response.arrayBuffer());
}

class DatabaseWorker extends Database {
  /** Offers the database on another port as well: to the engine worker. */
  connect(port: MessagePort): void {
    Comlink.expose(this, port);
  }

  override async exportDatabase(): Promise<Uint8Array> {
    const bytes = await super.exportDatabase();
    return Comlink.transfer(bytes, [bytes.buffer]);
  }
}

Comlink.expose(
  new DatabaseWorker(loadSqlite(), {
    open: openNotebookStore,
    remove: removeNotebookStore,
  }),
);
