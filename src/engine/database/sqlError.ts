import { FlowError } from "../../core/errors.ts";
import type { Connection } from "./sqlite.ts";
import { nameOf, tokenize, type Token } from "../../core/sqlTokens.ts";

/** A statement that SQLite could not run, with what it says and the place in the text that this is about. */
export interface FailedStatement {
  message: string;
  sql: string;
  offset: number | undefined;
  connection: Connection;
}

/** What SQLite's errors are about. */
const statements = new WeakMap<Error, FailedStatement>();

/** What is done with a statement, whose error tells what to do about it too. */
export async function withAdvice<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    const failed =
      thrown instanceof FlowError && statements.get(thrown.cause as Error);
    if (failed) {
      const part = await import("./sqlAdvice.ts").catch(() => undefined);
      const advice = part?.adviceOn(failed);
      if (advice) thrown.message += ` ${advice}`;
    }
    throw thrown;
  }
}

/**
 * SQLite's error as ours, with the place in the text where that can be found. `sql` is the text of the statement that failed,
 * `origin` turns an offset in it into one in `whole`, the text that the user wrote.
 */
export function sqlError(
  thrown: unknown,
  failed: {
    sql: string;
    whole: string;
    origin: (offset: number) => number;
    connection: Connection;
  },
): Error {
  if (thrown instanceof FlowError) return thrown;
  if (isOutOfMemory(thrown))
    return new FlowError(
      "storage-failed",
      "The database ran out of memory. What was saved is safe: reload the page, then read or write fewer rows at once.",
      { cause: thrown },
    );
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const { sql, connection } = failed;
  const offset = findPlace(message, sql, connection);
  if (thrown instanceof Error)
    statements.set(thrown, { message, sql, offset, connection });
  const where =
    offset === undefined
      ? ""
      : ` (${lineAndColumn(failed.whole, failed.origin(offset))})`;
  return new FlowError("sql-failed", `SQLite: ${message}${where}.`, {
    cause: thrown,
  });
}

/** Whether there was no memory for what SQLite was to do. Engines have no name for that but a RangeError, as for much else; its words tell. */
export function isOutOfMemory(thrown: unknown): boolean {
  return (
    thrown instanceof WebAssembly.RuntimeError ||
    (thrown instanceof RangeError &&
      /alloc|memory|length|stack|too large/i.test(thrown.message)) ||
    (thrown instanceof Error && thrown.message === "out of memory")
  );
}

function lineAndColumn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
}

/** A name that is longer than what fits in here is not looked for. */
const longestMessage = 5_000;

/** Where in a statement SQLite's message is about; undefined where that cannot be found. */
export function findPlace(
  message: string,
  sql: string,
  connection: Connection,
): number | undefined {
  const near = /^near "([\s\S]*)": syntax error$/.exec(message)?.[1];
  if (near !== undefined) return placeOfSyntaxError(near, sql, connection);
  if (message === "incomplete input") return sql.length;
  const odd = /^unrecognized token: "([\s\S]*)"$/.exec(message)?.[1];
  if (odd !== undefined) return found(sql.indexOf(odd));
  if (message.length > longestMessage) return undefined;
  const name =
    /^(?:no such [a-z ]+|ambiguous column name|misuse of aggregate(?: function)?): "?(.+?)"?(?: - .*)?$/.exec(
      message,
    )?.[1] ??
    /^table .+ has no column named (.+)$/.exec(message)?.[1] ??
    /^(?:table|index|view|trigger) "?(.+?)"? already exists$/.exec(
      message,
    )?.[1] ??
    /^wrong number of arguments to function (.+)$/.exec(message)?.[1];
  return name === undefined ? undefined : placeOfName(name, sql);
}

// The parser stops at the first token that does not fit, so the text up to that token fails alike and any shorter one does not.
function placeOfSyntaxError(
  near: string,
  sql: string,
  connection: Connection,
): number | undefined {
  const places = tokenize(sql).filter((token) => token.text === near);
  if (places.length === 1) return places[0]?.from;
  return places.find((token) => {
    try {
      connection.prepare(sql.slice(0, token.to)).free();
      return false;
    } catch (thrown) {
      return (
        thrown instanceof Error &&
        thrown.message === `near "${near}": syntax error`
      );
    }
  })?.from;
}

function placeOfName(name: string, sql: string): number | undefined {
  const parts = name
    .replace(/\(.*\)$/, "")
    .toLowerCase()
    .split(".");
  const tokens = tokenize(sql).filter(
    (token) =>
      token.kind === "word" || token.kind === "quoted" || token.text === ".",
  );
  for (const wanted of [parts, parts.slice(-1)]) {
    const at = tokens.findIndex((_, start) =>
      wanted.every((part, index) => isName(tokens[start + index * 2], part)),
    );
    if (at >= 0) return tokens[at]?.from;
  }
  return undefined;
}

function isName(token: Token | undefined, name: string): boolean {
  return token !== undefined && nameOf(token).toLowerCase() === name;
}

function found(offset: number): number | undefined {
  return offset < 0 ? undefined : offset;
}
