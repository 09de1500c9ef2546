import { FlowError } from "../../../../core/errors.ts";
import { listNames, showValue } from "../../../../core/words.ts";
import { readCharacter } from "./csvOptions.ts";
import { isoOf, listColumns, readRows } from "./rows.ts";
import { writeText } from "./writtenJson.ts";

const optionNames = ["delimiter", "header", "columns", "newline"];

/** What would end a field, or what a reader that finds out how a file is written could take for the end of one. */
const mayMislead = /["'\r\n,;\t|]|^\s|\s$/;

/** Rows as CSV text, with all columns that any row has unless some are chosen. */
export function toCsv(
  rows: unknown,
  given: Readonly<Record<string, unknown>> = {},
): string {
  const refuse = (message: string) => new FlowError("invalid-option", message);
  const unknown = Object.keys(given).find(
    (name) => !optionNames.includes(name),
  );
  if (unknown !== undefined)
    throw refuse(
      `toCsv has no option ${JSON.stringify(unknown)}. Its options are ${listNames(optionNames)}.`,
    );
  const { header = true, newline = "\n" } = given;
  if (typeof header !== "boolean")
    throw refuse(`header must be true or false, not ${showValue(header)}.`);
  if (newline !== "\n" && newline !== "\r\n")
    throw refuse(
      `newline must be "\\n" or "\\r\\n", not ${showValue(newline)}.`,
    );
  const delimiter = readCharacter("delimiter", ";", given.delimiter) ?? ",";
  const table = readRows(rows, "toCsv");
  const columns = listColumns(table, given.columns);
  // Not even a line for names.
  if (table.length === 0 && columns.length === 0) return "";
  const write = (text: string) =>
    mayMislead.test(text) || text.includes(delimiter)
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const lines = table.map((row, index) =>
    columns
      .map((column) => write(toText(row[column], index, column)))
      .join(delimiter),
  );
  if (header) lines.unshift(columns.map(write).join(delimiter));
  // A lone empty field would be an empty line, which readers skip.
  return lines.map((line) => (line || '""') + newline).join("");
}

function toText(value: unknown, row: number, column: string): string {
  switch (typeof value) {
    case "string":
      return value;
    case "undefined":
      return "";
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
  }
  if (value === null) return "";
  const where = `Row ${row + 1}, column ${column}`;
  return value instanceof Date ? isoOf(value, where) : writeText(value, where);
}
