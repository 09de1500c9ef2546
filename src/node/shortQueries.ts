import { fold, quoteName } from "../core/sqliteRules.ts";
import { nameOf, tokenize, type Token } from "../core/sqlTokens.ts";
import { query, readAll } from "../engine/database/execute.ts";
import type { ReaderQuery } from "../engine/database/readers.ts";
import type { Connection } from "../engine/database/sqlite.ts";

/** How large a file is, in bytes, through a table of which one pass with sorting takes no longer than a large commit. */
const smallFile = 16_000_000;
/** The same without sorting: what is read is mostly also asked for, and takes longer to be sent than to be found. */
const mediumFile = 100_000_000;

/** How many rows a query may go through, counted as if each loop in it went through all rows of the largest table. */
const mostSteps = 200_000;

/** How many texts are remembered. */
const mostKnown = 1_000;

/** The file that is read. */
export interface ReadFile {
  readonly reader: Connection;
  readonly size: number;
}

/**
 * Which queries surely take no longer than a commit, as SQLite's plan and the number of rows tell: to have another process make
 * them would take several times as long.
 */
export class ShortQueries {
  readonly #known = new Map<string, boolean>();

  /** Says so of a query. Who asks tells when tables have changed. */
  has(asked: ReaderQuery, file: ReadFile): boolean {
    const { sql, cells } = asked;
    if (cells && cells.length > 0) return false;
    let isShort = this.#known.get(sql);
    if (isShort === undefined) {
      isShort = isShortOn(asked, file);
      if (this.#known.size >= mostKnown) this.#known.clear();
      this.#known.set(sql, isShort);
    }
    return isShort;
  }

  /** Tables have changed. */
  forget(): void {
    this.#known.clear();
  }
}

/** What may take long for few rows: what is written once and read many times, a pattern, sums over a moving window. */
const mayBeLong = /^(?:with|like|glob|regexp|match|over)$/i;

function isShortOn(
  { sql, parameters }: ReaderQuery,
  { reader, size }: ReadFile,
): boolean {
  const tokens = tokenize(sql);
  if (/^pragma$/i.test(tokens[0]?.text ?? "")) return size <= smallFile;
  if (tokens.some(({ kind, text }) => kind === "word" && mayBeLong.test(text)))
    return false;
  const tables = tablesNamed(reader, tokens);
  if (!tables) return false;
  const plan = planOf(reader, sql, parameters);
  if (plan.some((step) => /VIRTUAL TABLE|MATERIALIZE|RECURSIVE/.test(step)))
    return false;
  const loops = plan.filter(isLoop).length;
  if (loops === 0) return true;
  const isSorting = plan.some((step) => step.includes("TEMP B-TREE"));
  if (loops === 1) return size <= (isSorting ? smallFile : mediumFile);
  // Few rows may have many bytes.
  if (size > smallFile) return false;
  const most = Math.floor(mostSteps ** (1 / loops));
  return tables.every((name) => hasAtMost(reader, name, most));
}

/** The tables whose names are in a text; undefined if that of a view is, behind which may be anything. */
function tablesNamed(
  reader: Connection,
  tokens: readonly Token[],
): string[] | undefined {
  const names = new Set(tokens.map((token) => fold(nameOf(token))));
  const found = readAll(
    reader,
    "SELECT name, type FROM main.sqlite_schema WHERE type IN ('table', 'view')",
  ).filter(([name]) => names.has(fold(String(name))));
  if (found.some(([, type]) => type === "view")) return undefined;
  return found.map(([name]) => String(name));
}

/** The steps of SQLite's plan; none for what it refuses, which takes no time. */
function planOf(
  reader: Connection,
  sql: string,
  parameters: ReaderQuery["parameters"],
): string[] {
  try {
    const { rows } = query(reader, `EXPLAIN QUERY PLAN ${sql}`, parameters);
    return rows.map(({ detail }) => String(detail));
  } catch {
    return [];
  }
}

/** Whether a step may go through many rows. */
function isLoop(step: string): boolean {
  return (
    /^(?:SCAN|SEARCH) (?!CONSTANT ROW)/.test(step) &&
    !/USING INTEGER PRIMARY KEY \(rowid=\?\)/.test(step)
  );
}

function hasAtMost(reader: Connection, table: string, most: number): boolean {
  const sql = `SELECT count(*) FROM (SELECT 1 FROM main.${quoteName(table)} LIMIT ${most + 1})`;
  return Number(readAll(reader, sql)[0]?.[0]) <= most;
}
