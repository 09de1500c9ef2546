import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import { type Current, jobOutside } from "./current.ts";
import type { Callable } from "./definition.ts";
import { defineBuiltIn } from "./task.ts";
import { checkNames, toOptions } from "./readerOptions.ts";
import { toParameters } from "./sqlText.ts";

type Row = Record<string, unknown>;

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** The tasks about the notebook's database: queries and statements by their text, and copies of tables. */
export function makeDatabaseTasks(current: Current): Record<string, Callable> {
  const define = (name: string, inputs: readonly string[], fn: Callable) =>
    defineBuiltIn(current, { name, inputs, isTracked: true }, fn);
  const call = async (
    what: string,
    method: "query" | "exec",
    sql: unknown,
    parameters?: unknown,
  ) => {
    const { data } = jobOutside(current, what);
    if (typeof sql === "string")
      return data.call({ method, sql, parameters: toParameters(parameters) });
    throw new FlowError(
      "sql-failed",
      `${what} takes the statement as a text, not ${showValue(sql)}.`,
    );
  };
  const query = async (sql: string, parameters?: readonly unknown[]) =>
    (await call("copyTable", "query", sql, parameters)) as Row[];
  const exec = (sql: string) => call("copyTable", "exec", sql);

  /** Copies columns, constraints and rows; an existing copy is replaced. */
  const copy = async (from: string, to: string): Promise<number> => {
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
    const drop = `DROP TABLE IF EXISTS ${quote(to)}`;
    const body = found.type === "table" && bodyOf(String(found.sql));
    if (body) {
      await exec(drop);
      await exec(`CREATE TABLE ${quote(to)} ${body}`);
      const columns = (
        await query("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", [
          from,
        ])
      )
        .map(({ name }) => quote(String(name)))
        .join(", ");
      await exec(
        `INSERT INTO ${quote(to)} (${columns}) SELECT ${columns} FROM ${quote(from)}`,
      );
    } else {
      // A view may read the table that is replaced.
      const rows = `temp.${quote(`flowbook copy of ${from}`)}`;
      await exec(`CREATE TABLE ${rows} AS SELECT * FROM ${quote(from)}`);
      await exec(drop);
      await exec(`CREATE TABLE ${quote(to)} AS SELECT * FROM ${rows}`);
      await exec(`DROP TABLE ${rows}`);
    }
    const [{ n } = { n: 0 }] = await query(
      `SELECT count(*) AS n FROM ${quote(to)}`,
    );
    return Number(n);
  };

  return {
    querySql: define("querySql", ["query", "parameters"], (sql, parameters) =>
      call("querySql", "query", sql, parameters),
    ),
    execSql: define("execSql", ["statement", "parameters"], (sql, parameters) =>
      call("execSql", "exec", sql, parameters),
    ),
    copyTable: define("copyTable", ["from", "to"], async (from, to) => ({
      table: readName(to, "copyTable"),
      rows: await copy(readName(from, "copyTable"), readName(to, "copyTable")),
    })),
    snapshotTable: define(
      "snapshotTable",
      ["table", "options"],
      async (given, options) => {
        const table = readName(given, "snapshotTable");
        const { keep, ...others } = toOptions(options);
        checkNames(others, "snapshotTable", ["keep"]);
        if (
          keep !== undefined &&
          !(Number.isSafeInteger(keep) && (keep as number) > 0)
        )
          throw new FlowError(
            "invalid-option",
            `keep must be a whole number from 1, not ${showValue(keep)}.`,
          );
        const at = new Date(current.platform.now())
          .toISOString()
          .replace(/[-:]/g, "")
          .replace("T", "_")
          .slice(0, 15);
        const to = `${table}_${at}`;
        const rows = await copy(table, to);
        const older = await query(
          "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB ? ORDER BY name DESC",
          [
            `${table.replace(/[*?[]/g, "[$&]")}_[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]_[0-9][0-9][0-9][0-9][0-9][0-9]`,
          ],
        );
        for (const { name } of older.slice((keep as number) ?? Infinity))
          await exec(`DROP TABLE ${quote(String(name))}`);
        return { table: to, rows };
      },
    ),
  };
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
