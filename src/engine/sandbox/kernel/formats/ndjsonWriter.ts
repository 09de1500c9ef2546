import { isoOf, readRows } from "./rows.ts";
import { writeJson } from "./writtenJson.ts";

/** Rows as newline-delimited JSON. Dates are ISO 8601; for the rest see `toJsonValue`. */
export function toNdjson(rows: unknown): string {
  return readRows(rows, "toNdjson")
    .map((row, index) => {
      const where = `Row ${index + 1}`;
      for (const column in row)
        if (row[column] instanceof Date)
          isoOf(row[column], `${where}, column ${column}`);
      return `${writeJson(row, where) ?? ""}\n`;
    })
    .join("");
}
