import { readRows } from "./rows.ts";
import { writeJson } from "./writtenJson.ts";

/** Rows as newline-delimited JSON. Dates are ISO 8601; for the rest see `toJsonValue`. */
export function toNdjson(rows: unknown): string {
  return readRows(rows, "toNdjson")
    .map((row, index) => `${writeJson(row, `Row ${index + 1}`) ?? ""}\n`)
    .join("");
}
