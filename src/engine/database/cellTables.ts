/**
 * SQL cells that a query reads by their names. Each stands as a table of a WITH in front of the query,
 *
 *   WITH "busy" AS (SELECT ...), "late" AS (SELECT ... FROM busy ...) SELECT ... FROM late
 *
 * so that nothing is made in the database, and what SQLite knows of the whole is what it knows of any query. A table of the
 * database goes before a cell of its name.
 */
import { FlowError } from "../../core/errors.ts";
import { fold, quoteName } from "../../core/sqliteRules.ts";
import { nameOf, tokenize, type Token } from "../../core/sqlTokens.ts";
import { listNames } from "../../core/words.ts";
import type { CellQuery } from "../protocol.ts";
import {
  distinctNames,
  parseQuery,
  queryError,
  readAll,
  rowsOf,
  type query,
} from "./execute.ts";
import {
  bindParameters,
  mostParameters,
  numberParameters,
  type BoundStatement,
} from "./parameters.ts";
import { sqlError } from "./sqlError.ts";
import type { Connection, RawValue } from "./sqlite.ts";
import { firstWord, isQuery, writeInQuery } from "./statements.ts";
import { tablesUsed } from "./tableUse.ts";

/** A cell that is read, by itself. */
interface Part extends BoundStatement {
  name: string;
  /** What was written. */
  whole: string;
  /** How its columns are shown; undefined if that cannot be told, as with a mistake in it. */
  columns: readonly string[] | undefined;
}

/** Runs queries that read these cells, of which each comes after those that it reads itself. */
export function readingCells(cells: readonly CellQuery[]): typeof query {
  return (connection, sql, parameters = [], limit = Infinity) => {
    const statement = parseQuery(sql);
    const own = bindParameters(sql, statement, parameters);
    const parts = readParts(connection, cells);
    const bound = withParts(connection, own, parts);
    try {
      return rowsOf(connection, statement, bound, limit);
    } catch (thrown) {
      findCulprit(connection, parts);
      const context = { ...own, whole: sql, connection };
      const error = queryError(thrown, statement, context);
      throw parts.length > 0 && isReadable(connection, bound)
        ? doubtful(error, parts)
        : error;
    }
  };
}

/** The tables that a query reads over these cells, as `tablesUsed` gives them, with the names that stand for cells as long as they are no tables. */
export function tablesReadOver(
  connection: Connection,
  sql: string,
  cells: readonly CellQuery[],
): string[] | undefined {
  const { from, to } = parseQuery(sql);
  const own = unbound(sql.slice(from, to));
  const parts = readParts(connection, cells);
  const { sql: text } = withParts(connection, own, parts);
  const used = tablesUsed(connection, text);
  return used && [...used, ...cells.map(({ name }) => name)];
}

/** The cells that are no tables, each checked to be one query. */
function readParts(
  connection: Connection,
  cells: readonly CellQuery[],
): Part[] {
  const tables = new Set(
    readAll(
      connection,
      "SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'view') UNION ALL SELECT name FROM temp.sqlite_schema WHERE type IN ('table', 'view')",
    ).map(([name]) => fold(String(name))),
  );
  const parts: Part[] = [];
  for (const { name, sql, parameters } of cells)
    if (!tables.has(fold(name)))
      inCell(name, () => {
        const statement = parseQuery(sql);
        const word = firstWord(statement);
        if (word === "PRAGMA" || word === "EXPLAIN")
          throw new FlowError(
            "sql-failed",
            `What ${word} gives cannot be read by another query. ${word === "PRAGMA" ? "Write it as a function, SELECT * FROM pragma_table_info('...')" : "Read the query itself"}.`,
          );
        if (!isQuery(sql)) throw writeInQuery(word);
        const text = sql.slice(statement.from, statement.to);
        const bound = parameters
          ? bindParameters(sql, statement, parameters)
          : unbound(text);
        const columns = columnsOf(connection, bound.sql, parts);
        const part = { ...bound, name, whole: sql, columns };
        // Otherwise it could end what is put around it.
        if (!isClosed(text)) refuseOpen(connection, part);
        parts.push(part);
      });
  return parts;
}

/** How the columns of a query that reads these cells are shown: of what it reads, that hangs on names of columns alone. */
function columnsOf(
  connection: Connection,
  sql: string,
  parts: readonly Part[],
): string[] | undefined {
  const tokens = tokenize(sql);
  const named = new Set(tokens.map((token) => fold(nameOf(token))));
  const own = /^with$/i.test(tokens[0]?.text ?? "")
    ? ownTables(tokens.slice(1))
    : [];
  const tables = parts.flatMap(({ name, columns }) => {
    const key = fold(name);
    if (!columns || !named.has(key) || own.includes(key)) return [];
    const none = columns.map(() => "NULL").join(", ");
    return `${quoteName(name)}${listColumns(columns)} AS (SELECT ${none})`;
  });
  const text =
    tables.length === 0 ? sql : inFront(tables.join(", "), sql, new Set());
  try {
    const statement = connection.prepare(text);
    const names = statement.getColumnNames();
    statement.free();
    return distinctNames(names);
  } catch {
    // What is wrong is told of the whole.
    return undefined;
  }
}

const listColumns = (columns: readonly string[] = []): string =>
  columns.length === 0 ? "" : `(${columns.map(quoteName).join(", ")})`;

/** A statement whose values are left out, as where only its tables matter. */
function unbound(sql: string): BoundStatement {
  const tokens = tokenize(sql);
  const slots = numberParameters({ tokens, from: 0, to: sql.length });
  const count = slots.reduce((most, { number }) => Math.max(most, number), 0);
  return { sql, values: Array<null>(count).fill(null), origin: (at) => at };
}

