import { quoteName } from "../../core/sqliteRules.ts";
import type { ReadTable, RunQuery } from "./tableReader.ts";

/** Rows of a part. */
const partRows = 100_000;

/** The number of a row as it comes from the database: a bigint where a number would not hold it. */
export type RowNumber = number | bigint;

/** A part of a table by the numbers of its rows, both included; `rows` is how many it has, where that is known without counting. */
export interface TablePart {
  from: bigint;
  to: bigint;
  rows: number | undefined;
}

/** The parts of a table whose rows are numbered by `rowid`, each small enough for a short query; until `isStale` says that nobody wants more. */
export async function* tableParts(
  run: RunQuery,
  table: ReadTable & { name: string },
  rowid: string,
  isStale: () => boolean,
): AsyncGenerator<TablePart> {
  const name = quoteName(table.name);
  const { rows } = await run(
    `SELECT (SELECT ${rowid} FROM ${name} ORDER BY ${rowid} LIMIT 1) AS low, (SELECT ${rowid} FROM ${name} ORDER BY ${rowid} DESC LIMIT 1) AS high`,
  );
  const [low, high] = [numberOf(rows[0]?.low), numberOf(rows[0]?.high)];
  if (Number(high - low) + 1 === table.rows) {
    for (let from = low; from <= high; from += BigInt(partRows)) {
      const last = from + BigInt(partRows - 1);
      const to = last < high ? last : high;
      yield { from, to, rows: Number(to - from) + 1 };
    }
    return;
  }
  for (let from = low; from <= high && !isStale();) {
    const end = await run(
      `SELECT ${rowid} AS id FROM ${name} WHERE ${rowid} >= ${from} ORDER BY ${rowid} LIMIT 1 OFFSET ${partRows - 1}`,
    );
    const isLast = end.rows.length === 0;
    const to = isLast ? high : numberOf(end.rows[0]!.id);
    yield { from, to, rows: isLast ? undefined : partRows };
    from = to + 1n;
  }
}

/** The number of a row, or 0 where there is none. */
export function numberOf(id: unknown): bigint {
  return BigInt((id as RowNumber | null | undefined) ?? 0);
}
