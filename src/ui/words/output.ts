/** Words of what cells and tasks show. */
import { countOf } from "./language.ts";

export const rowCount = (rows: number) =>
  countOf(rows, { one: "row", other: "rows" });
interface Place {
  cell: string;
  line: number;
}
export const showPlace = ({ cell, line }: Place) =>
  `Show cell ${cell}, line ${line}`;
export const inPlace = ({ cell, line }: Place) =>
  `In cell ${cell}, line ${line}`;
export const error = "Error";
export const noReason = "Something failed without saying why.";
export const stack = "Stack";
export const tableUnread = (table: string) =>
  `The table ${table}. Open the notebook to read its rows.`;
export const html = "HTML output";
export const chart = "Chart";
export const table = "Table";
/** Where only the first rows are on show. */
export const firstRows = ({ shown, all }: { shown: number; all: number }) =>
  `First ${rowCount(shown)} of ${rowCount(all)}`;
export const firstRowsSorted = (rows: { shown: number; all: number }) =>
  `${firstRows(rows)}, sorted among themselves`;
export const copy = "Copy";
export const copyRowsHint = "Copy these rows for a spreadsheet";
export const text = "Text";

export const anyOutput = "The output";
