/** What to do about a statement that SQLite cannot run. Fetched when the first one fails. */
import { fold } from "../../core/sqliteRules.ts";
import { reservedWords } from "../../core/sqlWords.ts";
import { nameOf, tokenize, type Token } from "../../core/sqlTokens.ts";
import { nearestName } from "../../notebook/compile/nearest.ts";
import { wordSet } from "../../notebook/compile/wordSet.ts";
import { readAll } from "./execute.ts";
import { historyNames } from "./history.ts";
import type { FailedStatement } from "./sqlError.ts";
import {
  foreignFunction,
  foreignStatement,
  foreignTable,
  foreignWord,
} from "./sqlForeign.ts";
import type { Connection } from "./sqlite.ts";
import { notebookTable } from "./statements.ts";

/** Words that a misspelt one of a statement may mean. */
const keywords = wordSet(`
  SELECT FROM WHERE GROUP ORDER HAVING LIMIT OFFSET DISTINCT UNION VALUES
  INSERT INTO UPDATE DELETE CREATE TABLE JOIN INNER LEFT OUTER BETWEEN LIKE
  AND NOT NULL CASE WHEN THEN ELSE WITH RETURNING PRIMARY REFERENCES
`);
const first = wordSet(
  "SELECT INSERT UPDATE DELETE CREATE WITH VALUES DROP ALTER EXPLAIN PRAGMA REPLACE",
);
/** The parts of a query, in their order. */
const clauses = ["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT"];
const asTable =
  "Keep the rows of one of them in a table, `CREATE TABLE name AS SELECT ...`, and read that.";
/** What is too much for SQLite, by what it says. */
const tooMuch: Readonly<Record<string, string>> = {
  "nested too deep": asTable,
  "too many FROM clause terms": asTable,
  "too many references to": asTable,
  "is circularly defined":
    "It reads itself, by way of others maybe. Drop it with `DROP VIEW name`, and make it anew.",
  "Expression tree is too large":
    "Put long lists of conditions into a table, and join it, or use `IN (...)`.",
};

/** What to do, as sentences; undefined if there is nothing to say but what SQLite says. */
export function adviceOn({
  message,
  sql,
  offset,
  connection,
}: FailedStatement): string | undefined {
  const name = (pattern: RegExp) => pattern.exec(message)?.[1];
  if (/^near "[\s\S]*": syntax error$/.test(message))
    return adviceAt(tokenize(sql), offset);
  if (message === "incomplete input") return adviceOnEnd(tokenize(sql));
  const odd = name(/^unrecognized token: "([\s\S]*)"$/);
  if (odd !== undefined) return adviceOnToken(odd, sql, offset);
  const fn = name(/^no such function: (.+)$/);
  if (fn !== undefined) return adviceOnFunction(fn, connection);
  const column = name(/^no such column: "?(.+?)"?(?: - .*)?$/);
  if (column !== undefined) return adviceOnColumn(column, sql, connection);
  const table = name(/^no such table: (.+)$/);
  if (table !== undefined) return adviceOnTable(table, connection);
  if (message.startsWith("no such module"))
    return /\bCREATE\s+VIRTUAL\b/i.test(sql)
      ? "It is not in the SQLite that runs here. The one of browsers has fts4 for full-text search."
      : "It is a table of an extension that is not here. What it holds may be in the tables that are named after it.";
  const far = Object.keys(tooMuch).find((one) => message.includes(one));
  if (far) return tooMuch[far];
  if (/^misuse of aggregate/.test(message))
    return "WHERE looks at single rows. What counts or sums goes into HAVING, behind GROUP BY.";
  return undefined;
}

const wordOf = (token: Token | undefined): string =>
  token?.kind === "word" ? token.text.toUpperCase() : "";

