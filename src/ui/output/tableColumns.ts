import { cellText } from "../../core/cellText.ts";

export type Row = Readonly<Record<string, unknown>>;

/** How a column is shown. */
export interface TableColumn {
  name: string;
  /** Numbers stand on the right. */
  isNumeric: boolean;
  /** In characters. */
  width: number;
}

const sampleSize = 200;
const narrowest = 5;
const widest = 40;

/** How to show columns, judged by their first rows, so that nothing moves while one scrolls. */
export function tableColumns(
  columns: readonly string[],
  rows: readonly Row[],
): TableColumn[] {
  const sample = rows.slice(0, sampleSize);
  return columns.map((name) => {
    let longest = name.length + 2;
    let values = 0;
    let numbers = 0;
    for (const row of sample) {
      const value = row[name];
      if (value === null || value === undefined) continue;
      values += 1;
      if (typeof value === "number" || typeof value === "bigint") numbers += 1;
      longest = Math.max(longest, cellText(value)?.length ?? 0);
    }
    return {
      name,
      isNumeric: values > 0 && numbers === values,
      width: Math.min(widest, Math.max(narrowest, longest)),
    };
  });
}
