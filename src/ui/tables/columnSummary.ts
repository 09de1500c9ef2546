/** What the values of a column are like, in a few short queries: of a large table or of long values, of rows from all over it. */
import { quoteName } from "../../core/sqliteRules.ts";
import { findMatchingRows, type MatchingRows } from "./matchingRows.ts";
import { numberOf } from "./tableParts.ts";
import { whereSql, type Filter } from "./tableQuery.ts";
import {
  largeTable,
  type ReadTable,
  rowidOf,
  type RunQuery,
} from "./tableReader.ts";

export interface ColumnSummary {
  /** Rows that were looked at, and whether they are only a sample. */
  rows: number;
  isSample: boolean;
  missing: number;
  different: number;
  /** Of a column of numbers. */
  numbers?: { low: number; high: number; mean: number; bins: readonly Bin[] };
  /** Of every other: the most frequent values. */
  values?: readonly { value: string | number | bigint; rows: number }[];
}

/** A table that can be summed up. */
export type CountedTable = ReadTable & { name: string; rows: number };

export interface Bin {
  from: number;
  /** Values are below it; in the last bin it is one of them. */
  below: number;
  isLast: boolean;
  rows: number;
}

const binCount = 20;
const mostValues = 6;
/** A sample is so many stretches of so many rows. */
const stretches = 40;
const stretchRows = 2_500;
/** If filters leave fewer rows of a sample, the rows that meet them are looked for. */
const fewMatches = 1_000;
/** So many rows tell how long the values of a column are. */
const fewRows = 1_000;
/** SQLite holds all different values of a column at once: no more bytes than this are looked at without leaving some out. */
const mostBytes = 4 * 1024 * 1024;
/** What is more than 2 MB of them it holds in a file in memory, which is copied each time it grows: a sample stays below. */
const sampleBytes = 1.5 * 1024 * 1024;

/** The SQL of a source with one column `v`: the column's values in the rows that are looked at; undefined if `isStale` says so. */
export async function summarySource(
  run: RunQuery,
  table: CountedTable,
  column: string,
  filters: readonly Filter[],
  isStale: () => boolean,
  matches = lookForMatches(run, table, filters, isStale),
): Promise<{ sql: string; isSample: boolean } | undefined> {
  const name = quoteName(table.name);
  const where = whereSql(filters);
  const condition = where ? ` WHERE ${where}` : "";
  const select = `SELECT ${quoteName(column)} AS v FROM`;
  const someOf = await makeSampler(run, table, select);
  if (isStale()) return undefined;
  const { rows } = await run(
    `SELECT avg(length(CAST(v AS BLOB))) AS bytes FROM (${someOf(fewRows, "")})`,
  );
  const bytes = Number(rows[0]?.bytes ?? 0);
  if (table.rows <= largeTable && table.rows * bytes <= mostBytes)
    return { sql: `${select} ${name}${condition}`, isSample: false };
  const most = Math.min(stretches * stretchRows, sampleBytes / bytes);
  const found = filters.length > 0 ? await matches() : undefined;
  if (isStale()) return undefined;
  if (!found) return { sql: someOf(most, condition), isSample: true };
  const ids = thinOut(found.ids, most);
  return {
    sql: `${select} ${name} WHERE ${rowidOf(table)} IN (${ids.join(",")})`,
    isSample: !found.isAll || ids.length < found.ids.length,
  };
}

/** Looks for the rows that meet filters when it is first called, for the summaries of all columns: undefined if a sample of the table
 * has enough of them, or none can be looked for. */
export function lookForMatches(
  run: RunQuery,
  table: CountedTable,
  filters: readonly Filter[],
  isStale: () => boolean,
): () => Promise<MatchingRows | undefined> {
  const look = async () => {
    const most = stretches * stretchRows;
    // Of a smaller one the stretches would have the same rows.
    if (table.rows > most) {
      const someOf = await makeSampler(run, table, "SELECT 1 FROM");
      if (isStale()) return undefined;
      const { rows } = await run(
        `SELECT count(*) AS n FROM (${someOf(most, ` WHERE ${whereSql(filters)}`)})`,
      );
      if (Number(rows[0]?.n) >= fewMatches) return undefined;
    }
    return isStale()
      ? undefined
      : findMatchingRows(run, table, filters, isStale);
  };
  let found: Promise<MatchingRows | undefined> | undefined;
  return () => (found ??= look());
}

/** So many of a list at most, from all over it. */
function thinOut<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  const step = list.length / Math.max(1, Math.floor(most));
  return list.filter(
    (_, at) => Math.floor(at / step) < Math.floor((at + 1) / step),
  );
}