function adviceAt(
  tokens: readonly Token[],
  offset: number | undefined,
): string | undefined {
  const at = tokens.findIndex(({ from }) => from === offset);
  const token = tokens[at];
  if (!token) return undefined;
  const before = tokens[at - 1];
  const after = tokens[at + 1];
  const [word, last] = [wordOf(token), wordOf(before)];
  if (at === 0) {
    const statement = foreignStatement(token.text);
    return statement ?? meant(token, first);
  }
  const foreign = adviceOnForeign(tokens, at);
  if (foreign) return foreign;
  if (before?.text === "," && (token.text === "," || token.text === ")"))
    return "There is a comma too many before it.";
  if (before?.text === "," && clauses.includes(word) && wordOf(after) !== "")
    return `There is a comma too many before ${word}. If a column has that name, write it in quotes: \`"${token.text}"\`.`;
  if ((last === "GROUP" || last === "ORDER") && word !== "BY" && at > 1)
    return `Write \`${last} BY\`.`;
  if (last === "SELECT" && word === "FROM")
    return "Between SELECT and FROM stand the columns, or `*` for all of them.";
  if (last === "DELETE" && token.text === "*")
    return "Whole rows are deleted, so no columns are named: `DELETE FROM name WHERE ...`.";
  if (last === "IN")
    return "The values behind IN stand in brackets: `IN (1, 2)`.";
  if (token.text === "&") return "Write AND, and OR in place of `||`.";
  if (token.text === ")" && depthAt(tokens, at) <= 0)
    return "There is one `)` more than there are `(`.";
  const isNamePlace =
    /^(?:FROM|JOIN|INTO|UPDATE|TABLE|SELECT|AS|BY|WHERE|AND|ON|SET|INDEX)$/.test(
      last,
    ) || /^[,.(]$/.test(before?.text ?? "");
  if (isNamePlace && reservedWords.has(word))
    return `${word} is a word of SQL. As a name it stands in quotes: \`"${token.text}"\`.`;
  if (word !== "" && !keywords.has(word)) {
    const instead = meant(token, keywords);
    if (instead) return instead;
  }
  if (before?.kind === "word" && !keywords.has(last)) {
    const instead = meant(before, keywords);
    if (instead) return instead;
  }
  const open = openBefore(tokens, at, word);
  if (open) return open;
  if (clauses.includes(word))
    return `A query has its parts in this order: SELECT, ${clauses.map((one) => (one === "GROUP" || one === "ORDER" ? `${one} BY` : one)).join(", ")}.`;
  if (isValue(before) && (isValue(token) || token.text === "("))
    return "A comma may be missing before it, or what connects the two, such as AND.";
  return undefined;
}

function adviceOnForeign(
  tokens: readonly Token[],
  at: number,
): string | undefined {
  const token = tokens[at]!;
  const [word, last] = [wordOf(token), wordOf(tokens[at - 1])];
  const begin = wordOf(tokens[0]);
  if (word === "INTO" && begin === "SELECT")
    return "SQLite makes a table of a query with `CREATE TABLE name AS SELECT ...`.";
  if (word === "OR" && last === "CREATE")
    return "SQLite does not replace what is there: run `DROP TABLE IF EXISTS name` first.";
  if (word === "ON" && last === "DISTINCT")
    return "SQLite has no DISTINCT ON. Group by what is to be there once: `GROUP BY name`.";
  if (word === "INDEX" && last === "ADD")
    return "SQLite makes an index with `CREATE INDEX name ON table_name (column)`.";
  if (word === "SET" && begin === "INSERT")
    return "SQLite writes `INSERT INTO name (a, b) VALUES (1, 2)`.";
  if (word === "SELECT" && last === "ANALYZE")
    return "SQLite tells the plan of a query with `EXPLAIN QUERY PLAN SELECT ...`.";
  const own = foreignWord(word) ?? foreignWord(last);
  if (own) return own;
  // Of a call, `EXTRACT(year FROM day)`, what stands before the bracket.
  const open = tokens.slice(0, at).findLastIndex(({ text }) => text === "(");
  return open > 0 && /^(?:EXTRACT|TRY_CAST)$/.test(wordOf(tokens[open - 1]))
    ? foreignWord(wordOf(tokens[open - 1]))
    : undefined;
}

/** A bracket or a CASE that is open before a part of the query begins. */
function openBefore(
  tokens: readonly Token[],
  at: number,
  word: string,
): string | undefined {
  if (!clauses.includes(word)) return undefined;
  const before = tokens.slice(0, at).map(wordOf);
  const count = (one: string) => before.filter((each) => each === one).length;
  if (count("CASE") > count("END"))
    return "END is missing: `CASE WHEN a THEN 1 ELSE 2 END`.";
  return depthAt(tokens, at) > 0
    ? `A \`(\` is open before ${word}. Write the \`)\`.`
    : undefined;
}

/** How many brackets are open before a token. */
function depthAt(tokens: readonly Token[], at: number): number {
  let depth = 0;
  for (const { text } of tokens.slice(0, at)) {
    if (text === "(") depth += 1;
    if (text === ")") depth -= 1;
  }
  return depth;
}

function isValue(token: Token | undefined): boolean {
  return (
    token !== undefined &&
    (token.kind === "word"
      ? !reservedWords.has(token.text.toUpperCase())
      : token.kind !== "sign" || token.text === ")")
  );
}

function meant(token: Token, among: ReadonlySet<string>): string | undefined {
  const nearest = token.kind === "word" && nearestName(token.text, among);
  return nearest ? `Did you mean \`${nearest}\`?` : undefined;
}

function adviceOnEnd(tokens: readonly Token[]): string {
  if (depthAt(tokens, tokens.length) > 0)
    return "A `(` has no `)`. Write it where it ends.";
  const end = tokens.at(-1);
  return `Something is missing behind ${end ? `\`${end.text.slice(0, 30)}\`` : "its end"}.`;
}

function adviceOnToken(
  odd: string,
  sql: string,
  offset: number | undefined,
): string | undefined {
  if (/^['"`[]/.test(odd))
    return `The \`${odd[0] === "`" ? "backtick" : odd[0]}\` there has no end. A text stands between two ', and a ' in it is written twice: \`'it''s'\`.`;
  if (odd === ":" && offset !== undefined && /^::?/.test(sql.slice(offset)))
    return "SQLite has no `::`. Write `CAST(value AS INTEGER)`.";
  if (odd === "!") return "Write NOT.";
  if (odd === "#") return "A comment begins with `--`.";
  return undefined;
}

