/** The rows of a query as a SQLite file with one table. */
import { quoteName } from "../../core/sqliteRules.ts";
import { query, readAll } from "./execute.ts";
import type { ExportSource, WriteSteps } from "./exportSource.ts";
import { rowidOf, rowRanges } from "./rowRanges.ts";
import type { Connection } from "./sqlite.ts";

/** How a table was made. */
interface MadeTable {
  /** What makes it and its indexes. */
  statements: readonly string[];
  /** The columns that are not computed, as SQL lists them. */
  columns: string;
}

/** Memory for the pages of the copy, in KiB: an index is added to all over. */
const cacheSize = 65_536;

export async function* copyRows(source: ExportSource): WriteSteps {
  const { sqlite, connection, sql, as } = source;
  const made = as.of && findTable(connection, as.table);
  // The checks are those of every query; of its rows one is enough.
  if (!made) query(connection, sql, [], 1);
  const other = sqlite.create();
  try {
    for (const statement of made?.statements ?? []) other.run(statement);
    connection.run(`ATTACH '/${other.filename}' AS flowbook_export`);
    try {
      connection.run("PRAGMA query_only = OFF");
      // Each part is written when it is there, and none is taken back: a copy that was not finished is thrown away.
      connection.run(
        `PRAGMA flowbook_export.journal_mode = OFF; PRAGMA flowbook_export.cache_size = -${cacheSize}`,
      );
      const target = `flowbook_export.${quoteName(as.table)}`;
      if (made) yield* insertRows(source, target, made.columns);
      else connection.run(`CREATE TABLE ${target} AS ${sql}\n`);
    } finally {
      connection.run("PRAGMA query_only = ON");
      connection.run("DETACH flowbook_export");
    }
    readAll(other, "SELECT 1 FROM sqlite_schema");
    return other.export() as Uint8Array<ArrayBuffer>;
  } finally {
    other.close();
  }
}

/** Copies the rows of a table, a part at a time; the rows of a table have no order. */
async function* insertRows(
  { connection, sql, as: { table, of } }: ExportSource,
  target: string,
  columns: string,
): AsyncGenerator<number, void> {
  const insert = (rows: string) =>
    connection.run(`INSERT INTO ${target} (${columns}) ${rows}`);
  const rowid = rowidOf(connection, table);
  if (!of || rowid === undefined) {
    insert(`SELECT ${columns} FROM (${sql}\n)`);
    return;
  }
  let count = 0;
  for (const range of rowRanges(connection, table, rowid)) {
    insert(
      `SELECT ${columns} FROM main.${quoteName(table)} WHERE ${range} AND (${of.where}\n)`,
    );
    count += connection.getRowsModified();
    yield count;
  }
}

function findTable(
  connection: Connection,
  table: string,
): MadeTable | undefined {
  const found = readAll(
    connection,
    "SELECT type, sql FROM main.sqlite_schema WHERE type IN ('table', 'index') AND tbl_name = ? COLLATE NOCASE AND sql IS NOT NULL ORDER BY type DESC",
    [table],
  ).map(([type, sql]) => [type, String(sql)] as const);
  const [own] = found;
  // What a virtual table is made of is in other tables.
  if (own?.[0] !== "table" || /^\s*create\s+virtual/i.test(own[1]))
    return undefined;
  const columns = readAll(
    connection,
    "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0",
    [table],
  ).map(([name]) => quoteName(String(name)));
  return {
    statements: found.map(([, sql]) => sql),
    columns: columns.join(", "),
  };
}
