import { FlowError } from "../../core/errors.ts";
import type { SqlParameters, SqlValue } from "../protocol.ts";
import { bindParameters, type BoundStatement } from "./parameters.ts";
import { sqlError } from "./sqlError.ts";
import type { Connection, RawValue, Statement } from "./sqlite.ts";
import {
  firstWord,
  isKnownStatement,
  isReturning,
  refuseForbidden,
  splitStatements,
  writeInQuery,
  type SqlStatement,
} from "./statements.ts";

/** The rows of a query. `total` counts also those that `limit` left out. */
export interface QueryRows {
  columns: string[];
  rows: Record<string, SqlValue>[];
  total: number;
}

/** More rows than this at once would take the memory of the tab, and a recursive query may have no end. */
export const mostRows = 2_000_000;

/** What `exec` did: how many rows it changed, and what RETURNING gave. */
export interface Executed {
  changes: number;
  rows?: Record<string, SqlValue>[];
}

/** Runs one statement that only reads. The connection must refuse writes (`query_only`). */
export function query(
  connection: Connection,
  sql: string,
  parameters: SqlParameters = [],
  limit = Infinity,
): QueryRows {
  const statement = parseQuery(sql);
  const bound = bindParameters(sql, statement, parameters);
  try {
    return rowsOf(connection, statement, bound, limit);
  } catch (thrown) {
    throw queryError(thrown, statement, { ...bound, whole: sql, connection });
  }
}

/** The rows of a statement that only reads, of which no more come back than `limit`. */
export function rowsOf(
  connection: Connection,
  statement: SqlStatement,
  bound: BoundStatement,
  limit: number,
): QueryRows {
  const most = Math.min(limit, mostRows);
  const read = readRows(connection, statement, bound, most);
  const { columns, rows } = read;
  if (!read.more) return { columns, rows, total: rows.length };
  if (limit > mostRows)
    throw new FlowError(
      "sql-failed",
      `The query has more than ${mostRows.toLocaleString("en")} rows. Add a LIMIT or a WHERE, or let SQL do the summing up.`,
    );
  return { columns, rows, total: countRows(connection, statement, bound) };
}

/** What was thrown by a statement that only reads, as its reader is told it. */
export function queryError(
  thrown: unknown,
  statement: SqlStatement,
  context: Parameters<typeof sqlError>[1],
): Error {
  return isReadOnlyRefusal(thrown)
    ? writeInQuery(firstWord(statement))
    : sqlError(thrown, context);
}

/**
 * Does what a statement says in another way than SQLite, which `run` makes run it; false if it is left to SQLite. No savepoint is
 * open meanwhile, and what is thrown must leave all as it was.
 */
export type OtherWay = (statement: SqlStatement, run: () => void) => boolean;

/**
 * Runs statements that may write, all or none; a transaction must be open. Gives the number of changed rows, and the rows of the
 * last RETURNING. `before` is told of each statement when it is about to run.
 */
export function exec(
  connection: Connection,
  sql: string,
  parameters: SqlParameters = [],
  before: (statement: string) => void = () => {},
  otherWay: OtherWay = () => false,
): Executed {
  const statements = parse(sql, "exec");
  const given = Object.keys(parameters).length;
  if (given > 0 && statements.length !== 1)
    throw new FlowError(
      "sql-failed",
      `Parameters go with one statement, and this text has ${statements.length}. Call db.exec once for each.`,
    );
  const done: Executed = { changes: 0 };
  const withBound = <T>(
    statement: SqlStatement,
    run: (bound: BoundStatement) => T,
  ): T => {
    const bound = bindParameters(sql, statement, parameters);
    try {
      return run(bound);
    } catch (thrown) {
      throw sqlError(thrown, { ...bound, whole: sql, connection });
    }
  };
  const [first, ...others] = statements;
  const isDone =
    first !== undefined &&
    others.length === 0 &&
    withBound(first, (bound) =>
      otherWay(first, () => void stepThrough(connection, first, bound)),
    );
  if (isDone) return done;
  return allOrNothing(connection, () => {
    for (const statement of statements) {
      const changed = totalChanges(connection);
      withBound(statement, (bound) => {
        before(bound.sql);
        if (isReturning(statement))
          done.rows = readRows(connection, statement, bound, mostRows).rows;
        else stepThrough(connection, statement, bound);
      });
      // The total counts what triggers changed too, but a statement that changes nothing leaves the other number as it was.
      if (totalChanges(connection) > changed)
        done.changes += connection.getRowsModified();
    }
    return done;
  });
}

/** Thrown when SQLite itself ended the transaction, as `INSERT OR ROLLBACK` makes it do. */
export class TransactionLost extends FlowError {
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? ` ${cause.message}` : "";
    super(
      "sql-failed",
      `SQLite took back everything that this task wrote, so the task cannot succeed.${reason} Use OR ABORT or RAISE(ABORT, ...) in place of ROLLBACK to lose only the statement.`,
      { cause },
    );
  }
}

/** Runs writes so that an error leaves what was there before. */
export function allOrNothing<T>(connection: Connection, write: () => T): T {
  connection.run("SAVEPOINT flowbook_step");
  let result: T;
  try {
    result = write();
  } catch (thrown) {
    try {
      connection.run("ROLLBACK TO flowbook_step; RELEASE flowbook_step");
    } catch {
      throw new TransactionLost(thrown);
    }
    throw thrown;
  }
  connection.run("RELEASE flowbook_step");
  return result;
}

/** Whether writes that can be made in another way have been made; false if they threw, unless the transaction is lost with them. */
export function succeeds(write: () => boolean): boolean {
  try {
    return write();
  } catch (thrown) {
    if (thrown instanceof TransactionLost) throw thrown;
    return false;
  }
}

