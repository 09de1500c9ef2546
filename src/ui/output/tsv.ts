import { cellText } from "../../core/cellText.ts";
import type { Row } from "./tableColumns.ts";

/** Rows as spreadsheets take them from the clipboard: tabs between cells, quotes where a cell holds a tab, a quote or a line break. */
export function toTsv(
  columns: readonly string[],
  rows: readonly Row[],
): string {
  const lines = [
    columns,
    ...rows.map((row) => columns.map((column) => cellText(row[column]) ?? "")),
  ];
  return lines.map((cells) => cells.map(quoted).join("\t")).join("\n");
}

function quoted(cell: string): string {
  return /[\t\n\r"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
