/** What can be seen in a query before it runs: tables that are not there. */
import { nearestName } from "../../notebook/compile/nearest.ts";
import * as words from "../words/types.ts";

/** A piece of a query with what is wrong with it. */
export interface SqlProblem {
  from: number;
  to: number;
  message: string;
}

const skipped = /'(?:[^']|'')*'|--[^\n]*|\/\*[^]*?(?:\*\/|$)/g;
const source =
  /\b(?:from|join)\s+(?:([\p{L}_][\p{L}\p{N}_$]*)|"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\])(?![\p{L}\p{N}_$])(?!\s*[.(])/giu;
const temporary =
  /(?:\bwith\s+(?:recursive\s+)?|,\s*)([\p{L}_][\p{L}\p{N}_$]*)\s*(?:\([^()]*\)\s*)?as\s*(?:(?:not\s+)?materialized\s*)?\(/giu;

/** Tables that a query reads and that are neither there nor named by the query itself. */
export function unknownTables(
  query: string,
  tables: readonly string[],
): SqlProblem[] {
  // Blanks of the same length, so that places stay what they are.
  const text = query.replace(skipped, (found) => " ".repeat(found.length));
  const known = new Set(tables.map((name) => name.toLowerCase()));
  for (const [, name] of text.matchAll(temporary))
    known.add((name ?? "").toLowerCase());
  return [...text.matchAll(source)].flatMap((match) => {
    const [whole, plain, ...quoted] = match;
    const name = plain ?? quoted.find((part) => part !== undefined) ?? "";
    const lower = name.toLowerCase();
    if (known.has(lower) || /^(sqlite_|pragma_|json_)/.test(lower)) return [];
    const nearest = nearestName(name, tables);
    const to = match.index + whole.length;
    return {
      from: to - name.length - (plain === undefined ? 1 : 0),
      to: plain === undefined ? to - 1 : to,
      message: nearest
        ? words.unknownTable({ name, nearest })
        : words.noTable(name),
    };
  });
}
