/** What a query has besides the tables of the database: those of its WITH, and its sub-queries that have a name. */
import { sqlName } from "../../core/sqlName.ts";
import { withoutQuoted } from "./sqlProblems.ts";
import type { KnownTable } from "./surroundings.ts";

const name = String.raw`(${sqlName}|"[^"]+"|\x60[^\x60]+\x60|\[[^\]]+\])`;
/** The head of one in WITH: its name, and its columns if they are listed. */
const head = new RegExp(
  String.raw`(?:\bwith\s+(?:recursive\s+)?|,\s*)${name}\s*(?:\(([^()]*)\)\s*)?as\s*(?:(?:not\s+)?materialized\s*)?$`,
  "iu",
);
const alias = new RegExp(String.raw`^\s*(?:as\s+)?${name}`, "iu");
const named = new RegExp(String.raw`[\s)](?:as\s+)?${name}$`, "iu");
const plain = new RegExp(String.raw`^(?:${name}\s*\.\s*)*${name}$`, "iu");
const star = new RegExp(String.raw`^(?:${name}\s*\.\s*)?\*$`, "iu");
const selects = /^\s*select\s+(?:distinct\s+|all\s+)?/i;
/** What follows the columns of a query, and what may stand behind a sub-query that has no name. */
const clause =
  /^(?:from|where|group|having|window|order|limit|union|except|intersect|on|using|join|left|right|full|inner|cross|natural|and|or|then|else|end|as|in|is|not|like|between|collate|asc|desc)$/i;

/** The tables that a query defines itself, each with the columns that can be told from its text. */
export function derivedTables(
  query: string,
  tables: readonly KnownTable[],
): readonly KnownTable[] {
  const text = withoutQuoted(query);
  const found: KnownTable[] = [];
  const open: number[] = [];
  // In the order in which they end, so that each finds those that it reads.
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "(") open.push(at);
    if (text[at] !== ")") continue;
    const begin = open.pop();
    if (begin === undefined) continue;
    const body = text.slice(begin + 1, at);
    if (!selects.test(body)) continue;
    const [, own, listed] = head.exec(text.slice(0, begin)) ?? [];
    const behind = alias.exec(text.slice(at + 1))?.[1];
    const title = own ?? (behind && clause.test(behind) ? undefined : behind);
    if (title === undefined) continue;
    const columns =
      listed === undefined
        ? columnsOf(body, [...tables, ...found])
        : listed.split(",").map((one) => ({ name: toName(one), type: "" }));
    found.push({ name: toName(title), columns });
  }
  return found;
}

const view = new RegExp(
  String.raw`^\s*create\s[^(]*?\bview\s[^(]*?(?:\(([^()]*)\)\s*)?\bas\s+(?=select\b)`,
  "iu",
);

/** Tables, and views with the columns that can be told from the statements that made them. */
export function withViewColumns(
  tables: readonly KnownTable[],
): readonly KnownTable[] {
  const known = tables.filter((table) => table.view === undefined);
  for (const table of tables) {
    if (table.view === undefined) continue;
    const text = withoutQuoted(table.view);
    const [made, listed] = view.exec(text) ?? [];
    const columns =
      made === undefined
        ? []
        : listed === undefined
          ? columnsOf(text.slice(made.length), known)
          : listed.split(",").map((one) => ({ name: toName(one), type: "" }));
    known.push({ ...table, columns });
  }
  return known;
}

function columnsOf(
  body: string,
  tables: readonly KnownTable[],
): KnownTable["columns"] {
  const words = new Set(body.toLowerCase().match(/[\p{L}\p{N}_]+/gu));
  const read = tables.filter((table) => words.has(table.name.toLowerCase()));
  const columns = new Map<string, string>();
  for (const item of itemsOf(body)) {
    const all = star.exec(item);
    if (all) {
      const one = read.filter((table) => table.name === toName(all[1] ?? ""));
      for (const table of one.length > 0 ? one : read)
        for (const { name, type } of table.columns) columns.set(name, type);
      continue;
    }
    const own = plain.exec(item)?.[2] ?? named.exec(item)?.[1];
    if (own === undefined || clause.test(own)) continue;
    const title = toName(own);
    const known = read.flatMap((table) => table.columns);
    const type = known.find((column) => column.name === title)?.type ?? "";
    columns.set(title, type);
  }
  return [...columns].map(([name, type]) => ({ name, type }));
}

/** What stands between SELECT and the clause behind, parted at its commas. */
function itemsOf(body: string): string[] {
  const rest = body.replace(selects, "");
  const items: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: part, index } of rest.matchAll(/[\p{L}\p{N}_]+|[(),]|$/gu)) {
    if (part === "(") depth += 1;
    else if (part === ")") depth -= 1;
    else if (depth > 0) continue;
    const isEnd =
      part === "" || /^(?:from|where|union|order|limit)$/i.test(part);
    if (!isEnd && part !== ",") continue;
    items.push(rest.slice(from, index).trim());
    from = index + 1;
    if (isEnd) break;
  }
  return items;
}

/** A name without its quotes; between them nothing of a space was left. */
function toName(text: string): string {
  const own = text.trim();
  return /^["`[]/.test(own) ? own.slice(1, -1).replaceAll("\0", " ") : own;
}
