import { FlowError } from "../../core/errors.ts";
import { nameOf, tokenize, type Token } from "../../core/sqlTokens.ts";

/** The table in which a file that travels takes the notebook's runs along; see notebookTable.ts. */
export const notebookTable = "flowbook_notebook";

/** One statement of an SQL text. `from` and `to` are offsets into the whole text. */
export interface SqlStatement {
  tokens: readonly Token[];
  from: number;
  to: number;
}

const readingWords = new Set(["SELECT", "VALUES", "WITH", "EXPLAIN", "PRAGMA"]);
const writingWords = new Set([
  "INSERT",
  "REPLACE",
  "UPDATE",
  "DELETE",
  "CREATE",
  "DROP",
  "ALTER",
  "REINDEX",
  "ANALYZE",
]);

const refusals: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"].map(
      (word) => [
        word,
        "all writes of a task are one transaction already, kept if the task succeeds and taken back if it fails. Leave the statement out; to take everything back, let the task fail",
      ],
    ),
  ),
  ...Object.fromEntries(
    ["ATTACH", "DETACH"].map((word) => [
      word,
      "a notebook has one database. Read the other file with readSqlite and load its rows",
    ]),
  ),
  VACUUM:
    "it cannot run inside a task's transaction. Leave it out: SQLite reuses the space of deleted rows by itself",
};

/** PRAGMAs that only tell something; those in `settable` may be set by `db.exec` too. */
const knownPragmas = new Set([
  "application_id",
  "collation_list",
  "compile_options",
  "database_list",
  "encoding",
  "foreign_key_check",
  "foreign_key_list",
  "freelist_count",
  "function_list",
  "index_info",
  "index_list",
  "index_xinfo",
  "integrity_check",
  "module_list",
  "page_count",
  "page_size",
  "pragma_list",
  "quick_check",
  "schema_version",
  "table_info",
  "table_list",
  "table_xinfo",
  "user_version",
]);
const settable = new Set(["application_id", "user_version"]);
// These have a value of the database behind them and no argument: an argument would set it.
const valued = new Set([
  "encoding",
  "freelist_count",
  "page_count",
  "page_size",
  "schema_version",
]);

const wordsBeforeNames = new Set([
  ...["FROM", "JOIN", "INTO", "UPDATE", "TABLE", "VIEW", "INDEX", "TRIGGER"],
  ...["EXISTS", "ABORT", "FAIL", "IGNORE", "REPLACE", "ROLLBACK", "REINDEX"],
]);

/** The statements of a text, without the empty ones. */
export function splitStatements(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let tokens: Token[] = [];
  for (const token of tokenize(sql)) {
    tokens.push(token);
    if (token.text === ";" && !isInsideTrigger(tokens)) {
      close();
      tokens = [];
    }
  }
  close();
  return statements;

  function close(): void {
    const kept = tokens.at(-1)?.text === ";" ? tokens.slice(0, -1) : tokens;
    const first = kept[0];
    const last = kept.at(-1);
    if (first && last)
      statements.push({ tokens: kept, from: first.from, to: last.to });
  }
}

/** Throws, with what to do instead, if the statement may not run in a notebook's database. */
export function refuseForbidden(
  statement: SqlStatement,
  use: "query" | "exec",
): void {
  const tokens = withoutExplain(statement.tokens);
  const word = wordAt(tokens, 0);
  const refusal = refusals[word];
  if (refusal !== undefined && Object.hasOwn(refusals, word))
    throw new FlowError(
      "sql-failed",
      `${word} is not available in a notebook: ${refusal}.`,
    );
  if (word === "PRAGMA") refusePragma(tokens, use);
  if (namesNotebookTable(tokens, use))
    throw new FlowError(
      "read-only",
      `${notebookTable} is Flowbook's own: it holds the runs of this notebook. Nothing was changed. Read them as history.runs, and choose another name for a table of yours.`,
    );
  const history = use === "exec" ? findHistory(tokens) : -1;
  if (history >= 0)
    throw new FlowError(
      "read-only",
      isWritten(tokens, history)
        ? "The history of runs is Flowbook's own: it can only be read, with db.query. Nothing was changed."
        : "The history of runs can only be read by a query, which this is not. Nothing was changed. Read the rows that you need with db.query first, and give them to db.exec as values, or to load.",
    );
  if (use === "query" && writingWords.has(firstWord(statement)))
    throw writeInQuery(word);
}

/** Whether SQLite may run this statement at all; what is unknown is only asked for its syntax error. */
export function isKnownStatement(statement: SqlStatement): boolean {
  const word = wordAt(withoutExplain(statement.tokens), 0);
  return readingWords.has(word) || writingWords.has(word);
}

