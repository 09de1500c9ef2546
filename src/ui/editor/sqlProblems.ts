/** What can be seen in a query before it runs: tables that are not there. */
import { inSqlName, sqlName, writeName } from "../../core/sqlName.ts";
import { reservedWords } from "../../core/sqlWords.ts";
import { nearestName } from "../../notebook/compile/nearest.ts";
import * as words from "../words/types.ts";
import { endOfValue } from "./sqlTokens.ts";

/** A piece of a query with what is wrong with it. */
export interface SqlProblem {
  from: number;
  to: number;
  message: string;
  /** The table that seems to be meant, as it is written there. */
  instead?: string;
}

/** Texts, comments, quoted names, and what begins a value: what words of the query are not looked for in. */
const skipped =
  /'(?:[^']|'')*'|--[^\n]*|\/\*[^]*?(?:\*\/|$)|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*(?:\]|$)|\$\{/g;
const name = String.raw`(${sqlName})|"((?:[^"]|"")+)"|\x60([^\x60]+)\x60|\[([^\]]+)\]`;
const source = new RegExp(
  String.raw`(?:(?<!\bdistinct\s+)\bfrom|\bjoin)\s+(?:${name})(?![${inSqlName}])(?!\s*[.(])`,
  "dgiu",
);
const temporary = new RegExp(
  String.raw`(?:\bwith\s+(?:recursive\s+)?|,\s*)(?:${name})\s*(?:\([^()]*\)\s*)?as\s*(?:(?:not\s+)?materialized\s*)?\(`,
  "dgiu",
);
/** How a query goes on whose table is not written yet. */
const goesOn =
  /^(?:(?:where|having|limit|union|join|on|using|as|select|set)\b|(?:group|order)\s+by\b)/i;
/** Stands for what is neither a space nor part of a word. */
const filling = "\0";

/**
 * Tables that a query reads and that are neither there nor named by the query itself. Where there may be others whose names are
 * not known, only those that seem to be misspelt.
 */
export function unknownTables(
  query: string,
  tables: readonly string[],
  hasOthers = false,
): SqlProblem[] {
  const text = withoutQuoted(query);
  const nameIn = (match: RegExpExecArray): [number, number] =>
    match.indices?.slice(1).find((place) => place !== undefined) ?? [0, 0];
  const known = new Set(tables.map((table) => table.toLowerCase()));
  for (const match of text.matchAll(temporary))
    known.add(query.slice(...nameIn(match)).toLowerCase());
  return [...text.matchAll(source)].flatMap((match) => {
    const [from, to] = nameIn(match);
    const name = query.slice(from, to);
    const lower = name.toLowerCase();
    const isQuoted = /["`[]/.test(query[from - 1] ?? "");
    if (!isQuoted && reservedWords.has(name.toUpperCase()))
      return goesOn.test(query.slice(from))
        ? []
        : { from, to, message: words.reservedName(name) };
    if (known.has(lower) || /^(sqlite_|pragma_|json_)/.test(lower)) return [];
    const nearest = nearestName(name, tables);
    if (hasOthers && nearest === undefined) return [];
    return nearest === undefined
      ? { from, to, message: words.noTable(name) }
      : {
          from,
          to,
          message: words.unknownTable({ name, nearest }),
          instead: isQuoted ? nearest : writeName(nearest),
        };
  });
}

/** The query, as long as before, without what stands in texts, comments and values, and without spaces in quoted names. */
export function withoutQuoted(query: string): string {
  let text = "";
  const next = new RegExp(skipped);
  for (let found = next.exec(query); found; found = next.exec(query)) {
    text += query.slice(text.length, found.index);
    const [whole] = found;
    if (/^["`[]/.test(whole)) text += whole.replace(/\s/g, filling);
    else if (whole === "${") {
      const end = Math.min(endOfValue(query, next.lastIndex) + 1, query.length);
      text += filling.repeat(end - found.index);
      next.lastIndex = end;
    } else text += (whole.startsWith("'") ? filling : " ").repeat(whole.length);
  }
  return text + query.slice(text.length);
}