/** Makes the SQL of so many rows of a table, from all over it if they are numbered and many. */
async function makeSampler(
  run: RunQuery,
  table: CountedTable,
  select: string,
): Promise<(rows: number, condition: string) => string> {
  const name = quoteName(table.name);
  const rowid = rowidOf(table);
  if (table.rows <= fewRows || rowid === undefined)
    return (rows, condition) =>
      `${select} ${name}${condition} LIMIT ${Math.ceil(rows)}`;
  const { rows: found } = await run(
    `SELECT (SELECT ${rowid} FROM ${name} ORDER BY ${rowid} LIMIT 1) AS low, (SELECT ${rowid} FROM ${name} ORDER BY ${rowid} DESC LIMIT 1) AS high`,
  );
  const [low, high] = [numberOf(found[0]?.low), numberOf(found[0]?.high)];
  return (rows, condition) => {
    const each = Math.ceil(rows / stretches);
    const parts = Array.from({ length: stretches }, (_, at) => {
      const from = low + ((high - low) * BigInt(at)) / BigInt(stretches);
      // With the last row: rows are often in order, as by time, and the newest ones are looked for.
      const stretch =
        at === stretches - 1
          ? `ORDER BY ${rowid} DESC`
          : `WHERE ${rowid} >= ${from} ORDER BY ${rowid}`;
      return `${select} (SELECT * FROM ${name} ${stretch} LIMIT ${each})${condition}`;
    });
    return parts.join(" UNION ALL ");
  };
}

/** Sums up a column; undefined if `isStale` says so meanwhile. `matches` is what `lookForMatches` made, where columns share it. */
export async function summarize(
  run: RunQuery,
  table: CountedTable,
  column: string,
  filters: readonly Filter[],
  isStale: () => boolean,
  matches?: () => Promise<MatchingRows | undefined>,
): Promise<ColumnSummary | undefined> {
  const source = await summarySource(
    run,
    table,
    column,
    filters,
    isStale,
    matches,
  );
  if (!source || isStale()) return undefined;
  const { sql, isSample } = source;
  const found = await run(
    `SELECT count(*) AS n, count(v) AS present, count(DISTINCT v) AS kinds, total(typeof(v) IN ('integer', 'real')) AS numbers, min(v) AS low, max(v) AS high, avg(v) AS mean FROM (${sql})`,
  );
  if (isStale()) return undefined;
  const facts = found.rows[0] ?? {};
  const present = Number(facts.present);
  const summary: ColumnSummary = {
    rows: Number(facts.n),
    isSample,
    missing: Number(facts.n) - present,
    different: Number(facts.kinds),
  };
  if (present === 0) return summary;
  const [low, high] = [Number(facts.low), Number(facts.high)];
  if (Number(facts.numbers) === present && Number.isFinite(high - low)) {
    const bins = await readBins(run, sql, low, high);
    return {
      ...summary,
      numbers: { low, high, mean: Number(facts.mean), bins },
    };
  }
  // All of them different: no value says anything about the others.
  if (summary.different === present && present > mostValues) return summary;
  const values = await run(
    `SELECT v, count(*) AS n FROM (${sql}) WHERE typeof(v) <> 'null' AND typeof(v) <> 'blob' GROUP BY v ORDER BY n DESC, v LIMIT ${mostValues}`,
  );
  return {
    ...summary,
    values: values.rows.map(({ v, n }) => ({
      value: v as string | number | bigint,
      rows: Number(n),
    })),
  };
}

/** How a range is cut: whole numbers into whole steps, and all others as they fall. */
export function binEdges(low: number, high: number): number[] {
  const isWhole = Number.isSafeInteger(low) && Number.isSafeInteger(high);
  const count = isWhole ? Math.min(binCount, high - low + 1) : binCount;
  if (high === low) return [low, high];
  const step = isWhole
    ? Math.ceil((high - low + 1) / count)
    : (high - low) / count;
  const edges: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const edge = low + at * step;
    if (edge >= high && edges.length > 1) break;
    edges.push(edge);
  }
  return [...edges, high];
}

async function readBins(
  run: RunQuery,
  source: string,
  low: number,
  high: number,
): Promise<Bin[]> {
  const edges = binEdges(low, high);
  const last = edges.length - 2;
  const step = (edges[1] ?? high) - low || 1;
  const { rows } = await run(
    `SELECT min(${last}, CAST((v - ${low}) / ${step.toExponential()} AS INTEGER)) AS bin, count(*) AS n FROM (${source}) WHERE v IS NOT NULL GROUP BY bin`,
  );
  const counts = new Map(rows.map(({ bin, n }) => [Number(bin), Number(n)]));
  return Array.from({ length: last + 1 }, (_, at) => ({
    from: edges[at]!,
    below: edges[at + 1]!,
    isLast: at === last,
    rows: counts.get(at) ?? 0,
  }));
}
