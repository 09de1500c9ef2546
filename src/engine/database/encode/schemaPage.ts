import {
  serialOfText,
  sizeOfVarint,
  writeVarint,
} from "../../records/serialTypes.ts";
import { isUntyped, type ColumnType } from "../columnTypes.ts";

/** Large enough for the schema of a table of 2,000 columns on page 1. */
export const encodedPageSize = 32_768;

/** What the one table of the file is called; no user's table is likely to be. */
export const fileTable = "flowbook rows";

/**
 * Columns are declared without constraints, so SQLite checks those of the table that the rows go to; one that takes
 * any type has none, so SQLite applies the affinity there.
 */
export function makeSchemaPage(
  types: readonly ColumnType[],
  pageCount: number,
): Uint8Array {
  const names = types.map((type, index) =>
    `c${index.toString(36)} ${isUntyped(type) ? "" : type === "INTEGER" ? "INT" : type}`.trim(),
  );
  const encoder = new TextEncoder();
  const texts = [
    "table",
    fileTable,
    fileTable,
    `CREATE TABLE "${fileTable}" (${names.join(",")})`,
  ].map((text) => encoder.encode(text));
  const page = new Uint8Array(encodedPageSize);
  const view = new DataView(page.buffer);
  page.set(encoder.encode("SQLite format 3\0"));
  view.setUint16(16, encodedPageSize);
  page.set([1, 1, 0, 64, 32, 32], 18);
  view.setUint32(24, 1);
  view.setUint32(28, pageCount);
  view.setUint32(40, 1);
  view.setUint32(44, 4);
  view.setUint32(56, 1);
  view.setUint32(92, 1);
  view.setUint32(96, 3_054_001);

  // type, name, tbl_name, rootpage (2, in one byte), sql
  const serials = texts.map(({ length }) => serialOfText(length));
  serials.splice(3, 0, 1);
  const header = serials.reduce((sum, each) => sum + sizeOfVarint(each), 1);
  const size = header + texts.reduce((sum, { length }) => sum + length, 1);
  const content = encodedPageSize - sizeOfVarint(size) - 1 - size;
  if (content < 110)
    throw new Error("The schema does not fit on the first page.");
  page[100] = 13;
  view.setUint16(103, 1);
  view.setUint16(105, content);
  view.setUint16(108, content);
  let at = writeVarint(page, content, size);
  at = writeVarint(page, at, 1);
  for (const value of [header, ...serials]) at = writeVarint(page, at, value);
  for (const [index, text] of texts.entries()) {
    if (index === 3) {
      page[at] = 2;
      at += 1;
    }
    page.set(text, at);
    at += text.length;
  }
  return page;
}
