/** What a connection would keep of work that has ended. */
import { quoteName } from "../../core/sqliteRules.ts";
import { readAll } from "./execute.ts";
import type { Connection } from "./sqlite.ts";

/** Takes away what a connection has attached; its transaction must have ended. */
export function detachOthers(connection: Connection): void {
  for (const [, name] of readAll(connection, "PRAGMA database_list"))
    if (name !== "main" && name !== "temp")
      connection.run(`DETACH "${String(name)}"`);
}

/** Drops temporary tables, which live in the connection and would outlast the attempt that made them. */
export function dropTemporary(writer: Connection): void {
  const found = readAll(
    writer,
    "SELECT type, name FROM temp.sqlite_schema WHERE type IN ('trigger', 'view', 'table') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type DESC",
  );
  for (const [type, name] of found)
    writer.run(`DROP ${type} IF EXISTS temp.${quoteName(String(name))}`);
}
