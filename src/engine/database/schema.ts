import type { TableSchema } from "../services.ts";
import { readAll, readRow } from "./execute.ts";
import { quote } from "./loadTable.ts";
import { notebookTable } from "./statements.ts";
import type { Connection } from "./sqlite.ts";

/** The tables of the database by name, with their columns and the number of their rows. */
export function readTables(connection: Connection): TableSchema[] {
  const tables = readAll(
    connection,
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name COLLATE NOCASE",
  );
  const ofUsers = tables.filter(([table]) => table !== notebookTable);
  return ofUsers.map(([table]) => {
    const name = String(table);
    const columns = readAll(
      connection,
      `SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?, 'main') WHERE hidden <> 1 ORDER BY cid`,
      [name],
    );
    const count = readRow(
      connection,
      `SELECT count(*) FROM main.${quote(name)}`,
    );
    return {
      name,
      rows: Number(count?.[0] ?? 0),
      columns: columns.map(([column, type, notNull, key]) => ({
        name: String(column),
        type: String(type ?? ""),
        notNull: notNull !== 0,
        key: key !== 0,
      })),
    };
  });
}
