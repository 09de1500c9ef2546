import { quoteName } from "../core/sqliteRules.ts";
import type { RowPage } from "./output/rowPages.svelte.ts";
import type { Sort } from "./output/sort.ts";
import type { Session } from "./session.svelte.ts";

/** Reads some rows of a table of the notebook's database, in the order of a column if one is given. Of a view, `total` counts one row more than was read if others follow. */
export async function readRows(
  session: Session,
  table: string,
  offset: number,
  limit: number,
  sort: Sort | undefined,
): Promise<RowPage> {
  const order = sort
    ? ` ORDER BY ${quoteName(sort.column)} ${sort.direction === "asc" ? "ASC" : "DESC"} NULLS LAST`
    : "";
  const page = await session.rows(
    `SELECT * FROM ${quoteName(table)}${order} LIMIT ${limit + 1} OFFSET ${offset}`,
    limit,
  );
  const known = session.tables.find(({ name }) => name === table);
  return { ...page, total: known?.rows ?? offset + page.total };
}
