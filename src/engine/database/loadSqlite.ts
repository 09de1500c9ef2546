import wasmUrl from "sql.js/dist/sql-wasm.wasm?url";
import { FlowError } from "../../core/errors.ts";
import { openSqlite, type Sqlite } from "./sqlite.ts";

/** Loads SQLite as the app was built with it. */
export async function loadSqlite(): Promise<Sqlite> {
  const response = await fetch(wasmUrl);
  if (!response.ok)
    throw new FlowError(
      "storage-failed",
      `The database could not be loaded (HTTP ${response.status}). Check the connection and reload the page.`,
    );
  return openSqlite(await response.arrayBuffer());
}
