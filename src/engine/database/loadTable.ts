import { FlowError } from "../../core/errors.ts";
import { fold, quoteName } from "../../core/sqliteRules.ts";
import type { LoadRequest } from "../protocol.ts";
import { typeOfDeclaration, type ColumnType } from "./columnTypes.ts";
import { readAll, readRow } from "./execute.ts";
import type { Connection, RawValue } from "./sqlite.ts";
import { tokenize } from "../../core/sqlTokens.ts";

/** A column that rows are loaded into. */
export interface Column {
  name: string;
  type: ColumnType;
  /** True if the type was declared, by `types` or by the table, not inferred from these rows. */
  declared: "types" | "table" | undefined;
  /** Whether `types` asks for the type of the column. */
  isAsked?: boolean;
}

/** The columns of an existing table by folded name; undefined if there is no such table. */
export function tableColumns(
  connection: Connection,
  table: string,
): Map<string, Column> | undefined {
  const found = readAll(
    connection,
    "SELECT 'temporary ' || type FROM temp.sqlite_schema WHERE lower(name) = lower(?1) UNION ALL SELECT type FROM main.sqlite_schema WHERE type IN ('table', 'view') AND lower(name) = lower(?1)",
    [table],
  )[0];
  if (!found) return undefined;
  const kind = String(found[0]);
  if (kind !== "table")
    throw new FlowError(
      "invalid-argument",
      `"${table}" is a ${kind}, and rows go into tables that stay. Load into another name, or drop the ${kind} with db.exec first.`,
    );
  const columns = readAll(
    connection,
    "SELECT name, type FROM pragma_table_xinfo(?, 'main') WHERE hidden <> 1",
    [table],
  );
  const isStrict =
    columns.some(([, declared]) => /^any$/i.test(String(declared))) &&
    isStrictTable(connection, table);
  return new Map(
    columns.map(([name, declared]) => [
      fold(String(name)),
      {
        name: String(name),
        type: typeOfDeclaration(String(declared ?? ""), isStrict),
        declared: "table",
      },
    ]),
  );
}

/** The beginning of a statement that inserts into these columns. */
export function insertInto(table: string, columns: readonly Column[]): string {
  return `INSERT INTO main.${quoteName(table)} (${columns.map(({ name }) => quoteName(name)).join(", ")})`;
}

/** The end of such a statement: what is to happen with rows that are there already. */
export function onConflict(
  { mode, key }: LoadRequest,
  columns: readonly Column[],
): string {
  if (mode !== "upsert") return "";
  const sets = columns.map(
    ({ name }) => `${quoteName(name)} = excluded.${quoteName(name)}`,
  );
  return ` ON CONFLICT (${key.map(quoteName).join(", ")}) DO UPDATE SET ${sets.join(", ")}`;
}

/** A column as a statement declares it. */
function declareColumn(name: string, type: ColumnType): string {
  return type === "ANY" ? quoteName(name) : `${quoteName(name)} ${type}`;
}

/** Makes the table, with the key as its primary key. */
export function createTable(
  connection: Connection,
  { table, key }: LoadRequest,
  columns: readonly Column[],
): void {
  const parts = columns.map(({ name, type }) => declareColumn(name, type));
  if (key.length > 0)
    parts.push(`PRIMARY KEY (${key.map(quoteName).join(", ")})`);
  connection.run(`CREATE TABLE main.${quoteName(table)} (${parts.join(", ")})`);
}

/** Adds the columns that the table does not have yet. */
export function addColumns(
  connection: Connection,
  table: string,
  columns: readonly Column[],
  existing: ReadonlyMap<string, Column>,
): void {
  // There a column without a type is declared so, which elsewhere would change what it stores.
  const isStrict = isStrictTable(connection, table);
  for (const { name, type } of columns)
    if (!existing.has(fold(name)))
      connection.run(
        `ALTER TABLE main.${quoteName(table)} ADD COLUMN ${isStrict ? `${quoteName(name)} ${type}` : declareColumn(name, type)}`,
      );
}

/** Not from pragma_table_list: it looks at the columns of all views, which takes as long as somebody has made them take. */
function isStrictTable(connection: Connection, table: string): boolean {
  const [sql] =
    readRow(
      connection,
      "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND lower(name) = lower(?)",
      [table],
    ) ?? [];
  const tokens = tokenize(String(sql));
  const end = tokens.findLastIndex(({ text }) => text === ")");
  return tokens.slice(end).some(({ text }) => /^strict$/i.test(text));
}

/** Makes sure that the key is unique in the table, so that rows can be matched by it. */
export function ensureKey(
  connection: Connection,
  { table, key }: LoadRequest,
): void {
  const wanted = key.map(fold).sort().join("\n");
  const isWanted = (names: readonly RawValue[]) =>
    names
      .map((name) => fold(String(name)))
      .sort()
      .join("\n") === wanted;

  const primary = readAll(
    connection,
    "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE pk > 0",
    [table],
  );
  if (isWanted(primary.flat())) return;
  const indexes = readAll(
    connection,
    `SELECT name FROM pragma_index_list(?, 'main') WHERE "unique" AND NOT partial`,
    [table],
  );
  for (const [index] of indexes) {
    const names = readAll(
      connection,
      "SELECT name FROM pragma_index_info(?, 'main')",
      [index ?? null],
    );
    if (isWanted(names.flat())) return;
  }

  const name = `${table}_${key.join("_")}_key`;
  let free = name;
  for (
    let n = 2;
    readRow(connection, "SELECT 1 FROM main.sqlite_schema WHERE name = ?", [
      free,
    ]);
    n += 1
  )
    free = `${name}_${n}`;
  try {
    connection.run(
      `CREATE UNIQUE INDEX main.${quoteName(free)} ON ${quoteName(table)} (${key.map(quoteName).join(", ")})`,
    );
  } catch (thrown) {
    if (!String(thrown).includes("UNIQUE constraint failed")) throw thrown;
    throw new FlowError(
      "row-mismatch",
      `The table "${table}" already holds several rows with the same ${key.join(", ")}, so rows cannot be matched by it. Remove the duplicates with db.exec, or choose another key. Nothing was loaded.`,
      { cause: thrown },
    );
  }
}

/** How many rows the table has. */
export function countRows(connection: Connection, table: string): number {
  return Number(
    readRow(connection, `SELECT count(*) FROM main.${quoteName(table)}`)?.[0],
  );
}