/** The one row of a statement that we wrote ourselves. */
export function readRow(
  connection: Connection,
  sql: string,
  values: readonly RawValue[] = [],
): RawValue[] | undefined {
  return readAll(connection, sql, values)[0];
}

/** All rows of a statement that we wrote ourselves. */
export function readAll(
  connection: Connection,
  sql: string,
  values: readonly RawValue[] = [],
): RawValue[][] {
  const rows: RawValue[][] = [];
  const statement = connection.prepare(sql);
  try {
    statement.bind(values);
    while (statement.step()) rows.push(statement.get());
  } finally {
    statement.free();
  }
  return rows;
}

/** The one statement of a query. Throws what is wrong with it that needs no database to be told. */
export function parseQuery(sql: string): SqlStatement {
  const statements = parse(sql, "query");
  const statement = statements[0];
  if (!statement) throw new FlowError("sql-failed", "The query is empty.");
  if (statements.length > 1)
    throw new FlowError(
      "sql-failed",
      `A query is one statement, and this text has ${statements.length}. Make a query of each.`,
    );
  return statement;
}

function parse(sql: string, use: "query" | "exec"): SqlStatement[] {
  // SQLite would read both differently than the checks below do.
  if (/\0|\p{Surrogate}/u.test(sql))
    throw new FlowError(
      "sql-failed",
      "The SQL text holds a NUL character or half a character. Remove it, or pass the text as a parameter.",
    );
  const statements = splitStatements(sql);
  for (const statement of statements) refuseForbidden(statement, use);
  return statements;
}

/** A check of all databases: those that rows were loaded from stay to the end of a transaction, and cannot be read any more. */
const checking = /^pragma\s+(?=["'`[]?(?:integrity|quick)_check)/i;

export function prepare(
  connection: Connection,
  statement: SqlStatement,
  bound: BoundStatement,
): Statement {
  const prepared = connection.prepare(bound.sql.replace(checking, "$&main."));
  try {
    if (!isKnownStatement(statement))
      throw new FlowError(
        "sql-failed",
        "This kind of statement is not available in a notebook.",
      );
    prepared.bind(bound.values);
  } catch (thrown) {
    prepared.free();
    throw thrown;
  }
  return prepared;
}

function readRows(
  connection: Connection,
  statement: SqlStatement,
  bound: BoundStatement,
  limit: number,
): { columns: string[]; rows: Record<string, SqlValue>[]; more: boolean } {
  const open = openRows(connection, statement, bound);
  const { columns } = open;
  try {
    const rows: Record<string, SqlValue>[] = [];
    for (let row = open.next(); row; row = open.next()) {
      if (rows.length >= limit) return { columns, rows, more: true };
      rows.push(row);
    }
    return { columns, rows, more: false };
  } finally {
    open.close();
  }
}

/** The rows of a statement, one after the other. */
export interface OpenRows {
  columns: string[];
  next(): Record<string, SqlValue> | undefined;
  close(): void;
}

export function openRows(
  connection: Connection,
  statement: SqlStatement,
  bound: BoundStatement,
): OpenRows {
  const prepared = prepare(connection, statement, bound);
  const columns = distinctNames(prepared.getColumnNames());
  return {
    columns,
    next: () =>
      prepared.step() ? makeRow(columns, readValues(prepared)) : undefined,
    close: () => void prepared.free(),
  };
}

function countRows(
  connection: Connection,
  statement: SqlStatement,
  bound: BoundStatement,
): number {
  const word = firstWord(statement);
  if (word !== "EXPLAIN" && word !== "PRAGMA") {
    const text = `SELECT count(*) FROM (${bound.sql}\n)`;
    return Number(readRow(connection, text, bound.values)?.[0]);
  }
  return stepThrough(connection, statement, bound);
}

/** Runs a statement to its end and gives the number of its rows. */
function stepThrough(
  connection: Connection,
  statement: SqlStatement,
  bound: BoundStatement,
): number {
  const prepared = prepare(connection, statement, bound);
  try {
    let total = 0;
    while (prepared.step()) total += 1;
    return total;
  } finally {
    prepared.free();
  }
}

// sql.js gives integers as doubles. Only a row that holds a large whole number is read again, exactly.
export function readValues(statement: Statement): SqlValue[] {
  const values = statement.get();
  if (!values.some(isLargeWhole)) return values;
  const exact = statement.get(null, { useBigInt: true });
  return values.map((value, index) => {
    const other = exact[index];
    return typeof other === "bigint" && isLargeWhole(value) ? other : value;
  });
}

function isLargeWhole(value: RawValue): boolean {
  return (
    typeof value === "number" &&
    Number.isInteger(value) &&
    !Number.isSafeInteger(value)
  );
}

function makeRow(
  columns: readonly string[],
  values: readonly SqlValue[],
): Record<string, SqlValue> {
  const row: Record<string, SqlValue> = {};
  for (const [index, name] of columns.entries()) {
    const value = values[index] ?? null;
    // An assignment to this one name would set the row's prototype.
    if (name === "__proto__")
      Object.defineProperty(row, name, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else row[name] = value;
  }
  return row;
}

/** Names of columns as they are shown, each once: of those that are alike, the others have numbers. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let n = 2; seen.has(distinct); n += 1) {
      const next = `${name}_${n}`;
      if (!taken.has(next)) distinct = next;
    }
    seen.add(distinct);
    taken.add(distinct);
    return distinct;
  });
}

function totalChanges(connection: Connection): number {
  return Number(readRow(connection, "SELECT total_changes()")?.[0]);
}

function isReadOnlyRefusal(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    thrown.message.includes("attempt to write a readonly database")
  );
}
