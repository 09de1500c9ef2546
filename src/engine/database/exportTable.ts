/** The rows of a query as a SQLite file with one table. */
import { quoteName } from "../../core/sqliteRules.ts";
import { CopiedRows } from "./copiedRows.ts";
import { parseQuery, readAll } from "./execute.ts";
import { turn, type ExportSource, type WriteSteps } from "./exportSource.ts";
import { QueryCursor } from "./queryCursor.ts";
import { rowidOf, rowRanges } from "./rowRanges.ts";
import type { Connection } from "./sqlite.ts";

/** How a table was made. */
interface MadeTable {
  /** What makes it and its indexes. */
  statements: readonly string[];
  /** The columns that are not computed. */
  columns: readonly string[];
}

/** Memory for the pages of the copy, in KiB: an index is added to all over. */
const cacheSize = 65_536;

export async function* copyRows(source: ExportSource): WriteSteps {
  const { sqlite, connection, as } = source;
  const made = as.of && findTable(connection, as.table);
  const rowid = made && rowidOf(connection, as.table);
  const other = sqlite.create();
  try {
    // Each part is written when it is there, and none is taken back: a copy that was not finished is thrown away.
    other.run(`PRAGMA journal_mode = OFF; PRAGMA cache_size = -${cacheSize}`);
    for (const statement of made?.statements ?? []) other.run(statement);
    if (made && rowid !== undefined)
      yield* copyRanges(source, other, made.columns, rowid);
    else yield* copyEach(source, other, made);
    readAll(other, "SELECT 1 FROM sqlite_schema");
    return other.export() as Uint8Array<ArrayBuffer>;
  } finally {
    other.close();
  }
}

/** Copies the rows of a table within SQLite, a part at a time; the rows of a table have no order. */
async function* copyRanges(
  { connection, as: { table, of } }: ExportSource,
  other: Connection,
  names: readonly string[],
  rowid: string,
): AsyncGenerator<number, void> {
  const columns = names.map(quoteName).join(", ");
  const name = quoteName(table);
  const detach = attach(connection, other);
  try {
    let count = 0;
    for (const range of rowRanges(connection, table, rowid)) {
      connection.run(
        `INSERT INTO flowbook_export.${name} (${columns}) SELECT ${columns} FROM main.${name} WHERE ${range} AND (${of!.where}\n)`,
      );
      count += connection.getRowsModified();
      yield count;
    }
  } finally {
    detach();
  }
}

/** Copies the rows of a query, or of a table in which they have no numbers, through here: a statement of SQLite's would have to do all at once. */
async function* copyEach(
  source: ExportSource,
  other: Connection,
  made: MadeTable | undefined,
): AsyncGenerator<number, void> {
  const { connection, as } = source;
  const columns = made?.columns ?? createAs(source, other);
  const sql = made
    ? `SELECT ${columns.map(quoteName).join(", ")} FROM main.${quoteName(as.table)} WHERE (${as.of!.where}\n)`
    : source.sql;
  other.run("BEGIN");
  const rows = new CopiedRows(connection, sql, other, as.table, columns);
  try {
    let count = 0;
    while (!rows.isDone) {
      count += rows.copy(performance.now() + turn);
      yield count;
    }
  } finally {
    rows.close();
  }
  other.run("COMMIT");
}

/** Makes the table that the rows of a query go into, and gives its columns. */
function createAs(
  { connection, sql, as: { table } }: ExportSource,
  other: Connection,
): string[] {
  // The checks are those of every query.
  new QueryCursor(connection, sql).close();
  const { from, to } = parseQuery(sql);
  const detach = attach(connection, other);
  try {
    connection.run(
      `CREATE TABLE flowbook_export.${quoteName(table)} AS SELECT * FROM (${sql.slice(from, to)}\n) LIMIT 0`,
    );
  } finally {
    detach();
  }
  return readAll(other, "SELECT name FROM pragma_table_info(?)", [table]).map(
    ([name]) => String(name),
  );
}

/** Lets a connection that reads write into another database, as `flowbook_export`, until what is given back is called. */
function attach(connection: Connection, other: Connection): () => void {
  connection.run(`ATTACH '/${other.filename}' AS flowbook_export`);
  connection.run(
    `PRAGMA query_only = OFF; PRAGMA flowbook_export.journal_mode = OFF; PRAGMA flowbook_export.cache_size = -${cacheSize}`,
  );
  return () =>
    void connection.run("PRAGMA query_only = ON; DETACH flowbook_export");
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
  ).map(([name]) => String(name));
  return { statements: found.map(([, sql]) => sql), columns };
}
