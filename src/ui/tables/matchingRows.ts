import { quoteName } from "../../core/sqliteRules.ts";
import { whereSql, type Filter } from "./tableQuery.ts";
import { tableParts, type RowNumber } from "./tableParts.ts";
import { rowidOf, type ReadTable, type RunQuery } from "./tableReader.ts";

/** So many rows are kept at most. */
const most = 20_000;

/** Rows that meet filters, by their numbers; not all of them if they are many. */
export interface MatchingRows {
  ids: readonly RowNumber[];
  isAll: boolean;
}

/** Looks for the rows of a table that meet filters, part by part, and keeps as many of them as a summary needs, from all over the
 * table; undefined if rows have no numbers, or `isStale` says so meanwhile. */
export async function findMatchingRows(
  run: RunQuery,
  table: ReadTable & { name: string },
  filters: readonly Filter[],
  isStale: () => boolean,
): Promise<MatchingRows | undefined> {
  const rowid = rowidOf(table);
  if (rowid === undefined) return undefined;
  let ids: RowNumber[] = [];
  let found = 0;
  /** Each so many of them is kept. */
  let stride = 1;
  for await (const { from, to } of tableParts(run, table, rowid, isStale)) {
    const within = `${rowid} BETWEEN ${from} AND ${to}`;
    const { rows } = await run(
      `SELECT ${rowid} AS id FROM ${quoteName(table.name)} WHERE ${whereSql(filters, [within])}`,
    );
    if (isStale()) return undefined;
    for (const { id } of rows) {
      if (found % stride === 0) ids.push(id as RowNumber);
      found += 1;
      if (ids.length <= most) continue;
      stride *= 2;
      ids = ids.filter((_, at) => at % 2 === 0);
    }
  }
  return isStale() ? undefined : { ids, isAll: stride === 1 };
}
