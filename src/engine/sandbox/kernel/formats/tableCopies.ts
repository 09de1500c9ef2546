import { FlowError } from "../../../../core/errors.ts";
import { quoteName } from "../../../../core/sqliteRules.ts";
import { showValue } from "../../../../core/words.ts";

export type Row = Record<string, unknown>;

/** How the tasks that copy tables reach the database. */
export interface Statements {
  query(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  exec(sql: string): Promise<unknown>;
}

/** A table and how many rows it has. */
export interface TableCopy {
  table: string;
  rows: number;
}

/** Copies columns, constraints and rows; an existing copy is replaced. */
export function copyTable(
  statements: Statements,
  from: unknown,
  to: unknown,
): Promise<TableCopy> {
  return copy(
    statements,
    readName(from, "copyTable"),
    readName(to, "copyTable"),
  );
}

/** Copies a table under a name with the time `at` (in milliseconds since 1970), and drops all but the newest `keep` of such copies. */
export async function snapshotTable(
  statements: Statements,
  given: unknown,
  keep: unknown,
  at: number,
): Promise<TableCopy> {
  const table = readName(given, "snapshotTable");
  if (
    keep !== undefined &&
    !(Number.isSafeInteger(keep) && (keep as number) > 0)
  )
    throw new FlowError(
      "invalid-option",
      `keep must be a whole number from 1, not ${showValue(keep)}.`,
    );
  const time = new Date(at)
    .toISOString()
    .replace(/[-:]/g, "")
    .replace("T", "_")
    .slice(0, 15);
  const made = await copy(statements, table, `${table}_${time}`);
  const older = await statements.query(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB ? ORDER BY name DESC",
    [
      `${table.replace(/[*?[]/g, "[$&]")}_[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]_[0-9][0-9][0-9][0-9][0-9][0-9]`,
    ],
  );
  for (const { name } of older.slice((keep as number) ?? Infinity))
    await statements.exec(`DROP TABLE ${quoteName(String(name))}`);
  return made;
}

async function copy(
  { query, exec }: Statements,
  from: string,
  to: string,
): Promise<TableCopy> {
  const [found] = await query(
    "SELECT sql, type FROM sqlite_schema WHERE name = ? COLLATE NOCASE AND type IN ('table', 'view')",
    [from],
  );
  if (!found)
    throw new FlowError(
      "invalid-argument",
      `There is no table ${from} to copy.`,
    );
  if (from.toLowerCase() === to.toLowerCase())
    throw new FlowError(
      "invalid-argument",
      `The copy of ${from} needs another name.`,
    );
  const drop = `DROP TABLE IF EXISTS ${quoteName(to)}`;
  const body = found.type === "table" && bodyOf(String(found.sql));
  if (body) {
    await exec(drop);
    await exec(`CREATE TABLE ${quoteName(to)} ${body}`);
    const columns = (
      await query("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", [
        from,
      ])
    )
      .map(({ name }) => quoteName(String(name)))
      .join(", ");
    await exec(
      `INSERT INTO ${quoteName(to)} (${columns}) SELECT ${columns} FROM ${quoteName(from)}`,
    );
  } else {
    // A view may read the table that is replaced.
    const rows = `temp.${quoteName(`flowbook copy of ${from}`)}`;
    await exec(`CREATE TABLE ${rows} AS SELECT * FROM ${quoteName(from)}`);
    await exec(drop);
    await exec(`CREATE TABLE ${quoteName(to)} AS SELECT * FROM ${rows}`);
    await exec(`DROP TABLE ${rows}`);
  }
  const [{ n } = { n: 0 }] = await query(
    `SELECT count(*) AS n FROM ${quoteName(to)}`,
  );
  return { table: to, rows: Number(n) };
}

/** What stands behind the name in a CREATE TABLE, unless it cannot be copied: a virtual table. */
function bodyOf(sql: string): string | undefined {
  return /^CREATE TABLE\s+(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|`[^`]*`|\[[^\]]*\]|[\w$\x80-\uffff]+)(?:\s|--.*|\/\*[^]*?\*\/)*(\([^]*)$/i.exec(
    sql,
  )?.[1];
}

function readName(name: unknown, what: string): string {
  if (typeof name === "string" && name) return name;
  throw new FlowError(
    "invalid-argument",
    `${what} takes the name of a table, not ${showValue(name)}.`,
  );
}
