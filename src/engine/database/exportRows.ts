/** The rows of a query as a file. */
import { quoteName } from "../../core/sqliteRules.ts";
import type { ExportFormat } from "../services.ts";
import { query, readAll, type QueryRows } from "./execute.ts";
import type { Connection, Sqlite } from "./sqlite.ts";

/** Writes rows as a file; fetched when it is first wanted. */
type WriteRows = (found: QueryRows, isReal: IsReal) => BlobPart;

/** Says of columns whether all their numbers are REAL, which cannot be seen where they are whole. */
type IsReal = (columns: readonly string[]) => boolean[];

const types: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv",
  json: "application/json",
  parquet: "application/vnd.apache.parquet",
  sqlite: "application/vnd.sqlite3",
};

const writers: Readonly<
  Record<Exclude<ExportFormat, "sqlite">, () => Promise<WriteRows>>
> = {
  async csv() {
    const { toCsv } = await import("../sandbox/kernel/formats/csvWriter.ts");
    return ({ rows, columns }) => toCsv(rows, { columns });
  },
  async json() {
    const { toJsonValue } =
      await import("../sandbox/kernel/formats/jsonValue.ts");
    return ({ rows }) => {
      const lines = rows.map((row) => JSON.stringify(row, toJsonValue));
      return lines.length === 0 ? "[]\n" : `[\n${lines.join(",\n")}\n]\n`;
    };
  },
  async parquet() {
    const { toParquet } =
      await import("../sandbox/kernel/formats/parquetWriter.ts");
    return ({ rows, columns }, isReal) => {
      const real = isReal(columns);
      const types = Object.fromEntries(
        columns.filter((_, at) => real[at]).map((name) => [name, "REAL"]),
      );
      return toParquet(rows, { columns, types }) as Uint8Array<ArrayBuffer>;
    };
  },
};

/** Makes what turns a database into a file of the rows of a query; what it needs is there before the database is entered. */
export async function exportRows(
  sqlite: Sqlite,
  sql: string,
  { format, table }: { format: ExportFormat; table: string },
): Promise<(connection: Connection) => Blob> {
  const type = types[format];
  if (format === "sqlite")
    return (connection) =>
      new Blob([copyRows(sqlite, connection, sql, table)], { type });
  const write = await writers[format]();
  return (connection) => {
    const found = query(connection, sql);
    const isReal: IsReal = (columns) => realColumns(connection, sql, columns);
    return new Blob([write(found, isReal)], { type });
  };
}

function realColumns(
  connection: Connection,
  sql: string,
  columns: readonly string[],
): boolean[] {
  const asked = columns.map((name) => {
    const type = `typeof(${quoteName(name)})`;
    return `min(${type} IN ('real', 'null')) AND max(${type} = 'real')`;
  });
  const [row = []] = readAll(
    connection,
    `SELECT ${asked.join(", ")} FROM (${sql}\n)`,
  );
  return row.map((value) => value === 1);
}

/** A database of one table with the rows of a query. */
function copyRows(
  sqlite: Sqlite,
  connection: Connection,
  sql: string,
  table: string,
): Uint8Array<ArrayBuffer> {
  // Its checks are those of every query; of its rows one is enough.
  query(connection, sql, [], 1);
  const other = sqlite.create();
  try {
    connection.run(`ATTACH '/${other.filename}' AS flowbook_export`);
    try {
      connection.run("PRAGMA query_only = OFF");
      connection.run(
        `CREATE TABLE flowbook_export.${quoteName(table)} AS ${sql}\n`,
      );
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
