/** How a table is sorted. */
export interface Sort {
  column: string;
  direction: "asc" | "desc";
}

/** What a click on a header leads to: up, then down, then as it was. */
export function nextSort(
  sort: Sort | undefined,
  column: string,
): Sort | undefined {
  if (sort?.column !== column) return { column, direction: "asc" };
  return sort.direction === "asc" ? { column, direction: "desc" } : undefined;
}
