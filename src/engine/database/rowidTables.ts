import { readRow } from "./execute.ts";
import type { Connection } from "./sqlite.ts";

/**
 * SQL that is true of a table `s` of the schema whose rows have no number. Not from pragma_table_list: it looks at the columns of
 * all views, which takes as long as somebody has made them take.
 */
export const isWithoutRowid =
  "(s.sql LIKE '%WITHOUT%' AND EXISTS (SELECT 1 FROM pragma_index_xinfo(s.name, 'main')))";

/** Whether there is a table of that name in the database, of its own and with numbered rows. */
export function isRowidTable(connection: Connection, table: string): boolean {
  const found = readRow(
    connection,
    `SELECT 1 FROM main.sqlite_schema s WHERE type = 'table' AND rootpage > 0 AND name = ? COLLATE NOCASE AND NOT ${isWithoutRowid}`,
    [table],
  );
  return found !== undefined;
}
