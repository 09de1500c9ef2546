import { fold, quoteName } from "../../../core/sqliteRules.ts";
import { readAll, readRow } from "../execute.ts";
import { isRowidTable } from "../rowidTables.ts";
import type { Connection } from "../sqlite.ts";
import type { IndexStatement } from "./indexStatement.ts";

/** What the pages of an index are made from. */
export interface IndexPlan {
  index: string;
  table: string;
  /** The root of the table. */
  root: number;
  /** Columns by their place in the table. */
  columns: readonly { place: number; isDescending: boolean }[];
  /** Of the columns of the table, those of which a value that was never written is not NULL. */
  hasDefault: readonly boolean[];
  /** The place of the column that is the number of the row. */
  rowid: number | undefined;
  isUnique: boolean;
}

/** Finds out from what an index is to be made; undefined if the table is not plain, is missing, or has fewer rows. */
export function planIndex(
  connection: Connection,
  { index, table, columns, isUnique }: IndexStatement,
  fewest: number,
): IndexPlan | undefined {
  const has = (sql: string, ...values: string[]) =>
    readRow(connection, sql, values) !== undefined;
  const [name, root, sql] =
    readRow(
      connection,
      "SELECT name, rootpage, sql FROM main.sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE",
      [table],
    ) ?? [];
  if (typeof name !== "string" || typeof sql !== "string" || !root)
    return undefined;
  // Few rows are the most usual reason.
  const rows = `SELECT 1 FROM main.${quoteName(name)} LIMIT 1 OFFSET ${fewest - 1}`;
  if (!has(rows)) return undefined;
  const isPlain =
    !fold(name).startsWith("sqlite_") &&
    !/collate/i.test(sql) &&
    isRowidTable(connection, name) &&
    // An index of a temporary table is temporary.
    !has(
      "SELECT 1 FROM temp.sqlite_schema WHERE name = ? COLLATE NOCASE",
      name,
    ) &&
    !has(
      "SELECT 1 FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE",
      index,
    );
  if (!isPlain) return undefined;

  const all = readAll(
    connection,
    "SELECT name, type, dflt_value, pk, hidden FROM pragma_table_xinfo(?, 'main')",
    [name],
  );
  const places = columns.map((column) =>
    all.findIndex((row) => fold(String(row[0])) === fold(column.name)),
  );
  const isComputed = all.some((row) => row[4] !== 0);
  if (isComputed || places.includes(-1)) return undefined;
  if (new Set(places).size < places.length) return undefined;

  const keys = [...all.keys()].filter((place) => all[place]![3] !== 0);
  // A key that is not the number of the row has an index.
  const isRowid =
    keys.length === 1 &&
    !has(
      "SELECT 1 FROM pragma_index_list(?, 'main') WHERE origin = 'pk'",
      name,
    );
  return {
    index,
    table: name,
    root: Number(root),
    columns: columns.map(({ isDescending }, at) => ({
      place: places[at]!,
      isDescending,
    })),
    hasDefault: all.map((row) => row[2] !== null),
    rowid: isRowid ? keys[0] : undefined,
    isUnique,
  };
}

/** The root of the index that SQLite has made; undefined if it is not what was planned. */
export function findRoot(
  connection: Connection,
  { index, table, columns }: IndexPlan,
): number | undefined {
  const [root] =
    readRow(
      connection,
      "SELECT rootpage FROM main.sqlite_schema WHERE type = 'index' AND name = ? COLLATE NOCASE AND tbl_name = ?",
      [index, table],
    ) ?? [];
  const made = readAll(
    connection,
    "SELECT cid, desc, coll FROM pragma_index_xinfo(?, 'main') WHERE key ORDER BY seqno",
    [index],
  );
  const isAsPlanned =
    made.length === columns.length &&
    columns.every(({ place, isDescending }, at) => {
      const [cid, desc, collation] = made[at]!;
      return (
        cid === place && desc === Number(isDescending) && collation === "BINARY"
      );
    });
  return isAsPlanned && root ? Number(root) : undefined;
}
