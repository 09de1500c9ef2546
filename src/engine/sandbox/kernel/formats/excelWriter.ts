import writeSheet, { type SheetData } from "write-excel-file/universal";
import { FlowError } from "../../../../core/errors.ts";
import { showValue } from "../../../../core/words.ts";
import { listColumns, readRows } from "./rows.ts";

/** The most that a sheet can hold. */
const limits = { rows: 1_048_576, columns: 16_384, text: 32_767 };

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
    columns.map((column) => ({ value: column, fontWeight: "bold" as const })),
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
    default:
      if (value === null || value === undefined) return null;
      if (value instanceof Date)
        return Number.isNaN(value.getTime())
          ? null
          : { value, type: Date, format: "yyyy-mm-dd hh:mm:ss" };
      return fit(JSON.stringify(value), where);
  }
}

function fit(text: string, where: string): string {
  if (text.length <= limits.text) return text;
  throw new FlowError(
    "row-mismatch",
    `${where}: the text has ${text.length} characters, and a cell of Excel holds ${limits.text}. Leave the column out, or write CSV or Parquet.`,
  );
}
