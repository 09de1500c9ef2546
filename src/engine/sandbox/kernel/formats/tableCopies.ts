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

/**
 * Copies a table under a name with the time `at` (in milliseconds since 1970), and a number behind it from the second copy of a
 * second on; then drops all but the newest `keep` of such copies.
 */
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
  const [newest] = await listCopies(statements, table);
  const first = `${table}_${time}`;
  const made = await copy(
    statements,
    table,
    newest?.time === time ? `${first}_${newest.number + 1}` : first,
  );
  const copies = await listCopies(statements, table);
  for (const { name } of copies.slice((keep as number) ?? Infinity))
    await statements.exec(`DROP TABLE ${quoteName(name)}`);
  return made;
}

/** How many characters a copy's name has more than that of its table, if it is the only one of its second. */
const timeLength = 16;

/** The copies of a table that have a time in their name, the newest first. */
async function listCopies(
  statements: Statements,
  table: string,
): Promise<{ name: string; time: string; number: number }[]> {
  const digits = (count: number) => "[0-9]".repeat(count);
  const found = await statements.query(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND lower(name) GLOB lower(?)",
    [`${table.replace(/[*?[]/g, "[$&]")}_${digits(8)}_${digits(6)}*`],
  );
  const behind = table.length + timeLength;
  return found
    .map(({ name }) => String(name))
    .filter((name) => /^(?:_[1-9]\d*)?$/.test(name.slice(behind)))
    .map((name) => ({
      name,
      time: name.slice(table.length + 1, behind),
      number: Number(name.slice(behind + 1) || 1),
    }))
    .sort((a, b) =>
      a.time === b.time ? b.number - a.number : a.time < b.time ? 1 : -1,
    );
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
  const [other] = await query(
    "SELECT name FROM sqlite_schema WHERE name = ? COLLATE NOCASE AND type = 'view'",
    [to],
  );
  if (other)
    throw new FlowError(
      "invalid-argument",
      `"${to}" is a view, and a copy is a table. Copy to another name, or drop the view with db.exec first.`,
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
