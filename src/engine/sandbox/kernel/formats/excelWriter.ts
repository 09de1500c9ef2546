import writeSheet, { type SheetData } from "write-excel-file/universal";
import { FlowError } from "../../../../core/errors.ts";
import { showValue } from "../../../../core/words.ts";
import { isoOf, listColumns, readRows } from "./rows.ts";
import { writeText } from "./writtenJson.ts";

/** The most that a sheet can hold. */
const limits = { rows: 1_048_576, columns: 16_384, text: 32_767 };

/** The days that Excel knows as dates, without the first two months, in which it counts a day that there was not. */
const firstDate = Date.UTC(1900, 2, 1);
const behindLastDate = Date.UTC(10_000, 0, 1);

/** What XML cannot say, would change or the library leaves out, half a character, and what would be read as a character's number. */
const unsaid = /(?![\t\n])\p{Cc}|\p{Cs}|\p{NChar}|\ufffd|_(?=x[\da-f]{4}_)/giu;

/** Rows as an .xlsx file with one sheet. Dates are dates; what Excel has no type for is text. */
export async function toExcel(
  given: unknown,
  { columns: chosen, sheet = "Sheet1" }: Readonly<Record<string, unknown>>,
): Promise<Uint8Array> {
  const rows = readRows(given, "toExcel");
  const columns = listColumns(rows, chosen);
  if (typeof sheet !== "string" || !/^[^\\/?*[\]:]{1,31}$/.test(sheet))
    throw new FlowError(
      "invalid-option",
      `sheet must be a name of at most 31 characters without any of \\ / ? * [ ] :, not ${showValue(sheet)}.`,
    );
  if (rows.length >= limits.rows || columns.length > limits.columns)
    throw new FlowError(
      "invalid-argument",
      `A sheet holds at most ${limits.rows - 1} rows and ${limits.columns} columns, and these are ${rows.length} and ${columns.length}. Write CSV or Parquet instead.`,
    );
  const data: SheetData = [
    columns.map((column) => ({
      value: fit(column, `The column name ${showValue(column)}`),
      fontWeight: "bold" as const,
    })),
    ...rows.map((row, index) =>
      columns.map((column) =>
        toCell(row[column], `Row ${index + 1}, column ${column}`),
      ),
    ),
  ];
  const blob = await writeSheet(data, { sheet }).toBlob();
  return new Uint8Array(await blob.arrayBuffer());
}

function toCell(value: unknown, where: string): SheetData[number][number] {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
      return value;
    case "string":
      return fit(value, where);
    case "bigint":
      return Number.isSafeInteger(Number(value))
        ? Number(value)
        : String(value);
    default: {
      if (value === null || value === undefined) return null;
      if (!(value instanceof Date)) return fit(writeText(value, where), where);
      const iso = isoOf(value, where);
      const time = value.getTime();
      return time >= firstDate && time < behindLastDate
        ? { value, type: Date, format: "yyyy-mm-dd hh:mm:ss" }
        : iso;
    }
  }
}

function fit(text: string, where: string): string {
  if (text.length > limits.text)
    throw new FlowError(
      "row-mismatch",
      `${where}: the text has ${text.length} characters, and a cell of Excel holds ${limits.text}. Leave the column out, or write CSV or Parquet.`,
    );
  return text.replace(unsaid, (character) =>
    (/\p{Cs}/u.test(character) ? "\ufffd" : character).replace(
      /[^]/g,
      toNumber,
    ),
  );
}

/** A unit of a text by its number, as Excel writes what XML has no way for. */
function toNumber(unit: string): string {
  const number = unit.charCodeAt(0).toString(16).toUpperCase();
  return `_x${number.padStart(4, "0")}_`;
}
