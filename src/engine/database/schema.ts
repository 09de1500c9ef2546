import { quoteName } from "../../core/sqliteRules.ts";
import type { TableSchema } from "../services.ts";
import { readAll, readRow } from "./execute.ts";
import { notebookTable } from "./statements.ts";
import type { Connection } from "./sqlite.ts";
import { treeSize, type WatchedImage } from "./tableSize.ts";

/** The tables of the database by name, with their columns, the number of their rows and their size; `image` is its file, without which
 * rows are counted one by one and the size is not known. */
export function readTables(
  connection: Connection,
  image: WatchedImage | undefined,
): TableSchema[] {
  const roots = readRoots(connection);
  const tables = readAll(
    connection,
    "SELECT name, wr, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name COLLATE NOCASE",
  );
  const ofUsers = tables.filter(([table]) => table !== notebookTable);
  return ofUsers.map(([table, withoutRowid, type]) => {
    const name = String(table);
    const columns = readAll(
      connection,
      `SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?, 'main') WHERE hidden <> 1 ORDER BY cid`,
      [name],
    );
    const [own, ...indexes] = roots.get(name) ?? [];
    const size = image && own !== undefined ? treeSize(image, own) : undefined;
    let bytes = size?.bytes;
    for (const index of bytes === undefined ? [] : indexes)
      bytes! += treeSize(image!, index)?.bytes ?? 0;
    return {
      name,
      rows: size?.entries ?? countRows(connection, name),
      bytes,
      hasRowid: type === "table" && withoutRowid === 0,
      columns: columns.map(([column, columnType, notNull, key]) => ({
        name: String(column),
        type: String(columnType ?? ""),
        notNull: notNull !== 0,
        key: key !== 0,
      })),
    };
  });
}

/** Where the trees of each table begin: its own, then those of its indexes. */
function readRoots(connection: Connection): Map<string, number[]> {
  const roots = new Map<string, number[]>();
  for (const [table, page] of readAll(
    connection,
    "SELECT tbl_name, rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY type = 'index', name",
  )) {
    const known = roots.get(String(table));
    if (known) known.push(Number(page));
    else roots.set(String(table), [Number(page)]);
  }
  return roots;
}

function countRows(connection: Connection, name: string): number {
  const found = readRow(
    connection,
    `SELECT count(*) FROM main.${quoteName(name)}`,
  );
  return Number(found?.[0] ?? 0);
}
