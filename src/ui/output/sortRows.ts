import { cellText } from "../../core/cellText.ts";
import type { Sort } from "./sort.ts";
import type { Row } from "./tableColumns.ts";

let collator: Intl.Collator | undefined;

/** The rows in the order of a column. Missing values come last both ways; rows that are alike keep their order. */
export function sortRows(
  rows: readonly Row[],
  sort: Sort | undefined,
): readonly Row[] {
  if (!sort) return rows;
  const sign = sort.direction === "asc" ? 1 : -1;
  return rows
    .map((row) => ({ row, value: row[sort.column] }))
    .sort((a, b) => {
      const isMissingA = a.value === null || a.value === undefined;
      const isMissingB = b.value === null || b.value === undefined;
      if (isMissingA || isMissingB)
        return Number(isMissingA) - Number(isMissingB);
      return sign * compare(a.value, b.value);
    })
    .map(({ row }) => row);
}

/** Numbers before all else, then texts as people sort them. */
function compare(a: unknown, b: unknown): number {
  const [x, y] = [amount(a), amount(b)];
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : 0;
  if (x !== undefined || y !== undefined) return x !== undefined ? -1 : 1;
  // Browsers take long to make one, and the first page needs none.
  collator ??= new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  return collator.compare(cellText(a) ?? "", cellText(b) ?? "");
}

function amount(value: unknown): number | bigint | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "boolean") return Number(value);
  return value instanceof Date ? value.getTime() : undefined;
}
