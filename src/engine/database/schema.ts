import { quoteName } from "../../core/sqliteRules.ts";
import type { TableSchema } from "../services.ts";
import { readAll, readRow } from "./execute.ts";
import { isWithoutRowid } from "./rowidTables.ts";
import { notebookTable } from "./statements.ts";
import type { Connection } from "./sqlite.ts";
import { treeSize, type WatchedImage } from "./tableSize.ts";

/** The names, behind its own, of the tables in which a table for full-text search keeps its data. */
const parts = ["content", "docsize", "segdir", "segments", "stat"];

const columnFacts = `c.name, c.type, c."notnull", c.pk`;

/** The tables of the database by name, with their columns, the number of their rows and their size, and behind them its views; `image`
 * is its file, without which rows are counted one by one and the size is not known. */
export function readTables(
  connection: Connection,
  image: WatchedImage | undefined,
): TableSchema[] {
  return [...readStored(connection, image), ...readViews(connection)];
}

/** The views, of which only the schema is read: to look at their columns may take as long as to read their rows. */
function readViews(connection: Connection): TableSchema[] {
  return readAll(
    connection,
    "SELECT name, sql FROM main.sqlite_schema WHERE type = 'view' ORDER BY name COLLATE NOCASE",
  ).map(([name, sql]) => ({
    name: String(name),
    view: String(sql),
    rows: undefined,
    hasRowid: false,
    columns: [],
  }));
}

function readStored(
  connection: Connection,
  image: WatchedImage | undefined,
): TableSchema[] {
  const roots = readRoots(connection);
  const tables = readAll(
    connection,
    `SELECT name, rootpage = 0, ${isWithoutRowid} FROM main.sqlite_schema s WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name COLLATE NOCASE`,
  );
  const hidden = new Set([notebookTable]);
  const known = readAllColumns(connection);
  const found = tables.flatMap(([table, isVirtual, withoutRowid]) => {
    const name = String(table);
    const columns = known.get(name) ?? readColumns(connection, name);
    if (isVirtual && columns)
      for (const part of parts) hidden.add(`${name}_${part}`);
    return columns
      ? [{ name, columns, hasRowid: !isVirtual && !withoutRowid }]
      : [];
  });
  const shown = found.filter(({ name }) => !hidden.has(name));
  return shown.map(({ name, columns, hasRowid }) => {
    const [own, ...indexes] = roots.get(name) ?? [];
    const size = image && own !== undefined ? treeSize(image, own) : undefined;
    let bytes = size?.bytes;
    for (const index of bytes === undefined ? [] : indexes)
      bytes! += treeSize(image!, index)?.bytes ?? 0;
    return {
      name,
      rows: size?.entries ?? countRows(connection, name),
      bytes,
      hasRowid,
      columns: columns.map(([column, columnType, notNull, key]) => ({
        name: String(column),
        type: String(columnType ?? ""),
        notNull: notNull !== 0,
        key: key !== 0,
      })),
    };
  });
}

/** The columns of tables, by table, in one query, as one for each of thousands takes many times as long; none where it fails for one of them. */
function readAllColumns(connection: Connection): Map<string, unknown[][]> {
  const columns = new Map<string, unknown[][]>();
  try {
    for (const [table, ...column] of readAll(
      connection,
      `SELECT s.name, ${columnFacts} FROM main.sqlite_schema s, pragma_table_xinfo(s.name, 'main') c WHERE s.type = 'table' AND s.rootpage > 0 AND c.hidden <> 1 ORDER BY s.rowid, c.cid`,
    )) {
      const some = columns.get(String(table));
      if (some) some.push(column);
      else columns.set(String(table), [column]);
    }
  } catch {
    columns.clear();
  }
  return columns;
}

/** Undefined of a table of an extension that is not here, of which nothing can be read. */
function readColumns(connection: Connection, name: string) {
  try {
    return readAll(
      connection,
      `SELECT ${columnFacts} FROM pragma_table_xinfo(?, 'main') c WHERE hidden <> 1 ORDER BY cid`,
      [name],
    );
  } catch {
    return undefined;
  }
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