/** A statement with the cells in front of it. */
function withParts(
  connection: Connection,
  own: BoundStatement,
  parts: readonly Part[],
): BoundStatement {
  if (parts.length === 0) return own;
  const values: RawValue[] = [...own.values];
  const tables: string[] = [];
  const named = new Set<string>();
  for (const part of parts) {
    const text = numbered(part.sql, values.length);
    // SQLite would call the second of two columns of one name "gate:1", and not as it is shown.
    const columns = listColumns(part.columns);
    tables.push(`${quoteName(part.name)}${columns} AS (${text}\n)`);
    values.push(...part.values);
    for (const token of tokenize(`${part.sql} ${quoteName(part.name)}`))
      named.add(fold(nameOf(token)));
  }
  if (values.length > mostParameters)
    throw new FlowError(
      "sql-failed",
      `The query and the SQL cells that it reads have ${values.length} parameters; SQLite takes ${mostParameters.toLocaleString("en")}. Bind fewer values in them.`,
    );
  const sql = inFront(tables.join(", "), numbered(own.sql, 0), named, (rest) =>
    columnsOf(connection, rest, parts),
  );
  return { ...own, sql, values };
}

/** Puts tables in front of a query; `named` is what their texts name, and `columns` gives how columns of the query are shown. */
function inFront(
  tables: string,
  sql: string,
  named: ReadonlySet<string>,
  columns: (sql: string) => string[] | undefined = () => undefined,
): string {
  const tokens = tokenize(sql);
  const begin = tokens.findIndex(
    (token) => !/^(?:explain|query|plan)$/i.test(token.text),
  );
  const at = tokens[begin]?.from ?? sql.length;
  const explaining = sql.slice(0, at);
  const rest = sql.slice(at);
  const [first, second] = tokens.slice(begin);
  if (first?.text.toUpperCase() !== "WITH")
    return `${explaining}WITH ${tables} ${rest}`;
  // The tables of its own WITH hold for the query alone: what the cells name is not one of them.
  if (ownTables(tokens.slice(begin + 1)).some((own) => named.has(own)))
    return `${explaining}WITH ${tables}, ${wholeQuery}${listColumns(columns(rest))} AS (${rest}\n) SELECT * FROM ${wholeQuery}`;
  const isRecursive = second?.text.toUpperCase() === "RECURSIVE";
  const head = isRecursive ? second : first;
  return `${sql.slice(0, head.to)} ${tables},${sql.slice(head.to)}`;
}

/** The name of a query as a table behind those that it reads; nobody else gives it. */
const wholeQuery = '"flowbook whole query"';

/** The names that the WITH of a query defines; `tokens` are behind that word. */
function ownTables(tokens: readonly Token[]): string[] {
  const names: string[] = [];
  let depth = 0;
  let isNext = true;
  for (const token of tokens) {
    const { text } = token;
    if (text === "(") depth += 1;
    else if (text === ")") depth -= 1;
    else if (depth > 0) continue;
    else if (text === ",") isNext = true;
    else if (isNext && !/^recursive$/i.test(text)) {
      names.push(fold(nameOf(token)));
      isNext = false;
    } else if (/^(?:select|values)$/i.test(text)) break;
  }
  return names;
}

/** A statement whose parameters have numbers, so many more than by themselves. */
function numbered(sql: string, by: number): string {
  const tokens = tokenize(sql);
  let text = "";
  let end = 0;
  for (const { token, number } of numberParameters({
    ...{ tokens, from: 0, to: sql.length },
  })) {
    text += `${sql.slice(end, token.from)}?${number + by}`;
    end = token.to;
  }
  return text + sql.slice(end);
}

/** Whether a text opens all brackets that it closes, and closes all that it opens, its quotes too. */
function isClosed(text: string): boolean {
  const tokens = tokenize(`${text}\n)`);
  const last = tokens.pop();
  let depth = 0;
  for (const token of tokens) {
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0 && last?.text === ")";
}

function refuseOpen(connection: Connection, part: Part): never {
  try {
    connection.prepare(part.sql).free();
  } catch (thrown) {
    throw sqlError(thrown, { ...part, connection });
  }
  throw new FlowError("sql-failed", "Its brackets or quotes are not closed.");
}

/** Throws what is wrong with one of the cells; nothing if they can be run. */
function findCulprit(connection: Connection, parts: readonly Part[]): void {
  for (const [index, part] of parts.entries())
    inCell(part.name, () => {
      const { sql } = withParts(connection, part, parts.slice(0, index));
      try {
        connection.prepare(sql).free();
      } catch (thrown) {
        throw sqlError(thrown, { ...part, connection });
      }
    });
}

function isReadable(connection: Connection, { sql }: BoundStatement): boolean {
  try {
    connection.prepare(sql).free();
    return true;
  } catch {
    return false;
  }
}

/** What happened while rows were computed, which does not tell by which of them. */
function doubtful(error: Error, parts: readonly Part[]): Error {
  if (!(error instanceof FlowError) || !error.message.startsWith("SQLite:"))
    return error;
  const names = listNames(parts.map(({ name }) => name));
  return new FlowError(
    error.code,
    `${error.message} If it is not in this query, look at what it reads: ${names}.`,
    { cause: error.cause },
  );
}

/** Does something about a cell that is read, and says of an error that it is there. */
function inCell<T>(cell: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof FlowError)) throw thrown;
    const [, line, column] =
      /\(line (\d+), column (\d+)\)/.exec(thrown.message) ?? [];
    throw new FlowError(
      thrown.code,
      `In the SQL cell ${cell}, which is read here: ${thrown.message}`,
      {
        cause: thrown.cause,
        place: { cell, line: Number(line ?? 1), column: Number(column ?? 1) },
      },
    );
  }
}
