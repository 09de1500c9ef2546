/** Which tables a query names: what stands where only a table can, unless the query defines it itself. */
import { fold } from "../../core/sqliteRules.ts";
import { nameOf, tokenize, type Token } from "../../core/sqlTokens.ts";
import type { Span } from "./analyseCell.ts";

/** A table that a query names without the database that it is in. */
export interface NamedTable extends Span {
  name: string;
}

/** What stands in brackets, or the whole query. */
interface Level {
  outer: Level | undefined;
  /** The names of its WITH, in small letters: they hold for all that is in it. */
  own: Set<string>;
  /** What comes next: the name of a table, or one that a WITH defines. */
  next: "table" | "own" | undefined;
  /** Whether a comma parts tables, the names of a WITH, or anything else. */
  parts: Level["next"];
}

/** What ends the tables of a FROM. */
const clauses = new Set([
  ...["WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "SELECT"],
  ...["UNION", "INTERSECT", "EXCEPT", "VALUES"],
]);

/** The tables that a query reads by their names alone, each as often as it stands there. */
export function queryTables(sql: string): NamedTable[] {
  const tokens = tokenize(sql);
  const found: { token: Token; level: Level }[] = [];
  let level = openLevel(undefined, undefined);
  for (const [at, token] of tokens.entries()) {
    const { kind, text } = token;
    const word = kind === "word" ? text.toUpperCase() : "";
    const before = tokens[at - 1];
    const { next } = level;
    level.next = undefined;
    if (text === "(") {
      const isJoin = next === "table" && !beginsQuery(tokens[at + 1]);
      level = openLevel(level, isJoin ? next : undefined);
    } else if (text === ")") level = level.outer ?? level;
    else if (text === ",") level.next = level.parts;
    else if (next !== undefined && isName(token)) {
      if (next === "own" && word === "RECURSIVE") level.next = next;
      else if (next === "own") level.own.add(fold(nameOf(token)));
      // Behind a schema stands `.`, and behind a function that gives rows `(`.
      else if (!/^[.(]$/.test(tokens[at + 1]?.text ?? ""))
        found.push({ token, level });
    } else if (before?.text === ".") continue;
    else if (word === "WITH" && mayBegin(before))
      level.next = level.parts = "own";
    else if (word === "JOIN" || (word === "FROM" && !isDistinct(before)))
      level.next = level.parts = "table";
    else if (word === "IN" && tokens[at + 1]?.text !== "(")
      level.next = "table";
    else if (clauses.has(word)) level.parts = undefined;
  }
  return found.flatMap(({ token, level: inside }) => {
    const { from, to } = token;
    const name = nameOf(token);
    return isOwn(inside, fold(name)) ? [] : { name, from, to };
  });
}

/** Where a query names a table: to read it, and, unless it gives it another name, in front of its columns. */
export function placesOfTable(sql: string, table: string): Span[] {
  const isIt = (name: string) => fold(name) === fold(table);
  const places: Span[] = queryTables(sql).filter(({ name }) => isIt(name));
  if (places.length === 0) return [];
  const tokens = tokenize(sql);
  const named = tokens.filter((token) => isName(token) && isIt(nameOf(token)));
  const isAlias = ({ from }: Token) =>
    /^as$/i.test(tokens.findLast(({ to }) => to <= from)?.text ?? "");
  if (named.some(isAlias)) return places;
  for (const [at, { from, to }] of tokens.entries())
    if (
      tokens[at + 1]?.text === "." &&
      tokens[at - 1]?.text !== "." &&
      named.some((token) => token.from === from)
    )
      places.push({ from, to });
  return places;
}

function openLevel(outer: Level | undefined, next: Level["next"]): Level {
  return { outer, own: new Set(), next, parts: next };
}

function isOwn(level: Level, name: string): boolean {
  for (let at: Level | undefined = level; at; at = at.outer)
    if (at.own.has(name)) return true;
  return false;
}

function isName({ kind }: Token): boolean {
  return kind === "word" || kind === "quoted" || kind === "text";
}

function beginsQuery(token: Token | undefined): boolean {
  return /^(?:select|values|with)$/i.test(token?.text ?? "");
}

/** Whether a query may begin behind a word or bracket. */
function mayBegin(before: Token | undefined): boolean {
  return before === undefined || /^(?:\(|;|explain|plan)$/i.test(before.text);
}

/** `IS DISTINCT FROM` compares. */
function isDistinct(before: Token | undefined): boolean {
  return /^distinct$/i.test(before?.text ?? "");
}
