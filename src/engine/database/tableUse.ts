/**
 * Which tables a statement uses. SQLite is asked by EXPLAIN: its program names the pages that it opens, also of tables behind views
 * and triggers, and the schema says whose they are.
 */
import { fold, quoteName } from "../../core/sqliteRules.ts";
import type { TouchedTable } from "../../core/tablesWritten.ts";
import { readAll } from "./execute.ts";
import type { Connection } from "./sqlite.ts";
import { nameOf, tokenize } from "../../core/sqlTokens.ts";

/** Operations of SQLite's programs that name a page, by which operand does and which says the database (0 is the notebook's). */
const pageOperations: Readonly<Record<string, { page: number; of: number }>> = {
  OpenRead: { page: 3, of: 4 },
  OpenWrite: { page: 3, of: 4 },
  ReopenIdx: { page: 3, of: 4 },
  Clear: { page: 2, of: 3 },
};

/** The names of the tables and views that a statement reads, and of the tables that it writes, or only of those; undefined if it uses something that cannot be told by name. */
export function tablesUsed(
  connection: Connection,
  sql: string,
  withRead = true,
): string[] | undefined {
  const owners = new Map(
    readAll(
      connection,
      "SELECT rootpage, tbl_name FROM main.sqlite_schema WHERE rootpage > 0",
    ).map(([page, name]) => [Number(page), String(name)]),
  );
  const names = new Set<string>();
  for (const operation of readAll(connection, `EXPLAIN ${sql}`)) {
    const name = String(operation[1]);
    if (!withRead && !/Write|Clear/.test(name)) continue;
    // A virtual table has no page of its own.
    if (name === "VOpen") return undefined;
    const places = pageOperations[name];
    if (!places || Number(operation[places.of]) === 1) continue;
    const owner = owners.get(Number(operation[places.page]));
    if (Number(operation[places.of]) !== 0 || owner === undefined)
      return undefined;
    names.add(owner);
  }
  if (withRead) for (const view of viewsIn(connection, sql)) names.add(view);
  return [...names];
}

/** The views that a statement names, and those behind them: it gives something else when one is made anew. */
function viewsIn(connection: Connection, sql: string): string[] {
  const views = readAll(
    connection,
    "SELECT name, sql FROM main.sqlite_schema WHERE type = 'view'",
  ).map(([name, text]) => ({ name: String(name), text: String(text) }));
  const found = new Set<string>();
  const look = (text: string): void => {
    const names = new Set(tokenize(text).map((token) => fold(nameOf(token))));
    for (const view of views) {
      if (found.has(view.name) || !names.has(fold(view.name))) continue;
      found.add(view.name);
      look(view.text);
    }
  };
  if (views.length > 0) look(sql);
  return [...found];
}

/** The tables that the transaction of a connection has changed. */
export class TouchedTables {
  readonly #names = new Set<string>();
  readonly #known = new Map<string, readonly string[]>();
  /** All of them, if nothing was written since they were asked for. */
  #all: readonly TouchedTable[] | undefined;

  /** A statement is about to write. */
  statement(connection: Connection, sql: string): void {
    this.#all = undefined;
    let names = this.#known.get(sql);
    if (!names) {
      try {
        names = tablesUsed(connection, sql, false) ?? [];
      } catch {
        names = []; // What is wrong with it is told when it runs.
      }
      this.#known.set(sql, names);
    }
    for (const name of names) this.#names.add(name);
  }

  /** Rows are about to be written into a table. */
  rows(connection: Connection, table: string): void {
    this.#all = undefined;
    this.#names.add(table);
    const triggers = readAll(
      connection,
      "SELECT 1 FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE LIMIT 1",
      [table],
    );
    if (triggers.length === 0) return;
    const name = `main.${quoteName(table)}`;
    this.statement(connection, `INSERT INTO ${name} DEFAULT VALUES`);
    this.statement(connection, `DELETE FROM ${name}`);
    const [column] = readAll(
      connection,
      "SELECT name FROM pragma_table_info(?, 'main') LIMIT 1",
      [table],
    );
    const set = quoteName(String(column?.[0]));
    this.statement(connection, `UPDATE ${name} SET ${set} = ${set}`);
  }

  /** All of them, with those that were made, altered or dropped since what `committed` sees. */
  all(writer: Connection, committed: Connection): readonly TouchedTable[] {
    if (this.#all) return this.#all;
    const [before, after] = [schemaOf(committed), schemaOf(writer)];
    const names = new Set(this.#names);
    for (const [row, table] of before.rows)
      if (!after.rows.has(row)) names.add(table);
    for (const [row, table] of after.rows)
      if (!before.rows.has(row)) names.add(table);
    const touched = new Map<string, TouchedTable>();
    for (const given of names) {
      const key = fold(given);
      const [was, is] = [before.tables.get(key), after.tables.get(key)];
      const name = is?.name ?? was?.name ?? given;
      if (name.startsWith("sqlite_")) continue;
      touched.set(key, {
        name,
        isView: (is ?? was)?.isView ?? false,
        wasThere: was !== undefined,
        isThere: is !== undefined,
      });
    }
    return (this.#all = [...touched.values()]);
  }

  forget(): void {
    this.#all = undefined;
    this.#names.clear();
    this.#known.clear();
  }
}

/** What the schema has, and of which table; and the names of the tables and views as they are written, by the names as SQLite compares them. */
function schemaOf(connection: Connection) {
  const rows = new Map<string, string>();
  const tables = new Map<string, { name: string; isView: boolean }>();
  for (const row of readAll(
    connection,
    "SELECT name, tbl_name, rootpage, sql, type FROM main.sqlite_schema",
  )) {
    const name = String(row[0]);
    rows.set(row.join("\n"), String(row[1]));
    const isView = row[4] === "view";
    if (isView || row[4] === "table") tables.set(fold(name), { name, isView });
  }
  return { rows, tables };
}

/** The names of the tables and views that there are, without those of SQLite itself. */
export function tableNames(connection: Connection): string[] {
  const names = [...schemaOf(connection).tables.values()];
  return names.flatMap(({ name }) =>
    name.startsWith("sqlite_") ? [] : [name],
  );
}