/** Whether a statement that writes says which rows it gives. */
export function isReturning({ tokens }: SqlStatement): boolean {
  return (
    wordAt(tokens, 0) !== "CREATE" &&
    tokens.some((_, at) => wordAt(tokens, at) === "RETURNING")
  );
}

/** Whether the first statement of a text only reads; one that writes may still give rows, by RETURNING. */
export function isQuery(sql: string): boolean {
  const [statement] = splitStatements(sql);
  if (!statement) return false;
  const word = firstWord(statement);
  return readingWords.has(word === "WITH" ? mainWord(statement) : word);
}

/** The word that stands behind the parenthesised queries of a WITH. */
function mainWord({ tokens }: SqlStatement): string {
  let depth = 0;
  for (const [at, { text }] of tokens.entries()) {
    const word = wordAt(tokens, at);
    if (text === "(") depth += 1;
    else if (text === ")") depth -= 1;
    else if (
      depth === 0 &&
      tokens[at - 1]?.text === ")" &&
      word &&
      word !== "AS"
    )
      return word;
  }
  return "";
}

/** Whether a text may be a statement that makes an index. */
export function mayMakeIndex(sql: string): boolean {
  // One pattern of both would look for the second word from each place of the first.
  return /\bCREATE\b/i.test(sql) && /\bINDEX\b/i.test(sql);
}

/** The first word, in capitals: SELECT, INSERT, ... */
export function firstWord(statement: SqlStatement): string {
  return wordAt(statement.tokens, 0);
}

/** The refusal of a statement that writes where only reading is possible. */
export function writeInQuery(word: string): FlowError {
  return new FlowError(
    "read-only",
    `A query cannot change the database, and this one would (${word}). Nothing was changed. Use db.exec in a task for it.`,
  );
}

function refusePragma(tokens: readonly Token[], use: "query" | "exec"): void {
  // PRAGMA name | PRAGMA schema.name, then nothing, = value or (value)
  const name = tokens[2]?.text === "." ? tokens[3] : tokens[1];
  const after = tokens[tokens[2]?.text === "." ? 4 : 2];
  const pragma = name ? nameOf(name).toLowerCase() : "";
  if (!knownPragmas.has(pragma))
    throw new FlowError(
      "sql-failed",
      `PRAGMA ${pragma} is not available in a notebook: it could change how the database is kept. Available are ${[...knownPragmas].join(", ")}.`,
    );
  if (!after || (!settable.has(pragma) && !valued.has(pragma))) return;
  if (settable.has(pragma) && use === "exec") return;
  if (settable.has(pragma)) throw writeInQuery(`PRAGMA ${pragma}`);
  throw new FlowError(
    "sql-failed",
    `PRAGMA ${pragma} cannot be set in a notebook. Leave its value out to read it.`,
  );
}

/** Whether the table of the runs is named. A text of a query may be a value too: there it counts where only a table can stand. */
function namesNotebookTable(
  tokens: readonly Token[],
  use: "query" | "exec",
): boolean {
  return tokens.some(
    (token, at) =>
      nameOf(token).toLowerCase() === notebookTable &&
      (use === "exec" ||
        token.kind !== "text" ||
        tokens[at - 1]?.text === "." ||
        wordsBeforeNames.has(wordAt(tokens, at - 1))),
  );
}

/** Where `history.` stands as the name of a table, view, index or trigger does, or -1; elsewhere it may be an alias of the user's. */
function findHistory(tokens: readonly Token[]): number {
  return tokens.findIndex((token, at) => {
    const before = wordAt(tokens, at - 1);
    return (
      nameOf(token).toLowerCase() === "history" &&
      tokens[at + 1]?.text === "." &&
      wordsBeforeNames.has(before)
    );
  });
}

/** Whether the table that is named there is what the statement changes. */
function isWritten(tokens: readonly Token[], at: number): boolean {
  const [before, word] = [wordAt(tokens, at - 2), wordAt(tokens, at - 1)];
  return word === "FROM" ? before === "DELETE" : word !== "JOIN";
}

// The body of a trigger is statements with semicolons; only `; END` ends it.
function isInsideTrigger(tokens: readonly Token[]): boolean {
  const words = withoutExplain(tokens);
  if (wordAt(words, 0) !== "CREATE") return false;
  const kind = /^TEMP(ORARY)?$/.test(wordAt(words, 1)) ? 2 : 1;
  if (wordAt(words, kind) !== "TRIGGER") return false;
  return !(
    wordAt(words, words.length - 2) === "END" && words.at(-3)?.text === ";"
  );
}

function withoutExplain(tokens: readonly Token[]): readonly Token[] {
  if (wordAt(tokens, 0) !== "EXPLAIN") return tokens;
  return tokens.slice(wordAt(tokens, 1) === "QUERY" ? 3 : 1);
}

function wordAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  return token?.kind === "word" ? token.text.toUpperCase() : "";
}
