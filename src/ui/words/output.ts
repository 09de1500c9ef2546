/** Words of what cells and tasks show. */
import { countOf } from "./language.ts";

export const rows = ({ total }: { total: number }) =>
  countOf(total, { one: "row", other: "rows" });
export const reading = ({ label }: { label: string }) => `Reading ${label} …`;
export const cellLine = ({ cell, line }: { cell: string; line: number }) =>
  `cell ${cell}, line ${line}`;
export const error = "Error";
export const somethingFailedWithoutSayingWhy =
  "Something failed without saying why.";
export const show = ({ where }: { where: string }) => `Show ${where}`;
export const inWord = ({ where }: { where: string }) => `In ${where}`;
export const stack = "Stack";
export const output = "Output";
export const value = "Value";
export const showOf = ({ min, text }: { min: number; text: string }) =>
  `Show ${min} of ${text}`;
export const theTableOpenTheNotebook = ({ table }: { table: string }) =>
  `The table ${table}. Open the notebook to read its rows.`;
export const htmlOutput = "HTML output";
export const chart = "Chart";
export const table = "Table";
export const sortedAmongThemselves = ", sorted among themselves";
export const firstRowsOfRows = ({
  rows,
  total,
  order,
}: {
  rows: number;
  total: number;
  order: string;
}) =>
  `First ${countOf(rows, { one: "row", other: "rows" })} of ${countOf(total, { one: "row", other: "rows" })}${order}`;
export const copy = "Copy";
export const copyTheseRowsForA = "Copy these rows for a spreadsheet";
export const text = "Text";
export const more = ({ rest }: { rest: number }) => `${rest} more`;
export const invalidDate = "Invalid Date";
export const list = "List";
export const ofWord = ({ name, entries }: { name: string; entries: number }) =>
  `${name} of ${entries}`;