function adviceOnFunction(
  name: string,
  connection: Connection,
): string | undefined {
  const foreign = foreignFunction(name);
  if (foreign) return `SQLite writes ${foreign}.`;
  const nearest = nearestName(
    name,
    textsOf(connection, "SELECT DISTINCT name FROM pragma_function_list"),
  );
  return nearest
    ? `Did you mean \`${nearest}\`?`
    : "SQLite has no such function. Compute it in a task, or in a cell that takes the rows.";
}

const curly = /[“”„‘’]/;

function adviceOnColumn(
  name: string,
  sql: string,
  connection: Connection,
): string | undefined {
  if (curly.test(name))
    return "Quotes are straight in SQL: ' around a text, \" around a name.";
  const next = tokenize(sql).find(
    (_, at, tokens) => fold(tokens[at - 1]?.text ?? "") === fold(name),
  );
  const isTyped = next?.kind === "text" || next?.kind === "number";
  if (isTyped && /^(?:date|time|timestamp)$/i.test(name))
    return `Dates are texts in SQLite: leave out ${name}.`;
  if (isTyped && /^interval$/i.test(name)) return foreignWord(name);
  const columns = columnsIn(sql, connection);
  const nearest = nearestName(name.split(".").at(-1) ?? "", columns);
  if (nearest) return `Did you mean \`${nearest}\`?`;
  if (columns.length === 0) return undefined;
  return `The tables that it names have ${listFirst(columns)}. A text stands between two '.`;
}

/** The columns of the tables that a statement names. */
function columnsIn(sql: string, connection: Connection): readonly string[] {
  const named = new Set(
    tokenize(sql)
      .filter(({ kind }) => kind === "word" || kind === "quoted")
      .map((token) => fold(nameOf(token))),
  );
  const tables = tablesOf(connection).filter((table) => named.has(fold(table)));
  return [
    ...new Set(
      tables.flatMap((table) =>
        textsOf(connection, "SELECT name FROM pragma_table_info(?)", [table]),
      ),
    ),
  ];
}

function adviceOnTable(name: string, connection: Connection): string {
  if (/^history\./i.test(name))
    return `The history of runs has ${historyNames
      .map((table) => `history.${table}`)
      .join(", ")}; only a query finds them.`;
  const foreign = foreignTable(name);
  if (foreign) return foreign;
  const tables = tablesOf(connection);
  if (tables.length === 0)
    return "The notebook's database has no tables yet: run the flow that loads them.";
  const nearest = nearestName(name, tables);
  return [
    `The notebook's database has these: ${listFirst(tables)}.`,
    ...(nearest ? [`Did you mean \`${nearest}\`?`] : []),
  ].join(" ");
}

/** The notebook's own tables and views. */
function tablesOf(connection: Connection): string[] {
  return textsOf(
    connection,
    `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name != '${notebookTable}' ORDER BY name`,
  );
}

/** The texts that a query gives; none if it cannot be run, since the database has gone meanwhile. */
function textsOf(
  connection: Connection,
  sql: string,
  values: readonly string[] = [],
): string[] {
  try {
    return readAll(connection, sql, values).flat().map(String);
  } catch {
    return [];
  }
}

/** So many names are told. */
const most = 20;

function listFirst(names: readonly string[]): string {
  return `${names.slice(0, most).join(", ")}${names.length > most ? " and others" : ""}`;
}
